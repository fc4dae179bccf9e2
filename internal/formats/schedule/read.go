package schedule

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// Limits of what Read takes.
const (
	maxBytes  = 64 << 20
	maxEvents = 50_000
	maxDepth  = 100
	maxMarkup = 8 << 20 // bytes of text that are searched for markup
)

// Read recognises the format of a file and reads it. The name only helps where the
// bytes do not tell (a table), and stands in errors.
//
// The findings say what was repaired, assumed, left out or refused, and which events
// are at once in one room or with one person. The error wraps ErrUnknown for a file of
// another kind, ErrTooLarge for one beyond 64 MB or 50,000 events, and ErrBroken for a
// file of which no event can be taken; it then says where and why.
func Read(name string, data []byte, opt Options) (*Schedule, []Finding, error) {
	s, found, err := read(name, data, opt)
	if err != nil {
		if name != "" {
			err = fmt.Errorf("%s: %w", name, err)
		}
		return nil, nil, err
	}
	return s, found, nil
}

func read(name string, data []byte, opt Options) (*Schedule, []Finding, error) {
	if len(data) > maxBytes {
		return nil, nil, fmt.Errorf("%w: %d bytes, where %d are the most", ErrTooLarge, len(data), maxBytes)
	}
	var s *Schedule
	var found []Finding
	var err error
	switch sniff(name, data) {
	case FrabXML:
		return readXML(data, opt)
	case FrabJSON:
		return readJSON(data, opt)
	case Calendar:
		s, found, err = readICalendar(data, opt)
	case Table:
		s, found, err = readTable(name, data, opt)
	default:
		return nil, nil, fmt.Errorf("%w: neither XML, JSON, a calendar nor a table", ErrUnknown)
	}
	if err != nil {
		return nil, nil, err
	}
	finish(s)
	return s, append(found, clashes(s)...), nil
}

// sniff tells XML, JSON (as FrabJSON, whichever it is), calendars and tables apart.
func sniff(name string, data []byte) Format {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return Table
	}
	head := data
	if len(head) > 64<<10 {
		head = head[:64<<10]
	}
	text, _, _ := decode(head)
	text = strings.TrimLeft(text, " \t\r\n\v\f\x00\ufeff")
	low := strings.ToLower(text)
	switch {
	case text == "":
		return ""
	case strings.HasPrefix(low, "begin:vcalendar"):
		return Calendar
	case text[0] == '<':
		return FrabXML
	case text[0] == '{', text[0] == '[', strings.HasPrefix(text, "/*"), strings.HasPrefix(text, "//"):
		return FrabJSON
	case strings.Contains(low, "<schedule"):
		return FrabXML // stray text before the first element
	case strings.Contains(low, "begin:vcalendar"):
		return Calendar
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".tsv", ".tab", ".xlsx", ".xls", ".ods":
		return Table
	case ".ics", ".ical":
		return Calendar
	}
	line, _, _ := strings.Cut(text, "\n")
	if strings.ContainsAny(line, ",;\t|") {
		return Table
	}
	return ""
}

// reading is the state of reading one XML or JSON file.
type reading struct {
	s     *Schedule
	f     *findings
	opt   Options
	lines lineIndex
	plain bool // our own file: its texts hold no markup
	// markup counts the bytes that were searched for it.
	markup int

	dayChange string // wall clock at which a day of the programme begins, as stated
	days      []rawDay
	events    []rawTime // parallel to s.Events
	taken     identities
	roomAt    map[string]int
	tracks    map[string]bool
	refused   []string // reasons, for a file of which nothing could be taken
}

// begin decodes the file and starts to read it.
func begin(format Format, data []byte, opt Options) (*reading, string) {
	text, guessed, zeros := decode(data)
	clean, dropped := dropInvalid(text)
	r := newReading(format, clean, opt)
	if guessed != "" {
		r.f.add(Assumed, "encoding", "", Place{Line: 1}, "Encoding", guessed)
	}
	if zeros || dropped {
		r.f.add(Repaired, "control-characters", "", Place{Line: 1})
	}
	return r, clean
}

func newReading(format Format, text string, opt Options) *reading {
	return &reading{
		s:     &Schedule{Format: format, Events: []Event{}},
		f:     newFindings(nil),
		opt:   opt,
		lines: newLineIndex(text),
		taken: newIdentities(), roomAt: map[string]int{}, tracks: map[string]bool{},
	}
}

// result settles times and everything common, and refuses a file without any event
// that could be taken.
func (r *reading) result() (*Schedule, []Finding, error) {
	if len(r.s.Events) == 0 && len(r.refused) > 0 {
		return nil, nil, fmt.Errorf("%w: no event can be taken: %s", ErrBroken, strings.Join(r.refused, "; "))
	}
	r.settle()
	finish(r.s)
	r.sameNames()
	return r.s, append(r.f.list, clashes(r.s)...), nil
}

// refuse notes an event that is not taken and why.
func (r *reading) refuse(code, key string, p Place, reason string, args ...string) {
	r.f.add(Refused, code, key, p, args...)
	if len(r.refused) < 5 {
		r.refused = append(r.refused, fmt.Sprintf("line %d: %s", p.Line, reason))
	}
}

func tooMany() error {
	return fmt.Errorf("%w: more than %d events", ErrTooLarge, maxEvents)
}

// text takes the markup off a text of several paragraphs.
func (r *reading) text(s string, e *Event) string {
	clean := cleanText(s)
	if r.plain || clean == "" {
		return clean
	}
	if r.markup += len(clean); r.markup > maxMarkup {
		r.f.add(Ignored, "markup-kept", e.Key, e.Place)
		return clean
	}
	out := plainText(clean)
	if out != clean {
		r.f.add(Repaired, "markup-removed", e.Key, e.Place)
	}
	return out
}

// line cleans a text of one line.
func (r *reading) line(s string) string {
	if r.plain {
		return cleanLine(s)
	}
	return cleanLine(unescapeEntities(s))
}
