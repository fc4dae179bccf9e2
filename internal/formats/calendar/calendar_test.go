package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"plenary/internal/core"
	"plenary/internal/formats/calendar"
)

// unfold gives the lines of a file and holds each to the rules of RFC 5545.
func unfold(t *testing.T, body []byte) []string {
	t.Helper()
	s := string(body)
	if !strings.HasSuffix(s, "\r\n") || strings.Contains(strings.ReplaceAll(s, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(s, "\r\n", ""), "\r") {
		t.Error("lines do not all end with CRLF")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.TrimSpace(line) == "" {
			t.Errorf("line of %d octets: %q", len(line), line)
		}
		if !slices.Equal([]rune(line), []rune(strings.ToValidUTF8(line, "?"))) {
			t.Errorf("a letter is cut in two: %q", line)
		}
	}
	if _, err := ics.ParseCalendar(strings.NewReader(s)); err != nil {
		t.Error(err)
	}
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(s, "\r\n ", ""), "\r\n"), "\r\n")
}

// clock reads local times by the rules that a file brings along, and by nothing else.
type clock struct {
	t     *testing.T
	rules map[string][][2]string // zone → when it begins, offset
}

func read(t *testing.T, lines []string) clock {
	c := clock{t, map[string][][2]string{}}
	zone, from := "", ""
	for _, l := range lines {
		name, value, _ := strings.Cut(l, ":")
		switch name {
		case "TZID":
			zone = value
		case "DTSTART":
			from = value
		case "TZOFFSETTO":
			c.rules[zone] = append(c.rules[zone], [2]string{from, value})
		}
	}
	return c
}

func (c clock) moment(line string) time.Time {
	c.t.Helper()
	name, value, _ := strings.Cut(line, ":")
	if strings.HasSuffix(value, "Z") {
		at, err := time.Parse("20060102T150405Z", value)
		if err != nil {
			c.t.Fatal(err)
		}
		return at
	}
	_, zone, _ := strings.Cut(name, ";TZID=")
	latest, offset := "", ""
	for _, r := range c.rules[zone] {
		if r[0] <= value && r[0] > latest {
			latest, offset = r[0], r[1]
		}
	}
	at, err := time.Parse("20060102T150405-0700", value+offset)
	if err != nil {
		c.t.Fatalf("no rule of %s for %s: %v", zone, value, err)
	}
	return at.UTC()
}

func with(lines []string, begin string) []string {
	var out []string
	for _, l := range lines {
		if strings.HasPrefix(l, begin) {
			out = append(out, l)
		}
	}
	return out
}

// E106: local times mean the instants that were meant, on both sides of a change of the
// clocks, by the zone that the file describes.
func TestZones(t *testing.T) {
	for _, x := range []struct {
		zone, first, last string // dates
		observances       int    // of the years between
	}{
		{"Europe/Oslo", "2026-10-23", "2026-10-27", 3},
		{"America/New_York", "2026-10-30", "2026-11-03", 3},
		{"America/New_York", "2026-12-30", "2027-03-20", 5},
		{"Asia/Kathmandu", "2026-10-23", "2026-10-27", 1},
		{"Africa/Casablanca", "2026-02-13", "2026-03-25", 3},
		{"America/St_Johns", "2026-03-06", "2026-03-10", 3},
		{"Australia/Lord_Howe", "2026-04-03", "2026-10-05", 3},
		{"Pacific/Apia", "2026-04-03", "2026-10-05", 1},
		{"UTC", "2026-10-23", "2026-10-27", 0},
		{"Nowhere/Land", "2026-10-23", "2026-10-27", 0},
	} {
		t.Run(x.zone+" "+x.first, func(t *testing.T) {
			loc := core.Zone(x.zone)
			at, _ := time.ParseInLocation(time.DateOnly, x.first, loc)
			until, _ := time.ParseInLocation(time.DateOnly, x.last, loc)
			c := calendar.Calendar{Name: "x", Zone: x.zone}
			var want []time.Time
			for ; at.Before(until); at = at.Add(23*time.Minute + 7*time.Hour/24) {
				if len(want) > 4000 {
					break
				}
				c.Events = append(c.Events, calendar.Event{UID: "u", Changed: at, Starts: at, Ends: at.Add(time.Hour), Zone: x.zone})
				want = append(want, at)
			}
			lines := unfold(t, c.Bytes())
			clock := read(t, lines)
			from, to := with(lines, "BEGIN:VEVENT"), slices.Index(lines, "BEGIN:VEVENT")
			if len(from) != len(want) {
				t.Fatalf("%d events", len(from))
			}
			starts, ends := with(lines[to:], "DTSTART"), with(lines[to:], "DTEND")
			for i, w := range want {
				if got := clock.moment(starts[i]); !got.Equal(w) {
					t.Fatalf("%s is %v, want %v", starts[i], got, w.UTC())
				}
				if got := clock.moment(ends[i]); !got.Equal(w.Add(time.Hour)) {
					t.Fatalf("%s is %v, want %v", ends[i], got, w.Add(time.Hour).UTC())
				}
			}
			if got := len(with(lines, "TZOFFSETTO")); got != x.observances {
				t.Errorf("%d observances, want %d", got, x.observances)
			}
			if x.zone == "Asia/Kathmandu" && !slices.Contains(lines, "TZOFFSETTO:+0545") {
				t.Error("Kathmandu is not at +05:45")
			}
			if x.zone == "Europe/Oslo" {
				for _, want := range []string{"DTSTART:20261025T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "TZNAME:CET", "BEGIN:STANDARD"} {
					if !slices.Contains(lines, want) {
						t.Errorf("no line %s", want)
					}
				}
			}
		})
	}
}

