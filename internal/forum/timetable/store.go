package timetable

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// loadFrame reads the plan of an edition; there is true where one was begun.
func loadFrame(ctx context.Context, idb bun.IDB, set *editions.Setting) (f Frame, there bool, err error) {
	err = idb.NewSelect().Model(&f).Where("edition = ?", set.ID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		f = Frame{Edition: set.ID, Days: defaultDays(set), Rules: map[string]Rule{}, Travel: []Way{}}
		return f, false, f.widen(ctx, idb, set)
	}
	if err != nil {
		return f, false, fmt.Errorf("load plan: %w", err)
	}
	if f.Rules == nil {
		f.Rules = map[string]Rule{}
	}
	f.Days = f.days(set)
	return f, true, nil
}

func loadRooms(ctx context.Context, idb bun.IDB, edition core.ID) (map[core.ID]Room, error) {
	var rows []Room
	if err := idb.NewSelect().Model(&rows).Where("edition = ?", edition).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load rooms of the plan: %w", err)
	}
	out := make(map[core.ID]Room, len(rows))
	for _, r := range rows {
		out[r.Room] = r
	}
	return out, nil
}

func loadPlaced(ctx context.Context, idb bun.IDB, edition core.ID, sessions ...core.ID) (map[core.ID]Placed, error) {
	var rows []Placed
	q := idb.NewSelect().Model(&rows).Where("edition = ?", edition)
	if len(sessions) > 0 {
		q = q.Where("session IN (?)", bun.List(sessions))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("load placements: %w", err)
	}
	out := make(map[core.ID]Placed, len(rows))
	for _, r := range rows {
		out[r.Session] = r
	}
	return out, nil
}

func loadWishes(ctx context.Context, idb bun.IDB, edition core.ID) (map[core.ID]wishRow, error) {
	var rows []wishRow
	if err := idb.NewSelect().Model(&rows).Where("edition = ?", edition).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load wishes: %w", err)
	}
	out := make(map[core.ID]wishRow, len(rows))
	for _, r := range rows {
		out[r.Session] = r
	}
	return out, nil
}

func loadAbsences(ctx context.Context, idb bun.IDB, edition core.ID) ([]Absence, error) {
	var rows []Absence
	if err := idb.NewSelect().Model(&rows).Where("edition = ?", edition).OrderExpr("starts, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load absences: %w", err)
	}
	return rows, nil
}

func loadTies(ctx context.Context, idb bun.IDB, edition core.ID) ([]Tie, error) {
	var rows []Tie
	if err := idb.NewSelect().Model(&rows).Where("edition = ?", edition).OrderExpr("kind, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load ties: %w", err)
	}
	return rows, nil
}

func loadAccepted(ctx context.Context, idb bun.IDB, edition core.ID) (map[string]Accepted, error) {
	var rows []Accepted
	if err := idb.NewSelect().Model(&rows).Where("edition = ?", edition).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load accepted findings: %w", err)
	}
	out := make(map[string]Accepted, len(rows))
	for _, r := range rows {
		out[r.Finding] = r
	}
	return out, nil
}

// loadSteps reads the latest steps of a plan, the newest first.
func loadSteps(ctx context.Context, idb bun.IDB, edition core.ID, limit int) ([]Step, error) {
	var rows []Step
	if err := idb.NewSelect().Model(&rows).Where("edition = ?", edition).OrderExpr("seq DESC").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load steps: %w", err)
	}
	return rows, nil
}

func nextStep(ctx context.Context, idb bun.IDB, edition core.ID) (int64, error) {
	var last int64
	if err := idb.NewSelect().Model((*Step)(nil)).ColumnExpr("COALESCE(MAX(seq), 0)").Where("edition = ?", edition).Scan(ctx, &last); err != nil {
		return 0, fmt.Errorf("number step: %w", err)
	}
	return last + 1, nil
}

// widen lets the days of a plan that nobody has set up hold what is planned on them already.
func (f *Frame) widen(ctx context.Context, idb bun.IDB, set *editions.Setting) error {
	var rows []struct {
		Day    string       `bun:"day"`
		Starts core.Instant `bun:"starts"`
		Ends   core.Instant `bun:"ends"`
	}
	err := idb.NewSelect().Table("sessions").ColumnExpr("day, MIN(starts) AS starts, MAX(ends) AS ends").
		Where("edition = ? AND starts IS NOT NULL AND day <> ''", set.ID).GroupExpr("day").Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("look for the hours of the days: %w", err)
	}
	for _, r := range rows {
		i := slices.IndexFunc(f.Days, func(d Day) bool { return d.Date == r.Day })
		if i < 0 {
			continue
		}
		d := &f.Days[i]
		d.From = min(d.From, r.Starts.In(set.Zone).Format("15:04"))
		if end := r.Ends.In(set.Zone); end.Format(time.DateOnly) == r.Day {
			d.Until = max(d.Until, end.Format("15:04"))
		} else {
			d.Until = "24:00"
		}
	}
	return nil
}
