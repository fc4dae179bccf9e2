package documents

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"plenary/internal/core"
)

// Limits of a text. The largest real ones have some 600 paragraphs.
const (
	maxParagraphs = 1500
	maxText       = 20_000 // characters of a paragraph in one language
	maxTitle      = 300
	maxNote       = 2000
	maxSources    = 100 // per paragraph
	maxOwn        = 20_000
)

// Create is what a document begins with.
type Create struct {
	Scope    string
	Kind     string
	Subject  core.ID
	Title    core.Text
	OrigLang string // the language of the title's original when empty
	Licence  string
	Stage    string
	// Paragraphs may be empty. Ids of the form "p7" that come with them, from an import,
	// are kept.
	Paragraphs []Paragraph
}

// Revise is a new state of the draft.
type Revise struct {
	// BasedOn is the document's version that the writer saw; another one is answered
	// with core.Stale and the draft (a Revision) as it now stands.
	BasedOn int64
	// Paragraphs are the whole text: what is not among them is taken out. Nil, and only
	// nil, leaves all as they were; a form from which everything was taken sends an empty
	// list that is not nil.
	Paragraphs []Paragraph
	Title      core.Text // zero: as before
	Stage      string    // empty: as before
	Note       string    // what changes and why, for a correction; empty: as before
	// Autosave says that nobody decided to save: no event is appended.
	Autosave bool
}

func (in Create) clean() Create {
	in.Title = cleanText(in.Title)
	if in.OrigLang == "" {
		in.OrigLang = in.Title.Orig
	}
	in.Paragraphs = cleanParagraphs(in.Paragraphs)
	return in
}

func (in Create) validate() error {
	var p core.Problems
	if in.Scope == "" {
		p.Add("scope", "form.required")
	}
	if in.Kind == "" {
		p.Add("kind", "form.required")
	}
	if in.Title.IsZero() {
		p.Add("title", "form.required")
	}
	if in.OrigLang != "" && !core.LangKnown(in.OrigLang) {
		p.Add("orig_lang", "documents.lang.unknown", "Language", in.OrigLang)
	}
	checkTitle(&p, in.Title)
	checkParagraphs(&p, in.Paragraphs)
	return p.Err()
}

func (in Revise) clean() Revise {
	in.Title = cleanText(in.Title)
	in.Note = strings.TrimSpace(cleanString(in.Note))
	if in.Paragraphs != nil {
		in.Paragraphs = cleanParagraphs(in.Paragraphs)
	}
	return in
}

func (in Revise) validate() error {
	var p core.Problems
	checkTitle(&p, in.Title)
	checkNote(&p, in.Note)
	checkParagraphs(&p, in.Paragraphs)
	return p.Err()
}

func checkTitle(p *core.Problems, title core.Text) {
	for _, s := range title.By {
		if n := utf8.RuneCountInString(s); n > maxTitle {
			p.Add("title", "form.too_long", "Count", maxTitle, "Have", n)
			return
		}
	}
}

func checkNote(p *core.Problems, note string) {
	if n := utf8.RuneCountInString(note); n > maxNote {
		p.Add("note", "form.too_long", "Count", maxNote, "Have", n)
	}
}

// cleanParagraphs drops empty paragraphs and what a database or a reader cannot take.
func cleanParagraphs(in []Paragraph) []Paragraph {
	out := make([]Paragraph, 0, len(in))
	for _, p := range in {
		p = p.clone()
		if p.Text = cleanText(p.Text); p.Text.IsZero() {
			continue
		}
		if p.Kind == "" {
			p.Kind = Plain
		}
		if p.Kind != Heading {
			p.Level = 0
		} else if p.Level == 0 {
			p.Level = 1
		}
		for i := range p.Sources {
			s := &p.Sources[i]
			s.Kind, s.Ref, s.Note = cleanString(s.Kind), strings.TrimSpace(cleanString(s.Ref)), strings.TrimSpace(cleanString(s.Note))
		}
		slices.SortStableFunc(p.Sources, func(a, b Source) int { return cmp.Compare(a.Sentence, b.Sentence) })
		for i := range p.Attrs.Dissent {
			d := &p.Attrs.Dissent[i]
			d.By, d.Text = strings.TrimSpace(cleanString(d.By)), cleanText(d.Text)
		}
		if own, err := canonical(p.Attrs.Own); err == nil && len(p.Attrs.Own) > 0 {
			p.Attrs.Own = own
		}
		p.Attrs.Ends = sentenceEnds(p.Text.String())
		out = append(out, p)
	}
	return out
}

