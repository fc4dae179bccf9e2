package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"plenary/internal/core"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
)

// Source is the forum that is backed up.
type Source struct {
	DB      *db.DB
	Files   blob.Place        // nil where there are none
	Data    map[string]string // files of the data folder that the forum needs: name → path; those that are not there are left out
	Program string            // version of the program
	Say     func(Progress)    // nil: nothing is told
}

// Progress is how far it is: a stage, what is worked on, and what there was of it.
type Progress struct {
	Stage string // backup, verify, load, compare, files, migrate
	What  string
	Rows  int64
	Bytes int64 // of files
}

// Result is what was written.
type Result struct {
	Header   *Header
	Manifest *Manifest
	Lost     []string // listed files, held by somebody, whose bytes were not there or were others
}

// Write writes a backup of the forum as it stands at one moment while others write. It
// reads only.
func Write(ctx context.Context, src Source, out io.Writer) (_ *Result, err error) {
	z, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, fmt.Errorf("write backup: %w", err)
	}
	w := &writer{src: src, tar: tar.NewWriter(z), made: core.At(core.Machine().Truncate(time.Second))}
	if src.Say == nil {
		w.src.Say = func(Progress) {}
	}
	defer func() {
		if err != nil {
			_ = z.Close() // its goroutines end; what it wrote is thrown away
		}
	}()
	if err := w.all(ctx); err != nil {
		return nil, err
	}
	if err := errors.Join(w.tar.Close(), z.Close()); err != nil {
		return nil, fmt.Errorf("write backup: %w", err)
	}
	return &Result{w.header, w.sums, w.lost}, nil
}

type writer struct {
	src    Source
	tar    *tar.Writer
	made   core.Instant
	header *Header
	sums   *Manifest
	listed []listed
	lost   []string
	rows   int64
}

// listed is a file as the list of files has it.
type listed struct {
	id      string
	dropped bool // somebody let go of it: its bytes may go at any time
}

func (w *writer) all(ctx context.Context) error {
	if err := w.tables(ctx); err != nil {
		return err
	}
	if err := w.files(ctx); err != nil {
		return err
	}
	if err := w.data(); err != nil {
		return err
	}
	b, err := marshal(w.sums)
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if err := w.entry(manifestName, b); err != nil {
		return err
	}
	return w.entry(sumName, []byte(sumOf(b)+"  "+manifestName+"\n"))
}

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (w *writer) head(name string, size int64) error {
	if err := w.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: w.made.Time()}); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	return nil
}

func (w *writer) entry(name string, b []byte) error {
	if err := w.head(name, int64(len(b))); err != nil {
		return err
	}
	if _, err := w.tar.Write(b); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	return nil
}

// tables writes header and rows out of one snapshot.
func (w *writer) tables(ctx context.Context) error {
	tx, err := w.src.DB.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	r := &reader{tx, w.src.DB.Postgres(), leftOut, blanked}
	if w.header, err = w.describe(ctx, r); err != nil {
		return err
	}
	b, err := marshal(w.header)
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if err := w.entry(headerName, b); err != nil {
		return err
	}
	w.sums = &Manifest{Header: sumOf(b), Tables: map[string]Sum{}, Data: map[string]string{}}
	for i := range w.header.Tables {
		t := &w.header.Tables[i]
		if w.header.LeftOut[t.Name] != "" {
			continue
		}
		n := 0
		sum, err := r.rows(ctx, t, func(lines []byte) error {
			n++
			return w.entry(part(t.Name, n), lines)
		}, w.row(t))
		if err != nil {
			return fmt.Errorf("read table %s: %w", t.Name, err)
		}
		w.sums.Tables[t.Name] = sum
		w.rows += sum.Rows
		w.src.Say(Progress{Stage: "backup", What: t.Name, Rows: w.rows})
	}
	return nil
}

// describe makes the header.
func (w *writer) describe(ctx context.Context, r *reader) (*Header, error) {
	h := &Header{Format: formatName, Version: Version, Program: w.src.Program, Made: w.made, Database: "sqlite", LeftOut: map[string]string{}, Blanked: blanked}
	if r.postgres {
		h.Database = "postgres"
	}
	var err error
	if h.Tables, err = r.tables(ctx); err != nil {
		return nil, err
	}
	for _, t := range h.Tables {
		if why := leftOut[t.Name]; why != "" {
			h.LeftOut[t.Name] = why
		}
	}
	if len(h.Tables) == 0 {
		return nil, errors.New("the database is empty: there is nothing to back up")
	}
	err = r.each(ctx, "SELECT version_id FROM "+versions+" WHERE is_applied = TRUE AND version_id > 0 ORDER BY version_id", func(scan func(...any) error) error {
		var v int64
		err := scan(&v)
		h.Schema = append(h.Schema, v)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the version of the schema: %w", err)
	}
	h.Schema = slices.Compact(h.Schema)
	if err := r.tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(seq), 0) FROM events").Scan(&h.Place); err != nil {
		return nil, fmt.Errorf("read end of record: %w", err)
	}
	return h, nil
}

