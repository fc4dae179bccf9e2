package papers

import (
	"encoding/json"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

func sortedByName(found map[core.ID]bodies.Body, lang string) []core.ID {
	return slices.SortedFunc(maps.Keys(found), func(a, b core.ID) int { return strings.Compare(found[a].Label(lang), found[b].Label(lang)) })
}

type showView struct {
	Title               web.TextView
	Kind, By, Day       string
	Author, Org         *web.Tab
	Of                  []web.Tab
	Status              web.Status
	Sample              bool // it is of an invented edition
	Unofficial          string
	Draft               string // what a reader of a draft must know
	NewerDraft          *web.Tab
	Licence, LicenceURL string
	URL, File           string
	Versions, History   string
	WithBrackets        string
	Files               []web.Tab
	Actions             []web.Action
	Text                template.HTML
	Paras               []bracketPara
	Open                []openView
	OpenTitle           string
	Endorse             *endorseView
	Panels              []template.HTML
}

func (w *Web) show(c *web.C) error {
	v, err := w.view(c, c.Query("draft") != "")
	if err != nil {
		return err
	}
	out, err := w.showView(c, v)
	if err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "papers/paper", Title: out.Title.S, TitleLang: langOf(out.Title), Section: "outcomes", NoIndex: v.Draft || v.State == StateDraft,
		Trail: w.trailOf(c, v.Paper, out.Title), V: out,
	})
}

// view reads the paper of the address. Its scope is only known when it is read: what a
// page of it is made from is said for all editions, before.
func (w *Web) view(c *web.C, draft bool) (View, error) {
	if err := w.reads(c); err != nil {
		return View{}, err
	}
	return w.s.View(c.Context(), c.Actor, core.ID(c.Param("id")), draft)
}

func langOf(t web.TextView) string {
	if t.Fallback {
		return t.Lang
	}
	return ""
}

// trailOf leads to a paper by its edition, where it has one.
func (w *Web) trailOf(c *web.C, p Paper, title web.TextView) []web.Crumb {
	last := web.Crumb{Label: title.S, Lang: langOf(title)}
	if p.Edition != "" {
		if set, err := w.s.editions.SettingByID(c.Context(), c.Actor, p.Edition); err == nil {
			return editions.Trail(c, set, web.Crumb{Label: c.T("papers.title"), URL: c.URL(set.Path() + "/papers")}, last)
		}
	}
	return w.trail(c, nil, last)
}

func (w *Web) trail(c *web.C, p *Paper, more ...web.Crumb) []web.Crumb {
	out := []web.Crumb{{Label: c.T("papers.title"), URL: c.URL("/papers")}}
	if p != nil {
		out = append(out, web.Crumb{Label: p.Label(c.Lang), URL: c.URL(p.Path())})
	}
	return append(out, more...)
}

func (w *Web) showView(c *web.C, v View) (showView, error) {
	x, err := w.s.around(c.Context(), c.Actor, []Paper{v.Paper})
	if err != nil {
		return showView{}, err
	}
	out := showView{
		Title: c.Text(v.Title), Kind: c.T("papers.kind." + v.Kind), By: v.By, Day: day(c, v.Day), Of: x.of(c, v.Paper),
		Status: w.status(c, v.Paper), URL: v.URL, History: c.URL(v.Path() + "/history"),
	}
	if v.Revision != nil {
		out.Title = c.Text(v.Revision.Title)
	}
	out.Sample = x.editions[v.Edition].Sample
	if name := x.persons[v.Person]; name != "" {
		out.Author = &web.Tab{Label: name, URL: c.URL("/people/" + string(v.Person))}
	}
	if org, ok := x.orgs[v.Organisation]; ok {
		out.Org = &web.Tab{Label: c.Text(org.Name).S, URL: c.URL("/organisations/" + string(v.Organisation))}
	}
	if v.Unofficial {
		if by := x.by(c, v.Paper); by != "" {
			out.Unofficial = c.T("papers.unofficial_by", "By", by)
		} else {
			out.Unofficial = c.T("papers.unofficial")
		}
	}
	out.Licence, out.LicenceURL = licence(c, v.Licence)
	if v.File != "" {
		out.File = c.URL(v.Path() + "/file")
	}
	if v.Document != "" {
		out.Versions = c.URL("/documents/" + string(v.Document) + "/revisions")
	}
	if v.Revision != nil {
		out.Files = w.s.docs.Files(c, "/documents/"+string(v.Document)+"/revisions/"+strconv.Itoa(v.Revision.Number))
	}
	switch {
	case v.Draft && v.OpenDraft:
		out.Draft = c.T("papers.draft_open")
	case v.Draft || v.State == StateDraft && !v.OpenDraft:
		out.Draft = c.T("papers.draft_note")
	case v.HasDraft:
		out.NewerDraft = &web.Tab{Label: c.T("papers.newer_draft"), URL: c.URL(v.Path() + "?draft=1")}
	}
	if v.WithBrackets {
		out.WithBrackets = c.T("papers.with_brackets")
	}
	out.Actions = w.actions(c, v)
	if v.Revision != nil {
		if err := w.words(c, v, &out); err != nil {
			return out, err
		}
	}
	if v.Kind == Joint && v.Revision != nil {
		if out.Endorse, err = w.endorsements(c, v); err != nil {
			return out, err
		}
	}
	out.Panels, err = c.Panels(SlotPaper, v.ID)
	return out, err
}

