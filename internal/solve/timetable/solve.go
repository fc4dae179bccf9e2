package timetable

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"plenary/internal/solve/search"
)

// Options say how long and how to search.
type Options struct {
	Seed      uint64
	Workers   int     // 0: one
	Moves     int64   // of all workers together; 0: no limit
	Seconds   float64 // 0: no limit; with neither, DefaultMoves
	KeepClose int     // what it costs to move a session away from the start; 0: nothing
}

// DefaultMoves end a search that has no limit.
const DefaultMoves = 3_000_000

// Progress is how far a search has come.
type Progress struct {
	Moves      int64
	Seconds    float64
	Share      float64 // of the limit that is used up, from 0 to 1
	Blocks     int     // of the best timetable so far, and so on
	Unplaced   int
	Hard, Cost int64
	Places     []Place // the best timetable so far
}

// Change is a session that Solve moved.
type Change struct {
	Session       int
	From, To      Place
	Before, After []Finding // that concern the session, in the start and in the solution
	// What these cost.
	HardBefore, HardAfter, CostBefore, CostAfter int64
}

// Solution is what Solve found.
type Solution struct {
	Places  []Place
	Result  Result
	Moves   int64
	Seconds float64
	Changes []Change
	// Bound is a lower bound of Result.Cost (see Bound), BoundBlocks one of Result.Blocks,
	// both with the pinned sessions where they are.
	Bound       int64
	BoundBlocks int
}

// Solve improves a timetable until a limit is reached or the context ends, and tells of its
// progress meanwhile, at most ten times a second if time is limited. What blocks counts
// first, then the cost. The solution is never worse than the start, pinned sessions are
// where they were, and a session that was placed leaves the timetable only if that ends
// more than two findings that block. A session that would block wherever it is put is left
// out. With a number of moves and no time the solution depends on nothing but the problem,
// the start and the options.
func Solve(ctx context.Context, p *Problem, start []Place, o Options, progress func(Progress)) Solution {
	start = known(p, start)
	q := *p
	q.Rules[RuleMoved] = Setting{}
	if o.KeepClose > 0 {
		q.Rules[RuleMoved] = Setting{Level: Warn, Weight: min(o.KeepClose, mostWeight)}
	}
	m := newModel(&q, nil)
	sol := Solution{Places: start, Result: Evaluate(p, start)}
	sol.BoundBlocks, sol.Bound = m.bound(start)
	m.was = start
	if ctx.Err() != nil || len(p.Sessions) == 0 {
		return sol
	}
	m.guide(start)
	walkers := make([]*walker, max(1, o.Workers))
	last := Progress{}
	best, p2 := search.Run(ctx, m.options(o, sol, func(at search.Progress) {
		if progress != nil {
			last.tell(p, at, walkers)
			progress(last)
		}
	}), func(n int, r *rand.Rand) *walker {
		w := newWalker(m, start, r)
		w.build()
		w.repair.begin(w)
		walkers[n] = w
		return w
	})
	sol.Moves, sol.Seconds = p2.Moves, p2.Seconds
	places := tidy(m, start, best.best)
	if r := Evaluate(p, places); r.Better(sol.Result) && !m.worse(start, places, o) {
		sol.Places, sol.Result = places, r
	}
	sol.Changes = changes(p, start, sol.Places)
	return sol
}

// known is a timetable in which every session has a place or none.
func known(p *Problem, places []Place) []Place {
	out := p.Empty()
	for i := range out {
		if i < len(places) && places[i].Room >= 0 && places[i].Room < len(p.Rooms) {
			out[i] = places[i]
		}
	}
	return out
}

// guide makes the search see more than the rules say of sessions that are not placed: long
// ones weigh more than short ones, and to take one off that was placed weighs as much as
// three findings that block. Not to be placed weighs less than anything else that blocks.
func (m *model) guide(start []Place) {
	for i := range m.gone {
		if m.p.Rules[RuleUnplaced].Level == Block {
			m.gone[i].hard = blockBase - 400 + int64(min(399, 4*m.p.Sessions[i].Length))
		}
		if start[i].Placed() {
			m.gone[i].hard += 2 * blockBase
		}
	}
}

// worse tells whether a timetable is worse if the moves count too.
func (m *model) worse(start, places []Place, o Options) bool {
	return o.KeepClose > 0 && newState(m, start).now.below(newState(m, places).now)
}

// options of the search: one slow cooling, not too hot, ends better than several quick ones
// on weeks of 300 sessions, whatever their tightness.
func (m *model) options(o Options, sol Solution, report func(search.Progress)) search.Options {
	if o.Moves <= 0 && o.Seconds <= 0 {
		o.Moves = DefaultMoves
	}
	return search.Options{
		Seed: o.Seed, Workers: o.Workers, Moves: max(0, o.Moves), Time: time.Duration(o.Seconds * float64(time.Second)),
		Aims: sol.BoundBlocks == 0, Target: value{0, sol.Bound}.worth(), Epoch: 2_000, Report: report, Hot: 0.7, Cycles: 1,
	}
}

// tell describes the best timetable of all workers.
func (at *Progress) tell(p *Problem, now search.Progress, walkers []*walker) {
	best := walkers[0]
	for _, w := range walkers[1:] {
		if w.least.below(best.least) {
			best = w
		}
	}
	if !slices.Equal(at.Places, best.best) {
		r := Evaluate(p, best.best)
		at.Blocks, at.Unplaced, at.Hard, at.Cost, at.Places = r.Blocks, r.Unplaced, r.Hard, r.Cost, slices.Clone(best.best)
	}
	at.Moves, at.Seconds, at.Share = now.Moves, now.Seconds, now.Share
}

// changes are the sessions that have another place, with what was found about them before
// and what is after.
func changes(p *Problem, before, after []Place) []Change {
	var out []Change
	a, b := newView(p, before), newView(p, after)
	var old, now []Finding
	for i := range before {
		if before[i] == after[i] {
			continue
		}
		if old == nil && now == nil {
			old, now = a.evaluate().Findings, b.evaluate().Findings
		}
		c := Change{Session: i, From: before[i], To: after[i]}
		c.Before, c.HardBefore, c.CostBefore = about(old, i)
		c.After, c.HardAfter, c.CostAfter = about(now, i)
		out = append(out, c)
	}
	return out
}

// about are the findings that concern a session, and their costs.
func about(list []Finding, session int) (out []Finding, hard, soft int64) {
	for _, f := range list {
		if f.Session != session && f.Other != session {
			continue
		}
		out = append(out, f)
		if f.Level == Block {
			hard += f.Cost
		} else {
			soft += f.Cost
		}
	}
	return out, hard, soft
}
