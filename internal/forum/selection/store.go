package selection

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

func wrap(err error, what string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// selectionOf is how a call is selected; Usual with version 0 where nobody has said.
func selectionOf(ctx context.Context, idb bun.IDB, c calls.Call) (Selection, error) {
	var s Selection
	err := idb.NewSelect().Model(&s).Where("sl.call = ?", c.ID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Usual(c), nil
	}
	return s, wrap(err, "load selection")
}

func choicesOf(ctx context.Context, idb bun.IDB, call core.ID) ([]Choice, error) {
	var out []Choice
	return out, wrap(idb.NewSelect().Model(&out).Where("sc.call = ?", call).OrderExpr("sc.proposal").Scan(ctx), "load choices")
}

// mergersOf are the recommendations that stand or were answered.
func mergersOf(ctx context.Context, idb bun.IDB, call core.ID) ([]Merger, error) {
	var out []Merger
	return out, wrap(idb.NewSelect().Model(&out).Where("sm.call = ? AND sm.state <> ?", call, MergerDropped).OrderExpr("sm.at, sm.id").Scan(ctx), "load mergers")
}

// roundsOf are what was published, the first first, without the inputs.
func roundsOf(ctx context.Context, idb bun.IDB, call core.ID) ([]Round, error) {
	var out []Round
	return out, wrap(idb.NewSelect().Model(&out).ExcludeColumn("inputs").Where("so.call = ?", call).OrderExpr("so.number").Scan(ctx), "load rounds")
}

// resultsOf are what the rounds of a call say, the last one of each proposal.
func resultsOf(ctx context.Context, idb bun.IDB, call core.ID) (map[core.ID]Decided, error) {
	var rows []Decided
	err := idb.NewSelect().Model(&rows).Where("sr.call = ?", call).OrderExpr("sr.round, sr.proposal").Scan(ctx)
	out := make(map[core.ID]Decided, len(rows))
	for _, r := range rows {
		out[r.Proposal] = r
	}
	return out, wrap(err, "load decisions")
}

func linksOf(ctx context.Context, idb bun.IDB, proposals []core.ID) (map[core.ID]Link, error) {
	out := map[core.ID]Link{}
	if len(proposals) == 0 {
		return out, nil
	}
	var rows []Link
	err := idb.NewSelect().Model(&rows).Where("ss.proposal IN (?)", bun.List(proposals)).Scan(ctx)
	for _, r := range rows {
		out[r.Proposal] = r
	}
	return out, wrap(err, "load sessions of proposals")
}

func lettersOf(ctx context.Context, idb bun.IDB, call core.ID) ([]Letter, error) {
	var out []Letter
	return out, wrap(idb.NewSelect().Model(&out).Where("se.call = ?", call).OrderExpr("se.kind, se.lang").Scan(ctx), "load letters")
}
