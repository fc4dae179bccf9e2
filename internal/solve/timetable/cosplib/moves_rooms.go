package cosplib

import "math/rand/v2"

// settleRoom swaps a cell with the room of the same session in which both would cost least,
// by what tracks and submissions cost in rooms and by how many rooms tracks have. A move
// that brings a track into another session would otherwise mostly end in a wrong room.
func (s *state) settleRoom(c int32, r *rand.Rand) {
	if s.owner[c] < 0 {
		return
	}
	first := c - c%int32(s.rooms)
	best, least, shift := c, int64(0), int32(r.IntN(s.rooms))
	here := s.roomPrice(c, c)
	for i := range int32(s.rooms) {
		d := i + shift
		if d >= int32(s.rooms) {
			d -= int32(s.rooms)
		}
		d += first
		if s.owner[d] == s.owner[c] {
			continue
		}
		if x := s.roomPrice(c, d) + s.roomPrice(d, c) - here - s.roomPrice(d, d); x < least {
			best, least = d, x
		}
	}
	if best != c {
		s.swap(c, best)
	}
}

// roomPrice is what a cell's track and submissions would cost in another room of the same
// session, as far as rooms go.
func (s *state) roomPrice(c, d int32) int64 {
	t := s.owner[c]
	if t < 0 {
		return 0
	}
	to := int(d) % s.rooms
	sum := s.paint[t][d]
	if in := s.inRoom[int(t)*s.rooms+to]; in == 0 || in == 1 && c == d {
		sum += s.perRoom
	}
	if s.roomwise && s.used[c] > 0 {
		for k := s.base[c]; k < s.base[c+1]; k++ {
			if a := s.slot[k]; a >= 0 {
				sum += s.room[a][to]
				k += s.slots[a] - 1
			}
		}
	}
	return sum
}

// transfer moves a cell's track and submissions into another session, in the place of
// something else, and lets both look for the best room there.
func (s *state) transfer(r *rand.Rand) bool {
	c, d := s.taken(r), int32(r.IntN(s.cells))
	if c < 0 || s.owner[c] == s.owner[d] {
		return false
	}
	s.swap(c, d)
	s.settleRoom(d, r)
	s.settleRoom(c, r)
	return true
}

// gather moves a cell of a track into a session just before or after another of its cells,
// into the same room or the best.
func (s *state) gather(r *rand.Rand) bool {
	c := s.taken(r)
	if c < 0 || len(s.mine[s.owner[c]]) < 2 {
		return false
	}
	e := pick(r, s.mine[s.owner[c]])
	d := e + int32(s.rooms)
	if r.IntN(2) == 0 {
		d = e - int32(s.rooms)
	}
	if e == c || d < 0 || d >= int32(s.cells) || s.owner[d] == s.owner[c] {
		return false
	}
	s.swap(c, d)
	if r.IntN(2) == 0 {
		s.settleRoom(d, r)
	}
	if r.IntN(2) == 0 {
		s.settleRoom(c, r)
	}
	return true
}
