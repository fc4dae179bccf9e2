package schedule

import (
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
)

// rowTimes is what a row says of its time, in wall clocks and instants.
type rowTimes struct {
	date, endDate string
	from, to      int // minutes after midnight, -1 unknown
	span          time.Duration
	zone          *calZone
	starts, ends  time.Time // instants that were written as such
	offset        int       // seconds, as written beside the start
}

// takeWhen takes what one cell says.
func (r *tableReader) takeWhen(t *rowTimes, field string, w when, e *Event, row *tableRow, column int) {
	date := r.dated(w)
	if w.hasOffset || field == FieldStartUTC || field == FieldEndUTC {
		if day := midnight(date); !day.IsZero() && w.from >= 0 {
			at := day.Add(time.Duration(w.from)*time.Minute - time.Duration(w.offset)*time.Second)
			switch field {
			case FieldEnd, FieldEndUTC:
				t.ends = at
			default:
				t.starts, t.offset = at, w.offset
				if w.to > w.from {
					t.ends = at.Add(time.Duration(w.to-w.from) * time.Minute)
				}
			}
			return
		}
		if field == FieldStartUTC || field == FieldEndUTC {
			r.unread("time-unreadable", e, row, column)
			return
		}
	}
	switch {
	case w.onlyWeekday && field == FieldDate:
		r.unread("day-unknown", e, row, column)
	case w.hasDate() && date == "":
		r.unread("year-unknown", e, row, column)
	case field == FieldDate && date == "" && w.from < 0, field == FieldEndDate && date == "":
		r.unread("date-unreadable", e, row, column)
	case field != FieldDate && field != FieldEndDate && w.from < 0 && date == "":
		r.unread("time-unreadable", e, row, column)
	}
	switch field {
	case FieldEnd:
		if w.from >= 0 {
			t.to = w.from
		}
		if date != "" {
			t.endDate = date
		}
	case FieldEndDate:
		t.endDate = date
		if w.from >= 0 && t.to < 0 {
			t.to = w.from
		}
	default:
		if date != "" && (t.date == "" || field == FieldDate) {
			t.date = date
		}
		if w.from >= 0 && (t.from < 0 || field == FieldStart) {
			t.from = w.from
		}
		if w.to >= 0 && t.to < 0 {
			t.to = w.to
		}
	}
}

// settleTimes makes instants and the wall clock of the venue of what the row says. A
// row with a time and no date belongs to the date above it.
func (r *tableReader) settleTimes(e *Event, row *tableRow, t rowTimes) {
	if t.date == "" && t.from >= 0 && t.starts.IsZero() && r.date != "" && !r.dayIsSaid(row) {
		t.date = r.date
		r.note(Assumed, "date-carried", e.Place)
	} else if t.date != "" {
		r.date = t.date
	}
	day := midnight(t.date)
	if !t.starts.IsZero() {
		r.settleInstants(e, t, day)
		return
	}
	if day.IsZero() {
		if t.from >= 0 {
			e.Start = clockOfDay(t.from)
			r.note(Assumed, "missing-date", e.Place)
		} else {
			r.note(Assumed, "missing-time", e.Place)
		}
		e.Duration = max(t.span, time.Duration(max(0, t.to-t.from))*time.Minute)
		if t.from < 0 || t.to < 0 {
			e.Duration = t.span
		}
		return
	}
	e.Date = t.date
	if t.from < 0 {
		e.Duration = t.span
		r.note(Assumed, "missing-time", e.Place)
		return
	}
	starts := day.Add(time.Duration(t.from) * time.Minute)
	ends := r.wallEnd(e, t, day, starts)
	if t.zone == nil {
		e.Date, e.Start = starts.Format(time.DateOnly), starts.Format("15:04")
		e.Duration = max(0, ends.Sub(starts))
		if ends.IsZero() {
			e.Duration = 0
		}
		r.note(Assumed, "zone-missing", e.Place)
		return
	}
	begin, end := t.zone.at(starts), time.Time{}
	if !ends.IsZero() {
		end = t.zone.at(ends)
	}
	loc := t.zone.location()
	if loc == nil {
		loc = begin.Location()
	}
	e.wallClock(begin, end, loc)
}

