package blob

import (
	"context"
	"errors"
	"fmt"
	"path"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// restFor is how long bytes must not have been sent anew before they are taken away: who
// has just Put them registers them any moment.
const restFor = time.Hour

// DropTx says that somebody has let go of a file, inside the act in which it is erased. The
// bytes may be held by others too: they go when Remove finds that nobody does. How the file
// was called is forgotten at once, but for its ending: it may be the name of a person.
func (s *Store) DropTx(ctx context.Context, tx *record.Tx, id string) error {
	var b Blob
	err := record.Found(tx.NewSelect().Model(&b).Where("hash = ?", id).Scan(ctx))
	if core.KindOf(err) == core.KindNotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("drop file: %w", err)
	}
	if _, err := tx.NewUpdate().Model((*Blob)(nil)).Set("dropped = ?, name = ?", tx.Now, "file"+path.Ext(b.Name)).Where("hash = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("drop file: %w", err)
	}
	return nil
}

// Remove takes away the files that were let go of and that nobody holds; held tells which
// of them somebody does, and those stay. It appends no event.
func (s *Store) Remove(ctx context.Context, held func(ctx context.Context, id string) (bool, error)) error {
	var rows []Blob
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("dropped IS NOT NULL").OrderExpr("hash").Limit(500).Scan(ctx); err != nil {
		return fmt.Errorf("look for dropped files: %w", err)
	}
	for _, b := range rows {
		if !valid(b.ID) || s.freshFor(ctx, b.ID, restFor) {
			continue
		}
		kept, err := held(ctx, b.ID)
		if err != nil {
			return err
		}
		gone := false
		err = s.rec.Write(ctx, core.Actor{Program: "retention"}, func(ctx context.Context, tx *record.Tx) error {
			if kept {
				_, err := tx.NewUpdate().Model((*Blob)(nil)).Set("dropped = NULL").Where("hash = ?", b.ID).Exec(ctx)
				return err
			}
			res, err := tx.NewDelete().Model((*Blob)(nil)).Where("hash = ? AND dropped IS NOT NULL", b.ID).Exec(ctx)
			held, err := record.Once(res, err)
			gone = !held
			return err
		})
		if err != nil {
			return fmt.Errorf("remove file: %w", err)
		}
		// What is left of bytes that nothing lists is found by no page; DropOrphans does.
		if gone && !s.freshFor(ctx, b.ID, restFor) {
			if err := s.place.Delete(ctx, b.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// freshFor tells whether the bytes were sent so short a while ago, or nobody can say.
func (s *Store) freshFor(ctx context.Context, id string, rest time.Duration) bool {
	info, err := s.place.Stat(ctx, id)
	if errors.Is(err, errGone) {
		return false
	}
	return err != nil || core.Machine().Sub(info.Sent) < rest
}
