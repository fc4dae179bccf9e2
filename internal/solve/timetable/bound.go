package timetable

import (
	"cmp"
	"fmt"
	"slices"
)

// bound is what no timetable of a problem can be better than, wherever its pinned sessions
// are: every one has at least hard findings that block, and one that has no more than
// these costs at least soft.
//
// It counts the sessions that block by themselves wherever they are, and those that are
// too many for the time there is: of main sessions, of a person, of sessions that need the
// same rooms. The soft bound is what every session costs at its best, and what the
// sessions of a theme or track cost that are more than can follow each other: of n
// intervals of which at most k are apart, at least as many pairs overlap as Turán's graph
// has no edges (P. Turán, Mat. Fiz. Lapok 48 (1941)).
//
// Pinned sessions are where start has them, if there is one. The model must not count moves.
func (m *model) bound(start []Place) (int, int64) {
	p := m.p
	pinned := p.Empty()
	for i := range pinned {
		if p.Sessions[i].Pinned && start != nil {
			pinned[i] = start[i]
		}
	}
	hard := 0
	for _, f := range Evaluate(p, pinned).Findings {
		hard += one(f.Level == Block && f.Rule != RuleUnplaced)
	}
	var open []int // sessions that may move and have somewhere to go
	for i := range p.Sessions {
		x := &p.Sessions[i]
		switch {
		case x.Pinned && (start == nil || start[i].Placed()):
		case x.Pinned || m.hopeless[i]:
			hard += one(p.Rules[RuleUnplaced].Level == Block)
		default:
			open = append(open, i)
		}
	}
	level := p.Rules[RuleUnplaced].Level
	if level == Ignore {
		return hard, 0
	}
	soft := int64(0)
	for _, i := range open {
		soft += m.atBest(i)
	}
	if level == Warn {
		return hard, soft
	}
	excess := m.excess(open)
	if excess > 0 {
		return hard + excess, 0
	}
	return hard, soft + m.parallel(open) + m.crowded(open)
}

// atBest is the least that a session costs by itself, placed or not.
func (m *model) atBest(i int) int64 {
	earliest, least := int64(tooMuch), int64(tooMuch)
	for _, t := range m.fine[i] {
		earliest = min(earliest, int64(m.when[i][m.slot(int(t))].soft))
	}
	for _, r := range m.rooms[i] {
		if len(m.v.open[r]) == 0 {
			least = min(least, earliest+int64(m.where[i][r].soft))
			continue
		}
		for _, t := range m.fine[i] {
			if v := m.at(i, Place{int(r), int(t)}); v.hard == 0 {
				least = min(least, v.soft)
			}
		}
	}
	if m.p.Rules[RuleUnplaced].Level == Warn {
		least = min(least, m.gone[i].soft)
	}
	return least
}

// family is a group of sessions that share some time, and how many are too many for it.
type family struct {
	excess  int
	members []int
}

// excess is how many sessions at least must break something because time is short. The
// numbers of families without a common session add up.
func (m *model) excess(open []int) int {
	rules := &m.p.Rules
	if rules[RuleOutsideDay].Level != Block || len(m.p.Days) == 0 {
		return 0
	}
	var list []family
	add := func(members []int, capacity int) {
		if n := len(members) - capacity; n > 0 {
			list = append(list, family{n, members})
		}
	}
	groups := m.exclusive(open, Block)
	for _, g := range groups {
		add(g.members, m.capacity(g.members, []bin{{away: g.away}}, g.gap))
	}
	if rules[RuleRoomTwice].Level == Block {
		m.inRooms(open, add)
	}
	slices.SortStableFunc(list, func(a, b family) int { return cmp.Compare(b.excess, a.excess) })
	used, sum := map[int]bool{}, 0
	for _, f := range list {
		if slices.ContainsFunc(f.members, func(i int) bool { return used[i] }) {
			continue
		}
		sum += f.excess
		for _, i := range f.members {
			used[i] = true
		}
	}
	return sum
}

// group are sessions of which no two may overlap, by a rule of some level.
type group struct {
	members []int
	away    []Span
	gap     int
	weight  int
}

// exclusive groups sessions: main sessions and those of an actor, of a theme, of a track.
func (m *model) exclusive(open []int, level Level) []group {
	rules := &m.p.Rules
	groups := map[string]*group{}
	var keys []string
	add := func(rule Rule, what, i int) *group {
		if rules[rule].Level != level {
			return nil
		}
		key := fmt.Sprint(rule, " ", what)
		if groups[key] == nil {
			groups[key] = &group{weight: rules[rule].Weight}
			keys = append(keys, key)
		}
		groups[key].members = append(groups[key].members, i)
		return groups[key]
	}
	for _, i := range open {
		x := &m.p.Sessions[i]
		if x.Main {
			if g := add(RuleMainParallel, 0, i); g != nil && m.oneHall() {
				g.gap = x.Gap
				for _, o := range g.members {
					g.gap = min(g.gap, m.p.Sessions[o].Gap)
				}
			}
		}
		for _, a := range m.v.actors[i] {
			rule := RulePersonTwice
			if m.p.Actors[a].Organisation {
				rule = RuleOrganisationTwice
			}
			if g := add(rule, a, i); g != nil && rules[RulePersonAway].Level == Block {
				g.away = m.v.away[a]
			}
		}
		if x.Theme >= 0 {
			add(RuleThemeParallel, x.Theme, i)
		}
		for _, t := range sorted(x.Tracks) {
			add(RuleTrackParallel, t, i)
		}
	}
	var out []group
	for _, key := range keys {
		out = append(out, *groups[key])
	}
	return out
}

// oneHall tells whether main sessions can only be in one room, with gaps between them.
func (m *model) oneHall() bool {
	halls := 0
	for _, r := range m.p.Rooms {
		halls += one(r.Hall)
	}
	return halls == 1 && m.p.Rules[RuleMainHall].Level == Block && m.p.Rules[RuleGapShort].Level == Block
}
