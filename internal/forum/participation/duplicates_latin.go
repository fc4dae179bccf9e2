package participation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"

	"plenary/internal/core"
)

// latin is a name in Latin letters, its words sorted, so that the same name in another
// script, or with the family name first, has the same or nearly the same key. It is the
// key that Registration.LatinKey keeps.
func latin(name string) string {
	words := latinWords(name)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// latinWords are the words of a text in Latin letters, in their order. A name in Han or
// Hangul without a blank is its family name and what is given.
func latinWords(text string) []string {
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	for _, w := range core.Words(text) {
		if isASCII(w) {
			add(w)
			continue
		}
		if n := utf8.RuneCountInString(w); n > 1 && n <= 4 && syllables(w) {
			_, first := utf8.DecodeRuneInString(w)
			add(letters(w[:first]))
			add(letters(w[first:]))
			continue
		}
		add(letters(w))
	}
	return out
}

// letters spells a word in Latin letters and figures only.
func letters(w string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(unidecode.Unidecode(w)))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// syllables tells whether each sign of a word is a syllable of its own.
func syllables(w string) bool {
	for _, r := range w {
		if !unicode.In(r, unicode.Han, unicode.Hangul) {
			return false
		}
	}
	return true
}

// soundPairs are spellings of one sound, as languages and passports have them; the longer
// come first.
var soundPairs = strings.NewReplacer(
	"shch", "s", "sch", "s", "sh", "s", "tch", "c", "ch", "c", "kh", "h", "gh", "g", "zh", "z", "ts", "c", "tz", "c", "th", "t", "dh", "d", "ph", "f",
	"ck", "k", "ou", "u", "oo", "u", "ee", "i", "x", "ks", "q", "k", "w", "v", "y", "i", "j", "i",
)

// sound is a word in Latin letters as it is heard: the usual ways to write one sound are
// one, and no letter stands twice.
func sound(word string) string {
	s := strings.ReplaceAll(soundPairs.Replace(word), "c", "k")
	var b strings.Builder
	var last rune
	for _, r := range s {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// skeleton is what of a sound is left without vowels: all that Arabic and Hebrew write. A
// word of vowels is its own.
func skeleton(sound string) string {
	var b strings.Builder
	var last rune
	for _, r := range sound {
		if !strings.ContainsRune("aeiou", r) && r != last {
			b.WriteRune(r)
			last = r
		}
	}
	if b.Len() == 0 {
		return sound
	}
	return b.String()
}

// near tells whether two words differ in one letter at most: one more, one less, another
// one, or two neighbours changed about. Short words must be the same.
func near(a, b string) bool {
	if a == b {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 4 || len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
