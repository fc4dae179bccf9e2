package timetable

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// PlacementShelf keeps where sessions stand in the plan: an import that is taken back puts
// them back there too.
var PlacementShelf = record.Shelf{Kind: "placement", Tables: []record.Table{
	{Name: "placements", Key: []string{"session"}, Where: "session IN (?)"},
}}

// Planned is where the plan of an edition puts its sessions, those that somebody or an
// import has placed; nil where no plan was begun. Inside a write it is as the write sees it.
// The caller has asked for permission.
func (s *Service) Planned(ctx context.Context, idb bun.IDB, edition core.ID) (map[core.ID]Spot, error) {
	holds, err := s.Holds(ctx, idb, edition)
	if err != nil || !holds {
		return nil, err
	}
	placed, err := loadPlaced(ctx, idb, edition)
	if err != nil {
		return nil, err
	}
	out := make(map[core.ID]Spot, len(placed))
	for id, p := range placed {
		out[id] = p.spot()
	}
	return out, nil
}

// Placement is the spot as other rooms know one.
func (s Spot) Placement() programme.Placement {
	return programme.Placement{Starts: s.Starts, Ends: s.Ends, Room: s.Room}
}

// TakenBackTx notes that the steps which an import made at an instant for these sessions
// stand no more: nobody can take them back again, or do them anew. The caller has put the
// placements back. Event: timetable.planned.
func (s *Service) TakenBackTx(ctx context.Context, tx *record.Tx, set *editions.Setting, at core.Instant, sessions []core.ID) error {
	var steps []Step
	err := tx.NewSelect().Model(&steps).Where("edition = ? AND at = ? AND kind IN (?)", set.ID, at, bun.List([]string{"import", "cancel", "restore"})).Scan(ctx)
	if err != nil {
		return fmt.Errorf("load steps of import: %w", err)
	}
	var seqs []int64
	var first Moved
	for _, st := range steps {
		if len(st.Moves) == 0 || slices.ContainsFunc(st.Moves, func(m Moved) bool { return !slices.Contains(sessions, m.Session) }) {
			continue
		}
		if len(seqs) == 0 {
			first = st.Moves[0]
		}
		seqs = append(seqs, st.Seq)
	}
	if len(seqs) == 0 {
		return nil
	}
	if _, err := tx.NewUpdate().Model((*Step)(nil)).Set("undone = ?, account = ''", true).Where("edition = ? AND seq IN (?)", set.ID, bun.List(seqs)).Exec(ctx); err != nil {
		return fmt.Errorf("mark steps of import: %w", err)
	}
	tx.Append("timetable.planned", set.ID, programme.PlanScope(set), record.Internal, record.Data{"label": first.Title, "count": len(seqs), "kind": "undo"})
	return nil
}
