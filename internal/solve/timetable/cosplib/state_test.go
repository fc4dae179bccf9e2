package cosplib

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"plenary/internal/solve/search"
)

// random makes a small problem in which every term has a weight.
func random(r *rand.Rand) *Instance {
	p := &Instance{Name: "random"}
	for t := range p.Weights {
		p.Weights[t] = int64(r.IntN(60))
	}
	name := func(kind string, n int) string { return fmt.Sprint(kind, r.IntN(n)) }
	names := func(kind string, n int) (out []string) {
		for range r.IntN(3) {
			out = append(out, name(kind, n))
		}
		return out
	}
	prices := func(n int) []int64 {
		out := make([]int64, n)
		for i := range out {
			out[i] = int64(max(0, r.IntN(30)-15))
		}
		return out
	}
	sessions, rooms, tracks := 1+r.IntN(5), 1+r.IntN(4), 1+r.IntN(6)
	for i := range sessions {
		start := r.IntN(1440)
		p.Sessions = append(p.Sessions, Session{ID: fmt.Sprint("s", i), Slots: r.IntN(6), Start: start, End: (start + 120) % 1440})
		p.SessionRoom = append(p.SessionRoom, prices(rooms))
	}
	for i := range rooms {
		p.Rooms = append(p.Rooms, fmt.Sprint("r", i))
	}
	for i := range tracks {
		p.Tracks = append(p.Tracks, Track{ID: fmt.Sprint("t", i), Chairs: names("p", 12), Session: prices(sessions), Room: prices(rooms)})
		p.Similar = append(p.Similar, prices(tracks))
	}
	for i := range r.IntN(3 * sessions * rooms) {
		p.Submissions = append(p.Submissions, Submission{
			Ref: fmt.Sprint("a", i), Track: r.IntN(tracks), Slots: max(1, r.IntN(6)-2), Order: max(0, r.IntN(6)-2), Zone: (r.IntN(25) - 12) * 60,
			Presenters: names("p", 12), Attendees: names("p", 12), Session: prices(sessions), Room: prices(rooms),
		})
	}
	p.Windows = Windows{Local: 60, From: 540, To: 1200, LessFrom: 420, LessTo: 1300, LessSuitable: 2, Unfits: 9}
	p.relate()
	return p
}

// present is the present solution, however bad.
func (s *state) present() *Solution {
	kept := s.best
	s.best = snapshot{s.owner, s.cell, s.at, s.value, s.absent}
	x := s.solution()
	s.best = kept
	return x
}

// agree compares what moves have added up with a value from scratch.
func agree(t *testing.T, s *state) {
	t.Helper()
	x := s.present()
	score := s.p.Evaluate(x)
	if got := s.value; got != score.Total-score.Counts[MultiSlot] {
		t.Fatalf("%d by differences, %d from scratch: %+v", got, score.Total-score.Counts[MultiSlot], score)
	}
	painted := score.Counts[TracksSessions]*s.p.Weights[TracksSessions] + score.Counts[TracksRooms]*s.p.Weights[TracksRooms] + score.Counts[SessionsRooms]*s.p.Weights[SessionsRooms]
	if s.painted != painted {
		t.Fatalf("cells cost %d by differences, %d from scratch", s.painted, painted)
	}
	out, slots := 0, 0
	for a, c := range s.cell {
		if c < 0 {
			out++
			if s.outAt[a] >= 0 {
				slots += s.p.Submissions[a].Slots
			}
		}
	}
	if int64(slots) != s.absent || !score.Consistent || score.Trackless > 0 || score.Complete != (out == 0) || out == 0 && score.Counts[MultiSlot] != 0 {
		t.Fatalf("%d slots out, %d counted: %+v", slots, s.absent, score)
	}
	if float64(s.value) > s.p.most() {
		t.Fatalf("%d is more than %g", s.value, s.p.most())
	}
}

// walk makes random moves and checks what they say of themselves.
func walk(t *testing.T, p *Instance, r *rand.Rand, moves int) {
	t.Helper()
	m := newModel(p)
	s := newState(m)
	s.equip()
	agree(t, s)
	s.construct(r)
	agree(t, s)
	w := &search.Walk{Rand: r, T: 1e9}
	for i := range moves {
		if r.IntN(3) == 0 {
			w.T = float64(r.IntN(2000))
		}
		s.Run(w, 1)
		if i%7 == 0 || moves < 500 {
			agree(t, s)
		}
	}
	s.Adopt(s)
	agree(t, s)
	if score := p.Evaluate(s.solution()); score.Total-score.Counts[MultiSlot] != s.best.value {
		t.Fatalf("the best has %+v, want %d", score, s.best.value)
	}
}

// Whatever the moves, the value kept by differences is that of the evaluator, and all hard
// rules hold.
func TestDifferencesAgreeWithTheEvaluator(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		walk(t, random(r), r, 200)
	}
	for _, name := range library {
		r := rand.New(rand.NewPCG(9, 9))
		walk(t, instance(t, name), r, 1000)
	}
}
