package people_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// What a person hides is hidden everywhere, also in what was written before.
func TestPrivacyChoices(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		o := h.organisation(org("Sahel Networks"))
		p := h.person(people.NewPerson{Name: "Amina Diallo", Public: true, Gender: "woman", ShowContact: true},
			people.NewAffiliation{Organisation: o.ID, Group: "civil-society"})
		if _, err := h.edit(as(p.ID), p.ID, func(in *people.PersonInput) { in.Links = []people.Link{{URL: "https://amina.example"}} }); err != nil {
			t.Fatal(err)
		}
		look := func(a core.Actor) string {
			t.Helper()
			ctx := t.Context()
			got, err := h.s.Get(ctx, a, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			affs, _ := h.s.AffiliationsFor(ctx, a, []people.Person{got})
			_, hist, _ := h.s.History(ctx, a, p.ID, core.Page{})
			at, _ := h.s.PeopleOf(ctx, a, o.ID)
			inGroup, _ := h.s.List(ctx, a, people.Filter{Group: "civil-society"})
			groups, _, _ := h.s.Facets(ctx, a, people.Filter{})
			list, _ := h.s.List(ctx, a, people.Filter{})
			b, _ := json.Marshal(hist.Items)
			return fmt.Sprintf("links %d, affiliations %d, gender %q, history of links %v, of affiliations %v, at %d, in group %d, groups %d, listed %d",
				len(got.Links), len(affs[p.ID]), got.Gender, strings.Contains(string(b), "amina.example"),
				strings.Contains(string(b), "person.affiliated"), len(at), len(inGroup.Items), len(groups), len(list.Items))
		}
		whole := `links 1, affiliations 1, gender "woman", history of links true, of affiliations true, at 1, in group 1, groups 1, listed 1`
		open := `links 1, affiliations 1, gender "", history of links true, of affiliations true, at 1, in group 1, groups 1, listed 1`
		shut := `links 0, affiliations 0, gender "", history of links false, of affiliations false, at 0, in group 0, groups 0, listed 0`
		if got := look(core.Visitor); got != open {
			t.Errorf("a visitor sees %s", got)
		}
		if _, err := h.edit(as(p.ID), p.ID, func(in *people.PersonInput) { in.ShowContact, in.ShowAffiliations, in.Listed = false, false, false }); err != nil {
			t.Fatal(err)
		}
		for name, a := range map[string]core.Actor{"visitor": core.Visitor, "other": as(o.ID)} {
			if got := look(a); got != shut {
				t.Errorf("a %s sees %s", name, got)
			}
		}
		for name, a := range map[string]core.Actor{"she": as(p.ID), "staff": staff} {
			if got := look(a); got != whole {
				t.Errorf("%s sees %s", name, got)
			}
		}
	})
}

// Who is not public is unknown to all but herself and the staff, in every way to ask.
func TestNotPublicIsNotFound(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		o := h.organisation(org("Sahel Networks"))
		hidden := h.person(people.NewPerson{Name: "Lina Haddad", Country: "LB"}, people.NewAffiliation{Organisation: o.ID, Group: "academia"})
		seen := h.person(named("Kenji Moriyama"))
		ways := func(a core.Actor) string {
			ctx := core.WithActor(t.Context(), a)
			_, get := h.s.Get(ctx, a, hidden.ID)
			_, _, hist := h.s.History(ctx, a, hidden.ID, core.Page{})
			list, _ := h.s.List(ctx, a, people.Filter{Query: "haddad"})
			groups, countries, _ := h.s.Facets(ctx, a, people.Filter{})
			at, _ := h.s.PeopleOf(ctx, a, o.ID)
			names, _ := h.s.Names(ctx, []core.ID{hidden.ID})
			var feed int
			for _, e := range h.events(record.Query{}) {
				if strings.Contains(string(e.Data), "Lina") {
					feed++
				}
			}
			return fmt.Sprint(core.KindOf(get), core.KindOf(hist), list.Total, len(groups), len(countries), len(at), len(names), feed)
		}
		for name, a := range map[string]core.Actor{"visitor": core.Visitor, "member": as(seen.ID)} {
			if got, want := ways(a), fmt.Sprint(core.KindNotFound, core.KindNotFound, 0, 0, 0, 0, 0, 0); got != want {
				t.Errorf("a %s finds %s, want %s", name, got, want)
			}
		}
		_, gone := h.s.Get(t.Context(), core.Visitor, "00000000-0000-7000-8000-00000000ffff")
		_, there := h.s.Get(t.Context(), core.Visitor, hidden.ID)
		if gone.Error() != there.Error() {
			t.Errorf("the answers differ: %v, %v", gone, there)
		}
		none := fmt.Sprint(core.KindInternal, core.KindInternal) // KindOf(nil)
		for name, a := range map[string]core.Actor{"herself": as(hidden.ID), "staff": staff} {
			if got, want := ways(a), none+"1 1 1 1 1 0"; got != want {
				t.Errorf("%s finds %s, want %s", name, got, want)
			}
		}
		// A public role makes her public, once.
		for range 2 {
			if err := h.write(func(ctx context.Context, tx *record.Tx) error {
				return h.s.PublishTx(ctx, tx, hidden.ID, seen.ID, hidden.ID, "unknown")
			}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.s.Get(t.Context(), core.Visitor, hidden.ID); err != nil {
			t.Errorf("with a public role: %v", err)
		}
		if n := len(h.events(record.Query{Kinds: []string{"person.published"}})); n != 1 {
			t.Errorf("%d events of publishing, want 1", n)
		}
	})
}
