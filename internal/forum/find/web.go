package find

import (
	"embed"
	"math"
	"net/url"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/search"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s         *Service
	editions  *editions.Service
	people    *people.Service
	programme *programme.Service
	vocab     *vocab.Service
}

// NewWeb makes the pages. The rooms above give the words for what things are sorted by.
func NewWeb(s *Service, e *editions.Service, pp *people.Service, p *programme.Service, v *vocab.Service) *Web {
	return &Web{s: s, editions: e, people: pp, programme: p, vocab: v}
}

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("find", viewFS); err != nil {
		return err
	}
	s.Takes("Search", takes)
	s.Handle("GET /search", w.page)
	s.Edition("GET /search", w.page)
	s.Handle("GET /me/searches", w.saved)
	s.Handle("GET /search/unsubscribe/{token}", w.unsubscribe)
	s.Handle("POST /search/unsubscribe/{token}", w.unsubscribe)
	s.Handle("GET /admin/search", w.admin)
	s.Handle("POST /admin/search", w.admin)
	for path, h := range map[string]web.Handler{
		"/me/searches/new": w.save, "/me/searches/{id}/edit": w.edit, "/me/searches/{id}/remove": w.remove,
	} {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	return nil
}

type pageView struct {
	Title, Action, Search string
	Keep                  []web.Tab
	Result                string
	Cut, Loosened         string
	Suggest               *web.Tab
	Chips, Sorts          []web.Tab
	Clear, Save           string
	All                   *web.Tab
	Filters               []web.Filter
	Chosen                string
	Rows                  []rowView
	Pager                 pagerView
	Empty                 *emptyView
	Kinds                 []web.Tab // what there is, where nothing is asked
}

type emptyView struct {
	Title  string
	Advice []string
	Links  []web.Tab
}

type pagerView struct{ Previous, Next, Sentence string }

type rowView struct {
	URL, Kind     string
	Title         []search.Piece
	Lang          string // of the title, where it is not the reader's
	Status        web.Status
	Meta          []metaView
	When          web.When
	Fragment      []search.Piece
	FragmentLang  string
	FragmentDir   string
	OtherLanguage string
}

type metaView struct{ Text, Lang string }

// page is the search of all editions, or of the one in the address.
func (w *Web) page(c *web.C) error {
	q := ReadQuestion(c.R.URL.Query())
	q.Size = pageSize
	path := "/search"
	var set *editions.Setting
	if c.Edition != "" {
		var err error
		if set, err = w.editions.Setting(c.Context(), c.Actor, c.Edition); err != nil {
			return err
		}
		path = set.Path() + "/search"
		page := q.Page
		q = q.With("edition", set.Slug).With("year", "")
		q.Page = page
	}
	x := &wording{w: w, c: c, q: q, path: path, set: set}
	v, err := x.view()
	if err != nil {
		return err
	}
	p := web.Page{Name: "find/page", Title: v.Title, NoIndex: true, V: v}
	if set != nil {
		p.Trail = editions.Trail(c, set, web.Crumb{Label: c.T("find.title")})
	} else {
		p.Trail = []web.Crumb{{Label: c.T("find.title")}}
	}
	return c.Page(p)
}

// wording puts an answer into words for a reader.
type wording struct {
	w    *Web
	c    *web.C
	q    Question
	path string
	set  *editions.Setting // of the edition that is fixed; nil for all

	list  []editions.Edition
	names map[string]map[string]named // by facet and value
}

// asked is the question without what the address fixes.
func (x *wording) asked() Question {
	if x.set != nil {
		return x.q.With("edition", "")
	}
	return x.q
}

// at is the address of a question, without the edition that the path fixes.
func (x *wording) at(q Question, page int) string {
	if x.set != nil {
		q = q.With("edition", "")
	}
	v := q.Values()
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	return x.c.URL(strings.TrimSuffix(x.path+"?"+v.Encode(), "?"))
}

