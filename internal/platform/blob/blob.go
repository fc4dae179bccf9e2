// Package blob keeps files: each under the hash of its bytes, in a folder or in a store
// that speaks S3. What is kept is never changed, and the same bytes are kept once. Who may see a file is not
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

// Store is the place of files and their list.
type Store struct {
	rec   *record.Record
	place Place
	limit int64
}

// New opens the store in a folder, which is made when the first file comes. limit is
// the largest file in bytes; 0 means DefaultLimit.
func New(rec *record.Record, dir string, limit int64) *Store {
	return NewAt(rec, NewFolder(dir), limit)
}

// NewAt is New at any place.
func NewAt(rec *record.Record, place Place, limit int64) *Store {
	if limit <= 0 {
		limit = DefaultLimit
	}
	return &Store{rec: rec, place: place, limit: limit}
}

// Place is where the bytes lie.
func (s *Store) Place() Place { return s.place }

// Put keeps the bytes of a file and says what they are; contentType is what the sender
// says they are and settles what the bytes leave open. The bytes are safe in their
// place when it returns. The file is nobody's until an act registers it (RegisterTx): Put
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
	f, done, err := scratch(s.place)
	if err != nil {
		return Blob{}, err
	}
	defer done()
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
	return b, s.place.Put(ctx, b.ID, f, n)
}

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
	Content
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
	f, err := s.place.Get(ctx, id)
	if errors.Is(err, errGone) {
		return nil, fmt.Errorf("the bytes of file %s are not in their place: %w", id, err)
	}
	if err != nil {
		return nil, err
	}
	return &File{Content: f, Blob: b}, nil
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
