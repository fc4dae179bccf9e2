package bodies

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"plenary/internal/core"
)

func TestDateKeepsItsPrecision(t *testing.T) {
	for _, c := range []struct{ date, precision, first, last string }{
		{"2023", "year", "2023-01-01", "2023-12-31"},
		{"2024-02", "month", "2024-02-01", "2024-02-29"},
		{"2022-08-16", "day", "2022-08-16", "2022-08-16"},
		{"", "", "", ""},
		{"2023-13", "", "", ""},
		{"2023-02-30", "", "", ""},
		{"23", "", "", ""},
		{"abcd", "", "", ""},
		{"0000", "", "", ""},
	} {
		d := Date(c.date)
		if got := d.Precision(); got != c.precision {
			t.Errorf("%q: precision %q, want %q", c.date, got, c.precision)
		}
		if got := d.Valid(); got != (c.precision != "") {
			t.Errorf("%q: valid is %v", c.date, got)
		}
		if c.precision != "" && (string(DayOf(d.First())) != c.first || string(DayOf(d.Last())) != c.last) {
			t.Errorf("%q: from %s to %s, want %s to %s", c.date, DayOf(d.First()), DayOf(d.Last()), c.first, c.last)
		}
	}
}

// randomDate is a date of any precision, or none.
func randomDate(r *rand.Rand) Date {
	day := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(5000))
	switch r.IntN(4) {
	case 0:
		return ""
	case 1:
		return Date(day.Format("2006"))
	case 2:
		return Date(day.Format("2006-01"))
	}
	return Date(day.Format("2006-01-02"))
}

// E024: a term has a first and a last day; both belong to it.
func TestSeatIsHeldFromFirstToLastDay(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		s := Seat{From: randomDate(r), Until: randomDate(r)}
		if backwards(s) {
			continue
		}
		if s.From != "" {
			if !s.On(DayOf(s.From.First())) {
				t.Fatalf("%+v is not held on its first day", s)
			}
			if s.On(DayOf(s.From.First().AddDate(0, 0, -1))) {
				t.Fatalf("%+v is held before its first day", s)
			}
		}
		if s.Until != "" {
			if !s.On(DayOf(s.Until.Last())) {
				t.Fatalf("%+v is not held on its last day", s)
			}
			if s.On(DayOf(s.Until.Last().AddDate(0, 0, 1))) {
				t.Fatalf("%+v is held after its last day", s)
			}
		}
		if s.From == "" && s.Until == "" && !s.On(randomDate(r)) {
			t.Fatal("a seat without dates is held always")
		}
	}
}

// Two seats overlap if and only if there is a day on which both are held.
func TestOverlapIsACommonDay(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		a, b := Seat{ID: "a", From: randomDate(r), Until: randomDate(r)}, Seat{ID: "b", From: randomDate(r), Until: randomDate(r)}
		if backwards(a) || backwards(b) {
			continue
		}
		// If there is a common day, the later of the two first days is one.
		days := []Date{"2005-01-01"} // before all dates
		for _, d := range []Date{a.From, b.From} {
			if d != "" {
				days = append(days, DayOf(d.First()))
			}
		}
		common := slices.ContainsFunc(days, func(d Date) bool { return a.On(d) && b.On(d) })
		if a.overlaps(b) != common || b.overlaps(a) != common {
			t.Fatalf("%s–%s and %s–%s: overlap %v, common day %v", a.From, a.Until, b.From, b.Until, a.overlaps(b), common)
		}
	}
}

// backwards tells whether the seat ends before it begins: validation refuses that.
func backwards(s Seat) bool {
	return s.From != "" && s.Until != "" && s.Until.Last().Before(s.From.First())
}

// E163: recognition has a date; the count is right on any date and never too early.
func TestRecognisedOn(t *testing.T) {
	b := Body{Kind: "national-initiative", Recognised: "2015", Ended: "2018-06"}
	for day, want := range map[Date]bool{
		"2014-12-31": false, "2015-06-30": false, "2015-12-31": true, "2018-06-30": true, "2018-07-01": false,
	} {
		if got := b.RecognisedOn(day); got != want {
			t.Errorf("on %s: %v, want %v", day, got, want)
		}
	}
	if (Body{}).RecognisedOn("2024-01-01") {
		t.Error("a body without a date of recognition counts as recognised")
	}
}

