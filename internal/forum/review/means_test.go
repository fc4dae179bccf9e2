package review

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"plenary/internal/core"
)

func someCriteria(r *rand.Rand) []Criterion {
	var out []Criterion
	for i := range 1 + r.IntN(5) {
		out = append(out, Criterion{ID: core.ID(fmt.Sprintf("c%d", i)), Weight: 1 + r.IntN(30)})
	}
	return out
}

func marked(r *rand.Rand, criteria []Criterion) map[core.ID]Mark {
	out := map[core.ID]Mark{}
	for _, c := range criteria {
		out[c.ID] = Mark{Mark: 1 + r.IntN(5)}
	}
	return out
}

// Blanks, abstentions, drafts and the scores of who has a conflict move no mean: not of
// their proposal, and by the habit of their reviewer of no other (issue: true at the end, 2).
func TestWhatDoesNotCountMovesNothing(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 5))
		criteria := someCriteria(r)
		conflict := map[pair]bool{}
		var plain, noise []Review
		for i := range 2 + r.IntN(6) {
			for j := range 1 + r.IntN(10) {
				rv := Review{Reviewer: core.ID(fmt.Sprintf("r%d", i)), Proposal: core.ID(fmt.Sprintf("p%d", j)), Marks: marked(r, criteria)}
				switch r.IntN(6) {
				case 0:
					rv.State = Draft
				case 1:
					rv.State = Abstained
				case 2:
					rv.State = Submitted
					conflict[pair{rv.Reviewer, rv.Proposal}] = true
				case 3:
					rv.State, rv.Marks = Submitted, nil
				default:
					rv.State = Submitted
					plain = append(plain, rv)
					continue
				}
				noise = append(noise, rv)
			}
		}
		bars := func(a, b core.ID) bool { return conflict[pair{a, b}] }
		all := append(append([]Review{}, noise...), plain...)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		want, got := Standings(criteria, plain, bars), Standings(criteria, all, bars)
		for id, x := range got {
			w := want[id]
			if w == nil {
				w = &Standing{}
			}
			if x.N != w.N || x.Mean != w.Mean || x.Normalised != w.Normalised || x.SD != w.SD || fmt.Sprint(x.Criteria) != fmt.Sprint(w.Criteria) && len(w.Criteria)+len(x.Criteria) > 0 {
				t.Fatalf("seed %d, %s: %+v with what does not count, %+v without", seed, id, *x, *w)
			}
		}
	}
}

func review(reviewer, proposal string, mark int) Review {
	return Review{Reviewer: core.ID(reviewer), Proposal: core.ID(proposal), State: Submitted, Marks: map[core.ID]Mark{"c": {Mark: mark}}}
}

// A strict reviewer's low scores weigh less against a proposal once her habit is out; all
// scores alike stay as they are.
func TestNormalised(t *testing.T) {
	one := []Criterion{{ID: "c", Weight: 10}}
	free := func(core.ID, core.ID) bool { return false }
	var list []Review
	for i := range 10 { // strict gives 1 to 2, mild 4 to 5, for the same proposals and two of their own
		p := fmt.Sprintf("p%d", i)
		list = append(list, review("strict", p, 1+i%2), review("mild", p, 4+i%2))
	}
	list = append(list, review("strict", "a", 2), review("mild", "b", 4))
	st := Standings(one, list, free)
	if st["a"].Mean != 2 || st["b"].Mean != 4 {
		t.Fatalf("means are %v and %v", st["a"].Mean, st["b"].Mean)
	}
	if st["a"].Normalised <= st["b"].Normalised {
		t.Errorf("the best of the strict (%v) lies below the worst of the mild (%v)", st["a"].Normalised, st["b"].Normalised)
	}
	if !st["p0"].Apart() || st["a"].Apart() {
		t.Error("disagreement is not what it should be")
	}
	alike := Standings(one, []Review{review("x", "a", 3), review("y", "a", 3), review("x", "b", 3)}, free)
	if alike["a"].Normalised != 3 || alike["b"].SD != 0 {
		t.Errorf("scores that are alike give %+v", alike["a"])
	}
	// Who has given one score is moved by less than who has given many.
	few := Standings(one, append([]Review{review("new", "z", 1)}, list...), free)
	if move := few["z"].Normalised - few["z"].Mean; math.Abs(move) > 1 {
		t.Errorf("one score moves its reviewer by %v", move)
	}
}

func TestWeights(t *testing.T) {
	criteria := []Criterion{{ID: "a", Weight: 30}, {ID: "b", Weight: 10}}
	if x, ok := Score(criteria, map[core.ID]Mark{"a": {Mark: 5}, "b": {Mark: 1}}); !ok || x != 4 {
		t.Errorf("the score is %v, want 4", x)
	}
	if x, _ := Score(criteria, map[core.ID]Mark{"b": {Mark: 2}}); x != 2 {
		t.Errorf("one mark gives %v", x)
	}
	if _, ok := Score(criteria, map[core.ID]Mark{"x": {Mark: 2}}); ok {
		t.Error("a mark for nothing is a score")
	}
}
