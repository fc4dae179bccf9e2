package assignment

import (
	"context"
	"math"
	"slices"
)

// Fair finds an assignment in which the proposal that is served worst is served as well
// as can be found, then the next, and the sum is as large as that leaves it. To find the
// best worst sum is hard (it is the Santa Claus problem), so Fair says how near it came:
// Bound is a proven limit for the worst sum.
//
// The limit is that of the linear relaxation: with weights on proposals that add up to 1,
// the largest weighted sum of any assignment is no less than the best worst sum. Weights
// move to those that are served badly (multiplicative weights: Arora, Hazan, Kale, Theory
// of Computing 8, 2012), which gives better limits and better assignments; each of these
// is then mended by exchanges along cycles that serve the worst better and leave no other
// worse than it. What stands before the sum in Best stands before all this too.
func Fair(p Problem) (Result, error) {
	return FairContext(context.Background(), p)
}

// FairContext is Fair. When the context is done it gives the best that it has found, with
// the limit as far as that is proven; if there is nothing yet, the error of the context.
func FairContext(ctx context.Context, p Problem) (Result, error) {
	f, err := newFlow(&p, nil)
	if err != nil {
		return Result{}, err
	}
	if err := f.run(ctx); err != nil {
		return Result{}, err
	}
	best := f.result()
	if f.m == 0 {
		return best, nil
	}
	bound, near := f.limit(slices.Max(best.Short) > 0), f.near
	last := f // whose assignment is the best
	improve := func(f *flow, tries int) {
		if res := f.mend(ctx, tries); better(&res, &best, near) {
			best, last = res, f
		}
	}
	// What one search over all that can change hands costs, and one round.
	look := max(1, f.n*(f.m*f.want+f.n))
	tries := min(max(fewest, effort/look), f.m)
	rounds := min(max(fewest, 8*effort/(look*f.m+1)), most)
	res := f.result()
	few := max(fewest, tries/8) // exchanges show whether an assignment is worth more
	improve(f, few)
	weight := make([]float64, f.m)
	for q := range weight {
		weight[q] = 1 / float64(f.m)
	}
	low, high := f.span()
	for i := range rounds {
		if bound-best.Sums[best.Worst] <= near || high <= low {
			break // no assignment serves the worst better
		}
		sum := 0.0
		for q := range weight { // to those that got a small part of what there is
			weight[q] *= math.Exp(-2 / math.Sqrt(float64(i+1)) * (res.Sums[q] - low) / (high - low))
			sum += weight[q]
		}
		for q := range weight {
			weight[q] /= sum
		}
		x, err := newFlow(&p, weight)
		if err != nil {
			return Result{}, err
		}
		x.near = near
		if x.run(ctx) != nil {
			break // there is no more time
		}
		res = x.result()
		value := x.unit * float64(f.m*f.want+1) // what rounding can have taken from the sum
		for q, s := range res.Sums {
			value += weight[q] * s
		}
		bound = min(bound, value)
		improve(x, few)
	}
	improve(last, tries)
	if best.Bound = best.Sums[best.Worst]; bound-best.Bound > near {
		best.Bound = bound
	}
	return best, nil
}

// How much work Fair does: some seconds of it for five hundred proposals, and at least a
// few rounds for any number.
const (
	effort = 300_000_000
	fewest = 4
	most   = 60
)

// better compares as Fair promises: first what nobody wants to lack, then the worst sums,
// then the sum of all.
func better(a, b *Result, near float64) bool {
	if x, y := lacking(a), lacking(b); x != y {
		return x < y
	}
	x, y := slices.Sorted(slices.Values(a.Sums)), slices.Sorted(slices.Values(b.Sums))
	for i := range x {
		if d := x[i] - y[i]; math.Abs(d) > near {
			return d > 0
		}
	}
	return a.Total > b.Total+near
}

func lacking(r *Result) int {
	n := 0
	for _, s := range r.Short {
		n += s
	}
	for _, u := range r.Under {
		n += u
	}
	return n
}

// limit is what the worst proposal can get at most if it has all reviewers to itself.
// Where reviews are lacking it may be one with fewer of them.
func (f *flow) limit(lack bool) float64 {
	out := math.Inf(1)
	for q := range f.m {
		var all []float64
		for r := range f.n {
			if f.cost[q*f.n+r] < never {
				all = append(all, f.p.Affinity[r][q])
			}
		}
		slices.Sort(all)
		sum, most := 0.0, 0.0
		for _, w := range slices.Backward(all[max(0, len(all)-f.want):]) {
			sum += w
			most = max(most, sum)
		}
		if lack {
			sum = most
		}
		out = min(out, sum)
	}
	return out
}

// span is between what the sums of proposals can be.
func (f *flow) span() (low, high float64) {
	for r := range f.n {
		for q := range f.m {
			low, high = min(low, f.p.Affinity[r][q]), max(high, f.p.Affinity[r][q])
		}
	}
	k := float64(f.p.Reviews)
	return low * k, high * k
}
