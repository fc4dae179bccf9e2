package forumtext

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// entry is one session of a list: the block of its title and the blocks of its head.
// Where a list states the time first, the head begins before the title.
type entry struct {
	from, title, end int         // blocks [from, end) are title and head
	clock            bool        // a time or a date is stated in the head
	held             bool        // a kind or organisers are stated in the head
	strong           bool        // the title is marked as one: a number, a heading, bold
	reference        bool        // the title carries a reference
	inline           *inlineTime // a time before the title on its line
}

// inlineTime is "10:00 - 11:00 UTC: " before a title.
type inlineTime struct {
	when reading
	rest string
}

// maxHead is how many blocks the head of a session may have.
const maxHead = 8

// listEntries finds the sessions of a list, with their times below or above the titles,
// whichever gives more sessions with a time.
func (r *reader) listEntries() []entry {
	if r.entries != nil {
		return r.entries
	}
	above, before := r.entriesBy(r.entryAt, len(r.blocks)), r.entriesBy(r.timedEntryAt, len(r.blocks))
	r.entries = above
	if timed(before) > timed(above) {
		r.entries = before
	}
	return r.entries
}

// sampleReach is how many blocks are looked at to tell the shape.
const sampleReach = 3000

// sampleEntries is listEntries of the beginning of the text.
func (r *reader) sampleEntries() []entry {
	if len(r.blocks) <= sampleReach {
		return r.listEntries()
	}
	above, before := r.entriesBy(r.entryAt, sampleReach), r.entriesBy(r.timedEntryAt, sampleReach)
	if timed(before) > timed(above) {
		return before
	}
	return above
}

func timed(list []entry) int {
	n := 0
	for _, e := range list {
		if e.clock {
			n++
		}
	}
	return n
}

// entriesBy finds sessions that begin in the first blocks.
func (r *reader) entriesBy(at func(i int) (entry, bool), blocks int) []entry {
	out := []entry{}
	for i := 0; i < min(blocks, len(r.blocks)); {
		e, ok := at(i)
		if !ok {
			i++
			continue
		}
		out = append(out, e)
		i = e.end
	}
	return out
}

// entryAt reads title and head at block i, the title first, or right behind a line that
// is its reference.
func (r *reader) entryAt(i int) (entry, bool) {
	e := entry{from: i, title: i}
	if onlyRef.MatchString(r.blocks[i].text) && len(r.blocks[i].text) < 40 && i+1 < len(r.blocks) && r.isListTitle(i+1) {
		e.title, e.reference = i+1, true
	}
	if !r.isListTitle(e.title) {
		return entry{}, false
	}
	if r.inlineTime(e.title) != nil {
		return entry{}, false
	}
	r.mark(&e)
	r.head(&e)
	return e, e.holds() || e.marked(r) && r.headLater(&e)
}

// mark notes how the title is marked.
func (r *reader) mark(e *entry) {
	b := r.blocks[e.title]
	text := b.text
	if e.inline != nil {
		text = e.inline.rest
	}
	t := readListTitle(text)
	e.strong = b.level > 0 || b.marker != "" || r.lines[b.lines[0]].strong
	e.reference = e.reference || t.reference != ""
	e.held = e.held || len(t.held.organisers) > 0
	e.end = e.title + 1
}

func (e *entry) holds() bool { return e.clock || e.held || e.strong && e.reference }

// marked reports a title that is a heading or bold: nothing else looks like it.
func (e *entry) marked(r *reader) bool {
	b := r.blocks[e.title]
	return b.level > 0 || r.lines[b.lines[0]].strong
}

// head reads the lines below the title that state time, kind, organisers and room.
func (r *reader) head(e *entry) {
	unknown := 0
	for j := e.title + 1; j < len(r.blocks) && j <= e.title+maxHead; j++ {
		b := r.blocks[j]
		if numbered(b.marker) && numbered(r.blocks[e.title].marker) {
			return
		}
		parts := r.partsOf(j)
		switch {
		case parts == nil && (isPointer(b.text) || isLabelled(b.text)):
			continue
		case parts == nil:
			if unknown++; unknown > 1 || !r.mayBeHead(e, j) {
				return
			}
			continue
		case e.clock && r.isListTitle(j) && hasTime(r.partsOf(j+1)):
			return // the title of the next session reads like a kind
		case e.clock && hasTime(parts) && r.isListTitle(j+1) && !hasDateOnly(parts) && e.end < j:
			return
		}
		e.note(parts)
		e.end = j + 1
	}
}

