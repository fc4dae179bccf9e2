package cosplib

import "slices"

// state is a solution in which the hard rules hold, submissions left out apart, with the
// value of all weighted terms kept up to date by what each change adds or takes away.
//
// Changes are made by lift, put and recolour, which note themselves in a journal; settle
// brings up to date what is worked out per track; keep or undo end the move.
type state struct {
	*model
	slot  []int32 // of all cells, one after the other: the submission; -1: none
	used  []int32 // filled slots of each cell
	owner []int32 // track of each cell; -1: none
	cell  []int32 // of each submission; -1: left out
	at    []int32 // first slot of each submission in its cell

	mine   [][]int32 // cells of each track, in scan order
	inSess []int32   // [track*sessions + session]: cells
	inRoom []int32   // [track*rooms + room]: cells
	nSess  []int32   // of each track: different sessions
	nRoom  []int32   // of each track: different rooms
	shape  []int64   // of each track: what rooms, parallel cells, gaps and order cost
	free   []int32   // cells without a track
	where  []int32   // of each cell: its place in free; -1: none
	out    []int32   // submissions left out that would fit somewhere
	outAt  []int32   // of each submission: its place in out; -1: none

	value   int64 // of all weighted terms
	painted int64 // the part of it that cells cost by their tracks alone
	absent  int64 // slots of submissions left out

	journal []change
	dirty   []int32 // tracks whose shape is to be worked out anew
	stained []bool
	before  int64 // value, painted and absent when the move began
	colours int64
	gone    int64
	saved   []int64 // shape of each dirty track when the move began

	best    snapshot
	unsaved bool // the present solution is better than the snapshot
	moveSpace
}

// change is one step of a move: a submission lifted or put, or a cell given to a track.
type change struct {
	kind     int8
	what     int32 // submission or cell
	from, at int32 // of a submission: cell and slot; of a cell: the track before
}

const (
	lifted int8 = iota
	placed
	coloured
)

// snapshot is the best solution that a state has seen.
type snapshot struct {
	owner, cell, at []int32
	value, absent   int64
}

func newState(m *model) *state {
	n, tracks := len(m.track), len(m.of)
	s := &state{
		model: m, slot: slices.Repeat([]int32{-1}, int(m.base[m.cells])), used: make([]int32, m.cells), owner: slices.Repeat([]int32{-1}, m.cells),
		cell: slices.Repeat([]int32{-1}, n), at: make([]int32, n), mine: make([][]int32, tracks),
		inSess: make([]int32, tracks*m.sessions), inRoom: make([]int32, tracks*m.rooms), nSess: make([]int32, tracks), nRoom: make([]int32, tracks),
		shape: make([]int64, tracks), where: make([]int32, m.cells), outAt: slices.Repeat([]int32{-1}, n), stained: make([]bool, tracks),
	}
	for c := range m.cells {
		s.where[c] = int32(c)
		s.free = append(s.free, int32(c))
	}
	for _, a := range m.movable {
		s.outAt[a] = int32(len(s.out))
		s.out = append(s.out, a)
		s.absent += int64(m.slots[a])
	}
	s.best = snapshot{slices.Clone(s.owner), slices.Clone(s.cell), slices.Clone(s.at), 0, s.absent}
	return s
}

// price is what a submission adds that stands in a cell at a slot.
func (s *state) price(a, c, k int32) int64 {
	sess := int(c) / s.rooms
	sum := s.session[a][sess] + s.room[a][int(c)%s.rooms]
	for _, l := range s.near[a] {
		d := s.cell[l.other]
		if d < 0 || d == c || int(d)/s.rooms != sess {
			continue
		}
		sum += l.once
		if l.perSlot > 0 {
			both := min(k+s.slots[a], s.at[l.other]+s.slots[l.other]) - max(k, s.at[l.other])
			sum += l.perSlot * int64(max(0, both))
		}
	}
	return sum
}

// lift takes a submission out of its cell.
func (s *state) lift(a int32) {
	c, k := s.cell[a], s.at[a]
	s.value -= s.price(a, c, k)
	s.absent += int64(s.slots[a])
	s.journal = append(s.journal, change{lifted, a, c, k})
	s.liftRaw(a)
	if s.ordered[s.track[a]] {
		s.stain(s.track[a])
	}
}

func (s *state) liftRaw(a int32) {
	c := s.cell[a]
	at := s.base[c] + s.at[a]
	for i := range s.slots[a] {
		s.slot[at+i] = -1
	}
	s.used[c] -= s.slots[a]
	s.cell[a] = -1
	s.outAt[a] = int32(len(s.out))
	s.out = append(s.out, a)
}

// put places a submission that is out; the slots must be empty and the cell its track's.
func (s *state) put(a, c, k int32) {
	s.value += s.price(a, c, k)
	s.absent -= int64(s.slots[a])
	s.journal = append(s.journal, change{placed, a, c, k})
	s.putRaw(a, c, k)
	if s.ordered[s.track[a]] {
		s.stain(s.track[a])
	}
}

func (s *state) putRaw(a, c, k int32) {
	at := s.base[c] + k
	for i := range s.slots[a] {
		s.slot[at+i] = a
	}
	s.used[c] += s.slots[a]
	s.cell[a], s.at[a] = c, k
	last := s.out[len(s.out)-1]
	s.out[s.outAt[a]], s.outAt[last] = last, s.outAt[a]
	s.out, s.outAt[a] = s.out[:len(s.out)-1], -1
}

