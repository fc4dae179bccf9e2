package meetings

import (
	"time"

	"plenary/internal/core"
)

// Which of an hour that comes twice is meant.
const (
	TwiceFirst  = "first"
	TwiceSecond = "second"
)

// Wall is what a date and a time of day mean in a zone.
type Wall struct {
	// First is the moment that is meant; of an hour that comes twice, the earlier one.
	First core.Instant
	// Second is the later moment of an hour that comes twice; zero for all others.
	Second core.Instant
}

// ReadWall finds what "2026-10-25", "02:30" means in a zone. An hour that the clocks skip,
// and what is no date, time or zone, is KindInvalid with a sentence that says so.
func ReadWall(date, clock, zone string) (Wall, error) {
	first, err := core.WallTime(date, clock, zone)
	if err != nil {
		return Wall{}, err
	}
	w := Wall{First: first}
	want := date + " " + clock
	for _, d := range []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour} {
		if later := first.Add(d); later.In(zone).Format("2006-01-02 15:04") == want {
			w.Second = later
		}
	}
	return w, nil
}

// At is the moment that is meant where an hour comes twice.
func (w Wall) At(twice string) core.Instant {
	if twice == TwiceSecond && !w.Second.IsZero() {
		return w.Second
	}
	return w.First
}
