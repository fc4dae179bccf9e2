package backup_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plenary/internal/platform/backup"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
	"plenary/internal/testkit"
)

// forum is a database with a folder of files and a data folder.
type forum struct {
	t       testing.TB
	address string
	dir     string
	db      *db.DB
	served  bool
}

func newForum(t testing.TB, address string) *forum {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return &forum{t: t, address: address, dir: t.TempDir(), db: d}
}

func (f *forum) do(query string, args ...any) {
	f.t.Helper()
	if _, err := f.db.Write.NewRaw(query, args...).Exec(f.t.Context()); err != nil {
		f.t.Fatalf("%s: %v", query, err)
	}
}

func (f *forum) files() blob.Place { return blob.NewFolder(filepath.Join(f.dir, "files")) }
func (f *forum) data() map[string]string {
	return map[string]string{"demo": filepath.Join(f.dir, "demo")}
}

func (f *forum) source() backup.Source {
	return backup.Source{DB: f.db, Files: f.files(), Data: f.data(), Program: "9.9.9"}
}

func (f *forum) backup() (*backup.Result, []byte) {
	f.t.Helper()
	var out bytes.Buffer
	res, err := backup.Write(f.t.Context(), f.source(), &out)
	if err != nil {
		f.t.Fatal(err)
	}
	return res, out.Bytes()
}

// digests is what all tables come to.
func (f *forum) digests() *backup.Manifest {
	f.t.Helper()
	d, err := db.Open(f.t.Context(), f.address) // a restored file is another than the one that is open
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	m, err := backup.Digests(f.t.Context(), d, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	return m
}

func (f *forum) restore(b []byte, replace bool) (*backup.Restored, error) {
	f.t.Helper()
	return backup.Restore(context.WithoutCancel(f.t.Context()), bytes.NewReader(b), backup.Target{
		Database: f.address, Files: f.files(), Data: f.data(), Replace: replace,
		Serves: func(context.Context, *db.DB) (bool, error) { return f.served, nil },
	})
}

// put adds a file with its row.
func (f *forum) put(text string) string {
	f.t.Helper()
	sum := sha256.Sum256([]byte(text))
	id := hex.EncodeToString(sum[:])
	path := f.path(id)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	f.do("INSERT INTO blobs (hash, size, type, name, created, added_by) VALUES (?, ?, 'text/plain', 'x.txt', 1, '')", id, len(text))
	return id
}

func (f *forum) path(id string) string { return filepath.Join(f.dir, "files", id[:2], id[2:]) }

const (
	odd     = "Ωμέγα – 第十一 届 – العربية \t tab \n line \r return \\ back \\N slash \" quote ' and \u2028 <b>&amp; 🌍"
	strange = `{"z":1,"a":[1.50,-0,1e3,1E-7,123456789012345678901234567890],"t":"<&> \u2028 \\ \" \n","n":null,"$json":{"$json":null}}`
)

// fill puts values into the tables that are not easily kept.
func (f *forum) fill() {
	f.t.Helper()
	for i, data := range []string{strange, `{}`, `null`, `{"$json":1}`, `{"$json":1,"a":2}`, `[]`, `"text"`, `"5"`, `[null]`} {
		f.do("INSERT INTO events (seq, id, act, at, kind, subject, scope, visibility, data, personal) VALUES (?, ?, 'a', ?, 'x.y', 's', 'forum', 'public', ?, ?)",
			i+1, "e"+strings.Repeat("i", i), int64(1)<<62+int64(i), data, []any{nil, "null", strange}[i%3])
	}
	f.do("INSERT INTO scope_versions (scope, version) VALUES ('forum', 9), ('Zeta', -1), ('alpha', 2), ('Ärger', 3), (?, 4), ('', 5)", odd)
	f.do("INSERT INTO followers (name, cursor, owner, fence, lease_until) VALUES ('hooks', 7, 'somebody', 3, 4000000000000000)")
	for _, at := range [][2]string{{"z", ""}, {"b", "z"}, {"a", "b"}} { // rows that refer to later ones
		var parent any
		if at[1] != "" {
			parent = at[1]
		}
		f.body(at[0], parent)
	}
	f.do("INSERT INTO accounts (id, email, email_key, name, name_key, created, disabled) VALUES ('acc', 'a@example.org', 'a@example.org', ?, '', 1, TRUE)", odd)
	f.do("INSERT INTO account_sessions (id, hash, account, created, seen, expires) VALUES ('s', 'h', 'acc', 1, 1, 4000000000000000)")
	long := strings.Repeat("a long text, and another one; ", 1500)
	for i := range 30 { // several parts
		f.do("INSERT INTO form_drafts (thing, account, typed, base, at) VALUES (?, 'acc', ?, ?, 0)", "x/"+strings.Repeat("y", i), long, i)
	}
	f.put("a paper")
	f.put(strings.Repeat("a film ", 40_000))
	if err := os.WriteFile(filepath.Join(f.dir, "demo"), []byte("small\n"), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// body adds a row of bodies, which refer to each other; parent is nil or an id.
func (f *forum) body(id string, parent any) {
	f.t.Helper()
	f.do("INSERT INTO bodies (id, slug, kind, status, name, purpose, years, links, parent, as_seen, created) VALUES (?, ?, 'panel', 'active', ?, '{}', '[]', 'null', ?, '{}', 1)", id, id, strange, parent)
}

// each runs a test from every database to every database.
func each(t *testing.T, test func(t *testing.T, from, to *forum)) {
	t.Helper()
	for _, from := range []func(testing.TB) string{testkit.SQLite, testkit.Postgres} {
		testkit.Databases(t, func(t *testing.T, address string) { test(t, newForum(t, from(t)), newForum(t, address)) })
	}
}
