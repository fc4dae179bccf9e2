package review

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

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
	body, err := workbook(rows)
	if err != nil {
		return err
	}
	return c.File(web.File{Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Name: t.Call.Ref + "-results.xlsx", Packed: true, Body: body})
}

// workbook writes a table with one sheet. What reads as a number is one; all else is text,
// which no program takes for a formula.
func workbook(rows [][]string) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing of it is on a disk
	for i, row := range rows {
		for j, s := range row {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return nil, fmt.Errorf("write table: %w", err)
			}
			if x, perr := strconv.ParseFloat(s, 64); perr == nil && i > 0 && j != 1 && j < len(row)-2 {
				err = f.SetCellFloat("Sheet1", cell, x, -1, 64)
			} else {
				err = f.SetCellStr("Sheet1", cell, s)
			}
			if err != nil {
				return nil, fmt.Errorf("write table: %w", err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	return b.Bytes(), nil
}
