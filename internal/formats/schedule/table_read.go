package schedule

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// tableReader makes events of the rows of a sheet.
type tableReader struct {
	s      *sheet
	head   int
	heads  []string
	fields []string
	opt    Options
	found  *findings
	out    *Schedule

	orders map[int]rune // how dates of a column are meant
	year   int          // of dates that have none
	zone   *calZone
	named  zoneNames
	timed  bool   // there are columns of times
	date   string // of the row or the heading above
	venues map[string]int
	rooms  map[string]int // capacity by room
	counts map[string]int // events by key, to tell titles that come twice
	keyed  []bool         // parallel to events: the key is the table's own
	notes  []note
}

// note is a finding about an event whose key is not settled yet.
type note struct {
	outcome Outcome
	code    string
	event   int // in Schedule.Events
	place   Place
	args    []string
}

func newTableReader(s *sheet, head int, heads []string, m Mapping, opt Options, found *findings) *tableReader {
	return &tableReader{
		s: s, head: head, heads: heads, fields: m.columns(heads), opt: opt, found: found,
		out:    &Schedule{Format: Table, Events: []Event{}},
		orders: map[int]rune{}, venues: map[string]int{}, rooms: map[string]int{}, counts: map[string]int{},
	}
}

func (r *tableReader) read() *Schedule {
	r.zone, _ = findZone(r.opt.Zone)
	r.settleDates()
	r.settleZone()
	r.readTitle()
	for i := r.head + 1; i < len(r.s.rows); i++ {
		row := &r.s.rows[i]
		if row.empty() || r.repeatsHead(row) || r.heading(row) {
			continue
		}
		r.readRow(row)
	}
	r.nameUnnamed()
	r.settleVenue()
	for i, f := range r.fields {
		if f != FieldExtra && f != FieldIgnore {
			continue
		}
		if slices.ContainsFunc(r.s.rows[r.head+1:], func(row tableRow) bool { return row.at(i).value() != "" }) {
			code := "column-kept"
			if f == FieldIgnore {
				code = "column-ignored"
			}
			r.found.add(Ignored, code, "", r.place(&r.s.rows[r.head]), "Column", r.column(i))
		}
	}
	return r.out
}

func (r *tableReader) place(row *tableRow) Place {
	return Place{Row: row.number, Line: row.line, Sheet: r.s.name}
}

// column is what a column is called: its head, or its number.
func (r *tableReader) column(i int) string {
	if r.heads[i] != "" {
		return r.heads[i]
	}
	return "#" + strconv.Itoa(i+1)
}

var anyYear = regexp.MustCompile(`\b(?:19|20)\d{2}\b`)

// settleDates decides how the dates of each column are written, and which year is meant
// where none is.
func (r *tableReader) settleDates() {
	years := map[int]int{}
	for i, f := range r.fields {
		switch f {
		case FieldStart, FieldTime:
			r.timed = true
		case FieldDate, FieldEnd, FieldEndDate, FieldStartUTC, FieldEndUTC:
		default:
			continue
		}
		var column []string
		for j := r.head + 1; j < len(r.s.rows); j++ {
			if c := r.s.rows[j].at(i); !c.numeric && c.text != "" {
				column = append(column, c.value())
			}
		}
		order, sure := dateOrder(column)
		r.orders[i] = order
		if !sure {
			r.found.add(Assumed, "date-order", "", r.place(&r.s.rows[r.head]), "Column", r.column(i))
		}
		for j := r.head + 1; j < len(r.s.rows) && j < r.head+200; j++ {
			if w := r.s.readCell(r.s.rows[j].at(i), order, false); w.year > 0 {
				years[w.year]++
			}
		}
	}
	for i := 0; i < r.head && len(years) == 0; i++ { // "Programme, 20 to 23 October 2026"
		for _, y := range anyYear.FindAllString(strings.Join(r.s.rows[i].values(), " "), 5) {
			years[number(y)]++
		}
	}
	for y, n := range years {
		if n > years[r.year] || n == years[r.year] && y < r.year {
			r.year = y
		}
	}
}

