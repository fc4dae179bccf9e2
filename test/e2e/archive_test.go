package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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

// rows prints what the forum holds, table by table, without what an undone import may
// leave: the record, the list of imports, kept files, and the numbers of versions; and
// without what servers tell each other through the database.
func rows(t *testing.T, s *site.Site) []string {
	t.Helper()
	query := "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
	if s.DB.Postgres() {
		query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
	}
	var tables []string
	if err := s.DB.Read.NewRaw(query).Scan(t.Context(), &tables); err != nil {
		t.Fatal(err)
	}
	skip := []string{
		"events", "scope_versions", "followers", "imports", "import_staged", "blobs",
		"leases", "signals", "write_marks", "processes",
	}
	var out []string
	for _, table := range tables {
		if strings.HasPrefix(table, "goose") || strings.HasPrefix(table, "sqlite") || strings.HasPrefix(table, "search") || slices.Contains(skip, table) {
			continue
		}
		var list []map[string]any
		if err := s.DB.Read.NewRaw("SELECT * FROM "+table).Scan(t.Context(), &list); err != nil {
			t.Fatal(table, err)
		}
		var lines []string
		for _, r := range list {
			delete(r, "version")
			delete(r, "updated")
			delete(r, "reminded") // meetings are reminded of meanwhile
			for k, v := range r { // the order of keys in JSON says nothing
				b, ok := v.([]byte)
				if x, isString := v.(string); isString {
					b, ok = []byte(x), true
				}
				var parsed any
				if ok && json.Unmarshal(b, &parsed) == nil {
					r[k] = parsed
				}
			}
			lines = append(lines, fmt.Sprint(table, " ", r))
		}
		slices.Sort(lines)
		out = append(out, lines...)
	}
	return out
}

func setting(t *testing.T, s *site.Site, slug string) *editions.Setting {
	t.Helper()
	set, err := s.Editions.Setting(t.Context(), core.Operator, slug)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func apply(t *testing.T, s *site.Site, slug, name string, data []byte) (*archive.Plan, archive.Result) {
	t.Helper()
	p, res, err := s.Archive.ApplyFile(t.Context(), core.Operator, setting(t, s, slug), archive.Source{Name: name, Data: data, Lang: "en"})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p, res
}

// codes lists the contradictions of a plan.
func codes(p *archive.Plan) []string {
	var out []string
	for _, n := range p.NotesOf(archive.NoteContradiction) {
		out = append(out, n.Code)
	}
	return out
}

func undo(t *testing.T, s *site.Site, id core.ID) {
	t.Helper()
	set, im, err := s.Archive.Find(t.Context(), core.Operator, id)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Archive.Undo(t.Context(), core.Operator, set, id, im.Version); err != nil {
		t.Fatalf("undo of %s: %v", im.Name, err)
	}
}

// The five real documents become history: with their counts, with what they contradict,
// and every one of them can be taken back (X1–X8, X12).
func TestFiveDocuments(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		var imports []core.ID
		var states [][]string
		for _, d := range []struct {
			seed, edition string
			found         archive.Counts
			notes         []string
		}{
			{"000", "2023", archive.Counts{Sessions: 6}, nil},
			{"001", "2023", archive.Counts{Sessions: 1, People: 9, Questions: 4, Takeaways: 2, Calls: 2}, []string{"time", "room", "runs-into"}},
			{"002", "2021", archive.Counts{Sessions: 8}, []string{"wrong-edition", "overlap", "overlap"}},
			{"003", "2023", archive.Counts{}, []string{"two-figures", "day-zero-counted"}},
			{"004", "2017", archive.Counts{Sessions: 10, Messages: 48, MessageSessions: 8}, []string{"no-messages", "no-messages", "impossible-year", "day-zero-apart", "reused"}},
		} {
			path, b := testkit.Seed(t, d.seed)
			name := filepath.Base(path)
			states = append(states, rows(t, s))
			p, res := apply(t, s, d.edition, name, b)
			if res.Nothing {
				t.Fatalf("%s gave nothing", d.seed)
			}
			imports = append(imports, res.Import)
			got := archive.Counts{
				Sessions: p.Found.Sessions, People: p.Found.People, Questions: p.Found.Questions, Takeaways: p.Found.Takeaways,
				Calls: p.Found.Calls, Messages: p.Found.Messages, MessageSessions: p.Found.MessageSessions,
			}
			if diff := cmp.Diff(d.found, got); diff != "" && d.seed != "002" {
				t.Errorf("%s holds:\n%s", d.seed, diff)
			}
			have := codes(p)
			if d.seed == "004" && !slices.ContainsFunc(p.NotesOf(archive.NoteContradiction), func(n archive.Note) bool {
				return strings.Contains(n.Args["Before"].S, "more than 150") && strings.Contains(n.Args["After"].S, "97")
			}) {
				t.Error("the paragraph on initiatives that was reused with another number is not reported (X5)")
			}
			for _, c := range d.notes {
				i := slices.Index(have, c)
				if i < 0 {
					t.Errorf("%s: %s is not reported, only %v", d.seed, c, codes(p))
					continue
				}
				have = slices.Delete(have, i, i+1)
			}

			// A second time it changes nothing.
			full := rows(t, s)
			if _, res := apply(t, s, d.edition, name, b); !res.Nothing {
				t.Errorf("%s read in again: %+v", d.seed, res)
			}
			if diff := cmp.Diff(full, rows(t, s)); diff != "" {
				t.Errorf("%s read in again changed:\n%s", d.seed, diff)
			}
		}
		for i, id := range slices.Backward(imports) {
			undo(t, s, id)
			if diff := cmp.Diff(states[i], rows(t, s)); diff != "" {
				t.Errorf("undo of document %d left:\n%s", i, diff)
			}
		}
	})
}

