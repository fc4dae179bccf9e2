package papers

import (
	"embed"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// SlotPaper is a slot of a paper's page: rooms below show what came of it.
const SlotPaper = "papers.paper"

// Web is the room's pages.
type Web struct {
	s     *Service
	vocab *vocab.Service
	signs *web.Limiter // signatures per account
}

// NewWeb makes the pages.
func NewWeb(s *Service, v *vocab.Service) *Web {
	return &Web{s: s, vocab: v, signs: web.NewLimiter(time.Minute, 10)}
}

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("papers", viewFS); err != nil {
		return err
	}
	s.Takes("Papers", takes)
	s.Handle("GET /papers", w.all)
	s.Edition("GET /papers", w.ofEdition)
	s.Handle("GET /papers/{id}", w.show)
	s.Handle("GET /papers/{id}/history", w.history)
	s.Handle("GET /papers/{id}/file", w.file)
	s.Handle("POST /papers/{id}/save", w.autosave)
	for path, h := range map[string]web.Handler{
		"/papers/new":                       w.add,
		"/papers/{id}/edit":                 w.edit,
		"/papers/{id}/publish":              w.publish,
		"/papers/{id}/window":               w.window,
		"/papers/{id}/endorse":              w.endorse,
		"/papers/{id}/endorsements/{e}":     w.keep,
		"/papers/{id}/endorsements/{e}/end": w.withdraw,
		"/papers/{id}/brackets/{para}/{n}":  w.resolve,
	} {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	return nil
}

// reads says that a page is made from papers of every edition, before they are asked for.
func (w *Web) reads(c *web.C) error {
	list, err := w.s.editions.Editions(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	c.Reads(core.ScopeForum)
	for _, e := range list {
		c.Reads(e.Scope())
	}
	return nil
}

// row is a paper in a list.
type row struct {
	URL, Kind, By, Day string
	Title              web.TextView
	Of                 []web.Tab // its body, session and edition
	Status             web.Status
	Unofficial         bool
	Outside            string // address, where the paper is only a link
}

type listView struct {
	Title, Subtitle string
	Filters         []web.Filter
	Rows            []row
	Pager           web.Pager
	Empty           *web.Empty
	Actions         []web.Action
}

func (w *Web) all(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	f := Filter{Body: core.ID(c.Query("body")), Edition: core.ID(c.Query("edition"))}
	v := listView{Title: c.T("papers.title"), Subtitle: c.T("papers.subtitle")}
	return w.list(c, v, f, "/papers/new", []web.Crumb{{Label: v.Title}}, Place{})
}

func (w *Web) ofEdition(c *web.C) error {
	set, err := w.s.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	v := listView{Title: c.T("papers.title_edition", "Edition", c.Text(set.Name).S), Subtitle: c.T("papers.subtitle")}
	trail := editions.Trail(c, set, web.Crumb{Label: c.T("papers.title")})
	return w.list(c, v, Filter{Edition: set.ID, Body: core.ID(c.Query("body"))}, "/papers/new?edition="+string(set.ID), trail, Place{Edition: set.ID})
}

func (w *Web) list(c *web.C, v listView, f Filter, add string, trail []web.Crumb, at Place) error {
	kind := c.Query("kind")
	all := f
	if KnownKind(kind) {
		f.Kinds = []string{kind}
	}
	list, err := w.s.List(c.Context(), c.Actor, f, c.PageArg())
	if err != nil {
		return err
	}
	if v.Filters, err = w.filters(c, all, f, at.Edition == ""); err != nil {
		return err
	}
	if v.Rows, err = w.rows(c, list.Items); err != nil {
		return err
	}
	v.Pager = c.Pager(len(list.Items), list.Total, list.Next, "papers.count")
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("papers.none"), Text: c.T("papers.none_text")}
	}
	if placePolicy.Can("add", placeForum, c.Actor.Roles(at.scope())...) {
		v.Actions = []web.Action{{Label: c.T("papers.add"), URL: c.URL(add), Icon: "plus"}}
	}
	return c.Page(web.Page{Name: "papers/list", Title: v.Title, Describe: v.Subtitle, Section: "outcomes", Trail: trail, V: v})
}

