package testkit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"plenary/internal/platform/db"
)

// Databases runs test twice, as subtests "sqlite" and "postgres", each with the
// address of a fresh, migrated and otherwise empty database that is gone afterwards.
// The address is what db.Open takes. Close what was opened before the test ends
// (t.Cleanup does).
func Databases(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run(HalfSQLite, func(t *testing.T) { test(t, SQLite(t)) })
	t.Run(HalfPostgres, func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite returns the address of a fresh, migrated database file.
func SQLite(t testing.TB) string {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "plenary.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	used(t, HalfSQLite)
	return "sqlite:" + path
}

// sqliteTemplate migrates one file per process and keeps its bytes.
var sqliteTemplate = sync.OnceValues(func() (template []byte, err error) {
	dir, err := os.MkdirTemp("", "plenary-template-")
	if err != nil {
		return nil, fmt.Errorf("make SQLite template: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "template.db")
	if err := migrate(context.Background(), "sqlite:"+path); err != nil {
		return nil, err
	}
	if template, err = wholeFile(path); err != nil {
		return nil, fmt.Errorf("make SQLite template: %w", err)
	}
	return template, nil
})

// wholeFile reads a database that is closed.
func wholeFile(path string) ([]byte, error) {
	if wal, err := os.Stat(path + "-wal"); err == nil && wal.Size() > 0 {
		return nil, fmt.Errorf("%d bytes are left in the write-ahead log", wal.Size())
	}
	return os.ReadFile(path)
}

func migrate(ctx context.Context, url string) error {
	d, err := db.Open(ctx, url)
	if err != nil {
		return fmt.Errorf("make template: %w", err)
	}
	err = d.Migrate(ctx)
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("make template: %w", err)
	}
	return nil
}
