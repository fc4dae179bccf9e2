package timetable

import (
	"context"
	"slices"
	"testing"
)

// TestSolve packs tight weeks from nothing: nothing is left that blocks.
func TestSolve(t *testing.T) {
	for _, x := range []struct{ rooms, sessions, percent int }{{10, 300, 92}, {10, 300, 60}, {3, 90, 85}, {25, 300, 35}} {
		f := week(uint64(x.percent), x.rooms, x.sessions, x.percent)
		told := Progress{}
		sol := Solve(t.Context(), f.p, f.p.Empty(), Options{Seed: 5, Workers: 2, Moves: 30_000}, func(p Progress) {
			if told.Places != nil && (p.Hard > told.Hard || p.Hard == told.Hard && p.Cost > told.Cost) {
				t.Error("the best gets worse")
			}
			told = p
		})
		r := Evaluate(f.p, sol.Places)
		if r.Blocks > 0 || r.Cost != sol.Result.Cost || len(sol.Changes) != x.sessions || sol.Moves != 30_000 || told.Share != 1 {
			t.Errorf("%v: %d findings block, cost %d of %d, %d changes, %d moves", x, r.Blocks, r.Cost, sol.Result.Cost, len(sol.Changes), sol.Moves)
		}
		if r.Cost < sol.Bound || sol.BoundBlocks > 0 || r.Cost > Evaluate(f.p, f.answer).Cost {
			t.Errorf("%v: cost %d, bound %d, at random %d", x, r.Cost, sol.Bound, Evaluate(f.p, f.answer).Cost)
		}
	}
}

// TestSame: with a number of moves the solution depends on seed and workers alone.
func TestSame(t *testing.T) {
	f := week(1, 6, 150, 85)
	for workers := 1; workers <= 4; workers++ {
		o := Options{Seed: 9, Workers: workers, Moves: 8_000}
		a, b := Solve(t.Context(), f.p, f.p.Empty(), o, nil), Solve(t.Context(), f.p, f.p.Empty(), o, nil)
		if !slices.Equal(a.Places, b.Places) {
			t.Errorf("%d workers: two solutions", workers)
		}
	}
}

// TestFromAnything starts with any timetable of any problem: the solution is no worse, what
// is pinned stays, the bound holds, and the changes are the changes.
func TestFromAnything(t *testing.T) {
	for seed := range uint64(40) {
		p, c := anything(seed), newChance(seed+3000)
		if seed%4 > 0 { // every fourth has rules of any levels
			levels := p.Rules
			p.Rules = DefaultRules()
			p.Rules[RuleDayFull], p.Rules[RuleAdjacent] = levels[RuleDayFull], levels[RuleAdjacent]
		}
		if seed%8 == 0 {
			p.Rules[RuleUnplaced].Level = Ignore
		}
		start := c.places(p)
		if seed%3 == 0 {
			start = p.Empty()
		}
		for i := range p.Sessions {
			p.Sessions[i].Pinned = c.yes(15)
		}
		before := Evaluate(p, start)
		sol := Solve(t.Context(), p, start, Options{Seed: seed, Workers: 1 + c.IntN(3), Moves: 6_000, KeepClose: c.IntN(2) * 7}, nil)
		after := Evaluate(p, sol.Places)
		if before.Better(after) || after.Hard != sol.Result.Hard || after.Cost != sol.Result.Cost {
			t.Errorf("problem %d: from %d, %d to %d, %d", seed, before.Hard, before.Cost, after.Hard, after.Cost)
		}
		if after.Blocks < sol.BoundBlocks || after.Blocks == sol.BoundBlocks && after.Cost < sol.Bound {
			t.Errorf("problem %d: %d findings block and cost %d, bounds %d and %d", seed, after.Blocks, after.Cost, sol.BoundBlocks, sol.Bound)
		}
		if hard, soft := newModel(p, nil).bound(nil); after.Blocks < hard || after.Blocks == hard && after.Cost < soft {
			t.Errorf("problem %d: %d findings block and cost %d, at least %d and %d", seed, after.Blocks, after.Cost, hard, soft)
		}
		moved := 0
		for i, at := range sol.Places {
			if at == start[i] {
				continue
			}
			if ch := sol.Changes[moved]; p.Sessions[i].Pinned || ch.Session != i || ch.From != start[i] || ch.To != at {
				t.Errorf("problem %d, session %d: %+v", seed, i, ch)
			}
			moved++
		}
		if moved != len(sol.Changes) {
			t.Errorf("problem %d: %d changes of %d", seed, len(sol.Changes), moved)
		}
	}
}