// E173, E177: a best practice forum is at work in its years only; a coalition from its
// founding on.
func TestInAYear(t *testing.T) {
	bpf := Body{Kind: "best-practice-forum", Years: []Year{{Year: 2016}, {Year: 2017, Cycle: 4}, {Year: 2019}}}
	nri := Body{Kind: "national-initiative", Founded: "2017", Ended: "2020"}
	unknown := Body{Kind: "national-initiative"}
	for year, want := range map[int][3]bool{
		2015: {false, false, false}, 2016: {true, false, false}, 2017: {true, true, false}, 2018: {false, true, false},
		2019: {true, true, false}, 2020: {false, true, false}, 2021: {false, false, false},
	} {
		if got := [3]bool{bpf.In(year), nri.In(year), unknown.In(year)}; got != want {
			t.Errorf("in %d: %v, want %v", year, got, want)
		}
	}
}

// Three totals were published for 2023: none is right at the cost of the others.
func TestDisagreements(t *testing.T) {
	figures := []Total{
		{AsOf: "2015-12", Count: 43},
		{AsOf: "2023-03", Count: 156},
		{AsOf: "2023", Count: 155, Bound: "more-than"},
		{AsOf: "2023-10", Count: 160, Bound: "more-than"},
		{AsOf: "2024", Count: 170},
		{AsOf: "2024-05", Count: 170},
	}
	got := Disagreements(figures)
	if len(got) != 1 || got[0].Year != 2023 || len(got[0].Figures) != 3 {
		t.Fatalf("got %+v, want the three figures of 2023", got)
	}
	if last, ok := latest(figures); !ok || last.Count != 170 {
		t.Errorf("latest is %+v", last)
	}
	if _, ok := latest(nil); ok {
		t.Error("there is a latest of none")
	}
}

// E162, E161: what an initiative says of itself its coordinators write; what the list
// says of it, the staff. The states of the two policies are those that bodies have.
func TestPolicies(t *testing.T) {
	for _, p := range Policies {
		for _, state := range p.States {
			for _, role := range core.AllRoles {
				if !p.Can("see", state, role) {
					t.Errorf("%s in %s: %s cannot see it", p.Subject, state, role)
				}
			}
		}
	}
	dc, mag := Body{Kind: "dynamic-coalition"}, Body{Kind: "advisory-group"}
	coordinator := []core.Role{core.RoleMember, core.RoleCoordinator}
	for _, c := range []struct {
		body         Body
		action, role string
		roles        []core.Role
		want         core.Kind
	}{
		{dc, "add", "member", coordinator, ""},
		{dc, "add", "contact", coordinator, ""},
		{dc, "add", "chair", coordinator, core.KindForbidden},
		{dc, "end", "coordinator", coordinator, core.KindForbidden},
		{dc, "change", "member", coordinator, core.KindForbidden},
		{mag, "add", "member", coordinator, core.KindForbidden},
		{mag, "add", "member", []core.Role{core.RoleSecretariat}, ""},
		{mag, "add", "chair", []core.Role{core.RoleSecretariat}, ""},
		{dc, "add", "member", []core.Role{core.RoleVisitor}, core.KindSignIn},
		{dc, "add", "member", []core.Role{core.RoleMember}, core.KindForbidden},
	} {
		err := checkSeat(c.action, c.role, c.body, c.roles)
		if (err == nil) != (c.want == "") || err != nil && core.KindOf(err) != c.want {
			t.Errorf("%s %s in %s as %v: %v, want %q", c.action, c.role, c.body.Kind, c.roles, err, c.want)
		}
	}
}

func TestRolesFollowFromSeats(t *testing.T) {
	b := Body{ID: "body"}
	a := core.Actor{Account: "account", Person: "person"}
	for role, want := range map[string]bool{
		"chair": true, "co-chair": true, "coordinator": true, "member": false, "contact": false, "focal-point": false, "ex-officio": false,
	} {
		if got := slices.Contains(Roles(a, b, []Seat{{Body: "body", Person: "person", Role: role}}), core.RoleCoordinator); got != want {
			t.Errorf("%s: coordinator is %v, want %v", role, got, want)
		}
	}
	for name, roles := range map[string][]core.Role{
		"of another body":   Roles(a, b, []Seat{{Body: "other", Person: "person", Role: "chair"}}),
		"of another person": Roles(a, b, []Seat{{Body: "body", Person: "somebody", Role: "chair"}}),
		"of nobody":         Roles(core.Actor{Account: "account"}, b, []Seat{{Body: "body", Organisation: "o", Role: "chair"}}),
		"for a visitor":     Roles(core.Visitor, b, []Seat{{Body: "body", Role: "chair"}}),
	} {
		if slices.Contains(roles, core.RoleCoordinator) {
			t.Errorf("a seat %s makes a coordinator", name)
		}
	}
}

