package disclosure_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"plenary/internal/solve/disclosure"
)

func one(names []string, counts ...int) disclosure.Table {
	var t disclosure.Table
	for i, n := range counts {
		t.Cells = append(t.Cells, disclosure.Cell{Name: names[i], Counts: []int{n}})
	}
	return t
}

func hidden(p disclosure.Pattern) []string { return p.Names() }

func TestComplement(t *testing.T) {
	names := []string{"a", "b", "c", "d"}
	for _, c := range []struct {
		counts []int
		want   string
	}{
		{[]int{20, 2, 9, 30}, "[b c]"},  // the least that is large enough to hide behind
		{[]int{20, 9, 0, 30}, "[]"},     // nobody is not small
		{[]int{1, 1, 9, 30}, "[a b c]"}, // two that are alike would add up
		{[]int{4, 5, 9, 30}, "[a c]"},   // 5 is too near to 4
		{[]int{4, 5, 6, 7}, "[a b c d]"},
		{[]int{5, 5, 6, 7}, "[]"},
	} {
		if got := fmt.Sprint(hidden(disclosure.Protect(one(names, c.counts...), disclosure.Usual(5)))); got != c.want {
			t.Errorf("%v: hidden %s, want %s", c.counts, got, c.want)
		}
	}
}

func TestWholeTable(t *testing.T) {
	p := disclosure.Protect(one([]string{"a", "b", "c"}, 2, 3, 1), disclosure.Usual(5))
	if !p.Whole || len(p.Cells) != 3 {
		t.Errorf("a table of small cells alone is shown: %+v", p)
	}
}

// A country hides behind one of the same region and class; where there is none, the sums
// that would tell them apart are hidden too.
func TestSums(t *testing.T) {
	cells := []disclosure.Cell{
		{Name: "NP", In: []string{"asia", "ldc", "lldc"}, Counts: []int{2}},
		{Name: "BT", In: []string{"asia", "ldc", "lldc"}, Counts: []int{12}},
		{Name: "JP", In: []string{"asia"}, Counts: []int{400}},
		{Name: "FR", In: []string{"weog"}, Counts: []int{60}},
		{Name: "TD", In: []string{"africa", "ldc", "lldc"}, Counts: []int{80}},
	}
	p := disclosure.Protect(disclosure.Table{Cells: cells}, disclosure.Usual(5))
	if got := fmt.Sprint(hidden(p)); got != "[BT NP]" {
		t.Errorf("hidden: %s", got)
	}
	cells[1].In = []string{"asia", "ldc"}
	p = disclosure.Protect(disclosure.Table{Cells: cells}, disclosure.Usual(5))
	if got := fmt.Sprint(hidden(p)); got != "[BT NP lldc]" {
		t.Errorf("hidden with no country alike: %s", got)
	}
	// A whole region that is small cannot be found from its countries.
	small := []disclosure.Cell{
		{Name: "A", In: []string{"east"}, Counts: []int{3}},
		{Name: "B", In: []string{"west"}, Counts: []int{30}},
		{Name: "C", In: []string{"west"}, Counts: []int{90}},
		{Name: "D", In: []string{"south"}, Counts: []int{900}},
	}
	p = disclosure.Protect(disclosure.Table{Cells: small}, disclosure.Usual(5))
	if got := fmt.Sprint(hidden(p)); got != "[A B east west]" {
		t.Errorf("hidden with a small region: %s", got)
	}
}

// Where the cells of a population are not published, a small one costs nothing; a small sum
// is hidden with another.
func TestOnlySums(t *testing.T) {
	cells := []disclosure.Cell{
		{Name: "A", In: []string{"east"}, Counts: []int{30, 2}},
		{Name: "B", In: []string{"east"}, Counts: []int{40, 9}},
		{Name: "C", In: []string{"west"}, Counts: []int{50, 20}},
	}
	p := disclosure.Protect(disclosure.Table{Cells: cells, OnlySums: []int{1}}, disclosure.Usual(5))
	if got := fmt.Sprint(hidden(p)); got != "[]" {
		t.Errorf("hidden: %s", got)
	}
	cells[1].Counts[1] = 0
	p = disclosure.Protect(disclosure.Table{Cells: cells, OnlySums: []int{1}}, disclosure.Usual(5))
	if !p.Sums["east"] || !p.Sums["west"] {
		t.Errorf("a small sum is shown: %v", p.Names())
	}
}

