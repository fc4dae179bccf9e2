package schedule

import (
	"cmp"
	"fmt"
	"strings"
)

// noRoom is the GUID that format 2 asks for where an event has no room.
var noRoom = uuidOf("room", "")

var known2 = wordSet(`guid code id url logo date start end duration room slug title subtitle track type language
	abstract description recording_license do_not_record participants persons links attachments tags state`)

// format2 reads the flat list of events of the hub.
func (r *jsonReader) format2(sched *value) error {
	r.s.Format = JSON2
	conf := r.head(sched)
	r.s.Conference.Language = r.say(conf.get("defaults").get("language"))
	// It ends with its last day: at midnight, or in the small hours.
	if m, ok := readMoment(conf.get("end").str()); ok && m.clock && m.t.Hour() < 12 {
		if day := m.t.AddDate(0, 0, -1).Format("2006-01-02"); day >= r.s.Conference.Start {
			r.s.Conference.End = day
		}
	}
	days := conf.get("days")
	if len(days.list) > maxDays {
		return fmt.Errorf("%w: more than %d days", ErrTooLarge, maxDays)
	}
	for _, d := range days.objects() {
		r.days = append(r.days, rawDay{
			index: number(d.get("index").id()), date: d.get("date").str(), line: r.lines.line(d.from),
			start: d.get("start", "day_start").str(), end: d.get("end", "day_end").str(),
		})
	}
	r.persons, r.sources = map[string]*value{}, map[string]*Person{}
	for _, p := range sched.get("persons").objects() {
		if guid := strings.ToLower(p.get("guid").id()); guid != "" {
			r.persons[guid] = p
		}
	}
	for _, v := range sched.get("events").objects() {
		if err := r.event2(v); err != nil {
			return err
		}
	}
	return nil
}

func (r *jsonReader) event2(v *value) error {
	if v.cut {
		return nil
	}
	e := Event{
		GUID: v.get("guid").id(), ID: v.get("id").id(), Code: v.get("code").id(), Slug: r.say(v.get("slug")),
		Title: r.say(v.get("title")), URL: r.say(v.get("url")), Place: r.place(v),
	}
	r.identify(&e, v.get("date").str(), v.get("start").str())
	e.Subtitle = r.say(v.get("subtitle"))
	e.Room = r.roomReference(v.get("room"), &e)
	e.Track = r.trackReference(v.get("track"), &e)
	e.Type = r.say(v.get("type"))
	e.Language = r.say(v.get("language"))
	e.Abstract = r.text(v.get("abstract").strOnce(), &e)
	e.Description = r.text(v.get("description").strOnce(), &e)
	logo := v.get("logo")
	e.Logo = r.line(cmp.Or(logo.get("url").str(), logo.str()))
	e.License = r.say(v.get("recording_license"))
	e.NoRecording = v.get("do_not_record").truth()
	e.Cancelled = cancelledState(v.get("state").str())
	r.common(&e, v, known2)
	e.splitLinks()
	for _, p := range either(v.get("participants"), v.get("persons")).objects() {
		r.participant(p, &e)
	}
	switch state := strings.ToUpper(v.get("state").str()); state {
	case "DRAFT", "REJECTED", "WITHDRAWN", "DELETED":
		r.refuse("not-in-programme", e.Key, e.Place, "an event that is not in the programme", "State", strings.ToLower(state))
		return nil
	}
	if !r.check(&e) {
		return nil
	}
	return r.take(e, rawTime{
		date: v.get("date").str(), start: v.get("start").str(), end: v.get("end").str(), duration: v.get("duration").str(), day: -1,
	})
}

// splitLinks takes the address for feedback from among the links.
func (e *Event) splitLinks() {
	var rest []Link
	for _, l := range e.Links {
		if strings.EqualFold(l.Type, "FEEDBACK") && e.FeedbackURL == "" {
			e.FeedbackURL = l.URL
			continue
		}
		rest = append(rest, l)
	}
	e.Links = rest
}

func (r *jsonReader) roomReference(v *value, e *Event) string {
	guid := strings.ToLower(v.get("guid").id())
	name := r.rooms[guid]
	if v.kind != '{' {
		name = r.say(v)
	}
	if name == "" {
		name = cmp.Or(r.line(v.get("name").str()), r.rooms[v.get("slug").id()])
	}
	if name == "" && guid != "" && guid != noRoom {
		r.f.add(Ignored, "unknown-room", e.Key, e.Place, "Room", guid)
	}
	r.room(Room{Name: name, GUID: guid})
	return name
}

func (r *jsonReader) trackReference(v *value, e *Event) string {
	if v.kind != '{' {
		return r.say(v)
	}
	slug := cleanLine(v.get("slug").str())
	if v.has("name") {
		return r.line(v.get("name").str())
	}
	name := r.slugs[slug]
	if name == "" && slug != "" {
		r.f.add(Assumed, "unknown-track", e.Key, e.Place, "Track", slug)
		return slug
	}
	return name
}

// participant reads a person of format 2, whose biography stands in a list of its own.
func (r *jsonReader) participant(v *value, e *Event) {
	role := r.say(v.get("role"))
	if strings.EqualFold(role, "SPEAKER") {
		role = ""
	}
	p := Person{
		GUID: strings.ToLower(v.get("guid").id()), ID: v.get("id").id(), Code: v.get("code").id(),
		Name: cmp.Or(r.say(v.get("name")), r.say(v.get("public_name"))), Role: role,
	}
	if more, ok := r.persons[p.GUID]; ok {
		source := r.sources[p.GUID]
		if source == nil {
			source = &Person{
				Name: r.say(more.get("name")), URL: r.say(more.get("url")),
				Organisation: r.say(more.get("organisation")), Biography: r.text(more.get("biography").strOnce(), e),
			}
			r.sources[p.GUID] = source
		}
		p.Name = cmp.Or(p.Name, source.Name)
		p.URL, p.Biography, p.Organisation = source.URL, source.Biography, source.Organisation
	}
	r.addPerson(p, e)
}
