package schedule

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// sample reads a file of testdata.
func sample(t *testing.T, name string, opt Options) (*Schedule, []Finding) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s, found, err := Read(name, data, opt)
	if err != nil {
		t.Fatal(err)
	}
	checkSound(t, s, found)
	return s, found
}

// byTitle finds an event.
func byTitle(t *testing.T, s *Schedule, title string) Event {
	t.Helper()
	i := slices.IndexFunc(s.Events, func(e Event) bool { return e.Title == title })
	if i < 0 {
		t.Fatalf("no event %q", title)
	}
	return s.Events[i]
}

// wantCodes checks how often each finding was made, those left out not at all.
func wantCodes(t *testing.T, found []Finding, want map[string]int) {
	t.Helper()
	got := map[string]int{}
	for _, f := range found {
		got[f.Code] += f.Count
	}
	for code, n := range want {
		if got[code] != n {
			t.Errorf("%s: %d times, want %d", code, got[code], n)
		}
	}
	for code, n := range got {
		if _, ok := want[code]; !ok {
			t.Errorf("%s: %d times, not expected", code, n)
		}
	}
}

func TestReadFrabXML(t *testing.T) {
	s, found := sample(t, "xml/frab.xml", Options{})
	wantCodes(t, found, map[string]int{
		"unknown-element": 1, "markup-removed": 3, "person-without-id": 1, "person-without-name": 1, "link-without-url": 1, "missing-track": 9,
		"duplicate-guid": 1, "missing-guid": 8, "missing-type": 7, "room-contradicts": 1, "title-assumed": 1, "duplicate-id": 1, "missing-title": 1,
		"missing-id": 1, "repeated-event": 1, "stray-text": 1, "day-date": 1, "missing-date": 7, "past-midnight": 2, "duration-unreadable": 1,
		"missing-duration": 1, "time-unreadable": 1, "missing-time": 1, "same-name": 1, "room-clash": 1, "person-clash": 1,
	})
	e := byTitle(t, s, "Opening & welcome")
	if e.Abstract != "Welcome to the forum.\n\n- Badges\n- Coffee\n\nSee the site (https://harbour.example.org/)." || e.Description != "A short word with a plan (https://harbour.example.org/plan)." {
		t.Errorf("texts %q and %q", e.Abstract, e.Description)
	}
	if !e.NoRecording || e.License != "CC BY 4.0" || e.Extra["mood"] != "festive" || len(e.Persons) != 3 || e.Persons[2].Key != "name:somebody else" || e.Place != (Place{Line: 20, EndLine: 44}) {
		t.Errorf("%+v", e)
	}
	if e := byTitle(t, s, "Sea cables"); e.Key != "id:2" || e.Duration != 90*time.Minute {
		t.Errorf("a GUID that stands there twice: %+v", e)
	}
	for title, want := range map[string]string{"Night watch": "2026-10-21 02:00", "Late lamps": "2026-10-21 00:30", "Coffee break": "2026-10-20 14:00", "When?": " "} {
		if e := byTitle(t, s, title); e.Date+" "+e.Start != want {
			t.Errorf("%s at %s %s, want %s", title, e.Date, e.Start, want)
		}
	}
	if e := byTitle(t, s, "Raw markup"); e.Abstract != "One\n\nTwo" {
		t.Errorf("markup that was not escaped: %q", e.Abstract)
	}
	if s.Days[1].Date != "2026-10-21" || s.Conference.City != "Yokohama" || s.Version != "Lantern 3" || s.Tracks[0].Color != "#0a7f3c" || s.Rooms[2].Name != "Foredeck" {
		t.Errorf("%+v %+v %+v", s.Days, s.Conference, s.Rooms)
	}
}

