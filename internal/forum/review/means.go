package review

import (
	"math"
	"slices"

	"plenary/internal/core"
)

// Pull is how many reviews of an average reviewer are added to those of each reviewer
// before her scores are brought to the common scale: who has given few is moved little.
const Pull = 4

// Apart is the standard deviation of scores from which reviewers are said to disagree.
const Apart = 1.0

// Standing is what the reviews of a proposal say together.
type Standing struct {
	N          int                 `json:"n" doc:"reviews that count"`
	Mean       float64             `json:"mean" doc:"of the weighted scores"`
	Normalised float64             `json:"normalised" doc:"mean after each reviewer's habit was taken out"`
	SD         float64             `json:"sd" doc:"standard deviation of the scores; 0 below two"`
	Criteria   map[core.ID]float64 `json:"criteria" doc:"mean mark of each criterion"`
	Abstained  int                 `json:"abstained"`
	Conflicted int                 `json:"conflicted" doc:"reviews that do not count because of a conflict"`
}

// Apart tells whether the reviewers disagree.
func (s Standing) Apart() bool { return s.N > 1 && s.SD >= Apart }

// Score is the weighted mean of the marks of one review; false where it has none.
func Score(criteria []Criterion, marks map[core.ID]Mark) (float64, bool) {
	sum, weight := 0.0, 0.0
	for _, c := range criteria {
		if m := marks[c.ID].Mark; m != 0 {
			sum += float64(m * c.Weight)
			weight += float64(c.Weight)
		}
	}
	if weight == 0 {
		return 0, false
	}
	return sum / weight, true
}

// Standings reckons what the reviews of a phase say. Drafts, reviews without a mark,
// abstentions, and all reviews of somebody with a conflict that stands count nowhere: not
// in a mean, and not in the habit of their reviewer.
//
// The normalised score of a review is m + s·(x − mᵣ)/sᵣ: x is the score, m and s the mean
// and deviation of all scores, mᵣ and sᵣ those of the reviewer's own after Pull scores of
// mean m and deviation s were added to them.
func Standings(criteria []Criterion, reviews []Review, barred func(reviewer, proposal core.ID) bool) map[core.ID]*Standing {
	out := map[core.ID]*Standing{}
	type scored struct {
		*Review
		x float64
	}
	var all []scored
	for i := range reviews {
		r := &reviews[i]
		st := out[r.Proposal]
		if st == nil {
			st = &Standing{Criteria: map[core.ID]float64{}}
			out[r.Proposal] = st
		}
		switch {
		case r.State == Draft:
		case barred(r.Reviewer, r.Proposal):
			st.Conflicted++
		case r.State == Abstained:
			st.Abstained++
		default:
			if x, ok := Score(criteria, r.Marks); ok {
				all = append(all, scored{r, x})
			}
		}
	}
	// Sums do not depend on the order in which reviews were found.
	slices.SortFunc(all, func(a, b scored) int {
		if a.Proposal != b.Proposal {
			return compare(a.Proposal, b.Proposal)
		}
		return compare(a.Reviewer, b.Reviewer)
	})
	var every []float64
	byReviewer, byProposal := map[core.ID][]float64{}, map[core.ID][]float64{}
	for _, s := range all {
		every = append(every, s.x)
		byReviewer[s.Reviewer] = append(byReviewer[s.Reviewer], s.x)
		byProposal[s.Proposal] = append(byProposal[s.Proposal], s.x)
	}
	mean, dev := spread(every)
	habits := map[core.ID][2]float64{}
	for id, xs := range byReviewer {
		m, d := spread(xs)
		n := float64(len(xs))
		habits[id] = [2]float64{(n*m + Pull*mean) / (n + Pull), math.Sqrt(((n-1)*d*d + Pull*dev*dev) / (n - 1 + Pull))}
	}
	normal := map[core.ID]float64{}
	for _, s := range all {
		h := habits[s.Reviewer]
		if dev > 0 && h[1] > 0 {
			normal[s.Proposal] += mean + dev*(s.x-h[0])/h[1]
		} else {
			normal[s.Proposal] += s.x
		}
	}
	for id, xs := range byProposal {
		st := out[id]
		st.N = len(xs)
		st.Mean, st.SD = spread(xs)
		st.Normalised = normal[id] / float64(len(xs))
	}
	for _, c := range criteria {
		sums, counts := map[core.ID]float64{}, map[core.ID]float64{}
		for _, s := range all {
			if m := s.Marks[c.ID].Mark; m != 0 {
				sums[s.Proposal] += float64(m)
				counts[s.Proposal]++
			}
		}
		for id, sum := range sums {
			out[id].Criteria[c.ID] = sum / counts[id]
		}
	}
	return out
}

func compare(a, b core.ID) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

// spread is the mean and the standard deviation of a sample; 0 for fewer than two.
func spread(xs []float64) (mean, dev float64) {
	if len(xs) == 0 {
		return 0, 0
	}
	for _, x := range xs {
		mean += x
	}
	mean /= float64(len(xs))
	if len(xs) < 2 {
		return mean, 0
	}
	for _, x := range xs {
		dev += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(dev / float64(len(xs)-1))
}
