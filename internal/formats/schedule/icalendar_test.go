package schedule

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"plenary/internal/core"
)

// readSample reads a file of testdata as Read does.
func readSample(t *testing.T, path string, opt Options) (*Schedule, []Finding) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + path)
	if err != nil {
		t.Fatal(err)
	}
	s, found, err := Read(path, data, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s, found
}

func eventOf(t *testing.T, s *Schedule, key string) *Event {
	t.Helper()
	for i := range s.Events {
		if s.Events[i].Key == key {
			return &s.Events[i]
		}
	}
	t.Fatalf("no event %q", key)
	return nil
}

// saying describes an event in a line, to hold it to.
func saying(e *Event) string {
	var people []string
	for _, p := range e.Persons {
		s := p.Name
		if p.Organisation != "" {
			s += " of " + p.Organisation
		}
		if p.Role != "" {
			s += " as " + p.Role
		}
		people = append(people, s)
	}
	line := fmt.Sprintf("%s | %s | %s %s %d | %s | %s", e.Key, e.Title, e.Date, e.Start, int(e.Duration.Minutes()), e.Room, strings.Join(people, ", "))
	if e.Cancelled {
		line += " | cancelled"
	}
	return line
}

func wantEvents(t *testing.T, s *Schedule, want ...string) {
	t.Helper()
	for i := range max(len(want), len(s.Events)) {
		switch {
		case i >= len(want):
			t.Errorf("one too many: %s", saying(&s.Events[i]))
		case i >= len(s.Events):
			t.Errorf("missing: %s", want[i])
		case saying(&s.Events[i]) != want[i]:
			t.Errorf("event %d is\n  %s\nnot\n  %s", i, saying(&s.Events[i]), want[i])
		}
	}
}

