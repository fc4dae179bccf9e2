package participation

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

const insertChunk = 200 // rows of one statement

// EnterManyTx enters registrations as they stood elsewhere, each in its state and with its
// times, under the next numbers of the edition and in the order of the list; nobody is
// written to. What follows from what somebody said is derived; places are counted. The
// caller has asked for the right and given each an address that no other has, or none.
// Event for each: registration.submitted, at the time of the act.
func (s *Service) EnterManyTx(ctx context.Context, tx *record.Tx, set *editions.Setting, list []*Registration) error {
	st, err := settingOf(ctx, tx, set.ID)
	if err != nil || len(list) == 0 {
		return err
	}
	if _, err := tx.NewUpdate().Model(st).Set("last_number = last_number + ?", len(list)).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("take numbers: %w", err)
	}
	taken := map[core.ID]int{}
	for i, r := range list {
		r.ID, r.Edition, r.Number, r.Version, r.Generation = tx.NewID(), set.ID, st.LastNumber+i+1, 1, 1
		if r.Submitted.IsZero() {
			r.Submitted = tx.Now
		}
		r.Updated, r.Media = tx.Now, s.media(st, r)
		s.derive(set, r)
		if r.holds() {
			taken[r.Category]++
		}
		tx.Append("registration.submitted", r.ID, Scope(set.ID), record.Internal, record.Data{"label": label(r), "number": r.Number, "mode": r.Mode})
	}
	for part := range slices.Chunk(list, insertChunk) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return fmt.Errorf("enter registrations: %w", err)
		}
		var rows []wordRow
		for _, r := range part {
			for _, w := range wordsOf(r) {
				rows = append(rows, wordRow{Edition: r.Edition, Word: w, Registration: r.ID})
			}
		}
		for some := range slices.Chunk(rows, 2000) {
			if _, err := tx.NewInsert().Model(&some).Exec(ctx); err != nil {
				return fmt.Errorf("keep words of registrations: %w", err)
			}
		}
	}
	for category, n := range taken {
		if _, err := tx.NewUpdate().Model((*Category)(nil)).Set("taken = taken + ?", n).Where("id = ?", category).Exec(ctx); err != nil {
			return fmt.Errorf("take places: %w", err)
		}
	}
	return nil
}
