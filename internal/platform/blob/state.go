package blob

import (
	"context"
	"fmt"
)

// Kept is how much is kept.
type Kept struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
}

// Kept counts the files that are registered.
func (s *Store) Kept(ctx context.Context) (Kept, error) {
	var out Kept
	if err := s.rec.DB.Read.NewSelect().Model((*Blob)(nil)).ColumnExpr("COUNT(*), COALESCE(SUM(size), 0)").Scan(ctx, &out.Files, &out.Bytes); err != nil {
		return out, fmt.Errorf("count files: %w", err)
	}
	return out, nil
}