// wallEnd is when the row ends by the wall clock, zero where it does not say.
func (r *tableReader) wallEnd(e *Event, t rowTimes, day, starts time.Time) time.Time {
	if t.to < 0 {
		if t.span > 0 {
			return starts.Add(t.span)
		}
		return time.Time{}
	}
	if last := midnight(t.endDate); !last.IsZero() {
		day = last
	}
	ends := day.Add(time.Duration(t.to) * time.Minute)
	if ends.After(starts) && ends.Sub(starts) < 31*24*time.Hour {
		return ends
	}
	if next := ends.AddDate(0, 0, 1); (t.endDate == "" || t.endDate == t.date) && ends.Before(starts) && next.Sub(starts) <= 12*time.Hour {
		r.note(Assumed, "ends-next-day", e.Place)
		return next
	}
	r.note(Ignored, "end-before-start", e.Place)
	if t.span > 0 {
		return starts.Add(t.span)
	}
	return time.Time{}
}

// settleInstants is for rows that say their time in UTC or with an offset; the wall
// clock beside it is the venue's where no zone tells.
func (r *tableReader) settleInstants(e *Event, t rowTimes, day time.Time) {
	ends := t.ends
	if ends.IsZero() && t.span > 0 {
		ends = t.starts.Add(t.span)
	}
	loc := t.zone.location()
	wall := day.Add(time.Duration(t.from) * time.Minute)
	if loc == nil && !day.IsZero() && t.from >= 0 {
		if offset := wall.Sub(t.starts); offset.Abs() <= 15*time.Hour {
			loc = time.FixedZone("", int(offset.Seconds()))
		}
	}
	if loc == nil && t.offset != 0 {
		loc = time.FixedZone("", t.offset)
	}
	if loc == nil {
		loc = time.UTC
		r.note(Assumed, "zone-missing", e.Place)
	}
	if ends.IsZero() && t.to > t.from && t.from >= 0 {
		ends = t.starts.Add(time.Duration(t.to-t.from) * time.Minute)
	}
	e.wallClock(t.starts, ends, loc)
	if t.from >= 0 && !day.IsZero() && (e.Date != t.date || e.Start != clockOfDay(t.from)) {
		r.note(Ignored, "times-differ", e.Place, "Wall", t.date+" "+clockOfDay(t.from), "Venue", e.Date+" "+e.Start)
	}
	if !t.ends.IsZero() && t.ends.Before(t.starts) {
		r.note(Ignored, "end-before-start", e.Place)
	}
}

// dayIsSaid tells whether the row names a day, though not which: the one above is not
// meant then.
func (r *tableReader) dayIsSaid(row *tableRow) bool {
	for i, f := range r.fields {
		if f == FieldDate && row.at(i).value() != "" {
			return true
		}
	}
	return false
}

func clockOfDay(minutes int) string {
	return time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC).Format("15:04")
}

// readTexts reads the columns that are texts.
func (r *tableReader) readTexts(row *tableRow, e *Event) {
	for i, f := range r.fields {
		v := row.at(i).value()
		if v == "" {
			continue
		}
		if !r.s.workbook && len(v) > 1 && v[0] == '\'' && strings.ContainsRune("=+-@", rune(v[1])) {
			v = v[1:] // the sign that keeps spreadsheets from reading a formula
		}
		switch f {
		case FieldTitle:
			title, cancelled := cutCancelled(cleanLine(plainText(v)))
			if e.Title = title; cancelled {
				e.Cancelled = true
			}
		case FieldSubtitle:
			e.Subtitle = cleanLine(plainText(v))
		case FieldID:
			e.ID = clipKey(v)
		case FieldCode:
			e.Code = clipKey(v)
		case FieldRoom:
			e.Room = cleanLine(v)
		case FieldType:
			e.Type = cleanLine(v)
		case FieldTrack:
			e.Track = cleanLine(v)
		case FieldAbstract:
			e.Abstract = plainText(v)
		case FieldDescription:
			e.Description = plainText(v)
		case FieldLanguage:
			e.Language = cleanLine(v)
		case FieldURL:
			if e.URL = webAddress(v); e.URL == "" {
				e.extra(r.column(i), v)
			}
		case FieldVideo:
			if e.VideoURL = webAddress(v); e.VideoURL == "" {
				e.extra(r.column(i), v)
			}
		case FieldVenue:
			e.extra(r.column(i), v)
			r.venues[cleanLine(v)]++
		case FieldTags:
			for _, tag := range strings.FieldsFunc(v, func(c rune) bool { return strings.ContainsRune(";,|\n，؛،；、", c) }) {
				if tag = cleanLine(tag); tag != "" && len(e.Tags) < 50 {
					e.Tags = append(e.Tags, tag)
				}
			}
		case FieldExtra:
			e.extra(r.column(i), v)
		}
	}
	if e.Title == "" && e.Subtitle != "" {
		e.Title, e.Subtitle = e.Subtitle, ""
	}
}

