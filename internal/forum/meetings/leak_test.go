package meetings_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/meetings"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

const word = "Quastelquille"

// E031, E172: who may know of a meeting is the same on its page, in lists, panels, files,
// feeds, the JSON API, the search and the history.
func TestWhoSeesWhat(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		ctx := t.Context()
		private := input(word, "2026-02-24")
		private.Visibility = meetings.ForMembers
		hidden := s.add(private)[0]
		_, err := s.Edit(ctx, s.actors["coordinator"], hidden.ID, func() meetings.Input {
			in := meetings.InputOf(hidden)
			in.Agenda = en("Changed agenda of " + word)
			return in
		}())
		must(t, err)
		series := input(word+" again", "2026-03-02")
		series.Visibility, series.Repeat, series.Until = meetings.ForMembers, meetings.Weekly, "2026-03-16"
		again := s.add(series)
		seen := []string{"staff", "coordinator", "seat"}
		finds := meetings.NewFinds(s.Service)
		docs, err := finds.Docs(ctx, []core.ID{hidden.ID})
		must(t, err)
		for as, a := range s.actors {
			want := slices.Contains(seen, as)
			for _, path := range []string{hidden.Path(), hidden.Path() + ".ics", "/api/v1" + hidden.Path(), again[1].Path()} {
				code, body, _ := s.do(as, "GET", path, nil)
				if (code == http.StatusOK) != want || strings.Contains(body, word) != want {
					t.Errorf("as %q: %s %d", as, path, code)
				}
			}
			for _, path := range []string{"/meetings", "/meetings?body=" + string(s.body.ID), "/meetings?month=2026-02", "/api/v1/meetings", s.body.Path(), "/community", "/meetings?series=" + string(again[0].Series)} {
				_, body, _ := s.do(as, "GET", path, nil)
				if strings.Contains(body, word) != want {
					t.Errorf("as %q: %s has it: %v", as, path, !want)
				}
			}
			for _, path := range []string{"/meetings.ics", "/meetings.ics?body=" + string(s.body.ID)} { // others keep them: they are for everybody
				if _, body, _ := s.do(as, "GET", path, nil); strings.Contains(body, word) {
					t.Errorf("as %q: %s has it", as, path)
				}
			}
			code, _, _ := s.do(as, "GET", "/meetings/planner?series="+string(again[0].Series), nil)
			if (code == http.StatusOK) != want {
				t.Errorf("as %q: planner of the series %d", as, code)
			}
			readers := append(a.Readers(), "public")
			if slices.ContainsFunc(docs[0].Readers, func(r string) bool { return slices.Contains(readers, r) }) != want {
				t.Errorf("as %q: search %v", as, docs[0].Readers)
			}
			may, err := finds.May(ctx, a, []string{string(hidden.ID)})
			must(t, err)
			if may[string(hidden.ID)] != want {
				t.Errorf("as %q: May %v", as, may)
			}
			_, err = s.Edit(ctx, a, hidden.ID, meetings.InputOf(hidden))
			switch {
			case !want:
				kindOf(t, err, core.KindNotFound)
			case as == "seat":
				kindOf(t, err, core.KindForbidden)
			}
		}
		events, err := s.rec.Events(ctx, record.Query{})
		must(t, err)
		for _, e := range events.Items {
			if strings.Contains(string(e.Data), word) {
				t.Errorf("the public record has it: %s", e.Kind)
			}
		}
		// What becomes public says nothing of what it was.
		now, _, err := s.Get(ctx, staff, hidden.ID)
		must(t, err)
		in := meetings.InputOf(now)
		in.Title, in.Agenda, in.Visibility = en("Open meeting"), core.Text{}, meetings.ForPublic
		_, err = s.Edit(ctx, staff, hidden.ID, in)
		must(t, err)
		code, body, _ := s.do("", "GET", hidden.Path(), nil)
		if code != http.StatusOK || strings.Contains(body, word) {
			t.Errorf("%d; it tells what it was: %v", code, strings.Contains(body, word))
		}
		for as, a := range s.actors {
			own, err := s.Own(ctx, a)
			must(t, err)
			if want := as == "coordinator" || as == "seat"; (len(own) == 4) != want {
				t.Errorf("as %q: %d meetings of one's own", as, len(own))
			}
		}
		touched, err := finds.Touched(ctx, []record.Event{{Kind: "seat.ended", Subject: s.body.ID}})
		must(t, err)
		if len(touched) != 4 {
			t.Errorf("a seat that ends touches %d meetings", len(touched))
		}
	})
}

