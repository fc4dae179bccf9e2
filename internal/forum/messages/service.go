package messages

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// Service is what people do with Messages.
type Service struct {
	rec       *record.Record
	docs      *documents.Service
	editions  *editions.Service
	reports   *reports.Service
	programme *programme.Service
	house     House
}

// New makes the service.
func New(rec *record.Record, docs *documents.Service, ed *editions.Service, rep *reports.Service, prog *programme.Service) *Service {
	return &Service{rec: rec, docs: docs, editions: ed, reports: rep, programme: prog}
}

func loadSet(ctx context.Context, idb bun.IDB, edition core.ID) (*Set, error) {
	var s Set
	err := idb.NewSelect().Model(&s).Where("edition = ?", edition).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load Messages: %w", err)
	}
	return &s, nil
}

func stateOf(s *Set) string {
	if s == nil {
		return StateNone
	}
	return s.State
}

// View is the Messages of an edition as one reader may see them.
type View struct {
	Set      *Set // nil where nobody has begun
	State    string
	Revision *documents.Revision // what is shown: for editors the newest, for others what is published
	Draft    bool                // the revision is being written
}

// View gives the Messages of an edition to a reader: to editors, with draft, what is
// being written; else what is published. NotFound where there is nothing to see.
func (s *Service) View(ctx context.Context, a core.Actor, set *editions.Setting, draft bool) (View, error) {
	ms, err := loadSet(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return View{}, err
	}
	v := View{Set: ms, State: stateOf(ms)}
	insider := CanSeeDraft(a, set.Scope())
	public := v.State == StateDraft || v.State == StateFinal
	if !public && !insider {
		return View{State: StateNone}, core.NotFound()
	}
	if ms == nil {
		return v, nil
	}
	var revs map[core.ID]documents.Revision
	if insider && (draft || !public) {
		revs, err = s.docs.Head(ctx, ms.Document)
	} else {
		revs, err = s.docs.Published(ctx, ms.Document)
	}
	if err != nil {
		return v, err
	}
	if rev, ok := revs[ms.Document]; ok {
		v.Revision, v.Draft = &rev, rev.Draft()
	}
	return v, nil
}

// edit runs fn on the newest revision inside a write and saves the paragraphs that it
// returns. Editors may.
func (s *Service) edit(ctx context.Context, a core.Actor, set *editions.Setting, version int64, fn editing) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return s.editTx(ctx, tx, set, version, fn) })
}

type editing func(ctx context.Context, tx *record.Tx, ms *Set, rev documents.Revision) ([]documents.Paragraph, error)

// editTx is edit inside a write; version 0 is the one that stands.
func (s *Service) editTx(ctx context.Context, tx *record.Tx, set *editions.Setting, version int64, fn editing) error {
	ms, err := loadSet(ctx, tx, set.ID)
	if err != nil {
		return err
	}
	if err := mayEdit(tx.Actor, set, ms); err != nil {
		return err
	}
	if ms == nil {
		return core.NotFound()
	}
	heads, err := s.docs.HeadTx(ctx, tx, ms.Document)
	if err != nil {
		return err
	}
	rev := heads[ms.Document]
	paras, err := fn(ctx, tx, ms, rev)
	if err != nil {
		return err
	}
	if version == 0 {
		version = rev.Version
	}
	if _, err = s.docs.ReviseTx(ctx, tx, ms.Document, documents.Revise{BasedOn: version, Paragraphs: paras}); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Model(ms).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("save Messages: %w", err)
	}
	tx.Append("messages.edited", set.ID, set.Scope(), record.Internal, record.Data{"label": ms.Name})
	return nil
}

// mayEdit asks for the right to change the text: a correction where it is final.
func mayEdit(a core.Actor, set *editions.Setting, ms *Set) error {
	action := "edit"
	switch stateOf(ms) {
	case StateFinal:
		action = "correct"
	case StateNone:
		action = "compile"
	}
	return policy.Check(action, stateOf(ms), a.Roles(set.Scope())...)
}

// CanEdit tells whether the actor may change the Messages in their state.
func CanEdit(a core.Actor, set *editions.Setting, ms *Set) bool { return mayEdit(a, set, ms) == nil }

// NameOf is what an edition's Messages are called: after the city (E138).
func NameOf(e editions.Edition) core.Text {
	patterns := map[string]string{
		"en": "%s Messages", "fr": "Messages de %s", "es": "Mensajes de %s", "ru": "Тезисы: %s", "zh": "%s讯息", "ar": "رسائل %s",
	}
	out := core.Text{}
	for _, lang := range core.Langs {
		if city := e.City.By[lang]; city != "" {
			out = out.With(lang, fmt.Sprintf(patterns[lang], city))
		}
	}
	if out.IsZero() {
		out = core.NewText("en", fmt.Sprintf(patterns["en"], e.Slug))
	}
	return out
}

// open gives the set of an edition, begun if nobody has.
func (s *Service) open(ctx context.Context, tx *record.Tx, set *editions.Setting) (*Set, documents.Revision, error) {
	ms, err := loadSet(ctx, tx, set.ID)
	if err != nil {
		return nil, documents.Revision{}, err
	}
	if ms == nil {
		name := NameOf(set.Edition)
		doc, err := s.docs.CreateTx(ctx, tx, documents.Create{Scope: set.Scope(), Kind: "messages", Subject: set.ID, Title: name, Stage: "draft"})
		if err != nil {
			return nil, documents.Revision{}, err
		}
		ms = &Set{Edition: set.ID, Document: doc.ID, Name: name, State: StateDrafted, Next: 1}
		if _, err := tx.NewInsert().Model(ms).Exec(ctx); err != nil {
			return nil, documents.Revision{}, fmt.Errorf("begin Messages: %w", err)
		}
		tx.Append("messages.begun", set.ID, set.Scope(), record.Internal, record.Data{"label": name})
	}
	heads, err := s.docs.HeadTx(ctx, tx, ms.Document)
	return ms, heads[ms.Document], err
}

// Fed lists the numbers of the published Messages of an edition that rest on a
// session: as a whole, through its takeaways, or on moments of its transcript.
func (s *Service) Fed(ctx context.Context, a core.Actor, set *editions.Setting, session core.ID) (View, []Message, error) {
	v, err := s.View(ctx, a, set, false)
	if err != nil || v.Revision == nil {
		return v, nil, err
	}
	pts, err := s.reports.Published(ctx, set.ID)
	if err != nil {
		return v, nil, err
	}
	mine := map[string]bool{string(session): true}
	for _, p := range pts[session] {
		mine[p.Ref] = true
	}
	want := refs{}
	for _, m := range all(*v.Revision) {
		want.add(m.Para.Sources)
	}
	moments, err := s.moments(ctx, a, asIDs(want[floor.SourceSegment]))
	if err != nil {
		return v, nil, err
	}
	for id, m := range moments {
		if m.Session == session {
			mine[string(id)] = true
		}
	}
	var out []Message
	for _, m := range all(*v.Revision) {
		if slices.ContainsFunc(m.Para.Sources, func(src documents.Source) bool { return mine[src.Ref] }) {
			out = append(out, m)
		}
	}
	return v, out, nil
}
