package timetable

import (
	"fmt"
	"slices"
)

// bin is time in which sessions follow each other: one of a room, or of an actor.
type bin struct {
	away []Span // when it cannot be used
	gap  int    // least minutes between two sessions
}

// capacity is more than, or exactly, how many of some sessions fit into bins, at least so many
// minutes apart, if they may be cut into pieces as long as their greatest common divisor.
func (m *model) capacity(members []int, bins []bin, gap int) int {
	p := m.p
	var lengths []int
	inBreaks := p.Rules[RuleInBreak].Level != Block
	for _, i := range members {
		lengths = append(lengths, p.Sessions[i].Length)
		inBreaks = inBreaks || p.Sessions[i].InBreaks
	}
	slices.Sort(lengths)
	stretches := m.segments
	if inBreaks {
		stretches = nil
		for _, d := range p.Days {
			stretches = append(stretches, Span{d.From, d.Until})
		}
	}
	total := 0
	for _, b := range bins {
		unit := 0
		for _, l := range lengths {
			unit = divisor(unit, l+gap+b.gap)
		}
		for _, s := range stretches {
			for _, piece := range outside(b.away, s) {
				total += (piece.Until - piece.From + gap + b.gap) / unit * unit
			}
		}
	}
	least := bins[0].gap
	for _, b := range bins {
		least = min(least, b.gap)
	}
	for n, l := range lengths {
		if total -= l + gap + least; total < 0 {
			return n
		}
	}
	return len(lengths)
}

func divisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// outside are the parts of a span in which nobody is away.
func outside(away []Span, s Span) []Span {
	var out []Span
	from := s.From
	for _, a := range away {
		if a.From >= s.Until {
			break
		}
		if a.From > from {
			out = append(out, Span{from, a.From})
		}
		from = max(from, a.Until)
	}
	if from < s.Until {
		out = append(out, Span{from, s.Until})
	}
	return out
}

// inRooms looks at the sets of rooms to which sessions are bound.
func (m *model) inRooms(open []int, add func(members []int, capacity int)) {
	seen := map[string]bool{}
	for _, i := range open {
		set := m.rooms[i]
		key := fmt.Sprint(set)
		if seen[key] {
			continue
		}
		seen[key] = true
		if slices.ContainsFunc(set, func(r int32) bool { return m.p.Rooms[r].Informal }) {
			continue
		}
		var members []int
		for _, o := range open {
			if !m.p.Sessions[o].Poster && !slices.ContainsFunc(m.rooms[o], func(r int32) bool { return !slices.Contains(set, r) }) {
				members = append(members, o)
			}
		}
		if len(members) == 0 {
			continue
		}
		var bins []bin
		for _, r := range set {
			b := bin{}
			if m.p.Rules[RuleRoomChangeover].Level == Block {
				b.gap = m.p.Rooms[r].Changeover
			}
			if len(m.v.open[r]) > 0 && m.p.Rules[RuleRoomClosed].Level == Block {
				b.away = m.closed(int(r))
			}
			bins = append(bins, b)
		}
		add(members, m.capacity(members, bins, 0))
	}
}

// closed is when a room is not open.
func (m *model) closed(room int) []Span {
	days := m.p.Days
	return outside(m.v.open[room], Span{days[0].From, days[len(days)-1].Until})
}

// parallel is the least that pairs of overlapping sessions of a theme or track cost.
func (m *model) parallel(open []int) int64 {
	if m.p.Rules[RuleOutsideDay].Level != Block {
		return 0
	}
	sum := int64(0)
	for _, g := range m.exclusive(open, Warn) {
		if g.weight == 0 || len(g.members) < 2 {
			continue
		}
		n, k := len(g.members), m.capacity(g.members, []bin{{away: g.away}}, 0)
		if k == 0 {
			continue
		}
		q, r := n/k, n%k
		sum += int64(g.weight) * int64(r*(q+1)*q/2+(k-r)*q*(q-1)/2)
	}
	return sum
}

// crowded is the least that actors cost who have more sessions than their days may hold.
func (m *model) crowded(open []int) int64 {
	set := m.p.Rules[RuleDayFull]
	if set.Level != Warn {
		return 0
	}
	count := make([]int, len(m.p.Actors))
	for _, i := range open {
		for _, a := range m.limited[i] {
			count[a]++
		}
	}
	sum := int64(0)
	for a, n := range count {
		if m.most[a] > 0 {
			sum += int64(set.Weight) * int64(max(0, n-m.days*m.most[a]))
		}
	}
	return sum
}
