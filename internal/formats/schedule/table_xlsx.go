package schedule

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of a workbook. Both are the same, so that nothing is unpacked to disk.
const (
	maxWorkbook = 64 << 20
	maxSheets   = 50
	maxMerges   = 20_000
)

// readWorkbook reads the sheets of an .xlsx file: the text of cells as they show, and
// the number behind it for dates and times. Hidden rows and sheets are left out.
func readWorkbook(data []byte, found *findings) (out []sheet, err error) {
	defer func() {
		// The library is made for files of spreadsheet programs, not of strangers.
		if caught := recover(); caught != nil {
			out, err = nil, fmt.Errorf("%w: workbook: %v", ErrBroken, caught)
		}
	}()
	parts, err := readWorkbookParts(data)
	if err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxWorkbook, UnzipXMLSizeLimit: maxWorkbook, ShortDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return nil, fmt.Errorf("%w: workbook: %w", ErrBroken, err)
	}
	defer func() { _ = f.Close() }()
	since1904 := false
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		since1904 = *props.Date1904
	}
	for _, part := range parts {
		if part.hidden {
			found.add(Ignored, "sheet-hidden", "", Place{Sheet: part.name}, "Sheet", part.name)
			continue
		}
		s := sheet{name: part.name, workbook: true, since1904: since1904}
		if err := s.readRows(f, found); err != nil {
			found.add(Ignored, "sheet-broken", "", Place{Sheet: part.name}, "Sheet", part.name)
			continue
		}
		s.fillMerges(part.merges)
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: no sheet of the workbook can be read", ErrBroken)
	}
	return out, nil
}

// readRows reads a sheet twice: as it shows, and for what stands behind.
func (s *sheet) readRows(f *excelize.File, found *findings) error {
	var hidden []bool
	err := eachRow(f, s.name, false, func(number int, values []string, hide bool) {
		row := tableRow{number: number, cells: make([]cell, len(values))}
		for i, v := range values {
			row.cells[i].text = v
		}
		s.rows, hidden = append(s.rows, row), append(hidden, hide)
	})
	if err != nil {
		return err
	}
	at := 0
	err = eachRow(f, s.name, true, func(number int, values []string, _ bool) {
		for at < len(s.rows) && s.rows[at].number < number {
			at++
		}
		if at == len(s.rows) || s.rows[at].number != number {
			return
		}
		cells := s.rows[at].cells
		for i, v := range values {
			if i < len(cells) && v != "" {
				if n, err := strconv.ParseFloat(v, 64); err == nil {
					cells[i].number, cells[i].numeric = n, true
				}
			}
		}
	})
	if err != nil {
		return err
	}
	kept := s.rows[:0]
	for i := range s.rows {
		if hidden[i] {
			if !s.rows[i].empty() {
				found.add(Ignored, "row-hidden", "", Place{Sheet: s.name, Row: s.rows[i].number}, "Sheet", s.name)
			}
			continue
		}
		kept = append(kept, s.rows[i])
	}
	s.rows = kept
	return nil
}

func eachRow(f *excelize.File, name string, raw bool, do func(number int, values []string, hidden bool)) error {
	rows, err := f.Rows(name)
	if err != nil {
		return err
	}
	kept := 0
	for number := 1; rows.Next() && kept <= maxTableRows; number++ {
		values, err := rows.Columns(excelize.Options{RawCellValue: raw, ShortDatePattern: "yyyy-mm-dd"})
		if err != nil {
			break // the rows before it are read
		}
		values = values[:min(len(values), maxTableColumns)]
		if slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) != "" }) {
			do(number, slices.Clone(values), rows.GetRowOpts().Hidden)
			kept++
		}
	}
	return rows.Close()
}

// workbookPart is what the package of a workbook says of one sheet.
type workbookPart struct {
	name   string
	hidden bool
	merges [][4]int // first column and row, last column and row, from 0 and 1
}

// readWorkbookParts reads names, visibility and merged cells of the sheets straight from
// the package: the library would build every row in memory to tell them.
func readWorkbookParts(data []byte) ([]workbookPart, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: workbook: %w", ErrBroken, err)
	}
	files := make(map[string]*zip.File, len(z.File))
	for _, f := range z.File {
		files[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))] = f
	}
	var book struct {
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := decodePart(files["xl/workbook.xml"], &book); err != nil {
		return nil, fmt.Errorf("%w: no workbook in it", ErrUnknown)
	}
	_ = decodePart(files["xl/_rels/workbook.xml.rels"], &relations) // without it only merged cells are missed
	var out []workbookPart
	for _, s := range book.Sheets {
		if len(out) == maxSheets {
			break
		}
		part := workbookPart{name: s.Name, hidden: s.State == "hidden" || s.State == "veryHidden"}
		for _, a := range s.Attrs {
			for _, r := range relations.List {
				if a.Name.Local == "id" && r.ID == a.Value {
					target := strings.TrimPrefix(path.Join("xl", r.Target), "/")
					if strings.HasPrefix(r.Target, "/") {
						target = r.Target[1:]
					}
					part.merges = readMerges(files[strings.ToLower(target)])
				}
			}
		}
		out = append(out, part)
	}
	if !slices.ContainsFunc(out, func(p workbookPart) bool { return !p.hidden }) {
		for i := range out {
			out[i].hidden = false
		}
	}
	return out, nil
}

func decodePart(f *zip.File, v any) error {
	if f == nil {
		return io.ErrUnexpectedEOF
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	return xml.NewDecoder(io.LimitReader(r, 4<<20)).Decode(v)
}

// readMerges reads the ranges of merged cells of a sheet.
func readMerges(f *zip.File) [][4]int {
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return nil
	}
	defer func() { _ = r.Close() }()
	var out [][4]int
	d := xml.NewDecoder(io.LimitReader(r, maxWorkbook))
	for len(out) < maxMerges {
		token, err := d.RawToken()
		if err != nil {
			return out
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "mergeCell" {
			continue
		}
		for _, a := range start.Attr {
			if a.Name.Local != "ref" {
				continue
			}
			from, to, _ := strings.Cut(a.Value, ":")
			c1, r1, err1 := excelize.CellNameToCoordinates(from)
			c2, r2, err2 := excelize.CellNameToCoordinates(to)
			if err1 == nil && err2 == nil && c1 <= c2 && r1 <= r2 {
				out = append(out, [4]int{c1 - 1, r1, c2 - 1, r2})
			}
		}
	}
	return out
}

// fillMerges writes the value of a range that was merged downwards into each of its
// rows, in its first column: a date that stands once beside ten sessions is that of all.
func (s *sheet) fillMerges(merges [][4]int) {
	filled := 0
	for _, m := range merges {
		if m[1] == m[3] || m[0] >= maxTableColumns {
			continue
		}
		first, _ := slices.BinarySearchFunc(s.rows, m[1], func(r tableRow, n int) int { return r.number - n })
		if first == len(s.rows) || s.rows[first].number != m[1] {
			continue
		}
		value := s.rows[first].at(m[0])
		if value.text == "" {
			continue
		}
		for i := first + 1; i < len(s.rows) && s.rows[i].number <= m[3] && filled < maxTableRows*10; i++ {
			row := &s.rows[i]
			for len(row.cells) <= m[0] {
				row.cells = append(row.cells, cell{})
			}
			if row.cells[m[0]].text == "" {
				row.cells[m[0]] = cell{text: value.text, number: value.number, numeric: value.numeric, merged: true}
			}
			filled++
		}
	}
}
