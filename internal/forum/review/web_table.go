package review

import (
	"strconv"
	"strings"

	"plenary/internal/platform/web"
)

// sheetOf is the results of a phase as a table: the first row has the headings. Numbers
// are written with a point in every language.
func (w *Web) sheetOf(c *web.C) ([][]string, Table, error) {
	t, err := w.s.ResultsOf(c.Context(), c.Actor, c.Param("ref"), number(c))
	if err != nil {
		return nil, t, err
	}
	order(t.Rows, c.Query("sort"))
	keys := []string{"number", "title", "n", "assigned", "mean", "normalised", "sd"}
	for _, x := range t.Criteria {
		keys = append(keys, string(x.ID))
	}
	keys = append(keys, "abstained", "conflicts")
	var first []string
	for _, k := range append(keys, "for_committee", "for_proposer") {
		first = append(first, w.columnName(c, t, k))
	}
	rows := [][]string{first}
	for _, r := range t.Rows {
		var line []string
		for _, k := range keys {
			x, ok := value(r, k)
			switch {
			case k == "title":
				line = append(line, r.Title)
			case k == "assigned":
				line = append(line, strconv.Itoa(r.Assigned))
			case !ok:
				line = append(line, "")
			default:
				line = append(line, strings.TrimSuffix(strconv.FormatFloat(x, 'f', 3, 64), ".000"))
			}
		}
		var committee []string
		for _, m := range r.ForCommittee {
			committee = append(committee, m.Reviewer+": "+m.Text)
		}
		line = append(line, strings.Join(committee, "\n\n"), strings.Join(r.ForProposer, "\n\n"))
		rows = append(rows, line)
	}
	return rows, t, nil
}

func (w *Web) csv(c *web.C) error {
	rows, _, err := w.sheetOf(c)
	if err != nil {
		return err
	}
	return c.CSV(rows)
}

func (w *Web) xlsx(c *web.C) error {
	rows, t, err := w.sheetOf(c)
	if err != nil {
		return err
	}
	last := len(rows[0]) - 2 // those after it are words, and so is the title
	numbers := []int{0}
	for i := 2; i < last; i++ {
		numbers = append(numbers, i)
	}
	return c.XLSX(t.Call.Ref+"-results.xlsx", rows, numbers...)
}