// row notes what is needed later of the rows of a table.
func (w *writer) row(t *Table) func(values []any) {
	if t.Name != "blobs" {
		return nil
	}
	at := func(name string) int {
		return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	}
	id, dropped := at("hash"), at("dropped")
	return func(values []any) {
		if s, ok := values[id].(string); ok {
			w.listed = append(w.listed, listed{s, dropped >= 0 && values[dropped] != nil})
		}
	}
}

// rows reads all rows of a table and hands their lines on in parts.
func (r *reader) rows(ctx context.Context, t *Table, handOn func(lines []byte) error, look func(values []any)) (sum Sum, err error) {
	rows, err := r.tx.QueryContext(ctx, r.selectAll(t))
	if err != nil {
		return sum, err
	}
	defer func() { _ = rows.Close() }()
	l, digest := newLiner(t, r.blank), sha256.New()
	values, dest := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		dest[i] = &values[i]
	}
	flush := func() error {
		_, _ = digest.Write(l.buf.Bytes()) // a hash takes all
		sum.Bytes += int64(l.buf.Len())
		err := handOn(l.buf.Bytes())
		l.buf.Reset()
		return err
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return sum, err
		}
		if err := l.add(values); err != nil {
			return sum, fmt.Errorf("row %d: %w", sum.Rows+1, err)
		}
		if look != nil {
			look(values)
		}
		sum.Rows++
		if l.buf.Len() >= partSize {
			if err := flush(); err != nil {
				return sum, err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return sum, err
	}
	if l.buf.Len() > 0 {
		if err := flush(); err != nil {
			return sum, err
		}
	}
	sum.SHA256 = hex.EncodeToString(digest.Sum(nil))
	return sum, nil
}

// files writes the bytes of the files that are listed.
func (w *writer) files(ctx context.Context) error {
	for _, f := range w.listed {
		if !hashOfText.MatchString(f.id) {
			continue // a flaw of the list, which check names
		}
		if err := w.file(ctx, f); err != nil {
			return fmt.Errorf("file %s: %w", f.id, err)
		}
	}
	return nil
}

func (w *writer) file(ctx context.Context, f listed) error {
	if w.src.Files == nil {
		w.sums.Missing = append(w.sums.Missing, f.id)
		return nil
	}
	info, err := w.src.Files.Stat(ctx, f.id)
	if errors.Is(err, fs.ErrNotExist) {
		w.sums.Missing = append(w.sums.Missing, f.id)
		if !f.dropped {
			w.lost = append(w.lost, f.id)
		}
		return nil
	}
	if err != nil {
		return err
	}
	in, err := w.src.Files.Get(ctx, f.id)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // it was only read
	size := info.Size
	if err := w.head("files/"+f.id, size); err != nil {
		return err
	}
	digest := sha256.New()
	n, err := io.Copy(io.MultiWriter(w.tar, digest), io.LimitReader(in, size))
	if err != nil {
		return err
	}
	if n < size { // it is shorter than it says
		if _, err := io.CopyN(w.tar, zeros{}, size-n); err != nil {
			return err
		}
	}
	if n < size || hex.EncodeToString(digest.Sum(nil)) != f.id {
		w.sums.Damaged, w.lost = append(w.sums.Damaged, f.id), append(w.lost, f.id)
	}
	w.sums.Files.Count++
	w.sums.Files.Bytes += size
	w.src.Say(Progress{Stage: "files", What: f.id, Rows: w.sums.Files.Count, Bytes: w.sums.Files.Bytes})
	return nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// data writes what else the data folder holds.
func (w *writer) data() error {
	for _, name := range slices.Sorted(maps.Keys(w.src.Data)) {
		b, err := os.ReadFile(w.src.Data[name])
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		if len(b) > smallFile || !dataName.MatchString("data/"+name) {
			return fmt.Errorf("%s is no file that a backup takes", name)
		}
		if err := w.entry("data/"+name, b); err != nil {
			return err
		}
		w.sums.Data[name] = sumOf(b)
	}
	return nil
}
