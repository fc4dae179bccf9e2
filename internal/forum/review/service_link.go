package review

import (
	"context"
	"encoding/json"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// PersonMerged moves what a reviewer is to the page that hers became part of, so that
// conflicts are found as before. It is wired to person.merged, inside that act. No event:
// who reviews is the same.
func (s *Service) PersonMerged(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var d struct {
		Into core.ID `json:"into"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil || d.Into == "" {
		return fmt.Errorf("read person.merged: %w", err)
	}
	if _, err := tx.NewUpdate().Model((*Reviewer)(nil)).Set("person = ?, version = version + 1", d.Into).Where("person = ?", e.Subject).Exec(ctx); err != nil {
		return fmt.Errorf("move reviewers: %w", err)
	}
	return nil
}
