package documents

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"plenary/internal/core"
)

// profile is what of a text is compared: its words and pairs of neighbouring words,
// counted, without regard to case and signs; in a short text also its letters.
type profile struct {
	words   string // folded, one blank between: equal for texts that say the same words
	n       int    // number of words
	parts   bag
	letters bag // pairs of letters; only of short texts
}

// bag is a counted set.
type bag struct {
	features []feature // by hash
	total    int
}

// feature is a hash of a word or a pair and how often it comes.
type feature struct {
	hash uint64
	n    int
}

const short = 8 // words; below that letters are compared too

func newProfile(text string) profile {
	var words []string
	for _, t := range tokens(strings.ToLower(norm.NFKC.String(text))) {
		if !isWeak(t) {
			words = append(words, t)
		}
	}
	p := profile{words: strings.Join(words, " "), n: len(words)}
	hashes := make([]uint64, 0, 2*len(words))
	last := uint64(0)
	for i, w := range words {
		h := fnv(offset64, w)
		hashes = append(hashes, h)
		if i > 0 {
			hashes = append(hashes, fnv(last*31+1, w))
		}
		last = h
	}
	p.parts = counted(hashes)
	if p.n < short {
		var pairs []uint64
		r := []rune(p.words)
		for i := range len(r) - 1 {
			pairs = append(pairs, uint64(r[i])<<32|uint64(r[i+1]))
		}
		p.letters = counted(pairs)
	}
	return p
}

const (
	offset64 = 14695981039346656037
	prime64  = 1099511628211
)

// fnv is FNV-1a from a given start.
func fnv(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * prime64
	}
	return h
}

func counted(hashes []uint64) bag {
	slices.Sort(hashes)
	out := bag{total: len(hashes)}
	for _, h := range hashes {
		if k := len(out.features) - 1; k >= 0 && out.features[k].hash == h {
			out.features[k].n++
			continue
		}
		out.features = append(out.features, feature{h, 1})
	}
	return out
}

// shared counts what two bags have in common.
func shared(x, y bag) int {
	a, b := x.features, y.features
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].hash < b[j].hash:
			i++
		case a[i].hash > b[j].hash:
			j++
		default:
			n += min(a[i].n, b[j].n)
			i, j = i+1, j+1
		}
	}
	return n
}

func dice(a, b bag) float64 {
	if a.total+b.total == 0 {
		return 0
	}
	return 2 * float64(shared(a, b)) / float64(a.total+b.total)
}

// like says how alike two texts are, from 0 to 1; alike is 0.5 and more. A part that
// was cut out of a text is alike to it even if it is small.
func like(a, b profile) float64 {
	if a.words == b.words {
		if a.n == 0 {
			return 0
		}
		return 1
	}
	both := float64(shared(a.parts, b.parts))
	score := 2 * both / float64(max(1, a.parts.total+b.parts.total))
	if min(a.n, b.n) >= short {
		score = max(score, 0.6*both/float64(min(a.parts.total, b.parts.total)))
	}
	if a.n < short && b.n < short {
		score = max(score, 0.9*dice(a.letters, b.letters))
	}
	return min(score, 0.999) // 1 is for the same words only
}

// alike is the least likeness at which two texts are taken for the same one, changed.
const alike = 0.5

// Similarity says how alike two texts are, from 0 to 1, without regard to case, signs
// and white space. From 0.5 on one is recognisably made from the other.
func Similarity(a, b string) float64 { return like(newProfile(a), newProfile(b)) }

// profiles are those of a text in all its languages.
type profiles map[string]profile

func profilesOf(t core.Text) profiles {
	out := make(profiles, len(t.By))
	for l, s := range t.By {
		out[l] = newProfile(s)
	}
	return out
}

// likeText compares two texts in the languages that both have; the best counts, so
// that a new translation of one language does not make the paragraph another.
func likeText(a, b profiles) float64 {
	best := 0.0
	for l, p := range a {
		if q, ok := b[l]; ok {
			best = max(best, like(p, q))
		}
	}
	return best
}
