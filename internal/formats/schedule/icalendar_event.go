package schedule

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
)

// readEvent reads one VEVENT; false where it is refused.
func (r *calendarReader) readEvent(p *calPart) (Event, bool) {
	e := Event{Place: Place{Line: p.line, EndLine: p.end}}
	uid := p.text("UID")
	e.ID = uid
	e.Title = cleanLine(plainText(p.text("SUMMARY")))
	status := strings.ToUpper(p.text("STATUS"))
	e.Cancelled = status == "CANCELLED" || status == "CANCELED"
	if title, cancelled := cutCancelled(e.Title); cancelled {
		if !e.Cancelled {
			r.found.add(Assumed, "cancelled-by-title", "uid:"+uid, e.Place)
		}
		e.Title, e.Cancelled = title, true
	}
	if r.own {
		e.Code, e.Title = cutReference(e.Title)
	}
	if e.Title == "" {
		r.found.add(Refused, "missing-title", "", e.Place)
		return e, false
	}
	if class := strings.ToUpper(p.text("CLASS")); class == "PRIVATE" || class == "CONFIDENTIAL" {
		r.found.add(Refused, "private-event", "", e.Place)
		return e, false
	}
	e.URL = webAddress(p.text("URL"))
	r.setKey(&e, p, uid)
	r.setTimes(&e, p)
	e.Room = cleanLine(p.text("LOCATION"))
	if at := webAddress(e.Room); at != "" {
		e.Links = append(e.Links, Link{URL: at}) // an online meeting
		e.Room = ""
	}
	e.Abstract = plainText(p.text("DESCRIPTION"))
	if e.Abstract == "" {
		e.Abstract = plainText(p.text("X-ALT-DESC"))
	}
	if status != "" && status != "CONFIRMED" && !e.Cancelled {
		e.Extra = map[string]string{"STATUS": strings.ToLower(status)}
	}
	if lang := p.get("SUMMARY").param("LANGUAGE"); lang != "" {
		e.Language = lang
	}
	r.setCategories(&e, p)
	r.setPersons(&e, p)
	for i := range p.lines {
		l := &p.lines[i]
		if l.name == "ATTACH" && len(e.Attachments) < 50 {
			if at := webAddress(l.text()); at != "" {
				e.Attachments = append(e.Attachments, Link{Title: l.param("FILENAME"), URL: at, Type: l.param("FMTTYPE")})
			}
		}
	}
	return e, true
}

// setKey names the event by its UID; an exception of a series by the time that it
// replaces as well. Without a UID the address or the title stand for it.
func (r *calendarReader) setKey(e *Event, p *calPart, uid string) {
	switch {
	case uid != "":
		e.Key = "uid:" + uid
		if l := p.get("RECURRENCE-ID"); l != nil {
			e.Key += "#" + strings.TrimSpace(l.value)
		}
	case e.URL != "":
		e.Key = "url:" + e.URL
	default:
		e.Key = titleKey(e.Title)
		if l := p.get("DTSTART"); l != nil {
			e.Key += "@" + strings.TrimSpace(l.value)
		}
	}
	if uid == "" {
		r.found.add(Assumed, "missing-id", e.Key, e.Place)
	}
}

// titleKey is the key of an event that has no other name than its title.
func titleKey(title string) string { return "title:" + core.Fold(title) }

