package people_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

func (h *house) form(a core.Actor, id core.ID) people.PersonInput {
	h.t.Helper()
	p, err := h.s.Get(h.t.Context(), a, id)
	if err != nil {
		h.t.Fatal(err)
	}
	affs, err := h.s.AffiliationsFor(h.t.Context(), a, []people.Person{p})
	if err != nil {
		h.t.Fatal(err)
	}
	return people.InputOf(p, affs[p.ID])
}

func (h *house) edit(a core.Actor, id core.ID, change func(in *people.PersonInput)) (people.Person, error) {
	h.t.Helper()
	in := h.form(a, id)
	change(&in)
	return h.s.Edit(h.t.Context(), a, id, in)
}

func TestEditOneself(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		sn := h.organisation(people.NewOrganisation{Name: core.NewText("en", "Sahel Networks"), Acronym: "SN"})
		p := h.person(named("Amina Diallo"))
		me := as(p.ID)
		got, err := h.edit(me, p.ID, func(in *people.PersonInput) {
			in.Name, in.Honorific, in.Country, in.Languages = "Amina  Diallo ", "Dr.", "SN", []string{"fr", "ha"}
			in.Gender, in.Bio = "woman", core.NewText("fr", "Ingénieure des réseaux.")
			in.Links = []people.Link{{}, {Label: "Blog", URL: "https://example.org/amina"}}
			in.Public = false // hers is no say in this
			in.Affiliations = []people.AffiliationRow{
				{Title: "Director", Organisation: "sn", Group: "civil-society", Country: "SN", From: "2020"},
				{},
				{Title: "Member", Organisation: "Baobab Coalition", Until: "2022"},
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if got.Name != "Amina Diallo" || !got.Public || got.Version != 2 || len(got.Links) != 1 {
			t.Errorf("after the change: %+v", got)
		}
		affs, _ := h.s.Affiliations(t.Context(), []core.ID{p.ID})
		list := affs[p.ID]
		if len(list) != 2 || list[0].Organisation != sn.ID || list[0].Label() != "Sahel Networks" || list[1].Organisation != "" || list[1].Line() != "Member, Baobab Coalition" {
			t.Fatalf("affiliations: %+v", list)
		}
		// She moves on: the old one ends, the named one goes, a new one comes.
		if _, err := h.edit(me, p.ID, func(in *people.PersonInput) {
			in.Affiliations[0].Until = "2023-09"
			in.Affiliations[1].Remove = true
			in.Affiliations = append(in.Affiliations, people.AffiliationRow{Title: "Adviser", Organisation: "Ministry of Wires"})
		}); err != nil {
			t.Fatal(err)
		}
		affs, _ = h.s.Affiliations(t.Context(), []core.ID{p.ID})
		now := people.On(affs[p.ID], "2023-10-11")
		if len(affs[p.ID]) != 2 || len(now) != 1 || now[0].Line() != "Adviser, Ministry of Wires" || affs[p.ID][0].ID != list[0].ID {
			t.Errorf("affiliations: %+v", affs[p.ID])
		}
		want := []string{"person.created", "person.changed", "person.affiliated", "person.affiliated"}
		if got := kinds(h.events(record.Query{Subjects: []core.ID{p.ID}})); !slices.Equal(got, want) {
			t.Errorf("public events: %v, want %v", got, want)
		}
		b, _ := json.Marshal(h.events(record.Query{Internal: true}))
		for _, secret := range []string{"woman", "example.org/amina"} {
			if strings.Contains(string(b), secret) {
				t.Errorf("the events say %q, which is private", secret)
			}
		}
		var personal string
		if err := h.rec.DB.Read.NewRaw("SELECT CAST(personal AS TEXT) FROM events WHERE kind = 'person.changed'").Scan(t.Context(), &personal); err != nil || !strings.Contains(personal, "woman") {
			t.Errorf("the personal part lacks the gender: %s, %v", personal, err)
		}
	})
}

func TestEditIsGuarded(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		public, private := h.person(named("Public Person")), h.person(people.NewPerson{Name: "Private Person"})
		in := people.PersonInput{Version: 1, Name: "Mallory"}
		for _, tc := range []struct {
			name string
			a    core.Actor
			id   core.ID
			want core.Kind
		}{
			{"visitor, public", core.Visitor, public.ID, core.KindSignIn},
			{"visitor, private", core.Visitor, private.ID, core.KindNotFound},
			{"other, public", as(private.ID), public.ID, core.KindForbidden},
			{"other, private", as(public.ID), private.ID, core.KindNotFound},
			{"nobody", staff, "00000000-0000-7000-8000-00000000ffff", core.KindNotFound},
			{"no id", staff, "x", core.KindNotFound},
		} {
			if _, err := h.s.Edit(t.Context(), tc.a, tc.id, in); core.KindOf(err) != tc.want {
				t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
			}
		}
		stale := h.form(staff, public.ID)
		if _, err := h.edit(staff, public.ID, func(in *people.PersonInput) { in.Family = "Person" }); err != nil {
			t.Fatal(err)
		}
		_, err := h.s.Edit(t.Context(), staff, public.ID, stale)
		if e := new(core.Error); core.KindOf(err) != core.KindStale {
			t.Errorf("an old form: %v (%v), want stale", err, e)
		}
		for name, change := range map[string]func(in *people.PersonInput){
			"name":           func(in *people.PersonInput) { in.Name = " " },
			"country":        func(in *people.PersonInput) { in.Country = "XX" },
			"link":           func(in *people.PersonInput) { in.Links = []people.Link{{Label: "x", URL: "javascript:alert(1)"}} },
			"label only":     func(in *people.PersonInput) { in.Links = []people.Link{{Label: "x"}} },
			"date":           func(in *people.PersonInput) { in.Affiliations = []people.AffiliationRow{{Title: "x", From: "May"}} },
			"foreign row":    func(in *people.PersonInput) { in.Affiliations = []people.AffiliationRow{{ID: "other", Title: "x"}} },
			"group":          func(in *people.PersonInput) { in.Affiliations = []people.AffiliationRow{{Title: "x", Group: "elves"}} },
			"too many":       func(in *people.PersonInput) { in.Affiliations = make([]people.AffiliationRow, 51) },
			"long honorific": func(in *people.PersonInput) { in.Honorific = strings.Repeat("Dr. ", 30) },
		} {
			if _, err := h.edit(staff, public.ID, change); core.KindOf(err) != core.KindInvalid {
				t.Errorf("%s: %v, want invalid", name, err)
			}
		}
		if _, err := h.s.Create(t.Context(), as(public.ID), in); core.KindOf(err) != core.KindForbidden {
			t.Errorf("a member adds a person: %v", err)
		}
		if _, err := h.s.Create(t.Context(), core.Visitor, in); core.KindOf(err) != core.KindSignIn {
			t.Errorf("a visitor adds a person: %v", err)
		}
	})
}

