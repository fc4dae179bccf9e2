package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// CSV sends rows as a table in UTF-8, with the mark by which spreadsheets know it. Like
// a page, it is kept if the handler said what it reads.
func (c *C) CSV(rows [][]string) error {
	buf := bytes.NewBufferString("\ufeff")
	out := csv.NewWriter(buf)
	for _, row := range rows {
		line := make([]string, len(row))
		for i, cell := range row {
			line[i] = noFormula(cell)
		}
		if err := out.Write(line); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return c.Bytes("text/csv; charset=utf-8", buf.Bytes())
}

// noFormula keeps a spreadsheet from reading what somebody typed as a formula.
func noFormula(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		if _, err := strconv.ParseFloat(cell, 64); err != nil {
			return "'" + cell
		}
	}
	return cell
}

// XLSX sends rows as a workbook of one sheet, whose first row has the headings. What stands
// in the columns that hold numbers is written as such; all else is text, and no program
// takes it for a formula, also not when the sheet is saved as CSV.
func (c *C) XLSX(name string, rows [][]string, numbers ...int) error {
	body, err := workbook(rows, numbers)
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return c.File(File{Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Name: name, Packed: true, Body: body})
}

const longestCell = 32767 // characters that spreadsheets take

func workbook(rows [][]string, numbers []int) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing of it is on a disk
	out, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	for i, row := range rows {
		cells := make([]any, len(row))
		for j, s := range row {
			x, err := strconv.ParseFloat(s, 64)
			switch {
			case i > 0 && err == nil && slices.Contains(numbers, j):
				cells[j] = x
			default:
				s = noFormula(s)
				if r := []rune(s); len(r) > longestCell {
					s = string(r[:longestCell-1]) + "…"
				}
				cells[j] = s
			}
		}
		if err := out.SetRow("A"+strconv.Itoa(i+1), cells); err != nil {
			return nil, err
		}
	}
	if err := out.Flush(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = f.Write(&b)
	return b.Bytes(), err
}