// Every schedule of another program goes in or is refused with a reason; a second time
// it changes nothing, and it can be taken back as a whole.
func TestSchedulesOfOthers(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		for _, f := range []struct {
			file, zone string
			events     int
		}{
			{"fosdem_2024.xml", "Europe/Brussels", 674},
			{"debconf23.xml", "Asia/Kolkata", 117},
			{"voc/validator/json/examples/frab-camp2019.json", "Europe/Berlin", 79},
			{"voc/validator/json/examples/pretalx-democon.json", "UTC", 36},
			{"voc/validator/json/examples/pretalx-rc3.json", "Europe/Berlin", 48},
			{"voc/validator/json/examples/hub-schedule2.json", "Europe/Berlin", 2},
			{"voc/validator/json/examples/invalid-example.json", "UTC", -1},
		} {
			path := testkit.Shared(t, "fixtures/schedules/"+f.file)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			slug := fmt.Sprintf("1999-%s", strings.Map(func(r rune) rune {
				if r >= 'a' && r <= 'z' {
					return r
				}
				return -1
			}, filepath.Base(f.file)))
			if _, err := s.Editions.Add(t.Context(), core.Operator, editions.EditionInput{
				Slug: slug, Name: core.NewText("en", slug), State: editions.StatePublic, Zone: f.zone, FirstDay: "1999-01-01", LastDay: "1999-01-02",
			}); err != nil {
				t.Fatal(err)
			}
			before := rows(t, s)
			if f.events < 0 {
				_, _, err := s.Archive.ApplyFile(t.Context(), core.Operator, setting(t, s, slug), archive.Source{Name: f.file, Data: b})
				if core.KindOf(err) != core.KindInvalid {
					t.Errorf("%s: %v, want that it is refused", f.file, err)
				}
				continue
			}
			p, res := apply(t, s, slug, filepath.Base(f.file), b)
			if len(p.Notes) == 0 {
				t.Errorf("%s: no real file is as it should be, and nothing is told", f.file)
			}
			if p.Found.Sessions != f.events || res.Sessions != f.events {
				t.Errorf("%s: %d found, %d taken, want %d", f.file, p.Found.Sessions, res.Sessions, f.events)
			}
			full := rows(t, s)
			again, res2 := apply(t, s, slug, filepath.Base(f.file), b)
			if !res2.Nothing {
				t.Errorf("%s again: %+v", f.file, res2)
				for _, st := range again.Items {
					for _, c := range st.Changes {
						if c.Take {
							t.Logf("  %s %s %+v", st.Label, st.Choice, c)
						}
					}
				}
			}
			if diff := cmp.Diff(full, rows(t, s)); diff != "" {
				t.Errorf("%s again changed:\n%s", f.file, diff)
			}
			undo(t, s, res.Import)
			if diff := cmp.Diff(before, rows(t, s)); diff != "" {
				t.Errorf("undo of %s left:\n%.2000s", f.file, diff)
			}
		}
	})
}