// note keeps what the parts of a head state.
func (e *entry) note(parts []listPart) {
	for _, p := range parts {
		switch p.kind {
		case partTime, partDate:
			e.clock = true
		case partHeld:
			e.held = true
		case partReference:
			e.reference = true
		}
	}
}

// mayBeHead reports a line between title and time that states neither: a name alone.
func (r *reader) mayBeHead(e *entry, j int) bool {
	b := r.blocks[j]
	if e.clock || b.level > 0 || len(b.text) > 200 || terminal(b.text) || !hasTime(r.partsOf(j+1)) {
		return false
	}
	return e.strong || b.gap == 0 && r.blocks[e.title].gap > 0
}

// headLater reports whether a time or organisers follow further down, before the next
// title that is marked in the same way.
func (r *reader) headLater(e *entry) bool {
	level, strong := r.blocks[e.title].level, r.lines[r.blocks[e.title].lines[0]].strong
	for j := e.title + 1; j < len(r.blocks) && j < e.title+40; j++ {
		b := r.blocks[j]
		if b.level > 0 || strong && level == 0 && r.lines[b.lines[0]].strong {
			if lab, _ := readLabel(b.text); lab == noLabel || b.level > 0 && b.level <= level {
				return false
			}
			continue
		}
		for _, p := range r.partsOf(j) {
			if p.kind == partTime || p.kind == partHeld && len(p.held.organisers) > 0 {
				e.clock = e.clock || p.kind == partTime
				e.held = e.held || p.kind == partHeld
				return true
			}
		}
	}
	return false
}

// timedEntryAt reads a session whose time stands before its title.
func (r *reader) timedEntryAt(i int) (entry, bool) {
	e := entry{from: i, title: i}
	if e.inline = r.inlineTime(i); e.inline == nil {
		if !hasTime(r.partsOf(i)) {
			return entry{}, false
		}
		for e.title = i + 1; e.title < len(r.blocks) && e.title < i+4; e.title++ {
			if r.isListTitle(e.title) {
				break
			}
			if parts := r.partsOf(e.title); parts == nil || hasTime(parts) {
				return entry{}, false
			}
		}
		if e.title >= len(r.blocks) || !r.isListTitle(e.title) {
			return entry{}, false
		}
	}
	e.clock = true
	r.mark(&e)
	for j := e.end; j < len(r.blocks) && j <= e.title+maxHead; j++ {
		parts := r.partsOf(j)
		if parts == nil || hasTime(parts) || numbered(r.blocks[j].marker) {
			break
		}
		e.note(parts)
		e.end = j + 1
	}
	return e, true
}

// timeBefore reads "10:00 - 11:00 UTC: Title".
func (r *reader) timeBefore(text string, place Place) *inlineTime {
	if len(text) > 400 || !strings.ContainsAny(text[:min(len(text), 60)], "0123456789") {
		return nil
	}
	var out *inlineTime
	for _, m := range timeEnd.FindAllStringIndex(text[:min(len(text), 160)], 12) {
		rest := strings.TrimSpace(text[m[1]:])
		if !nameStarts(rest) || !startsUpper(firstOf(rest)) || utf8.RuneCountInString(rest) < 6 || lastRune(rest) == '.' {
			continue
		}
		if r.zones.isLabel(strings.Trim(firstOf(rest), ",:;")) || startsWithTime(r, rest) {
			continue
		}
		p, ok := r.timePart(text[:m[0]], place)
		if !ok || p.kind != partTime {
			if out != nil {
				break // what stands behind the time goes on
			}
			continue
		}
		if _, ok := r.timePart(rest, place); !ok {
			out = &inlineTime{when: p.when, rest: rest}
		}
	}
	return out
}

func startsWithTime(r *reader, s string) bool {
	got, ok := r.readWhen(s[:min(len(s), 5)], Place{})
	return ok && got.when.Start != ""
}

func numbered(marker string) bool {
	return strings.ContainsAny(marker, "0123456789")
}

