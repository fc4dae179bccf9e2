package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/uptrace/bun"
)

// Copied says what Copy has done.
type Copied struct {
	Files, There int   // copied; there already
	Bytes        int64 // copied
	Broken       []string
}

// Copy brings all files of one place to another that it does not have. Files never change, so
// that it may be done while a forum is served, and again for what came meanwhile. A file whose
// bytes are not those of its name stays behind and is named.
func Copy(ctx context.Context, from, to Place) (Copied, error) {
	var out Copied
	for info, err := range from.List(ctx) {
		if err != nil {
			return out, err
		}
		there, err := to.Stat(ctx, info.ID)
		if err == nil && there.Size == info.Size {
			out.There++
			continue
		}
		if err != nil && !errors.Is(err, errGone) {
			return out, err
		}
		whole, err := copyOne(ctx, from, to, info)
		if err != nil {
			return out, fmt.Errorf("copy file %s: %w", info.ID, err)
		}
		if !whole {
			out.Broken = append(out.Broken, info.ID)
			continue
		}
		out.Files++
		out.Bytes += info.Size
	}
	return out, nil
}

func copyOne(ctx context.Context, from, to Place, info Info) (whole bool, err error) {
	r, err := from.Get(ctx, info.ID)
	if err != nil {
		return false, err
	}
	defer r.Close()
	f, done, err := scratch(to)
	if err != nil {
		return false, err
	}
	defer done()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), &reader{ctx, r})
	if err != nil {
		return false, err
	}
	if hex.EncodeToString(h.Sum(nil)) != info.ID {
		return false, nil
	}
	return true, to.Put(ctx, info.ID, f, n)
}

// scratch makes a file on its way to a place; done takes it away.
func scratch(p Place) (f *os.File, done func(), err error) {
	if err := os.MkdirAll(p.Scratch(), 0o750); err != nil {
		return nil, nil, fmt.Errorf("keep file: %w", err)
	}
	f, err = os.CreateTemp(p.Scratch(), "put-")
	if err != nil {
		return nil, nil, fmt.Errorf("keep file: %w", err)
	}
	return f, func() {
		_ = f.Close()           // it is closed already if all went well
		_ = os.Remove(f.Name()) // and has another name
	}, nil
}

// Orphans gives the files of the place that are listed nowhere and were sent longer ago than
// old: of uploads whose act never came, of a process that died between.
func (s *Store) Orphans(ctx context.Context, now time.Time, old time.Duration) ([]Info, error) {
	var out, some []Info
	look := func() error {
		ids := make([]string, 0, len(some))
		for _, i := range some {
			ids = append(ids, i.ID)
		}
		listed, err := s.listed(ctx, ids)
		for _, i := range some {
			if !listed[i.ID] {
				out = append(out, i)
			}
		}
		some = some[:0]
		return err
	}
	for info, err := range s.place.List(ctx) {
		if err != nil {
			return nil, err
		}
		if now.Sub(info.Sent) <= old {
			continue
		}
		if some = append(some, info); len(some) == 500 {
			if err := look(); err != nil {
				return nil, err
			}
		}
	}
	return out, look()
}

// DropOrphans takes the files away that Orphans gives and returns how many they were.
func (s *Store) DropOrphans(ctx context.Context, now time.Time, old time.Duration) (int, error) {
	list, err := s.Orphans(ctx, now, old)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, i := range list {
		// Somebody may have sent and listed it since.
		if listed, err := s.listed(ctx, []string{i.ID}); err != nil {
			return n, err
		} else if listed[i.ID] || s.freshFor(ctx, i.ID, old) {
			continue
		}
		if err := s.place.Delete(ctx, i.ID); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (s *Store) listed(ctx context.Context, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(ids) == 0 {
		return out, nil
	}
	var have []string
	if err := s.rec.DB.Read.NewSelect().Model((*Blob)(nil)).Column("hash").Where("hash IN (?)", bun.List(ids)).Scan(ctx, &have); err != nil {
		return nil, fmt.Errorf("look for listed files: %w", err)
	}
	for _, id := range have {
		out[id] = true
	}
	return out, nil
}
