package schedule

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// plan is a schedule as the formats want it: every id there and unique, every event
// with a time on a day and in a room, everything in the order in which it is written.
type plan struct {
	s       *Schedule
	loc     *time.Location
	zone    string
	baseURL string
	days    []planDay
	rooms   []Room
	tracks  []Track
	events  []planEvent
	persons map[string]planPerson

	roomAt     map[string]int
	mentioned  map[string][]*Person // of a key
	trackSlugs map[string]string
}

type planDay struct {
	date         string
	starts, ends time.Time
	events       []*planEvent
}

type planEvent struct {
	*Event
	key, guid, slug, code, title string
	id                           int
	room, day                    int // indexes; room -1 is none
	track                        string
	starts                       time.Time // with the offset of the venue
	length                       time.Duration
	persons                      []planPerson
}

type planPerson struct {
	*Person
	key, name  string
	id         int
	guid, code string
}

// newPlan makes the plan. Events without a time have no place in it, nor cancelled
// ones unless the format can say so.
func newPlan(s *Schedule, cancelled bool) (*plan, error) {
	p := &plan{s: s, persons: map[string]planPerson{}, baseURL: webURL(s.BaseURL)}
	if z, ok := findZone(s.Conference.Zone); ok && z.name != "" {
		p.loc, p.zone = z.loc, z.name
	}
	p.placeRooms()
	for i := range s.Events {
		e := &s.Events[i]
		starts := p.starts(e)
		if e.Cancelled && !cancelled || starts.IsZero() {
			continue
		}
		p.events = append(p.events, planEvent{Event: e, starts: starts, length: length(e)})
	}
	if len(p.events) > maxEvents {
		return nil, tooMany()
	}
	p.identifyEvents()
	p.identifyPersons()
	p.placeTracks()
	for i := range p.events {
		e := &p.events[i]
		e.room = p.roomIndex(cleanLine(e.Room))
		e.track = cleanLine(e.Track)
	}
	slices.SortFunc(p.events, func(a, b planEvent) int {
		return cmp.Or(a.starts.Compare(b.starts), strings.Compare(a.guid, b.guid))
	})
	p.placeDays()
	if len(p.days) > maxDays {
		return nil, fmt.Errorf("%w: more than %d days", ErrTooLarge, maxDays)
	}
	slices.SortStableFunc(p.events, func(a, b planEvent) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(uint(a.room), uint(b.room)))
	})
	for i := range p.events {
		e := &p.events[i]
		p.days[e.day].events = append(p.days[e.day].events, e)
	}
	return p, nil
}

// starts is the instant at which an event begins, on the full minute and with the
// venue's offset. Where no zone is known the wall clock tells the offset; where there
// is nothing but a wall clock it is taken for UTC.
func (p *plan) starts(e *Event) time.Time {
	wall, err := time.Parse("2006-01-02 15:04", e.Date+" "+e.Start)
	hasWall := err == nil
	at := e.Starts.Truncate(time.Minute)
	switch {
	case e.Starts.IsZero() && !hasWall:
		return time.Time{}
	case e.Starts.IsZero() && p.loc != nil:
		at = wallTime(wall, p.loc)
	case e.Starts.IsZero():
		at = wall
	}
	if p.loc != nil {
		at = withOffset(at, p.loc)
	} else if diff := wall.Sub(at); hasWall && diff.Abs() <= 14*time.Hour && diff%time.Minute == 0 {
		at = at.In(time.FixedZone("", int(diff/time.Second)))
	} else {
		at = withOffset(at, at.Location())
	}
	if !ordinary(at) {
		return time.Time{}
	}
	return at
}

// ordinary tells the years that are read back.
func ordinary(t time.Time) bool { return t.Year() > 1900 && t.Year() < 2200 }

// withOffset shows an instant at the offset of a zone, without the seconds that some
// offsets had long ago.
func withOffset(t time.Time, loc *time.Location) time.Time {
	_, offset := t.In(loc).Zone()
	rest := offset % 60
	if rest < 0 {
		rest += 60
	}
	return t.In(time.FixedZone("", offset-rest))
}

// length is how long an event lasts, in the minutes that hh:mm can say.
func length(e *Event) time.Duration {
	d := e.Duration
	if d <= 0 && !e.Starts.IsZero() && e.Ends.After(e.Starts) {
		d = e.Ends.Sub(e.Starts)
	}
	return min(max(0, d.Truncate(time.Minute)), 99*time.Hour+59*time.Minute)
}

func hoursMinutes(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", d/time.Hour, d%time.Hour/time.Minute)
}

