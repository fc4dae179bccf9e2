package bodies_test

import (
	"slices"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/people"
	"plenary/internal/testkit"
)

// E024, E025: seats have roles, terms and a stakeholder group; a place is not held twice.
func TestSeats(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := seeded(t, url)
		mag := h.body(t, "advisory-group", "mag")
		kenji, lina := h.person(t, "Kenji Moriyama"), h.person(t, "Lina Haddad")
		first := h.seat(t, bodies.NewSeat{Body: mag.ID, Person: kenji.Person, From: "2021", Until: "2021", Term: 1, Group: "government"})
		second := h.seat(t, bodies.NewSeat{Body: mag.ID, Person: kenji.Person, From: "2022", Term: 2, Group: "government"})
		h.seat(t, bodies.NewSeat{Body: mag.ID, Person: lina.Person, Role: "chair", From: "2022-11"})

		if _, err := h.s.AddSeat(t.Context(), staff, bodies.NewSeat{Body: mag.ID, Person: kenji.Person, Role: "member", From: "2023-05"}); core.KindOf(err) != core.KindConflict {
			t.Errorf("a place held twice: %v, want a conflict", err)
		}
		_, err := h.s.AddSeat(t.Context(), staff, bodies.NewSeat{Body: mag.ID, Role: "king", Group: "nobility", From: "2023", Until: "2022", Term: -1})
		if got := problems(err); !slices.Equal(got, []string{"group", "role", "term", "until", "who"}) {
			t.Errorf("problems at %v", got)
		}
		if _, err := h.s.AddSeat(t.Context(), staff, bodies.NewSeat{Body: mag.ID, Person: "nobody", Role: "member"}); !slices.Equal(problems(err), []string{"who"}) {
			t.Errorf("a seat for nobody: %v", err)
		}
		// The Secretary-General appoints: not even the chair adds members (process of renewal).
		if _, err := h.s.AddSeat(t.Context(), lina, bodies.NewSeat{Body: mag.ID, Person: lina.Person, Role: "member"}); core.KindOf(err) != core.KindForbidden {
			t.Errorf("the chair adds a member: %v, want forbidden", err)
		}

		seats, err := h.s.Seats(t.Context(), mag.ID)
		if err != nil || len(seats) != 3 || seats[0].Role != "chair" {
			t.Fatalf("seats %+v, %v; want the chair first", seats, err)
		}
		for day, want := range map[bodies.Date]int{"2020-12-31": 0, "2021-01-01": 1, "2021-12-31": 1, "2022-01-01": 1, "2022-11-01": 2, "2024": 2} {
			if got := len(bodies.On(seats, day)); got != want {
				t.Errorf("on %s %d seats are held, want %d", day, got, want)
			}
		}
		of, err := h.s.SeatsOf(t.Context(), kenji.Person)
		if err != nil || len(of) != 2 || of[0].ID != first.ID {
			t.Errorf("Kenji's seats: %+v, %v", of, err)
		}

		if _, err := h.s.EndSeat(t.Context(), staff, second.ID, bodies.EndInput{Version: second.Version, Until: "2021"}); !slices.Equal(problems(err), []string{"until"}) {
			t.Errorf("an end before the beginning: %v", err)
		}
		ended, err := h.s.EndSeat(t.Context(), staff, second.ID, bodies.EndInput{Version: second.Version, Until: "2023-10-31"})
		if err != nil || ended.On("2023-11-01") {
			t.Fatalf("end: %+v, %v", ended, err)
		}
		if _, err := h.s.EndSeat(t.Context(), staff, second.ID, bodies.EndInput{Version: second.Version, Until: "2023-12"}); core.KindOf(err) != core.KindStale {
			t.Errorf("an old version: %v, want stale", err)
		}
		if _, err := h.s.ChangeSeat(t.Context(), staff, first.ID, first.Version, bodies.NewSeat{Role: "ex-officio", From: "2021", Until: "2021-11"}); err != nil {
			t.Errorf("change: %v", err)
		}
		if _, err := h.s.ChangeSeat(t.Context(), staff, first.ID, first.Version+1, bodies.NewSeat{Role: "member", From: "2021", Until: "2022"}); core.KindOf(err) != core.KindConflict {
			t.Errorf("changed into another's time: %v, want a conflict", err)
		}
		want := []string{"seat.changed", "seat.ended", "seat.taken", "seat.taken", "seat.taken", "body.created"}
		if got := h.events(t, mag.ID); !slices.Equal(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
	})
}

