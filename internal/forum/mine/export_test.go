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

// Moves are the columns that name an account or a person, with the keys of their tables.
func Moves() (out [][2]string, keys map[string][]string) {
	keys = map[string][]string{}
	for _, r := range rooms() {
		for i := range r.list {
			keys[r.list[i].name] = r.list[i].keys()
		}
	}
	for _, m := range moves() {
		out = append(out, [2]string{m.table, m.column})
		if keys[m.table] == nil {
			keys[m.table] = []string{"id"}
		}
	}
	return out, keys
}

// Staying are the columns that go on naming a former account.
func Staying() map[string]string { return staying }
