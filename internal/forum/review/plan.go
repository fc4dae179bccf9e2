package review

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
	"plenary/internal/solve/assignment"
)

// What counts, and how much, when it is reckoned how well a reviewer fits a proposal. The
// page of the assignment says it.
const (
	bidWeight   = 3.0 // eager; willing two thirds of it, neutral or no bid one third; unwilling takes all away
	topicWeight = 2.0 // the share of common topics
	textWeight  = 1.0 // likeness of texts, from 0 to 1
	langWeight  = 1.0 // she reads the language, where languages are preferred
)

var bidValue = map[string]float64{Eager: 1, Willing: 2.0 / 3, Neutral: 1.0 / 3, "": 1.0 / 3}

// affinity tells how well a reviewer fits a proposal.
func affinity(p Phase, r Reviewer, topics []string, c Candidate, bid string, text float64) float64 {
	if bid == Unwilling {
		return 0
	}
	out := bidWeight*bidValue[bid] + textWeight*text
	if n := min(len(topics), len(c.topics)); n > 0 {
		same := 0
		for _, t := range topics {
			if slices.Contains(c.topics, t) {
				same++
			}
		}
		out += topicWeight * float64(same) / float64(n)
	}
	if p.Langs == LangsPrefer && reads(r, c.Lang) {
		out += langWeight
	}
	return out
}

// reads tells whether a reviewer reads a language; who has named none reads all.
func reads(r Reviewer, lang string) bool { return len(r.Langs) == 0 || slices.Contains(r.Langs, lang) }

// Load is what a reviewer has and would have.
type Load struct {
	Reviewer    Reviewer
	Least, Most int
	Now, Then   int
}

// Served is how a proposal would be served.
type Served struct {
	Proposal Candidate
	Reviews  int
	Short    int
	Sum      float64
}

// Change is one pair that comes or goes.
type Change struct {
	Reviewer Reviewer
	Proposal Candidate
}

// Plan is an assignment that could be applied.
type Plan struct {
	Phase   Phase
	Fair    bool
	Loads   []Load
	Served  []Served // the worst first
	Added   []Change
	Removed []Change
	Kept    int
	Total   float64
	Bound   float64 // Fair: no assignment serves the worst proposal better
	Digest  string  // names this plan: what is applied is what was looked at
	Under   int     // reviewers below their least load
	Missing int     // reviews that there is nobody for
	Past    int     // pairs that stand although they are beyond the limits
	pairs   []pair  // all that stand in the end
}

// makePlan reckons an assignment of the eligible proposals of a board. What was judged or
// pinned stands, and of the rest as much as can.
func makePlan(b *board, bids map[pair]string, text [][]float64, fair bool) (Plan, error) {
	out := Plan{Phase: b.phase, Fair: fair}
	var props []Candidate
	for _, c := range b.candidates {
		if c.State == proposals.StateEligible {
			props = append(props, c)
		}
	}
	var revs []Reviewer
	for _, r := range b.reviewers {
		if !r.Gone {
			revs = append(revs, r)
		}
	}
	atP, atR := map[core.ID]int{}, map[core.ID]int{}
	for i, c := range props {
		atP[c.ID] = i
	}
	for i, r := range revs {
		atR[r.ID] = i
	}
	n, m := len(revs), len(props)
	pr := assignment.Problem{
		Reviews: b.phase.Reviews, OfGroup: b.phase.OfGroup, MinLoad: make([]int, n), MaxLoad: make([]int, n),
		Affinity: make([][]float64, n), Conflict: make([][]bool, n),
	}
	groups := map[string]int{}
	for i, r := range revs {
		pr.MinLoad[i], pr.MaxLoad[i] = r.Loads(b.phase)
		g := r.Group
		if g == "" {
			g = string(r.ID) // of no group: alone in hers
		}
		if _, ok := groups[g]; !ok {
			groups[g] = len(groups)
		}
		pr.Group = append(pr.Group, groups[g])
		topics := make([]string, 0, len(r.Topics))
		for _, t := range r.Topics {
			topics = append(topics, core.Fold(t))
		}
		pr.Affinity[i], pr.Conflict[i] = make([]float64, m), make([]bool, m)
		for j, c := range props {
			like := 0.0
			if i < len(text) && j < len(text[i]) {
				like = text[i][j]
			}
			pr.Affinity[i][j] = affinity(b.phase, r, topics, c, bids[pair{r.ID, c.ID}], like)
			pr.Conflict[i][j] = b.bars(r.ID, c.ID) || b.phase.Langs == LangsMust && !reads(r, c.Lang)
		}
	}
	extra := b.stands(&pr, atR, atP)
	solve := assignment.Best
	if fair {
		solve = assignment.Fair
	}
	var res assignment.Result
	if n > 0 && m > 0 {
		var err error
		if res, err = solve(pr); err != nil {
			return out, core.Conflict("review.error.no_plan")
		}
	} else {
		res.Reviewers, res.Sums, res.Short, res.Loads, res.Under = make([][]int, m), make([]float64, m), make([]int, m), make([]int, n), make([]int, n)
		for j := range res.Short {
			res.Short[j] = b.phase.Reviews
		}
	}
	b.compare(&out, &res, revs, props, extra)
	return out, nil
}