func (x *wording) view() (pageView, error) {
	c := x.c
	v := pageView{Title: c.T("find.title"), Action: c.URL(x.path), Search: x.q.Text}
	if x.set != nil {
		v.Title = c.T("find.title_edition", "Edition", c.Text(x.set.Name).S)
	}
	asked := x.asked()
	if asked.Empty() {
		return v, x.nothing(&v)
	}
	if x.q.Text != "" {
		v.Title = c.T("find.title_for", "Query", x.q.Text)
	}
	a, err := x.w.s.Ask(c.Context(), c.Actor, c.Lang, x.q)
	if err != nil {
		return v, err
	}
	if err := x.learn(a); err != nil {
		return v, err
	}
	v.Filters, v.Chips = x.filters(a), x.chips()
	if len(v.Chips) > 0 {
		v.Clear = x.at(Question{Text: x.q.Text, Filter: x.fixed(), Sort: x.q.Sort}, 1)
		v.Chosen = c.T("find.chosen", "Count", len(v.Chips))
	}
	for _, name := range parameters {
		if s := asked.Filter[name]; s != "" {
			v.Keep = append(v.Keep, web.Tab{Label: name, URL: s})
		}
	}
	v.Result = c.T("find.result", "Count", a.Total, "Number", i18n.Number(c.Lang, a.Total))
	if a.Loosened {
		v.Loosened = c.T("find.loosened")
	}
	if a.Cut {
		v.Cut = c.T("find.cut")
	}
	if a.Suggest != "" {
		s := x.q
		s.Text, s.Page = a.Suggest, 1
		v.Suggest = &web.Tab{Label: a.Suggest, URL: x.at(s, 1)}
	}
	if a.Total > 1 {
		v.Sorts = x.sorts()
	}
	v.Save = c.URL("/me/searches/new?" + url.Values{"query": {x.q.Values().Encode()}}.Encode())
	if err := x.everywhere(&v); err != nil {
		return v, err
	}
	for _, h := range a.Hits {
		v.Rows = append(v.Rows, x.row(h))
	}
	v.Pager = x.pager(a)
	if len(v.Rows) == 0 {
		v.Empty = x.empty(v)
	}
	return v, nil
}

// fixed is the filter that the path gives.
func (x *wording) fixed() map[string]string {
	if x.set == nil {
		return nil
	}
	return map[string]string{"edition": x.set.Slug}
}

// nothing explains what can be found, with how many there are of each kind.
func (x *wording) nothing(v *pageView) error {
	q := x.q
	q.Size = 1
	a, err := x.w.s.Ask(x.c.Context(), x.c.Actor, x.c.Lang, q)
	if err != nil {
		return err
	}
	n := map[string]int{}
	for _, k := range a.Facets["kind"] {
		n[k.Value] = k.N
	}
	for _, kind := range Kinds {
		if n[kind] > 0 {
			v.Kinds = append(v.Kinds, web.Tab{
				Label: x.c.T("find.kinds." + kind), URL: x.at(x.q.With("kind", kind), 1), Count: i18n.Number(x.c.Lang, n[kind]),
			})
		}
	}
	return nil
}

// everywhere leads from the search of an edition to that of all, with what is there.
func (x *wording) everywhere(v *pageView) error {
	if x.set == nil {
		return nil
	}
	q := x.q.With("edition", "")
	q.Size = 1
	a, err := x.w.s.Ask(x.c.Context(), x.c.Actor, x.c.Lang, q)
	if err != nil || a.Loosened {
		return err
	}
	all := q.Values().Encode()
	v.All = &web.Tab{
		Label: x.c.T("find.everywhere", "Count", a.Total, "Number", i18n.Number(x.c.Lang, a.Total)), URL: x.c.URL("/search?" + all),
	}
	return nil
}

func (x *wording) sorts() []web.Tab {
	var out []web.Tab
	for _, s := range []string{search.ByScore, search.Newest, search.Oldest} {
		q := x.q
		q.Sort = s
		key := "find.sort.score"
		if s != "" {
			key = "find.sort." + s
		}
		out = append(out, web.Tab{Label: x.c.T(key), URL: x.at(q, 1), Current: s == x.q.Sort})
	}
	return out
}

func (x *wording) pager(a Answer) pagerView {
	pages := min(int(math.Ceil(float64(a.Total)/float64(a.Size))), search.MaxDepth/a.Size)
	if pages < 2 {
		return pagerView{}
	}
	var p pagerView
	if a.Page > 1 {
		p.Previous = x.at(x.q, a.Page-1)
	}
	if a.Page < pages {
		p.Next = x.at(x.q, a.Page+1)
	}
	say := func(n int) string { return i18n.Number(x.c.Lang, n) }
	first := (a.Page-1)*a.Size + 1
	p.Sentence = x.c.T("find.page", "Page", say(a.Page), "Pages", say(pages), "From", say(first), "To", say(first+len(a.Hits)-1), "Total", say(a.Total))
	return p
}

func (x *wording) empty(v pageView) *emptyView {
	c := x.c
	e := &emptyView{Title: c.T("find.none"), Advice: []string{c.T("find.none_spelling"), c.T("find.none_fewer"), c.T("find.none_languages")}}
	if v.Clear != "" {
		e.Links = append(e.Links, web.Tab{Label: c.T("find.none_clear"), URL: v.Clear})
	}
	if !c.Actor.SignedIn() {
		e.Advice = append(e.Advice, c.T("find.none_private"))
	}
	return e
}

// langAttr is a language as an attribute, where it is not the reader's.
func (x *wording) langAttr(lang string) string {
	if lang == x.c.Lang || !core.LangKnown(lang) {
		return ""
	}
	return lang
}
