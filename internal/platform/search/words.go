package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"plenary/internal/core"
)

// script sorts words by what can be done with them.
type script uint8

const (
	other    script = iota // a script without a stemmer here: Greek, Hangul, Devanagari
	latin                  // en, fr, es
	cyrillic               // ru
	arabic                 // ar
	han                    // one sign: Han, Hiragana, Katakana
	number                 // figures only
	code                   // letters and figures: ws184, 5g, covid19
)

// word is one word of a text, or one sign of a script without spaces.
type word struct {
	start, end int    // bytes in the text
	raw        string // as it stands there
	term       string // folded
	script     script
}

// maxTerm is the longest word in bytes; the rest of a longer one is not looked at.
const maxTerm = 64

// words takes a text apart. Apostrophes, hyphens and points are between words, so that
// "l'internet", "l’Internet" and "l internet" are the same.
func (x *lexer) words(text string) []word {
	out := make([]word, 0, len(text)/6+1)
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if !asciiWord(c) {
				i++
				continue
			}
		} else {
			r, n := utf8.DecodeRuneInString(text[i:])
			if isHan(r) {
				raw := text[i : i+n]
				out = append(out, word{start: i, end: i + n, raw: raw, term: x.known(raw).term, script: han})
				i += n
				continue
			}
			if !startsWord(r) {
				i += n
				continue
			}
		}
		end := wordEnd(text, i)
		raw := text[i:end]
		k := x.known(raw)
		if k.term != "" {
			out = append(out, word{start: i, end: end, raw: raw, term: k.term, script: k.script})
		}
		i = end
	}
	return out
}

func wordEnd(text string, i int) int {
	for i < len(text) {
		if c := text[i]; c < utf8.RuneSelf {
			if !asciiWord(c) {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if isHan(r) || !startsWord(r) && !unicode.Is(unicode.M, r) && !unicode.Is(unicode.Cf, r) {
			return i
		}
		i += n
	}
	return i
}

func asciiWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func startsWord(r rune) bool {
	switch r {
	case '\u02bc', '\u02bb', '\u02b9', utf8.RuneError: // letters to Unicode, apostrophes to people
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func isHan(r rune) bool {
	return r >= 0x2e80 && (r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana))
}

// fold makes of a word what is compared: small letters without accents, full-width
// forms and figures of all scripts as plain ones.
func fold(raw string) string {
	ascii := true
	for i := 0; i < len(raw); i++ {
		if raw[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	s := raw
	if ascii {
		s = strings.ToLower(raw)
	} else {
		s = strings.Map(figure, core.Fold(strings.Map(seen, s)))
	}
	if len(s) > maxTerm {
		n := maxTerm
		for !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return s
}

// seen drops signs that are not seen: joiners, marks of direction, soft hyphens.
func seen(r rune) rune {
	if r >= utf8.RuneSelf && unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// figure writes the figures of all scripts alike. Those of a script stand in Unicode in
// a row of ten: its zero is found by walking back.
func figure(r rune) rune {
	if r < utf8.RuneSelf || !unicode.IsDigit(r) {
		return r
	}
	zero := r
	for i := 0; i < 9 && unicode.IsDigit(zero-1); i++ {
		zero--
	}
	return '0' + r - zero
}

// foldRussian keeps what the Russian stemmer looks at: й is a letter of its own.
func foldRussian(raw string) string {
	s := strings.ToLower(norm.NFC.String(strings.Map(seen, raw)))
	return strings.Map(func(r rune) rune {
		switch r {
		case 'ё':
			return 'е'
		case '\u0300', '\u0301': // stress
			return -1
		}
		return r
	}, s)
}

func scriptOf(raw string) script {
	letters, digits, s := false, false, other
	for _, r := range raw {
		switch {
		case unicode.IsDigit(r):
			digits = true
		case !unicode.IsLetter(r) || r == 'ـ': // tatweel is of no script
		case !letters:
			letters = true
			switch {
			case r < utf8.RuneSelf || unicode.Is(unicode.Latin, r):
				s = latin
			case unicode.Is(unicode.Cyrillic, r):
				s = cyrillic
			case unicode.Is(unicode.Arabic, r):
				s = arabic
			}
		}
	}
	switch {
	case letters && digits:
		return code
	case digits:
		return number
	}
	return s
}

// reference joins a short word and the number after it: what people write "WS 184",
// "WS #184" or "ws-184" is found as ws184, and that as any of them.
func reference(text string, a, b word) (string, bool) {
	if b.script != number || a.script == number || a.script == code || a.script == han ||
		len(b.term) > 6 || utf8.RuneCountInString(a.term) > 5 || b.start-a.end > 6 {
		return "", false
	}
	sign := false
	for _, r := range text[a.end:b.start] {
		switch r {
		case '#', '№', '＃':
			sign = true
		case ' ', '\u00a0', '-', '‑', '–', '_', '/', '.', ':':
		default:
			return "", false
		}
	}
	if !sign && isStop(a.term) {
		return "", false
	}
	return a.term + b.term, true
}

// figures is the number at the end of a code: 184 of ws184.
func figures(term string) string {
	i := len(term)
	for i > 0 && term[i-1] >= '0' && term[i-1] <= '9' {
		i--
	}
	return term[i:]
}