// identifyEvents gives every event a key, a GUID, a number, a slug and maybe a code of
// its own.
func (p *plan) identifyEvents() {
	at, again := map[string]int{}, map[string]int{}
	keys := make([]string, 0, len(p.events))
	guids, ids, codes, slugs := map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}
	for i := range p.events {
		e := &p.events[i]
		key := e.Key
		if names := e.names(); key == "" && len(names) > 0 {
			key = names[0]
		}
		for base := key; ; {
			if _, taken := at[key]; !taken {
				break
			}
			again[base]++
			key = base + "#" + strconv.Itoa(again[base]+1)
		}
		at[key], e.key = i, key
		keys = append(keys, key)
		if guid := strings.ToLower(e.GUID); uuidForm.MatchString(guid) {
			guids[key] = guid
		}
		ids[key] = e.ID
		e.title = titleOf(e.Event)
		if slugBoth.MatchString(e.Slug) {
			slugs[key] = e.Slug
		}
		if codeJSON.MatchString(e.Code) {
			codes[key] = e.Code
		}
	}
	slices.Sort(keys)
	guids = uniquely(keys, guids, func(k string, n int) string { return uuidOf("event", k, strconv.Itoa(n)) })
	numbered := numbers(ids)
	prefix := acronymOf(p.s, acronymJSON)
	prefix = slugify(prefix, "_")
	if len(prefix) < 4 {
		prefix = "conf_" + prefix
	}
	slugs = uniquely(keys, slugs, func(k string, n int) string {
		words := slugify(p.events[at[k]].title, "-")
		if len(words) < 3 || n > 1 {
			words = strings.TrimPrefix(words+"-event-"+strconv.Itoa(n), "-")
		}
		return fmt.Sprintf("%s-%d-%s", prefix, numbered[k], words)
	})
	taken := map[string]bool{"": true}
	for _, k := range keys {
		e := &p.events[at[k]]
		e.guid, e.id, e.slug = guids[k], numbered[k], slugs[k]
		if c := codes[k]; !taken[c] {
			e.code, taken[c] = c, true
		}
	}
}

// titleOf is an event's title; where it has none its subtitle, its kind or its name.
func titleOf(e *Event) string {
	return cmp.Or(cleanLine(e.Title), cleanLine(e.Subtitle), cleanLine(e.Type), cleanLine(e.Key), "?")
}

// acronymOf is the conference's acronym in a form that a schema takes.
func acronymOf(s *Schedule, form interface{ MatchString(string) bool }) string {
	a := strings.ToLower(cleanLine(s.Conference.Acronym))
	if form.MatchString(a) {
		return a
	}
	a = slugify(cmp.Or(a, s.Conference.Title), "_")
	switch {
	case a == "":
		return "conference"
	case len(a) < 4:
		return "conf_" + a
	}
	return a
}

// identifyPersons gives every person a number, and the GUID and code that are theirs
// alone.
func (p *plan) identifyPersons() {
	first := map[string]*Person{}
	ids, guids, codes := map[string]string{}, map[string]string{}, map[string]string{}
	for i := range p.events {
		e := &p.events[i]
		for j := range e.Persons[:min(len(e.Persons), maxPersons)] {
			person := &e.Persons[j]
			name := cleanLine(person.Name)
			if name == "" {
				continue
			}
			key := cmp.Or(person.Key, "name:"+name)
			if first[key] == nil {
				first[key] = person
			}
			ids[key] = cmp.Or(ids[key], person.ID)
			if guid := strings.ToLower(person.GUID); uuidForm.MatchString(guid) && guids[key] == "" {
				guids[key] = guid
			}
			if codeJSON.MatchString(person.Code) && codes[key] == "" {
				codes[key] = person.Code
			}
			e.persons = append(e.persons, planPerson{Person: person, key: key, name: name})
		}
	}
	numbered := numbers(ids)
	keys := make([]string, 0, len(first))
	for k := range first {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	taken := map[string]bool{"": true}
	for _, k := range keys {
		out := planPerson{Person: first[k], key: k, name: cleanLine(first[k].Name), id: numbered[k]}
		if g := guids[k]; !taken[g] {
			out.guid, taken[g] = g, true
		}
		if c := codes[k]; !taken["code:"+c] && c != "" {
			out.code, taken["code:"+c] = c, true
		}
		p.persons[k] = out
	}
	p.mentioned = map[string][]*Person{}
	for i := range p.events {
		for j := range p.events[i].persons {
			q := &p.events[i].persons[j]
			same := p.persons[q.key]
			q.id, q.guid, q.code = same.id, same.guid, same.code
			p.mentioned[q.key] = append(p.mentioned[q.key], q.Person)
		}
	}
}
