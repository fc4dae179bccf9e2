package forumtext

import (
	"strings"
	"time"
	"unicode"
)

func (r *reader) conflict(c Conflict) {
	r.doc.Conflicts = append(r.doc.Conflicts, c)
}

// checkWeekday compares a weekday with its date.
func (r *reader) checkWeekday(w *When, session int) {
	d := w.Date
	if w.weekday == 0 || d.Year == 0 || int(d.weekday())+1 == w.weekday {
		return
	}
	r.conflict(Conflict{
		Field: FieldWeekday, Session: session,
		First:  Placed{time.Weekday(w.weekday - 1).String(), w.Place},
		Second: Placed{d.String() + " " + d.weekday().String(), w.Place},
	})
}

// compareWithin compares what one text says twice of a session: each further time and
// room with the first. Rooms named in one statement are several rooms, no conflict.
func (r *reader) compareWithin(s *Session, session int) {
	for k := 1; k < len(s.When); k++ {
		for _, c := range compareWhen(&r.zones, s.When[0], s.When[k]) {
			c.Session = session
			r.conflict(c)
		}
	}
	for k := 1; k < len(s.Rooms); k++ {
		first, other := s.Rooms[0], s.Rooms[k]
		if first.Place != other.Place && !sameWords(first.Text, other.Text) {
			r.conflict(Conflict{Field: FieldRoom, Session: session, First: first, Second: other})
		}
	}
}

// Compare says where two descriptions of one session disagree: title, start, end, room,
// theme. The caller decides that they describe the same session; places in First belong
// to the text of a, places in Second to that of b. What only one of them states is no
// conflict. Session is 0 in all results.
func Compare(a, b Session) []Conflict {
	var out []Conflict
	if a.Title != "" && b.Title != "" && !sameWords(a.Title, b.Title) {
		out = append(out, Conflict{Field: FieldTitle, First: Placed{a.Title, a.TitlePlace}, Second: Placed{b.Title, b.TitlePlace}})
	}
	z := &zones{}
	for _, first := range a.When {
		for _, second := range b.When {
			out = append(out, compareWhen(z, first, second)...)
		}
	}
	if len(a.Rooms) > 0 && len(b.Rooms) > 0 && !shareRoom(a.Rooms, b.Rooms) {
		out = append(out, Conflict{Field: FieldRoom, First: a.Rooms[0], Second: b.Rooms[0]})
	}
	if len(a.Themes) > 0 && len(b.Themes) > 0 && !sameWords(a.Theme(), b.Theme()) {
		out = append(out, Conflict{Field: FieldTheme, First: a.Themes[0], Second: b.Themes[0]})
	}
	return out
}

func shareRoom(a, b []Placed) bool {
	for _, x := range a {
		for _, y := range b {
			if sameWords(x.Text, y.Text) {
				return true
			}
		}
	}
	return false
}

// compareWhen compares two statements of one session's time: as instants when both
// state zone and year, else as they are written if the zone is the same.
func compareWhen(z *zones, a, b When) []Conflict {
	var out []Conflict
	add := func(field Field, minutes int) {
		out = append(out, Conflict{Field: field, First: Placed{a.Text, a.Place}, Second: Placed{b.Text, b.Place}, Minutes: minutes})
	}
	aStart, aEnd, aOK := z.span(a)
	bStart, bEnd, bOK := z.span(b)
	if aOK && bOK {
		if m := int(bStart.Sub(aStart).Minutes()); m != 0 {
			add(FieldStart, m)
		}
		if m := int(bEnd.Sub(aEnd).Minutes()); m != 0 {
			add(FieldEnd, m)
		}
		return out
	}
	if !a.Date.IsZero() && !b.Date.IsZero() && a.ZoneLabel == b.ZoneLabel && !sameDay(a.Date, b.Date) {
		add(FieldDate, 0)
	}
	if a.ZoneLabel != b.ZoneLabel {
		return out
	}
	if a.Start != "" && b.Start != "" && a.Start != b.Start {
		add(FieldStart, clockMinutes(b.Start)-clockMinutes(a.Start))
	}
	if a.End != "" && b.End != "" && a.End != b.End {
		add(FieldEnd, clockMinutes(b.End)-clockMinutes(a.End))
	}
	return out
}

func sameDay(a, b Date) bool {
	return a.Month == b.Month && a.Day == b.Day && (a.Year == b.Year || a.Year == 0 || b.Year == 0)
}

// sameWords compares two names by their letters and digits; "&" is "and".
func sameWords(a, b string) bool {
	return plainWords(a) == plainWords(b)
}

func plainWords(s string) string {
	s = strings.ReplaceAll(strings.ToLower(s), "&", " and ")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}
