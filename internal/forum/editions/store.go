package editions

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

const forumRow = "forum"

func loadForum(ctx context.Context, idb bun.IDB) (Forum, error) {
	var f Forum
	if err := idb.NewSelect().Model(&f).Where("id = ?", forumRow).Scan(ctx); err != nil {
		return f, record.Found(err)
	}
	if err := idb.NewSelect().Model(&f.Mandates).OrderExpr("position").Scan(ctx); err != nil {
		return f, fmt.Errorf("load mandates: %w", err)
	}
	return f, nil
}

func loadEditions(ctx context.Context, idb bun.IDB) ([]Edition, error) {
	var list []Edition
	if err := idb.NewSelect().Model(&list).OrderExpr("year DESC, slug DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load editions: %w", err)
	}
	return list, nil
}

// loadSetting reads an edition with its parts in six queries.
func loadSetting(ctx context.Context, idb bun.IDB, where string, arg any) (*Setting, error) {
	s := &Setting{}
	if err := idb.NewSelect().Model(&s.Edition).Where(where, arg).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	for _, part := range []any{&s.Venues, &s.Rooms, &s.Themes, &s.Questions, &s.Figures} {
		if err := idb.NewSelect().Model(part).Where("edition = ?", s.ID).OrderExpr("position, id").Scan(ctx); err != nil {
			return nil, fmt.Errorf("load parts of edition: %w", err)
		}
	}
	return s, nil
}

// replace makes the rows of one part of an edition (or of the forum) what they should
// be: rows keep their ids, those that are gone go.
func replace[T any](ctx context.Context, tx *record.Tx, rows []T, id func(T) core.ID, scope string, args ...any) error {
	keep := make([]core.ID, 0, len(rows))
	for _, r := range rows {
		keep = append(keep, id(r))
	}
	del := tx.NewDelete().Model((*T)(nil)).Where(scope, args...)
	if len(keep) > 0 {
		del = del.Where("id NOT IN (?)", bun.List(keep))
	}
	if _, err := del.Exec(ctx); err != nil {
		return fmt.Errorf("take away rows: %w", err)
	}
	for i := range rows {
		res, err := tx.NewUpdate().Model(&rows[i]).WherePK().Exec(ctx)
		missing, err := record.Once(res, err)
		if err != nil {
			return fmt.Errorf("change row: %w", err)
		}
		if missing {
			if _, err := tx.NewInsert().Model(&rows[i]).Exec(ctx); err != nil {
				return fmt.Errorf("add row: %w", err)
			}
		}
	}
	return nil
}
