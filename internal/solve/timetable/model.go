package timetable

import (
	"math/bits"
	"slices"
)

// value is what a timetable costs: hard is what counts first.
type value struct{ hard, soft int64 }

func (v value) plus(o value) value  { return value{v.hard + o.hard, v.soft + o.soft} }
func (v value) minus(o value) value { return value{v.hard - o.hard, v.soft - o.soft} }
func (v value) below(o value) bool {
	return v.hard < o.hard || v.hard == o.hard && v.soft < o.soft
}

// cost is a value in a table.
type cost struct{ hard, soft int32 }

// model is a problem made ready for being searched: what a session costs by itself is in
// tables, and of pairs only those are kept that have anything to do with each other.
// Evaluate shares with it no more than the rules' amounts; a test compares the two.
type model struct {
	p         *Problem
	v         *view
	days      int
	first     []slotted // by day
	slots     int       // of all days
	when      [][]cost  // by session and slot
	where     [][]cost  // by session and room
	hardLinks [][]link  // by session: those that can block, or count what lies between
	softLinks [][]link  // the others
	farthest  int32     // the longest travel
	relations [][]int32
	limited   [][]int32 // by session: actors who have a most a day
	most      []int     // by actor
	gone      []value   // what it costs not to place a session
	was       []Place   // nil: moving costs nothing
	rooms     [][]int32 // by session: rooms that do not block by themselves, or all
	fine      [][]int32 // by session: starts that do not block by themselves
	hopeless  []bool    // by session: it blocks by itself wherever it is
	segments  []Span    // stretches of the days between breaks
	reach     int
	pairwise  pairwise
}

// pairwise are the settings of the rules for two sessions in one room, and for travel.
type pairwise struct{ twice, gap, change, travel Setting }

// link is what two sessions have to do with each other while they overlap: so much, and so
// much a minute; and how many actors would have to travel from one to the other.
type link struct {
	other          int32
	hard, soft     int32 // fixed
	blocks, minute int32 // findings that block and count minutes; soft cost a minute
	actors         int32
}

// of is what an amount costs under a setting.
func (s Setting) of(amount int) value {
	switch {
	case amount <= 0 || s.Level == Ignore:
		return value{}
	case s.Level == Block:
		return value{hard: blockCost(amount)}
	}
	return value{soft: int64(s.Weight) * int64(amount)}
}

func newModel(p *Problem, was []Place) *model {
	rules := &p.Rules
	m := &model{p: p, v: newView(p, nil), days: max(1, len(p.Days)), was: was, pairwise: pairwise{
		rules[RuleRoomTwice], rules[RuleGapShort], rules[RuleRoomChangeover], rules[RuleTravelShort],
	}}
	m.reach = m.v.reach
	if p.Travel == nil {
		m.pairwise.travel.Level = Ignore
	}
	for a := range p.Actors {
		m.most = append(m.most, p.most(a))
	}
	m.relations = make([][]int32, len(p.Sessions))
	for s, list := range m.v.relations {
		for _, i := range list {
			m.relations[s] = append(m.relations[s], int32(i))
		}
	}
	m.segment()
	m.tables()
	m.link()
	return m
}

// segment cuts the days at their breaks.
func (m *model) segment() {
	for _, d := range m.p.Days {
		from := d.From
		for _, b := range merged(d.Breaks) {
			if b.From > from {
				m.segments = append(m.segments, Span{from, min(b.From, d.Until)})
			}
			from = max(from, b.Until)
		}
		if from < d.Until {
			m.segments = append(m.segments, Span{from, d.Until})
		}
	}
}

