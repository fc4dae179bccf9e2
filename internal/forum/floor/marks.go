package floor

import (
	"strings"
	"unicode"

	"plenary/internal/core"
)

// markedPart is a piece of text, found or not.
type markedPart struct {
	S   string
	Hit bool
}

// asked are the words that somebody looks for within a transcript.
type asked struct {
	words []string // folded
}

func newAsked(q string) asked { return asked{core.Words(q)} }

func (q asked) empty() bool { return len(q.words) == 0 }

// word is a word of a text with its place.
type word struct {
	from, to int
	folded   string
}

// wordsOf are the words of a text. Signs of scripts without blanks are words of their own.
func wordsOf(s string) []word {
	var out []word
	start := -1
	flush := func(end int) {
		if start >= 0 {
			if f := core.Words(s[start:end]); len(f) > 0 {
				out = append(out, word{start, end, strings.Join(f, "")})
			}
		}
		start = -1
	}
	for i, r := range s {
		switch {
		case wordless(r):
			flush(i)
			end := i + len(string(r))
			out = append(out, word{i, end, core.Fold(string(r))})
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) || unicode.Is(unicode.Cf, r) || r == 0x0640:
			if start < 0 {
				start = i
			}
		default:
			flush(i)
		}
	}
	flush(len(s))
	return out
}

func wordless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// spans are the places of a text where a word that is looked for stands, at the
// beginning of a word or as a run of signs; all says that none of them is missing.
func (q asked) spans(s string) (spans [][2]int, all bool) {
	if q.empty() {
		return nil, false
	}
	list := wordsOf(s)
	all = true
	for _, w := range q.words {
		found := false
		signs := []rune(w)
		for i, x := range list {
			if strings.HasPrefix(x.folded, w) {
				spans, found = append(spans, [2]int{x.from, x.to}), true
				continue
			}
			if len(signs) < 2 || !wordless(signs[0]) || i+len(signs) > len(list) {
				continue
			}
			run := true
			for k, r := range signs {
				run = run && list[i+k].folded == string(r)
			}
			if run {
				spans, found = append(spans, [2]int{x.from, list[i+len(signs)-1].to}), true
			}
		}
		all = all && found
	}
	return spans, all
}

// in tells whether a text has all the words.
func (q asked) in(s string) bool {
	_, all := q.spans(s)
	return all
}

// mark divides a text into what was found and the rest; a text that does not have all
// the words has no marks.
func (q asked) mark(s string) []markedPart {
	spans, all := q.spans(s)
	if !all {
		return []markedPart{{S: s}}
	}
	hit := make([]bool, len(s))
	for _, sp := range spans {
		for i := sp[0]; i < sp[1]; i++ {
			hit[i] = true
		}
	}
	var out []markedPart
	from := 0
	for i := 1; i <= len(s); i++ {
		if i == len(s) || hit[i] != hit[from] {
			out = append(out, markedPart{S: s[from:i], Hit: hit[from]})
			from = i
		}
	}
	return out
}
