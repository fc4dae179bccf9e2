package schedule

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
)

// Limits of a calendar that is read.
const (
	maxCalendarEvents = 20_000
	calLocal          = "20060102T150405"
	calDay            = "20060102"
)

// calendarReader reads one calendar file.
type calendarReader struct {
	opt     Options
	found   *findings
	out     *Schedule
	own     bool // our own programme.ics
	rules   map[string]*calZone
	zones   map[string]*calZone // by TZID as written, with those that were found by name
	named   zoneNames
	venue   *calZone // the clock of what is written in UTC or without a zone
	venueBy string   // name of the zone that the file states
}

// readICalendar reads a calendar file. It is lenient: folds that were lost, events that
// are not closed, zones that only the file knows and encodings that are not UTF-8 are
// read, and said. ErrUnknown is for what holds no calendar, ErrTooLarge for one of more
// events than any meeting has.
func readICalendar(data []byte, opt Options) (*Schedule, []Finding, error) {
	found := newFindings(nil)
	root := calendarTree(readCalendarLines(data, found), found)
	r := &calendarReader{
		opt: opt, found: found, rules: make(map[string]*calZone), zones: make(map[string]*calZone),
		out: &Schedule{Format: Calendar, Events: []Event{}},
	}
	var calendars, events []*calPart
	root.each("VCALENDAR", func(p *calPart) { calendars = append(calendars, p) })
	root.each("VEVENT", func(p *calPart) { events = append(events, p) })
	if len(calendars) == 0 && len(events) == 0 {
		return nil, nil, fmt.Errorf("%w: neither a calendar nor an event in it", ErrUnknown)
	}
	if len(events) > maxCalendarEvents {
		return nil, nil, fmt.Errorf("%w: %d events", ErrTooLarge, len(events))
	}
	root.each("VTIMEZONE", r.readZone)
	for _, c := range calendars {
		r.readHead(c)
	}
	r.settleVenue(events)
	for _, kind := range []string{"VTODO", "VJOURNAL", "VFREEBUSY"} {
		root.each(kind, func(p *calPart) {
			found.add(Ignored, "calendar-component", "", Place{Line: p.line, EndLine: p.end}, "Component", kind)
		})
	}
	r.readEvents(events)
	if r.own {
		r.ownCategories()
	}
	r.splitLocations()
	r.out.Conference.Zone = r.venueBy
	return r.out, found.list, nil
}

// readHead reads what a calendar says of itself.
func (r *calendarReader) readHead(c *calPart) {
	product := c.text("PRODID")
	if r.out.Generator == "" {
		r.out.Generator = strings.Trim(product, "-/ ")
	}
	if strings.Contains(product, "//Plenary//") {
		r.own = true
	}
	conference := &r.out.Conference
	set := func(field *string, names ...string) {
		for _, name := range names {
			if *field == "" {
				*field = c.text(name)
			}
		}
	}
	set(&r.out.Version, "VERSION")
	set(&r.out.URL, "SOURCE")
	set(&conference.Title, "X-WR-CALNAME", "NAME")
	set(&conference.Description, "X-WR-CALDESC", "DESCRIPTION")
	conference.Description = plainText(conference.Description)
	set(&conference.URL, "URL", "X-ORIGINAL-URL")
	set(&r.venueBy, "X-WR-TIMEZONE", "TIMEZONE-ID")
}

// readZone keeps a zone that the file defines. A zone that is also known by its name is
// read by the name: files carry rules that end too early.
func (r *calendarReader) readZone(p *calPart) {
	id := p.text("TZID")
	if id == "" {
		return
	}
	if place := p.text("X-LIC-LOCATION"); place != "" {
		if z, ok := r.named.find(place); ok {
			r.zones[id] = z
			return
		}
	}
	if rules := readZoneRules(p); len(rules) > 0 {
		r.rules[id] = &calZone{rules: rules}
	}
}

// zone finds the zone of a TZID, or nil.
func (r *calendarReader) zone(id string) *calZone {
	if z, ok := r.zones[id]; ok {
		return z
	}
	z, ok := r.named.find(id)
	if !ok {
		z = r.rules[id]
	}
	r.zones[id] = z
	return z
}

