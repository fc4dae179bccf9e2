package forumtext

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	footnoteLine  = regexp.MustCompile(`^(\d{1,2})\s+(\S.*)$`)
	footnoteSuper = regexp.MustCompile(`^([¹²³⁰⁴-⁹]{1,2})\s*(\S.*)$`)
	footnoteDown  = regexp.MustCompile(`^\[\^([\p{L}\d]{1,20})\]:\s*(\S.*)$`)
	gluedMark     = regexp.MustCompile(`[\p{L}\p{M}’'”")\].,](\d{1,2})(?:[\s.,;:)]|$)`)
	gluedNumber   = regexp.MustCompile(`\b\d{3,}(\d{1,2})\b`)
)

// footnoteReach is how many lines above a note its mark is looked for: a page.
const footnoteReach = 90

// maxNumberLines is how many lines that only look like notes are looked into; a table of
// numbers has more of them than any page has notes.
const maxNumberLines = 400

// takeFootnotes finds notes at the foot of a page and takes their marks out of the
// running text. A line "2 A breakdown will be …" is a note only when the mark 2 is found
// glued to a word above it on the same page; glued to a number ("20002 delegates") it
// counts only right after note 1 of the same block was found.
func (r *reader) takeFootnotes() {
	lastBlock := 0 // first line after the previous notes
	failed := 0
	for i := 0; i < len(r.lines) && failed < maxNumberLines; i++ {
		mark, text, ok := r.footnoteAt(i)
		if !ok {
			continue
		}
		prevOK := r.behindFootnote(i)
		start := lastBlock
		if prevOK {
			start = r.doc.Footnotes[len(r.doc.Footnotes)-1].Marked.Line - 1
		}
		at, word, ok := r.takeMark(mark, max(start, i-footnoteReach, 0), i, prevOK)
		if !ok {
			failed++
			if r.isNote(i) {
				// A note without a mark is still none of the running text.
				r.doc.Footnotes = append(r.doc.Footnotes, Footnote{Mark: mark, Text: strings.Trim(text, "<>"), Place: Place{i + 1, i + 1}})
				r.setAside(i, UseFootnote)
			}
			continue
		}
		r.doc.Footnotes = append(r.doc.Footnotes, Footnote{
			Mark: mark, Text: strings.Trim(text, "<>"), After: word, Marked: Place{at + 1, at + 1}, Place: Place{i + 1, i + 1},
		})
		r.setAside(i, UseFootnote)
		lastBlock = i + 1
	}
	r.carryBreaks()
}

// behindFootnote reports whether the last line above i that is not blank is a note whose
// mark was found.
func (r *reader) behindFootnote(i int) bool {
	n := len(r.doc.Footnotes)
	if n == 0 || r.doc.Footnotes[n-1].Marked.Line == 0 {
		return false
	}
	for i--; i > 0 && r.lines[i].blank(); i-- {
		continue
	}
	return i >= 0 && r.uses[i] == UseFootnote
}

// isNote reports a line that can be nothing but a note: it begins with a raised number or
// with the mark that Markdown gives to notes.
func (r *reader) isNote(i int) bool {
	t := r.lines[i].text
	return footnoteSuper.MatchString(t) || footnoteDown.MatchString(t)
}

func (r *reader) footnoteAt(i int) (mark, text string, ok bool) {
	l := &r.lines[i]
	if l.marker != "" || l.outside || l.level > 0 {
		return "", "", false
	}
	if m := footnoteSuper.FindStringSubmatch(l.text); m != nil {
		return plainDigits(m[1]), m[2], true
	}
	if m := footnoteDown.FindStringSubmatch(l.text); m != nil {
		return m[1], m[2], true
	}
	m := footnoteLine.FindStringSubmatch(l.text)
	if m == nil || !startsUpper(m[2]) && !bareURL.MatchString(m[2]) {
		return "", "", false
	}
	return m[1], m[2], true
}

var superDigits = strings.NewReplacer("⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9")

func plainDigits(s string) string { return superDigits.Replace(s) }

// takeMark cuts a mark out of the lines [from, to) and returns where it stood and the
// word before it.
func (r *reader) takeMark(mark string, from, to int, afterNote bool) (at int, word string, ok bool) {
	super, down := superOf(mark), "[^"+mark+"]"
	for i := from; i < to; i++ {
		l := &r.lines[i]
		if l.blank() || l.outside {
			continue
		}
		if k := strings.Index(l.text, super); k > 0 && !isRaised(l.text[k+len(super):]) {
			return i, r.cutMark(i, k, k+len(super)), true
		}
		if k := strings.Index(l.text, down); k > 0 {
			return i, r.cutMark(i, k, k+len(down)), true
		}
		forms := []*regexp.Regexp{gluedMark}
		if afterNote {
			forms = append(forms, gluedNumber)
		}
		for _, form := range forms {
			for _, m := range form.FindAllStringSubmatchIndex(l.text, -1) {
				start, end := m[2], m[3]
				if form == gluedNumber {
					start = end - len(mark)
				}
				if l.text[start:end] == mark && !inAddress(l.text, start) {
					return i, r.cutMark(i, start, end), true
				}
			}
		}
	}
	return 0, "", false
}

// isRaised reports a text that begins with a raised digit: the ¹ of ¹² is no mark 1.
func isRaised(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("⁰¹²³⁴⁵⁶⁷⁸⁹", r)
}

func superOf(mark string) string {
	var b strings.Builder
	for _, d := range mark {
		n, err := strconv.Atoi(string(d))
		if err != nil {
			return "\x00"
		}
		b.WriteRune([]rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[n])
	}
	return b.String()
}

// inAddress reports whether position at lies inside a word with a slash or an at sign.
func inAddress(s string, at int) bool {
	start := strings.LastIndexByte(s[:at], ' ') + 1
	return strings.ContainsAny(s[start:at], "/@#=")
}

func (r *reader) cutMark(i, start, end int) (word string) {
	l := &r.lines[i]
	word = l.text[strings.LastIndexByte(l.text[:start], ' ')+1 : start]
	l.text = l.text[:start] + l.text[end:]
	word = strings.TrimLeftFunc(word, isOpener)
	return strings.TrimRightFunc(word, func(c rune) bool { return unicode.IsPunct(c) || c == utf8.RuneError })
}
