package messages

import (
	"embed"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s         *Service
	editions  *editions.Service
	programme *programme.Service
	vocab     *vocab.Service
}

// NewWeb makes the pages.
func NewWeb(s *Service, e *editions.Service, p *programme.Service, v *vocab.Service) *Web {
	return &Web{s: s, editions: e, programme: p, vocab: v}
}

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("messages", viewFS); err != nil {
		return err
	}
	s.Edition("GET /messages", w.show)
	s.Edition("GET /messages/{n}", w.one)
	s.Edition("GET /messages.txt", w.export)
	s.Edition("GET /messages.md", w.export)
	s.Edition("GET /messages.json", w.export)
	s.Edition("GET /messages/compile", w.compile)
	s.Edition("POST /messages/compile", w.compile)
	s.Edition("GET /messages/publish", w.publish)
	s.Edition("POST /messages/publish", w.publish)
	s.Edition("GET /messages/{n}/edit", w.edit)
	s.Edition("POST /messages/{n}/edit", w.edit)
	s.Edition("POST /messages/{n}/move", w.move)
	s.Edition("GET /messages/{n}/remove", w.remove)
	s.Edition("POST /messages/{n}/remove", w.remove)
	return nil
}

type setView struct {
	Title    web.TextView
	Status   web.Status
	Versions string
	Groups   []groupView
	Count    string
	Order    web.Tabs
	Exports  []web.Tab
	Actions  []web.Action
	Empty    *web.Empty
	Draft    bool
	Notes    []noteView
}

type groupView struct {
	ID          string
	Heading     web.TextView
	URL         string
	Attribution web.TextView
	Messages    []messageView
}

type messageView struct {
	N, URL    string
	ID        string
	Sentences []sentenceView
	Lang, Dir string
	Fallback  bool
	LangName  string
	Rungs     []rungView
	Summary   string
	Dissent   []dissentView
	Edit      string
	Move      string
	Version   int64
	Note      int

	HasDegrees bool
}

type sentenceView struct {
	S      string
	Degree string
	Level  int
}

type dissentView struct {
	By   string
	Text web.TextView
}

type noteView struct {
	N    int
	Text string
}

func (w *Web) load(c *web.C) (*editions.Setting, View, error) {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, View{}, err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	v, err := w.s.View(c.Context(), c.Actor, set, CanSeeDraft(c.Actor, set.Scope()) && c.Query("version") != "public")
	return set, v, err
}

func (w *Web) show(c *web.C) error {
	set, v, err := w.load(c)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	if set == nil {
		return err
	}
	out := setView{Title: c.Text(NameOf(set.Edition)), Actions: w.actions(c, set, v)}
	trail := editions.Trail(c, set, web.Crumb{Label: c.T("shell.outcomes")})
	if v.Revision == nil || len(groups(*v.Revision)) == 0 {
		out.Empty = &web.Empty{
			Title: c.T("messages.empty"), Text: c.T("messages.empty_text"),
			Link: &web.Tab{Label: c.T("messages.read_takeaways"), URL: c.URL(set.Path() + "/reports")},
		}
		return c.Page(web.Page{Name: "messages/set", Title: out.Title.S, Section: "outcomes", Trail: trail, V: out})
	}
	out.Title, out.Draft = c.Text(v.Set.Name), v.Draft
	out.Status = w.status(c, set, v)
	out.Versions = c.URL("/documents/" + string(v.Set.Document) + "/revisions")
	list := groups(*v.Revision)
	sessions := c.Query("order") != "theme" || len(set.Themes) == 0
	base := c.URL(set.Path() + "/messages")
	if len(set.Themes) > 0 {
		out.Order = web.Tabs{Label: c.T("messages.order"), Tabs: []web.Tab{
			{Label: c.T("messages.by_session"), URL: base, Current: sessions},
			{Label: c.T("messages.by_theme"), URL: base + "?order=theme", Current: !sessions},
		}}
	}
	if !sessions {
		list = w.themed(set, list)
	}
	if err := w.fill(c, set, v, &out, list); err != nil {
		return err
	}
	for _, x := range []string{"txt", "md", "json"} {
		out.Exports = append(out.Exports, web.Tab{Label: c.T("messages.export." + x), URL: base + "." + x})
	}
	return c.Page(web.Page{
		Name: "messages/set", Title: out.Title.S, Describe: c.T("messages.describe", "Name", out.Title.S), Section: "outcomes", Trail: trail, V: out,
	})
}

func (w *Web) themed(set *editions.Setting, list []Group) []Group {
	var ids []core.ID
	names := map[core.ID]core.Text{}
	for _, t := range set.Themes {
		ids = append(ids, t.ID)
		names[t.ID] = t.Name
	}
	return byTheme(list, ids, names, func(m Message) core.ID { return m.Theme })
}

