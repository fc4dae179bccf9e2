package inspect_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plenary/internal/formats/inspect"
	"plenary/internal/testkit"
)

// seen is what a program that reads the printed form relies on.
type seen struct {
	Kind     string
	Counts   map[string]int
	Findings []struct{ Code, Outcome string }
	Sessions []struct{ Title string }
	Schedule *struct{ Events []struct{ Key, Title string } }
	Unread   []struct{ Text string }
}

func look(t *testing.T, name string, data []byte, opt inspect.Options) seen {
	t.Helper()
	r, err := inspect.Read(name, data, opt)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	b, err := r.JSON(name, nil)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var s seen
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

func (s seen) codes() []string {
	var out []string
	for _, f := range s.Findings {
		out = append(out, f.Code)
	}
	return out
}

// The five real documents show their counts and contradictions (X1–X8, X12).
func TestRealDocuments(t *testing.T) {
	for _, d := range []struct {
		seed, kind string
		counts     map[string]int
		codes      []string
	}{
		{"000", "outlines", map[string]int{"sessions": 6}, nil},
		{"001", "session-page", map[string]int{"sessions": 1, "people": 9, "questions": 4, "takeaways": 2, "calls_to_action": 2}, []string{"conflict-end"}},
		{"002", "session-list", map[string]int{"sessions": 8, "organisers": 12}, []string{"wrong-edition", "overlap", "overlap"}},
		{"003", "report", map[string]int{"sessions": 0, "footnotes": 9}, []string{"two-figures", "two-nouns", "day-zero-counted"}},
		{"004", "summary", map[string]int{"sessions": 10, "messages": 48, "sessions_with_messages": 8}, []string{"no-messages", "no-messages", "impossible-year", "day-zero-apart", "promise"}},
	} {
		path, b := testkit.Seed(t, d.seed)
		s := look(t, filepath.Base(path), b, inspect.Options{})
		if s.Kind != d.kind {
			t.Errorf("%s is %s, want %s", d.seed, s.Kind, d.kind)
		}
		for k, n := range d.counts {
			if s.Counts[k] != n {
				t.Errorf("%s holds %d %s, want %d", d.seed, s.Counts[k], k, n)
			}
		}
		have := s.codes()
		for _, c := range d.codes {
			i := slices.Index(have, c)
			if i < 0 {
				t.Errorf("%s: %s is not among %v", d.seed, c, s.codes())
				continue
			}
			have = slices.Delete(have, i, i+1)
		}
	}
}

// Every invented document is read as what it is, and with its kind told as well.
func TestInventedDocuments(t *testing.T) {
	dir := filepath.Join(testkit.Root(t), "internal", "formats", "forumtext", "testdata")
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.IsDir() {
			continue
		}
		kind := ""
		for prefix, k := range map[string]string{"outlines": "outlines", "session-page": "session-page", "summary": "summary", "list": "session-list"} {
			if strings.HasPrefix(f.Name(), prefix) {
				kind = k
			}
		}
		if kind == "" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, as := range []string{"", kind, "document"} {
			if s := look(t, f.Name(), b, inspect.Options{As: as}); s.Kind != kind || s.Counts["sessions"] == 0 {
				t.Errorf("%s as %q is %s with %d sessions", f.Name(), as, s.Kind, s.Counts["sessions"])
			}
		}
	}
}

// The files of other programs show their counts; what cannot be read says why.
func TestSchedules(t *testing.T) {
	for _, d := range []struct {
		file   string
		counts map[string]int
	}{
		{"fosdem_2024.xml", map[string]int{"events": 674, "days": 2, "rooms": 32, "tracks": 66, "persons": 738, "roles": 826, "links": 439, "attachments": 8}},
		{"debconf23.xml", map[string]int{"events": 117, "days": 8, "rooms": 5, "tracks": 12, "persons": 87, "roles": 143}},
		{"voc/validator/json/examples/hub-schedule2.json", map[string]int{"events": 2, "rooms": 5, "tracks": 7, "persons": 4}},
	} {
		b, err := os.ReadFile(testkit.Shared(t, "fixtures/schedules/"+d.file))
		if err != nil {
			t.Fatal(err)
		}
		s := look(t, filepath.Base(d.file), b, inspect.Options{})
		for k, n := range d.counts {
			if s.Counts[k] != n {
				t.Errorf("%s holds %d %s, want %d", d.file, s.Counts[k], k, n)
			}
		}
	}
	b, err := os.ReadFile(testkit.Shared(t, "fixtures/schedules/voc/validator/json/examples/invalid-example.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inspect.Read("invalid-example.json", b, inspect.Options{}); !errors.Is(err, inspect.ErrRead) {
		t.Errorf("the invalid example: %v, want that it cannot be read", err)
	}
}

// A text of no known shape is shown as unread; a kind that nobody knows is an error.
func TestUnknown(t *testing.T) {
	s := look(t, "letter.txt", []byte("Dear colleagues,\n\nthank you for the kind words.\n"), inspect.Options{})
	if s.Kind != "unknown" || len(s.Unread) == 0 {
		t.Errorf("a letter: %+v", s)
	}
	if _, err := inspect.Read("letter.txt", []byte("Dear colleagues,"), inspect.Options{As: "novel"}); !errors.Is(err, inspect.ErrKind) {
		t.Errorf("a novel: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"BEGIN:VCALENDAR", "{\"schedule\":{}}", "<schedule/>", "Title,Date\nA,2026-01-01\n", "PK\x03\x04", "# IGF 2023\n\n10:00 - 11:00 Main Hall"} {
		f.Add("x", []byte(s), "")
	}
	f.Fuzz(func(t *testing.T, name string, data []byte, as string) {
		r, err := inspect.Read(name, data, inspect.Options{As: as})
		if err != nil {
			return
		}
		if _, err := r.JSON(name, nil); err != nil {
			t.Fatal(err)
		}
	})
}
