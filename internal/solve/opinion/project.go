package opinion

import "math"

// projection is the map on which participants are placed: the two directions in which
// the votes differ most.
type projection struct {
	mean      []float64 // of each statement, over those who have voted on it
	axes      [2][]float64
	explained [2]float64
}

// newProjection makes it of the votes of the participants in. A vote that is missing
// counts as the statement's mean, so that it moves nobody.
func newProjection(votes [][]Cast, in []int, statements int) projection {
	p := projection{mean: make([]float64, statements)}
	seen := make([]float64, statements)
	for _, i := range in {
		for _, c := range votes[i] {
			p.mean[c.Statement] += float64(c.Vote)
			seen[c.Statement]++
		}
	}
	for s := range p.mean {
		if seen[s] > 0 {
			p.mean[s] /= seen[s]
		}
	}
	// Covariance of the centred votes; only pairs that somebody has voted on count.
	cov := make([][]float64, statements)
	for s := range cov {
		cov[s] = make([]float64, statements)
	}
	total := 0.0
	for _, i := range in {
		row := votes[i]
		for a, x := range row {
			dx := float64(x.Vote) - p.mean[x.Statement]
			for _, y := range row[a:] {
				cov[x.Statement][y.Statement] += dx * (float64(y.Vote) - p.mean[y.Statement])
			}
		}
	}
	for s := range cov {
		for t := range s {
			sum := cov[s][t] + cov[t][s]
			cov[s][t], cov[t][s] = sum, sum
		}
		total += cov[s][s]
	}
	for k := range p.axes {
		axis, value := leading(cov)
		p.axes[k] = axis
		if total > 0 {
			p.explained[k] = value / total
		}
		for s := range cov { // take the axis out
			for t := range cov {
				cov[s][t] -= value * axis[s] * axis[t]
			}
		}
	}
	return p
}

// leading is the eigenvector of the largest eigenvalue of a symmetric matrix, by power
// iteration from a fixed start. Its largest component is positive.
func leading(m [][]float64) (vector []float64, value float64) {
	n := len(m)
	v := make([]float64, n)
	for i := range v {
		v[i] = 1 + 1/float64(i+2) // no symmetry that an eigenvector could be at right angles to
	}
	scale(v)
	next := make([]float64, n)
	for range 1000 {
		for i, row := range m {
			s := 0.0
			for j, x := range row {
				s += x * v[j]
			}
			next[i] = s
		}
		value = norm(next)
		if value < 1e-12 {
			return make([]float64, n), 0
		}
		moved := 0.0
		for i := range next {
			next[i] /= value
			moved = max(moved, math.Abs(next[i]-v[i]))
		}
		copy(v, next)
		if moved < 1e-12 {
			break
		}
	}
	top := 0
	for i := range v {
		if math.Abs(v[i]) > math.Abs(v[top])+1e-9 {
			top = i
		}
	}
	if n > 0 && v[top] < 0 {
		for i := range v {
			v[i] = -v[i]
		}
	}
	return v, value
}

func scale(v []float64) {
	if n := norm(v); n > 0 {
		for i := range v {
			v[i] /= n
		}
	}
}

// place projects one participant. Who has voted on few statements is pulled less far
// from the middle than she would be with all; the factor makes up for it.
func (p projection) place(row []Cast) point {
	var q point
	for _, c := range row {
		d := float64(c.Vote) - p.mean[c.Statement]
		q.x += d * p.axes[0][c.Statement]
		q.y += d * p.axes[1][c.Statement]
	}
	f := math.Sqrt(float64(len(p.mean)) / float64(max(1, len(row))))
	return point{q.x * f, q.y * f}
}
