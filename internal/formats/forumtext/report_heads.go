package forumtext

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// reportHead is the heading of a chapter or of a part of it.
type reportHead struct {
	text   string
	number string
	style  string // headings of one style stand on one level
	depth  int    // when the style itself says it: of Markdown, of 1.2.3
}

var (
	romanHead   = regexp.MustCompile(`^([IVXL]{1,6})\s*[.)–—:-]\s+(\p{L}.*)$`)
	decimalHead = regexp.MustCompile(`^(\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+(\p{L}.*)$`)
	letterHead  = regexp.MustCompile(`^([A-H])[.)]\s+(\p{Lu}.*)$`)
	chapterHead = regexp.MustCompile(`(?i)^((?:chapter|part|section|annex|appendix|chapitre|partie|annexe|capítulo|parte|sección|anexo)\s+(?:\d{1,2}|[ivxl]{1,6}|[a-h]|one|two|three|four|five|six|seven|eight|nine|ten))\b\s*[.:–—-]?\s*(.*)$`)
	leadNumber  = regexp.MustCompile(`^\(?(\d{1,2})[.)]$`)
	numberThen  = regexp.MustCompile(`^(\d{1,2})[.)]?\s+(\p{L}.*)$`)
)

// reportHead reads block i as a heading of a report.
func (r *reader) reportHead(i int) (reportHead, bool) {
	b, next := r.blocks[i], r.block(i+1)
	text := strings.TrimRight(b.text, ": ")
	if text == "" || utf8.RuneCountInString(text) > 200 || len(b.lines) > 3 || isContents(b.text) {
		return reportHead{}, false
	}
	if r.marksHeadings() {
		if b.level == 0 {
			return reportHead{}, false
		}
		h := reportHead{text: text, style: "markdown", depth: b.level}
		h.split(b.marker)
		return h, true
	}
	if b.level > 0 {
		h := reportHead{text: text, style: "markdown", depth: b.level}
		h.split(b.marker)
		return h, true
	}
	if len(sentenceSpans(text)) > 1 && !isNumbered(text) || strings.HasSuffix(b.text, ".") && !romanHead.MatchString(b.text) || endsOpen(text) {
		return reportHead{}, false
	}
	if next == nil {
		return reportHead{}, false
	}
	h := reportHead{text: text}
	if h.split(b.marker) {
		// A numbered line is a heading when text stands behind it and no further item.
		if b.marker != "" && (next.marker != "" || len(next.text) < len(text) || len(strings.Fields(text)) > 12) {
			return reportHead{}, false
		}
		return h, startsUpper(h.text) && len(strings.Fields(h.text)) <= 30
	}
	if b.marker != "" || !startsUpper(text) {
		return reportHead{}, false
	}
	if isCapitals(text) {
		h.style = "capitals"
		return h, utf8.RuneCountInString(text) <= 120
	}
	if r.lines[b.lines[0]].strong && len(strings.Fields(text)) <= 16 {
		h.style = "strong"
		return h, true
	}
	if strings.HasSuffix(b.text, ":") && len(strings.Fields(text)) > 5 {
		return reportHead{}, false
	}
	h.style = "plain"
	return h, r.isHeading(b, next) && titleLike(text) && len(strings.Fields(text)) <= 16 && (b.gap > 0 || i == 0) && next.gap+len(next.text)/80 > 0
}

func isNumbered(text string) bool {
	return romanHead.MatchString(text) || decimalHead.MatchString(text) || letterHead.MatchString(text) || chapterHead.MatchString(text)
}

// split takes the number off a heading: "II. …", "1.2 …", "Annex A: …", or the marker
// that was read as one of a list.
func (h *reportHead) split(marker string) bool {
	if m := leadNumber.FindStringSubmatch(marker); m != nil {
		h.set(m[1], h.text, "number", 1)
		return true
	}
	if m := chapterHead.FindStringSubmatch(h.text); m != nil && (m[2] == "" || startsUpper(m[2])) {
		h.set(m[1], m[2], "chapter", 1)
		return true
	}
	if m := romanHead.FindStringSubmatch(h.text); m != nil {
		h.set(m[1], m[2], "roman", 0)
		return true
	}
	if m := decimalHead.FindStringSubmatch(h.text); m != nil {
		h.set(m[1], m[2], "number", strings.Count(m[1], ".")+1)
		return true
	}
	if m := letterHead.FindStringSubmatch(h.text); m != nil {
		h.set(m[1], m[2], "letter", 0)
		return true
	}
	if m := numberThen.FindStringSubmatch(h.text); m != nil && h.style == "markdown" {
		h.set(m[1], m[2], "number", 1)
		return true
	}
	return false
}

func (h *reportHead) set(number, text, style string, depth int) {
	if text == "" {
		text = number
	}
	h.number, h.text = number, text
	if h.style == "" {
		h.style, h.depth = style, depth
	}
}

// isCapitals reports a heading all in capitals, of two words or four letters at least.
func isCapitals(text string) bool {
	letters := 0
	for _, r := range text {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters >= 4
}

// headLevels gives each style of heading its level: a style that first comes up under
// another stands one deeper. Headings above the first numbered one are chapters.
type headLevels struct {
	styles []string
	top    int // the least depth of Markdown headings seen
}

func (l *headLevels) of(h reportHead) int {
	if h.style == "markdown" {
		if l.top == 0 || h.depth < l.top {
			l.top = h.depth
		}
		return h.depth - l.top + 1
	}
	if h.style == "number" && h.depth > 1 {
		return l.rank("number") + h.depth - 1
	}
	if h.number == "" && len(l.styles) == 0 && h.style == "plain" {
		return 1
	}
	return l.rank(h.style)
}

func (l *headLevels) rank(style string) int {
	for i, s := range l.styles {
		if s == style {
			return i + 1
		}
	}
	l.styles = append(l.styles, style)
	return len(l.styles)
}
