package blob_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// What everybody has let go of is taken away, bytes and all; what somebody holds stays.
func TestDropAndRemove(t *testing.T) {
	testkit.Databases(t, dropAndRemove)
}

func dropAndRemove(t *testing.T, url string) {
	rec, dir := openRecord(t, url), t.TempDir()
	s := blob.New(rec, dir, 0)
	ctx := t.Context()
	put := func(text string) blob.Blob {
		b, err := s.Put(ctx, strings.NewReader(text), "maria.txt", "text/plain")
		if err != nil {
			t.Fatal(err)
		}
		if err := rec.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error { return s.RegisterTx(ctx, tx, b) }); err != nil {
			t.Fatal(err)
		}
		return b
	}
	gone, held, fresh := put("gone"), put("held"), put("fresh")
	drop := func(b blob.Blob) {
		if err := rec.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error { return s.DropTx(ctx, tx, b.ID) }); err != nil {
			t.Fatal(err)
		}
	}
	file := func(b blob.Blob) string { return filepath.Join(dir, b.ID[:2], b.ID[2:]) }
	for _, b := range []blob.Blob{gone, held, fresh} {
		drop(b)
		f, err := s.Open(ctx, b.ID)
		if err != nil || f.Blob.Name != "file.txt" {
			t.Fatalf("dropped: %v", err)
		}
		_ = f.Close()
	}
	then := core.Machine().Add(-2 * time.Hour)
	for _, b := range []blob.Blob{gone, held} {
		if err := os.Chtimes(file(b), then, then); err != nil {
			t.Fatal(err)
		}
	}
	remove := func() {
		if err := s.Remove(ctx, func(_ context.Context, id string) (bool, error) { return id == held.ID, nil }); err != nil {
			t.Fatal(err)
		}
	}
	remove()
	remove()
	for b, want := range map[blob.Blob]bool{gone: false, held: true, fresh: true} {
		_, err := os.Stat(file(b))
		if (err == nil) != want {
			t.Errorf("%s: bytes there: %v", b.Name, err == nil)
		}
		f, err := s.Open(ctx, b.ID)
		if (err == nil) != want {
			t.Errorf("listed: %v", err)
		}
		if err == nil {
			_ = f.Close()
		}
	}
	put("gone") // comes again
	if flaws, err := s.Check(ctx); err != nil || len(flaws) > 0 {
		t.Errorf("%v %v", flaws, err)
	}
}
