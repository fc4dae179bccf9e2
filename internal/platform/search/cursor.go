package search

import (
	"math"
	"slices"

	index "github.com/blevesearch/bleve_index_api"
)

// cursor goes through the documents that answer a part of a question, in the order in
// which the index numbers them.
type cursor interface {
	// doc is the number of the document where it stands; none after the last.
	doc() uint64
	// advance goes to the first document that is not before to. It never goes back.
	advance(to uint64) error
	// score of the document where it stands.
	score() float64
	// cost is about how many documents there are.
	cost() uint64
}

const none = math.MaxUint64

// usual is how long fields are, in words: a longer one counts a word of it for less
// (BM25). Fixed figures, so that what some may not read does not move the order of
// what they may.
var usual = map[string]float64{
	fieldNames: 8, fieldTitle: 10, fieldBody: 300, stemsTitle: 7, stemsBody: 170,
}

const (
	bm25K = 1.2
	bm25B = 0.6
)

// termCursor goes through the documents with a word in a field.
type termCursor struct {
	tfr   index.TermFieldReader
	at    index.TermFieldDoc
	cur   uint64
	idf   float64 // 0: not scored
	boost float64
	usual float64
	id    index.IndexInternalID
}

func (c *termCursor) next() error {
	found, err := c.tfr.Next(c.at.Reset())
	return c.stand(found, err)
}

func (c *termCursor) stand(found *index.TermFieldDoc, err error) error {
	if err != nil || found == nil {
		c.cur = none
		return err
	}
	c.cur = found.ID.Value()
	return nil
}

func (c *termCursor) doc() uint64  { return c.cur }
func (c *termCursor) cost() uint64 { return c.tfr.Count() }

func (c *termCursor) advance(to uint64) error {
	switch {
	case c.cur >= to:
		return nil
	case to == none:
		c.cur = none
		return nil
	case to == c.cur+1:
		return c.next()
	}
	c.id = index.NewIndexInternalID(c.id, to)
	found, err := c.tfr.Advance(c.id, c.at.Reset())
	return c.stand(found, err)
}

func (c *termCursor) score() float64 {
	if c.idf == 0 {
		return 0
	}
	long := 1.0
	if c.at.Norm > 0 && c.usual > 0 {
		long = 1 / (c.at.Norm * c.at.Norm) / c.usual
	}
	tf := float64(c.at.Freq)
	return c.boost * c.idf * tf * (bm25K + 1) / (tf + bm25K*(1-bm25B+bm25B*long))
}

// group is cursors that answer together.
type group []cursor

func (g group) advance(to uint64) error {
	for _, c := range g {
		if c.doc() < to {
			if err := c.advance(to); err != nil {
				return err
			}
		}
	}
	return nil
}

// first is the least document where one of them stands, and how many stand there.
func (g group) first() (doc uint64, n int) {
	doc = none
	for _, c := range g {
		switch d := c.doc(); {
		case d < doc:
			doc, n = d, 1
		case d == doc && d != none:
			n++
		}
	}
	return doc, n
}

func (g group) cost() uint64 {
	var sum uint64
	for _, c := range g {
		sum += c.cost()
	}
	return sum
}

// anyOf is any of several ways to find the same thing. The best way counts, the others
// a little.
type anyOf struct {
	group
	cur uint64
}

func newAny(cs ...cursor) *anyOf {
	a := &anyOf{group: cs}
	a.cur, _ = a.first()
	return a
}

func (a *anyOf) doc() uint64 { return a.cur }

func (a *anyOf) advance(to uint64) error {
	if a.cur >= to {
		return nil
	}
	err := a.group.advance(to)
	a.cur, _ = a.first()
	return err
}

func (a *anyOf) score() float64 {
	best, sum := 0.0, 0.0
	for _, c := range a.group {
		if c.doc() == a.cur {
			s := c.score()
			sum += s
			best = max(best, s)
		}
	}
	return best + (sum-best)/10
}

// someOf is at least so many of several things.
type someOf struct {
	group
	least int
	cur   uint64
	n     int
}

