package forumtext

import (
	"slices"
	"strings"
	"unicode"
)

// Reuse is a stretch of one text that stands nearly word for word in an older one.
type Reuse struct {
	First       Placed  // in the older text
	Second      Placed  // in the newer one; both places are those of the whole paragraphs
	Likeness    float64 // 1 for word by word the same
	Changes     []Change
	NumbersOnly bool // there are changes, and all of them are numbers and what qualifies them
}

// Change is one place at which the two stretches differ. Before or After is "" where
// words were added or left out. Spelling ("organised", "organized"), capitals and
// punctuation are no changes.
type Change struct{ Before, After string }

const (
	reuseWords    = 25  // the least stretch of the newer text that is worth telling
	reuseLikeness = 0.7 // and how much of it has to be the same
	reuseGap      = 14  // more new words in a row end a stretch
	maxBucket     = 40  // a hash in more paragraphs than this tells nothing
	maxRivals     = 3   // older paragraphs that one paragraph is compared with
)

// Reused finds the stretches of b that stand nearly word for word in a: at least 25 words
// of a paragraph, seven in ten of them the same. They come in the order of b.
func Reused(a, b *Document) []Reuse { return ReusedPrints(Prints(a), Prints(b)) }

// ReusedPrints is Reused for documents that were read before and of which the prints were
// kept. It looks at each hash once, so a new document can be held against the prints of
// hundreds of older ones.
func ReusedPrints(older, newer []Print) []Reuse {
	byHash := make(map[uint64][]int)
	for i, p := range newer {
		for _, h := range p.Hash {
			if list := byHash[h]; len(list) <= maxBucket && (len(list) == 0 || list[len(list)-1] != i) {
				byHash[h] = append(list, i)
			}
		}
	}
	shared := make([]map[int]int, len(newer))
	for o, p := range older {
		for _, h := range p.Hash {
			list := byHash[h]
			if len(list) > maxBucket {
				continue
			}
			for _, i := range list {
				if shared[i] == nil {
					shared[i] = make(map[int]int)
				}
				shared[i][o]++
			}
		}
	}
	var out []Reuse
	for i, p := range newer {
		for _, o := range rivals(shared[i]) {
			out = append(out, compareParagraphs(older[o].Para, p.Para)...)
		}
	}
	return out
}

// rivals are the older paragraphs that share most hashes with one, two at least.
func rivals(shared map[int]int) []int {
	var list []int
	for o, n := range shared {
		if n > 1 {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b int) int {
		if shared[a] != shared[b] {
			return shared[b] - shared[a]
		}
		return a - b
	})
	return list[:min(len(list), maxRivals)]
}

// run is a stretch of words that is the same in both texts.
type run struct{ a, b, n int }

// compareParagraphs aligns two paragraphs word by word and returns the stretches that are
// nearly the same.
func compareParagraphs(first, second Placed) []Reuse {
	a, b := splitWords(first.Text), splitWords(second.Text)
	runs := commonRuns(a, b)
	var out []Reuse
	for from := 0; from < len(runs); {
		to := from + 1
		for to < len(runs) {
			prev, next := runs[to-1], runs[to]
			if next.a-prev.a-prev.n > reuseGap || next.b-prev.b-prev.n > reuseGap {
				break
			}
			to++
		}
		if reuse, ok := stretch(first, second, a, b, runs[from:to]); ok {
			out = append(out, reuse)
		}
		from = to
	}
	return out
}

// commonRuns is the longest common sequence of the words, as runs. A run of one short
// word between changes is chance and is left out.
func commonRuns(a, b []textWord) []run {
	width := len(b) + 1
	table := make([]uint16, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].plain == b[j].plain {
				table[i*width+j] = table[(i+1)*width+j+1] + 1
			} else {
				table[i*width+j] = max(table[(i+1)*width+j], table[i*width+j+1])
			}
		}
	}
	var out []run
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].plain == b[j].plain:
			if n := len(out) - 1; n >= 0 && out[n].a+out[n].n == i && out[n].b+out[n].n == j {
				out[n].n++
			} else {
				out = append(out, run{i, j, 1})
			}
			i, j = i+1, j+1
		case table[(i+1)*width+j] >= table[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return slices.DeleteFunc(out, func(r run) bool { return r.n == 1 && len(a[r.a].plain) < 5 && a[r.a].plain[0] != '#' })
}

