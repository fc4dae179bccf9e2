package documents

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"plenary/internal/core"
)

// Words is what an export takes from outside: the reader's language and the sentences
// of the catalogue in it, and who names sources and degrees. Resolve and Degree may be
// nil.
type Words struct {
	Lang    string
	T       func(key string, args ...any) string
	Stamp   func(core.Instant) string // a point in time in the reader's words, with its zone
	Resolve Resolver
	Degree  func(code string) DegreeLabel
	Stage   string // the stage of the revision in words
	Address string // permanent address of the revision, with scheme and host

	// What follows may be empty. Number is what stands beside a paragraph in place of
	// the number in its id, nothing where it gives ""; ParaAddress leads to a paragraph
	// in place of the revision's address and the id. Forum says who publishes, Home is
	// the address of the server, History the published revisions, oldest first.
	Number      func(Paragraph) string
	ParaAddress func(Paragraph) string
	Forum, Home string
	History     []Revision
}

// Export is a revision made ready for a reader: every format is printed from it, so
// that all say the same.
type Export struct {
	Title    Piece
	Lang     string   // the language of the words around the text
	Facts    []string // attribution: version, date, stage, note, licence, address, hash
	Paras    []ExportPara
	Notes    []ExportNote // sources, numbered from 1
	Fallback []string     // languages other than the reader's in which parts are shown
	sheet    bool         // no revision of a document: Sheet
	words    Words
	doc      Document
	rev      Revision // without its paragraphs
}

// Piece is a text with the language it is in.
type Piece struct{ S, Lang, Dir string }

// ExportPara is one paragraph, ready to print.
type ExportPara struct {
	ID        string
	Number    int    // the number in the id
	No        string // what stands beside it: Words.Number, or Number
	Address   string // leads to this paragraph
	Kind      Kind
	Level     int
	Lang, Dir string
	Parts     []ExportPart
	Marks     []int // notes about the whole paragraph
	Notes     []ExportNote
	Dissent   []ExportDissent
}

// ExportPart is a sentence, or a whole paragraph whose sentences carry no marks.
type ExportPart struct {
	Text   string // with the white space behind it
	Marks  []int  // numbers of notes
	Degree DegreeLabel
}

// ExportDissent is a statement of dissent, ready to print.
type ExportDissent struct {
	By   string
	Text Piece
	View bool // a diverging view as the drafters record it; By may be empty
}

// ExportNote is a source, ready to print.
type ExportNote struct {
	N          int
	Kind       string
	Label, URL string
	Revision   int // which revision of a cited text; 0 when not said
	Note       string
}

// Prepare makes a revision ready for a reader. It calls the resolver once per kind of
// source.
func Prepare(d Document, r Revision, w Words) (Export, error) {
	e := Export{Lang: w.Lang, words: w, Title: piece(r.Title, w.Lang), doc: d, rev: r}
	e.rev.Paragraphs = nil
	labels, err := resolveAll(r, w.Resolve)
	if err != nil {
		return Export{}, err
	}
	n := notes{index: map[Source]int{}, labels: labels, words: w}
	others := map[string]bool{}
	for _, p := range r.Paragraphs {
		ep := n.paragraph(p, w)
		if ep.Lang != w.Lang {
			others[ep.Lang] = true
		}
		e.Paras = append(e.Paras, ep)
	}
	e.Notes = n.list
	e.Fallback = slices.Sorted(maps.Keys(others))
	e.Facts = facts(d, r, w)
	return e, nil
}

func piece(t core.Text, lang string) Piece {
	s, really := t.In(lang)
	return Piece{S: s, Lang: really, Dir: core.Dir(really)}
}

func resolveAll(r Revision, resolve Resolver) (map[string]map[string]SourceLabel, error) {
	refs := map[string][]string{}
	for _, p := range r.Paragraphs {
		for _, s := range p.Sources {
			if !slices.Contains(refs[s.Kind], s.Ref) {
				refs[s.Kind] = append(refs[s.Kind], s.Ref)
			}
		}
	}
	out := map[string]map[string]SourceLabel{}
	if resolve == nil {
		return out, nil
	}
	for _, kind := range slices.Sorted(maps.Keys(refs)) {
		m, err := resolve(kind, refs[kind])
		if err != nil {
			return nil, fmt.Errorf("name sources of kind %s: %w", kind, err)
		}
		out[kind] = m
	}
	return out, nil
}

// notes numbers the sources as they first come up. The same source with the same note
// is one note.
type notes struct {
	index  map[Source]int
	list   []ExportNote
	labels map[string]map[string]SourceLabel
	words  Words
}

