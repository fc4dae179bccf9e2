package messages

import (
	"context"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/reports"
)

// Provenance gives the way of one Message down to the moments and people that it rests
// on, to whoever may see the Message; with draft, editors get that of the text that is
// being written. The number of queries does not depend on how much there is.
func (s *Service) Provenance(ctx context.Context, a core.Actor, set *editions.Setting, n int, draft bool) (Chain, error) {
	v, err := s.View(ctx, a, set, draft)
	if err != nil {
		return Chain{}, err
	}
	if v.Revision == nil {
		return Chain{}, core.NotFound()
	}
	m, ok := find(*v.Revision, n)
	if !ok {
		return Chain{}, core.NotFound()
	}
	t, err := s.trace(ctx, a, []Message{m})
	if err != nil {
		return Chain{}, err
	}
	return t.chain(set, v, m), nil
}

// Trace is Provenance of all Messages of an edition, in the same number of queries.
func (s *Service) Trace(ctx context.Context, a core.Actor, set *editions.Setting, draft bool) ([]Chain, error) {
	v, err := s.View(ctx, a, set, draft)
	if err != nil {
		return nil, err
	}
	out := []Chain{}
	if v.Revision == nil {
		return out, nil
	}
	list := all(*v.Revision)
	t, err := s.trace(ctx, a, list)
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		out = append(out, t.chain(set, v, m))
	}
	return out, nil
}

// Led is a place in a published text to which something has led.
type Led struct {
	From      string    `json:"from" doc:"what was asked about, or the takeaway between"`
	Kind      string    `json:"kind" enum:"message,takeaway,paragraph"`
	Ref       string    `json:"id" doc:"permanent name: document#paragraph"`
	Path      string    `json:"path"`
	Edition   core.ID   `json:"edition,omitempty" doc:"of a Message"`
	Number    int       `json:"number,omitempty" doc:"of a Message"`
	Sentence  int       `json:"sentence,omitempty"`
	Statement string    `json:"statement" doc:"the sentence in its original language"`
	Text      core.Text `json:"text"`
	Revision  int       `json:"revision"`
}

// LedTo follows the chain the other way: where a moment ("segment"), a person, a
// session, a paragraph or a takeaway has led, in the present published texts. What led
// to a takeaway led to the Messages that rest on it, too. Anybody may ask; six queries
// at most, and those of the addresses.
func (s *Service) LedTo(ctx context.Context, a core.Actor, kind string, wanted []string) ([]Led, error) {
	if !slices.Contains([]string{floor.SourceSegment, SourcePerson, SourceSession, SourceTakeaway, documents.SourceParagraph}, kind) {
		return nil, core.Invalid("messages.error.kind", "Kind", kind)
	}
	first, err := s.docs.SourcesTo(ctx, kind, wanted)
	if err != nil {
		return nil, err
	}
	var between []string
	for _, c := range first {
		if c.Document.Kind == "report" {
			if ref := documents.ParaRef(c.Document.ID, c.Para); !slices.Contains(between, ref) {
				between = append(between, ref)
			}
		}
	}
	second, err := s.docs.SourcesTo(ctx, SourceTakeaway, between)
	if err != nil {
		return nil, err
	}
	hidden, err := s.docs.HiddenFrom(ctx, a)
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(slices.Concat(first, second), func(c documents.Citation) bool { return slices.Contains(hidden, c.Document.Scope) })
	var docs []documents.Document
	var sets []core.ID
	for _, c := range list {
		if !slices.ContainsFunc(docs, func(d documents.Document) bool { return d.ID == c.Document.ID }) {
			docs = append(docs, c.Document)
			if c.Document.Kind == "messages" {
				sets = append(sets, c.Document.ID)
			}
		}
	}
	paths, err := s.docs.Addresses(ctx, docs...)
	if err != nil {
		return nil, err
	}
	texts, err := s.docs.Published(ctx, sets...)
	if err != nil {
		return nil, err
	}
	may, err := s.seen(ctx, a, docs)
	if err != nil {
		return nil, err
	}
	out := []Led{}
	for _, c := range list {
		if may[c.Document.ID] {
			out = append(out, led(c, paths[c.Document.ID], texts[c.Document.ID]))
		}
	}
	return out, nil
}

// seen tells which texts' sessions and editions the actor may see.
func (s *Service) seen(ctx context.Context, a core.Actor, docs []documents.Document) (map[core.ID]bool, error) {
	visible, err := s.editions.Editions(ctx, a)
	if err != nil {
		return nil, err
	}
	var sessions []core.ID
	for _, d := range docs {
		if d.Kind == "report" {
			sessions = append(sessions, d.Subject)
		}
	}
	found, err := s.programme.SessionsByID(ctx, a, sessions)
	if err != nil {
		return nil, err
	}
	out := map[core.ID]bool{}
	for _, d := range docs {
		out[d.ID] = d.Scope == core.ScopeForum || slices.ContainsFunc(visible, func(e editions.Edition) bool { return e.Scope() == d.Scope })
		if d.Kind == "report" {
			out[d.ID] = found[d.Subject] != nil
		}
	}
	return out, nil
}

func led(c documents.Citation, path string, rev documents.Revision) Led {
	l := Led{
		From: key(c.Source), Kind: "paragraph", Ref: documents.ParaRef(c.Document.ID, c.Para), Path: path + "#" + c.Para,
		Sentence: c.Source.Sentence, Statement: c.Statement, Text: c.Text, Revision: c.Revision,
	}
	switch c.Document.Kind {
	case "report":
		l.Kind = reports.PartTakeaway
	case "messages":
		p, _ := rev.Paragraph(c.Para)
		l.Kind, l.Edition, l.Number = "message", c.Document.Subject, ownOf(p).N
		l.Path = path + "/" + strconv.Itoa(l.Number)
		if l.Sentence > 0 {
			l.Path += "/provenance#s" + strconv.Itoa(l.Sentence)
		}
	}
	return l
}
