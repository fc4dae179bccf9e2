package schedule

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// addSamples gives a fuzz test the files of a folder to begin with.
func addSamples(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob("testdata/" + pattern)
	if err != nil || len(files) == 0 {
		f.Fatalf("no samples in %s: %v", pattern, err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// sound holds what was read to what every reader relies on.
func sound(t *testing.T, s *Schedule, found []Finding) {
	t.Helper()
	keys := make(map[string]bool, len(s.Events))
	for i := range s.Events {
		e := &s.Events[i]
		if e.Title == "" || e.Key == "" || keys[e.Key] {
			t.Fatalf("event %d: key %q, title %q", i, e.Key, e.Title)
		}
		keys[e.Key] = true
		if e.Duration < 0 || !e.Ends.IsZero() && !e.Ends.After(e.Starts) {
			t.Fatalf("event %d lasts %s, from %s to %s", i, e.Duration, e.Starts, e.Ends)
		}
		if !e.Starts.IsZero() && (e.Date == "" || e.Start == "") {
			t.Fatalf("event %d is at %s and says nothing", i, e.Starts)
		}
		if !utf8.ValidString(e.Title) || !utf8.ValidString(e.Abstract) || !utf8.ValidString(e.Key) {
			t.Fatalf("event %d is no text", i)
		}
		for _, p := range e.Persons {
			if p.Name == "" || p.Key == "" {
				t.Fatalf("event %d has nobody as a person", i)
			}
		}
	}
	for _, f := range found {
		if f.Code == "" || f.Count < 1 || len(f.Events) > maxFindingEvents {
			t.Fatalf("finding %+v", f)
		}
	}
	if _, err := json.Marshal(s); err != nil {
		t.Fatal(err)
	}
}

func FuzzICalendar(f *testing.F) {
	addSamples(f, "calendar/*.ics")
	f.Add([]byte("BEGIN:VEVENT\nSUMMARY;X=\"a:b\nDTSTART:99991231T235959Z\nDURATION:P9999W\nEND"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 64<<10 {
			t.Skip()
		}
		for _, opt := range []Options{{}, {Zone: "Europe/Paris"}} {
			s, found, err := readICalendar(data, opt)
			if err == nil {
				finish(s)
				sound(t, s, append(found, clashes(s)...))
			}
		}
	})
}

func FuzzTable(f *testing.F) {
	addSamples(f, "table/*")
	f.Add([]byte("Title,Start\n\"a\"\"b\",46315.5\n\"c\nd\n\"e\",0.5"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 64<<10 || len(data) > 1 && data[0] == 'P' && data[1] == 'K' {
			t.Skip()
		}
		for _, opt := range []Options{{}, {Zone: "Europe/Paris"}} {
			if s, found, err := ReadTable("x.csv", data, nil, opt); err == nil {
				sound(t, s, found)
			}
		}
		heads, sample, err := Heads("x.csv", data)
		if err != nil {
			return
		}
		if m := GuessMapping(heads, sample); !m.Fits(heads) && len(heads) > 0 {
			t.Fatalf("%v is no mapping of %q", m, heads)
		}
	})
}

func FuzzWorkbook(f *testing.F) {
	f.Add(harbour(f))
	f.Add(workbook(f, func(x *excelize.File) { setRows(f, x, "Sheet1", [][]any{{"Title", "Date"}, {"a", 46315}}) }))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 32<<10 {
			t.Skip()
		}
		if s, found, err := ReadTable("x.xlsx", data, nil, Options{Zone: "UTC"}); err == nil {
			sound(t, s, found)
		}
	})
}
