package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
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
