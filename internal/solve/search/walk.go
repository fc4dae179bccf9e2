package search

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// Walk is what a state sees of the search: chance, and whether a move may stand.
type Walk struct {
	Rand *rand.Rand
	// T is the temperature: a move that makes the value worse by T stands in 37 of 100
	// cases. It is constant during one call of State.Run.
	T float64

	sampling bool
	deltas   []float64
}

// Accept says whether a move may stand that changes the value by delta.
func (w *Walk) Accept(delta int64) bool {
	if delta <= 0 {
		return true
	}
	if w.sampling {
		w.deltas = append(w.deltas, float64(delta))
		return false
	}
	return float64(delta) <= w.T*w.Rand.ExpFloat64()
}

// each runs a function for every worker at the same time and waits for all.
func (d *driver[S]) each(run func(n int)) {
	if len(d.workers) == 1 {
		run(0)
		return
	}
	var wait sync.WaitGroup
	for n := range d.workers {
		wait.Go(func() { run(n) })
	}
	wait.Wait()
}

// heat takes the temperatures from the differences by which moves made the first solutions
// worse, as far as descending had brought them: the hottest is Options.Hot times the median,
// and the coldest is a tenth of the smallest, so that the smallest step upwards hardly ever
// stands in the end.
func (d *driver[S]) heat() {
	var all []float64
	for _, w := range d.workers {
		all = append(all, w.walk.deltas[len(w.walk.deltas)/2:]...) // the first half is still descending
		w.walk.deltas = nil
	}
	slices.Sort(all)
	if len(all) == 0 {
		d.hot, d.cold = 1, 0.1
		return
	}
	d.cold = all[0] / 10
	d.hot = max(all[len(all)/2]*d.o.Hot, all[0])
}

// schedule cuts a search into cycles: the first takes half of it, for it has the longest way
// to go, the others share the rest.
type schedule struct{ cycles int }

// bounds are the shares of the whole at which a cycle begins and ends.
func (s schedule) bounds(cycle int) (from, to float64) {
	switch {
	case s.cycles == 1:
		return 0, 1
	case cycle == 0:
		return 0, firstCycle
	}
	each := (1 - firstCycle) / float64(s.cycles-1)
	return firstCycle + each*float64(cycle-1), firstCycle + each*float64(cycle)
}

// cycle is the number of the cycle in which a share of the search falls.
func (s schedule) cycle(share float64) int {
	for cycle := range s.cycles {
		if _, to := s.bounds(cycle); share < to {
			return cycle
		}
	}
	return s.cycles - 1
}

// at is the temperature at a share of the whole, within the cycle that workers have agreed
// on: one that is late stays cold until the next meeting.
func (s schedule) at(share float64, cycle int, hot, cold, reheat float64) float64 {
	begin, end := s.bounds(cycle)
	x := max(0, min(1, (share-begin)/(end-begin)))
	from := max(hot*math.Pow(reheat, float64(cycle)), cold)
	return from * math.Pow(cold/from, x)
}

// endless is the share of a search without limits: the first cycle has an end, the last has
// none.
func endless(moves int64) float64 {
	return 1 - 1/(1+float64(moves)/2_000_000)
}
