package schedule

import (
	"cmp"
	"strings"
)

// head takes what the file says of itself and of the conference.
func (r *xmlReader) head(n *node) {
	switch n.name {
	case "generator":
		name := cmp.Or(cleanLine(n.attrs["name"]), cleanLine(n.text))
		r.plain = name == ownGenerator
		r.s.Generator = strings.TrimSpace(name + " " + cleanLine(n.attrs["version"]))
	case "version":
		r.s.Version = r.line(n.text)
	case "url":
		r.s.URL = cleanLine(n.text)
	case "base_url":
		r.s.BaseURL = cleanLine(n.text)
	case "tracks":
		r.tracksOf(n)
	case "conference":
		for _, c := range n.children {
			r.conference(c)
		}
	}
}

func (r *xmlReader) tracksOf(n *node) {
	for _, c := range n.children {
		if c.name == "track" {
			r.trackOf(c)
		}
	}
}

func (r *xmlReader) trackOf(n *node) {
	r.reading.track(Track{
		Name: cmp.Or(r.line(n.attrs["name"]), r.line(n.text)), Slug: cleanLine(n.attrs["slug"]), Color: cleanLine(n.attrs["color"]),
	})
}

// conference takes one element of the conference.
func (r *xmlReader) conference(n *node) {
	c := &r.s.Conference
	value := r.lineOf(n)
	switch n.name {
	case "title":
		c.Title = value
	case "acronym":
		c.Acronym = value
	case "start":
		c.Start = dateOnly(value)
	case "end":
		c.End = dateOnly(value)
	case "time_zone_name", "timezone", "time_zone":
		c.Zone = value
	case "url":
		c.URL = value
	case "base_url":
		r.s.BaseURL = value
	case "city":
		c.City = value
	case "venue":
		c.Venue = value
	case "description":
		c.Description = r.text(n.all(), &Event{Place: r.place(n.from, n.to)})
	case "day_change":
		r.dayChange = value
	case "timeslot_duration":
		c.Slot, _ = readDuration(value)
	case "track":
		r.trackOf(n)
	case "tracks":
		r.tracksOf(n)
	case "days", "logo", "color", "colors":
	default:
		if value != "" {
			r.f.add(Ignored, "unknown-element", "", r.place(n.from, n.to), "Element", n.name)
		}
	}
}

// dateOnly is the date at the beginning of a date or an instant.
func dateOnly(s string) string {
	m, ok := readMoment(s)
	if !ok {
		return ""
	}
	return m.t.Format("2006-01-02")
}

// event takes an event that was read whole.
func (r *xmlReader) event(n *node) error {
	e := Event{Place: r.place(n.from, n.to)}
	if !n.closed {
		r.refuse("unclosed-event", "", e.Place, "an event that is not closed", "Title", n.child("title").text)
		return nil
	}
	for name, value := range n.attrs {
		switch name {
		case "id":
			e.ID = cleanLine(value)
		case "guid":
			e.GUID = cleanLine(value)
		case "code":
			e.Code = cleanLine(value)
		case "slug":
			e.Slug = cleanLine(value)
		default:
			e.extra(name, value)
		}
	}
	n.children = hoist(n.children, 0)
	e.Title = r.lineOf(n.child("title"))
	e.URL = r.line(n.child("url").text)
	e.Slug = cmp.Or(r.line(n.child("slug").text), e.Slug)
	r.identify(&e, n.child("date").text, n.child("start").text)
	t := rawTime{day: r.day}
	for _, c := range n.children {
		r.part(&e, &t, c)
	}
	switch {
	case e.Room == "":
		e.Room = r.roomNow
	case r.roomNow != "" && e.Room != r.roomNow:
		r.f.add(Assumed, "room-contradicts", e.Key, e.Place, "Room", e.Room, "Other", r.roomNow)
	}
	r.reading.room(Room{Name: e.Room})
	if !r.check(&e) {
		return nil
	}
	return r.take(e, t)
}

// textParts are the elements of an event that hold nothing but text.
var textParts = wordSet(`title subtitle room slug url start duration date type track language abstract description logo feedback_url`)

// eventParts are those and the others.
var eventParts = wordSet(`persons links attachments recording video_download_url`)

