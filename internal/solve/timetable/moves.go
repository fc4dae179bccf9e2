package timetable

import "plenary/internal/solve/search"

// chainLength is how many sessions a move may push out of the way.
const chainLength = 3

// relocate moves a session to another place, and pushes those out of the way that are
// there (an ejection chain; F. Glover, Discrete Applied Mathematics 65 (1996)).
func (w *walker) relocate(walk *search.Walk, i int) {
	to, ok := w.anywhere(i)
	if !ok || to == w.at[i] {
		return
	}
	list, ok := w.blockers(i, to)
	if !ok || len(list) > chainLength {
		return
	}
	if len(list) > 0 {
		w.chain(walk, i, to, list)
		return
	}
	from := w.at[i]
	w.take(i)
	before := w.around(i, from)
	after := w.aroundUpTo(i, to, before.hard)
	if !w.stands(walk, after.minus(before)) {
		w.put(i, from)
		return
	}
	w.now = w.now.minus(before).plus(after)
	w.put(i, to)
	w.note()
}

func (w *walker) chain(walk *search.Walk, i int, to Place, list []int32) {
	before, from := w.now, w.at[i]
	var pushed [chainLength]int32
	n := copy(pushed[:], list)
	for _, o := range pushed[:n] {
		w.apply(int(o), Nowhere)
	}
	hard := before.hard
	for _, o := range pushed[:n] {
		hard += w.m.gone[o].hard
	}
	w.apply(i, to)
	if w.now.hard > hard {
		w.undo(before) // it does not fit there even so
		return
	}
	for _, o := range pushed[:n] {
		w.reinsert(int(o), from, i, to)
	}
	w.judge(walk, before)
}

// reinsert places a session that was pushed out of the way: where the one was that pushed
// it, next to that one, or somewhere else.
func (w *walker) reinsert(o int, from Place, i int, to Place) {
	best, least := Nowhere, w.m.gone[o]
	look := func(at Place) {
		if !w.allowed(o, at.Start) {
			return
		}
		if list, ok := w.blockers(o, at); !ok || len(list) > 0 {
			return
		}
		if v := w.aroundUpTo(o, at, least.hard); v.below(least) {
			best, least = at, v
		}
	}
	length, pusher := w.m.p.Sessions[o].Length, w.m.p.Sessions[i].Length
	if from.Placed() {
		look(from)
		look(Place{from.Room, from.Start + pusher - length})
		for _, t := range w.spots(o, from.Room, w.m.p.dayOf(from.Start)) {
			if t != from.Start && t > from.Start-pusher && t < from.Start+pusher {
				look(Place{from.Room, t})
			}
		}
	}
	gap := max(0, w.m.apart(o, i, to.Room))
	look(Place{to.Room, to.Start + pusher + gap})
	look(Place{to.Room, to.Start - gap - length})
	for range 2 {
		if at, ok := w.anywhere(o); ok {
			look(at)
		}
	}
	w.apply(o, best)
}

// swap exchanges the places of two sessions.
func (w *walker) swap(walk *search.Walk, a, b int) {
	pa, pb := w.at[a], w.at[b]
	if a == b || pa == pb || !pa.Placed() && !pb.Placed() {
		return
	}
	if w.r.IntN(4) == 0 && pa.Placed() && pb.Placed() {
		pa.Room, pb.Room = pb.Room, pa.Room // only the times
		if pa == w.at[b] || pb == w.at[a] {
			pa.Room, pb.Room = pb.Room, pa.Room
		}
	}
	if pb.Placed() && !w.allowed(a, pb.Start) || pa.Placed() && !w.allowed(b, pa.Start) {
		return
	}
	fromA, fromB := w.at[a], w.at[b]
	w.take(a)
	before := w.around(a, fromA)
	w.take(b)
	before = before.plus(w.around(b, fromB))
	after := w.aroundUpTo(b, pa, before.hard)
	if after.hard <= before.hard {
		w.put(b, pa)
		after = after.plus(w.aroundUpTo(a, pb, before.hard-after.hard))
		if w.stands(walk, after.minus(before)) {
			w.put(a, pb)
			w.now = w.now.minus(before).plus(after)
			w.note()
			return
		}
		w.take(b)
	}
	w.put(b, fromB)
	w.put(a, fromA)
}
