package schedule

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

const (
	utf8Name  = "UTF-8"
	utf16Name = "UTF-16"
)

// decodeText makes text of bytes whose encoding nobody states, and names what it took:
// UTF-8, UTF-16, the code pages of Windows for Western, Cyrillic and Arabic script, and
// GB 18030. Signs that mean nothing are left out.
func decodeText(data []byte) (text, name string) {
	if text, name = decodeUTF16(data); name != "" {
		return text, name
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if utf8.Valid(data) {
		return withoutZeros(string(data)), utf8Name
	}
	high, pairs, arabic, broken := 0, 0, 0, 0
	for i := 0; i < len(data); {
		if data[i] < 0x80 {
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			broken++
		}
		for range n {
			high++
			if i > 0 && data[i-1] >= 0x80 || i+1 < len(data) && data[i+1] >= 0x80 {
				pairs++
			}
			if data[i] == 0xc7 || data[i] == 0xe1 { // alef and lam, every fourth letter
				arabic++
			}
			i++
		}
	}
	var table encoding.Encoding
	switch {
	case broken*20 < high: // UTF-8 that was damaged in places
		return withoutZeros(strings.ToValidUTF8(string(data), "\ufffd")), utf8Name
	case pairs*2 < high:
		table, name = charmap.Windows1252, "Windows-1252"
	case arabic*6 > high:
		table, name = charmap.Windows1256, "Windows-1256"
	default:
		if plain, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data); err == nil && !bytes.ContainsRune(plain, utf8.RuneError) {
			return withoutZeros(string(plain)), "GB 18030"
		}
		table, name = charmap.Windows1251, "Windows-1251"
	}
	plain, err := table.NewDecoder().Bytes(data)
	if err != nil {
		plain = bytes.ToValidUTF8(data, []byte("\ufffd"))
	}
	return withoutZeros(string(plain)), name
}

// decodeUTF16 decodes what begins with the mark of UTF-16, or is half zeros; name is
// empty for anything else.
func decodeUTF16(data []byte) (text, name string) {
	order := unicode.LittleEndian
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order = unicode.BigEndian
	default:
		even, odd := 0, 0
		head := data[:min(len(data), 2000)]
		for i, c := range head {
			if c == 0 && i%2 == 0 {
				even++
			} else if c == 0 {
				odd++
			}
		}
		switch {
		case odd*3 > len(head) && even == 0 && len(head) >= 4:
		case even*3 > len(head) && odd == 0 && len(head) >= 4:
			order = unicode.BigEndian
		default:
			return "", ""
		}
	}
	plain, err := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(data)
	if err != nil {
		return "", ""
	}
	return withoutZeros(strings.ToValidUTF8(string(plain), "\ufffd")), utf16Name
}

func withoutZeros(s string) string {
	return strings.TrimPrefix(strings.ReplaceAll(s, "\x00", ""), "\ufeff")
}

// Limits of a table that is read.
const (
	maxTableRows    = 20_000
	maxTableColumns = 200
	// A spreadsheet's cell holds no more; a quote that is still open after it is a letter.
	maxCellBytes    = 32_767 * 4
	maxBrokenQuotes = 100
)

// splitTable takes a text apart at a separator, quotes minded. A quote that is never
// closed is a letter; rows of it are counted in broken.
func splitTable(text string, separator rune, limit int) (rows []tableRow, broken []int) {
	line := 1
	literal := false
	for pos := 0; pos < len(text) && len(rows) < limit; {
		row := tableRow{number: len(rows) + 1, line: line}
		for {
			var value string
			var closed bool
			value, pos, closed = splitCell(text, pos, separator, literal)
			if !closed {
				if broken = append(broken, row.number); len(broken) >= maxBrokenQuotes {
					literal = true
				}
			}
			line += strings.Count(value, "\n")
			if len(row.cells) < maxTableColumns {
				row.cells = append(row.cells, cell{text: value})
			}
			if pos >= len(text) {
				break
			}
			r, n := utf8.DecodeRuneInString(text[pos:])
			pos += n
			if r != separator {
				break // the end of the line
			}
		}
		line++
		rows = append(rows, row)
	}
	return rows, broken
}