func (w *Web) fill(c *web.C, set *editions.Setting, v View, out *setView, list []Group) error {
	var all []Message
	for _, g := range list {
		all = append(all, g.Messages...)
	}
	t, err := w.s.trace(c.Context(), c.Actor, all)
	if err != nil {
		return err
	}
	degrees := w.degrees(c)
	canEdit := CanEdit(c.Actor, set, v.Set)
	for i, g := range list {
		gv := groupView{ID: "g" + strconv.Itoa(i+1), Heading: c.Text(g.Heading), Attribution: c.Text(g.Attribution)}
		if ses := t.sessions[g.Session]; ses != nil {
			gv.URL = c.URL(ses.Path())
		}
		if g.Heading.IsZero() {
			gv.Heading = web.TextView{S: c.T("messages.no_theme"), Lang: c.Lang}
		}
		for _, m := range g.Messages {
			mv := w.message(c, set, t, degrees, m, false)
			if canEdit {
				mv.Edit, mv.Move, mv.Version = mv.URL+"/edit", mv.URL+"/move", v.Revision.Version
			}
			mv.Note = len(out.Notes) + 1
			out.Notes = append(out.Notes, noteView{N: mv.Note, Text: footnote(mv)})
			gv.Messages = append(gv.Messages, mv)
		}
		out.Groups = append(out.Groups, gv)
	}
	out.Count = c.T("messages.count", "Count", len(all))
	return nil
}

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

func (w *Web) message(c *web.C, set *editions.Setting, t trace, degrees map[string]documents.DegreeLabel, m Message, everybody bool) messageView {
	text := c.Text(m.Para.Text)
	mv := messageView{
		N: strconv.Itoa(m.N), ID: "m" + strconv.Itoa(m.N), URL: c.URL(set.Path() + "/messages/" + strconv.Itoa(m.N)), Lang: text.Lang, Dir: text.Dir,
		Fallback: text.Fallback, LangName: text.LangName, Rungs: t.ladder(c, set, m, everybody),
	}
	parts, matched := m.Para.SentencesIn(c.Lang)
	for i, s := range parts {
		sv := sentenceView{S: s}
		if code := m.Para.Attrs.Degree(i + 1); matched && code != "" {
			sv.Degree, sv.Level = degrees[code].Words, degrees[code].Level
			mv.HasDegrees = true
		}
		mv.Sentences = append(mv.Sentences, sv)
	}
	sessions := map[string]bool{}
	for _, r := range mv.Rungs {
		sessions[r.Session] = true
	}
	if n := len(mv.Rungs); n > 0 {
		mv.Summary = c.T("messages.rests", "Count", n, "Sessions", c.T("messages.sessions", "Count", len(sessions)))
	}
	for _, d := range m.Para.Attrs.Dissent {
		mv.Dissent = append(mv.Dissent, dissentView{By: d.By, Text: c.Text(d.Text)})
	}
	return mv
}

func (w *Web) status(c *web.C, set *editions.Setting, v View) web.Status {
	switch {
	case v.Draft:
		return c.Status("private", "messages.status.drafted")
	case v.State == StateFinal:
		return c.Status("published", "messages.status.final", "Time", c.Stamp(v.Set.Finalised, set.Zone))
	}
	return c.Status("draft", "messages.status.draft", "Time", c.Stamp(v.Set.Published, set.Zone))
}

func (w *Web) actions(c *web.C, set *editions.Setting, v View) []web.Action {
	var out []web.Action
	r := c.Actor.Roles(set.Scope())
	base := c.URL(set.Path() + "/messages")
	if policy.Can("compile", v.State, r...) {
		out = append(out, web.Action{Label: c.T("messages.compile"), URL: base + "/compile", Icon: "plus", Primary: v.State == StateNone})
	}
	for _, action := range []string{"publish_draft", "finalise", "correct"} {
		if policy.Can(action, v.State, r...) && v.Set != nil {
			out = append(out, web.Action{Label: c.T("messages.publish"), URL: base + "/publish", Icon: "published"})
			break
		}
	}
	return out
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
	t, err := w.s.trace(c.Context(), c.Actor, all[i:i+1])
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
	title := c.T("messages.title_one", "Number", n)
	return c.Page(web.Page{
		Name: "messages/one", Title: title + " · " + out.Set.S, Section: "outcomes",
		Trail: editions.Trail(c, set, web.Crumb{Label: out.Set.S, URL: base}, web.Crumb{Label: title}), V: out,
	})
}
