package consultations

import (
	"slices"
	"strings"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/solve/anchors"
)

// texts are the published revisions of a document, each as paragraphs per language.
type texts struct {
	revs map[int]documents.Revision
	last int

	cut  map[textKey][]anchors.Para
	move *movers
}

type textKey struct {
	revision int
	lang     string
}

func (t *texts) newest() int { return t.last }

// lang is the language in which a revision is really read.
func (t *texts) lang(revision int, want string) string {
	r := t.revs[revision]
	if want != "" {
		for _, p := range r.Paragraphs {
			if p.Text.By[want] != "" {
				return want
			}
		}
	}
	if len(r.Paragraphs) > 0 {
		return r.Paragraphs[0].Text.Orig
	}
	return want
}

// paras are the paragraphs of a revision in a language.
func (t *texts) paras(revision int, lang string) ([]anchors.Para, bool) {
	r, ok := t.revs[revision]
	k := textKey{revision, lang}
	if _, done := t.cut[k]; !done && ok {
		if t.cut == nil {
			t.cut = map[textKey][]anchors.Para{}
		}
		t.cut[k] = parasOf(r, lang)
	}
	return t.cut[k], ok
}

func parasOf(r documents.Revision, lang string) []anchors.Para {
	out := make([]anchors.Para, 0, len(r.Paragraphs))
	for _, p := range r.Paragraphs {
		text, _ := p.Text.In(lang)
		out = append(out, anchors.Para{ID: p.ID, Text: text})
	}
	return out
}

// langOf is the language in which words stand in a paragraph of the newest revision: that
// of the text if they do, else that of the comment, else any. A form shows the text in
// the language of who took it.
func (t *texts) langOf(para, quote, lang string) string {
	if strings.TrimSpace(quote) == "" {
		return ""
	}
	for _, l := range append([]string{"", lang}, core.Langs...) {
		if paras, ok := t.paras(t.last, l); ok {
			if _, _, _, problem := FindQuote(paras, para, quote); problem == "" {
				return l
			}
		}
	}
	return ""
}

// FindQuote finds the words in a paragraph, or in the one paragraph of the text that has
// them. White space does not matter. problem is a key of the catalogue.
func FindQuote(paras []anchors.Para, para, quote string) (id string, from, to int, problem string) {
	words := strings.Fields(quote)
	if para != "" {
		i := slices.IndexFunc(paras, func(p anchors.Para) bool { return p.ID == para })
		if i < 0 {
			return "", 0, 0, "consultations.error.para"
		}
		paras = paras[i : i+1]
	}
	if len(words) == 0 {
		return para, 0, 0, ""
	}
	found := 0
	for _, p := range paras {
		for _, at := range occurrences(p.Text, words) {
			id, from, to = p.ID, at[0], at[1]
			found++
		}
	}
	switch {
	case found == 0:
		return "", 0, 0, "consultations.error.quote"
	case found > 1:
		return "", 0, 0, "consultations.error.quote_twice"
	}
	return id, from, to, ""
}

// occurrences are the places of words in a text, in code points, whatever white space
// stands between them.
func occurrences(text string, words []string) [][2]int {
	var out [][2]int
	for at := 0; at < len(text); {
		i := strings.Index(text[at:], words[0])
		if i < 0 {
			break
		}
		start := at + i
		if end, ok := follows(text, start, words); ok {
			from := utf8.RuneCountInString(text[:start])
			out = append(out, [2]int{from, from + utf8.RuneCountInString(text[start:end])})
		}
		_, n := utf8.DecodeRuneInString(text[start:])
		at = start + n
	}
	return out
}

func follows(text string, at int, words []string) (end int, ok bool) {
	for i, w := range words {
		if i > 0 {
			rest := strings.TrimLeft(text[at:], " \t\n\r\u00a0")
			if len(rest) == len(text)-at {
				return 0, false
			}
			at = len(text) - len(rest)
		}
		if !strings.HasPrefix(text[at:], w) {
			return 0, false
		}
		at += len(w)
	}
	return at, true
}
