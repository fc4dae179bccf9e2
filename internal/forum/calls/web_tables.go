package calls

import (
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// table sends rows as the kind of table that the address asks for.
func table(c *web.C, name string, rows [][]string, numbers ...int) error {
	if strings.HasSuffix(c.Path(), ".xlsx") {
		return c.XLSX(name+".xlsx", rows, numbers...)
	}
	return c.CSV(rows)
}

// files are links to the tables of a page.
func files(c *web.C, path, json string) []web.Tab {
	return []web.Tab{{Label: "CSV", URL: c.URL(path + ".csv")}, {Label: "XLSX", URL: c.URL(path + ".xlsx")}, {Label: "JSON", URL: json}}
}

func stamp(at core.Instant) string {
	if at.IsZero() {
		return ""
	}
	return at.Time().UTC().Format(time.RFC3339)
}

// sheet is a list of calls as a table: those of an edition, or all.
func (w *Web) sheet(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	f, name, slugs := Filter{}, "calls", map[core.ID]string{}
	if c.Edition != "" {
		set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
		if err != nil {
			return err
		}
		f.Edition, name = set.ID, set.Slug+"-calls"
	}
	all, err := w.editions.Editions(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for _, e := range all {
		slugs[e.ID] = e.Slug
	}
	list, err := w.s.List(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	rows := [][]string{{"reference", "kind", "title", "state", "edition", "opens", "closes", "zone", "audience", "languages", "per_person", "per_organisation", "shown", "rules", "address"}}
	now := w.s.rec.Clock.Instant()
	for _, x := range list {
		c.Until(x.Opens.Time())
		c.Until(x.Closes.Time())
		rows = append(rows, []string{
			x.Ref, x.Kind, c.Text(x.Title).S, x.State(now), slugs[x.Edition], stamp(x.Opens), stamp(x.Closes), x.Zone, x.Audience, strings.Join(x.Langs, " "),
			number(x.PerPerson), number(x.PerOrg), x.Shown, strings.Join(codesOf(x.Rules), "; "), c.S.BaseURL + x.Path(),
		})
	}
	return table(c, name, rows, 10, 11)
}

// number is empty where there is no limit.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// cycleSheet is the calendar of an edition's year as a table.
func (w *Web) cycleSheet(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Until(c.Tomorrow())
	x, err := w.s.Cycle(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	rows := [][]string{{"date", "until", "instant", "zone", "step", "about", "process", "address"}}
	for _, d := range x.Dates {
		u := d.URL
		if d.Path != "" {
			u = c.S.BaseURL + d.Path
		}
		rows = append(rows, []string{d.On, d.To, stamp(d.At), d.Zone, c.Text(d.Name).S, c.Text(d.About).S, "", u})
	}
	for _, m := range x.Milestones {
		u := m.URL
		if m.Path != "" {
			u = c.S.BaseURL + m.Path
		}
		rows = append(rows, []string{m.Day, m.Until, "", "", c.Text(m.Title).S, "", c.Text(m.Process).S, u})
	}
	return table(c, set.Slug+"-cycle", rows)
}
