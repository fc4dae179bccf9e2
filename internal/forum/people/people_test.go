package people_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"testing"
	"testing/quick"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// house is the room on a real database.
type house struct {
	t     *testing.T
	rec   *record.Record
	vocab *vocab.Service
	s     *people.Service
}

var (
	staff = core.Actor{Account: "a1", Person: "00000000-0000-7000-8000-000000000001", Name: "Kenji", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}
	noon  = time.Date(2023, 10, 11, 12, 0, 0, 0, time.UTC)
)

func as(id core.ID) core.Actor {
	return core.Actor{Account: "account-" + id, Person: id, Name: "somebody"}
}

func open(t *testing.T, url string) *house {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	clock := &core.Clock{}
	clock.Freeze(noon)
	r, err := record.Open(t.Context(), d, clock, core.NewIDs(clock), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	v := vocab.New(r)
	return &house{t, r, v, people.New(r, v)}
}

// write does something inside a write of the secretariat.
func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) error {
	return h.rec.Write(h.t.Context(), staff, fn)
}

func (h *house) person(in people.NewPerson, affs ...people.NewAffiliation) people.Person {
	h.t.Helper()
	var p people.Person
	if err := h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		if p, err = h.s.CreatePersonTx(ctx, tx, in); err != nil {
			return err
		}
		for i, f := range affs {
			f.Person, f.Rank = p.ID, i
			if _, err := h.s.AddAffiliationTx(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) organisation(in people.NewOrganisation) people.Organisation {
	h.t.Helper()
	var o people.Organisation
	if err := h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		o, err = h.s.CreateOrganisationTx(ctx, tx, in)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return o
}

func (h *house) events(q record.Query) []record.Event {
	h.t.Helper()
	list, err := h.rec.Events(h.t.Context(), q)
	if err != nil {
		h.t.Fatal(err)
	}
	return list.Items
}

func kinds(events []record.Event) []string {
	var out []string
	for _, e := range events {
		out = append(out, e.Kind)
	}
	slices.Reverse(out)
	return out
}

func named(s string) people.NewPerson { return people.NewPerson{Name: s, Public: true} }

func org(s string) people.NewOrganisation {
	return people.NewOrganisation{Name: core.NewText("en", s)}
}

// E046, E193: a role keeps for whom somebody spoke on that day, several at once.
func TestSnapshotOfADay(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		sn := h.organisation(people.NewOrganisation{Name: core.NewText("en", "Sahel Networks"), Kind: "civil-society", Country: "SN"})
		itu := h.organisation(people.NewOrganisation{Name: core.NewText("en", "Union of Telegraphs"), Kind: "igo"})
		p := h.person(people.NewPerson{Name: "Amina Diallo", Honorific: "Dr."},
			people.NewAffiliation{Organisation: sn.ID, Title: "Executive Director", Country: "SN", From: "2020", Until: "2023"},
			people.NewAffiliation{OrganisationName: "Leadership Panel", Title: "Member", From: "2022-08", Until: "2024-08-15"},
			people.NewAffiliation{Organisation: itu.ID, Title: "Adviser", From: "2024-01-01"},
		)
		all, err := h.s.Affiliations(t.Context(), []core.ID{p.ID})
		if err != nil {
			t.Fatal(err)
		}
		affs := all[p.ID]
		for day, want := range map[string]string{
			"2019-12-31": "",
			"2020-01-01": "Executive Director, Sahel Networks",
			"2022-07-31": "Executive Director, Sahel Networks",
			"2022-08-01": "Executive Director, Sahel Networks; Member, Leadership Panel",
			"2023-12-31": "Executive Director, Sahel Networks; Member, Leadership Panel",
			"2024-01-01": "Member, Leadership Panel; Adviser, Union of Telegraphs",
			"2024-08-16": "Adviser, Union of Telegraphs",
		} {
			if got := people.SnapshotOf(p, affs, day).Line(); got != want {
				t.Errorf("on %s: %q, want %q", day, got, want)
			}
		}
		then := people.SnapshotOf(p, affs, "2023-10-11")
		if then.Group != "civil-society" || then.Country != "SN" || then.Region != "african" || then.Honorific != "Dr." || then.Affiliations[0].OrganisationID != sn.ID {
			t.Errorf("snapshot: %+v", then)
		}
		if later := people.SnapshotOf(p, affs, "2024-09-01"); later.Group != "igo" || later.Region != "igo" {
			t.Errorf("who speaks for an intergovernmental organisation has no region: %+v", later)
		}
		if none := people.SnapshotOf(p, nil, "2023-10-11"); none.Region != "none" || none.Group != "" {
			t.Errorf("without affiliations: %+v", none)
		}
		b, err := json.Marshal(then)
		var back people.Snapshot
		if err != nil || json.Unmarshal(b, &back) != nil || back.Line() != then.Line() || back.Region != then.Region {
			t.Errorf("a snapshot does not survive JSON: %s, %v", b, err)
		}
	})
}

