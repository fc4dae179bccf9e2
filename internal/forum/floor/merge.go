package floor

import (
	"cmp"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/captions"
)

// step is the room between the positions of two segments of a first import, so that
// what a newer file puts between them finds a place.
const step = 1 << 16

// Merge is what a file makes of the transcript that stands: nothing is lost by it.
type Merge struct {
	Same      int       // segments that the file says as they stand, or as they were imported before somebody corrected them here
	Kept      []Segment // corrected here; the file says something else again, and the correction stays
	Changed   []Changed
	Added     []Segment
	Withdrawn []Segment // the file has them no more
}

// Changed is a segment before and after.
type Changed struct{ Before, After Segment }

// Nothing tells whether the file changes nothing.
func (m Merge) Nothing() bool { return len(m.Changed)+len(m.Added)+len(m.Withdrawn) == 0 }

// merge compares the segments that stand (newest revisions, withdrawn ones too) with
// what a file says. imported is, by segment, what the last file said of it.
func merge(have []Segment, imported map[core.ID]Segment, cues []captions.Cue, untimed bool) Merge {
	fresh := make([]Segment, len(cues))
	for i, c := range cues {
		fresh[i] = Segment{Starts: c.Start.Milliseconds(), Ends: c.End.Milliseconds(), Speaker: c.Speaker, Said: c.Text, Final: true}
		if untimed {
			fresh[i].Starts, fresh[i].Ends = -1, -1
		}
	}
	if !untimed {
		slices.SortStableFunc(fresh, func(a, b Segment) int { return cmp.Compare(a.Starts, b.Starts) })
	}
	pairs := pair(have, imported, fresh)
	var m Merge
	used := make([]bool, len(have))
	for i := range fresh {
		j := pairs[i]
		if j < 0 {
			continue
		}
		used[j] = true
		old := have[j]
		was, from := imported[old.ID]
		switch {
		case from && says(was, fresh[i]) || says(old, fresh[i]) && !old.Withdrawn:
			m.Same++
		case old.Cause == CauseCorrection || old.Cause == CauseWithdrawal || old.Cause == CauseRestore:
			m.Kept = append(m.Kept, old)
		default:
			next := old
			next.Starts, next.Ends, next.Speaker, next.Said = fresh[i].Starts, fresh[i].Ends, fresh[i].Speaker, fresh[i].Said
			next.Withdrawn, next.Cause = false, CauseRenewal
			m.Changed = append(m.Changed, Changed{old, next})
		}
	}
	for j, g := range have {
		if used[j] || g.Withdrawn {
			continue
		}
		if g.Cause == CauseCorrection {
			m.Kept = append(m.Kept, g)
			continue
		}
		m.Withdrawn = append(m.Withdrawn, g)
	}
	place(fresh, pairs, have)
	for i := range fresh {
		if pairs[i] < 0 {
			fresh[i].Cause = CauseImport
			m.Added = append(m.Added, fresh[i])
		}
	}
	return m
}

func says(a, b Segment) bool {
	return a.Starts == b.Starts && a.Ends == b.Ends && a.Speaker == b.Speaker && a.Said == b.Said
}

// pair finds for each fresh segment the one that stands which it is, or -1: first those
// that say the same at the same time, then those at the same time, then those that say
// the same words in the same order.
func pair(have []Segment, imported map[core.ID]Segment, fresh []Segment) []int {
	pairs := make([]int, len(fresh))
	for i := range pairs {
		pairs[i] = -1
	}
	taken := make([]bool, len(have))
	type key struct {
		starts int64
		words  string
		n      int // which of several alike
	}
	run := func(of func(Segment) (key, bool)) {
		at := map[key]int{}
		count := map[key]int{}
		for j, g := range have {
			if taken[j] {
				continue
			}
			if was, ok := imported[g.ID]; ok {
				g = was // as the last file said it: a correction of ours does not hide it
			}
			if k, ok := of(g); ok {
				k.n = count[k]
				count[key{k.starts, k.words, 0}]++
				at[k] = j
			}
		}
		clear(count)
		for i, g := range fresh {
			if pairs[i] >= 0 {
				continue
			}
			if k, ok := of(g); ok {
				k.n = count[k]
				count[key{k.starts, k.words, 0}]++
				if j, found := at[k]; found {
					pairs[i], taken[j] = j, true
				}
			}
		}
	}
	words := func(g Segment) string { return strings.Join(core.Words(g.Speaker+" "+g.Said), " ") }
	run(func(g Segment) (key, bool) { return key{starts: g.Starts, words: words(g)}, true })
	run(func(g Segment) (key, bool) { return key{starts: g.Starts}, g.Starts >= 0 })
	run(func(g Segment) (key, bool) { return key{words: words(g)}, len(g.Said) > 0 })
	return pairs
}

// place gives fresh segments positions between those that stand.
func place(fresh []Segment, pairs []int, have []Segment) {
	last := 0
	for _, g := range have {
		last = max(last, g.Position)
	}
	before := 0
	for i := 0; i < len(fresh); {
		if pairs[i] >= 0 {
			before = have[pairs[i]].Position
			i++
			continue
		}
		j := i
		for j < len(fresh) && pairs[j] < 0 {
			j++
		}
		after := max(last, before) + (j-i+1)*step
		if j < len(fresh) && have[pairs[j]].Position > before {
			after = have[pairs[j]].Position
		}
		for k := i; k < j; k++ {
			fresh[k].Position = before + (after-before)*(k-i+1)/(j-i+1)
		}
		i = j
	}
}

// anchors names segments by their second; of several in one second the later ones by
// their millisecond, and then by a number.
type anchors map[string]bool

func (a anchors) name(starts int64, position int) string {
	var base string
	if starts < 0 {
		base = "p" + itoa(position/step)
	} else {
		base = "t=" + FormatTime(millis(starts))
		if a[base] && starts%1000 != 0 {
			base = "t=" + formatMillis(millis(starts))
		}
	}
	name := base
	for n := 2; a[name]; n++ {
		name = base + "-" + itoa(n)
	}
	a[name] = true
	return name
}
