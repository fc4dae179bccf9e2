package timetable

import (
	"math/rand/v2"
	"testing"
)

// chance is a source of random problems.
type chance struct{ *rand.Rand }

func newChance(seed uint64) chance { return chance{rand.New(rand.NewPCG(seed, 7))} }

func (c chance) yes(percent int) bool { return c.IntN(100) < percent }

func (c chance) span(from, until, most int) Span {
	a := from + 5*c.IntN((until-from)/5)
	return Span{a, a + 5 + 5*c.IntN(most/5)}
}

func (c chance) spans(n, from, until, most int) []Span {
	var out []Span
	for range n {
		out = append(out, c.span(from, until, most))
	}
	return out
}

func (c chance) some(n, below int) []int {
	return c.Perm(below)[:min(n, below)]
}

// anything is a small problem in which everything happens and every rule is on, some
// blocking and some warning.
func anything(seed uint64) *Problem {
	c := newChance(seed)
	p := &Problem{Step: 5, Venues: 3, Travel: [][]int{{0, 20, 35}, {25, 0, 10}, {35, 10, 0}}}
	for rule := range p.Rules {
		p.Rules[rule] = Setting{Level: Level(1 + c.IntN(2)), Weight: 1 + c.IntN(30), Limit: 2}
	}
	for d := range 3 {
		from := d*1440 + 540
		p.Days = append(p.Days, Day{from, from + 480, []Span{{from + 90, from + 120}, {from + 240, from + 300}}})
	}
	for range 5 {
		r := Room{Venue: c.IntN(3), Capacity: 20 * c.IntN(5), Services: c.Uint64N(8), Informal: c.yes(20), Changeover: 5 * c.IntN(3), Hall: c.yes(40)}
		if c.yes(40) {
			r.Open = c.spans(4, 540, 3400, 900)
		}
		p.Rooms = append(p.Rooms, r)
	}
	for range 12 {
		p.Actors = append(p.Actors, Actor{Organisation: c.yes(30), Away: c.spans(c.IntN(3), 540, 3400, 300), Most: c.IntN(3)})
	}
	for range 2 {
		hours := make([]uint8, 4320/5-100)
		for i := range hours {
			hours[i] = uint8(c.IntN(60) / 29)
		}
		p.Night = append(p.Night, hours)
	}
	for range 20 {
		p.Sessions = append(p.Sessions, c.session(p))
	}
	for range 25 {
		pair := c.some(2, len(p.Sessions))
		p.Relations = append(p.Relations, Relation{RelationKind(c.IntN(5)), pair[0], pair[1], 5 * c.IntN(5)})
		pair = c.some(2, len(p.Sessions))
		p.Alike = append(p.Alike, Likeness{pair[0], pair[1], 40 + c.IntN(60)})
	}
	return p
}

func (c chance) session(p *Problem) Session {
	x := Session{
		Length: []int{20, 30, 60, 90}[c.IntN(4)], Gap: 15 * c.IntN(2), Main: c.yes(20), Theme: c.IntN(5) - 1, Tracks: c.some(c.IntN(3), 4),
		Day: c.IntN(7) - 4, Actors: c.some(c.IntN(4), len(p.Actors)), Expected: c.IntN(90), Seats: c.IntN(60), Needs: c.Uint64N(8),
		InBreaks: c.yes(20), Poster: c.yes(20), Remote: c.some(c.IntN(3), len(p.Night)),
	}
	x.Day = max(-1, x.Day)
	if c.yes(30) {
		x.Rooms = c.some(3, len(p.Rooms))
	}
	if c.yes(30) {
		x.PreferredRooms = c.some(2, len(p.Rooms))
	}
	if c.yes(30) {
		x.Windows = c.spans(3, 540, 3400, 400)
	}
	if c.yes(30) {
		x.Preferred = c.spans(2, 540, 3400, 400)
	}
	return x
}

// place is any place, mostly on the grid and within a day.
func (c chance) place(p *Problem) Place {
	at := Place{c.IntN(len(p.Rooms)), 540 + 1440*c.IntN(3) + 5*c.IntN(100)}
	switch n := c.IntN(10); n {
	case 0:
		return Nowhere
	case 1:
		at.Start += c.IntN(1500) - 700
	}
	return at
}

func (c chance) places(p *Problem) []Place {
	out := p.Empty()
	for i := range out {
		out[i] = c.place(p)
	}
	return out
}

// TestDelta is the ground on which the optimiser stands: what a move changes, worked out
// from the move alone, is the difference of two full evaluations.
func TestDelta(t *testing.T) {
	seen := map[Rule]bool{}
	for seed := range uint64(60) {
		p, c := anything(seed), newChance(seed+1000)
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		at := c.places(p)
		s := newState(newModel(p, nil), at)
		for step := range 150 {
			i, to := c.IntN(len(at)), c.place(p)
			before := s.now
			d := s.delta(i, to)
			if s.now != before {
				t.Fatal("looking at a move changes what the timetable costs")
			}
			s.move(i, to)
			at[i] = to
			full := Evaluate(p, at)
			for _, f := range full.Findings {
				seen[f.Rule] = true
			}
			if want := (value{full.Hard, full.Cost}); s.now != want || before.plus(d) != want {
				t.Fatalf("problem %d, step %d: by moves %v, in full %v", seed, step, s.now, want)
			}
		}
	}
	for _, rule := range AllRules() {
		if !seen[rule] && rule != RuleMoved {
			t.Errorf("rule %s was never broken", rule)
		}
	}
}

// TestTouching: what Fits and Explain say that a place adds is what it adds.
func TestTouching(t *testing.T) {
	for seed := range uint64(40) {
		p, c := anything(seed), newChance(seed+2000)
		at := c.places(p)
		for range 30 {
			i, to := c.IntN(len(at)), c.place(p)
			if !to.Placed() {
				continue
			}
			without := without(p, at, i)
			before := Evaluate(p, without)
			slot := newView(p, without).slot(i, to)
			with := without
			with[i] = to
			after := Evaluate(p, with)
			gone := p.Rules[RuleUnplaced].of(1)
			if after.Hard-before.Hard != slot.Hard-gone.hard || after.Cost-before.Cost != slot.Cost-gone.soft {
				t.Fatalf("problem %d: adds %d and %d, not %d and %d", seed, after.Hard-before.Hard, after.Cost-before.Cost, slot.Hard-gone.hard, slot.Cost-gone.soft)
			}
		}
	}
}
