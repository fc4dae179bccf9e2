package mine

import (
	"context"

	"plenary/internal/platform/db"
)

// TextColumns are all columns of text, as table and name.
func TextColumns(ctx context.Context, d *db.DB) ([][2]string, error) {
	cols, err := columns(ctx, d)
	var out [][2]string
	for _, c := range cols {
		if c.text {
			out = append(out, [2]string{c.table, c.name})
		}
	}
	return out, err
}
