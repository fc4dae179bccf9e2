package anchors

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// occurrence is a place where the very words stand, and how much of the anchor's
// surroundings stands around it.
type occurrence struct {
	para, start int
	at          int // in the code points of the whole text
	left, right int // weight of what is equal, next to the words, before and after
}

// found are all occurrences of the words of an anchor.
type found struct {
	m       *Mover
	anchor  Anchor
	quote   []rune
	weight  int
	own     int          // paragraph of the anchor's id in the later state, or -1
	here    []occurrence // in the later state
	before  []occurrence // in the earlier state, other than the anchor's own
	located bool         // the anchor's own place was found in the earlier state
}

const (
	much   = 24 // weight of words that are hardly written twice by chance
	strong = 12 // weight of surroundings that tell a place from another
	little = 4  // least difference between two surroundings
	edge   = 8  // weight of the beginning and the end of the text
)

// weigh says how telling a piece of text is: letters count one, signs that are words two.
func weigh(r []rune) int {
	n := 0
	for _, c := range r {
		n += weightOf(c)
	}
	return n
}

func weightOf(c rune) int {
	if ideograph(c) {
		return 2
	}
	return 1
}

func ideograph(c rune) bool {
	return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func (m *Mover) search(a Anchor, quote []rune, own int) *found {
	f := &found{m: m, anchor: a, quote: quote, weight: weigh(quote), own: own}
	before, after := []rune(a.Before), []rune(a.After)
	f.here = m.to.occurrences(string(quote), len(quote), before, after)
	for _, o := range m.from.occurrences(string(quote), len(quote), before, after) {
		if m.from.paras[o.para].ID == a.Para && o.start == a.Start {
			f.located = true
			continue
		}
		f.before = append(f.before, o)
	}
	return f
}

// occurrences finds the words wherever they stand as words: not in the middle of a
// longer one, and not with a vowel sign or accent more at the end.
func (d *doc) occurrences(quote string, n int, before, after []rune) []occurrence {
	var out []occurrence
	for i, text := range d.texts {
		runes, at := 0, 0
		for {
			k := strings.Index(text[at:], quote)
			if k < 0 {
				break
			}
			runes += utf8.RuneCountInString(text[at : at+k])
			p := d.from[i] + runes
			if d.cut(p, n, before, after) {
				out = append(out, occurrence{
					para: i, start: runes, at: p,
					left:  agree(before, d.runes[:p], true),
					right: agree(after, d.runes[p+n:], false),
				})
			}
			_, size := utf8.DecodeRuneInString(text[at+k:])
			at, runes = at+k+size, runes+1
		}
	}
	return out
}

// cut tells whether the words from p on begin and end as the anchor's do.
func (d *doc) cut(p, n int, before, after []rune) bool {
	first, last := d.runes[p], d.runes[p+n-1]
	l, r, bl, ar := ' ', ' ', ' ', ' '
	if p > 0 {
		l = d.runes[p-1]
	}
	if p+n < len(d.runes) {
		r = d.runes[p+n]
	}
	if len(before) > 0 {
		bl = before[len(before)-1]
	}
	if len(after) > 0 {
		ar = after[0]
	}
	return joined(l, first) == joined(bl, first) && joined(last, r) == joined(last, ar) && unicode.IsMark(r) == unicode.IsMark(ar)
}

// joined tells whether two code points belong to one word.
func joined(a, b rune) bool {
	return wordly(a) && wordly(b) && !ideograph(a) && !ideograph(b)
}

func wordly(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) }

