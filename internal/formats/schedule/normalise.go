package schedule

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// finish completes what every format leaves open: instants and wall clocks from one
// another, and rooms and tracks that are only used.
func finish(s *Schedule) {
	var loc *time.Location
	if z, ok := findZone(s.Conference.Zone); ok {
		loc = z.loc
	}
	rooms, tracks := map[string]bool{}, map[string]bool{}
	for _, r := range s.Rooms {
		rooms[r.Name] = true
	}
	for _, t := range s.Tracks {
		tracks[t.Name] = true
	}
	for i := range s.Events {
		e := &s.Events[i]
		e.complete(loc)
		if e.Room != "" && !rooms[e.Room] {
			rooms[e.Room] = true
			s.Rooms = append(s.Rooms, Room{Name: e.Room})
		}
		if e.Track != "" && !tracks[e.Track] {
			tracks[e.Track] = true
			s.Tracks = append(s.Tracks, Track{Name: e.Track})
		}
	}
}

// complete fills whichever of wall clock, instants and duration is missing.
func (e *Event) complete(loc *time.Location) {
	if e.Starts.IsZero() && loc != nil && e.Date != "" && e.Start != "" {
		if at, err := time.Parse("2006-01-02 15:04", e.Date+" "+e.Start); err == nil {
			e.Starts = wallTime(at, loc).UTC()
		}
	}
	if e.Starts.IsZero() {
		return
	}
	if e.Date == "" {
		local := e.Starts
		if loc != nil {
			local = local.In(loc)
		}
		e.Date, e.Start = local.Format(time.DateOnly), local.Format("15:04")
	}
	switch {
	case e.Ends.IsZero() && e.Duration > 0:
		e.Ends = e.Starts.Add(e.Duration)
	case e.Duration == 0 && e.Ends.After(e.Starts):
		e.Duration = e.Ends.Sub(e.Starts)
	}
}

// room takes a room of the file, once; what a later mention adds is kept.
func (r *reading) room(room Room) {
	if room.Name == "" {
		return
	}
	i, ok := r.roomAt[room.Name]
	if !ok {
		r.roomAt[room.Name] = len(r.s.Rooms)
		r.s.Rooms = append(r.s.Rooms, room)
		return
	}
	old := &r.s.Rooms[i]
	old.GUID = cmp.Or(old.GUID, room.GUID)
	old.Description = cmp.Or(old.Description, room.Description)
	old.Capacity = cmp.Or(old.Capacity, room.Capacity)
}

// track takes a track of the file, once.
func (r *reading) track(t Track) {
	if t.Name == "" {
		return
	}
	t.Color = strings.ToLower(t.Color)
	if !hexColor.MatchString(t.Color) {
		t.Color = ""
	}
	if !r.tracks[t.Name] {
		r.tracks[t.Name] = true
		r.s.Tracks = append(r.s.Tracks, t)
	}
}

// check says which of its usual parts an event does not have, and gives it a title
// where another part can stand for it; false where nothing names the event.
func (r *reading) check(e *Event) bool {
	if e.Title == "" {
		switch {
		case e.Subtitle != "":
			e.Title, e.Subtitle = e.Subtitle, ""
		case e.Type != "":
			e.Title = e.Type
		default:
			r.refuse("missing-title", e.Key, e.Place, "an event without a title")
			return false
		}
		r.f.add(Assumed, "title-assumed", e.Key, e.Place, "Title", e.Title)
	}
	for _, part := range [][2]string{{"missing-room", e.Room}, {"missing-track", e.Track}, {"missing-type", e.Type}} {
		if part[1] == "" {
			r.f.add(Assumed, part[0], e.Key, e.Place)
		}
	}
	if e.URL == "urn:uuid:"+e.GUID {
		e.URL = ""
	}
	return true
}

// extra keeps a value that has no other place.
func (e *Event) extra(name, value string) {
	if name, value = cleanLine(name), cleanText(value); name == "" || value == "" || len(e.Extra) >= 100 {
		return
	}
	if e.Extra == nil {
		e.Extra = map[string]string{}
	}
	e.Extra[name] = value
}

// link adds a link that leads somewhere.
func (r *reading) link(list []Link, l Link, e *Event) []Link {
	if l.URL == "" && webAddress(l.Title) != "" {
		l.URL, l.Title = l.Title, ""
	}
	if l.URL == "" {
		r.f.add(Ignored, "link-without-url", e.Key, e.Place)
		return list
	}
	if len(list) >= maxLinks {
		r.f.add(Ignored, "too-many-links", e.Key, e.Place)
		return list
	}
	return append(list, l)
}

// maxLinks is more than any event has.
const maxLinks = 1000

// sameNames says which names several persons have, who are kept apart by their ids.
func (r *reading) sameNames() {
	type bearer struct {
		keys  []string
		event string
		place Place
	}
	byName := map[string]*bearer{}
	var names []string
	for i := range r.s.Events {
		e := &r.s.Events[i]
		for _, p := range e.Persons {
			b := byName[p.Name]
			if b == nil {
				b = &bearer{event: e.Key, place: e.Place}
				byName[p.Name] = b
				names = append(names, p.Name)
			}
			if len(b.keys) < 20 && !slices.Contains(b.keys, p.Key) {
				b.keys = append(b.keys, p.Key)
			}
		}
	}
	for _, name := range names {
		if b := byName[name]; len(b.keys) > 1 {
			r.f.add(Assumed, "same-name", b.event, b.place, "Name", name, "IDs", strings.Join(b.keys, ", "))
		}
	}
}