// setTimes reads when the event begins and ends.
func (r *calendarReader) setTimes(e *Event, p *calPart) {
	start := p.get("DTSTART")
	if start == nil || strings.TrimSpace(start.value) == "" {
		r.found.add(Assumed, "missing-time", e.Key, e.Place)
		return
	}
	begin, ok := r.moment(e, start)
	if !ok {
		r.found.add(Ignored, "time-unreadable", e.Key, Place{Line: start.line, EndLine: start.end}, "Column", "DTSTART", "Value", start.value)
		return
	}
	var end calMoment
	if l := p.get("DTEND"); l != nil && strings.TrimSpace(l.value) != "" {
		if end, ok = r.moment(e, l); !ok {
			r.found.add(Ignored, "time-unreadable", e.Key, Place{Line: l.line, EndLine: l.end}, "Column", "DTEND", "Value", l.value)
		}
	}
	if end.wall.IsZero() {
		if l := p.get("DURATION"); l != nil {
			d, ok := isoDuration(l.value)
			if ok {
				end = begin.add(d)
			}
			if !ok || end.wall.Year() > 9999 || end.at.Year() > 9999 { // no format of dates goes further
				end = calMoment{}
				r.found.add(Ignored, "duration-unreadable", e.Key, Place{Line: l.line, EndLine: l.end}, "Column", "DURATION", "Value", l.value)
			}
		}
	}
	if begin.day {
		e.Date = begin.wall.Format(time.DateOnly)
		if days := end.wall.Sub(begin.wall); days > 24*time.Hour && days < 400*24*time.Hour {
			e.Duration = days
		}
		r.found.add(Assumed, "all-day", e.Key, e.Place)
		return
	}
	if begin.at.IsZero() { // no zone is known
		e.Date, e.Start = begin.wall.Format(time.DateOnly), begin.wall.Format("15:04")
		if d := end.wall.Sub(begin.wall); d > 0 && d < 400*24*time.Hour {
			e.Duration = d
		}
		return
	}
	e.wallClock(begin.at, end.at, begin.loc)
	if end.at.Before(begin.at) && !end.at.IsZero() {
		r.found.add(Ignored, "end-before-start", e.Key, e.Place)
	}
}

// calMoment is a value of DTSTART or DTEND: a day or a wall clock, with its instant
// where a zone is known and the zone in which the venue sees it.
type calMoment struct {
	wall time.Time // as if it were UTC
	at   time.Time
	loc  *time.Location
	day  bool
}

func (m calMoment) add(d time.Duration) calMoment {
	if d <= 0 {
		return calMoment{}
	}
	m.wall = m.wall.Add(d)
	if !m.at.IsZero() {
		m.at = m.at.Add(d)
	}
	return m
}

var calStamp = regexp.MustCompile(`^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?$`)

// moment reads a value of type DATE or DATE-TIME; hyphens, colons and offsets, which
// the standard forbids, are read too.
func (r *calendarReader) moment(e *Event, l *calLine) (calMoment, bool) {
	m := calStamp.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(l.value)))
	if m == nil {
		return calMoment{}, false
	}
	day, err := time.Parse(calDay, m[1]+m[2]+m[3])
	if err != nil || day.Year() < 1900 {
		return calMoment{}, false
	}
	if m[4] == "" {
		return calMoment{wall: day, day: true}, true
	}
	wall, err := time.Parse(calLocal, m[1]+m[2]+m[3]+"T"+m[4]+m[5]+(m[6] + "00")[:2])
	if err != nil {
		return calMoment{}, false
	}
	out := calMoment{wall: wall}
	zone := r.venue
	id := l.param("TZID")
	switch {
	case m[7] == "Z":
		out.at = wall
		out.loc = zone.location()
		if zone == nil {
			r.assume(l, e, "zone-missing")
			out.loc = time.UTC
		}
		return out, true
	case m[7] != "":
		offset, ok := readOffset(m[7])
		if !ok {
			return calMoment{}, false
		}
		out.at = wall.Add(-time.Duration(offset) * time.Second)
		if out.loc = zone.location(); out.loc == nil {
			out.loc = time.FixedZone("", offset)
		}
		return out, true
	case id != "":
		if z := r.zone(id); z != nil {
			zone = z
		} else {
			r.assume(l, e, "zone-unknown", "Zone", id)
		}
	case zone != nil:
		r.assume(l, e, "time-floating", "Zone", zone.name)
	default:
		r.assume(l, e, "zone-missing")
	}
	if zone != nil {
		out.at = zone.at(wall)
		if out.loc = zone.location(); out.loc == nil && !out.at.IsZero() {
			out.loc = out.at.Location()
		}
	}
	return out, true
}

