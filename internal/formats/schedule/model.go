// Package schedule reads and writes the programmes that other conference software
// exchanges: schedule.xml of frab and pentabarf, schedule.json in both formats, pretalx
// exports. It reads leniently, because real files break every schema, and says what it
// repaired, assumed or refused; it writes strictly what the schemas ask.
//
// The package is pure: it takes bytes and returns a Schedule, keeps no state, and only
// asks Go's time zone database.
package schedule

import (
	"errors"
	"time"
)

// Errors of Read, wrapped with what was found.
var (
	ErrUnknown  = errors.New("no schedule that is known")
	ErrTooLarge = errors.New("too large")
	ErrBroken   = errors.New("cannot be read")
)

// Format is the file format that was recognised.
type Format string

// The formats.
const (
	FrabXML  Format = "frab-xml"   // schedule.xml of pentabarf, frab, pretalx, wafer, FOSDEM
	FrabJSON Format = "frab-json"  // schedule.json, rooms below days
	JSON2    Format = "frab-json2" // schedule.json format 2: a flat list of events
	Pretalx  Format = "pretalx"    // submissions or talks of pretalx's API, one or many
	Calendar Format = "icalendar"
	Table    Format = "table" // CSV or a spreadsheet
)

// Schedule is a conference's programme, whatever file it came from.
type Schedule struct {
	Format     Format     `json:"format"`
	Version    string     `json:"version,omitempty"`
	Generator  string     `json:"generator,omitempty"` // program that wrote it, with its version
	URL        string     `json:"url,omitempty"`       // where the file itself is published
	BaseURL    string     `json:"base_url,omitempty"`
	Conference Conference `json:"conference"`
	Days       []Day      `json:"days,omitempty"`
	Rooms      []Room     `json:"rooms,omitempty"`  // in the order of the file
	Tracks     []Track    `json:"tracks,omitempty"` // declared ones first, then those only used
	Events     []Event    `json:"events"`           // in the order of the file
	// Persons are those whom a file lists apart from events, as pretalx's speakers do.
	Persons []Person `json:"persons,omitempty"`
}

// Conference is what the file says of the meeting.
type Conference struct {
	Title       string `json:"title,omitempty"`
	Acronym     string `json:"acronym,omitempty"`
	Description string `json:"description,omitempty"`
	Start       string `json:"start,omitempty"` // "2006-01-02", as stated
	End         string `json:"end,omitempty"`
	Zone        string `json:"zone,omitempty"` // IANA name; "" when the file names none that is known
	URL         string `json:"url,omitempty"`
	City        string `json:"city,omitempty"`
	Venue       string `json:"venue,omitempty"`
	// Language is what the file gives events that name none, where it says so.
	Language string `json:"language,omitempty"`
	// Slot is the length of a slot of the timetable.
	Slot time.Duration `json:"slot,omitempty"`
}

// Day is a day of the meeting as the file divides it; it may end after midnight.
type Day struct {
	Index  int       `json:"index"`
	Date   string    `json:"date"` // at the venue, "2006-01-02"
	Starts time.Time `json:"starts"`
	Ends   time.Time `json:"ends"`
}

// Room is a room.
type Room struct {
	Name        string `json:"name"`
	GUID        string `json:"guid,omitempty"`
	Description string `json:"description,omitempty"`
	Capacity    int    `json:"capacity,omitempty"`
}

// Track is a track; forums call it a theme.
type Track struct {
	Name  string `json:"name"`
	Slug  string `json:"slug,omitempty"`
	GUID  string `json:"guid,omitempty"`
	Color string `json:"color,omitempty"` // "#1a2b3c"
}

