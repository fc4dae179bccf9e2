package ledger

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
)

// Of tells what came of texts, by documents.ParaRef: the call that a paragraph is with
// its answers, where it is cited outside, where its document was sent, and what was made
// from it (derived) or it was made from (source). What the actor may not see is left out.
// The number of queries does not depend on how many there are.
func (s *Service) Of(ctx context.Context, a core.Actor, refs []string) (map[string][]Entry, error) {
	return s.OfIn(ctx, a, "en", refs)
}

// OfIn is Of with titles in a language.
func (s *Service) OfIn(ctx context.Context, a core.Actor, lang string, refs []string) (map[string][]Entry, error) {
	out := map[string][]Entry{}
	if len(refs) == 0 {
		return out, nil
	}
	var docs []core.ID
	for _, ref := range refs {
		if doc, _ := documents.ReadParaRef(ref); !slices.Contains(docs, doc) {
			docs = append(docs, doc)
		}
	}
	if err := s.callsInto(ctx, a, lang, refs, out); err != nil {
		return nil, err
	}
	cites, outside, err := s.citations(ctx, "lt.document IN (?)", bun.List(docs))
	if err != nil {
		return nil, err
	}
	for _, c := range cites {
		for _, ref := range refs {
			doc, para := documents.ReadParaRef(ref)
			// A document as a whole is told of all that cites any part of it.
			if c.Ref == ref || para == "" && c.Document == doc {
				out[ref] = append(out[ref], entryOfCitation(lang, c, outside[c.Reference]))
			}
		}
	}
	if err := s.derivedInto(ctx, a, lang, refs, out); err != nil {
		return nil, err
	}
	sent, err := s.Deliveries(ctx, a, docs)
	if err != nil {
		return nil, err
	}
	for _, ref := range refs {
		doc, _ := documents.ReadParaRef(ref)
		for _, d := range sent[doc] {
			e := Entry{Kind: "delivery", Title: d.To, Day: d.Day, Year: yearOf(d.Day), Note: d.Form, Path: d.URL, State: d.Receipt}
			out[ref] = append(out[ref], e)
		}
	}
	return out, nil
}

func (s *Service) callsInto(ctx context.Context, a core.Actor, lang string, refs []string, out map[string][]Entry) error {
	calls, err := s.callsByRef(ctx, a, refs)
	if err != nil {
		return err
	}
	var ids []core.ID
	for _, ref := range refs {
		if c := calls[ref]; c != nil {
			ids = append(ids, c.ID)
		}
	}
	answers, err := s.AnswersTo(ctx, a, ids)
	if err != nil {
		return err
	}
	now := s.rec.Clock.Instant()
	for ref, c := range calls {
		e := Entry{Kind: "call", Path: c.Path(), Words: c.Words, Day: dayOf(c.Called), Year: c.Called.Time().Year(), State: c.State, Call: c, Thing: Thing{Kind: ThingParagraph, Ref: ref}}
		e.Silent, _ = c.Silent(now)
		out[ref] = append(out[ref], e)
		for _, x := range answers[c.ID] {
			if !x.Public() {
				continue
			}
			name, _ := x.OrganisationName.In(lang)
			out[ref] = append(out[ref], Entry{
				Kind: "answer", Title: name, Path: x.Path(), Words: x.Words, Day: x.Said, Year: yearOf(x.Said), State: x.State, Answer: &x,
				Thing: Thing{Kind: ThingCommitment, Ref: string(x.ID)},
			})
		}
	}
	return nil
}