func TestReadBrokenXML(t *testing.T) {
	s, found := sample(t, "xml/pentabarf.xml", Options{Zone: "Europe/Paris"})
	if e := s.Events[0]; e.Title != "Débat &lol2; & thé & café !" || e.Abstract != "Bell rings" && e.Abstract != "Bell      rings" {
		t.Errorf("entities: %q, %q", e.Title, e.Abstract)
	}
	if e := s.Events[1]; e.Title != "Second" || e.Start != "11:00" {
		t.Errorf("a title that is not closed: %+v", e)
	}
	if s.Conference.Zone != "Europe/Paris" || len(find(found, "zone-assumed")) != 1 || len(find(found, "control-characters")) != 1 {
		t.Errorf("%+v", found)
	}

	s, _ = sample(t, "xml/utf16.xml", Options{})
	if e := s.Events[0]; e.Title != "灯台" || e.Start != "09:30" || e.Duration != 90*time.Minute {
		t.Errorf("UTF-16: %+v", e)
	}

	s, found = sample(t, "xml/truncated.xml", Options{})
	if f := find(found, "truncated"); len(s.Events) != 2 || len(f) != 1 || f[0].Outcome != Refused || f[0].Place.Line != 55 {
		t.Errorf("a file that ends too early: %d events, %+v", len(s.Events), f)
	}

	broken := `<schedule><day date="2026-10-20"><room name="A"><event id="1"><title>One</title></event><event id="2"><title>Two</b></title></event></room></day></schedule>`
	s, found, err := Read("", []byte(broken), Options{})
	if err != nil || len(s.Events) != 1 || len(find(found, "unclosed-event"))+len(find(found, "broken")) == 0 {
		t.Errorf("a stray end tag: %v, %+v", err, found)
	}
}

func TestReadFrabJSON(t *testing.T) {
	s, found := sample(t, "json/frab.json", Options{})
	wantCodes(t, found, map[string]int{
		"misplaced-rooms": 1, "markup-removed": 2, "link-without-url": 1, "private-field": 1, "person-without-name": 1, "missing-guid": 2,
		"missing-track": 2, "missing-type": 2, "missing-date": 1, "past-midnight": 1,
	})
	if e := s.Events[0]; e.ID != "41" || e.Abstract != "Some bold words\nand a line." || e.Persons[1].Key != "code:KMORI1" || len(e.Persons) != 2 || e.Extra["answers"] != "" {
		t.Errorf("%+v", e)
	}
	if e := s.Events[1]; e.Date != "2026-10-21" || e.Start != "01:00" {
		t.Errorf("after midnight: %+v", e)
	}
	if e := s.Events[2]; e.Title != "Breeze" || e.Duration != 75*time.Minute {
		t.Errorf("by its end: %+v", e)
	}
	if s.Version != "Lantern 3" || s.Conference.Acronym != "Harbour26" || s.Rooms[0].Capacity != 300 || len(s.Rooms) != 2 {
		t.Errorf("%+v %+v", s.Conference, s.Rooms)
	}

	data, err := os.ReadFile("testdata/json/frab.json")
	if err != nil {
		t.Fatal(err)
	}
	s, found, err = Read("", data[:strings.Index(string(data), "Small hours")], Options{})
	if err != nil || len(s.Events) != 1 || len(find(found, "truncated")) != 1 {
		t.Errorf("cut: %v %+v", err, found)
	}
}

func TestReadJSON2(t *testing.T) {
	s, found := sample(t, "json/hub.json", Options{})
	wantCodes(t, found, map[string]int{"missing-id": 1, "unknown-room": 1, "missing-room": 1, "missing-track": 1, "unknown-track": 1, "not-in-programme": 1})
	if e := s.Events[0]; !e.Cancelled || e.Track != "Cables" || e.Room != "Main Hall" || e.Abstract != "On tides." || e.Persons[0].Role != "MODERATOR" ||
		e.Persons[0].Biography != "Measures." || e.FeedbackURL == "" || len(e.Links) != 1 || e.Logo == "" {
		t.Errorf("%+v", e)
	}
	if s.Conference.Start != "2026-10-20" || s.Rooms[0].Description != "By the gate" {
		t.Errorf("%+v", s)
	}
}

