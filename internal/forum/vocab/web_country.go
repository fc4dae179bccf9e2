package vocab

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type countriesView struct {
	Result  string
	Filters []web.Filter
	Chosen  []web.Tab
	Clear   string
	Rows    []countryRow
	CSV     string
	JSON    string
}

type countryRow struct {
	URL, Code, Group string
	Name             web.TextView
	Classes          []string
}

func (w *Web) countries(c *web.C) error {
	c.Reads(core.ScopeForum)
	c.Until(c.Tomorrow())
	today := c.Now().Format(time.DateOnly)
	all := w.s.Countries(c.Lang)
	group, class := c.Query("group"), c.Query("class")
	in := func(n Country, g, cl string) bool {
		return (g == "" || n.Group == g || g == "none" && n.Group == "") &&
			(cl == "" || slices.ContainsFunc(n.Classes, func(m Membership) bool { return m.Class == cl && m.On(today) }))
	}
	v := countriesView{CSV: c.URL("/about/countries.csv"), JSON: c.URL("/api/v1/countries")}
	for _, n := range all {
		if !in(n, group, class) {
			continue
		}
		row := countryRow{URL: c.URL("/about/countries/" + n.Alpha2), Code: n.Alpha2, Name: c.Text(n.Name)}
		if n.Group != "" {
			row.Group = c.Text(w.s.Label(Regions, n.Group)).S
		}
		for _, m := range n.Classes {
			if m.On(today) {
				row.Classes = append(row.Classes, c.Text(w.s.Label(Classes, m.Class)).S)
			}
		}
		v.Rows = append(v.Rows, row)
	}
	v.Result = c.T("vocab.countries_shown", "Shown", len(v.Rows), "All", len(all))
	filter := func(name, vocab, chosen string, fits func(Country, string) bool) {
		f := web.Filter{Label: c.T("vocab.name." + vocab)}
		for _, t := range w.s.Terms(vocab) {
			n := 0
			for _, x := range all {
				if fits(x, t.Code) {
					n++
				}
			}
			if n == 0 && chosen != t.Code {
				continue
			}
			tab := c.FilterTab(name, t.Code, c.Text(t.Label).S, n)
			f.Values = append(f.Values, tab)
			if tab.Current {
				v.Chosen, v.Clear = append(v.Chosen, tab), c.URL("/about/countries")
			}
		}
		v.Filters = append(v.Filters, f)
	}
	filter("group", Regions, group, func(n Country, code string) bool { return in(n, code, class) })
	filter("class", Classes, class, func(n Country, code string) bool { return in(n, group, code) })
	return c.Page(web.Page{
		Name: "vocab/countries", Title: c.T("vocab.countries"), Describe: c.T("vocab.countries_about"), Section: "about",
		Trail: trail(c, web.Crumb{Label: c.T("vocab.countries")}), V: v,
	})
}

type countryView struct {
	Name                             web.TextView
	Actions                          []web.Action
	Code, Alpha3, M49                string
	Member, Group, Region, Subregion string
	Names                            []web.TextView
	Edited                           bool
	Classes                          []classView
	History                          string
}

type classView struct {
	Name, Since, Until, Note, Source string
	Status                           web.Status
}

func (w *Web) country(c *web.C) error {
	n, ok := w.s.Country(c.Param("alpha2"))
	if !ok || n.Alpha2 != c.Param("alpha2") {
		return core.NotFound()
	}
	c.Reads(core.ScopeForum)
	c.Until(c.Tomorrow())
	today := c.Now().Format(time.DateOnly)
	path := "/about/countries/" + n.Alpha2
	v := countryView{
		Name: c.Text(n.Name), Code: n.Alpha2, Alpha3: n.Alpha3, M49: n.M49, Edited: n.Edited,
		Member: c.T("vocab.member_no"), Group: c.Text(w.s.Label(Regions, RegionOf(n.Alpha2))).S, History: c.URL(path + "/history"),
	}
	if n.Member {
		v.Member = c.T("vocab.member_yes")
	}
	if n.Region != "" {
		v.Region = c.Text(w.s.Label(Areas, n.Region)).S
	}
	if n.Subregion != "" && n.Subregion != n.Region {
		v.Subregion = c.Text(w.s.Label(Areas, n.Subregion)).S
	}
	for _, l := range core.Langs {
		v.Names = append(v.Names, web.TextView{S: n.Name.By[l], Lang: l, Dir: core.Dir(l), LangName: web.LangName[l]})
	}
	for _, m := range n.Classes {
		v.Classes = append(v.Classes, w.class(c, m, today))
	}
	if Can(c.Actor, "edit") {
		v.Actions = []web.Action{{Label: c.T("vocab.edit_country"), URL: c.URL(path + "/edit"), Icon: "edit"}}
	}
	return c.Page(web.Page{
		Name: "vocab/country", Title: v.Name.S, Section: "about",
		Trail: trail(c, web.Crumb{Label: c.T("vocab.countries"), URL: c.URL("/about/countries")}, web.Crumb{Label: v.Name.S}), V: v,
	})
}

func (w *Web) class(c *web.C, m Membership, today string) classView {
	v := classView{Name: c.Text(w.s.Label(Classes, m.Class)).S, Source: m.Source, Note: m.Note}
	switch {
	case m.From != "" && m.Recalled:
		v.Since = c.T("vocab.since_recalled", "Day", day(c, m.From))
	case m.From != "":
		v.Since = c.T("vocab.since", "Day", day(c, m.From))
	default:
		v.Since = c.T("vocab.since_unknown")
	}
	switch {
	case m.Until != "" && m.Scheduled:
		v.Until = c.T("vocab.until_scheduled", "Day", day(c, m.Until))
	case m.Until != "":
		v.Until = c.T("vocab.until", "Day", day(c, m.Until))
	}
	if m.On(today) {
		v.Status = c.Status("done", "vocab.in_class")
	} else {
		v.Status = c.Status("changed", "vocab.not_in_class")
	}
	return v
}

func (w *Web) editCountry(c *web.C) error {
	n, ok := w.s.Country(c.Param("alpha2"))
	if !ok || n.Alpha2 != c.Param("alpha2") {
		return core.NotFound()
	}
	if err := check(c.Actor, "edit"); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	path := "/about/countries/" + n.Alpha2
	name := c.Text(n.Name).S
	crumbs := trail(c, web.Crumb{Label: c.T("vocab.countries"), URL: c.URL("/about/countries")}, web.Crumb{Label: name, URL: c.URL(path)})
	return editing(c, "vocab.country", InputOfCountry(n), c.T("vocab.edit", "Label", name), c.T("vocab.country.note"), crumbs,
		func(f *web.Form) { f.Options("classes.class", w.s.Options(c.Lang, Classes)) },
		func(in CountryInput) error {
			_, err := w.s.EditCountry(c.Context(), c.Actor, n.Alpha2, in)
			return err
		}, path)
}

func (w *Web) countryHistory(c *web.C) error {
	n, ok := w.s.Country(c.Param("alpha2"))
	if !ok || n.Alpha2 != strings.ToUpper(c.Param("alpha2")) {
		return core.NotFound()
	}
	name := c.Text(n.Name).S
	return w.happened(c, c.T("vocab.history", "Name", name), []core.ID{CountrySubject(n.Alpha2)},
		trail(c, web.Crumb{Label: c.T("vocab.countries"), URL: c.URL("/about/countries")}, web.Crumb{Label: name, URL: c.URL("/about/countries/" + n.Alpha2)}))
}
