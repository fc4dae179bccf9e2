package anchors

import (
	"cmp"
	"math"
	"slices"
)

// Mover carries anchors from one state of a text to a later one. It is prepared once
// for both and then used for any number of anchors, also by several goroutines at once.
type Mover struct {
	from, to *doc
	tokens   [][]token         // of the paragraphs of to
	where    map[uint64][]post // in which paragraphs of to a word stands
}

type post struct{ para, n int }

// New prepares to carry anchors of the state from to the state to. Anchors of still
// earlier states may be placed too; from then only says which words stood more than
// once.
func New(from, to []Para) *Mover {
	m := &Mover{from: newDoc(from), to: newDoc(to), where: map[uint64][]post{}}
	for i := range m.to.texts {
		ts := tokens(m.to.runes[m.to.from[i]:m.to.to[i]])
		m.tokens = append(m.tokens, ts)
		for _, t := range ts {
			ps := m.where[t.key]
			if k := len(ps) - 1; k >= 0 && ps[k].para == i {
				ps[k].n++
				continue
			}
			m.where[t.key] = append(ps, post{i, 1})
		}
	}
	return m
}

// Anchor makes the anchor of a place in the later state, for the next revision. An
// orphan has none: its old anchor stays.
func (m *Mover) Anchor(p Placed) (Anchor, bool) {
	i, ok := m.to.byID[p.Para]
	if !ok || p.Result == Orphaned {
		return Anchor{}, false
	}
	a, err := anchor(m.to.paras, i, p.Start, p.End)
	return a, err == nil
}

// Place finds the anchor in the later state. It always answers; the package comment
// says what the results mean.
func (m *Mover) Place(a Anchor) Placed {
	quote := []rune(a.Quote)
	own, known := m.to.byID[a.Para]
	if !known {
		own = -1
	}
	if known && m.unchanged(a, own) {
		return Placed{Para: a.Para, Start: a.Start, End: a.End, Result: Exact, Score: 1}
	}
	if blank(quote) {
		if known && a.Whole() {
			return Placed{Para: a.Para, Result: Changed} // there was nothing to compare
		}
		return Placed{Result: Orphaned}
	}
	f := m.search(a, quote, own)
	if o, sure := f.surest(); sure {
		p := m.at(o.para, o.start, o.start+len(quote))
		p.Result, p.Score = Moved, 1
		if o.para == own {
			p.Result = Exact
			if a.Whole() { // it has grown around the words
				p.Result, p.Score = Changed, m.grown(quote, own)
			}
		}
		return p
	} else if o.para >= 0 && f.likely(o) {
		p := m.at(o.para, o.start, o.start+len(quote))
		p.Result, p.Score = Changed, 0.5+0.4*float64(min(o.left+o.right, 2*Context))/(2*Context)
		return p
	}
	return m.alike(a, quote, own)
}

// unchanged tells whether the paragraph is as it was, so that the place is, too.
func (m *Mover) unchanged(a Anchor, own int) bool {
	text := m.to.runes[m.to.from[own]:m.to.to[own]]
	if a.Whole() {
		return string(text) == a.Quote
	}
	if old, ok := m.from.byID[a.Para]; !ok || m.from.texts[old] != m.to.texts[own] {
		return false
	}
	return a.Start >= 0 && a.Start < a.End && a.End <= len(text) && string(text[a.Start:a.End]) == a.Quote
}

// at is the place of a span; one that covers the paragraph is the whole of it.
func (m *Mover) at(i, start, end int) Placed {
	p := Placed{Para: m.to.paras[i].ID, Start: start, End: end}
	if start == 0 && end == m.to.len(i) {
		p.Start, p.End = 0, 0
	}
	return p
}

func (m *Mover) grown(quote []rune, own int) float64 {
	return min(like(tokens(quote), m.tokens[own]), 0.99)
}

// candidates are the paragraphs in which words like these may stand: the own one and
// those that share most with them, rare words counting more.
func (m *Mover) candidates(words []token, own int) []int {
	const most = 4
	votes := map[int]float64{}
	total := 0.0
	counts := map[uint64]int{}
	for _, t := range words {
		counts[t.key]++
	}
	keys := make([]uint64, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		ps := m.where[k]
		w := math.Log(1 + float64(len(m.tokens))/float64(1+len(ps)))
		total += w * float64(counts[k])
		for _, p := range ps {
			votes[p.para] += w * float64(min(p.n, counts[k]))
		}
	}
	var out []int
	for i, v := range votes {
		if i != own && v >= 0.3*total {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(i, j int) int { return cmp.Or(cmp.Compare(votes[j], votes[i]), cmp.Compare(i, j)) })
	out = out[:min(len(out), most)]
	if own >= 0 {
		out = slices.Insert(out, 0, own)
	}
	return out
}

// alike finds the words where they were edited.
func (m *Mover) alike(a Anchor, quote []rune, own int) Placed {
	words := tokens(quote)
	if len(words) == 0 {
		return Placed{Result: Orphaned}
	}
	before, after := tokens([]rune(a.Before)), tokens([]rune(a.After))
	best, rank := Placed{Result: Orphaned}, 0.0
	for _, i := range m.candidates(words, own) {
		s, ok := fit(before, words, after, m.tokens[i])
		if !ok {
			continue
		}
		score := like(words, m.tokens[i][s.lo:s.hi])
		if a.Whole() && i == own {
			score = max(score, like(words, m.tokens[i]))
		}
		if !enough(score, s.context, i == own, weigh(quote)) {
			best.Score = max(best.Score, score)
			continue
		}
		r := score + 0.2*s.context
		if i == own {
			r += 0.1
		}
		if r <= rank {
			continue
		}
		rank = r
		p := m.at(i, m.tokens[i][s.lo].start, m.tokens[i][s.hi-1].end)
		if a.Whole() && 10*(p.End-p.Start) >= 8*m.to.len(i) {
			p.Start, p.End = 0, 0
		}
		p.Result, p.Score = Changed, score
		best = p
	}
	if best.Result == Orphaned {
		best.Para = ""
	}
	return best
}

// enough decides whether a place is alike enough. In the own paragraph and between the
// old neighbours less will do; a few words anywhere else need their surroundings.
func enough(score, context float64, own bool, weight int) bool {
	few := weight < much
	switch {
	case own && context >= 0.5:
		return score >= 0.25
	case own && !few:
		return score >= 0.35
	case own:
		return score >= 0.5 && weight >= much/3 || score >= 0.5 && context >= 0.4
	case few:
		return score >= 0.5 && context >= 0.4
	}
	return score >= 0.5 || score >= 0.4 && context >= 0.5
}
