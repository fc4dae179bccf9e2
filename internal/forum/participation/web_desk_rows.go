package participation

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// columns are the chosen columns, as the address says them.
func (w *Web) columns(c *web.C) []string {
	asked := c.R.URL.Query()["col"]
	var out []string
	for _, name := range deskColumns {
		if slices.Contains(asked, name) {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		return usualColumns
	}
	return out
}

func (w *Web) deskRow(c *web.C, set *editions.Setting, x choiceWords, d *Desk, r *Registration, cols []string, query string) deskRow {
	n := strconv.Itoa(r.Number)
	out := deskRow{
		Number: r.Number, ID: "r" + n, Name: cmp.Or(r.Name, c.T("participation.desk.erased")),
		URL: c.URL(strings.TrimSuffix(set.Path()+"/registrations/"+n+"?"+query, "?")),
	}
	out.Pick = c.T("participation.desk.pick", "Number", r.Number, "Name", out.Name)
	if r.HighLevel {
		out.Flags = append(out.Flags, c.Status("changed", "participation.desk.flag.high-level"))
	}
	if d.Doubles[r.ID] > 0 {
		out.Flags = append(out.Flags, c.Status("late", "participation.desk.flag.double"))
	}
	if n := d.Notes[r.ID]; n > 0 {
		out.Flags = append(out.Flags, c.Status("private", "participation.desk.notes_count", "Count", n))
	}
	for _, name := range cols {
		cell := deskCell{Label: c.T("participation.desk.column." + name), Words: w.cell(c, set, x, d, r, name)}
		if name == "state" {
			st := Status(c, r)
			cell.Status = &st
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

// cell is what a column says of a registration.
func (w *Web) cell(c *web.C, set *editions.Setting, x choiceWords, d *Desk, r *Registration, name string) string {
	named := func(f int, code string) string {
		if code == "" {
			return ""
		}
		return x.name(f, code)
	}
	switch name {
	case "state":
		return Status(c, r).Words
	case "category":
		return named(byCategory, string(r.Category))
	case "mode":
		return named(byMode, r.Mode)
	case "organisation":
		return r.Organisation
	case "title":
		return r.Title
	case "group":
		return named(byGroup, r.Stakeholder)
	case "country":
		return named(byCountry, r.Country)
	case "region":
		return named(byRegion, r.Region)
	case "delegation":
		return named(byDelegation, string(r.Delegation))
	case "hub":
		return named(byHub, string(r.Hub))
	case "registered":
		return c.Stamp(r.Submitted, set.Zone)
	case "email":
		return r.Email
	case "waiting":
		if t := d.Waits[r.ID]; !t.IsZero() {
			return c.Span(c.Now().Sub(t.Time()))
		}
	}
	return ""
}