func (n *notes) number(s Source) int {
	s.Sentence = 0
	if i, ok := n.index[s]; ok {
		return i
	}
	l := n.labels[s.Kind][s.Ref]
	note := ExportNote{N: len(n.list) + 1, Kind: s.Kind, Label: l.Label, URL: l.URL, Revision: s.Revision, Note: s.Note}
	switch {
	case note.Label != "":
	case s.Kind == SourceLink:
		note.URL = webAddress(s.Ref)
		note.Label, note.Note = note.Note, ""
		if note.Label == "" {
			note.Label = note.URL
		}
	default:
		note.Label = n.words.T("documents.source.unnamed")
	}
	n.list = append(n.list, note)
	n.index[s] = note.N
	return note.N
}

func (n *notes) paragraph(p Paragraph, w Words) ExportPara {
	text, lang := p.Text.In(w.Lang)
	ep := ExportPara{ID: p.ID, Number: p.Number(), Kind: p.Kind, Level: p.Level, Lang: lang, Dir: core.Dir(lang)}
	if ep.No, ep.Address = beside(p, w); w.Number != nil && ep.No != "" && ep.Kind == Item {
		ep.Kind = Plain // what has a number of its own is no item of a list
	}
	sentences, matched := p.SentencesIn(w.Lang)
	if !matched {
		sentences = []string{text}
	}
	for _, s := range sentences {
		ep.Parts = append(ep.Parts, ExportPart{Text: s})
	}
	own := map[int]bool{}
	for _, s := range asRead(p.Sources) {
		k := n.number(s)
		if !own[k] {
			own[k] = true
			ep.Notes = append(ep.Notes, n.list[k-1])
		}
		at := &ep.Marks
		if s.Sentence > 0 && matched && s.Sentence <= len(ep.Parts) {
			at = &ep.Parts[s.Sentence-1].Marks
		}
		if !slices.Contains(*at, k) {
			*at = append(*at, k)
		}
	}
	for i := range ep.Parts {
		if code := p.Attrs.Degree(i + 1); code != "" && matched {
			ep.Parts[i].Degree = DegreeLabel{Words: code}
			if w.Degree != nil {
				ep.Parts[i].Degree = w.Degree(code)
			}
		}
	}
	for _, d := range p.Attrs.Dissent {
		ep.Dissent = append(ep.Dissent, ExportDissent{By: d.By, Text: piece(d.Text, w.Lang), View: d.Kind == DissentView})
	}
	return ep
}

// beside is the number that stands beside a paragraph, and where it leads.
func beside(p Paragraph, w Words) (number, address string) {
	number = strconv.Itoa(p.Number())
	if w.Number != nil {
		number = w.Number(p)
	}
	if w.ParaAddress != nil {
		address = w.ParaAddress(p)
	}
	if address == "" && w.Address != "" {
		address = w.Address + "#" + p.ID
	}
	return number, address
}

// asRead puts the sources of a paragraph in the order in which their marks are met:
// those of the whole paragraph stand at its end.
func asRead(sources []Source) []Source {
	return slices.SortedStableFunc(slices.Values(sources), func(a, b Source) int {
		if (a.Sentence == 0) != (b.Sentence == 0) {
			return cmp.Compare(b.Sentence, a.Sentence)
		}
		return cmp.Compare(a.Sentence, b.Sentence)
	})
}

// facts say what the text is, so that a copy of it can be traced to its origin.
func facts(d Document, r Revision, w Words) []string {
	var out []string
	switch {
	case r.Draft():
		out = append(out, w.T("documents.fact.draft", "Number", r.Number))
	default:
		out = append(out, w.T("documents.fact.published", "Number", r.Number, "When", w.Stamp(r.Issued)))
	}
	if w.Stage != "" {
		out = append(out, w.T("documents.fact.stage", "Stage", w.Stage))
	}
	switch {
	case r.Note != "" && r.Correction:
		out = append(out, w.T("documents.fact.correction", "Note", r.Note))
	case r.Note != "":
		out = append(out, w.T("documents.fact.note", "Note", r.Note))
	}
	if !r.Draft() && d.Published > r.Number {
		out = append(out, w.T("documents.fact.newer", "Number", d.Published))
	}
	if d.Licence != "" {
		out = append(out, w.T("documents.fact.licence", "Licence", d.Licence))
	}
	if w.Address != "" {
		out = append(out, w.T("documents.fact.address", "Address", w.Address))
	}
	if r.Hash != "" {
		out = append(out, w.T("documents.fact.hash", "Hash", r.Hash))
	}
	return out
}

// Degrees are the codes of degrees that a revision uses.
func (r Revision) Degrees() []string {
	var out []string
	for _, p := range r.Paragraphs {
		for _, d := range p.Attrs.Sentences {
			if !slices.Contains(out, d.Degree) {
				out = append(out, d.Degree)
			}
		}
	}
	return out
}
