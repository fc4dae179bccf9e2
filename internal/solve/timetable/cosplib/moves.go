package cosplib

import (
	"math"
	"math/rand/v2"

	"plenary/internal/solve/search"
)

// Run implements search.State.
func (s *state) Run(w *search.Walk, moves int) {
	s.slack = math.MaxInt64 / 4
	if w.T < 1e12 {
		s.slack = int64(30 * w.T)
	}
	for range moves {
		s.begin()
		if !s.try(w.Rand) || !w.Accept(s.delta()) {
			s.undo()
			continue
		}
		s.clean()
		if s.better() {
			s.save()
		}
	}
}

// moveSpace is what moves write on, so that they need no new memory.
type moveSpace struct {
	kinds  []kind
	weight int
	hand   [2][]held
	list   []int32
	blocks []int32
	slack  int64 // see futile
}

// futile says that a move would not stand whatever else it does: it makes cells dearer by so
// much that even if all other terms fell to nothing, the difference would be 30 temperatures.
// It needs no change to see that.
func (s *state) futile(dearer int64) bool {
	return len(s.out) == 0 && dearer > s.value-s.painted+s.slack
}

// colour is what a cell costs that belongs to a track; -1: to none.
func (s *state) colour(t, c int32) int64 {
	if t < 0 {
		return 0
	}
	return s.paint[t][c]
}

// held is a submission taken out, with the slot at which it stood.
type held struct{ a, at int32 }

// kind is a way of changing a solution; it says whether there was anything to change.
type kind struct {
	name   string
	weight int
	move   func(*state, *rand.Rand) bool
}

// kinds are the moves that make sense for an instance.
func (s *state) equip() {
	add := func(name string, weight int, move func(*state, *rand.Rand) bool) {
		if weight > 0 {
			s.kinds = append(s.kinds, kind{name, weight, move})
			s.weight += weight
		}
	}
	if len(s.movable) == 0 || s.cells == 0 {
		return
	}
	add("exchange", 30, (*state).exchange)
	add("relocate", 12, (*state).relocate)
	if s.slotwise {
		add("shift", 10, (*state).shift)
	}
	if s.anyOrdered() {
		add("order", 10, (*state).arrange)
	}
	add("cells", 20, (*state).swapAny)
	add("session", 8, (*state).swapInSession)
	add("room", 6, (*state).swapInRoom)
	add("transfer", 6, (*state).transfer)
	add("gather", 4, (*state).gather)
	add("open", 8, (*state).open)
	add("dissolve", 4, (*state).dissolveAny)
	add("takeover", 6, (*state).takeover)
	add("tracks", 2, (*state).swapTracks)
	add("rooms", 2, (*state).swapRooms)
	add("sessions", 1, (*state).swapSessions)
	add("bare", 1, (*state).bare)
}

func (s *state) anyOrdered() bool {
	for _, o := range s.ordered {
		if o {
			return true
		}
	}
	return false
}

// try makes a move of some kind.
func (s *state) try(r *rand.Rand) bool {
	if s.weight == 0 {
		return false
	}
	if len(s.out) > 0 && r.IntN(4) == 0 {
		return s.bringIn(r)
	}
	n := r.IntN(s.weight)
	for i := range s.kinds {
		if n -= s.kinds[i].weight; n < 0 {
			return s.kinds[i].move(s, r)
		}
	}
	return false
}

func pick(r *rand.Rand, list []int32) int32 { return list[r.IntN(len(list))] }

// standing is a submission that stands somewhere; -1 if chance hit one that is out.
func (s *state) standing(r *rand.Rand) int32 {
	a := pick(r, s.movable)
	if s.cell[a] < 0 {
		return -1
	}
	return a
}

// taken is a cell with a track, found by a submission; -1 as above.
func (s *state) taken(r *rand.Rand) int32 {
	if a := s.standing(r); a >= 0 {
		return s.cell[a]
	}
	return -1
}

// clear lifts all submissions of a cell into a hand.
func (s *state) clear(c int32, hand int) {
	s.hand[hand] = s.hand[hand][:0]
	if s.used[c] == 0 {
		return
	}
	for k := int32(0); k < s.size[c]; k++ {
		if a := s.slot[s.base[c]+k]; a >= 0 {
			s.hand[hand] = append(s.hand[hand], held{a, k})
			s.lift(a)
			k += s.slots[a] - 1
		}
	}
}

// lay puts a hand into an empty cell, at the slots at which they stood where that is
// possible, else packed. What has no place looks for one in the track's other cells.
func (s *state) lay(c int32, hand int) {
	list := s.hand[hand]
	if len(list) == 0 {
		return
	}
	if last := list[len(list)-1]; last.at+s.slots[last.a] <= s.size[c] {
		for _, h := range list {
			s.put(h.a, c, h.at)
		}
		return
	}
	k := int32(0)
	for _, h := range list {
		if k+s.slots[h.a] <= s.size[c] {
			s.put(h.a, c, k)
			k += s.slots[h.a]
		}
	}
	for _, h := range list {
		if s.cell[h.a] < 0 {
			s.house(h.a, c, nil)
		}
	}
}

// house puts a submission into some cell of its track other than one, if any has room: the
// cheapest, or with chance any.
func (s *state) house(a, not int32, r *rand.Rand) bool {
	best, price, seen := int32(-1), int64(0), 0
	random := r != nil && r.IntN(3) == 0
	for _, c := range s.mine[s.track[a]] {
		if c == not || s.size[c]-s.used[c] < s.slots[a] {
			continue
		}
		if random {
			if seen++; r.IntN(seen) == 0 {
				best = c
			}
			continue
		}
		if x := s.session[a][int(c)/s.rooms] + s.room[a][int(c)%s.rooms]; best < 0 || x < price {
			best, price = c, x
		}
	}
	return best >= 0 && s.fit(a, best, r)
}

