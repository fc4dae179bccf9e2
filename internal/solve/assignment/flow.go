package assignment

import (
	"fmt"
	"math"
	"slices"
)

const never = math.MaxInt64 / 4

// flow is a minimum-cost flow from proposals to reviewers (Ahuja, Magnanti, Orlin, Network
// Flows, 1993, chapter 9). The nodes of a search are reviewers alone: a proposal that one
// of them has can pass to another, and cheapest holds, for each two, the proposal that
// passes most cheaply. A search is then one over a dense graph of reviewers, however many
// proposals there are.
//
// At all times no pass costs less than what the prices of its two reviewers differ by:
// then no circle of passes makes the sum cheaper, which is what makes it the best.
type flow struct {
	p    *Problem
	n, m int
	want int     // reviewers of a proposal, where there are as many
	unit float64 // how much affinity a cost of 1 is
	near float64 // sums that differ by less are alike

	cost    []int64 // of reviewer r with proposal q, at q*n + r; never where there is a conflict
	fixed   []bool  // the pair is pinned
	has     []bool  // the pair stands
	holders [][]int32
	holds   [][]int32 // proposals of a reviewer that can pass on
	load    []int
	ofGroup [][]int // of a proposal, reviewers of each group; nil without groups

	price    []int64 // potentials of reviewers: below 0 only where there is no more room
	cheapest []int64 // at r*n + s: what it costs that the best proposal passes from r to s
	which    []int32 // that proposal; -1 if none can

	dist []int64
	from []int32
	open []int32 // reviewers to whom the way may still become shorter
	ends []int64 // what it costs, reduced, that a path ends at a reviewer; never where it cannot
}

