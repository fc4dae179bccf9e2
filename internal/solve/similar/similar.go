// Package similar finds texts that are copies of each other in other words, and texts on
// the same topic, and says by what: a person can check it. It does no I/O.
//
// How: a text becomes its words without endings and without those that say nothing; a
// word weighs more the oftener it stands in the text (in the title twice) and the fewer
// texts have it: (1+ln(count)) times ln((texts+1)/texts with it). Six tenths of the score
// are the cosine of these weights. Four tenths come from phrases, two words that stand
// near each other in both texts, which is what tells a copy from a text on the same topic.
// Marks (people, organisations, tags, links, goals, numbers, abbreviations and names in
// Latin script) add up to three tenths of what is missing to 1, but never make a copy of
// what the words do not.
//
// Across languages words are compared as they are written: that finds nothing between
// scripts, and between languages of one script only what is written alike. What remains
// are the marks, which may then add up to a half: a translation is found if it names the
// same people, organisations, tags, links, goals and numbers, and as alike, not as the
// same, because nobody has compared what it says. Nothing is translated.
package similar

import (
	"cmp"
	"slices"
)

// From which score two texts are the same text, reworded, and from which they speak of the
// same.
const (
	Same  = 0.5
	Alike = 0.17
)

// Kinds of match.
const (
	KindSame  = "same"
	KindAlike = "alike"
)

// MostReasons is how many reasons a match names at most.
const MostReasons = 12

// Text is one text with what is known about it.
type Text struct {
	ID, Lang           string
	Title, Body        string
	Tags, People, Orgs []string
}

// Match is two texts that are alike. A is the text that was asked for, or the one whose ID
// comes first.
type Match struct {
	A, B string
	// Score is from 0 to 1: 1 is the same words, Same a copy of which about half was
	// reworded, Alike the same topic.
	Score float64
	Kind  string // KindSame or KindAlike
	Why   []Reason
}

// Kinds of reason.
const (
	Word   = "word"
	Phrase = "phrase"
	Tag    = "tag"
	Person = "person"
	Org    = "organisation"
	Link   = "link"
	Goal   = "goal"   // of sustainable development, by its number
	Number = "number" // year, amount
	Name   = "name"   // abbreviation or name in Latin script
)

// Reason is something that both texts have.
type Reason struct {
	Kind   string
	Text   string  // as the text writes it that was asked for; a word in small letters
	Weight float64 // its part of the score; those of all reasons, named or not, add up to it
}

// Index holds texts that others are compared with. It does not change: it can be asked
// from many sides at once.
type Index struct {
	texts []Text // by ID
	read  []measured
	words space
	pairs space
	marks space
	ids   map[string]int32 // of words
	near  map[uint64]int32 // of phrases
	named map[string]int32 // of marks
}

// New makes an index. Texts may come in any order; of two with one ID the first counts.
func New(texts []Text) *Index {
	texts = slices.Clone(texts)
	slices.SortStableFunc(texts, func(a, b Text) int { return cmp.Compare(a.ID, b.ID) })
	texts = slices.CompactFunc(texts, func(a, b Text) bool { return a.ID == b.ID })
	x := &Index{texts: texts, ids: map[string]int32{}, near: map[uint64]int32{}, named: map[string]int32{}}
	rd := newReader()
	counted := make([]counted, len(texts))
	for i, t := range texts {
		counted[i] = x.count(rd.read(t), true)
	}
	x.words.open(len(texts), len(x.ids))
	x.pairs.open(len(texts), len(x.near))
	x.marks.open(len(texts), len(x.named))
	for i := range counted {
		x.words.see(counted[i].words)
		x.pairs.see(counted[i].pairs)
		x.marks.see(counted[i].marks)
	}
	x.read = make([]measured, len(texts))
	for i := range counted {
		m := x.weigh(counted[i])
		x.read[i] = m
		x.words.post(i, m.words)
		x.pairs.post(i, m.pairs)
		x.marks.post(i, m.marks)
	}
	return x
}

// Len is how many texts there are.
func (x *Index) Len() int { return len(x.texts) }

// Like finds the n texts that are most like t, the most alike first, without the one that
// has its ID. The text need not be in the index.
func (x *Index) Like(t Text, n int) []Match {
	m := x.weigh(x.count(newReader().read(t), false))
	list := x.around(&m, 0, Alike)
	list = slices.DeleteFunc(list, func(f found) bool { return t.ID != "" && x.texts[f.text].ID == t.ID })
	slices.SortFunc(list, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.score.all, a.score.all), cmp.Compare(a.text, b.text))
	})
	var out []Match
	for _, f := range list[:max(0, min(n, len(list)))] {
		out = append(out, x.match(t.ID, &m, f))
	}
	return out
}

// Near scores every text that has anything in common with t, also far too little to be
// alike, by its ID.
func (x *Index) Near(t Text) map[string]float64 {
	m := x.weigh(x.count(newReader().read(t), false))
	out := map[string]float64{}
	for _, f := range x.around(&m, 0, 1e-9) {
		out[x.texts[f.text].ID] = f.score.all
	}
	return out
}

// Pairs finds all pairs of the index that score at least so much, and at least Alike, the
// most alike first.
func (x *Index) Pairs(least float64) []Match {
	var out []Match
	for i, t := range x.texts {
		for _, f := range x.around(&x.read[i], i+1, max(least, Alike)) {
			out = append(out, x.match(t.ID, &x.read[i], f))
		}
	}
	slices.SortStableFunc(out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	return out
}
