package schedule

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The rules of voc's XSD in Go, so that they are checked where neither it nor xmllint is.
var (
	ruleInstant  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$`)
	ruleDate     = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	ruleDuration = regexp.MustCompile(`^[0-9]{2}:[0-5][0-9]$`)
	ruleStart    = regexp.MustCompile(`^[0-2][0-9]:[0-5][0-9]$`)
	ruleUUID     = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	ruleSlug     = regexp.MustCompile(`^[a-z0-9_]{4,}-[a-z0-9_-]{4,}$`)
	ruleHTTP     = regexp.MustCompile(`^https?://[!-~]+$`)
	ruleNumber   = regexp.MustCompile(`^[1-9][0-9]{0,9}$`)
	ruleAny      = regexp.MustCompile(``)
	ruleCode     = regexp.MustCompile(`^[0-9A-Z]{6}$`)
	ruleBool     = regexp.MustCompile(`^(true|false)$`)
	ruleEmptyURL = regexp.MustCompile(`^(https?://[!-~]+)?$`)
	ruleTrack    = regexp.MustCompile(`^[a-z][a-z0-9-]+$`)
	ruleAcronym  = regexp.MustCompile(`^[a-z0-9_-]{4,}$`)
	ruleColor    = regexp.MustCompile(`^#[0-9a-f]{6}$`)
)

// part is what the XSD says of an element: which others and attributes may stand in it
// ("!" before those that must), and what its text is.
type part struct {
	children map[string]string // name to "", "!" or "*"
	attrs    map[string]*regexp.Regexp
	must     []string
	text     *regexp.Regexp
}

func attrsOf(pairs ...any) map[string]*regexp.Regexp {
	out := map[string]*regexp.Regexp{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1].(*regexp.Regexp)
	}
	return out
}

func childrenOf(words string) map[string]string {
	out := map[string]string{}
	for w := range strings.FieldsSeq(words) {
		name := strings.TrimRight(w, "!*")
		out[name] = w[len(name):]
	}
	return out
}

var xsd = map[string]part{
	"schedule":                     {children: childrenOf("generator url version! conference! day*")},
	"schedule/generator":           {attrs: attrsOf("name", ruleAny, "system", ruleAny, "version", ruleAny)},
	"schedule/url":                 {text: ruleHTTP},
	"schedule/version":             {text: ruleAny},
	"schedule/conference":          {children: childrenOf("title acronym start end days timeslot_duration base_url logo url time_zone_name color track*")},
	"conference/title":             {text: ruleAny},
	"conference/acronym":           {text: ruleAcronym},
	"conference/start":             {text: ruleDate},
	"conference/end":               {text: ruleDate},
	"conference/days":              {text: ruleNumber},
	"conference/timeslot_duration": {text: ruleDuration},
	"conference/base_url":          {text: ruleHTTP},
	"conference/url":               {text: ruleHTTP},
	"conference/time_zone_name":    {text: ruleAny},
	"conference/track":             {attrs: attrsOf("name", ruleAny, "color", ruleColor, "slug", ruleTrack), must: []string{"name"}},
	"schedule/day":                 {children: childrenOf("room*"), attrs: attrsOf("date", ruleDate, "start", ruleInstant, "end", ruleInstant, "index", ruleNumber), must: []string{"start", "end", "index"}},
	"day/room":                     {children: childrenOf("event*"), attrs: attrsOf("name", ruleAny, "guid", ruleUUID), must: []string{"name"}},
	"room/event": {
		children: childrenOf("room! title! subtitle type! date! start! duration! abstract! slug track! logo persons language description recording links attachments video_download_url url feedback_url origin_url"),
		attrs:    attrsOf("code", ruleCode, "id", ruleNumber, "guid", ruleUUID), must: []string{"id", "guid"},
	},
	"event/room": {text: ruleAny}, "event/title": {text: ruleAny}, "event/subtitle": {text: ruleAny}, "event/type": {text: ruleAny},
	"event/date": {text: ruleInstant}, "event/start": {text: ruleStart}, "event/duration": {text: ruleDuration}, "event/abstract": {text: ruleAny},
	"event/slug": {text: ruleSlug}, "event/track": {text: ruleAny}, "event/logo": {text: ruleEmptyURL}, "event/language": {text: ruleAny},
	"event/description": {text: ruleAny}, "event/url": {text: ruleHTTP}, "event/feedback_url": {text: ruleHTTP},
	"event/persons":   {children: childrenOf("person*")},
	"persons/person":  {attrs: attrsOf("id", ruleNumber, "guid", ruleUUID), text: ruleAny},
	"event/recording": {children: childrenOf("license! optout! url link")}, "recording/license": {text: ruleAny}, "recording/optout": {text: ruleBool}, "recording/url": {text: ruleHTTP},
	"event/links": {children: childrenOf("link*")}, "links/link": {attrs: attrsOf("href", ruleAny, "type", ruleAny), text: ruleAny},
	"event/attachments": {children: childrenOf("attachment*")}, "attachments/attachment": {attrs: attrsOf("href", ruleAny, "type", ruleAny), text: ruleAny},
}

