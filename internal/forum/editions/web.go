package editions

import (
	"embed"
	"html/template"
	"net/http"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s      *Service
	vocab  *vocab.Service
	people *people.Service
	rec    *record.Record
}

// NewWeb makes the pages.
func NewWeb(s *Service, v *vocab.Service, p *people.Service) *Web {
	return &Web{s: s, vocab: v, people: p, rec: s.rec}
}

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("editions", viewFS); err != nil {
		return err
	}
	s.Takes("Editions", takes)
	s.Handle("GET /{$}", w.home)
	s.Handle("GET /editions", w.list)
	s.Handle("GET /about", w.about)
	s.Handle("GET /about/edit", w.editForum)
	s.Handle("POST /about/edit", w.editForum)
	s.Handle("GET /about/history", w.forumHistory)
	s.Handle("GET /editions/new", w.add)
	s.Handle("POST /editions/new", w.add)
	s.Edition("GET /{$}", w.edition)
	s.Edition("GET /about", w.facts)
	s.Edition("GET /activity", w.activity)
	s.Edition("GET /outcomes", w.outcomes)
	for path, h := range map[string]web.Handler{
		"/edit": w.edit, "/edit/places": w.editPlaces, "/edit/themes": w.editThemes, "/edit/questions": w.editQuestions,
	} {
		s.Edition("GET "+path, h)
		s.Edition("POST "+path, h)
	}
	return nil
}

// Shell fills what stands around each page.
func (w *Web) Shell(c *web.C) (web.Shell, error) {
	f, err := w.s.Forum(c.Context())
	if core.KindOf(err) == core.KindNotFound {
		return web.Shell{}, nil
	}
	if err != nil {
		return web.Shell{}, err
	}
	name := c.Text(f.Name)
	sh := web.Shell{Forum: name.S, Short: f.Short}
	list, err := w.s.Editions(c.Context(), c.Actor)
	if err != nil {
		return sh, err
	}
	base := ""
	for _, e := range list {
		if e.Slug == c.Edition {
			sh.Edition, sh.Sample, base = c.Text(e.Name).S, e.Sample, e.Path()
		}
	}
	if base == "" {
		if cur, err := w.s.Current(c.Context(), c.Actor); err == nil {
			base = cur.Path()
		}
	}
	for i, e := range list {
		if i == 8 && e.Slug != c.Edition {
			break
		}
		sh.Editions = append(sh.Editions, web.Tab{Label: c.Text(e.Name).S, URL: c.URL(e.Path()), Current: e.Slug == c.Edition})
	}
	sh.Search = c.URL("/search")
	if c.Edition != "" && base != "" {
		sh.Search = c.URL(base + "/search")
	}
	if base != "" {
		sh.Entries = []web.Tab{
			{Label: c.T("shell.programme"), URL: c.URL(base + "/programme"), Lang: "programme"},
			{Label: c.T("shell.outcomes"), URL: c.URL(base + "/outcomes"), Lang: "outcomes"},
		}
	}
	sh.Entries = append(sh.Entries,
		web.Tab{Label: c.T("shell.community"), URL: c.URL("/community"), Lang: "community"},
		web.Tab{Label: c.T("shell.about"), URL: c.URL("/about"), Lang: "about"})
	sh.Footer = []web.Tab{
		{Label: c.T("shell.statistics"), URL: c.URL(base + "/statistics")},
		{Label: c.T("shell.rights"), URL: c.URL("/about/rights")},
		{Label: c.T("shell.vocabularies"), URL: c.URL("/about/vocabularies")},
		{Label: c.T("shell.data"), URL: c.URL("/about/data")},
	}
	if base != "" {
		sh.Footer = append(sh.Footer, web.Tab{Label: c.T("shell.conduct"), URL: c.URL(base + "/conduct")})
	}
	if c.Actor.SignedIn() {
		sh.Account = []web.Tab{
			{Label: c.T("find.saved.title"), URL: c.URL("/me/searches")},
			{Label: c.T("mailchoices.title"), URL: c.URL("/me/mail")},
			{Label: c.T("security.title"), URL: c.URL("/me/security")},
		}
		if c.Actor.Staff(core.ScopeForum) {
			sh.Account = append(sh.Account,
				web.Tab{Label: c.T("shell.accounts"), URL: c.URL("/admin/accounts")},
				web.Tab{Label: c.T("find.admin.title"), URL: c.URL("/admin/search")},
				web.Tab{Label: c.T("mine.requests.title"), URL: c.URL("/admin/erasures")},
				web.Tab{Label: c.T("outbox.title"), URL: c.URL("/admin/mail")},
				web.Tab{Label: c.T("mailtexts.title"), URL: c.URL("/admin/mail-texts")},
				web.Tab{Label: c.T("health.title"), URL: c.URL("/admin/health")})
		}
		if c.Actor.Has(core.RoleAdmin, core.ScopeForum) {
			sh.Account = append(sh.Account, web.Tab{Label: c.T("hooks.title"), URL: c.URL("/admin/webhooks")})
		}
	}
	if c.Edition != "" && base != "" {
		sh.Footer = append(sh.Footer, web.Tab{Label: c.T("shell.activity"), URL: c.URL(base + "/activity")})
	}
	return sh, nil
}

