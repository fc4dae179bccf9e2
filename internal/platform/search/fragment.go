package search

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"plenary/internal/core"
)

const (
	fragmentRunes = 200
	leadRunes     = 60      // before the first word that is marked
	maxScan       = 1 << 20 // bytes of a body that are looked through
)

// marker finds again in a text what was asked for.
type marker struct {
	lex       *lexer
	plain     map[string]int            // unit by word
	stems     map[string]map[string]int // unit by language and stem
	pairs     map[string]int            // unit by two signs
	sequences []markedSequence
	prefix    string
	prefixOf  int
}

type markedSequence struct {
	terms []string
	unit  int
}

// mark is a stretch of a text that is what was asked for.
type mark struct{ start, end, unit int }

func newMarker(x *lexer, q question) *marker {
	m := &marker{lex: x, plain: map[string]int{}, stems: map[string]map[string]int{}, pairs: map[string]int{}}
	need, _ := q.split()
	for i, u := range need {
		switch u.kind {
		case sequence:
			s := markedSequence{unit: i}
			for _, w := range u.words {
				s.terms = append(s.terms, w.term)
			}
			m.sequences = append(m.sequences, s)
		case signs:
			if len(u.words) == 1 {
				m.plain[u.words[0].term] = i
			}
			for j := range u.words[1:] {
				m.pairs[u.words[j].term+u.words[j+1].term] = i
			}
		case pair:
			m.plain[u.words[0].term+u.words[1].term] = i
			m.word(u.words[0], i)
			m.word(u.words[1], i)
		default:
			m.word(u.words[0], i)
			if q.prefix && i == len(need)-1 {
				m.prefix, m.prefixOf = u.words[0].term, i
			}
		}
	}
	return m
}

func (m *marker) word(w word, unit int) {
	m.plain[w.term] = unit
	for _, lang := range stemmed[w.script] {
		if s := m.lex.stem(lang, w); s != "" {
			if m.stems[lang] == nil {
				m.stems[lang] = map[string]int{}
			}
			m.stems[lang][s] = unit
		}
	}
}

// marks are the places of a text, in order, none over another.
func (m *marker) marks(text, lang string, words []word) []mark {
	var out []mark
	add := func(w word, unit int) {
		if n := len(out); n > 0 && out[n-1].end >= w.start && out[n-1].unit == unit {
			out[n-1].end = max(out[n-1].end, w.end)
			return
		}
		if n := len(out); n > 0 && out[n-1].end > w.start {
			return
		}
		out = append(out, mark{w.start, w.end, unit})
	}
	stems := m.stems[lang]
	for i := 0; i < len(words); i++ {
		w := words[i]
		if n, unit := m.sequenceAt(words[i:]); n > 0 {
			all := w
			all.end = words[i+n-1].end
			add(all, unit)
			i += n - 1
			continue
		}
		if unit, ok := m.plain[w.term]; ok {
			add(w, unit)
			continue
		}
		switch w.script {
		case han:
			if i+1 < len(words) && words[i+1].script == han && words[i+1].start == w.end {
				if unit, ok := m.pairs[w.term+words[i+1].term]; ok {
					add(w, unit)
					add(words[i+1], unit)
				}
			}
		case number:
			if i > 0 {
				if joined, ok := reference(text, words[i-1], w); ok {
					if unit, ok := m.plain[joined]; ok {
						add(words[i-1], unit)
						add(w, unit)
					}
				}
			}
		default:
			if unit, ok := stems[m.stemOf(lang, stems, w)]; ok {
				add(w, unit)
			} else if m.prefix != "" && strings.HasPrefix(w.term, m.prefix) {
				add(w, m.prefixOf)
			}
		}
	}
	return out
}

func (m *marker) stemOf(lang string, stems map[string]int, w word) string {
	if len(stems) == 0 {
		return ""
	}
	return m.lex.stem(lang, w)
}

func (m *marker) sequenceAt(words []word) (n, unit int) {
	for _, s := range m.sequences {
		if len(s.terms) > len(words) || len(s.terms) == 0 {
			continue
		}
		ok := true
		for i, t := range s.terms {
			if words[i].term != t {
				ok = false
				break
			}
		}
		if ok && len(s.terms) > n {
			n, unit = len(s.terms), s.unit
		}
	}
	return n, unit
}

// whole is a text with its marks.
func (m *marker) whole(text, lang string) []Piece {
	if text == "" {
		return nil
	}
	return cut(text, 0, len(text), m.marks(text, lang, m.lex.words(text)))
}

