package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/backup"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
)

// integrity looks whether the database itself is whole: what it says of itself, and whether
// every row can be read and has values of the form of its columns, as a backup needs them.
type integrity struct{ db *db.DB }

// Check reads all rows of all tables. It changes nothing.
func (i integrity) Check(ctx context.Context) ([]core.Flaw, error) {
	var out []core.Flaw
	add := func(code, where, format string, args ...any) {
		out = append(out, core.Flaw{Code: code, Where: where, Text: fmt.Sprintf(format, args...)})
	}
	known, err := db.Known()
	if err != nil {
		return nil, err
	}
	applied, err := i.db.Applied(ctx)
	if err != nil {
		return nil, err
	}
	if lacks := missing(known, applied); len(lacks) > 0 {
		add("schema-old", "schema", "versions %v are not applied: start this version's server once", lacks)
	}
	query := "PRAGMA integrity_check(20)"
	if i.db.Postgres() {
		query = `SELECT 'constraint ' || conname || ' is not validated' FROM pg_constraint AS k JOIN pg_namespace AS n ON n.oid = k.connamespace WHERE NOT k.convalidated AND n.nspname = current_schema()
			UNION ALL SELECT 'index ' || c.relname || ' is not valid' FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND n.nspname = current_schema()`
	}
	var said []string
	if err := i.db.Read.NewRaw(query).Scan(ctx, &said); err != nil {
		add("database-damaged", "database", "it cannot be looked through: %v", err)
	}
	for _, s := range said {
		if s == "ok" { // as SQLite says that nothing is wrong
			continue
		}
		add("database-damaged", "database", "%s", strings.TrimSpace(s))
	}
	if _, err := backup.Digests(ctx, i.db, nil); err != nil {
		if c := ctx.Err(); c != nil {
			return nil, c
		}
		add("table-unreadable", "database", "%v", err)
	}
	return out, nil
}

// missing are the versions that are known and not applied.
func missing(known, applied []int64) (out []int64) {
	have := map[int64]bool{}
	for _, v := range applied {
		have[v] = true
	}
	for _, v := range known {
		if !have[v] {
			out = append(out, v)
		}
	}
	return out
}

// stored looks at the files: those that are listed, and bytes that nothing lists.
type stored struct{ blobs *blob.Store }

// orphaned is how long ago bytes were sent that nothing lists: the form that came with them
// was never saved.
const orphaned = 24 * time.Hour

// Check finds files that are missing, changed, or listed nowhere. It reads only.
func (s stored) Check(ctx context.Context) ([]core.Flaw, error) {
	out, err := s.blobs.Check(ctx)
	if err != nil {
		return nil, err
	}
	orphans, err := s.blobs.Orphans(ctx, core.Machine(), orphaned)
	if err != nil {
		return nil, err
	}
	for _, o := range orphans {
		out = append(out, core.Flaw{Code: "file-orphaned", Subject: core.ID(o.ID), Where: "file " + o.ID, Text: fmt.Sprintf("%d bytes of %s that nothing lists: plenary files orphans --drop takes them away", o.Size, o.Sent.UTC().Format(time.DateOnly))})
	}
	return out, nil
}

// working looks at what processes leave behind: leases, and work that does not go on.
type working struct{ db *db.DB }

const (
	farAhead = time.Hour        // no lease is given for so long
	tooLong  = 10 * time.Minute // work that a server does goes on sooner
	mailLate = 24 * time.Hour
)

// Check finds leases that nobody can have taken, cursors past the end of the record and, where
// a server runs, work that has stopped. It reads only.
func (w working) Check(ctx context.Context) ([]core.Flaw, error) {
	var out []core.Flaw
	var last int64
	if err := w.db.Read.NewRaw("SELECT COALESCE(MAX(seq), 0) FROM events").Scan(ctx, &last); err != nil {
		return nil, fmt.Errorf("read end of record: %w", err)
	}
	running, err := serves(ctx, w.db)
	if err != nil {
		return nil, err
	}
	now := core.Machine()
	var followers []struct {
		Name       string
		Cursor     int64
		LeaseUntil int64
	}
	if err := w.db.Read.NewRaw("SELECT name, cursor, lease_until FROM followers ORDER BY name").Scan(ctx, &followers); err != nil {
		return nil, fmt.Errorf("read followers: %w", err)
	}
	for _, f := range followers {
		until := time.UnixMicro(f.LeaseUntil)
		flaw := core.Flaw{Subject: core.ID(f.Name), Where: "follower " + f.Name}
		switch {
		case f.Cursor > last:
			flaw.Code, flaw.Text = "follower-ahead", fmt.Sprintf("it stands at event %d, and the last is %d: it will miss what comes", f.Cursor, last)
		case until.After(now.Add(farAhead)):
			flaw.Code, flaw.Text = "lease-stuck", fmt.Sprintf("its lease ends %s: the clock of who took it was wrong, and nobody else may work until then", until.UTC().Format(time.RFC3339))
		case running && f.Cursor < last && until.Before(now.Add(-tooLong)):
			flaw.Code, flaw.Text = "follower-stuck", fmt.Sprintf("it stands at event %d of %d, and nobody has worked on it since %s", f.Cursor, last, until.UTC().Format(time.RFC3339))
		default:
			continue
		}
		out = append(out, flaw)
	}
	var taken []struct {
		Name       string
		LeaseUntil int64
	}
	if err := w.db.Read.NewRaw("SELECT name, lease_until FROM leases WHERE lease_until > ? ORDER BY name", now.Add(farAhead).UnixMicro()).Scan(ctx, &taken); err != nil {
		return nil, fmt.Errorf("read leases: %w", err)
	}
	for _, l := range taken {
		out = append(out, core.Flaw{Code: "lease-stuck", Subject: core.ID(l.Name), Where: "lease " + l.Name, Text: fmt.Sprintf("it ends %s: the clock of who took it was wrong, and nobody else may work until then", time.UnixMicro(l.LeaseUntil).UTC().Format(time.RFC3339))})
	}
	if !running {
		return out, nil
	}
	var late int64
	if err := w.db.Read.NewRaw("SELECT COUNT(*) FROM outbox AS o WHERE o.state = 'queued' AND o.next_try < ? AND NOT EXISTS (SELECT 1 FROM mail_holds AS mh WHERE mh.kind IN ('', o.kind))", now.Add(-mailLate).UnixMicro()).Scan(ctx, &late); err != nil {
		return nil, fmt.Errorf("look at the outbox: %w", err)
	}
	if late > 0 {
		out = append(out, core.Flaw{Code: "mail-stuck", Where: "outbox", Text: fmt.Sprintf("%d mails should have gone out a day ago", late)})
	}
	return out, nil
}