func TestHiddenBefore(t *testing.T) {
	table := one([]string{"a", "b", "c"}, 20, 9, 30)
	table.Hidden = []string{"b", "a"}
	if got := fmt.Sprint(hidden(disclosure.Protect(table, disclosure.Usual(5)))); got != "[a b]" {
		t.Errorf("what was hidden before is %s", got)
	}
}

// What is guarded elsewhere cannot be found here, though it is large.
func TestGuarded(t *testing.T) {
	table := one([]string{"a", "b", "c"}, 20, 9, 30)
	table.Guarded = []string{"a"}
	p := disclosure.Protect(table, disclosure.Usual(5))
	if !p.Cells["a"] || len(p.Cells) != 2 {
		t.Errorf("hidden: %v", p.Names())
	}
}

// attacker enumerates all tables of whole numbers that agree with what is published of
// nested populations, and returns which numbers each cell of each population can have.
func attacker(t disclosure.Table, p disclosure.Pattern) [][]map[int]bool {
	pops := len(t.Cells[0].Counts)
	possible := make([][]map[int]bool, len(t.Cells))
	for i := range possible {
		for range pops {
			possible[i] = append(possible[i], map[int]bool{})
		}
	}
	totals := make([]int, pops)
	sums := map[string][]int{}
	for _, c := range t.Cells {
		for q, n := range c.Counts {
			totals[q] += n
			for _, s := range c.In {
				if sums[s] == nil {
					sums[s] = make([]int, pops)
				}
				sums[s][q] += n
			}
		}
	}
	agrees := func(q int, x []int) bool {
		have := map[string]int{}
		rest := totals[q]
		for i, c := range t.Cells {
			rest -= x[i]
			for _, s := range c.In {
				have[s] += x[i]
			}
		}
		for s, n := range sums {
			if !p.Sums[s] && have[s] != n[q] {
				return false
			}
		}
		return rest == 0
	}
	var tables [][][]int // by population
	for q := range pops {
		var list [][]int
		x := make([]int, len(t.Cells))
		var fill func(i, left int)
		fill = func(i, left int) {
			if i == len(t.Cells) {
				if left == 0 && agrees(q, x) {
					list = append(list, slices.Clone(x))
				}
				return
			}
			if c := t.Cells[i]; !p.Cells[c.Name] {
				if x[i] = c.Counts[q]; x[i] <= left {
					fill(i+1, left-x[i])
				}
				return
			}
			for n := range left + 1 {
				x[i] = n
				fill(i+1, left-n)
			}
		}
		fill(0, totals[q])
		tables = append(tables, list)
	}
	note := func(q int, x []int) {
		for i, n := range x {
			possible[i][q][n] = true
		}
	}
	if pops == 1 {
		for _, x := range tables[0] {
			note(0, x)
		}
		return possible
	}
	for _, x := range tables[0] { // the second population is part of the first
		for _, y := range tables[1] {
			fits := true
			for i := range x {
				fits = fits && y[i] <= x[i]
			}
			if fits {
				note(0, x)
				note(1, y)
			}
		}
	}
	return possible
}

// Whatever the table: what an attacker can find out of a small cell by enumerating all
// tables leaves it at least two numbers, as far apart as is asked for.
func TestNoSmallCellIsFound(t *testing.T) {
	regions := []string{"east", "west", "south"}
	for seed := range 4000 {
		rng := rand.New(rand.NewPCG(uint64(seed), 7))
		rule := disclosure.Usual(2 + rng.IntN(3))
		pops := 1 + rng.IntN(2)
		var table disclosure.Table
		for i := range 2 + rng.IntN(4) {
			c := disclosure.Cell{Name: string(rune('a' + i))}
			if seed%2 == 0 {
				c.In = append(c.In, regions[rng.IntN(3)])
				if rng.IntN(2) == 0 {
					c.In = append(c.In, "poor")
				}
			}
			n := rng.IntN(7)
			if rng.IntN(3) == 0 {
				n = rng.IntN(3)
			}
			c.Counts = []int{n}
			if pops == 2 {
				c.Counts = append(c.Counts, rng.IntN(n+1))
			}
			table.Cells = append(table.Cells, c)
		}
		p := disclosure.Protect(table, rule)
		var found [][]map[int]bool
		for q := range pops {
			ranges := disclosure.Ranges(table, p, q)
			for i, c := range table.Cells {
				if c.Counts[q] == 0 || c.Counts[q] >= rule.Least {
					continue
				}
				if found == nil {
					found = attacker(table, p)
				}
				keys := found[i][q]
				lo, hi := 1<<30, -1
				for n := range keys {
					lo, hi = min(lo, n), max(hi, n)
				}
				width := rule.Width
				if p.Whole { // nothing but the total is known
					width = 1
					if len(table.Cells) == 1 {
						continue
					}
				}
				if len(keys) < 2 || hi-lo < width {
					t.Fatalf("seed %d: %+v\nhidden %v\n%s of population %d can only be %v", seed, table, p.Names(), c.Name, q, keys)
				}
				if r := ranges[c.Name]; !p.Whole && (r.To-r.From < rule.Width || !keys[r.From] || !keys[r.To]) {
					t.Fatalf("seed %d: %+v\n%s: range %+v is not what the attacker finds: %v", seed, table, c.Name, r, keys)
				}
			}
		}
	}
}

