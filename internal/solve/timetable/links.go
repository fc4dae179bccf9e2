package timetable

import "slices"

// link finds the pairs of sessions that have anything to do with each other.
func (m *model) link() {
	n := len(m.p.Sessions)
	m.hardLinks, m.softLinks = make([][]link, n), make([][]link, n)
	for _, row := range m.p.Travel {
		for _, minutes := range row {
			m.farthest = max(m.farthest, int32(minutes))
		}
	}
	for a := range n {
		for b := a + 1; b < n; b++ {
			l := m.between(a, b)
			if l == (link{}) {
				continue
			}
			lists := m.softLinks
			if l.hard > 0 || l.blocks > 0 || l.actors > 0 {
				lists = m.hardLinks
			}
			l.other = int32(b)
			lists[a] = append(lists[a], l)
			l.other = int32(a)
			lists[b] = append(lists[b], l)
		}
	}
}

func (m *model) between(a, b int) link {
	var l link
	m.v.both(a, b, func(actor int) {
		if m.pairwise.travel.Level != Ignore {
			l.actors++
		}
		rule := RulePersonTwice
		if m.p.Actors[actor].Organisation {
			rule = RuleOrganisationTwice
		}
		l.minutes(m.p.Rules[rule])
	})
	x, y := &m.p.Sessions[a], &m.p.Sessions[b]
	switch {
	case x.Main && y.Main:
		l.minutes(m.p.Rules[RuleMainParallel])
	case x.Main || y.Main:
		l.minutes(m.p.Rules[RuleMainBeside])
	}
	l.fixed(m.p.Rules[RuleThemeParallel].of(one(x.Theme >= 0 && x.Theme == y.Theme)))
	tracks := 0
	for _, t := range sorted(x.Tracks) {
		tracks += one(slices.Contains(y.Tracks, t))
	}
	l.fixed(m.p.Rules[RuleTrackParallel].of(tracks))
	l.fixed(m.p.Rules[RuleAlikeParallel].of(m.v.alike[[2]int{a, b}]))
	return l
}

// minutes adds a rule that counts the minutes of an overlap.
func (l *link) minutes(set Setting) {
	switch set.Level {
	case Block:
		l.blocks++
	case Warn:
		l.minute += int32(set.Weight)
	default:
	}
}

func (l *link) fixed(v value) {
	l.hard += int32(v.hard)
	l.soft += int32(v.soft)
}

// over is what the link costs while its sessions overlap for so many minutes.
func (l *link) over(minutes int) value {
	return value{
		int64(l.hard) + int64(l.blocks)*blockCost(minutes),
		int64(l.soft) + int64(l.minute)*int64(minutes),
	}
}

// inRoom is what two sessions cost that are in one room, from when the one ends to when
// the other starts; below 0 they overlap. Both may be posters, which do not mind.
func (m *model) inRoom(a, b, room, between int) value {
	x, y := &m.p.Sessions[a], &m.p.Sessions[b]
	if x.Poster && y.Poster {
		return value{}
	}
	r := &m.p.Rooms[room]
	if between < 0 {
		if r.Informal {
			return value{}
		}
		return m.pairwise.twice.of(-between)
	}
	var out value
	if least := min(x.Gap, y.Gap); between < least {
		out = m.pairwise.gap.of(least - between)
	}
	if !r.Informal && between < r.Changeover {
		out = out.plus(m.pairwise.change.of(r.Changeover - between))
	}
	return out
}

// apart is how many minutes have to lie between two sessions in a room so that nothing
// blocks there; below 0 they may overlap.
func (m *model) apart(a, b, room int) int {
	x, y := &m.p.Sessions[a], &m.p.Sessions[b]
	r := &m.p.Rooms[room]
	if x.Poster && y.Poster {
		return -1
	}
	out := -1
	if !r.Informal {
		if m.pairwise.twice.Level == Block {
			out = 0
		}
		if m.pairwise.change.Level == Block {
			out = max(out, r.Changeover)
		}
	}
	if gap := min(x.Gap, y.Gap); gap > 0 && m.pairwise.gap.Level == Block {
		out = max(out, gap)
	}
	return out
}
