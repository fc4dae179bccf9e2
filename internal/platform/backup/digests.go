package backup

import (
	"context"
	"fmt"

	"plenary/internal/platform/db"
)

// Digests reads all tables of a database as a backup would, and returns what they come to.
func Digests(ctx context.Context, d *db.DB, say func(Progress)) (*Manifest, error) {
	tx, err := d.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	return digests(ctx, &reader{tx, d.Postgres(), leftOut, blanked}, say)
}

func digests(ctx context.Context, r *reader, say func(Progress)) (*Manifest, error) {
	tables, err := r.tables(ctx)
	if err != nil {
		return nil, err
	}
	m := &Manifest{Tables: map[string]Sum{}}
	for i := range tables {
		t := &tables[i]
		if r.without[t.Name] != "" {
			continue
		}
		sum, err := r.rows(ctx, t, func([]byte) error { return nil }, nil)
		if err != nil {
			return nil, fmt.Errorf("read table %s: %w", t.Name, err)
		}
		m.Tables[t.Name] = sum
		if say != nil {
			say(Progress{Stage: "compare", What: t.Name, Rows: m.Rows()})
		}
	}
	return m, nil
}

// DigestsOf reads those columns of those tables that a header names, and nothing else: what
// became of the rows of an older schema.
func DigestsOf(ctx context.Context, d *db.DB, h *Header) (*Manifest, error) {
	tx, err := d.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	r := &reader{tx, d.Postgres(), h.LeftOut, h.Blanked}
	m := &Manifest{Tables: map[string]Sum{}}
	for i := range h.Tables {
		t := &h.Tables[i]
		if r.without[t.Name] != "" {
			continue
		}
		if m.Tables[t.Name], err = r.rows(ctx, t, func([]byte) error { return nil }, nil); err != nil {
			return nil, fmt.Errorf("read table %s: %w", t.Name, err)
		}
	}
	return m, nil
}