// newFlow prepares a flow. weight multiplies the affinities of each proposal; nil: all
// count alike.
func newFlow(p *Problem, weight []float64) (*flow, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	n, m := len(p.Affinity), p.proposals()
	f := &flow{
		p: p, n: n, m: m, want: min(p.Reviews, n), cost: make([]int64, n*m), fixed: make([]bool, n*m), has: make([]bool, n*m),
		holders: make([][]int32, m), holds: make([][]int32, n), load: make([]int, n), price: make([]int64, n),
		cheapest: make([]int64, n*n), which: make([]int32, n*n),
		dist: make([]int64, n), from: make([]int32, n), open: make([]int32, 0, n), ends: make([]int64, n),
	}
	f.costs(weight)
	if p.Group != nil && p.OfGroup > 0 {
		groups := 0
		if n > 0 {
			groups = slices.Max(p.Group) + 1
		}
		f.ofGroup = make([][]int, m)
		for q := range f.ofGroup {
			f.ofGroup[q] = make([]int, groups)
		}
	}
	for _, x := range p.Pinned {
		if err := f.pin(x); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// costs are whole numbers: what is wanted more costs less. A pair that is kept is worth
// more than all affinities together.
func (f *flow) costs(weight []float64) {
	p := f.p
	w := func(r, q int) float64 {
		if weight == nil {
			return p.Affinity[r][q]
		}
		return p.Affinity[r][q] * weight[q]
	}
	low, high := math.Inf(1), math.Inf(-1)
	for r := range f.n {
		for q := range f.m {
			if p.may(r, q) { // what is written where there is a conflict does not count
				low, high = min(low, w(r, q)), max(high, w(r, q))
			}
		}
	}
	span := high - low
	switch {
	case low >= high:
		span = 1
	case span < tiny:
		span = tiny
	}
	pairs := float64(f.m*f.want + 1)
	levels := float64(f.n + 4) // a path goes through each reviewer once
	if len(p.Kept) > 0 {
		levels *= pairs
	}
	// The largest power of ten at which no path leaves 60 bits.
	scale := math.Pow(10, math.Floor(math.Log10(min(float64(1<<59)/levels, finest)/span)))
	f.unit, f.near = 1/scale, 1e-9*span
	kept := (int64(span*scale) + 1) * int64(pairs)
	for q := range f.m {
		for r := range f.n {
			if f.cost[q*f.n+r] = never; p.may(r, q) {
				f.cost[q*f.n+r] = int64(math.Round((high - w(r, q)) * scale))
			}
		}
	}
	for _, x := range p.Kept { // one that is named twice is kept once
		if i := x.Proposal*f.n + x.Reviewer; p.may(x.Reviewer, x.Proposal) && f.cost[i] >= 0 {
			f.cost[i] -= kept
		}
	}
}

// tiny is a span that is as good as none, finest how many steps of cost a span has at most.
const (
	tiny   = 1e-100
	finest = 1e12
)

func (f *flow) pin(x Pair) error {
	i := x.Proposal*f.n + x.Reviewer
	switch {
	case f.has[i]:
		return nil // pinned twice
	case f.cost[i] == never, f.load[x.Reviewer] >= f.p.MaxLoad[x.Reviewer], len(f.holders[x.Proposal]) >= f.p.Reviews, !f.room(x.Proposal, int32(x.Reviewer)):
		return fmt.Errorf("reviewer %d, proposal %d: %w", x.Reviewer, x.Proposal, ErrPin)
	}
	f.fixed[i], f.has[i] = true, true
	f.holders[x.Proposal] = append(f.holders[x.Proposal], int32(x.Reviewer))
	f.load[x.Reviewer]++
	f.count(x.Proposal, int32(x.Reviewer), 1)
	return nil
}

// clear takes away everything but pins.
func (f *flow) clear() {
	for q, list := range f.holders {
		f.holders[q] = slices.DeleteFunc(list, func(r int32) bool {
			i := q*f.n + int(r)
			if !f.fixed[i] {
				f.has[i] = false
				f.load[r]--
				f.count(q, r, -1)
			}
			return !f.fixed[i]
		})
	}
	for r := range f.holds {
		f.holds[r], f.price[r] = f.holds[r][:0], 0
	}
}

func (f *flow) count(q int, r int32, by int) {
	if f.ofGroup != nil {
		f.ofGroup[q][f.p.Group[r]] += by
	}
}

// room tells whether a proposal may have one more of a reviewer's group.
func (f *flow) room(q int, r int32) bool {
	return f.ofGroup == nil || f.ofGroup[q][f.p.Group[r]] < f.p.OfGroup
}

// give gives a proposal one more reviewer.
func (f *flow) give(q int, to int32) {
	f.has[q*f.n+int(to)] = true
	f.holders[q] = append(f.holders[q], to)
	f.holds[to] = append(f.holds[to], int32(q))
	f.count(q, to, 1)
}

// move passes a proposal from a reviewer to another.
func (f *flow) move(q int, from, to int32) {
	f.has[q*f.n+int(from)], f.has[q*f.n+int(to)] = false, true
	f.holders[q][slices.Index(f.holders[q], from)] = to
	list := f.holds[from]
	i, last := slices.Index(list, int32(q)), len(list)-1
	list[i] = list[last]
	f.holds[from] = list[:last]
	f.holds[to] = append(f.holds[to], int32(q))
	f.count(q, from, -1)
	f.count(q, to, 1)
}

// can tells whether a proposal may pass from r to s.
func (f *flow) can(q int, r, s int32) bool {
	i := q*f.n + int(s)
	return !f.has[i] && f.cost[i] != never && (f.ofGroup == nil || f.p.Group[r] == f.p.Group[s] || f.room(q, s))
}

// offers finds what all proposals offer.
func (f *flow) offers() {
	for i := range f.which {
		f.cheapest[i], f.which[i] = never, -1
	}
	for q := range f.m {
		f.refresh(q)
	}
}

// refresh looks anew at what a proposal offers from each of its reviewers.
func (f *flow) refresh(q int) {
	n := f.n
	cost, has := f.cost[q*n:(q+1)*n], f.has[q*n:(q+1)*n]
	for _, r := range f.holders[q] {
		if f.fixed[q*n+int(r)] {
			continue
		}
		row, which, own := f.cheapest[int(r)*n:(int(r)+1)*n], f.which[int(r)*n:(int(r)+1)*n], cost[r]
		for s, c := range cost {
			if c -= own; c >= row[s] && int(which[s]) != q && (c > row[s] || int32(q) > which[s]) {
				continue // offers no better, and is not what was best
			}
			may := !has[s] && cost[s] != never && (f.ofGroup == nil || f.p.Group[r] == f.p.Group[s] || f.room(q, int32(s)))
			switch {
			case may && c <= row[s]:
				row[s], which[s] = c, int32(q)
			case int(which[s]) == q:
				f.rescan(int(r), s)
			}
		}
	}
}

// rescan finds the proposal that passes most cheaply from r to s.
func (f *flow) rescan(r, s int) {
	i := r*f.n + s
	best, which := int64(never), int32(-1)
	for _, q := range f.holds[r] {
		j := int(q) * f.n
		if c := f.cost[j+s] - f.cost[j+r]; (c < best || c == best && q < which) && f.can(int(q), int32(r), int32(s)) {
			best, which = c, q
		}
	}
	f.cheapest[i], f.which[i] = best, which
}
