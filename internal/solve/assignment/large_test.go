package assignment

import (
	"context"
	"errors"
	"math"
	"testing"
)

func TestNoProblem(t *testing.T) {
	two := func(change func(*Problem)) Problem {
		p := Problem{Reviews: 1, MaxLoad: []int{1, 1}, Affinity: [][]float64{{1}, {2}}}
		change(&p)
		return p
	}
	for name, x := range map[string]struct {
		p    Problem
		want error
	}{
		"reviews":   {two(func(p *Problem) { p.Reviews = -1 }), ErrLoad},
		"loads":     {two(func(p *Problem) { p.MaxLoad = []int{1} }), ErrShape},
		"least":     {two(func(p *Problem) { p.MinLoad = []int{2, 0} }), ErrLoad},
		"ragged":    {two(func(p *Problem) { p.Affinity[1] = []float64{1, 2} }), ErrShape},
		"NaN":       {two(func(p *Problem) { p.Affinity[1][0] = math.NaN() }), ErrValue},
		"conflicts": {two(func(p *Problem) { p.Conflict = [][]bool{{true}} }), ErrShape},
		"group":     {two(func(p *Problem) { p.Group = []int{0, -1} }), ErrShape},
		"pin":       {two(func(p *Problem) { p.Pinned = []Pair{{0, 1}} }), ErrShape},
		"pins":      {two(func(p *Problem) { p.Pinned = []Pair{{0, 0}, {1, 0}} }), ErrPin},
	} {
		if _, err := Best(x.p); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
		if _, err := Fair(x.p); !errors.Is(err, x.want) {
			t.Errorf("%s, fair: %v, want %v", name, err, x.want)
		}
	}
	for _, p := range []Problem{{}, {Reviews: 3}, {Reviews: 1, Affinity: [][]float64{{}}, MaxLoad: []int{1}}} {
		for _, solve := range []func(Problem) (Result, error){Best, Fair} {
			if res, err := solve(p); err != nil || res.Total != 0 || res.Worst != -1 {
				t.Errorf("nothing to assign: %+v, %v", res, err)
			}
		}
	}
}

// Of a problem that is too large to try everything, the assignment is the best if no
// circle of passes makes its sum larger, nor a path to a reviewer with room, from one
// above her least load, or from a proposal that has a review more to one that has a review
// less (the theorem of negative circles). The circles are sought by another way than the
// assignment was found, over the affinities themselves.
func TestNoCircleIsBetter(t *testing.T) {
	for name, change := range map[string]func(*Problem){
		"plain": func(*Problem) {},
		"tight": func(p *Problem) {
			for r := range p.MaxLoad {
				p.MaxLoad[r] = 64 - r%2
			}
		},
		"least": func(p *Problem) {
			p.MinLoad = make([]int, len(p.MaxLoad))
			for r := range p.MinLoad {
				p.MinLoad[r] = 62
			}
		},
		"groups": func(p *Problem) {
			p.Group, p.OfGroup = make([]int, len(p.MaxLoad)), 2
			for r := range p.Group {
				p.Group[r] = r % 7
			}
		},
		"few groups": func(p *Problem) {
			p.Group, p.OfGroup = make([]int, len(p.MaxLoad)), 2
			for r := range p.Group {
				p.Group[r] = r * r % 7
			}
		},
		"scarce": func(p *Problem) {
			for r := range p.MaxLoad {
				p.MaxLoad[r] = 50 + r%3
			}
		},
	} {
		p := big(55, 434, 8)
		change(&p)
		res, err := Best(p)
		if err != nil {
			t.Fatal(name, err)
		}
		if err := lawful(&p, &res); err != nil {
			t.Error(name, err)
		}
		if short := lacking(&res); (short > 0) != (name == "scarce" || name == "few groups") {
			t.Errorf("%s: %d are lacking", name, short)
		}
		if gain := circle(&p, &res); gain > 1e-7 {
			t.Errorf("%s: there is a circle that adds %g", name, gain)
		}
	}
}