// stands fills in what is pinned or kept. What was judged comes first; what finds no room
// within the limits stands beside them, and is returned.
func (b *board) stands(pr *assignment.Problem, atR, atP map[core.ID]int) (extra []pair) {
	done := map[pair]string{}
	for _, r := range b.reviews {
		done[pair{r.Reviewer, r.Proposal}] = r.State
	}
	load, held, ofGroup := map[int]int{}, map[int]int{}, map[[2]int]int{}
	pin := func(x Assignment) {
		k := pair{x.Reviewer, x.Proposal}
		r, q := atR[x.Reviewer], atP[x.Proposal]
		g := [2]int{q, pr.Group[r]}
		if pr.Conflict[r][q] && done[k] != Submitted || held[q] >= pr.Reviews || pr.OfGroup > 0 && ofGroup[g] >= pr.OfGroup || load[r] >= pr.MaxLoad[r] && done[k] != Submitted {
			extra = append(extra, k)
			pr.Conflict[r][q] = true
			return
		}
		pr.Conflict[r][q] = false
		load[r]++
		held[q]++
		ofGroup[g]++
		pr.MaxLoad[r] = max(pr.MaxLoad[r], load[r])
		pr.Pinned = append(pr.Pinned, assignment.Pair{Reviewer: r, Proposal: q})
	}
	for _, first := range []bool{true, false} {
		for _, x := range b.assigned {
			k := pair{x.Reviewer, x.Proposal}
			r, knownR := atR[x.Reviewer]
			q, knownP := atP[x.Proposal]
			switch {
			case !knownP || !knownR:
				if first { // judged by somebody who has gone, or decided already
					extra = append(extra, k)
				}
			case b.bars(x.Reviewer, x.Proposal): // it goes
			case done[k] == Abstained:
				if first {
					extra = append(extra, k)
					pr.Conflict[r][q] = true
				}
			case done[k] == Submitted:
				if first {
					pin(x)
				}
			case first:
			case x.Pinned:
				pin(x)
			default:
				pr.Kept = append(pr.Kept, assignment.Pair{Reviewer: r, Proposal: q})
			}
		}
	}
	return extra
}

// compare fills a plan with a result beside what stands now.
func (b *board) compare(out *Plan, res *assignment.Result, revs []Reviewer, props []Candidate, extra []pair) {
	now, nowLoad := map[pair]bool{}, map[core.ID]int{}
	for _, x := range b.assigned {
		now[pair{x.Reviewer, x.Proposal}] = true
		nowLoad[x.Reviewer]++
	}
	then, load := map[pair]bool{}, map[core.ID]int{}
	add := func(k pair) {
		if !then[k] {
			then[k] = true
			load[k.reviewer]++
			out.pairs = append(out.pairs, k)
		}
	}
	for _, k := range extra {
		add(k)
	}
	out.Past = len(extra)
	for q, list := range res.Reviewers {
		for _, r := range list {
			add(pair{revs[r].ID, props[q].ID})
		}
		out.Served = append(out.Served, Served{Proposal: props[q], Reviews: len(list), Short: res.Short[q], Sum: res.Sums[q]})
		out.Missing += res.Short[q]
	}
	slices.SortStableFunc(out.Served, func(x, y Served) int {
		switch {
		case x.Sum < y.Sum:
			return -1
		case x.Sum > y.Sum:
			return 1
		}
		return x.Proposal.Number - y.Proposal.Number
	})
	slices.SortFunc(out.pairs, func(x, y pair) int {
		if x.proposal != y.proposal {
			return compare(x.proposal, y.proposal)
		}
		return compare(x.reviewer, y.reviewer)
	})
	for _, k := range out.pairs {
		if now[k] {
			out.Kept++
		} else {
			out.Added = append(out.Added, Change{b.reviewer(k.reviewer), b.candidate(k.proposal)})
		}
	}
	for _, x := range b.assigned {
		if k := (pair{x.Reviewer, x.Proposal}); !then[k] {
			out.Removed = append(out.Removed, Change{b.reviewer(k.reviewer), b.candidate(k.proposal)})
		}
	}
	for i, r := range revs {
		least, most := r.Loads(b.phase)
		out.Loads = append(out.Loads, Load{Reviewer: r, Least: least, Most: most, Now: nowLoad[r.ID], Then: load[r.ID]})
		if i < len(res.Under) && res.Under[i] > 0 {
			out.Under++
		}
	}
	out.Total, out.Bound = res.Total, res.Bound
	out.Digest = digest(out.pairs, b.assigned)
}

// digest names a plan with what it was made from.
func digest(then []pair, now []Assignment) string {
	h := sha256.New()
	for _, k := range then {
		fmt.Fprintf(h, "%s %s\n", k.proposal, k.reviewer)
	}
	for _, x := range now {
		fmt.Fprintf(h, "- %s %s %v\n", x.Proposal, x.Reviewer, x.Pinned)
	}
	return hex.EncodeToString(h.Sum(nil))[:20]
}
