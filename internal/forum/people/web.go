package people

import (
	"embed"
	"net/http"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Slots of this room's pages. Rooms below fill them for a person or an organisation.
const (
	SlotPerson       = "people.person"       // a person's page: sessions, seats
	SlotOrganisation = "people.organisation" // an organisation's page: sessions organised
	SlotMe           = "people.me"           // one's own page: tasks, registrations
)

// Web is the room's pages.
type Web struct {
	s     *Service
	vocab *vocab.Service
}

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s, vocab: s.vocab} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("people", viewFS); err != nil {
		return err
	}
	s.Takes("People", takes)
	s.Handle("GET /people", w.list)
	s.Handle("GET /people/{id}", w.person)
	s.Handle("GET /people/{id}/history", w.personHistory)
	s.Handle("GET /me", w.me)
	s.Handle("GET /organisations", w.organisations)
	s.Handle("GET /organisations.csv", w.organisationsCSV)
	s.Handle("GET /organisations/{id}", w.organisation)
	s.Handle("GET /organisations/{id}/history", w.organisationHistory)
	for path, h := range map[string]web.Handler{
		"/people/new": w.newPerson, "/people/{id}/edit": w.editPerson, "/people/{id}/merge": w.mergePerson,
		"/people/{id}/account": w.connect,
		"/organisations/new":   w.newOrganisation, "/organisations/{id}/edit": w.editOrganisation,
	} {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	s.Handle("POST /me/introduce", w.introduce)
	return nil
}

func peopleTrail(c *web.C, more ...web.Crumb) []web.Crumb {
	return append([]web.Crumb{
		{Label: c.T("people.community"), URL: c.URL("/community")}, {Label: c.T("people.title"), URL: c.URL("/people")},
	}, more...)
}

// label is the name of a term for the reader; empty for no code.
func (w *Web) label(c *web.C, v, code string) string {
	if code == "" {
		return ""
	}
	return c.Text(w.vocab.Label(v, code)).S
}

// search is the small form over a list.
type search struct {
	Action, Query, Label string
	Hidden               []hidden // filters that are kept
}

type hidden struct{ Name, Value string }

func searchOf(c *web.C, path, label string, keep ...string) search {
	s := search{Action: c.URL(path), Query: c.Query("q"), Label: c.T(label)}
	for _, k := range keep {
		if v := c.Query(k); v != "" {
			s.Hidden = append(s.Hidden, hidden{k, v})
		}
	}
	return s
}

// narrowed is a list with its filters: what both directories show around their rows.
type narrowed struct {
	Search  search
	Result  string
	Filters []web.Filter
	Chosen  []web.Tab
	Clear   string
	Pager   web.Pager
	Empty   web.Empty
}

// most is how many values of a filter are offered.
const most = 15

// filter makes the links of one filter; the chosen value is always among them.
func (w *Web) filter(c *web.C, n *narrowed, label, name, vocabulary string, values []Facet) {
	f := web.Filter{Label: label}
	chosen := c.Query(name)
	if chosen != "" && !slices.ContainsFunc(values, func(v Facet) bool { return v.Value == chosen }) && w.vocab.Has(vocabulary, chosen) {
		values = append(slices.Clone(values), Facet{Value: chosen})
	}
	for i, v := range values {
		if i >= most && v.Value != chosen {
			continue
		}
		tab := c.FilterTab(name, v.Value, w.label(c, vocabulary, v.Value), v.Count)
		f.Values = append(f.Values, tab)
		if tab.Current {
			n.Chosen = append(n.Chosen, tab)
		}
	}
	n.Filters = append(n.Filters, f)
}

type listView struct {
	narrowed
	Actions []web.Action
	Rows    []personRow
}

type personRow struct {
	URL, Name, Honorific, Country string
	Lines                         []string
	Groups                        []string
	Private                       *web.Status
}

