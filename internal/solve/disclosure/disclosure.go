// Package disclosure hides the small cells of published tables, and as many others as it
// takes so that no small cell can be reckoned from what is left.
//
// A table divides the people of a population into cells: by place, by group. Sums are
// unions of cells that are published as well: the region of a country, its class. The
// same table is given for several populations (who registered, who came), each with a
// total that is published, and the same cells are hidden in all of them.
//
// The guarantee is one of exchange. Hidden cells that lie in the same published sums form
// a class. Exchanging the names of two cells of a class, for all people at once, changes
// nothing that is published: no total, no sum, no shown cell, no other table of the same
// people, no number of cells that are not empty, in no population. So whoever reads all of
// it cannot tell which of the two numbers belongs to which cell: each hidden cell may have
// the number of every other cell of its class. Protect makes the classes so that for each
// small cell these numbers lie at least Rule.Width apart, in every population.
//
// It does not guard against who knows more than what is published: the number of another
// hidden cell, or how many people came between two publications.
package disclosure

import (
	"maps"
	"slices"
)

// Rule says what is small and how well it is hidden.
type Rule struct {
	Least int // cells of 1 to Least-1 are hidden; at least 2
	Width int // between the least and the largest number that a hidden small cell may have
}

// Usual is the rule for cells below k: a hidden cell may as well be one that is not small.
func Usual(k int) Rule { return Rule{Least: max(k, 2), Width: max(k, 2) - 1} }

func (r Rule) small(n int) bool { return n > 0 && n < r.Least }

// Cell is one part of a table.
type Cell struct {
	Name   string
	In     []string // sums that it is a part of
	Counts []int    // people in it, by population
}

// Table divides populations into cells. Each person is in one cell.
type Table struct {
	Cells []Cell
	// Hidden are cells and sums that were hidden before: they stay so.
	Hidden []string
	// OnlySums are the populations, by their place in Counts, of which no cell is published
	// by itself: their small sums are hidden, and nothing more.
	OnlySums []int
	// Guarded are cells that must not be found though they may be large, since something
	// elsewhere hangs on them.
	Guarded []string
}

// Pattern is what is not published of a table.
type Pattern struct {
	Cells map[string]bool
	Sums  map[string]bool
	// Whole says that the table cannot be published at all but for its totals: there is
	// nothing in it behind which a small cell could hide.
	Whole bool
}

// Names are the hidden cells and sums in order, to be given as Table.Hidden next time.
func (p Pattern) Names() []string {
	return slices.Concat(slices.Sorted(maps.Keys(p.Cells)), slices.Sorted(maps.Keys(p.Sums)))
}

// work is a table while it is being protected.
type work struct {
	rule    Rule
	cells   []Cell
	in      []map[string]bool // sums of each cell
	sums    map[string][]int  // counts of the sums
	totals  []int
	guarded map[string]bool
	coarse  []int
	out     Pattern
}

func newWork(t Table, r Rule) *work {
	w := &work{
		rule: r, cells: t.Cells, sums: map[string][]int{}, guarded: map[string]bool{}, coarse: t.OnlySums,
		out: Pattern{Cells: map[string]bool{}, Sums: map[string]bool{}},
	}
	for _, c := range t.Cells {
		if w.totals == nil {
			w.totals = make([]int, len(c.Counts))
		}
		in := map[string]bool{}
		for p, n := range c.Counts {
			w.totals[p] += n
		}
		for _, s := range c.In {
			if w.sums[s] == nil {
				w.sums[s] = make([]int, len(c.Counts))
			}
			in[s] = true
			for p, n := range c.Counts {
				w.sums[s][p] += n
			}
		}
		w.in = append(w.in, in)
	}
	for _, g := range t.Guarded {
		w.guarded[g] = true
	}
	return w
}

// Protect finds what to hide. The result holds what was hidden before; it is the same for
// the same table, whatever the order of its sums.
func Protect(t Table, r Rule) Pattern {
	w := newWork(t, r)
	for _, c := range t.Cells {
		if slices.Contains(t.Hidden, c.Name) || w.guarded[c.Name] || w.smallCell(c) {
			w.out.Cells[c.Name] = true
		}
	}
	for s, counts := range w.sums {
		hidden := slices.Contains(t.Hidden, s)
		for p := range counts {
			hidden = hidden || w.smallSum(s, p)
		}
		if hidden {
			w.out.Sums[s] = true
		}
	}
	w.meet()
	if w.out.Whole {
		for _, c := range t.Cells {
			w.out.Cells[c.Name] = true
		}
		for s := range w.sums {
			w.out.Sums[s] = true
		}
	}
	return w.out
}

