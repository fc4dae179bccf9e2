package forumtext

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// readPage reads the page of one session: what stands above the description gives
// titles, times, room and theme; the body gives the rest.
func (r *reader) readPage() {
	r.doc.Sessions = []Session{{}}
	b := r.newBody(0)
	h := pageHead{r: r, b: b, lastTime: -1}
	i := 0
	for i < len(r.blocks) && h.read(i) {
		i++
	}
	h.settle()
	for ; i < len(r.blocks); i++ {
		b.read(i)
	}
	s := &r.doc.Sessions[0]
	if n := len(r.blocks); n > 0 {
		s.Place = Place{r.blocks[0].place().Line, r.blocks[n-1].place().EndLine}
	}
}

// pageHead collects the lines above the description.
type pageHead struct {
	r        *reader
	b        *body
	titles   []int // heading-like blocks, in order
	lastTime int   // block of the last time line, -1 before any
	times    int
}

// read takes block i if it belongs to the head of the page; false ends the head.
func (h *pageHead) read(i int) bool {
	r, blk, s := h.r, h.r.blocks[i], h.b.s()
	waiting := h.b.pending
	if h.b.value(blk) {
		if waiting == labelWhen {
			h.time(i)
		}
		return true
	}
	lab, text := readLabel(blk.text)
	switch lab {
	case noLabel:
	case labelWhen, labelRoom, labelTheme:
		h.b.open(blk, lab, text)
		if lab == labelWhen && text.text != "" {
			h.time(i)
		}
		return true
	default:
		return false
	}
	if blk.marker != "" {
		return false
	}
	if got, ok := r.timeLine(blk.text, blk.place()); ok {
		h.b.addWhen(blk, got)
		h.time(i)
		return true
	}
	if title, slot, ok := r.splitSlot(blk.text, blk.place()); ok {
		h.slot(i, title, slot)
		return true
	}
	if r.pointer(s, blk) {
		return true
	}
	if h.isRoom(i) {
		s.Rooms = append(s.Rooms, Placed{blk.text, blk.place()})
		r.take(blk, UseRoom)
		return true
	}
	if r.isHeading(blk, r.block(i+1)) && utf8.RuneCountInString(blk.text) <= 220 {
		h.titles = append(h.titles, i)
		return true
	}
	return false
}

func (h *pageHead) time(i int) {
	h.lastTime = i
	h.times++
}

// slot reads a title that carries its time and room as an outline does.
func (h *pageHead) slot(i int, title string, sl slot) {
	s := h.b.s()
	blk := h.r.blocks[i]
	if title != "" {
		s.Title, s.TitleAsWritten, s.TitlePlace = title, title, blk.place()
	}
	s.Rooms = append(s.Rooms, sl.rooms...)
	h.b.addWhen(blk, sl.reading)
	s.When[len(s.When)-1].Text = sl.reading.when.Text
	h.time(i)
}

var (
	roomWord  = regexp.MustCompile(`(?i)\b(?:room|hall|auditorium|theat(?:re|er)|plenary|salle|sala|pavilion|stage|studio|ballroom|saal|virtual|online|zoom)\b|зал`)
	roomShape = regexp.MustCompile(`(?i)^(?:(?:[\p{L}\d\-]+ ){0,3}(?:room|hall|auditorium|theat(?:re|er)|pavilion|ballroom)(?: [\p{Lu}\d][\w\-]{0,3})?|(?:salle|sala|saal|room|hall) [\p{L}\d\- ]{1,20})$`)
)

// isRoom reports whether block i names the room: a short line that has the shape of a
// room's name, or that stands right below the time in the head of the page.
func (h *pageHead) isRoom(i int) bool {
	blk := h.r.blocks[i]
	words := len(strings.Fields(blk.text))
	if len(h.titles) == 0 && h.times == 0 || words > 6 || blk.level > 0 || terminal(blk.text) {
		return false
	}
	if roomShape.MatchString(blk.text) {
		return true
	}
	if h.lastTime != i-1 || blk.gap > 0 {
		return false
	}
	return roomWord.MatchString(blk.text) || words <= 3 && h.titleBehind(i)
}

// titleBehind reports whether another heading follows before the description, so that
// block i need not be the title.
func (h *pageHead) titleBehind(i int) bool {
	next := h.r.block(i + 1)
	return next != nil && next.marker == "" && h.r.isHeading(next, h.r.block(i+2))
}

// settle gives the headings of the head their meaning. What stands above the last time
// is a title: the first the page's short one, the last the full one. What stands below
// it is the theme.
func (h *pageHead) settle() {
	s := h.b.s()
	cut := h.lastTime
	if h.times == 1 && len(h.titles) > 1 && h.titles[1] > h.lastTime && h.titles[0] < h.lastTime {
		cut = h.titles[1] + 1 // only a header time: the title follows it
	}
	if cut < 0 || len(h.titles) > 0 && h.titles[0] > cut && s.Title == "" {
		cut = h.withoutTimes()
	}
	var titles, below []int
	for _, i := range h.titles {
		if i < cut {
			titles = append(titles, i)
		} else {
			below = append(below, i)
		}
	}
	for k, i := range titles {
		h.title(i, k == 0, k == len(titles)-1)
	}
	for k, i := range below {
		blk := h.r.blocks[i]
		if k == 0 && s.Theme() == "" {
			h.b.addTheme(blk, Placed{blk.text, blk.place()})
		}
	}
}

// withoutTimes is the cut for a page whose time does not part titles from theme: one
// title, or two when the first names the edition.
func (h *pageHead) withoutTimes() int {
	if len(h.titles) == 0 {
		return 0
	}
	n := 1
	if forum, _, _ := editionInHeading(h.r.blocks[h.titles[0]].text); forum != "" && len(h.titles) > 1 {
		n = 2
	}
	return h.titles[n-1] + 1
}

func (h *pageHead) title(i int, first, last bool) {
	r, s := h.r, h.b.s()
	blk := r.blocks[i]
	if forum, year, rest := editionInHeading(blk.text); forum != "" && r.doc.Edition.Forum == "" {
		r.doc.Edition.Forum, r.doc.Edition.Year, r.doc.Edition.Place = forum, year, blk.place()
		s.Type = sessionKind(rest)
		s.Reference, _ = splitReference(rest)
	}
	switch {
	case last && s.Title == "":
		s.TitleAsWritten = blk.text
		s.Title, s.Reference = plainTitle(blk.text, s.Reference)
		s.TitlePlace = blk.place()
	case first && s.ShortTitle == "":
		s.ShortTitle, s.ShortTitlePlace = blk.text, blk.place()
	default:
		return // a heading between two titles stays unread
	}
	r.take(blk, UseTitle)
}
