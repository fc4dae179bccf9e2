package papers

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// load reads a paper. Unknown ones are KindNotFound.
func load(ctx context.Context, idb bun.IDB, id core.ID) (Paper, error) {
	var p Paper
	if !id.Valid() {
		return p, core.NotFound()
	}
	if err := idb.NewSelect().Model(&p).Where("id = ?", id).Scan(ctx); err != nil {
		return p, record.Found(err)
	}
	return p, nil
}

// save writes a paper with a new version; stale says that somebody was quicker.
func save(ctx context.Context, tx *record.Tx, p *Paper) (stale bool, err error) {
	was := p.Version
	p.Version++
	stale, err = record.Once(tx.NewUpdate().Model(p).Where("id = ? AND version = ?", p.ID, was).Exec(ctx))
	if err != nil {
		return false, fmt.Errorf("save paper: %w", err)
	}
	return stale, nil
}