// agree weighs how far the surroundings are the same, going away from the words; white
// space of any kind and length is the same. The beginning and the end of a text count.
func agree(context, text []rune, backwards bool) int {
	whole := len(context) < Context // the text ended there
	at := func(r []rune, i int) rune {
		if backwards {
			return r[len(r)-1-i]
		}
		return r[i]
	}
	skip := func(r []rune, i int) int {
		for i < len(r) && unicode.IsSpace(at(r, i)) {
			i++
		}
		return i
	}
	n, i, j := 0, 0, 0
	for i < len(context) && j < len(text) {
		a, b := at(context, i), at(text, j)
		switch {
		case unicode.IsSpace(a) && unicode.IsSpace(b):
			i, j = skip(context, i), skip(text, j)
			n++
			continue
		case a != b:
			return n
		}
		n += weightOf(a)
		i, j = i+1, j+1
	}
	if whole && i == len(context) && j == len(text) {
		n += edge
	}
	return n
}

// surest chooses among the occurrences, and says whether there is no doubt. Without
// any, para is -1.
func (f *found) surest() (occurrence, bool) {
	if len(f.here) == 0 {
		return occurrence{para: -1}, false
	}
	best := 0
	for i := range f.here {
		if f.rank(f.here[i]) > f.rank(f.here[best]) {
			best = i
		}
	}
	o := f.here[best]
	return o, f.sure(best)
}

// rank orders the occurrences: the own paragraph first where the surroundings on one
// side are there, then by surroundings.
func (f *found) rank(o occurrence) int {
	n := 2 * (o.left + o.right)
	if o.para == f.own {
		n++
		if o.telling() {
			n += 1000
		}
	}
	return n
}

// telling tells whether enough of the surroundings is there to know the place by.
func (o occurrence) telling() bool {
	return max(o.left, o.right) >= strong || min(o.left, o.right) >= little && o.left+o.right >= strong+little
}

// sure tells whether an occurrence is the anchor's: it has the anchor's surroundings
// and no other that could be it has them, too; and there is no other place in the
// earlier state of which it has the surroundings as much. Telling words that stood and
// stand only there need no surroundings.
func (f *found) sure(best int) bool {
	o := f.here[best]
	home := o.para == f.own
	alone := f.weight >= much && len(f.before) == 0
	if !home && f.weight >= much && len(f.here) > len(f.before)+1 {
		return false // somebody copied the words, and either may be the copy
	}
	for i, other := range f.here {
		switch {
		case i == best:
		case home && other.para != f.own:
			if other.left > o.left || other.right > o.right {
				return false
			}
		default:
			alone = false
			if !ahead(o.left, o.right, other.left, other.right) {
				return false
			}
			if (other.telling() || other.para == f.own) && !f.another(other) {
				return false
			}
		}
	}
	for _, old := range f.before {
		left, right := f.around(old, o)
		if !ahead(o.left, o.right, left, right) {
			return false
		}
	}
	if alone {
		return true
	}
	if f.weight < much {
		if o.left < little || o.right < little || !home && f.weight+o.left+o.right < 2*much {
			return false
		}
	}
	return o.telling()
}

// another tells whether an occurrence is known to be another one: it has the
// surroundings of one of the anchor's likes in the earlier state.
func (f *found) another(o occurrence) bool {
	for _, old := range f.before {
		if left, right := f.around(old, o); left+right >= o.left+o.right+2*little && left+right >= strong {
			return true
		}
	}
	return false
}

// around weighs what surroundings an earlier and a later occurrence have in common.
func (f *found) around(old, o occurrence) (left, right int) {
	from, to, n := f.m.from.runes, f.m.to.runes, len(f.quote)
	before := from[max(0, old.at-Context):old.at]
	after := from[old.at+n : min(len(from), old.at+n+Context)]
	return agree(before, to[:o.at], true), agree(after, to[o.at+n:], false)
}

func ahead(l, r, l2, r2 int) bool { return l >= l2 && r >= r2 && l+r >= l2+r2+little }

// likely tells whether a doubtful occurrence is still a better guess than edited words
// elsewhere: the words are telling, or something of their surroundings is there.
func (f *found) likely(o occurrence) bool {
	if o.para == f.own {
		return f.weight >= much/3 || o.left+o.right >= strong
	}
	return o.left+o.right >= strong || f.weight >= much
}
