// Package anchors keeps comments at their place while the text under them is revised.
//
// An anchor names the words somebody commented on in three ways at once: the paragraph
// by its permanent id, the words themselves with what stood around them, and the
// position of the paragraph. Place finds them in a later state of the text and says how
// sure it is:
//
//   - exact: the paragraph of the same id still holds the very words, code point by code
//     point, and there is no doubt that they are the same ones: they stand once before
//     and after, or their surroundings tell them from their likes. An anchor on a whole
//     paragraph is exact if the paragraph of the same id has the same text.
//   - moved: the very words stand in another paragraph (one that was split off, merged,
//     or to which a sentence was carried), again without doubt. A whole paragraph that
//     became a part of another is moved to that part.
//   - changed: the place was found by likeness. Either the words were edited, and the
//     score is the likeness of the words before and after; or the very words stand there
//     but cannot be told from their likes, and the score is at most 0.9. A score of 1
//     means that only white space or the encoding of letters differ.
//   - orphaned: nothing is alike enough. The comment keeps its anchor, is listed, and may
//     be found again when a later revision brings the words back.
//
// Nothing is ever dropped: every anchor gets one of the four results. White space,
// Unicode normal forms, letter case and Arabic vowel signs are disregarded where
// likeness is measured, and only there; exact and moved mean identical text. Positions
// count code points. Writing without spaces between words is compared sign by sign.
package anchors

import (
	"fmt"
	"slices"
	"unicode"
)

// Para is one paragraph of a state of a text. Its ID stays the same through revisions.
type Para struct{ ID, Text string }

// Anchor is the place of a comment in a state of a text. Make makes it; it is complete
// in itself and can be stored.
type Anchor struct {
	Para       string // id of the paragraph
	Start, End int    // code points in the paragraph; 0, 0 is the whole paragraph
	Quote      string // the words; of a whole paragraph all of its text
	Before     string // up to Context code points of the text before, across paragraphs
	After      string // and after
	Position   int    // index of the paragraph
}

// Whole tells whether the anchor is on a whole paragraph.
func (a Anchor) Whole() bool { return a.Start == 0 && a.End == 0 }

// Context is how many code points before and after the quoted words an anchor keeps.
const Context = 32

// Result says how an anchor was found in a later state of the text.
type Result string

// The results; the package comment says what each one means.
const (
	Exact    Result = "exact"
	Moved    Result = "moved"
	Changed  Result = "changed"
	Orphaned Result = "orphaned"
)

// Placed is where an anchor stands in the later state. Start and End are code points;
// 0, 0 is the whole paragraph. Of an orphan Para is empty. Score is the likeness, from
// 0 to 1; of exact and moved it is 1, of an orphan that of the best that was found.
type Placed struct {
	Para       string
	Start, End int
	Result     Result
	Score      float64
}

// Make anchors the code points from start to end of a paragraph, or with 0, 0 the whole
// paragraph. The error says what is wrong with the place: no such paragraph, outside
// of it, or nothing but white space.
func Make(paras []Para, para string, start, end int) (Anchor, error) {
	i := slices.IndexFunc(paras, func(p Para) bool { return p.ID == para })
	if i < 0 {
		return Anchor{}, fmt.Errorf("anchors: no paragraph %q", para)
	}
	return anchor(paras, i, start, end)
}

func anchor(paras []Para, i, start, end int) (Anchor, error) {
	text := []rune(paras[i].Text)
	if start < 0 || end > len(text) || end < start || start == end && end != 0 {
		return Anchor{}, fmt.Errorf("anchors: %d to %d is not within the %d code points of paragraph %q", start, end, len(text), paras[i].ID)
	}
	a := Anchor{Para: paras[i].ID, Start: start, End: end, Position: i}
	if a.Whole() {
		end = len(text)
	}
	if blank(text[start:end]) && !a.Whole() {
		return Anchor{}, fmt.Errorf("anchors: %d to %d of paragraph %q is only white space", start, end, paras[i].ID)
	}
	a.Quote = string(text[start:end])
	before, after := text[max(0, start-Context):start], text[end:min(len(text), end+Context)]
	for k := i - 1; k >= 0 && len(before) < Context; k-- {
		more := append([]rune(paras[k].Text), '\n')
		before = slices.Concat(more[max(0, len(more)-Context+len(before)):], before)
	}
	for k := i + 1; k < len(paras) && len(after) < Context; k++ {
		more := append([]rune{'\n'}, []rune(paras[k].Text)...)
		after = slices.Concat(after, more[:min(len(more), Context-len(after))])
	}
	a.Before, a.After = string(before), string(after)
	return a, nil
}

// doc is a state of a text as one row of code points, its paragraphs joined by line ends.
type doc struct {
	paras []Para
	texts []string // of the paragraphs, valid UTF-8
	runes []rune
	from  []int // where paragraph i starts in runes
	to    []int // and ends
	byID  map[string]int
}

func newDoc(paras []Para) *doc {
	d := &doc{paras: paras, byID: make(map[string]int, len(paras))}
	for i, p := range paras {
		if _, ok := d.byID[p.ID]; !ok {
			d.byID[p.ID] = i
		}
		r := []rune(p.Text)
		if i > 0 {
			d.runes = append(d.runes, '\n')
		}
		d.texts = append(d.texts, string(r))
		d.from = append(d.from, len(d.runes))
		d.runes = append(d.runes, r...)
		d.to = append(d.to, len(d.runes))
	}
	return d
}

func (d *doc) len(i int) int { return d.to[i] - d.from[i] }

func blank(r []rune) bool {
	for _, c := range r {
		if !unicode.IsSpace(c) {
			return false
		}
	}
	return true
}