// assume says of an event what was assumed of its beginning; its end is no other case.
func (r *calendarReader) assume(l *calLine, e *Event, code string, args ...string) {
	if l.name == "DTSTART" {
		r.found.add(Assumed, code, e.Key, e.Place, args...)
	}
}

func (z *calZone) location() *time.Location {
	if z == nil {
		return nil
	}
	return z.loc
}

// setCategories reads the first category as the track and the others as tags.
func (r *calendarReader) setCategories(e *Event, p *calPart) {
	for i := range p.lines {
		if p.lines[i].name != "CATEGORIES" {
			continue
		}
		for _, c := range calList(p.lines[i].value) {
			c = cleanLine(c)
			switch {
			case e.Track == "":
				e.Track = c
			case c != e.Track && len(e.Tags) < 50:
				e.Tags = append(e.Tags, c)
			}
		}
	}
}

// setPersons reads names of organisers and participants, never their addresses.
func (r *calendarReader) setPersons(e *Event, p *calPart) {
	for i := range p.lines {
		l := &p.lines[i]
		var role string
		switch l.name {
		case "ORGANIZER":
			role = roleOrganiser
		case "ATTENDEE":
			role = "attendee"
			if strings.EqualFold(l.param("ROLE"), "CHAIR") {
				role = "chair"
			}
		default:
			continue
		}
		name := cleanLine(l.param("CN"))
		kind := strings.ToUpper(l.param("CUTYPE"))
		switch {
		case kind == "ROOM" || kind == "RESOURCE":
			if e.Room == "" {
				e.Room = name
			}
			continue
		case name == "" || isAddress(name):
			if name != "" || strings.Contains(l.value, "@") {
				r.found.add(Ignored, "address-dropped", e.Key, e.Place)
			}
			continue
		case name == r.out.Conference.Title || len(e.Persons) >= maxPersons:
			continue // the calendar itself, as Google writes it
		}
		e.Persons = append(e.Persons, Person{Key: nameKey(name), Name: name, Role: role})
	}
}

// cancelWords stand before the title of what was called off, folded.
var cancelWords = map[string]bool{
	"cancelled": true, "canceled": true, "annule": true, "annulee": true, "cancelada": true, "cancelado": true,
	"отменено": true, "отменена": true, "отменен": true, "ملغاه": true, "ملغي": true, "已取消": true, "取消": true, "abgesagt": true, "cancellato": true, "cancelado/a": true,
}

// cutCancelled takes "Cancelled:" off a title.
func cutCancelled(title string) (string, bool) {
	at := strings.IndexAny(title, ":：]")
	if at <= 0 || at > 40 {
		return title, false
	}
	word := strings.ReplaceAll(core.Fold(strings.Trim(title[:at], "[] *")), "ة", "ه")
	rest := strings.TrimLeft(title[at:], ":：] ")
	if !cancelWords[word] || rest == "" {
		return title, false
	}
	return rest, true
}

var ownReference = regexp.MustCompile(`^(\p{L}+) (\d[\p{L}\d._-]{0,15}): (.+)$`)

// cutReference takes the reference that our own calendar writes before a title off it.
func cutReference(title string) (code, rest string) {
	m := ownReference.FindStringSubmatch(title)
	if m == nil {
		return "", title
	}
	return strings.ToLower(m[1]) + m[2], m[3]
}

var isoSpan = regexp.MustCompile(`^\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$`)

// isoDuration reads PT1H30M, P1D, P1W.
func isoDuration(s string) (time.Duration, bool) {
	m := isoSpan.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(s)))
	if m == nil || strings.Join(m[1:], "") == "" {
		return 0, false
	}
	var d time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		d += time.Duration(number(m[i+1])) * unit
	}
	return d, true
}

// number is the whole number that a text is, or 0.
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return n
}

// webAddress is the text if it is an address of the web, else nothing.
func webAddress(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 2000 || strings.ContainsAny(s, " \n\t\"<>") {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return s
}

func isAddress(s string) bool { return strings.Contains(s, "@") && !strings.Contains(s, "@ ") }
