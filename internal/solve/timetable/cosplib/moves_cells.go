package cosplib

import "math/rand/v2"

// swap lets two cells change places, with their tracks and all that stands in them.
func (s *state) swap(c, d int32) {
	t, u := s.owner[c], s.owner[d]
	s.clear(c, 0)
	s.clear(d, 1)
	s.recolour(c, u)
	s.recolour(d, t)
	s.lay(d, 0)
	s.lay(c, 1)
}

// swapIf swaps two cells of different tracks unless it is futile.
func (s *state) swapIf(c, d int32) bool {
	if c < 0 || s.owner[c] == s.owner[d] {
		return false
	}
	t, u := s.owner[c], s.owner[d]
	if s.futile(s.colour(t, d) + s.colour(u, c) - s.colour(t, c) - s.colour(u, d)) {
		return false
	}
	s.swap(c, d)
	return true
}

func (s *state) swapAny(r *rand.Rand) bool {
	return s.swapIf(s.taken(r), int32(r.IntN(s.cells)))
}

// swapInSession swaps two rooms of one session.
func (s *state) swapInSession(r *rand.Rand) bool {
	c := s.taken(r)
	if c < 0 {
		return false
	}
	return s.swapIf(c, c-c%int32(s.rooms)+int32(r.IntN(s.rooms)))
}

// swapInRoom swaps two sessions of one room.
func (s *state) swapInRoom(r *rand.Rand) bool {
	c := s.taken(r)
	if c < 0 {
		return false
	}
	return s.swapIf(c, int32(r.IntN(s.sessions)*s.rooms)+c%int32(s.rooms))
}

// open gives a track one more cell and moves some submissions of one of its cells there.
func (s *state) open(r *rand.Rand) bool {
	c := s.taken(r)
	if c < 0 || len(s.free) == 0 {
		return false
	}
	d := pick(r, s.free)
	if t := s.owner[c]; s.futile(s.paint[t][d] - s.paint[t][c]) {
		return false
	}
	s.divide(c, d, r)
	return true
}

// divide gives an empty cell to another cell's track, with a random part of what stands in
// that.
func (s *state) divide(c, d int32, r *rand.Rand) {
	s.clear(c, 0)
	s.recolour(d, s.owner[c])
	first := r.IntN(len(s.hand[0]))
	for i, h := range s.hand[0] {
		if (i == first || r.IntN(2) == 0) && s.fit(h.a, d, nil) {
			continue
		}
		s.put(h.a, c, h.at)
	}
	s.leave(c)
}

// dissolve moves all of a cell to other cells of its track and empties it; not if they have
// no room for it.
func (s *state) dissolve(c int32, r *rand.Rand) bool {
	room := int32(0)
	for _, d := range s.mine[s.owner[c]] {
		if d != c {
			room += s.size[d] - s.used[d]
		}
	}
	if room < s.used[c] {
		return false
	}
	s.clear(c, 0)
	s.recolour(c, -1)
	for _, h := range s.hand[0] {
		if !s.house(h.a, c, r) {
			return false
		}
	}
	return true
}

func (s *state) dissolveAny(r *rand.Rand) bool {
	c := s.taken(r)
	return c >= 0 && s.dissolve(c, r)
}

// takeover dissolves a cell and gives it to another track, with some or all that stands in a
// cell of that.
func (s *state) takeover(r *rand.Rand) bool {
	c, d := s.taken(r), s.taken(r)
	if c < 0 || d < 0 || s.owner[c] == s.owner[d] || !s.dissolve(c, r) {
		return false
	}
	if r.IntN(2) == 0 {
		s.swap(d, c)
	} else {
		s.divide(d, c, r)
	}
	return true
}

// swapTracks lets two tracks change their cells, as far as the shorter of the two goes.
func (s *state) swapTracks(r *rand.Rand) bool {
	c, d := s.taken(r), s.taken(r)
	if c < 0 || d < 0 || s.owner[c] == s.owner[d] {
		return false
	}
	t, u := s.owner[c], s.owner[d]
	n := min(len(s.mine[t]), len(s.mine[u]))
	s.list = append(append(s.list[:0], s.mine[t][:n]...), s.mine[u][:n]...)
	for i := range n {
		s.swap(s.list[i], s.list[n+i])
	}
	return true
}