func cleanText(t core.Text) core.Text {
	by := make(map[string]string, len(t.By))
	for l, s := range t.By {
		by[l] = strings.ReplaceAll(cleanString(s), "\r\n", "\n")
	}
	return core.Text{Orig: t.Orig, By: by}.Clean()
}

// cleanString drops what PostgreSQL cannot keep.
func cleanString(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}

// checkParagraphs looks at paragraphs that were cleaned. Paths name the paragraph by
// its place: "paragraphs[3].text".
func checkParagraphs(p *core.Problems, paras []Paragraph) {
	if len(paras) > maxParagraphs {
		p.Add("paragraphs", "documents.paragraphs.too_many", "Count", maxParagraphs)
		return
	}
	for i, para := range paras {
		at := fmt.Sprintf("paragraphs[%d].", i)
		if !slices.Contains(Kinds, para.Kind) {
			p.Add(at+"kind", "documents.paragraph.kind", "Kind", string(para.Kind))
		}
		if para.Level < 0 || para.Level > 4 {
			p.Add(at+"level", "documents.paragraph.level")
		}
		for _, s := range para.Text.By {
			if n := utf8.RuneCountInString(s); n > maxText {
				p.Add(at+"text", "form.too_long", "Count", maxText, "Have", n)
				break
			}
		}
		checkMarks(p, at, para)
	}
}

// checkMarks looks at sources, degrees and dissent: they must point at sentences that
// there are.
func checkMarks(p *core.Problems, at string, para Paragraph) {
	n := len(para.Sentences())
	if len(para.Sources) > maxSources {
		p.Add(at+"sources", "documents.sources.too_many", "Count", maxSources)
	}
	for i, s := range para.Sources {
		path := fmt.Sprintf("%ssources[%d]", at, i)
		switch {
		case s.Kind == "" || s.Ref == "" || len(s.Kind) > 50 || len(s.Ref) > 2000:
			p.Add(path, "documents.source.empty")
		case s.Sentence < 0 || s.Sentence > n:
			p.Add(path, "documents.sentence.none", "Number", s.Sentence, "Count", n)
		case s.Kind == SourceLink && webAddress(s.Ref) == "":
			p.Add(path, "documents.source.address")
		case utf8.RuneCountInString(s.Note) > maxNote:
			p.Add(path, "form.too_long", "Count", maxNote, "Have", utf8.RuneCountInString(s.Note))
		}
	}
	seen := map[int]bool{}
	for i, d := range para.Attrs.Sentences {
		path := fmt.Sprintf("%ssentences[%d]", at, i)
		switch {
		case d.I < 1 || d.I > n:
			p.Add(path, "documents.sentence.none", "Number", d.I, "Count", n)
		case seen[d.I] || d.Degree == "" || len(d.Degree) > 50:
			p.Add(path, "documents.sentence.degree")
		}
		seen[d.I] = true
	}
	for i, d := range para.Attrs.Dissent {
		if d.By == "" && d.Kind != DissentView || d.Text.IsZero() || d.Kind != "" && d.Kind != DissentView {
			p.Add(fmt.Sprintf("%sdissent[%d]", at, i), "documents.dissent.empty")
		}
	}
	if len(para.Attrs.Own) > maxOwn || len(para.Attrs.Own) > 0 && !storable(para.Attrs.Own) {
		p.Add(at+"own", "error.unreadable")
	}
}

// storable tells whether both databases take the JSON: PostgreSQL refuses NUL.
func storable(own json.RawMessage) bool {
	return json.Valid(own) && !bytes.Contains(own, []byte(`\u0000`))
}