// fit puts a submission into a cell that has enough slots left, moving together what
// stands there if no gap is wide enough.
func (s *state) fit(a, c int32, r *rand.Rand) bool {
	n, run, seen, at := s.slots[a], int32(0), 0, int32(-1)
	if s.size[c]-s.used[c] < n {
		return false
	}
	for k := range s.size[c] {
		if s.slot[s.base[c]+k] >= 0 {
			run = 0
			continue
		}
		if run++; run >= n {
			if seen++; seen == 1 || r != nil && r.IntN(seen) == 0 {
				at = k - n + 1
			}
		}
	}
	if at >= 0 {
		s.put(a, c, at)
		return true
	}
	for k := int32(0); k < s.size[c]; k++ { // move all to the front
		b := s.slot[s.base[c]+k]
		if b < 0 {
			to := k
			for k < s.size[c] && s.slot[s.base[c]+k] < 0 {
				k++
			}
			if k == s.size[c] {
				break
			}
			b = s.slot[s.base[c]+k]
			s.lift(b)
			s.put(b, c, to)
			k = to
		}
		k += s.slots[b] - 1
	}
	s.put(a, c, s.used[c])
	return true
}

// leave takes a cell from its track if nothing stands in it.
func (s *state) leave(c int32) {
	if s.used[c] == 0 {
		s.recolour(c, -1)
	}
}

// exchange lets a submission and a stretch of as many slots of another cell of its track
// change places, or of the same cell where that matters.
func (s *state) exchange(r *rand.Rand) bool {
	a := s.standing(r)
	if a < 0 {
		return false
	}
	mine := s.mine[s.track[a]]
	to := pick(r, mine)
	if to == s.cell[a] && (!s.slotwise || len(mine) > 1 && r.IntN(2) == 0) {
		to = pick(r, mine)
	}
	if to == s.cell[a] && !s.slotwise || s.size[to] < s.slots[a] {
		return false
	}
	return s.trade(a, to, int32(r.IntN(int(s.size[to]-s.slots[a])+1)))
}

// trade puts a submission at a stretch of slots and what stood there where it stood; not if
// that would cut one in two.
func (s *state) trade(a, to, k int32) bool {
	from, at, n := s.cell[a], s.at[a], s.slots[a]
	if k < 0 || k+n > s.size[to] || from == to && k < at+n && at < k+n {
		return false
	}
	s.hand[0] = s.hand[0][:0]
	for i := k; i < k+n; i++ {
		b := s.slot[s.base[to]+i]
		if b < 0 {
			continue
		}
		if s.at[b] < k || s.at[b]+s.slots[b] > k+n {
			return false
		}
		s.hand[0] = append(s.hand[0], held{b, i - k})
		i += s.slots[b] - 1
	}
	s.lift(a)
	for _, h := range s.hand[0] {
		s.lift(h.a)
	}
	s.put(a, to, k)
	for _, h := range s.hand[0] {
		s.put(h.a, from, at+h.at)
	}
	s.leave(from)
	return true
}

// relocate moves a submission to another cell of its track that has room for it, or lets it
// change places with one of another length if both then fit.
func (s *state) relocate(r *rand.Rand) bool {
	a := s.standing(r)
	if a < 0 {
		return false
	}
	from, to := s.cell[a], pick(r, s.mine[s.track[a]])
	if from == to {
		return false
	}
	if s.size[to]-s.used[to] >= s.slots[a] {
		s.lift(a)
		s.leave(from)
		return s.fit(a, to, r)
	}
	if s.size[to] < s.slots[a] {
		return false
	}
	b := s.slot[s.base[to]+int32(r.IntN(int(s.size[to])))]
	if b < 0 || s.size[to]-s.used[to]+s.slots[b] < s.slots[a] || s.size[from]-s.used[from]+s.slots[a] < s.slots[b] {
		return false
	}
	s.lift(a)
	s.lift(b)
	return s.fit(a, to, r) && s.fit(b, from, r)
}

// shift moves a submission to another place of its cell; what stands between moves up.
func (s *state) shift(r *rand.Rand) bool {
	a := s.standing(r)
	if a < 0 {
		return false
	}
	c, n := s.cell[a], s.slots[a]
	s.blocks = s.blocks[:0] // what stands in the cell besides, and -1 for each empty slot
	own := 0
	for k := int32(0); k < s.size[c]; k++ {
		b := s.slot[s.base[c]+k]
		if b == a {
			own = len(s.blocks)
			k += n - 1
			continue
		}
		s.blocks = append(s.blocks, b)
		if b >= 0 {
			k += s.slots[b] - 1
		}
	}
	to := r.IntN(len(s.blocks) + 1)
	if to == own {
		return false
	}
	between, k := s.blocks[min(own, to):max(own, to)], s.at[a]
	s.lift(a)
	for _, b := range between {
		if b >= 0 {
			s.lift(b)
		}
	}
	if to < own {
		for _, b := range between {
			k -= s.width(b)
		}
		s.put(a, c, k)
		k += n
	}
	for _, b := range between {
		if b >= 0 {
			s.put(b, c, k)
		}
		k += s.width(b)
	}
	if to > own {
		s.put(a, c, k)
	}
	return true
}

// width is the number of slots that a submission takes, or an empty slot.
func (s *state) width(b int32) int32 {
	if b < 0 {
		return 1
	}
	return s.slots[b]
}