// The test above would notice: with nothing but the small cells hidden, they are found.
func TestAttackerFinds(t *testing.T) {
	table := one([]string{"a", "b", "c"}, 2, 9, 30)
	found := attacker(table, disclosure.Pattern{Cells: map[string]bool{"a": true}, Sums: map[string]bool{}})
	if len(found[0][0]) != 1 || !found[0][0][2] {
		t.Errorf("the attacker does not find the cell: %v", found[0][0])
	}
}

// Small sums are not found either.
func TestNoSmallSumIsFound(t *testing.T) {
	for seed := range 1500 {
		rng := rand.New(rand.NewPCG(uint64(seed), 11))
		rule := disclosure.Usual(3)
		var table disclosure.Table
		for i := range 3 + rng.IntN(3) {
			table.Cells = append(table.Cells, disclosure.Cell{
				Name: string(rune('a' + i)), In: []string{string(rune('X' + rng.IntN(3)))}, Counts: []int{rng.IntN(6)},
			})
		}
		p := disclosure.Protect(table, rule)
		if p.Whole {
			continue
		}
		sums := map[string]int{}
		for _, c := range table.Cells {
			sums[c.In[0]] += c.Counts[0]
		}
		// Cells that are one sum in one: what the attacker may find of it.
		for s, n := range sums {
			if n == 0 || n >= rule.Least {
				continue
			}
			if !p.Sums[s] {
				t.Fatalf("seed %d: sum %s of %d is shown", seed, s, n)
			}
			possible := sumsOf(table, p, s)
			if len(possible) < 2 {
				t.Fatalf("seed %d: %+v hidden %v: sum %s is found", seed, table, p.Names(), s)
			}
		}
	}
}

// sumsOf enumerates what a sum can be.
func sumsOf(t disclosure.Table, p disclosure.Pattern, sum string) map[int]bool {
	total, sums := 0, map[string]int{}
	for _, c := range t.Cells {
		total += c.Counts[0]
		sums[c.In[0]] += c.Counts[0]
	}
	out := map[int]bool{}
	x := make([]int, len(t.Cells))
	var fill func(i, left int)
	fill = func(i, left int) {
		if i == len(t.Cells) {
			have := map[string]int{}
			for j, c := range t.Cells {
				have[c.In[0]] += x[j]
			}
			for s, n := range sums {
				if !p.Sums[s] && have[s] != n {
					return
				}
			}
			if left == 0 {
				out[have[sum]] = true
			}
			return
		}
		if c := t.Cells[i]; !p.Cells[c.Name] {
			if x[i] = c.Counts[0]; x[i] <= left {
				fill(i+1, left-x[i])
			}
			return
		}
		for n := range left + 1 {
			x[i] = n
			fill(i+1, left-n)
		}
	}
	fill(0, total)
	return out
}

// A forum of all countries and nine populations is protected within a moment.
func BenchmarkProtect(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var table disclosure.Table
	for i := range 200 {
		c := disclosure.Cell{Name: fmt.Sprint(i), In: []string{fmt.Sprint("region", i%5)}}
		for k := range 4 {
			if rng.IntN(4) == 0 {
				c.In = append(c.In, fmt.Sprint("class", k))
			}
		}
		n := rng.IntN(60)
		if rng.IntN(2) == 0 {
			n = rng.IntN(6)
		}
		for range 9 {
			c.Counts = append(c.Counts, n)
			n = rng.IntN(n + 1)
		}
		table.Cells = append(table.Cells, c)
	}
	for b.Loop() {
		disclosure.Protect(table, disclosure.Usual(5))
	}
}
