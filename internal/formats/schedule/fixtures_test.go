package schedule

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/testkit"
)

// fixture reads a real programme. They lie beside the repository, which holds invented
// ones only (testdata).
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testkit.Shared(t, "fixtures/schedules"), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// counts is what is counted of a programme.
type counts struct {
	events, days, rooms, roomsUsed, tracks, tracksUsed, persons, names, roles, links, attachments, types int
}

func count(s *Schedule) counts {
	c := counts{events: len(s.Events), days: len(s.Days), rooms: len(s.Rooms), tracks: len(s.Tracks)}
	rooms, tracks, persons, names, types := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, e := range s.Events {
		if e.Room != "" {
			rooms[e.Room] = true
		}
		if e.Track != "" {
			tracks[e.Track] = true
		}
		if e.Type != "" {
			types[e.Type] = true
		}
		for _, p := range e.Persons {
			persons[p.Key], names[p.Name] = true, true
			c.roles++
		}
		c.links += len(e.Links)
		c.attachments += len(e.Attachments)
	}
	c.roomsUsed, c.tracksUsed, c.persons, c.names, c.types = len(rooms), len(tracks), len(persons), len(names), len(types)
	return c
}

func TestFixtureCounts(t *testing.T) {
	for _, c := range []struct {
		file   string
		format Format
		zone   string
		want   counts
	}{
		{"fosdem_2024.xml", FrabXML, "", counts{674, 2, 32, 26, 66, 55, 738, 732, 826, 439, 8, 3}},
		{"debconf23.xml", FrabXML, "Asia/Kolkata", counts{117, 8, 5, 5, 12, 12, 87, 87, 143, 0, 0, 5}},
		{"voc/validator/json/examples/frab-camp2019.json", FrabJSON, "Europe/Berlin", counts{79, 5, 2, 2, 7, 7, 90, 90, 96, 52, 12, 2}},
		{"voc/validator/json/examples/pretalx-democon.json", FrabJSON, "", counts{36, 3, 2, 2, 2, 2, 27, 27, 43, 0, 0, 2}},
		{"voc/validator/json/examples/pretalx-rc3.json", FrabJSON, "", counts{48, 4, 5, 5, 5, 5, 56, 56, 57, 0, 0, 6}},
		{"voc/validator/json/examples/hub-schedule2.json", JSON2, "Europe/Berlin", counts{2, 4, 5, 2, 7, 2, 4, 4, 4, 3, 1, 2}},
	} {
		t.Run(filepath.Base(c.file), func(t *testing.T) {
			s, found, err := Read(c.file, fixture(t, c.file), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if s.Format != c.format || s.Conference.Zone != c.zone {
				t.Errorf("format %s, zone %q", s.Format, s.Conference.Zone)
			}
			if got := count(s); got != c.want {
				t.Errorf("counted\n%+v, want\n%+v", got, c.want)
			}
			checkSound(t, s, found)
			for _, f := range found {
				if f.Outcome == Refused {
					t.Errorf("refused: %+v", f)
				}
			}
		})
	}
}

// checkSound holds for everything that is read.
func checkSound(t testing.TB, s *Schedule, found []Finding) {
	t.Helper()
	keys := map[string]bool{}
	rooms := map[string]bool{}
	for _, r := range s.Rooms {
		rooms[r.Name] = true
	}
	for _, e := range s.Events {
		if e.Key == "" || keys[e.Key] {
			t.Fatalf("the key %q is empty or there twice", e.Key)
		}
		keys[e.Key] = true
		if e.Title == "" || e.Place.Line == 0 && e.Place.Row == 0 {
			t.Errorf("%s has title %q and stands at %+v", e.Key, e.Title, e.Place)
		}
		if e.Room != "" && !rooms[e.Room] {
			t.Errorf("%s is in %q, which is none of the rooms", e.Key, e.Room)
		}
		if !e.Starts.IsZero() && e.Date == "" {
			t.Errorf("%s has an instant and no date", e.Key)
		}
	}
	for _, f := range found {
		if f.Code == "" || f.Count == 0 || f.Outcome == "" {
			t.Errorf("half a finding: %+v", f)
		}
	}
}

// find returns the findings with a code.
func find(found []Finding, code string) []Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f Finding) bool { return f.Code != code })
}