func TestReadPretalx(t *testing.T) {
	s, found := sample(t, "pretalx/talks.json", Options{})
	wantCodes(t, found, map[string]int{
		"json-form": 1, "markup-removed": 1, "private-field": 1, "person-code-only": 1, "missing-room": 2, "missing-track": 3, "not-in-programme": 1,
		"missing-type": 2, "several-slots": 1, "zone-missing": 1, "missing-time": 1, "duration-in-seconds": 2, "end-before-start": 1,
	})
	if e := s.Events[0]; e.Key != "code:AAAAA1" || e.Type != "Workshop" || e.Room != "Main Hall" || e.Duration != 90*time.Minute ||
		e.Abstract != "Heading\n\nText with code." || !slices.Equal(e.Tags, []string{"sea", "cable"}) || e.Persons[0].Key != "code:SPEAK1" {
		t.Errorf("%+v", e)
	}
	if s.Events[3].Key != "code:AAAAA4#2" || !s.Events[3].Cancelled {
		t.Errorf("the second slot: %+v", s.Events[3])
	}
	s, _ = sample(t, "pretalx/speakers.json", Options{})
	if len(s.Persons) != 2 || s.Persons[0].Biography != "Dives deep." || len(s.Events) != 1 || s.Events[0].Persons[0].Name != "Kenji Mori" {
		t.Errorf("%+v", s)
	}
	s, _ = sample(t, "pretalx/one.json", Options{Zone: "Asia/Tokyo"})
	if e := s.Events[0]; e.Starts.Format(time.RFC3339) != "2026-10-20T01:00:00Z" || e.Duration != time.Hour {
		t.Errorf("%+v", e)
	}
}

func TestReadRefuses(t *testing.T) {
	many := `<schedule><day date="2026-10-20"><room name="A">` + strings.Repeat(`<event id="1"/>`, 3) + `</room></day></schedule>`
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"nothing":           {"", ErrUnknown},
		"words":             {"Dear Sir or Madam", ErrUnknown},
		"a page":            {"<!doctype html><html><body>no</body></html>", ErrUnknown},
		"a feed":            {"<rss><channel/></rss>", ErrUnknown},
		"other JSON":        {`{"a": [1, 2, 3]}`, ErrUnknown},
		"broken JSON":       {"{\"schedule\": {\n\"a\" 1}}", ErrBroken},
		"JSON cut":          {`{"schedule": {"version": "1", "conference": {"days": [`, ErrBroken},
		"XML cut":           {`<schedule><day date="2026-10-20"><room name="A"><event id="1"><title>A`, ErrBroken},
		"nameless":          {many, ErrBroken},
		"deep XML":          {"<schedule>" + strings.Repeat("<a>", 200), ErrBroken},
		"deep in an event":  {"<schedule><event>" + strings.Repeat("<a>", 200), ErrBroken},
		"deep JSON":         {strings.Repeat("[", 10_000), ErrBroken},
		"an enormous event": {"<schedule><event>" + strings.Repeat("<a/>", maxNodes+1), ErrTooLarge},
		"too many values":   {"[" + strings.Repeat("0,", maxValues+1), ErrTooLarge},
		"too many bytes":    {strings.Repeat(" ", maxBytes+1), ErrTooLarge},
		"too many events":   {"<schedule><day date='2026-10-20'>" + manyEvents(maxEvents+1), ErrTooLarge},
		"too many days":     {"<schedule>" + strings.Repeat("<day/>", maxDays+1), ErrTooLarge},
	} {
		_, _, err := Read(name, []byte(c.data), Options{})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	_, _, err := Read("f.json", []byte("{\"schedule\": {\n\"a\" 1}}"), Options{})
	if err == nil || !strings.Contains(err.Error(), "f.json") || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("the error says neither file nor line: %v", err)
	}
}

func manyEvents(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<event id='%d'><title>x</title></event>", i+1)
	}
	return b.String()
}

