package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"plenary/internal/solve/assignment"
)

// assignments measures the best assignment of proposals to reviewers beside a greedy one,
// which takes the pairs by their affinity as long as both have room, in alternating runs.
func assignments(ctx context.Context, pairs int) error {
	fmt.Println("## Assignment of proposals to reviewers")
	fmt.Println("\n| proposals × reviewers × reviews | best | memory | greedy | time to greedy | sum | greedy sum | to greedy | greedy lacks |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, x := range [][3]int{{434, 55, 8}, {3000, 600, 4}} {
		p := affinities(x[0], x[1], x[2])
		var own, reference []time.Duration
		var res assignment.Result
		var sum float64
		var lacks int
		var memory uint64
		for range pairs {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			var err error
			if res, err = assignment.BestContext(ctx, p); err != nil {
				return err
			}
			own = append(own, time.Since(began))
			runtime.ReadMemStats(&after)
			memory = after.TotalAlloc - before.TotalAlloc
			began = time.Now()
			sum, lacks = greedy(p)
			reference = append(reference, time.Since(began))
		}
		fmt.Printf("| %d × %d × %d | %s | %.1f MB | %s | %s | %.2f | %.2f | %.4f | %d |\n", x[0], x[1], x[2],
			median(own).Round(100*time.Microsecond), float64(memory)/(1<<20), median(reference).Round(100*time.Microsecond), ratio(own, reference),
			res.Total, sum, res.Total/sum, lacks)
	}
	p := affinities(434, 55, 8)
	best, err := assignment.BestContext(ctx, p)
	if err != nil {
		return err
	}
	began := time.Now()
	fair, err := assignment.FairContext(ctx, p)
	if err != nil {
		return err
	}
	fmt.Printf("\nFair, 434 × 55 × 8: %s; the worst proposal has %.4f (with the best sum %.4f), and could have %.4f at most; the sum is %.2f of %.2f.\n\n",
		time.Since(began).Round(10*time.Millisecond), fair.Sums[fair.Worst], best.Sums[best.Worst], fair.Bound, fair.Total, best.Total)
	return nil
}

// affinities are those of people and proposals that each know a little of six topics; one
// pair in fifty is in conflict.
func affinities(proposals, reviewers, reviews int) assignment.Problem {
	r := rand.New(rand.NewPCG(5, 2026))
	p := assignment.Problem{
		Reviews: reviews, Affinity: make([][]float64, reviewers), Conflict: make([][]bool, reviewers),
		MaxLoad: slices.Repeat([]int{(proposals*reviews+reviewers-1)/reviewers + 2}, reviewers),
	}
	topics := make([][6]float64, reviewers+proposals)
	for i := range topics {
		for k := range topics[i] {
			topics[i][k] = math.Pow(r.Float64(), 3)
		}
	}
	for i := range p.Affinity {
		p.Affinity[i], p.Conflict[i] = make([]float64, proposals), make([]bool, proposals)
		for q := range proposals {
			for k := range topics[i] {
				p.Affinity[i][q] += topics[i][k] * topics[reviewers+q][k]
			}
			p.Conflict[i][q] = r.IntN(50) == 0
		}
	}
	return p
}

// greedy takes the pairs by their affinity; it tells the sum, and how many reviews it
// could not give.
func greedy(p assignment.Problem) (sum float64, lacks int) {
	type pair struct {
		reviewer, proposal int32
		affinity           float64
	}
	proposals := len(p.Affinity[0])
	all := make([]pair, 0, len(p.Affinity)*proposals)
	for r, row := range p.Affinity {
		for q, w := range row {
			if !p.Conflict[r][q] {
				all = append(all, pair{int32(r), int32(q), w})
			}
		}
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Compare(b.affinity, a.affinity) })
	load, given := make([]int, len(p.Affinity)), make([]int, proposals)
	lacks = proposals * p.Reviews
	for _, x := range all {
		if load[x.reviewer] < p.MaxLoad[x.reviewer] && given[x.proposal] < p.Reviews {
			load[x.reviewer]++
			given[x.proposal]++
			sum += x.affinity
			lacks--
		}
	}
	return sum, lacks
}