// E169: a coalition chooses its members itself, so its coordinator enters them; offices
// carry rights and are given by the staff. A coordinator whose time is over has none.
func TestCoordinatorAddsMembers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := seeded(t, url)
		dc := h.body(t, "dynamic-coalition", "dc3")
		amina, tomas := h.person(t, "Amina Diallo"), h.person(t, "Tomás Rivero")
		h.seat(t, bodies.NewSeat{Body: dc.ID, Person: amina.Person, Role: "co-chair", From: "2022", Until: "2023"})
		member, err := h.s.AddSeat(t.Context(), amina, bodies.NewSeat{Body: dc.ID, Person: tomas.Person, Role: "member", From: "2023"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.s.AddSeat(t.Context(), amina, bodies.NewSeat{Body: dc.ID, Person: tomas.Person, Role: "chair", From: "2023"}); core.KindOf(err) != core.KindForbidden {
			t.Errorf("an office: %v, want forbidden", err)
		}
		if _, err := h.s.AddSeat(t.Context(), tomas, bodies.NewSeat{Body: dc.ID, Person: amina.Person, Role: "member", From: "2023"}); core.KindOf(err) != core.KindForbidden {
			t.Errorf("a plain member adds: %v, want forbidden", err)
		}
		roles, err := h.s.RolesIn(t.Context(), amina, dc.ID)
		if err != nil || !slices.Contains(roles, core.RoleCoordinator) {
			t.Errorf("roles %v, %v", roles, err)
		}
		h.rec.Clock.Freeze(today.AddDate(0, 3, 0))
		if roles, _ = h.s.RolesIn(t.Context(), amina, dc.ID); slices.Contains(roles, core.RoleCoordinator) {
			t.Error("a seat that is over still gives rights")
		}
		if _, err := h.s.EndSeat(t.Context(), amina, member.ID, bodies.EndInput{Version: 1, Until: "2024"}); core.KindOf(err) != core.KindForbidden {
			t.Errorf("a former co-chair ends a seat: %v", err)
		}
	})
}

// E026, E045: a seat is a public role of a person; an organisation can hold one, too.
func TestHolders(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := seeded(t, url)
		dc := h.body(t, "dynamic-coalition", "dc3")
		quiet := h.person(t, "Lina Haddad")
		h.hide(t, quiet)
		if names, _ := h.people.Names(t.Context(), []core.ID{quiet.Person}); len(names) != 0 {
			t.Fatalf("the test is wrong: %v is public", names)
		}
		h.seat(t, bodies.NewSeat{Body: dc.ID, Person: quiet.Person})
		if names, _ := h.people.Names(t.Context(), []core.ID{quiet.Person}); names[quiet.Person] != "Lina Haddad" {
			t.Errorf("who sits in a body has a public role: %v", names)
		}
		org := h.organisation(t, "Sahel Networks", "SN")
		if _, err := h.s.AddSeat(t.Context(), staff, bodies.NewSeat{Body: dc.ID, Organisation: org, Person: quiet.Person, Role: "contact"}); !slices.Equal(problems(err), []string{"who"}) {
			t.Errorf("a seat of two holders: %v", err)
		}
		h.seat(t, bodies.NewSeat{Body: dc.ID, Organisation: org, Role: "contact"})
		if _, err := h.s.AddSeat(t.Context(), staff, bodies.NewSeat{Body: dc.ID, Organisation: quiet.Person, Role: "contact"}); !slices.Equal(problems(err), []string{"who"}) {
			t.Errorf("an organisation that is none: %v", err)
		}
	})
}

