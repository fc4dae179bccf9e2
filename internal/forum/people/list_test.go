package people_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

func TestListSearchAndPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		for i := range 25 {
			h.person(people.NewPerson{Name: fmt.Sprintf("Person %02d", i), Public: true, Country: []string{"SN", "JP"}[i%2]},
				people.NewAffiliation{Title: "x", Group: "government", Until: []string{"", "2022"}[i%2]})
		}
		h.person(people.NewPerson{Name: "Zoë 100%_sure", Public: true, Names: core.NewText("ru", "Зоя Петрова")})
		var seen []string
		f := people.Filter{Page: core.Page{Limit: 10}}
		for {
			list, err := h.s.List(t.Context(), core.Visitor, f)
			if err != nil {
				t.Fatal(err)
			}
			if list.Total != 26 {
				t.Fatalf("total %d", list.Total)
			}
			for _, p := range list.Items {
				seen = append(seen, p.Name)
			}
			if f.Page.Cursor = list.Next; list.Next == "" {
				break
			}
		}
		sorted := slices.Clone(seen)
		slices.Sort(sorted)
		if len(seen) != 26 || len(slices.Compact(sorted)) != 26 {
			t.Errorf("pages gave %d persons: %v", len(seen), seen)
		}
		count := func(f people.Filter) int {
			t.Helper()
			list, err := h.s.List(t.Context(), core.Visitor, f)
			if err != nil {
				t.Fatal(err)
			}
			return list.Total
		}
		for q, want := range map[string]int{
			"person": 25, "PERSON 07": 1, "07 person": 1, "zoe": 1, "ЗОЯ": 1, "петрова зоя": 1, "%": 0, "_": 0, "100%": 1, "nobody": 0, "  ": 26, "'": 0,
		} {
			if got := count(people.Filter{Query: q}); got != want {
				t.Errorf("search %q finds %d, want %d", q, got, want)
			}
		}
		if got := count(people.Filter{Country: "JP"}); got != 12 {
			t.Errorf("from Japan: %d", got)
		}
		if got := count(people.Filter{Group: "government"}); got != 13 {
			t.Errorf("in government today: %d, want those whose affiliation has not ended", got)
		}
		groups, countries, err := h.s.Facets(t.Context(), core.Visitor, people.Filter{Country: "SN"})
		if err != nil || len(groups) != 1 || groups[0].Count != 13 || len(countries) != 2 {
			t.Errorf("facets: %v %v %v", groups, countries, err)
		}
		if _, err := h.s.List(t.Context(), core.Visitor, people.Filter{Page: core.Page{Cursor: "nonsense"}}); core.KindOf(err) != core.KindInvalid {
			t.Errorf("a broken cursor: %v", err)
		}
	})
}

// One query each, however many are asked for.
func TestNoQueryStorms(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		o := h.organisation(org("Sahel Networks"))
		var ids []core.ID
		for i := range 30 {
			ids = append(ids, h.person(named(fmt.Sprint("Person ", i)), people.NewAffiliation{Organisation: o.ID, Title: "x"}).ID)
		}
		for name, tc := range map[string]struct {
			want int64
			fn   func(ctx context.Context) error
		}{
			"Persons":       {1, func(ctx context.Context) error { _, err := h.s.Persons(ctx, ids); return err }},
			"Organisations": {1, func(ctx context.Context) error { _, err := h.s.Organisations(ctx, []core.ID{o.ID}); return err }},
			"Names":         {1, func(ctx context.Context) error { _, err := h.s.Names(ctx, ids); return err }},
			"Affiliations":  {1, func(ctx context.Context) error { _, err := h.s.Affiliations(ctx, ids); return err }},
			"PeopleOf":      {2, func(ctx context.Context) error { _, err := h.s.PeopleOf(ctx, core.Visitor, o.ID); return err }},
			"List":          {2, func(ctx context.Context) error { _, err := h.s.List(ctx, core.Visitor, people.Filter{}); return err }},
			"nobody":        {0, func(ctx context.Context) error { _, err := h.s.Affiliations(ctx, nil); return err }},
		} {
			ctx, n := db.WithCount(t.Context())
			if err := tc.fn(ctx); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if n.Load() != tc.want {
				t.Errorf("%s asks %d queries, want %d", name, n.Load(), tc.want)
			}
		}
		names, _ := h.s.Names(t.Context(), ids)
		if len(names) != 30 {
			t.Errorf("%d names", len(names))
		}
	})
}

