package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"plenary/internal/core"
)

// Check looks at every registered file: its bytes must be in their place and have the hash
// and the size under which they are registered. It reads only.
func (s *Store) Check(ctx context.Context) ([]core.Flaw, error) {
	var out []core.Flaw
	after := ""
	for {
		var rows []Blob
		if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("hash > ?", after).OrderExpr("hash").Limit(500).Scan(ctx); err != nil {
			return nil, fmt.Errorf("read files: %w", err)
		}
		for _, b := range rows {
			what, err := s.look(ctx, b)
			if err != nil {
				return nil, err
			}
			if what.Code != "" {
				what.Subject, what.Where = core.ID(b.ID), "file "+b.ID
				out = append(out, what)
			}
			after = b.ID
		}
		if len(rows) < 500 {
			return out, nil
		}
	}
}

func (s *Store) look(ctx context.Context, b Blob) (core.Flaw, error) {
	if !valid(b.ID) {
		return core.Flaw{Code: "file-malformed", Text: fmt.Sprintf("%q is registered under what is no hash", b.Name)}, nil
	}
	f, err := s.place.Get(ctx, b.ID)
	if errors.Is(err, errGone) {
		return core.Flaw{Code: "file-missing", Text: fmt.Sprintf("%q is registered, and its bytes are not in the place of files", b.Name)}, nil
	}
	if err != nil {
		return core.Flaw{Code: "file-unreadable", Text: fmt.Sprintf("%q cannot be read: %v", b.Name, err)}, nil
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, &reader{ctx, f})
	switch {
	case ctx.Err() != nil:
		return core.Flaw{}, ctx.Err()
	case err != nil:
		return core.Flaw{Code: "file-unreadable", Text: fmt.Sprintf("%q cannot be read: %v", b.Name, err)}, nil
	case n != b.Size || hex.EncodeToString(h.Sum(nil)) != b.ID:
		return core.Flaw{Code: "file-changed", Text: fmt.Sprintf("the bytes of %q are not those that were registered", b.Name)}, nil
	}
	return core.Flaw{}, nil
}
