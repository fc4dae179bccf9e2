package schedule

import (
	"strings"
	"time"
)

// defaultChange is when a day of the programme begins where nothing says so, as frab
// and pretalx have it.
const defaultChange = 4 * time.Hour

// settle decides which zone the file's clocks show and gives every day and every event
// its times.
func (r *reading) settle() {
	loc := r.settleZone()
	r.settleDays(loc)
	for i := range r.s.Events {
		r.settleEvent(&r.s.Events[i], r.events[i], loc)
	}
}

// settleZone takes the file's zone, or the one that the options name; it drops the one
// that most events contradict, whose dates have another offset and the same clock.
func (r *reading) settleZone() *time.Location {
	c := &r.s.Conference
	stated := c.Zone
	c.Zone = ""
	name := stated
	if z, ok := findZone(stated); ok && z.name != "" {
		name = z.name
	} else if stated != "" {
		r.f.add(Ignored, "zone-unknown", "", Place{}, "Zone", stated)
		name = ""
	}
	assumed := name == ""
	if assumed {
		if z, ok := findZone(r.opt.Zone); ok {
			name = z.name
		}
	}
	if name == "" {
		if len(r.s.Events) > 0 {
			r.f.add(Assumed, "zone-missing", "", Place{})
		}
		return nil
	}
	z, _ := findZone(name)
	if offset := r.contradicts(z.loc); offset != "" {
		r.f.add(Ignored, "zone-contradicted", "", Place{}, "Zone", name, "Offset", offset)
		return nil
	}
	if assumed {
		r.f.add(Assumed, "zone-assumed", "", Place{}, "Zone", name)
	}
	c.Zone = name
	return z.loc
}

// contradicts returns the offset that most events have whose start agrees with their
// date as written but not with the zone.
func (r *reading) contradicts(loc *time.Location) string {
	agree, against, offset := 0, 0, ""
	for _, t := range r.events {
		d, ok := readMoment(t.date)
		start, has := readClock(t.start)
		if !ok || !d.zone || !has {
			continue
		}
		switch start = start.Truncate(time.Minute) % (24 * time.Hour); start {
		case clockOf(d.t.In(loc)):
			agree++
		case clockOf(d.t):
			against++
			offset = d.t.Format("-07:00")
		}
	}
	if against > agree {
		return offset
	}
	return ""
}