// settleZone takes the table's own zone where all rows name the same.
func (r *tableReader) settleZone() {
	column := slices.Index(r.fields, FieldZone)
	if column < 0 {
		return
	}
	names := map[string]bool{}
	for i := r.head + 1; i < len(r.s.rows); i++ {
		if v := r.s.rows[i].at(column).value(); v != "" {
			names[v] = true
		}
	}
	if len(names) == 1 {
		for name := range names {
			if z, ok := r.named.find(name); ok {
				r.zone, r.out.Conference.Zone = z, z.name
			}
		}
	}
}

// readTitle takes the first line above the heads that stands alone as the meeting's
// name.
func (r *tableReader) readTitle() {
	for i := range r.head {
		row := &r.s.rows[i]
		if row.filled() != 1 {
			continue
		}
		for _, v := range row.values() {
			if w := readWhen(v, 0); v != "" && len(v) <= 300 && !(w.hasDate() && w.rest == "") && wordy([]string{v}) {
				r.out.Conference.Title = cleanLine(v)
				return
			}
		}
	}
}

// repeatsHead tells a row that says the heads again, as tables of several days do.
func (r *tableReader) repeatsHead(row *tableRow) bool {
	same, filled := 0, 0
	for i, h := range r.heads {
		v := row.at(i).value()
		if v == "" {
			continue
		}
		filled++
		if headKey(v) == headKey(h) {
			same++
		}
	}
	return same >= 2 && same*2 > filled
}

// heading reads a row with a single cell: a date that holds for the rows below it, or
// words that name no session.
func (r *tableReader) heading(row *tableRow) bool {
	if len(r.heads) < 2 {
		return false
	}
	at := -1
	for i := range row.cells {
		switch {
		case row.cells[i].value() == "":
		case row.cells[i].merged:
			if i < len(r.fields) && r.fields[i] == FieldTitle {
				return false // one more time, or person, of the session above
			}
		case at >= 0:
			return false
		default:
			at = i
		}
	}
	if at < 0 {
		return true
	}
	v := row.cells[at].value()
	w := r.s.readCell(row.cells[at], r.orders[at], false)
	if w.hasDate() && w.from < 0 && (w.rest == "" || at >= len(r.fields) || r.fields[at] != FieldTitle) {
		if date := r.dated(w); date != "" {
			r.date = date
			return true
		}
	}
	if at < len(r.fields) && r.fields[at] == FieldTitle && (!r.timed || slices.ContainsFunc(row.cells, func(c cell) bool { return c.merged })) {
		return false
	}
	r.found.add(Ignored, "row-heading", "", r.place(row), "Row", strconv.Itoa(row.number), "Text", v)
	return true
}

// dated is the date that a cell means, with the year of the others where it has none.
func (r *tableReader) dated(w when) string {
	if w.year == 0 && r.year > 0 {
		w.year = r.year
	}
	if w.month == 2 && w.day == 29 && w.year%4 != 0 {
		return ""
	}
	return w.date()
}

// readRow reads one row as an event, or adds its people to the event of the row before
// that it repeats.
func (r *tableReader) readRow(row *tableRow) {
	e := Event{Place: r.place(row)}
	first := len(r.notes)
	r.readTexts(row, &e)
	if e.Title == "" {
		r.refuse("missing-title", row)
		return
	}
	own := true
	switch names := e.names(); {
	case len(names) > 0 && !strings.HasPrefix(names[0], "url:"):
		e.Key = names[0]
	default:
		own = false
		e.Key = titleKey(e.Title)
	}
	if r.readState(row, &e) {
		r.refuse("private-event", row)
		return
	}
	r.readPeople(row, &e)
	t := r.readTimes(row, &e)
	r.settleTimes(&e, row, t)
	if n := len(r.out.Events) - 1; n >= 0 && continues(&r.out.Events[n], &e) {
		last := &r.out.Events[n]
		for _, p := range e.Persons {
			if len(last.Persons) < maxPersons && !slices.ContainsFunc(last.Persons, func(q Person) bool { return sameName(p, q) }) {
				last.Persons = append(last.Persons, p)
			}
		}
		r.notes = r.notes[:first] // the same was said of the first row
		r.note(Repaired, "rows-merged", e.Place)
		r.notes[first].event = n
		return
	}
	r.out.Events = append(r.out.Events, e)
	r.keyed = append(r.keyed, own)
	r.counts[e.Key]++
}

