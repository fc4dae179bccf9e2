// Package assignment gives proposals to reviewers: each proposal to so many of them, no
// reviewer more or fewer than her load, nobody what she may not judge, so that the sum of
// affinities is as large as it can be (Best), or so that the proposal that is served worst
// is served as well as it can be (Fair). It knows nothing of forums and does no I/O; the
// same problem always has the same answer.
package assignment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Problem is what is to be assigned. Reviewers and proposals are numbered from 0.
type Problem struct {
	Reviews  int         // reviewers that each proposal gets
	MinLoad  []int       // of each reviewer; nil: none
	MaxLoad  []int       // of each reviewer
	Affinity [][]float64 // of each reviewer to each proposal
	Conflict [][]bool    // of each reviewer with each proposal; nil: none
	Group    []int       // of each reviewer, from 0; nil: all are alike
	OfGroup  int         // the most reviewers of one group that a proposal gets; 0: any number
	Pinned   []Pair      // stand whatever they cost
	Kept     []Pair      // stand wherever they can: as few as possible of them are given up
}

// Pair is a reviewer with a proposal.
type Pair struct{ Reviewer, Proposal int }

// Result is an assignment.
type Result struct {
	Reviewers [][]int // of each proposal, in their order
	Total     float64 // sum of the affinities of all pairs
	Sums      []float64
	Worst     int // the proposal whose sum is smallest; -1 if there is none
	Loads     []int
	Short     []int // of each proposal, how many reviewers it lacks, because there are none
	Under     []int // of each reviewer, how many proposals she lacks of her least load
	// Bound is Fair's: no assignment that is equal in what comes before the sum (see Best)
	// serves the worst proposal better.
	Bound float64
}

// Errors of a problem that is none.
var (
	ErrShape = errors.New("the parts of the problem differ in size")
	ErrValue = errors.New("an affinity is no number, or too large")
	ErrLoad  = errors.New("a load is negative, or the least is above the most")
	ErrPin   = errors.New("a pinned pair cannot stand")
)

// huge is the largest affinity of which thousands can be added up and weighed.
const huge = 1e100

func (p *Problem) proposals() int {
	if len(p.Affinity) == 0 {
		return 0
	}
	return len(p.Affinity[0])
}

// check tells what is wrong with a problem.
func (p *Problem) check() error {
	n, m := len(p.Affinity), p.proposals()
	switch {
	case p.Reviews < 0 || p.OfGroup < 0:
		return ErrLoad
	case len(p.MaxLoad) != n, p.MinLoad != nil && len(p.MinLoad) != n, p.Conflict != nil && len(p.Conflict) != n, p.Group != nil && len(p.Group) != n:
		return ErrShape
	}
	for r := range n {
		if len(p.Affinity[r]) != m || p.Conflict != nil && len(p.Conflict[r]) != m || p.Group != nil && p.Group[r] < 0 {
			return fmt.Errorf("reviewer %d: %w", r, ErrShape)
		}
		for q, w := range p.Affinity[r] {
			if math.IsNaN(w) || math.Abs(w) > huge {
				return fmt.Errorf("reviewer %d, proposal %d: %w", r, q, ErrValue)
			}
		}
		if p.MaxLoad[r] < 0 || p.MinLoad != nil && (p.MinLoad[r] < 0 || p.MinLoad[r] > p.MaxLoad[r]) {
			return fmt.Errorf("reviewer %d: %w", r, ErrLoad)
		}
	}
	for _, list := range [][]Pair{p.Pinned, p.Kept} {
		for _, x := range list {
			if x.Reviewer < 0 || x.Reviewer >= n || x.Proposal < 0 || x.Proposal >= m {
				return fmt.Errorf("reviewer %d, proposal %d: %w", x.Reviewer, x.Proposal, ErrShape)
			}
		}
	}
	return nil
}

// may tells whether a reviewer may judge a proposal.
func (p *Problem) may(r, q int) bool { return p.Conflict == nil || !p.Conflict[r][q] }

func (p *Problem) least(r int) int {
	if p.MinLoad == nil {
		return 0
	}
	return p.MinLoad[r]
}

// Best finds an assignment whose sum of affinities no other exceeds. Of several such it
// gives one. What comes before the sum, in this order: pins; as many reviews as there can
// be; one more for everybody before a second more for anybody; least loads; what is kept.
// Among all assignments that are equal in these the sum is the largest, whichever
// proposals come away with fewer reviews.
//
// Affinities count to a millionth of the span between the smallest and the largest (of
// pairs without conflict), and far finer where the problem is small: sums are then those
// of whole numbers, without rounding.
//
// It needs some 10 bytes for each pair of reviewer and proposal and 12 for each two
// reviewers, beside the problem itself.
func Best(p Problem) (Result, error) {
	return BestContext(context.Background(), p)
}

// BestContext is Best; it gives up with the error of the context when that is done.
func BestContext(ctx context.Context, p Problem) (Result, error) {
	f, err := newFlow(&p, nil)
	if err != nil {
		return Result{}, err
	}
	if err := f.run(ctx); err != nil {
		return Result{}, err
	}
	return f.result(), nil
}

// result reads the assignment off the flow.
func (f *flow) result() Result {
	n, m := f.n, f.m
	res := Result{Reviewers: make([][]int, m), Sums: make([]float64, m), Loads: slices.Clone(f.load), Short: make([]int, m), Under: make([]int, n), Worst: -1}
	for q := range m {
		res.Reviewers[q] = make([]int, 0, len(f.holders[q]))
		for _, r := range f.holders[q] {
			res.Reviewers[q] = append(res.Reviewers[q], int(r))
		}
		slices.Sort(res.Reviewers[q])
		for _, r := range res.Reviewers[q] {
			res.Sums[q] += f.p.Affinity[r][q]
		}
		res.Total += res.Sums[q]
		res.Short[q] = max(0, f.p.Reviews-len(f.holders[q]))
		if res.Worst < 0 || res.Sums[q] < res.Sums[res.Worst] {
			res.Worst = q
		}
	}
	for r := range n {
		res.Under[r] = max(0, f.p.least(r)-f.load[r])
	}
	return res
}
