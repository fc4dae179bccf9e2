package cosplib

// better says whether the present solution is better than the snapshot: fewer slots left
// out come before everything else.
func (s *state) better() bool {
	return s.absent < s.best.absent || s.absent == s.best.absent && s.value < s.best.value
}

// save makes the present solution the best one.
func (s *state) save() {
	copy(s.best.owner, s.owner)
	copy(s.best.cell, s.cell)
	copy(s.best.at, s.at)
	s.best.value, s.best.absent = s.value, s.absent
	s.unsaved = false
}

// Best implements search.State.
func (s *state) Best() int64 { return s.best.absent*s.top + s.best.value }

// Adopt implements search.State.
func (s *state) Adopt(from *state) {
	s.load(&from.best)
	if s.better() {
		s.save()
	}
}

// load makes a snapshot the present solution.
func (s *state) load(x *snapshot) {
	s.begin()
	for a, c := range s.cell {
		if c >= 0 && (c != x.cell[a] || s.at[a] != x.at[a] || s.owner[c] != x.owner[c]) {
			s.lift(int32(a))
		}
	}
	for c, t := range x.owner {
		s.recolour(int32(c), t)
	}
	for a, c := range x.cell {
		if c >= 0 && s.cell[a] < 0 {
			s.put(int32(a), c, x.at[a])
		}
	}
	s.settle()
	s.clean()
}

// solution is the snapshot in the instance's form.
func (s *state) solution() *Solution {
	x := s.p.NewSolution()
	for c, t := range s.best.owner {
		x.Track[c] = int(t)
	}
	for a, c := range s.best.cell {
		if c >= 0 {
			for i := range s.slots[a] {
				x.Slots[c][s.best.at[a]+i] = a
			}
		}
	}
	return x
}