// note keeps a finding about the event that is being read until its key is settled.
func (r *tableReader) note(o Outcome, code string, place Place, args ...string) {
	r.notes = append(r.notes, note{o, code, len(r.out.Events), place, args})
}

func (r *tableReader) refuse(code string, row *tableRow) {
	for len(r.notes) > 0 && r.notes[len(r.notes)-1].event == len(r.out.Events) {
		r.notes = r.notes[:len(r.notes)-1]
	}
	r.found.add(Refused, code, "", r.place(row), "Row", strconv.Itoa(row.number))
}

// continues tells whether a row repeats the event above it for one more of its people.
func continues(last, e *Event) bool {
	return last.Key == e.Key && last.Title == e.Title && last.Date == e.Date && last.Start == e.Start &&
		(last.Room == e.Room || e.Room == "") && len(last.Persons) > 0 && len(e.Persons) > 0
}

// nameUnnamed gives keys to what has none of its own: the title, with the time where
// several have the same, and numbers where even that is no difference.
func (r *tableReader) nameUnnamed() {
	taken := map[string]bool{}
	next := map[string]int{}
	for i := range r.out.Events {
		e := &r.out.Events[i]
		was := e.Key
		if !r.keyed[i] {
			if r.counts[e.Key] > 1 && e.Date != "" {
				e.Key += "@" + strings.TrimSuffix(e.Date+"T"+e.Start, "T")
			}
			r.found.add(Assumed, "missing-id", e.Key, e.Place)
		}
		base := e.Key
		for taken[e.Key] {
			next[base] = max(2, next[base]+1)
			e.Key = base + "#" + strconv.Itoa(next[base])
		}
		if r.keyed[i] && e.Key != was {
			_, id, _ := strings.Cut(was, ":")
			r.found.add(Repaired, "duplicate-id", e.Key, e.Place, "ID", id)
		}
		taken[e.Key] = true
	}
	for _, n := range r.notes {
		r.found.add(n.outcome, n.code, r.out.Events[n.event].Key, n.place, n.args...)
	}
}

// settleVenue makes the venue that all rows name the meeting's, and lists the rooms
// whose size the table tells.
func (r *tableReader) settleVenue() {
	if len(r.venues) == 1 {
		for v := range r.venues {
			r.out.Conference.Venue = v
		}
		column := r.heads[slices.Index(r.fields, FieldVenue)]
		for i := range r.out.Events {
			e := &r.out.Events[i]
			if delete(e.Extra, cleanLine(column)); len(e.Extra) == 0 {
				e.Extra = nil
			}
		}
	}
	listed := map[string]bool{}
	for i := range r.out.Events {
		if name := r.out.Events[i].Room; r.rooms[name] > 0 && !listed[name] {
			listed[name] = true
			r.out.Rooms = append(r.out.Rooms, Room{Name: name, Capacity: r.rooms[name]})
		}
	}
}

// readTimes gathers what the columns of a row say of its time.
func (r *tableReader) readTimes(row *tableRow, e *Event) rowTimes {
	t := rowTimes{from: -1, to: -1, zone: r.zone}
	for i, f := range r.fields {
		c := row.at(i)
		v := c.value()
		if v == "" {
			continue
		}
		switch f {
		case FieldZone:
			if z, ok := r.named.find(v); ok {
				t.zone = z
			} else {
				r.note(Assumed, "zone-unknown", e.Place, "Zone", v, "Row", strconv.Itoa(row.number))
			}
		case FieldDuration:
			d, ok := readSpan(c, r.heads[i])
			if !ok {
				r.unread("duration-unreadable", e, row, i)
			}
			t.span = d
		case FieldDate, FieldStart, FieldTime, FieldEnd, FieldEndDate, FieldStartUTC, FieldEndUTC:
			w := r.s.readCell(c, r.orders[i], f != FieldDate && f != FieldEndDate)
			r.takeWhen(&t, f, w, e, row, i)
		}
	}
	return t
}

func (r *tableReader) unread(code string, e *Event, row *tableRow, column int) {
	r.note(Ignored, code, e.Place,
		"Row", strconv.Itoa(row.number), "Column", r.column(column), "Value", row.at(column).value())
}
