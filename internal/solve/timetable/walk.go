package timetable

import (
	"math/rand/v2"
	"slices"

	"plenary/internal/solve/search"
)

// walker is one worker's search. While something blocks it repairs (see repair.go), then
// it improves what is soft by simulated annealing and lets no move stand that makes what
// blocks worse. From time to time it tries again to repair what could not be repaired.
type walker struct {
	*state
	r       *rand.Rand
	best    []Place
	least   value
	free    []int32   // sessions that may move
	alike   [][]int32 // free sessions by length, for each session those of its length
	journal []step
	starts  []int // see spots
	blocked []int32
	repair  repair
	costly  []int32 // sessions that cost something, as of some moves ago
	moves   int64
}

// step is how a session was before a step of a move.
type step struct {
	session int32
	from    Place
}

func newWalker(m *model, places []Place, r *rand.Rand) *walker {
	w := &walker{state: newState(m, places), r: r, alike: make([][]int32, len(m.p.Sessions))}
	byLength := map[int][]int32{}
	for i := range m.p.Sessions {
		if x := &m.p.Sessions[i]; !x.Pinned && len(m.p.Rooms) > 0 && len(m.p.Days) > 0 {
			w.free = append(w.free, int32(i))
			byLength[x.Length] = append(byLength[x.Length], int32(i))
		}
	}
	for i := range m.p.Sessions {
		w.alike[i] = byLength[m.p.Sessions[i].Length]
	}
	w.repair = newRepair(len(m.p.Sessions))
	w.best, w.least = slices.Clone(w.at), w.now
	return w
}

// worth packs a value into one number that keeps the order of values.
func (v value) worth() int64 {
	return min(v.hard, 1<<27-1)<<35 | min(v.soft, 1<<35-1)
}

// Best implements search.State.
func (w *walker) Best() int64 { return w.least.worth() }

// Adopt implements search.State.
func (w *walker) Adopt(from *walker) {
	places, least := slices.Clone(from.best), from.least
	w.become(places)
	if least.below(w.least) {
		copy(w.best, places)
		w.least = least
	}
	w.repair.begin(w)
}

// become makes the present timetable another one.
func (w *walker) become(places []Place) {
	for i, at := range places {
		if w.at[i] != at {
			w.take(i)
		}
	}
	for i, at := range places {
		if !w.at[i].Placed() {
			w.put(i, at)
		}
	}
	w.now = w.count()
}

// count works out what the present timetable costs, session by session.
func (w *walker) count() value {
	var sum value
	places := slices.Clone(w.at)
	for i := range places {
		w.take(i)
		sum = sum.plus(w.m.gone[i])
	}
	for i, at := range places {
		sum = sum.plus(w.around(i, at)).minus(w.m.gone[i])
		w.put(i, at)
	}
	return sum
}

// Run implements search.State.
func (w *walker) Run(walk *search.Walk, moves int) {
	if len(w.free) == 0 {
		return
	}
	for range moves {
		if w.repair.on {
			w.mend()
			w.improve(walk) // its differences also tell the search how hot to begin
		} else {
			w.improve(walk)
			w.repair.wait(w)
		}
	}
}

// pick draws a session to move: two times in five one that costs something.
func (w *walker) pick() int {
	if w.moves%refresh == 0 {
		w.costly = w.costly[:0]
		for _, i := range w.free {
			at := w.at[i]
			w.take(int(i))
			if w.around(int(i), at) != (value{}) {
				w.costly = append(w.costly, i)
			}
			w.put(int(i), at)
		}
	}
	w.moves++
	if len(w.costly) > 0 && w.r.IntN(5) < 2 {
		return int(w.costly[w.r.IntN(len(w.costly))])
	}
	return int(w.free[w.r.IntN(len(w.free))])
}

// refresh is after how many moves the sessions that cost something are looked for again.
const refresh = 2_000

// improve tries one move.
func (w *walker) improve(walk *search.Walk) {
	i := w.pick()
	switch n := w.r.IntN(1000); {
	case n < 450:
		w.relocate(walk, i)
	case n < 850:
		list := w.alike[i]
		if w.r.IntN(4) == 0 {
			list = w.free
		}
		w.swap(walk, i, int(list[w.r.IntN(len(list))]))
	case n < 930:
		w.repack(walk, i)
	case n < 998:
		w.bands(walk, i)
	default:
		w.slots(walk)
	}
}

// stands decides about a move that changes the value so, and remembers the best.
func (w *walker) stands(walk *search.Walk, d value) bool {
	return d.hard < 0 || d.hard == 0 && walk.Accept(d.soft)
}

// note remembers the present timetable if it is the best.
func (w *walker) note() {
	if w.now.below(w.least) {
		w.least = w.now
		copy(w.best, w.at)
	}
}

// apply does one step of a move that judge ends.
func (w *walker) apply(i int, to Place) {
	w.journal = append(w.journal, step{int32(i), w.at[i]})
	w.move(i, to)
}

// judge keeps the steps that have been applied since the value was before, or takes them
// back.
func (w *walker) judge(walk *search.Walk, before value) {
	if w.stands(walk, w.now.minus(before)) {
		w.journal = w.journal[:0]
		w.note()
		return
	}
	w.undo(before)
}

func (w *walker) undo(before value) {
	for k := len(w.journal) - 1; k >= 0; k-- {
		s := w.journal[k]
		w.take(int(s.session))
		w.put(int(s.session), s.from)
	}
	w.journal = w.journal[:0]
	w.now = before
}