// E045: a network has organisations as members, from when to when.
func TestNetworks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		a, b := h.organisation(org("Sahel Networks")), h.organisation(org("Valle Foundation"))
		net := h.organisation(people.NewOrganisation{Name: core.NewText("en", "Baobab Coalition"), Kind: people.KindNetwork, Members: []core.ID{a.ID}})
		edit := func(rows ...people.MemberRow) error {
			o, err := h.s.Organisation(t.Context(), net.ID)
			if err != nil {
				t.Fatal(err)
			}
			members, _, _ := h.s.Members(t.Context(), net.ID)
			in := people.InputOfOrganisation(o, members)
			in.Members = rows
			_, err = h.s.EditOrganisation(t.Context(), staff, net.ID, in)
			return err
		}
		if err := edit(people.MemberRow{Organisation: "sahel networks", From: "2019"}, people.MemberRow{}, people.MemberRow{Organisation: "Valle Foundation", Until: "2021-06"}); err != nil {
			t.Fatal(err)
		}
		members, _, err := h.s.Members(t.Context(), net.ID)
		if err != nil || len(members) != 2 || members[0].Member != a.ID || members[0].From != "2019" || members[1].On("2022-01-01") {
			t.Errorf("members: %+v, %v", members, err)
		}
		if _, networks, _ := h.s.Members(t.Context(), b.ID); len(networks) != 1 || networks[0].NetworkName.String() != "Baobab Coalition" {
			t.Errorf("the member does not know its network: %+v", networks)
		}
		for name, row := range map[string]people.MemberRow{
			"unknown": {Organisation: "Nobody Ltd"}, "itself": {Organisation: "Baobab Coalition"}, "date": {Organisation: "Sahel Networks", From: "x"},
		} {
			if err := edit(row); core.KindOf(err) != core.KindInvalid {
				t.Errorf("%s: %v, want invalid", name, err)
			}
		}
		if err := edit(people.MemberRow{Organisation: "Sahel Networks"}, people.MemberRow{Organisation: "sahel networks"}); core.KindOf(err) != core.KindInvalid {
			t.Errorf("twice: %v, want invalid", err)
		}
		if err := edit(); err != nil {
			t.Fatal(err)
		}
		if members, _, _ := h.s.Members(t.Context(), net.ID); len(members) != 0 {
			t.Errorf("all taken away, %d left", len(members))
		}
		if got := kinds(h.events(record.Query{Subjects: []core.ID{net.ID}})); !slices.Equal(got, []string{"organisation.created", "organisation.changed", "organisation.changed"}) {
			t.Errorf("events: %v", got)
		}
		if _, err := h.s.EditOrganisation(t.Context(), as(a.ID), net.ID, people.OrganisationInput{}); core.KindOf(err) != core.KindForbidden {
			t.Errorf("a member edits an organisation: %v", err)
		}
		if _, err := h.s.CreateOrganisation(t.Context(), core.Visitor, people.OrganisationInput{}); core.KindOf(err) != core.KindSignIn {
			t.Errorf("a visitor adds an organisation: %v", err)
		}
	})
}

// An affiliation that ends does so at midnight, without anybody doing anything.
func TestListFollowsTheClock(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		h.person(named("Amina Diallo"), people.NewAffiliation{Title: "x", Group: "media", Until: "2023-10-11"})
		for _, tc := range []struct {
			at   time.Time
			want int
		}{{noon, 1}, {noon.Add(11 * time.Hour), 1}, {noon.Add(13 * time.Hour), 0}} {
			h.rec.Clock.Freeze(tc.at)
			if list, _ := h.s.List(t.Context(), core.Visitor, people.Filter{Group: "media"}); list.Total != tc.want {
				t.Errorf("at %s: %d, want %d", tc.at, list.Total, tc.want)
			}
		}
	})
}