// filters are the ways to narrow a list, with how many papers each leaves.
func (w *Web) filters(c *web.C, all, now Filter, byEdition bool) ([]web.Filter, error) {
	var out []web.Filter
	kinds, err := w.s.count(c.Context(), c.Actor, all, "kind")
	if err != nil {
		return nil, err
	}
	f := web.Filter{Label: c.T("papers.filter.kind")}
	for _, k := range Kinds {
		if n := kinds[k]; n > 0 {
			f.Values = append(f.Values, c.FilterTab("kind", k, c.T("papers.kind."+k), n))
		}
	}
	out = append(out, f)
	if byEdition {
		without := now
		without.Edition = ""
		counts, err := w.s.count(c.Context(), c.Actor, without, "edition")
		if err != nil {
			return nil, err
		}
		list, err := w.s.editions.Editions(c.Context(), c.Actor)
		if err != nil {
			return nil, err
		}
		f := web.Filter{Label: c.T("papers.filter.edition")}
		for _, e := range list {
			if n := counts[string(e.ID)]; n > 0 {
				f.Values = append(f.Values, c.FilterTab("edition", string(e.ID), c.Text(e.Name).S, n))
			}
		}
		out = append(out, f)
	}
	without := now
	without.Body = ""
	counts, err := w.s.count(c.Context(), c.Actor, without, "body")
	if err != nil {
		return nil, err
	}
	ids := make([]core.ID, 0, len(counts))
	for id := range counts {
		ids = append(ids, core.ID(id))
	}
	found, err := w.s.bodies.Bodies(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	f = web.Filter{Label: c.T("papers.filter.body")}
	for _, id := range sortedByName(found, c.Lang) {
		f.Values = append(f.Values, c.FilterTab("body", string(id), found[id].Label(c.Lang), counts[string(id)]))
	}
	return append(out, f), nil
}

// rows makes papers ready to print, in a number of queries that does not depend on theirs.
func (w *Web) rows(c *web.C, list []Paper) ([]row, error) {
	x, err := w.s.around(c.Context(), c.Actor, list)
	if err != nil {
		return nil, err
	}
	out := make([]row, 0, len(list))
	for _, p := range list {
		r := row{
			URL: c.URL(p.Path()), Kind: c.T("papers.kind." + p.Kind), By: x.by(c, p), Title: c.Text(p.Title), Of: x.of(c, p),
			Status: w.status(c, p), Unofficial: p.Unofficial, Day: day(c, p.Day),
		}
		if p.Document == "" {
			r.Outside = p.URL
		}
		out = append(out, r)
	}
	return out, nil
}

func day(c *web.C, s string) string {
	t, err := core.ParseDate(s)
	if err != nil {
		return ""
	}
	return c.Date(t)
}

// by is who wrote a paper: as they want to be named, else the person and organisation.
func (x setting) by(c *web.C, p Paper) string {
	org := c.Text(x.orgs[p.Organisation].Name).S
	name := x.persons[p.Person]
	switch {
	case p.By != "":
		return p.By
	case name != "" && org != "":
		return c.T("papers.by_both", "Name", name, "Organisation", org)
	case name != "":
		return name
	}
	return org
}

// of are links to what a paper belongs to.
func (x setting) of(c *web.C, p Paper) []web.Tab {
	var out []web.Tab
	if b, ok := x.bodies[p.Body]; ok {
		out = append(out, web.Tab{Label: b.Label(c.Lang), URL: c.URL(b.Path())})
	}
	if ses := x.sessions[p.Session]; ses != nil {
		out = append(out, web.Tab{Label: c.T("papers.session", "Ref", programme.RefLabel(ses.Ref), "Title", c.Text(ses.Label()).S), URL: c.URL(ses.Path())})
	}
	if e, ok := x.editions[p.Edition]; ok {
		out = append(out, web.Tab{Label: c.Text(e.Name).S, URL: c.URL(e.Path())})
	}
	return out
}

// status says how far a paper has come.
func (w *Web) status(c *web.C, p Paper) web.Status {
	switch p.State {
	case StatePublished:
		return c.Status("published", "papers.status.published", "Time", c.StampHere(p.Published))
	case StateFinal:
		return c.Status("done", "papers.status.final", "Time", c.StampHere(p.Finalised))
	}
	if p.OpenDraft {
		return c.Status("draft", "papers.status.open_draft")
	}
	return c.Status("private", "papers.status.draft")
}
