package app_test

import (
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/platform/db"
	"plenary/internal/testkit"
	"plenary/test/site"
)

func opened(t *testing.T, address string) *app.App {
	t.Helper()
	a := site.Open(t, app.Config{Data: t.TempDir(), Database: address, BaseURL: "http://localhost", Chromium: "none", Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(a.Close)
	return a
}

func do(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	if _, err := d.Write.NewRaw(query, args...).Exec(t.Context()); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

var isID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// Every column in which ids of things stand is a reference that is looked at, or it is said
// why not, so that no later table is forgotten.
func TestEveryReferenceIsKnown(t *testing.T) {
	a := opened(t, testkit.SQLite(t))
	var cols []struct {
		T, C string
		PK   int
	}
	if err := a.DB.Read.NewRaw(`SELECT m.name AS t, p.name AS c, p.pk AS pk FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p
		WHERE m.type = 'table' AND p.type = 'TEXT' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY 1, 2`).Scan(t.Context(), &cols); err != nil {
		t.Fatal(err)
	}
	var held []string
	if err := a.DB.Read.NewRaw(`SELECT m.name || '.' || f."from" FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'`).Scan(t.Context(), &held); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for to, list := range app.References {
		for _, c := range list {
			if known[c] {
				t.Errorf("%s is named twice", c)
			}
			known[c] = true
			if !slices.ContainsFunc(cols, func(x struct {
				T, C string
				PK   int
			},
			) bool {
				return x.T+"."+x.C == c
			}) {
				t.Errorf("there is no column %s, which is to name a row of %s", c, to)
			}
		}
	}
	seen := 0
	for _, c := range cols {
		name := c.T + "." + c.C
		if c.PK > 0 && c.C == "id" || slices.Contains(held, name) || known[name] || app.Free[name] != "" {
			continue
		}
		var value sql.NullString
		if err := a.DB.Read.NewRaw(fmt.Sprintf("SELECT MAX(%q) FROM %q WHERE LENGTH(%q) = 36", c.C, c.T, c.C)).Scan(t.Context(), &value); err != nil {
			t.Fatal(err)
		}
		seen++
		if isID.MatchString(value.String) {
			t.Errorf("%s holds ids: name the table of the things in references, or in free why it is no reference", name)
		}
	}
	if seen < 300 {
		t.Errorf("only %d columns", seen)
	}
}

// Each kind of flaw is found, on both databases, by a program that only reads; and where
// nothing is wrong nothing is found.
func TestCheckFinds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		a := opened(t, address)
		d := a.DB
		for _, f := range flaws(t, a) {
			t.Errorf("found in the demo: %+v", f)
		}
		var hash, session string
		if err := d.Read.NewRaw("SELECT hash FROM blobs ORDER BY hash LIMIT 1").Scan(t.Context(), &hash); err != nil {
			t.Fatal(err)
		}
		if err := d.Read.NewRaw("SELECT id FROM sessions ORDER BY id LIMIT 1").Scan(t.Context(), &session); err != nil {
			t.Fatal(err)
		}
		now := core.Machine()
		at := func(d time.Duration) int64 { return now.Add(d).UnixMicro() }
		last := a.Record.Last()
		do(t, d, "UPDATE sessions SET room = 'nowhere' WHERE id = ?", session)
		do(t, d, "UPDATE registrations SET person = 'nobody' WHERE id = (SELECT MIN(id) FROM registrations)")
		do(t, d, "DELETE FROM events WHERE seq = 100")
		do(t, d, "UPDATE scope_versions SET version = 1 WHERE scope = 'forum'")
		do(t, d, "INSERT INTO followers (name, cursor, lease_until) VALUES ('ahead', ?, 0), ('taken', ?, ?), ('stuck', 5, ?)", last+5, last, at(48*time.Hour), at(-time.Hour))
		do(t, d, "INSERT INTO search_indexes (process, folder, state, documents, cursor, seen) VALUES ('p', 'search', 'ready', 3, ?, ?), ('q', 'search-2', 'failing', 0, 5, ?)", last, at(0), at(0))
		do(t, d, "UPDATE outbox SET state = 'queued', next_try = 5 WHERE id = (SELECT MIN(id) FROM outbox)")
		if err := os.WriteFile(filepath.Join(a.Data, "files", hash[:2], hash[2:]), []byte("other"), 0o600); err != nil {
			t.Fatal(err)
		}
		orphan := filepath.Join(a.Data, "files", "ab", strings.Repeat("0", 62))
		if err := os.MkdirAll(filepath.Dir(orphan), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(orphan, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(orphan, now.Add(-72*time.Hour), now.Add(-72*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if !d.Postgres() {
			do(t, d, "UPDATE hubs SET about = 'no JSON' WHERE id = (SELECT MAX(id) FROM hubs)")
		}
		beside, err := app.Open(t.Context(), app.Config{Data: a.Data, Database: address, BaseURL: "http://localhost", Chromium: "none", ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer beside.Close()
		var rooms []core.Flaw
		for _, part := range []string{"database", "record", "files", "references", "work", "find"} {
			list, err := beside.CheckPart(t.Context(), part)
			if err != nil {
				t.Fatal(err)
			}
			rooms = append(rooms, list...)
		}
		want := map[string]string{
			"dangling-reference": "sessions.room", "event-gap": "event 101", "scope-behind": "scope forum", "follower-ahead": "follower ahead", "lease-stuck": "follower taken",
			"follower-stuck": "follower stuck", "index-failing": "search-2", "index-drift": "search index search", "mail-stuck": "outbox", "file-changed": hash, "file-orphaned": "file ab000",
		}
		if !d.Postgres() {
			want["table-unreadable"] = "database"
		}
		for code, where := range want {
			if !slices.ContainsFunc(rooms, func(f core.Flaw) bool { return f.Code == code && strings.Contains(f.Where, where) }) {
				t.Errorf("%s at %s is not found in %+v", code, where, rooms)
			}
		}
		if !slices.ContainsFunc(rooms, func(f core.Flaw) bool { return f.Where == "registrations.person" }) {
			t.Error("a registration of nobody is not found")
		}
	})
}

// An older schema is named; a newer one, as after going back a release, is well.
func TestCheckOfOtherSchemas(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		a := opened(t, address)
		read := func() error {
			b, err := app.Open(t.Context(), app.Config{Data: a.Data, Database: address, BaseURL: "http://localhost", Chromium: "none", ReadOnly: true})
			if err == nil {
				b.Close()
			}
			return err
		}
		do(t, a.DB, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9001, TRUE)")
		if err := read(); err != nil {
			t.Errorf("a newer schema: %v", err)
		}
		if err := a.DB.Migrate(t.Context()); err != nil {
			t.Errorf("the server of the release before: %v", err)
		}
		do(t, a.DB, "DELETE FROM goose_db_version WHERE version_id = 42")
		if err := read(); err == nil || !strings.Contains(err.Error(), "older program") {
			t.Errorf("an older schema: %v", err)
		}
	})
}
