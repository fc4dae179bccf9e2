package assignment

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// hops is the longest chain of proposals that change hands for one that is served badly.
const hops = 4

// mend raises the proposals of an assignment that are served worst, one after the other:
// one of their reviewers makes place for a better one, who passes another proposal on, and
// so on around. Of all such chains the one is taken that costs the sum least. No proposal
// falls to where the raised one was. It looks for a chain so many times; the flow is spent.
func (f *flow) mend(ctx context.Context, tries int) Result {
	x := &mender{flow: f, sums: f.result().Sums, via: make([]int32, f.n*f.n), loss: make([]float64, f.n*f.n), of: make([]float64, f.n*f.m)}
	for r, row := range f.p.Affinity {
		for q, w := range row {
			x.of[q*f.n+r] = w
		}
	}
	order := make([]int, f.m)
	for q := range order {
		order[q] = q
	}
	for moved := true; moved && tries > 0 && ctx.Err() == nil; {
		moved = false
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x.sums[a], x.sums[b]) })
		for _, q := range order {
			up := false
			for tries > 0 && ctx.Err() == nil && x.raise(q) {
				tries--
				up = true
			}
			if tries--; tries <= 0 || ctx.Err() != nil {
				break
			}
			moved = moved || up
		}
	}
	return f.result()
}

type mender struct {
	*flow
	sums []float64
	via  []int32   // at r*n + s: the proposal that passes from r to s with the least loss and stays above the floor; -1
	loss []float64 // of the sum
	of   []float64 // affinity of reviewer r to proposal q, at q*n + r
}

// raise gives a proposal one better reviewer; false if no chain does.
func (x *mender) raise(q int) bool {
	n := x.n
	x.prepare(q)
	best := math.Inf(1)
	var chain []int32 // reviewers from the new one to the one who ends it
	var gone int32
	for _, old := range x.holders[q] {
		if x.stays(q, old) {
			continue
		}
		if c, cost := x.chain(q, old); cost < best {
			best, chain, gone = cost, c, old
		}
	}
	if chain == nil {
		return false
	}
	used := map[int32]bool{}
	for i := 1; i < len(chain); i++ {
		y := x.via[int(chain[i-1])*n+int(chain[i])]
		if used[y] {
			return false
		}
		used[y] = true
	}
	for i := len(chain) - 1; i > 0; i-- {
		x.change(int(x.via[int(chain[i-1])*n+int(chain[i])]), chain[i-1], chain[i])
	}
	x.change(q, gone, chain[0])
	if end := chain[len(chain)-1]; end != gone {
		x.load[end]++
		x.load[gone]--
	}
	return true
}

// stays tells whether a pair is pinned, or kept by the problem's wish (see costs).
func (x *mender) stays(q int, r int32) bool {
	i := q*x.n + int(r)
	return x.fixed[i] || x.cost[i] < 0
}

// change passes a proposal on.
func (x *mender) change(q int, from, to int32) {
	x.move(q, from, to)
	x.sums[q] += x.p.Affinity[to][q] - x.p.Affinity[from][q]
}

// prepare finds what can change hands for a proposal.
func (x *mender) prepare(q int) {
	n := x.n
	floor := x.sums[q] + x.near
	for i := range x.via {
		x.via[i], x.loss[i] = -1, math.Inf(1)
	}
	for r := range n {
		for _, y := range x.holds[r] {
			if int(y) == q || x.stays(int(y), int32(r)) {
				continue
			}
			of, row, via := x.of[int(y)*n:int(y+1)*n], x.loss[r*n:(r+1)*n], x.via[r*n:(r+1)*n]
			w, slack := of[r], x.sums[y]-floor
			for s, c := range of {
				if loss := w - c; loss < row[s] && loss < slack && x.can(int(y), int32(r), int32(s)) {
					via[s], row[s] = y, loss
				}
			}
		}
	}
}

// chain finds the chain that costs the sum least and gives a proposal a reviewer who is
// better for it than old: to where old has room again, or anybody has.
func (x *mender) chain(q int, old int32) ([]int32, float64) {
	n := x.n
	had := x.p.Affinity[old][q]
	dist := make([]float64, n)
	var from [hops + 1][]int32
	for r := range n {
		dist[r] = math.Inf(1)
		if w := x.p.Affinity[r][q]; w > had+x.near && x.can(q, old, int32(r)) {
			dist[r] = had - w
		}
	}
	best, end, length := math.Inf(1), int32(-1), 0
	free := x.load[old] > x.p.least(int(old))
	for h := range hops + 1 {
		for r := range n {
			if open := int32(r) == old && h > 0 || free && x.load[r] < x.p.MaxLoad[r]; open && dist[r] < best {
				best, end, length = dist[r], int32(r), h
			}
		}
		if h == hops {
			break
		}
		next := make([]float64, n)
		from[h+1] = make([]int32, n)
		for s := range n {
			next[s] = math.Inf(1)
		}
		for r := range n {
			if math.IsInf(dist[r], 1) || int32(r) == old && h > 0 {
				continue
			}
			for s := range n {
				if d := dist[r] + x.loss[r*n+s]; d < next[s] {
					next[s], from[h+1][s] = d, int32(r)
				}
			}
		}
		dist = next
	}
	if end < 0 {
		return nil, best
	}
	chain := []int32{end}
	for h := length; h > 0; h-- {
		chain = append(chain, from[h][chain[len(chain)-1]])
	}
	slices.Reverse(chain)
	return chain, best
}