// fragment is the part of a body where most was found, in the language where most was
// found; the reader's among equals.
func (m *marker) fragment(body core.Text, lang string) ([]Piece, string) {
	order := []string{lang, body.Orig}
	order = append(order, core.Langs...)
	order = append(order, slices.Sorted(maps.Keys(body.By))...)
	var bestLang, bestText string
	var bestMarks []mark
	var bestWords []word
	most := -1
	tried := map[string]bool{}
	for _, l := range order {
		text := body.By[l]
		if text == "" || tried[l] {
			continue
		}
		tried[l] = true
		if len(text) > maxScan {
			text = strings.ToValidUTF8(text[:maxScan], "")
		}
		words := m.lex.words(text)
		marks := m.marks(text, l, words)
		if n := units(marks); n > most {
			most, bestLang, bestText, bestMarks, bestWords = n, l, text, marks, words
		}
	}
	if bestText == "" {
		return nil, ""
	}
	from, to := window(bestText, bestWords, bestMarks)
	return cut(bestText, from, to, bestMarks), bestLang
}

func units(marks []mark) int {
	seen := map[int]bool{}
	for _, m := range marks {
		seen[m.unit] = true
	}
	return len(seen)
}

// window is the best stretch of a text: with the most of what was asked for, then the
// earliest. It begins and ends between words.
func window(text string, words []word, marks []mark) (from, to int) {
	if len(marks) > 0 {
		best, at := 0, 0
		for i := range marks {
			room := forward(text, marks[i].start, fragmentRunes-leadRunes)
			seen, n := map[int]bool{}, 0
			for _, m := range marks[i:] {
				if m.end > room && n > 0 {
					break
				}
				seen[m.unit] = true
				n++
			}
			if score := len(seen)*100 + min(n, 99); score > best {
				best, at = score, i
			}
			if i >= 2000 {
				break // a body that says it over and over: the beginning will do
			}
		}
		from = back(text, marks[at].start, leadRunes)
		from = beginning(text, words, from, marks[at].start)
	}
	to = forward(text, from, fragmentRunes)
	if to < len(text) {
		i, _ := slices.BinarySearchFunc(words, to, func(w word, to int) int { return w.end - to })
		// words[i] is the first that ends at to or after it.
		if i < len(words) && words[i].start < to && words[i].end > to {
			if words[i].start > from {
				to = words[i].start
			} else {
				to = words[i].end
			}
		}
	}
	return from, to
}

// beginning moves the start of a fragment to that of a sentence, or else of a word, not
// after the mark.
func beginning(text string, words []word, from, mark int) int {
	if from == 0 {
		return 0
	}
	for i, r := range text[from:mark] {
		switch r {
		case '.', '!', '?', '؟', '。', '！', '？', '\n', '…', '۔':
			next := from + i + utf8.RuneLen(r)
			rest := text[next:]
			trimmed := strings.TrimLeftFunc(rest, unicode.IsSpace)
			if next += len(rest) - len(trimmed); next <= mark && (len(trimmed) < len(rest) || r > utf8.RuneSelf) {
				return next
			}
		}
	}
	i, _ := slices.BinarySearchFunc(words, from, func(w word, from int) int { return w.start - from })
	if i < len(words) && words[i].start <= mark {
		return words[i].start
	}
	return mark
}

func forward(text string, i, runes int) int {
	for ; runes > 0 && i < len(text); runes-- {
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
	}
	return i
}

func back(text string, i, runes int) int {
	for ; runes > 0 && i > 0; runes-- {
		_, n := utf8.DecodeLastRuneInString(text[:i])
		i -= n
	}
	return i
}

// cut makes pieces of a stretch of text. White space becomes one space, what cannot be
// seen is dropped, and an ellipsis says where text is left out.
func cut(text string, from, to int, marks []mark) []Piece {
	var out []Piece
	put := func(s string, marked bool) {
		if s != "" {
			out = append(out, Piece{Text: s, Marked: marked})
		}
	}
	pos := from
	for _, m := range marks {
		if m.start < pos || m.end > to {
			continue
		}
		put(clean(text[pos:m.start]), false)
		put(clean(text[m.start:m.end]), true)
		pos = m.end
	}
	put(clean(text[pos:to]), false)
	if from > 0 {
		if len(out) > 0 && !out[0].Marked {
			out[0].Text = "… " + strings.TrimLeft(out[0].Text, " ")
		} else {
			out = append([]Piece{{Text: "… "}}, out...)
		}
	}
	if n := len(out); to < len(text) && strings.TrimSpace(text[to:]) != "" && n > 0 {
		if !out[n-1].Marked {
			out[n-1].Text = strings.TrimRight(out[n-1].Text, " ") + " …"
		} else {
			out = append(out, Piece{Text: " …"})
		}
	}
	return out
}

func clean(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		case unicode.IsControl(r):
			continue
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}