// An affiliation without dates always holds; one that holds on a day holds on every
// day between its first and its last.
func TestAffiliationsAreWhole(t *testing.T) {
	f := people.Affiliation{}
	dates := []string{"", "2022", "2022-03", "2022-03-15", "2023-11", "2023-11-30", "2024"}
	for _, f.From = range dates {
		for _, f.Until = range dates {
			on, ended := false, false
			for d := time.Date(2021, 12, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2026; d = d.AddDate(0, 0, 1) {
				day := d.Format(time.DateOnly)
				if f.On(day) {
					if ended {
						t.Fatalf("%s to %s holds again on %s", f.From, f.Until, day)
					}
					on = true
				} else if on {
					ended = true
				}
			}
			if f.Until == "" && ended {
				t.Errorf("from %s without an end, but it ended", f.From)
			}
		}
	}
	if got := people.On([]people.Affiliation{{Until: "2020"}, {Title: "now"}}, ""); len(got) != 1 || got[0].Title != "now" {
		t.Errorf("without a day those without an end hold: %v", got)
	}
}

func TestCreateRefusesNonsense(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		p := h.person(named("Amina Diallo"))
		try := func(name string, fn func(ctx context.Context, tx *record.Tx) error, want core.Kind) {
			if err := h.write(fn); err == nil || core.KindOf(err) != want {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
		for name, in := range map[string]people.NewPerson{
			"no name":   {Name: " "},
			"country":   {Name: "A", Country: "Senegal"},
			"language":  {Name: "A", Languages: []string{"klingon"}},
			"link":      {Name: "A", Links: []people.Link{{URL: "javascript:alert(1)"}}},
			"long name": {Name: string(make([]byte, 200))},
		} {
			try(name, func(ctx context.Context, tx *record.Tx) error { _, err := h.s.CreatePersonTx(ctx, tx, in); return err }, core.KindInvalid)
		}
		for name, in := range map[string]people.NewAffiliation{
			"nothing":  {Person: p.ID},
			"group":    {Person: p.ID, Title: "x", Group: "youth"},
			"date":     {Person: p.ID, Title: "x", From: "last year"},
			"no month": {Person: p.ID, Title: "x", From: "2023-13"},
			"order":    {Person: p.ID, Title: "x", From: "2023-05", Until: "2022"},
		} {
			try(name, func(ctx context.Context, tx *record.Tx) error {
				_, err := h.s.AddAffiliationTx(ctx, tx, in)
				return err
			}, core.KindInvalid)
		}
		try("nobody", func(ctx context.Context, tx *record.Tx) error {
			_, err := h.s.AddAffiliationTx(ctx, tx, people.NewAffiliation{Person: staff.Person, Title: "x"})
			return err
		}, core.KindNotFound)
		try("organisation without a name", func(ctx context.Context, tx *record.Tx) error {
			_, err := h.s.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Kind: "network"})
			return err
		}, core.KindInvalid)
		if n := len(h.events(record.Query{Internal: true})); n != 1 {
			t.Errorf("%d events, want one: what was refused left something behind", n)
		}
	})
}

func TestFindPersons(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		amina := h.person(people.NewPerson{Name: "Amina Diallo", Names: core.NewText("ar", "أمينة ديالو")})
		h.person(named("Ahmadou Diallo"))
		kenji := h.person(people.NewPerson{Name: "Kenji Moriyama", Given: "Kenji", Family: "Moriyama", Names: core.NewText("zh", "森山健二")})
		h.person(named("Tomás Rivero"))
		find := func(name string) []string {
			t.Helper()
			list, err := h.s.FindPersons(t.Context(), name, 10)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, m := range list {
				out = append(out, m.Person.Name+": "+string(m.Reason))
			}
			return out
		}
		for name, want := range map[string][]string{
			"amina diallo":      {"Amina Diallo: same_name", "Ahmadou Diallo: same_family"},
			"Dr. Amina Diallo":  {"Amina Diallo: same_name", "Ahmadou Diallo: same_family"},
			"Diallo, Amina":     {"Amina Diallo: same_words"},
			"A. Diallo":         {"Ahmadou Diallo: same_family", "Amina Diallo: same_family"},
			"أمينة ديالو":       {"Amina Diallo: same_name"},
			"MORIYAMA Kenji":    {"Kenji Moriyama: same_words"},
			"森山健二":              {"Kenji Moriyama: same_name"},
			"K. Moriyama":       {"Kenji Moriyama: same_family"},
			"Tomas Rivero":      {"Tomás Rivero: same_name"},
			"Tomás Rivero Díaz": nil, "Diallo": nil, "": nil, "…": nil,
		} {
			if got := find(name); !slices.Equal(got, want) {
				t.Errorf("FindPersons(%q) = %v, want %v", name, got, want)
			}
		}
		if list, _ := h.s.FindPersons(t.Context(), "A. Diallo", 1); len(list) != 1 {
			t.Errorf("limit 1 gave %d", len(list))
		}
		for _, id := range []core.ID{amina.ID, kenji.ID} {
			if persons, err := h.s.Persons(t.Context(), []core.ID{id, staff.Person}); err != nil || len(persons) != 1 {
				t.Errorf("Persons: %v, %v", persons, err)
			}
		}
	})
}

