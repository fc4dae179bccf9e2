package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/backup"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
)

// kept are the files of the data folder that the forum needs, besides the database and the
// files that people send.
var kept = []string{"demo"}

// keptIn are their paths.
func (c *Config) keptIn() map[string]string {
	out := map[string]string{}
	for _, name := range kept {
		out[name] = filepath.Join(c.Data, name)
	}
	return out
}

func (c *Config) database() string {
	if c.Database != "" {
		return c.Database
	}
	return "sqlite:" + filepath.Join(c.Data, "plenary.db")
}

// Source is the forum of a configuration for a backup: nothing is wired, made or changed,
// and its schema may be another than this program's. Whoever opens it calls done.
func Source(ctx context.Context, cfg Config) (src backup.Source, done func(), err error) {
	address := cfg.database()
	if err := fileThere(address); err != nil {
		return src, nil, err
	}
	place, err := cfg.place()
	if err != nil {
		return src, nil, err
	}
	d, err := db.Open(ctx, address)
	if err != nil {
		return src, nil, err
	}
	return backup.Source{DB: d, Files: place, Data: cfg.keptIn(), Program: Version}, func() { _ = d.Close() }, nil
}

// place is where the files of a configuration lie.
func (c *Config) place() (blob.Place, error) {
	return blob.OpenPlace(c.Files, filepath.Join(c.Data, "files"))
}

// Restored is what was put back.
type Restored struct {
	*backup.Restored
	Back []core.ID // accounts that were erased where the backup was put, and are there again
}

// Restore puts a backup into the place of a configuration and takes the search index away,
// which is built anew from what was restored.
func Restore(ctx context.Context, cfg Config, in io.ReadSeeker, replace bool, say func(backup.Progress)) (*Restored, error) {
	if err := os.MkdirAll(cfg.Data, 0o750); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	place, err := cfg.place()
	if err != nil {
		return nil, err
	}
	gone, err := erased(ctx, cfg.database())
	if err != nil {
		return nil, err
	}
	res, err := backup.Restore(ctx, in, backup.Target{
		Database: cfg.database(), Files: place, Data: cfg.keptIn(), Replace: replace, Serves: serves, Say: say,
	})
	if err != nil {
		return nil, err
	}
	folders, err := filepath.Glob(filepath.Join(cfg.Data, "search*"))
	for _, f := range folders {
		if err == nil {
			err = os.RemoveAll(f)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the forum is restored, but the old search index cannot be removed (run plenary reindex): %w", err)
	}
	still, err := erased(ctx, cfg.database())
	if err != nil {
		return nil, fmt.Errorf("the forum is restored; looking for persons who were erased: %w", err)
	}
	out := &Restored{Restored: res}
	for _, id := range gone {
		if !slices.Contains(still, id) {
			out.Back = append(out.Back, id)
		}
	}
	return out, nil
}

// erased are the accounts of a database whose owners were erased.
func erased(ctx context.Context, address string) (out []core.ID, err error) {
	there, err := backup.Look(ctx, address, nil)
	if err != nil || there.Rows == 0 {
		return nil, err
	}
	d, err := db.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }()
	if err := d.Read.NewRaw("SELECT id FROM accounts WHERE email_key LIKE 'erased/%' ORDER BY id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("look for persons who were erased: %w", err)
	}
	return out, nil
}

// Standing is what stands where a configuration points.
func Standing(ctx context.Context, cfg Config) (*backup.Standing, error) {
	return backup.Look(ctx, cfg.database(), serves)
}

// quiet is how long no server must have told of itself.
const quiet = 50 * time.Second

// serves tells whether a server told of itself a short while ago.
func serves(ctx context.Context, d *db.DB) (bool, error) {
	applied, err := d.Applied(ctx)
	if err != nil || !slices.Contains(applied, 16) { // the table came with it
		return false, err
	}
	var seen int64
	if err := d.Read.NewRaw("SELECT COALESCE(MAX(seen), 0) FROM search_indexes").Scan(ctx, &seen); err != nil {
		return false, fmt.Errorf("look for servers: %w", err)
	}
	return seen > core.Machine().Add(-quiet).UnixMicro(), nil
}
