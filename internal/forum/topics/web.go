package topics

import (
	"embed"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct{ s *Service }

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("topics", viewFS); err != nil {
		return err
	}
	s.Takes("Topics", takes)
	for path, h := range map[string]web.Handler{
		"/topics": w.ranking, "/topics/tags.csv": w.rankingCSV, "/topics/inputs.csv": w.allCSV, "/topics/pairs": w.pairs, "/topics/pairs.csv": w.pairsCSV,
		"/topics/{tag}": w.tag, "/topics/tags/{tag}/inputs.csv": w.tagCSV,
		"/topics/themes": w.themes, "/topics/themes.csv": w.themesCSV, "/topics/themes/{slug}": w.theme, "/topics/themes/{slug}/inputs.csv": w.themeCSV,
	} {
		s.Edition("GET "+path, h)
	}
	for path, h := range map[string]web.Handler{
		"/topics/desk": w.desk, "/topics/desk/new": w.add, "/topics/desk/tags/{tag}/edit": w.edit, "/topics/desk/tags/{tag}/hide": w.hide,
		"/topics/clusters": w.clusters, "/topics/clusters/{id}/decide": w.decide,
	} {
		s.Edition("GET "+path, h)
		s.Edition("POST "+path, h)
	}
	s.Edition("POST /topics/desk/tags/{tag}/show", w.show)
	s.Edition("POST /topics/desk/tags/{tag}/cluster", w.clusterOf)
	s.Edition("POST /topics/desk/merges/{id}/undo", w.undo)
	return nil
}

// edition gives the edition of the address; a page for visitors reads its scope.
func (w *Web) edition(c *web.C) (*editions.Setting, error) {
	set, err := w.s.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	c.Until(c.Now().Add(10 * 60e9)) // what becomes public when a call closes
	return set, nil
}

// curating is edition for who curates.
func (w *Web) curating(c *web.C) (*editions.Setting, error) {
	set, err := w.edition(c)
	if err != nil {
		return nil, err
	}
	return set, may(c.Actor, set, "curate")
}

func (w *Web) trail(c *web.C, set *editions.Setting, more ...web.Crumb) []web.Crumb {
	return editions.Trail(c, set, append([]web.Crumb{{Label: c.T("topics.title"), URL: c.URL(base(set))}}, more...)...)
}

func base(set *editions.Setting) string { return set.Path() + "/topics" }

func tagPath(set *editions.Setting, tag *Tag) string {
	return base(set) + "/" + url.PathEscape(tag.Slug)
}

func themePath(set *editions.Setting, th editions.Theme) string {
	return base(set) + "/themes/" + th.Slug
}

// tabs are the parts of the room.
func (w *Web) tabs(c *web.C, set *editions.Setting) web.Tabs {
	t := web.Tabs{Label: c.T("topics.tabs")}
	for _, p := range []struct {
		path, key string
		yes       bool
	}{
		{"", "ranking", true},
		{"/pairs", "pairs", true},
		{"/themes", "themes", true},
		{"/desk", "desk", Curates(c.Actor, set.Scope())},
		{"/clusters", "clusters", Curates(c.Actor, set.Scope())},
	} {
		if p.yes {
			t.Tabs = append(t.Tabs, web.Tab{Label: c.T("topics.tab." + p.key), URL: c.URL(base(set) + p.path), Current: c.Path() == base(set)+p.path})
		}
	}
	return t
}

func (w *Web) page(c *web.C, set *editions.Setting, name, title string, status int, v any) error {
	var more []web.Crumb
	for _, part := range []string{"themes", "desk", "clusters"} {
		if strings.HasPrefix(c.Path(), base(set)+"/"+part+"/") {
			more = append(more, web.Crumb{Label: c.T("topics.tab." + part), URL: c.URL(base(set) + "/" + part)})
		}
	}
	if name != "ranking" {
		more = append(more, web.Crumb{Label: title})
	}
	return c.Page(web.Page{Name: "topics/" + name, Title: title, Section: "part", Trail: w.trail(c, set, more...), Status: status, V: v})
}

