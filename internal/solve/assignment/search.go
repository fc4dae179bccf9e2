package assignment

import (
	"cmp"
	"context"
	"slices"
)

// run finds the assignment. If all proposals can be served in full, the flow starts from
// what each likes best (see start). Else it starts from as many for each as all can have,
// and grows by one review at a time, the cheapest of all proposals that have fewest. Of
// the proposals that could have one more those get it with which the sum is largest: which
// sets can be served is a matroid, and to take the cheapest next is best in one, also
// where the cost is that of the whole flow (Murota, Discrete Convex Analysis, 2003).
// In the end reviewers below their least load pull from the others.
//
// It stops with the error of the context when that is done.
func (f *flow) run(ctx context.Context) error {
	k := f.want
	for ; k > 0; k-- {
		full, err := f.start(ctx, k)
		if err != nil {
			return err
		}
		if full {
			break
		}
	}
	if k == 0 {
		f.clear()
		f.offers()
	}
	if k < f.want {
		if err := f.spread(ctx, k); err != nil {
			return err
		}
	}
	return f.pull(ctx)
}

// push moves what is too much for a reviewer along the shortest paths to those who have
// room; false if there is no path.
func (f *flow) push(ctx context.Context) (bool, error) {
	for {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		over := false
		for r := range f.n {
			f.dist[r], f.from[r], f.ends[r] = never, -1, never
			switch most := f.p.MaxLoad[r]; {
			case f.load[r] > most:
				f.dist[r], over = 0, true
			case f.load[r] < most:
				f.ends[r] = f.price[r]
			}
		}
		if !over {
			return true, nil
		}
		end, best := f.search()
		if end < 0 {
			return false, nil
		}
		f.reprice(best, -best)
		f.load[end]++
		f.load[f.apply(end)]--
	}
}

// pull raises reviewers who are below their least load along the shortest paths from those
// who are above theirs, until none is below or there is no path.
func (f *flow) pull(ctx context.Context) error {
	for f.p.MinLoad != nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		for r := range f.n {
			f.dist[r], f.from[r], f.ends[r] = never, -1, never
			switch least := f.p.least(r); {
			case f.load[r] > least:
				f.dist[r] = -f.price[r]
			case f.load[r] < least:
				f.ends[r] = f.price[r]
			}
		}
		end, best := f.search()
		if end < 0 {
			return nil
		}
		f.reprice(best, 0)
		f.load[end]++
		f.load[f.apply(end)]--
	}
	return nil
}

// spread gives one more reviewer to proposals that have k, as long as there is one for any
// of them, then to those that have one more, and so on. A proposal that comes away with
// nothing will not find one later: no path makes room for another.
func (f *flow) spread(ctx context.Context, k int) error {
	order := f.wishes()
	waits, first, root := make([]bool, f.m), make([]int, f.n), make([]int32, f.n)
	for ; k < f.want; k++ {
		left := 0
		for q := range waits {
			if waits[q] = len(f.holders[q]) == k; waits[q] {
				left++
			}
		}
		clear(first)
		for ; left > 0; left-- {
			if err := ctx.Err(); err != nil {
				return err
			}
			for r := range f.n {
				f.dist[r], f.from[r], f.ends[r] = never, -1, never
				if f.load[r] < f.p.MaxLoad[r] {
					f.ends[r] = f.price[r]
				}
				list := order[r]
				for first[r] < len(list) && !waits[list[first[r]]] {
					first[r]++
				}
				for _, q := range list[first[r]:] {
					if i := int(q)*f.n + r; waits[q] && !f.has[i] && f.room(int(q), int32(r)) {
						f.dist[r], root[r] = f.cost[i]-f.price[r], q
						break
					}
				}
			}
			end, best := f.search()
			if end < 0 {
				break
			}
			f.reprice(best, -best)
			f.load[end]++
			to := f.apply(end)
			q := int(root[to])
			f.give(q, int32(to))
			f.refresh(q)
			waits[q] = false
		}
	}
	return nil
}

// wishes are, of each reviewer, the proposals that she may judge, the cheapest first.
func (f *flow) wishes() [][]int32 {
	out := make([][]int32, f.n)
	for r := range out {
		for q := range f.m {
			if f.cost[q*f.n+r] < never {
				out[r] = append(out[r], int32(q))
			}
		}
		slices.SortStableFunc(out[r], func(a, b int32) int { return cmp.Compare(f.cost[int(a)*f.n+r], f.cost[int(b)*f.n+r]) })
	}
	return out
}

// search finds the shortest path from any reviewer whose dist is known to any that has an
// end, and what it costs; -1 if there is none.
func (f *flow) search() (int, int64) {
	n := f.n
	best, end := int64(never), -1
	dist, open := f.dist, f.open[:0]
	next, d := -1, int64(never) // the nearest, by its place among the open
	for s, to := range dist {
		if x := f.ends[s]; to < never && x < never && to+x < best {
			best, end = to+x, s
		}
		if to < d {
			next, d = len(open), to
		}
		open = append(open, int32(s))
	}
	for next >= 0 && d < best {
		r := open[next]
		last := len(open) - 1
		open[next] = open[last]
		open = open[:last]
		row, base := f.cheapest[int(r)*n:(int(r)+1)*n], d+f.price[r]
		next, d = -1, never
		for i, s := range open {
			way := dist[s]
			if c := row[s]; c != never {
				if to := base + c - f.price[s]; to < way {
					way, dist[s], f.from[s] = to, to, r
					if x := f.ends[s]; x < never && to+x < best {
						best, end = to+x, int(s)
					}
				}
			}
			if way < d {
				next, d = i, way
			}
		}
	}
	return end, best
}

// reprice lets the path that was found cost nothing, and no pass less than nothing.
func (f *flow) reprice(best, by int64) {
	for r, d := range f.dist {
		f.price[r] += min(d, best) + by
	}
}

// apply passes proposals along the path that ends at a reviewer. It tells where it begins.
func (f *flow) apply(end int) int {
	n := f.n
	var touched []int
	to := int32(end)
	for f.from[to] >= 0 {
		r := f.from[to]
		q := int(f.which[int(r)*n+int(to)])
		f.move(q, r, to)
		for s, w := range f.which[int(r)*n : (int(r)+1)*n] {
			if int(w) == q {
				f.rescan(int(r), s)
			}
		}
		touched = append(touched, q)
		to = r
	}
	for _, q := range touched {
		f.refresh(q)
	}
	return int(to)
}
