// Package blob keeps files: each under the hash of its bytes, in a folder. What is
// kept is never changed, and the same bytes are kept once. Who may see a file is not
// known here: the room that holds its hash decides before it serves it.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Blob is one file.
type Blob struct {
	bun.BaseModel `bun:"table:blobs,alias:b" json:"-"`

	ID      string       `bun:"hash,pk" json:"id" doc:"SHA-256 of the bytes, in hexadecimal"`
	Size    int64        `bun:"size" json:"size"`
	Type    string       `bun:"type" json:"type" doc:"media type, found by looking into the file"`
	Name    string       `bun:"name" json:"name" doc:"as it was called when it came"`
	Created core.Instant `bun:"created" json:"created"`
	AddedBy core.ID      `bun:"added_by" json:"-"` // account; empty for the program
}

// DefaultLimit is the largest file that is taken unless New is told otherwise.
const DefaultLimit = 8 << 20

// Store is the folder of files and its list.
type Store struct {
	rec   *record.Record
	dir   string
	limit int64
}

// New opens the store in a folder, which is made when the first file comes. limit is
// the largest file in bytes; 0 means DefaultLimit.
func New(rec *record.Record, dir string, limit int64) *Store {
	if limit <= 0 {
		limit = DefaultLimit
	}
	return &Store{rec: rec, dir: dir, limit: limit}
}

// Put keeps the bytes of a file and says what they are; contentType is what the sender
// says they are and settles what the bytes leave open. The bytes are safe on the disk
// when it returns. The file is nobody's until an act registers it (RegisterTx): Put
// comes before the act, for inside it nothing may wait for a disk. A file that is too
// large is core.KindTooLarge; one of a type that is not taken, or without bytes,
// core.Invalid.
func (s *Store) Put(ctx context.Context, r io.Reader, name, contentType string) (Blob, error) {
	return s.put(ctx, r, name, s.limit, func(f *os.File, size int64, name string) (string, error) {
		return typeOf(f, size, name, contentType)
	})
}

// PutMedia is Put for a sound or a film of up to limit bytes, and for nothing else.
func (s *Store) PutMedia(ctx context.Context, r io.Reader, name string, limit int64) (Blob, error) {
	return s.put(ctx, r, name, limit, mediaType)
}

func (s *Store) put(ctx context.Context, r io.Reader, name string, limit int64, typeOf func(f *os.File, size int64, name string) (string, error)) (Blob, error) {
	tmp := filepath.Join(s.dir, "tmp")
	if err := os.MkdirAll(tmp, 0o750); err != nil {
		return Blob{}, fmt.Errorf("keep file: %w", err)
	}
	f, err := os.CreateTemp(tmp, "put-")
	if err != nil {
		return Blob{}, fmt.Errorf("keep file: %w", err)
	}
	defer func() {
		_ = f.Close()           // it is closed already if all went well
		_ = os.Remove(f.Name()) // and has another name
	}()
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, hash), io.LimitReader(&reader{ctx, r}, limit+1))
	switch {
	case err != nil:
		return Blob{}, fmt.Errorf("keep file: %w", err)
	case n > limit:
		return Blob{}, &core.Error{Kind: core.KindTooLarge, Key: "error.too_large", Args: []any{"Limit", web.SizeWords(limit)}}
	case n == 0:
		return Blob{}, core.Invalid("blob.empty")
	}
	b := Blob{ID: hex.EncodeToString(hash.Sum(nil)), Size: n, Name: cleanName(name)}
	if b.Type, err = typeOf(f, n, b.Name); err != nil {
		return Blob{}, err
	}
	return b, s.settle(f, b.ID)
}

// settle gives a temporary file its place. What has a place is whole.
func (s *Store) settle(f *os.File, id string) error {
	path := s.path(id)
	if _, err := os.Stat(path); err == nil {
		now := core.Machine()
		_ = os.Chtimes(path, now, now) // so that Remove leaves them to who registers them now
		return nil                     // the same bytes are here already
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("keep file: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("keep file: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("keep file: %w", err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("keep file: %w", err)
	}
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := syncDir(d); err != nil {
			return fmt.Errorf("keep file: %w", err)
		}
	}
	return nil
}

// syncDir makes a new name in a folder durable. Windows does so by itself.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// path is where the bytes of a hash lie: ab/cdef….
func (s *Store) path(id string) string { return filepath.Join(s.dir, id[:2], id[2:]) }

// RegisterTx lists a file that was Put, inside the act that makes use of it; the act
// appends its own event. Bytes that are listed already keep their first name; if they were dropped,
// they are held again.
func (s *Store) RegisterTx(ctx context.Context, tx *record.Tx, b Blob) error {
	if !valid(b.ID) {
		return fmt.Errorf("register file: %q is no hash", b.ID)
	}
	b.Created, b.AddedBy = tx.Now, tx.Actor.Account
	if _, err := tx.NewInsert().Model(&b).On("CONFLICT (hash) DO UPDATE").Set("dropped = NULL").Exec(ctx); err != nil {
		return fmt.Errorf("register file: %w", err)
	}
	return nil
}

// File is an open file with what is known of it. Whoever opens it closes it.
type File struct {
	*os.File
	Blob Blob
}

// Open opens a registered file. Whoever calls it has asked who may read it. A hash
// that is none, or not listed, is core.NotFound.
func (s *Store) Open(ctx context.Context, id string) (*File, error) {
	if !valid(id) {
		return nil, core.NotFound()
	}
	var b Blob
	if err := s.rec.DB.Read.NewSelect().Model(&b).Where("hash = ?", id).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	f, err := os.Open(s.path(id))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("the bytes of file %s are not in the folder: %w", id, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	return &File{File: f, Blob: b}, nil
}

func valid(id string) bool {
	return len(id) == 2*sha256.Size && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'f')
	})
}

// reader stops reading when the person has gone.
type reader struct {
	ctx context.Context // it lives as long as the one call
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