// element is an open element of the checked document.
type element struct {
	name string
	part part
	seen map[string]int
	text strings.Builder
}

// checkXMLRules checks a document against the rules of the XSD, and that every event
// lies in its day.
func checkXMLRules(t testing.TB, data []byte) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(data)))
	var open []*element
	unique := map[string]bool{}
	once := func(kind, value string) {
		if unique[kind+value] {
			t.Errorf("%s %s twice", kind, value)
		}
		unique[kind+value] = true
	}
	days := 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the XML is not well formed: %v", err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			path, name := tok.Name.Local, tok.Name.Local
			if len(open) > 0 {
				up := open[len(open)-1]
				path = up.name + "/" + name
				mode, ok := up.part.children[name]
				if up.seen[name]++; !ok || mode != "*" && up.seen[name] > 1 {
					t.Errorf("%s may not stand there", path)
				}
			}
			rule, ok := xsd[path]
			if !ok {
				t.Fatalf("the XSD knows no %s", path)
			}
			open = append(open, &element{name: name, part: rule, seen: map[string]int{}})
			for _, a := range tok.Attr {
				if form := rule.attrs[a.Name.Local]; form == nil || !form.MatchString(a.Value) {
					t.Errorf("%s has %s=%q", path, a.Name.Local, a.Value)
				}
				if name == "event" || name == "day" && a.Name.Local == "index" {
					once(name+" "+a.Name.Local, a.Value)
				}
			}
			for _, must := range rule.must {
				if !slices.ContainsFunc(tok.Attr, func(a xml.Attr) bool { return a.Name.Local == must }) {
					t.Errorf("%s has no %s", path, must)
				}
			}
			if name == "day" {
				days++
			}
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text.Write(tok)
			}
		case xml.EndElement:
			e := open[len(open)-1]
			open = open[:len(open)-1]
			for child, mode := range e.part.children {
				if mode == "!" && e.seen[child] != 1 {
					t.Errorf("%s has no %s", e.name, child)
				}
			}
			text := e.text.String()
			if e.part.text != nil && !e.part.text.MatchString(text) || e.part.text == nil && strings.TrimSpace(text) != "" {
				t.Errorf("%s is %q", e.name, text)
			}
			if e.name == "slug" {
				once("slug", text)
			}
		}
	}
	if days == 0 {
		t.Error("a schedule without a day")
	}
	checkDays(t, data)
}

// checkDays: every event begins and ends on its day, and the order is day, room, start, GUID.
func checkDays(t testing.TB, data []byte) {
	t.Helper()
	var s struct {
		Days []struct {
			Start string `xml:"start,attr"`
			End   string `xml:"end,attr"`
			Rooms []struct {
				Name   string `xml:"name,attr"`
				Events []struct {
					GUID     string `xml:"guid,attr"`
					Date     string `xml:"date"`
					Start    string `xml:"start"`
					Duration string `xml:"duration"`
					Room     string `xml:"room"`
				} `xml:"event"`
			} `xml:"room"`
		} `xml:"day"`
	}
	if err := xml.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	instant := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
		}
		return at
	}
	for _, d := range s.Days {
		from, to := instant(d.Start), instant(d.End)
		for _, r := range d.Rooms {
			last := ""
			for _, e := range r.Events {
				at := instant(e.Date)
				length, _ := readDuration(e.Duration)
				if at.Before(from) || at.Add(length).After(to) || at.Format("15:04") != e.Start || e.Room != r.Name {
					t.Errorf("%+v of %q is not on its day %s to %s", e, r.Name, d.Start, d.End)
				}
				if order := at.UTC().Format(time.RFC3339) + e.GUID; order <= last {
					t.Errorf("%s out of order", e.GUID)
				} else {
					last = order
				}
			}
		}
	}
}

// checkJSONRules checks what both JSON schemas have in common with the XSD: valid JSON
// with unique ids and slugs; the schemas themselves are asked in TestSchemas.
func checkJSONRules(t testing.TB, data []byte, format string) {
	t.Helper()
	var file struct {
		Schedule struct {
			Conference struct {
				Acronym string `json:"acronym"`
				Days    []struct {
					Rooms map[string][]map[string]any `json:"rooms"`
				} `json:"days"`
			} `json:"conference"`
			Events []map[string]any `json:"events"`
		} `json:"schedule"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	events := file.Schedule.Events
	for _, d := range file.Schedule.Conference.Days {
		for _, list := range d.Rooms {
			events = append(events, list...)
		}
	}
	if !acronymJSON.MatchString(file.Schedule.Conference.Acronym) {
		t.Errorf("acronym %q", file.Schedule.Conference.Acronym)
	}
	seen := map[any]bool{}
	for _, e := range events {
		for _, name := range []string{"guid", "id", "slug", "code"} {
			v, ok := e[name]
			if ok && seen[[2]any{name, v}] {
				t.Errorf("%s: %s %v twice", format, name, v)
			}
			seen[[2]any{name, v}] = true
		}
		if guid, _ := e["guid"].(string); !ruleUUID.MatchString(guid) {
			t.Errorf("%s: guid %q", format, guid)
		}
	}
}
