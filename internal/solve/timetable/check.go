package timetable

import (
	"errors"
	"fmt"
	"slices"
)

// ErrProblem is in every error of Check.
var ErrProblem = errors.New("not a timetable problem")

// What is beyond these is a mistake; within them no sum of costs overflows.
const (
	mostWeight  = 10_000
	mostMinutes = 10_000
	mostPeople  = 100_000
)

// Check says what is wrong with a problem, and where. The other functions are for problems
// that are right.
func (p *Problem) Check() error {
	for _, check := range []func() error{p.checkDays, p.checkRooms, p.checkActors, p.checkSessions, p.checkPairs, p.checkRules} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrProblem, fmt.Sprintf(format, args...))
}

func (p *Problem) checkDays() error {
	if p.Step < 1 {
		return wrong("step %d is no number of minutes", p.Step)
	}
	for i, d := range p.Days {
		switch {
		case d.From >= d.Until:
			return wrong("day %d ends at %d before it begins at %d", i, d.Until, d.From)
		case i > 0 && d.From < p.Days[i-1].Until:
			return wrong("day %d begins before the day before it ends", i)
		}
		if err := checkSpans(d.Breaks, "break", "day", i); err != nil {
			return err
		}
	}
	for zone, hours := range p.Night {
		if i := slices.IndexFunc(hours, func(h uint8) bool { return h > 2 }); i >= 0 {
			return wrong("night of zone %d is %d at %d", zone, hours[i], i*p.Step)
		}
	}
	return nil
}

func checkSpans(spans []Span, what, of string, i int) error {
	for _, s := range spans {
		if s.From >= s.Until {
			return wrong("%s of %s %d ends at %d before it begins at %d", what, of, i, s.Until, s.From)
		}
	}
	return nil
}

func (p *Problem) checkRooms() error {
	if p.Travel != nil && len(p.Travel) != p.Venues {
		return wrong("travel is known for %d of %d venues", len(p.Travel), p.Venues)
	}
	for i, row := range p.Travel {
		if len(row) != p.Venues || slices.ContainsFunc(row, func(m int) bool { return !upTo(m, mostMinutes) }) {
			return wrong("travel from venue %d is not known to every venue, or is out of range", i)
		}
	}
	for i, r := range p.Rooms {
		switch {
		case r.Venue < 0 || r.Venue >= max(1, p.Venues):
			return wrong("room %d is at venue %d of %d", i, r.Venue, p.Venues)
		case r.Capacity < 0 || !upTo(r.Changeover, mostMinutes):
			return wrong("room %d has a capacity or changeover out of range", i)
		}
		if err := checkSpans(r.Open, "opening", "room", i); err != nil {
			return err
		}
	}
	return nil
}

func (p *Problem) checkActors() error {
	for i, a := range p.Actors {
		if a.Most < 0 {
			return wrong("actor %d has a negative number of sessions a day", i)
		}
		if err := checkSpans(a.Away, "absence", "actor", i); err != nil {
			return err
		}
	}
	return nil
}

func (p *Problem) checkSessions() error {
	for i := range p.Sessions {
		x := &p.Sessions[i]
		switch {
		case x.Length < 1 || x.Length > mostMinutes:
			return wrong("session %d lasts %d minutes", i, x.Length)
		case !upTo(x.Gap, mostMinutes) || !upTo(x.Expected, mostPeople) || !upTo(x.Seats, mostPeople):
			return wrong("session %d has a gap, expectation or number of seats out of range", i)
		case x.Day < -1 || x.Day >= len(p.Days):
			return wrong("session %d is on day %d of %d", i, x.Day, len(p.Days))
		case !below(x.Actors, len(p.Actors)):
			return wrong("session %d has an actor that there is not", i)
		case !below(x.Rooms, len(p.Rooms)) || !below(x.PreferredRooms, len(p.Rooms)):
			return wrong("session %d names a room that there is not", i)
		case !below(x.Remote, len(p.Night)):
			return wrong("session %d has a speaker in a zone that there is not", i)
		}
		for _, list := range [][]Span{x.Windows, x.Preferred} {
			if err := checkSpans(list, "window", "session", i); err != nil {
				return err
			}
		}
	}
	return nil
}

func upTo(n, most int) bool { return n >= 0 && n <= most }

func below(list []int, n int) bool {
	return !slices.ContainsFunc(list, func(i int) bool { return i < 0 || i >= n })
}

func (p *Problem) checkPairs() error {
	n := len(p.Sessions)
	for i, r := range p.Relations {
		switch {
		case !below([]int{r.A, r.B}, n) || r.A == r.B:
			return wrong("relation %d is not between two sessions", i)
		case r.Kind < Before || r.Kind > SameRoom:
			return wrong("relation %d has no kind", i)
		case !upTo(r.Minutes, mostMinutes):
			return wrong("relation %d has minutes out of range", i)
		}
	}
	for i, l := range p.Alike {
		if !below([]int{l.A, l.B}, n) || l.A == l.B || l.Percent < 0 || l.Percent > 100 {
			return wrong("likeness %d is not between two sessions, or no percentage", i)
		}
	}
	return nil
}

func (p *Problem) checkRules() error {
	for rule, set := range p.Rules {
		if set.Level < Ignore || set.Level > Block || set.Weight < 0 || set.Weight > mostWeight || set.Limit < 0 {
			return wrong("rule %s has no level, or a weight or limit out of range", Rule(rule))
		}
	}
	return nil
}
