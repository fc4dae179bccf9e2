package schedule

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"time"
)

type jsonFile struct {
	Schedule  any           `json:"schedule"`
	Generator jsonGenerator `json:"generator"`
}

type jsonGenerator struct {
	Name string `json:"name"`
}

type json1Schedule struct {
	Version    string          `json:"version"`
	BaseURL    string          `json:"base_url,omitempty"`
	Conference json1Conference `json:"conference"`
}

type json1Conference struct {
	Acronym     string            `json:"acronym"`
	Title       string            `json:"title"`
	Description string            `json:"description,omitempty"`
	Start       string            `json:"start"`
	End         string            `json:"end"`
	DaysCount   int               `json:"daysCount"`
	Slot        string            `json:"timeslot_duration"`
	Zone        string            `json:"time_zone_name,omitempty"`
	URL         string            `json:"url,omitempty"`
	Meta        map[string]string `json:"meta,omitempty"`
	Tracks      []jsonTrack       `json:"tracks"`
	Rooms       []jsonRoom        `json:"rooms"`
	Days        []json1Day        `json:"days"`
}

type jsonTrack struct {
	Name  string `json:"name"`
	Slug  string `json:"slug"`
	Color string `json:"color,omitempty"`
}

type jsonRoom struct {
	Name        string  `json:"name"`
	GUID        string  `json:"guid"`
	Description *string `json:"description"`
	Capacity    *int    `json:"capacity"`
}

type json1Day struct {
	Index  int        `json:"index"`
	Date   string     `json:"date"`
	Starts string     `json:"day_start"`
	Ends   string     `json:"day_end"`
	Rooms  json1Rooms `json:"rooms"`
}

// json1Rooms is an object whose fields are rooms, in their order.
type json1Rooms []json1Room

type json1Room struct {
	name   string
	events []json1Event
}

type json1Event struct {
	GUID        string        `json:"guid"`
	Code        string        `json:"code,omitempty"`
	ID          int           `json:"id"`
	Logo        *string       `json:"logo"`
	Date        string        `json:"date"`
	Start       string        `json:"start"`
	End         string        `json:"end"`
	Duration    string        `json:"duration"`
	Room        string        `json:"room"`
	Slug        string        `json:"slug"`
	URL         string        `json:"url"`
	Title       string        `json:"title"`
	Subtitle    string        `json:"subtitle"`
	Track       string        `json:"track"`
	Type        string        `json:"type"`
	Language    *string       `json:"language"`
	Abstract    string        `json:"abstract"`
	Description string        `json:"description"`
	License     string        `json:"recording_license"`
	NoRecording bool          `json:"do_not_record"`
	Persons     []json1Person `json:"persons"`
	Links       []jsonLink    `json:"links"`
	FeedbackURL string        `json:"feedback_url,omitempty"`
	Attachments []jsonLink    `json:"attachments"`
}

// json1Person is a person as frab names them, the form that every reader of this format
// knows: the schema asks for public_name and id, or for name, never both.
type json1Person struct {
	ID           int    `json:"id"`
	GUID         string `json:"guid,omitempty"`
	Code         string `json:"code,omitempty"`
	Name         string `json:"public_name"`
	Role         string `json:"role,omitempty"`
	Organisation string `json:"organisation,omitempty"`
	Biography    string `json:"biography,omitempty"`
	URL          string `json:"url,omitempty"`
}

type jsonLink struct {
	Type  string `json:"type,omitempty"`
	URL   string `json:"url"`
	Title string `json:"title,omitempty"`
}

