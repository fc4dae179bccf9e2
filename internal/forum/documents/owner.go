package documents

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// PublishedTx is Published inside an act.
func (s *Service) PublishedTx(ctx context.Context, tx *record.Tx, docs ...core.ID) (map[core.ID]Revision, error) {
	return published(ctx, tx, docs)
}

// LicenceTx changes the licence of a text: revisions that are published from now on
// carry it; those before keep the one in their frozen form. The owner room has decided
// that it may be, and appends the event.
func (s *Service) LicenceTx(ctx context.Context, tx *record.Tx, doc core.ID, licence string) error {
	if _, err := tx.NewUpdate().Model((*Document)(nil)).Set("licence = ?", licence).Where("id = ?", doc).Exec(ctx); err != nil {
		return fmt.Errorf("change licence: %w", err)
	}
	return nil
}

// At reads certain revisions of documents, with paragraphs, by document and number, in
// three queries: what a citation names that says which revision it read. Drafts and
// what is not there are missing from the answer.
func (s *Service) At(ctx context.Context, numbers map[core.ID][]int) (map[core.ID]map[int]Revision, error) {
	out := map[core.ID]map[int]Revision{}
	if len(numbers) == 0 {
		return out, nil
	}
	revs, err := loadRevisions(ctx, s.rec.DB.Read, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("r.state = ?", StatePublished).WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			for _, doc := range slices.Sorted(maps.Keys(numbers)) {
				q = q.WhereOr("r.document = ? AND r.number IN (?)", doc, bun.List(numbers[doc]))
			}
			return q
		})
	})
	if err != nil {
		return nil, err
	}
	if err := fillParagraphs(ctx, s.rec.DB.Read, revs); err != nil {
		return nil, err
	}
	for _, r := range revs {
		if out[r.Document] == nil {
			out[r.Document] = map[int]Revision{}
		}
		out[r.Document][r.Number] = r
	}
	return out, nil
}
