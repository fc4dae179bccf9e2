package documents

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// CreateTx opens a document with a draft as its revision 1. It appends
// document.created, which is internal. The owner room has decided that it may be.
func (s *Service) CreateTx(ctx context.Context, tx *record.Tx, in Create) (Document, error) {
	in = in.clean()
	if err := in.validate(); err != nil {
		return Document{}, err
	}
	free := 1
	for i, p := range in.Paragraphs {
		if p.ID != "" && p.Number() == 0 {
			return Document{}, unknownPara(i, p.ID)
		}
		free = max(free, p.Number()+1)
	}
	paras, free := AssignIDs(nil, nil, in.Paragraphs, free)
	d := Document{
		ID: tx.NewID(), Scope: in.Scope, Kind: in.Kind, Subject: in.Subject, Title: in.Title, OrigLang: in.OrigLang,
		Licence: in.Licence, State: StateDraft, Head: 1, Created: tx.Now, Version: 1, NextPara: free,
	}
	if _, err := tx.NewInsert().Model(&d).Exec(ctx); err != nil {
		return Document{}, fmt.Errorf("open document: %w", err)
	}
	r := opened(tx, d, 0)
	r.Stage, r.Title, r.Paragraphs = in.Stage, in.Title, paras
	if err := insertDraft(ctx, tx, r); err != nil {
		return Document{}, err
	}
	tx.Append("document.created", d.ID, d.Scope, record.Internal, record.Data{"label": d.Title, "kind": d.Kind})
	return d, nil
}

// opened is a fresh draft revision of the act's actor.
func opened(tx *record.Tx, d Document, previous int) Revision {
	return Revision{
		ID: tx.NewID(), Document: d.ID, Number: previous + 1, Previous: previous, State: StateDraft,
		Account: tx.Actor.Account, Person: tx.Actor.Person, Program: tx.Actor.Program,
		Created: tx.Now, Updated: tx.Now, Version: d.Version,
	}
}

// ReviseTx saves a new state of the text. It changes the open draft, or opens a new
// revision made from the published one; a published revision is never touched. Where
// nothing differs nothing is written and the present head comes back.
//
// Paragraphs keep their ids (AssignIDs), sentences their sources (Paragraph). It
// appends document.revised, which is internal, unless the input is an autosave. Errors:
// KindNotFound, KindStale with the present head (a Revision), KindInvalid with paths
// like "paragraphs[3].sources[0]".
func (s *Service) ReviseTx(ctx context.Context, tx *record.Tx, doc core.ID, in Revise) (Revision, error) {
	in = in.clean()
	if err := in.validate(); err != nil {
		return Revision{}, err
	}
	d, err := loadDocument(ctx, tx, doc)
	if err != nil {
		return Revision{}, err
	}
	cur, err := loadOne(ctx, tx, doc, d.Head)
	if err != nil {
		return Revision{}, err
	}
	if in.BasedOn != d.Version {
		return Revision{}, core.Stale(cur)
	}
	next, err := s.revised(ctx, tx, &d, cur, in)
	if err != nil || reflect.DeepEqual(content(cur), content(next)) {
		return cur, err
	}
	if !cur.Draft() {
		head := opened(tx, d, cur.Number)
		head.Stage, head.Title, head.Note, head.Paragraphs = next.Stage, next.Title, in.Note, next.Paragraphs
		next = head
	}
	next.Updated, d.Head = tx.Now, next.Number
	if d.Published == 0 {
		d.Title = next.Title
	}
	if stale, err := advance(ctx, tx, &d); err != nil || stale {
		return Revision{}, orStale(err, cur)
	}
	next.Version = d.Version
	if cur.Draft() {
		err = writeDraft(ctx, tx, next)
	} else {
		err = insertDraft(ctx, tx, next)
	}
	if err != nil {
		return Revision{}, err
	}
	if !in.Autosave {
		tx.Append("document.revised", d.ID, d.Scope, record.Internal, record.Data{"label": next.Title, "number": next.Number, "note": next.Note})
	}
	return next, nil
}

// revised is the present head with the changes of the input, and the document with the
// paragraph ids that were given out.
func (s *Service) revised(ctx context.Context, tx *record.Tx, d *Document, cur Revision, in Revise) (Revision, error) {
	next := cur
	if !in.Title.IsZero() {
		next.Title = in.Title
	}
	next.Stage, next.Note = cmp.Or(in.Stage, next.Stage), cmp.Or(in.Note, next.Note)
	if in.Paragraphs == nil {
		return next, nil
	}
	for i, p := range in.Paragraphs {
		if n := p.Number(); p.ID != "" && (n == 0 || n >= d.NextPara) {
			return next, unknownPara(i, p.ID)
		}
	}
	var earlier []Paragraph
	if cur.Draft() && d.Published > 0 {
		last, err := loadOne(ctx, tx, d.ID, d.Published)
		if err != nil {
			return next, err
		}
		earlier = last.Paragraphs
	}
	next.Paragraphs, d.NextPara = AssignIDs(cur.Paragraphs, earlier, in.Paragraphs, d.NextPara)
	next.Paragraphs = carry(slices.Concat(cur.Paragraphs, earlier), next.Paragraphs)
	return next, nil
}

