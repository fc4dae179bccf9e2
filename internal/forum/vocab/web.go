package vocab

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

//go:embed view
var viewFS embed.FS

// Namer tells the names of persons that may be shown in a history. The room of people
// answers; it comes later in the order of rooms.
type Namer interface {
	Names(ctx context.Context, ids []core.ID) (map[core.ID]string, error)
}

// Web is the room's pages.
type Web struct {
	s     *Service
	names Namer
}

// NewWeb makes the pages. names may be nil: then nobody is named in histories.
func NewWeb(s *Service, names Namer) *Web { return &Web{s: s, names: names} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("vocab", viewFS); err != nil {
		return err
	}
	s.Takes("Vocabularies", takes)
	s.Handle("GET /about/vocabularies", w.index)
	s.Handle("GET /about/vocabularies/{vocab}", w.show)
	s.Handle("GET /about/vocabularies/{vocab}/history", w.history)
	s.Handle("GET /about/countries", w.countries)
	s.Handle("GET /about/countries.csv", w.countriesCSV)
	s.Handle("GET /about/countries/{alpha2}", w.country)
	s.Handle("GET /about/countries/{alpha2}/history", w.countryHistory)
	for path, h := range map[string]web.Handler{
		"/about/vocabularies/{vocab}/new":         w.add,
		"/about/vocabularies/{vocab}/{code}/edit": w.edit,
		"/about/countries/{alpha2}/edit":          w.editCountry,
	} {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	return nil
}

func trail(c *web.C, more ...web.Crumb) []web.Crumb {
	return append([]web.Crumb{
		{Label: c.T("vocab.about"), URL: c.URL("/about")},
		{Label: c.T("vocab.title"), URL: c.URL("/about/vocabularies")},
	}, more...)
}

func name(c *web.C, v Vocabulary) string { return c.T("vocab.name." + v.Code) }

type indexView struct{ Rows []indexRow }

type indexRow struct{ URL, Name, About, Count string }

func (w *Web) index(c *web.C) error {
	c.Reads(core.ScopeForum)
	v := indexView{}
	for _, voc := range All {
		v.Rows = append(v.Rows, indexRow{
			URL: c.URL("/about/vocabularies/" + voc.Code), Name: name(c, voc), About: c.T("vocab.about." + voc.Code),
			Count: c.T("vocab.count", "Count", len(w.s.Terms(voc.Code))),
		})
	}
	v.Rows = append(v.Rows, indexRow{
		URL: c.URL("/about/countries"), Name: c.T("vocab.countries"), About: c.T("vocab.countries_about"),
		Count: c.T("vocab.countries_count", "Count", len(w.s.Countries(c.Lang))),
	})
	return c.Page(web.Page{
		Name: "vocab/index", Title: c.T("vocab.title"), Describe: c.T("vocab.subtitle"), Section: "about",
		Trail: []web.Crumb{{Label: c.T("vocab.about"), URL: c.URL("/about")}, {Label: c.T("vocab.title")}}, V: v,
	})
}

type showView struct {
	Title, About  string
	Actions       []web.Action
	Ranked, Dated bool
	CanEdit       bool
	Rows          []showRow
	CSV, JSON     string
	History       string
}

type showRow struct {
	Code                       string
	Label                      web.TextView
	Degree                     string
	Rank                       int
	From, Until, Within        string
	FromDay, UntilDay, EditURL string
}

func (w *Web) show(c *web.C) error {
	v, file, err := find(c)
	if err != nil {
		return err
	}
	c.Reads(core.ScopeForum)
	if file != "" {
		return w.file(c, v, file)
	}
	path := "/about/vocabularies/" + v.Code
	view := showView{
		Title: name(c, v), About: c.T("vocab.about." + v.Code), Ranked: v.Ranked, Dated: v.Dated,
		CSV: c.URL(path + ".csv"), JSON: c.URL("/api/v1/vocabularies/" + v.Code), History: c.URL(path + "/history"),
		CanEdit: Can(c.Actor, "edit"),
	}
	if v.Open && Can(c.Actor, "add") {
		view.Actions = []web.Action{{Label: c.T("vocab.add"), URL: c.URL(path + "/new"), Icon: "plus"}}
	}
	for _, t := range w.s.Terms(v.Code) {
		row := showRow{
			Code: t.Code, Label: c.Text(t.Label), Rank: t.Rank, EditURL: c.URL(path + "/" + t.Code + "/edit"),
			FromDay: t.From, UntilDay: t.Until, From: day(c, t.From), Until: day(c, t.Until),
		}
		if v.Ranked {
			row.Degree = c.T("vocab.degree." + strconv.Itoa(t.Rank))
		}
		if t.Within != "" {
			row.Within = c.Text(w.s.Label(v.Code, t.Within)).S
		}
		view.Rows = append(view.Rows, row)
	}
	return c.Page(web.Page{
		Name: "vocab/show", Title: view.Title, Describe: view.About, Section: "about",
		Trail: trail(c, web.Crumb{Label: view.Title}), V: view,
	})
}

// day prints a day like 2023-10-11 for the reader.
func day(c *web.C, d string) string {
	if t, err := core.ParseDate(d); err == nil {
		return c.Date(t)
	}
	return ""
}

type formView struct {
	Title, Note string
	Form        *web.Form
}

// editing is the way of every form of this room: show it as it stands, take what was
// typed, and on a problem give it back as it was typed.
func editing[In any](c *web.C, key string, now In, title, note string, crumbs []web.Crumb, prepare func(*web.Form), save func(in In) error, done string) error {
	status := http.StatusOK
	in := now
	var failed error
	if c.R.Method == http.MethodPost {
		var typed In
		failed = c.Decode(&typed)
		if failed == nil && !c.Wants("_more") {
			if failed = save(typed); failed == nil {
				return c.Done(done, key+".saved")
			}
		}
		in = typed
	}
	f := c.Form(key, &in)
	f.Cancel = c.URL(done)
	prepare(f)
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		status = web.StatusCode(core.KindOf(failed))
	}
	return c.Page(web.Page{
		Name: "vocab/form", Title: title, Section: "about", Status: status, NoIndex: true,
		Trail: append(crumbs, web.Crumb{Label: title}), V: formView{Title: title, Note: note, Form: f},
	})
}