// swapRooms moves a track from one of its rooms to another, in all sessions; who is there
// changes places with it.
func (s *state) swapRooms(r *rand.Rand) bool {
	c := s.taken(r)
	if c < 0 {
		return false
	}
	t, from, to := s.owner[c], c%int32(s.rooms), int32(r.IntN(s.rooms))
	if from == to {
		return false
	}
	s.list = append(s.list[:0], s.mine[t]...)
	for _, x := range s.list {
		if x%int32(s.rooms) == from && s.owner[x-from+to] != t {
			s.swap(x, x-from+to)
		}
	}
	return true
}

// swapSessions swaps two sessions in all rooms, or one track's part of one session with
// what stands in the same rooms of another.
func (s *state) swapSessions(r *rand.Rand) bool {
	c, b := s.taken(r), int32(r.IntN(s.sessions))
	if c < 0 {
		return false
	}
	a := c / int32(s.rooms)
	if a == b {
		return false
	}
	t, whole := s.owner[c], r.IntN(2) == 0
	for room := range int32(s.rooms) {
		x, y := a*int32(s.rooms)+room, b*int32(s.rooms)+room
		if s.owner[x] != s.owner[y] && (whole || s.owner[x] == t) {
			s.swap(x, y)
		}
	}
	return true
}

// bare gives a track a cell in which nothing stands, or takes one away: it can close the gap
// between two sessions of the track.
func (s *state) bare(r *rand.Rand) bool {
	c := s.taken(r)
	if c < 0 {
		return false
	}
	mine := s.mine[s.owner[c]]
	for _, d := range mine {
		if s.used[d] == 0 {
			s.recolour(d, -1)
			return true
		}
	}
	if len(mine) < 2 || len(s.free) == 0 {
		return false
	}
	d := pick(r, s.free)
	if d < mine[0] || d > mine[len(mine)-1] {
		return false
	}
	s.recolour(d, s.owner[c])
	return true
}

// arrange moves a submission to its wanted place in its track; who stands there changes
// places with it.
func (s *state) arrange(r *rand.Rand) bool {
	a := s.standing(r)
	if a < 0 || s.order[a] == 0 || !s.ordered[s.track[a]] {
		return false
	}
	place := int32(0)
	for _, c := range s.mine[s.track[a]] {
		for k := int32(0); k < s.size[c]; k++ {
			b := s.slot[s.base[c]+k]
			if b < 0 {
				continue
			}
			if place++; place == s.order[a] {
				return b != a && (s.trade(a, c, min(k, s.size[c]-s.slots[a])) || s.trade(b, s.cell[a], s.at[a]))
			}
			k += s.slots[b] - 1
		}
	}
	return false
}

// bringIn puts a submission in that is left out: into a gap of its track's cells, into a
// cell without a track, or into the place of something else, which is then out if it finds
// no other.
func (s *state) bringIn(r *rand.Rand) bool {
	a := pick(r, s.out)
	t := s.track[a]
	switch r.IntN(4) {
	case 0:
		return s.house(a, -1, r)
	case 1:
		if len(s.free) == 0 {
			return false
		}
		c := pick(r, s.free)
		s.recolour(c, t)
		return s.fit(a, c, r)
	case 2: // in the place of others of its track
		if len(s.mine[t]) == 0 {
			return false
		}
		c := pick(r, s.mine[t])
		s.clear(c, 0)
		if !s.fit(a, c, nil) {
			return false
		}
		for n := len(s.hand[0]); n > 0; n-- {
			i := r.IntN(n)
			h := s.hand[0][i]
			s.hand[0][i] = s.hand[0][n-1]
			if !s.fit(h.a, c, nil) {
				s.house(h.a, c, r)
			}
		}
		return true
	}
	c := int32(r.IntN(s.cells)) // in a cell of another track
	if s.owner[c] == t || s.size[c] < s.slots[a] {
		return false
	}
	u := s.owner[c]
	s.clear(c, 0)
	s.recolour(c, t)
	s.fit(a, c, nil)
	for _, h := range s.hand[0] {
		if u >= 0 {
			s.house(h.a, c, r)
		}
	}
	for i := len(s.out) - 1; i >= 0 && s.used[c] < s.size[c]; i-- { // others that are out follow
		if b := s.out[i]; s.track[b] == t {
			s.fit(b, c, nil)
			i = min(i, len(s.out))
		}
	}
	return true
}
