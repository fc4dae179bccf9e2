package programme

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"plenary/internal/core"
	"plenary/internal/testkit"
)

func readCSV(t *testing.T, body string) [][]string {
	t.Helper()
	text, ok := strings.CutPrefix(body, "\ufeff")
	if !ok {
		t.Error("the table does not say that it is UTF-8")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// readICS reads a calendar file and holds every line to the rules of RFC 5545.
func readICS(t *testing.T, body string) *ics.Calendar {
	t.Helper()
	if !strings.HasSuffix(body, "\r\n") || strings.Contains(strings.ReplaceAll(body, "\r\n", ""), "\n") {
		t.Error("lines do not all end with CRLF")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(body, "\r\n"), "\r\n") {
		if len(line) > 75 {
			t.Errorf("line of %d octets: %q", len(line), line)
		}
		if strings.TrimSpace(line) == "" {
			t.Error("there is an empty line")
		}
		if !slices.Equal([]rune(line), []rune(strings.ToValidUTF8(line, "?"))) {
			t.Errorf("a letter is cut in two: %q", line)
		}
	}
	cal, err := ics.ParseCalendar(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func property(e *ics.VEvent, name ics.ComponentProperty) string {
	if p := e.GetProperty(name); p != nil {
		return p.Value
	}
	return ""
}

// moment reads a time of an event by the rules that its calendar brings along, not by
// those of this machine.
func moment(t *testing.T, cal *ics.Calendar, e *ics.VEvent, name ics.ComponentProperty) time.Time {
	t.Helper()
	p := e.GetProperty(name)
	wall, err := time.Parse("20060102T150405", strings.TrimSuffix(p.Value, "Z"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(p.Value, "Z") {
		return wall
	}
	offset, latest := "", ""
	for _, z := range cal.Timezones() {
		if z.GetProperty(ics.ComponentPropertyTzid).Value != p.ICalParameters["TZID"][0] {
			continue
		}
		for _, c := range z.Components {
			var base *ics.ComponentBase
			switch c := c.(type) {
			case *ics.Standard:
				base = &c.ComponentBase
			case *ics.Daylight:
				base = &c.ComponentBase
			default:
				t.Fatalf("%T within a zone", c)
			}
			if from := base.GetProperty(ics.ComponentPropertyDtStart).Value; from <= p.Value && from > latest {
				latest, offset = from, base.GetProperty("TZOFFSETTO").Value
			}
		}
	}
	at, err := time.Parse("20060102T150405-0700", p.Value+offset)
	if err != nil {
		t.Fatalf("no zone for %v: %v", p, err)
	}
	return at.UTC()
}

// E106: what the calendar file says is what the programme says: every session, in
// every script, by the clock of the venue.
func TestCalendarFileSaysTheProgramme(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		f := newFair(t, url, kyoto)
		f.fill(60)
		for _, lang := range []string{"en", "ar"} {
			w := f.get("", "/"+lang+"/2023/programme.ics")
			if got := w.Header().Get("Content-Type"); got != "text/calendar; charset=utf-8" {
				t.Errorf("it is sent as %s", got)
			}
			cal := readICS(t, w.Body.String())
			list, err := f.s.Briefs(t.Context(), core.Visitor, f.set, Filter{})
			f.ok(err)
			byUID := map[string]*ics.VEvent{}
			for _, e := range cal.Events() {
				byUID[e.Id()] = e
			}
			placed := 0
			for _, b := range list {
				if !b.Scheduled() {
					continue
				}
				placed++
				e := byUID[string(b.ID)+"@forum.example"]
				if e == nil {
					t.Fatalf("%s is missing", b.Ref)
				}
				title, _ := b.Title.In(lang)
				if got := property(e, ics.ComponentPropertySummary); !strings.HasSuffix(got, RefLabel(b.Ref)+": "+title) {
					t.Errorf("%s is called %q", b.Ref, got)
				}
				if !moment(t, cal, e, ics.ComponentPropertyDtStart).Equal(b.Starts.Time()) || !moment(t, cal, e, ics.ComponentPropertyDtEnd).Equal(b.Ends.Time()) {
					t.Errorf("%s is at another time", b.Ref)
				}
				want := "CONFIRMED"
				if b.State == StateCancelled {
					want = "CANCELLED"
				}
				if got := property(e, ics.ComponentPropertyStatus); got != want {
					t.Errorf("%s is %s", b.Ref, got)
				}
				if got := property(e, ics.ComponentPropertyDescription); got != "What is asked; and why, in Zürich or 東京.\n\nSecond paragraph." {
					t.Errorf("it is described as %q", got)
				}
				if r := f.set.Room(b.Room); r != nil && lang == "en" {
					if got := property(e, ics.ComponentPropertyLocation); got != r.Name.String()+", Conference Centre; Hall, East, Kyoto" {
						t.Errorf("it takes place in %q", got)
					}
				}
				if got := property(e, ics.ComponentPropertyUrl); got != "https://forum.example"+b.Path() {
					t.Errorf("its address is %s", got)
				}
			}
			if len(byUID) != placed {
				t.Errorf("%d events for %d sessions", len(byUID), placed)
			}
		}
		theme := f.set.Themes[2].Slug
		sel, err := f.s.choose(t.Context(), core.Visitor, f.set, choice{}.with(byTheme, theme))
		f.ok(err)
		want := 0
		for _, b := range sel.list {
			if b.Scheduled() {
				want++
			}
		}
		cal := readICS(t, f.get("", "/2023/programme.ics?theme="+theme).Body.String())
		if len(cal.Events()) != want {
			t.Errorf("the calendar of a theme has %d events, want %d", len(cal.Events()), want)
		}
	})
}

// The clocks change in the night between the two days of this meeting.
func TestCalendarFileWhileTheClocksChange(t *testing.T) {
	f := newFair(t, testkit.SQLite(t), zurich)
	before := f.add("workshop", "Summer; still", "2026-10-24", "14:00", 60, "Room A", nil)
	night := f.add("networking", "Night", "2026-10-25", "01:30", 120, "Room A", nil)
	after := f.add("workshop", "Winter", "2026-10-26", "14:00", 60, "Room A", nil)
	body := f.get("", "/2026-test/programme.ics").Body.String()
	cal := readICS(t, body)
	if got := len(cal.Timezones()); got != 1 {
		t.Fatalf("%d zones", got)
	}
	for _, x := range []*Session{before, night, after} {
		for _, e := range cal.Events() {
			if !strings.HasPrefix(e.Id(), string(x.ID)) {
				continue
			}
			if got := e.GetProperty(ics.ComponentPropertyDtStart).ICalParameters["TZID"][0]; got != "Europe/Zurich" {
				t.Errorf("zone %s", got)
			}
			if got := moment(t, cal, e, ics.ComponentPropertyDtStart); !got.Equal(x.Starts.Time()) {
				t.Errorf("%s starts at %v, want %v", x.Ref, got, x.Starts)
			}
			// The library reads it by the zone's name.
			if got, err := e.GetEndAt(); err != nil || !got.Equal(x.Ends.Time()) {
				t.Errorf("%s ends at %v, want %v (%v)", x.Ref, got, x.Ends, err)
			}
		}
	}
	if doc := f.page("", "/2026-test/programme/all"); doc.Find(".subtitle").Text() != "Times are Zürich: UTC+2 at first, then UTC+1, because the clocks change during the meeting." {
		t.Errorf("the page says %q", doc.Find(".subtitle").Text())
	}
}

// A calendar that has the session already learns of each change by its number.
func TestCalendarFileOfOneSession(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		f := newFair(t, url, kyoto)
		x := f.add("workshop", "Rural networks", "2023-10-11", "14:00", 90, "Room I", func(n *NewSession) { n.Texts.Theme = f.set.Themes[1].ID })
		read := func() *ics.VEvent {
			w := f.get("", "/2023/"+x.Ref+"/calendar.ics")
			if w.Code != http.StatusOK {
				t.Fatalf("%d %v", w.Code, f.log.errors)
			}
			events := readICS(t, w.Body.String()).Events()
			if len(events) != 1 {
				t.Fatalf("%d events", len(events))
			}
			return events[0]
		}
		first := read()
		f.clock.Freeze(f.clock.Now().Add(time.Hour))
		_, err := f.s.Move(t.Context(), secretary, f.set, x.Ref, MoveInput{
			Version: x.Version, Date: "2023-10-11", Start: "15:00", End: "16:30", Room: x.Room, State: StateScheduled,
		})
		f.ok(err)
		second := read()
		if first.Id() != second.Id() {
			t.Error("the session got another UID")
		}
		if property(first, ics.ComponentPropertySequence) >= property(second, ics.ComponentPropertySequence) {
			t.Error("the number of the change did not rise")
		}
		if got := property(second, ics.ComponentPropertyDtStart); got != "20231011T150000" {
			t.Errorf("it starts at %s", got)
		}
		if a, b := property(first, ics.ComponentPropertyLastModified), property(second, ics.ComponentPropertyLastModified); a != "20230901T090000Z" || b != "20230901T100000Z" {
			t.Errorf("last changed %s, then %s", a, b)
		}
		y := f.add("workshop", "Some time", "", "", 0, "", nil)
		for _, ref := range []string{y.Ref, "ws999"} {
			if w := f.get("", "/2023/"+ref+"/calendar.ics"); w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", ref, w.Code)
			}
		}
	})
}

func TestTablesForPrograms(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		f := newFair(t, url, kyoto)
		x := f.add("workshop", "=HYPERLINK(\"x\"), or \"quotes\"\nand lines", "2023-10-11", "14:00", 90, "Room I", func(n *NewSession) {
			n.Texts.Theme, n.Texts.Questions, n.Texts.Tags = f.set.Themes[1].ID, []core.ID{f.set.Questions[2].ID, f.set.Questions[0].ID}, "DNS, Ethics"
			n.Standing.Tracks = f.tracks[:2]
		})
		f.add("workshop", "Some time", "", "", 0, "", nil)
		rows := readCSV(t, f.get("", "/2023/programme.csv").Body.String())
		if len(rows) != 3 {
			t.Fatalf("%d rows", len(rows))
		}
		got := map[string]string{}
		for i, name := range rows[0] {
			got[name] = rows[1][i]
		}
		for name, want := range map[string]string{
			"ref": x.Ref, "title": "'=HYPERLINK(\"x\"), or \"quotes\"\nand lines", "type": "Workshop", "theme": "Avoiding Internet fragmentation",
			"day": "2023-10-11", "start": "14:00", "end": "15:30", "zone": "Asia/Tokyo", "start_utc": "2023-10-11T05:00:00Z", "room": "Room I",
			"venue": "Conference Centre; Hall, East", "state": "scheduled", "tracks": "The track of A; The track of B", "questions": "1; 2.1",
			"tags": "DNS; Ethics", "url": "https://forum.example/2023/" + x.Ref,
		} {
			if got[name] != want {
				t.Errorf("%s is %q, want %q", name, got[name], want)
			}
		}
		var whole []Listed
		f.ok(json.Unmarshal(f.get("", "/2023/programme.json").Body.Bytes(), &whole))
		var part core.List[Listed]
		f.ok(json.Unmarshal(f.get("", "/api/v1/editions/2023/sessions?limit=1&type=workshop").Body.Bytes(), &part))
		if len(whole) != 2 || len(part.Items) != 1 || part.Total != 2 || part.Next == "" || part.Items[0].Ref != whole[0].Ref || whole[0].StartsLocal != "2023-10-11T14:00:00+09:00" {
			t.Errorf("JSON: %+v, API: %+v", whole, part)
		}
		if w := f.get("", "/api/v1/editions/2023/sessions?room=nowhere"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a room that is not there: %d", w.Code)
		}
	})
}