func hasTime(parts []listPart) bool {
	return slices.ContainsFunc(parts, func(p listPart) bool { return p.kind == partTime || p.kind == partDate })
}

func hasDateOnly(parts []listPart) bool {
	return slices.ContainsFunc(parts, func(p listPart) bool { return p.kind == partDate })
}

// headMemo keeps what was found out about one block.
type headMemo struct {
	partsRead, timeRead, titleRead bool
	title                          bool
	parts                          []listPart
	before                         *inlineTime
}

func (r *reader) memo(i int) *headMemo {
	if r.headMemos == nil {
		r.headMemos = make([]headMemo, len(r.blocks))
	}
	return &r.headMemos[i]
}

// partsOf is headParts of block i, read once.
func (r *reader) partsOf(i int) []listPart {
	if i < 0 || i >= len(r.blocks) {
		return nil
	}
	m, b := r.memo(i), r.blocks[i]
	if !m.partsRead {
		m.partsRead = true
		if b.level == 0 {
			m.parts = r.headParts(b.text, b.place())
		}
	}
	return m.parts
}

// inlineTime is timeBefore of block i, read once.
func (r *reader) inlineTime(i int) *inlineTime {
	m, b := r.memo(i), r.blocks[i]
	if !m.timeRead {
		m.timeRead = true
		m.before = r.timeBefore(b.text, b.place())
	}
	return m.before
}

// isListTitle reports whether block i can be the title of a session.
func (r *reader) isListTitle(i int) bool {
	if i < 0 || i >= len(r.blocks) {
		return false
	}
	m := r.memo(i)
	if !m.titleRead {
		m.titleRead, m.title = true, r.canBeTitle(i)
	}
	return m.title
}

func (r *reader) canBeTitle(i int) bool {
	b := r.blocks[i]
	if r.uses[b.lines[0]] != "" || !startsUpper(b.text) || isPointer(b.text) || r.isDay(b) {
		return false
	}
	if n := utf8.RuneCountInString(b.text); n < 3 || n > 250 || endsOpen(b.text) {
		return false
	}
	if lab, _ := readLabel(b.text); lab != noLabel {
		return false
	}
	for _, p := range r.partsOf(i) {
		if p.kind != partHeld || len(p.held.organisers) > 0 {
			return false
		}
	}
	if isGroupHeading(b.text) || r.namesEdition(b.text) || isLabelled(b.text) {
		return false
	}
	if i < 3 && atEdition.MatchString(b.text) && readListTitle(b.text).reference == "" {
		return false
	}
	if b.level > 0 || r.lines[b.lines[0]].strong {
		return true
	}
	if terminal(b.text) && !strings.ContainsAny(b.text[len(b.text)-min(4, len(b.text)):], "?!？！؟") {
		return false
	}
	if b.marker != "" {
		return true
	}
	return r.isHeading(b, r.block(i+1)) || strings.HasSuffix(b.text, "?") && len(strings.Fields(b.text)) <= 25
}

// namesEdition reports a heading of the whole list: it names an edition and no session.
func (r *reader) namesEdition(text string) bool {
	forum, year, rest := editionInHeading(text)
	if forum == "" || year == 0 || readListTitle(text).reference != "" {
		return listHeading.MatchString(text)
	}
	return rest == "" || listHeading.MatchString(text) || isGroupHeading(rest)
}

// listScore weighs the signs of a list of sessions.
func (r *reader) listScore(s signs) float64 {
	if t := r.findTable(); t != nil && len(t.rows) > 1 {
		return 0.9
	}
	entries := r.sampleEntries()
	n := len(entries)
	if n < 2 {
		return 0
	}
	told, marked := 0, 0
	for _, e := range entries {
		if e.held || e.reference {
			told++
		}
		if e.strong {
			marked++
		}
	}
	share := float64(told) / float64(n)
	score := 0.35 + 0.1*float64(min(n-1, 3)) + 0.2*share + 0.1*float64(marked)/float64(n)
	if share < 0.5 {
		score -= 0.1 * float64(min(s.slots, 4))
	}
	if timed(entries) == 0 {
		score -= 0.2
	}
	if s.messages > 1 || n == 2 && s.labels+s.report > 1 || s.report > 2 {
		score -= 0.5
	}
	return score
}
