package review

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type column struct {
	Label, URL, Sort string
	Num              bool
}

type resultRow struct {
	Number int
	Title  web.TextView
	URL    string
	Cells  []cell
	Status web.Status
}

type cell struct{ Label, Value string }

type resultsView struct {
	Head    head
	Columns []column
	Rows    []resultRow
	How     string
	Empty   *web.Empty
}

// results is the table of what the reviews of a phase say.
func (w *Web) results(c *web.C) error {
	ref := c.Param("ref")
	t, err := w.s.ResultsOf(c.Context(), c.Actor, ref, number(c))
	if core.KindOf(err) == core.KindNotFound {
		return w.noPhase(c, ref)
	}
	if err != nil {
		return err
	}
	here := base(ref) + "/results"
	p := "?phase=" + strconv.Itoa(t.Phase.Number)
	v := resultsView{Head: w.head(c, t.Call, c.T("review.tab.results")), How: c.T("review.how_normalised", "Pull", Pull, "Apart", decimal(c.Lang, Apart))}
	if v.Head.Phases, err = w.phases(c, t.Call.ID, t.Phase, here); err != nil {
		return err
	}
	v.Head.Facts = []string{c.Text(t.Phase.Name).S, w.window(c, t.Phase), c.T("review.proposals", "Count", len(t.Rows))}
	v.Head.Actions = []web.Action{
		{Label: c.T("review.csv"), URL: c.URL(here + ".csv" + p), Icon: "download"}, {Label: c.T("review.xlsx"), URL: c.URL(here + ".xlsx" + p), Icon: "download"},
	}
	by := c.Query("sort")
	order(t.Rows, by)
	keys := []string{"number", "n", "mean", "normalised", "sd"}
	for _, x := range t.Criteria {
		keys = append(keys, string(x.ID))
	}
	keys = append(keys, "abstained", "conflicts")
	for i, k := range keys {
		col := column{Label: w.columnName(c, t, k), Num: i > 0, URL: c.URL(here + p + "&sort=" + k)}
		switch by {
		case k:
			col.Sort, col.URL = "ascending", c.URL(here+p+"&sort=-"+k)
		case "-" + k:
			col.Sort = "descending"
		}
		v.Columns = append(v.Columns, col)
	}
	for _, r := range t.Rows {
		row := resultRow{Number: r.Number, Title: titled(r.Candidate), URL: c.URL("/reviews/" + string(t.Phase.ID) + "/" + string(r.ID))}
		for i, k := range keys[1:] {
			row.Cells = append(row.Cells, cell{v.Columns[i+1].Label, shownValue(c.Lang, r, k)})
		}
		if r.Apart() {
			row.Status = c.Status("changed", "review.apart")
		}
		v.Rows = append(v.Rows, row)
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("review.no_results"), Text: c.T("review.no_results_text")}
	}
	return w.page(c, t.Call, "results", v.Head.Title, v, 0)
}

func (w *Web) columnName(c *web.C, t Table, key string) string {
	for _, x := range t.Criteria {
		if string(x.ID) == key {
			return c.Text(x.Label).S
		}
	}
	return c.T("review.column." + key)
}

// value is what a column holds; ok is false where there is nothing to reckon.
func value(r Result, key string) (x float64, ok bool) {
	switch key {
	case "number":
		return float64(r.Number), true
	case "n":
		return float64(r.N), true
	case "abstained":
		return float64(r.Abstained), true
	case "conflicts":
		return float64(r.Conflicts), true
	case "mean":
		return r.Mean, r.N > 0
	case "normalised":
		return r.Normalised, r.N > 0
	case "sd":
		return r.SD, r.N > 1
	}
	x, ok = r.Criteria[core.ID(key)]
	return x, ok
}

func shownValue(lang string, r Result, key string) string {
	x, ok := value(r, key)
	switch {
	case !ok:
		return "–"
	case key == "n":
		return strconv.Itoa(r.N) + "/" + strconv.Itoa(r.Assigned)
	case key == "abstained" || key == "conflicts":
		return strconv.Itoa(int(x))
	}
	return decimal(lang, x)
}

// order sorts by a column, downwards with a minus; what has no value comes last.
func order(rows []Result, by string) {
	key, down := strings.CutPrefix(by, "-")
	if key == "" {
		return
	}
	slices.SortStableFunc(rows, func(a, b Result) int {
		x, okX := value(a, key)
		y, okY := value(b, key)
		switch {
		case okX != okY:
			if okX {
				return -1
			}
			return 1
		case down:
			return cmp.Compare(y, x)
		}
		return cmp.Compare(x, y)
	})
}
