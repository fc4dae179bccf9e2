package timetable

import "math"

// never is the start of a session that is not placed: it overlaps nothing.
const never = math.MaxInt32 / 2

// state is a timetable that is changed step by step, and what it costs.
type state struct {
	m          *model
	at         []Place
	start, end []int32   // of each session; never: not placed
	held       [][]int32 // by room and day
	counts     []int32   // by actor and day
	odd        int       // sessions that reach into another day than they start on
	now        value
}

func newState(m *model, places []Place) *state {
	n := len(m.p.Sessions)
	s := &state{
		m: m, at: m.p.Empty(), start: make([]int32, n), end: make([]int32, n),
		held: make([][]int32, len(m.p.Rooms)*m.days), counts: make([]int32, len(m.p.Actors)*m.days),
	}
	for i := range n {
		s.start[i], s.end[i] = never, never
		s.now = s.now.plus(m.gone[i])
	}
	for i := range n {
		if i < len(places) && places[i].Room >= 0 && places[i].Room < len(m.p.Rooms) {
			s.move(i, places[i])
		}
	}
	return s
}

// isOdd tells whether a session reaches so far that it has to do with another day.
func (s *state) isOdd(i int, at Place, day int) bool {
	days := s.m.p.Days
	return day+1 < len(days) && at.Start+s.m.p.Sessions[i].Length+s.m.reach > days[day+1].From
}

// take removes a session from its place without counting it.
func (s *state) take(i int) {
	at := s.at[i]
	if !at.Placed() {
		return
	}
	day := s.m.p.dayOf(at.Start)
	cell := at.Room*s.m.days + day
	list := s.held[cell]
	for k, x := range list {
		if int(x) == i {
			list[k] = list[len(list)-1]
			s.held[cell] = list[:len(list)-1]
			break
		}
	}
	for _, a := range s.m.limited[i] {
		s.counts[int(a)*s.m.days+day]--
	}
	if s.isOdd(i, at, day) {
		s.odd--
	}
	s.at[i], s.start[i], s.end[i] = Nowhere, never, never
}

// put places a session that is not placed, without counting it.
func (s *state) put(i int, at Place) {
	if !at.Placed() {
		return
	}
	day := s.m.p.dayOf(at.Start)
	cell := at.Room*s.m.days + day
	s.held[cell] = append(s.held[cell], int32(i))
	for _, a := range s.m.limited[i] {
		s.counts[int(a)*s.m.days+day]++
	}
	if s.isOdd(i, at, day) {
		s.odd++
	}
	s.at[i], s.start[i], s.end[i] = at, int32(at.Start), int32(at.Start+s.m.p.Sessions[i].Length)
}

// move puts a session somewhere else, or nowhere, and counts what that changes.
func (s *state) move(i int, to Place) {
	from := s.at[i]
	s.take(i)
	s.now = s.now.minus(s.around(i, from)).plus(s.around(i, to))
	s.put(i, to)
}

// delta is what it would change to move a session.
func (s *state) delta(i int, to Place) value {
	from := s.at[i]
	s.take(i)
	d := s.around(i, to).minus(s.around(i, from))
	s.put(i, from)
	return d
}

// around is all that a session costs that has been taken, if it were put somewhere.
func (s *state) around(i int, at Place) value { return s.aroundUpTo(i, at, math.MaxInt64) }

// aroundUpTo is around, but it stops looking as soon as what blocks costs more than a most.
func (s *state) aroundUpTo(i int, at Place, most int64) value {
	m := s.m
	if !at.Placed() {
		return m.gone[i]
	}
	out := m.at(i, at)
	day := m.p.dayOf(at.Start)
	from, until := int32(at.Start), int32(at.Start+m.p.Sessions[i].Length)
	if s.odd == 0 && !s.isOdd(i, at, day) {
		out = out.plus(s.room(i, at.Room, at.Room*m.days+day, from, until))
	} else {
		for d := range m.days {
			out = out.plus(s.room(i, at.Room, at.Room*m.days+d, from, until))
		}
	}
	if out.hard > most {
		return out
	}
	for _, r := range m.relations[i] {
		rel := &m.p.Relations[r]
		a, b := s.at[rel.A], s.at[rel.B]
		if rel.A == i {
			a = at
		} else {
			b = at
		}
		if a.Placed() && b.Placed() {
			rule, amount := m.p.broken(rel, a, b)
			out = out.plus(m.p.Rules[rule].of(amount))
		}
	}
	for k := range m.hardLinks[i] {
		l := &m.hardLinks[i][k]
		if end, start := s.end[l.other], s.start[l.other]; from < end && start < until {
			out = out.plus(l.over(int(min(until, end) - max(from, start))))
		} else if l.actors > 0 && from < end+m.farthest && start < until+m.farthest {
			out = out.plus(s.travel(l, at, from, until))
		}
	}
	out = out.plus(s.full(i, day))
	if out.hard > most {
		return out
	}
	for k := range m.softLinks[i] {
		l := &m.softLinks[i][k]
		if end, start := s.end[l.other], s.start[l.other]; from < end && start < until {
			out.soft += int64(l.soft) + int64(l.minute)*int64(min(until, end)-max(from, start))
		}
	}
	return out
}

// room is what a session costs by those in a room on a day.
func (s *state) room(i, room, cell int, from, until int32) value {
	var out value
	for _, o := range s.held[cell] {
		between := max(s.start[o], from) - min(until, s.end[o])
		if int(between) < s.m.reach {
			out = out.plus(s.m.inRoom(i, int(o), room, int(between)))
		}
	}
	return out
}

// travel is what it costs that actors have too little time between two venues.
func (s *state) travel(l *link, at Place, from, until int32) value {
	o := s.at[l.other]
	if !o.Placed() {
		return value{}
	}
	p := s.m.p
	a, b := p.Rooms[at.Room].Venue, p.Rooms[o.Room].Venue
	between := int(max(s.start[l.other], from) - min(until, s.end[l.other]))
	least := p.Travel[a][b]
	if s.start[l.other] < from || s.start[l.other] == from && s.end[l.other] <= from {
		least = p.Travel[b][a]
	}
	if a == b || between >= least {
		return value{}
	}
	v := s.m.pairwise.travel.of(least - between)
	return value{v.hard * int64(l.actors), v.soft * int64(l.actors)}
}

// full is what it adds to have a session more on a day.
func (s *state) full(i, day int) value {
	var out value
	for _, a := range s.m.limited[i] {
		beyond := int(s.counts[int(a)*s.m.days+day]) + 1 - s.m.most[a]
		if beyond > 0 {
			set := s.m.p.Rules[RuleDayFull]
			out = out.plus(set.of(beyond).minus(set.of(beyond - 1)))
		}
	}
	return out
}
