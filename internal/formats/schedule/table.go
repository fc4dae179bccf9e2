package schedule

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// cell is a cell as it shows, with the number behind it where a workbook has one.
type cell struct {
	text    string
	number  float64
	numeric bool
	merged  bool // filled from the cell above that it is merged with
}

func (c cell) value() string { return strings.TrimSpace(strings.Map(cleanCell, c.text)) }

func cleanCell(r rune) rune {
	switch {
	case r == '\u00a0', r == '\u202f', r == '\u2007':
		return ' '
	case r == '\ufeff', r == '\u200b', r >= '\u200e' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return -1
	case r != '\n' && r != '\t' && unicode.IsControl(r):
		return -1
	}
	return r
}

// tableRow is a row with its number in the sheet and, in a text, its line.
type tableRow struct {
	number int
	line   int
	cells  []cell
}

func (r *tableRow) at(column int) cell {
	if column < 0 || column >= len(r.cells) {
		return cell{}
	}
	return r.cells[column]
}

func (r *tableRow) empty() bool { return r.filled() == 0 }

// filled counts the cells that hold something.
func (r *tableRow) filled() int {
	n := 0
	for i := range r.cells {
		if strings.TrimSpace(r.cells[i].text) != "" {
			n++
		}
	}
	return n
}

func (r *tableRow) values() []string {
	out := make([]string, len(r.cells))
	for i := range r.cells {
		out[i] = r.cells[i].value()
	}
	return out
}

// sheet is a table without any meaning yet.
type sheet struct {
	name      string
	rows      []tableRow
	workbook  bool
	since1904 bool
}

// Heads reads the heads of a table's columns and up to twenty rows of what stands below
// them, for somebody who says which column means what. Of a workbook it reads the sheet
// that ReadTable would read. name is the file's.
func Heads(name string, data []byte) (heads []string, sample [][]string, err error) {
	s, head, err := openTable(name, data, nil, newFindings(nil))
	if err != nil {
		return nil, nil, err
	}
	heads = s.heads(head)
	return heads, s.sample(head, len(heads), maxSample), nil
}

const maxSample = 20

// ReadTable reads a table of sessions, one a row: CSV, TSV or the like, or a workbook.
// m says which column means what, in the order of the columns or any other; nil leaves
// that to GuessMapping. Rows that cannot be read are refused one by one and said.
// ErrUnknown is for what is no table of sessions.
func ReadTable(name string, data []byte, m Mapping, opt Options) (*Schedule, []Finding, error) {
	if len(data) > maxBytes {
		return nil, nil, fmt.Errorf("%w: %d bytes, where %d are the most", ErrTooLarge, len(data), maxBytes)
	}
	s, found, err := mapTable(name, data, m, opt)
	if err != nil {
		return nil, nil, err
	}
	finish(s)
	return s, append(found, clashes(s)...), nil
}

// readTable reads a table whose columns nobody has explained.
func readTable(name string, data []byte, opt Options) (*Schedule, []Finding, error) {
	return mapTable(name, data, nil, opt)
}

func mapTable(name string, data []byte, m Mapping, opt Options) (*Schedule, []Finding, error) {
	found := newFindings(nil)
	s, head, err := openTable(name, data, m, found)
	if err != nil {
		return nil, nil, err
	}
	heads := s.heads(head)
	if m == nil {
		m = guessMapping(heads, s.sample(head, len(heads), maxSample*5), found)
	}
	if !m.has(FieldTitle) {
		return nil, nil, fmt.Errorf("%w: no column of titles in the table", ErrUnknown)
	}
	r := newTableReader(s, head, heads, m, opt, found)
	return r.read(), found.list, nil
}

// openTable finds the sheet and in it the row of the heads.
func openTable(name string, data []byte, m Mapping, found *findings) (*sheet, int, error) {
	var sheets []sheet
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		var err error
		if sheets, err = readWorkbook(data, found); err != nil {
			return nil, 0, err
		}
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, 0, fmt.Errorf("%w: a workbook of before 2007, or one with a password", ErrUnknown)
	default:
		sheets = []sheet{readDelimited(name, data, found)}
	}
	best, head, most := -1, 0, -1
	for i := range sheets {
		at, score := sheets[i].findHead(m)
		if at >= 0 && score > most {
			best, head, most = i, at, score
		}
	}
	if best < 0 {
		return nil, 0, fmt.Errorf("%w: no table with rows in it", ErrUnknown)
	}
	for i := range sheets {
		if i != best && len(sheets[i].rows) > 0 {
			found.add(Ignored, "sheet-ignored", "", Place{Sheet: sheets[i].name}, "Sheet", sheets[i].name)
		}
	}
	s := &sheets[best]
	if len(s.rows) > maxTableRows {
		return nil, 0, fmt.Errorf("%w: more than %d rows", ErrTooLarge, maxTableRows)
	}
	return s, head, nil
}

// maxHeadRow is how far below the top the heads may stand.
const maxHeadRow = 30

// findHead finds the row of the heads: the one with the most heads of the mapping, or
// the most that are known; else the first with several cells.
func (s *sheet) findHead(m Mapping) (row, score int) {
	wanted := make(map[string]bool, len(m))
	for _, c := range m {
		wanted[headKey(c.Head)] = true
	}
	best, most, first := -1, 0, -1
	for i := 0; i < len(s.rows) && i < maxHeadRow; i++ {
		if first < 0 && s.rows[i].filled() >= 2 {
			first = i
		}
		n := 0
		for _, head := range s.rows[i].values() {
			switch {
			case head == "":
			case wanted[headKey(head)]:
				n += 10
			case len(m) == 0:
				n += headScore(head)
			}
		}
		if n > most && s.rows[i].filled() >= min(2, len(m)+1) {
			best, most = i, n
		}
	}
	if best >= 0 && most >= 3 {
		return best, most
	}
	return first, 0
}

// heads are the heads of the row, one for each column that has anything below it.
func (s *sheet) heads(head int) []string {
	out := s.rows[head].values()
	for i := range out {
		out[i] = cleanLine(out[i])
	}
	for i := head + 1; i < len(s.rows); i++ {
		for c := len(out); c < len(s.rows[i].cells); c++ {
			if s.rows[i].cells[c].value() != "" {
				out = append(out, make([]string, c+1-len(out))...)
			}
		}
	}
	for len(out) > 0 && out[len(out)-1] == "" && !slices.ContainsFunc(s.rows[head+1:], func(r tableRow) bool { return r.at(len(out)-1).value() != "" }) {
		out = out[:len(out)-1]
	}
	return out
}

// sample is up to n rows below the heads, each as wide as they are.
func (s *sheet) sample(head, width, n int) [][]string {
	var out [][]string
	for i := head + 1; i < len(s.rows) && len(out) < n; i++ {
		if s.rows[i].empty() {
			continue
		}
		row := make([]string, width)
		for c := range row {
			row[c] = s.rows[i].at(c).value()
		}
		out = append(out, row)
	}
	return out
}
