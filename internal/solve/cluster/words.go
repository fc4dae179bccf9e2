package cluster

import (
	"strings"
	"unicode"

	"plenary/internal/core"
)

// term is one word of a text: the stem by which it is compared, and the word as it was
// written, in small letters, which stands for it on a page.
type term struct{ stem, word string }

// terms are the words of a text in a language, without those that say nothing of what
// it is about. In scripts that put no space between words, each two neighbouring
// characters are a word.
func terms(lang, text string) []term {
	var out []term
	stop := stopWords[lang]
	for _, w := range words(text) {
		if han(w) {
			out = append(out, pairs(w)...)
			continue
		}
		folded := core.Fold(w)
		if len([]rune(folded)) < 3 || stop[folded] || digits(folded) {
			continue
		}
		s := stem(lang, folded)
		if stop[s] {
			continue
		}
		out = append(out, term{stem: s, word: strings.ToLower(w)})
	}
	return out
}

// words cuts a text at what is neither letter, mark nor figure. A hyphen or apostrophe
// cuts too: "l'accès" is two words, "zero-rated" is two. Han characters stand apart
// from letters beside them.
func words(text string) []string {
	var out []string
	var cur []rune
	flush := func() {
		if len(cur) > 0 {
			out = append(out, string(cur))
			cur = cur[:0]
		}
	}
	for _, r := range text {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r):
			flush()
			continue
		case len(cur) > 0 && spaceless(r) != spaceless(cur[len(cur)-1]):
			flush()
		}
		cur = append(cur, r)
	}
	flush()
	return out
}

func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func han(w string) bool {
	for _, r := range w {
		return spaceless(r)
	}
	return false
}

// pairs are the neighbouring characters of a run without spaces that hold no character
// which only joins others.
func pairs(w string) []term {
	r := []rune(w)
	var out []term
	for i := 0; i+1 < len(r); i++ {
		if joining[r[i]] || joining[r[i+1]] {
			continue
		}
		p := string(r[i : i+2])
		if !stopWords["zh"][p] {
			out = append(out, term{stem: p, word: p})
		}
	}
	return out
}

func digits(s string) bool {
	for _, r := range s {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// stem takes the ending of number, gender or case away, so that "networks" and
// "network" are one word. It is rough on purpose: the words that made a cluster are
// shown, and a reader can see where it was too rough.
func stem(lang, w string) string {
	if lang == "ar" {
		w = arabicStart(w)
	}
	for _, e := range endings[lang] {
		if cut, ok := strings.CutSuffix(w, e.ending); ok && len([]rune(cut))+len([]rune(e.instead)) >= shortest(lang) {
			return cut + e.instead
		}
	}
	return w
}

// shortest is how many letters of a word stay at least.
func shortest(lang string) int {
	if lang == "ar" || lang == "ru" {
		return 3
	}
	return 4
}

// arabicStart takes the article and what is written together with it away.
func arabicStart(w string) string {
	for _, p := range []string{"وال", "بال", "كال", "فال", "لل", "ال"} {
		if rest, ok := strings.CutPrefix(w, p); ok && len([]rune(rest)) >= 3 {
			return rest
		}
	}
	return w
}

type ending struct{ ending, instead string }

// endings by language, the longest first.
var endings = map[string][]ending{
	"en": {
		{"ations", "at"},
		{"ation", "at"},
		{"ities", "it"},
		{"ments", ""},
		{"ment", ""},
		{"ness", ""},
		{"ings", ""},
		{"ity", "it"},
		{"ies", "y"},
		{"ing", ""},
		{"ated", "at"},
		{"ates", "at"},
		{"ate", "at"},
		{"sses", "ss"},
		{"ed", ""},
		{"es", ""},
		{"ly", ""},
		{"ss", "ss"},
		{"s", ""},
		{"e", ""},
	},
	"fr": {
		{"issements", ""},
		{"issement", ""},
		{"ations", "at"},
		{"ation", "at"},
		{"ements", ""},
		{"ement", ""},
		{"ites", "it"},
		{"ite", "it"},
		{"eaux", "eau"},
		{"aux", "al"},
		{"ales", "al"},
		{"ale", "al"},
		{"iques", "iqu"},
		{"ique", "iqu"},
		{"ees", ""},
		{"es", ""},
		{"ee", ""},
		{"er", ""},
		{"ent", ""},
		{"s", ""},
		{"x", ""},
		{"e", ""},
	},
	"es": {
		{"aciones", "ac"},
		{"acion", "ac"},
		{"amientos", ""},
		{"amiento", ""},
		{"idades", "id"},
		{"idad", "id"},
		{"mente", ""},
		{"ados", ""},
		{"adas", ""},
		{"ado", ""},
		{"ada", ""},
		{"ales", "al"},
		{"es", ""},
		{"os", ""},
		{"as", ""},
		{"ar", ""},
		{"er", ""},
		{"ir", ""},
		{"o", ""},
		{"a", ""},
		{"e", ""},
		{"s", ""},
	},
	"ru": {
		{"остями", "ост"},
		{"остей", "ост"},
		{"остью", "ост"},
		{"ости", "ост"},
		{"ость", "ост"},
		{"иями", ""},
		{"ями", ""},
		{"ами", ""},
		{"иях", ""},
		{"ого", ""},
		{"его", ""},
		{"ому", ""},
		{"ему", ""},
		{"ыми", ""},
		{"ими", ""},
		{"ией", ""},
		{"иям", ""},
		{"ием", ""},
		{"ая", ""},
		{"яя", ""},
		{"ое", ""},
		{"ее", ""},
		{"ые", ""},
		{"ие", ""},
		{"ый", ""},
		{"ий", ""},
		{"ой", ""},
		{"ей", ""},
		{"ом", ""},
		{"ем", ""},
		{"ых", ""},
		{"их", ""},
		{"ым", ""},
		{"им", ""},
		{"ую", ""},
		{"юю", ""},
		{"ам", ""},
		{"ям", ""},
		{"ах", ""},
		{"ях", ""},
		{"ов", ""},
		{"ев", ""},
		{"ия", ""},
		{"ии", ""},
		{"ию", ""},
		{"а", ""},
		{"я", ""},
		{"о", ""},
		{"е", ""},
		{"ы", ""},
		{"и", ""},
		{"у", ""},
		{"ю", ""},
		{"ь", ""},
	},
	"ar": {{"ات", ""}, {"ون", ""}, {"ين", ""}, {"ية", ""}, {"ها", ""}, {"هم", ""}, {"ان", ""}, {"ة", ""}, {"ه", ""}, {"ي", ""}},
}
