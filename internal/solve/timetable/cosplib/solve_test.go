package cosplib

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"plenary/internal/solve/search"
)

// On problems small enough to try everything, the search finds the best, and the bound is
// not above it.
func TestSolveFindsTheBestOfSmallProblems(t *testing.T) {
	solved, reached := 0, 0
	for seed := uint64(0); solved < 40; seed++ {
		r := rand.New(rand.NewPCG(seed, 3))
		p := random(r)
		if p.cells() > 4 || len(p.Tracks) > 3 || len(p.Submissions) > 5 || len(p.Submissions) == 0 {
			continue
		}
		best, ok := exhaust(p)
		m := newModel(p)
		if !ok {
			if res := Solve(t.Context(), p, search.Options{Seed: seed, Moves: 20_000}); res.Score.Feasible() {
				t.Fatalf("seed %d: %+v, and no solution keeps the rules", seed, res.Score)
			}
			continue
		}
		solved++
		if b := m.bound(); b > best {
			t.Fatalf("seed %d: bound %d, best %d", seed, b, best)
		} else if b == best {
			reached++
		}
		res := Solve(t.Context(), p, search.Options{Seed: seed, Moves: 30_000, Workers: 2})
		if !res.Score.Feasible() || res.Score.Total != best || len(res.Out) > 0 {
			t.Errorf("seed %d: %d, best %d: %+v", seed, res.Score.Total, best, res.Score)
		}
	}
	t.Logf("the bound is the best value in %d of %d", reached, solved)
}

// exhaust tries all tracks in all cells and all submissions in all of their places.
func exhaust(p *Instance) (best int64, ok bool) {
	best = math.MaxInt64
	x := p.NewSolution()
	var submission func(a int)
	submission = func(a int) {
		if a == len(p.Submissions) {
			if score := p.Evaluate(x); score.Feasible() && score.Total < best {
				best, ok = score.Total, true
			}
			return
		}
		for c, slots := range x.Slots {
			if x.Track[c] != p.Submissions[a].Track {
				continue
			}
		place:
			for k := 0; k+p.Submissions[a].Slots <= len(slots); k++ {
				for i := range p.Submissions[a].Slots {
					if slots[k+i] >= 0 {
						continue place
					}
				}
				for i := range p.Submissions[a].Slots {
					slots[k+i] = a
				}
				submission(a + 1)
				for i := range p.Submissions[a].Slots {
					slots[k+i] = -1
				}
			}
		}
	}
	var colour func(c int)
	colour = func(c int) {
		if c == len(x.Track) {
			submission(0)
			return
		}
		for t := -1; t < len(p.Tracks); t++ {
			x.Track[c] = t
			colour(c + 1)
		}
	}
	colour(0)
	return best, ok
}

// With a number of moves the solution depends on instance, seed, workers and moves alone.
func TestSolveIsRepeatable(t *testing.T) {
	p := instance(t, "GECCO20")
	o := search.Options{Seed: 4, Workers: 3, Moves: 60_000}
	one, two := Solve(t.Context(), p, o), Solve(t.Context(), p, o)
	one.Seconds, two.Seconds = 0, 0
	if !reflect.DeepEqual(one, two) || one.Moves != o.Moves {
		t.Errorf("%d moves: %d, then %d moves: %d", one.Moves, one.Score.Total, two.Moves, two.Score.Total)
	}
	o.Seed = 5
	if three := Solve(t.Context(), p, o); reflect.DeepEqual(one.Solution, three.Solution) {
		t.Error("another seed finds the very same")
	}
}

// The library's own problems: a search of a moment keeps all hard rules and betters the
// library's solutions, or comes near.
func TestSolveTheLibrary(t *testing.T) {
	for name, most := range map[string]int64{"N2OR": 2, "GECCO20": 7768, "OR60F": 433, "ALLTERMS": 3000} {
		p := instance(t, name)
		res := Solve(t.Context(), p, search.Options{Seed: 1, Workers: 2, Moves: 200_000})
		if !res.Score.Feasible() || res.Score.Total > most || res.Bound > res.Score.Total {
			t.Errorf("%s: %+v, want %d at most; bound %d", name, res.Score, most, res.Bound)
		}
		t.Logf("%s: %d, bound %d", name, res.Score.Total, res.Bound)
	}
}

// Where there is no room, as much as possible stands, and what does not is told with a
// reason.
func TestSolveWithoutRoom(t *testing.T) {
	for _, x := range []struct {
		what  string
		slots []int // of sessions
		subs  []int // slots of each
		of    []int // their tracks
		out   int
		why   string
	}{
		{"too long", []int{3, 2}, []int{1, 4, 2}, []int{0, 0, 0}, 1, "it needs 4 slots, and no session has more than 3"},
		{"too many", []int{2}, []int{1, 1, 1}, []int{0, 0, 0}, 1, "all submissions together need 3 slots, and there are 2"},
		{"tracks apart", []int{2}, []int{1, 1}, []int{0, 1}, 1, "no way was found to place all submissions; tracks do not share cells"},
		{"no slots", []int{0}, []int{1}, []int{0}, 1, "it needs 1 slots, and no session has more than 0"},
		{"no sessions", nil, []int{1}, []int{0}, 1, "it needs 1 slots, and no session has more than 0"},
		{"fewest slots", []int{3}, []int{3, 1, 1}, []int{0, 1, 1}, 2, "all submissions together need 5 slots, and there are 3"},
		{"nothing at all", nil, nil, nil, 0, ""},
		{"one session", []int{4}, []int{2, 1}, []int{1, 1}, 0, ""},
	} {
		p := &Instance{Name: x.what, Rooms: []string{"r"}, Tracks: []Track{{ID: "a"}, {ID: "b"}}, Similar: grid(2, 2), SessionRoom: grid(len(x.slots), 1)}
		for i, n := range x.slots {
			p.Sessions = append(p.Sessions, Session{ID: fmt.Sprint(i), Slots: n})
		}
		for i := range p.Tracks {
			p.Tracks[i].Session, p.Tracks[i].Room = make([]int64, len(x.slots)), make([]int64, 1)
		}
		for i, n := range x.subs {
			p.Submissions = append(p.Submissions, Submission{Ref: fmt.Sprint(i), Slots: n, Track: x.of[i], Session: make([]int64, len(x.slots)), Room: make([]int64, 1)})
		}
		p.relate()
		res := Solve(t.Context(), p, search.Options{Seed: 1, Moves: 2_000, Time: time.Minute})
		if len(res.Out) != x.out || res.Score.Complete != (x.out == 0) || !res.Score.Consistent || res.Score.Trackless > 0 {
			t.Errorf("%s: %v out, %+v", x.what, res.Out, res.Score)
		}
		for _, a := range res.Out {
			if why := p.WhyOut(a); why != x.why {
				t.Errorf("%s: %s, want %s", x.what, why, x.why)
			}
		}
	}
}

// Seconds of a search that differences save, per move, against evaluating from scratch.
func BenchmarkDifferences(b *testing.B) {
	for _, name := range library[:3] {
		m := newModel(instance(b, name))
		s := newState(m)
		s.equip()
		w := &search.Walk{Rand: rand.New(rand.NewPCG(1, 1)), T: 2}
		s.construct(w.Rand)
		s.Run(w, 200_000)
		x := s.solution()
		b.Run(name+"/move", func(b *testing.B) { s.Run(w, b.N) })
		b.Run(name+"/evaluation", func(b *testing.B) {
			for b.Loop() {
				m.p.Evaluate(x)
			}
		})
	}
}
