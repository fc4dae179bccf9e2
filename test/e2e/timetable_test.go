package e2e

import (
	"net/http"
	"path/filepath"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/timetable"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// publish releases what is planned in the sample edition; what blocks it may stand.
func publish(t *testing.T, s *site.Site) {
	t.Helper()
	set := setting(t, s, "2026-sample")
	b, err := s.Timetable.Board(t.Context(), core.Operator, set)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range b.Findings {
		if !f.Blocks() {
			continue
		}
		if err := s.Timetable.AcceptFinding(t.Context(), core.Operator, set, f.Key, "for the test"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Timetable.Release(t.Context(), core.Operator, set, timetable.ReleaseInput{Quiet: true}); err != nil {
		t.Fatal(err)
	}
}

// The real documents bring their clashes into the plan: an organisation in two sessions at
// once on 8 December 2021, by 55 and by 25 minutes (X2, E121), and a main session until
// 15:50 where the next one begins in the hall at 15:45 (X1, X10).
func TestPlanFindsTheRealClashes(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		for _, d := range [][2]string{{"002", "2021"}, {"000", "2023"}, {"001", "2023"}} {
			path, b := testkit.Seed(t, d[0])
			if _, res := apply(t, s, d[1], filepath.Base(path), b); res.Nothing {
				t.Fatalf("%s gave nothing", d[0])
			}
		}
		found := func(slug, rule string) map[int]timetable.Found {
			b, err := s.Timetable.Board(t.Context(), core.Operator, setting(t, s, slug))
			if err != nil {
				t.Fatal(err)
			}
			out := map[int]timetable.Found{}
			for _, f := range b.Findings {
				if f.Rule == rule {
					out[f.Amount] = f
				}
			}
			return out
		}
		clashes := found("2021", "organisation-twice")
		for _, minutes := range []int{55, 25} {
			f, ok := clashes[minutes]
			if !ok || f.Organisation == "" || f.Level != "block" {
				t.Errorf("no clash of %d minutes: %+v", minutes, clashes)
			}
		}

		// As the session's page has it: 05:00 to 06:50 UTC.
		set := setting(t, s, "2023")
		b, err := s.Timetable.Board(t.Context(), core.Operator, set)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range b.Items {
			if it.Plan.Starts.String() == "2023-10-11T05:00:00Z" && it.Plan.Scheduled() {
				to := timetable.Spot{Starts: it.Plan.Starts, Ends: it.Plan.Starts.Add(110 * 60e9), Room: it.Plan.Room, State: timetable.PlanOpen}
				if err := s.Timetable.Place(t.Context(), core.Operator, set, "move", timetable.Move{Session: it.ID, Version: -1, To: to}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if f, ok := found("2023", "room-twice")[5]; !ok || f.Level != "block" {
			t.Errorf("the end at 15:50 against the start at 15:45 is not found: %+v", found("2023", "room-twice"))
		}
		p := must(t, s.As(t, "secretariat").Get("/2023/timetable/findings?rule=room-twice"), http.StatusOK)
		if p.Find(".findings li").Length() == 0 {
			t.Error("the page does not show it")
		}
	})
}
