package archive

import (
	"embed"
	"io"
	"net/http"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s        *Service
	editions *editions.Service
}

// NewWeb makes the pages.
func NewWeb(s *Service, e *editions.Service) *Web { return &Web{s, e} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("archive", viewFS); err != nil {
		return err
	}
	s.Edition("GET /import", w.form)
	s.Edition("POST /import", w.form)
	s.Edition("GET /imports/{id}", w.show)
	return nil
}

type formView struct {
	Title    string
	Text     string
	FileName string
	Langs    []web.Option
	Problem  string
	Plan     *planView
	Past     []pastView
	Action   string
	Ready    bool
}

type planView struct {
	Found     string // "6 sessions", "48 Messages in 8 sessions", in a sentence
	Shape     string
	Counts    []countView
	Sessions  []sessionView
	Conflicts []lineView
	Unread    []lineView
	Facts     []lineView
	Import    string
}

type countView struct{ Label, N string }

type sessionView struct {
	Title  string
	URL    string
	Known  bool
	What   string
	When   web.When
	Place  string
	Counts string
	Fills  string
}

type lineView struct{ Place, Text string }

type pastView struct{ Name, URL, When, What string }

// form takes a document by paste or upload, shows what was found and, when that was
// seen and confirmed, takes it in.
func (w *Web) form(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	v := formView{Title: c.T("archive.title", "Edition", c.Text(set.Name).S), Action: c.URL(set.Path() + "/import")}
	for _, lang := range core.Langs {
		v.Langs = append(v.Langs, web.Option{Value: lang, Label: web.LangName[lang], Selected: lang == c.Lang})
	}
	status := http.StatusOK
	if c.R.Method == http.MethodGet {
		if err := policy.Check("import", "", c.Actor.Roles(set.Scope())...); err != nil {
			return err
		}
	} else {
		var done bool
		if done, err = w.post(c, set, &v); done {
			return err
		}
		if err != nil {
			e := web.Classify(err)
			if e.Kind != core.KindInvalid && e.Kind != core.KindConflict {
				return err
			}
			v.Problem, status = c.S.Catalog.Error(c.Lang, e), http.StatusUnprocessableEntity
		}
	}
	past, err := w.s.Imports(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	for _, im := range past {
		v.Past = append(v.Past, pastView{
			Name: im.Name, URL: c.URL(set.Path() + "/imports/" + string(im.ID)), When: c.Stamp(im.At, set.Zone), What: found(c, im.Found),
		})
	}
	title := v.Title
	if v.Problem != "" {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: "archive/import", Title: title, Section: "programme", NoIndex: true, Status: status,
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("archive.trail")}), V: v,
	})
}

// post reads what was pasted or sent. done says that the answer is given.
func (w *Web) post(c *web.C, set *editions.Setting, v *formView) (done bool, err error) {
	var in struct {
		Text string `form:"text"`
		Name string `form:"name"`
		Lang string `form:"lang"`
	}
	if err := c.Decode(&in); err != nil {
		return false, err
	}
	v.Text, v.FileName = in.Text, strings.TrimSpace(in.Name)
	for i := range v.Langs {
		v.Langs[i].Selected = v.Langs[i].Value == in.Lang
	}
	if f, head, err := c.R.FormFile("file"); err == nil {
		defer func() { _ = f.Close() }()
		b, err := io.ReadAll(f)
		if err != nil {
			return false, err
		}
		if len(b) > 0 {
			v.Text, v.FileName = string(b), head.Filename
		}
	}
	if v.FileName == "" {
		v.FileName = c.T("archive.pasted")
	}
	if strings.TrimSpace(v.Text) == "" {
		return false, core.Invalid("archive.error.empty")
	}
	if c.Wants("apply") {
		_, res, err := w.s.Apply(c.Context(), c.Actor, set.Slug, v.FileName, in.Lang, []byte(v.Text))
		if err == nil {
			return true, c.Done(set.Path()+"/imports/"+string(res.Import), "archive.done",
				"Sessions", res.Sessions, "Filled", res.Filled, "People", res.People, "Messages", res.Messages)
		}
		if p, readErr := w.s.Read(c.Context(), c.Actor, set, v.FileName, in.Lang, []byte(v.Text)); readErr == nil {
			v.Plan = w.plan(c, set, p)
		}
		return false, err
	}
	p, err := w.s.Read(c.Context(), c.Actor, set, v.FileName, in.Lang, []byte(v.Text))
	if err != nil {
		return false, err
	}
	v.Plan = w.plan(c, set, p)
	v.Ready = len(p.Sessions) > 0
	return false, nil
}