func clipKey(v string) string {
	if v = cleanLine(v); len(v) > 300 {
		v = strings.ToValidUTF8(v[:300], "")
	}
	return v
}

// readState reads the columns of state and capacity, and tells whether the row is
// private.
func (r *tableReader) readState(row *tableRow, e *Event) (private bool) {
	for i, f := range r.fields {
		v := row.at(i).value()
		switch {
		case v == "":
		case f == FieldPrivate:
			private = private || saysYes(v)
		case f == FieldState && callsOff(v):
			e.Cancelled = true
		case f == FieldState:
			e.extra(r.column(i), v)
		case f == FieldCapacity:
			n, err := strconv.ParseFloat(strings.NewReplacer(",", "", " ", "").Replace(v), 64)
			if err != nil || n < 0 || n > 1e6 {
				r.unread("number-unreadable", e, row, i)
			} else if e.Room != "" {
				r.rooms[e.Room] = max(r.rooms[e.Room], int(n))
			}
		}
	}
	return private
}

// saysYes tells the words for yes.
func saysYes(v string) bool {
	switch core.Fold(v) {
	case "true", "yes", "y", "1", "x", "oui", "si", "да", "是", "نعم", "✓", "✔":
		return true
	}
	return false
}

// maxPeopleText is more than the names of any session take.
const maxPeopleText = 20_000

// readPeople reads the columns of people and gives them their organisations: one for
// all where there is one person, else one each.
func (r *tableReader) readPeople(row *tableRow, e *Event) {
	for i, f := range r.fields {
		role, ok := fieldRoles[f]
		if f == FieldPeople {
			role, ok = strings.ToLower(r.heads[i]), true
			if known, is := roleOfHead(r.heads[i]); is {
				role = known
			}
		}
		v := row.at(i).value()
		if !ok || v == "" {
			continue
		}
		list, dropped := readPersons(v[:min(len(v), maxPeopleText)], role)
		if dropped {
			r.note(Ignored, "address-dropped", e.Place)
		}
		if room := max(0, maxPersons-len(e.Persons)); len(list) > room {
			list = list[:room]
			r.note(Ignored, "too-many-persons", e.Place)
		}
		e.Persons = append(e.Persons, list...)
	}
	for i, f := range r.fields {
		v := row.at(i).value()
		if f != FieldOrganisations || v == "" {
			continue
		}
		bodies := outsideBrackets(strings.ReplaceAll(v, "\n", ";"), ";；؛|")
		switch {
		case len(e.Persons) == 1 && e.Persons[0].Organisation == "":
			e.Persons[0].Organisation = cleanLine(v)
		case len(bodies) == len(e.Persons):
			for j := range e.Persons {
				if e.Persons[j].Organisation == "" {
					e.Persons[j].Organisation = cleanLine(bodies[j])
				}
			}
		default:
			e.extra(r.column(i), v)
		}
	}
}

// midnight is a date as a time, zero where it is none.
func midnight(date string) time.Time {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}
	}
	return t
}

// callsOff tells the words of a state that call a session off.
func callsOff(v string) bool {
	key := strings.ReplaceAll(core.Fold(v), "ة", "ه")
	return cancelWords[key] || key == "withdrawn" || key == "retire" || key == "retirado" || key == "called off"
}
