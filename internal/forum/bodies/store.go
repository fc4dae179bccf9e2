package bodies

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

func loadBodies(ctx context.Context, idb bun.IDB) ([]Body, error) {
	var list []Body
	if err := idb.NewSelect().Model(&list).OrderExpr("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load bodies: %w", err)
	}
	// Names are sorted here: the two databases sort texts differently.
	slices.SortStableFunc(list, func(a, b Body) int { return strings.Compare(fold(a.Name.String()), fold(b.Name.String())) })
	return list, nil
}

func loadBody(ctx context.Context, idb bun.IDB, id core.ID) (Body, error) {
	var b Body
	if !id.Valid() {
		return b, core.NotFound()
	}
	err := idb.NewSelect().Model(&b).Where("id = ?", id).Scan(ctx)
	return b, record.Found(err)
}

// saveBody writes a changed body and raises its version. stale says that somebody
// else was quicker.
func saveBody(ctx context.Context, tx *record.Tx, b *Body) (stale bool, err error) {
	b.Version++
	stale, err = record.Once(tx.NewUpdate().Model(b).ExcludeColumn("created", "kind", "slug").
		WherePK().Where("version = ?", b.Version-1).Exec(ctx))
	if err != nil {
		return false, fmt.Errorf("save body: %w", err)
	}
	return stale, nil
}

func loadSeats(ctx context.Context, idb bun.IDB, column string, ids ...core.ID) ([]Seat, error) {
	var list []Seat
	if len(ids) == 0 {
		return nil, nil
	}
	err := idb.NewSelect().Model(&list).Where("? IN (?)", bun.Ident(column), bun.List(ids)).OrderExpr("created, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load seats: %w", err)
	}
	sortSeats(list)
	return list, nil
}

func loadSeat(ctx context.Context, idb bun.IDB, id core.ID) (Seat, error) {
	var s Seat
	if !id.Valid() {
		return s, core.NotFound()
	}
	err := idb.NewSelect().Model(&s).Where("id = ?", id).Scan(ctx)
	return s, record.Found(err)
}

func saveSeat(ctx context.Context, tx *record.Tx, s *Seat) (stale bool, err error) {
	s.Version++
	stale, err = record.Once(tx.NewUpdate().Model(s).ExcludeColumn("created", "body").
		WherePK().Where("version = ?", s.Version-1).Exec(ctx))
	if err != nil {
		return false, fmt.Errorf("save seat: %w", err)
	}
	return stale, nil
}

func loadFigures(ctx context.Context, idb bun.IDB, kinds ...string) ([]Total, error) {
	var list []Total
	if len(kinds) == 0 {
		return nil, nil
	}
	if err := idb.NewSelect().Model(&list).Where("kind IN (?)", bun.List(kinds)).OrderExpr("created, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load figures: %w", err)
	}
	sortFigures(list)
	return list, nil
}
