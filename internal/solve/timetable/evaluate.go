package timetable

import (
	"cmp"
	"slices"
)

// Finding is one thing that is wrong with a timetable.
type Finding struct {
	Rule           Rule
	Level          Level
	Session, Other int // -1: none
	Room, Actor    int // -1: none
	Amount         int // see the rule
	// Cost is what it adds to Result.Cost if the rule warns, to Result.Hard if it blocks.
	Cost int64
}

// Result is an evaluated timetable. Of two timetables the one with the smaller Hard is
// better, and of equals the one with the smaller Cost (Better).
type Result struct {
	Findings []Finding // those that block first, then by rule, session, other, actor
	Blocks   int       // how many findings block
	Unplaced int       // how many sessions are not placed, whatever the rule says
	Hard     int64     // what the findings that block cost: 1000 each, and its amount (up to 999)
	Cost     int64     // what the findings that warn cost
}

// Better tells whether the timetable is better than another of the same problem.
func (r Result) Better(than Result) bool {
	return r.Hard < than.Hard || r.Hard == than.Hard && r.Cost < than.Cost
}

// blockBase is what a finding that blocks costs before its amount counts: ten sessions a
// minute too long are worse than one that is an hour too long.
const blockBase = 1000

func blockCost(amount int) int64 { return blockBase + int64(min(amount, blockBase-1)) }

// Evaluate finds everything that is wrong. A place of a room that there is not counts as
// not placed, and so does a missing place.
func Evaluate(p *Problem, places []Place) Result { return newView(p, places).evaluate() }

// view is a problem made ready to be looked at with a timetable.
type view struct {
	p         *Problem
	at        []Place
	actors    [][]int // by session, sorted
	away      [][]Span
	open      [][]Span
	breaks    []Span
	alike     map[[2]int]int
	relations [][]int // by session
	reach     int     // sessions further apart in time have nothing to do with each other
	order     []int   // placed sessions by start
	days      map[[2]int][]int
}

func newView(p *Problem, places []Place) *view {
	v := &view{p: p, at: p.Empty(), alike: map[[2]int]int{}, relations: make([][]int, len(p.Sessions)), days: map[[2]int][]int{}}
	for s := range p.Sessions {
		if s < len(places) && places[s].Room >= 0 && places[s].Room < len(p.Rooms) {
			v.at[s] = places[s]
			v.order = append(v.order, s)
		}
		v.actors = append(v.actors, sorted(p.Sessions[s].Actors))
	}
	for _, r := range p.Rooms {
		v.open = append(v.open, merged(r.Open))
		v.reach = max(v.reach, r.Changeover)
	}
	for _, a := range p.Actors {
		v.away = append(v.away, merged(a.Away))
	}
	var breaks []Span
	for _, d := range p.Days {
		breaks = append(breaks, d.Breaks...)
	}
	v.breaks = merged(breaks)
	for _, l := range p.Alike {
		key := [2]int{min(l.A, l.B), max(l.A, l.B)}
		v.alike[key] = max(v.alike[key], l.Percent)
	}
	for i, r := range p.Relations {
		v.relations[r.A] = append(v.relations[r.A], i)
		v.relations[r.B] = append(v.relations[r.B], i)
	}
	for _, s := range p.Sessions {
		v.reach = max(v.reach, s.Gap)
	}
	for _, row := range p.Travel {
		for _, m := range row {
			v.reach = max(v.reach, m)
		}
	}
	slices.SortStableFunc(v.order, func(a, b int) int { return cmp.Compare(v.at[a].Start, v.at[b].Start) })
	for _, s := range v.order {
		for _, a := range v.actors[s] {
			key := [2]int{a, p.dayOf(v.at[s].Start)}
			v.days[key] = append(v.days[key], s)
		}
	}
	return v
}

func (v *view) evaluate() Result {
	var r Result
	emit := func(f Finding) { r.Findings = append(r.Findings, f) }
	for s, at := range v.at {
		if !at.Placed() {
			r.Unplaced++
			v.emit(emit, RuleUnplaced, 1, at2(s, -1))
			continue
		}
		v.alone(s, at, emit)
	}
	for i, a := range v.order {
		until := v.at[a].Start + v.p.Sessions[a].Length + v.reach
		for _, b := range v.order[i+1:] {
			if v.at[b].Start >= until {
				break
			}
			v.pair(a, v.at[a], b, v.at[b], emit)
		}
	}
	for i := range v.p.Relations {
		v.relation(&v.p.Relations[i], v.at, emit)
	}
	for key, list := range v.days {
		v.full(key[0], list, emit)
	}
	for _, f := range r.Findings {
		if f.Level == Block {
			r.Blocks++
			r.Hard += f.Cost
		} else {
			r.Cost += f.Cost
		}
	}
	slices.SortStableFunc(r.Findings, byRule)
	return r
}

func byRule(a, b Finding) int {
	return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Session, b.Session),
		cmp.Compare(a.Other, b.Other), cmp.Compare(a.Actor, b.Actor), cmp.Compare(a.Room, b.Room), cmp.Compare(a.Amount, b.Amount))
}

// whom says whom a finding concerns.
type whom struct{ session, other, room, actor int }

func at2(session, other int) whom { return whom{session, other, -1, -1} }

func (v *view) emit(emit func(Finding), rule Rule, amount int, w whom) {
	set := v.p.Rules[rule]
	if set.Level == Ignore || amount <= 0 {
		return
	}
	cost := int64(set.Weight) * int64(amount)
	if set.Level == Block {
		cost = blockCost(amount)
	}
	emit(Finding{Rule: rule, Level: set.Level, Session: w.session, Other: w.other, Room: w.room, Actor: w.actor, Amount: amount, Cost: cost})
}

// full finds the actor who has too many sessions on one day; the list is in the order of
// time.
func (v *view) full(actor int, list []int, emit func(Finding)) {
	most := v.p.most(actor)
	if most > 0 && len(list) > most {
		v.emit(emit, RuleDayFull, len(list)-most, whom{list[len(list)-1], -1, -1, actor})
	}
}

// most is how many sessions a day an actor may have; 0: any number.
func (p *Problem) most(actor int) int {
	a := &p.Actors[actor]
	if a.Most == 0 && !a.Organisation {
		return p.Rules[RuleDayFull].Limit
	}
	return a.Most
}

// dayOf is the day on which a minute is: the last one that has begun by then, or the first.
func (p *Problem) dayOf(minute int) int {
	day := 0
	for i := range p.Days {
		if p.Days[i].From <= minute {
			day = i
		}
	}
	return day
}

func sorted(list []int) []int {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
