package cosplib

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"plenary/internal/core"
	"plenary/internal/solve/search"
)

// Result is what Solve found.
type Result struct {
	Solution *Solution
	Score    Score // by Evaluate
	// Bound is a value that no solution that keeps the hard rules goes below.
	Bound   int64
	Optimal bool // nothing is better: the total is the bound
	// Out are the submissions that stand nowhere, because there is no room for them.
	Out     []int
	Moves   int64
	Seconds float64
}

// Solve searches for a solution with the smallest total that keeps the hard rules. Limits
// are those of the options; Target and Aims are set here, from the bound.
func Solve(ctx context.Context, p *Instance, o search.Options) Result {
	began := core.Machine()
	m := newModel(p)
	out := Result{Bound: m.bound()}
	o.Target, o.Aims = out.Bound, true
	if o.Time > 0 { // preparing counts
		o.Time = max(o.Time-core.MachineSince(began), time.Millisecond)
	}
	s, far := search.Run(ctx, o, func(_ int, r *rand.Rand) *state {
		s := newState(m)
		s.equip()
		s.construct(r)
		return s
	})
	out.Solution, out.Moves, out.Seconds = s.solution(), far.Moves, core.MachineSince(began).Seconds()
	out.Score = p.Evaluate(out.Solution)
	for a, c := range s.best.cell {
		if c < 0 {
			out.Out = append(out.Out, a)
		}
	}
	out.Optimal = len(out.Out) == 0 && out.Score.Total <= out.Bound
	return out
}

// construct places submissions one after the other, those of tracks that need most slots
// first and longer ones first, each in the cheapest cell of its track that has room or in a
// new one that is cheapest and, of equal ones, fits what the track still needs best.
func (s *state) construct(r *rand.Rand) {
	s.begin()
	order := r.Perm(len(s.of))
	need := make([]int32, len(s.of))
	for _, a := range s.movable {
		need[s.track[a]] += s.slots[a]
	}
	sortBy(order, func(t int) int64 { return -int64(need[t]) })
	for _, t := range order {
		var list []int
		for _, a := range s.of[t] {
			if s.outAt[a] >= 0 {
				list = append(list, int(a))
			}
		}
		sortBy(list, func(a int) int64 { return -int64(s.slots[a])<<32 + int64(s.order[a]) })
		for _, a := range list {
			if s.house(int32(a), -1, nil) {
				need[t] -= s.slots[a]
				continue
			}
			best, price := int32(-1), int64(0)
			for _, c := range s.free {
				if s.size[c] < s.slots[a] {
					continue
				}
				x := (s.paint[t][c]+s.session[a][int(c)/s.rooms]+s.room[a][int(c)%s.rooms])*1000 + int64(max(need[t]-s.size[c], s.size[c]-need[t]))
				if best < 0 || x < price {
					best, price = c, x
				}
			}
			if best >= 0 {
				s.recolour(best, int32(t))
				s.fit(int32(a), best, nil)
				need[t] -= s.slots[a]
			}
		}
	}
	s.settle()
	s.clean()
	if s.better() {
		s.save()
	}
}

// WhyOut says in a sentence why a submission stands nowhere in what Solve found.
func (p *Instance) WhyOut(submission int) string {
	longest := 0
	for _, s := range p.Sessions {
		if len(p.Rooms) > 0 {
			longest = max(longest, s.Slots)
		}
	}
	slots := 0
	for _, s := range p.Sessions {
		slots += s.Slots * len(p.Rooms)
	}
	switch x := &p.Submissions[submission]; {
	case x.Slots > longest:
		return fmt.Sprintf("it needs %d slots, and no session has more than %d", x.Slots, longest)
	case p.needed() > slots:
		return fmt.Sprintf("all submissions together need %d slots, and there are %d", p.needed(), slots)
	}
	return "no way was found to place all submissions; tracks do not share cells"
}