func (w *Web) list(c *web.C) error {
	c.Reads(core.ScopeForum)
	c.Until(c.Tomorrow())
	f := Filter{Query: c.Query("q"), Group: c.Query("group"), Country: c.Query("country"), Page: c.PageArg()}
	list, err := w.s.List(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	groups, countries, err := w.s.Facets(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	affs, err := w.s.AffiliationsFor(c.Context(), c.Actor, list.Items)
	if err != nil {
		return err
	}
	v := listView{}
	v.Search = searchOf(c, "/people", "people.search", "group", "country")
	w.filter(c, &v.narrowed, c.T("people.group"), "group", vocab.Groups, groups)
	w.filter(c, &v.narrowed, c.T("people.country"), "country", vocab.CountryList, countries)
	v.Clear = c.URL("/people")
	v.Pager = c.Pager(len(list.Items), list.Total, list.Next, "people.count")
	v.Empty = web.Empty{Title: c.T("people.none"), Text: c.T("people.none_text")}
	today := w.s.today()
	for _, p := range list.Items {
		row := personRow{URL: c.URL(p.Path()), Name: p.In(c.Lang), Honorific: p.Honorific, Country: w.label(c, vocab.CountryList, p.Country)}
		for _, a := range On(affs[p.ID], today) {
			row.Lines = append(row.Lines, w.line(c, a))
			if g := w.label(c, vocab.Groups, a.StakeholderGroup()); g != "" && !slices.Contains(row.Groups, g) {
				row.Groups = append(row.Groups, g)
			}
		}
		if !p.Public {
			st := c.Status("private", "people.private")
			row.Private = &st
		}
		v.Rows = append(v.Rows, row)
	}
	if CanCreate(c.Actor) {
		v.Actions = []web.Action{{Label: c.T("people.new"), URL: c.URL("/people/new"), Icon: "plus"}}
	}
	return c.Page(web.Page{
		Name: "people/list", Title: c.T("people.title"), Describe: c.T("people.subtitle"), Section: "community",
		Trail: []web.Crumb{{Label: c.T("people.community"), URL: c.URL("/community")}, {Label: c.T("people.title")}},
		// Lists narrowed by a search are no pages of their own for search engines.
		NoIndex: f.Query != "" || f.Group != "" || f.Country != "", V: v,
	})
}

// line is an affiliation for the reader: the organisation in her language.
func (w *Web) line(c *web.C, f Affiliation) string {
	name := f.OrganisationName
	if f.Organisation != "" && !f.Of.IsZero() {
		name = c.Text(f.Of).S
	}
	return strings.Join(filled(f.Title, name), ", ")
}

type historyView struct {
	Name  string
	Title string
	Tabs  web.Tabs
	Lines []web.HistoryLine
	Pager web.Pager
	Empty web.Empty
}

func (w *Web) tabs(c *web.C, path string, history bool) web.Tabs {
	return web.Tabs{Label: c.T("people.tabs"), Tabs: []web.Tab{
		{Label: c.T("people.overview"), URL: c.URL(path), Current: !history},
		{Label: c.T("people.history"), URL: c.URL(path + "/history"), Current: history},
	}}
}

func (w *Web) historyPage(c *web.C, name, path string, list core.List[record.Event], trail []web.Crumb) error {
	names, err := w.s.Names(c.Context(), actors(list.Items))
	if err != nil {
		return err
	}
	v := historyView{
		Name: name, Title: c.T("people.history_of", "Name", name), Tabs: w.tabs(c, path, true),
		Lines: c.History(list.Items, names, "UTC"),
		Pager: c.Pager(len(list.Items), list.Total, list.Next, "people.events"),
		Empty: web.Empty{Title: c.T("people.no_events"), Text: c.T("people.no_events_text")},
	}
	return c.Page(web.Page{
		Name: "people/history", Title: v.Title, Section: "community", NoIndex: true,
		Trail: append(trail, web.Crumb{Label: name, URL: c.URL(path)}, web.Crumb{Label: c.T("people.history")}), V: v,
	})
}

type formView struct {
	Title, Note string
	Form        *web.Form
	Empty       *web.Empty
}

// formPage is the way of every form of this room: show it as it stands, take what was
// typed, and on a problem give it back as it was typed.
type formPage[In any] struct {
	key, title, note string
	trail            []web.Crumb
	cancel           string
	prepare          func(*web.Form)
	save             func(in In) (done string, err error)
}

func (p formPage[In]) serve(c *web.C, now In) error {
	in, status := now, http.StatusOK
	var failed error
	if c.R.Method == http.MethodPost {
		var typed In
		failed = c.Decode(&typed)
		if failed == nil && !c.Wants("_more") {
			var done string
			if done, failed = p.save(typed); failed == nil {
				return c.Done(done, p.key+".saved")
			}
		}
		in = typed
	}
	f := c.Form(p.key, &in)
	f.Cancel = c.URL(p.cancel)
	p.prepare(f)
	title := p.title
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		status, title = web.StatusCode(core.KindOf(failed)), c.T("form.error_title", "Title", p.title)
	}
	return c.Page(web.Page{
		Name: "people/form", Title: title, Section: "community", Status: status, NoIndex: true,
		Trail: append(p.trail, web.Crumb{Label: p.title}), V: formView{Title: p.title, Note: p.note, Form: f},
	})
}