// settleVenue decides by which clock times are shown that are written in UTC or without
// a zone: the file's own zone, else the one that its events name most, else the one
// that the reader of the file knows.
func (r *calendarReader) settleVenue(events []*calPart) {
	stated := r.venueBy
	r.venueBy = ""
	z := r.zone(stated)
	if stated != "" && z == nil {
		r.found.add(Ignored, "zone-unknown", "", Place{}, "Zone", stated)
	}
	if z != nil && z.name != "UTC" {
		r.venue, r.venueBy = z, z.name
		return
	}
	used := make(map[string]int)
	best := ""
	for _, e := range events {
		if l := e.get("DTSTART"); l != nil {
			if id := l.param("TZID"); id != "" {
				if zone := r.zone(id); zone != nil && zone.name != "" {
					used[zone.name]++
					if n := used[zone.name]; n > used[best] || n == used[best] && zone.name < best {
						best = zone.name
					}
				}
			}
		}
	}
	switch {
	case best != "":
		r.venue, _ = findZone(best)
		r.venueBy = best
	case r.opt.Zone != "":
		r.venue, _ = findZone(r.opt.Zone)
	case z != nil:
		r.venue, r.venueBy = z, z.name
	}
}

// readEvents reads the events. Of one that stands there twice the version of the higher
// sequence is taken; an exception of a series is an event of its own.
func (r *calendarReader) readEvents(parts []*calPart) {
	at := make(map[string]int, len(parts))
	sequences := make(map[string]int, len(parts))
	series := make(map[string]string) // UID of a repeated event to its key
	for _, p := range parts {
		e, ok := r.readEvent(p)
		if !ok {
			continue
		}
		if uid := p.text("UID"); p.get("RRULE") != nil || p.get("RDATE") != nil {
			series[uid] = e.Key
			r.found.add(Ignored, "recurrence-ignored", e.Key, e.Place)
		}
		sequence := number(p.text("SEQUENCE"))
		if old, ok := at[e.Key]; ok {
			r.found.add(Ignored, "duplicate-id", e.Key, e.Place, "ID", strings.TrimPrefix(e.Key, "uid:"))
			if sequence > sequences[e.Key] {
				r.out.Events[old], sequences[e.Key] = e, sequence
			}
			continue
		}
		at[e.Key], sequences[e.Key] = len(r.out.Events), sequence
		r.out.Events = append(r.out.Events, e)
	}
}

// ownCategories tells theme and type apart in our own calendar: where an event has two
// the theme comes first; a single one is a theme only where others have it as theme.
func (r *calendarReader) ownCategories() {
	themes, types := make(map[string]bool), make(map[string]bool)
	for i := range r.out.Events {
		if e := &r.out.Events[i]; len(e.Tags) == 1 {
			themes[e.Track], types[e.Tags[0]] = true, true
		}
	}
	for i := range r.out.Events {
		e := &r.out.Events[i]
		switch {
		case len(e.Tags) == 1:
			e.Type, e.Tags = e.Tags[0], nil
		case e.Track != "" && (types[e.Track] || !themes[e.Track]):
			e.Type, e.Track = e.Track, ""
		}
	}
}

// splitLocations takes the building and the city that every location ends with off the
// names of rooms.
func (r *calendarReader) splitLocations() {
	var tail []string
	distinct := make(map[string]bool)
	for i := range r.out.Events {
		parts := locationParts(r.out.Events[i].Room)
		if len(parts) < 2 {
			if len(parts) == 1 && !r.own {
				return // a room without a building: the others' last part may be a room too
			}
			continue
		}
		rest := parts[1:]
		if len(distinct) == 0 {
			tail = rest
		}
		distinct[r.out.Events[i].Room] = true
		for len(tail) > 0 && (len(rest) < len(tail) || !slices.Equal(rest[len(rest)-len(tail):], tail)) {
			tail = tail[1:]
		}
	}
	if len(distinct) < 2 || len(tail) == 0 {
		return
	}
	end := strings.Join(tail, ", ")
	for i := range r.out.Events {
		e := &r.out.Events[i]
		parts := locationParts(e.Room)
		switch {
		case len(parts) > len(tail) && slices.Equal(parts[len(parts)-len(tail):], tail):
			e.Room = strings.Join(parts[:len(parts)-len(tail)], ", ")
		case r.own && len(parts) > 0 && len(parts) <= len(tail) && slices.Equal(tail[len(tail)-len(parts):], parts):
			e.Room = "" // our own writes the building alone where no room is settled
		}
	}
	r.out.Conference.Venue = end
}

func locationParts(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// wallClock sets the times of an event from instants or wall clocks. A duration of zero
// or less is not known.
func (e *Event) wallClock(starts, ends time.Time, loc *time.Location) {
	e.Starts = starts.UTC()
	if ends.After(starts) {
		e.Ends = ends.UTC()
		e.Duration = ends.Sub(starts)
	}
	local := starts.In(loc)
	e.Date, e.Start = local.Format(time.DateOnly), local.Format("15:04")
}

// nameKey is the key of somebody or something that has only a name.
func nameKey(name string) string { return "name:" + core.Fold(name) }