func TestSplitHonorific(t *testing.T) {
	for in, want := range map[string][2]string{
		"Dr. Evelyne Tauchnitz": {"Dr.", "Evelyne Tauchnitz"}, "H.E. Dr Amina Diallo": {"H.E. Dr", "Amina Diallo"},
		"Amina Diallo": {"", "Amina Diallo"}, "Ms. Lee": {"Ms.", "Lee"}, "Dr.": {"", "Dr."}, "": {"", ""}, "Hon Ng": {"Hon", "Ng"},
	} {
		if h, n := people.SplitHonorific(in); h != want[0] || n != want[1] {
			t.Errorf("SplitHonorific(%q) = %q, %q", in, h, n)
		}
	}
	kept := func(s string) bool {
		h, n := people.SplitHonorific(s)
		return core.Fold(h+" "+n) == core.Fold(s)
	}
	if err := quick.Check(kept, nil); err != nil {
		t.Error(err)
	}
}

func TestFindOrganisations(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		h.organisation(people.NewOrganisation{Name: core.NewText("en", "Union of Telegraphs").With("fr", "Union des télégraphes"), Acronym: "UT"})
		h.organisation(org("Universidad del Valle"))
		find := func(name string) []string {
			t.Helper()
			list, err := h.s.FindOrganisations(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, m := range list {
				out = append(out, m.Organisation.Name.String()+": "+string(m.Reason))
			}
			return out
		}
		for name, want := range map[string][]string{
			"The Union of Telegraphs":  {"Union of Telegraphs: same_name"},
			"union des telegraphes":    {"Union of Telegraphs: same_name"},
			"ut":                       {"Union of Telegraphs: same_acronym"},
			"Union of Telegraphs (UT)": {"Union of Telegraphs: same_name"},
			"Telegraphs Union":         {"Union of Telegraphs: same_words"},
			"Valle, Universidad del":   {"Universidad del Valle: same_words"},
			"Universidad":              nil,
			"":                         nil,
			"()":                       nil,
		} {
			if got := find(name); !slices.Equal(got, want) {
				t.Errorf("FindOrganisations(%q) = %v, want %v", name, got, want)
			}
		}
	})
}

// Who may do what with a person, for every role and state.
func TestPolicy(t *testing.T) {
	member := core.AllRoles[1:]
	golden := map[string]map[string]map[string][]core.Role{
		"person": {
			"see":         {"private": core.Staff, "public": core.AllRoles, "own": member},
			"see_private": {"private": core.Staff, "public": core.Staff, "own": member},
			"edit":        {"private": core.Staff, "public": core.Staff, "own": member},
			"create":      {"private": core.Staff, "public": core.Staff, "own": core.Staff},
			"publish":     {"private": core.Staff, "public": core.Staff, "own": core.Staff},
			"merge":       {"private": core.Staff, "public": core.Staff, "own": core.Staff},
			"merge_own":   {"own": member},
			"connect":     {"private": core.Staff, "public": core.Staff, "own": core.Staff},
		},
		"organisation": {
			"see": {"": core.AllRoles}, "edit": {"": core.Staff}, "create": {"": core.Staff}, "see_internal_history": {"": core.Staff},
		},
	}
	for _, p := range people.Policies {
		if len(p.Actions()) != len(golden[p.Subject]) {
			t.Errorf("%s has the actions %v", p.Subject, p.Actions())
		}
		for _, action := range p.Actions() {
			for _, state := range p.States {
				for _, role := range core.AllRoles {
					if got, want := p.Can(action, state, role), slices.Contains(golden[p.Subject][action][state], role); got != want {
						t.Errorf("%s may %s a %s %s: %v, want %v", role, action, state, p.Subject, got, want)
					}
				}
			}
		}
	}
}
