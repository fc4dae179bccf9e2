package calendar

import (
	"fmt"
	"slices"
	"time"

	"plenary/internal/core"
)

// location is the zone of a name, and whether it needs describing: UTC does not, and what
// is no zone is told in UTC.
func location(name string) (*time.Location, bool) {
	loc := core.Zone(name)
	return loc, loc.String() != time.UTC.String()
}

// zones says how the clocks of the events run, so that a program that knows no IANA zones
// shows the right hour too. What is said holds for the whole years of the events: a
// program that joins this description with one of another file finds no hole in it.
func (w *writer) zones(events []Event) {
	type span struct{ from, until time.Time }
	spans := map[string]*span{}
	var names []string
	for i := range events {
		e := &events[i]
		loc, ok := location(e.Zone)
		if !ok {
			continue
		}
		name := loc.String()
		s := spans[name]
		if s == nil {
			s = &span{e.Starts, e.Ends}
			spans[name], names = s, append(names, name)
		}
		if e.Starts.Before(s.from) {
			s.from = e.Starts
		}
		if e.Ends.After(s.until) {
			s.until = e.Ends
		}
	}
	slices.Sort(names)
	for _, name := range names {
		loc, _ := location(name)
		first, last := spans[name].from.In(loc).Year(), spans[name].until.In(loc).Year()
		w.zone(name, time.Date(first, 1, 1, 0, 0, 0, 0, loc), time.Date(last, 12, 31, 23, 59, 59, 0, loc))
	}
}

func (w *writer) zone(name string, from, until time.Time) {
	w.raw("BEGIN", "VTIMEZONE")
	w.raw("TZID", name)
	w.raw("X-LIC-LOCATION", name)
	for at := from; !at.After(until); {
		start, end := at.ZoneBounds()
		w.observance(at, start)
		if end.IsZero() {
			break
		}
		at = end.In(from.Location())
	}
	w.raw("END", "VTIMEZONE")
}

// observance is a time in which the clock keeps its distance from UTC. Its beginning is
// told by the clock that ran until then.
func (w *writer) observance(at, start time.Time) {
	abbreviation, distance := at.Zone()
	before, begins := distance, "19700101T000000" // it has always been so, as far as a calendar is concerned
	if !start.IsZero() && start.Year() >= 1970 {
		_, before = start.Add(-time.Second).Zone()
		begins = start.In(time.FixedZone("", before)).Format(local)
	}
	kind := "STANDARD"
	if at.IsDST() {
		kind = "DAYLIGHT"
	}
	w.raw("BEGIN", kind)
	w.raw("DTSTART", begins)
	w.raw("TZOFFSETFROM", offset(before))
	w.raw("TZOFFSETTO", offset(distance))
	w.raw("TZNAME", abbreviation)
	w.raw("END", kind)
}

func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	out := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if s := seconds % 60; s != 0 {
		out += fmt.Sprintf("%02d", s)
	}
	return out
}

// again tells whether the clock of the zone has shown this time before: in the hour that
// comes twice when summer ends, a local time means the first.
func again(t time.Time) bool {
	return slices.ContainsFunc([]time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour}, func(d time.Duration) bool {
		return t.Add(-d).Format(local) == t.Format(local)
	})
}
