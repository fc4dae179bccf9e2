package core

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold makes the key under which a name is searched and compared: small letters,
// without accents in the scripts that are read without them (Latin, Greek, Cyrillic,
// Arabic, Hebrew), one kind of apostrophe, quote, hyphen and space. Marks that are part
// of a letter in other scripts stay. Folding twice is folding once.
func Fold(s string) string {
	s = norm.NFKD.String(strings.Map(unifyMark, s))
	var b strings.Builder
	b.Grow(len(s))
	strip, space := true, false
	for _, r := range s {
		r = unifyMark(unicode.ToLower(r))
		switch {
		case unicode.IsSpace(r):
			space, strip = true, true
			continue
		case r == 0x0640 || unicode.Is(unicode.Cf, r): // tatweel, joiners, direction marks
			continue
		case unicode.Is(unicode.M, r):
			if strip {
				continue
			}
		default:
			strip = unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew, unicode.Common)
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		if plain, ok := plainLetters[r]; ok {
			b.WriteString(plain)
		} else {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// plainLetters are letters that no decomposition takes apart.
var plainLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ð': "d", 'þ': "th", 'đ': "d", 'ħ': "h", 'ı': "i", 'ł': "l", 'ŧ': "t",
	'ŋ': "n", 'ə': "e", 'ς': "σ",
	'ی': "ي", 'ى': "ي", 'ک': "ك", 'ۀ': "ه",
}

// unifyMark makes one sign of those that people type for apostrophe, quote and hyphen.
func unifyMark(r rune) rune {
	switch r {
	case '\u2018', '\u2019', '\u201b', '\u02bc', '\u02bb', '\u02b9', '\u2032', '\u00b4', '`', '\u055a', '\uff07':
		return '\''
	case '\u201c', '\u201d', '\u201e', '\u00ab', '\u00bb', '\u2033', '\uff02':
		return '"'
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212', '\u00ad', '\uff0d':
		return '-'
	}
	return r
}

// Words are the words of a folded text, letters and figures only: nothing in them means
// anything to LIKE.
func Words(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r)
	})
}

// WordCount is how many words a text has as a limit counts them: two signs of a script
// without blanks between words are one.
func WordCount(s string) int {
	words, signs := 0, 0
	for _, w := range strings.Fields(s) {
		own := 0
		for _, r := range w {
			if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
				own++
			}
		}
		if own == 0 {
			words++
		}
		signs += own
	}
	return words + (signs+1)/2
}
