package blob_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// E127: files that are missing or were changed are found.
func TestCheckOfFiles(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		rec, dir := openRecord(t, url), t.TempDir()
		s := blob.New(rec, dir, 0)
		var list []blob.Blob
		for _, body := range []string{"one", "two", "three"} {
			list = append(list, put(t, s, body+" is a text of some words.\n", body+".txt", "text/plain"))
		}
		if err := rec.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			for _, b := range list {
				if err := s.RegisterTx(ctx, tx, b); err != nil {
					return err
				}
			}
			tx.Append("file.added", tx.NewID(), core.ScopeForum, record.Internal, nil)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if flaws, err := s.Check(t.Context()); err != nil || len(flaws) > 0 {
			t.Fatalf("whole files have flaws: %v, %v", flaws, err)
		}
		place := func(b blob.Blob) string { return filepath.Join(dir, b.ID[:2], b.ID[2:]) }
		if err := os.Remove(place(list[0])); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(place(list[1]), []byte("Two is a text of some words.\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		flaws, err := s.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := map[core.ID]string{}
		for _, f := range flaws {
			got[f.Subject] = f.Code
		}
		if len(flaws) != 2 || got[core.ID(list[0].ID)] != "file-missing" || got[core.ID(list[1].ID)] != "file-changed" {
			t.Errorf("it finds %+v", flaws)
		}
	})
}