// homeView is the first screen of an edition.
type homeView struct {
	Title, Theme, City web.TextView
	Facts              string
	Dates              string
	Ordinal            string
	Host               web.TextView
	Main, Side         []template.HTML
	Actions            []web.Action
	ForumName          web.TextView
	ForumAbout         *web.TextView
	Draft              bool
	Empty              web.Empty
}

func (w *Web) home(c *web.C) error {
	c.Reads(core.ScopeForum)
	f, err := w.s.Forum(c.Context())
	if err != nil && core.KindOf(err) == core.KindNotFound {
		return c.Page(web.Page{Name: "editions/unset", Title: c.T("editions.unset"), NoIndex: true, Status: http.StatusServiceUnavailable})
	}
	if err != nil {
		return err
	}
	set, err := w.s.Current(c.Context(), c.Actor)
	if core.KindOf(err) == core.KindNotFound && err != nil {
		return c.Page(web.Page{Name: "editions/none", Title: c.Text(f.Name).S, V: w.noneView(c, f)})
	}
	if err != nil {
		return err
	}
	c.Edition = set.Slug
	about := c.Text(f.About)
	return w.show(c, set, &about)
}

func (w *Web) edition(c *web.C) error {
	set, err := w.s.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	return w.show(c, set, nil)
}

