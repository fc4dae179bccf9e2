package selection_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/selection"
)

// invented makes up all that a decision follows from.
func invented(r *rand.Rand) selection.Inputs {
	in := selection.Inputs{Type: "workshop"}
	in.Rules = selection.Rules{
		Measure: []string{selection.ByMean, selection.ByNormalised}[r.IntN(2)], Least: 1 + r.IntN(3), Cap: []int{0, 10, 25, 60}[r.IntN(4)], First: r.IntN(4), Waiting: r.IntN(5), Fill: true,
		Quotas: []selection.Quota{{Type: "workshop", Places: r.IntN(12)}, {Type: "lightning", Places: 1 + r.IntN(3)}}, Bonuses: []selection.Bonus{},
	}
	if r.IntN(2) == 0 {
		in.Rules.Floor = 1 + 2*r.Float64()
	}
	if r.IntN(2) == 0 {
		in.Rules.Bonuses = append(in.Rules.Bonuses, selection.Bonus{Of: selection.ForNewcomer, Points: .25}, selection.Bonus{Of: selection.ForClass, Points: .5})
	}
	for i := range 1 + r.IntN(30) {
		x := selection.Row{
			ID: core.ID(fmt.Sprintf("p%02d", i)), Number: i + 1, N: r.IntN(5), Mean: float64(10+r.IntN(41)) / 10, Group: []string{"", "government", "civil-society"}[r.IntN(3)],
			Newcomer: r.IntN(2) == 0, Women: r.IntN(3), Men: r.IntN(3), NotSaid: r.IntN(2), Lang: "en",
		}
		x.Normalised = x.Mean + r.NormFloat64()/3
		if n := r.IntN(4); n > 0 {
			x.Themes = []core.ID{core.ID(fmt.Sprintf("t%d", n))}
		}
		if r.IntN(4) == 0 {
			x.Classes = []string{"LDC", "LLDC"}
		}
		in.Rows = append(in.Rows, x)
		if r.IntN(6) == 0 {
			h := selection.Hand{Proposal: x.ID, Choice: selection.Choices[r.IntN(len(selection.Choices))]}
			if h.Choice == selection.Offer {
				h.Type = "lightning"
			}
			in.Hands = append(in.Hands, h)
		}
	}
	return in
}

// Whatever the rules and proposals are: the list does not depend on the order of what it
// follows from, choices by hand stand, and the rules exceed neither places nor caps.
func TestDecideHoldsItsRules(t *testing.T) {
	for n := range 3000 {
		r := rand.New(rand.NewPCG(7, uint64(n)))
		in := invented(r)
		list := selection.Decide(in)
		mixed := in
		mixed.Rows, mixed.Hands = slices.Clone(in.Rows), slices.Clone(in.Hands)
		r.Shuffle(len(mixed.Rows), func(i, j int) { mixed.Rows[i], mixed.Rows[j] = mixed.Rows[j], mixed.Rows[i] })
		r.Shuffle(len(mixed.Hands), func(i, j int) { mixed.Hands[i], mixed.Hands[j] = mixed.Hands[j], mixed.Hands[i] })
		if got := selection.Decide(mixed); !reflect.DeepEqual(got, list) || selection.Digest(mixed, got) != selection.Digest(in, list) {
			t.Fatalf("%d: another order gives another list:\n%v\n%v", n, got, list)
		}
		holds(t, in, list)
		again(t, in, list)
	}
}

