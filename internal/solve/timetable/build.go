package timetable

import (
	"cmp"
	"slices"
)

// build places what is not placed, that with the fewest places first, each where it costs
// least and wastes least of the room. What finds no place is left to the repair.
func (w *walker) build() {
	m := w.m
	var list []int
	ease := make([]float64, len(w.at))
	for _, i := range w.free {
		if w.at[i].Placed() || m.hopeless[i] || m.gone[i] == (value{}) {
			continue
		}
		list = append(list, int(i))
		ease[i] = float64(len(m.rooms[i])*len(m.fine[i])) / float64(1+len(m.hardLinks[i])) / float64(m.p.Sessions[i].Length)
		ease[i] *= 0.8 + 0.4*w.r.Float64() // no two workers begin alike
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(ease[a], ease[b]) })
	for _, i := range list {
		if at, ok := w.bestSpot(i); ok {
			w.move(i, at)
		}
	}
	w.note()
}

// bestSpot is the place of least cost at which nothing blocks.
func (w *walker) bestSpot(i int) (Place, bool) {
	m := w.m
	best, least := Nowhere, int64(tooMuch)
	for _, room := range m.rooms[i] {
		for day := range m.days {
			for _, t := range w.spots(i, int(room), day) {
				at := Place{int(room), t}
				v := w.aroundUpTo(i, at, 0)
				if v.hard > 0 {
					continue
				}
				if c := 16*v.soft + w.waste(i, at); c < least {
					best, least = at, c
				}
			}
		}
	}
	return best, best.Placed()
}

// waste is how little the rest is worth that a session leaves of the free stretch it is
// put into: nothing if it fills it, most if hardly anything can be done with it.
func (w *walker) waste(i int, at Place) int64 {
	from, until := at.Start, at.Start+w.m.p.Sessions[i].Length
	free := Span{from, until}
	for _, s := range w.m.segments {
		if s.From <= from && until <= s.Until {
			free = s
		}
	}
	for _, o := range w.held[at.Room*w.m.days+w.m.p.dayOf(from)] {
		if e := int(w.end[o]); e <= from {
			free.From = max(free.From, e)
		}
		if s := int(w.start[o]); s >= until {
			free.Until = min(free.Until, s)
		}
	}
	out := int64(0)
	for _, rest := range []int{from - free.From, free.Until - until} {
		switch {
		case rest == 0:
		case rest < 20:
			out += 60
		case rest < 60:
			out += 20
		default:
			out += 10
		}
	}
	return out
}
