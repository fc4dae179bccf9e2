package search

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// store is one folder of the index as the library keeps it.
type store struct {
	dir, name string
	ix        index.Index
	users     sync.WaitGroup // searches that read from it
}

// Keys of what stands beside the documents, in the same commits.
var (
	keyCursor = []byte("cursor")
	keyFormat = []byte("format")
)

// complain is the name under which the library finds whom to tell of errors of its own
// goroutines; logs are by folder.
const complain = "plenary.search"

var logs sync.Map

func init() {
	scorch.RegistryAsyncErrorCallbacks[complain] = func(err error, path string) {
		if log, ok := logs.Load(path); ok {
			log.(*slog.Logger).Error("search index", "error", err, "path", path)
		}
	}
}

// openStore opens a folder, or makes it. What is damaged is an error here, not a panic
// later: the sums of all files that belong to the index are compared.
func openStore(root, name string, fresh bool, queue *index.AnalysisQueue, log *slog.Logger) (*store, error) {
	dir := filepath.Join(root, name)
	if fresh {
		if err := os.Mkdir(dir, 0o750); err != nil {
			return nil, err
		}
	} else {
		looked, err := startStore(dir, true, queue, log)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(looked.check(), looked.close()); err != nil {
			return nil, err
		}
	}
	s, err := startStore(dir, false, queue, log)
	if err != nil {
		return nil, err
	}
	s.name = name
	if fresh {
		if err := s.ix.SetInternal(keyFormat, []byte(strconv.Itoa(format))); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

// startStore lets the library open a folder. Read-only it changes nothing there.
func startStore(dir string, readOnly bool, queue *index.AnalysisQueue, log *slog.Logger) (_ *store, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("open %s: %v", filepath.Base(dir), r)
		}
	}()
	ix, err := scorch.NewScorch(scorch.Name, map[string]any{
		"path": dir, "bolt_timeout": "5s", "asyncErrorCallbackName": complain, "read_only": readOnly,
	}, queue)
	if err != nil {
		return nil, err
	}
	logs.Store(dir, log)
	if err := ix.Open(); err != nil {
		logs.Delete(dir)
		return nil, err
	}
	return &store{dir: dir, ix: ix}, nil
}

// check finds out whether the library opened what was written, for it begins an empty
// index where it cannot read the old one, and whether the files are whole. A file that
// was being written when the process was killed is none of them.
func (s *store) check() error {
	r, err := s.reader()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // a reader only lets go
	b, err := r.GetInternal(keyFormat)
	if err != nil {
		return err
	}
	if string(b) != strconv.Itoa(format) {
		return errors.New("the folder does not hold what was written")
	}
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil
	}
	for _, part := range snapshot.Segments() {
		if file, ok := part.Segment().(segment.PersistedSegment); ok {
			if err := checkSum(file.Path()); err != nil {
				return fmt.Errorf("%s: %w", filepath.Base(file.Path()), err)
			}
		}
	}
	return nil
}

func checkSum(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < 4 {
		return io.ErrUnexpectedEOF
	}
	sum := crc32.NewIEEE()
	if _, err := io.Copy(sum, io.LimitReader(f, info.Size()-4)); err != nil {
		return err
	}
	var want [4]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return err
	}
	if binary.BigEndian.Uint32(want[:]) != sum.Sum32() {
		return errors.New("the sum is wrong")
	}
	return nil
}

// reader is the index as it stands at this moment.
func (s *store) reader() (index.IndexReader, error) { return s.ix.Reader() }

func (s *store) cursor() (int64, error) {
	r, err := s.reader()
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Close() }() // a reader only lets go
	b, err := r.GetInternal(keyCursor)
	return unpackCursor(b), err
}

// compact puts the pieces that were written one after the other into few.
func (s *store) compact(ctx context.Context) error {
	if ix, ok := s.ix.(*scorch.Scorch); ok {
		return ix.ForceMerge(ctx, nil)
	}
	return nil
}

// close waits for the searches. Nobody may take the store any more.
func (s *store) close() error {
	s.users.Wait()
	logs.Delete(s.dir)
	return s.ix.Close()
}
