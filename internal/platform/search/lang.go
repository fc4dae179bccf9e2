package search

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/registry"

	"plenary/internal/core"
)

// stemmed are the languages whose words are brought to a stem, by script. Words of
// another script in a text are found as they are: "ICANN" in a Russian one.
var stemmed = map[script][]string{
	latin:    {"en", "fr", "es"},
	cyrillic: {"ru"},
	arabic:   {"ar"},
}

// stemmers work on folded words. French and Spanish have the light ones: they do not
// need the accents that folding took away.
var stemmers = map[string][]analysis.TokenFilter{
	"en": {en.NewEnglishStemmerFilter()},
	"fr": {fr.NewFrenchLightStemmerFilter()},
	"es": {es.NewSpanishLightStemmerFilter()},
	"ru": {ru.NewRussianStemmerFilter()},
	"ar": {ar.NewArabicNormalizeFilter(), ar.NewArabicStemmerFilter()},
}

// stem gives the stem of a word in a language, or "" when it has none there: the word
// is of another script, a number, or says nothing in that language.
func stem(lang string, w word) string {
	if !slices.Contains(stemmed[w.script], lang) || stopIn(lang, w.term) {
		return ""
	}
	s := w.term
	if lang == "ru" {
		s = foldRussian(w.raw)
	}
	tokens := analysis.TokenStream{{Term: []byte(s)}}
	for _, f := range stemmers[lang] {
		tokens = f.Filter(tokens)
	}
	return string(tokens[0].Term)
}

// stopWords per language, folded. They are left out of the stems; in the plain words
// they stand, for phrases and for questions of nothing else.
var stopWords = sync.OnceValue(func() map[string]map[string]bool {
	cache := registry.NewCache()
	out := map[string]map[string]bool{}
	for lang, name := range map[string]string{
		"en": en.StopName, "fr": fr.StopName, "es": es.StopName, "ru": ru.StopName, "ar": ar.StopName,
	} {
		list, err := cache.TokenMapNamed(name)
		if err != nil {
			continue // the lists are compiled in; without one its words count like others
		}
		words := make(map[string]bool, len(list))
		for w := range list {
			for part := range strings.FieldsFuncSeq(w, func(r rune) bool { return r == '\'' || r == '’' }) {
				words[fold(part)] = true
			}
		}
		out[lang] = words
	}
	return out
})

// telling are words that say nothing in one language and much in another, or in this
// field. They count everywhere.
var telling = map[string]bool{"ai": true, "sea": true, "era": true, "estado": true, "estados": true}

func stopIn(lang, term string) bool { return !telling[term] && stopWords()[lang][term] }

// isStop tells whether a word says nothing in one of the languages.
func isStop(term string) bool {
	if utf8.RuneCountInString(term) == 1 && term[0] >= 'a' && term[0] <= 'z' {
		return true // what an apostrophe leaves: l', d', 's
	}
	for _, lang := range core.Langs {
		if stopIn(lang, term) {
			return true
		}
	}
	return false
}

// lexer takes texts apart and remembers the words that it has seen. It is used by one
// goroutine at a time.
type lexer struct {
	seen  map[string]seenWord
	stems map[string]map[string]string // by language and word
}

type seenWord struct {
	term   string
	script script
}

func newLexer() *lexer {
	return &lexer{seen: map[string]seenWord{}, stems: map[string]map[string]string{}}
}

// rememberWords is how many words a lexer holds before it begins anew.
const rememberWords = 50_000

func (x *lexer) known(raw string) seenWord {
	k, ok := x.seen[raw]
	if !ok {
		if len(x.seen) >= rememberWords {
			clear(x.seen)
		}
		k = seenWord{term: fold(raw), script: scriptOf(raw)}
		x.seen[strings.Clone(raw)] = k
	}
	return k
}

func (x *lexer) stem(lang string, w word) string {
	known := x.stems[lang]
	if known == nil || len(known) >= rememberWords {
		known = map[string]string{}
		x.stems[lang] = known
	}
	s, ok := known[w.raw]
	if !ok {
		s = stem(lang, w)
		known[strings.Clone(w.raw)] = s
	}
	return s
}

// lexers are kept between uses, with the words they remember.
var lexers = sync.Pool{New: func() any { return newLexer() }}

func borrowLexer() *lexer {
	x, ok := lexers.Get().(*lexer)
	if !ok {
		x = newLexer()
	}
	return x
}

func (x *lexer) giveBack() { lexers.Put(x) }
