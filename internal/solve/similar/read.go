package similar

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/solve/cluster"
)

// term is a word that says something: its stem and how it is written.
type term struct{ stem, word string }

// mark is what can be compared in any language.
type mark struct{ kind, key, text string }

// raw is a text cut up: terms in their order, those of the title first.
type raw struct {
	lang  string
	seq   []term
	title int
	marks []mark
}

// spelling is how the text writes words and phrases.
func (r *raw) spelling(x *Index) (words, phrases map[int32]string) {
	words, phrases = map[int32]string{}, map[int32]string{}
	ids := make([]int32, len(r.seq))
	for i, t := range r.seq {
		if id, ok := x.ids[t.stem]; ok {
			ids[i], words[id] = id, t.word
		} else {
			ids[i] = -1
		}
	}
	for _, gap := range []int{2, 1} { // words side by side come last, and stand
		for i := gap; i < len(ids); i++ {
			if ids[i] < 0 || ids[i-gap] < 0 || i-gap < r.title && i >= r.title {
				continue
			}
			if k, ok := x.near[phrase(ids[i], ids[i-gap])]; ok {
				phrases[k] = joined(r.seq[i-gap].word, r.seq[i].word, gap)
			}
		}
	}
	return words, phrases
}

// joined is a phrase of two words; neighbouring pairs of characters share one.
func joined(a, b string, gap int) string {
	if !cluster.Spaceless(a) || !cluster.Spaceless(b) {
		return a + " " + b
	}
	first, size := utf8.DecodeRuneInString(b)
	if last, _ := utf8.DecodeLastRuneInString(a); gap == 1 && last == first {
		return a + b[size:]
	}
	return a + b
}

// reader cuts texts up. It remembers the stems of words.
type reader struct{ stems map[[2]string]string }

func newReader() *reader { return &reader{stems: map[[2]string]string{}} }

var links = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>"'“”«»()\[\]{}，。、；！？،؛]+`)

// goals are words before the number of a goal of sustainable development, folded.
var goals = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields("sdg sdgs goal goals odd ods objectif objectifs objetivo objetivos цур цель цели целью целей 目标 الهدف هدف للهدف والهدف") {
		out[w] = true
	}
	return out
}()

// goalOf is the goal that a number names behind a word, or that a word names with it.
func goalOf(before, w string) string {
	word := strings.ToLower(before)
	if !numeric(w) {
		letters := strings.TrimRight(w, "0123456789")
		word, w = strings.ToLower(letters), w[len(letters):]
	}
	if runes := []rune(word); len(runes) > 2 && cluster.Spaceless(word) {
		word = string(runes[len(runes)-2:])
	}
	if n, err := strconv.Atoi(w); err == nil && n >= 1 && n <= 17 && goals[word] {
		return strconv.Itoa(n)
	}
	return ""
}

func (rd *reader) read(t Text) raw {
	r := raw{lang: t.Lang}
	seen := map[[2]string]bool{}
	add := func(kind, key, text string) {
		if key != "" && !seen[[2]string{kind, key}] {
			seen[[2]string{kind, key}] = true
			r.marks = append(r.marks, mark{kind, key, text})
		}
	}
	for _, of := range []struct {
		kind string
		list []string
	}{{Person, t.People}, {Org, t.Orgs}, {Tag, t.Tags}} {
		for _, s := range of.list {
			add(of.kind, core.Fold(s), strings.TrimSpace(s))
		}
	}
	for i, text := range []string{t.Title, t.Body} {
		text = strings.Map(westernDigit, text)
		if strings.Contains(text, "://") || strings.Contains(text, "www.") {
			text = links.ReplaceAllStringFunc(text, func(s string) string {
				add(Link, linkKey(s), s)
				return " "
			})
		}
		rd.cut(&r, t.Lang, text, i == 1, add)
		if i == 0 {
			r.title = len(r.seq)
		}
	}
	return r
}

// cut adds the words of a text. Names are looked for where not every word may have a
// capital letter: not in titles, not where a sentence begins.
func (rd *reader) cut(r *raw, lang, text string, body bool, add func(kind, key, text string)) {
	at, before := 0, ""
	for _, w := range cluster.Words(text) {
		begin := at + strings.Index(text[at:], w)
		starts := begins(text[:begin])
		at = begin + len(w)
		if last := w[len(w)-1]; last >= '0' && last <= '9' {
			if goal := goalOf(before, w); goal != "" {
				add(Goal, goal, goal)
			}
		}
		if lower := strings.ToLower(w); lower != "n" && lower != "no" && lower != "nº" { // goal no. 5
			before = w
		}
		switch {
		case cluster.Spaceless(w):
			for _, p := range cluster.Pairs(w) {
				r.seq = append(r.seq, term{p, p})
			}
			continue
		case numeric(w):
			if len(w) > 1 {
				add(Number, w, w)
			}
			continue
		case named(lang, w, body && !starts):
			add(Name, core.Fold(w), w)
		}
		key := [2]string{lang, w}
		stem, ok := rd.stems[key]
		if !ok {
			stem = cluster.Stem(lang, w)
			rd.stems[key] = stem
		}
		if stem != "" {
			r.seq = append(r.seq, term{stem, strings.ToLower(w)})
		}
	}
}

// begins tells whether a sentence begins behind a text.
func begins(before string) bool {
	before = strings.TrimRightFunc(before, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`"'“”«»‘’(¿¡-–—•*`, r)
	})
	last, _ := utf8.DecodeLastRuneInString(before)
	return before == "" || strings.ContainsRune(".!?:;…。！？؟", last)
}

// named tells whether a word is an abbreviation or a name in Latin script: two capital
// letters, a capital letter inside a sentence, any Latin word among others.
func named(lang, w string, inside bool) bool {
	capital, other := 0, false
	for i, r := range w {
		switch {
		case !unicode.In(r, unicode.Latin) && !unicode.IsDigit(r):
			return false
		case unicode.IsUpper(r):
			capital++
			other = other || i > 0
		}
	}
	long := utf8.RuneCountInString(w) > 1
	switch lang {
	case "ru", "zh", "ar":
		return long
	}
	return long && (other || inside && capital > 0)
}

func numeric(w string) bool {
	for _, r := range w {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// westernDigit writes the digits of all scripts alike.
func westernDigit(r rune) rune {
	switch {
	case r >= '٠' && r <= '٩':
		return '0' + r - '٠'
	case r >= '۰' && r <= '۹':
		return '0' + r - '۰'
	case r >= '０' && r <= '９':
		return '0' + r - '０'
	}
	return r
}

// linkKey is by what a link is compared: without scheme, www, query and fragment.
func linkKey(s string) string {
	s = strings.ToLower(s)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	s = strings.TrimPrefix(s, "www.")
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		s = s[:i]
	}
	return strings.TrimRight(s, "/.,;:!")
}