// Two pages of one person become one: her seats stay hers.
func TestSeatsFollowAMerge(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := seeded(t, url)
		dc := h.body(t, "dynamic-coalition", "dc3")
		old, kept := h.person(t, "A. Diallo"), h.person(t, "Amina Diallo")
		seat := h.seat(t, bodies.NewSeat{Body: dc.ID, Person: old.Person, Role: "coordinator"})
		p, err := h.people.Get(t.Context(), staff, old.Person)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.people.Merge(t.Context(), staff, old.Person, people.MergeInput{Version: p.Version, Into: kept.Person}); err != nil {
			t.Fatal(err)
		}
		if seats, _ := h.s.SeatsOf(t.Context(), kept.Person); len(seats) != 1 || seats[0].ID != seat.ID {
			t.Errorf("the kept page has the seats %v", seats)
		}
		if roles, _ := h.s.RolesIn(t.Context(), kept, dc.ID); !slices.Contains(roles, core.RoleCoordinator) {
			t.Errorf("the coordinator lost her rights: %v", roles)
		}
		if got := h.events(t, dc.ID); !slices.Equal(got, []string{"seat.changed", "seat.taken", "body.created"}) {
			t.Errorf("events %v", got)
		}
		if _, err := h.s.AddSeat(t.Context(), staff, bodies.NewSeat{Body: dc.ID, Person: old.Person, Role: "member"}); !slices.Equal(problems(err), []string{"who"}) {
			t.Errorf("a seat for the page that is no more: %v", err)
		}
	})
}

// E163: the count of recognised initiatives on any date, with what is not known said.
func TestRecognisedOnADate(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := seeded(t, url)
		for slug, since := range map[string]bodies.Date{"benin": "2015-06", "ghana": "2016", "croatia": "2017-12-20"} {
			b := h.body(t, "national-initiative", slug)
			in := bodies.StandingOf(b)
			in.Recognised = since
			if _, err := h.s.SetStanding(t.Context(), staff, b.ID, in); err != nil {
				t.Fatal(err)
			}
		}
		for day, want := range map[bodies.Date]int{"2015-01-01": 0, "2015-12-31": 1, "2016-12-31": 2, "2017-12-19": 2, "2017-12-20": 3} {
			n, undated, err := h.s.RecognisedOn(t.Context(), day)
			if err != nil || n != want || undated != 49 {
				t.Errorf("on %s: %d, %d undated, %v; want %d and 49", day, n, undated, err, want)
			}
		}
	})
}

func TestListAndOptions(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := seeded(t, url)
		for _, c := range []struct {
			q    bodies.Query
			want int
		}{
			{bodies.Query{Kind: bodies.Initiative, Region: "grulac"}, 11 + 3 + 2},
			{bodies.Query{Kind: "dynamic-coalition", Status: bodies.Unknown}, 7},
			{bodies.Query{Kind: "best-practice-forum", Year: 2016}, 4},
			{bodies.Query{Kind: "policy-network", Year: 2023}, 3},
			{bodies.Query{Kind: "national-initiative", Year: 2013}, 2},
			{bodies.Query{Search: "internet thing"}, 1},
			{bodies.Query{Search: "dciot"}, 0},
			{bodies.Query{Search: "dc iot"}, 1},
			{bodies.Query{Kind: "nothing"}, 0},
		} {
			list, err := h.s.List(t.Context(), c.q)
			if err != nil || list.Total != c.want {
				t.Errorf("%+v: %d, %v; want %d", c.q, list.Total, err, c.want)
			}
		}
		var seen []core.ID
		page := core.Page{Limit: 40}
		for {
			list, err := h.s.List(t.Context(), bodies.Query{Page: page})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range list.Items {
				if slices.Contains(seen, b.ID) {
					t.Fatalf("%s comes twice", b.Slug)
				}
				seen = append(seen, b.ID)
			}
			if page.Cursor = list.Next; page.Cursor == "" {
				break
			}
		}
		if len(seen) != 106 {
			t.Errorf("the pages hold %d bodies", len(seen))
		}
		if _, err := h.s.List(t.Context(), bodies.Query{Page: core.Page{Cursor: "!"}}); core.KindOf(err) != core.KindInvalid {
			t.Errorf("a broken cursor: %v", err)
		}
		opts, err := h.s.Options(t.Context(), "en", "policy-network")
		if err != nil || len(opts) != 3 || opts[0].Label != "Artificial Intelligence (PNAI)" || opts[0].Group != "" {
			t.Errorf("options %+v, %v", opts, err)
		}
		opts, err = h.s.Options(t.Context(), "en", bodies.Initiative, "dynamic-coalition")
		if err != nil || len(opts) != 82 || opts[0].Group != "National initiatives" || opts[81].Group != "Dynamic coalitions" {
			t.Errorf("%d options, %v", len(opts), err)
		}
		found, err := h.s.Find(t.Context(), "Dynamic Coalition on Internet Rights and Principles (IRPC)")
		if err != nil || len(found) != 1 || !found[0].Sure || found[0].Body.Slug != "irpc" {
			t.Errorf("found %+v, %v", found, err)
		}
	})
}
