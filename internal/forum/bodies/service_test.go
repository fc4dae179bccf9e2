package bodies_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// The day on which the tests play: after the forum of Kyoto.
var today = time.Date(2023, 11, 1, 12, 0, 0, 0, time.UTC)

var staff = core.Actor{Account: "account-staff", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}

// house is the room with those above it.
type house struct {
	rec    *record.Record
	words  *i18n.Catalog
	people *people.Service
	s      *bodies.Service
}

func open(t *testing.T, url string) *house {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	clock := &core.Clock{}
	clock.Freeze(today)
	r, err := record.Open(t.Context(), d, clock, core.NewIDs(clock), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	words, err := testkit.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{rec: r, words: words}
	v := vocab.New(r)
	h.people = people.New(r, v)
	h.s = bodies.NewService(r, h.people, v, words)
	r.On("person.merged", h.s.PersonMerged)
	return h
}

// seeded is a house with the bodies of the Internet Governance Forum.
func seeded(t *testing.T, url string) *house {
	t.Helper()
	h := open(t, url)
	h.write(t, func(ctx context.Context, tx *record.Tx) error { return h.s.SeedIGF(ctx, tx) })
	return h
}

func (h *house) write(t *testing.T, fn func(ctx context.Context, tx *record.Tx) error) {
	t.Helper()
	if err := h.rec.Write(t.Context(), core.Operator, fn); err != nil {
		t.Fatal(err)
	}
}

func (h *house) body(t *testing.T, kind, slug string) bodies.Body {
	t.Helper()
	b, err := h.s.BySlug(t.Context(), kind, slug)
	if err != nil {
		t.Fatalf("%s/%s: %v", kind, slug, err)
	}
	return b
}

// seat gives a seat; only what differs from "member since 2022" is said.
func (h *house) seat(t *testing.T, n bodies.NewSeat) bodies.Seat {
	t.Helper()
	if n.Role == "" {
		n.Role = "member"
	}
	if n.From == "" {
		n.From = "2022"
	}
	s, err := h.s.AddSeat(t.Context(), staff, n)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (h *house) events(t *testing.T, subject core.ID) []string {
	t.Helper()
	list, err := h.rec.Events(t.Context(), record.Query{Subjects: []core.ID{subject}})
	if err != nil {
		t.Fatal(err)
	}
	kinds := make([]string, 0, len(list.Items))
	for _, e := range list.Items {
		if e.Scope != core.ScopeForum {
			t.Errorf("%s stands in the scope %q: lists and pages would not notice", e.Kind, e.Scope)
		}
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

func problems(err error) []string {
	e, ok := errors.AsType[*core.Error](err)
	if !ok {
		return nil
	}
	var out []string
	for _, f := range e.Fields {
		out = append(out, f.Path)
	}
	slices.Sort(out)
	return out
}

func en(s string) core.Text { return core.NewText("en", s) }

// E160, E163, E168, E173, E177: what was seen of the forum's community is entered
// once, with its kinds, territories, years and dated totals.
func TestSeedIGF(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := seeded(t, url)
		h.write(t, func(ctx context.Context, tx *record.Tx) error { return h.s.SeedIGF(ctx, tx) })
		for kind, want := range map[string]int{
			"national-initiative": 33, "regional-initiative": 5, "subregional-initiative": 6, "youth-initiative": 8,
			bodies.Initiative: 52, "dynamic-coalition": 30, "best-practice-forum": 9, "policy-network": 3, "": 106,
		} {
			list, err := h.s.List(t.Context(), bodies.Query{Kind: kind})
			if err != nil || list.Total != want {
				t.Errorf("%q: %d bodies, %v; want %d", kind, list.Total, err, want)
			}
		}
		benin := h.body(t, "national-initiative", "benin")
		if benin.Country != "BJ" || benin.Region != "african" || benin.Started != "2012" || benin.Founded != "" || benin.AsSeen.IsZero() {
			t.Errorf("Benin is %+v", benin)
		}
		if nl := h.body(t, "youth-initiative", "netherlands-youth-igf"); nl.Region != "weog" {
			t.Errorf("the region of the Netherlands is %q: it should follow from the country", nl.Region)
		}
		security := h.body(t, "best-practice-forum", "cybersecurity")
		if len(security.Years) != 6 || security.Years[1] != (bodies.Year{Year: 2017, Cycle: 4}) || security.In(2018) || !security.In(2019) {
			t.Errorf("E176: the years of BPF Cybersecurity are %+v", security.Years)
		}
		if wg, mag := h.body(t, "working-group", "wg-strategy"), h.body(t, "advisory-group", "mag"); wg.Parent != mag.ID {
			t.Error("E027: the working group is not under the advisory group")
		}
		figures, err := h.s.Totals(t.Context(), bodies.Initiative)
		if err != nil || len(figures) != 11 {
			t.Fatalf("%d figures of initiatives, %v; want 11", len(figures), err)
		}
		coalitions, err := h.s.Totals(t.Context(), "dynamic-coalition")
		if err != nil || len(coalitions) != 5 || coalitions[1].Count != 17 || coalitions[4].Count != 28 {
			t.Errorf("E168: totals of coalitions are %+v, %v; want 17 in 2017 and 28 in October 2023", coalitions, err)
		}
		for _, d := range []struct {
			kind  string
			count int
		}{{bodies.Initiative, 4}, {"dynamic-coalition", 2}} {
			list, _ := h.s.Totals(t.Context(), d.kind)
			list = slices.DeleteFunc(list, func(f bodies.Total) bool { return f.Kind != d.kind })
			got := bodies.Disagreements(list)
			if len(got) != 1 || got[0].Year != 2023 || len(got[0].Figures) != d.count {
				t.Errorf("%s: %+v, want the %d figures of 2023", d.kind, got, d.count)
			}
		}
	})
}

// E160: a body has one permanent address; what cannot be is refused at its field.
func TestCreate(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		n := bodies.New{
			Kind: "school", Name: en("School of the Sahel"), Acronym: "SOS", Country: "SN", Founded: "2019-03", Status: bodies.Active,
			Links: []bodies.Outlink{{URL: " https://sahel.example/ "}, {}},
		}
		b, err := h.s.Create(t.Context(), staff, n)
		if err != nil {
			t.Fatal(err)
		}
		if b.Path() != "/community/schools/sos" || b.Region != "african" || len(b.Links) != 1 || b.Links[0].URL != "https://sahel.example/" {
			t.Errorf("entered as %+v", b)
		}
		if got := h.body(t, "school", "sos"); got.Name.String() != "School of the Sahel" || got.Founded.Precision() != "month" || len(got.Links) != 1 {
			t.Errorf("read again: %+v", got)
		}
		if got := h.events(t, b.ID); !slices.Equal(got, []string{"body.created"}) {
			t.Errorf("events %v", got)
		}
		if _, err := h.s.Create(t.Context(), staff, n); !slices.Equal(problems(err), []string{"slug"}) {
			t.Errorf("the same address again: %v", err)
		}
		_, err = h.s.Create(t.Context(), staff, bodies.New{
			Kind: "party", Name: en(""), Slug: "Né", Country: "XX", Region: "moon", Founded: "last year", Status: "dead",
			Links: []bodies.Outlink{{Kind: "website", URL: "javascript:alert(1)"}}, Years: []bodies.Year{{Year: 17}},
		})
		want := []string{"country", "founded", "kind", "links[0].url", "name", "region", "slug", "status", "years[0].year"}
		if got := problems(err); !slices.Equal(got, want) {
			t.Errorf("problems at %v, want %v", got, want)
		}
		for _, slug := range []string{"new", "counts"} {
			n.Slug = slug
			if _, err := h.s.Create(t.Context(), staff, n); !slices.Equal(problems(err), []string{"slug"}) {
				t.Errorf("the address %q is that of another page: %v", slug, err)
			}
		}
		if _, err := h.s.Create(t.Context(), staff, bodies.New{Kind: "school", Name: core.NewText("ru", "Школа")}); !slices.Equal(problems(err), []string{"slug"}) {
			t.Errorf("no Latin letters: %v", err)
		}
		for name, a := range map[string]struct {
			actor core.Actor
			want  core.Kind
		}{"visitor": {core.Visitor, core.KindSignIn}, "member": {core.Actor{Account: "a"}, core.KindForbidden}} {
			if _, err := h.s.Create(t.Context(), a.actor, n); core.KindOf(err) != a.want {
				t.Errorf("%s: %v, want %s", name, err, a.want)
			}
		}
	})
}