// The online address is only told to whom it is for.
func TestAddresses(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		ctx := t.Context()
		const door = "secret-door"
		for _, c := range []struct {
			to   string
			seen []string
		}{
			{meetings.ForPublic, []string{"", "staff", "coordinator", "seat", "gone", "stranger", "member"}},
			{meetings.ForMembers, []string{"staff", "coordinator", "seat"}},
			{meetings.ForAsking, []string{"staff", "coordinator", "seat"}},
		} {
			in := input("Meeting for "+c.to, "2026-02-24")
			in.AddressFor = c.to
			m := s.add(in)[0]
			check := func(seen []string) {
				t.Helper()
				for as := range s.actors {
					want := slices.Contains(seen, as)
					for _, path := range []string{m.Path(), m.Path() + ".ics", "/api/v1" + m.Path()} {
						code, body, _ := s.do(as, "GET", path, nil)
						if code != http.StatusOK || strings.Contains(strings.ReplaceAll(body, "\r\n ", ""), door) != want {
							t.Errorf("address for %s as %q: %s %d, told: %v", c.to, as, path, code, !want)
						}
					}
				}
			}
			check(c.seen)
			_, feed, _ := s.do("seat", "GET", "/meetings.ics", nil)
			if n := strings.Count(strings.ReplaceAll(feed, "\r\n ", ""), door); n != 1 { // that for everybody
				t.Errorf("%d addresses in the feed", n)
			}
			docs, err := meetings.NewFinds(s.Service).Docs(ctx, []core.ID{m.ID})
			must(t, err)
			if strings.Contains(fmt.Sprint(docs), door) {
				t.Error("the search knows the address")
			}
			code, _, _ := s.do("member", "POST", m.Path()+"/address", nil)
			if (code == http.StatusSeeOther) != (c.to == meetings.ForAsking) {
				t.Errorf("asking for an address for %s: %d", c.to, code)
			}
			if c.to != meetings.ForAsking {
				continue
			}
			check(append(c.seen, "member"))
			_, page, _ := s.do("coordinator", "GET", m.Path(), nil)
			if !strings.Contains(page, "Mei Tan") {
				t.Error("who runs it does not see who asked")
			}
			_, page, _ = s.do("seat", "GET", m.Path(), nil)
			if strings.Contains(page, "Mei Tan") {
				t.Error("others see who asked")
			}
			_, err = s.Ask(ctx, core.Visitor, m.ID)
			kindOf(t, err, core.KindSignIn)
			// Who asked is told of a change, as the members are.
			before := len(s.mails())
			in = meetings.InputOf(m)
			in.Time = "16:00"
			_, err = s.Edit(ctx, staff, m.ID, in)
			must(t, err)
			s.fresh(before, "coordinator", "member", "seat")
		}
	})
}

// Who may announce and change meetings.
func TestWhoMay(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		ctx := t.Context()
		m := s.add(input("Monthly call", "2026-02-24"))[0]
		for as, a := range s.actors {
			may := as == "coordinator" || as == "staff"
			want := core.KindForbidden
			if as == "" {
				want = core.KindSignIn
			}
			_, err := s.Add(ctx, a, s.body.ID, input("As "+as, "2026-02-25"))
			if may {
				must(t, err)
			} else {
				kindOf(t, err, want)
			}
			_, err = s.Add(ctx, a, "", input("Forum as "+as, "2026-02-25"))
			if as == "staff" {
				kindOf(t, err, core.KindInvalid) // the forum has no members for an address
			} else {
				kindOf(t, err, want)
			}
			if !may {
				_, err = s.Cancel(ctx, a, m.ID, meetings.StateInput{})
				kindOf(t, err, want)
			}
			code, page, _ := s.do(as, "GET", m.Path(), nil)
			if code != http.StatusOK || strings.Contains(page, m.Path()+"/edit") != may {
				t.Errorf("as %q: %d, offered to change: %v", as, code, !may)
			}
		}
		_, err := s.Hold(ctx, staff, m.ID, meetings.StateInput{})
		kindOf(t, err, core.KindConflict)
		s.clock.Freeze(m.Starts.Time())
		m, err = s.Hold(ctx, s.actors["coordinator"], m.ID, meetings.StateInput{Version: m.Version, Note: en("Twelve people.")})
		must(t, err)
		_, err = s.Edit(ctx, staff, m.ID, meetings.InputOf(m))
		kindOf(t, err, core.KindForbidden)
		_, err = s.Reopen(ctx, staff, m.ID, meetings.StateInput{Version: m.Version - 1})
		kindOf(t, err, core.KindStale)
		_, err = s.Reopen(ctx, staff, m.ID, meetings.StateInput{Version: m.Version})
		must(t, err)
	})
}
