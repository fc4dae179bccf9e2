package forumtext

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// slot is the part of a heading that says when and where: "(10 October | 11:00 - 12:30
// JST | Main Hall)".
type slot struct {
	reading reading
	rooms   []Placed
	day     dayMark // "Day 1" in front of the date
}

var slotTail = regexp.MustCompile(`[)\]）][\s.*_]*$`)

// splitSlot takes the slot off a heading. At least a time and one more of date, zone and
// room must be stated, so that a remark in brackets is not taken for one.
func (r *reader) splitSlot(text string, place Place) (title string, s slot, ok bool) {
	if len(text) > 600 || !strings.ContainsAny(text, "0123456789０１２３４５６７８９٠١٢٣٤٥٦٧٨٩") {
		return "", slot{}, false
	}
	if loc := slotTail.FindStringIndex(text); loc != nil {
		open := openingBracket(text[:loc[0]])
		if open < 0 {
			return "", slot{}, false
		}
		inner := strings.Trim(text[open:loc[0]], "([（ ")
		s, ok = r.readSlot(inner, place)
		return trimTitle(text[:open]), s, ok
	}
	if strings.Count(text, "|") < 2 {
		return "", slot{}, false
	}
	title, inner, _ := strings.Cut(text, "|")
	if title = trimTitle(title); title == "" || strings.ContainsFunc(title, unicode.IsDigit) && r.hasTime(title) {
		return "", slot{}, false
	}
	s, ok = r.readSlot(strings.TrimSpace(inner), place)
	return title, s, ok
}

func (r *reader) hasTime(text string) bool {
	_, ok := r.readWhen(text, Place{})
	return ok
}

// openingBracket finds the bracket that belongs to the one behind the end of s.
func openingBracket(s string) int {
	depth := 0
	for i := len(s); i > 0; {
		c, n := utf8.DecodeLastRuneInString(s[:i])
		i -= n
		switch c {
		case ')', ']', '）':
			depth++
		case '(', '[', '（':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

func trimTitle(s string) string {
	return strings.Trim(s, " |:-–—,\t")
}

func (r *reader) readSlot(inner string, place Place) (slot, bool) {
	if len(inner) > 240 {
		return slot{}, false
	}
	got, ok := r.readWhen(inner, place)
	if !ok || got.when.Start == "" {
		return slot{}, false
	}
	sep := "|"
	if !strings.Contains(inner, sep) {
		sep = ","
		if strings.Contains(inner, ";") {
			sep = ";"
		}
	}
	s := slot{reading: got}
	for part := range strings.SplitSeq(inner, sep) {
		part = strings.TrimSpace(part)
		if m := slotDay.FindStringSubmatch(part); m != nil {
			if n, ok := dayNumber(m[2]); ok {
				s.day = dayMark{number: n, label: m[1]}
				if part = strings.TrimLeft(part[len(m[0]):], " -–—:,"); part == "" {
					continue
				}
			}
		}
		if part == "" || part == got.when.ZoneLabel || !strings.ContainsFunc(part, unicode.IsLetter) {
			continue
		}
		if p, timed := r.readWhen(part, place); timed && (p.words == 0 || !p.when.Date.IsZero() || p.when.Start != "") {
			if part = p.behind; p.words == 0 || part == "" || !startsUpper(part) {
				continue
			}
		}
		if weekdayNames[strings.ToLower(strings.Trim(part, ". "))] == 0 {
			s.rooms = append(s.rooms, Placed{part, place})
		}
	}
	said := 0
	for _, has := range []bool{!got.when.Date.IsZero(), got.when.ZoneLabel != "", len(s.rooms) > 0} {
		if has {
			said++
		}
	}
	return s, said > 0 && (sep == "|" || got.when.End != "")
}

var slotDay = regexp.MustCompile(`(?i)^((?:day|jour|día|dia)\s+(\p{L}+|\d{1,2}))(?:[\s\-–—:,]|$)`)

// readOutlines reads a list of sessions: a heading, then per session a title with its
// slot and what is said about it.
func (r *reader) readOutlines() {
	r.outlineHeading()
	var at *body
	var today Date
	for i, b := range r.blocks {
		if r.uses[b.lines[0]] != "" {
			continue
		}
		if title, s, ok := r.outlineTitle(i); ok {
			at = r.openOutline(i, title, s, today)
			continue
		}
		if day, ok := r.readDay(&r.lines[b.lines[0]]); ok && len(b.lines) == 1 {
			r.take(b, UseDay)
			today, at = day.date, nil
			continue
		}
		if at == nil {
			continue
		}
		if _, _, next := r.outlineTitle(i + 1); next && r.titleOnly(i) {
			continue // taken together with the slot that stands alone behind it
		}
		at.read(i)
	}
}

// outlineHeading reads what stands before the first session.
func (r *reader) outlineHeading() {
	for i, b := range r.blocks {
		if _, _, ok := r.outlineTitle(i); ok {
			return
		}
		next := r.block(i + 1)
		if !r.isHeading(b, next) || next != nil && r.isSlotAlone(next) {
			continue
		}
		forum, year, rest := editionInHeading(b.text)
		if forum == "" && r.doc.Edition.Place.Line > 0 {
			continue
		}
		r.take(b, UseHeading)
		r.doc.Edition.Place = b.place()
		r.doc.Edition.Forum, r.doc.Edition.Year = forum, year
		r.groupType = sessionKind(rest)
		if forum != "" {
			return
		}
	}
}

func (r *reader) block(i int) *block {
	if i < 0 || i >= len(r.blocks) {
		return nil
	}
	return r.blocks[i]
}

// outlineTitle reads the heading of a session at block i. A slot alone on its line
// belongs to the heading before it.
func (r *reader) outlineTitle(i int) (title string, s slot, ok bool) {
	b := r.block(i)
	if b == nil || b.marker != "" && !strings.ContainsFunc(b.marker, unicode.IsDigit) {
		return "", slot{}, false
	}
	title, s, ok = r.splitSlot(b.text, b.place())
	if !ok || title != "" {
		return title, s, ok
	}
	if prev := r.block(i - 1); prev != nil && r.titleOnly(i-1) {
		return prev.text, s, true
	}
	return "", slot{}, false
}

func (r *reader) isSlotAlone(b *block) bool {
	title, _, ok := r.splitSlot(b.text, b.place())
	return ok && title == ""
}

// titleOnly reports whether block i is a title whose slot is the block behind it.
func (r *reader) titleOnly(i int) bool {
	b, next := r.block(i), r.block(i+1)
	return next != nil && (b.marker == "" || b.level > 0) && r.isSlotAlone(next) && r.isHeading(b, next)
}

func (r *reader) openOutline(i int, title string, s slot, today Date) *body {
	b := r.blocks[i]
	place := b.place()
	if prev := r.block(i - 1); prev != nil && prev.text == title && r.isSlotAlone(b) {
		place.Line = prev.place().Line
		r.take(prev, UseTitle)
	}
	r.take(b, UseTitle)
	session := Session{
		TitleAsWritten: title, TitlePlace: place, Type: r.groupType, Rooms: s.rooms, Place: place,
	}
	session.Title, session.Reference = plainTitle(title, "")
	session.Day, session.DayLabel = s.day.number, s.day.label
	w := s.reading.when
	if w.Date.IsZero() && !today.IsZero() {
		w.Date, w.EndDate = today, today
	}
	session.When = []When{w}
	r.doc.Sessions = append(r.doc.Sessions, session)
	return r.newBody(len(r.doc.Sessions) - 1)
}
