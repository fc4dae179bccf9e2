package timetable

// tidy makes a solution such as people would: a session that was moved for nothing is back
// where it was, and one that starts at an odd minute starts at a better one if that costs
// nothing. The value never gets worse.
func tidy(m *model, start, places []Place) []Place {
	s := newState(m, places)
	for again := true; again; {
		again = false
		for i, was := range start {
			if m.p.Sessions[i].Pinned || s.at[i] == was || !was.Placed() {
				continue
			}
			if d := s.delta(i, was); !(value{}).below(d) {
				s.move(i, was)
				again = true
			}
		}
	}
	for range 3 {
		for i, at := range s.at {
			if !at.Placed() || m.p.Sessions[i].Pinned || i < len(start) && at == start[i] {
				continue
			}
			for _, t := range neater(at.Start, m.p.Step) {
				to := Place{at.Room, t}
				if d := s.delta(i, to); ugly(t) < ugly(s.at[i].Start) && !(value{}).below(d) {
					s.move(i, to)
				}
			}
		}
	}
	return s.at
}

// ugly is how odd a start is: the full hour is best, then the half, then the quarters.
func ugly(start int) int {
	switch {
	case start%60 == 0:
		return 0
	case start%30 == 0:
		return 1
	case start%15 == 0:
		return 2
	case start%10 == 0:
		return 3
	}
	return 4
}

// neater are the starts around one, the nearest first.
func neater(start, step int) []int {
	var out []int
	for d := step; d <= 30; d += step {
		out = append(out, start-d, start+d)
	}
	return out
}
