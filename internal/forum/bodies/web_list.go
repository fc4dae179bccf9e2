package bodies

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// listView is the list of a kind.
type listView struct {
	Title, What, Seen string
	Actions           []web.Action
	Filters           []web.Filter
	Path, Search      string
	Keep              []web.Tab // filters that a search keeps: Label is the name, URL the value
	Result, Yearless  string
	Chosen            []web.Tab
	Clear             string
	Rows              []listRow
	Pager             web.Pager
	Empty             *web.Empty
	Figures           *figuresView
}

type listRow struct {
	Name                 web.TextView
	Acronym, URL         string
	Status               web.Status
	Kind                 string
	Place                web.TextView
	Since, Years, Seated string
}

func (w *Web) query(c *web.C, k Kind) Query {
	q := Query{
		Kind: k.Code, Region: c.Query("region"), Status: c.Query("status"), Search: strings.TrimSpace(c.Query("q")), Page: c.PageArg(),
	}
	// What is no year narrows nothing; the page says which filters are on.
	if y, err := strconv.Atoi(c.Query("year")); err == nil && y > 0 {
		q.Year = y
	}
	q.Page.Limit = 100
	return q
}

func (w *Web) list(c *web.C) error {
	path, asCSV := strings.CutSuffix(c.Param("kind"), ".csv")
	k, ok := listOf(path)
	if !ok {
		return core.NotFound()
	}
	reads(c)
	q := w.query(c, k)
	if asCSV {
		return w.listCSV(c, q)
	}
	found, err := w.s.List(c.Context(), q)
	if err != nil {
		return err
	}
	f, err := w.s.facets(c.Context(), q)
	if err != nil {
		return err
	}
	v := listView{
		Title: c.T("bodies.kind." + k.Code + ".plural"), What: c.T("bodies.kind." + k.Code + ".what"),
		Path: c.URL(c.Path()), Search: q.Search, Pager: c.Pager(len(found.Items), found.Total, found.Next, "bodies.found"),
	}
	v.Result = v.Pager.Sentence
	w.filters(c, &v, k, q, f)
	if err := w.rows(c, &v, k, found.Items); err != nil {
		return err
	}
	if v.Figures, err = w.figures(c, k); err != nil {
		return err
	}
	if err := w.seen(c, &v, k); err != nil {
		return err
	}
	w.listActions(c, &v, k, q)
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("bodies.none"), Text: c.T("bodies.none.text")}
		if len(v.Chosen) > 0 {
			v.Empty = &web.Empty{Title: c.T("bodies.none_found"), Text: c.T("bodies.none_found.text"), Link: &web.Tab{Label: c.T("bodies.clear"), URL: v.Clear}}
		}
	}
	return c.Page(web.Page{
		Name: "bodies/list", Title: v.Title, Describe: v.What, Section: "community", Trail: w.listTrail(c, k), V: v,
	})
}

func (w *Web) listTrail(c *web.C, k Kind) []web.Crumb {
	if k.Family != "" && !k.isFamily() {
		return w.trail(c, kindCrumb(c, initiatives), web.Crumb{Label: kindCrumb(c, k).Label})
	}
	return w.trail(c, web.Crumb{Label: kindCrumb(c, k).Label})
}

func (w *Web) listActions(c *web.C, v *listView, k Kind, q Query) {
	roles := c.Actor.Roles(core.ScopeForum)
	if Policy.Can("create", Active, roles...) && !k.isFamily() {
		v.Actions = append(v.Actions, web.Action{Label: c.T("bodies.new"), URL: kindURL(c, k) + "/new", Icon: "plus"})
	}
	if Policy.Can("count", Active, roles...) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("bodies.figure.new"), URL: kindURL(c, k) + "/counts/new", Icon: "plus"})
	}
	csv := kindURL(c, k) + ".csv"
	if keep := q.values().Encode(); keep != "" {
		csv += "?" + keep
	}
	v.Actions = append(v.Actions, web.Action{Label: c.T("bodies.csv"), URL: csv, Icon: "download"})
}

// values are the filters as they stand in an address.
func (q Query) values() url.Values {
	u := url.Values{}
	for name, value := range map[string]string{"region": q.Region, "status": q.Status, "q": q.Search} {
		if value != "" {
			u.Set(name, value)
		}
	}
	if q.Year > 0 {
		u.Set("year", strconv.Itoa(q.Year))
	}
	return u
}