// licence puts a licence into words, with its address where it has one.
func licence(c *web.C, code string) (words, address string) {
	switch code {
	case "CC-BY-4.0":
		address = "https://creativecommons.org/licenses/by/4.0/"
	case "CC-BY-SA-4.0":
		address = "https://creativecommons.org/licenses/by-sa/4.0/"
	case "CC0-1.0":
		address = "https://creativecommons.org/publicdomain/zero/1.0/"
	}
	if slices.Contains(Licences, code) {
		return c.T("papers.licence." + code), address
	}
	return code, ""
}

func (w *Web) actions(c *web.C, v View) []web.Action {
	var out []web.Action
	can := func(action string) bool { return policy.Can(action, v.policyState(), v.Roles...) }
	path := c.URL(v.Path())
	now := c.S.Clock.Instant()
	if v.Window(now) == WindowOpen {
		out = append(out, web.Action{Label: c.T("papers.endorse"), URL: path + "/endorse", Icon: "check", Primary: true})
	}
	switch {
	case can("edit"):
		out = append(out, web.Action{Label: c.T("papers.edit"), URL: path + "/edit", Icon: "edit"})
	case can("correct"):
		out = append(out, web.Action{Label: c.T("papers.correct"), URL: path + "/edit", Icon: "edit"})
	}
	ready := v.HasDraft || v.State == StateDraft || v.State == StatePublished && can("finalise")
	if ready && (can("publish") || can("finalise") || can("correct")) {
		out = append(out, web.Action{Label: c.T("papers.publish"), URL: path + "/publish", Icon: "published"})
	}
	if v.Kind == Joint && can("set_window") {
		out = append(out, web.Action{Label: c.T("papers.window"), URL: path + "/window", Icon: "clock"})
	}
	return out
}

// words prepares the text: with its brackets in a joint statement, else as every document.
func (w *Web) words(c *web.C, v View, out *showView) error {
	if v.Kind == Joint && len(openOf(*v.Revision)) > 0 {
		w.bracketed(c, v, out)
		return nil
	}
	words, err := w.s.docs.Words(c, v.Doc, *v.Revision)
	if err != nil {
		return err
	}
	e, err := documents.Prepare(v.Doc, *v.Revision, words)
	if err != nil {
		return err
	}
	out.Text, err = documents.TextPart(c, e)
	return err
}

// history lists what happened to a paper.
func (w *Web) history(c *web.C) error {
	v, err := w.view(c, false)
	if err != nil {
		return err
	}
	list, err := w.s.rec.Events(c.Context(), record.Query{
		Subjects: []core.ID{v.ID}, Internal: policy.Can("see_internal_history", v.policyState(), v.Roles...), Page: c.PageArg(),
	})
	if err != nil {
		return err
	}
	var actors []core.ID
	for _, e := range list.Items {
		if e.Person != "" && !slices.Contains(actors, e.Person) {
			actors = append(actors, e.Person)
		}
	}
	names, err := w.s.people.Names(c.Context(), actors)
	if err != nil {
		return err
	}
	title := c.T("papers.history_title", "Title", v.Label(c.Lang))
	return c.Page(web.Page{
		Name: "papers/history", Title: title, Section: "outcomes", Trail: w.trail(c, &v.Paper, web.Crumb{Label: c.T("papers.history")}),
		V: struct {
			Title string
			Lines []web.HistoryLine
			Pager web.Pager
		}{title, told(c, c.History(list.Items, names, "UTC"), list.Items), c.Pager(len(list.Items), list.Total, list.Next, "papers.history.count")},
	})
}

