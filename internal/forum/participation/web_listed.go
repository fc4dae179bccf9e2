package participation

import (
	"cmp"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type listedRow struct{ Name, Organisation, Country string }

type listedView struct {
	Subtitle, Total, More string
	Query, Country        string
	Action                string
	Filters               []web.Filter
	Rows                  []listedRow
	Pager                 web.Pager
	Empty                 *web.Empty
}

// participants is the public list of those who chose to stand in it.
func (w *Web) participants(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	c.Reads(Scope(set.ID), set.Scope(), core.ScopeForum)
	f := ListFilter{Query: c.Query("q"), Country: c.Query("country"), Page: c.PageArg()}
	list, countries, more, err := w.s.Participants(c.Context(), c.Actor, set, f)
	if err != nil {
		return err
	}
	v := listedView{
		Subtitle: c.Text(set.Name).S, Total: c.T("participation.listed.count", "Count", list.Total), Query: f.Query, Country: f.Country,
		Action: c.URL(set.Path() + "/participants"), Pager: c.Pager(len(list.Items), list.Total, list.Next, "participation.listed.count"),
	}
	if more > 0 {
		v.More = c.T("participation.listed.more", "Count", more)
	}
	for _, x := range list.Items {
		v.Rows = append(v.Rows, listedRow{x.Name, x.Organisation, w.countryName(c, x.Country)})
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("participation.listed.none"), Text: c.T("participation.listed.none_text")}
	}
	filter := web.Filter{Label: c.T("participation.field.country")}
	for code, n := range countries {
		filter.Values = append(filter.Values, c.FilterTab("country", code, w.countryName(c, code), n))
	}
	order := map[string]int{}
	for i, x := range w.s.Vocab.Countries(c.Lang) {
		order[c.Text(x.Name).S] = i
	}
	slices.SortFunc(filter.Values, func(a, b web.Tab) int { return cmp.Compare(order[a.Label], order[b.Label]) })
	v.Filters = []web.Filter{filter}
	title := c.T("participation.listed.title")
	return c.Page(web.Page{
		Name: "participation/listed", Title: title, Section: "programme", NoIndex: true, V: v,
		Trail: editions.Trail(c, set, web.Crumb{Label: title}),
	})
}
