package similar

import (
	"cmp"
	"math"
	"slices"
)

// order is the part of the score that phrases give, enough the cosine of phrases from
// which they give all of it: a copy of which four of ten words are others has a fifth,
// texts that only share a topic less than a tenth. What marks add to what is missing to 1
// is beside among texts of one language, and instead where words cannot tell; bar is what
// they leave of a text that is no copy by its words.
const (
	order   = 0.4
	enough  = 0.3
	beside  = 0.3
	instead = 0.5
	bar     = Same - 0.01
)

// runs is the power for scripts without spaces: there the words are pairs of neighbouring
// characters, of which each changed character changes two.
const runs = 0.7

// score is how alike two texts are, and what of it comes from where.
type score struct {
	words, pairs, marks       float64 // cosines; of marks see around
	ofWords, ofPairs, ofMarks float64 // what a cosine of 1 adds
	all                       float64
}

// found is a text and its score.
type found struct {
	text  int
	score score
}

// rate puts the three cosines together.
func rate(words, pairs, marks float64, a, b *measured) score {
	s := score{words: whole(words), pairs: whole(pairs), marks: marks}
	w, p := s.words, s.pairs
	if a.spaceless && b.spaceless {
		w, p = math.Pow(w, runs), math.Pow(p, runs)
	}
	said := w
	if w < 1 && a.pairs.length > 0 && b.pairs.length > 0 {
		said = (1-order)*w + order*min(1, p/enough)
		w *= 1 - order
	}
	if s.words > 0 {
		s.ofWords = w / s.words
	}
	if s.pairs > 0 {
		s.ofPairs = (said - w) / s.pairs
	}
	s.ofMarks = (1 - said) * instead
	if a.lang == b.lang {
		s.ofMarks = (1 - said) * beside
	}
	if said < Same && said+s.ofMarks*marks > bar {
		s.ofMarks = max(0, (bar-said)/marks)
	}
	s.all = said + s.ofMarks*marks
	return s
}

// whole takes away what rounding left to 1.
func whole(x float64) float64 {
	if x > 1-1e-9 {
		return 1
	}
	return x
}

// around finds the texts from a place of the index on that score at least so much.
func (x *Index) around(m *measured, first int, least float64) []found {
	n := len(x.texts) - first
	if n <= 0 {
		return nil
	}
	sums := make([]float64, 3*n)
	words, pairs, marks := sums[:n], sums[n:2*n], sums[2*n:]
	x.words.add(words, &m.words, first)
	x.pairs.add(pairs, &m.pairs, first)
	x.marks.add(marks, &m.marks, first)
	rarest := x.marks.rare(1)
	var out []found
	for i := range n {
		k := 0.0
		if marks[i] > 0 { // one mark that few have says less than many
			k = marks[i] / (m.marks.length*x.read[first+i].marks.length + rarest*rarest)
		}
		if s := rate(words[i], pairs[i], k, m, &x.read[first+i]); s.all >= least {
			out = append(out, found{first + i, s})
		}
	}
	return out
}

// add adds up the products of weights with all texts from a place on.
func (s *space) add(sums []float64, v *vector, first int) {
	for i, id := range v.ids {
		w, list := v.weight[i], s.posts[id]
		if first > 0 {
			at, _ := slices.BinarySearchFunc(list, int32(first), func(p posting, text int32) int { return cmp.Compare(p.text, text) })
			list = list[at:]
		}
		for _, p := range list {
			sums[int(p.text)-first] += w * p.weight
		}
	}
}

// match says what two texts have in common.
func (x *Index) match(id string, m *measured, f found) Match {
	other := &x.read[f.text]
	out := Match{A: id, B: x.texts[f.text].ID, Score: f.score.all, Kind: KindAlike}
	if f.score.all >= Same {
		out.Kind = KindSame
	}
	spelt, phrases := m.raw.spelling(x)
	why := func(kind, text string, weight float64) {
		if weight > 0 && text != "" {
			out.Why = append(out.Why, Reason{kind, text, weight})
		}
	}
	both(&m.words, &other.words, func(id int32, w float64) { why(Word, spelt[id], w*f.score.ofWords) })
	both(&m.pairs, &other.pairs, func(id int32, w float64) { why(Phrase, phrases[id], w*f.score.ofPairs) })
	if rarest := x.marks.rare(1); f.score.marks > 0 {
		scale := f.score.ofMarks / (m.marks.length*other.marks.length + rarest*rarest)
		names := map[int32]mark{}
		for _, k := range m.raw.marks {
			if id, ok := x.named[k.kind+"\x00"+k.key]; ok {
				names[id] = k
			}
		}
		both(&m.marks, &other.marks, func(id int32, w float64) { why(names[id].kind, names[id].text, w*scale) })
	}
	slices.SortStableFunc(out.Why, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text))
	})
	out.Why = slices.Clip(out.Why[:min(len(out.Why), MostReasons)])
	return out
}

// both calls fn with all that two texts have and the product of its weights.
func both(u, v *vector, fn func(id int32, weight float64)) {
	for i, j := 0, 0; i < len(u.ids) && j < len(v.ids); {
		switch {
		case u.ids[i] < v.ids[j]:
			i++
		case u.ids[i] > v.ids[j]:
			j++
		default:
			fn(u.ids[i], u.weight[i]*v.weight[j])
			i++
			j++
		}
	}
}
