package blob

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"plenary/internal/core"
)

// folder keeps files below a folder, as ab/cdef….
type folder struct{ dir string }

// NewFolder is a place in a folder, which is made when the first file comes.
func NewFolder(dir string) Place { return folder{dir} }

func (p folder) String() string  { return p.dir }
func (p folder) Scratch() string { return filepath.Join(p.dir, "tmp") }

// path is where the bytes of a hash lie.
func (p folder) path(id string) string { return filepath.Join(p.dir, id[:2], id[2:]) }

// Put gives a temporary file its place. What has a place is whole.
func (p folder) Put(_ context.Context, id string, f *os.File, _ int64) error {
	path := p.path(id)
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

func (p folder) Get(_ context.Context, id string) (Content, error) {
	f, err := os.Open(p.path(id))
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	return f, nil
}

func (p folder) Stat(_ context.Context, id string) (Info, error) {
	info, err := os.Stat(p.path(id))
	if err != nil {
		return Info{}, fmt.Errorf("look at file: %w", err)
	}
	return Info{ID: id, Size: info.Size(), Sent: info.ModTime()}, nil
}

func (p folder) Delete(_ context.Context, id string) error {
	if err := os.Remove(p.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("take file away: %w", err)
	}
	return nil
}

func (p folder) List(ctx context.Context) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		tops, err := entries(p.dir)
		if err != nil {
			yield(Info{}, err)
			return
		}
		for _, top := range tops {
			if !top.IsDir() || len(top.Name()) != 2 {
				continue
			}
			below, err := entries(filepath.Join(p.dir, top.Name()))
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(Info{}, err)
				return
			}
			for _, e := range below {
				id := top.Name() + e.Name()
				info, err := e.Info()
				if errors.Is(err, fs.ErrNotExist) || !valid(id) {
					continue // it went meanwhile, or is none of ours
				}
				if err != nil {
					yield(Info{}, fmt.Errorf("list files: %w", err))
					return
				}
				if !yield(Info{ID: id, Size: info.Size(), Sent: info.ModTime()}, nil) {
					return
				}
			}
		}
	}
}

// entries are those of a folder by name; of one that is not there, none.
func entries(dir string) ([]fs.DirEntry, error) {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return list, nil
}
