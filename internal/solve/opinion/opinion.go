// Package opinion finds groups of people who vote alike on short statements, and what
// all groups agree on. It is what Polis made known: a matrix of votes is projected on
// its two principal components, the points are clustered, and a statement counts as
// consensus where each group by itself agrees, however small it is.
//
// Everything is deterministic: the same votes give the same groups, to the bit, in
// whatever order people come. Nothing here knows persons: participants and statements are numbers.
package opinion

import (
	"cmp"
	"math"
	"slices"
)

// Vote on a statement. Pass means "seen, no opinion"; a statement that was not voted on
// has no Vote at all.
type Vote int8

// The three votes.
const (
	Disagree Vote = -1
	Pass     Vote = 0
	Agree    Vote = 1
)

// Cast is one vote of a participant on the statement of that index.
type Cast struct {
	Statement int
	Vote      Vote
}

// Options say how groups are sought; the zero value is good.
type Options struct {
	// MinVotes a participant must have cast to be placed; 0 means 7, or all statements
	// where there are fewer.
	MinVotes int
	// MaxGroups at most; 0 means 5.
	MaxGroups int
}

// NoGroup is the group of somebody who voted too little to be placed.
const NoGroup = -1

// Placed is a participant on the map.
type Placed struct {
	Group int // from 0, the largest group first; NoGroup
	X, Y  float64
	Votes int
}

// Tally counts the votes of some people on one statement.
type Tally struct {
	Agree    int `json:"agree"`
	Disagree int `json:"disagree"`
	Pass     int `json:"pass"`
}

// Seen is how many have voted, passes included.
func (t Tally) Seen() int { return t.Agree + t.Disagree + t.Pass }

func (t *Tally) add(v Vote) {
	switch v {
	case Agree:
		t.Agree++
	case Disagree:
		t.Disagree++
	default:
		t.Pass++
	}
}

// agreeing is the chance that somebody of the group agrees, drawn towards one half
// where few have voted.
func (t Tally) agreeing() float64 { return float64(t.Agree+1) / float64(t.Seen()+2) }

func (t Tally) disagreeing() float64 { return float64(t.Disagree+1) / float64(t.Seen()+2) }

// Statement is what is known of one statement.
type Statement struct {
	All    Tally
	Groups []Tally // by group
	// Consensus is group-informed: the product over the groups of (agree + 1) / (seen + 2).
	// Against is the same of disagreement.
	Consensus, Against float64
	// Divides is how far the groups are apart: the largest difference between two
	// groups' shares of agreement (0 to 1).
	Divides float64
}

// Result of a conversation.
type Result struct {
	Participants []Placed
	Statements   []Statement
	Sizes        []int // participants of each group
	// Explained is the share of the variance that each axis of the map shows.
	Explained [2]float64
	// Silhouette says how well the groups are apart (-1 to 1); 0 with one group.
	Silhouette float64
}

func (c Cast) compare(d Cast) int {
	return cmp.Or(cmp.Compare(c.Statement, d.Statement), cmp.Compare(c.Vote, d.Vote))
}

// Find places the participants, whose votes are given by row, and groups them.
func Find(votes [][]Cast, statements int, o Options) Result {
	if o.MinVotes <= 0 {
		o.MinVotes = min(7, statements)
	}
	if o.MaxGroups <= 0 {
		o.MaxGroups = 5
	}
	r := Result{Participants: make([]Placed, len(votes)), Statements: make([]Statement, statements)}
	var in []int
	for i, row := range votes {
		r.Participants[i] = Placed{Group: NoGroup, Votes: len(row)}
		if len(row) >= max(1, o.MinVotes) {
			in = append(in, i)
		}
	}
	// In the order of what was voted: the groups are the same in whatever order people come.
	slices.SortStableFunc(in, func(a, b int) int { return slices.CompareFunc(votes[a], votes[b], Cast.compare) })
	points := make([]point, 0, len(in))
	if len(in) > 0 {
		p := newProjection(votes, in, statements)
		r.Explained = p.explained
		for _, i := range in {
			points = append(points, p.place(votes[i]))
		}
	}
	groups, k, s := cluster(points, o.MaxGroups)
	r.Silhouette = s
	r.Sizes = make([]int, k)
	for n, i := range in {
		q := &r.Participants[i]
		q.Group, q.X, q.Y = groups[n], points[n].x, points[n].y
		r.Sizes[q.Group]++
	}
	r.tally(votes)
	return r
}

// Consensus is the group-informed consensus of each statement for groups that are given
// (below 0: none).
func Consensus(votes [][]Cast, statements int, groups []int) []float64 {
	r := Result{Participants: make([]Placed, len(votes)), Statements: make([]Statement, statements)}
	for i, g := range groups {
		r.Participants[i].Group = max(g, NoGroup)
		for len(r.Sizes) <= g {
			r.Sizes = append(r.Sizes, 0)
		}
		if g >= 0 {
			r.Sizes[g]++
		}
	}
	r.tally(votes)
	out := make([]float64, statements)
	for i, s := range r.Statements {
		out[i] = s.Consensus
	}
	return out
}

