package badges

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// known tells whether a word is one of a list.
func known(list []string, word string) bool { return slices.Contains(list, word) }

// good are the badges of registrations that are not revoked, by registration. One query for
// 500.
func good(ctx context.Context, idb bun.IDB, edition core.ID, registrations []core.ID) (map[core.ID]Badge, error) {
	out := make(map[core.ID]Badge, len(registrations))
	for part := range slices.Chunk(registrations, 500) {
		var list []Badge
		if err := idb.NewSelect().Model(&list).Where("ba.edition = ? AND ba.revoked IS NULL AND ba.registration IN (?)", edition, bun.List(part)).Scan(ctx); err != nil {
			return nil, fmt.Errorf("load badges: %w", err)
		}
		for _, b := range list {
			out[b.Registration] = b
		}
	}
	return out, nil
}

// lastSerials are the highest serials that registrations ever had.
func lastSerials(ctx context.Context, idb bun.IDB, registrations []core.ID) (map[core.ID]int, error) {
	out := map[core.ID]int{}
	for part := range slices.Chunk(registrations, 500) {
		var list []struct {
			Registration core.ID `bun:"registration"`
			Serial       int     `bun:"serial"`
		}
		err := idb.NewSelect().Model((*Badge)(nil)).ColumnExpr("ba.registration, MAX(ba.serial) AS serial").
			Where("ba.registration IN (?)", bun.List(part)).GroupExpr("ba.registration").Scan(ctx, &list)
		if err != nil {
			return nil, fmt.Errorf("load serials: %w", err)
		}
		for _, x := range list {
			out[x.Registration] = x.Serial
		}
	}
	return out, nil
}

// insertAll inserts rows, some hundred in a statement.
func insertAll[T any](ctx context.Context, tx *record.Tx, rows []T) error {
	for part := range slices.Chunk(rows, 500) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return fmt.Errorf("insert: %w", err)
		}
	}
	return nil
}

// badgesOf are all badges of a registration, the newest first.
func badgesOf(ctx context.Context, idb bun.IDB, registration core.ID) ([]Badge, error) {
	var list []Badge
	if err := idb.NewSelect().Model(&list).Where("ba.registration = ?", registration).OrderExpr("ba.serial DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load badges of registration: %w", err)
	}
	return list, nil
}

// designs are those of an edition; where it has none for all categories, the usual one is
// among them.
func designs(ctx context.Context, idb bun.IDB, edition core.ID) ([]Design, error) {
	var list []Design
	if err := idb.NewSelect().Model(&list).Where("bd.edition = ?", edition).OrderExpr("bd.category, bd.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load designs: %w", err)
	}
	if !slices.ContainsFunc(list, func(d Design) bool { return d.Category == "" }) {
		list = append([]Design{usual(edition)}, list...)
	}
	return list, nil
}

// designOf is the design that badges of a category wear.
func designOf(list []Design, category core.ID) *Design {
	var all *Design
	for i := range list {
		switch list[i].Category {
		case category:
			return &list[i]
		case "":
			all = &list[i]
		}
	}
	return all
}

// registrationsByID loads registrations, in the order of the ids. One query for 500.
func registrationsByID(ctx context.Context, idb bun.IDB, ids []core.ID) ([]participation.Registration, error) {
	byID := make(map[core.ID]participation.Registration, len(ids))
	for part := range slices.Chunk(ids, 500) {
		var list []participation.Registration
		if err := idb.NewSelect().Model(&list).Where("rg.id IN (?)", bun.List(part)).Scan(ctx); err != nil {
			return nil, fmt.Errorf("load registrations: %w", err)
		}
		for _, r := range list {
			byID[r.ID] = r
		}
	}
	out := make([]participation.Registration, 0, len(ids))
	for _, id := range ids {
		if r, ok := byID[id]; ok {
			out = append(out, r)
		}
	}
	return out, nil
}

// speakers are those of some persons who have a part in a session of an edition.
func speakers(ctx context.Context, idb bun.IDB, edition core.ID, persons []core.ID) (map[core.ID]bool, error) {
	out := map[core.ID]bool{}
	for part := range slices.Chunk(persons, 500) {
		var ids []core.ID
		err := idb.NewSelect().TableExpr("session_roles AS ro").Join("JOIN sessions AS se ON se.id = ro.session").
			ColumnExpr("DISTINCT ro.person").Where("se.edition = ? AND se.state = 'scheduled' AND ro.person IN (?)", edition, bun.List(part)).Scan(ctx, &ids)
		if err != nil {
			return nil, fmt.Errorf("load speakers: %w", err)
		}
		for _, id := range ids {
			out[id] = true
		}
	}
	return out, nil
}

// delegations are the approved ones of an edition, by name.
func (s *Service) delegations(ctx context.Context, set *editions.Setting) ([]participation.Delegation, error) {
	var list []participation.Delegation
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("dg.edition = ? AND dg.state = ?", set.ID, participation.GroupApproved).OrderExpr("dg.name_key, dg.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list delegations: %w", err)
	}
	return list, nil
}
