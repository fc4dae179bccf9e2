package attendance

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// EnterManyTx enters attendance as it was counted elsewhere: each row of a person and session
// once, whose registrations say already that they attended. The caller has asked for the
// right. One event: attendance.entered, with how many.
func (s *Service) EnterManyTx(ctx context.Context, tx *record.Tx, edition core.ID, list []Attendance) error {
	for part := range slices.Chunk(list, 1000) {
		if _, err := tx.NewInsert().Model(&part).On("CONFLICT (session, registration) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("enter attendance: %w", err)
		}
	}
	tx.Append("attendance.entered", edition, participation.Scope(edition), record.Internal, record.Data{"count": len(list)})
	return nil
}
