package agenda

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// bookmarks are those of an account, of one edition or of all.
func bookmarks(ctx context.Context, idb bun.IDB, account, edition core.ID) ([]Bookmark, error) {
	var out []Bookmark
	q := idb.NewSelect().Model(&out).Where("ab.account = ?", account).OrderExpr("ab.created, ab.session")
	if edition != "" {
		q = q.Where("ab.edition = ?", edition)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("load bookmarks: %w", err)
	}
	return out, nil
}

// sessionID finds a session of an edition by a reference that it has or had; empty where
// there is none. It says nothing of who may see it.
func sessionID(ctx context.Context, idb bun.IDB, edition core.ID, ref string) (core.ID, error) {
	var ids []core.ID
	err := idb.NewRaw(`SELECT id FROM sessions WHERE edition = ?0 AND ref = ?1
		UNION SELECT session FROM session_refs WHERE edition = ?0 AND ref = ?1`, edition, ref).Scan(ctx, &ids)
	if err != nil {
		return "", fmt.Errorf("find session: %w", err)
	}
	if len(ids) == 0 {
		return "", nil
	}
	return ids[0], nil
}

// versions are those of sessions, whoever may see them.
func versions(ctx context.Context, idb bun.IDB, sessions []core.ID) (map[core.ID]int64, error) {
	out := make(map[core.ID]int64, len(sessions))
	if len(sessions) == 0 {
		return out, nil
	}
	var rows []struct {
		ID      core.ID `bun:"id"`
		Version int64   `bun:"version"`
	}
	if err := idb.NewSelect().TableExpr("sessions").Column("id", "version").Where("id IN (?)", bun.List(sessions)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("load versions: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = r.Version
	}
	return out, nil
}
