package backup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"plenary/internal/platform/db"
)

// Standing is what stands in a database.
type Standing struct {
	Rows    int64    // of all tables that a backup carries
	Events  int64    // the last place of the record
	Foreign []string // tables that are none of this program's
	Running bool     // a server serves it
}

// Serves tells whether a server serves a database.
type Serves func(ctx context.Context, d *db.DB) (bool, error)

// Look says what stands in a database; it makes none. What is not there is empty.
func Look(ctx context.Context, address string, serves Serves) (*Standing, error) {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		if info, err := os.Stat(filepath.Clean(path)); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
			return &Standing{}, nil
		}
	}
	d, err := db.Open(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("look at what stands there (if it is broken, move it away): %w", err)
	}
	defer func() { _ = d.Close() }()
	tx, err := d.Snapshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("look at what stands there (if it is broken, move it away): %w", err)
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	s, err := (&reader{tx: tx, postgres: d.Postgres()}).look(ctx)
	if err == nil && s.Rows > 0 && serves != nil {
		s.Running, err = serves(ctx, d)
	}
	return s, err
}

func (r *reader) look(ctx context.Context) (*Standing, error) {
	s := &Standing{}
	names, err := r.names(ctx)
	if err != nil {
		return nil, err
	}
	if slices.Contains(names, versions) && !slices.Contains(names, "events") { // made, and not migrated
		names = slices.DeleteFunc(names, func(n string) bool { return n == versions })
	}
	if len(names) == 0 {
		return s, nil
	}
	if !slices.Contains(names, versions) || !slices.Contains(names, "events") {
		s.Foreign = names
		return s, nil
	}
	for _, n := range names {
		if n == versions || leftOut[n] != "" {
			continue
		}
		var rows int64
		if err := r.tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+quote(n)).Scan(&rows); err != nil {
			return nil, fmt.Errorf("count rows of %s: %w", n, err)
		}
		s.Rows += rows
	}
	if err := r.tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(seq), 0) FROM events").Scan(&s.Events); err != nil {
		return nil, fmt.Errorf("read end of record: %w", err)
	}
	return s, nil
}

