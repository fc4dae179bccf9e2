package forumtext

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// block is one paragraph, item or heading of the running text, put together from its
// source lines.
type block struct {
	lines  []int // indexes into reader.lines
	starts []int // byte offset in text at which each of lines begins
	text   string
	marker string
	indent int
	level  int
	gap    int
}

func (b *block) place() Place {
	return Place{b.lines[0] + 1, b.lines[len(b.lines)-1] + 1}
}

// at is the place of text[from:to].
func (b *block) at(from, to int) Place {
	p := b.place()
	for i, start := range b.starts {
		if start <= from {
			p.Line = b.lines[i] + 1
		}
		if start < max(to, from+1) {
			p.EndLine = b.lines[i] + 1
		}
	}
	return p
}

// layout is how the source breaks its lines.
type layout struct {
	wrapped bool // lines end where the page ended, not where the paragraph does
	doubled bool // a blank line stands between the lines of one paragraph
	width   int  // columns of a full line
}

// measure finds the layout. Lines that begin with a small letter betray a wrapped text;
// in a script without case it is many lines of nearly the same length without a full stop.
func (r *reader) measure() {
	var widths []int
	lower, caseless, open, doubled := 0, 0, 0, 0
	var prev *line
	for i := range r.lines {
		l := &r.lines[i]
		if l.blank() || l.outside {
			continue
		}
		widths = append(widths, l.width)
		if l.marker == "" && startsLower(l.text) {
			lower++
			if prev != nil && l.gap == 1 && !l.broken && !terminal(prev.text) {
				doubled++
			}
		}
		if !hasCase(l.text) {
			caseless++
			if !terminal(l.text) {
				open++
			}
		}
		prev = l
	}
	if len(widths) == 0 {
		return
	}
	slices.Sort(widths)
	r.layout.width = widths[len(widths)*95/100]
	long, full := 0, 0
	for _, w := range widths {
		if w*2 > r.layout.width {
			long++
		}
		if w*10 >= r.layout.width*8 {
			full++
		}
	}
	even := full >= 4 && full*10 >= long*6
	r.layout.wrapped = lower >= 2 && lower*10 >= len(widths) && r.layout.width <= 160 ||
		caseless*2 > len(widths) && open*2 > len(widths) && even && r.layout.width <= 120
	r.layout.doubled = doubled >= 3
}

func hasCase(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsLower(r) })
}

// buildBlocks joins lines to paragraphs.
func (r *reader) buildBlocks() {
	var content []int
	for i := range r.lines {
		if !r.lines[i].blank() && !r.lines[i].outside {
			content = append(content, i)
		}
	}
	doubledItem := false
	for k, i := range content {
		l := &r.lines[i]
		if k > 0 && len(r.blocks) > 0 {
			b := r.blocks[len(r.blocks)-1]
			ahead := content[k+1:]
			if r.joins(b, content[k-1], i, ahead, doubledItem) {
				doubledItem = doubledItem || l.gap == 1 && !l.broken
				b.lines = append(b.lines, i)
				continue
			}
		}
		doubledItem = false
		r.blocks = append(r.blocks, &block{
			lines: []int{i}, marker: l.marker, indent: l.indent, level: l.level, gap: l.gap,
		})
	}
	words := r.vocabulary()
	for _, b := range r.blocks {
		r.unwrap(b, words)
	}
}

// joins decides whether the line next goes on with the block whose last line is prev.
func (r *reader) joins(b *block, prev, next int, ahead []int, doubledItem bool) bool {
	p, n := &r.lines[prev], &r.lines[next]
	item := b.marker != ""
	open := !terminal(p.text)
	if n.level > 0 || p.level > 0 || len(b.lines) >= 400 {
		return false
	}
	if p.text == "" && n.marker == "" {
		return n.gap <= 1 // a bullet alone on its line
	}
	if n.marker != "" {
		return isDash(n.marker) && open && !isDash(b.marker) && startsLower(n.text) && r.layout.wrapped && n.gap == 0
	}
	if !r.layout.wrapped || r.standsAlone(prev) || r.standsAlone(next) || n.gap > 2 && !n.broken {
		return false
	}
	if open && startsLower(n.text) {
		return true
	}
	headAhead := r.headingAhead(next, ahead)
	switch {
	case n.gap == 0 && open:
		if r.full(p, n, 100) || item && p.width*10 >= r.layout.width*6 {
			return true
		}
		first := len(b.lines) == 1 && !item && titleLike(p.text) && !titleLike(n.text)
		return r.full(p, n, 85) && !first
	case n.gap == 0:
		return r.full(p, n, 97) && !headAhead || startsLower(n.text)
	case n.broken:
		return open && r.full(p, n, 85) && !headAhead
	case item && (doubledItem || r.layout.doubled) && n.gap == 1:
		if open {
			return r.full(p, n, 80) && !headAhead
		}
		return r.full(p, n, 93) && !headAhead
	}
	return false
}

