package participation

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/platform/web"
)

// deskExport sends what the filters leave as a table. It is a post: the record notes it.
func (w *Web) deskExport(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	typed := c.Typed()
	ch := ReadChoice(typed)
	in := ExportInput{Addresses: slices.Contains(typed["with"], "addresses"), Needs: slices.Contains(typed["with"], "needs")}
	d, err := w.s.Export(c.Context(), c.Actor, set, ch, in)
	if err != nil {
		return err
	}
	head := []string{
		"number", "name", "honorific", "organisation", "title", "stakeholder", "country", "region", "state", "recheck", "category", "mode", "delegation", "hub",
		"registered", "decided", "badge", "first_time", "youth", "parliamentarian", "media", "high_level", "rank", "ldc", "lldc", "sids", "transition",
	}
	if in.Addresses {
		head = append(head, "email", "language")
	}
	if in.Needs {
		head = append(head, "access_needs", "diet", "visa_letter")
	}
	rows := make([][]string, 0, len(d.Rows)+1)
	rows = append(rows, head)
	yes := func(on bool) string {
		if on {
			return "yes"
		}
		return ""
	}
	for i := range d.Rows {
		r := &d.Rows[i]
		category := ""
		if cat := d.Setting.Category(r.Category); cat != nil {
			category = cat.Code
		}
		line := []string{
			strconv.Itoa(r.Number), r.Name, r.Honorific, r.Organisation, r.Title, r.Stakeholder, r.Country, r.Region, r.State, yes(r.Recheck), category, r.Mode,
			d.Names[r.Delegation], d.Names[r.Hub], r.Submitted.String(), r.Decided.String(), r.Collected.String(), r.FirstTime, yes(r.Youth), yes(r.Parliament),
			yes(r.Media), yes(r.HighLevel), r.Rank, yes(r.LDC), yes(r.LLDC), yes(r.SIDS), yes(r.Transition),
		}
		if in.Addresses {
			line = append(line, r.Email, r.Lang)
		}
		if in.Needs {
			line = append(line, r.AccessNeeds, r.Diet, yes(r.Visa.Wanted))
		}
		rows = append(rows, line)
	}
	if strings.HasSuffix(c.Path(), ".xlsx") {
		return c.XLSX(set.Slug+"-registrations.xlsx", rows, 0)
	}
	return c.CSV(rows)
}

// choiceOf is the choice that a form kept in the field "filter", as an address says it.
func choiceOf(v url.Values) Choice {
	q, err := url.ParseQuery(v.Get("filter"))
	if err != nil {
		return Choice{Sort: Sorts[0]}
	}
	return ReadChoice(q)
}
