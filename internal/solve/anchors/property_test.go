package anchors_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"plenary/internal/solve/anchors"
)

// comment is an anchor and the code points it was made on.
type comment struct {
	anchor    anchors.Anchor
	srcs      []int
	first     anchors.Anchor // as it was made, for placing over several revisions at once
	firstSrcs []int
}

// comments makes n comments: on words, sentences, several sentences, paragraphs.
func (m *model) comments(n int) ([]*comment, error) {
	state := m.state()
	var out []*comment
	for len(out) < n {
		i := m.pick()
		p := m.paras[i]
		ws, ss := m.wordsOf(p), m.sentences(p)
		var lo, hi int
		switch m.rng.IntN(6) {
		case 0: // a paragraph
		case 1, 2: // a sentence
			s := pick(m, ss)
			lo, hi = s[0], s[1]
		case 3: // from one sentence into another
			a, b := pick(m, ss), pick(m, ss)
			lo, hi = min(a[0], b[0]), max(a[1], b[1])
		case 4: // a word or three
			k := m.rng.IntN(len(ws))
			lo, hi = ws[k][0], ws[min(len(ws)-1, k+m.rng.IntN(3))][1]
		default: // some words
			k := m.rng.IntN(len(ws))
			lo, hi = ws[k][0], ws[min(len(ws)-1, k+3+m.rng.IntN(8))][1]
		}
		a, err := anchors.Make(state, p.id, lo, hi)
		if err != nil {
			return nil, err
		}
		c := &comment{anchor: a, first: a}
		if hi == 0 {
			hi = len(p.cells)
		}
		for _, x := range p.cells[lo:hi] {
			c.srcs = append(c.srcs, x.src)
		}
		if len(c.srcs) != len([]rune(a.Quote)) {
			return nil, fmt.Errorf("the quote %q has not the %d code points it was made of", a.Quote, len(c.srcs))
		}
		c.firstSrcs = c.srcs
		out = append(out, c)
	}
	return out, nil
}

// tally counts results, and how many are right.
type tally struct {
	results map[anchors.Result]int
	right   map[anchors.Result]int
	wrong   []string
}

func newTally() *tally {
	return &tally{map[anchors.Result]int{}, map[anchors.Result]int{}, nil}
}

// share is the share of answers that are right.
func (y *tally) share() float64 {
	n, r := 0, 0
	for k := range y.results {
		n, r = n+y.results[k], r+y.right[k]
	}
	return float64(r) / float64(max(1, n))
}

func (y *tally) String() string {
	var b strings.Builder
	n, r := 0, 0
	for _, k := range []anchors.Result{anchors.Exact, anchors.Moved, anchors.Changed, anchors.Orphaned} {
		fmt.Fprintf(&b, "%s %d (%d right) ", k, y.results[k], y.right[k])
		n, r = n+y.results[k], r+y.right[k]
	}
	fmt.Fprintf(&b, "of %d, placed right %.2f%%", n, 100*float64(r)/float64(max(1, n)))
	return b.String()
}

// spot is where a code point stands.
type spot struct{ para, at int }

func (m *model) spots() map[int]spot {
	out := map[int]spot{}
	for i, p := range m.paras {
		for k, c := range p.cells {
			out[c.src] = spot{i, k}
		}
	}
	return out
}

// same tells how many of the cells are those of the comment, itself or copied, when
// white space is left aside.
func same(cells []cell, srcs []int) (own, copied, all int) {
	for k, c := range cells {
		if unicode.IsSpace(c.r) {
			continue
		}
		all++
		if c.src == srcs[k] {
			own++
		} else if c.was == srcs[k] {
			copied++
		}
	}
	return own, copied, all
}

// intact tells whether the words of a comment still stand in a row.
func intact(m *model, spots map[int]spot, srcs []int, quote string) (spot, bool) {
	for k, src := range srcs {
		s, ok := spots[src]
		if !ok {
			continue
		}
		cells := m.paras[s.para].cells
		lo, hi := s.at-k, s.at-k+len(srcs)
		if lo < 0 || hi > len(cells) || text(cells[lo:hi]) != quote {
			return spot{}, false
		}
		own, _, all := same(cells[lo:hi], srcs)
		return spot{s.para, lo}, 10*own >= 9*all
	}
	return spot{}, false
}

var errCopy = errors.New("the copy")