// Every sign that a title may have comes back, folded between letters, and nothing that
// somebody typed becomes a line of its own.
func TestLines(t *testing.T) {
	at := time.Date(2026, 10, 26, 9, 0, 0, 0, time.UTC)
	title := "Rural networks; \"quoted\", with \\ and ünïcödé 東京 " + strings.Repeat("حوكمة الإنترنت ", 12) + "end\r\nBEGIN:VALARM"
	c := calendar.Calendar{
		Name: "My\nprogramme", Text: "a\r\nb", URL: "https://forum.example/2026", Source: "https://forum.example/x.ics\r\nX:1", Again: time.Hour, Zone: "Europe/Oslo",
		Events: []calendar.Event{{
			UID: "1@forum.example", Sequence: 7, Changed: at, Starts: at, Ends: at.Add(90 * time.Minute), Zone: "Europe/Oslo", Title: title,
			Text: "One.\n\nTwo; three\x00.", Place: "Room I, Hall", URL: "https://forum.example/2026/ws1", Categories: []string{"Rights, freedoms", "Workshop"}, Status: calendar.Cancelled,
			Attendee: calendar.Party{Name: `A "B" C`, Email: "a@b.example"},
		}},
	}
	lines := unfold(t, c.Bytes())
	for _, want := range []string{
		"METHOD:PUBLISH", "X-WR-CALNAME:My programme", "NAME:My programme", `DESCRIPTION:a\nb`, "X-WR-TIMEZONE:Europe/Oslo", "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
		"SOURCE;VALUE=URI:https://forum.example/x.icsX:1", "UID:1@forum.example", "SEQUENCE:7", "DTSTAMP:20261026T090000Z", "LAST-MODIFIED:20261026T090000Z",
		"DTSTART;TZID=Europe/Oslo:20261026T100000", "DTEND;TZID=Europe/Oslo:20261026T113000", "STATUS:CANCELLED", "TRANSP:TRANSPARENT", `LOCATION:Room I\, Hall`,
		`DESCRIPTION:One.\n\nTwo\; three .`, "URL:https://forum.example/2026/ws1", `CATEGORIES:Rights\, freedoms,Workshop`,
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %q among\n%s", want, strings.Join(lines, "\n"))
		}
	}
	if len(with(lines, "BEGIN:VALARM")) != 0 || len(with(lines, "ATTENDEE")) != 0 {
		t.Error("what was typed steers, or a published file calls somebody")
	}
	back, err := ics.ParseCalendar(strings.NewReader(string(c.Bytes())))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := back.Events()[0].GetProperty(ics.ComponentPropertySummary).Value, strings.ReplaceAll(title, "\r\n", " "); got != want {
		t.Errorf("the title comes back as %q", got)
	}
	c.Method, c.Events[0].Status = calendar.Cancel, calendar.Confirmed
	lines = unfold(t, c.Bytes())
	for _, want := range []string{"METHOD:CANCEL", "STATUS:CANCELLED", `ATTENDEE;CN="A 'B' C";ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:a@b.example`} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %q", want)
		}
	}
	if first, second := string(c.Bytes()), string(c.Bytes()); first != second {
		t.Error("the same events are other bytes")
	}
}
