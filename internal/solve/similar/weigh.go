package similar

import (
	"math"
	"slices"

	"plenary/internal/solve/cluster"
)

// counted is a text as numbers of what it has, and how often.
type counted struct {
	words, pairs, marks tally
	raw                 raw
	// What the index does not know: how many words stand so often, how many phrases do,
	// and marks by their kinds.
	newWords, newPairs []int
	newMarks           []string
}

// tally is how often each thing stands, by number, ascending.
type tally struct {
	ids   []int32
	times []int
}

func tallied(ids []int32) tally {
	slices.Sort(ids)
	var t tally
	for i, id := range ids {
		if i == 0 || id != ids[i-1] {
			t.ids, t.times = append(t.ids, id), append(t.times, 0)
		}
		t.times[len(t.times)-1]++
	}
	return t
}

// vector are weights by number, ascending.
type vector struct {
	ids    []int32
	weight []float64
	length float64 // of marks; words and pairs are divided by it
}

// measured is a text as weights.
type measured struct {
	words, pairs, marks vector
	raw                 raw
	lang                string
	spaceless           bool // mostly in a script without spaces
}

// space knows how many texts have each thing, and which, with which weight.
type space struct {
	texts int
	has   []int
	posts [][]posting
}

type posting struct {
	text   int32
	weight float64
}

func (s *space) open(texts, things int) {
	s.texts, s.has, s.posts = texts, make([]int, things), make([][]posting, things)
}

func (s *space) see(things tally) {
	for _, id := range things.ids {
		s.has[id]++
	}
}

func (s *space) post(text int, v vector) {
	for i, id := range v.ids {
		s.posts[id] = append(s.posts[id], posting{int32(text), v.weight[i]})
	}
}

// rare is how much a thing says that so many texts have.
func (s *space) rare(has int) float64 { return math.Log(float64(s.texts+1) / float64(max(1, has))) }

// count gives what a text has its numbers; grow makes new ones for what has none.
func (x *Index) count(r raw, grow bool) counted {
	c := counted{raw: r}
	words, phrases, marks := make([]int32, 0, len(r.seq)+r.title), make([]int32, 0, 2*len(r.seq)), make([]int32, 0, len(r.marks))
	unknown := map[string]int{}
	seq := make([]int32, len(r.seq))
	for i, t := range r.seq {
		times := 1
		if i < r.title {
			times = 2
		}
		if seq[i] = number(x.ids, t.stem, grow); seq[i] < 0 {
			unknown[t.stem] += times
			continue
		}
		for range times {
			words = append(words, seq[i])
		}
	}
	for _, times := range unknown {
		c.newWords = append(c.newWords, times)
	}
	slices.Sort(c.newWords) // sums do not depend on the order of a map
	// Two words of which at most one stands between them are a phrase, in either order:
	// a copy that turns them round keeps it.
	pairs := map[[2]string]int{}
	for i := range seq {
		for k := i + 1; k <= min(i+2, len(seq)-1); k++ {
			if i < r.title && k >= r.title {
				break
			}
			if a, b := min(seq[i], seq[k]), max(seq[i], seq[k]); a >= 0 {
				if id := number(x.near, phrase(a, b), grow); id >= 0 {
					phrases = append(phrases, id)
					continue
				}
			}
			a, b := r.seq[i].stem, r.seq[k].stem
			pairs[[2]string{min(a, b), max(a, b)}]++
		}
	}
	for _, times := range pairs {
		c.newPairs = append(c.newPairs, times)
	}
	slices.Sort(c.newPairs)
	for _, m := range r.marks {
		if id := number(x.named, m.kind+"\x00"+m.key, grow); id >= 0 {
			marks = append(marks, id)
		} else {
			c.newMarks = append(c.newMarks, m.kind)
		}
	}
	c.words, c.pairs, c.marks = tallied(words), tallied(phrases), tallied(marks)
	return c
}

// phrase is the key of two words.
func phrase(a, b int32) uint64 { return uint64(min(a, b))<<32 | uint64(max(a, b)) }

func number[K comparable](ids map[K]int32, key K, grow bool) int32 {
	id, ok := ids[key]
	switch {
	case ok:
		return id
	case !grow:
		return -1
	}
	id = int32(len(ids))
	ids[key] = id
	return id
}

// worth is how much a mark of a kind says beside the others.
var worth = map[string]float64{Person: 1.5, Link: 1.5, Org: 1.2, Tag: 1, Name: 0.7, Goal: 0.7, Number: 0.5}

// weigh makes weights of counts.
func (x *Index) weigh(c counted) measured {
	m := measured{raw: c.raw, lang: c.raw.lang}
	runs := 0
	for _, t := range c.raw.seq {
		if cluster.Spaceless(t.stem) {
			runs++
		}
	}
	m.spaceless = 2*runs > len(c.raw.seq)
	m.words = weights(&x.words, c.words, c.newWords)
	m.pairs = weights(&x.pairs, c.pairs, c.newPairs)
	sum := 0.0
	kinds := map[int32]string{}
	for _, k := range c.raw.marks {
		if id, ok := x.named[k.kind+"\x00"+k.key]; ok {
			kinds[id] = k.kind
		}
	}
	for _, id := range c.marks.ids {
		w := worth[kinds[id]] * x.marks.rare(x.marks.has[id])
		m.marks.ids, m.marks.weight = append(m.marks.ids, id), append(m.marks.weight, w)
		sum += w * w
	}
	for _, kind := range c.newMarks {
		w := worth[kind] * x.marks.rare(1)
		sum += w * w
	}
	m.marks.length = math.Sqrt(sum)
	return m
}

func weights(s *space, counts tally, unknown []int) vector {
	v := vector{ids: counts.ids, weight: make([]float64, 0, len(counts.ids))}
	sum := 0.0
	for i, id := range v.ids {
		w := (1 + math.Log(float64(counts.times[i]))) * s.rare(s.has[id])
		v.weight = append(v.weight, w)
		sum += w * w
	}
	for _, n := range unknown {
		w := (1 + math.Log(float64(n))) * s.rare(1)
		sum += w * w
	}
	v.length = math.Sqrt(sum)
	for i := range v.weight {
		v.weight[i] /= v.length
	}
	return v
}
