package documents

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
)

// Attrs is what a paragraph carries beside its text and its sources.
type Attrs struct {
	// Ends says where the sentences of the original text end, in code points. It is
	// reckoned when the paragraph is written and kept with it, so that "sentence 2" of a
	// published text means the same words for ever. One sentence needs no ends.
	Ends      []int           `json:"ends,omitempty"`
	Sentences []Degree        `json:"sentences,omitempty"`
	Dissent   []Dissent       `json:"dissent,omitempty"`
	Own       json.RawMessage `json:"own,omitempty"` // the owner room's own values, any JSON
}

// Degree says how far a sentence is supported.
type Degree struct {
	I      int    `json:"i"`      // counted from 1
	Degree string `json:"degree"` // code of the scale that the owner room uses
}

// Dissent is a statement of those who do not agree with the paragraph. It stands with
// the paragraph in every format.
type Dissent struct {
	By   string    `json:"by"` // as they want to be named
	Text core.Text `json:"text"`
	// Kind is empty for a statement that its authors sign, or DissentView.
	Kind string `json:"kind,omitempty"`
}

// DissentView is a diverging view as the drafters record it: "some held that …" (E142).
// Its By may be empty.
const DissentView = "view"

// IsZero tells whether there is nothing beside the text.
func (a Attrs) IsZero() bool {
	return len(a.Ends) == 0 && len(a.Sentences) == 0 && len(a.Dissent) == 0 && len(a.Own) == 0
}

// Value stores the attributes as JSON.
func (a Attrs) Value() (driver.Value, error) {
	b, err := json.Marshal(a)
	return string(b), err
}

// Scan reads the attributes from JSON.
func (a *Attrs) Scan(src any) error {
	*a = Attrs{}
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), a)
	case []byte:
		return json.Unmarshal(v, a)
	}
	return fmt.Errorf("scan attributes: %T", src)
}

// Degree of a sentence; empty when nobody has said one.
func (a Attrs) Degree(sentence int) string {
	for _, d := range a.Sentences {
		if d.I == sentence {
			return d.Degree
		}
	}
	return ""
}

// Sentences are the sentences of the original text, which sources and degrees count.
// Together they are the text; each keeps the white space behind it.
func (p Paragraph) Sentences() []string {
	r := []rune(p.Text.String())
	var out []string
	from := 0
	for _, end := range p.Attrs.Ends {
		if end <= from || end >= len(r) {
			break
		}
		out = append(out, string(r[from:end]))
		from = end
	}
	if from < len(r) {
		out = append(out, string(r[from:]))
	}
	return out
}

// SentencesIn are the sentences in a language. ok says whether they are as many as in
// the original, so that a mark at a sentence can also stand in the translation.
func (p Paragraph) SentencesIn(lang string) (sentences []string, ok bool) {
	orig := p.Sentences()
	text, really := p.Text.In(lang)
	if really == p.Text.Orig {
		return orig, true
	}
	sentences = cut(text, sentenceEnds(text))
	return sentences, len(sentences) == len(orig)
}

// sentenceEnds are the offsets at which the sentences of s end, but for the last. The
// white space after a sentence belongs to it.
func sentenceEnds(s string) []int {
	var ends []int
	r := []rune(s)
	at := 0
	for _, sentence := range forumtext.Sentences(s) {
		// Sentences only touches white space: every other character comes in its turn.
		for _, c := range sentence {
			if unicode.IsSpace(c) {
				continue
			}
			for at < len(r) && unicode.IsSpace(r[at]) {
				at++
			}
			at++
		}
		for at < len(r) && unicode.IsSpace(r[at]) {
			at++
		}
		if at < len(r) {
			ends = append(ends, at)
		}
	}
	return ends
}

func cut(s string, ends []int) []string {
	return Paragraph{Text: core.NewText("en", s), Attrs: Attrs{Ends: ends}}.Sentences()
}

// Plain is the paragraph's original text on one line, cut at limit characters: for
// labels and excerpts.
func (p Paragraph) Plain(limit int) string {
	r := []rune(strings.Join(strings.Fields(p.Text.String()), " "))
	if len(r) <= limit {
		return string(r)
	}
	return strings.TrimSpace(string(r[:limit-1])) + "…"
}

// clone copies a paragraph so that nothing of it is shared.
func (p Paragraph) clone() Paragraph {
	p.Sources = slices.Clone(p.Sources)
	p.Attrs.Ends = slices.Clone(p.Attrs.Ends)
	p.Attrs.Sentences = slices.Clone(p.Attrs.Sentences)
	p.Attrs.Dissent = slices.Clone(p.Attrs.Dissent)
	p.Attrs.Own = slices.Clone(p.Attrs.Own)
	return p
}
