package commentfile

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// tablesOf finds out what a file is, and gives its rows.
func tablesOf(data []byte) ([]line, Problems) {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readZip(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")), bytes.HasPrefix(data, []byte("%PDF-")), bytes.HasPrefix(data, []byte("{\\rtf")),
		bytes.HasPrefix(data, []byte("\x89PNG")), bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return nil, problem(0, FieldFile, CodeFormat)
	}
	text, ok := decoded(data)
	if !ok {
		return nil, problem(0, FieldFile, CodeEncoding)
	}
	return readCSV(text)
}

// decoded is the text that the bytes are. A byte order mark decides, then valid UTF-8;
// else it is the Windows encoding of Western Europe, or of the languages in whose
// letters the headings then read.
func decoded(data []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(data[3:]), "\ufffd"), true
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return utf16Text(data[2:], binary.LittleEndian), true
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return utf16Text(data[2:], binary.BigEndian), true
	case utf8.Valid(data) && bytes.IndexByte(data, 0) < 0:
		return string(data), true
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return unmarked(data)
	}
	for _, e := range []encoding.Encoding{charmap.Windows1251, charmap.Windows1256, simplifiedchinese.GB18030} {
		if s, err := e.NewDecoder().Bytes(data); err == nil && foreignHeadings(string(s)) {
			return string(s), true
		}
	}
	if s, err := charmap.Windows1252.NewDecoder().Bytes(data); err == nil && western(data) {
		return string(s), true
	}
	return "", false
}

// unmarked reads UTF-16 without a byte order mark: all zeros stand on one side.
func unmarked(data []byte) (string, bool) {
	var zeros [2]int
	for i, c := range data {
		if c == 0 {
			zeros[i%2]++
		}
	}
	if len(data)%2 != 0 || zeros[0] > 0 && zeros[1] > 0 {
		return "", false
	}
	s := utf16Text(data, binary.LittleEndian)
	if zeros[0] > 0 {
		s = utf16Text(data, binary.BigEndian)
	}
	_, bad := readCSV(s)
	return s, bad == nil
}

func utf16Text(b []byte, order binary.ByteOrder) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}

// foreignHeadings tells whether a text has a heading in other letters than Latin ones.
func foreignHeadings(s string) bool {
	lines, bad := readCSV(s)
	if bad != nil {
		return false
	}
	for _, l := range lines {
		cols, _ := headings(l)
		for i := range cols {
			for _, r := range l.cells[i] {
				if r >= 0x370 {
					return true
				}
			}
		}
	}
	return false
}

// western tells whether bytes above ASCII stand among ASCII letters, as accents do. In
// other scripts whole words are made of them.
func western(data []byte) bool {
	accents, foreign := 0, 0
	for _, w := range bytes.FieldsFunc(data, func(r rune) bool { return r < 0x80 && (r|0x20 < 'a' || r|0x20 > 'z') }) {
		high := 0
		for _, c := range w {
			if c >= 0xC0 {
				high++
			}
		}
		switch {
		case high >= 3 && 3*high >= 2*len(w):
			foreign++
		case high > 0:
			accents++
		}
	}
	return foreign <= accents/4
}

// readCSV reads a text with the separator with which it has a heading.
func readCSV(s string) ([]line, Problems) {
	seps := []rune{',', ';', '\t', '|'}
	if first, rest, ok := strings.Cut(s, "\n"); ok && strings.HasPrefix(strings.ToLower(first), "sep=") {
		if r, _ := utf8.DecodeRuneInString(first[4:]); r != utf8.RuneError && r != '\r' {
			seps, s = []rune{r}, "\n"+rest
		}
	}
	var broken Problems
	for _, sep := range seps {
		lines, bad := splitCSV(s, sep)
		for _, l := range lines {
			if cols, _ := headings(l); cols != nil {
				for _, l := range lines {
					for i, c := range l.cells {
						l.cells[i] = unguard(strings.TrimSpace(c))
					}
				}
				return lines, bad
			}
		}
		if bad != nil && broken == nil && len(seps) == 1 {
			broken = bad
		}
	}
	if broken != nil {
		return nil, broken
	}
	return nil, problem(0, FieldFile, CodeNoTable)
}

// splitCSV takes a text apart. Inside quotation marks separators and line ends are text;
// a quotation mark in the middle of a cell is just one. What is right up to a broken
// quotation comes with the problem.
func splitCSV(s string, sep rune) ([]line, Problems) {
	var out []line
	row := 1
	for len(s) > 0 {
		l := line{row: row}
		for {
			cell, rest, lines, ok := splitCell(s, sep)
			if !ok {
				return out, problem(row, FieldFile, CodeQuotes)
			}
			if len(l.cells) < maxCells {
				l.cells = append(l.cells, cell)
			}
			row += lines
			s = rest
			if s == "" {
				break
			}
			r, size := utf8.DecodeRuneInString(s)
			s = s[size:]
			if r == sep {
				continue
			}
			if r == '\r' && strings.HasPrefix(s, "\n") {
				s = s[1:]
			}
			row++
			break
		}
		if len(out) > MaxRows+1000 {
			return out, problem(0, FieldFile, CodeTooMany, "Limit", MaxRows)
		}
		out = append(out, l)
	}
	return out, nil
}

// splitCell takes the first cell off; rest starts with what ended it.
func splitCell(s string, sep rune) (cell, rest string, lines int, ok bool) {
	ends := func(r rune) bool { return r == sep || r == '\n' || r == '\r' }
	trimmed := strings.TrimLeft(s, " ")
	if !strings.HasPrefix(trimmed, `"`) {
		i := strings.IndexFunc(s, ends)
		if i < 0 {
			i = len(s)
		}
		return s[:i], s[i:], 0, true
	}
	var b strings.Builder
	s = trimmed[1:]
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			return "", "", 0, false
		}
		b.WriteString(s[:i])
		s = s[i+1:]
		if !strings.HasPrefix(s, `"`) {
			break
		}
		b.WriteByte('"')
		s = s[1:]
	}
	s = strings.TrimLeft(s, " ")
	if r, _ := utf8.DecodeRuneInString(s); s != "" && !ends(r) {
		return "", "", 0, false
	}
	cell = b.String()
	return cell, s, strings.Count(strings.ReplaceAll(cell, "\r\n", "\n"), "\n"), true
}
