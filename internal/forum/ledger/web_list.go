package ledger

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

type listView struct {
	Title, Subtitle string
	Tabs            web.Tabs
	Actions         []web.Action
	Path, Search    string
	Keep            []web.Tab
	Filters         []web.Filter
	Chosen          []web.Tab
	Clear           string
	Sort            []web.Tab
	Rows            []callRow
	Pager           web.Pager
	Empty           *web.Empty
}

// filterOf reads the filters of an address; set is the edition whose page it is, or nil.
func (w *Web) filterOf(c *web.C, set *editions.Setting) (Filter, error) {
	f := Filter{
		To: c.Query("to"), Organisation: core.ID(c.Query("organisation")), State: c.Query("state"), Silent: c.Query("silent") != "",
		Query: strings.TrimSpace(c.Query("q")), Oldest: c.Query("sort") == "oldest", Page: c.PageArg(),
		Unaddressed: c.Query("todo") == "addressee" && CanCurate(c.Actor),
	}
	if set != nil {
		f.Edition = set.ID
		return f, nil
	}
	if slug := c.Query("edition"); slug != "" {
		set, err := w.s.Editions.Setting(c.Context(), c.Actor, slug)
		if err != nil {
			return f, err
		}
		f.Edition = set.ID
	}
	return f, nil
}

func (w *Web) list(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	return w.listPage(c, nil)
}

// editionCalls is the part of one edition.
func (w *Web) editionCalls(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	return w.listPage(c, set)
}

func (w *Web) listPage(c *web.C, set *editions.Setting) error {
	f, err := w.filterOf(c, set)
	if err != nil {
		return err
	}
	list, err := w.s.List(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	fc, err := w.s.facets(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	v := listView{Title: c.T("ledger.title"), Subtitle: c.T("ledger.subtitle"), Tabs: w.tabs(c, "/ledger"), Path: c.URL(c.Path()), Search: f.Query}
	trail := []web.Crumb{{Label: v.Title}}
	if set != nil {
		v.Title, v.Tabs = c.T("ledger.edition_title", "Edition", c.Text(set.Name).S), web.Tabs{}
		trail = editions.Trail(c, set, web.Crumb{Label: c.T("ledger.calls")})
	}
	v.Pager = c.Pager(len(list.Items), list.Total, list.Next, "ledger.found")
	if v.Rows, err = w.rows(c, list.Items); err != nil {
		return err
	}
	if err := w.filters(c, &v, f, fc, set); err != nil {
		return err
	}
	if CanCurate(c.Actor) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("ledger.mark.title"), URL: c.URL("/ledger/mark"), Icon: "plus"})
	}
	q := c.R.URL.Query()
	q.Del("after")
	if set != nil {
		q.Set("edition", set.Slug)
	}
	behind := ""
	if len(q) > 0 {
		behind = "?" + q.Encode()
	}
	v.Actions = append(v.Actions,
		web.Action{Label: c.T("ledger.csv"), URL: c.URL("/ledger.csv" + behind), Icon: "download"},
		web.Action{Label: c.T("ledger.json"), URL: c.URL("/ledger.json" + behind), Icon: "download"})
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("ledger.none"), Text: c.T("ledger.none_text")}
		if len(v.Chosen) > 0 {
			v.Empty = &web.Empty{Title: c.T("ledger.none_found"), Text: c.T("ledger.none_found_text"), Link: &web.Tab{Label: c.T("ledger.clear"), URL: v.Clear}}
		}
	}
	return c.Page(web.Page{Name: "ledger/list", Title: v.Title, Describe: v.Subtitle, Section: "outcomes", Trail: trail, NoIndex: len(v.Chosen) > 0, V: v})
}

// tabs are the parts of the ledger.
func (w *Web) tabs(c *web.C, here string) web.Tabs {
	t := web.Tabs{Label: c.T("ledger.parts")}
	for _, p := range []string{"/ledger", "/commitments", "/issues", "/processes", "/references"} {
		t.Tabs = append(t.Tabs, web.Tab{Label: c.T("ledger.tab." + p[1:]), URL: c.URL(p), Current: p == here})
	}
	return t
}

