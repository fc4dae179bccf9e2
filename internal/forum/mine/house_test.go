package mine_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/mine"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// house is the demo with this room.
type house struct {
	*site.Site
	t    *testing.T
	mine *mine.Service
	part *participation.Service
}

func on(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, address string) {
		// What time brings, the tests call: it must not come between their own steps.
		x := site.Demo(t, address, func(cfg *app.Config) { cfg.Idle = true })
		h := &house{Site: x, t: t, mine: x.Mine, part: x.Participation}
		test(t, h)
	})
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.Record.Write(h.t.Context(), core.Operator, fn))
}

// demo is the account of a demo role.
func (h *house) demo(role string) authn.Account {
	h.t.Helper()
	var id core.ID
	h.ok(h.DB.Read.NewRaw("SELECT id FROM accounts WHERE demo_role = ?", role).Scan(h.t.Context(), &id))
	acc, err := h.Authn.ByID(h.t.Context(), id)
	h.ok(err)
	return acc
}

// strings of a query.
func (h *house) list(query string, args ...any) (out []string) {
	h.t.Helper()
	h.ok(h.DB.Read.NewRaw(query, args...).Scan(h.t.Context(), &out))
	return out
}

// age makes the bytes of a file look as if they had come long ago.
func age(data, hash string) error {
	then := core.Machine().Add(-2 * time.Hour)
	return filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, hash[2:]) {
			return err
		}
		return os.Chtimes(path, then, then)
	})
}
