package nights

import (
	"cmp"
	"slices"
	"time"
)

// Problem is a series of meetings for which times are sought.
type Problem struct {
	// Starts has a row for each meeting and in it an instant for each of the times that are
	// possible: the same time of day on that meeting's date. The zero time says that the
	// hour does not exist on that date.
	Starts  [][]time.Time
	Length  time.Duration
	Regions []Region
	// Before is what each region has borne already; nil: nothing.
	Before []Load
}

// Plan is a time for each meeting and what becomes of it.
type Plan struct {
	Times  []int  // column of Starts for each meeting
	Totals []Load // of each region, with what it had borne before
	Worst  Load   // the largest of Totals
	Sum    Load   // of all regions
	Proven bool   // no other plan has a smaller Worst or, with the same, a smaller Sum
}

// Distinct is how many different times the plan has.
func (p Plan) Distinct() int {
	seen := slices.Clone(p.Times)
	slices.Sort(seen)
	return len(slices.Compact(seen))
}

// Better tells whether p is fairer than q: first the worst region's total counts, then the
// sum of all regions, then the number of different times.
func (p Plan) Better(q Plan) bool {
	return cmp.Or(cmp.Compare(p.Worst, q.Worst), cmp.Compare(p.Sum, q.Sum), cmp.Compare(p.Distinct(), q.Distinct())) < 0
}

// table is the problem in numbers: what each region bears at each meeting and time.
type table struct {
	cost  [][][]Load // meeting, time, region
	open  [][]bool   // meeting, time: the hour exists
	start []Load     // of the regions
	times int
}

func (p Problem) table() table {
	t := table{start: make([]Load, len(p.Regions))}
	copy(t.start, p.Before)
	for _, row := range p.Starts {
		t.times = len(row)
		cost, open := make([][]Load, len(row)), make([]bool, len(row))
		for i, at := range row {
			cost[i] = make([]Load, len(p.Regions))
			if open[i] = !at.IsZero(); !open[i] {
				continue
			}
			for r, region := range p.Regions {
				cost[i][r] = region.At(at, p.Length)
			}
		}
		t.cost, t.open = append(t.cost, cost), append(t.open, open)
	}
	return t
}

// weigh is the plan of the given times. ok is false where one of them does not exist.
func (t table) weigh(times []int) (p Plan, ok bool) {
	p = Plan{Times: times, Totals: slices.Clone(t.start)}
	for m, i := range times {
		if !t.open[m][i] {
			return p, false
		}
		for r, c := range t.cost[m][i] {
			p.Totals[r] += c
		}
	}
	p.Worst, p.Sum = worst(p.Totals)
	return p, true
}

func worst(totals []Load) (most, sum Load) {
	for _, l := range totals {
		most, sum = max(most, l), sum+l
	}
	return most, sum
}

// Weigh says what becomes of a plan: times is a column of Starts for each meeting. ok is
// false where one of the hours does not exist on its date.
func (p Problem) Weigh(times []int) (plan Plan, ok bool) { return p.table().weigh(slices.Clone(times)) }

// Single is the fairest plan with the same time for all meetings; of equals the earliest
// column. ok is false where no hour exists on all dates.
func (p Problem) Single() (Plan, bool) { return p.table().single() }

func (t table) single() (best Plan, ok bool) {
	for i := range t.times {
		times := make([]int, len(t.cost))
		for m := range times {
			times[m] = i
		}
		if plan, exists := t.weigh(times); exists && (!ok || plan.Better(best)) {
			best, ok = plan, true
		}
	}
	best.Proven = false
	return best, ok
}

// Rotate is the fairest plan that is found with a time for each meeting by itself: never
// worse than Single. It is the same for the same problem, in whatever order the regions
// and their places stand; meetings on whose dates all clocks stand alike take their times
// in turn. Proven says that the search was complete.
func (p Problem) Rotate() Plan {
	t := p.table()
	if len(t.cost) == 0 || t.times == 0 {
		return Plan{Totals: t.start}
	}
	best, ok := t.single()
	if !ok {
		best = t.first()
	}
	best = t.polish(best)
	found, complete := t.search(best)
	if found.Better(best) {
		best = found
	}
	best = t.fewer(t.polish(best))
	best = t.interleave(best)
	best.Proven = complete
	return best
}

// first takes for each meeting the hour of that date that weighs least.
func (t table) first() Plan {
	times := make([]int, len(t.cost))
	for m := range t.cost {
		times[m] = -1
		var least Load
		for i := range t.times {
			if _, sum := worst(t.cost[m][i]); t.open[m][i] && (times[m] < 0 || sum < least) {
				times[m], least = i, sum
			}
		}
		times[m] = max(times[m], 0)
	}
	p, _ := t.weigh(times)
	return p
}

// polish changes the time of one meeting, each time the best such change, as long as the
// plan becomes fairer.
func (t table) polish(p Plan) Plan {
	for {
		better := p
		for m := range p.Times {
			for i := range t.times {
				times := slices.Clone(p.Times)
				times[m] = i
				if q, ok := t.weigh(times); ok && q.Better(better) {
					better = q
				}
			}
		}
		if !better.Better(p) {
			return p
		}
		p = better
	}
}

// fewer replaces one time by another in all meetings of a plan where that costs nothing.
func (t table) fewer(p Plan) Plan {
	for from := range t.times {
		for to := range t.times {
			times := slices.Clone(p.Times)
			for m, i := range times {
				if i == from {
					times[m] = to
				}
			}
			if q, ok := t.weigh(times); ok && q.Better(p) {
				p = q
			}
		}
	}
	return p
}

// alike tells whether two meetings cost the same at every time.
func (t table) alike(a, b int) bool {
	if !slices.Equal(t.open[a], t.open[b]) {
		return false
	}
	for i := range t.times {
		if !slices.Equal(t.cost[a][i], t.cost[b][i]) {
			return false
		}
	}
	return true
}

// classes puts meetings that cost alike together, in the order of their first meeting.
func (t table) classes() [][]int {
	var out [][]int
next:
	for m := range t.cost {
		for k := range out {
			if t.alike(out[k][0], m) {
				out[k] = append(out[k], m)
				continue next
			}
		}
		out = append(out, []int{m})
	}
	return out
}

// interleave lets meetings that cost alike take their times in turn, so that nobody bears
// all her nights at once. The totals stay as they are.
func (t table) interleave(p Plan) Plan {
	out := slices.Clone(p.Times)
	for _, class := range t.classes() {
		left := map[int]int{}
		for _, m := range class {
			left[p.Times[m]]++
		}
		last := -1
		for _, m := range class {
			pick := -1
			for i := range t.times {
				if left[i] > 0 && i != last && (pick < 0 || left[i] > left[pick]) {
					pick = i
				}
			}
			if pick < 0 {
				pick = last // only this one is left
			}
			out[m] = pick
			left[pick]--
			last = pick
		}
	}
	q, _ := t.weigh(out)
	return q
}
