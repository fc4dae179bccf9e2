package cosplib

import "math"

// model is an instance as the search wants it: weights multiplied in, terms of the same form
// added up, and lists instead of tables where tables would be nearly empty.
type model struct {
	p        *Instance
	sessions int
	rooms    int
	cells    int
	size     []int32   // slots of each cell
	base     []int32   // where each cell's slots begin in a list of all slots
	paint    [][]int64 // price of each track in each cell
	session  [][]int64 // price of each submission in each session, all its slots together
	room     [][]int64 // the same of each room
	track    []int32   // of each submission
	slots    []int32   // of each submission
	order    []int32   // of each submission
	of       [][]int32 // submissions of each track
	near     [][]link  // of each submission: what it costs beside others
	beside   [][]side  // of each track: what it costs beside others, per pair of cells
	ordered  []bool    // tracks whose submissions have wanted places that count
	movable  []int32   // submissions that fit into some cell
	slotwise bool      // it matters in which slot of a cell a submission stands
	roomwise bool      // it matters in which room a submission stands

	perRoom, parallel, gap, misplaced int64 // weights

	top     int64 // more than any solution that keeps the hard rules costs
	missing int64 // price of a slot that is left out, during the search
}

// link is what two submissions cost that stand in different rooms of one session: once, and
// for every slot at which both stand.
type link struct {
	other         int32
	once, perSlot int64
}

type side struct {
	other int32
	price int64
}

func newModel(p *Instance) *model {
	w := func(t Term) int64 { return p.Weights.on(t) }
	m := &model{
		p: p, sessions: len(p.Sessions), rooms: len(p.Rooms), cells: p.cells(),
		perRoom: w(RoomsPerTrack), parallel: w(ParallelTracks), gap: w(ConsecutiveTracks), misplaced: w(SubmissionsOrder),
		of: make([][]int32, len(p.Tracks)), ordered: make([]bool, len(p.Tracks)), beside: make([][]side, len(p.Tracks)),
		top: int64(math.Ceil(p.most())) + 1,
	}
	next := int32(0)
	for c := range m.cells {
		m.size = append(m.size, int32(p.Sessions[c/m.rooms].Slots))
		m.base = append(m.base, next)
		next += m.size[c]
	}
	m.base = append(m.base, next)
	m.paint = grid(len(p.Tracks), m.cells)
	for t, track := range p.Tracks {
		for c := range m.cells {
			s, r := c/m.rooms, c%m.rooms
			m.paint[t][c] = w(TracksSessions)*track.Session[s] + w(TracksRooms)*track.Room[r] + w(SessionsRooms)*p.SessionRoom[s][r]
		}
		for u := range p.Tracks {
			price := w(SimilarTracks) * p.similar(t, u)
			if p.relations.chairs.has(t, u) {
				price += w(ChairsConflicts)
			}
			if t != u && price > 0 {
				m.beside[t] = append(m.beside[t], side{int32(u), price})
			}
		}
	}
	m.submissions()
	m.missing = m.dear()
	return m
}

func (m *model) submissions() {
	p := m.p
	w := func(t Term) int64 { return p.Weights.on(t) }
	n := len(p.Submissions)
	m.session, m.room, m.near = grid(n, m.sessions), grid(n, m.rooms), make([][]link, n)
	longest := int32(0)
	for _, size := range m.size {
		longest = max(longest, size)
	}
	for a, sub := range p.Submissions {
		m.track, m.slots, m.order = append(m.track, int32(sub.Track)), append(m.slots, int32(sub.Slots)), append(m.order, int32(sub.Order))
		m.of[sub.Track] = append(m.of[sub.Track], int32(a))
		if m.slots[a] <= longest {
			m.movable = append(m.movable, int32(a))
		}
		if sub.Order != 0 && m.misplaced > 0 {
			m.ordered[sub.Track], m.slotwise = true, true
		}
		for s := range m.sessions {
			price := w(SubmissionsSessions) * sub.Session[s]
			if zones := w(SubmissionsTimezones); zones > 0 {
				price += zones * p.zonePrice(a, s)
			}
			m.session[a][s] = price * int64(sub.Slots)
		}
		for r := range m.rooms {
			m.room[a][r] = w(SubmissionsRooms) * sub.Room[r] * int64(sub.Slots)
			m.roomwise = m.roomwise || m.room[a][r] > 0
		}
		for b, other := range p.Submissions {
			x := link{other: int32(b)}
			if p.relations.presenters.has(a, b) {
				x.once, x.perSlot = w(PresentersConflicts), w(PresentersConflictsSlot)
			}
			if p.relations.attendees.has(a, b) {
				x.once, x.perSlot = x.once+w(AttendeesConflicts), x.perSlot+w(AttendeesConflictsSlot)
			}
			if a != b && sub.Track == other.Track && sub.Order != 0 && other.Order != 0 {
				x.perSlot += m.misplaced
			}
			m.slotwise = m.slotwise || x.perSlot > 0
			if x.once > 0 || x.perSlot > 0 {
				m.near[a] = append(m.near[a], x)
			}
		}
	}
}

// dear is a price at which it never pays to leave a slot out: more than placing any
// submission anywhere adds by itself, a cell of its own included.
func (m *model) dear() int64 {
	high := int64(0)
	for a := range m.track {
		x := int64(0)
		for _, row := range [][]int64{m.session[a], m.room[a], m.paint[m.track[a]]} {
			most := int64(0)
			for _, price := range row {
				most = max(most, price)
			}
			x += most
		}
		for _, l := range m.near[a] {
			x += l.once + l.perSlot*int64(m.slots[a])
		}
		for _, s := range m.beside[m.track[a]] {
			x += s.price
		}
		high = max(high, x)
	}
	longest := int64(1)
	for t := range m.of {
		longest = max(longest, int64(len(m.of[t])))
	}
	return min(2*(high+m.perRoom+m.parallel+m.gap+longest*m.misplaced)+1, m.top)
}
