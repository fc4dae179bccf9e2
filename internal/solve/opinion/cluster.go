package opinion

import (
	"cmp"
	"math"
	"slices"
)

// blobs is how many points are kept of a large conversation before groups are sought:
// near points are taken together, with the weight of all.
const blobs = 100

// clearly is by how much more groups must be apart before a further group is believed:
// of two accounts that explain the votes about as well, the one with fewer groups holds.
const clearly = 0.02

// cluster groups points by k-means for every number of groups from 2 to most and takes
// the number whose groups are best apart (silhouette). Groups are numbered by size.
func cluster(points []point, most int) (group []int, k int, silhouette float64) {
	group = make([]int, len(points))
	switch distinct := distinct(points); {
	case len(points) == 0:
		return group, 0, 0
	case distinct == 1:
		return group, 1, 0
	default:
		// A group of two people in twenty is none: one group for each twelve at most.
		most = min(most, 2+len(points)/12, distinct)
	}
	heads, member := points, make([]int, len(points))
	weight := make([]float64, len(points))
	for i := range points {
		member[i], weight[i] = i, 1
	}
	if len(points) > 2*blobs {
		member, heads = kmeans(points, weight, blobs)
		weight = make([]float64, len(heads))
		for _, m := range member {
			weight[m]++
		}
	}
	var best []int
	silhouette = math.Inf(-1)
	for n := 2; n <= most; n++ {
		of, centres := kmeans(heads, weight, n)
		if s := apart(heads, weight, of, len(centres)); s > silhouette+clearly {
			best, silhouette = of, s
		}
	}
	if best == nil { // one group at most is asked for
		return group, 1, 0
	}
	for i, m := range member {
		group[i] = best[m]
	}
	return bySize(group), len(sizes(group)), silhouette
}

func distinct(points []point) int {
	seen := map[point]bool{}
	for _, p := range points {
		seen[p] = true
	}
	return len(seen)
}

func sizes(group []int) map[int]int {
	n := map[int]int{}
	for _, g := range group {
		n[g]++
	}
	return n
}

// bySize numbers groups anew: the largest is 0; of equal ones the first met.
func bySize(group []int) []int {
	n := sizes(group)
	var order []int
	for _, g := range group {
		if !slices.Contains(order, g) {
			order = append(order, g)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(n[b], n[a]) })
	for i, g := range group {
		group[i] = slices.Index(order, g)
	}
	return group
}

// kmeans groups weighted points around k centres. It begins with centres far from each
// other, several times with different first ones, and keeps the tightest.
func kmeans(points []point, weight []float64, k int) (group []int, centres []point) {
	tightest := math.Inf(1)
	for start := range starts(points) {
		g, c, spread := descend(points, weight, spreadOut(points, start, k))
		if spread < tightest-1e-12 {
			group, centres, tightest = g, c, spread
		}
		if k > 20 { // many centres: where the first one stands matters little
			break
		}
	}
	return group, centres
}

// starts is how many first centres are tried.
func starts(points []point) int { return min(len(points), 12) }

// spreadOut chooses k centres: the first by start, each further one the point farthest
// from all chosen.
func spreadOut(points []point, start, k int) []point {
	first := start * len(points) / starts(points)
	centres := []point{points[first]}
	far := make([]float64, len(points))
	for i, p := range points {
		far[i] = p.to(centres[0])
	}
	for len(centres) < k {
		next := 0
		for i := range far {
			if far[i] > far[next] {
				next = i
			}
		}
		if far[next] == 0 {
			break // no more points of their own
		}
		centres = append(centres, points[next])
		for i, p := range points {
			far[i] = min(far[i], p.to(points[next]))
		}
	}
	return centres
}

func descend(points []point, weight []float64, centres []point) (group []int, _ []point, spread float64) {
	group = make([]int, len(points))
	for round := range 200 {
		changed := round == 0
		spread = 0
		for i, p := range points {
			best := 0
			for c := range centres {
				if p.to(centres[c]) < p.to(centres[best]) {
					best = c
				}
			}
			changed = changed || group[i] != best
			group[i] = best
			spread += weight[i] * p.to(centres[best])
		}
		if !changed {
			break
		}
		sum := make([]point, len(centres))
		mass := make([]float64, len(centres))
		for i, p := range points {
			g := group[i]
			sum[g].x += weight[i] * p.x
			sum[g].y += weight[i] * p.y
			mass[g] += weight[i]
		}
		for c := range centres {
			if mass[c] > 0 {
				centres[c] = point{sum[c].x / mass[c], sum[c].y / mass[c]}
			}
		}
	}
	return group, centres, spread
}

// apart is the mean silhouette of weighted points: how much nearer each is to its own
// group than to the next.
func apart(points []point, weight []float64, group []int, k int) float64 {
	mass := make([]float64, k)
	for i, g := range group {
		mass[g] += weight[i]
	}
	total, sum := 0.0, 0.0
	for i, p := range points {
		far := make([]float64, k)
		for j, q := range points {
			far[group[j]] += weight[j] * math.Sqrt(p.to(q))
		}
		total += weight[i]
		own := group[i]
		if mass[own] <= weight[i] {
			continue // alone in its group: 0
		}
		a, b := far[own]/(mass[own]-1), math.Inf(1)
		for g := range k {
			if g != own && mass[g] > 0 {
				b = min(b, far[g]/mass[g])
			}
		}
		if m := max(a, b); m > 0 && !math.IsInf(b, 1) {
			sum += weight[i] * (b - a) / m
		}
	}
	if total == 0 {
		return 0
	}
	return sum / total
}
