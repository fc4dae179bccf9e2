package schedule

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// placeRooms lists the rooms once, those of the schedule before those only used, each
// with a GUID of its own.
func (p *plan) placeRooms() {
	at := map[string]int{}
	add := func(r Room) {
		r.Name = cleanLine(r.Name)
		if _, ok := at[r.Name]; ok || r.Name == "" {
			return
		}
		at[r.Name] = len(p.rooms)
		p.rooms = append(p.rooms, r)
	}
	for _, r := range p.s.Rooms {
		add(r)
	}
	for i := range p.s.Events {
		add(Room{Name: p.s.Events[i].Room})
	}
	names, wants := make([]string, 0, len(p.rooms)), map[string]string{}
	for _, r := range p.rooms {
		names = append(names, r.Name)
		if guid := strings.ToLower(r.GUID); uuidForm.MatchString(guid) && guid != noRoom {
			wants[r.Name] = guid
		}
	}
	guids := uniquely(names, wants, func(name string, n int) string { return uuidOf("room", name, strconv.Itoa(n)) })
	for i := range p.rooms {
		p.rooms[i].GUID = guids[p.rooms[i].Name]
	}
	p.roomAt = at
}

// roomIndex is the place of a room in the list, -1 for none.
func (p *plan) roomIndex(name string) int {
	if i, ok := p.roomAt[name]; ok {
		return i
	}
	return -1
}

// placeTracks lists the tracks once, each with a slug of its own.
func (p *plan) placeTracks() {
	at := map[string]bool{"": true}
	add := func(t Track) {
		if t.Name = cleanLine(t.Name); !at[t.Name] {
			at[t.Name] = true
			p.tracks = append(p.tracks, t)
		}
	}
	for _, t := range p.s.Tracks {
		add(t)
	}
	for i := range p.events {
		add(Track{Name: p.events[i].Track})
	}
	names, wants := make([]string, 0, len(p.tracks)), map[string]string{}
	for _, t := range p.tracks {
		names = append(names, t.Name)
		if trackSlug.MatchString(t.Slug) {
			wants[t.Name] = t.Slug
		}
	}
	p.trackSlugs = uniquely(names, wants, func(name string, n int) string {
		slug := slugify(name, "-")
		if !trackSlug.MatchString(slug) {
			slug = strings.Trim("t-"+slug, "-")
		}
		if len(slug) < 2 || n > 1 {
			slug += "-" + uuidOf("track", name, strconv.Itoa(n))[:8]
		}
		return slug
	})
	for i := range p.tracks {
		t := &p.tracks[i]
		t.Slug = p.trackSlugs[t.Name]
		if t.Color = strings.ToLower(t.Color); !hexColor.MatchString(t.Color) {
			t.Color = ""
		}
	}
}

// placeDays puts every event on the last day that begins before it, and makes or
// widens days for events that are on none. Events are in the order of their starts.
func (p *plan) placeDays() {
	for _, d := range p.s.Days {
		if day, ok := p.planDay(d); ok {
			p.days = append(p.days, day)
		}
	}
	slices.SortStableFunc(p.days, func(a, b planDay) int { return a.starts.Compare(b.starts) })
	p.days = slices.CompactFunc(p.days, func(a, b planDay) bool { return a.starts.Equal(b.starts) })
	for i := range p.events {
		e := &p.events[i]
		e.day = p.dayOf(e)
	}
	// Days were put in between: the events look again, now that all are there.
	for i := range p.events {
		e := &p.events[i]
		e.day = p.dayBefore(e.starts)
		if d := &p.days[e.day]; e.starts.Add(e.length).After(d.ends) {
			d.ends = p.show(e.starts.Add(e.length))
		}
	}
	if len(p.days) == 0 {
		date := dateOnly(p.s.Conference.Start)
		if date == "" {
			date = "2000-01-01"
		}
		if day, ok := p.planDay(Day{Date: date}); ok {
			p.days = append(p.days, day)
		}
	}
}

// planDay is a day with its bounds, on full seconds; false where it has no date.
func (p *plan) planDay(d Day) (planDay, bool) {
	out := planDay{date: dateOnly(d.Date)}
	switch {
	case d.Starts.IsZero() && out.date == "":
		return out, false
	case d.Starts.IsZero():
		at, _ := time.Parse(time.DateOnly, out.date)
		d.Starts = p.midnight(at, 0)
	}
	out.starts = p.show(d.Starts.Truncate(time.Second))
	out.ends = p.show(d.Ends.Truncate(time.Second))
	if !out.ends.After(out.starts) || out.ends.Sub(out.starts) > longest {
		out.ends = p.show(out.starts.Add(24 * time.Hour))
	}
	local := out.starts.Format(time.DateOnly)
	if out.date == "" || out.date == out.starts.UTC().Format(time.DateOnly) {
		out.date = local // as Read corrects it
	}
	return out, ordinary(out.starts)
}

// show gives an instant the venue's offset, or the one that it came with.
func (p *plan) show(t time.Time) time.Time {
	if p.loc != nil {
		return withOffset(t, p.loc)
	}
	return withOffset(t, t.Location())
}

// dayBefore is the last day that begins before an instant, or -1.
func (p *plan) dayBefore(t time.Time) int {
	i, _ := slices.BinarySearchFunc(p.days, t, func(d planDay, t time.Time) int {
		if d.starts.After(t) {
			return 1
		}
		return -1
	})
	return i - 1
}

// dayOf finds or makes the day of an event.
func (p *plan) dayOf(e *planEvent) int {
	i := p.dayBefore(e.starts)
	date := e.starts.Format(time.DateOnly)
	if i >= 0 {
		d := &p.days[i]
		if e.starts.Before(d.ends) {
			return i
		}
		if d.date == date {
			d.ends = p.show(e.starts.Add(max(e.length, time.Minute)))
			return i
		}
	}
	if i+1 < len(p.days) && p.days[i+1].date == date {
		p.days[i+1].starts = e.starts
		return i + 1
	}
	midnight := p.midnight(e.starts, 0)
	next := planDay{date: date, starts: midnight, ends: p.midnight(e.starts, 1)}
	if i >= 0 && p.days[i].ends.After(midnight) {
		next.starts = e.starts.Add(p.days[i].ends.Sub(e.starts))
	}
	p.days = slices.Insert(p.days, i+1, next)
	return i + 1
}

// midnight is the beginning of the day on which an instant is, or of one days later.
func (p *plan) midnight(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	if p.loc != nil {
		at := wallTime(time.Date(y, m, d+days, 0, 0, 0, 0, time.UTC), p.loc)
		return p.show(at.Add(59 * time.Second).Truncate(time.Minute)) // offsets once had seconds
	}
	return time.Date(y, m, d+days, 0, 0, 0, 0, t.Location())
}
