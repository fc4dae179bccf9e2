package messages

import (
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/documents"
)

// EditInput is the form of one Message. Degrees and sources go with the sentences as
// they stood when the form was made; the service finds where they are now.
type EditInput struct {
	Version   int64           `form:"version" ui:"hidden" json:"version"`
	Text      core.Text       `form:"text" ui:"area" max:"6000" required:"1" json:"text"`
	Sentences []SentenceInput `form:"sentences" ui:"-" json:"sentences"`
	Dissent   []DissentInput  `form:"dissent" ui:"rows" json:"dissent"`
}

// SentenceInput is what is said of one sentence: its degree of support (E141) and what
// it rests on. Words is the reason of a sentence that is the drafters' own; Add holds
// addresses in this forum of further sources: a moment of a transcript, a takeaway, a
// paragraph of a paper.
type SentenceInput struct {
	Degree  string   `form:"degree" json:"degree"`
	Sources []string `form:"sources" json:"sources"`
	Words   string   `form:"words" max:"500" json:"words"`
	Add     string   `form:"add" max:"2000" json:"add"`
}

// DissentInput is a statement of those who do not agree, or a diverging view as the
// drafters record it (E142).
type DissentInput struct {
	Kind string    `form:"kind" ui:"select" json:"kind"`
	By   string    `form:"by" ui:"text" max:"200" json:"by"`
	Text core.Text `form:"text" ui:"area" max:"2000" json:"text"`
}

// Validate checks the input; dissent without text is left out.
func (in *EditInput) Validate() error {
	p := core.Validate(*in)
	in.Text = in.Text.Clean()
	var kept []DissentInput
	for i, d := range in.Dissent {
		if d.Text = d.Text.Clean(); d.Text.IsZero() {
			continue
		}
		at := core.Row("dissent", i)
		if d.Kind != "" && d.Kind != documents.DissentView {
			p.Add(at+"kind", "messages.error.dissent_kind")
		}
		if d.By = strings.TrimSpace(d.By); d.By == "" && d.Kind != documents.DissentView {
			p.Add(at+"by", "messages.error.dissent_by")
		}
		kept = append(kept, d)
	}
	in.Dissent = kept
	return p.Err()
}

// key names a source in a form.
func key(src documents.Source) string { return src.Kind + ":" + src.Ref }

// apply makes the paragraph of the form. Degrees and sources stand with the sentences
// of the text as it was; those of sentences that are gone go. known are the sources
// that may be chosen, by key, with the revision that was read.
func (in EditInput) apply(p documents.Paragraph, known map[string]documents.Source) documents.Paragraph {
	p.Text = in.Text
	count := len(forumtext.Sentences(in.Text.String()))
	degrees := []documents.Degree{}
	sources := []documents.Source{}
	for _, src := range p.Sources {
		if src.Sentence == 0 { // about the whole Message: not in the form
			sources = append(sources, src)
		}
	}
	for i, st := range in.Sentences {
		if i >= count {
			break
		}
		if st.Degree != "" {
			degrees = append(degrees, documents.Degree{I: i + 1, Degree: st.Degree})
		}
		for _, k := range st.Sources {
			src, ok := known[k]
			if !ok {
				continue
			}
			src.Sentence = i + 1
			if !slices.Contains(sources, src) {
				sources = append(sources, src)
			}
		}
		if words := strings.TrimSpace(st.Words); words != "" {
			sources = append(sources, documents.Source{Sentence: i + 1, Kind: SourceOwn, Ref: ownRef, Note: words})
		}
	}
	p.Sources, p.Attrs.Sentences = sources, degrees
	p.Attrs.Dissent = []documents.Dissent{}
	for _, d := range in.Dissent {
		p.Attrs.Dissent = append(p.Attrs.Dissent, documents.Dissent{Kind: d.Kind, By: d.By, Text: d.Text})
	}
	return p
}

// InputOf is the form of a Message as it stands.
func InputOf(m Message, version int64) EditInput {
	in := EditInput{Version: version, Text: m.Para.Text}
	for i := range m.Para.Sentences() {
		st := SentenceInput{Degree: m.Para.Attrs.Degree(i + 1)}
		for _, src := range m.Para.Sources {
			switch {
			case src.Sentence != i+1:
			case src.Kind == SourceOwn:
				st.Words = src.Note
			default:
				st.Sources = append(st.Sources, key(src))
			}
		}
		in.Sentences = append(in.Sentences, st)
	}
	for _, d := range m.Para.Attrs.Dissent {
		in.Dissent = append(in.Dissent, DissentInput{Kind: d.Kind, By: d.By, Text: d.Text})
	}
	return in
}

// AttributionInput is the note on whose views a session's Messages reflect.
type AttributionInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	Text    core.Text `form:"text" ui:"area" max:"1000" json:"text"`
}

// bare are the sentences of a Message, counted from 1, that rest on nothing: neither
// they nor the whole have a source, and nobody has said that they are the drafters' own.
func (m Message) bare() []int {
	var out []int
	for i := range m.Para.Sentences() {
		if !slices.ContainsFunc(m.Para.Sources, func(s documents.Source) bool { return s.Sentence == 0 || s.Sentence == i+1 }) {
			out = append(out, i+1)
		}
	}
	return out
}