func TestFOSDEM(t *testing.T) {
	s, found, err := Read("fosdem_2024.xml", fixture(t, "fosdem_2024.xml"), Options{Zone: "Europe/Brussels"})
	if err != nil {
		t.Fatal(err)
	}
	perDay := map[string]int{}
	for _, e := range s.Events {
		perDay[e.Date]++
		if e.GUID != "" || !strings.HasPrefix(e.Key, "id:") || e.Starts.IsZero() {
			t.Fatalf("%+v", e)
		}
		if strings.Contains(e.Abstract, "<p>") {
			t.Errorf("markup in %s: %s", e.Key, e.Abstract)
		}
	}
	if perDay["2024-02-03"] != 349 || perDay["2024-02-04"] != 325 || len(perDay) != 2 {
		t.Errorf("events per day: %v", perDay)
	}
	if c := s.Conference; c.Zone != "Europe/Brussels" || c.City != "Brussels" || c.Start != "2024-02-03" || c.Slot != 5*time.Minute {
		t.Errorf("%+v", c)
	}
	wantClashes(t, found, []string{
		"room-clash UB4.136 id:10826 id:10837", "room-clash UB4.136 id:10826 id:10843",
		"person-clash id:10858 id:10862", "person-clash id:11167 id:11179",
	})
	for code, n := range map[string]int{"missing-guid": 674, "missing-date": 674, "zone-assumed": 1, "zone-missing": 0, "same-name": 6} {
		sum := 0
		for _, f := range find(found, code) {
			sum += f.Count
		}
		if sum != n {
			t.Errorf("%s: %d, want %d", code, sum, n)
		}
	}
	e := s.Events[0]
	if e.Starts.UTC().Format(time.RFC3339) != "2024-02-03T09:30:00Z" || e.Place.Line < 80 || e.Place.EndLine <= e.Place.Line {
		t.Errorf("the first event begins %s at %+v", e.Starts, e.Place)
	}

	s, found, err = Read("", fixture(t, "fosdem_2024.xml"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if e := s.Events[0]; !e.Starts.IsZero() || e.Date != "2024-02-03" || e.Start != "10:30" || len(find(found, "zone-missing")) != 1 {
		t.Errorf("without a zone: %+v", e)
	}
	if n := len(find(found, "room-clash")) + len(find(found, "person-clash")); n != 4 {
		t.Errorf("%d clashes by the wall clock", n)
	}
}

func wantClashes(t *testing.T, found []Finding, want []string) {
	t.Helper()
	var got []string
	for _, f := range found {
		if f.Outcome == Clash {
			line := f.Code
			if r := f.Args["Room"]; r != "" {
				line += " " + r
			}
			slices.Sort(f.Events)
			got = append(got, line+" "+strings.Join(f.Events, " "))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("clashes\n%q, want\n%q", got, want)
	}
}

func TestDebConf(t *testing.T) {
	s, found, err := Read("debconf23.xml", fixture(t, "debconf23.xml"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantClashes(t, found, nil)
	perDay := make([]int, len(s.Days))
	optout := 0
	for _, e := range s.Events {
		for i, d := range s.Days {
			if !e.Starts.Before(d.Starts) && e.Starts.Before(d.Ends) {
				perDay[i]++
			}
		}
		if e.NoRecording {
			optout++
		}
	}
	if want := []int{20, 17, 19, 4, 11, 19, 19, 8}; !slices.Equal(perDay, want) || optout != 7 {
		t.Errorf("events per day %v, want %v; %d are not recorded", perDay, want, optout)
	}
	if s.Days[0].Date != "2023-09-10" || s.Days[7].Date != "2023-09-17" || len(find(found, "day-date")) != 8 {
		t.Errorf("days %+v", s.Days)
	}
	if e := s.Events[0]; e.Date != "2023-09-10" || e.Start != "10:30" || e.Duration != 20*time.Minute || s.Generator != "wafer 0.14.0" {
		t.Errorf("%+v", e)
	}
	if f := find(found, "missing-type"); len(f) != 1 || f[0].Count != 32 {
		t.Errorf("without a type: %+v", f)
	}
}

func TestVOCExamples(t *testing.T) {
	dir := "voc/validator/"
	_, _, err := Read("invalid-example.json", fixture(t, dir+"json/examples/invalid-example.json"), Options{})
	if !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), `id "dsadf", which is no number`) || !strings.Contains(err.Error(), "line ") {
		t.Errorf("the invalid example: %v", err)
	}

	s, found, err := Read("", fixture(t, dir+"json/examples/pretalx-democon.json"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if e := s.Events[0]; e.Date+e.Start != "2020-12-1409:00" || e.Starts.UTC().Hour() != 8 || len(find(found, "zone-contradicted")) != 1 {
		t.Errorf("a zone that the dates contradict: %+v", e)
	}

	s, _, err = Read("", fixture(t, dir+"json/examples/hub-schedule2.json"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if e := s.Events[1]; e.Track != "Hardware & Making" || e.Date != "2024-12-28" || e.Start != "00:15" || e.Duration != 40*time.Minute ||
		e.FeedbackURL == "" || len(e.Persons) != 1 || e.Persons[0].Biography == "" || e.Persons[0].Role != "" {
		t.Errorf("%+v", e)
	}

	s, _, err = Read("", fixture(t, dir+"submission-json/examples/pretalx-submission.jsonc"), Options{Zone: "Europe/Berlin"})
	if err != nil {
		t.Fatal(err)
	}
	if e := s.Events[0]; s.Format != Pretalx || e.Key != "code:ABCDE" || e.Start != "11:00" || e.Duration != 30*time.Minute ||
		e.Room != "R101" || !e.NoRecording || len(e.Attachments) != 1 || e.Extra["notes"] != "" || !slices.Equal(e.Tags, []string{"science"}) {
		t.Errorf("%+v", e)
	}

	s, found, err = Read("", fixture(t, dir+"submission-json/examples/frab-event.json"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if e := s.Events[0]; e.Duration != 45*time.Minute || len(e.Persons) != 2 || len(find(found, "duration-in-seconds")) != 1 {
		t.Errorf("%+v", e)
	}
}
