package documents

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

type paragraphRow struct {
	bun.BaseModel `bun:"table:document_paragraphs,alias:p"`

	Revision core.ID   `bun:"revision,pk"`
	Para     string    `bun:"para,pk"`
	Position int       `bun:"position"`
	Kind     Kind      `bun:"kind"`
	Level    int       `bun:"level"`
	Body     core.Text `bun:"body"`
	Attrs    Attrs     `bun:"attrs"`
}

type sourceRow struct {
	bun.BaseModel `bun:"table:document_sources,alias:s"`

	Revision    core.ID `bun:"revision,pk"`
	Para        string  `bun:"para,pk"`
	Position    int     `bun:"position,pk"`
	Sentence    int     `bun:"sentence"`
	Kind        string  `bun:"kind"`
	Ref         string  `bun:"ref"`
	RefRevision int     `bun:"ref_revision"`
	Note        string  `bun:"note"`
}

func (r sourceRow) source() Source {
	return Source{Sentence: r.Sentence, Kind: r.Kind, Ref: r.Ref, Revision: r.RefRevision, Note: r.Note}
}

func loadDocument(ctx context.Context, idb bun.IDB, id core.ID) (Document, error) {
	var d Document
	if err := idb.NewSelect().Model(&d).Where("d.id = ?", id).Scan(ctx); err != nil {
		return d, fmt.Errorf("read document: %w", record.Found(err))
	}
	return d, nil
}

func loadDocuments(ctx context.Context, idb bun.IDB, ids []core.ID) (map[core.ID]Document, error) {
	out := make(map[core.ID]Document, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var rows []Document
	if err := idb.NewSelect().Model(&rows).Where("d.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read documents: %w", err)
	}
	for _, d := range rows {
		out[d.ID] = d
	}
	return out, nil
}

// loadRevisions reads the revisions that pick chooses, without their paragraphs.
func loadRevisions(ctx context.Context, idb bun.IDB, pick func(*bun.SelectQuery) *bun.SelectQuery) ([]Revision, error) {
	var rows []Revision
	q := idb.NewSelect().Model(&rows).ColumnExpr("?TableColumns").ColumnExpr("d.version AS version").
		Join("JOIN documents AS d ON d.id = r.document").OrderExpr("r.document, r.number")
	if err := pick(q).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	return rows, nil
}

// fillParagraphs gives revisions their paragraphs and sources: two queries for any
// number of revisions.
func fillParagraphs(ctx context.Context, idb bun.IDB, revs []Revision) error {
	if len(revs) == 0 {
		return nil
	}
	ids := make([]core.ID, len(revs))
	for i, r := range revs {
		ids[i] = r.ID
	}
	var sources []sourceRow
	if err := idb.NewSelect().Model(&sources).Where("s.revision IN (?)", bun.List(ids)).
		OrderExpr("s.revision, s.para, s.position").Scan(ctx); err != nil {
		return fmt.Errorf("read sources: %w", err)
	}
	type place struct {
		revision core.ID
		para     string
	}
	at := map[place][]Source{}
	for _, s := range sources {
		k := place{s.Revision, s.Para}
		at[k] = append(at[k], s.source())
	}
	var rows []paragraphRow
	if err := idb.NewSelect().Model(&rows).Where("p.revision IN (?)", bun.List(ids)).
		OrderExpr("p.revision, p.position").Scan(ctx); err != nil {
		return fmt.Errorf("read paragraphs: %w", err)
	}
	paras := map[core.ID][]Paragraph{}
	for _, p := range rows {
		paras[p.Revision] = append(paras[p.Revision], Paragraph{
			ID: p.Para, Kind: p.Kind, Level: p.Level, Text: p.Body, Attrs: p.Attrs, Sources: at[place{p.Revision, p.Para}],
		})
	}
	for i := range revs {
		revs[i].Paragraphs = paras[revs[i].ID]
	}
	return nil
}

// loadFull reads whole revisions, one per document: three queries.
func loadFull(ctx context.Context, idb bun.IDB, pick func(*bun.SelectQuery) *bun.SelectQuery) (map[core.ID]Revision, error) {
	revs, err := loadRevisions(ctx, idb, pick)
	if err != nil {
		return nil, err
	}
	if err := fillParagraphs(ctx, idb, revs); err != nil {
		return nil, err
	}
	out := make(map[core.ID]Revision, len(revs))
	for _, r := range revs {
		out[r.Document] = r
	}
	return out, nil
}

func loadOne(ctx context.Context, idb bun.IDB, doc core.ID, number int) (Revision, error) {
	m, err := loadFull(ctx, idb, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("r.document = ? AND r.number = ?", doc, number)
	})
	if err != nil {
		return Revision{}, err
	}
	r, ok := m[doc]
	if !ok {
		return Revision{}, core.NotFound()
	}
	return r, nil
}

