package meetings

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

func load(ctx context.Context, idb bun.IDB, id core.ID) (Meeting, error) {
	var m Meeting
	if !id.Valid() {
		return m, core.NotFound()
	}
	if err := idb.NewSelect().Model(&m).Where("me.id = ?", id).Scan(ctx); err != nil {
		return m, record.Found(err)
	}
	m.Online = m.Address != ""
	return m, nil
}

func loadSeries(ctx context.Context, idb bun.IDB, id core.ID) (Series, error) {
	var x Series
	if !id.Valid() {
		return x, core.NotFound()
	}
	err := idb.NewSelect().Model(&x).Where("ms.id = ?", id).Scan(ctx)
	return x, record.Found(err)
}

// save writes a meeting with a new version; stale says that somebody was quicker.
func save(ctx context.Context, tx *record.Tx, m *Meeting) (stale bool, err error) {
	was := m.Version
	m.Version, m.Changed = m.Version+1, tx.Now
	stale, err = record.Once(tx.NewUpdate().Model(m).ExcludeColumn("id", "body", "series", "number", "created").
		Where("id = ? AND version = ?", m.ID, was).Exec(ctx))
	if err != nil {
		return false, fmt.Errorf("save meeting: %w", err)
	}
	return stale, nil
}

// following are the meetings of a series from one on that are still to be held.
func following(ctx context.Context, idb bun.IDB, from Meeting) ([]Meeting, error) {
	if from.Series == "" {
		return nil, nil
	}
	var list []Meeting
	err := idb.NewSelect().Model(&list).Where("me.series = ? AND me.number > ? AND me.state IN (?)", from.Series, from.Number, bun.List([]string{Planned, Confirmed})).
		OrderExpr("me.number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load meetings that follow: %w", err)
	}
	return list, nil
}

// asked are the meetings among some for whose address an account has asked.
func (s *Service) asked(ctx context.Context, account core.ID, ids []core.ID) (map[core.ID]bool, error) {
	out := map[core.ID]bool{}
	if account == "" || len(ids) == 0 {
		return out, nil
	}
	var list []core.ID
	if err := s.rec.DB.Read.NewSelect().Model((*ask)(nil)).Column("meeting").Where("ma.account = ? AND ma.meeting IN (?)", account, bun.List(ids)).Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("look who asked: %w", err)
	}
	for _, id := range list {
		out[id] = true
	}
	return out, nil
}

func asError(err error) *core.Error {
	if e, ok := errors.AsType[*core.Error](err); ok {
		return e
	}
	return core.Invalid("core.time.unreadable")
}