// judge holds what Place said against what became of the code points. It answers an
// error where exact or moved is not what they claim; and whether the place is right.
func judge(m *model, state []anchors.Para, spots map[int]spot, srcs []int, a anchors.Anchor, p anchors.Placed) (bool, error) {
	if p.Score < 0 || p.Score > 1 {
		return false, fmt.Errorf("score %v", p.Score)
	}
	i := slices.IndexFunc(state, func(q anchors.Para) bool { return q.ID == p.Para })
	if p.Result == anchors.Orphaned {
		if p.Para != "" || p.Start != 0 || p.End != 0 {
			return false, fmt.Errorf("an orphan at %+v", p)
		}
		left := 0
		for _, src := range srcs {
			if _, ok := spots[src]; ok {
				left++
			}
		}
		return left*2 < len(srcs), nil
	}
	if i < 0 {
		return false, fmt.Errorf("placed in %q, which is not there", p.Para)
	}
	cells := m.paras[i].cells
	lo, hi := p.Start, p.End
	if hi == 0 {
		hi = len(cells)
	}
	if lo < 0 || hi > len(cells) || lo > hi {
		return false, fmt.Errorf("placed at %+v, outside of %d", p, len(cells))
	}
	if p.Result == anchors.Exact || p.Result == anchors.Moved {
		if (p.Result == anchors.Exact) != (p.Para == a.Para) {
			return false, fmt.Errorf("%s, but from %s to %s", p.Result, a.Para, p.Para)
		}
		if text(cells[lo:hi]) != a.Quote || p.Score != 1 {
			return false, fmt.Errorf("%s, but %q is not %q", p.Result, text(cells[lo:hi]), a.Quote)
		}
		// A few letters of a long quote may have been typed anew, as they were before.
		own, copied, all := same(cells[lo:hi], srcs)
		right, ok := intact(m, spots, srcs, a.Quote)
		switch {
		case 10*own >= 9*all:
		case 10*(own+copied) < 9*all:
			return false, fmt.Errorf("%s, but of these letters only %d and %d of %d are the right ones; those: %v %v", p.Result, own, copied, all, right, ok)
		case ok:
			return false, fmt.Errorf("%s, but this is %w, and the original stands at %v", p.Result, errCopy, right)
		}
		return true, nil
	}
	// Changed: right if the place is the one where most of the code points are.
	inside := map[int]int{}
	for _, src := range srcs {
		if s, ok := spots[src]; ok {
			inside[s.para]++
		}
	}
	hit := 0
	for _, x := range cells[lo:hi] {
		if slices.Contains(srcs, x.src) || slices.Contains(srcs, x.was) {
			hit++
		}
	}
	most := 0
	for _, n := range inside {
		most = max(most, n)
	}
	return hit > 0 && 2*hit >= most && 3*hit >= hi-lo, nil
}

// TestRevisions is the promise about comments: over 10,000 of them, in texts of six
// scripts, five revisions each; none is lost, and what is called exact is exact.
func TestRevisions(t *testing.T) { // E142, E143
	chained, direct := newTally(), newTally()
	for k, s := range scripts {
		perScript := newTally()
		for round := range 3 {
			m := newModel(uint64(100*k+round), s, 80)
			cs, err := m.comments(560)
			if err != nil {
				t.Fatal(err)
			}
			first := m.state()
			for revision := range 5 {
				from := m.state()
				for range 24 {
					m.edit()
				}
				to := m.state()
				spots := m.spots()
				mover := anchors.New(from, to)
				leap := anchors.New(first, to)
				for _, c := range cs {
					what := fmt.Sprintf("%s round %d revision %d %+v", s.name, round, revision, c.anchor)
					p := mover.Place(c.anchor)
					chained.results[p.Result]++
					perScript.results[p.Result]++
					right, err := judge(m, to, spots, c.srcs, c.anchor, p)
					if err != nil {
						chained.wrong = append(chained.wrong, fmt.Sprint(what, ": ", err, "\n", p))
					}
					wrong := err != nil
					if right {
						chained.right[p.Result]++
						perScript.right[p.Result]++
					}
					q := leap.Place(c.first)
					direct.results[q.Result]++
					right, err = judge(m, to, spots, c.firstSrcs, c.first, q)
					if err != nil {
						direct.wrong = append(direct.wrong, fmt.Sprint(what, " at once: ", err, "\n", q))
					}
					if right {
						direct.right[q.Result]++
					}
					c.follow(m, mover, p, wrong)
				}
			}
		}
		t.Log(s.name, perScript)
	}
	if a, b := chained.share(), direct.share(); a < 0.98 || b < 0.96 {
		t.Errorf("only %.3f and %.3f are placed right", a, b)
	}
	t.Log("revision by revision:", chained)
	t.Log("from the first one at once:", direct)
	for _, w := range append(chained.wrong, direct.wrong...)[:min(12, len(chained.wrong)+len(direct.wrong))] {
		t.Error(w)
	}
	if n := len(chained.wrong) + len(direct.wrong); n > 0 {
		t.Errorf("%d of the answers are wrong", n)
	}
}

// follow takes the comment on to the place that was found: what it is on from now.
func (c *comment) follow(m *model, mover *anchors.Mover, p anchors.Placed, wrong bool) {
	a, ok := mover.Anchor(p)
	if !ok {
		return
	}
	c.anchor = a
	if p.Result != anchors.Changed && !wrong {
		return
	}
	i := slices.IndexFunc(m.paras, func(q para) bool { return q.id == a.Para })
	lo, hi := a.Start, a.End
	if a.Whole() {
		hi = len(m.paras[i].cells)
	}
	c.srcs = nil
	for _, x := range m.paras[i].cells[lo:hi] {
		c.srcs = append(c.srcs, x.src)
	}
}
