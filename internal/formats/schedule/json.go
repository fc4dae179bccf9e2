package schedule

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// readJSON reads everything that is JSON: both formats of schedule.json and what the
// API of pretalx gives.
func readJSON(data []byte, opt Options) (*Schedule, []Finding, error) {
	reading, text := begin("", data, opt)
	p := parser{src: text}
	root, err := p.value(0)
	if err != nil {
		var bad *jsonError
		if errors.As(err, &bad) {
			return nil, nil, fmt.Errorf("%w: line %d: %s", ErrBroken, reading.lines.line(bad.at), bad.msg)
		}
		return nil, nil, err
	}
	r := &jsonReader{reading: reading, root: &root, rooms: map[string]string{}, slugs: map[string]string{}}
	p.space()
	if p.loose {
		r.f.add(Repaired, "json-form", "", Place{Line: 1})
	}
	if p.at < len(text) && !root.cut {
		r.f.add(Ignored, "stray-text", "", Place{Line: r.lines.line(p.at)}, "Text", clipBytes(text[p.at:], 200))
	}
	if err := r.dispatch(); err != nil {
		return nil, nil, err
	}
	if root.cut {
		if len(r.s.Events) == 0 {
			return nil, nil, fmt.Errorf("%w: line %d: the file ends too early", ErrBroken, r.lines.line(len(text)))
		}
		r.refuse("truncated", "", Place{Line: r.lines.line(len(text))}, "the file ends too early", "Reason", "unexpected EOF")
	}
	return r.result()
}

func clipBytes(s string, n int) string {
	return strings.ToValidUTF8(s[:min(n, len(s))], "")
}

// jsonReader reads a schedule from JSON values.
type jsonReader struct {
	*reading
	root    *value
	rooms   map[string]string  // names by GUID and by slug
	slugs   map[string]string  // names of tracks by slug
	persons map[string]*value  // of format 2, by GUID
	sources map[string]*Person // read persons by GUID
}

// dispatch tells the shapes apart by what is in them.
func (r *jsonReader) dispatch() error {
	top := r.root
	sched := top.get("schedule")
	if sched.kind != '{' && (top.get("conference").kind == '{' || top.get("events").kind == '[' && top.has("version")) {
		sched = top // without the frame
	}
	gen := either(top.get("generator"), sched.get("generator"))
	r.generator(gen)
	switch {
	case sched.kind == '{' && sched.get("events").kind == '[':
		return r.format2(sched)
	case sched.kind == '{' && (sched.get("conference").kind == '{' || sched.get("days").kind == '['):
		return r.format1(sched)
	}
	return r.pretalx(top)
}

func (r *jsonReader) generator(v *value) {
	if v.kind == 's' {
		r.s.Generator = cleanLine(v.text)
		return
	}
	name := cleanLine(v.get("name").str())
	r.plain = name == ownGenerator
	r.s.Generator = strings.TrimSpace(name + " " + cleanLine(v.get("version").str()))
}

// place is where a value stands.
func (r *jsonReader) place(v *value) Place {
	return Place{Line: r.lines.line(v.from), EndLine: r.lines.line(max(v.from, v.to-1))}
}

// say is a text of one line.
func (r *jsonReader) say(v *value) string { return r.line(v.str()) }

