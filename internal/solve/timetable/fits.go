package timetable

import (
	"cmp"
	"slices"
)

// Slot is a place that a session could have.
type Slot struct {
	Place      Place
	Findings   []Finding // that the timetable gets if the session is put there
	Blocks     int
	Hard, Cost int64 // what they add to the result
}

// Fits are the free places of a session among the others: at most limit, the best first,
// and of those that are as good the earliest. A free stretch of a room is proposed once,
// with its best start; where the session is at present is not proposed. None of them gives
// a finding that blocks; if there is none at all, Explain tells why.
func Fits(p *Problem, places []Place, session, limit int) []Slot {
	if session < 0 || session >= len(p.Sessions) {
		return nil
	}
	own := Nowhere
	if session < len(places) {
		own = places[session]
	}
	v := newView(p, without(p, places, session))
	var slots []Slot
	for room := range p.Rooms {
		last := -1 // the index of the slot of the stretch that goes on
		before := 0
		for _, start := range p.starts(session) {
			at := Place{room, start}
			blocks, _, cost := v.weigh(session, at)
			if blocks > 0 || at == own {
				last = -1
				continue
			}
			if last < 0 || start != before+p.Step {
				slots = append(slots, Slot{Place: at, Cost: cost})
				last = len(slots) - 1
			} else if cost < slots[last].Cost {
				slots[last] = Slot{Place: at, Cost: cost}
			}
			before = start
		}
	}
	slices.SortStableFunc(slots, func(a, b Slot) int {
		return cmp.Or(cmp.Compare(a.Cost, b.Cost), cmp.Compare(a.Place.Start, b.Place.Start), cmp.Compare(a.Place.Room, b.Place.Room))
	})
	slots = slots[:min(max(0, limit), len(slots))]
	for i := range slots {
		slots[i] = v.slot(session, slots[i].Place)
	}
	return slots
}

// starts are the starts on the grid at which a session lies within a day. On a day that is
// too short for it only the day's beginning is one.
func (p *Problem) starts(session int) []int {
	var out []int
	for _, d := range p.Days {
		first := up(d.From, p.Step)
		out = append(out, first)
		for t := first + p.Step; t+p.Sessions[session].Length <= d.Until; t += p.Step {
			out = append(out, t)
		}
	}
	return out
}

// up is the first multiple of step from minute on.
func up(minute, step int) int {
	if rest := minute % step; rest > 0 {
		return minute + step - rest
	} else if rest < 0 {
		return minute - rest
	}
	return minute
}

// without is a timetable in which a session is not placed.
func without(p *Problem, places []Place, session int) []Place {
	out := p.Empty()
	copy(out, places)
	out[session] = Nowhere
	return out
}

// touching finds what the timetable gets if a session that is not placed is put somewhere.
// The cost of a finding is what it adds.
func (v *view) touching(s int, at Place, emit func(Finding)) {
	v.alone(s, at, emit)
	from, until := at.Start, at.Start+v.p.Sessions[s].Length+v.reach
	for _, b := range v.order {
		start := v.at[b].Start
		if start >= until {
			break
		}
		if start+v.p.Sessions[b].Length+v.reach > from {
			v.pair(s, at, b, v.at[b], emit)
		}
	}
	for _, i := range v.relations[s] {
		v.at[s] = at
		v.relation(&v.p.Relations[i], v.at, emit)
		v.at[s] = Nowhere
	}
	for _, a := range v.actors[s] {
		v.fuller(s, a, v.days[[2]int{a, v.p.dayOf(at.Start)}], emit)
	}
}

// fuller finds that one session more is too much for an actor's day.
func (v *view) fuller(s, actor int, list []int, emit func(Finding)) {
	most, set := v.p.most(actor), v.p.Rules[RuleDayFull]
	beyond := len(list) + 1 - most
	if most == 0 || beyond <= 0 || set.Level == Ignore {
		return
	}
	f := Finding{Rule: RuleDayFull, Level: set.Level, Session: s, Other: -1, Room: -1, Actor: actor, Amount: beyond, Cost: int64(set.Weight)}
	if set.Level == Block {
		f.Cost = blockCost(beyond)
		if beyond > 1 {
			f.Cost -= blockCost(beyond - 1)
		}
	}
	emit(f)
}

// weigh is what touching adds up to. A day that was too full before blocks once.
func (v *view) weigh(s int, at Place) (blocks int, hard, cost int64) {
	v.touching(s, at, func(f Finding) {
		if f.Level == Block {
			hard += f.Cost
			blocks += one(f.Cost >= blockBase)
		} else {
			cost += f.Cost
		}
	})
	return blocks, hard, cost
}

func (v *view) slot(s int, at Place) Slot {
	out := Slot{Place: at}
	out.Blocks, out.Hard, out.Cost = v.weigh(s, at)
	v.touching(s, at, func(f Finding) { out.Findings = append(out.Findings, f) })
	slices.SortStableFunc(out.Findings, byRule)
	return out
}
