package schedule

import (
	"io"
	"strconv"
	"strings"
	"time"
)

// WriteXML writes a schedule.xml as the schema of voc demands it. The same schedule
// always gives the same bytes, and what was written gives them again when it is read
// and written.
//
// What the schema demands and the schedule lacks is made of what is there: GUIDs and
// numbers of keys, slugs of titles, days of the events. Events without a time and
// cancelled ones have no place in this format and are left out. A wall clock without a
// zone is written as UTC. The error is the writer's, or ErrTooLarge for more events
// than Read takes.
func WriteXML(w io.Writer, s *Schedule) error {
	p, err := newPlan(s, false)
	if err != nil {
		return err
	}
	x := &xmlWriter{}
	x.schedule(p)
	_, err = io.WriteString(w, x.b.String())
	return err
}

// xmlWriter writes elements, two spaces deeper at each level.
type xmlWriter struct {
	b     strings.Builder
	depth int
}

var xmlEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func (x *xmlWriter) indent() {
	for range x.depth {
		x.b.WriteString("  ")
	}
}

// tag writes a start tag without its end; attrs are names and values by turns, those
// without a value are left out.
func (x *xmlWriter) tag(name string, attrs ...string) {
	x.indent()
	x.b.WriteString("<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		if v := cleanLine(attrs[i+1]); v != "" || attrs[i] == "name" {
			x.b.WriteString(" " + attrs[i] + `="` + xmlEscape.Replace(v) + `"`)
		}
	}
}

// open begins an element with others in it.
func (x *xmlWriter) open(name string, attrs ...string) {
	x.tag(name, attrs...)
	x.b.WriteString(">\n")
	x.depth++
}

func (x *xmlWriter) close(name string) {
	x.depth--
	x.indent()
	x.b.WriteString("</" + name + ">\n")
}

// text writes an element of text that is clean already.
func (x *xmlWriter) text(name, text string, attrs ...string) {
	x.tag(name, attrs...)
	x.b.WriteString(">" + xmlEscape.Replace(text) + "</" + name + ">\n")
}

func (x *xmlWriter) line(name, text string, attrs ...string) { x.text(name, cleanLine(text), attrs...) }

// maybe writes an element that is left out when there is nothing in it.
func (x *xmlWriter) maybe(name, text string) {
	if text != "" {
		x.text(name, text)
	}
}

func (x *xmlWriter) schedule(p *plan) {
	s, c := p.s, &p.s.Conference
	x.b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	x.open("schedule")
	x.tag("generator", "name", ownGenerator)
	x.b.WriteString("/>\n")
	x.maybe("url", webURL(s.URL))
	x.line("version", s.Version)
	x.open("conference")
	x.line("title", c.Title)
	x.text("acronym", acronymOf(s, acronymXML))
	first, last := p.span()
	x.text("start", first)
	x.text("end", last)
	x.text("days", strconv.Itoa(len(p.days)))
	if c.Slot > 0 {
		x.text("timeslot_duration", slotText(c.Slot))
	}
	x.maybe("base_url", p.baseURL)
	x.maybe("url", webURL(c.URL))
	x.maybe("time_zone_name", p.zone)
	for _, t := range p.tracks {
		x.tag("track", "name", t.Name, "slug", t.Slug, "color", t.Color)
		x.b.WriteString("/>\n")
	}
	x.close("conference")
	for i := range p.days {
		x.day(p, i)
	}
	x.close("schedule")
}

// span is the first and the last date of the conference: what it states, or its days'.
func (p *plan) span() (first, last string) {
	first, last = dateOnly(p.s.Conference.Start), dateOnly(p.s.Conference.End)
	for _, d := range p.days {
		if first == "" || dateOnly(p.s.Conference.Start) == "" && d.date < first {
			first = d.date
		}
		if last == "" || dateOnly(p.s.Conference.End) == "" && d.date > last {
			last = d.date
		}
	}
	return first, last
}

// slotText is the length of a slot, which hh:mm can say.
func slotText(d time.Duration) string {
	return hoursMinutes(min(max(d.Truncate(time.Minute), time.Minute), 24*time.Hour))
}

func instantText(t time.Time) string { return t.Format("2006-01-02T15:04:05-07:00") }

// day writes a day. The first has all rooms, so that their order and the empty ones
// are kept; the others have those with events.
func (x *xmlWriter) day(p *plan, index int) {
	d := &p.days[index]
	x.open("day", "index", strconv.Itoa(index+1), "date", d.date, "start", instantText(d.starts), "end", instantText(d.ends))
	rest := d.events
	for i := range p.rooms {
		n := 0
		for n < len(rest) && rest[n].room == i {
			n++
		}
		if n > 0 || index == 0 {
			x.room(p.rooms[i], rest[:n])
		}
		rest = rest[n:]
	}
	if len(rest) > 0 {
		x.room(Room{}, rest)
	}
	x.close("day")
}

func (x *xmlWriter) room(r Room, events []*planEvent) {
	x.open("room", "name", r.Name, "guid", r.GUID)
	for _, e := range events {
		x.event(r.Name, e)
	}
	x.close("room")
}

func (x *xmlWriter) event(room string, e *planEvent) {
	code := e.code
	if !codeXML.MatchString(code) {
		code = ""
	}
	x.open("event", "id", strconv.Itoa(e.id), "guid", e.guid, "code", code)
	x.text("date", instantText(e.starts))
	x.text("start", e.starts.Format("15:04"))
	x.text("duration", hoursMinutes(e.length))
	x.text("room", room)
	x.text("slug", e.slug)
	x.maybe("url", webURL(e.URL))
	x.open("recording")
	x.line("license", e.License)
	x.text("optout", strconv.FormatBool(e.NoRecording))
	x.maybe("url", webURL(e.VideoURL))
	x.close("recording")
	x.text("title", e.title)
	x.line("subtitle", e.Subtitle)
	x.text("track", e.track)
	x.line("type", e.Type)
	x.line("language", e.Language)
	x.text("abstract", cleanText(e.Abstract))
	x.text("description", cleanText(e.Description))
	x.text("logo", webURL(e.Logo))
	x.maybe("feedback_url", webURL(e.FeedbackURL))
	x.open("persons")
	for _, p := range e.persons {
		x.text("person", p.name, "id", strconv.Itoa(p.id), "guid", p.guid)
	}
	x.close("persons")
	x.links("link", e.Links)
	x.links("attachment", e.Attachments)
	x.close("event")
}

func (x *xmlWriter) links(name string, links []Link) {
	x.open(name + "s")
	for _, l := range links[:min(len(links), maxLinks)] {
		if to := uriOf(l.URL); to != "" {
			x.line(name, l.Title, "href", to, "type", l.Type)
		}
	}
	x.close(name + "s")
}
