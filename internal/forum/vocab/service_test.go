package vocab_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

var (
	staff  = core.Actor{Account: "a1", Person: "p1", Name: "Kenji", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}
	member = core.Actor{Account: "a2", Person: "p2", Name: "Amina"}
)

func seed(t *testing.T, r *record.Record, s *vocab.Service) {
	t.Helper()
	err := r.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error { return s.Seed(ctx, tx) })
	if err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, r *record.Record, sql string, args ...any) {
	t.Helper()
	if _, err := r.DB.Write.ExecContext(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func events(t *testing.T, r *record.Record, kind string) []record.Event {
	t.Helper()
	list, err := r.Events(t.Context(), record.Query{Kinds: []string{kind}, Internal: true})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

func TestSeedKeepsWhatTheSecretariatChanged(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		s := vocab.New(r)
		seed(t, r, s)
		seed(t, r, s)
		if n := len(events(t, r, "vocabulary.seeded")); n != 1 {
			t.Fatalf("%d events of seeding, want one: the second time there is nothing to do", n)
		}
		term, _ := s.Term(vocab.Formats, "panel")
		in := vocab.InputOf(term)
		in.Label = in.Label.With("en", "Panel of four")
		if _, err := s.EditTerm(t.Context(), staff, vocab.Formats, "panel", in); err != nil {
			t.Fatal(err)
		}
		// An earlier release had other words for two terms; one of them was edited since.
		exec(t, r, "UPDATE vocab_terms SET place = 99 WHERE vocab = 'session-format' AND code IN ('panel', 'debate')")
		exec(t, r, "UPDATE country_classes SET until_date = '2099-01-01' WHERE alpha2 = 'BD'")
		seed(t, r, s)
		panel, _ := s.Term(vocab.Formats, "panel")
		debate, _ := s.Term(vocab.Formats, "debate")
		if panel.Label.By["en"] != "Panel of four" || panel.Place != 99 || !panel.Edited {
			t.Errorf("the change of the secretariat was overwritten: %+v", panel)
		}
		if debate.Place == 99 {
			t.Errorf("an untouched term was not brought up to date: %+v", debate)
		}
		if n, _ := s.Country("BD"); n.Classes[0].Until != "2026-11-24" {
			t.Errorf("an untouched class was not brought up to date: %+v", n.Classes)
		}
	})
}

func TestEditTerm(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		s := vocab.New(r)
		for _, seeded := range []bool{false, true} { // also before anything stands in the tables
			if seeded {
				seed(t, r, s)
			}
			before, _ := s.Term(vocab.Goals, "5")
			in := vocab.InputOf(before)
			in.Label = in.Label.With("fr", "Égalité des genres").With("en", before.Label.By["en"]+"!")
			after, err := s.EditTerm(t.Context(), staff, vocab.Goals, "5", in)
			if err != nil {
				t.Fatal(err)
			}
			if after.Version != before.Version+1 || s.Label(vocab.Goals, "5").By["fr"] != "Égalité des genres" {
				t.Errorf("after the change: %+v", after)
			}
			_, err = s.EditTerm(t.Context(), staff, vocab.Goals, "5", in)
			if core.KindOf(err) != core.KindStale {
				t.Errorf("the same form again: %v, want stale", err)
			}
			in.Version = after.Version
			if _, err := s.EditTerm(t.Context(), staff, vocab.Goals, "5", in); err != nil {
				t.Errorf("saving without a change: %v", err)
			}
			if now, _ := s.Term(vocab.Goals, "5"); now.Version != after.Version {
				t.Error("saving without a change made a version")
			}
		}
		if got := events(t, r, "term.changed"); len(got) != 2 || got[0].Visibility != record.Public || got[0].Subject != "sdg/5" {
			t.Errorf("events: %+v", got)
		}
		bad := vocab.InputOf(mustTerm(t, s, vocab.Support, "broad"))
		bad.Rank = "5"
		bad.Label = core.Text{}
		if _, err := s.EditTerm(t.Context(), staff, vocab.Support, "broad", bad); core.KindOf(err) != core.KindInvalid {
			t.Errorf("degree 5 without a name: %v, want invalid", err)
		}
		if _, err := s.EditTerm(t.Context(), staff, "nothing", "x", bad); core.KindOf(err) != core.KindNotFound {
			t.Errorf("unknown vocabulary: %v", err)
		}
	})
}

func mustTerm(t *testing.T, s *vocab.Service, v, code string) vocab.Term {
	t.Helper()
	term, ok := s.Term(v, code)
	if !ok {
		t.Fatalf("no term %s/%s", v, code)
	}
	return term
}

