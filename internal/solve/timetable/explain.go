package timetable

import (
	"cmp"
	"math/bits"
	"slices"
)

// Reason is a rule that rules out places.
type Reason struct {
	Rule  Rule
	Count int // candidates that it rules out
	Alone int // of these, candidates that no other rule rules out
}

// Why tells why a session cannot be placed.
type Why struct {
	Candidates int      // pairs of room and start
	Fit        int      // of these, without a finding that blocks
	Reasons    []Reason // the most frequent first
	Nearest    *Slot    // the candidate with the least that blocks, and then the least cost; nil: there is no candidate
}

// Explain tells for each rule how many of the places of a session it rules out while the
// others stay where they are, and which place is nearest to being one.
func Explain(p *Problem, places []Place, session int) Why {
	var w Why
	if session < 0 || session >= len(p.Sessions) {
		return w
	}
	v := newView(p, without(p, places, session))
	var count, alone [ruleCount]int
	var best Slot
	for _, start := range p.starts(session) {
		for room := range p.Rooms {
			at := Place{room, start}
			var broken uint64
			slot := Slot{Place: at}
			v.touching(session, at, func(f Finding) {
				if f.Level == Block {
					broken |= 1 << f.Rule
					slot.Hard += f.Cost
				} else {
					slot.Cost += f.Cost
				}
			})
			if w.Candidates == 0 || slot.Hard < best.Hard || slot.Hard == best.Hard && slot.Cost < best.Cost {
				best = slot
			}
			w.Candidates++
			w.Fit += one(broken == 0)
			for rest := broken; rest != 0; rest &= rest - 1 {
				rule := bits.TrailingZeros64(rest)
				count[rule]++
				alone[rule] += one(rest == broken && rest&(rest-1) == 0)
			}
		}
	}
	for rule, n := range count {
		if n > 0 {
			w.Reasons = append(w.Reasons, Reason{Rule: Rule(rule), Count: n, Alone: alone[rule]})
		}
	}
	slices.SortStableFunc(w.Reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(b.Alone, a.Alone))
	})
	if w.Candidates > 0 {
		slot := v.slot(session, best.Place)
		w.Nearest = &slot
	}
	return w
}
