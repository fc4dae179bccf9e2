// Package db opens the database, SQLite or PostgreSQL, brings its schema up to
// date and counts queries. The same queries run on both.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite" // the driver
)

// DB is an open database. Write is used by the record alone; everything else reads.
// On SQLite Write holds the one connection that may write and Read a pool of readers
// that see the last commit; on PostgreSQL both are pools.
type DB struct {
	Write, Read *bun.DB
	URL         string

	write, read *sql.DB
}

// Open opens the database of that address: sqlite:/path/to/file.db or postgres://…
// The folder of an SQLite file is made if it is missing. The schema is not touched.
func Open(ctx context.Context, address string) (*DB, error) {
	d := &DB{URL: address}
	switch {
	case strings.HasPrefix(address, "sqlite:"):
		path := strings.TrimPrefix(address, "sqlite:")
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return nil, fmt.Errorf("make folder of database: %w", err)
		}
		w, err := openSQLite(path, 1, "")
		if err != nil {
			return nil, err
		}
		if err := first(ctx, path, w); err != nil {
			_ = w.Close()
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
		r, err := openSQLite(path, max(4, runtime.NumCPU()*2), "&_pragma=query_only(1)")
		if err != nil {
			_ = w.Close()
			return nil, err
		}
		d.write, d.read = w, r
		d.Write, d.Read = bun.NewDB(w, sqlitedialect.New()), bun.NewDB(r, sqlitedialect.New())
	case strings.HasPrefix(address, "postgres:"), strings.HasPrefix(address, "postgresql:"):
		cfg, err := pgx.ParseConfig(address)
		if err != nil {
			return nil, fmt.Errorf("read address of PostgreSQL: %w", err)
		}
		// bun writes the values into the text of a query, so nothing is gained by preparing it.
		cfg.DefaultQueryExecMode = pgx.QueryExecModeExec
		cfg.DialFunc = newDialer().dial
		if cfg.ConnectTimeout == 0 || cfg.ConnectTimeout > dialFor {
			cfg.ConnectTimeout = dialFor
		}
		d.read = stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(greet))
		d.read.SetMaxOpenConns(max(8, runtime.NumCPU()*4))
		d.read.SetMaxIdleConns(8)
		// Those who write, and hold leases, do not stand in a row behind all who read.
		d.write = stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(greet))
		d.write.SetMaxOpenConns(6)
		d.write.SetMaxIdleConns(2)
		if err := d.write.PingContext(ctx); err != nil {
			_ = d.Close()
			return nil, fmt.Errorf("reach PostgreSQL: %w", err)
		}
		d.Write, d.Read = bun.NewDB(d.write, pgdialect.New()), bun.NewDB(d.read, pgdialect.New())
	default:
		return nil, fmt.Errorf("unknown database address %q: want sqlite:FILE or postgres://…", address)
	}
	d.Read = d.Read.WithQueryHook(counter{})
	d.Write = d.Write.WithQueryHook(counter{})
	return d, nil
}

// first makes the first connection, which turns a new file to WAL. Whoever turns it while
// somebody else does is told that it is busy without waiting, so they take turns.
func first(ctx context.Context, path string, w *sql.DB) error {
	if made, err := os.Stat(path); err != nil || made.Size() == 0 {
		unlock, err := lockBeside(ctx, path)
		if err != nil {
			return err
		}
		defer unlock()
	}
	return w.PingContext(ctx)
}

func openSQLite(path string, conns int, more string) (*sql.DB, error) {
	// Pragmas stand in the address so that every connection of the pool gets them.
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_txlock=immediate&_pragma=busy_timeout(15000)&_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=cache_size(-16000)" + more
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return pool, nil
}

// Postgres tells which of the two it is, for the few places that must know.
func (d *DB) Postgres() bool { return !strings.HasPrefix(d.URL, "sqlite:") }

// Now is the present instant by the clock of the database, in microseconds, as a part of a
// query: what several machines compare must go by one clock.
func (d *DB) Now() string {
	if d.Postgres() {
		return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
	}
	return "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
}

// Contains makes the pattern of a LIKE with ESCAPE '!' that finds a text anywhere.
func Contains(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}

// lock lets one process migrate while the others wait. Both locks end with the process
// that holds them.
func (d *DB) lock(ctx context.Context) (unlock func(), err error) {
	if !d.Postgres() {
		return lockBeside(ctx, strings.TrimPrefix(d.URL, "sqlite:"))
	}
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(70110)"); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(70110)")
		_ = conn.Close()
	}, nil
}

// lockBeside holds an exclusive transaction on an empty database beside the one of that
// path, which the work under the lock itself locks again and again.
func lockBeside(ctx context.Context, path string) (unlock func(), err error) {
	at := &url.URL{Path: path + ".lock"}
	beside, err := sql.Open("sqlite", "file:"+at.EscapedPath()+"?_txlock=exclusive&_pragma=busy_timeout(60000)")
	if err != nil {
		return nil, err
	}
	tx, err := beside.BeginTx(ctx, nil)
	if err != nil {
		_ = beside.Close()
		return nil, err
	}
	return func() { _ = tx.Rollback(); _ = beside.Close() }, nil
}

// Close closes the pools.
func (d *DB) Close() error {
	err := d.read.Close()
	if d.write != d.read {
		err = errors.Join(err, d.write.Close())
	}
	return err
}
