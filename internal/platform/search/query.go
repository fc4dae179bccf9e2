package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unitKind sorts what a question is made of.
type unitKind uint8

const (
	oneWord  unitKind = iota // a word in any of its forms
	pair                     // a reference: "WS #184"
	signs                    // a run of signs without spaces
	sequence                 // "words in quotes": just these, side by side
)

// unit is one thing that is asked for.
type unit struct {
	kind  unitKind
	words []word
	stop  bool // says little: it need not be there when others are
}

func (u unit) key() string {
	var b strings.Builder
	b.WriteByte('0' + byte(u.kind))
	for _, w := range u.words {
		b.WriteString(" " + w.term)
	}
	return b.String()
}

// question is a text that was understood.
type question struct {
	text   string // as it was looked at; the places of words are in it
	units  []unit
	not    []unit
	cut    bool
	prefix bool // the last unit is the beginning of a word
}

// must are the units that have to be found, may those that need not.
func (q question) split() (must, may []unit) {
	for _, u := range q.units {
		if u.stop {
			may = append(may, u)
		} else {
			must = append(must, u)
		}
	}
	if len(must) == 0 {
		return may, nil
	}
	return must, may
}

const quotes = "\"“”„‟«»＂「」『』"

// understand takes apart what somebody typed. There are words, "sequences of words" and
// -words; everything else is between words. It never fails.
func understand(x *lexer, text string, prefix bool) question {
	q := question{}
	q.text, q.cut = shorten(strings.ToValidUTF8(text, " "), MaxRunes)
	all := x.words(q.text)
	loud := strings.ToUpper(q.text) == q.text // capitals say nothing then
	next := 0
	take := func(end int) []word { // the words up to a place
		from := next
		for next < len(all) && all[next].start < end {
			next++
		}
		return all[from:next]
	}
	pos, quoted, without := 0, false, false
	for pos <= len(q.text) {
		end := len(q.text)
		if i := strings.IndexAny(q.text[pos:], quotes); i >= 0 {
			end = pos + i
		}
		switch words := take(end); {
		case quoted && len(words) > 0:
			q.put(unit{kind: sequence, words: words}, without)
		case !quoted:
			q.loose(pos, end, words, loud)
		}
		without = !quoted && minusAt(q.text, end-1)
		quoted = !quoted
		_, n := utf8.DecodeRuneInString(q.text[end:])
		pos = end + max(n, 1)
	}
	if len(all) > 0 && len(q.units) > 0 {
		last := q.units[len(q.units)-1]
		q.prefix = prefix && last.kind == oneWord && last.words[0].end == len(q.text)
	}
	return q
}

// shorten cuts a text to so many characters.
func shorten(s string, n int) (string, bool) {
	if len(s) <= n {
		return s, false
	}
	for i := range s {
		if n == 0 {
			return s[:i], true
		}
		n--
	}
	return s, false
}

// minusAt tells whether a hyphen that takes away stands at a place: at the beginning
// of a word.
func minusAt(text string, i int) bool {
	if i < 0 || text[i] != '-' {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return i == 0 || unicode.IsSpace(r)
}

// loose takes words that stand outside of quotes.
func (q *question) loose(from, to int, words []word, loud bool) {
	for len(words) > 0 {
		// Up to the next space: what a hyphen before it takes away as a whole.
		chunk := to
		if i := strings.IndexFunc(q.text[words[0].start:to], unicode.IsSpace); i >= 0 {
			chunk = words[0].start + i
		}
		n := 1
		for n < len(words) && words[n].start < chunk {
			n++
		}
		if at := words[0].start - 1; at >= from && minusAt(q.text, at) {
			u := unit{kind: sequence, words: words[:n]}
			if n == 1 && words[0].script != han {
				u.kind = oneWord
			}
			q.put(u, true)
			words = words[n:]
			continue
		}
		words = words[q.one(words, loud):]
	}
}

// one takes the next unit and says how many words it is made of.
func (q *question) one(words []word, loud bool) int {
	w := words[0]
	if w.script == han {
		n := 1
		for n < len(words) && words[n].script == han && words[n].start == words[n-1].end {
			n++
		}
		q.put(unit{kind: signs, words: words[:n]}, false)
		return n
	}
	if len(words) > 1 {
		if _, ok := reference(q.text, w, words[1]); ok {
			q.put(unit{kind: pair, words: words[:2]}, false)
			return 2
		}
	}
	acronym := !loud && utf8.RuneCountInString(w.raw) > 1 && strings.ToUpper(w.raw) == w.raw
	q.put(unit{kind: oneWord, words: words[:1], stop: !acronym && isStop(w.term)}, false)
	return 1
}

// put adds a unit, once, as long as there is room.
func (q *question) put(u unit, without bool) {
	list := &q.units
	if without {
		list = &q.not
	}
	if len(u.words) > MaxWords+1 {
		u.words, q.cut = u.words[:MaxWords+1], true
	}
	if slices.ContainsFunc(*list, func(v unit) bool { return v.key() == u.key() }) {
		return
	}
	if len(q.units)+len(q.not) >= MaxWords {
		q.cut = true
		return
	}
	*list = append(*list, u)
}