func (w *Web) filters(c *web.C, v *listView, f Filter, fc facets, set *editions.Setting) error {
	states := web.Filter{Label: c.T("ledger.filter.state")}
	for _, s := range CallStates {
		if n := fc.states[s]; n > 0 || f.State == s {
			states.Values = append(states.Values, c.FilterTab("state", s, c.T("ledger.state."+s), n))
		}
	}
	to := web.Filter{Label: c.T("ledger.filter.to")}
	for _, o := range w.s.Vocab.Options(c.Lang, vocab.Addressees) {
		if n := fc.to[o.Value]; n > 0 || f.To == o.Value {
			to.Values = append(to.Values, c.FilterTab("to", o.Value, o.Label, n))
		}
	}
	silent := web.Filter{Label: c.T("ledger.filter.silence"), Values: []web.Tab{c.FilterTab("silent", "1", c.T("ledger.filter.silent"), -1)}}
	v.Filters = append(v.Filters, silent, states, to)
	if set == nil {
		eds := web.Filter{Label: c.T("ledger.filter.edition")}
		list, err := w.s.Editions.Editions(c.Context(), c.Actor)
		if err != nil {
			return err
		}
		for _, e := range list {
			if n := fc.editions[e.ID]; n > 0 || f.Edition == e.ID {
				eds.Values = append(eds.Values, c.FilterTab("edition", e.Slug, c.Text(e.Name).S, n))
			}
		}
		v.Filters = append(v.Filters, eds)
	}
	if CanCurate(c.Actor) {
		v.Filters = append(v.Filters, web.Filter{Label: c.T("ledger.filter.todo"), Values: []web.Tab{c.FilterTab("todo", "addressee", c.T("ledger.filter.unaddressed"), -1)}})
	}
	for _, fl := range v.Filters {
		for _, t := range fl.Values {
			if t.Current {
				v.Chosen = append(v.Chosen, t)
			}
		}
	}
	if f.Organisation != "" {
		known, err := w.s.People.Organisations(c.Context(), []core.ID{f.Organisation})
		if err != nil {
			return err
		}
		if o, ok := known[f.Organisation]; ok {
			v.Chosen = append(v.Chosen, c.FilterTab("organisation", string(o.ID), c.Text(o.Name).S, -1))
		}
	}
	if f.Query != "" {
		v.Chosen = append(v.Chosen, c.FilterTab("q", c.Query("q"), f.Query, -1))
	}
	v.Clear = c.URL(c.Path())
	for _, name := range []string{"state", "to", "silent", "edition", "organisation", "sort", "todo"} {
		if x := c.Query(name); x != "" {
			v.Keep = append(v.Keep, web.Tab{Label: name, URL: x})
		}
	}
	for _, s := range []string{"", "oldest"} {
		q := url.Values{}
		for name, list := range c.R.URL.Query() {
			if name != "after" && name != "sort" && len(list) > 0 {
				q.Set(name, list[0])
			}
		}
		label := "ledger.sort.newest"
		if s != "" {
			q.Set("sort", s)
			label = "ledger.sort.oldest"
		}
		v.Sort = append(v.Sort, web.Tab{Label: c.T(label), URL: c.URL(strings.TrimSuffix(c.Path()+"?"+q.Encode(), "?")), Current: f.Oldest == (s != "")})
	}
	return nil
}

func (w *Web) csv(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	f, err := w.filterOf(c, nil)
	if err != nil {
		return err
	}
	list, err := w.s.All(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	rows, err := w.rowsInParts(c, list)
	if err != nil {
		return err
	}
	out := [][]string{{
		c.T("ledger.col.called"), c.T("ledger.col.edition"), c.T("ledger.col.session"), c.T("ledger.col.words"), c.T("ledger.col.to"),
		c.T("ledger.col.state"), c.T("ledger.col.silent_days"), c.T("ledger.col.address"),
	}}
	now := c.S.Clock.Instant()
	for i, r := range rows {
		var to []string
		for _, x := range r.To {
			to = append(to, x.Label)
		}
		session, days := "", ""
		if r.Session != nil {
			session = r.Session.S
		}
		if n, silent := list[i].Silent(now); silent {
			days = strconv.Itoa(n)
		}
		out = append(out, []string{
			dayOf(list[i].Called), r.Edition.S, session, r.Words.S, strings.Join(to, "; "), r.Status.Words, days, c.Absolute(list[i].Path()),
		})
	}
	return c.CSV(out)
}

// rowsInParts prepares any number of calls.
func (w *Web) rowsInParts(c *web.C, list []Call) ([]callRow, error) {
	var out []callRow
	for part := 0; part < len(list); part += 500 {
		rows, err := w.rows(c, list[part:min(part+500, len(list))])
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func (w *Web) json(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	f, err := w.filterOf(c, nil)
	if err != nil {
		return err
	}
	list, err := w.s.All(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	out := []CallView{}
	for part := 0; part < len(list); part += 500 {
		views, err := w.s.Views(c.Context(), c.Actor, list[part:min(part+500, len(list))])
		if err != nil {
			return err
		}
		out = append(out, views...)
	}
	b, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return err
	}
	return c.Bytes("application/json", append(b, '\n'))
}

// mark is the form that makes a paragraph of Messages or a paper a call.
func (w *Web) mark(c *web.C) error {
	if err := callPolicy.Check("mark", StateOpen, c.Actor.Roles(core.ScopeForum)...); err != nil {
		return err
	}
	return formPage[MarkInput]{
		key: "ledger.mark", title: c.T("ledger.mark.title"), note: c.T("ledger.mark.note"), cancel: "/ledger", trail: w.trail(c),
		prepare: func(f *web.Form) { f.Options("to", w.s.Vocab.Options(c.Lang, vocab.Addressees)) },
		save: func(in MarkInput) (string, error) {
			x, err := w.s.Mark(c.Context(), c.Actor, in)
			if err != nil {
				return "", err
			}
			return x.Path(), nil
		},
	}.serve(c, MarkInput{Where: c.Query("where")})
}
