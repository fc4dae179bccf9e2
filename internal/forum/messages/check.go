package messages

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/vocab"
)

// Check looks for what should not be in published Messages: sources that resolve to
// nothing, sentences of a final text that rest on nothing, degrees that no vocabulary
// knows, signatures of versions that are not there. The program calls it for whoever
// runs it; the number of queries does not depend on the number of Messages.
func (s *Service) Check(ctx context.Context) ([]core.Flaw, error) {
	var sets []Set
	if err := s.rec.DB.Read.NewSelect().Model(&sets).OrderExpr("ms.edition").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load Messages: %w", err)
	}
	var docs []core.ID
	for _, ms := range sets {
		docs = append(docs, ms.Document)
	}
	revs, err := s.docs.Published(ctx, docs...)
	if err != nil {
		return nil, err
	}
	var msgs []Message
	for _, ms := range sets {
		msgs = append(msgs, all(revs[ms.Document])...)
	}
	t, err := s.trace(ctx, core.Operator, msgs)
	if err != nil {
		return nil, err
	}
	var flaws []core.Flaw
	for _, ms := range sets {
		set, err := s.editions.SettingByID(ctx, core.Operator, ms.Edition)
		if err != nil {
			return nil, fmt.Errorf("load edition: %w", err)
		}
		for _, m := range all(revs[ms.Document]) {
			flaws = append(flaws, s.flaws(t, ms, set.Path(), m)...)
		}
	}
	more, err := s.signatureFlaws(ctx, sets)
	return append(flaws, more...), err
}

func (s *Service) flaws(t trace, ms Set, path string, m Message) []core.Flaw {
	var out []core.Flaw
	add := func(code, text string, args ...any) {
		out = append(out, core.Flaw{
			Code: code, Subject: ms.Edition, Where: path + "/messages/" + strconv.Itoa(m.N) + "/provenance", Text: fmt.Sprintf(text, args...),
		})
	}
	for _, src := range m.Para.Sources {
		if src.Kind == SourceOwn {
			continue
		}
		x, ok := t.source(src)
		if !ok {
			add("dangling-source", "Message %d: sentence %d rests on %s %s, which leads nowhere", m.N, src.Sentence, src.Kind, src.Ref)
			continue
		}
		if src.Kind != SourceTakeaway {
			continue
		}
		p, _ := t.point(src.Ref)
		for _, pin := range p.Sources {
			if !t.leads(pin) {
				add("dangling-pin", "Message %d: takeaway %s is pinned to %s %s, which leads nowhere", m.N, x.Path, pin.Kind, pin.Ref)
			}
		}
	}
	if ms.State == StateFinal {
		for _, n := range m.bare() {
			add("bare-sentence", "Message %d is final, and its sentence %d rests on nothing", m.N, n)
		}
	}
	for _, d := range m.Para.Attrs.Sentences {
		if s.house.Vocab != nil && !s.house.Vocab.Has(vocab.Support, d.Degree) {
			add("unknown-degree", "Message %d: sentence %d has the degree of support %q, which no vocabulary knows", m.N, d.I, d.Degree)
		}
	}
	return out
}

// leads tells whether what a takeaway is pinned to is there. A segment that was
// withdrawn, and a person who is no longer public, are no flaws of the Messages, but a
// reader's way ends there.
func (t trace) leads(pin documents.Source) bool {
	switch pin.Kind {
	case floor.SourceSegment:
		_, ok := t.moments[core.ID(pin.Ref)]
		return ok
	case documents.SourceParagraph:
		_, ok := t.paras[pin.Ref]
		return ok
	case SourcePerson:
		for _, ses := range t.sessions {
			for _, r := range ses.Roles {
				if r.Person == core.ID(pin.Ref) {
					return true
				}
			}
		}
		_, ok := t.persons[core.ID(pin.Ref)]
		return ok
	}
	return true
}

// signatureFlaws looks for signatures of versions that are not there, or that are not
// what was signed.
func (s *Service) signatureFlaws(ctx context.Context, sets []Set) ([]core.Flaw, error) {
	var docs []core.ID
	for _, ms := range sets {
		docs = append(docs, ms.Document)
	}
	revs, err := s.docs.Revisions(ctx, docs...)
	if err != nil {
		return nil, err
	}
	var rows []Signature
	if err := s.rec.DB.Read.NewSelect().Model(&rows).OrderExpr("si.edition, si.signed, si.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load signatures: %w", err)
	}
	var out []core.Flaw
	for _, sig := range rows {
		i := slices.IndexFunc(sets, func(ms Set) bool { return ms.Edition == sig.Edition })
		if i < 0 {
			continue
		}
		if !slices.ContainsFunc(revs[sets[i].Document], func(r documents.Revision) bool {
			return r.Number == sig.Revision && r.Hash == sig.Hash && !r.Draft()
		}) {
			out = append(out, core.Flaw{
				Code: "dangling-signature", Subject: sig.Edition, Where: "/documents/" + string(sets[i].Document) + "/revisions",
				Text: fmt.Sprintf("the signature as %s is of version %d with the hash %s, which is not there", sig.Role, sig.Revision, sig.Hash),
			})
		}
	}
	return out, nil
}
