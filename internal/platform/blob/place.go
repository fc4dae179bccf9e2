package blob

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"
	"time"

	"plenary/internal/core"
)

// Place is where bytes lie, under their hashes: a folder, or a bucket of an S3-compatible
// store. What it does not have is fs.ErrNotExist.
type Place interface {
	// Put keeps a file whose bytes have that hash; they are safe when it returns. What is
	// there already is left as it is, but counts as sent just now.
	Put(ctx context.Context, id string, f *os.File, size int64) error
	// Get opens what lies there. Whoever opens it closes it; nothing is read before it is
	// asked for, so that parts of a film need not pass as a whole.
	Get(ctx context.Context, id string) (Content, error)
	Stat(ctx context.Context, id string) (Info, error)
	Delete(ctx context.Context, id string) error
	// List gives all that lies there, in the order of the hashes.
	List(ctx context.Context) iter.Seq2[Info, error]
	// Scratch is a folder for files on their way; it may not exist yet.
	Scratch() string
	// String says where it is, without secrets.
	String() string
}

// Content is an open file.
type Content interface {
	io.ReadSeekCloser
	io.ReaderAt
}

// Info is what a place knows of a file.
type Info struct {
	ID   string
	Size int64
	Sent time.Time // when the bytes were sent, by the clock of the place
}

// OpenPlace finds the place of an address: a folder, or s3://KEY:SECRET@HOST/BUCKET. An
// empty one is the folder that is given besides, where files on their way to a store lie too.
func OpenPlace(address, folder string) (Place, error) {
	switch {
	case address == "":
		return NewFolder(folder), nil
	case strings.HasPrefix(address, "s3:"):
		return openS3(address, folder)
	case strings.Contains(address, "://"):
		return nil, fmt.Errorf("files cannot lie at %q: want a folder or s3://KEY:SECRET@HOST/BUCKET", schemeOf(address))
	}
	return NewFolder(address), nil
}

func schemeOf(address string) string {
	scheme, _, _ := strings.Cut(address, "://")
	return scheme + "://…"
}

// away turns a failure of a store that cannot be reached into what a reader is told.
func away(err error) error {
	return &core.Error{Kind: core.KindUnavailable, Key: "blob.away", Err: err}
}

var errGone = fs.ErrNotExist
