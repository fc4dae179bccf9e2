package nights

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// widest is how many part plans the search keeps at each meeting.
const widest = 1500

// part is the beginning of a plan: times for the first meetings, in the search's order.
type part struct {
	totals []Load
	times  []int
	bound  Load // no plan that begins so has a smaller worst total
	sum    Load // nor, with the same, a smaller sum
}

func (a part) compare(b part) int {
	return cmp.Or(cmp.Compare(a.bound, b.bound), cmp.Compare(a.sum, b.sum), slices.Compare(a.times, b.times))
}

// search goes through the plans meeting by meeting, keeps of those with the same totals one
// and drops what cannot become fairer than the plan that is known. complete says that it
// has dropped nothing else.
func (t table) search(known Plan) (best Plan, complete bool) {
	order, class := t.order()
	least := t.least(order)
	best, complete = known, true
	level := []part{{totals: slices.Clone(t.start)}}
	for step, m := range order {
		times := t.useful(m)
		seen := map[string]int{}
		var next []part
		for _, have := range level {
			from := 0
			if step > 0 && class[step] == class[step-1] {
				from = have.times[step-1] // meetings that cost alike: one order of their times is enough
			}
			for _, i := range times {
				if i < from {
					continue
				}
				p := part{totals: slices.Clone(have.totals), times: append(slices.Clone(have.times), i)}
				for r, c := range t.cost[m][i] {
					p.totals[r] += c
				}
				p.bound, p.sum = bound(p.totals, least[step+1])
				if p.bound > known.Worst || p.bound == known.Worst && p.sum > known.Sum {
					continue
				}
				key := keyOf(p.totals, i)
				if at, ok := seen[key]; ok {
					if p.compare(next[at]) < 0 {
						next[at] = p
					}
					continue
				}
				seen[key] = len(next)
				next = append(next, p)
			}
		}
		slices.SortFunc(next, part.compare)
		if len(next) > widest {
			next, complete = next[:widest], false
		}
		level = next
	}
	for _, p := range level {
		plain := make([]int, len(order))
		for step, m := range order {
			plain[m] = p.times[step]
		}
		if q, ok := t.weigh(plain); ok && q.Better(best) {
			best = q
		}
	}
	return best, complete
}

// order is the meetings class by class, and the class of each.
func (t table) order() (order, class []int) {
	for k, list := range t.classes() {
		for _, m := range list {
			order, class = append(order, m), append(class, k)
		}
	}
	return order, class
}

// rest is what the meetings from a step on cost at least: each region by itself, and all.
type rest struct {
	each []Load
	sum  Load
}

func (t table) least(order []int) []rest {
	out := make([]rest, len(order)+1)
	out[len(order)].each = make([]Load, len(t.start))
	for step := len(order) - 1; step >= 0; step-- {
		m := order[step]
		each, sum, some := make([]Load, len(t.start)), Load(0), false
		for i := range t.times {
			if !t.open[m][i] {
				continue
			}
			_, all := worst(t.cost[m][i])
			if !some {
				copy(each, t.cost[m][i])
				sum, some = all, true
			}
			sum = min(sum, all)
			for r, c := range t.cost[m][i] {
				each[r] = min(each[r], c)
			}
		}
		for r := range each {
			each[r] += out[step+1].each[r]
		}
		out[step] = rest{each, sum + out[step+1].sum}
	}
	return out
}

// bound is the least worst total and the least sum that totals can still lead to: no
// region gets less than its own best, and the worst is no less than the mean.
func bound(totals []Load, left rest) (most, sum Load) {
	for r, l := range totals {
		most, sum = max(most, l+left.each[r]), sum+l
	}
	sum += left.sum
	if n := Load(len(totals)); n > 0 {
		most = max(most, (sum+n-1)/n)
	}
	return most, sum
}

// useful are the times of a meeting that no other time beats: one that burdens every
// region no more. Of equals the first is kept.
func (t table) useful(m int) []int {
	var out []int
	for i := range t.times {
		if !t.open[m][i] {
			continue
		}
		beaten := false
		for j := range t.times {
			if j == i || !t.open[m][j] {
				continue
			}
			same, less := true, true
			for r := range t.start {
				same = same && t.cost[m][j][r] == t.cost[m][i][r]
				less = less && t.cost[m][j][r] <= t.cost[m][i][r]
			}
			beaten = beaten || less && (!same || j < i)
		}
		if !beaten {
			out = append(out, i)
		}
	}
	return out
}

// keyOf tells part plans apart that can become different: by their totals, and by the last
// time, from which meetings of the same class go on.
func keyOf(totals []Load, last int) string {
	b := make([]byte, 0, 8*len(totals)+8)
	for _, l := range totals {
		b = binary.AppendVarint(b, int64(l))
	}
	return string(binary.AppendVarint(b, int64(last)))
}
