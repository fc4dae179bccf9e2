package figures

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// latest are the figures of editions as they were last published.
func latest(ctx context.Context, idb bun.IDB, editions ...core.ID) ([]Figure, error) {
	var out []Figure
	if len(editions) == 0 {
		return out, nil
	}
	err := idb.NewSelect().Model(&out).Where("fv.latest = TRUE").Where("fv.edition IN (?)", bun.List(editions)).OrderExpr("fv.edition, fv.indicator").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load figures: %w", err)
	}
	return out, nil
}

// published is each state in which a figure was published, newest first.
func published(ctx context.Context, idb bun.IDB, edition core.ID, code string) ([]Figure, error) {
	var out []Figure
	err := idb.NewSelect().Model(&out).Where("fv.edition = ? AND fv.indicator = ?", edition, code).OrderExpr("fv.number DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load history of figure: %w", err)
	}
	return out, nil
}

// hiddenBefore is what was hidden in earlier publications of an edition, by table.
func hiddenBefore(ctx context.Context, idb bun.IDB, edition core.ID) (map[string][]string, error) {
	var rows []hiddenRow
	if err := idb.NewSelect().Model(&rows).Where("fh.edition = ?", edition).OrderExpr("fh.tab, fh.cell").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load hidden cells: %w", err)
	}
	out := map[string][]string{}
	for _, r := range rows {
		out[r.Table] = append(out[r.Table], r.Cell)
	}
	return out, nil
}

// settings are those of the forum; the usual ones where none are set.
func settings(ctx context.Context, idb bun.IDB) (Settings, error) {
	s := Settings{ID: core.ScopeForum, Least: usualLeast}
	err := idb.NewSelect().Model(&s).Where("fs.id = ?", core.ScopeForum).Scan(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, fmt.Errorf("load settings of figures: %w", err)
	}
	return s, nil
}

func driftOf(ctx context.Context, idb bun.IDB, edition core.ID) (map[string]Drift, error) {
	var rows []Drift
	if err := idb.NewSelect().Model(&rows).Where("fd.edition = ?", edition).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load drift: %w", err)
	}
	out := map[string]Drift{}
	for _, d := range rows {
		out[d.Indicator] = d
	}
	return out, nil
}

func points(ctx context.Context, idb bun.IDB) ([]Point, error) {
	var out []Point
	if err := idb.NewSelect().Model(&out).OrderExpr("fp.edition, fp.dimension, fp.file, fp.position").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load points: %w", err)
	}
	return out, nil
}

// setDrift says what of the published figures of an edition does not equal the record.
func setDrift(ctx context.Context, tx *record.Tx, edition core.ID, rows []Drift) error {
	if _, err := tx.NewDelete().Model((*Drift)(nil)).Where("edition = ?", edition).Exec(ctx); err != nil {
		return fmt.Errorf("forget drift: %w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("note drift: %w", err)
	}
	return nil
}