// content is what a reader can tell two states of a text apart by.
func content(r Revision) any {
	paras := make([]Paragraph, len(r.Paragraphs))
	for i, p := range r.Paragraphs {
		paras[i] = p.clone()
		if q := &paras[i]; len(q.Sources) == 0 {
			q.Sources = nil
		}
		a := &paras[i].Attrs
		if len(a.Ends) == 0 {
			a.Ends = nil
		}
		if len(a.Sentences) == 0 {
			a.Sentences = nil
		}
		if len(a.Dissent) == 0 {
			a.Dissent = nil
		}
		if len(a.Own) == 0 {
			a.Own = nil
		} else if own, err := canonical(a.Own); err == nil {
			a.Own = own
		}
	}
	return struct {
		Title       core.Text
		Stage, Note string
		Paragraphs  []Paragraph
	}{r.Title, r.Stage, r.Note, paras}
}

// ExpectTx makes sure that nobody has changed the document since the version was read:
// before a PublishTx whose text was shown to the person who publishes it. The error is
// KindStale with the present head.
func (s *Service) ExpectTx(ctx context.Context, tx *record.Tx, doc core.ID, version int64) error {
	d, err := loadDocument(ctx, tx, doc)
	if err != nil || d.Version == version {
		return err
	}
	cur, err := loadOne(ctx, tx, doc, d.Head)
	return orStale(err, cur)
}

// PublishTx freezes the open draft: from now on it has a time stamp and a hash and
// never changes. It appends document.published, or document.corrected where a text of
// the same stage had been published before; both are public. A correction must say in
// its note what was changed and why; the note of the draft counts where none is given.
// Errors: KindNotFound; KindConflict where there is no draft or no text in it;
// KindInvalid at "note".
func (s *Service) PublishTx(ctx context.Context, tx *record.Tx, doc core.ID, note string) (Revision, error) {
	d, err := loadDocument(ctx, tx, doc)
	if err != nil {
		return Revision{}, err
	}
	if !d.HasDraft() {
		return Revision{}, core.Conflict("documents.publish.nothing")
	}
	r, err := loadOne(ctx, tx, doc, d.Head)
	if err != nil {
		return Revision{}, err
	}
	if len(r.Paragraphs) == 0 {
		return Revision{}, core.Conflict("documents.publish.empty")
	}
	var before Revision
	if d.Published > 0 {
		if before, err = loadOne(ctx, tx, doc, d.Published); err != nil {
			return Revision{}, err
		}
	}
	r.Note = cmp.Or(strings.TrimSpace(cleanString(note)), r.Note)
	r.Correction = d.Published > 0 && before.Stage == r.Stage
	var p core.Problems
	if checkNote(&p, r.Note); r.Correction && r.Note == "" {
		p.Add("note", "documents.note.required")
	}
	if err := p.Err(); err != nil {
		return Revision{}, err
	}
	r.State, r.Issued, r.Updated = StatePublished, tx.Now, tx.Now
	frozen, err := freeze(d, r, before)
	if err != nil {
		return Revision{}, err
	}
	r.Hash = Sum(frozen)
	d.State, d.Published, d.Title, d.Issued = StatePublished, r.Number, r.Title, tx.Now
	if stale, err := advance(ctx, tx, &d); err != nil || stale {
		return Revision{}, orStale(err, r)
	}
	r.Version = d.Version
	if err := freezeDraft(ctx, tx, r, string(frozen)); err != nil {
		return Revision{}, err
	}
	kind := "document.published"
	if r.Correction {
		kind = "document.corrected"
	}
	data := record.Data{"label": r.Title, "number": r.Number, "hash": r.Hash}
	if r.Note != "" {
		data["note"] = r.Note
	}
	if r.Stage != "" {
		data["stage"] = r.Stage
	}
	tx.Append(kind, d.ID, d.Scope, record.Public, data)
	return r, nil
}

// DiscardTx throws away the draft that was opened on a published text. It appends
// document.discarded, which is internal. Errors: KindNotFound; KindStale; KindConflict
// where there is no draft, or nothing else than the draft.
func (s *Service) DiscardTx(ctx context.Context, tx *record.Tx, doc core.ID, basedOn int64) error {
	if err := s.ExpectTx(ctx, tx, doc, basedOn); err != nil {
		return err
	}
	d, err := loadDocument(ctx, tx, doc)
	if err != nil {
		return err
	}
	if !d.HasDraft() || d.Published == 0 {
		return core.Conflict("documents.discard.nothing")
	}
	cur, err := loadOne(ctx, tx, doc, d.Head)
	if err != nil {
		return err
	}
	d.Head = d.Published
	if stale, err := advance(ctx, tx, &d); err != nil || stale {
		return orStale(err, cur)
	}
	if err := deleteDraft(ctx, tx, cur.ID); err != nil {
		return err
	}
	tx.Append("document.discarded", d.ID, d.Scope, record.Internal, record.Data{"label": cur.Title, "number": cur.Number})
	return nil
}

func orStale(err error, current Revision) error {
	if err != nil {
		return err
	}
	return core.Stale(current)
}

func unknownPara(i int, id string) error {
	var p core.Problems
	p.Add(fmt.Sprintf("paragraphs[%d].id", i), "documents.para.unknown", "ID", id)
	return p.Err()
}