// smallCell tells whether a cell is small in a population of which cells are published.
func (w *work) smallCell(c Cell) bool {
	for p, n := range c.Counts {
		if w.rule.small(n) && !slices.Contains(w.coarse, p) {
			return true
		}
	}
	return false
}

// smallSum tells whether a sum, or all that is not in it, is small in a population.
func (w *work) smallSum(s string, p int) bool {
	return w.rule.small(w.sums[s][p]) || w.rule.small(w.totals[p]-w.sums[s][p])
}

// meet looks at each need once: what is exchangeable stays so when more is hidden.
func (w *work) meet() {
	for p := range w.totals {
		for i, c := range w.cells {
			if w.rule.small(c.Counts[p]) && !slices.Contains(w.coarse, p) || w.guarded[c.Name] && c.Counts[p] > 0 {
				w.need(p, []int{i}, w.all())
			}
		}
		for _, s := range slices.Sorted(maps.Keys(w.sums)) {
			if !w.smallSum(s, p) {
				continue
			}
			var within, without []int
			for i := range w.cells {
				if w.in[i][s] {
					within = append(within, i)
				} else {
					without = append(without, i)
				}
			}
			w.need(p, within, without)
		}
	}
}

func (w *work) all() []int {
	out := make([]int, len(w.cells))
	for i := range out {
		out[i] = i
	}
	return out
}

// need is met when one of these cells can be exchanged with one of those whose number is
// far enough from its own. If it is not, the cheapest such pair is hidden; without any,
// the whole table is.
func (w *work) need(p int, these, those []int) {
	best, a, b := -1, 0, 0
	for _, i := range these {
		for _, j := range those {
			d := w.cells[i].Counts[p] - w.cells[j].Counts[p]
			if max(d, -d) < w.rule.Width {
				continue
			}
			cost := w.cost(i, j)
			if cost == 0 {
				return
			}
			if best < 0 || cost < best {
				best, a, b = cost, i, j
			}
		}
	}
	if best < 0 {
		w.out.Whole = true
		return
	}
	w.out.Cells[w.cells[a].Name], w.out.Cells[w.cells[b].Name] = true, true
	for _, s := range w.apart(a, b) {
		w.out.Sums[s] = true
	}
}

// cost of making two cells exchangeable: the people who are hidden by it, sums counting
// ten times, since more is said by them.
func (w *work) cost(i, j int) int {
	cost := 0
	for _, x := range []int{i, j} {
		if c := w.cells[x]; !w.out.Cells[c.Name] {
			cost += 1 + slices.Max(c.Counts)
		}
	}
	for _, s := range w.apart(i, j) {
		cost += 10 * (10 + slices.Max(w.sums[s]))
	}
	return cost
}

// apart are the published sums that only one of two cells is a part of.
func (w *work) apart(i, j int) []string {
	var out []string
	for s := range w.in[i] {
		if !w.in[j][s] && !w.out.Sums[s] {
			out = append(out, s)
		}
	}
	for s := range w.in[j] {
		if !w.in[i][s] && !w.out.Sums[s] {
			out = append(out, s)
		}
	}
	return out
}

// Range is what a reader may at best say of a hidden cell: at least the numbers From and
// To are both possible.
type Range struct{ From, To int }

// Ranges reckons, for each hidden cell in a population, between which numbers it may be
// exchanged. It holds for any pattern, so that patterns can be audited.
func Ranges(t Table, p Pattern, population int) map[string]Range {
	w := newWork(t, Rule{})
	w.out = p
	out := map[string]Range{}
	for i, c := range t.Cells {
		if !p.Cells[c.Name] {
			continue
		}
		r := Range{c.Counts[population], c.Counts[population]}
		for j, o := range t.Cells {
			if p.Cells[o.Name] && len(w.apart(i, j)) == 0 {
				r.From, r.To = min(r.From, o.Counts[population]), max(r.To, o.Counts[population])
			}
		}
		out[c.Name] = r
	}
	return out
}
