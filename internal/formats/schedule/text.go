package schedule

import (
	"bytes"
	"html"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

var declaredEncoding = regexp.MustCompile(`^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// decode turns a file into UTF-8: by the encoding that XML declares, else as decodeText
// does. guessed is the encoding that nobody declared, where it is not UTF-8 or damaged;
// zeros says whether there were zeros among the bytes.
func decode(data []byte) (text, guessed string, zeros bool) {
	if text, name := decodeUTF16(data); name != "" {
		return text, "", false
	}
	zeros = bytes.IndexByte(data, 0) >= 0
	if m := declaredEncoding.FindSubmatch(data[:min(len(data), 200)]); m != nil {
		name := strings.ToLower(string(m[1]))
		enc, err := htmlindex.Get(name)
		if err == nil && !strings.HasPrefix(name, "utf") {
			if out, err := enc.NewDecoder().Bytes(data); err == nil {
				return withoutZeros(string(out)), "", zeros
			}
		}
	}
	text, name := decodeText(data)
	if name == utf8Name && utf8.Valid(data) {
		name = ""
	}
	return text, name, zeros
}

// validRune tells the characters that XML 1.0 allows.
func validRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= utf8.MaxRune
}

// dropInvalid takes out what XML 1.0 forbids, and says whether there was any.
func dropInvalid(s string) (string, bool) {
	bad := !utf8.ValidString(s)
	for _, r := range s {
		if !validRune(r) {
			bad = true
			break
		}
	}
	if !bad {
		return s, false
	}
	return strings.Map(func(r rune) rune {
		if !validRune(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")), true
}

// cleanLine makes one line of a text: single spaces, nothing that XML forbids.
func cleanLine(s string) string {
	s, _ = dropInvalid(s)
	return strings.Join(strings.Fields(s), " ")
}

// cleanText keeps lines and paragraphs: no space behind a line, no more than one blank
// line, none around it.
func cleanText(s string) string {
	s, _ = dropInvalid(s)
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	var b strings.Builder
	blank := 0
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimRight(line, " \t\v\f\u00a0\u0085\u2028\u2029")
		if strings.TrimSpace(line) == "" {
			blank++
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n")
			if blank > 0 {
				b.WriteString("\n")
			}
		}
		blank = 0
		b.WriteString(line)
	}
	return strings.TrimSpace(b.String())
}

var entity = regexp.MustCompile(`&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});`)

// unescapeEntities resolves complete entities only: "?a=1&copy=2" stays.
func unescapeEntities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return entity.ReplaceAllStringFunc(s, html.UnescapeString)
}

// lineIndex finds the line of an offset.
type lineIndex []int

func newLineIndex(s string) lineIndex {
	var at lineIndex
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			at = append(at, i)
		}
	}
	return at
}

// line returns the number, from 1, of the line in which offset lies.
func (l lineIndex) line(offset int) int {
	return sort.SearchInts(l, offset) + 1
}