// E161: coordinators write what their body says of itself, not its standing; nobody
// overwrites unseen what somebody else saved.
func TestEdit(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := seeded(t, url)
		dcad := h.body(t, "dynamic-coalition", "dcad")
		amina := h.person(t, "Amina Diallo")
		h.seat(t, bodies.NewSeat{Body: dcad.ID, Person: amina.Person, Role: "coordinator"})

		in := bodies.InputOf(dcad)
		in.Purpose = en("Makes the forum usable for everybody.")
		b, err := h.s.Edit(t.Context(), amina, dcad.ID, in)
		if err != nil || b.Version != dcad.Version+1 {
			t.Fatalf("the coordinator: %v, version %d", err, b.Version)
		}
		if got := h.body(t, "dynamic-coalition", "dcad"); got.Purpose.String() != in.Purpose.String() || got.AsSeen.String() != dcad.AsSeen.String() {
			t.Errorf("after the edit: %+v", got)
		}
		_, err = h.s.Edit(t.Context(), staff, dcad.ID, in)
		if e, ok := errors.AsType[*core.Error](err); !ok || e.Kind != core.KindStale {
			t.Errorf("an old version: %v, want stale", err)
		} else if cur, ok := e.Current.(bodies.EditInput); !ok || cur.Version != b.Version {
			t.Errorf("stale without how it stands now: %+v", e.Current)
		}
		if _, err := h.s.SetStanding(t.Context(), amina, dcad.ID, bodies.StandingOf(b)); core.KindOf(err) != core.KindForbidden {
			t.Errorf("the coordinator and the standing: %v, want forbidden", err)
		}
		if _, err := h.s.Edit(t.Context(), amina, h.body(t, "dynamic-coalition", "dc3").ID, in); core.KindOf(err) != core.KindForbidden {
			t.Errorf("the coordinator in another coalition: %v, want forbidden", err)
		}
		standing := bodies.StandingOf(b)
		standing.Status, standing.Recognised, standing.Years = bodies.Inactive, "2016-12", []bodies.Year{{Year: 2020}, {}, {Year: 2019, Phase: "II"}}
		if b, err = h.s.SetStanding(t.Context(), staff, dcad.ID, standing); err != nil || b.Status != bodies.Inactive || b.Years[0].Year != 2019 || len(b.Years) != 2 {
			t.Fatalf("the standing: %+v, %v", b, err)
		}
		in = bodies.InputOf(b)
		in.Acronym = "DCAD2"
		if _, err := h.s.Edit(t.Context(), amina, dcad.ID, in); err != nil {
			t.Errorf("a coalition that is listed inactive is still its coordinators' own: %v", err)
		}
		if got := h.events(t, dcad.ID); !slices.Equal(got, []string{"body.changed", "body.changed", "body.changed", "seat.taken", "body.created"}) {
			t.Errorf("events %v", got)
		}
		if _, err := h.s.Edit(t.Context(), staff, "no-id", in); core.KindOf(err) != core.KindNotFound {
			t.Errorf("no body: %v", err)
		}
	})
}

func TestParents(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := seeded(t, url)
		mag, wg := h.body(t, "advisory-group", "mag"), h.body(t, "working-group", "wg-strategy")
		for _, parent := range []core.ID{wg.ID, mag.ID, "nobody"} {
			in := bodies.StandingOf(mag)
			in.Parent = parent
			if _, err := h.s.SetStanding(t.Context(), staff, mag.ID, in); !slices.Equal(problems(err), []string{"parent"}) {
				t.Errorf("the advisory group under %s: %v", parent, err)
			}
		}
		children, err := h.s.Children(t.Context(), mag.ID)
		if err != nil || len(children) != 2 {
			t.Errorf("E027, E028: %d working groups, %v", len(children), err)
		}
	})
}
