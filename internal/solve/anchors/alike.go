package anchors

import (
	"hash/fnv"
	"slices"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// token is a word, or a sign that is one by itself, with its place in code points.
type token struct {
	key        uint64 // of what the word is when case, vowel signs and encoding are left aside
	same       uint64 // of the word in normal form C
	start, end int
	weight     int32 // 2 for words, 1 for punctuation
	letters    []rune
}

// hash is the same in every run, so that ties fall the same way.
func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}

func tokens(text []rune) []token {
	var out []token
	for i := 0; i < len(text); {
		c := text[i]
		if unicode.IsSpace(c) {
			i++
			continue
		}
		j := i + 1
		if wordly(c) && !ideograph(c) {
			for j < len(text) && wordly(text[j]) && !ideograph(text[j]) {
				j++
			}
		} else {
			for j < len(text) && unicode.IsMark(text[j]) {
				j++
			}
		}
		t := token{start: i, end: j, weight: 1, letters: fold(text[i:j])}
		if wordly(c) {
			t.weight = 2
		}
		t.key = hash(string(t.letters))
		t.same = hash(norm.NFC.String(string(text[i:j])))
		out = append(out, t)
		i = j
	}
	return out
}

// fold takes from a word what does not make it another word.
func fold(word []rune) []rune {
	ascii := true
	for _, c := range word {
		ascii = ascii && c < 0x80
	}
	out := make([]rune, 0, len(word))
	if ascii {
		for _, c := range word {
			out = append(out, unicode.ToLower(c))
		}
		return out
	}
	for _, c := range norm.NFKC.String(string(word)) {
		if c == 0x0640 || c == 0x0670 || c >= 0x064B && c <= 0x065F { // tatweel and vowel signs
			continue
		}
		out = append(out, unicode.ToLower(c))
	}
	return out
}

// like says how alike two pieces are, from 0 to 1: 1 for the same words, whatever the
// white space and encoding. Words and neighbouring words count, in a short piece the
// letters as well; a part of a piece is alike to it even if it is small.
func like(a, b []token) float64 {
	if slices.EqualFunc(a, b, func(x, y token) bool { return x.same == y.same }) {
		return 1
	}
	const short = 8
	x, y := features(a), features(b)
	both := float64(shared(x, y))
	score := 0.0
	if len(x)+len(y) > 0 {
		score = 2 * both / float64(len(x)+len(y))
	}
	if min(words(a), words(b)) >= short {
		score = max(score, 0.6*both/float64(min(len(x), len(y))))
	}
	if min(words(a), words(b)) < short {
		p, q := pairs(a), pairs(b)
		if len(p)+len(q) > 0 {
			score = max(score, 0.9*2*float64(shared(p, q))/float64(len(p)+len(q)))
		}
	}
	return min(score, 0.99)
}

func words(ts []token) int {
	n := 0
	for _, t := range ts {
		if t.weight > 1 {
			n++
		}
	}
	return n
}

// features are the words and the pairs of neighbouring words, sorted.
func features(ts []token) []uint64 {
	out := make([]uint64, 0, 2*len(ts))
	last := uint64(0)
	for _, t := range ts {
		if t.weight < 2 {
			continue
		}
		out = append(out, t.key)
		if last != 0 {
			out = append(out, last*31+t.key)
		}
		last = t.key
	}
	slices.Sort(out)
	return out
}

// pairs are the pairs of neighbouring letters, sorted.
func pairs(ts []token) []uint64 {
	var out []uint64
	last := ' '
	for _, t := range ts {
		if t.weight < 2 {
			continue
		}
		for _, c := range t.letters {
			out = append(out, uint64(last)<<32|uint64(c))
			last = c
		}
		if len(t.letters) > 1 {
			out = append(out, uint64(last)<<32|' ')
			last = ' '
		}
	}
	slices.Sort(out)
	return out
}

func shared(a, b []uint64) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// span is a row of tokens, and the share of the surroundings found on the better side.
type span struct {
	lo, hi  int
	context float64
}

// fit finds the row of tokens of text that the words became, by the best alignment of
// the words with their surroundings: equal tokens count for it, tokens of the text that
// are passed over between them against it.
func fit(before, words, after, text []token) (span, bool) {
	const cells = 4 << 20
	all := slices.Concat(before, words, after)
	if len(text) == 0 || len(all) == 0 {
		return span{}, false
	}
	if len(all) > cells/len(text) {
		return coarse(words, text)
	}
	const unit, pass = 8, 1 // a token passed over costs an eighth of punctuation
	n, m := len(all), len(text)
	score := make([]int32, (n+1)*(m+1))
	at := func(i, j int) int { return i*(m+1) + j }
	bestI, bestJ, best := 0, 0, int32(0)
	for i := 1; i <= n; i++ {
		for j := 1; j <= m; j++ {
			s := max(0, score[at(i-1, j)], score[at(i, j-1)]-pass)
			if all[i-1].key == text[j-1].key {
				s = max(s, score[at(i-1, j-1)]+unit*all[i-1].weight)
			}
			score[at(i, j)] = s
			if s > best {
				bestI, bestJ, best = i, j, s
			}
		}
	}
	where := make([]int, n) // token of text that a token of all became; -1 if none
	for i := range where {
		where[i] = -1
	}
	for i, j := bestI, bestJ; i > 0 && j > 0 && score[at(i, j)] > 0; {
		s := score[at(i, j)]
		switch {
		case all[i-1].key == text[j-1].key && s == score[at(i-1, j-1)]+unit*all[i-1].weight:
			where[i-1] = j - 1
			i, j = i-1, j-1
		case s == score[at(i-1, j)]:
			i--
		default:
			j--
		}
	}
	return between(where, len(before), len(words), all, m)
}

// between reads the row off an alignment: from the first to the last of the words that
// was found, and on to the neighbours where these were found.
func between(where []int, before, words int, all []token, m int) (span, bool) {
	lo, hi := -1, -1
	var total, got [2]float64
	for i, j := range where {
		if i >= before && i < before+words {
			if j >= 0 {
				if lo < 0 {
					lo = j
				}
				hi = j + 1
			}
			continue
		}
		side := 0
		if i >= before {
			side = 1
		}
		total[side] += float64(all[i].weight)
		if j >= 0 {
			got[side] += float64(all[i].weight)
		}
	}
	if before > 0 && where[before-1] >= 0 {
		lo = where[before-1] + 1
	}
	if end := before + words; end < len(where) && where[end] >= 0 {
		hi = where[end]
	}
	s := span{lo: lo, hi: hi}
	for side := range total { // the better side: the other may have been left behind
		if total[side] > 0 {
			s.context = max(s.context, got[side]/total[side])
		}
	}
	if lo < 0 || hi < 0 || lo >= hi || hi > m {
		return span{}, false
	}
	return s, true
}

// coarse is fit for texts too long to align: from the first to the last token that
// stands once in both.
func coarse(words, text []token) (span, bool) {
	count, place := map[uint64]int{}, map[uint64]int{}
	for j, t := range text {
		count[t.key]++
		place[t.key] = j
	}
	in := map[uint64]int{}
	for _, t := range words {
		in[t.key]++
	}
	s := span{lo: len(text)}
	for _, t := range words {
		if in[t.key] == 1 && count[t.key] == 1 {
			s.lo, s.hi = min(s.lo, place[t.key]), max(s.hi, place[t.key]+1)
		}
	}
	return s, s.lo < s.hi
}