func degrees(c *web.C) []web.Option {
	var out []web.Option
	for n := MaxRank; n >= 0; n-- {
		out = append(out, web.Option{Value: strconv.Itoa(n), Label: c.T("vocab.degree." + strconv.Itoa(n))})
	}
	return out
}

func (w *Web) edit(c *web.C) error {
	v, ok := Find(c.Param("vocab"))
	t, known := w.s.Term(v.Code, c.Param("code"))
	if !ok || !known {
		return core.NotFound()
	}
	if err := check(c.Actor, "edit"); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	path := "/about/vocabularies/" + v.Code
	prepare := func(f *web.Form) {
		f.Options("rank", degrees(c))
		var within []web.Option
		for _, o := range w.s.Options(c.Lang, v.Code) {
			if o.Value != t.Code {
				within = append(within, o)
			}
		}
		f.Options("within", within)
		if !v.Ranked {
			f.Drop("rank")
		}
		if !v.Dated {
			f.Drop("from", "until", "within")
		}
	}
	title := c.T("vocab.edit", "Label", c.Text(t.Label).S)
	return editing(c, "vocab.term", InputOf(t), title, c.T("vocab.term.note"),
		trail(c, web.Crumb{Label: name(c, v), URL: c.URL(path)}), prepare, func(in TermInput) error {
			_, err := w.s.EditTerm(c.Context(), c.Actor, v.Code, t.Code, in)
			return err
		}, path)
}

func (w *Web) add(c *web.C) error {
	v, ok := Find(c.Param("vocab"))
	if !ok || !v.Open {
		return core.NotFound()
	}
	if err := check(c.Actor, "add"); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	path := "/about/vocabularies/" + v.Code
	return editing(c, "vocab.new", NewTermInput{}, c.T("vocab.add"), "",
		trail(c, web.Crumb{Label: name(c, v), URL: c.URL(path)}), func(f *web.Form) {
			f.Options("rank", degrees(c))
			if !v.Ranked {
				f.Drop("rank")
			}
		}, func(in NewTermInput) error {
			_, err := w.s.AddTerm(c.Context(), c.Actor, v.Code, in)
			return err
		}, path)
}

type historyView struct {
	Title string
	Lines []web.HistoryLine
	Pager web.Pager
	Empty web.Empty
}

func (w *Web) history(c *web.C) error {
	v, ok := Find(c.Param("vocab"))
	if !ok {
		return core.NotFound()
	}
	terms := w.s.Terms(v.Code)
	subjects := make([]core.ID, 0, len(terms))
	for _, t := range terms {
		subjects = append(subjects, Subject(v.Code, t.Code))
	}
	return w.happened(c, c.T("vocab.history", "Name", name(c, v)), subjects,
		trail(c, web.Crumb{Label: name(c, v), URL: c.URL("/about/vocabularies/" + v.Code)}))
}

func (w *Web) happened(c *web.C, title string, subjects []core.ID, crumbs []web.Crumb) error {
	c.Reads(core.ScopeForum)
	list, err := w.s.rec.Events(c.Context(), record.Query{
		Subjects: subjects, Internal: Can(c.Actor, "see_internal_history"), Page: c.PageArg(),
	})
	if err != nil {
		return err
	}
	names := map[core.ID]string{}
	if w.names != nil && len(list.Items) > 0 {
		var ids []core.ID
		for _, e := range list.Items {
			if e.Person != "" && !slices.Contains(ids, e.Person) {
				ids = append(ids, e.Person)
			}
		}
		if names, err = w.names.Names(c.Context(), ids); err != nil {
			return err
		}
	}
	return c.Page(web.Page{
		Name: "vocab/history", Title: title, Section: "about",
		Trail: append(crumbs, web.Crumb{Label: title}), V: historyView{
			Title: title, Lines: c.History(list.Items, names, "UTC"),
			Pager: c.Pager(len(list.Items), list.Total, list.Next, "vocab.changes"),
			Empty: web.Empty{Title: c.T("vocab.unchanged"), Text: c.T("vocab.unchanged_text")},
		},
	})
}