// head reads what both formats say of the conference.
func (r *jsonReader) head(sched *value) *value {
	s, conf := r.s, sched.get("conference")
	s.Version = r.say(sched.get("version"))
	s.URL = r.say(sched.get("url"))
	s.BaseURL = cmp.Or(r.say(sched.get("base_url")), r.say(conf.get("base_url")))
	c := &s.Conference
	c.Title = r.say(conf.get("title"))
	c.Acronym = r.say(conf.get("acronym"))
	c.Start = dateOnly(conf.get("start").str())
	c.End = dateOnly(conf.get("end").str())
	c.Zone = r.say(conf.get("time_zone_name", "timezone", "time_zone"))
	c.URL = r.say(conf.get("url"))
	meta := conf.get("meta")
	c.City = cmp.Or(r.say(conf.get("city")), r.say(meta.get("city")))
	c.Venue = cmp.Or(r.say(conf.get("venue")), r.say(meta.get("venue")))
	c.Slot, _ = readDuration(conf.get("timeslot_duration").str())
	c.Description = r.text(conf.get("description").str(), &Event{Place: r.place(conf)})
	r.dayChange = conf.get("day_change").str()
	rooms := conf.get("rooms")
	if misplaced := sched.get("rooms"); rooms.kind == 'n' && misplaced.kind == '[' {
		r.f.add(Repaired, "misplaced-rooms", "", r.place(misplaced))
		rooms = misplaced
	}
	for i := range rooms.list {
		r.roomValue(&rooms.list[i])
	}
	for _, t := range conf.get("tracks").objects() {
		track := Track{
			Name: r.say(t.get("name")), Slug: cleanLine(t.get("slug").str()), GUID: strings.ToLower(t.get("guid").id()),
			Color: cleanLine(cmp.Or(t.get("color").str(), t.get("colors").get("light", "primary").str())),
		}
		r.track(track)
		r.slugs[track.Slug] = track.Name
	}
	return conf
}

// maxCapacity is more than any room takes.
const maxCapacity = 10_000_000

func (r *jsonReader) roomValue(v *value) {
	room := Room{
		Name: r.say(v), GUID: strings.ToLower(v.get("guid").id()), Description: cleanText(v.get("description").strOnce()),
		Capacity: number(v.get("capacity").id()),
	}
	if room.Capacity < 0 || room.Capacity > maxCapacity {
		room.Capacity = 0
	}
	r.room(room)
	for _, by := range []string{room.GUID, v.get("slug").id()} {
		if _, ok := r.rooms[by]; !ok && by != "" {
			r.rooms[by] = room.Name
		}
	}
}

// format1 reads rooms below days.
func (r *jsonReader) format1(sched *value) error {
	r.s.Format = FrabJSON
	conf := r.head(sched)
	days := conf.get("days")
	if days.kind != '[' {
		days = sched.get("days")
	}
	if len(days.list) > maxDays {
		return fmt.Errorf("%w: more than %d days", ErrTooLarge, maxDays)
	}
	for _, d := range days.objects() {
		r.days = append(r.days, rawDay{
			index: number(d.get("index").id()), date: d.get("date").str(), line: r.lines.line(d.from),
			start: d.get("day_start", "start").str(), end: d.get("day_end", "end").str(),
		})
		day := len(r.days) - 1
		rooms := d.get("rooms")
		for i := range rooms.list {
			events := &rooms.list[i]
			var name string
			if rooms.kind == '{' {
				name = r.line(rooms.keys[i])
			} else {
				name, events = r.say(events.get("name")), events.get("events")
			}
			r.room(Room{Name: name})
			for _, e := range events.objects() {
				if err := r.event1(e, name, day); err != nil {
					return err
				}
			}
		}
		for _, e := range d.get("events").objects() {
			if err := r.event1(e, "", day); err != nil {
				return err
			}
		}
	}
	return nil
}

