package timetable

import "plenary/internal/solve/search"

// band collects the sessions of a room that lie within a stretch of time. It tells too
// whether all of them may move and none reaches beyond it.
func (w *walker) band(list []int32, room int, s Span) ([]int32, bool) {
	for _, o := range w.held[room*w.m.days+w.m.p.dayOf(s.From)] {
		from, until := int(w.start[o]), int(w.end[o])
		if until <= s.From || from >= s.Until {
			continue
		}
		if from < s.From || until > s.Until || w.m.p.Sessions[o].Pinned {
			return list, false
		}
		list = append(list, o)
	}
	return list, true
}

// stretch is the stretch of a day in which a session is.
func (w *walker) stretch(i int) (Span, bool) {
	for _, s := range w.m.segments {
		if at := w.at[i]; at.Placed() && s.From <= at.Start && at.Start < s.Until {
			return s, true
		}
	}
	return Span{}, false
}

// repack puts the sessions of a room between two breaks into another order, without gaps,
// from the beginning.
func (w *walker) repack(walk *search.Walk, i int) {
	s, ok := w.stretch(i)
	if !ok {
		return
	}
	room := w.at[i].Room
	list, ok := w.band(nil, room, s)
	if !ok {
		return
	}
	w.r.Shuffle(len(list), func(a, b int) { list[a], list[b] = list[b], list[a] })
	before := w.now
	w.refill(list, room, s, 0)
	w.judge(walk, before)
}

// refill places sessions one after the other, the first so many minutes after the
// beginning of a stretch.
func (w *walker) refill(list []int32, room int, s Span, late int) {
	for _, o := range list {
		w.apply(int(o), Nowhere)
	}
	t := s.From + late
	for k, o := range list {
		if k > 0 {
			t += max(0, w.m.apart(int(list[k-1]), int(o), room))
		}
		t = up(t, w.m.p.Step)
		w.apply(int(o), Place{room, t})
		t += w.m.p.Sessions[o].Length
	}
}

// bands exchanges what is in two rooms in two stretches of time between breaks.
func (w *walker) bands(walk *search.Walk, i int) {
	s, ok := w.stretch(i)
	if !ok {
		return
	}
	room := w.at[i].Room
	t, other := s, w.r.IntN(len(w.m.p.Rooms))
	if w.r.IntN(2) == 0 {
		t = w.m.segments[w.r.IntN(len(w.m.segments))]
		if w.r.IntN(2) == 0 {
			other = room
		}
	}
	if s == t && room == other {
		return
	}
	a, fine := w.band(nil, room, s)
	b, alsoFine := w.band(nil, other, t)
	if !fine || !alsoFine {
		return
	}
	before := w.now
	w.exchange(a, room, s, b, other, t)
	w.judge(walk, before)
}

// exchange lets two lists of sessions change places; each keeps its times within the
// stretch.
func (w *walker) exchange(a []int32, room int, s Span, b []int32, other int, t Span) {
	was := len(w.journal)
	for _, list := range [][]int32{a, b} {
		for _, o := range list {
			w.apply(int(o), Nowhere)
		}
	}
	steps := w.journal[was:]
	for k := range len(a) + len(b) {
		x := steps[k]
		if k < len(a) {
			w.apply(int(x.session), Place{other, up(x.from.Start-s.From+t.From, w.m.p.Step)})
		} else {
			w.apply(int(x.session), Place{room, up(x.from.Start-t.From+s.From, w.m.p.Step)})
		}
	}
}

// slots exchanges everything in two stretches of time that are of one length, in all
// rooms, or in two whole days that are of one length.
func (w *walker) slots(walk *search.Walk) {
	list := w.m.segments
	if w.r.IntN(4) == 0 {
		list = list[:0:0]
		for _, d := range w.m.p.Days {
			list = append(list, Span{d.From, d.Until})
		}
	}
	s, t := list[w.r.IntN(len(list))], list[w.r.IntN(len(list))]
	if s == t || s.Until-s.From != t.Until-t.From {
		return
	}
	before := w.now
	for room := range w.m.p.Rooms {
		a, fine := w.band(nil, room, s)
		b, alsoFine := w.band(nil, room, t)
		if fine && alsoFine {
			w.exchange(a, room, s, b, room, t)
		}
	}
	w.judge(walk, before)
}
