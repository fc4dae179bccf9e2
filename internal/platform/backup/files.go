package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"plenary/internal/platform/blob"
)

// keep brings the bytes of a file to a place, if they have its hash and are not there
// whole already; added says that there was nothing before.
func keep(ctx context.Context, p blob.Place, id string, in io.Reader) (added bool, err error) {
	_, err = p.Stat(ctx, id)
	there := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if there {
		if whole, err := whole(ctx, p, id); err != nil || whole {
			return false, err
		}
		if err := p.Delete(ctx, id); err != nil {
			return false, err
		}
	}
	if err := os.MkdirAll(p.Scratch(), 0o750); err != nil {
		return false, err
	}
	f, err := os.CreateTemp(p.Scratch(), "restore-")
	if err != nil {
		return false, err
	}
	defer func() {
		_ = f.Close()           // it is closed already if all went well
		_ = os.Remove(f.Name()) // and has another name
	}()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), in)
	if err != nil {
		return false, err
	}
	if hex.EncodeToString(sum.Sum(nil)) != id {
		return false, fmt.Errorf("its bytes are not those of %s", id)
	}
	return !there, p.Put(ctx, id, f, n)
}

// whole tells whether the bytes that lie there are those of the hash.
func whole(ctx context.Context, p blob.Place, id string) (bool, error) {
	f, err := p.Get(ctx, id)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }() // it was only read
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return false, err
	}
	return hex.EncodeToString(sum.Sum(nil)) == id, nil
}
