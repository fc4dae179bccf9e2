package schedule

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plenary/internal/testkit"
)

// writers are the three formats that are written.
var writers = map[string]func(io.Writer, *Schedule) error{"xml": WriteXML, "json": WriteJSON, "json2": WriteJSON2}

func written(t testing.TB, format string, s *Schedule) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := writers[format](&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// checkWritten holds for every schedule and every format: what is written keeps the
// schema's rules, can be read again without anything refused, and gives the same bytes
// when that is written.
func checkWritten(t testing.TB, s *Schedule) {
	t.Helper()
	for format := range writers {
		first := written(t, format, s)
		if again := written(t, format, s); !bytes.Equal(first, again) {
			t.Fatalf("%s: writing twice gives other bytes%s", format, difference(first, again))
		}
		if format == "xml" {
			checkXMLRules(t, first)
		} else {
			checkJSONRules(t, first, format)
		}
		back, found, err := Read("", first, Options{})
		if err != nil {
			t.Fatalf("%s: reading back: %v", format, err)
		}
		for _, f := range found {
			if f.Outcome == Refused || f.Outcome == Repaired {
				t.Errorf("%s: our own file needs: %+v", format, f)
			}
		}
		if second := written(t, format, back); !bytes.Equal(first, second) {
			t.Fatalf("%s: read and written again it is another%s", format, difference(first, second))
		}
	}
}

// difference shows the first lines that differ.
func difference(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "\n- " + x[i] + "\n+ " + y[i]
		}
	}
	return " (one is longer)"
}

func TestWriteFixtures(t *testing.T) {
	for _, name := range []string{
		"fosdem_2024.xml", "debconf23.xml", "voc/validator/json/examples/frab-camp2019.json", "voc/validator/json/examples/pretalx-democon.json",
		"voc/validator/json/examples/pretalx-rc3.json", "voc/validator/json/examples/hub-schedule2.json",
	} {
		for _, zone := range []string{"", "Europe/Brussels"} {
			t.Run(filepath.Base(name)+zone, func(t *testing.T) {
				s, _, err := Read(name, fixture(t, name), Options{Zone: zone})
				if err != nil {
					t.Fatal(err)
				}
				checkWritten(t, s)
				for format := range writers {
					back, _, err := Read("", written(t, format, s), Options{})
					if err != nil {
						t.Fatal(err)
					}
					want, got := count(s), count(back)
					want.types, got.types = 0, 0 // format 2 has its own kinds
					if format == "json2" {
						want.attachments, want.links = got.attachments, got.links
					}
					if got != want {
						t.Errorf("%s keeps\n%+v of\n%+v", format, got, want)
					}
				}
			})
		}
	}
}

func TestWriteTestdata(t *testing.T) {
	for name, data := range samples(t) {
		if s, _, err := Read(name, data, Options{Zone: "America/Argentina/Buenos_Aires"}); err == nil {
			t.Run(name, func(t *testing.T) { checkWritten(t, s) })
		}
	}
}

// samples are the invented files of testdata.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir("testdata", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(path, "fuzz") {
			return err
		}
		data, err := os.ReadFile(path)
		out[path] = data
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// chance makes schedules in which everything is missing, double, odd or wrong by turns.
type chance struct{ *rand.Rand }

func (c chance) pick(of ...string) string { return of[c.IntN(len(of))] }

func (c chance) words() string {
	return c.pick("", "", "Tides", "tides", "Über allem: Ruh’", "a", " two  words ", "<b>bold</b> & \"quoted\"", "line\r\nline\n\n\n\nline\t", "null\x00bell\x07", "日本語", "e\u0301", "\ufffe", "*star* _under_ `code`", "x\u2028y", "]]>", "&amp;", "#1", strings.Repeat("long ", 40))
}

func (c chance) id() string {
	return c.pick("", "", "1", "2", "0", "-3", "007", "99999999999", "abc", "2147483647")
}

func (c chance) guid() string {
	return c.pick("", "", "11111111-2222-4333-8444-555555555555", "AAAAAAAA-2222-4333-8444-555555555555", "no guid", uuidOf("x", c.id()), noRoom)
}

func (c chance) url() string {
	return c.pick("", "https://example.org/ä b?q=[1]#a#b", "HTTP://EXAMPLE.org/%zz", "relative/path", "mailto:forum@example.org", "://", "urn:x:y", "http://[::1]/")
}

func (c chance) time() time.Time {
	if c.IntN(4) == 0 {
		return time.Time{}
	}
	at := time.Date(2026, 3, 27, 20, 0, 0, 0, time.UTC).Add(time.Duration(c.IntN(5*24*60)) * 61 * time.Second)
	switch c.IntN(12) {
	case 0:
		return at.AddDate(-3000, 0, 0)
	case 1:
		return at.AddDate(-100, 0, 0)
	case 2:
		return at.In(time.FixedZone("", 5*3600+45*60))
	}
	return at
}

func (c chance) link() Link {
	return Link{Title: c.words(), URL: c.url(), Type: c.pick("", "slides", "MEDIA", "feedback", "odd")}
}

