package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	_ "modernc.org/sqlite" // the reference of the search

	"plenary/internal/platform/search"
)

// median of times.
func median(list []time.Duration) time.Duration {
	list = slices.Clone(list)
	slices.Sort(list)
	return list[len(list)/2]
}

// ratio is the median of what each run took, divided by the run of the reference that
// came with it.
func ratio(own, reference []time.Duration) string {
	var all []float64
	for i := range own {
		all = append(all, own[i].Seconds()/reference[i].Seconds())
	}
	slices.Sort(all)
	return fmt.Sprintf("%.2f", all[len(all)/2])
}

// reread is the reference of a page: golang.org/x/net/html reads it and writes it again.
func reread(page []byte) (time.Duration, error) {
	began := time.Now()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return 0, err
	}
	var out bytes.Buffer
	err = html.Render(&out, doc)
	return time.Since(began), err
}

// packed is the reference of a file: compress/gzip packs so many bytes of the same text.
func packed(text []byte) (time.Duration, error) {
	began := time.Now()
	w := gzip.NewWriter(&bytes.Buffer{})
	if _, err := w.Write(text); err != nil {
		return 0, err
	}
	err := w.Close()
	return time.Since(began), err
}

// fts is the reference of the search: the full-text index of SQLite over the same texts,
// words joined by AND, the best twenty by its own rank. It counts no facets, marks no
// words and asks nobody who may see what.
type fts struct {
	db    *sql.DB
	built time.Duration
}

func newFTS(ctx context.Context, dir string) (*fts, error) {
	db, err := sql.Open("sqlite", filepath.Join(dir, "fts.db"))
	if err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, "PRAGMA synchronous = OFF; CREATE VIRTUAL TABLE texts USING fts5(body, tokenize = 'unicode61')")
	return &fts{db: db}, err
}

func (f *fts) add(ctx context.Context, docs []search.Doc) error {
	began := time.Now()
	defer func() { f.built += time.Since(began) }()
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing to take back after the commit
	for _, d := range docs {
		if _, err := tx.ExecContext(ctx, "INSERT INTO texts (body) VALUES (?)", d.Body.String()); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (f *fts) ask(ctx context.Context, words []string) (time.Duration, error) {
	for i, w := range words {
		words[i] = `"` + strings.ReplaceAll(w, `"`, "") + `"`
	}
	began := time.Now()
	rows, err := f.db.QueryContext(ctx, "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT 20", strings.Join(words, " "))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return 0, err
		}
	}
	return time.Since(began), rows.Err()
}
