package db_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"plenary/internal/platform/db"
	"plenary/internal/testkit"
)

func open(t *testing.T, address string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// What is wrong with the address is said with the address, and without its password.
func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "letter.db")
	if err := os.WriteFile(file, []byte(strings.Repeat("Dear colleagues, ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	for address, words := range map[string][]string{
		"":                        {"unknown database address", "want sqlite:FILE or postgres://"},
		"mysql://forum":           {"unknown database address", "mysql://forum"},
		"plenary.db":              {"unknown database address", "plenary.db"},
		"sqlite:" + file:          {"open " + file, "not a database"},
		"sqlite:" + file + "/x/y": {"make folder of database"},
		"sqlite:" + dir:           {"open " + dir},
		"postgres://ada:hunter2@127.0.0.1:1/forum?connect_timeout=2":        {"reach PostgreSQL", "127.0.0.1:1"},
		"postgres://ada:hunter2@[::1/forum":                                 {"read address of PostgreSQL"},
		"postgres://ada:hunter2@127.0.0.1/forum?sslmode=perhaps":            {"read address of PostgreSQL"},
		"postgresql://ada:hunter2@no-such-host.invalid/f?connect_timeout=2": {"reach PostgreSQL", "no-such-host.invalid"},
	} {
		d, err := db.Open(t.Context(), address)
		if err == nil {
			_ = d.Close()
			t.Errorf("%q was opened", address)
			continue
		}
		for _, w := range append(words, "") {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q: %v; want %q in it", address, err, w)
			}
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the password is in %v", address, err)
		}
	}
}

func TestOpenMakesTheFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a folder", "ä?#%20", "plenary.db")
	d := open(t, "sqlite:"+path)
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func tables(t *testing.T, d *db.DB) string {
	t.Helper()
	query := "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
	if d.Postgres() {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name"
	}
	var names []string
	if err := d.Read.NewRaw(query).Scan(t.Context(), &names); err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

func TestMigrateTwice(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d := open(t, address)
		if _, err := d.Write.ExecContext(t.Context(), "INSERT INTO scope_versions (scope, version) VALUES ('x', 7)"); err != nil {
			t.Fatal(err)
		}
		before := tables(t, d)
		for range 2 {
			if err := d.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if after := tables(t, d); after != before || !strings.Contains(after, "events") {
			t.Errorf("tables %s, before %s", after, before)
		}
		var version int
		if err := d.Read.NewRaw("SELECT version FROM scope_versions WHERE scope = 'x'").Scan(t.Context(), &version); err != nil || version != 7 {
			t.Errorf("%d, %v", version, err)
		}
	})
}

const (
	childEnv = "PLENARY_TEST_MIGRATE"
	children = 4
)

// TestMigrateChild is the other process of the test below.
func TestMigrateChild(t *testing.T) {
	address := os.Getenv(childEnv)
	if address == "" {
		t.Skip("only as a child of TestMigrateFromSeveralProcesses")
	}
	d := open(t, address)
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Several processes start at once on an empty database: all find the whole schema.
func TestMigrateFromSeveralProcesses(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		want := tables(t, open(t, address))
		if strings.HasPrefix(address, "sqlite:") {
			address = "sqlite:" + filepath.Join(t.TempDir(), "empty.db")
		} else {
			d := open(t, address)
			for _, sql := range []string{"DROP SCHEMA public CASCADE", "CREATE SCHEMA public"} {
				if _, err := d.Write.ExecContext(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
		}
		var wg sync.WaitGroup
		for range children {
			wg.Go(func() {
				child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMigrateChild$", "-test.count=1")
				child.Env = append(os.Environ(), childEnv+"="+address)
				if out, err := child.CombinedOutput(); err != nil {
					t.Errorf("%v: %s", err, out)
				}
			})
		}
		wg.Wait()
		if got := tables(t, open(t, address)); got != want {
			t.Errorf("tables %s, want %s", got, want)
		}
	})
}

// Whoever only reads cannot write by mistake, and sees what was committed last.
func TestReadersReadOnly(t *testing.T) {
	d := open(t, testkit.SQLite(t))
	for _, sql := range []string{
		"INSERT INTO scope_versions (scope, version) VALUES ('x', 1)", "CREATE TABLE x (y)", "DROP TABLE events", "UPDATE events SET seq = 0",
	} {
		// Often enough to meet several connections of the pool.
		for range 20 {
			if _, err := d.Read.ExecContext(t.Context(), sql); err == nil {
				t.Fatalf("a reader did %s", sql)
			}
		}
	}
	for i := range 50 {
		if _, err := d.Write.ExecContext(t.Context(), "INSERT INTO scope_versions (scope, version) VALUES (?, 1)", fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := d.Read.NewRaw("SELECT count(*) FROM scope_versions").Scan(t.Context(), &n); err != nil || n != i+1 {
			t.Fatalf("%d of %d rows are seen, %v", n, i+1, err)
		}
	}
}

// Every connection holds to the references between tables.
func TestReferencesAreHeld(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d := open(t, address)
		for _, sql := range []string{"CREATE TABLE a (id TEXT PRIMARY KEY)", "CREATE TABLE b (a TEXT NOT NULL REFERENCES a (id))"} {
			if _, err := d.Write.ExecContext(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Write.ExecContext(t.Context(), "INSERT INTO b (a) VALUES ('nobody')"); err == nil {
			t.Error("a row refers to nothing")
		}
	})
}

func TestQueriesAreCounted(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d := open(t, address)
		ctx, n := db.WithCount(t.Context())
		inner, same := db.WithCount(ctx)
		if n != same {
			t.Error("who counts within a count counts alone")
		}
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				var one int
				if err := d.Read.NewRaw("SELECT 1").Scan(inner, &one); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if _, err := d.Write.ExecContext(ctx, "INSERT INTO scope_versions (scope, version) VALUES ('x', 1)"); err != nil {
			t.Fatal(err)
		}
		var one int
		if err := d.Read.NewRaw("SELECT 1").Scan(t.Context(), &one); err != nil { // of nobody's count
			t.Fatal(err)
		}
		if got := n.Load(); got != 11 {
			t.Errorf("%d queries, want 11", got)
		}
	})
}

// What people type means nothing to LIKE.
func TestContains(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d := open(t, address)
		for _, tc := range []struct {
			text, sought string
			found        bool
		}{
			{"100% open", "0% o", true},
			{"100 open", "0% o", false},
			{"a_b", "a_b", true},
			{"axb", "a_b", false},
			{"what!", "t!", true},
			{"what%", "t!%", false},
			{`back\slash`, `k\s`, true},
			{"anything", "", true},
		} {
			var found bool
			if err := d.Read.NewRaw("SELECT ? LIKE ? ESCAPE '!'", tc.text, db.Contains(tc.sought)).Scan(t.Context(), &found); err != nil {
				t.Fatal(err)
			}
			if found != tc.found {
				t.Errorf("%q in %q: %v", tc.sought, tc.text, found)
			}
		}
	})
}

func TestCloseTwice(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d := open(t, address)
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		var one int
		if err := d.Read.NewRaw("SELECT 1").Scan(t.Context(), &one); err == nil {
			t.Error("a closed database answers")
		}
	})
}
