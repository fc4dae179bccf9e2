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

// closeUp undoes a blank line after every line, as some programs write when they turn a
// page into text: no two lines touch, and paragraphs stand an odd number of lines apart.
func (r *reader) closeUp() {
	touching, odd, all := 0, 0, 0
	for i := range r.lines {
		l := &r.lines[i]
		if l.blank() || i == 0 {
			continue
		}
		all++
		if l.gap == 0 {
			touching++
		} else if l.gap%2 == 1 {
			odd++
		}
	}
	if all < 20 || touching*50 > all || odd*10 < all*9 {
		return
	}
	for i := range r.lines {
		r.lines[i].gap /= 2
	}
}

// measure finds the layout. Lines that begin with a small letter betray a wrapped text;
// in a script without case it is many lines of nearly the same length without a full stop.
func (r *reader) measure() {
	if !r.page && r.opensSmall() {
		r.closeUp()
	}
	var widths []int
	caseless, open, doubled := 0, 0, 0
	var prev *line
	for i := range r.lines {
		l := &r.lines[i]
		if l.blank() || l.outside {
			continue
		}
		widths = append(widths, l.width)
		if prev != nil && l.marker == "" && startsLower(l.text) && l.gap == 1 && !l.broken && !terminal(prev.text) {
			doubled++
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
	r.layout.wrapped = !r.page && (r.opensSmall() && r.layout.width <= 160 ||
		caseless*2 > len(widths) && open*2 > len(widths) && even && r.layout.width <= 120)
	r.layout.doubled = doubled >= 3
}

// opensSmall reports a text of which at least a tenth of the lines begin with a small
// letter.
func (r *reader) opensSmall() bool {
	lower, all := 0, 0
	for i := range r.lines {
		l := &r.lines[i]
		if l.blank() || l.outside {
			continue
		}
		all++
		if l.marker == "" && startsLower(l.text) {
			lower++
		}
	}
	return lower >= 2 && lower*10 >= all
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
	if !r.layout.wrapped && r.cutByPage(p, n) {
		return true
	}
	if n.marker != "" {
		return isDash(n.marker) && open && !isDash(b.marker) && startsLower(n.text) && r.layout.wrapped && n.gap == 0
	}
	if r.layout.wrapped && n.gap == 0 && r.brokenTime(p, n) {
		return true
	}
	if !r.layout.wrapped || r.standing(prev) != runsOn || r.standing(next) == standsAlone || n.gap > 2 && !n.broken {
		return false
	}
	if open && (startsLower(n.text) || unfinished(p.text)) {
		return true
	}
	headAhead := r.headingAhead(next, ahead)
	switch {
	case n.gap == 0 && open:
		if r.full(p, n, 100) || item && p.width*10 >= r.layout.width*6 {
			return true
		}
		if len(b.lines) == 1 && !item && titleLike(p.text) {
			// A title may break earlier than prose, and prose may stand right below a title.
			return titleLike(n.text) && r.full(p, n, 60)
		}
		return r.full(p, n, 85)
	case n.gap == 0:
		return (r.full(p, n, 80) || item && p.width*10 >= r.layout.width*6) && !headAhead || startsLower(n.text)
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

// cutByPage reports a paragraph on one line that a page break cut in two: the second part
// goes on with a small letter, and the first part is a long one that ends nothing.
func (r *reader) cutByPage(p, n *line) bool {
	gap := 2
	if n.broken {
		gap = 6
	}
	return n.marker == "" && n.gap <= gap && p.width > 100 && startsLower(n.text) && !terminal(p.text) && (n.broken || unfinished(p.text))
}

// brokenTime reports a statement of time that was broken over two lines: the first states
// no end, both together state one and nothing else.
func (r *reader) brokenTime(p, n *line) bool {
	text := p.text
	if lab, rest := readLabel(text); lab == labelWhen {
		text = rest.text
	}
	first, ok := r.timeLine(text, Place{})
	if !ok && unfinished(text) {
		first, ok = r.readWhen(text, Place{})
		ok = ok && first.words == 0
	}
	if !ok || first.when.End != "" && !unfinished(text) {
		return false
	}
	both, ok := r.timeLine(text+" "+n.text, Place{})
	return ok && both.when.End != ""
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

// standing is how a line stands to its neighbours; the zero value is "not asked yet".
type standing uint8

const (
	runsOn      standing = iota + 1 // may join on both sides
	endsHere                        // closes a session's heading: nothing joins behind it
	standsAlone                     // a label, a day, a time, a pointer: joins nothing
)

func (r *reader) standing(i int) standing {
	if r.stands[i] == 0 {
		r.stands[i] = r.findStanding(i)
	}
	return r.stands[i]
}

func (r *reader) findStanding(i int) standing {
	l := &r.lines[i]
	if lab, rest := readLabel(l.text); lab != noLabel && (rest.text == "" || !lab.runsOn()) {
		return standsAlone
	}
	if _, ok := r.readDay(l); ok {
		return standsAlone
	}
	if _, ok := r.timeLine(l.text, Place{}); ok {
		return standsAlone
	}
	if isPointer(l.text) && l.width*10 < r.layout.width*8 {
		return standsAlone
	}
	if _, _, ok := r.splitSlot(l.text, Place{}); ok {
		return endsHere
	}
	return runsOn
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
		if suspends[strings.ToLower(firstWord(next))] {
			return before, " " // "dis- and misinformation"
		}
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

var suspends = wordSet(`and or und oder et ou y e o u`)

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
