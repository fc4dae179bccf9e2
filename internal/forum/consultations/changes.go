package consultations

import (
	"slices"
	"strings"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
)

// Kinds of changes of a sentence.
const (
	ChangeReworded = "changed"
	ChangeAdded    = "added"
	ChangeRemoved  = "removed"
)

// Change is one sentence that differs between two revisions, with the comments that led
// to it. Without any it is the drafters' own.
type Change struct {
	Kind     string           `json:"kind" enum:"changed,added,removed"`
	Para     string           `json:"paragraph"`
	Sentence int              `json:"sentence,omitempty" doc:"in the later revision; 0 where it was removed"`
	WasPara  string           `json:"was_paragraph,omitempty"`
	Was      int              `json:"was_sentence,omitempty" doc:"in the earlier revision; 0 where it was added"`
	Lang     string           `json:"language"`
	Spans    []documents.Span `json:"spans"`
	Comments []ChangeComment  `json:"comments"`
	Own      core.Text        `json:"drafters_reason,omitzero"`

	from, to int // the old sentence, in code points of its paragraph
}

// DraftersOwn tells whether no comment asked for the change.
func (c Change) DraftersOwn() bool { return len(c.Comments) == 0 }

// Number is the number of the paragraph.
func (c Change) Number() int { return documents.Paragraph{ID: c.Para}.Number() }

// ChangeComment is a comment that led to a change.
type ChangeComment struct {
	Ref         string `json:"consultation"`
	Number      int    `json:"number"`
	Disposition string `json:"disposition"`
	Path        string `json:"path"`
	Named       bool   `json:"named" doc:"the disposition names the change; else it follows from where the comment stood"`
}

// sentence is one of a paragraph, trimmed, with its place.
type sentence struct {
	para     string
	lang     string
	n        int // from 1
	from, to int
	text     string
	taken    bool
}

func sentencesOf(p documents.Paragraph) []*sentence {
	var out []*sentence
	at := 0
	for i, s := range p.Sentences() {
		n := utf8.RuneCountInString(s)
		lead := n - utf8.RuneCountInString(strings.TrimLeft(s, " \t\n"))
		t := strings.TrimSpace(s)
		out = append(out, &sentence{para: p.ID, lang: p.Text.Orig, n: i + 1, from: at + lead, to: at + lead + utf8.RuneCountInString(t), text: strings.Join(strings.Fields(t), " ")})
		at += n
	}
	return out
}

// PairSentences finds what differs between two revisions, sentence by sentence, in the
// order of the later one. A sentence that only stands elsewhere has not changed.
func PairSentences(from, to documents.Revision) []Change {
	old := map[string][]*sentence{}
	var olds []*sentence
	for _, p := range from.Paragraphs {
		old[p.ID] = sentencesOf(p)
		olds = append(olds, old[p.ID]...)
	}
	type pair struct{ was, is *sentence }
	var list []*pair
	for _, p := range to.Paragraphs {
		now := sentencesOf(p)
		partner := alignSentences(old[p.ID], now)
		for i, x := range now {
			pr := &pair{was: partner[i], is: x}
			if pr.was != nil {
				pr.was.taken = true
			}
			list = append(list, pr)
		}
	}
	// What found nothing in its own paragraph may have come from another: first the same
	// words, then similar ones.
	byText := map[string][]*sentence{}
	var free []*sentence
	for _, o := range olds {
		if !o.taken {
			byText[o.text] = append(byText[o.text], o)
			free = append(free, o)
		}
	}
	for _, p := range list {
		if p.was == nil && len(byText[p.is.text]) > 0 {
			p.was = byText[p.is.text][0]
			byText[p.is.text] = byText[p.is.text][1:]
			p.was.taken = true
		}
	}
	budget := 20_000 // comparisons: no text keeps the server busy
	for _, p := range list {
		if p.was != nil {
			continue
		}
		best, score := (*sentence)(nil), 0.55
		for _, o := range free {
			if o.taken || budget <= 0 {
				continue
			}
			budget--
			if x := documents.Similarity(o.text, p.is.text); x > score {
				best, score = o, x
			}
		}
		if best != nil {
			p.was, best.taken = best, true
		}
	}
	var out []Change
	for _, p := range list {
		switch {
		case p.was == nil:
			out = append(out, Change{Kind: ChangeAdded, Para: p.is.para, Sentence: p.is.n, Lang: p.is.lang, Spans: documents.Diff("", p.is.text)})
		case p.was.text != p.is.text:
			out = append(out, Change{
				Kind: ChangeReworded, Para: p.is.para, Sentence: p.is.n, WasPara: p.was.para, Was: p.was.n, Lang: p.is.lang,
				Spans: documents.Diff(p.was.text, p.is.text), from: p.was.from, to: p.was.to,
			})
		}
	}
	for _, o := range olds {
		if !o.taken {
			out = insertRemoved(out, from, to, Change{
				Kind: ChangeRemoved, Para: o.para, WasPara: o.para, Was: o.n, Lang: o.lang, Spans: documents.Diff(o.text, ""), from: o.from, to: o.to,
			})
		}
	}
	return out
}

// insertRemoved puts a removed sentence where its paragraph stands, or stood.
func insertRemoved(list []Change, from, to documents.Revision, c Change) []Change {
	place := map[string]int{}
	last := -1
	for _, p := range from.Paragraphs {
		if i := slices.IndexFunc(to.Paragraphs, func(x documents.Paragraph) bool { return x.ID == p.ID }); i >= 0 {
			last = i
		}
		place[p.ID] = last
	}
	for i, p := range to.Paragraphs {
		place[p.ID] = i
	}
	at := slices.IndexFunc(list, func(x Change) bool { return place[x.Para] > place[c.Para] })
	if at < 0 {
		at = len(list)
	}
	return slices.Insert(list, at, c)
}

// alignSentences finds for each new sentence of a paragraph the old one that it comes
// from, in their order: the pairs that are most alike as a whole.
func alignSentences(old, now []*sentence) []*sentence {
	out := make([]*sentence, len(now))
	m, n := len(old), len(now)
	if m == 0 || n == 0 {
		return out
	}
	// Equal ends cost nothing to find.
	a, b := 0, 0
	for a < m && a < n && old[a].text == now[a].text {
		out[a] = old[a]
		a++
	}
	for b < m-a && b < n-a && old[m-1-b].text == now[n-1-b].text {
		out[n-1-b] = old[m-1-b]
		b++
	}
	o, w := old[a:m-b], now[a:n-b]
	if len(o) == 0 || len(w) == 0 {
		return out
	}
	if len(o)*len(w) > 2500 { // a paragraph of that many sentences is paired in its order
		for i := range min(len(o), len(w)) {
			out[a+i] = o[i]
		}
		return out
	}
	like := make([][]float64, len(o))
	best := make([][]float64, len(o)+1)
	best[len(o)] = make([]float64, len(w)+1)
	for i := len(o) - 1; i >= 0; i-- {
		like[i], best[i] = make([]float64, len(w)), make([]float64, len(w)+1)
		for j := len(w) - 1; j >= 0; j-- {
			if o[i].text == w[j].text {
				like[i][j] = 2
			} else if like[i][j] = documents.Similarity(o[i].text, w[j].text); like[i][j] < 0.25 {
				like[i][j] = 0
			}
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if like[i][j] > 0 {
				best[i][j] = max(best[i][j], like[i][j]+best[i+1][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(o) && j < len(w); {
		switch {
		case like[i][j] > 0 && best[i][j] == like[i][j]+best[i+1][j+1]:
			out[a+j] = o[i]
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
	return out
}
