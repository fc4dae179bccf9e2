package cluster

import "plenary/internal/core"

// Words are the words of a text as other packages that compare texts cut it (see words).
func Words(text string) []string { return words(text) }

// Spaceless tells whether a word is a run of characters of a script without spaces.
func Spaceless(word string) bool { return han(word) }

// Pairs are the neighbouring characters of a run without spaces that say something.
func Pairs(run string) []string {
	list := pairs(run)
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.stem
	}
	return out
}

// Stem is by what a word of a language is compared; empty if it says nothing of what a
// text is about.
func Stem(lang, word string) string {
	folded := core.Fold(word)
	if len([]rune(folded)) < 3 || stopWords[lang][folded] || digits(folded) {
		return ""
	}
	s := stem(lang, folded)
	if stopWords[lang][s] {
		return ""
	}
	return s
}