// wantFindings holds findings to "outcome code count arg=value …".
func wantFindings(t *testing.T, found []Finding, want ...string) {
	t.Helper()
	var got []string
	for _, f := range found {
		line := fmt.Sprintf("%s %s %d", f.Outcome, f.Code, f.Count)
		names := make([]string, 0, len(f.Args))
		for name := range f.Args {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			line += " " + name + "=" + f.Args[name]
		}
		got = append(got, line)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("found\n  %s\nnot\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestCalendarOfGoogle(t *testing.T) {
	s, found := readSample(t, "calendar/google.ics", Options{Zone: "Europe/Paris"})
	wantEvents(
		t, s,
		"uid:opening123@google.com | Opening ceremony | 2026-10-20 09:00 60 | Main Hall | Amina Diallo as attendee",
		"uid:second456@google.com | Cables under the sea | 2026-10-20 10:30 90 | Room 2 |  | cancelled",
		"uid:daily789@google.com | Morning briefing | 2026-10-21 09:00 30 |  | ",
		"uid:daily789@google.com#20261022T090000 | Morning briefing (later) | 2026-10-22 10:00 30 |  | ",
		"uid:allday@google.com | Excursion to the lighthouse | 2026-10-23  0 |  | ",
	)
	wantFindings(
		t, found, "ignored address-dropped 1", "ignored recurrence-ignored 1", "assumed all-day 1", "refused private-event 1",
	)
	if c := s.Conference; c.Title != "Harbour Forum 2026" || c.Zone != "Asia/Tokyo" || c.Venue != "Harbour Centre, Yokohama" {
		t.Errorf("the meeting is %+v", c)
	}
	opening := eventOf(t, s, "uid:opening123@google.com")
	if opening.Abstract != "Welcome to the forum.\n\nDoors open at eight; bring your badge, please." {
		t.Errorf("it is described as %q", opening.Abstract)
	}
	for _, p := range opening.Persons {
		if strings.Contains(p.Name, "@") {
			t.Errorf("an address is a name: %q", p.Name)
		}
	}
	if all := eventOf(t, s, "uid:allday@google.com"); !all.Starts.IsZero() {
		t.Errorf("a day begins at %s", all.Starts)
	}
	if brief := eventOf(t, s, "uid:daily789@google.com"); len(brief.Links) != 1 || brief.Links[0].URL != "https://meet.example.org/briefing" {
		t.Errorf("the online meeting is at %v", brief.Links)
	}
}

// Zones: names of Windows, and rules that only the file has.
func TestCalendarOfOutlook(t *testing.T) {
	s, found := readSample(t, "calendar/outlook.ics", Options{})
	for key, want := range map[string]string{
		"uid:040000008200E00074C5B7101A82E00800000000": "2026-10-20T08:00:00Z 2026-10-20T09:30:00Z",
		"uid:custom-summer":                            "2026-10-20T12:30:00Z 2026-10-20T14:00:00Z",
		"uid:custom-winter":                            "2026-12-01T13:30:00Z 2026-12-01T14:15:00Z",
	} {
		e := eventOf(t, s, key)
		if got := e.Starts.Format(time.RFC3339) + " " + e.Ends.Format(time.RFC3339); got != want {
			t.Errorf("%s is at %s, not %s", key, got, want)
		}
		if e.Start != "10:00" {
			t.Errorf("%s begins at %s by the clock of the venue", key, e.Start)
		}
	}
	first := s.Events[0]
	if first.Abstract != "Un atelier.\n\nDeux parties." || first.Language != "fr-ch" || s.Conference.Zone != "Europe/Berlin" {
		t.Errorf("%q in %s, zone %s", first.Abstract, first.Language, s.Conference.Zone)
	}
	if fog := eventOf(t, s, "uid:custom-summer"); fog.Title != "Fog signals" || !fog.Cancelled {
		t.Errorf("%q is cancelled: %t", fog.Title, fog.Cancelled)
	}
	wantFindings(t, found, "assumed cancelled-by-title 1")
}

func TestCalendarOfIndico(t *testing.T) {
	s, found := readSample(t, "calendar/indico.ics", Options{Zone: "Europe/Zurich"})
	wantEvents(t, s, "uid:indico-contribution-41@indico.example.org | Measuring tides | 2026-10-20 09:00 20 | Building 40, Room 4 | ")
	e := s.Events[0]
	if e.Track != "Oceans" || !slices.Equal(e.Tags, []string{"Talk", "Data"}) || e.URL != "https://indico.example.org/event/7/contributions/41/" {
		t.Errorf("track %q, tags %q, address %s", e.Track, e.Tags, e.URL)
	}
	if !strings.Contains(e.Abstract, "\nMeasuring tides with old telephones.\n") {
		t.Errorf("folds are left in %q", e.Abstract)
	}
	wantFindings(t, found)
}

// A file with every fault that calendar files have is read, and each is said.
func TestCalendarThatIsBroken(t *testing.T) {
	s, found := readSample(t, "calendar/broken.ics", Options{})
	wantEvents(
		t, s,
		"uid:a-1 | Première séance, revue | 2026-10-20 09:30 30 | Salle A | ",
		"uid:a-2 | Sans zone connue | 2026-10-20 11:00 0 |  | ",
		"title:sans identite@demain | Sans identité |   0 |  | ",
	)
	wantFindings(
		t, found,
		"assumed encoding 1 Encoding=Windows-1252", "repaired line-joined 1",
		"repaired calendar-unfinished 1 Component=VCALENDAR", "repaired calendar-unfinished 1 Component=VEVENT",
		"repaired calendar-unfinished 1 Component=VTODO", "ignored calendar-component 1 Component=VTODO",
		"assumed zone-missing 2", "ignored duplicate-id 1 ID=a-1", "assumed zone-unknown 1 Zone=Mars/Olympus",
		"refused missing-title 1", "assumed missing-id 1", "ignored time-unreadable 1 Column=DTSTART Value=demain",
	)
	if !s.Events[0].Starts.IsZero() {
		t.Error("an instant was made without a zone")
	}
	with, _ := readSample(t, "calendar/broken.ics", Options{Zone: "Europe/Paris"})
	if at := with.Events[0].Starts.Format(time.RFC3339); at != "2026-10-20T07:30:00Z" {
		t.Errorf("a time without a zone is at %s", at)
	}
}

// What our own programme writes reads back whole: every session with its title, time,
// room and state, in each language and by every clock.
func TestOwnCalendarReadsBack(t *testing.T) {
	for _, zone := range []string{"Asia/Tokyo", "Europe/Paris", "America/St_Johns", "UTC"} {
		for _, cancelled := range []string{"Cancelled: ", "Annulée : ", "Cancelada: ", "Отменено: ", "已取消：", "ملغاة: "} {
			cal := ics.NewCalendarFor("plenary")
			cal.SetProductId("-//Plenary//Programme//EN")
			cal.SetXWRCalName("Harbour Forum")
			cal.SetXWRTimezone(zone)
			var want []string
			for i, session := range []struct{ label, code, title, room, theme, kind string }{
				{"WS 1", "ws1", "Cables, and other lines; \"old\" ones", "Room 1", "Infrastructure", "Workshop"},
				{"Main 2", "main2", "مستقبل الإنترنت: كيف؟", "Main Hall", "", "Main session"},
				{"OF 3", "of3", strings.Repeat("A long title that is folded in 東京 ", 4) + "end", "", "Trust", "Open forum"},
				{"DC 4", "dc4", "Cables of a coalition", "Room 1", "", "Workshop"},
			} {
				starts := time.Date(2026, 10, 24, 8+i, 0, 0, 0, core.Zone(zone)).AddDate(0, 0, i) // over the end of summer time
				e := cal.AddEvent(session.code + "@harbour.example.org")
				if zone == "UTC" {
					e.SetProperty(ics.ComponentPropertyDtStart, starts.Format(calLocal)+"Z")
					e.SetProperty(ics.ComponentPropertyDtEnd, starts.Add(time.Hour).Format(calLocal)+"Z")
				} else {
					e.SetProperty(ics.ComponentPropertyDtStart, starts.Format(calLocal), ics.WithTZID(zone))
					e.SetProperty(ics.ComponentPropertyDtEnd, starts.Add(time.Hour).Format(calLocal), ics.WithTZID(zone))
				}
				title, state := session.label+": "+session.title, ""
				if i == 1 {
					title, state = cancelled+title, " | cancelled"
					e.SetStatus(ics.ObjectStatusCancelled)
				} else {
					e.SetStatus(ics.ObjectStatusConfirmed)
				}
				e.SetSummary(title)
				location := "Yokohama" // where no room is settled
				if session.room != "" {
					location = session.room + ", Harbour Centre, Yokohama"
				}
				e.SetLocation(location)
				if session.theme != "" {
					e.AddCategory(session.theme)
				}
				e.AddCategory(session.kind)
				want = append(want, fmt.Sprintf("uid:%s@harbour.example.org | %s | %s 60 | %s | %s", session.code, session.title, starts.Format("2006-01-02 15:04"), session.room, state))
			}
			s, found, err := Read("programme.ics", []byte(cal.Serialize(ics.WithNewLine("\r\n"))), Options{})
			if err != nil {
				t.Fatal(err)
			}
			wantEvents(t, s, want...)
			wantFindings(t, found)
			if s.Events[0].Code != "ws1" || s.Events[1].Code != "main2" || s.Conference.Venue != "Harbour Centre, Yokohama" {
				t.Errorf("codes %q and %q, at %q", s.Events[0].Code, s.Events[1].Code, s.Conference.Venue)
			}
			for i, kinds := range []string{"Infrastructure/Workshop", "/Main session", "Trust/Open forum", "/Workshop"} {
				if got := s.Events[i].Track + "/" + s.Events[i].Type; got != kinds {
					t.Errorf("theme and type are %s, not %s", got, kinds)
				}
			}
		}
	}
}

func TestZonesThatProgramsName(t *testing.T) {
	for name, want := range map[string]string{
		"Asia/Tokyo": "Asia/Tokyo", "Tokyo Standard Time": "Asia/Tokyo", "/mozilla.org/20050126_1/Europe/Paris": "Europe/Paris",
		"/freeassociation.sourceforge.net/America/New_York": "America/New_York", "America/New York": "America/New_York", `"India Standard Time"`: "Asia/Kolkata",
	} {
		if z, ok := findZone(name); !ok || z.name != want {
			t.Errorf("%s is %v, not %s", name, z, want)
		}
	}
	for _, name := range []string{"", "Local", "Mars/Olympus", "../../etc/passwd", "/", strings.Repeat("A/", 500)} {
		if z, ok := findZone(name); ok {
			t.Errorf("%q is %s", name, z.name)
		}
	}
	for name, iana := range windowsZones {
		if _, err := core.LoadZone(iana); err != nil {
			t.Errorf("%s means %s, which nobody knows", name, iana)
		}
	}
	if z, ok := findZone("UTC+05:30"); !ok || z.at(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)).UTC().Format("15:04") != "06:30" {
		t.Error("UTC+05:30 is not read")
	}
}

func TestNoCalendar(t *testing.T) {
	for _, s := range []string{"", "hello", "a;b:c\nd", "BEGIN:VCARD\nEND:VCARD"} {
		if _, _, err := readICalendar([]byte(s), Options{}); err == nil {
			t.Errorf("%q is a calendar", s)
		}
	}
	s, _, err := readICalendar([]byte("BEGIN:VCALENDAR\nEND:VCALENDAR"), Options{})
	if err != nil || len(s.Events) != 0 {
		t.Errorf("an empty calendar: %v", err)
	}
}

// Files that are made to keep a reader busy are read in time that grows with their
// length: folds that were lost without end, and zones that nobody knows.
func TestCalendarThatIsMadeToBeSlow(t *testing.T) {
	lost := "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:Fog\nDESCRIPTION:a\n" + strings.Repeat("a\n", 300_000)
	s, _, err := readICalendar([]byte(lost), Options{})
	if err != nil || len(s.Events) != 1 || strings.Count(s.Events[0].Abstract, "a") != 300_001 {
		t.Errorf("%d events, %v", len(s.Events), err)
	}
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\n")
	for i := range 5_000 {
		fmt.Fprintf(&b, "BEGIN:VEVENT\nUID:%d\nSUMMARY:Fog\nDTSTART;TZID=Mars/Olympus%d:20261020T090000\nEND:VEVENT\n", i, i)
	}
	s, _, err = readICalendar([]byte(b.String()), Options{})
	if err != nil || len(s.Events) != 5_000 || s.Events[4_999].Start != "09:00" || !s.Events[4_999].Starts.IsZero() {
		t.Errorf("%d events, %v", len(s.Events), err)
	}
}