// recolour gives a cell, which must be empty, to a track; -1: to none.
func (s *state) recolour(c, t int32) {
	u := s.owner[c]
	if t == u {
		return
	}
	sess := c / int32(s.rooms)
	if u >= 0 {
		s.value -= s.paint[u][c] + s.sides(u, sess)
		s.painted -= s.paint[u][c]
		s.stain(u)
	}
	s.journal = append(s.journal, change{coloured, c, u, 0})
	s.colourRaw(c, t)
	if t >= 0 {
		s.value += s.paint[t][c] + s.sides(t, sess)
		s.painted += s.paint[t][c]
		s.stain(t)
	}
}

// sides is what a cell of a track costs beside the cells of others in a session.
func (s *state) sides(t, sess int32) int64 {
	sum := int64(0)
	for _, x := range s.beside[t] {
		sum += x.price * int64(s.inSess[int(x.other)*s.sessions+int(sess)])
	}
	return sum
}

func (s *state) colourRaw(c, t int32) {
	u, sess, room := s.owner[c], int(c)/s.rooms, int(c)%s.rooms
	if u >= 0 {
		i := int(u)*s.sessions + sess
		if s.inSess[i]--; s.inSess[i] == 0 {
			s.nSess[u]--
		}
		i = int(u)*s.rooms + room
		if s.inRoom[i]--; s.inRoom[i] == 0 {
			s.nRoom[u]--
		}
		list := s.mine[u]
		at := len(list) - 1
		for list[at] != c {
			at--
		}
		copy(list[at:], list[at+1:])
		s.mine[u] = list[:len(list)-1]
	} else {
		last := s.free[len(s.free)-1]
		s.free[s.where[c]], s.where[last] = last, s.where[c]
		s.free, s.where[c] = s.free[:len(s.free)-1], -1
	}
	s.owner[c] = t
	if t >= 0 {
		i := int(t)*s.sessions + sess
		if s.inSess[i]++; s.inSess[i] == 1 {
			s.nSess[t]++
		}
		i = int(t)*s.rooms + room
		if s.inRoom[i]++; s.inRoom[i] == 1 {
			s.nRoom[t]++
		}
		s.mine[t] = append(s.mine[t], c)
		for list, i := s.mine[t], len(s.mine[t])-1; i > 0 && list[i-1] > c; i-- {
			list[i], list[i-1] = list[i-1], c
		}
	} else {
		s.where[c] = int32(len(s.free))
		s.free = append(s.free, c)
	}
}

func (s *state) stain(t int32) {
	if !s.stained[t] {
		s.stained[t] = true
		s.dirty, s.saved = append(s.dirty, t), append(s.saved, s.shape[t])
	}
}

// settle works out the shapes of the tracks that a move has touched.
func (s *state) settle() {
	for _, t := range s.dirty {
		now := s.shapeOf(t)
		s.value += now - s.shape[t]
		s.shape[t] = now
	}
}

// shapeOf is what a track costs by the form of its cells, and by the order in them.
func (s *state) shapeOf(t int32) int64 {
	mine := s.mine[t]
	if len(mine) == 0 {
		return 0
	}
	sum := s.perRoom*int64(s.nRoom[t]-1) + s.parallel*int64(int32(len(mine))-s.nSess[t])
	first, last := mine[0]/int32(s.rooms), mine[len(mine)-1]/int32(s.rooms)
	if last-first+1 > s.nSess[t] {
		sum += s.gap
	}
	if !s.ordered[t] {
		return sum
	}
	place := int32(0)
	for _, c := range mine {
		if s.used[c] == 0 {
			continue
		}
		slots := s.slot[s.base[c]:s.base[c+1]]
		for k := 0; k < len(slots); k++ {
			a := slots[k]
			if a < 0 {
				continue
			}
			place++
			if o := s.order[a]; o != 0 && o != place {
				sum += s.misplaced
			}
			k += int(s.slots[a]) - 1
		}
	}
	return sum
}

// begin starts a move.
func (s *state) begin() {
	s.journal, s.dirty, s.saved = s.journal[:0], s.dirty[:0], s.saved[:0]
	s.before, s.colours, s.gone = s.value, s.painted, s.absent
}

// delta ends the changes of a move and says by how much they change what is minimised.
func (s *state) delta() int64 {
	s.settle()
	return s.value - s.before + s.missing*(s.absent-s.gone)
}

// undo takes back what was changed since begin.
func (s *state) undo() {
	for i := len(s.journal) - 1; i >= 0; i-- {
		switch x := s.journal[i]; x.kind {
		case lifted:
			s.putRaw(x.what, x.from, x.at)
		case placed:
			s.liftRaw(x.what)
		case coloured:
			s.colourRaw(x.what, x.from)
		}
	}
	for i, t := range s.dirty {
		s.shape[t] = s.saved[i]
	}
	s.value, s.painted, s.absent = s.before, s.colours, s.gone
	s.clean()
}

// clean forgets the move.
func (s *state) clean() {
	for _, t := range s.dirty {
		s.stained[t] = false
	}
	s.journal, s.dirty, s.saved = s.journal[:0], s.dirty[:0], s.saved[:0]
}
