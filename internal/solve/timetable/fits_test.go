package timetable

import (
	"slices"
	"testing"
)

// TestFits: what is proposed fits, the best comes first, and if nothing is proposed it is
// explained.
func TestFits(t *testing.T) {
	empty, full := 0, 0
	for seed := range uint64(40) {
		p, c := anything(seed), newChance(seed+4000)
		p.Rules = DefaultRules()
		at := c.places(p)
		for i := range p.Sessions {
			slots, why := Fits(p, at, i, 6), Explain(p, at, i)
			gone := Evaluate(p, without(p, at, i))
			for k, s := range slots {
				with := without(p, at, i)
				with[i] = s.Place
				r := Evaluate(p, with)
				if r.Cost != gone.Cost+s.Cost || r.Blocks >= gone.Blocks || s.Blocks > 0 || s.Place == at[i] || k > 0 && s.Cost < slots[k-1].Cost {
					t.Fatalf("problem %d, session %d: %+v", seed, i, s)
				}
			}
			if len(slots) > 0 {
				full++
			} else {
				empty++
			}
			if len(slots) > 0 && why.Fit == 0 || why.Fit > 1 && len(slots) == 0 || why.Nearest == nil || (why.Nearest.Blocks == 0) != (why.Fit > 0) {
				t.Fatalf("problem %d, session %d: %d fit, %+v", seed, i, len(slots), why)
			}
			alone := why.Fit
			for _, r := range why.Reasons {
				alone += r.Alone
				if r.Count > why.Candidates-why.Fit || r.Alone > r.Count {
					t.Fatalf("%+v", why)
				}
			}
			if alone > why.Candidates {
				t.Fatalf("%+v", why)
			}
		}
	}
	if empty == 0 || full == 0 {
		t.Errorf("%d sessions with slots, %d without", full, empty)
	}
}

// TestFitsOnce: each free stretch of a room is proposed once.
func TestFitsOnce(t *testing.T) {
	p := two(func(p *Problem) { p.Rules = DefaultRules() })
	slots := Fits(p, []Place{{0, 600}, Nowhere}, 1, 99)
	var got []Place
	for _, s := range slots {
		got = append(got, s.Place)
	}
	// Room 0 is free from 9 to 10, 11 to 12, 13 to 18 on the first day; room 1 is free but
	// for lunch, and the second day has no break.
	want := []Place{{0, 540}, {1, 540}, {0, 660}, {0, 780}, {1, 780}, {0, 1980}, {1, 1980}}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// TestExplain counts what is in the way: two rooms from 9 to 18, lunch from 12 to 13.
func TestExplain(t *testing.T) {
	p := two(func(p *Problem) {
		p.Rules, p.Days = DefaultRules(), p.Days[:1]
		p.Sessions[1].Rooms = []int{0}
		p.Sessions[1].Windows = []Span{{600, 665}}
	})
	w := Explain(p, []Place{{0, 600}, Nowhere}, 1)
	// 97 starts in two rooms; two of them are within the window.
	if w.Candidates != 194 || w.Fit != 0 || len(w.Reasons) == 0 {
		t.Fatalf("%+v", w)
	}
	count := map[Rule]Reason{}
	for _, r := range w.Reasons {
		count[r.Rule] = r
	}
	if count[RuleWindow].Count != 190 || count[RuleRoomWrong].Count != 97 || count[RuleRoomWrong].Alone != 2 || count[RuleRoomTwice].Count != 23 || count[RuleInBreak].Count != 46 {
		t.Errorf("%+v", w.Reasons)
	}
	if w.Reasons[0].Rule != RuleWindow || w.Nearest == nil || w.Nearest.Blocks != 1 || w.Nearest.Findings[0].Rule != RuleRoomWrong {
		t.Errorf("%+v", w)
	}
}

// TestBound: what is too much is counted.
func TestBound(t *testing.T) {
	base := func(n int, change func(p *Problem)) *Problem {
		p := &Problem{Step: 5, Days: []Day{{540, 720, nil}}, Rooms: []Room{{Hall: true}, {}}, Actors: []Actor{{}}, Rules: DefaultRules()}
		for range n {
			p.Sessions = append(p.Sessions, Session{Length: 60, Theme: -1, Day: -1})
		}
		change(p)
		return p
	}
	each := func(p *Problem, change func(x *Session)) {
		for i := range p.Sessions {
			change(&p.Sessions[i])
		}
	}
	for name, x := range map[string]struct {
		p    *Problem
		hard int
		soft int64
	}{
		"rooms":    {base(8, func(*Problem) {}), 2, 0},
		"fits":     {base(6, func(*Problem) {}), 0, 0},
		"one room": {base(5, func(p *Problem) { each(p, func(x *Session) { x.Rooms = []int{1} }) }), 2, 0},
		"mains":    {base(4, func(p *Problem) { each(p, func(x *Session) { x.Main, x.Gap = true, 15 }) }), 2, 0},
		"a person": {base(4, func(p *Problem) { each(p, func(x *Session) { x.Actors = []int{0} }) }), 1, 0},
		"a closed room": {base(2, func(p *Problem) {
			p.Rooms[0].Open, p.Rooms[1].Open = []Span{{540, 630}}, []Span{{0, 60}}
		}), 1, 0},
		"a window": {base(2, func(p *Problem) { p.Sessions[0].Windows = []Span{{0, 500}} }), 1, 0},
		// Six sessions of a theme in three slots: at least three pairs, 20 each.
		"a theme": {base(6, func(p *Problem) { each(p, func(x *Session) { x.Theme = 1 }) }), 0, 60},
		"wishes":  {base(2, func(p *Problem) { each(p, func(x *Session) { x.Preferred = []Span{{0, 500}} }) }), 0, 30},
		"a full day": {base(3, func(p *Problem) {
			each(p, func(x *Session) { x.Actors = []int{0} })
			p.Actors[0].Most = 2
		}), 0, 30},
	} {
		hard, soft := newModel(x.p, nil).bound(nil)
		if hard != x.hard || soft != x.soft {
			t.Errorf("%s: %d and %d", name, hard, soft)
		}
		sol := Solve(t.Context(), x.p, x.p.Empty(), Options{Moves: 5_000}, nil)
		if sol.Result.Blocks != hard || sol.Result.Cost < soft || hard == 0 && sol.Result.Cost > soft {
			t.Errorf("%s: found %d and %d, bounds %d and %d", name, sol.Result.Blocks, sol.Result.Cost, hard, soft)
		}
	}
}
