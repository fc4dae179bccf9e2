// Package calendar writes iCalendar files (RFC 5545 with the properties of RFC 7986): for
// programs that subscribe to a programme, for one session, for a mail with changes.
package calendar

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Type is the media type of a calendar file.
const Type = "text/calendar; charset=utf-8"

// Methods say what a file is for (RFC 5546). Request and Cancel are for one event and name
// who calls and who is called.
const (
	Publish = "PUBLISH"
	Request = "REQUEST"
	Cancel  = "CANCEL"
)

// States of an event.
const (
	Confirmed = "CONFIRMED"
	Tentative = "TENTATIVE"
	Cancelled = "CANCELLED"
)

// Calendar is a file.
type Calendar struct {
	Name, Text string
	Zone       string // IANA name of the zone in which its reader thinks of it
	URL        string // of the page that shows the same
	Source     string // where the file can be had again
	Method     string // Publish unless said
	Again      time.Duration
	Events     []Event
}

// Event is one event. UID and Sequence are what programs know it by: the one never
// changes, the other rises with each change.
type Event struct {
	UID         string
	Sequence    int64
	Changed     time.Time // of the last change, in place of the time at which the file is made: the same event is the same bytes
	Starts      time.Time
	Ends        time.Time
	Zone        string // IANA name; the times are told by its clock, or in UTC without one
	Title, Text string
	Place, URL  string
	Categories  []string
	Status      string
	Organizer   Party // with Request and Cancel
	Attendee    Party
}

// Party is who calls to an event, or is called.
type Party struct{ Name, Email string }

const (
	local = "20060102T150405"
	utc   = "20060102T150405Z"
)

// Bytes is the file.
func (c Calendar) Bytes() []byte {
	w := &writer{}
	w.raw("BEGIN", "VCALENDAR")
	w.raw("VERSION", "2.0")
	w.raw("PRODID", "-//Plenary//Programme//EN")
	w.raw("CALSCALE", "GREGORIAN")
	method := c.Method
	if method == "" {
		method = Publish
	}
	w.raw("METHOD", method)
	if name := line(c.Name); name != "" {
		w.text("NAME", name)
		w.text("X-WR-CALNAME", name)
	}
	if text := paragraphs(c.Text); text != "" {
		w.text("DESCRIPTION", text)
		w.text("X-WR-CALDESC", text)
	}
	if c.Zone != "" {
		w.raw("X-WR-TIMEZONE", c.Zone)
	}
	if c.URL != "" {
		w.raw("URL", address(c.URL))
	}
	if c.Source != "" {
		w.raw("SOURCE;VALUE=URI", address(c.Source))
	}
	if c.Again > 0 {
		w.raw("REFRESH-INTERVAL;VALUE=DURATION", duration(c.Again))
		w.raw("X-PUBLISHED-TTL", duration(c.Again))
	}
	w.zones(c.Events)
	for i := range c.Events {
		w.event(&c.Events[i], method)
	}
	w.raw("END", "VCALENDAR")
	return []byte(w.b.String())
}

func (w *writer) event(e *Event, method string) {
	w.raw("BEGIN", "VEVENT")
	w.raw("UID", line(e.UID))
	changed := e.Changed.UTC().Format(utc)
	w.raw("DTSTAMP", changed)
	w.raw("LAST-MODIFIED", changed)
	w.raw("SEQUENCE", strconv.FormatInt(e.Sequence, 10))
	w.at("DTSTART", e.Starts, e.Zone)
	w.at("DTEND", e.Ends, e.Zone)
	w.text("SUMMARY", line(e.Title))
	status := e.Status
	if method == Cancel {
		status = Cancelled
	}
	if status != "" {
		w.raw("STATUS", status)
	}
	if status == Cancelled {
		w.raw("TRANSP", "TRANSPARENT")
	}
	if s := line(e.Place); s != "" {
		w.text("LOCATION", s)
	}
	if s := paragraphs(e.Text); s != "" {
		w.text("DESCRIPTION", s)
	}
	if e.URL != "" {
		w.raw("URL", address(e.URL))
	}
	if len(e.Categories) > 0 {
		list := make([]string, len(e.Categories))
		for i, s := range e.Categories {
			list[i] = escaper.Replace(line(s))
		}
		w.raw("CATEGORIES", strings.Join(list, ","))
	}
	if method != Publish {
		w.party("ORGANIZER", e.Organizer, "")
		w.party("ATTENDEE", e.Attendee, ";ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE")
	}
	w.raw("END", "VEVENT")
}

func (w *writer) at(name string, t time.Time, zone string) {
	loc, ok := location(zone)
	if !ok || again(t.In(loc)) {
		w.raw(name, t.UTC().Format(utc))
		return
	}
	w.raw(name+";TZID="+loc.String(), t.In(loc).Format(local))
}

func (w *writer) party(name string, p Party, more string) {
	if p.Email == "" {
		return
	}
	if cn := strings.Map(func(r rune) rune { // a value in quotes has none within
		if r == '"' {
			return '\''
		}
		return r
	}, line(p.Name)); cn != "" {
		name += `;CN="` + cn + `"`
	}
	w.raw(name+more, "mailto:"+address(p.Email))
}

// writer writes lines of 75 octets at most, cut between letters.
type writer struct{ b strings.Builder }

func (w *writer) text(name, value string) { w.raw(name, escaper.Replace(value)) }

func (w *writer) raw(name, value string) {
	rest, room := name+":"+value, 75
	for len(rest) > room {
		cut := room
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		w.b.WriteString(rest[:cut])
		w.b.WriteString("\r\n ")
		rest, room = rest[cut:], 74
	}
	w.b.WriteString(rest)
	w.b.WriteString("\r\n")
}

var escaper = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

// line is a text on one line, without signs that steer.
func line(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// paragraphs keeps lines and paragraphs.
func paragraphs(s string) string {
	return strings.TrimSpace(clean(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")))
}

func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// address is an address without anything that would end its line.
func address(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func duration(d time.Duration) string {
	if d%time.Hour == 0 {
		return "PT" + strconv.Itoa(int(d/time.Hour)) + "H"
	}
	return "PT" + strconv.Itoa(int(d/time.Minute)) + "M"
}