func (c chance) schedule() *Schedule {
	s := &Schedule{
		Version: c.words(), URL: c.url(), BaseURL: c.url(), Generator: c.words(),
		Conference: Conference{
			Title: c.words(), Acronym: c.pick("", "abc", "Harbour-2026", "ok_2026", "日"), Description: c.words(), URL: c.url(), City: c.words(),
			Zone: c.pick("", "Europe/Berlin", "Asia/Kathmandu", "EST5EDT", "Nowhere", "UTC", "Africa/Monrovia", "Tokyo Standard Time"), Start: c.pick("", "2026-03-28", "bad"), Slot: time.Duration(c.IntN(3)) * 10 * time.Minute,
		},
	}
	for range c.IntN(4) {
		s.Days = append(s.Days, Day{Index: c.IntN(3), Date: c.pick("", "2026-03-28", "2026-03-29", "2026-13-01"), Starts: c.time(), Ends: c.time()})
	}
	for range c.IntN(4) {
		s.Rooms = append(s.Rooms, Room{Name: c.words(), GUID: c.guid(), Capacity: c.IntN(3) - 1, Description: c.words()})
		s.Tracks = append(s.Tracks, Track{Name: c.words(), Slug: c.pick("", "ok-slug", "Bad Slug", "x"), Color: c.pick("", "#ABCDEF", "red")})
	}
	for range c.IntN(8) {
		e := Event{
			Key: c.pick("", "id:1", "id:2", "guid:x", "uid:"+c.words()), GUID: c.guid(), ID: c.id(), Code: c.pick("", "ABCDEF", "AB", "ab"), Slug: c.pick("", "harbour-tides-1", "Bad"),
			Title: c.words(), Subtitle: c.words(), Type: c.pick("", "BREAK", "Lightning talk (5)", "Workshop"), Track: c.words(), Room: c.words(), Language: c.pick("", "en", "de-AT", "English"),
			Abstract: c.words(), Description: c.words(), Date: c.pick("", "2026-03-29", "bad"), Start: c.pick("", "02:30", "23:59", "25:00"), Duration: time.Duration(c.IntN(200)-5) * 59 * time.Second,
			Starts: c.time(), Ends: c.time(), Cancelled: c.IntN(9) == 0, URL: c.url(), Logo: c.url(), FeedbackURL: c.url(), VideoURL: c.url(), License: c.words(), NoRecording: c.IntN(2) == 0,
		}
		for range c.IntN(3) {
			e.Links = append(e.Links, c.link())
			e.Attachments = append(e.Attachments, c.link())
			e.Persons = append(e.Persons, Person{
				Key: c.pick("", "id:1", "id:2", "name:x"), GUID: c.guid(), ID: c.id(), Code: c.pick("", "ABC", "é"), Name: c.words(),
				Role: c.pick("", "Moderator", "chair"), Organisation: c.words(), Biography: c.words(), URL: c.url(),
			})
		}
		s.Events = append(s.Events, e)
	}
	return s
}

func TestWriteAnything(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 100
	}
	for seed := range n {
		s := chance{rand.New(rand.NewPCG(7, uint64(seed)))}.schedule()
		checkWritten(t, s)
		if t.Failed() {
			out, _ := json.MarshalIndent(s, "", " ")
			t.Fatalf("seed %d: %s", seed, out)
		}
	}
}

// TestWriteSparse: what the schemas demand is made of what is there.
func TestWriteSparse(t *testing.T) {
	s := &Schedule{
		Conference: Conference{Title: "Harbour Forum 2026", Zone: "Asia/Tokyo"},
		Events: []Event{
			{Key: "uid:b", Title: "Night watch", Date: "2026-10-20", Start: "23:30", Duration: 90 * time.Minute, Room: "Deck"},
			{Key: "uid:a", Title: "Tide tables", Date: "2026-10-20", Start: "09:00", Duration: time.Hour},
			{Key: "uid:c", Title: "Without a time"},
			{Key: "uid:d", Title: "Called off", Date: "2026-10-20", Start: "09:00", Duration: time.Hour, Cancelled: true},
		},
	}
	checkWritten(t, s)
	out := string(written(t, "xml", s))
	for _, want := range []string{
		`<acronym>harbour_forum_2026</acronym>`, `<time_zone_name>Asia/Tokyo</time_zone_name>`,
		`<day index="1" date="2026-10-20" start="2026-10-20T00:00:00+09:00" end="2026-10-21T01:00:00+09:00">`,
		`<date>2026-10-20T23:30:00+09:00</date>`, `<duration>01:30</duration>`, `<optout>false</optout>`, `<license></license>`, `<track></track>`, `-night-watch</slug>`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	if strings.Contains(out, "Without a time") || strings.Contains(out, "Called off") {
		t.Error("events that have no place are written")
	}
	if two := string(written(t, "json2", s)); !strings.Contains(two, `"CANCELED"`) || strings.Contains(two, "Without a time") {
		t.Error("format 2 says that an event is cancelled")
	}
	if err := xml.Unmarshal([]byte(out), new(struct{})); err != nil {
		t.Error(err)
	}
}

func TestWriteEmpty(t *testing.T) { checkWritten(t, &Schedule{}) }

func TestWriteTooMany(t *testing.T) {
	s := &Schedule{Events: make([]Event, maxEvents+1)}
	for i := range s.Events {
		s.Events[i] = Event{Title: "x", Date: "2026-10-20", Start: "09:00"}
	}
	if err := WriteXML(io.Discard, s); err == nil {
		t.Error("more events than are read")
	}
}

// xmllint is asked too where it is installed.
func schemaFile(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(testkit.Shared(t, "fixtures/schedules/voc/validator"), filepath.FromSlash(name))
}
