// Package cluster puts short texts that speak of the same into clusters, and says which
// words made each: a person can check it, and another program comes to the same.
//
// How: each text becomes its words without endings and without those that say nothing;
// a word weighs more the oftener it stands in the text and the fewer texts have it
// (1+ln(count) times ln((texts+1)/texts with it)). Two texts are as alike as the cosine
// of their weights, in the language that both have and in which they are most alike;
// texts without a common language are not alike. Then the two clusters that are most
// alike on average over all pairs of their texts become one, again and again, until no
// two are as alike as Enough. Only texts of one group (a theme) come together by
// themselves. What a person has put into a cluster stays there, and what is like it
// joins. Nothing depends on the order in which the texts are given, or on chance.
package cluster

import (
	"cmp"
	"math"
	"slices"
)

// Enough is the average likeness from which two clusters become one.
const Enough = 0.10

// NamedWords is how many words a cluster names at most.
const NamedWords = 6

// Item is one text.
type Item struct {
	ID    string            // unique
	Group string            // only items of one group come together by themselves
	Texts map[string]string // by language
	Lang  string            // in which of them it was written
	Fixed string            // the key of the cluster into which a person has put it; else empty
}

// Word is one of the words that made a cluster.
type Word struct {
	Word string // as it is mostly written, in small letters
	Lang string
	// Share is the part, from 0 to 1, that the word has in the likeness of the members;
	// in a cluster of one the part that it has in the weight of the text.
	Share float64
	Items int // how many members have it
}

// Member is an item in its cluster.
type Member struct {
	ID       string
	Likeness float64 // average over the others of the cluster, 0 to 1
	// Share is the part that it has in the named words; the shares of all members are 1
	// together, or all 0 where the cluster has no words.
	Share float64
	Words []string // those of the named words that it has
	Fixed bool     // a person has put it there
}

// Cluster is what belongs together.
type Cluster struct {
	Key     string   // of a fixed cluster its own, else "~" and the least ID of its members
	Fixed   bool     // made by a person
	Groups  []string // of its members, the most frequent first
	Words   []Word   // the weightiest first
	Members []Member // the most alike first
}

// Make puts every item into exactly one cluster. fixed are the keys of the clusters
// that people have made: they come first, in this order, also where they are empty. An
// item that is fixed to a key that is not among them is free. Then come the others, the
// largest first.
func Make(items []Item, fixed []string) []Cluster {
	items = slices.SortedFunc(slices.Values(items), func(a, b Item) int { return cmp.Compare(a.ID, b.ID) })
	m := measure(items)
	out := make([]Cluster, 0, len(items))
	for _, g := range m.gather(items, fixed) {
		out = append(out, m.describe(items, g))
	}
	slices.SortStableFunc(out, func(a, b Cluster) int {
		switch {
		case a.Fixed || b.Fixed:
			return place(fixed, a) - place(fixed, b)
		case len(a.Members) != len(b.Members):
			return len(b.Members) - len(a.Members)
		}
		return cmp.Compare(a.Key, b.Key)
	})
	return out
}

func place(fixed []string, c Cluster) int {
	if !c.Fixed {
		return len(fixed)
	}
	return slices.Index(fixed, c.Key)
}

// weighed is one text in one language as weights of its terms, of length 1.
type weighed struct {
	lang   string
	terms  []int // ascending
	weight []float64
}

// measured is what is known of all items: their weights and how alike each two are.
type measured struct {
	texts   [][]weighed // by item
	spelt   []map[int]string
	langs   []string // by term
	like    [][]float64
	written []string // the language in which each was written
}

func measure(items []Item) *measured {
	m := &measured{texts: make([][]weighed, len(items)), spelt: make([]map[int]string, len(items))}
	ids := map[string]int{} // language, NUL, stem
	df, texts := map[int]int{}, map[string]int{}
	type raw struct {
		lang   string
		counts map[int]int
	}
	all := make([][]raw, len(items))
	for i, it := range items {
		m.spelt[i] = map[int]string{}
		m.written = append(m.written, it.Lang)
		for _, lang := range sortedKeys(it.Texts) {
			r := raw{lang: lang, counts: map[int]int{}}
			for _, t := range terms(lang, it.Texts[lang]) {
				key := lang + "\x00" + t.stem
				id, ok := ids[key]
				if !ok {
					id = len(ids)
					ids[key] = id
					m.langs = append(m.langs, lang)
				}
				if r.counts[id]++; r.counts[id] == 1 {
					df[id]++
					m.spelt[i][id] = t.word
				}
			}
			if len(r.counts) > 0 {
				texts[lang]++
				all[i] = append(all[i], r)
			}
		}
	}
	for i, list := range all {
		for _, r := range list {
			w := weighed{lang: r.lang, terms: sortedKeys(r.counts)}
			sum := 0.0
			for _, id := range w.terms {
				x := (1 + math.Log(float64(r.counts[id]))) * math.Log(float64(texts[r.lang]+1)/float64(df[id]))
				w.weight = append(w.weight, x)
				sum += x * x
			}
			for k := range w.weight {
				w.weight[k] /= math.Sqrt(sum)
			}
			m.texts[i] = append(m.texts[i], w)
		}
	}
	m.compare()
	return m
}

// compare reckons how alike each two items are.
func (m *measured) compare() {
	n := len(m.texts)
	m.like = make([][]float64, n)
	for i := range n {
		m.like[i] = make([]float64, n)
		for j := range i {
			x, _, _ := m.pair(i, j)
			m.like[i][j], m.like[j][i] = x, x
		}
	}
}

// pair tells how alike two items are, and by the texts in which language.
func (m *measured) pair(i, j int) (like float64, a, b *weighed) {
	for x := range m.texts[i] {
		for y := range m.texts[j] {
			u, v := &m.texts[i][x], &m.texts[j][y]
			if u.lang != v.lang {
				continue
			}
			sum := 0.0
			both(u, v, func(_ int, w float64) { sum += w })
			if sum > like {
				like, a, b = sum, u, v
			}
		}
	}
	return like, a, b
}

// both calls fn with each term that two texts have and the product of its weights.
func both(u, v *weighed, fn func(term int, weight float64)) {
	for x, y := 0, 0; x < len(u.terms) && y < len(v.terms); {
		switch {
		case u.terms[x] < v.terms[y]:
			x++
		case u.terms[x] > v.terms[y]:
			y++
		default:
			fn(u.terms[x], u.weight[x]*v.weight[y])
			x++
			y++
		}
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
