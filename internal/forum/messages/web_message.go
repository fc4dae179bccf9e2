package messages

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// footnote says in one line of print what the ladder says on a screen.
func footnote(m messageView) string {
	var parts []string
	for _, r := range m.Rungs {
		line := r.Kind + " " + r.Title.S
		if r.When.HasTime {
			line += ", " + r.When.Date + " " + r.When.Time + " " + r.When.Place
		}
		var names []string
		for _, p := range r.People {
			names = append(names, p.Name)
		}
		if len(names) > 0 {
			line += ": " + strings.Join(names, ", ")
		}
		for _, x := range r.Moments {
			line += "; " + strings.TrimSpace(x.Start+" "+x.who())
		}
		parts = append(parts, line)
	}
	return strings.Join(parts, ". ")
}

func (w *Web) degrees(c *web.C) map[string]documents.DegreeLabel {
	out := map[string]documents.DegreeLabel{}
	for _, t := range w.vocab.Terms(vocab.Support) {
		out[t.Code] = documents.DegreeLabel{Words: c.Text(t.Label).S, Level: t.Rank}
	}
	return out
}

func (m momentView) who() string {
	if m.Person != nil {
		return m.Person.Name
	}
	return m.Speaker
}

type messageView struct {
	N, URL     string
	ID         string
	Sentences  []sentenceView
	Lang, Dir  string
	Fallback   bool
	LangName   string
	Rungs      []rungView
	Summary    string
	Dissent    []dissentView
	Provenance string
	Open       bool   // it has passages in open brackets
	Bare       string // which sentences rest on nothing, said to editors
	Edit       string
	Move       string
	Version    int64
	Note       int

	HasDegrees bool
}

type sentenceView struct {
	S      string
	Pieces []piece
	Degree string
	Level  int
}

type dissentView struct {
	Title string
	Text  web.TextView
}

func (w *Web) message(c *web.C, set *editions.Setting, t trace, degrees map[string]documents.DegreeLabel, m Message, everybody bool) messageView {
	text := c.Text(m.Para.Text)
	mv := messageView{
		N: strconv.Itoa(m.N), ID: "m" + strconv.Itoa(m.N), URL: c.URL(set.Path() + "/messages/" + strconv.Itoa(m.N)), Lang: text.Lang, Dir: text.Dir,
		Fallback: text.Fallback, LangName: text.LangName, Rungs: t.ladder(c, set, m, everybody), Open: bracketed(m.Para.Text),
	}
	mv.Provenance = mv.URL + "/provenance"
	parts, matched := m.Para.SentencesIn(c.Lang)
	for i, s := range parts {
		sv := sentenceView{S: s, Pieces: pieces(s)}
		if code := m.Para.Attrs.Degree(i + 1); matched && code != "" {
			sv.Degree, sv.Level = degrees[code].Words, degrees[code].Level
			mv.HasDegrees = true
		}
		mv.Sentences = append(mv.Sentences, sv)
	}
	sessions := map[string]bool{}
	for _, r := range mv.Rungs {
		if r.Session != "" {
			sessions[r.Session] = true
		}
	}
	if n := len(mv.Rungs); n > 0 {
		mv.Summary = c.T("messages.rests", "Count", n, "Sessions", c.T("messages.sessions", "Count", len(sessions)))
	}
	if bare := m.bare(); len(bare) > 0 && CanSeeDraft(c.Actor, set.Scope()) {
		mv.Bare = c.T("messages.bare_sentences", "Count", len(bare))
	}
	for _, d := range m.Para.Attrs.Dissent {
		mv.Dissent = append(mv.Dissent, dissentView{Title: dissentTitle(c, d), Text: c.Text(d.Text)})
	}
	return mv
}

// dissentTitle says whose a dissent is, or that drafters have recorded a diverging view.
func dissentTitle(c *web.C, d documents.Dissent) string {
	switch {
	case d.Kind == documents.DissentView && d.By == "":
		return c.T("messages.diverging")
	case d.Kind == documents.DissentView:
		return c.T("messages.diverging_by", "By", d.By)
	}
	return c.T("messages.dissent", "By", d.By)
}

type oneView struct {
	Set          web.TextView
	SetURL       string
	Status       web.Status
	Message      messageView
	Heading      web.TextView
	HeadingURL   string
	Attribution  web.TextView
	Actions      []web.Action
	Statements   []statementView
	Waiting      string
	HandIn       string
	Parts        []template.HTML
	Previous     string
	Next         string
	PreviousName string
	NextName     string
}

// one is the page of one Message with everything that it rests on laid open.
func (w *Web) one(c *web.C) error {
	set, v, err := w.load(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || v.Revision == nil {
		return core.NotFound()
	}
	list := groups(*v.Revision)
	var all []Message
	var in Group
	for _, g := range list {
		all = append(all, g.Messages...)
		if slices.ContainsFunc(g.Messages, func(m Message) bool { return m.N == n }) {
			in = g
		}
	}
	i := slices.IndexFunc(all, func(m Message) bool { return m.N == n })
	if i < 0 {
		return core.NotFound()
	}
	t, err := w.traced(c, set, all[i:i+1])
	if err != nil {
		return err
	}
	base := c.URL(set.Path() + "/messages")
	out := oneView{
		Set: c.Text(v.Set.Name), SetURL: base, Status: w.status(c, set, v), Heading: c.Text(in.Heading), Attribution: c.Text(in.Attribution),
		Message: w.message(c, set, t, w.degrees(c), all[i], true),
	}
	if ses := t.sessions[in.Session]; ses != nil {
		out.HeadingURL = c.URL(ses.Path())
	}
	if i > 0 {
		out.Previous, out.PreviousName = base+"/"+strconv.Itoa(all[i-1].N), c.T("messages.title_one", "Number", all[i-1].N)
	}
	if i+1 < len(all) {
		out.Next, out.NextName = base+"/"+strconv.Itoa(all[i+1].N), c.T("messages.title_one", "Number", all[i+1].N)
	}
	if CanEdit(c.Actor, set, v.Set) {
		out.Actions = []web.Action{
			{Label: c.T("messages.edit"), URL: base + "/" + strconv.Itoa(n) + "/edit", Icon: "edit"},
			{Label: c.T("messages.remove"), URL: base + "/" + strconv.Itoa(n) + "/remove", Icon: "close"},
		}
	}
	if err := w.statementsOf(c, set, v, &out, n); err != nil {
		return err
	}
	if out.Parts, err = c.Panels("messages.one", core.ID(documents.ParaRef(v.Set.Document, all[i].Para.ID))); err != nil {
		return err
	}
	title := c.T("messages.title_one", "Number", n)
	return c.Page(web.Page{
		Name: "messages/one", Title: title + " · " + out.Set.S, Section: "outcomes",
		Trail: editions.Trail(c, set, web.Crumb{Label: out.Set.S, URL: base}, web.Crumb{Label: title}), V: out,
	})
}