// Event is one session. Date and Start are the wall clock at the venue as far as the
// file tells; Starts and Ends are instants and zero when no zone is known.
type Event struct {
	// Key names the event for ever, in this file and in its next version: its GUID
	// or, without one, its code, its id, its UID or its URL, prefixed ("guid:…", "id:…").
	Key         string        `json:"key"`
	GUID        string        `json:"guid,omitempty"`
	ID          string        `json:"id,omitempty"`
	Code        string        `json:"code,omitempty"`
	Slug        string        `json:"slug,omitempty"`
	Title       string        `json:"title"`
	Subtitle    string        `json:"subtitle,omitempty"`
	Type        string        `json:"type,omitempty"`
	Track       string        `json:"track,omitempty"`
	Room        string        `json:"room,omitempty"`
	Language    string        `json:"language,omitempty"` // as written: "en", "de"
	Abstract    string        `json:"abstract,omitempty"` // plain text with blank lines between paragraphs; HTML and Markdown are taken off
	Description string        `json:"description,omitempty"`
	Date        string        `json:"date,omitempty"`  // "2006-01-02" at the venue, on which it starts
	Start       string        `json:"start,omitempty"` // "15:04" at the venue
	Duration    time.Duration `json:"duration,omitempty"`
	Starts      time.Time     `json:"starts,omitzero"`
	Ends        time.Time     `json:"ends,omitzero"`
	Cancelled   bool          `json:"cancelled,omitempty"`
	Persons     []Person      `json:"persons,omitempty"`
	Tags        []string      `json:"tags,omitempty"`
	URL         string        `json:"url,omitempty"`
	Logo        string        `json:"logo,omitempty"`
	FeedbackURL string        `json:"feedback_url,omitempty"`
	Links       []Link        `json:"links,omitempty"`
	Attachments []Link        `json:"attachments,omitempty"`
	License     string        `json:"license,omitempty"` // of the recording
	NoRecording bool          `json:"no_recording,omitempty"`
	VideoURL    string        `json:"video_url,omitempty"`
	// Extra are columns and properties that have no other place, by their names.
	Extra map[string]string `json:"extra,omitempty"`
	Place Place             `json:"place"`
}

// Person is somebody with a part in an event. Key is like Event.Key; without any id it
// is "name:" and the folded name.
type Person struct {
	Key          string `json:"key"`
	GUID         string `json:"guid,omitempty"`
	ID           string `json:"id,omitempty"`
	Code         string `json:"code,omitempty"`
	Name         string `json:"name"`
	Role         string `json:"role,omitempty"` // as written; "" for a speaker
	Organisation string `json:"organisation,omitempty"`
	Biography    string `json:"biography,omitempty"`
	URL          string `json:"url,omitempty"`
}

// Link is a link or an attached file.
type Link struct {
	Title string `json:"title,omitempty"`
	URL   string `json:"url"`
	Type  string `json:"type,omitempty"`
}

// Place is where something stands in the source: lines, 1-based. Row is the row of a
// table, Sheet its sheet.
type Place struct {
	Line    int    `json:"line,omitempty"`
	EndLine int    `json:"end_line,omitempty"`
	Row     int    `json:"row,omitempty"`
	Sheet   string `json:"sheet,omitempty"`
}

// Outcome says what became of something that was not as it should be.
type Outcome string

// Outcomes.
const (
	Repaired Outcome = "repaired" // the value was wrong and its meaning clear
	Assumed  Outcome = "assumed"  // the value was missing and another stands for it
	Ignored  Outcome = "ignored"  // the value has no place here; the event was taken without it
	Refused  Outcome = "refused"  // the event was not taken
	Clash    Outcome = "clash"    // two events at once in a room or of a person; both were taken
)

// Finding is one thing that was not as it should be. Code is a stable lower-case name
// with dashes ("missing-guid", "duplicate-id", "room-clash"); Args are the values that
// a sentence about it needs, by name. Findings that hit many events alike are one
// finding with Count; Events then holds the keys of the first twenty.
type Finding struct {
	Outcome Outcome           `json:"outcome"`
	Code    string            `json:"code"`
	Args    map[string]string `json:"args,omitempty"`
	Count   int               `json:"count"`
	Events  []string          `json:"events,omitempty"`
	Place   Place             `json:"place"`
}

// Options are what the reader of a file knows beside it.
type Options struct {
	// Zone is the venue's, for a file that names none.
	Zone string
}