// chip is a link with a name and a figure.
type chip struct {
	URL   string
	Name  web.TextView
	Count string
}

// inputView is an input in a list.
type inputView struct {
	ID, URL string
	Title   web.TextView
	Meta    []string
	Tags    []chip   // that count
	Written []string // as written, where it differs from the name of the tag
	Private bool
	Chosen  bool
	Fixed   bool
	Words   string
}

func (w *Web) input(c *web.C, set *editions.Setting, t *Table, in Input) inputView {
	v := inputView{ID: string(in.ID), Title: c.Text(in.Title), Private: !in.Public}
	if in.Path != "" {
		v.URL = c.URL(in.Path)
	}
	v.Meta = append(v.Meta, kindLabel(c, in.Kind))
	for list, code := range map[string]string{vocab.Groups: in.Group} {
		if code != "" {
			v.Meta = append(v.Meta, c.Text(w.s.vocab.Label(list, code)).S)
		}
	}
	if in.Region != "" {
		v.Meta = append(v.Meta, c.Text(w.s.vocab.Label(vocab.Regions, in.Region)).S)
	}
	if country, ok := w.s.vocab.Country(in.Country); ok {
		v.Meta = append(v.Meta, c.Text(country.Name).S)
	}
	if !in.Submitted.IsZero() {
		v.Meta = append(v.Meta, c.Date(in.Submitted.In(set.Zone)))
	}
	for _, tag := range t.TagsOf(in.ID) {
		v.Tags = append(v.Tags, chip{URL: c.URL(tagPath(set, tag)), Name: c.Text(tag.Name)})
	}
	v.Written = t.written(in)
	return v
}

// written are the tags of an input as its author wrote them, where they are not the names
// under which they count. Hidden ones are not among them.
func (t *Table) written(in Input) []string {
	var out []string
	for _, s := range in.Tags {
		tag := t.byFold[core.Fold(s)]
		if tag == nil || tag.Hidden || slices.Contains(tag.Name.Spelt(), s) {
			continue
		}
		out = append(out, s)
	}
	return out
}

// kindLabel is what a kind of call is called.
func kindLabel(c *web.C, kind string) string {
	if key := "calls.kind." + kind; c.S.Catalog.Has(key) {
		return c.T(key)
	}
	return kind
}

func number(c *web.C, n int) string { return i18n.Number(c.Lang, n) }

// part cuts a list for one page: after= in the address says how many stand before.
func part[T any](c *web.C, list []T, size int, key string) ([]T, web.Pager) {
	from, err := strconv.Atoi(c.Query("after"))
	if err != nil || from < 0 || from >= len(list) {
		from = 0
	}
	until := min(len(list), from+size)
	next := ""
	if until < len(list) {
		next = strconv.Itoa(until)
	}
	return list[from:until], c.Pager(until-from, len(list), next, key)
}

// figureOf reads which figure of a tag is meant; total unless said.
func figureOf(c *web.C, name string) string {
	if of := c.Query(name); slices.Contains(Figures, of) {
		return of
	}
	return ""
}

// kinds are the kinds of calls with their inputs, as a filter.
func kinds(c *web.C, inputs []Input) web.Filter {
	f := web.Filter{Label: c.T("topics.filter.kind")}
	count := map[string]int{}
	var order []string
	for _, in := range inputs {
		if count[in.Kind]++; count[in.Kind] == 1 {
			order = append(order, in.Kind)
		}
	}
	slices.Sort(order)
	if len(order) < 2 {
		return f
	}
	for _, kind := range order {
		f.Values = append(f.Values, c.FilterTab("kind", kind, kindLabel(c, kind), count[kind]))
	}
	return f
}

// withQuery adds to an address what the present one is narrowed by.
func withQuery(path string, kv ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] != "" {
			q.Set(kv[i], kv[i+1])
		}
	}
	return strings.TrimSuffix(path+"?"+q.Encode(), "?")
}
