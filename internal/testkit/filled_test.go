package testkit

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"plenary/internal/platform/db"
)

// What fill makes is made once; the copies have it, and do not see each other.
func TestFilledIsMadeOnceAndCopied(t *testing.T) {
	made := map[string]int{}
	add := func(ctx context.Context, address, scope string) (n int, err error) {
		d, err := db.Open(ctx, address)
		if err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, d.Close()) }()
		if _, err := d.Write.ExecContext(ctx, "INSERT INTO scope_versions (scope, version) VALUES (?, 1)", scope); err != nil {
			return 0, err
		}
		err = d.Read.QueryRowContext(ctx, "SELECT count(*) FROM scope_versions WHERE scope LIKE 'testkit%'").Scan(&n)
		return n, err
	}
	for _, scope := range []string{"testkit one", "testkit two"} {
		Databases(t, func(t *testing.T, url string) {
			folder := t.TempDir()
			Filled(t, url, folder, t.Name()[:4], func(address, folder string) error {
				made[filepath.Base(t.Name())]++
				if err := os.MkdirAll(filepath.Join(folder, "files", "empty"), 0o750); err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(folder, "files", "key"), []byte("key"), 0o600); err != nil {
					return err
				}
				_, err := add(context.Background(), address, "testkit")
				return err
			})
			if n, err := add(t.Context(), url, scope); err != nil || n != 2 {
				t.Errorf("%d rows, %v; want that of the template and one more", n, err)
			}
			if text, err := os.ReadFile(filepath.Join(folder, "files", "key")); err != nil || string(text) != "key" {
				t.Errorf("the file is %q, %v", text, err)
			}
			if !exists(filepath.Join(folder, "files", "empty")) {
				t.Error("a folder without files is not there")
			}
		})
	}
	for kind, n := range made {
		if n != 1 {
			t.Errorf("%s was filled %d times", kind, n)
		}
	}
}

// The templates of processes that have ended do not pile up on a server.
func TestFilledTemplatesOfOthersAreDropped(t *testing.T) {
	Postgres(t)
	s, err := openServer(os.Getenv(PostgresEnv))
	if err != nil {
		t.Fatal(err)
	}
	const old = filledPrefix + "2147483647" // above what makeFilled takes
	if err := s.copyTemplate(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	mine, err := s.makeFilled(t.Context(), func(string) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.exec(context.Background(), "DROP DATABASE "+mine); err != nil {
			t.Error(err)
		}
	})
	conn, err := pgx.Connect(t.Context(), os.Getenv(PostgresEnv))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	if err := (&server{conn: conn}).dropFilled(t.Context()); err != nil {
		t.Fatal(err)
	}
	var names string
	if err := s.query(t.Context(), &names, "SELECT string_agg(datname, ' ') FROM pg_database"); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(names, old) || !strings.Contains(names, mine) {
		t.Errorf("there are %s; want %s among them and %s not", names, mine, old)
	}
}
