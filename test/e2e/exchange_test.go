package e2e

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plenary/internal/core"
	"plenary/internal/forum/archive"
	"plenary/internal/forum/editions"
	"plenary/internal/testkit"
	"plenary/test/site"
)

const carried = "1999-carried"

func addEdition(t *testing.T, s *site.Site, zone, first, last string) *editions.Setting {
	t.Helper()
	if _, err := s.Editions.Add(t.Context(), core.Operator, editions.EditionInput{
		Slug: carried, Name: core.NewText("en", "Carried"), State: editions.StatePublic, Zone: zone, FirstDay: first, LastDay: last,
	}); err != nil {
		t.Fatal(err)
	}
	return setting(t, s, carried)
}

var version = regexp.MustCompile(`"version":\s*"[^"]*"|<version>[^<]*</version>|DTSTAMP[^\r\n]*|LAST-MODIFIED[^\r\n]*|CREATED[^\r\n]*|SEQUENCE[^\r\n]*`)

// export is a file of an edition without the address of the site and without what
// tells when it was made.
func export(t *testing.T, s *site.Site, path string) string {
	t.Helper()
	p := must(t, s.Visitor(t).Get(path), http.StatusOK)
	return version.ReplaceAllString(strings.ReplaceAll(strings.ReplaceAll(p.Body, s.URL, "https://forum.example"), strings.TrimPrefix(s.URL, "http://"), "forum.example"), "version")
}

// What one forum exports another takes in, and exports the very same again.
func TestExportsComeBack(t *testing.T) {
	b, err := os.ReadFile(testkit.Shared(t, "fixtures/schedules/debconf23.xml"))
	if err != nil {
		t.Fatal(err)
	}
	on(t, func(t *testing.T, from *site.Site) {
		addEdition(t, from, "Asia/Kolkata", "2023-09-10", "2023-09-17")
		if _, res := apply(t, from, carried, "debconf23.xml", b); res.Sessions != 117 {
			t.Fatalf("%d sessions were taken in, want 117", res.Sessions)
		}
		for _, file := range []string{"schedule.xml", "schedule.json", "schedule.json?format=2"} {
			t.Run(file, func(t *testing.T) {
				to := site.Demo(t, testkit.SQLite(t))
				set := addEdition(t, to, "Asia/Kolkata", "2023-09-10", "2023-09-17")
				// Rooms and themes stand in the order in which they came.
				want := export(t, from, "/"+carried+"/"+file)
				body := must(t, from.Visitor(t).Get("/"+carried+"/"+file), http.StatusOK).Body
				name, _, _ := strings.Cut(file, "?")
				if _, res, err := to.Archive.ApplyFile(t.Context(), core.Operator, set, archive.Source{Name: name, Data: []byte(body), Lang: "en"}); err != nil || res.Sessions != 117 {
					t.Fatalf("%s: %+v, %v", file, res, err)
				}
				if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(export(t, to, "/"+carried+"/"+file), "\n")); diff != "" {
					t.Errorf("%s comes back otherwise:\n%.3000s", file, diff)
				}
			})
		}
		// Calendar and table carry the sessions with their times, rooms and states.
		for _, file := range []string{"programme.ics", "programme.csv"} {
			t.Run(file, func(t *testing.T) {
				to := site.Demo(t, testkit.SQLite(t))
				set := addEdition(t, to, "Asia/Kolkata", "2023-09-10", "2023-09-17")
				body := must(t, from.Visitor(t).Get("/"+carried+"/"+file), http.StatusOK).Body
				if _, res, err := to.Archive.ApplyFile(t.Context(), core.Operator, set, archive.Source{Name: file, Data: []byte(body), Lang: "en"}); err != nil || res.Sessions != 117 {
					t.Fatalf("%s: %+v, %v", file, res, err)
				}
				if diff := cmp.Diff(strings.Split(export(t, from, "/"+carried+"/"+file), "\n"), strings.Split(export(t, to, "/"+carried+"/"+file), "\n")); diff != "" {
					t.Errorf("%s is another one:\n%.2500s", file, diff)
				}
				if diff := cmp.Diff(slots(t, from), slots(t, to)); diff != "" {
					t.Errorf("%s comes back otherwise:\n%.3000s", file, diff)
				}
			})
		}
	})
}

// slots are title, time and room of every session.
func slots(t *testing.T, s *site.Site) []string {
	t.Helper()
	set := setting(t, s, carried)
	p, err := s.Exchange.Schedule(t.Context(), core.Actor{}, carried, "en", "https://forum.example")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range p.Events {
		out = append(out, e.Title+" | "+e.Starts.UTC().String()+" | "+e.Ends.UTC().String()+" | "+e.Room)
	}
	slices.Sort(out)
	if len(out) == 0 {
		t.Fatalf("%s has no sessions", set.Slug)
	}
	return out
}

// The next version of a file is shown first, and updates what the last one brought.
func TestNextVersionOfAFile(t *testing.T) {
	b, err := os.ReadFile(testkit.Shared(t, "fixtures/schedules/debconf23.xml"))
	if err != nil {
		t.Fatal(err)
	}
	on(t, func(t *testing.T, s *site.Site) {
		addEdition(t, s, "Asia/Kolkata", "2023-09-10", "2023-09-17")
		apply(t, s, carried, "debconf23.xml", b)
		before := rows(t, s)
		next := strings.Replace(string(b), "<title>Opening Ceremony</title>", "<title>The Opening</title>", 1)
		next = strings.Replace(next, "2023-09-10T05:30:00+00:00</date>\n                    <start>11:00</start>", "2023-09-10T05:45:00+00:00</date>\n                    <start>11:15</start>", 1)
		set := setting(t, s, carried)
		p, err := s.Archive.Stage(t.Context(), core.Operator, set, archive.Source{Name: "debconf23.xml", Data: []byte(next), Lang: "en"})
		if err != nil {
			t.Fatal(err)
		}
		var shown []string
		for _, st := range p.Of(archive.KindSession) {
			for _, c := range st.Changes {
				if c.Take && c.Why == archive.WhyUpdates {
					shown = append(shown, c.Field)
				}
			}
		}
		slices.Sort(shown)
		if !slices.Equal(shown, []string{archive.FieldTime, archive.FieldTitle}) {
			t.Fatalf("the difference shown is %v, want one time and one title", shown)
		}
		if diff := cmp.Diff(before, rows(t, s)); diff != "" {
			t.Fatalf("looking at it changed:\n%s", diff)
		}
		res, err := s.Archive.Apply(t.Context(), core.Operator, set, p.ID, p.Version)
		if err != nil || res.Sessions != 0 || res.Filled != 2 {
			t.Fatalf("%+v %v, want two sessions changed and none new", res, err)
		}
		undo(t, s, p.ID)
		if diff := cmp.Diff(before, rows(t, s)); diff != "" {
			t.Errorf("undo left:\n%s", diff)
		}
	})
}