// found says in one sentence what a document holds.
func found(c *web.C, n Counts) string {
	parts := []string{c.T("archive.count.sessions", "Count", n.Sessions)}
	for _, x := range []struct {
		key string
		n   int
	}{
		{"archive.count.messages", n.Messages},
		{"archive.count.people", n.People},
		{"archive.count.questions", n.Questions},
		{"archive.count.takeaways", n.Takeaways},
		{"archive.count.calls", n.Calls},
		{"archive.count.conflicts", n.Conflicts},
	} {
		if x.n > 0 {
			parts = append(parts, c.T(x.key, "Count", x.n))
		}
	}
	return strings.Join(parts, " · ")
}

func place(c *web.C, p Place) string {
	if p.EndLine <= p.Line {
		return c.T("archive.line", "Line", p.Line)
	}
	return c.T("archive.lines", "From", p.Line, "To", p.EndLine)
}

func (w *Web) plan(c *web.C, set *editions.Setting, p *Plan) *planView {
	n := p.Counts()
	v := &planView{Found: found(c, n), Shape: c.T("archive.shape." + string(p.Shape))}
	v.Import = c.T("archive.apply", "New", n.NewSessions, "Known", n.KnownSessions)
	for _, sp := range p.Sessions {
		sv := sessionView{Title: sp.Found.Title, Known: sp.Existing != nil, Place: place(c, sp.Found.Place), What: c.Text(sp.Type.Name).S}
		sv.When = c.When(sp.Starts, sp.Ends, set.Zone, set.Place(c.Lang))
		if sp.Existing != nil {
			sv.URL = c.URL(sp.Existing.Path())
			sv.When = c.When(sp.Existing.Starts, sp.Existing.Ends, set.Zone, set.Place(c.Lang))
			var fills []string
			for _, f := range sp.Fills {
				fills = append(fills, c.T("archive.fills."+f))
			}
			sv.Fills = strings.Join(fills, ", ")
		}
		sv.Counts = sessionCounts(c, sp.Found)
		v.Sessions = append(v.Sessions, sv)
	}
	for _, x := range p.Conflicts {
		v.Conflicts = append(v.Conflicts, lineView{place(c, x.Place), c.T(x.Key, x.Args...)})
	}
	for _, x := range p.Unread {
		v.Unread = append(v.Unread, lineView{place(c, x.Place), c.T("archive.unread."+string(x.Kind), "Text", x.Text)})
	}
	for _, x := range p.Facts {
		v.Facts = append(v.Facts, lineView{place(c, x.Place), x.Words})
	}
	return v
}

func sessionCounts(c *web.C, f forumtext.Session) string {
	var parts []string
	for _, x := range []struct {
		key string
		n   int
	}{
		{"archive.count.messages", len(f.Messages)},
		{"archive.count.people", len(f.People)},
		{"archive.count.takeaways", len(f.Takeaways)},
		{"archive.count.calls", len(f.Calls)},
	} {
		if x.n > 0 {
			parts = append(parts, c.T(x.key, "Count", x.n))
		}
	}
	return strings.Join(parts, ", ")
}

type showView struct {
	Title, When, What string
	Items             []itemView
	Lines             []sourceLine
}

type itemView struct {
	Kind, Label, Place string
	Line               int
}

type sourceLine struct {
	N    int
	Text string
}

// show is one import: what came of it, and its source with numbered lines.
func (w *Web) show(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	im, items, err := w.s.Get(c.Context(), c.Actor, set, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	v := showView{Title: im.Name, When: c.Stamp(im.At, set.Zone), What: found(c, im.Found)}
	for _, it := range items {
		at := Place{Line: it.FromLine, EndLine: it.ToLine}
		v.Items = append(v.Items, itemView{Kind: c.T("archive.item." + it.Kind), Label: it.Label, Place: place(c, at), Line: it.FromLine})
	}
	for i, l := range strings.Split(strings.ReplaceAll(im.Source, "\r\n", "\n"), "\n") {
		v.Lines = append(v.Lines, sourceLine{i + 1, l})
	}
	return c.Page(web.Page{
		Name: "archive/show", Title: im.Name, Section: "programme", NoIndex: true,
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("archive.trail"), URL: c.URL(set.Path() + "/import")}, web.Crumb{Label: im.Name}), V: v,
	})
}