// known1 are the fields of an event that have a place; the others are kept as Extra
// when they are simple.
var known1 = wordSet(`guid code id url logo date start end duration room slug title subtitle track type language
	abstract description recording_license do_not_record persons speakers links attachments feedback_url origin_url
	video_download_url tags cancelled canceled state $schema`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

func (r *jsonReader) event1(v *value, room string, day int) error {
	if v.cut {
		return nil // what the file still has of it is not the event
	}
	e := Event{
		GUID: v.get("guid").id(), ID: v.get("id").id(), Code: v.get("code").id(), Slug: r.say(v.get("slug")),
		Title: r.say(v.get("title")), URL: r.say(v.get("url")), Place: r.place(v),
	}
	r.identify(&e, v.get("date").str(), v.get("start").str())
	e.Subtitle = r.say(v.get("subtitle"))
	e.Room = cmp.Or(r.say(v.get("room")), room)
	if room != "" && e.Room != room {
		r.f.add(Assumed, "room-contradicts", e.Key, e.Place, "Room", e.Room, "Other", room)
	}
	r.room(Room{Name: e.Room})
	e.Track, e.Type = r.say(v.get("track")), r.say(v.get("type"))
	e.Language = r.say(v.get("language"))
	e.Abstract = r.text(v.get("abstract").strOnce(), &e)
	e.Description = r.text(v.get("description").strOnce(), &e)
	e.Logo = r.say(v.get("logo"))
	e.License = r.say(v.get("recording_license"))
	e.NoRecording = v.get("do_not_record").truth()
	e.FeedbackURL = r.say(v.get("feedback_url"))
	e.VideoURL = r.say(v.get("video_download_url"))
	e.Cancelled = v.get("cancelled", "canceled").truth() || cancelledState(v.get("state").str())
	r.common(&e, v, known1)
	for _, p := range either(v.get("persons"), v.get("speakers")).objects() {
		if !r.personValue(p, &e) {
			return nil
		}
	}
	if !r.check(&e) {
		return nil
	}
	return r.take(e, rawTime{
		date: v.get("date").str(), start: v.get("start").str(), end: v.get("end").str(), duration: v.get("duration").str(), day: day,
	})
}

// common reads links, attachments and tags, and keeps what has no place.
func (r *jsonReader) common(e *Event, v *value, known map[string]bool) {
	for _, l := range v.get("links").objects() {
		e.Links = r.link(e.Links, r.linkValue(l), e)
	}
	for _, l := range v.get("attachments").objects() {
		e.Attachments = r.link(e.Attachments, r.linkValue(l), e)
	}
	tags := v.get("tags")
	for i := range tags.list {
		if tag := r.line(cmp.Or(tags.list[i].get("tag").str(), tags.list[i].str())); tag != "" {
			e.Tags = append(e.Tags, tag)
		}
	}
	for i, k := range v.keys {
		switch f := &v.list[i]; {
		case known[strings.ToLower(k)], f.kind == 'n', f.kind == '[' && len(f.list) == 0:
		case privateField(k):
			r.f.add(Ignored, "private-field", e.Key, e.Place, "Field", k)
		default:
			e.extra(k, r.line(f.str()))
		}
	}
}

func (r *jsonReader) linkValue(v *value) Link {
	return Link{
		Title: r.line(v.get("title", "description", "name").str()), URL: cleanLine(v.get("url", "href", "resource", "link").str()),
		Type: cleanLine(v.get("type").str()),
	}
}

// personValue reads a person; false refuses the whole event.
func (r *jsonReader) personValue(v *value, e *Event) bool {
	p := Person{
		GUID: v.get("guid").id(), ID: v.get("id").id(), Code: v.get("code").id(),
		Name: cmp.Or(r.say(v.get("name")), r.say(v.get("public_name")), r.say(v.get("full_public_name")), r.say(v.get("full_name"))),
		Role: r.say(v.get("role")), Organisation: r.say(v.get("organisation", "organization", "affiliation")), URL: r.say(v.get("url")),
	}
	if badPerson(&p) {
		r.refuse("person-identity", e.Key, r.place(v), fmt.Sprintf("the person %q has the id %q, which is no number, and the code %q, which is none", p.Name, p.ID, p.Code),
			"Person", p.Name, "ID", p.ID, "Code", p.Code)
		return false
	}
	p.Biography = r.text(v.get("biography", "abstract").strOnce(), e)
	r.addPerson(p, e)
	return true
}

// cancelledState tells the states of pretalx and the hub that mean a cancelled event.
func cancelledState(s string) bool {
	return strings.EqualFold(s, "canceled") || strings.EqualFold(s, "cancelled")
}