// A sum that is not the largest has a circle.
func TestCircleBites(t *testing.T) {
	p := big(55, 434, 8)
	bad := p
	bad.Affinity = make([][]float64, len(p.Affinity))
	for r, row := range p.Affinity {
		bad.Affinity[r] = make([]float64, len(row))
		for q, w := range row {
			bad.Affinity[r][q] = w
			if r == 7 && q == 77 {
				bad.Affinity[r][q] = 1 - w
			}
		}
	}
	res, err := Best(bad)
	if err != nil {
		t.Fatal(err)
	}
	best, err := Best(p)
	if err != nil {
		t.Fatal(err)
	}
	total := 0.0
	for q, list := range res.Reviewers {
		for _, r := range list {
			total += p.Affinity[r][q]
		}
	}
	if gain := circle(&p, &res); gain < 1e-6 || best.Total-total < 1e-6 {
		t.Errorf("circles add %g to a sum that is %g below the best", gain, best.Total-total)
	}
}

// circle is above 0 if a circle or path adds to the sum: as much as that does, or several.
func circle(p *Problem, res *Result) float64 {
	n := len(p.Affinity)
	room, levels := n, n+1 // nodes after the reviewers: those with room; proposals with k reviews
	size := levels + p.Reviews + 1
	loss := make([][]float64, size)
	for i := range loss {
		loss[i] = make([]float64, size)
		for j := range loss[i] {
			if i != j {
				loss[i][j] = math.Inf(1)
			}
		}
	}
	arc := func(i, j int, x float64) { loss[i][j] = min(loss[i][j], x) }
	for r := range n {
		if res.Loads[r] < p.MaxLoad[r] {
			arc(r, room, 0)
		}
		if res.Loads[r] > p.least(r) {
			arc(room, r, 0)
		}
	}
	for q, list := range res.Reviewers {
		has, groups := map[int]bool{}, map[int]int{}
		for _, r := range list {
			has[r] = true
			if p.Group != nil {
				groups[p.Group[r]]++
			}
		}
		for s := range n {
			if has[s] || !p.may(s, q) {
				continue
			}
			free := p.Group == nil || groups[p.Group[s]] < p.OfGroup
			for _, r := range list {
				if free || p.Group[r] == p.Group[s] {
					arc(r, s, p.Affinity[r][q]-p.Affinity[s][q])
				}
			}
			if free && len(list) < p.Reviews { // one more for q, from a proposal that then has so many
				arc(levels+len(list), s, -p.Affinity[s][q])
			}
		}
		for _, r := range list {
			arc(r, levels+len(list)-1, p.Affinity[r][q])
		}
	}
	for k := range size {
		for i := range size {
			for j := range size {
				loss[i][j] = min(loss[i][j], loss[i][k]+loss[k][j])
			}
		}
	}
	worst := 0.0
	for i := range size {
		worst = min(worst, loss[i][i])
	}
	return -worst
}

// Who stops it gets the error, or of Fair what it has so far.
func TestStops(t *testing.T) {
	p := big(55, 434, 8)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for name, solve := range map[string]func(context.Context, Problem) (Result, error){"best": BestContext, "fair": FairContext} {
		if _, err := solve(ctx, p); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	best, err := Best(p)
	if err != nil {
		t.Fatal(err)
	}
	res, err := FairContext(&late{Context: t.Context(), left: 500}, p)
	if err != nil {
		t.Fatal(err)
	}
	if err := lawful(&p, &res); err != nil || lacking(&res) > 0 {
		t.Errorf("stopped half way: %v, %d are lacking", err, lacking(&res))
	}
	if worst := res.Sums[res.Worst]; worst < best.Sums[best.Worst] || worst > res.Bound {
		t.Errorf("stopped half way: the worst has %g, the limit is %g; with the best sum it has %g", worst, res.Bound, best.Sums[best.Worst])
	}
}

// late is a context that is done when it has been asked so many times.
type late struct {
	context.Context
	left int
}

func (c *late) Err() error {
	if c.left--; c.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}
