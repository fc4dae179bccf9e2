package calls

import (
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Where the days of a step are counted from, besides another step's id.
const (
	FromStart = "start" // the first day of the meeting
	FromEnd   = "end"   // its last day
	OnDay     = "day"   // on a date of its own
)

// Step is one step of an edition's cycle.
type Step struct {
	bun.BaseModel `bun:"table:cycle_steps,alias:cy"`

	ID       core.ID   `bun:"id,pk" json:"id"`
	Edition  core.ID   `bun:"edition" json:"-"`
	Position int       `bun:"position" json:"-"`
	Name     core.Text `bun:"name" json:"name"`
	About    core.Text `bun:"about" json:"about"`
	Counted  string    `bun:"counted" json:"counted" doc:"start, end, day or the id of a step"`
	Days     int       `bun:"days" json:"days"`
	Day      string    `bun:"day" json:"day,omitempty"`
	Clock    string    `bun:"clock" json:"clock,omitempty" doc:"time of day; empty: the whole day"`
	Zone     string    `bun:"zone" json:"zone"`
	Until    int       `bun:"until" json:"until,omitempty" doc:"days that it lasts beyond the first"`
	Call     core.ID   `bun:"call" json:"call,omitempty" doc:"the step is the end of this call's window, wherever that is moved"`
	URL      string    `bun:"url" json:"url,omitempty"`
	Version  int64     `bun:"version" json:"-"`
}

// Date is a step with its date: what the calendar shows.
type Date struct {
	Step
	On   string       `json:"on" doc:"YYYY-MM-DD, in the step's zone"`
	To   string       `json:"to,omitempty"`
	At   core.Instant `json:"at,omitzero" doc:"the instant, where there is a time of day"`
	Path string       `json:"path,omitempty"`
}

// dates gives the steps their dates: first and last are the days of the meeting, ends
// the windows of calls. A step that hangs on one without a date has none.
func dates(steps []Step, first, last string, ends map[core.ID]core.Instant) []Date {
	byID := map[string]*Step{}
	for i := range steps {
		byID[string(steps[i].ID)] = &steps[i]
	}
	var day func(s *Step, depth int) (time.Time, bool)
	day = func(s *Step, depth int) (time.Time, bool) {
		if end, ok := ends[s.Call]; ok && s.Call != "" {
			y, m, d := end.In(s.Zone).Date()
			return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), true
		}
		var from string
		switch s.Counted {
		case FromStart:
			from = first
		case FromEnd:
			from = last
		case OnDay:
			from = s.Day
		default:
			of := byID[s.Counted]
			if of == nil || depth > len(steps) {
				return time.Time{}, false
			}
			t, ok := day(of, depth+1)
			return t.AddDate(0, 0, s.Days), ok
		}
		t, err := core.ParseDate(from)
		if err != nil {
			return t, false
		}
		if s.Counted == OnDay {
			return t, true
		}
		return t.AddDate(0, 0, s.Days), true
	}
	out := []Date{}
	for i := range steps {
		s := &steps[i]
		t, ok := day(s, 0)
		if !ok {
			out = append(out, Date{Step: *s})
			continue
		}
		d := Date{Step: *s, On: t.Format(time.DateOnly)}
		if s.Until > 0 {
			d.To = t.AddDate(0, 0, s.Until).Format(time.DateOnly)
		}
		if end, ok := ends[s.Call]; ok && s.Call != "" {
			d.At = end
		} else if s.Clock != "" {
			d.At, _ = core.WallTime(d.On, s.Clock, s.Zone) // the clock was validated; a skipped hour leaves the whole day
		}
		out = append(out, d)
	}
	return out
}

// Public tells whether an answer in a state is read by everybody: it counts (live), and
// the call shows such answers now.
func (c Call) Public(live, taken bool, now core.Instant) bool {
	switch c.Shown {
	case shownLive:
		return live
	case shownLate:
		return live && !now.Before(c.Closes)
	case shownDone:
		return taken
	}
	return false
}
