package forumtext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// vocabulary is the words of a text, as far as they tell how a word broken over two lines
// is spelled.
type vocabulary struct {
	words  map[string]bool
	splits bool // this text breaks words at syllables, so an unknown break is closed up
}

// vocabulary collects the words of a text in which words are broken over lines, so that
// the text itself tells "cross-border" from "gover-nance". It is empty when nothing breaks.
func (r *reader) vocabulary() vocabulary {
	var breaks [][2]string
	for _, b := range r.blocks {
		for k := 1; k < len(b.lines); k++ {
			before, next := r.lines[b.lines[k-1]].text, r.lines[b.lines[k]].text
			if strings.HasSuffix(before, "-") || strings.HasSuffix(before, "‐") {
				left := strings.TrimRight(before[strings.LastIndexByte(before, ' ')+1:], "-‐")
				breaks = append(breaks, [2]string{left, firstWord(next)})
			}
		}
	}
	if len(breaks) == 0 {
		return vocabulary{}
	}
	words := make(map[string]bool)
	for i := range r.lines {
		for w := range strings.FieldsSeq(r.lines[i].text) {
			w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
			words[strings.ToLower(w)] = true
		}
	}
	closed, spelled := 0, 0
	for _, br := range breaks {
		left, right := strings.ToLower(br[0]), strings.ToLower(br[1])
		switch {
		case words[left+"-"+right]:
			spelled++
		case words[left+right]:
			closed++
		}
	}
	return vocabulary{words: words, splits: closed > spelled}
}

// hyphenPrefixes are written with a hyphen more often than without.
var hyphenPrefixes = wordSet(`cross non co self well human user people data high low long short
	multi half all ever evidence rights gender policy decision open by so`)

// keepsHyphen decides whether a word broken after a hyphen is spelled with it: by the
// text's own spelling elsewhere, by capitals and digits, by the parts being words of
// their own, and else by whether the text breaks words at syllables at all.
func (v vocabulary) keepsHyphen(left, right string) bool {
	l, rt := strings.ToLower(left), strings.ToLower(right)
	switch {
	case v.words[l+"-"+rt]:
		return true
	case v.words[l+rt]:
		return false
	}
	first, _ := utf8.DecodeRuneInString(right)
	if !unicode.IsLower(first) || strings.Contains(l, "-") || strings.Contains(rt, "-") {
		return true
	}
	if hyphenPrefixes[l] || v.words[l] && v.words[rt] {
		return true
	}
	return !v.splits
}
