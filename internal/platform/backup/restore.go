package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
)

// Target is where a backup is put back.
type Target struct {
	Database string
	Files    blob.Place
	Data     map[string]string // files of the data folder: name → path
	Replace  bool              // what stands there gives way
	Serves   Serves            // nil: nobody does
	Say      func(Progress)
}

// Restored is what was put back.
type Restored struct {
	*Contents
	Migrated []int64 // versions of the schema that came on top of the backup's own
}

// ErrOccupied is returned where a forum stands already.
var ErrOccupied = errors.New("there is a forum already")

// Restore puts a backup into a database. First the whole of it is read and held against
// its sums; then it is loaded beside what stands there, read back, held against the sums
// again and brought to the schema of this program; only then it takes its place, at once.
// Whatever goes wrong before that leaves the database as it was, and takes the files that
// it brought away again.
func Restore(ctx context.Context, in io.ReadSeeker, to Target) (_ *Restored, err error) {
	if to.Say == nil {
		to.Say = func(Progress) {}
	}
	known, err := db.Known()
	if err != nil {
		return nil, err
	}
	found, err := Read(ctx, in, known, to.Say)
	if err != nil {
		return nil, err
	}
	for name := range found.Manifest.Data {
		if to.Data[name] == "" {
			return nil, &NewerError{fmt.Sprintf("the backup holds a file %s of the data folder that this program does not know", name)}
		}
	}
	there, err := Look(ctx, to.Database, to.Serves)
	if err != nil {
		return nil, err
	}
	if err := there.gives(to); err != nil {
		return nil, err
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read backup again: %w", err)
	}
	p, err := newPlace(ctx, to.Database)
	if err != nil {
		return nil, err
	}
	r := &restorer{to: to, found: found, place: p}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.undo())
		}
	}()
	if err := r.load(ctx, in); err != nil {
		return nil, err
	}
	if err := r.compare(ctx); err != nil {
		return nil, err
	}
	to.Say(Progress{Stage: "migrate"})
	if err := p.db.Migrate(ctx); err != nil {
		return nil, err
	}
	// From here on it is not broken off.
	if err := p.swap(context.WithoutCancel(ctx)); err != nil {
		return nil, err
	}
	if err := r.data(); err != nil {
		return nil, fmt.Errorf("the database is restored, but the data folder is not: %w", err)
	}
	out := &Restored{Contents: found}
	for _, v := range known {
		if !slices.Contains(found.Header.Schema, v) {
			out.Migrated = append(out.Migrated, v)
		}
	}
	return out, nil
}

type restorer struct {
	to    Target
	found *Contents
	place *place
	added []string          // files that were not there before
	small map[string][]byte // files of the data folder
}

// load makes the schema of the backup and fills it.
func (r *restorer) load(ctx context.Context, in io.Reader) error {
	if err := r.place.db.MigrateTo(ctx, r.found.Header.Schema); err != nil {
		return err
	}
	if err := r.sameTables(ctx); err != nil {
		return err
	}
	l, err := newLoader(ctx, r.place.db, r.found.Header)
	if err != nil {
		return err
	}
	r.small = map[string][]byte{}
	again, err := walk(ctx, in, nil, visitor{
		lines: func(t *Table, lines []byte) error { return l.lines(ctx, t, lines) },
		file:  func(id string, _ int64, bytes io.Reader) error { return r.file(ctx, id, bytes) },
		data:  func(name string, b []byte) error { r.small[name] = b; return nil },
	}, "load", r.to.Say)
	if err != nil {
		return errors.Join(err, l.abandon())
	}
	if err := l.commit(ctx); err != nil {
		return err
	}
	if again.Manifest.Header != r.found.Manifest.Header || len(Same(again.Manifest, r.found.Manifest)) > 0 {
		return errors.New("the backup was changed while it was read")
	}
	return nil
}

// sameTables holds the schema that was made against that of the backup.
func (r *restorer) sameTables(ctx context.Context) error {
	tx, err := r.place.db.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	made, err := (&reader{tx: tx, postgres: r.place.db.Postgres()}).tables(ctx)
	if err != nil {
		return err
	}
	head := r.found.Header
	if len(made) != len(head.Tables) {
		return broken(headerName, "it names %d tables, and its version of the schema has %d", len(head.Tables), len(made))
	}
	for _, m := range made {
		t, ok := head.table(m.Name)
		if !ok || !slices.Equal(t.Columns, m.Columns) || !slices.Equal(t.Key, m.Key) {
			return broken(headerName, "table %s is not as its version of the schema has it", m.Name)
		}
	}
	return nil
}

func (r *restorer) file(ctx context.Context, id string, in io.Reader) error {
	if r.to.Files == nil || slices.Contains(r.found.Manifest.Damaged, id) {
		return nil
	}
	added, err := keep(ctx, r.to.Files, id, in)
	if added {
		r.added = append(r.added, id)
	}
	if err != nil {
		return fmt.Errorf("keep file %s: %w", id, err)
	}
	return nil
}

// compare reads what was loaded and holds it against the sums.
func (r *restorer) compare(ctx context.Context) error {
	tx, err := r.place.db.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	got, err := digests(ctx, &reader{tx, r.place.db.Postgres(), r.found.Header.LeftOut, r.found.Header.Blanked}, r.to.Say)
	if err != nil {
		return err
	}
	if differ := Same(got, r.found.Manifest); len(differ) > 0 {
		return fmt.Errorf("what was loaded is not what the backup holds: %s differ; the database keeps something otherwise than it was written", strings.Join(differ, ", "))
	}
	return nil
}

// data writes the files of the data folder; those that the backup has not go.
func (r *restorer) data() error {
	for name, path := range r.to.Data {
		b, ok := r.small[name]
		if !ok {
			if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, b) {
			continue
		}
		if err := os.WriteFile(path+".restoring", b, 0o600); err != nil {
			return err
		}
		if err := os.Rename(path+".restoring", path); err != nil {
			return err
		}
	}
	return nil
}

// undo takes away what was put beside what stands.
func (r *restorer) undo() error {
	if r.place.done {
		return nil
	}
	ctx := context.Background()
	err := r.place.drop(ctx)
	for _, id := range r.added {
		err = errors.Join(err, r.to.Files.Delete(ctx, id))
	}
	return err
}