// tables work out what each session costs by itself, by time and by room.
func (m *model) tables() {
	p := m.p
	for _, d := range p.Days {
		m.first = append(m.first, slotted{at: up(d.From, p.Step), index: m.slots})
		m.slots += max(0, (d.Until-up(d.From, p.Step)+p.Step-1)/p.Step)
	}
	for s := range p.Sessions {
		when := make([]cost, m.slots)
		for d, f := range m.first {
			for i := f.index; i < m.lastSlot(d); i++ {
				when[i] = m.alone(func(emit func(Finding)) { m.v.when(s, f.at+(i-f.index)*p.Step, emit) })
			}
		}
		var fine []int32
		for _, start := range p.starts(s) {
			if i := m.slot(start); i >= 0 && when[i].hard == 0 {
				fine = append(fine, int32(start))
			}
		}
		m.when, m.fine = append(m.when, when), append(m.fine, fine)
		m.gone = append(m.gone, p.Rules[RuleUnplaced].of(1))
		good := m.roomTable(s)
		m.hopeless = append(m.hopeless, !good || !m.anyOpen(s))
		var limited []int32
		for _, a := range m.v.actors[s] {
			if m.most[a] > 0 && p.Rules[RuleDayFull].Level != Ignore {
				limited = append(limited, int32(a))
			}
		}
		m.limited = append(m.limited, limited)
	}
}

// slotted is the first minute of a day on the grid, and its index in the table of times.
type slotted struct{ at, index int }

func (m *model) lastSlot(day int) int {
	if day+1 < len(m.first) {
		return m.first[day+1].index
	}
	return m.slots
}

// slot is the index of a start in the table of times; -1: it is not in there.
func (m *model) slot(start int) int {
	if len(m.first) == 0 {
		return -1
	}
	day := m.p.dayOf(start)
	after := start - m.first[day].at
	if after < 0 || after%m.p.Step != 0 {
		return -1
	}
	if i := m.first[day].index + after/m.p.Step; i < m.lastSlot(day) {
		return i
	}
	return -1
}

func (m *model) alone(find func(emit func(Finding))) cost {
	var c cost
	find(func(f Finding) {
		if f.Level == Block {
			c.hard += int32(f.Cost)
		} else {
			c.soft += int32(f.Cost)
		}
	})
	return c
}

// anyOpen tells whether a session has a place that does not block by itself.
func (m *model) anyOpen(s int) bool {
	for _, r := range m.rooms[s] {
		for _, t := range m.fine[s] {
			if m.at(s, Place{int(r), int(t)}).hard == 0 {
				return true
			}
		}
	}
	return false
}

// roomTable tells whether there is a room that does not block by itself.
func (m *model) roomTable(s int) bool {
	p := m.p
	x := &p.Sessions[s]
	row := make([]cost, len(p.Rooms))
	var good, all []int32
	for r := range p.Rooms {
		room := &p.Rooms[r]
		var sum value
		for rule, amount := range map[Rule]int{
			RuleRoomSmall:    x.crowd(room),
			RuleRoomServices: bits.OnesCount64(x.Needs &^ room.Services),
			RuleRoomWrong:    one(x.Rooms != nil && !slices.Contains(x.Rooms, r)),
			RuleMainHall:     one(x.Main && !room.Hall),
			RuleWishRoom:     one(x.PreferredRooms != nil && !slices.Contains(x.PreferredRooms, r)),
		} {
			sum = sum.plus(p.Rules[rule].of(amount))
		}
		row[r] = cost{int32(sum.hard), int32(sum.soft)}
		all = append(all, int32(r))
		if sum.hard == 0 {
			good = append(good, int32(r))
		}
	}
	m.where = append(m.where, row)
	if len(good) == 0 {
		m.rooms = append(m.rooms, all)
		return false
	}
	m.rooms = append(m.rooms, good)
	return true
}

// at is what a session costs at a place by itself.
func (m *model) at(s int, at Place) value {
	w := m.where[s][at.Room]
	out := value{int64(w.hard), int64(w.soft)}
	var t cost
	if i := m.slot(at.Start); i >= 0 {
		t = m.when[s][i]
	} else {
		t = m.alone(func(emit func(Finding)) { m.v.when(s, at.Start, emit) })
	}
	out.hard += int64(t.hard)
	out.soft += int64(t.soft)
	if open := m.v.open[at.Room]; len(open) > 0 {
		length := m.p.Sessions[s].Length
		out = out.plus(m.p.Rules[RuleRoomClosed].of(length - covered(open, Span{at.Start, at.Start + length})))
	}
	if m.was != nil && m.was[s].Placed() && m.was[s] != at {
		out = out.plus(m.p.Rules[RuleMoved].of(1))
	}
	return out
}