// names are those of all tables, whatever they are.
func (r *reader) names(ctx context.Context) (names []string, err error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name`
	if r.postgres {
		query = `SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() ORDER BY c.relname`
	}
	err = r.each(ctx, query, func(scan func(...any) error) error {
		var n string
		err := scan(&n)
		names = append(names, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	return names, nil
}

// gives tells whether what stands may give way.
func (s *Standing) gives(to Target) error {
	switch {
	case len(s.Foreign) > 0:
		return fmt.Errorf("the database holds tables that are not Plenary's (%s): give the forum a database of its own", strings.Join(s.Foreign[:min(5, len(s.Foreign))], ", "))
	case s.Running:
		return errors.New("a server serves this database: stop it first, and wait a minute if it was killed")
	case s.Rows > 0 && !to.Replace:
		return fmt.Errorf("%w: %d rows, with %d events in its record. Restore into an empty database, or give --replace to have it removed", ErrOccupied, s.Rows, s.Events)
	}
	return nil
}

// place is a database beside the one that stands: a file beside its file, or a schema
// beside its schema.
type place struct {
	db   *db.DB
	path string // SQLite: of the file that it becomes

	stands *db.DB // PostgreSQL: the database as it is reached
	lock   *sql.Conn
	done   bool
}

const (
	beside    = ".restoring"
	schema    = "plenary_restoring"
	loadsLock = 70114 // advisory lock of who restores
)

func newPlace(ctx context.Context, address string) (*place, error) {
	p := &place{}
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		p.path = path
		if err := p.sweep(); err != nil {
			return nil, fmt.Errorf("make a database beside: %w", err)
		}
		var err error
		if p.db, err = db.Open(ctx, "sqlite:"+path+beside); err != nil {
			return nil, errors.Join(err, p.sweep())
		}
		return p, nil
	}
	var err error
	if p.stands, err = db.Open(ctx, address); err != nil {
		return nil, err
	}
	if err = p.makeSchema(ctx, address); err != nil {
		return nil, errors.Join(err, p.drop(context.WithoutCancel(ctx)))
	}
	return p, nil
}

func (p *place) makeSchema(ctx context.Context, address string) error {
	conn, err := p.stands.Writer().Conn(ctx)
	if err != nil {
		return fmt.Errorf("make a schema beside: %w", err)
	}
	var mine bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", loadsLock).Scan(&mine); err != nil || !mine {
		return errors.Join(err, conn.Close(), errors.New("somebody else restores into this database at this moment"))
	}
	p.lock = conn
	for _, query := range []string{"DROP SCHEMA IF EXISTS " + schema + " CASCADE", "CREATE SCHEMA " + schema} {
		if _, err := conn.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("make a schema beside what stands (the database must belong to its user): %w", err)
		}
	}
	at, err := url.Parse(address)
	if err != nil {
		return errors.New("the address of PostgreSQL cannot be read")
	}
	q := at.Query()
	q.Set("search_path", schema)
	at.RawQuery = q.Encode()
	p.db, err = db.Open(ctx, at.String())
	return err
}

// drop takes away what was made beside.
func (p *place) drop(ctx context.Context) error {
	var err error
	if p.db != nil {
		err = p.db.Close()
		p.db = nil
	}
	if p.stands == nil {
		return errors.Join(err, p.sweep())
	}
	if p.lock != nil {
		_, dropped := p.lock.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
		err = errors.Join(err, dropped, p.unlock(ctx))
	}
	return errors.Join(err, p.stands.Close())
}

func (p *place) unlock(ctx context.Context) error {
	_, err := p.lock.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", loadsLock)
	err = errors.Join(err, p.lock.Close())
	p.lock = nil
	return err
}

// sweep removes the files beside the database.
func (p *place) sweep() error {
	for _, end := range []string{"", "-wal", "-shm", ".lock"} {
		if err := os.Remove(p.path + beside + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// swap puts what was made into the place of what stands, at once.
func (p *place) swap(ctx context.Context) error {
	if p.stands == nil {
		return p.swapFile(ctx)
	}
	if err := p.swapSchema(ctx); err != nil {
		return fmt.Errorf("put the restored tables into their place: %w", err)
	}
	err := errors.Join(p.db.Close(), p.unlock(ctx), p.stands.Close())
	p.db = nil
	return err
}

func (p *place) swapSchema(ctx context.Context) error {
	tx, err := p.lock.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	r := &reader{tx: tx, postgres: true}
	old, err := r.names(ctx)
	if err != nil {
		return err
	}
	var to string
	var made []string
	if err := tx.QueryRowContext(ctx, "SELECT current_schema()").Scan(&to); err != nil {
		return err
	}
	if err := r.each(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = '"+schema+"' ORDER BY tablename", func(scan func(...any) error) error {
		var n string
		err := scan(&n)
		made = append(made, n)
		return err
	}); err != nil {
		return err
	}
	queries := []string{"SET LOCAL lock_timeout = '20s'"}
	if len(old) > 0 {
		quoted := make([]string, len(old))
		for i, n := range old {
			quoted[i] = quote(n)
		}
		queries = append(queries, "DROP TABLE "+strings.Join(quoted, ", "))
	}
	for _, n := range made {
		queries = append(queries, "ALTER TABLE "+schema+"."+quote(n)+" SET SCHEMA "+quote(to))
	}
	queries = append(queries, "DROP SCHEMA "+schema)
	for _, q := range queries {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	p.done = true
	_, _ = p.lock.ExecContext(ctx, "ANALYZE") // so that its first readers are not slow; the database does it sooner or later
	return nil
}

func (p *place) swapFile(ctx context.Context) error {
	err := flat(ctx, p.db)
	err = errors.Join(err, p.db.Close())
	p.db = nil
	if err != nil {
		return fmt.Errorf("finish the restored database: %w", err)
	}
	if err := syncFile(p.path + beside); err != nil {
		return fmt.Errorf("finish the restored database: %w", err)
	}
	if err := p.clear(ctx); err != nil {
		return err
	}
	if err := os.Rename(p.path+beside, p.path); err != nil {
		return fmt.Errorf("put the restored database into its place: %w", err)
	}
	p.done = true
	return errors.Join(syncDir(filepath.Dir(p.path)), p.sweep())
}

// clear takes the write-ahead log of what stands away: it must never meet the new file.
func (p *place) clear(ctx context.Context) error {
	if _, err := os.Stat(p.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	d, err := db.Open(ctx, "sqlite:"+p.path)
	if err != nil {
		return err
	}
	if err := errors.Join(flat(ctx, d), d.Close()); err != nil {
		return fmt.Errorf("close what stands there: %w", err)
	}
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Remove(p.path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("close what stands there: %w", err)
		}
	}
	return nil
}

// flat brings all of a database into its one file.
func flat(ctx context.Context, d *db.DB) error {
	var busy, pages, moved int64
	if err := d.Writer().QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("another process has the database open: end it first")
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
