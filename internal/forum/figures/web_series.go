package figures

import (
	"math"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// charted are the series that have a chart: those of one number per edition, and two
// shares that sources have given often enough.
var charted = [][2]string{
	{"participants-onsite", ""},
	{"participants-total", ""},
	{"participants-online", ""},
	{"countries", ""},
	{"sessions", ""},
	{"first-time", "first time"},
	{"gender", "female"},
}

type seriesView struct {
	Actions []web.Action
	Charts  []lineView
	Tables  []tableView
	Links   []web.Tab
	Empty   *web.Empty
}

// lineView is a chart of dots over the editions with its table.
type lineView struct {
	ID, Title, Sentence string
	Width, Height       int
	Grid                []gridView
	Years               []yearView
	Lines               [][4]string
	Dots                []dotView
	Rows                []rowView
	Notes               []noteView
}

type gridView struct{ Y, X1, X2, LabelX, Anchor, Label string }

type yearView struct{ X, Label string }

type dotView struct {
	X, Y, Label, LabelY string
	Open                bool
	Title               string
}

type rowView struct {
	Edition, URL string
	Values       []valueView
	Gap          bool
}

type valueView struct {
	Value  string
	Note   string // number of its note
	NoteID string
	Status *web.Status
	URL    string
}

type noteView struct{ ID, Number, Text string }

// tableView is a series of shares as a table alone.
type tableView struct {
	ID, Title string
	Rows      []shareRow
	Notes     []noteView
}

type shareRow struct{ Edition, Group, Value, Note, NoteID string }

// series is the page of all editions side by side.
func (w *Web) series(c *web.C) error {
	list, err := w.s.Editions.Editions(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	w.reads(c, list)
	all, err := w.s.Series(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := seriesView{Links: []web.Tab{{Label: c.T("figures.csv"), URL: c.URL("/statistics.csv")}, {Label: c.T("figures.json"), URL: c.URL("/statistics.json")}}}
	if Can(c.Actor, "import", core.ScopeForum) {
		v.Actions = []web.Action{
			{Label: c.T("figures.import"), URL: c.URL("/statistics/import"), Icon: "download"},
			{Label: c.T("figures.settings"), URL: c.URL("/statistics/settings"), Icon: "edit"},
		}
	}
	slugs := editionsOf(all, list)
	tables := map[string]*tableView{}
	var order []string
	for _, s := range all {
		if slices.Contains(charted, [2]string{s.Dimension, s.Group}) {
			v.Charts = append(v.Charts, w.line(c, s, slugs, list))
			continue
		}
		t := tables[s.Dimension]
		if t == nil {
			t = &tableView{ID: s.Dimension, Title: dimension(c, s.Dimension)}
			tables[s.Dimension] = t
			order = append(order, s.Dimension)
		}
		for _, p := range s.Points {
			note, id := addNote(c, &t.Notes, t.ID, p)
			t.Rows = append(t.Rows, shareRow{Edition: p.Edition, Group: s.Group, Value: saidValue(c, p), Note: note, NoteID: id})
		}
	}
	for _, name := range order {
		t := tables[name]
		slices.SortStableFunc(t.Rows, func(a, b shareRow) int { return compare(a.Edition, b.Edition) })
		v.Tables = append(v.Tables, *t)
	}
	if len(all) == 0 {
		v.Empty = &web.Empty{Title: c.T("figures.series_empty"), Text: c.T("figures.series_empty_text")}
	}
	return c.Page(web.Page{
		Name: "figures/series", Title: c.T("figures.series"), Section: "about", V: v,
		Trail: []web.Crumb{{Label: c.T("shell.about"), URL: c.URL("/about")}, {Label: c.T("figures.series")}},
	})
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// reads says that the page is made from what is published of these editions.
func (w *Web) reads(c *web.C, list []editions.Edition) {
	scopes := []string{core.ScopeForum}
	for _, e := range list {
		scopes = append(scopes, e.Scope())
	}
	c.Reads(scopes...)
}

// editionsOf are the editions of the record and those that somebody spoke of, in order.
func editionsOf(all []Series, list []editions.Edition) []string {
	var out []string
	for _, e := range list {
		if !e.Sample && e.State != editions.StateDraft {
			out = append(out, e.Slug)
		}
	}
	for _, s := range all {
		for _, p := range s.Points {
			out = append(out, p.Edition)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func dimension(c *web.C, name string) string {
	for _, key := range []string{"figures.dimension." + name, "editions.indicator." + name} {
		if c.S.Catalog.Has(key) {
			return c.T(key)
		}
	}
	return name
}

// addNote gives a value its note: source and definition. Values with the same share it.
func addNote(c *web.C, notes *[]noteView, id string, p Said) (number, at string) {
	text := ""
	switch {
	case p.Ours:
		text = c.T("figures.note.ours", "Definition", c.T("figures.of."+p.Indicator+".definition"))
	case p.Definition != "" && p.Source != "":
		text = c.T("figures.note.defined", "Definition", p.Definition, "Source", p.Source)
	case p.Source != "":
		text = c.T("figures.note.source", "Source", p.Source)
	default:
		return "", ""
	}
	i := slices.IndexFunc(*notes, func(n noteView) bool { return n.Text == text })
	if i < 0 {
		i = len(*notes)
		*notes = append(*notes, noteView{ID: "n-" + id + "-" + strconv.Itoa(i+1), Number: i18n.Number(c.Lang, i+1), Text: text})
	}
	return (*notes)[i].Number, (*notes)[i].ID
}

const (
	lineWidth, lineHeight = 720, 260
	lineStart, lineEnd    = 56.0, 700.0
	lineTop, lineBottom   = 24.0, 220.0
)

// line draws a series: a dot for each value, and a line between two editions that follow
// one another only where both were counted in the same way.
func (w *Web) line(c *web.C, s Series, slugs []string, list []editions.Edition) lineView {
	id := s.Dimension
	v := lineView{ID: id, Title: dimension(c, s.Dimension), Width: lineWidth, Height: lineHeight}
	most := 0.0
	for _, p := range s.Points {
		most = max(most, p.Value)
	}
	top := ceiling(most)
	rtl := core.Dir(c.Lang) == "rtl"
	from, years := span(slugs)
	x := func(slug string) float64 {
		at := lineStart + (lineEnd-lineStart)*(float64(year(slug)-from)+.5)/float64(years)
		if rtl {
			return lineWidth - at
		}
		return at
	}
	y := func(value float64) float64 { return lineBottom - (lineBottom-lineTop)*value/top }
	for i := range 3 {
		value := top * float64(i) / 2
		g := gridView{Y: px(y(value)), X1: px(lineStart - 6), X2: px(lineEnd), LabelX: px(lineStart - 12), Anchor: "end", Label: short1000(c, value)}
		if rtl {
			g.X1, g.X2, g.LabelX = px(lineWidth-lineEnd), px(lineWidth-lineStart+6), px(lineWidth-lineStart+12)
		}
		v.Grid = append(v.Grid, g)
	}
	known := map[string]string{}
	for _, e := range list {
		known[e.Slug] = c.URL(e.Path() + "/statistics")
	}
	contested := s.contested()
	var before []Said
	said := 0
	var highest Said
	for i := range years {
		if label := strconv.Itoa(from + i); years <= 12 || i%2 == 0 {
			v.Years = append(v.Years, yearView{X: px(x(label)), Label: label})
		}
	}
	for _, slug := range slugs {
		row := rowView{Edition: slug, URL: known[slug], Gap: true}
		var here []Said
		for _, p := range s.Points {
			if p.Edition != slug {
				continue
			}
			here = append(here, p)
			row.Gap = false
			value := valueView{Value: saidValue(c, p)}
			value.Note, value.NoteID = addNote(c, &v.Notes, id, p)
			if p.Ours {
				st := c.Status("done", "figures.status.final")
				if p.Status != Final {
					st = c.Status("due", "figures.status.provisional")
				}
				value.Status, value.URL = &st, c.URL("/"+slug+"/statistics/"+p.Indicator)
			}
			row.Values = append(row.Values, value)
			if p.Hidden {
				continue
			}
			said++
			if p.Value > highest.Value {
				highest = p
			}
			d := dotView{X: px(x(slug)), Y: px(y(p.Value)), Open: p.Qualifier != "" || contested[slug], Title: slug + ": " + saidValue(c, p)}
			v.Dots = append(v.Dots, d)
			for _, was := range before {
				if alike(was, p) {
					v.Lines = append(v.Lines, [4]string{px(x(was.Edition)), px(y(was.Value)), px(x(slug)), px(y(p.Value))})
				}
			}
		}
		before = here
		v.Rows = append(v.Rows, row)
	}
	for i := range v.Dots { // the highest is labelled where it stands
		if v.Dots[i].Title == highest.Edition+": "+saidValue(c, highest) {
			v.Dots[i].Label, v.Dots[i].LabelY = saidValue(c, highest), px(y(highest.Value)-9)
		}
	}
	v.Sentence = c.T("figures.sentence.series", "Count", said, "Editions", i18n.Number(c.Lang, len(slugs)), "Highest", saidValue(c, highest), "Edition", highest.Edition)
	return v
}

// alike tells whether two values were counted in the same way, as far as is known.
func alike(a, b Said) bool {
	return !a.Hidden && !b.Hidden && a.Ours == b.Ours && a.Qualifier == b.Qualifier && a.Definition == b.Definition &&
		(a.Ours || a.Definition != "" || a.Source == b.Source)
}

// year is that of an edition, which begins its slug.
func year(slug string) int {
	n, _ := strconv.Atoi(slug[:min(len(slug), 4)]) // slugs begin with four digits
	return n
}

// span is the first year of editions in order, and how many years there are.
func span(slugs []string) (from, years int) {
	if len(slugs) == 0 {
		return 0, 1
	}
	from = year(slugs[0])
	return from, year(slugs[len(slugs)-1]) - from + 1
}

func px(f float64) string { return decimal(math.Round(f*10) / 10) }

// ceiling is the least round number that is not below a value.
func ceiling(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 4, 5, 6, 8, 10} {
		if m*unit >= v {
			return m * unit
		}
	}
	return 10 * unit
}

func short1000(c *web.C, v float64) string {
	if v == math.Trunc(v) {
		return i18n.Number(c.Lang, int(v))
	}
	return decimal(v)
}

func (w *Web) seriesCSV(c *web.C) error {
	all, err := w.allSeries(c)
	if err != nil {
		return err
	}
	rows := [][]string{{"edition", "dimension", "group", "value", "unit", "source", "definition", "qualifier", "of_this_record", "status"}}
	for _, s := range all {
		for _, p := range s.Points {
			value, definition := decimal(p.Value), p.Definition
			if p.Hidden {
				value = ""
			}
			if p.Ours {
				definition = c.T("figures.of." + p.Indicator + ".definition")
			}
			rows = append(rows, []string{p.Edition, s.Dimension, s.Group, value, s.Unit, p.Source, definition, p.Qualifier, flag(p.Ours), p.Status})
		}
	}
	return c.CSV(rows)
}

func (w *Web) seriesJSON(c *web.C) error {
	all, err := w.allSeries(c)
	if err != nil {
		return err
	}
	return sendJSON(c, map[string]any{"series": append([]Series{}, all...)})
}

func (w *Web) allSeries(c *web.C) ([]Series, error) {
	list, err := w.s.Editions.Editions(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	w.reads(c, list)
	return w.s.Series(c.Context(), c.Actor)
}