// clockOf is what a clock shows, in full minutes.
func clockOf(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// settleDays reads the days. A date that is the day in UTC and not at the venue is
// corrected; a day without bounds lasts from one change of the day to the next.
func (r *reading) settleDays(loc *time.Location) {
	change, _ := readClock(r.dayChange)
	for i := range r.days {
		raw := &r.days[i]
		d := Day{Index: raw.index}
		place := Place{Line: raw.line}
		date, ok := readMoment(raw.date)
		if !ok && raw.date != "" {
			r.f.add(Ignored, "time-unreadable", "", place, "Column", "day", "Value", raw.date)
		}
		starts, _ := readMoment(raw.start)
		ends, _ := readMoment(raw.end)
		d.Starts, d.Ends = starts.in(loc), ends.in(loc)
		if ok {
			d.Date = date.t.Format(time.DateOnly)
		}
		if !d.Starts.IsZero() {
			local := d.Starts.Format(time.DateOnly)
			switch {
			case d.Date == "":
				d.Date = local
			case d.Date != local && d.Date == d.Starts.UTC().Format(time.DateOnly):
				r.f.add(Repaired, "day-date", "", place, "Was", d.Date, "Date", local)
				d.Date = local
			}
		}
		if d.Date == "" {
			r.f.add(Ignored, "day-without-date", "", place, "Day", raw.date)
			continue
		}
		raw.date = d.Date
		if loc != nil && d.Starts.IsZero() {
			at, _ := readMoment(d.Date)
			d.Starts = wallTime(at.t.Add(change), loc)
		}
		if !d.Starts.IsZero() && !d.Ends.After(d.Starts) {
			d.Ends = d.Starts.Add(24 * time.Hour)
		}
		r.s.Days = append(r.s.Days, d)
	}
}

// in is the instant, where it is known.
func (m moment) in(loc *time.Location) time.Time {
	switch {
	case m.t.IsZero(), !m.zone && loc == nil:
		return time.Time{}
	case m.zone && loc == nil:
		return m.t
	case m.zone:
		return m.t.In(loc)
	}
	return wallTime(m.t, loc)
}

// settleEvent gives an event its wall clock, and its instants where they are known.
func (r *reading) settleEvent(e *Event, t rawTime, loc *time.Location) {
	r.settleDuration(e, t)
	starts, wall, ok := r.begins(e, t, loc)
	if !ok {
		r.f.add(Assumed, "missing-time", e.Key, e.Place)
		return
	}
	e.Date, e.Start = wall.Format(time.DateOnly), wall.Format("15:04")
	r.settleEnd(e, t, starts, wall)
	if starts.IsZero() {
		return
	}
	e.Starts = starts.UTC()
	if e.Duration > 0 {
		e.Ends = e.Starts.Add(e.Duration)
	}
}

// begins finds when an event begins: the instant (zero when it is not known) and the
// wall clock, as if it were UTC.
func (r *reading) begins(e *Event, t rawTime, loc *time.Location) (starts, wall time.Time, ok bool) {
	date, hasDate := readMoment(t.date)
	if !hasDate && t.date != "" {
		r.f.add(Ignored, "time-unreadable", e.Key, e.Place, "Column", "date", "Value", t.date)
	}
	clock, hasClock := readClock(t.start)
	if !hasClock && t.start != "" {
		if full, ok := readMoment(t.start); ok && full.clock {
			if !hasDate || !date.clock {
				date, hasDate = full, true
			}
		} else {
			r.f.add(Ignored, "time-unreadable", e.Key, e.Place, "Column", "start", "Value", t.start)
		}
	}
	switch {
	case hasDate && date.zone:
		return r.instant(e, date.t, clock, hasClock, loc)
	case hasDate && (hasClock || date.clock):
		wall = date.t
		if hasClock {
			wall = date.t.Truncate(24 * time.Hour).Add(clock)
			if clock >= 24*time.Hour {
				r.f.add(Repaired, "past-midnight", e.Key, e.Place, "Start", t.start)
			}
		}
	case hasClock && t.day >= 0 && r.days[t.day].date != "":
		day, known := readMoment(r.days[t.day].date)
		if !known {
			return starts, wall, false
		}
		r.f.add(Assumed, "missing-date", e.Key, e.Place)
		wall = day.t.Add(clock)
		if clock >= 24*time.Hour || r.nextDay(t.day, wall, clock, loc) {
			if clock < 24*time.Hour {
				wall = wall.Add(24 * time.Hour)
			}
			r.f.add(Repaired, "past-midnight", e.Key, e.Place, "Start", t.start)
		}
	default:
		return starts, wall, false
	}
	if loc != nil {
		starts = wallTime(wall, loc)
	}
	return starts, wall, true
}

// instant reads an event whose date is an instant: its wall clock is the one in the
// zone, or as it is written. A start that is neither is not believed.
func (r *reading) instant(e *Event, at time.Time, clock time.Duration, hasClock bool, loc *time.Location) (starts, wall time.Time, ok bool) {
	local := at
	if loc != nil {
		local = at.In(loc)
	}
	if clock = clock.Truncate(time.Minute) % (24 * time.Hour); hasClock && clock != clockOf(local) {
		if clock == clockOf(at) {
			local = at
			r.f.add(Ignored, "zone-contradicted", e.Key, e.Place, "Zone", r.s.Conference.Zone, "Offset", at.Format("-07:00"))
		} else {
			r.f.add(Repaired, "start-contradicts-date", e.Key, e.Place)
		}
	}
	return at, wallOf(local), true
}

// wallOf is what a clock shows, as if it were UTC.
func wallOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// nextDay says whether a start on a day's list is after midnight: before the day begins
// and, where the day's end is known, before that on the next date.
func (r *reading) nextDay(day int, wall time.Time, clock time.Duration, loc *time.Location) bool {
	raw := &r.days[day]
	starts, ok := readMoment(raw.start)
	ends, bounded := readMoment(raw.end)
	if ok && starts.clock {
		from, to := starts.wall(loc), ends.wall(loc)
		return wall.Before(from) && (!bounded || wall.Add(24*time.Hour).Before(to))
	}
	change, stated := readClock(r.dayChange)
	if !stated {
		change = defaultChange
	}
	return clock < change
}

// wall is the wall clock of a moment at the venue, as if it were UTC.
func (m moment) wall(loc *time.Location) time.Time {
	if m.zone && loc != nil {
		return wallOf(m.t.In(loc))
	}
	return wallOf(m.t)
}

func (r *reading) settleDuration(e *Event, t rawTime) {
	if t.duration == "" {
		return
	}
	d, ok := readDuration(t.duration)
	if t.slot && ok && d > 840*time.Minute && !strings.Contains(t.duration, ":") {
		r.f.add(Repaired, "duration-in-seconds", e.Key, e.Place, "Value", t.duration)
		d = time.Duration(number(t.duration)) * time.Second
	}
	if !ok {
		r.f.add(Ignored, "duration-unreadable", e.Key, e.Place, "Column", "duration", "Value", t.duration)
		return
	}
	e.Duration = d.Truncate(time.Minute)
}

// settleEnd takes the end where it is stated and the duration is not.
func (r *reading) settleEnd(e *Event, t rawTime, starts, wall time.Time) {
	end, ok := readMoment(t.end)
	if clock, isClock := readClock(t.end); isClock {
		end, ok = moment{t: wall.Truncate(24 * time.Hour).Add(clock), clock: true}, true
		if end.t.Before(wall) {
			end.t = end.t.Add(24 * time.Hour)
		}
	}
	if !ok && t.end != "" {
		r.f.add(Ignored, "time-unreadable", e.Key, e.Place, "Column", "end", "Value", t.end)
	}
	var d time.Duration
	switch {
	case !ok || !end.clock:
	case end.zone && !starts.IsZero():
		d = end.t.Sub(starts)
	case !end.zone:
		d = end.t.Sub(wall)
	}
	switch {
	case d < 0:
		r.f.add(Ignored, "end-before-start", e.Key, e.Place)
	case d > 0 && d <= longest && (e.Duration == 0 || t.slot):
		e.Duration = d.Truncate(time.Minute)
	case e.Duration == 0:
		r.f.add(Assumed, "missing-duration", e.Key, e.Place)
	}
}