// TestKeepClose: a session that is moved costs, so fewer are moved.
func TestKeepClose(t *testing.T) {
	f := week(2, 6, 150, 75)
	free := Solve(t.Context(), f.p, f.answer, Options{Seed: 1, Moves: 20_000}, nil)
	kept := Solve(t.Context(), f.p, f.answer, Options{Seed: 1, Moves: 20_000, KeepClose: 40}, nil)
	if len(kept.Changes) >= len(free.Changes)*2/3 || !kept.Result.Better(Evaluate(f.p, f.answer)) {
		t.Errorf("%d changes, %d if they cost", len(free.Changes), len(kept.Changes))
	}
	for _, f := range kept.Result.Findings {
		if f.Rule == RuleMoved {
			t.Fatal("the result counts moves")
		}
	}
}

// TestEdges are problems in which there is little to do.
func TestEdges(t *testing.T) {
	session := Session{Length: 60, Theme: -1, Day: -1}
	day := []Day{{540, 1080, nil}}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, x := range map[string]struct {
		p        Problem
		start    []Place
		ctx      context.Context
		blocks   int
		unplaced int
	}{
		"nothing":        {p: Problem{}},
		"no rooms":       {p: Problem{Days: day, Sessions: []Session{session}}, blocks: 1, unplaced: 1},
		"no days":        {p: Problem{Rooms: []Room{{}}, Sessions: []Session{session}}, blocks: 1, unplaced: 1},
		"too long":       {p: Problem{Days: []Day{{540, 590, nil}}, Rooms: []Room{{}}, Sessions: []Session{session}}, blocks: 1, unplaced: 1},
		"one session":    {p: Problem{Days: day, Rooms: []Room{{}}, Sessions: []Session{session}}},
		"no place given": {p: Problem{Days: day, Rooms: []Room{{}}, Sessions: []Session{session}}, start: []Place{{7, 600}}},
		"ended":          {p: Problem{Days: day, Rooms: []Room{{}}, Sessions: []Session{session}}, ctx: ended, blocks: 1, unplaced: 1},
		"pinned": {p: Problem{Days: day, Rooms: []Room{{}}, Sessions: []Session{
			{Length: 60, Theme: -1, Day: -1, Pinned: true}, {Length: 60, Theme: -1, Day: -1, Pinned: true},
		}}, start: []Place{{0, 600}, {0, 630}}, blocks: 1},
	} {
		x.p.Step, x.p.Rules = 5, DefaultRules()
		if err := x.p.Check(); err != nil {
			t.Fatal(err)
		}
		if x.ctx == nil {
			x.ctx = t.Context()
		}
		for workers := 1; workers <= 4; workers++ {
			sol := Solve(x.ctx, &x.p, x.start, Options{Workers: workers, Moves: 2_000}, nil)
			if sol.Result.Blocks != x.blocks || sol.Result.Unplaced != x.unplaced || len(sol.Places) != len(x.p.Sessions) {
				t.Errorf("%s: %+v", name, sol)
			}
			if name != "ended" && sol.BoundBlocks != x.blocks {
				t.Errorf("%s: at least %d block", name, sol.BoundBlocks)
			}
		}
		for i := range x.p.Sessions {
			Fits(&x.p, x.start, i, 5)
			Explain(&x.p, x.start, i)
		}
	}
}

// TestStop: a context that ends ends the search, with what was found until then.
func TestStop(t *testing.T) {
	f := week(3, 10, 200, 60)
	ctx, cancel := context.WithCancel(t.Context())
	sol := Solve(ctx, f.p, f.p.Empty(), Options{Workers: 2, Seconds: 3600}, func(p Progress) {
		if p.Blocks == 0 {
			cancel()
		}
	})
	if sol.Result.Blocks > 0 {
		t.Errorf("%d findings block", sol.Result.Blocks)
	}
}