func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range append(slices.Clone(Kinds), initiatives) {
		if k.Code == "" || k.Path == "" || k.Section == "" || seen[k.Code] || seen[k.Path] {
			t.Errorf("kind %+v is not whole or stands twice", k)
		}
		seen[k.Code], seen[k.Path] = true, true
		if got, ok := listOf(k.Path); !ok || got.Code != k.Code {
			t.Errorf("/community/%s does not lead to %s", k.Path, k.Code)
		}
	}
	if got := codesOf(Initiative); len(got) != 4 {
		t.Errorf("the family has %v, want national, regional, subregional and youth", got)
	}
	if got := codesOf("party"); len(got) != 0 {
		t.Errorf("an unknown kind gives %v", got)
	}
	for _, k := range Kinds {
		if slices.Contains(reserved, slugOf(k.Code)) {
			t.Errorf("%s is reserved", k.Code)
		}
	}
}

func TestSlugs(t *testing.T) {
	for name, want := range map[string]string{
		"DC-IoT":                     "dc-iot",
		"Connecting the Unconnected": "connecting-the-unconnected",
		"Côte d’Ivoire IGF":          "cote-divoire-igf",
		"Форум":                      "",
		"  --x--  ":                  "x",
		"Data and New Technologies in an Internet Context, second year": "data-and-new-technologies-in-an-internet-context-second-year",
	} {
		if got := slugOf(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	list := []Body{
		{ID: "dcad", Kind: "dynamic-coalition", Name: core.NewText("en", "Accessibility and Disability"), Acronym: "DCAD"},
		{ID: "dciot", Kind: "dynamic-coalition", Name: core.NewText("en", "Internet of Things"), Acronym: "DC-IoT"},
		{ID: "benin", Kind: "national-initiative", Name: core.NewText("en", "Benin IGF").With("fr", "FGI Bénin")},
		{ID: "pnif", Kind: "policy-network", Name: core.NewText("en", "Internet Fragmentation"), Acronym: "PNIF"},
		{ID: "bpf", Kind: "best-practice-forum", Name: core.NewText("en", "Cybersecurity")},
		{ID: "mag", Kind: "advisory-group", Name: core.NewText("en", "Multistakeholder Advisory Group"), Acronym: "MAG"},
	}
	for name, want := range map[string]string{
		"DCAD": "dcad!", "dcad": "dcad!", "Dynamic Coalition on Accessibility and Disability (DCAD)": "dcad!",
		"DC on Internet of Things": "dciot!", "IGF Dynamic Coalition on the Internet of Things": "dciot!", "DC-IoT": "dciot!",
		"IGF Benin": "benin!", "FGI Benin": "benin!", "Benin": "benin?",
		"Policy Network on Internet Fragmentation": "pnif!", "the PNIF": "", "BPF Cybersecurity": "bpf!",
		"Best Practice Forum on Cybersecurity": "bpf!", "Dynamic Coalition on Cybersecurity": "",
		"Multistakeholder Advisory Group (MAG)": "mag!", "": "", "()": "", "of": "",
	} {
		got := ""
		if m := find(list, name); len(m) == 1 {
			got = fmt.Sprintf("%s%s", m[0].Body.ID, map[bool]string{true: "!", false: "?"}[m[0].Sure])
		} else if len(m) > 1 {
			got = fmt.Sprintf("%d matches", len(m))
		}
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func FuzzFind(f *testing.F) {
	list := []Body{{ID: "a", Kind: "dynamic-coalition", Name: core.NewText("en", "Data and Trust"), Acronym: "DC-DT"}}
	for _, s := range []string{"DC on Data and Trust", "(((", "DC on ", "\xff\xfe", "ＤＣ－ＤＴ", "e\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_ = find(list, s)
		if slug := slugOf(s); slug != "" && !slugForm.MatchString(slug) {
			t.Errorf("%q becomes the address %q", s, slug)
		}
	})
}