func TestMeaningOfTimes(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0:45": 45 * time.Minute, "45": 45 * time.Minute, "PT45M": 45 * time.Minute, "1:30:00": 90 * time.Minute, "00:05:00": 5 * time.Minute,
		"90 min": 90 * time.Minute, "1h30": 90 * time.Minute, "1.5 h": 90 * time.Minute, "2 hours": 2 * time.Hour, "P1D": 24 * time.Hour, "0": 0, "": -1, "soon": -1, "-5": -1, "9999:00": -1,
	} {
		if d, ok := readDuration(text); ok != (want >= 0) || ok && d != want {
			t.Errorf("%q lasts %v %v, want %v", text, d, ok, want)
		}
	}
	for text, want := range map[string]string{
		"2026-10-20": "2026-10-20T00:00:00Z", "2026-10-20T10:30:00+09:00": "2026-10-20T01:30:00Z", "2026-10-20 10:30 UTC": "2026-10-20T10:30:00Z",
		"2026-10-20T10:30:00.5-0330": "2026-10-20T14:00:00Z", "20.10.2026": "2026-10-20T00:00:00Z", "2026/10/20 9:05": "2026-10-20T09:05:00Z",
		"2026-02-30": "", "tomorrow": "", "2026-10-20T10:30:00+99:00": "", "0000-00-00": "", "2026-10-20 noon": "",
	} {
		m, ok := readMoment(text)
		if got := m.t.UTC().Format(time.RFC3339); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %s %v, want %s", text, got, ok, want)
		}
	}
	for text, want := range map[string]time.Duration{
		"10:30": 630 * time.Minute, "9.30": 570 * time.Minute, "26:00": 26 * time.Hour, "2:30 pm": 870 * time.Minute, "12:15 AM": 15 * time.Minute, "10": -1, "99:00": -1, "": -1,
	} {
		if d, ok := readClock(text); ok != (want >= 0) || ok && d != want {
			t.Errorf("the clock %q is %v %v, want %v", text, d, ok, want)
		}
	}
}

func TestPlainText(t *testing.T) {
	for in, want := range map[string]string{
		"<p>One<br>two</p><p>three &amp; four</p>":                        "One\ntwo\n\nthree & four",
		"<ul><li><p>a</p></li><li>b</li></ul>":                            "- a\n- b",
		"1 < 2 and <name@example.org> or Vec<T>":                          "1 < 2 and <name@example.org> or Vec<T>",
		"<script>alert(1)</script><b>bold</b>":                            "bold",
		"<a href=\"https://x.example\">https://x.example/</a>":            "https://x.example/",
		"<pre>  a\n  b</pre>":                                             "a\n  b",
		"# Head\n\nSome *words* and __more__ `code`.\n\n* a\n+ b":         "Head\n\nSome words and more code.\n\n- a\n- b",
		"[site](https://x.example/a_b) ![pic](p.png) <https://y.example>": "site (https://x.example/a_b) pic https://y.example",
		"snake_case_name and 2 * 3 * 4":                                   "snake_case_name and 2 * 3 * 4",
		"> quoted\n\n---\n\n```\nx = *y*\n```":                            "quoted\n\nx = *y*",
		"line<br />\nnext":                                                "line\nnext",
		"Title\n=====\ntext":                                              "Title\n\ntext",
		"?a=1&copy=2 &eacute; \\*":                                        "?a=1&copy=2 é *",
	} {
		if got := plainText(in); got != want {
			t.Errorf("%q\nis   %q\nwant %q", in, got, want)
		}
	}
}

func TestReadRepeats(t *testing.T) {
	one := `{"id":1,"title":"One","start":"10:00","duration":"01:00"},`
	other := `{"id":1,"title":"Other","start":"12:00","duration":"01:00"},`
	file := `{"schedule":{"conference":{"days":[{"date":"2026-10-20","rooms":{"A":[` + one + one + one + other + other + `{"id":1,"title":"Third"}]}}]}}}`
	s, found, err := Read("", []byte(file), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, e := range s.Events {
		keys = append(keys, e.Key)
	}
	if want := []string{"id:1", "id:1#2", "id:1#3", "id:1#4"}; !slices.Equal(keys, want) {
		t.Errorf("keys %q, want %q", keys, want)
	}
	if f := find(found, "repeated-event"); len(f) != 1 || f[0].Count != 2 || f[0].Outcome != Refused {
		t.Errorf("%+v", f)
	}
	checkWritten(t, s)
}

func TestReadMarkupLimit(t *testing.T) {
	text := strings.Repeat("*word* ", maxMarkup/7+1)
	s, found, err := Read("", []byte(`{"title":"Long","code":"A","abstract":"`+text+`"}`), Options{})
	if err != nil || len(find(found, "markup-kept")) != 1 || !strings.HasPrefix(s.Events[0].Abstract, "*word* ") {
		t.Errorf("%v, %+v", err, found)
	}
}
