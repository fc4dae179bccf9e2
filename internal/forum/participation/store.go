package participation

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

type wordRow struct {
	bun.BaseModel `bun:"table:registration_words,alias:rw"`

	Edition      core.ID `bun:"edition,pk"`
	Word         string  `bun:"word,pk"`
	Registration core.ID `bun:"registration,pk"`
}

func one(ctx context.Context, idb bun.IDB, where string, args ...any) (Registration, error) {
	var r Registration
	err := idb.NewSelect().Model(&r).Where(where, args...).Scan(ctx)
	return r, record.Found(err)
}

// many loads registrations by their ids, 500 at a time.
func many(ctx context.Context, idb bun.IDB, ids []core.ID) ([]Registration, error) {
	var out []Registration
	for part := range slices.Chunk(ids, 500) {
		var list []Registration
		if err := idb.NewSelect().Model(&list).Where("rg.id IN (?)", bun.List(part)).OrderExpr("rg.number").Scan(ctx); err != nil {
			return nil, fmt.Errorf("load registrations: %w", err)
		}
		out = append(out, list...)
	}
	return out, nil
}

// insertTx enters a registration under the next number of its edition.
func insertTx(ctx context.Context, tx *record.Tx, r *Registration) error {
	err := tx.NewRaw("UPDATE registration_settings SET last_number = last_number + 1 WHERE edition = ? RETURNING last_number", r.Edition).Scan(ctx, &r.Number)
	if err = record.Found(err); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return fmt.Errorf("enter registration: %w", err)
	}
	return wordsTx(ctx, tx, r, nil)
}

// saveTx writes a registration with the next version; was is as it stood.
func saveTx(ctx context.Context, tx *record.Tx, r *Registration, was Registration) error {
	r.Version, r.Updated = was.Version+1, tx.Now
	stale, err := record.Once(tx.NewUpdate().Model(r).WherePK().Where("version = ?", was.Version).Exec(ctx))
	if err != nil || stale {
		return record.StaleOr(err, InputOf(&was))
	}
	return wordsTx(ctx, tx, r, &was)
}

// wordsTx keeps the words by which a registration is found.
func wordsTx(ctx context.Context, tx *record.Tx, r, was *Registration) error {
	list := wordsOf(r)
	if was != nil {
		if slices.Equal(list, wordsOf(was)) {
			return nil
		}
		if _, err := tx.NewDelete().Model((*wordRow)(nil)).Where("registration = ?", r.ID).Exec(ctx); err != nil {
			return fmt.Errorf("forget words of registration: %w", err)
		}
	}
	rows := make([]wordRow, 0, len(list))
	for _, w := range list {
		rows = append(rows, wordRow{Edition: r.Edition, Word: w, Registration: r.ID})
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("keep words of registration: %w", err)
	}
	return nil
}

// settingOf loads how an edition registers people, with its categories. NotFound where it
// does not.
func settingOf(ctx context.Context, idb bun.IDB, edition core.ID) (*Setting, error) {
	st := &Setting{}
	if err := idb.NewSelect().Model(st).Where("rs.edition = ?", edition).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	if err := idb.NewSelect().Model(&st.Categories).Where("rc.edition = ?", edition).OrderExpr("rc.position, rc.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load categories: %w", err)
	}
	return st, nil
}
