package timetable

// few is how many starts a session may have so that each is looked at rather than only
// those next to something.
const few = 24

// allowed tells whether a session may start at a minute: within a day, and with nothing
// that blocks by itself.
func (w *walker) allowed(i, start int) bool {
	k := w.m.slot(start)
	return k >= 0 && w.m.when[i][k].hard == 0
}

// spots are the starts on a day in a room that make it fit closely: where a stretch of the
// day begins, or so that it ends with it, and right after or before another session there.
// Timetables that are packed are made of such starts. If a session has only few starts,
// all of them are taken.
func (w *walker) spots(i, room, day int) []int {
	m := w.m
	w.starts = w.starts[:0]
	d, length := &m.p.Days[day], m.p.Sessions[i].Length
	if len(m.fine[i]) <= few {
		for _, t := range m.fine[i] {
			if int(t) >= d.From && int(t) < d.Until {
				w.starts = append(w.starts, int(t))
			}
		}
		return w.starts
	}
	for _, list := range [][]Span{m.segments, m.v.open[room], m.p.Sessions[i].Windows} {
		for _, s := range list {
			if s.From < d.Until && s.Until > d.From {
				w.spot(i, max(s.From, d.From))
				w.spot(i, min(s.Until, d.Until)-length)
			}
		}
	}
	for _, o := range w.held[room*m.days+day] {
		if int(o) != i {
			gap := max(0, m.apart(i, int(o), room))
			w.spot(i, int(w.end[o])+gap)
			w.spot(i, int(w.start[o])-gap-length)
		}
	}
	return w.starts
}

// spot adds a start, on the grid, if it is allowed.
func (w *walker) spot(i, start int) {
	t := up(start, w.m.p.Step)
	if !w.allowed(i, t) {
		// One that is off the grid may fit on the other side of it.
		if t == start || !w.allowed(i, t-w.m.p.Step) {
			return
		}
		t -= w.m.p.Step
	}
	w.starts = append(w.starts, t)
}

// anywhere draws a place for a session: mostly one that fits closely, sometimes one at the
// same time, at the time of another session, or at any time.
func (w *walker) anywhere(i int) (Place, bool) {
	m := w.m
	rooms := m.rooms[i]
	room := int(rooms[w.r.IntN(len(rooms))])
	switch n := w.r.IntN(100); {
	case n < 50:
		list := w.spots(i, room, w.r.IntN(m.days))
		if len(list) == 0 {
			return Nowhere, false
		}
		return Place{room, list[w.r.IntN(len(list))]}, true
	case n < 65 && w.at[i].Placed():
		return Place{room, w.at[i].Start}, true
	case n < 85:
		o := w.at[w.r.IntN(len(w.at))]
		return Place{room, o.Start}, o.Placed() && w.allowed(i, o.Start)
	default:
		list := m.fine[i]
		if len(list) == 0 {
			return Nowhere, false
		}
		start := int(list[w.r.IntN(len(list))])
		if rest := start % 30; rest != 0 && w.allowed(i, start-rest) {
			start -= rest // sessions start at the full or the half hour where they can
		}
		return Place{room, start}, true
	}
}

// blockers are the sessions in a room that would block a session there. It tells too
// whether all of them may move.
func (w *walker) blockers(i int, at Place) ([]int32, bool) {
	m := w.m
	w.blocked = w.blocked[:0]
	from, until := int32(at.Start), int32(at.Start+m.p.Sessions[i].Length)
	for _, o := range w.held[at.Room*m.days+m.p.dayOf(at.Start)] {
		if int(o) == i {
			continue
		}
		between := max(w.start[o], from) - min(w.end[o], until)
		if int(between) < m.reach && int(between) < m.apart(i, int(o), at.Room) {
			if m.p.Sessions[o].Pinned {
				return nil, false
			}
			w.blocked = append(w.blocked, o)
		}
	}
	return w.blocked, true
}