func isDash(marker string) bool {
	return marker == "-" || marker == "–" || marker == "—"
}

// full reports whether the first word of n would not have fitted behind p, on a line of
// percent of the full width.
func (r *reader) full(p, n *line, percent int) bool {
	word, _, _ := strings.Cut(n.text, " ")
	return (p.width+1+utf8.RuneCountInString(word))*100 > r.layout.width*percent
}

// standsAlone reports lines that never run on: labels, days, times, sessions' headings.
func (r *reader) standsAlone(i int) bool {
	if r.alone[i] == 0 {
		r.alone[i] = 1
		if r.isAlone(i) {
			r.alone[i] = 2
		}
	}
	return r.alone[i] == 2
}

func (r *reader) isAlone(i int) bool {
	l := &r.lines[i]
	if lab, rest := readLabel(l.text); lab != noLabel {
		return rest.text == "" || !lab.runsOn()
	}
	if _, ok := r.readDay(l); ok {
		return true
	}
	if isPointer(l.text) {
		return true
	}
	if _, _, ok := r.splitSlot(l.text, Place{}); ok {
		return true
	}
	_, ok := r.timeLine(l.text, Place{})
	return ok
}

// headingAhead reports whether line i looks like a heading on its own.
func (r *reader) headingAhead(i int, ahead []int) bool {
	l := &r.lines[i]
	if endsOpen(l.text) || terminal(l.text) && !strings.HasSuffix(l.text, "?") && !strings.HasSuffix(l.text, "!") {
		return false
	}
	if len(ahead) > 0 && startsLower(r.lines[ahead[0]].text) && r.lines[ahead[0]].marker == "" {
		return false
	}
	return titleLike(l.text)
}

// endsOpen reports a text that cannot be complete: it ends in a comma, a dash or so.
func endsOpen(s string) bool {
	switch lastRune(s) {
	case ',', ';', '-', '–', '—', '،', '؛', '、', '(', softHyphen:
		return true
	}
	return false
}

// titleLike reports whether most of the longer words begin with a capital. A script
// without case gives no sign and counts as like.
func titleLike(s string) bool {
	longer, capital := 0, 0
	for w := range strings.FieldsSeq(s) {
		w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) })
		if utf8.RuneCountInString(w) < 4 {
			continue
		}
		longer++
		if r, _ := utf8.DecodeRuneInString(w); !unicode.IsLower(r) {
			capital++
		}
	}
	return capital*10 >= longer*6
}

// unwrap writes the text of a block from its lines.
func (r *reader) unwrap(b *block, words vocabulary) {
	var out strings.Builder
	for k, i := range b.lines {
		l := &r.lines[i]
		text := l.text
		if k > 0 && l.marker != "" {
			text = l.marker + " " + text // a dash inside a sentence, not a bullet
		}
		if k > 0 {
			before := out.String()
			kept, glue := glueLines(before, text, words)
			if kept != before {
				out.Reset()
				out.WriteString(kept)
			}
			out.WriteString(glue)
		}
		b.starts = append(b.starts, out.Len())
		out.WriteString(text)
	}
	b.text = strings.TrimRight(out.String(), string(softHyphen)+" ")
}

// glueLines says how much of the text so far is kept and what stands between it and the
// next line.
func glueLines(before, next string, words vocabulary) (kept, glue string) {
	if before == "" || next == "" {
		return before, ""
	}
	last := lastRune(before)
	first, _ := utf8.DecodeRuneInString(next)
	switch {
	case last == softHyphen:
		return strings.TrimSuffix(before, string(softHyphen)), ""
	case (last == '-' || last == '‐') && len(before) > 1 && unicode.IsLetter(lastRune(before[:len(before)-utf8.RuneLen(last)])) && unicode.IsLetter(first):
		left := before[strings.LastIndexAny(before, " ([“‘\"'")+1:]
		left = left[:len(left)-utf8.RuneLen(last)]
		if words.keepsHyphen(left, firstWord(next)) {
			return before, ""
		}
		return before[:len(before)-utf8.RuneLen(last)], ""
	case isWide(last) && isWide(first):
		return before, ""
	}
	return before, " "
}

func firstWord(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
	if end < 0 {
		return s
	}
	return s[:end]
}

// isWide reports letters and marks of scripts that put no space between words.
func isWide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff0f
}