func holds(t *testing.T, in selection.Inputs, list []selection.Outcome) {
	t.Helper()
	rows, hands := map[core.ID]selection.Row{}, map[core.ID]selection.Hand{}
	for _, x := range in.Rows {
		rows[x.ID] = x
	}
	for _, h := range in.Hands {
		hands[h.Proposal] = h
	}
	byHand, used, themes, ruled := 0, 0, map[core.ID]int{}, map[core.ID]int{}
	before := map[core.ID]int{}
	for _, o := range list {
		h, ok := hands[o.Proposal]
		if ok && (o.Choice != h.Choice || o.Why != selection.WhyHand) {
			t.Fatalf("%s was chosen %s by hand and is %s (%s)", o.Proposal, h.Choice, o.Choice, o.Why)
		}
		if !ok && rows[o.Proposal].N < max(1, in.Rules.Least) && o.Choice != "" {
			t.Fatalf("%s has %d reviews and is decided: %+v", o.Proposal, rows[o.Proposal].N, o)
		}
		theme := rows[o.Proposal].Theme()
		if o.Taken() {
			themes[theme]++
			if ok {
				before[theme]++
			}
			if o.Type == "workshop" {
				used++
				if ok {
					byHand++
				}
			}
		}
		if o.Choice == selection.Accept && !ok {
			if o.Points < in.Rules.Floor {
				t.Fatalf("%+v is below the floor of %v", o, in.Rules.Floor)
			}
			if o.Why == selection.WhyRoom {
				ruled[theme]++
			}
			if o.Why == selection.WhyBest && o.Place > in.Rules.First {
				t.Fatalf("%+v is not among the first %d", o, in.Rules.First)
			}
		}
	}
	if places := in.Rules.Places("workshop"); places > 0 && used > max(places, byHand) {
		t.Fatalf("%d sessions for %d places, %d of them by hand", used, places, byHand)
	}
	if in.Rules.Cap > 0 {
		for theme, n := range ruled {
			if most := selection.ThemeMost(in); theme != "" && n > 0 && themes[theme] > most {
				t.Fatalf("theme %s has %d, the cap is %d; %d by the rules", theme, themes[theme], most, n)
			}
		}
	}
}

// again holds that what was kept as JSON gives the same list and digest.
func again(t *testing.T, in selection.Inputs, list []selection.Outcome) {
	t.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var back selection.Inputs
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if got := selection.Decide(back); selection.Digest(back, got) != selection.Digest(in, list) {
		t.Fatalf("after a round through JSON another list follows:\n%s", b)
	}
}

// The balance counts each proposal once on each side but the development classes, people on
// the side of gender, and of a merged proposal the people only.
func TestBalance(t *testing.T) {
	rows := []selection.Row{
		{ID: "a", Themes: []core.ID{"t1", "t2"}, Group: "government", Region: "african", Classes: []string{"LDC", "LLDC"}, Newcomer: true, Lang: "fr", Women: 2, Men: 1},
		{ID: "b", Themes: []core.ID{"t1"}, Region: "grulac", Lang: "es", NotSaid: 2, Women: 1},
		{ID: "c", Lang: "fr", Men: 3},
	}
	sides := selection.Balance(rows, []selection.Outcome{{Proposal: "a", Choice: selection.Offer}, {Proposal: "b", Choice: selection.Merge, Target: "a"}, {Proposal: "c", Choice: selection.Decline}})
	got := map[string]string{}
	for _, s := range sides {
		for _, x := range s.Shares {
			got[s.Side] += fmt.Sprintf("%s %d/%d ", x.Code, x.Taken, x.All)
		}
		got[s.Side] += fmt.Sprintf("= %d/%d", s.Taken, s.All)
	}
	want := map[string]string{
		"theme": "t1 1/2  0/1 = 1/3", "group": "government 1/1  0/2 = 1/3", "region": "african 1/1 grulac 0/1  0/1 = 1/3", "gender": "man 1/4 woman 3/3  2/2 = 6/9",
		"newcomer": "no 0/2 yes 1/1 = 1/3", "class": "none 0/2 LDC 1/1 LLDC 1/1 = 1/3", "lang": "fr 1/2 es 0/1 = 1/3",
	}
	for side, w := range want {
		if got[side] != w {
			t.Errorf("%s: %q, want %q", side, got[side], w)
		}
	}
}

// 434 proposals are decided and counted in no time that anybody feels.
func BenchmarkDecide434(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	in := invented(r)
	for len(in.Rows) < 434 {
		more := invented(r)
		for _, x := range more.Rows {
			x.ID, x.Number = core.ID(fmt.Sprintf("q%d", len(in.Rows))), len(in.Rows)+1
			in.Rows = append(in.Rows, x)
		}
	}
	in.Rows = in.Rows[:434]
	for b.Loop() {
		list := selection.Decide(in)
		selection.Balance(in.Rows, list)
		selection.Digest(in, list)
	}
}