// E033: academia stands alone or counts within the technical community, by year.
func TestGroupsAreDated(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		s := vocab.New(r)
		seed(t, r, s)
		if got := s.Resolve(vocab.Groups, "academia", "2008-12-03"); got != "academia" {
			t.Fatalf("academia counts as %q before anything is said", got)
		}
		in := vocab.InputOf(mustTerm(t, s, vocab.Groups, "academia"))
		in.From = "2011-01-01"
		if _, err := s.EditTerm(t.Context(), staff, vocab.Groups, "academia", in); err != nil {
			t.Fatal(err)
		}
		for day, want := range map[string]string{"2008-12-03": "technical-community", "2010-12-31": "technical-community", "2011-01-01": "academia", "2023-10-11": "academia", "": "academia"} {
			if got := s.Resolve(vocab.Groups, "academia", day); got != want {
				t.Errorf("on %s academia counts as %q, want %q", day, got, want)
			}
		}
		if n := len(s.TermsOn(vocab.Groups, "2008-12-03")); n != 6 {
			t.Errorf("%d groups in 2008, want 6", n)
		}
		if got := s.Resolve(vocab.Groups, "martians", "2023-10-11"); got != "martians" {
			t.Errorf("an unknown code became %q", got)
		}
		in = vocab.InputOf(mustTerm(t, s, vocab.Groups, "academia"))
		in.Until, in.Within = "2010-01-01", "academia"
		if _, err := s.EditTerm(t.Context(), staff, vocab.Groups, "academia", in); core.KindOf(err) != core.KindInvalid {
			t.Errorf("an end before the beginning: %v, want invalid", err)
		}
	})
}

func TestAddTerm(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		s := vocab.New(r)
		in := vocab.NewTermInput{Code: "remote-hub", Label: core.NewText("en", "Remote hub")}
		term, err := s.AddTerm(t.Context(), staff, vocab.Formats, in)
		if err != nil {
			t.Fatal(err)
		}
		all := s.Terms(vocab.Formats)
		if last := all[len(all)-1]; last.Code != "remote-hub" || term.Place != last.Place {
			t.Errorf("the new term is not the last one: %+v", last)
		}
		opts := s.Options("ru", vocab.Formats)
		if opts[len(opts)-1].Label != "Remote hub" {
			t.Errorf("a term without Russian words must be shown in English: %+v", opts[len(opts)-1])
		}
		if _, err := s.AddTerm(t.Context(), staff, vocab.Formats, in); core.KindOf(err) != core.KindInvalid {
			t.Errorf("the same code again: %v, want invalid", err)
		}
		in.Code = "Not a code"
		if _, err := s.AddTerm(t.Context(), staff, vocab.Formats, in); core.KindOf(err) != core.KindInvalid {
			t.Errorf("a code with blanks: %v, want invalid", err)
		}
		if _, err := s.AddTerm(t.Context(), staff, vocab.Goals, vocab.NewTermInput{Code: "18", Label: in.Label}); core.KindOf(err) != core.KindConflict {
			t.Errorf("an eighteenth goal: %v, want conflict", err)
		}
	})
}

func TestOnlyStaffChangeVocabularies(t *testing.T) {
	s := service(t)
	in := vocab.InputOf(mustTerm(t, s, vocab.Goals, "1"))
	in.Label = in.Label.With("en", "x")
	n, _ := s.Country("SN")
	for name, tc := range map[string]struct {
		a    core.Actor
		want core.Kind
	}{
		"visitor": {core.Visitor, core.KindSignIn},
		"member":  {member, core.KindForbidden},
	} {
		if _, err := s.EditTerm(t.Context(), tc.a, vocab.Goals, "1", in); core.KindOf(err) != tc.want {
			t.Errorf("%s edits a term: %v, want %s", name, err, tc.want)
		}
		if _, err := s.AddTerm(t.Context(), tc.a, vocab.Formats, vocab.NewTermInput{Code: "x", Label: in.Label}); core.KindOf(err) != tc.want {
			t.Errorf("%s adds a term: %v, want %s", name, err, tc.want)
		}
		if _, err := s.EditCountry(t.Context(), tc.a, "SN", vocab.InputOfCountry(n)); core.KindOf(err) != tc.want {
			t.Errorf("%s edits a country: %v, want %s", name, err, tc.want)
		}
	}
}

// golden is who may do what: every role and action of the room.
func TestPolicy(t *testing.T) {
	golden := map[string][]core.Role{
		"see": core.AllRoles, "edit": core.Staff, "add": core.Staff, "see_internal_history": core.Staff,
	}
	for _, p := range vocab.Policies {
		for _, action := range p.Actions() {
			for _, role := range core.AllRoles {
				if got, want := p.Can(action, "", role), slices.Contains(golden[action], role); got != want {
					t.Errorf("%s may %s: %v, want %v", role, action, got, want)
				}
			}
		}
		if len(p.Actions()) != len(golden) {
			t.Errorf("actions %v, golden has %d", p.Actions(), len(golden))
		}
	}
}

