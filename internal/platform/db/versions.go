package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"plenary/migrations"
)

// Known are the versions of the schema that this program can make, in their order.
func Known() ([]int64, error) {
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	out := make([]int64, 0, len(names))
	for _, name := range names {
		digits, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read migrations: %w", err)
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return out, nil
}

// Applied are the versions of the schema that the database has, in their order; none where
// nothing was made yet.
func (d *DB) Applied(ctx context.Context) ([]int64, error) {
	var there int
	query := "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'"
	if d.Postgres() {
		query = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'goose_db_version'"
	}
	if err := d.Read.NewRaw(query).Scan(ctx, &there); err != nil {
		return nil, fmt.Errorf("look for the version of the schema: %w", err)
	}
	var out []int64
	if there == 0 {
		return out, nil
	}
	if err := d.Read.NewRaw("SELECT version_id FROM goose_db_version WHERE is_applied = TRUE AND version_id > 0 ORDER BY version_id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("read the version of the schema: %w", err)
	}
	return out, nil
}

// Current tells whether the schema is that of this program. It changes nothing.
func (d *DB) Current(ctx context.Context) (bool, error) {
	known, err := Known()
	if err != nil {
		return false, err
	}
	applied, err := d.Applied(ctx)
	if err != nil {
		return false, err
	}
	return slices.Equal(known, applied), nil
}

// Migrate brings the schema up to date. It is safe to call from several processes.
func (d *DB) Migrate(ctx context.Context) error {
	return d.migrating(ctx, func(p *goose.Provider) error {
		_, err := p.Up(ctx)
		return err
	})
}

// MigrateTo makes those versions of the schema and no others, on an empty database: the
// schema of an older program.
func (d *DB) MigrateTo(ctx context.Context, versions []int64) error {
	return d.migrating(ctx, func(p *goose.Provider) error {
		for _, v := range versions {
			if _, err := p.ApplyVersion(ctx, v, true); err != nil && !errors.Is(err, goose.ErrAlreadyApplied) {
				return err
			}
		}
		return nil
	})
}

func (d *DB) migrating(ctx context.Context, fn func(p *goose.Provider) error) error {
	dialect := goose.DialectSQLite3
	if d.Postgres() {
		dialect = goose.DialectPostgres
	}
	// Versions may come in another order than that of their numbers.
	p, err := goose.NewProvider(dialect, d.write, migrations.FS, goose.WithAllowOutofOrder(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	unlock, err := d.lock(ctx)
	if err != nil {
		return fmt.Errorf("lock for migration: %w", err)
	}
	defer unlock()
	if err := fn(p); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Snapshot begins a transaction that only reads and sees the database as it stands now,
// whatever is written meanwhile; nobody who writes waits for it. Whoever begins it rolls
// it back.
func (d *DB) Snapshot(ctx context.Context) (*sql.Tx, error) {
	opts := &sql.TxOptions{ReadOnly: true}
	if d.Postgres() {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := d.read.BeginTx(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("begin snapshot: %w", err)
	}
	var one int
	look := "SELECT COUNT(*) FROM (SELECT 1 FROM sqlite_master LIMIT 1) AS one" // the first reading fixes what is seen
	if d.Postgres() {
		look = "SELECT 1"
	}
	if err := tx.QueryRowContext(ctx, look).Scan(&one); err != nil {
		_ = tx.Rollback()
		return nil, fmt.Errorf("begin snapshot: %w", err)
	}
	return tx, nil
}

// Writer is the pool behind Write, for what puts whole tables into a database that nobody
// serves yet.
func (d *DB) Writer() *sql.DB { return d.write }