func loadFrozen(ctx context.Context, idb bun.IDB, revision core.ID) (string, error) {
	var s string
	err := idb.NewSelect().Model((*Revision)(nil)).ColumnExpr("r.frozen").Where("r.id = ?", revision).Scan(ctx, &s)
	if err != nil {
		return "", fmt.Errorf("read frozen text: %w", record.Found(err))
	}
	return s, nil
}

// errNotDraft is a mistake in the program: something wanted to change a revision that
// is published. Each statement below that changes a revision asks for its state itself.
var errNotDraft = errors.New("the revision is not a draft")

// advance saves a document if nobody was quicker.
func advance(ctx context.Context, tx bun.IDB, d *Document) (stale bool, err error) {
	d.Version++
	stale, err = record.Once(tx.NewUpdate().Model(d).ExcludeColumn("id", "scope", "kind", "subject", "orig_lang", "licence", "created").
		Where("id = ? AND version = ?", d.ID, d.Version-1).Exec(ctx))
	if err != nil {
		return false, fmt.Errorf("save document: %w", err)
	}
	return stale, nil
}

// writeDraft saves the head of a draft revision and replaces its paragraphs.
func writeDraft(ctx context.Context, tx bun.IDB, r Revision) error {
	if err := draftOnly(tx.NewUpdate().Model(&r).Column("title", "note", "stage", "updated").
		Where("id = ? AND state = ?", r.ID, StateDraft).Exec(ctx)); err != nil {
		return err
	}
	if err := clearDraft(ctx, tx, r.ID); err != nil {
		return err
	}
	return insertParagraphs(ctx, tx, r)
}

func draftOnly(res sql.Result, err error) error {
	none, err := record.Once(res, err)
	if err == nil && none {
		err = errNotDraft
	}
	if err != nil {
		return fmt.Errorf("save revision: %w", err)
	}
	return nil
}

const ofDraft = "revision IN (SELECT id FROM document_revisions WHERE id = ? AND state = 'draft')"

func clearDraft(ctx context.Context, tx bun.IDB, revision core.ID) error {
	if _, err := tx.NewDelete().Model((*sourceRow)(nil)).Where(ofDraft, revision).Exec(ctx); err != nil {
		return fmt.Errorf("clear sources: %w", err)
	}
	if _, err := tx.NewDelete().Model((*paragraphRow)(nil)).Where(ofDraft, revision).Exec(ctx); err != nil {
		return fmt.Errorf("clear paragraphs: %w", err)
	}
	return nil
}

func insertDraft(ctx context.Context, tx bun.IDB, r Revision) error {
	if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
		return fmt.Errorf("open revision: %w", err)
	}
	return insertParagraphs(ctx, tx, r)
}

// insertParagraphs is called for a revision that writeDraft or insertDraft has just
// seen to be a draft.
func insertParagraphs(ctx context.Context, tx bun.IDB, r Revision) error {
	var paras []paragraphRow
	var sources []sourceRow
	for i, p := range r.Paragraphs {
		paras = append(paras, paragraphRow{Revision: r.ID, Para: p.ID, Position: i + 1, Kind: p.Kind, Level: p.Level, Body: p.Text, Attrs: p.Attrs})
		for k, s := range p.Sources {
			sources = append(sources, sourceRow{
				Revision: r.ID, Para: p.ID, Position: k + 1, Sentence: s.Sentence, Kind: s.Kind, Ref: s.Ref, RefRevision: s.Revision, Note: s.Note,
			})
		}
	}
	if len(paras) > 0 {
		if _, err := tx.NewInsert().Model(&paras).Exec(ctx); err != nil {
			return fmt.Errorf("write paragraphs: %w", err)
		}
	}
	if len(sources) > 0 {
		if _, err := tx.NewInsert().Model(&sources).Exec(ctx); err != nil {
			return fmt.Errorf("write sources: %w", err)
		}
	}
	return nil
}

// freezeDraft turns a draft into a published revision. It is the last statement that
// ever touches the row.
func freezeDraft(ctx context.Context, tx bun.IDB, r Revision, frozen string) error {
	return draftOnly(tx.NewUpdate().Model(&r).
		Set("state = ?", StatePublished).Set("published_at = ?", r.Issued).Set("updated = ?", r.Updated).
		Set("note = ?", r.Note).Set("correction = ?", r.Correction).Set("hash = ?", r.Hash).Set("frozen = ?", frozen).
		Where("id = ? AND state = ?", r.ID, StateDraft).Exec(ctx))
}

func deleteDraft(ctx context.Context, tx bun.IDB, revision core.ID) error {
	if err := clearDraft(ctx, tx, revision); err != nil {
		return err
	}
	return draftOnly(tx.NewDelete().Model((*Revision)(nil)).Where("id = ? AND state = ?", revision, StateDraft).Exec(ctx))
}
