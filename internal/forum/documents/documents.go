// Package documents keeps texts: session reports, Messages of an edition, outlines,
// papers. A text is a row of paragraphs with stable ids, in several languages. It is
// written in a draft revision; publishing freezes the revision with a time stamp and
// a hash, and from then on nothing changes it. A correction is a further revision with
// a note; the old one stays at its address. Each sentence keeps its sources.
//
// The room holds the texts and shows their versions. What a text is for, who may write
// it and when it is published is the business of the room that owns it (reports,
// messages), which calls CreateTx, ReviseTx and PublishTx inside its own act.
package documents

import (
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// State of a document or of one revision.
type State string

// A document is published as soon as one of its revisions is; a correction that is
// being written makes it no draft again.
const (
	StateDraft     State = "draft"
	StatePublished State = "published"
)

// Document is one text with all its revisions.
type Document struct {
	bun.BaseModel `bun:"table:documents,alias:d"`

	ID        core.ID      `bun:"id,pk"`
	Scope     string       `bun:"scope"`   // an edition, a body, or core.ScopeForum; never changes
	Kind      string       `bun:"kind"`    // the owner room's word: "report", "messages", "paper"
	Subject   core.ID      `bun:"subject"` // what the text is about, the owner room's id: a session
	Title     core.Text    `bun:"title"`   // of the published revision, before that of the draft
	OrigLang  string       `bun:"orig_lang"`
	Licence   string       `bun:"licence"` // SPDX name ("CC-BY-4.0") or address; may be empty
	State     State        `bun:"state"`
	Head      int          `bun:"head_revision"`      // newest revision, draft or published
	Published int          `bun:"published_revision"` // newest published revision; 0 when none is
	Created   core.Instant `bun:"created"`
	Issued    core.Instant `bun:"published_at"` // when the newest published revision was
	Version   int64        `bun:"version"`      // for optimistic edits: Revise.BasedOn

	NextPara int `bun:"next_para"` // number of the next paragraph id
}

// HasDraft tells whether a revision is being written.
func (d Document) HasDraft() bool { return d.Head > d.Published }

// Revision is one version of a text. When it is published it never changes again.
type Revision struct {
	bun.BaseModel `bun:"table:document_revisions,alias:r"`

	ID         core.ID      `bun:"id,pk"`
	Document   core.ID      `bun:"document"`
	Number     int          `bun:"number"`   // 1, 2, …: part of the address
	Previous   int          `bun:"previous"` // the revision it was made from; 0 for the first
	State      State        `bun:"state"`
	Stage      string       `bun:"stage"`      // the owner room's word for the step: "review", "final"
	Correction bool         `bun:"correction"` // a published text of the same stage was corrected by it
	Title      core.Text    `bun:"title"`
	Note       string       `bun:"note"` // what changed and why; never empty for a correction
	Account    core.ID      `bun:"author_account"`
	Person     core.ID      `bun:"author_person"` // who opened the revision
	Program    string       `bun:"author_program"`
	Created    core.Instant `bun:"created"`
	Updated    core.Instant `bun:"updated"`
	Issued     core.Instant `bun:"published_at"`
	Hash       string       `bun:"hash"` // SHA-256 of the frozen JSON, in hexadecimal; empty for a draft

	// Version is that of the document when the revision was read: what a form carries
	// and gives back as Revise.BasedOn.
	Version    int64       `bun:"version,scanonly"`
	Paragraphs []Paragraph `bun:"-"` // in order; nil where only the list of revisions was asked for
}

// Draft tells whether the revision is still being written.
func (r Revision) Draft() bool { return r.State != StatePublished }

// Paragraph finds a paragraph by its id.
func (r Revision) Paragraph(id string) (Paragraph, bool) {
	i := slices.IndexFunc(r.Paragraphs, func(p Paragraph) bool { return p.ID == id })
	if i < 0 {
		return Paragraph{}, false
	}
	return r.Paragraphs[i], true
}

// Langs are the languages in which at least one paragraph is written, in the order in
// which the program offers them.
func (r Revision) Langs() []string {
	var out []string
	for _, l := range core.Langs {
		if slices.ContainsFunc(r.Paragraphs, func(p Paragraph) bool { return p.Text.By[l] != "" }) {
			out = append(out, l)
		}
	}
	return out
}

// Kind of a paragraph.
type Kind string

// The kinds of paragraphs. Only headings have a level that matters (1 to 4).
const (
	Heading Kind = "heading"
	Plain   Kind = "paragraph"
	Item    Kind = "item"
	Quote   Kind = "quote"
	Note    Kind = "note"
)

// Kinds are all kinds of paragraphs, in the order in which a form offers them.
var Kinds = []Kind{Plain, Heading, Item, Quote, Note}

// Paragraph is one paragraph in all its languages.
//
// In what is given to ReviseTx, Sources, Attrs.Sentences, Attrs.Dissent and Attrs.Own
// that are nil stay as they were: sources follow their sentences through the edit. An
// empty list that is not nil takes them away.
type Paragraph struct {
	// ID is the paragraph's permanent name in this document ("p7"). Empty in what is
	// given to ReviseTx where the writer's form does not know it.
	ID      string    `json:"id"`
	Kind    Kind      `json:"kind"`
	Level   int       `json:"level,omitempty"`
	Text    core.Text `json:"text"`
	Attrs   Attrs     `json:"attrs,omitzero"`
	Sources []Source  `json:"sources,omitempty"`
}

// Number is the number in the paragraph's id, which is shown beside it.
func (p Paragraph) Number() int { return paraNumber(p.ID) }

func paraNumber(id string) int {
	digits, ok := strings.CutPrefix(id, "p")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 1 || n > 1_000_000 || strconv.Itoa(n) != digits {
		return 0
	}
	return n
}

func paraID(n int) string { return "p" + strconv.Itoa(n) }

// Source ties a sentence, or a whole paragraph, to what it rests on.
type Source struct {
	Sentence int    `json:"sentence"`           // counted from 1 in the original language; 0 for the whole paragraph
	Kind     string `json:"kind"`               // "takeaway", "session", "segment", "person", "paragraph", "link"
	Ref      string `json:"ref"`                // an id, ParaRef for a paragraph, an address for a link
	Revision int    `json:"revision,omitempty"` // which revision of a cited document was read; 0 when not said
	Note     string `json:"note,omitempty"`     // in the writer's words; for a link its title or symbol
}

// Kinds of sources that this room resolves itself.
const (
	SourceParagraph = "paragraph"
	SourceLink      = "link"
)

// ParaRef names a paragraph of any revision of a document, as a source does. An empty
// para names the document as a whole.
func ParaRef(doc core.ID, para string) string {
	if para == "" {
		return string(doc)
	}
	return string(doc) + "#" + para
}

// ReadParaRef takes ParaRef apart.
func ReadParaRef(ref string) (doc core.ID, para string) {
	d, p, _ := strings.Cut(ref, "#")
	return core.ID(d), p
}
