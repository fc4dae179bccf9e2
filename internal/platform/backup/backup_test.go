package backup_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/platform/backup"
	"plenary/internal/platform/db"
	"plenary/internal/testkit"
)

// What comes out of one database stands in the other as it was, and gives the same backup.
func TestRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, from, to *forum) {
		from.fill()
		res, b := from.backup()
		if res.Manifest.Tables["events"].Rows != 9 || res.Manifest.Files.Count != 2 || len(res.Lost) > 0 || res.Header.Place != 9 {
			t.Errorf("%+v", res.Manifest)
		}
		if n := strings.Count(listing(t, b), "tables/form_drafts/"); n < 2 {
			t.Errorf("%d parts", n)
		}
		got, err := to.restore(b, false)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Migrated) > 0 {
			t.Errorf("migrated: %v", got.Migrated)
		}
		if differ := backup.Same(res.Manifest, to.digests()); len(differ) > 0 {
			t.Errorf("restored otherwise: %v", differ)
		}
		d, err := db.Open(t.Context(), to.address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		again := &forum{t: t, address: to.address, dir: to.dir, db: d}
		second, _ := again.backup()
		if differ := backup.Same(res.Manifest, second.Manifest); len(differ) > 0 || second.Manifest.Files != res.Manifest.Files || second.Manifest.Data["demo"] != res.Manifest.Data["demo"] {
			t.Errorf("a backup of what was restored differs in %v: %+v", differ, second.Manifest)
		}
		var text, parent, owner string
		var fence, lease int64
		for _, q := range []struct {
			query string
			to    []any
		}{
			{"SELECT name FROM accounts", []any{&text}},
			{"SELECT parent FROM bodies WHERE id = 'a'", []any{&parent}},
			{"SELECT owner, fence, lease_until FROM followers", []any{&owner, &fence, &lease}},
		} {
			if err := d.Read.NewRaw(q.query).Scan(t.Context(), q.to...); err != nil {
				t.Fatal(err)
			}
		}
		if text != odd || parent != "b" || owner != "" || fence != 3 || lease != 0 {
			t.Errorf("%q %q %q %d %d", text, parent, owner, fence, lease)
		}
		var n int
		if err := d.Read.NewRaw("SELECT COUNT(*) FROM account_sessions").Scan(t.Context(), &n); err != nil || n != 0 {
			t.Errorf("%d sessions came along, %v", n, err)
		}
		if _, err := d.Write.ExecContext(t.Context(), "INSERT INTO bodies (id, slug, kind, status, name, purpose, years, links, parent, as_seen, created) VALUES ('q', 'q', 'panel', '', '{}', '{}', '[]', '[]', 'nobody', '{}', 1)"); err == nil {
			t.Error("references are not held any more")
		}
		// Migrating again finds nothing to do, as the next start of a server.
		if err := d.Migrate(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Whoever writes goes on, and what was backed up is the record up to one moment.
func TestWhileOthersWrite(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		f := newForum(t, address)
		f.fill()
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		var written int64 = 9
		wg.Go(func() {
			for n := int64(10); ctx.Err() == nil; n++ { // a row and its event in one transaction
				tx, err := f.db.Write.BeginTx(t.Context(), nil)
				if err != nil {
					t.Error(err)
					return
				}
				_, err = tx.ExecContext(t.Context(), fmt.Sprintf("INSERT INTO form_drafts (thing, account, typed, base, at) VALUES ('n%d', 'acc', 'x', %d, 0)", n, n))
				if err == nil {
					_, err = tx.ExecContext(t.Context(), fmt.Sprintf("INSERT INTO events (seq, id, act, at, kind, subject, scope, visibility, data) VALUES (%d, 'n%d', 'a', 1, 'x.y', 's', 'forum', 'public', '{}')", n, n))
				}
				if err = errors.Join(err, tx.Commit()); err != nil {
					t.Error(err)
					return
				}
				written = n
				time.Sleep(2 * time.Millisecond)
			}
		})
		for range 3 {
			res, b := f.backup()
			place := res.Header.Place
			if got := res.Manifest.Tables["events"].Rows; got != place {
				t.Errorf("%d events, the last is %d", got, place)
			}
			if got := res.Manifest.Tables["form_drafts"].Rows; got != place-9+30 {
				t.Errorf("%d rows of acts, want %d: an act is halved", got, place-9+30)
			}
			if _, err := backup.Read(t.Context(), bytes.NewReader(b), nil, nil); err != nil {
				t.Error(err)
			}
		}
		stop()
		wg.Wait()
		if written < 11 {
			t.Errorf("the writer waited: %d", written)
		}
	})
}