// told puts into the lines what the events of this room say beside the paper's title: who
// endorsed, and why something was done.
func told(c *web.C, lines []web.HistoryLine, events []record.Event) []web.HistoryLine {
	for i, e := range events {
		var d struct {
			Name string `json:"name"`
			Note string `json:"note"`
		}
		if json.Unmarshal(e.Data, &d) != nil {
			continue
		}
		lines[i].Label = d.Name
		if d.Note != "" {
			lines[i].Changes = append(lines[i].Changes, web.HistoryChange{Field: c.T("papers.reason"), After: d.Note})
		}
	}
	return lines
}

// file serves the paper as it was handed in.
func (w *Web) file(c *web.C) error {
	p, _, err := w.s.Get(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if p.File == "" {
		return core.NotFound()
	}
	return w.s.blobs.Serve(c, string(p.File))
}

// bracketPara is a paragraph with passages in brackets, ready to print.
type bracketPara struct {
	ID, Lang, Dir, Label string
	Number               int
	Heading              int
	Tokens               []token
	Dissent              []dissentView
}

// token is a piece of such a paragraph: words, or the beginning or end of a passage.
type token struct{ Open, Close, S, Say string }

type dissentView struct {
	By   string
	Text web.TextView
}

// openView is a passage without consensus, in the list of all.
type openView struct {
	URL, Where, By string
	Text           string
	Lang, Dir      string
	Settle         string // address of the form; empty where the reader may not
}

// bracketed prepares a text with its open brackets, and the list of these.
func (w *Web) bracketed(c *web.C, v View, out *showView) {
	mayEdit := policy.Can("edit", v.policyState(), v.Roles...) || policy.Can("correct", v.policyState(), v.Roles...)
	for _, p := range v.Revision.Paragraphs {
		t := c.Text(p.Text)
		bp := bracketPara{ID: p.ID, Lang: t.Lang, Dir: t.Dir, Number: p.Number(), Label: c.T("documents.paragraph.link", "Number", p.Number())}
		if p.Kind == documents.Heading {
			bp.Heading = min(4, max(2, p.Level))
		}
		bp.Tokens = tokens(c, p.ID, t.S)
		for _, d := range p.Attrs.Dissent {
			bp.Dissent = append(bp.Dissent, dissentView{d.By, c.Text(d.Text)})
		}
		out.Paras = append(out.Paras, bp)
	}
	head := v.Draft || !v.HasDraft // brackets are settled in the newest words
	for _, o := range openOf(*v.Revision) {
		ov := openView{
			URL: "#" + bracketID(o.Para.ID, o.N), Where: c.T("papers.paragraph", "Number", o.Para.Number()), By: o.By, Text: o.Text,
			Lang: o.Lang, Dir: core.Dir(o.Lang),
		}
		if mayEdit && head {
			ov.Settle = c.URL(v.Path() + "/brackets/" + o.Para.ID + "/" + strconv.Itoa(o.N))
		}
		out.Open = append(out.Open, ov)
	}
	out.OpenTitle = c.T("papers.open_brackets", "Count", len(out.Open))
}

func bracketID(para string, n int) string { return para + "-b" + strconv.Itoa(n) }

// tokens cuts a text at its brackets.
func tokens(c *web.C, para, s string) []token {
	spans, err := Brackets(s)
	if err != nil {
		return []token{{S: s}}
	}
	var out []token
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			out = append(out, token{S: plain.String()})
			plain.Reset()
		}
	}
	starts, ends := map[int]Span{}, map[int]bool{}
	for _, sp := range spans {
		starts[sp.Start], ends[sp.End-1] = sp, true
	}
	for i, r := range []rune(s) {
		if sp, ok := starts[i]; ok {
			flush()
			say := c.T("papers.bracket_begins")
			if sp.By != "" {
				say = c.T("papers.bracket_begins_by", "By", sp.By)
			}
			out = append(out, token{Open: bracketID(para, sp.N), Say: say})
		}
		plain.WriteRune(r)
		if ends[i] {
			flush()
			out = append(out, token{Close: "1", Say: c.T("papers.bracket_ends")})
		}
	}
	flush()
	return out
}
