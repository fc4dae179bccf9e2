package bodies

import (
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// listCSV sends the list as narrowed by the filters, in whole. Columns keep their
// names in every language; names are in their original one.
func (w *Web) listCSV(c *web.C, q Query) error {
	list, err := w.s.found(c.Context(), q)
	if err != nil {
		return err
	}
	ids := make([]core.ID, 0, len(list))
	for _, b := range list {
		ids = append(ids, b.ID)
	}
	seats, err := w.s.SeatsIn(c.Context(), ids)
	if err != nil {
		return err
	}
	today := w.s.Today()
	rows := [][]string{{
		"kind", "slug", "name", "acronym", "country", "region", "status", "founded", "recognised", "started", "ended",
		"years", "seats_today", "as_seen", "source", "address",
	}}
	for _, b := range list {
		years := make([]string, 0, len(b.Years))
		for _, y := range b.Years {
			years = append(years, y.String())
		}
		rows = append(rows, []string{
			b.Kind, b.Slug, b.Name.String(), b.Acronym, b.Country, b.Region, b.Status, string(b.Founded), string(b.Recognised),
			string(b.Started), string(b.Ended), strings.Join(years, "; "), strconv.Itoa(len(On(seats[b.ID], today))),
			b.AsSeen.String(), b.Source, c.Absolute(b.Path()),
		})
	}
	return c.CSV(rows)
}

// countsCSV sends the published totals of a kind, those of its parts included.
func (w *Web) countsCSV(c *web.C) error {
	k, ok := listOf(c.Param("kind"))
	if !ok {
		return core.NotFound()
	}
	c.Reads(core.ScopeForum)
	list, err := w.s.Totals(c.Context(), k.Code)
	if err != nil {
		return err
	}
	rows := [][]string{{"kind", "as_of", "count", "bound", "note", "source"}}
	for _, f := range list {
		rows = append(rows, []string{f.Kind, string(f.AsOf), strconv.Itoa(f.Count), f.Bound, f.Note.String(), f.Source})
	}
	return c.CSV(rows)
}