// MarshalJSON keeps the order of the rooms.
func (r json1Rooms) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, room := range r {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := plainJSON(room.name, "")
		if err != nil {
			return nil, err
		}
		events, err := plainJSON(room.events, "")
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(events)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plainJSON is JSON without the escapes that are for HTML.
func plainJSON(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// WriteJSON writes schedule.json with rooms below days, as voc's schema.json demands
// it. What WriteXML says holds here too; persons keep biographies and organisations,
// and an event without an address gets the one of its GUID ("urn:uuid:…").
func WriteJSON(w io.Writer, s *Schedule) error {
	p, err := newPlan(s, false)
	if err != nil {
		return err
	}
	c := &s.Conference
	first, last := p.span()
	conf := json1Conference{
		Acronym: acronymOf(s, acronymJSON), Title: cleanLine(c.Title), Description: cleanText(c.Description),
		Start: first, End: last, DaysCount: len(p.days), Slot: "00:05", Zone: p.zoneName(), URL: absolute(c.URL),
		Meta: placeOf(c), Tracks: p.jsonTracks(), Rooms: p.jsonRooms(), Days: []json1Day{},
	}
	if c.Slot > 0 {
		conf.Slot = slotText(c.Slot)
	}
	for i := range p.days {
		conf.Days = append(conf.Days, p.json1Day(i))
	}
	return writeJSON(w, json1Schedule{Version: cleanLine(s.Version), BaseURL: p.baseURL, Conference: conf})
}

func writeJSON(w io.Writer, schedule any) error {
	out, err := plainJSON(jsonFile{Schedule: schedule, Generator: jsonGenerator{Name: ownGenerator}}, "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(out, '\n'))
	return err
}

// zoneName is the zone where the schema takes its name.
func (p *plan) zoneName() string {
	if zoneJSON.MatchString(p.zone) {
		return p.zone
	}
	return ""
}

func (p *plan) jsonTracks() []jsonTrack {
	out := make([]jsonTrack, 0, len(p.tracks))
	for _, t := range p.tracks {
		out = append(out, jsonTrack{Name: t.Name, Slug: t.Slug, Color: t.Color})
	}
	return out
}

func (p *plan) jsonRooms() []jsonRoom {
	out := make([]jsonRoom, 0, len(p.rooms))
	for _, r := range p.rooms {
		j := jsonRoom{Name: r.Name, GUID: r.GUID, Description: filled(cleanText(r.Description))}
		if r.Capacity > 0 && r.Capacity <= maxCapacity {
			j.Capacity = &r.Capacity
		}
		out = append(out, j)
	}
	return out
}

// filled is a text, or nil for null where there is none.
func filled(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (p *plan) json1Day(index int) json1Day {
	d := &p.days[index]
	out := json1Day{Index: index + 1, Date: d.date, Starts: instantText(d.starts), Ends: instantText(d.ends), Rooms: json1Rooms{}}
	last := -2
	for _, e := range d.events {
		if e.room != last {
			last = e.room
			out.Rooms = append(out.Rooms, json1Room{name: p.roomName(e)})
		}
		room := &out.Rooms[len(out.Rooms)-1]
		room.events = append(room.events, p.json1Event(e))
	}
	return out
}

func (p *plan) roomName(e *planEvent) string {
	if e.room < 0 {
		return ""
	}
	return p.rooms[e.room].Name
}

func (p *plan) json1Event(e *planEvent) json1Event {
	out := json1Event{
		GUID: e.guid, Code: e.code, ID: e.id, Logo: filled(webURL(e.Logo)),
		Date: instantText(e.starts), Start: e.starts.Format("15:04"), End: instantText(e.starts.Add(e.length)),
		Duration: hoursMinutes(e.length), Room: p.roomName(e), Slug: e.slug, URL: eventURL(e),
		Title: e.title, Subtitle: cleanLine(e.Subtitle), Track: e.track, Type: cleanLine(e.Type), Language: filled(cleanLine(e.Language)),
		Abstract: cleanText(e.Abstract), Description: cleanText(e.Description),
		License: cleanLine(e.License), NoRecording: e.NoRecording, Persons: []json1Person{},
		Links:       p.jsonLinks(withVideo(e, "media"), strings.ToLower, types1),
		Attachments: p.jsonLinks(e.Attachments, strings.ToLower, types1), FeedbackURL: webURL(e.FeedbackURL),
	}
	for _, q := range e.persons {
		out.Persons = append(out.Persons, json1Person{
			ID: q.id, GUID: q.guid, Code: q.code, Name: q.name, Role: cleanLine(q.Role),
			Organisation: cleanLine(q.Organisation), Biography: cleanText(q.Biography), URL: absolute(q.URL),
		})
	}
	return out
}

// eventURL is the address of an event, which the schemas demand.
func eventURL(e *planEvent) string {
	if u := absolute(e.URL); u != "" {
		return u
	}
	return "urn:uuid:" + e.guid
}

// withVideo are the links with that of the recording, for which these formats have no
// other place.
func withVideo(e *planEvent, kind string) []Link {
	links := e.Links[:min(len(e.Links), maxLinks)]
	video := webURL(e.VideoURL)
	if video == "" || len(links) == maxLinks {
		return links
	}
	for _, l := range links {
		if absolute(l.URL) == video {
			return links
		}
	}
	return append(links[:len(links):len(links)], Link{URL: video, Type: kind})
}

var types1 = wordSet("slides paper web blog article media related activitypub")

// jsonLinks are the links that have an absolute address; relative ones are resolved
// against the base of the file where it has one.
func (p *plan) jsonLinks(links []Link, write func(string) string, types map[string]bool) []jsonLink {
	out := []jsonLink{}
	for _, l := range links[:min(len(links), maxLinks)] {
		to := absolute(l.URL)
		if to == "" {
			if to = p.resolve(l.URL); to == "" {
				continue
			}
		}
		kind := write(cleanLine(l.Type))
		if !types[kind] {
			kind = ""
		}
		out = append(out, jsonLink{Type: kind, URL: to, Title: cleanLine(l.Title)})
	}
	return out
}

// isoText is a length as "PT1H30M".
func isoText(d time.Duration) string {
	return "PT" + strings.TrimSuffix(d.Truncate(time.Minute).String(), "0s")
}