func (r *Result) tally(votes [][]Cast) {
	for i := range r.Statements {
		r.Statements[i].Groups = make([]Tally, len(r.Sizes))
	}
	for i, row := range votes {
		g := r.Participants[i].Group
		for _, c := range row {
			s := &r.Statements[c.Statement]
			s.All.add(c.Vote)
			if g != NoGroup {
				s.Groups[g].add(c.Vote)
			}
		}
	}
	for i := range r.Statements {
		s := &r.Statements[i]
		if len(s.Groups) == 0 {
			continue
		}
		s.Consensus, s.Against = 1, 1
		low, high := 1.0, 0.0
		for _, t := range s.Groups {
			s.Consensus *= t.agreeing()
			s.Against *= t.disagreeing()
			if t.Seen() > 0 {
				low, high = min(low, t.agreeing()), max(high, t.agreeing())
			}
		}
		s.Divides = max(0, high-low)
	}
}

// Typical lists the statements by which a group differs most from all others, the most
// telling first, at most n: those on which its share of agreement (or of disagreement,
// then Against is true) is high, and higher than elsewhere.
func (r Result) Typical(group, n int) []Trait {
	var out []Trait
	for i, s := range r.Statements {
		mine := s.Groups[group]
		var rest Tally
		for g, t := range s.Groups {
			if g != group {
				rest.Agree, rest.Disagree, rest.Pass = rest.Agree+t.Agree, rest.Disagree+t.Disagree, rest.Pass+t.Pass
			}
		}
		if mine.Seen() == 0 {
			continue
		}
		yes := Trait{Statement: i, Share: share(mine.Agree, mine), Others: share(rest.Agree, rest), score: mine.agreeing() * mine.agreeing() / rest.agreeing()}
		no := Trait{Statement: i, Against: true, Share: share(mine.Disagree, mine), Others: share(rest.Disagree, rest), score: mine.disagreeing() * mine.disagreeing() / rest.disagreeing()}
		t := yes
		if no.score > yes.score {
			t = no
		}
		if t.Share > t.Others && t.Share > 0.5 {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Trait) int { return cmp.Compare(b.score, a.score) })
	return out[:min(n, len(out))]
}

// Trait is a statement that tells a group from the others.
type Trait struct {
	Statement int
	Against   bool    // the group disagrees with it
	Share     float64 // of the group's votes
	Others    float64 // of everybody else's
	score     float64
}

func share(n int, t Tally) float64 {
	if t.Seen() == 0 {
		return 0
	}
	return float64(n) / float64(t.Seen())
}

// Agreement compares two groupings of the same things: the adjusted Rand index, 1 for
// the same groups whatever their names, about 0 for chance. Things that one of the two
// leaves without group (below 0) are left out; n is how many were compared, same how
// many fall into the matching group when each group of a is given its best group of b.
func Agreement(a, b []int) (rand float64, same, n int) {
	table := map[[2]int]int{}
	rows, columns := map[int]int{}, map[int]int{}
	for i := range a {
		if a[i] < 0 || b[i] < 0 {
			continue
		}
		n++
		table[[2]int{a[i], b[i]}]++
		rows[a[i]]++
		columns[b[i]]++
	}
	var sum, sumRows, sumColumns float64
	for _, c := range table {
		sum += pairs(c)
	}
	for _, c := range rows {
		sumRows += pairs(c)
	}
	for _, c := range columns {
		sumColumns += pairs(c)
	}
	same = matched(table)
	if n < 2 {
		return 1, same, n
	}
	expected := sumRows * sumColumns / pairs(n)
	most := (sumRows + sumColumns) / 2
	if most == expected {
		return 1, same, n
	}
	return (sum - expected) / (most - expected), same, n
}

func pairs(n int) float64 { return float64(n) * float64(n-1) / 2 }

// matched gives groups their partners, the largest overlap first, each once.
func matched(table map[[2]int]int) int {
	type overlap struct {
		at [2]int
		n  int
	}
	var list []overlap
	for at, n := range table {
		list = append(list, overlap{at, n})
	}
	slices.SortFunc(list, func(x, y overlap) int {
		return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(x.at[0], y.at[0]), cmp.Compare(x.at[1], y.at[1]))
	})
	left, right, same := map[int]bool{}, map[int]bool{}, 0
	for _, o := range list {
		if !left[o.at[0]] && !right[o.at[1]] {
			left[o.at[0]], right[o.at[1]] = true, true
			same += o.n
		}
	}
	return same
}

type point struct{ x, y float64 }

func (p point) to(q point) float64 {
	dx, dy := p.x-q.x, p.y-q.y
	return dx*dx + dy*dy
}

func norm(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x * x
	}
	return math.Sqrt(s)
}
