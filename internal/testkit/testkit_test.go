package testkit

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"plenary/internal/platform/db"
)

// Two tests never see each other's rows, and both find the schema.
func TestDatabasesAreFresh(t *testing.T) {
	for range 2 {
		Databases(t, func(t *testing.T, url string) {
			d, err := db.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			})
			var n int
			if err := d.Read.QueryRowContext(t.Context(), "SELECT count(*) FROM scope_versions WHERE scope = 'testkit'").Scan(&n); err != nil {
				t.Fatal(err)
			}
			if n != 0 {
				t.Errorf("%d rows of another test", n)
			}
			if _, err := d.Write.ExecContext(t.Context(), "INSERT INTO scope_versions (scope, version) VALUES ('testkit', 1)"); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A database is gone when its test has ended, even if somebody is still connected.
func TestPostgresIsDropped(t *testing.T) {
	var url string
	var d *db.DB
	t.Run("test", func(t *testing.T) {
		url = Postgres(t)
		var err error
		if d, err = db.Open(t.Context(), url); err != nil {
			t.Fatal(err)
		}
	})
	if d == nil {
		t.Skip("no PostgreSQL")
	}
	t.Cleanup(func() { _ = d.Close() })
	if again, err := db.Open(t.Context(), url); err == nil {
		_ = again.Close()
		t.Error("the database is still there")
	}
}

func TestTemplateNameFollowsMigrations(t *testing.T) {
	name := func(text string) string {
		n, err := templateName(fstest.MapFS{"0001_a.sql": {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	first, again, other := name("a"), name("a"), name("b")
	if first == other {
		t.Error("another migration, the same template")
	}
	if first != again {
		t.Error("the same migration, another template")
	}
}

// recorder stands for a test that ends early.
type recorder struct {
	testing.TB
	outcome string
}

func (r *recorder) Helper() {}

func (r *recorder) Skip(args ...any) {
	r.outcome = "skip: " + fmt.Sprint(args...)
	runtime.Goexit()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.outcome = "fatal: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func outcome(fn func(t testing.TB)) string {
	r := &recorder{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn(r)
	}()
	<-done
	return r.outcome
}

func TestMissingIsSkippedAndInCIFails(t *testing.T) {
	tally := filepath.Join(t.TempDir(), "tally")
	if err := os.WriteFile(tally, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(TallyEnv, tally)
	t.Setenv(PostgresEnv, "")
	t.Setenv(ChromiumEnv, "")
	t.Setenv("PATH", t.TempDir())
	for name, fn := range map[string]func(testing.TB){
		"no PostgreSQL": func(t testing.TB) { Postgres(t) },
		"no browser":    func(t testing.TB) { Chromium(t) },
		"no ../shared":  func(t testing.TB) { missing(t, HalfShared, "no ../shared/x") },
	} {
		t.Setenv("CI", "")
		if got := outcome(fn); !strings.HasPrefix(got, "skip: "+name) {
			t.Errorf("%s: %q, want a skip", name, got)
		}
		t.Setenv("CI", "true")
		if got := outcome(fn); !strings.HasPrefix(got, "fatal: "+name) {
			t.Errorf("%s with CI=true: %q, want a failure", name, got)
		}
	}
	text, err := os.ReadFile(tally)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(text), "postgres skipped\n"); got != 2 {
		t.Errorf("%d skips of PostgreSQL in the tally, want 2:\n%s", got, text)
	}
}

func TestSharedIsFoundUpwards(t *testing.T) {
	top := t.TempDir()
	root := filepath.Join(top, "main")
	room := filepath.Join(root, "internal", "forum", "programme")
	for _, dir := range []string{room, filepath.Join(root, "migrations"), filepath.Join(top, "shared", "fixtures", "mail")} {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, ok := findRoot(room); !ok || got != root {
		t.Errorf("findRoot = %q, %v", got, ok)
	}
	if got, ok := findShared(root, "fixtures/mail"); !ok || got != filepath.Join(top, "shared", "fixtures", "mail") {
		t.Errorf("findShared = %q, %v", got, ok)
	}
	if _, ok := findShared(root, "fixtures/none-of-that-name"); ok {
		t.Error("found a folder that is not there")
	}
}

func TestSeed(t *testing.T) {
	path, text := Seed(t, "001")
	if !strings.HasPrefix(filepath.Base(path), "001_") || len(text) == 0 {
		t.Errorf("seed 001: %s, %d bytes", path, len(text))
	}
}

func BenchmarkSQLite(b *testing.B) {
	for b.Loop() {
		SQLite(b)
	}
}

func BenchmarkPostgres(b *testing.B) {
	if os.Getenv(PostgresEnv) == "" {
		b.Skip("no PostgreSQL")
	}
	s, err := openServer(os.Getenv(PostgresEnv))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := s.copyTemplate(b.Context(), "plenary_bench"); err != nil {
			b.Fatal(err)
		}
		if err := s.exec(b.Context(), "DROP DATABASE plenary_bench"); err != nil {
			b.Fatal(err)
		}
	}
}