// splitCell reads one cell that begins at pos and returns where it ends: before a
// separator, a line break or the end. closed is false where a quote had no partner.
func splitCell(text string, pos int, separator rune, literal bool) (value string, end int, closed bool) {
	closed = true
	start := pos
	for start < len(text) && text[start] == ' ' {
		start++
	}
	if !literal && start < len(text) && text[start] == '"' {
		if value, end, ok := quotedCell(text, start+1, separator); ok {
			return value, end, true
		}
		closed = false
	}
	end = len(text)
	for i, r := range text[pos:] {
		if r == separator || r == '\n' {
			end = pos + i
			break
		}
	}
	value = text[pos:end]
	if !closed {
		value = strings.TrimSpace(value)[1:]
	}
	return value, end, closed
}

// quotedCell reads up to the quote that closes the cell: one that a separator or a line
// break follows. Quotes within the text that were not doubled are letters; one of them
// after a line break begins another row's cell, and the first was never closed.
func quotedCell(text string, pos int, separator rune) (value string, end int, ok bool) {
	var b strings.Builder
	limit := min(len(text), pos+maxCellBytes)
	broken := false
	for i := pos; i < limit; {
		at := strings.IndexByte(text[i:limit], '"')
		if at < 0 {
			return "", 0, false
		}
		b.WriteString(text[i : i+at])
		broken = broken || strings.Contains(text[i:i+at], "\n")
		i += at + 1
		if i < len(text) && text[i] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		next := i
		for next < len(text) && text[next] == ' ' {
			next++
		}
		if next >= len(text) || text[next] == '\n' || strings.HasPrefix(text[next:], string(separator)) {
			return b.String(), next, true
		}
		if broken {
			return "", 0, false
		}
		b.WriteByte('"')
	}
	return "", 0, false
}

// readDelimited reads CSV and its relatives as one sheet.
func readDelimited(name string, data []byte, found *findings) sheet {
	text, encoding := decodeText(data)
	if encoding != utf8Name && encoding != utf16Name {
		found.add(Assumed, "encoding", "", Place{}, "Encoding", encoding)
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	separator, skipped := rune(0), 0
	if first, rest, _ := strings.Cut(text, "\n"); len(first) <= 8 {
		if mark, ok := strings.CutPrefix(strings.ToLower(strings.Trim(first, `" `)), "sep="); ok && mark != "" {
			separator, _ = utf8.DecodeRuneInString(mark)
			text, skipped = rest, 1
		}
	}
	if separator == 0 || separator == '"' || separator == '\n' || separator == utf8.RuneError {
		separator = sniffSeparator(text, strings.ToLower(path.Ext(name)))
	}
	rows, broken := splitTable(text, separator, maxTableRows+1)
	s := sheet{rows: rows}
	for i := range s.rows {
		s.rows[i].number += skipped
		s.rows[i].line += skipped
	}
	for _, row := range broken {
		found.add(Repaired, "quote-broken", "", Place{Row: row + skipped})
	}
	return s
}

// sniffSeparator finds the sign that divides most rows into equally many cells.
func sniffSeparator(text, extension string) rune {
	head := text[:min(len(text), 64<<10)]
	best, most := ',', 0
	for _, separator := range []rune{',', ';', '\t', '|'} {
		rows, _ := splitTable(head, separator, 40)
		widths := make(map[int]int)
		for _, row := range rows {
			if n := len(row.cells); n > 1 {
				widths[n]++
			}
		}
		score := 0
		for width, n := range widths {
			score = max(score, n*100+min(width, 40))
		}
		if separator == '\t' && extension == ".tsv" || separator == ',' && extension == ".csv" {
			score += score / 20
		}
		if score > most {
			best, most = separator, score
		}
	}
	return best
}