// hoist lifts elements of an event out of a text that was not closed before them.
func hoist(parts []*node, depth int) []*node {
	var out []*node
	for _, p := range parts {
		out = append(out, p)
		if !textParts[p.name] || p.closed || depth > 10 {
			continue
		}
		for i, c := range p.children {
			if textParts[c.name] || eventParts[c.name] {
				out = append(out, hoist(p.children[i:], depth+1)...)
				p.children = p.children[:i]
				p.raw = p.raw[:min(len(p.raw), max(0, c.from-p.begin))]
				break
			}
		}
	}
	return out
}

// lineOf is the text of an element on one line, without markup that was not escaped.
func (r *xmlReader) lineOf(n *node) string {
	if len(n.children) > 0 && !r.plain {
		return r.line(stripHTML(n.raw, false))
	}
	return r.line(n.text)
}

// part takes one element of an event.
func (r *xmlReader) part(e *Event, t *rawTime, n *node) {
	switch n.name {
	case "title", "url", "slug":
	case "subtitle":
		e.Subtitle = r.lineOf(n)
	case "date":
		t.date = cleanLine(n.text)
	case "start":
		t.start = cleanLine(n.text)
	case "end":
		t.end = cleanLine(n.text)
	case "duration":
		t.duration = cleanLine(n.text)
	case "room":
		e.Room = r.line(n.text)
	case "track":
		e.Track = r.line(n.text)
	case "type":
		e.Type = r.line(n.text)
	case "language":
		e.Language = r.line(n.text)
	case "abstract":
		e.Abstract = r.text(n.all(), e)
	case "description":
		e.Description = r.text(n.all(), e)
	case "logo":
		e.Logo = cmp.Or(r.line(n.text), r.line(n.attrs["href"]), r.line(n.attrs["src"]))
	case "feedback_url":
		e.FeedbackURL = r.line(n.text)
	case "video_download_url":
		e.VideoURL = cmp.Or(e.VideoURL, r.line(n.text))
	case "recording":
		e.License = r.line(n.child("license").text)
		e.NoRecording = truth(n.child("optout").text)
		e.VideoURL = cmp.Or(r.line(n.child("url").text), r.line(n.child("link").text), e.VideoURL)
	case "persons":
		for _, c := range n.children {
			r.personOf(e, c)
		}
	case "person":
		r.personOf(e, n)
	case "links":
		for _, c := range n.children {
			e.Links = r.link(e.Links, r.linkOf(c), e)
		}
	case "attachments":
		for _, c := range n.children {
			e.Attachments = r.link(e.Attachments, r.linkOf(c), e)
		}
	case "tags", "keywords":
		for _, c := range n.children {
			if tag := r.line(c.text); tag != "" {
				e.Tags = append(e.Tags, tag)
			}
		}
	default:
		if privateField(n.name) {
			r.f.add(Ignored, "private-field", e.Key, e.Place, "Field", n.name)
			return
		}
		e.extra(n.name, r.line(n.all()))
	}
}

// privateField tells the names of what organisers and speakers wrote to one another.
// Schedules are for the public, their readers too.
func privateField(name string) bool {
	switch strings.ToLower(name) {
	case "answers", "notes", "internal_notes", "email", "availabilities", "contacts", "phone", "submitter_notes":
		return true
	}
	return false
}

// truth reads "true", "1", "yes".
func truth(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "1", "yes", "y", "on":
		return true
	}
	return false
}

func (r *xmlReader) linkOf(n *node) Link {
	return Link{
		Title: r.lineOf(n), URL: cmp.Or(cleanLine(n.attrs["href"]), cleanLine(n.attrs["url"])), Type: cleanLine(n.attrs["type"]),
	}
}

func (r *xmlReader) personOf(e *Event, n *node) {
	p := Person{
		Name: r.lineOf(n), ID: cleanLine(n.attrs["id"]), GUID: cleanLine(n.attrs["guid"]), Code: cleanLine(n.attrs["code"]),
		Role: r.line(n.attrs["role"]), URL: cleanLine(n.attrs["url"]),
	}
	if len(n.children) > 0 { // <person><id>…</id><name>…</name></person>
		p.Name = cmp.Or(r.line(n.child("name").text), r.line(n.child("public_name").text), r.line(n.child("full_public_name").text), r.line(n.text))
		p.ID = cmp.Or(p.ID, r.line(n.child("id").text))
		p.GUID = cmp.Or(p.GUID, r.line(n.child("guid").text))
		p.Biography = r.text(n.child("biography").all(), e)
	}
	r.addPerson(p, e)
}
