package programme

import (
	"strconv"
	"strings"

	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// coverageFacets are what the columns of the coverage may be, by their name in the
// address.
var coverageFacets = []int{byDay, byTheme, byType}

// coverage says how many sessions take up each policy question, per value of another
// facet. A question counts what its parts count; cancelled sessions take up nothing.
type coverage struct {
	facet   int
	columns []word
	rows    []coverageRow
	without int // sessions that name no question
}

type coverageRow struct {
	number string
	depth  int
	cells  []int
	total  int
}

// cover counts the coverage in a selection that leaves everything that is not cancelled.
func (x *words) cover(facet int) coverage {
	cov := coverage{facet: facet}
	counts := map[[2]string]int{}
	totals, columns := map[string]int{}, map[string]int{}
	for i := range x.sel.list {
		values := x.sel.keys.of(&x.sel.list[i])
		for _, column := range values[facet] {
			columns[column]++
		}
		for _, number := range values[byQuestion] {
			totals[number]++
			for _, column := range values[facet] {
				counts[[2]string{number, column}]++
			}
		}
	}
	cov.without = totals[noValue]
	for _, n := range x.of(facet) {
		// A day or theme without any session is a gap to be seen; a type that the
		// edition does not use is not.
		if columns[n.Value] > 0 || facet != byType && n.Value != noValue {
			cov.columns = append(cov.columns, n)
		}
	}
	for _, q := range x.sel.set.Questions {
		r := coverageRow{number: q.Number, depth: q.Depth(), total: totals[q.Number], cells: make([]int, len(cov.columns))}
		for i, n := range cov.columns {
			r.cells[i] = counts[[2]string{q.Number, n.Value}]
		}
		cov.rows = append(cov.rows, r)
	}
	return cov
}

// coverageChoice is the list behind a number of the coverage.
func coverageChoice(number string, facet int, value string) choice {
	ch := choice{}.with(byState, stateOn).with(byQuestion, number)
	if value != "" {
		ch = ch.with(facet, value)
	}
	return ch
}

type coverageView struct {
	Title, Says string
	Tabs, By    web.Tabs
	Caption     string
	CSV         string
	Columns     []word
	Rows        []coverageLine
	Gaps        []string
	Without     *web.Tab
	Empty       *web.Empty
}

type coverageLine struct {
	Number   string
	Question web.TextView
	Depth    int
	Cells    []coverageCell
	All      coverageCell
}

type coverageCell struct {
	Class, Label, Count, URL string
}

// coverage reads the address and counts.
func (w *Web) coverage(c *web.C) (*words, coverage, error) {
	set, err := w.listed(c)
	if err != nil {
		return nil, coverage{}, err
	}
	facet := byDay
	for _, f := range coverageFacets {
		if facetNames[f] == c.Query("by") {
			facet = f
		}
	}
	sel, err := w.s.choose(c.Context(), c.Actor, set, choice{}.with(byState, stateOn))
	if err != nil {
		return nil, coverage{}, err
	}
	x := w.words(c, sel)
	return x, x.cover(facet), nil
}

// coveragePage is the matrix of policy questions: which of them the programme takes
// up, and where there are gaps (E060).
func (w *Web) coveragePage(c *web.C) error {
	x, cov, err := w.coverage(c)
	if err != nil {
		return err
	}
	set := x.sel.set
	path, all := set.Path()+"/programme/questions", set.Path()+"/programme/all"
	by := facetNames[cov.facet]
	v := coverageView{
		Title: c.T("programme.list.coverage_title"), Tabs: w.listTabs(c, set, "/questions"), Columns: cov.columns,
		Caption: c.T("programme.list.coverage_by." + by), CSV: c.URL(path + ".csv?by=" + by),
	}
	v.By = web.Tabs{Label: c.T("programme.list.coverage_columns")}
	for _, f := range coverageFacets {
		v.By.Tabs = append(v.By.Tabs, web.Tab{
			Label: c.T("programme.list.coverage_tab." + facetNames[f]), URL: c.URL(path + "?by=" + facetNames[f]), Current: f == cov.facet,
		})
	}
	link := func(ch choice) string { return c.URL(ch.at(all)) }
	gaps := 0
	for i, r := range cov.rows {
		l := coverageLine{Number: r.number, Depth: r.depth, Question: c.Text(set.Questions[i].Question)}
		if r.total == 0 {
			gaps++
		}
		var missing []string
		for j, n := range cov.columns {
			cell := cellOf(c, r.cells[j], link(coverageChoice(r.number, cov.facet, n.Value)))
			cell.Label = n.Label
			l.Cells = append(l.Cells, cell)
			if r.cells[j] == 0 && n.Value != noValue {
				missing = append(missing, n.Label)
			}
		}
		l.All = cellOf(c, r.total, link(coverageChoice(r.number, cov.facet, "")))
		l.All.Label = c.T("programme.list.coverage_all")
		v.Rows = append(v.Rows, l)
		if g := gapSentence(c, r, missing, len(cov.columns)); g != "" {
			v.Gaps = append(v.Gaps, g)
		}
	}
	v.Says = c.T("programme.list.coverage_says", "Taken", i18n.Number(c.Lang, len(cov.rows)-gaps), "Count", len(cov.rows))
	if cov.without > 0 {
		v.Without = &web.Tab{
			Label: c.T("programme.list.coverage_without", "Count", cov.without),
			URL:   link(coverageChoice(noValue, cov.facet, "")),
		}
	}
	switch {
	case len(cov.rows) == 0:
		v.Empty = &web.Empty{Title: c.T("programme.list.coverage_none"), Text: c.T("programme.list.coverage_none_text")}
	case len(x.sel.list) == 0:
		v.Empty = x.empty(0, c.URL(all))
		v.Says, v.Gaps = "", nil
	}
	return c.Page(web.Page{
		Name: "programme/coverage", Title: v.Title, Describe: v.Says, Section: "programme", Trail: listTrail(c, set, v.Title), V: v,
		Wide: len(cov.columns) > 8,
	})
}

// gapSentence says in words where a question is not taken up. A question without
// anything is one gap, not as many as there are columns.
func gapSentence(c *web.C, r coverageRow, missing []string, columns int) string {
	switch {
	case r.total == 0:
		return c.T("programme.list.gap_all", "Number", r.number)
	case len(missing) == 0 || len(missing) > (columns+1)/2:
		return "" // the table shows it better than a sentence
	}
	return c.T("programme.list.gap", "Number", r.number, "Where", strings.Join(missing, c.T("programme.list.comma")))
}

func cellOf(c *web.C, n int, url string) coverageCell {
	cell := coverageCell{Count: i18n.Number(c.Lang, n), URL: url}
	switch {
	case n == 0:
		cell.Class, cell.URL = "n0", ""
	case n < 3:
		cell.Class = "n1"
	case n < 5:
		cell.Class = "n2"
	default:
		cell.Class = "n3"
	}
	return cell
}

// coverageCSV is the matrix as a table for programs and spreadsheets.
func (w *Web) coverageCSV(c *web.C) error {
	x, cov, err := w.coverage(c)
	if err != nil {
		return err
	}
	head := []string{"question", "text"}
	for _, n := range cov.columns {
		head = append(head, n.Label)
	}
	rows := [][]string{append(head, c.T("programme.list.coverage_all"))}
	for i, r := range cov.rows {
		line := []string{r.number, c.Text(x.sel.set.Questions[i].Question).S}
		for _, n := range r.cells {
			line = append(line, strconv.Itoa(n))
		}
		rows = append(rows, append(line, strconv.Itoa(r.total)))
	}
	return c.CSV(rows)
}
