package papers

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
)

// Span is a passage in square brackets: it has no consensus yet. "[text — NAME]" says who
// asks for it. Brackets may stand in brackets.
type Span struct {
	N          int    // the place among the passages of the paragraph, from 1, as they open
	Start, End int    // code points, the brackets included
	Depth      int    // 0 where it stands in no other
	Text       string // what is between the brackets, without who asks for it
	By         string // who asks for it; empty where that is not said
}

// longest name of who asks for a passage, in characters.
const longestBy = 80

// mostNested is how many passages may stand in one another: each holds the words of all
// within it.
const mostNested = 20

// UnbalancedError is the error of Brackets: a bracket that has no counterpart.
type UnbalancedError struct {
	At   int  // code point at which it stands
	Open bool // it opens a passage that does not end; else it ends one that was not opened
	Deep bool // it stands in more passages than may be nested
}

// Error says where the bracket stands.
func (e UnbalancedError) Error() string {
	return fmt.Sprintf("bracket without counterpart at %d", e.At)
}

// Brackets finds the passages of a text that stand in square brackets, in the order in
// which they open. The error is UnbalancedError.
func Brackets(text string) ([]Span, error) {
	var out []Span
	var open []int // indexes of out
	runes := []rune(text)
	for i, r := range runes {
		switch r {
		case '[':
			if len(open) == mostNested {
				return nil, UnbalancedError{At: i, Deep: true}
			}
			out = append(out, Span{N: len(out) + 1, Start: i, Depth: len(open)})
			open = append(open, len(out)-1)
		case ']':
			if len(open) == 0 {
				return nil, UnbalancedError{At: i}
			}
			s := &out[open[len(open)-1]]
			open = open[:len(open)-1]
			s.End = i + 1
			s.Text, s.By = proposed(string(runes[s.Start+1 : i]))
		}
	}
	if len(open) > 0 {
		return nil, UnbalancedError{At: out[open[len(open)-1]].Start, Open: true}
	}
	return out, nil
}

// proposed parts a passage from the name behind its last dash. A name has no sentence in
// it and does not begin with a small letter: "[the words — as agreed]" names nobody.
func proposed(s string) (text, by string) {
	at, size := -1, 0
	for _, dash := range []string{" — ", " – ", "——"} {
		if i := strings.LastIndex(s, dash); i > at {
			at, size = i, len(dash)
		}
	}
	if at < 0 {
		return strings.TrimSpace(s), ""
	}
	by = strings.TrimSpace(s[at+size:])
	first, _ := utf8.DecodeRuneInString(by)
	if by == "" || utf8.RuneCountInString(by) > longestBy || strings.ContainsAny(by, "[];!?\n") || unicode.IsLower(first) || !unicode.IsLetter(first) {
		return strings.TrimSpace(s), ""
	}
	return strings.TrimSpace(s[:at]), by
}

// Ways to settle a bracketed passage.
const (
	Keep    = "keep"    // the words stay, the brackets go
	Delete  = "delete"  // words and brackets go
	Replace = "replace" // other words come in its place
)

// settle gives the text with one passage settled. Brackets within the passage stay where
// it is kept.
func settle(text string, s Span, how, words string) string {
	runes := []rune(text)
	before, after := string(runes[:s.Start]), string(runes[s.End:])
	in := s.Text
	switch how {
	case Delete:
		in = ""
	case Replace:
		in = strings.TrimSpace(words)
	}
	if in == "" && strings.HasSuffix(before, " ") && (after == "" || strings.ContainsAny(after[:1], " .,;:!?)]")) {
		before = strings.TrimSuffix(before, " ")
	}
	return strings.TrimSpace(before + in + after)
}

// Open is a bracketed passage of a paragraph of a paper.
type Open struct {
	Para documents.Paragraph
	Lang string
	Span
}

// openOf are the bracketed passages of a revision in its original language, in order.
func openOf(rev documents.Revision) []Open {
	var out []Open
	for _, p := range rev.Paragraphs {
		spans, _ := Brackets(p.Text.String()) // what is unbalanced was refused when it came
		for _, s := range spans {
			out = append(out, Open{Para: p, Lang: p.Text.Orig, Span: s})
		}
	}
	return out
}

// checkBrackets names the first paragraph whose brackets do not match.
func checkBrackets(p *core.Problems, paras []documents.Paragraph) {
	for i, para := range paras {
		for _, lang := range core.Langs {
			_, err := Brackets(para.Text.By[lang])
			bad, ok := err.(UnbalancedError) //nolint:errorlint // Brackets gives it bare
			if !ok {
				continue
			}
			key := "papers.error.bracket_close"
			switch {
			case bad.Deep:
				key = "papers.error.bracket_deep"
			case bad.Open:
				key = "papers.error.bracket_open"
			}
			p.Add("text", key, "Number", i+1, "Words", around(para.Text.By[lang], bad.At))
			return
		}
	}
}

// around are the words at a place of a text.
func around(s string, at int) string {
	r := []rune(s)
	from, to := max(0, at-15), min(len(r), at+25)
	out := strings.TrimSpace(string(r[from:to]))
	if from > 0 {
		out = "…" + out
	}
	if to < len(r) {
		out += "…"
	}
	return out
}