func (w *Web) show(c *web.C, set *Setting, about *web.TextView) error {
	c.Reads(set.Scope(), core.ScopeForum)
	f, err := w.s.Forum(c.Context())
	if err != nil {
		return err
	}
	v := homeView{
		Title: c.Text(set.Name), Theme: c.Text(set.Edition.Theme), City: c.Text(set.City), Host: c.Text(set.Host),
		Dates: Dates(c, set.Edition), ForumAbout: about, ForumName: c.Text(f.Name), Draft: set.State == StateDraft,
	}
	if set.Ordinal > 0 {
		v.Ordinal = c.T("editions.ordinal", "Number", set.Ordinal)
	}
	if v.Main, err = c.Panels("editions.home", set.ID); err != nil {
		return err
	}
	if v.Side, err = c.Panels("editions.home.side", set.ID); err != nil {
		return err
	}
	v.Empty = web.Empty{Title: c.T("editions.home_empty"), Text: c.T("editions.home_empty_text")}
	if set.State == StateHeld {
		v.Empty = web.Empty{Title: c.T("editions.past"), Text: c.T("editions.past_text"), Link: &web.Tab{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme/all")}}
	}
	v.Actions = w.actions(c, set)
	title := v.Title.S
	if about != nil {
		title = v.ForumName.S
	}
	return c.Page(web.Page{Name: "editions/home", Title: title, Describe: v.Theme.S, V: v})
}

func (w *Web) actions(c *web.C, set *Setting) []web.Action {
	if !CanEdit(c.Actor, set.Edition) {
		return nil
	}
	p := set.Path()
	return []web.Action{
		{Label: c.T("editions.edit"), URL: c.URL(p + "/edit"), Icon: "edit"},
		{Label: c.T("editions.places"), URL: c.URL(p + "/edit/places"), Icon: "room"},
		{Label: c.T("editions.themes"), URL: c.URL(p + "/edit/themes")},
		{Label: c.T("editions.questions"), URL: c.URL(p + "/edit/questions")},
		{Label: c.T("editions.import"), URL: c.URL(p + "/import"), Icon: "download"},
	}
}

// Dates prints the days of an edition as it states them.
func Dates(c *web.C, e Edition) string {
	first, err1 := core.ParseDate(e.FirstDay)
	last, err2 := core.ParseDate(e.LastDay)
	if err1 != nil || err2 != nil {
		return ""
	}
	return i18n.DateRange(c.Lang, first, last)
}

// Trail starts the trail of a page below an edition.
func Trail(c *web.C, set *Setting, more ...web.Crumb) []web.Crumb {
	name := c.Text(set.Name)
	lang := ""
	if name.Fallback {
		lang = name.Lang
	}
	return append([]web.Crumb{{Label: name.S, URL: c.URL(set.Path()), Lang: lang}}, more...)
}

type listView struct {
	Rows    []listRow
	Actions []web.Action
}

type listRow struct {
	Name, City, Theme                  web.TextView
	URL, Dates, Country, Ordinal       string
	Year                               string
	Sample, Draft                      bool
	Onsite, Total, Countries, Sessions string
}

func (w *Web) list(c *web.C) error {
	c.Reads(core.ScopeForum)
	list, err := w.s.Editions(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	figures, err := w.s.AllFigures(c.Context())
	if err != nil {
		return err
	}
	v := listView{}
	if forumPolicy.Can("add_edition", "", c.Actor.Roles(core.ScopeForum)...) {
		v.Actions = []web.Action{
			{Label: c.T("editions.add"), URL: c.URL("/editions/new"), Icon: "plus"},
			{Label: c.T("editions.import"), URL: c.URL("/import"), Icon: "download"},
		}
	}
	for _, e := range list {
		r := listRow{
			Name: c.Text(e.Name), City: c.Text(e.City), Theme: c.Text(e.Theme), URL: c.URL(e.Path()), Dates: Dates(c, e),
			Sample: e.Sample, Draft: e.State == StateDraft,
		}
		if e.Ordinal > 0 {
			r.Ordinal = i18n.Number(c.Lang, e.Ordinal)
		}
		r.Country = w.country(c, e.Country)
		for _, f := range figures[e.ID] {
			text := figureText(c, f)
			switch f.Indicator {
			case "participants-onsite":
				r.Onsite = text
			case "participants-total":
				r.Total = text
			case "countries":
				r.Countries = text
			case "sessions":
				r.Sessions = text
			}
		}
		v.Rows = append(v.Rows, r)
	}
	return c.Page(web.Page{Name: "editions/list", Title: c.T("editions.all"), Section: "about", V: v})
}

func (w *Web) country(c *web.C, alpha2 string) string {
	if country, ok := w.vocab.Country(alpha2); ok {
		return c.Text(country.Name).S
	}
	return alpha2
}

func figureText(c *web.C, f Figure) string {
	n := i18n.Number(c.Lang, f.Amount)
	if f.Qualifier == "" {
		return n
	}
	return c.T("editions.qualifier."+f.Qualifier, "Number", n)
}

func (w *Web) noneView(c *web.C, f Forum) noneView {
	v := noneView{Name: c.Text(f.Name), About: c.Text(f.About)}
	v.Empty = web.Empty{Title: c.T("editions.none"), Text: c.T("editions.none_text")}
	if forumPolicy.Can("add_edition", "", c.Actor.Roles(core.ScopeForum)...) {
		v.Empty.Link = &web.Tab{Label: c.T("editions.add"), URL: c.URL("/editions/new")}
	}
	return v
}

type noneView struct {
	Name, About web.TextView
	Empty       web.Empty
}
