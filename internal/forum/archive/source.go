package archive

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/formats/inspect"
	"plenary/internal/formats/schedule"
)

// Follow is a schedule elsewhere that an edition follows: another Plenary, pretalx, frab,
// Indico, a calendar. Somebody looks at it; what differs is staged like a file that was sent.
type Follow struct {
	bun.BaseModel `bun:"table:import_sources,alias:so"`

	ID       core.ID      `bun:"id,pk" json:"id"`
	Edition  core.ID      `bun:"edition" json:"edition"`
	URL      string       `bun:"url" json:"url"`
	Name     string       `bun:"name" json:"name"`
	Lang     string       `bun:"lang" json:"lang" doc:"in which its texts are kept"`
	Kind     string       `bun:"kind" json:"kind,omitempty" doc:"what it was read as: frab-xml, frab-json, icalendar"`
	Address  string       `bun:"address" json:"address,omitempty" doc:"where the file itself was found"`
	ETag     string       `bun:"etag" json:"-"`
	Modified string       `bun:"modified" json:"-"`
	File     string       `bun:"file" json:"-"` // hash of the file to which both belong
	Looked   core.Instant `bun:"looked" json:"looked"`
	Outcome  Outcome      `bun:"outcome,type:jsonb" json:"outcome"`
	Account  core.ID      `bun:"account" json:"-"`
	Person   core.ID      `bun:"person" json:"person,omitempty"`
	Added    core.Instant `bun:"added" json:"added"`
	Removed  core.Instant `bun:"removed" json:"-"`
	Version  int64        `bun:"version" json:"-"`
}

// What somebody found who looked at a source.
const (
	FoundDiffers   = "differs"   // a list was staged
	FoundWaits     = "waits"     // the list of an earlier look still waits for a decision
	FoundUnchanged = "unchanged" // the source is as it was when it was taken in last
	FoundSame      = "same"      // all that it says is here already
	FoundItself    = "itself"    // it is this very edition
	FoundFailed    = "failed"    // Why says what was wrong
)

// Outcome is what came of looking at a source.
type Outcome struct {
	Code    string         `json:"code,omitempty" enum:"differs,waits,unchanged,same,itself,failed"`
	Import  core.ID        `json:"import,omitempty" doc:"the list that was staged"`
	New     int            `json:"new,omitempty"`
	Changed int            `json:"changed,omitempty"`
	Gone    int            `json:"gone,omitempty"`
	Why     string         `json:"why,omitempty" doc:"key of the message of what was wrong"`
	Args    map[string]Arg `json:"args,omitempty"`
}

// FollowInput is what somebody says of a source.
type FollowInput struct {
	URL  string `form:"url" ui:"text" required:"1" max:"1000"`
	Name string `form:"name" ui:"text" max:"200"`
	Lang string `form:"lang" ui:"select" required:"1"`
}

// schedules are the kinds of files that can be followed.
var schedules = []string{
	string(schedule.FrabXML), string(schedule.FrabJSON), string(schedule.JSON2), string(schedule.Pretalx), string(schedule.Calendar), string(schedule.Table),
}

// isSchedule tells whether a file is one that can be followed: a page or a text never is.
func isSchedule(read *inspect.Reading) bool {
	return read.Schedule != nil && slices.Contains(schedules, read.Kind)
}

// isPage tells whether what an address gave is a page for people.
func isPage(contentType string, data []byte) bool {
	head := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(data[:min(len(data), 512)]), "\ufeff"), " \t\r\n"))
	if strings.HasPrefix(head, "<!doctype html") || strings.Contains(head, "<html") {
		return true
	}
	html := contentType == "text/html" || contentType == "application/xhtml+xml"
	return html && strings.HasPrefix(head, "<") && !strings.HasPrefix(head, "<?xml") && !strings.HasPrefix(head, "<schedule")
}

var (
	indicoPage = regexp.MustCompile(`^(.*/event/[0-9]+)(?:/.*)?$`)
	frabPage   = regexp.MustCompile(`^(.*/public)(?:/.*)?$`)
	eventPage  = regexp.MustCompile(`/(?:schedule|talk|speaker|featured|cfp|programme|data|timetable|sessions|about)(?:/.*)?$`)
)

// exports are the addresses at which other programs usually publish the schedule of the
// event whose page that is.
func exports(page url.URL) []string {
	page.RawQuery, page.Fragment = "", ""
	path := strings.TrimRight(page.Path, "/")
	var out []string
	add := func(path, query string) {
		u := page
		u.Path, u.RawPath, u.RawQuery = path, "", query
		if s := u.String(); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if m := indicoPage.FindStringSubmatch(path); m != nil {
		add(m[1]+"/event.ics", "scope=contribution")
		return out
	}
	if m := frabPage.FindStringSubmatch(path); m != nil {
		add(m[1]+"/schedule.xml", "")
		return out
	}
	for _, base := range []string{path, eventPage.ReplaceAllString(path, "")} {
		add(base+"/schedule.json", "")                 // another Plenary
		add(base+"/schedule/export/schedule.json", "") // pretalx
		add(base+"/schedule/export/schedule.xml", "")
		if base == path && eventPage.MatchString(path) {
			out = nil // the page of a part: its event only
		}
	}
	return out
}

// fileName is what the file of a source is called: its ending tells what it is.
func fileName(name, address string, read *inspect.Reading) string {
	ext := ".json"
	switch {
	case read == nil:
		if u, err := url.Parse(address); err == nil {
			return u.Path[strings.LastIndex(u.Path, "/")+1:]
		}
		return ""
	case read.Kind == string(schedule.FrabXML):
		ext = ".xml"
	case read.Kind == string(schedule.Calendar):
		ext = ".ics"
	case read.Kind == string(schedule.Table):
		ext = ".csv"
		for _, other := range []string{".xlsx", ".tsv"} {
			if strings.HasSuffix(strings.ToLower(fileName("", address, nil)), other) {
				ext = other
			}
		}
	}
	if strings.HasSuffix(strings.ToLower(name), ext) {
		return name
	}
	return clipTo(name, 190) + ext
}
