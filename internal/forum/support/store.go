package support

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

func programmeOf(ctx context.Context, idb bun.IDB, edition core.ID) (*Programme, error) {
	var p Programme
	if err := idb.NewSelect().Model(&p).Where("sp.edition = ?", edition).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	return &p, nil
}

// applications of an edition in some states (nil: all), in the order of their numbers.
func applications(ctx context.Context, idb bun.IDB, edition core.ID, states []string) ([]Application, error) {
	var out []Application
	q := idb.NewSelect().Model(&out).Where("sa.edition = ?", edition).OrderExpr("sa.number")
	if states != nil {
		q = q.Where("sa.state IN (?)", bun.List(states))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("load applications: %w", err)
	}
	return out, nil
}

func byNumber(ctx context.Context, idb bun.IDB, edition core.ID, number int) (*Application, error) {
	var x Application
	if err := idb.NewSelect().Model(&x).Where("sa.edition = ? AND sa.number = ?", edition, number).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	return &x, nil
}

// save writes an application that was loaded at its version. Stale when somebody else did.
func save(ctx context.Context, tx *record.Tx, x *Application) error {
	was := x.Version
	x.Version++
	stale, err := record.Once(tx.NewUpdate().Model(x).WherePK().Where("version = ?", was).Exec(ctx))
	if err == nil && stale {
		err = core.Stale(nil)
	}
	if err != nil {
		x.Version = was
		return fmt.Errorf("save application: %w", err)
	}
	return nil
}

func members(ctx context.Context, idb bun.IDB, edition core.ID) ([]Member, error) {
	var out []Member
	if err := idb.NewSelect().Model(&out).Where("sm.edition = ?", edition).OrderExpr("sm.appointed, sm.account").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load committee: %w", err)
	}
	return out, nil
}

func ids(list []Application) []core.ID {
	out := make([]core.ID, len(list))
	for i := range list {
		out[i] = list[i].ID
	}
	return out
}

// in loads rows of applications, a thousand at a time.
func in[T any](ctx context.Context, idb bun.IDB, applications []core.ID, where, order string) ([]T, error) {
	var out []T
	for part := range slices.Chunk(applications, 1000) {
		var rows []T
		if err := idb.NewSelect().Model(&rows).Where(where, bun.List(part)).OrderExpr(order).Scan(ctx); err != nil {
			return nil, fmt.Errorf("load parts of applications: %w", err)
		}
		out = append(out, rows...)
	}
	return out, nil
}

func advices(ctx context.Context, idb bun.IDB, applications []core.ID) (map[core.ID]Advice, error) {
	rows, err := in[Advice](ctx, idb, applications, "sr.application IN (?)", "sr.application")
	out := map[core.ID]Advice{}
	for _, r := range rows {
		if r.State != AdviceDropped {
			out[r.Application] = r
		}
	}
	return out, err
}

func scores(ctx context.Context, idb bun.IDB, applications []core.ID) (map[core.ID][]Score, error) {
	rows, err := in[Score](ctx, idb, applications, "sc.application IN (?)", "sc.application, sc.account")
	out := map[core.ID][]Score{}
	for _, r := range rows {
		out[r.Application] = append(out[r.Application], r)
	}
	return out, err
}

// entries of the ledger of an edition, in their order.
func entries(ctx context.Context, idb bun.IDB, edition core.ID) ([]Entry, error) {
	var out []Entry
	if err := idb.NewSelect().Model(&out).Where("se.edition = ?", edition).OrderExpr("se.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load ledger: %w", err)
	}
	return out, nil
}

func files(ctx context.Context, idb bun.IDB, application core.ID) ([]File, error) {
	var out []File
	if err := idb.NewSelect().Model(&out).Where("sf.application = ?", application).OrderExpr("sf.at, sf.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load files: %w", err)
	}
	return out, nil
}
