package exchange

import (
	"context"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/forum/selection"
	"plenary/internal/forum/topics"
	"plenary/internal/platform/record"
)

// inputs writes the calls, what was handed in, what was made of it, how it is judged and
// what was chosen.
func (b *bringer) inputs(ctx context.Context, tx *record.Tx) error {
	for _, k := range []carried{
		{calls.Shelf, string(b.Edition), true, func(r record.Row) bool { return yes(r, "published") }},
		{proposals.Shelf, string(b.Edition), true, func(record.Row) bool { return false }},
	} {
		if err := b.kind(ctx, tx, k); err != nil {
			return err
		}
	}
	judged, chosen := ids{}, ids{}
	for _, table := range []string{"review_phases", "review_criteria", "review_reviewers"} {
		judged.add(columnIDs(b.rows, table, "call")...)
	}
	for _, table := range []string{"selections", "selection_choices", "selection_mergers", "selection_rounds", "selection_letters", "selection_news"} {
		chosen.add(columnIDs(b.rows, table, "call")...)
	}
	for _, x := range []struct {
		shelf record.Shelf
		vis   record.Visibility
		about []core.ID
	}{
		{calls.CycleShelf, b.visible(true), []core.ID{b.Edition}},
		{topics.Shelf, b.visible(true), []core.ID{b.Edition}},
		{review.Shelf, record.Internal, judged.list()},
		{selection.Shelf, record.Internal, chosen.list()},
	} {
		if !slices.ContainsFunc(x.shelf.Tables, func(t record.Table) bool { return len(b.rows[t.Name]) > 0 }) {
			continue
		}
		if err := x.shelf.InsertTx(ctx, tx, string(b.Edition), x.vis, x.about, b.rows); err != nil {
			return err
		}
	}
	return nil
}