func newSome(least int, cs ...cursor) (*someOf, error) {
	s := &someOf{group: cs, least: least}
	return s, s.settle()
}

func (s *someOf) settle() error {
	for {
		s.cur, s.n = s.first()
		if s.cur == none || s.n >= s.least {
			return nil
		}
		if err := s.group.advance(s.cur + 1); err != nil {
			return err
		}
	}
}

func (s *someOf) doc() uint64 { return s.cur }

func (s *someOf) advance(to uint64) error {
	if s.cur >= to {
		return nil
	}
	if err := s.group.advance(to); err != nil {
		return err
	}
	return s.settle()
}

func (s *someOf) score() float64 {
	sum := 0.0
	for _, c := range s.group {
		if c.doc() == s.cur {
			sum += c.score()
		}
	}
	return sum * float64(s.n) / float64(len(s.group))
}

// allOf is all of must, none of not; what is found of may counts in addition.
type allOf struct {
	must, may, not group
	cur            uint64
}

func newAll(must, may, not group) (*allOf, error) {
	slices.SortStableFunc(must, func(a, b cursor) int {
		switch ca, cb := a.cost(), b.cost(); {
		case ca < cb:
			return -1
		case ca > cb:
			return 1
		}
		return 0
	})
	a := &allOf{must: must, may: may, not: not}
	return a, a.settle(0)
}

// settle goes to the first document from a place on that answers.
func (a *allOf) settle(to uint64) error {
again:
	for {
		for _, c := range a.must {
			if err := c.advance(to); err != nil {
				return err
			}
			if d := c.doc(); d > to {
				if d == none {
					a.cur = none
					return nil
				}
				to = d
				continue again
			}
		}
		for _, c := range a.not {
			if err := c.advance(to); err != nil {
				return err
			}
			if c.doc() == to {
				to++
				continue again
			}
		}
		a.cur = to
		return a.may.advance(to)
	}
}

func (a *allOf) doc() uint64  { return a.cur }
func (a *allOf) cost() uint64 { return a.must[0].cost() }

func (a *allOf) advance(to uint64) error {
	if a.cur >= to {
		return nil
	}
	if to == none {
		a.cur = none
		return nil
	}
	return a.settle(to)
}

func (a *allOf) score() float64 {
	sum := 0.0
	for _, c := range a.must {
		sum += c.score()
	}
	for _, c := range a.may {
		if c.doc() == a.cur {
			sum += c.score()
		}
	}
	return sum
}

// phrase is words side by side in a field.
type phrase struct {
	*allOf
	words []*termCursor
	boost float64
	cur   uint64
}

func newPhrase(words []*termCursor, boost float64) (*phrase, error) {
	g := make(group, len(words))
	for i, w := range words {
		g[i] = w
	}
	all, err := newAll(g, nil, nil)
	p := &phrase{allOf: all, words: words, boost: boost}
	if err != nil {
		return p, err
	}
	return p, p.settle()
}

func (p *phrase) settle() error {
	for {
		p.cur = p.allOf.doc()
		if p.cur == none || p.together() {
			return nil
		}
		if err := p.allOf.advance(p.cur + 1); err != nil {
			return err
		}
	}
}

// together tells whether the words follow each other somewhere in the document.
func (p *phrase) together() bool {
	for _, start := range p.words[0].at.Vectors {
		ok := true
		for i, w := range p.words[1:] {
			want := start.Pos + uint64(i) + 1
			_, ok = slices.BinarySearchFunc(w.at.Vectors, want, func(v *index.TermFieldVector, pos uint64) int {
				return int(v.Pos) - int(pos)
			})
			if !ok {
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}

func (p *phrase) doc() uint64    { return p.cur }
func (p *phrase) score() float64 { return p.boost * p.allOf.score() }

func (p *phrase) advance(to uint64) error {
	if p.cur >= to {
		return nil
	}
	if err := p.allOf.advance(to); err != nil {
		return err
	}
	return p.settle()
}