func TestMerge(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		o := h.organisation(org("Sahel Networks"))
		kept := h.person(people.NewPerson{Name: "Amina Diallo", Public: true}, people.NewAffiliation{Organisation: o.ID, Title: "Director"})
		old := h.person(people.NewPerson{Name: "A. F. Diallo", Honorific: "Dr.", Country: "SN", HideAffiliations: true, Links: []people.Link{{URL: "https://a.example"}}},
			people.NewAffiliation{Organisation: o.ID, Title: "Director"}, people.NewAffiliation{Title: "Member", OrganisationName: "Baobab Coalition"})
		merge := func(from, into core.ID, version int64) error {
			_, err := h.s.Merge(t.Context(), staff, from, people.MergeInput{Version: version, Into: into})
			return err
		}
		if _, err := h.s.Merge(t.Context(), as(kept.ID), kept.ID, people.MergeInput{Version: 1, Into: old.ID}); core.KindOf(err) != core.KindForbidden {
			t.Errorf("a member merges: %v", err)
		}
		for name, tc := range map[string]struct {
			err  error
			want core.Kind
		}{
			"itself": {merge(old.ID, old.ID, 1), core.KindConflict}, "nobody": {merge(old.ID, "x", 1), core.KindNotFound},
			"no choice": {merge(old.ID, "", 1), core.KindInvalid}, "old form": {merge(old.ID, kept.ID, 7), core.KindStale},
		} {
			if core.KindOf(tc.err) != tc.want {
				t.Errorf("%s: %v, want %s", name, tc.err, tc.want)
			}
		}
		if err := merge(old.ID, kept.ID, 1); err != nil {
			t.Fatal(err)
		}
		p, err := h.s.Get(t.Context(), staff, old.ID)
		if err != nil || p.ID != kept.ID || p.Name != "Amina Diallo" || p.Honorific != "Dr." || p.Country != "SN" || p.ShowAffiliations || len(p.Links) != 1 {
			t.Errorf("the old address gives %+v, %v", p, err)
		}
		affs, _ := h.s.Affiliations(t.Context(), []core.ID{kept.ID, old.ID})
		if len(affs[kept.ID]) != 2 || len(affs[old.ID]) != 0 {
			t.Errorf("affiliations: %+v", affs)
		}
		found, _ := h.s.FindPersons(t.Context(), "A. F. Diallo", 5)
		if len(found) != 1 || found[0].Person.ID != kept.ID || found[0].Reason != people.SameName {
			t.Errorf("the kept page is not found by the old name: %+v", found)
		}
		if list, _ := h.s.List(t.Context(), staff, people.Filter{}); list.Total != 1 {
			t.Errorf("%d persons are listed", list.Total)
		}
		if err := merge(kept.ID, old.ID, p.Version); core.KindOf(err) != core.KindConflict {
			t.Errorf("back again: %v, want conflict", err)
		}
		ev := h.events(record.Query{Kinds: []string{"person.merged"}, Internal: true})
		if len(ev) != 1 || ev[0].Subject != old.ID || !strings.Contains(string(ev[0].Data), string(kept.ID)) || ev[0].Visibility != record.Internal {
			t.Errorf("events: %+v", ev)
		}
		// A further change of the name keeps the old page's names.
		if _, err := h.edit(staff, kept.ID, func(in *people.PersonInput) { in.Name = "Amina Fatou Diallo" }); err != nil {
			t.Fatal(err)
		}
		if found, _ := h.s.FindPersons(t.Context(), "a f diallo", 5); len(found) != 1 {
			t.Errorf("the names of the old page were forgotten: %v", found)
		}
	})
}
