// Package searchtest makes documents in six languages for tests and benchmarks of
// whatever searches: words that nobody wrote, as often as words of a language are (the
// second half as often as the first, the third a third), the same for the same seed.
package searchtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/search"
)

// Generator makes texts and documents. It is used by one goroutine.
type Generator struct {
	rnd   *rand.Rand
	words map[string][]string
	zipf  *rand.Zipf
}

// alphabet is what words of a language are made of.
type alphabet struct {
	syllables, endings []string
}

var alphabets = map[string]alphabet{
	"en": {list("ac ber con de fer gov in lo mul net op par qua re sta ter ul ver wi"), list("e ed ing s tion ment ance er ly")},
	"fr": {list("ac bé con dé fer gou in lo mul né op par qué ré sta té ul ver vi"), list("e es ée tion ments ance eux iel")},
	"es": {list("ac ba con de fer go in llo mul ne op par que re sta te ul ver vi"), list("o os a as ción ciones mente dad")},
	"ru": {list("ак бер кон де фер гов ин ло муль не оп пар ква ре ста тер уль вер ви"), list("а у ой ы ами ение ения ый ого")},
	"ar": {list("كت با عل ما حك وم شب كة نت قر ار سل طة مج تم عد دو لي خص"), list("ة ات ي ين ها")},
	"zh": {nil, nil},
}

func list(s string) []string { return strings.Fields(s) }

// New makes a generator with so many words for each language.
func New(seed uint64, vocabulary int) *Generator {
	//nolint:gosec // texts for tests, the same for the same seed
	g := &Generator{rnd: rand.New(rand.NewPCG(seed, 184)), words: map[string][]string{}}
	for _, lang := range core.Langs {
		seen := map[string]bool{}
		for len(g.words[lang]) < vocabulary {
			w := g.newWord(lang)
			if !seen[w] {
				seen[w] = true
				g.words[lang] = append(g.words[lang], w)
			}
		}
	}
	g.zipf = rand.NewZipf(g.rnd, 1.07, 2.7, uint64(vocabulary-1))
	return g
}

func (g *Generator) newWord(lang string) string {
	var b strings.Builder
	if lang == "zh" {
		for range 1 + g.rnd.IntN(3) {
			b.WriteRune(rune(0x4e00 + g.rnd.IntN(3000)))
		}
		return b.String()
	}
	a := alphabets[lang]
	for range 1 + g.rnd.IntN(4) {
		b.WriteString(a.syllables[g.rnd.IntN(len(a.syllables))])
	}
	b.WriteString(a.endings[g.rnd.IntN(len(a.endings))])
	return b.String()
}

// Word is a word of a language, as often as it is one.
func (g *Generator) Word(lang string) string { return g.words[lang][g.zipf.Uint64()] }

// Text is so many words of a language, in sentences.
func (g *Generator) Text(lang string, words int) string {
	space, stop := " ", ". "
	if lang == "zh" {
		space, stop = "", "。"
	}
	var b strings.Builder
	for i := range words {
		b.WriteString(g.Word(lang))
		switch {
		case i == words-1 || i%17 == 16:
			b.WriteString(stop)
		default:
			b.WriteString(space)
		}
	}
	return strings.TrimSpace(b.String())
}

// Doc is a document with a body of about so many words in one language. The number
// names it; one in ten is for the staff only.
func (g *Generator) Doc(n, words int) search.Doc {
	lang := core.Langs[n%len(core.Langs)]
	kinds := []string{"session", "report", "messages", "document", "person"}
	year := 2006 + g.rnd.IntN(20)
	d := search.Doc{
		ID:    fmt.Sprintf("session:%06d", n),
		Kind:  kinds[g.rnd.IntN(len(kinds))],
		Title: core.NewText(lang, g.Text(lang, 6)),
		Body:  core.NewText(lang, g.Text(lang, words/2+g.rnd.IntN(words+1))),
		Names: []string{fmt.Sprintf("WS #%d", n%400), g.Word("en") + " " + g.Word("en")},
		Facets: map[string][]string{
			"year":  {fmt.Sprint(year)},
			"theme": {fmt.Sprintf("theme-%d", g.rnd.IntN(8))},
			"organisation": {
				fmt.Sprintf("org-%d", g.rnd.IntN(300)), fmt.Sprintf("org-%d", g.rnd.IntN(300)),
			},
		},
		Readers: []string{search.Public},
		Path:    fmt.Sprintf("/%d/session-%d", year, n),
		At:      core.At(time.Date(year, 11, 1, 9, n%60, n%59, 0, time.UTC)),
	}
	if n%10 == 9 {
		d.Readers = []string{"staff:" + fmt.Sprint(year)}
	}
	return d
}

// Words counts the words of a document; in Chinese, where there are none, pairs of signs.
func Words(d search.Doc) int {
	n := 0
	for _, t := range []core.Text{d.Title, d.Body} {
		for lang, s := range t.By {
			if lang == "zh" {
				n += len([]rune(s)) / 2
			} else {
				n += len(strings.Fields(s))
			}
		}
	}
	return n
}

// Bytes is how long the texts of a document are.
func Bytes(d search.Doc) int {
	n := 0
	for _, t := range []core.Text{d.Title, d.Body} {
		for _, s := range t.By {
			n += len(s)
		}
	}
	return n
}
