package figures

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/solve/disclosure"
)

// outcome is what an indicator comes to, before anything is hidden.
type outcome struct {
	amount int
	behind string   // "TABLE|CELL" that must be shown for the amount to be
	few    int      // the people behind the amount, where it counts something else
	lines  []string // the rows that were counted, with what was read of them
	parts  []part
}

// part is a breakdown before anything is hidden.
type part struct {
	by    string
	cells []ref
}

// ref is a cell of a breakdown: where it stands in a table whose small cells are hidden.
// Without a table it is shown as it is.
type ref struct {
	code, table, name string
	n                 int
}

// digest is the SHA-256 of the rows, in the order of their ids.
func (o outcome) digest() string {
	lines := slices.Clone(o.lines)
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// tables are all tables of people of an edition, by name.
type tables map[string]disclosure.Table

// patterns say what of them is hidden.
type patterns map[string]disclosure.Pattern

// hides tells whether a cell or sum of a table is hidden. What was not looked at is; with
// no patterns at all, for the staff, nothing is.
func (p patterns) hides(table, name string) bool {
	if p == nil {
		return false
	}
	x, ok := p[table]
	return !ok || x.Cells[name] || x.Sums[name]
}

// twins are cells of two tables that hold the same people: who speaks for an
// intergovernmental organisation is so by group and by region. Where one is hidden, the
// other may not be found.
var twins = [][2]string{{"people/group", "people/place"}, {"speakers/group", "speakers/region"}}

// wide are the populations that are broken down, by the indicator of each; and those of
// them that are broken down by country. More would hide more: what is small in one of them
// is hidden in all.
var (
	wide = map[string]int{
		"registered": popRegistered, "approved": popApproved, "badges": popBadges, "attended": popAttended, "attended-onsite": popOnsite, "attended-online": popOnline,
	}
	byCountry = []int{popRegistered, popBadges, popAttended}
)

const igo = "igo"

// protect hides the small cells of all tables. before is what was hidden in earlier
// publications of the edition.
func protect(t tables, before map[string][]string, least int) patterns {
	out := patterns{}
	rule := disclosure.Usual(least)
	for name, table := range t {
		table.Hidden = before[name]
		out[name] = disclosure.Protect(table, rule)
	}
	for _, pair := range twins {
		if _, ok := out[pair[0]]; !ok {
			continue
		}
		if !out.hides(pair[0], igo) && !out.hides(pair[1], igo) && !out.hides(pair[1], "region:"+igo) {
			continue
		}
		for _, name := range pair {
			table := t[name]
			table.Hidden, table.Guarded = out[name].Names(), []string{igo}
			if len(table.Cells) > 0 {
				out[name] = disclosure.Protect(table, rule)
			}
		}
	}
	return out
}

// shown makes of an outcome what may be published.
func shown(o outcome, hidden patterns, least int) (amount int, hide bool, parts []Breakdown) {
	amount = o.amount
	if table, cell, ok := strings.Cut(o.behind, "|"); ok {
		hide = hidden.hides(table, cell)
	}
	if o.few > 0 && o.few < least {
		hide = true
	}
	if hide {
		amount = 0
	}
	parts = []Breakdown{}
	for _, p := range o.parts {
		b := Breakdown{By: p.by, Cells: []Cell{}, Whole: len(p.cells) > 0}
		for _, r := range p.cells {
			c := Cell{Code: r.code, Amount: r.n}
			if r.table != "" && hidden.hides(r.table, r.name) {
				c = Cell{Code: r.code, Hidden: true}
			} else {
				b.Whole = false
			}
			b.Cells = append(b.Cells, c)
		}
		if b.Whole {
			b.Cells = []Cell{}
		}
		parts = append(parts, b)
	}
	return amount, hide, parts
}

// result is an edition as it stands in the record now.
type result struct {
	outcomes map[string]outcome
	tables   tables
	hidden   patterns
	least    int
	// mergedGender says that a gender of which there are few is counted among others.
	mergedGender bool
}

// has tells whether a table has a cell or sum of that name.
func (r result) has(table, name string) bool {
	for _, c := range r.tables[table].Cells {
		if c.Name == name || slices.Contains(c.In, name) {
			return true
		}
	}
	return false
}

// together are the indicators that are to be published in one act, and whether with their
// breakdowns: what is small in one of them is hidden in all.
type together struct {
	codes []string
	parts bool
}

func (to together) has(code string) bool { return slices.Contains(to.codes, code) }

// reckon reckons all indicators of an edition, and what of those that are to be published
// together must be hidden.
func reckon(x *facts, before map[string][]string, least int, to together) result {
	t, mergedGender := tablesOf(x, before, least, to)
	r := result{outcomes: map[string]outcome{}, tables: t, least: least, mergedGender: mergedGender}
	for _, d := range Indicators {
		o := d.reckon(x)
		o.parts = merged(o.parts, t)
		r.outcomes[d.Code] = o
	}
	r.hidden = protect(t, before, least)
	return r
}

// merged puts people of a gender that was merged with others to these others.
func merged(parts []part, t tables) []part {
	for i, p := range parts {
		if p.by != ByGender || len(p.cells) == 0 {
			continue
		}
		known := func(r ref) bool {
			return slices.ContainsFunc(t[r.table].Cells, func(c disclosure.Cell) bool { return c.Name == r.name })
		}
		var cells []ref
		rest := 0
		for _, r := range p.cells {
			if !known(r) {
				rest += r.n
				continue
			}
			cells = append(cells, r)
		}
		for j := range cells {
			if cells[j].code == genderRest {
				cells[j].n += rest
			}
		}
		parts[i].cells = cells
	}
	return parts
}

// figure is an outcome as it would be published now.
func (r result) figure(edition core.ID, d Indicator) Figure {
	o := r.outcomes[d.Code]
	f := Figure{Edition: edition, Indicator: d.Code, Lines: len(o.lines), Digest: o.digest()}
	f.Amount, f.Hidden, f.Parts = shown(o, r.hidden, r.least)
	if f.Hidden || o.few > 0 {
		f.Lines = 0 // it would tell how many people there are
	}
	return f
}