func (w *Web) filters(c *web.C, v *listView, k Kind, q Query, f facets) {
	if k.Family != "" {
		kinds := web.Filter{Label: c.T("bodies.filter.kind")}
		keep := q.values().Encode()
		for _, code := range append([]string{Initiative}, codesOf(Initiative)...) {
			to, n := initiatives, 0
			if code != Initiative {
				to, _ = KindOf(code)
				n = f.kinds[code]
			} else {
				for _, each := range f.kinds {
					n += each
				}
			}
			u := kindURL(c, to)
			if keep != "" {
				u += "?" + keep
			}
			kinds.Values = append(kinds.Values, web.Tab{
				Label: c.T("bodies.kind." + code + ".plural"), URL: u, Current: code == k.Code, Count: i18n.Number(c.Lang, n),
			})
		}
		v.Filters = append(v.Filters, kinds)
	}
	regions := web.Filter{Label: c.T("bodies.filter.region")}
	for _, o := range w.vocab.Options(c.Lang, vocab.Regions) {
		if n := f.regions[o.Value]; n > 0 || q.Region == o.Value {
			regions.Values = append(regions.Values, c.FilterTab("region", o.Value, o.Label, n))
		}
	}
	statuses := web.Filter{Label: c.T("bodies.filter.status")}
	for _, s := range Statuses {
		if n := f.statuses[s]; n > 0 || q.Status == s {
			statuses.Values = append(statuses.Values, c.FilterTab("status", s, c.T("bodies.status."+s), n))
		}
	}
	label := "bodies.filter.year"
	if k.Yearly {
		label = "bodies.filter.year_at_work"
	}
	years := web.Filter{Label: c.T(label)}
	shown := f.yearsShown()
	if q.Year > 0 && !slices.Contains(shown, q.Year) {
		shown = append([]int{q.Year}, shown...)
	}
	for _, y := range shown {
		s := strconv.Itoa(y)
		years.Values = append(years.Values, c.FilterTab("year", s, s, f.years[y]))
	}
	v.Filters = append(v.Filters, regions, statuses, years)
	for _, fl := range []web.Filter{regions, statuses, years} {
		for _, t := range fl.Values {
			if t.Current {
				v.Chosen = append(v.Chosen, t)
			}
		}
	}
	if q.Search != "" {
		u := q.values()
		u.Del("q")
		v.Chosen = append(v.Chosen, web.Tab{Label: q.Search, URL: strings.TrimSuffix(kindURL(c, k)+"?"+u.Encode(), "?")})
	}
	v.Clear = kindURL(c, k)
	for name, values := range q.values() {
		if name != "q" {
			v.Keep = append(v.Keep, web.Tab{Label: name, URL: values[0]})
		}
	}
	slices.SortFunc(v.Keep, func(a, b web.Tab) int { return strings.Compare(a.Label, b.Label) })
	if q.Year > 0 && f.yearless > 0 {
		v.Yearless = c.T("bodies.yearless", "Count", f.yearless)
	}
}

func (w *Web) rows(c *web.C, v *listView, k Kind, list []Body) error {
	ids := make([]core.ID, 0, len(list))
	for _, b := range list {
		ids = append(ids, b.ID)
	}
	seats, err := w.s.SeatsIn(c.Context(), ids)
	if err != nil {
		return err
	}
	today := w.s.Today()
	for _, b := range list {
		r := listRow{
			Name: c.Text(b.Name), Acronym: b.Acronym, URL: c.URL(b.Path()), Place: w.place(c, b),
			Years: w.years(c, b),
		}
		if b.Status != Unknown { // "not known" in every row says nothing; the filter counts them
			r.Status = w.status(c, b)
		}
		if k.isFamily() {
			r.Kind = c.T("bodies.kind." + b.Kind)
		}
		if since := b.Since(); since != "" && len(b.Years) == 0 {
			r.Since = c.T("bodies.since", "Date", w.date(c, since))
		}
		if n := len(On(seats[b.ID], today)); n > 0 {
			r.Seated = c.T("bodies.seated", "Count", n)
		}
		v.Rows = append(v.Rows, r)
	}
	return nil
}

// years prints the years of work: "2016, 2017 (cycle 4)".
func (w *Web) years(c *web.C, b Body) string {
	parts := make([]string, 0, len(b.Years))
	for _, y := range b.Years {
		s := strconv.Itoa(y.Year)
		switch {
		case y.Cycle > 0 && y.Phase != "":
			s = c.T("bodies.year.both", "Year", s, "Cycle", y.Cycle, "Phase", y.Phase)
		case y.Cycle > 0:
			s = c.T("bodies.year.cycle", "Year", s, "Cycle", y.Cycle)
		case y.Phase != "":
			s = c.T("bodies.year.phase", "Year", s, "Phase", y.Phase)
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}
