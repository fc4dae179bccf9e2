package core

import (
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones on machines that have none
)

var zones sync.Map

// Zone returns the IANA zone of that name, or UTC where there is none.
func Zone(name string) *time.Location {
	if l, err := LoadZone(name); err == nil {
		return l
	}
	return time.UTC
}

// LoadZone returns the IANA zone of that name. "Local" and the empty name are
// refused: what a forum says must not depend on the machine it runs on.
func LoadZone(name string) (*time.Location, error) {
	if l, ok := zones.Load(name); ok {
		return l.(*time.Location), nil
	}
	if name == "" || strings.EqualFold(name, "local") || len(name) > 64 {
		return nil, Invalid("core.zone.unknown", "Zone", name)
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return nil, Invalid("core.zone.unknown", "Zone", name)
	}
	zones.Store(name, l)
	return l, nil
}

// WallTime turns a date and a time of day as an organiser writes them ("2026-10-20",
// "14:00") into an instant in the zone. A time that the zone skips (the hour that is
// lost when summer begins) is refused, so that no session stands at an hour that never
// comes; of a time that comes twice the first is meant.
func WallTime(date, clock, zone string) (Instant, error) {
	loc, err := LoadZone(zone)
	if err != nil {
		return Instant{}, err
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", date+" "+clock, loc)
	if err != nil {
		return Instant{}, Invalid("core.time.unreadable", "Date", date, "Time", clock)
	}
	if t.Format("2006-01-02 15:04") != date+" "+clock {
		return Instant{}, Invalid("core.time.skipped", "Date", date, "Time", clock, "Zone", zone)
	}
	for _, d := range []time.Duration{time.Hour, 30 * time.Minute, 2 * time.Hour} {
		if first := t.Add(-d); first.Format("2006-01-02 15:04") == date+" "+clock {
			return At(first), nil
		}
	}
	return At(t), nil
}

// ParseDate reads a date like 2026-10-20.
func ParseDate(s string) (time.Time, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return time.Time{}, Invalid("core.date.unreadable", "Date", s)
	}
	return t, nil
}