// stretch makes a Reuse of runs that belong together, if they are long and alike enough.
// It begins and ends with three words that are the same.
func stretch(first, second Placed, a, b []textWord, runs []run) (Reuse, bool) {
	for len(runs) > 0 && runs[0].n < 3 {
		runs = runs[1:]
	}
	for len(runs) > 0 && runs[len(runs)-1].n < 3 {
		runs = runs[:len(runs)-1]
	}
	if len(runs) == 0 {
		return Reuse{}, false
	}
	begin, end := runs[0], runs[len(runs)-1]
	inA, inB := end.a+end.n-begin.a, end.b+end.n-begin.b
	same := 0
	for _, r := range runs {
		same += r.n
	}
	if inB < reuseWords || 2*float64(same) < reuseLikeness*float64(inA+inB) {
		return Reuse{}, false
	}
	reuse := Reuse{
		First:   Placed{cutWords(first.Text, a, begin.a, end.a+end.n), first.Place},
		Second:  Placed{cutWords(second.Text, b, begin.b, end.b+end.n), second.Place},
		Changes: changes(first.Text, second.Text, a, b, runs),
	}
	for _, c := range reuse.Changes {
		same -= max(0, min(numbersAlone(c.Before), numbersAlone(c.After)))
	}
	if 2*float64(same) < reuseLikeness*float64(inA+inB) {
		return Reuse{}, false
	}
	reuse.Likeness = float64(int(2*float64(same)/float64(inA+inB)*100+0.5)) / 100
	reuse.NumbersOnly = len(reuse.Changes) > 0
	for _, c := range reuse.Changes {
		reuse.NumbersOnly = reuse.NumbersOnly && isNumberChange(c)
	}
	return reuse, true
}

// cutWords is the text from one word to the one before another, with the punctuation
// behind the last.
func cutWords(s string, words []textWord, from, to int) string {
	if from >= to {
		return ""
	}
	end := words[to-1].to
	if to == len(words) || isSentenceEnd([]rune(s[end:])[0]) {
		for _, r := range s[end:] {
			if !unicode.IsPunct(r) {
				break
			}
			end += len(string(r))
		}
	}
	return s[words[from].from:end]
}

// changes lists what differs between the runs, and the numbers inside them whose value
// differs.
func changes(first, second string, a, b []textWord, runs []run) []Change {
	var out []Change
	type cut struct{ fromA, toA, fromB, toB int }
	var cuts []cut
	add := func(c cut) {
		if n := len(cuts) - 1; n >= 0 && cuts[n].toA == c.fromA && cuts[n].toB == c.fromB {
			cuts[n].toA, cuts[n].toB = c.toA, c.toB
			return
		}
		cuts = append(cuts, c)
	}
	for k, r := range runs {
		for i := range r.n {
			x, y := r.a+i, r.b+i
			if a[x].plain[0] == '#' && plainNumber(first, a[x]) != plainNumber(second, b[y]) {
				add(cut{x, x + 1, y, y + 1})
			}
		}
		if k+1 < len(runs) {
			add(cut{r.a + r.n, runs[k+1].a, r.b + r.n, runs[k+1].b})
		}
	}
	for _, c := range cuts {
		out = append(out, Change{bareWords(first, a, c.fromA, c.toA), bareWords(second, b, c.fromB, c.toB)})
	}
	return out
}

func bareWords(s string, words []textWord, from, to int) string {
	if from >= to {
		return ""
	}
	return s[words[from].from:words[to-1].to]
}

func plainNumber(s string, w textWord) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s[w.from:w.to])
}

// numbersAlone counts the numbers in digits of a changed stretch.
func numbersAlone(s string) int {
	n := 0
	for _, w := range splitWords(s) {
		if w.plain[0] == '#' {
			n++
		}
	}
	return n
}

var besideNumbers = wordSet(`more than over nearly almost about around approximately roughly some at least up to no fewer less close
	as many a an total of record well just under and th st nd rd current plus de près environ au moins más cerca`)

// isNumberChange reports a change of nothing but numbers, their qualifiers and their
// endings ("16th"); a number in words is one as well.
func isNumberChange(c Change) bool {
	count := 0
	for _, side := range []string{c.Before, c.After} {
		for _, w := range splitWords(side) {
			head, _, _ := strings.Cut(w.plain, "-")
			switch {
			case w.plain[0] == '#' || numberWords[head] > 0 || wordScales[head] > 0 || ordinalWords[head] > 0:
				count++
			case besideNumbers[w.plain]:
			default:
				return false
			}
		}
	}
	return count > 0
}