func (s *Service) derivedInto(ctx context.Context, a core.Actor, lang string, refs []string, out map[string][]Entry) error {
	list, err := s.derivations(ctx, "dv.later IN (?) OR dv.earlier IN (?)", bun.List(refs), bun.List(refs))
	if err != nil || len(list) == 0 {
		return err
	}
	var things []Thing
	for _, d := range list {
		things = append(things, Thing{Kind: ThingParagraph, Ref: d.Later}, Thing{Kind: ThingParagraph, Ref: d.Earlier})
	}
	labels, err := s.Labels(ctx, a, lang, things)
	if err != nil {
		return err
	}
	add := func(ref, kind, other, note string) {
		t := Thing{Kind: ThingParagraph, Ref: other}
		if l, ok := labels[t]; ok && slices.Contains(refs, ref) {
			out[ref] = append(out[ref], Entry{Kind: kind, Title: l.Title, Path: l.Path, Words: l.Words, Note: note, Thing: t})
		}
	}
	for _, d := range list {
		add(d.Earlier, "derived", d.Later, d.Note)
		add(d.Later, "source", d.Earlier, d.Note)
	}
	return nil
}

// Check lists what in the ledger leads nowhere: texts that are no more where something
// points at them, and kept copies whose bytes are not in the store.
func (s *Service) Check(ctx context.Context) ([]core.Flaw, error) {
	type pointer struct {
		subject core.ID
		where   string
		t       Thing
	}
	var all []pointer
	calls, err := callsOf(ctx, s.rec.DB.Read, "lc.state <> ?", StateGone)
	if err != nil {
		return nil, err
	}
	for _, c := range calls {
		all = append(all, pointer{c.ID, c.Path(), Thing{Kind: ThingParagraph, Ref: c.Ref}})
	}
	var items []struct {
		Item
		Slug string `bun:"slug"`
	}
	if err := s.rec.DB.Read.NewSelect().Model((*Item)(nil)).ColumnExpr("it.*, li.slug AS slug").Join("JOIN ledger_issues AS li ON li.id = it.issue").
		OrderExpr("it.issue, it.at, it.ref").Scan(ctx, &items); err != nil {
		return nil, fmt.Errorf("check issues: %w", err)
	}
	for _, it := range items {
		all = append(all, pointer{it.Issue, "/issues/" + it.Slug, it.thing()})
	}
	cites, _, err := s.citations(ctx, "1 = 1")
	if err != nil {
		return nil, err
	}
	for _, c := range cites {
		all = append(all, pointer{c.Reference, "/references/" + string(c.Reference), Thing{Kind: ThingParagraph, Ref: c.Ref}})
	}
	mentions, err := s.mentions(ctx, core.Operator, "1 = 1")
	if err != nil {
		return nil, err
	}
	for _, m := range mentions {
		all = append(all, pointer{m.Reference, "/references/" + string(m.Reference), Thing{Kind: ThingSession, Ref: string(m.Session)}})
	}
	derived, err := s.derivations(ctx, "1 = 1")
	if err != nil {
		return nil, err
	}
	for _, d := range derived {
		for _, ref := range []string{d.Later, d.Earlier} {
			all = append(all, pointer{d.ID, "ledger_derivations", Thing{Kind: ThingParagraph, Ref: ref}})
		}
	}
	things := make([]Thing, len(all))
	for i, p := range all {
		things[i] = p.t
	}
	out, err := s.lost(ctx)
	if err != nil {
		return nil, err
	}
	labels, err := s.labelsInParts(ctx, core.Operator, things)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if _, ok := labels[p.t]; !ok {
			out = append(out, core.Flaw{Code: "dangling-ledger", Subject: p.subject, Where: p.where, Text: fmt.Sprintf("it points at the %s %s, which is not there", p.t.Kind, p.t.Ref)})
		}
	}
	return out, nil
}

// lost are the kept copies whose bytes cannot be opened.
func (s *Service) lost(ctx context.Context) ([]core.Flaw, error) {
	var rows []Evidence
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("ev.hash <> ''").OrderExpr("ev.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("check kept copies: %w", err)
	}
	var out []core.Flaw
	for _, e := range rows {
		f, err := s.Blobs.Open(ctx, e.Hash)
		if err != nil {
			out = append(out, core.Flaw{Code: "lost-copy", Subject: e.ID, Where: e.Path(), Text: "the kept copy " + e.Hash + " cannot be opened"})
			continue
		}
		_ = f.Close() // it was only opened
	}
	return out, nil
}
