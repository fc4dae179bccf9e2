package figures

import (
	"cmp"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type exploreView struct {
	Action                     string
	Populations, First, Second []web.Option
	Title, Result, CSV         string
	Columns                    []string
	Rows                       []crossView
	Problem                    string
}

type crossView struct {
	Label  web.TextView
	Total  string
	Width  string
	Counts []string
}

// explore lets the staff count registrations by any field; nothing is hidden here.
func (w *Web) explore(c *web.C) error {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	fields, err := w.s.Fields(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	population, first, second := cmp.Or(c.Query("of"), Populations[0]), cmp.Or(c.Query("by"), ByGroup), c.Query("and")
	x, err := w.s.Explore(c.Context(), c.Actor, set, population, first, second)
	if err != nil && core.KindOf(err) != core.KindInvalid {
		return err
	}
	if err == nil && c.Query("as") == "csv" {
		return w.exploreCSV(c, x)
	}
	v := exploreView{Action: c.URL(set.Path() + "/statistics/explore"), Title: c.T("figures.explore")}
	if err != nil {
		v.Problem = c.T("figures.error.choose_field")
	}
	for _, p := range Populations {
		v.Populations = append(v.Populations, web.Option{Value: p, Label: c.T("figures.population." + p), Selected: p == population})
	}
	for _, f := range fields {
		o := web.Option{Value: f.Code, Label: fieldName(c, f)}
		o.Selected = f.Code == first
		v.First = append(v.First, o)
		o.Selected = f.Code == second
		v.Second = append(v.Second, o)
	}
	if v.Problem == "" {
		w.crossing(c, x, &v)
		q := c.R.URL.Query()
		q.Set("as", "csv")
		v.CSV = v.Action + "?" + q.Encode()
	}
	return c.Page(web.Page{
		Name: "figures/explore", Title: v.Title, Section: "about", NoIndex: true, Wide: true, V: v, Trail: trail(c, set, web.Crumb{Label: v.Title}),
	})
}

func (w *Web) crossing(c *web.C, x Crossing, v *exploreView) {
	v.Result = c.T("figures.explore_result", "Count", x.Total, "Field", fieldName(c, x.First))
	for _, column := range x.Columns {
		v.Columns = append(v.Columns, c.Text(w.valueName(*x.Second, column)).S)
	}
	most := 0
	for _, row := range x.Rows {
		most = max(most, x.Counts[[2]string{row, ""}])
	}
	for _, row := range x.Rows {
		n := x.Counts[[2]string{row, ""}]
		r := crossView{Label: c.Text(w.valueName(x.First, row)), Total: i18n.Number(c.Lang, n), Width: decimal(float64(n*1000/max(most, 1)) / 10)}
		for _, column := range x.Columns {
			r.Counts = append(r.Counts, i18n.Number(c.Lang, x.Counts[[2]string{row, column}]))
		}
		v.Rows = append(v.Rows, r)
	}
}

func (w *Web) exploreCSV(c *web.C, x Crossing) error {
	head := []string{"code", fieldName(c, x.First), c.T("figures.total")}
	for _, column := range x.Columns {
		head = append(head, c.Text(w.valueName(*x.Second, column)).S)
	}
	rows := [][]string{head}
	for _, row := range x.Rows {
		line := []string{row, c.Text(w.valueName(x.First, row)).S, itoa(x.Counts[[2]string{row, ""}])}
		for _, column := range x.Columns {
			line = append(line, itoa(x.Counts[[2]string{row, column}]))
		}
		rows = append(rows, line)
	}
	return c.CSV(rows)
}

func fieldName(c *web.C, f Field) string {
	if strings.HasPrefix(f.Code, "q.") {
		return c.Text(f.Label).S
	}
	return c.T("figures.field." + f.Code)
}

// valueName names a value of a field.
func (w *Web) valueName(f Field, code string) core.Text {
	plain := func(key string) core.Text { return w.s.Catalog.Text(key) }
	if code == unsaid || code == none {
		return plain("figures.cell." + code)
	}
	if t, ok := f.Options[code]; ok {
		return t
	}
	switch f.Code {
	case ByGroup:
		return w.s.Vocab.Label(vocab.Groups, code)
	case ByRegion:
		return w.s.Vocab.Label(vocab.Regions, code)
	case ByCountry:
		return w.s.Vocab.Label(vocab.CountryList, code)
	case ByClass:
		return w.s.Vocab.Label(vocab.Classes, code)
	}
	for _, key := range []string{"figures.cell." + f.Code + "." + code, "figures.cell." + code} {
		if w.s.Catalog.Has(key) {
			return plain(key)
		}
	}
	return core.NewText("en", code)
}

type missingView struct {
	Title, Lead      string
	Staff            bool
	Known            bool
	Compared         string
	Absent, Never    []absentRegion
	AbsentN, NeverN  string
	Groups           []web.TextView
	Regions, Classes []shareView
	CSV              string
	Empty            *web.Empty
}

type absentRegion struct {
	Name      web.TextView
	Countries []absentView
}

type absentView struct {
	Name    web.TextView
	Classes []string
	Last    string
}

type shareView struct {
	Name               web.TextView
	Present, Of, Share string
	Width              string
	Onsite, Online     string
}

// missing is the report of who is absent.
func (w *Web) missing(c *web.C) error {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	full := c.Query("all") != ""
	list, err := w.s.Editions.Editions(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	if !full { // the staff's is made from the record, and kept for nobody
		w.reads(c, list)
	}
	m, err := w.s.Missing(c.Context(), c.Actor, set, full)
	if err != nil {
		return err
	}
	v := missingView{
		Title: c.T("figures.missing_of", "Edition", c.Text(set.Name).S), Lead: c.T("figures.missing_lead"), Staff: full, Known: m.Known,
		CSV: c.URL(set.Path() + "/statistics/missing.csv"), Compared: c.T("figures.missing_compared", "Count", len(m.Earlier), "Editions", strings.Join(m.Earlier, ", ")),
		AbsentN: i18n.Number(c.Lang, len(m.Absent)), NeverN: i18n.Number(c.Lang, len(m.Never)),
	}
	if len(m.Earlier) == 0 {
		v.Compared = c.T("figures.missing_alone")
	}
	if full {
		v.Lead, v.CSV = c.T("figures.missing_internal"), v.CSV+"?all=1"
	}
	if !m.Known {
		v.Empty = &web.Empty{Title: c.T("figures.missing_empty"), Text: c.T("figures.missing_empty_text")}
	}
	v.Absent, v.Never = w.byRegion(c, m.Absent), w.byRegion(c, m.Never)
	for _, g := range m.Groups {
		v.Groups = append(v.Groups, c.Text(w.s.Vocab.Label(vocab.Groups, g)))
	}
	for _, s := range m.Regions {
		v.Regions = append(v.Regions, w.share(c, vocab.Regions, s))
	}
	for _, s := range m.Classes {
		v.Classes = append(v.Classes, w.share(c, vocab.Classes, s))
	}
	return c.Page(web.Page{
		Name: "figures/missing", Title: v.Title, Section: "about", NoIndex: full, V: v, Trail: trail(c, set, web.Crumb{Label: c.T("figures.missing")}),
	})
}

func (w *Web) share(c *web.C, list string, s Share) shareView {
	cell := func(x Cell) string {
		if x.Hidden {
			return c.T("figures.hidden")
		}
		return i18n.Number(c.Lang, x.Amount)
	}
	return shareView{
		Name: c.Text(w.s.Vocab.Label(list, s.Code)), Present: i18n.Number(c.Lang, s.Present), Of: i18n.Number(c.Lang, s.Countries),
		Share: percent(c, s.Present, s.Countries), Width: itoa(s.Present * 100 / max(s.Countries, 1)), Onsite: cell(s.Onsite), Online: cell(s.Online),
	}
}

// byRegion groups countries by their region, each sorted by the reader's names.
func (w *Web) byRegion(c *web.C, list []AbsentCountry) []absentRegion {
	at := map[string]AbsentCountry{}
	for _, x := range list {
		at[x.Country] = x
	}
	groups := map[string]*absentRegion{}
	for _, country := range w.s.Vocab.Countries(c.Lang) {
		x, ok := at[country.Alpha2]
		if !ok {
			continue
		}
		if groups[x.Region] == nil {
			groups[x.Region] = &absentRegion{Name: c.Text(w.s.Vocab.Label(vocab.Regions, x.Region))}
		}
		v := absentView{Name: c.Text(country.Name), Last: x.Last}
		for _, k := range x.Classes {
			v.Classes = append(v.Classes, c.Text(w.s.Vocab.Label(vocab.Classes, k)).S)
		}
		groups[x.Region].Countries = append(groups[x.Region].Countries, v)
	}
	var out []absentRegion
	for _, t := range w.s.Vocab.Terms(vocab.Regions) {
		if g := groups[t.Code]; g != nil {
			out = append(out, *g)
		}
	}
	return out
}

// missingCSV is the list for reaching out: countries alone, no person is in it.
func (w *Web) missingCSV(c *web.C) error {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	full := c.Query("all") != ""
	if !full {
		var list []editions.Edition
		if list, err = w.s.Editions.Editions(c.Context(), c.Actor); err != nil {
			return err
		}
		w.reads(c, list)
	}
	m, err := w.s.Missing(c.Context(), c.Actor, set, full)
	if err != nil {
		return err
	}
	rows := [][]string{{"edition", "country", "name", "region", "classes", "last_edition"}}
	for _, x := range slices.Concat(m.Absent, m.Never) {
		rows = append(rows, []string{set.Slug, x.Country, c.Text(w.s.Vocab.Label(vocab.CountryList, x.Country)).S, x.Region, strings.Join(x.Classes, " "), x.Last})
	}
	return c.CSV(rows)
}
