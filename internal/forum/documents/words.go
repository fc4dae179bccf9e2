package documents

import (
	"unicode"
	"unicode/utf8"
)

// tokens cuts a text into the pieces that are compared: words, white space, signs. In
// scripts that put no space between words each character is a piece. Together the
// tokens are the text.
func tokens(s string) []string {
	var out []string
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		kind := tokenKind(r)
		if kind == tokenWord || kind == tokenSpace {
			for n < len(s) {
				next, m := utf8.DecodeRuneInString(s[n:])
				if tokenKind(next) != kind && !(kind == tokenWord && joins(s[n:], m)) {
					break
				}
				n += m
			}
		} else {
			// A mark belongs to the character before it.
			for n < len(s) {
				next, m := utf8.DecodeRuneInString(s[n:])
				if !unicode.Is(unicode.M, next) {
					break
				}
				n += m
			}
		}
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

const (
	tokenWord = iota
	tokenSpace
	tokenSign
	tokenAlone // a character of a script without spaces
)

func tokenKind(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return tokenSpace
	case unicode.In(r, spaceless...):
		return tokenAlone
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.Is(unicode.M, r), r == '_':
		return tokenWord
	}
	return tokenSign
}

// spaceless are the scripts that put no space between words.
var spaceless = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

// joins tells whether the sign of m bytes at the start of s stands inside a word, as in
// "don't" and "zero-rated".
func joins(s string, m int) bool {
	switch s[:m] {
	case "'", "’", "-", "\u2011":
		next, _ := utf8.DecodeRuneInString(s[m:])
		return m < len(s) && tokenKind(next) == tokenWord
	}
	return false
}