// A backup goes into an empty database only, or where it is said that what stands gives way.
func TestOccupied(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		from, to := newForum(t, testkit.SQLite(t)), newForum(t, address)
		from.fill()
		res, b := from.backup()
		to.do("INSERT INTO scope_versions (scope, version) VALUES ('forum', 1)")
		old := to.put("an old file")
		before := to.digests()
		if _, err := to.restore(b, false); !errors.Is(err, backup.ErrOccupied) || !strings.Contains(err.Error(), "2 rows") {
			t.Errorf("into a forum that stands: %v", err)
		}
		if differ := backup.Same(before, to.digests()); len(differ) > 0 {
			t.Errorf("%v changed", differ)
		}
		to.served = true
		if _, err := to.restore(b, true); err == nil || !strings.Contains(err.Error(), "stop it first") {
			t.Errorf("under a server that runs: %v", err)
		}
		to.served = false
		if !to.db.Postgres() {
			_ = to.db.Close()
		}
		if _, err := to.restore(b, true); err != nil {
			t.Fatal(err)
		}
		if differ := backup.Same(res.Manifest, to.digests()); len(differ) > 0 {
			t.Errorf("restored otherwise: %v", differ)
		}
		if _, err := os.Stat(to.path(old)); err != nil {
			t.Errorf("a file of before was removed: %v", err)
		}
		to.nothingBeside()
	})
}

// nothingBeside holds that a restore leaves nothing of its own.
func (f *forum) nothingBeside() {
	f.t.Helper()
	if path, ok := strings.CutPrefix(f.address, "sqlite:"); ok {
		if list, _ := filepath.Glob(path + ".restoring*"); len(list) > 0 {
			f.t.Errorf("left behind: %v", list)
		}
		return
	}
	var n int
	if err := f.db.Read.NewRaw("SELECT COUNT(*) FROM pg_namespace WHERE nspname = 'plenary_restoring'").Scan(f.t.Context(), &n); err != nil || n > 0 {
		f.t.Errorf("a schema is left behind: %d, %v", n, err)
	}
}

func TestForeignTables(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		f := newForum(t, address)
		_, b := f.backup()
		for _, tables := range []string{"events", "goose_db_version"} {
			f.do("ALTER TABLE " + tables + " RENAME TO other_" + tables)
		}
		if _, err := f.restore(b, true); err == nil || !strings.Contains(err.Error(), "not Plenary's") {
			t.Errorf("among other tables: %v", err)
		}
	})
}

// A file is written as a whole or not at all, and replaces none by mistake.
func TestWriteFile(t *testing.T) {
	f := newForum(t, testkit.SQLite(t))
	f.fill()
	dir := t.TempDir()
	path := filepath.Join(dir, "forum.backup")
	if _, err := backup.WriteFile(t.Context(), f.source(), path, false); err != nil {
		t.Fatal(err)
	}
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if _, err := backup.WriteFile(t.Context(), f.source(), path, false); !errors.Is(err, backup.ErrThere) {
		t.Errorf("over a file: %v", err)
	}
	f.do("UPDATE events SET data = 'no json' WHERE seq = 5")
	if _, err := backup.WriteFile(t.Context(), f.source(), path, true); err == nil || !strings.Contains(err.Error(), "events: row 5: events.data") {
		t.Errorf("a value that is none: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := backup.WriteFile(ctx, f.source(), path, true); !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
	now, err := os.ReadFile(path)
	list, _ := os.ReadDir(dir)
	if err != nil || !bytes.Equal(was, now) || len(list) != 1 {
		t.Errorf("the file of before is not as it was: %v, %v", err, list)
	}
	f.do("UPDATE events SET data = '{}' WHERE seq = 5")
	if _, err := backup.WriteFile(t.Context(), f.source(), path, true); err != nil {
		t.Error(err)
	}
	if _, err := backup.WriteFile(t.Context(), f.source(), filepath.Join(dir, "no", "such", "folder"), false); err == nil {
		t.Error("into no folder")
	}
}

// What the forum has lost is named; its backup is good all the same.
func TestLostFiles(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		from, to := newForum(t, testkit.SQLite(t)), newForum(t, address)
		gone, changed, dropped, whole := from.put("gone"), from.put("changed"), from.put("dropped"), from.put("whole")
		from.do("UPDATE blobs SET dropped = 1 WHERE hash = ?", dropped)
		for _, id := range []string{gone, dropped} {
			if err := os.Remove(from.path(id)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(from.path(changed), []byte("chanted"), 0o600); err != nil {
			t.Fatal(err)
		}
		res, b := from.backup()
		if len(res.Lost) != 2 || len(res.Manifest.Missing) != 2 || len(res.Manifest.Damaged) != 1 || res.Manifest.Damaged[0] != changed {
			t.Errorf("lost %v, %+v", res.Lost, res.Manifest)
		}
		// Bytes that stand there broken are mended.
		if err := os.MkdirAll(filepath.Dir(to.path(whole)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to.path(whole), []byte("hole"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := to.restore(b, false); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(to.path(whole)); err != nil || string(got) != "whole" {
			t.Errorf("%q, %v", got, err)
		}
		if _, err := os.Stat(to.path(changed)); err == nil {
			t.Error("changed bytes were restored under a hash that is not theirs")
		}
	})
}