func TestEditCountry(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		s := vocab.New(r)
		seed(t, r, s)
		n, _ := s.Country("TW")
		in := vocab.InputOfCountry(n)
		in.Name = in.Name.With("en", "Taiwan, Province of China").With("fr", "")
		got, err := s.EditCountry(t.Context(), staff, "TW", in)
		if err != nil {
			t.Fatal(err)
		}
		now, _ := s.Country("TW")
		if now.Name.By["en"] != "Taiwan, Province of China" || now.Name.By["fr"] != n.Name.By["fr"] || !now.Edited || got.Version != 1 {
			t.Errorf("after the change: %+v", now)
		}
		if alpha2, ok := s.FindCountry("TAIWAN, PROVINCE OF CHINA"); !ok || alpha2 != "TW" {
			t.Errorf("the new name is not found: %q", alpha2)
		}
		if _, err := s.EditCountry(t.Context(), staff, "TW", in); core.KindOf(err) != core.KindStale {
			t.Errorf("the same form again: %v, want stale", err)
		}
		// Back to the name that comes with the program: nothing is kept as a change.
		in = vocab.InputOfCountry(now)
		in.Name = n.Name
		if got, err = s.EditCountry(t.Context(), staff, "TW", in); err != nil || got.Edited || got.Version != 2 {
			t.Errorf("taken back: %+v, %v", got, err)
		}
	})
}

// Scheduled is not done: the organisers move the day, and it counts at once.
func TestEditClasses(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		s := vocab.New(r)
		seed(t, r, s)
		edit := func(change func(in *vocab.CountryInput)) (vocab.Country, error) {
			n, _ := s.Country("BD")
			in := vocab.InputOfCountry(n)
			change(&in)
			return s.EditCountry(t.Context(), staff, "BD", in)
		}
		if s.InClass("BD", "LDC", "2027-01-01") {
			t.Fatal("Bangladesh is scheduled to leave on 2026-11-24")
		}
		if _, err := edit(func(in *vocab.CountryInput) { in.Classes[0].Until = "2029-11-24" }); err != nil {
			t.Fatal(err)
		}
		if !s.InClass("BD", "LDC", "2027-01-01") {
			t.Error("the day was moved, but does not count")
		}
		if _, err := edit(func(in *vocab.CountryInput) {
			in.Classes = append(in.Classes, vocab.ClassRow{Class: "SIDS", From: "2000-01-01"}, vocab.ClassRow{})
		}); err != nil {
			t.Fatal(err)
		}
		if got := s.ClassesOf("BD", "2023-10-11"); !slices.Equal(got, []string{"LDC", "SIDS"}) {
			t.Errorf("classes are %v", got)
		}
		for range 2 { // taken away, and given back
			if _, err := edit(func(in *vocab.CountryInput) { in.Classes[1].Class = "" }); err != nil {
				t.Fatal(err)
			}
			if got := s.ClassesOf("BD", "2023-10-11"); !slices.Equal(got, []string{"LDC"}) {
				t.Errorf("classes are %v", got)
			}
			if _, err := edit(func(in *vocab.CountryInput) {
				in.Classes = append(in.Classes, vocab.ClassRow{Class: "SIDS"})
			}); err != nil {
				t.Fatal(err)
			}
			if !s.InClass("BD", "SIDS", "1990-01-01") {
				t.Error("a class given back does not count")
			}
		}
		for name, change := range map[string]func(in *vocab.CountryInput){
			"twice":        func(in *vocab.CountryInput) { in.Classes = append(in.Classes, in.Classes[0]) },
			"no class":     func(in *vocab.CountryInput) { in.Classes[0].Class = "G7" },
			"no day":       func(in *vocab.CountryInput) { in.Classes[0].Until = "soon" },
			"unscheduled":  func(in *vocab.CountryInput) { in.Classes[0].Until, in.Classes[0].Scheduled = "", true },
			"end first":    func(in *vocab.CountryInput) { in.Classes[0].Until = "1970-01-01" },
			"without name": func(in *vocab.CountryInput) { in.Name = core.Text{} },
		} {
			if _, err := edit(change); core.KindOf(err) != core.KindInvalid {
				t.Errorf("%s: %v, want invalid", name, err)
			}
		}
		if n := len(events(t, r, "country.changed")); n != 6 {
			t.Errorf("%d events, want 6", n)
		}
	})
}

// Another process writes; this one sees it with the forum's next event.
func TestSnapshotFollowsOtherProcesses(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		one, two := open(t, url), open(t, url)
		a, b := vocab.New(one), vocab.New(two)
		seed(t, one, a)
		if b.Label(vocab.Goals, "1").IsZero() {
			t.Fatal("no label")
		}
		in := vocab.InputOf(mustTerm(t, a, vocab.Goals, "1"))
		in.Label = in.Label.With("en", "Other words")
		var wg sync.WaitGroup
		for range 8 { // readers do not disturb
			wg.Go(func() {
				for range 200 {
					b.Label(vocab.Goals, "1")
					b.Countries("fr")
				}
			})
		}
		if _, err := a.EditTerm(t.Context(), staff, vocab.Goals, "1", in); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		if err := two.Write(t.Context(), staff, func(_ context.Context, tx *record.Tx) error {
			tx.Append("thing.done", "x", core.ScopeForum, record.Public, nil)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if got := b.Label(vocab.Goals, "1").By["en"]; got != "Other words" {
			t.Errorf("the other process still says %q", got)
		}
	})
}
