package search

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	index "github.com/blevesearch/bleve_index_api"
	"github.com/klauspost/compress/zstd"
	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// format of what is written; a folder of another one is built anew. Raise it whenever
// fields, words or stems change.
const format = 1

// Index is one folder. It is safe for concurrent use; one process has it open.
type Index struct {
	dir   string
	log   *slog.Logger
	queue *index.AnalysisQueue
	enc   *zstd.Encoder
	dec   *zstd.Decoder

	mu     sync.RWMutex // guards current and closed
	cur    *store       // nil when closed
	write  sync.Mutex   // one writer: Update, and the end of a Rebuild
	build  sync.Mutex   // one Rebuild
	missed *[]change    // updates since a rebuild began; guarded by write
	lock   *bolt.DB     // held as long as the index is open
	stop   context.Context
	end    context.CancelFunc
}

// pointer is the file that says which folder serves.
type pointer struct {
	Format int    `json:"format"`
	Folder string `json:"folder"`
}

// Files beside the folders.
const (
	pointerFile = "CURRENT"
	lockFile    = "LOCK"
)

// Open opens the index in a folder and makes it when it is missing. One that is broken
// or of an older format is moved aside (into "aside", where the one before is lost) and
// begun anew: its Cursor is 0, and who feeds it feeds it all again. While another
// process has it open, the error is ErrInUse. log may be nil.
func Open(dir string, log *slog.Logger) (*Index, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	x := &Index{dir: dir, log: log}
	x.stop, x.end = context.WithCancel(context.Background())
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("open search index: %w", err)
	}
	var err error
	if x.lock, err = lock(filepath.Join(dir, lockFile)); err != nil {
		return nil, fmt.Errorf("open search index: %w", err)
	}
	if err = x.open(); err != nil {
		return nil, fmt.Errorf("open search index: %w", errors.Join(err, x.release()))
	}
	return x, nil
}

// lock keeps other processes out. The library would find them too, but only after the
// sums of files that somebody else is writing were compared.
func lock(path string) (*bolt.DB, error) {
	options := &bolt.Options{Timeout: 500 * time.Millisecond}
	db, err := bolt.Open(path, 0o600, options)
	if err != nil && !errors.Is(err, bolterrors.ErrTimeout) { // nobody has it, but it is damaged
		if err = os.Remove(path); err == nil {
			db, err = bolt.Open(path, 0o600, options)
		}
	}
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, ErrInUse
	}
	return db, err
}

func (x *Index) open() (err error) {
	if x.enc, err = zstd.NewWriter(nil, zstd.WithLowerEncoderMem(true)); err != nil {
		return err
	}
	if x.dec, err = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxStored)); err != nil {
		return err
	}
	x.queue = index.NewAnalysisQueue(runtime.GOMAXPROCS(0))
	if x.cur, err = x.openCurrent(); err != nil {
		return err
	}
	x.sweep(x.cur.name)
	return nil
}

// maxStored is the largest body that is unpacked for a fragment.
const maxStored = 256 << 20

func (x *Index) openCurrent() (*store, error) {
	b, err := os.ReadFile(filepath.Join(x.dir, pointerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return x.begin("")
	}
	if err != nil {
		return nil, err
	}
	var p pointer
	if err := json.Unmarshal(b, &p); err != nil || p.Format != format || p.Folder != filepath.Base(p.Folder) {
		return x.begin("its format is not the one of this program")
	}
	s, err := openStore(x.dir, p.Folder, false, x.queue, x.log)
	if err != nil {
		x.log.Warn("the search index is broken", "dir", x.dir, "error", err)
		return x.begin("it is broken")
	}
	return s, nil
}

// begin makes an empty index; what was there is moved aside when there is a reason.
func (x *Index) begin(why string) (*store, error) {
	if why != "" {
		if err := x.setAside(); err != nil {
			return nil, err
		}
		x.log.Warn("search index moved aside and begun anew", "dir", x.dir, "why", why)
	}
	s, err := openStore(x.dir, x.freeName(), true, x.queue, x.log)
	if err != nil {
		return nil, err
	}
	if err := x.point(s.name); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (x *Index) setAside() error {
	aside := filepath.Join(x.dir, "aside")
	if err := os.RemoveAll(aside); err != nil {
		return err
	}
	if err := os.Mkdir(aside, 0o750); err != nil {
		return err
	}
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == "aside" || e.Name() == lockFile {
			continue
		}
		if err := os.Rename(filepath.Join(x.dir, e.Name()), filepath.Join(aside, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// freeName is a folder name that is not taken.
func (x *Index) freeName() string {
	for n := 1; ; n++ {
		name := fmt.Sprintf("index-%06d", n)
		if _, err := os.Lstat(filepath.Join(x.dir, name)); err != nil {
			return name
		}
	}
}

// point makes a folder the one that serves, at once and for good.
func (x *Index) point(folder string) error {
	b, err := json.Marshal(pointer{Format: format, Folder: folder})
	if err != nil {
		return err
	}
	tmp := filepath.Join(x.dir, pointerFile+".new")
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp, filepath.Join(x.dir, pointerFile))
	}
	if err != nil {
		return err
	}
	if d, err := os.Open(x.dir); err == nil {
		_ = d.Sync() // not every system can; the rename is then as safe as it makes it
		_ = d.Close()
	}
	return nil
}

// sweep removes what a rebuild that was cut off left behind.
func (x *Index) sweep(keep string) {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "index-") && e.Name() != keep {
			if err := os.RemoveAll(filepath.Join(x.dir, e.Name())); err != nil {
				x.log.Warn("remove an old search index", "folder", e.Name(), "error", err)
			}
		}
	}
}

// serving hands out the store that answers now. Whoever took it gives it back; it is
// not closed before.
func (x *Index) serving() (*store, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return nil, ErrClosed
	}
	x.cur.users.Add(1)
	return x.cur, nil
}

// Cursor is the number that the last Update or Rebuild carried; 0 for a new index. It
// is written together with the documents, so that it is true after a crash as well.
func (x *Index) Cursor() int64 {
	s, err := x.serving()
	if err != nil {
		return 0
	}
	defer s.users.Done()
	n, err := s.cursor()
	if err != nil {
		x.log.Error("read the cursor of the search index", "error", err)
		return 0
	}
	return n
}

// Stats says how many documents the index holds and how many bytes it takes on the disk.
func (x *Index) Stats() (docs uint64, bytes int64) {
	s, err := x.serving()
	if err != nil {
		return 0, 0
	}
	defer s.users.Done()
	if r, err := s.reader(); err == nil {
		docs, err = r.DocCount()
		if err != nil {
			x.log.Warn("count the search index", "error", err)
		}
		_ = r.Close() // a reader only lets go
	}
	_ = filepath.WalkDir(s.dir, func(_ string, e fs.DirEntry, err error) error { // a file may go meanwhile
		if err == nil && e.Type().IsRegular() {
			if info, err := e.Info(); err == nil {
				bytes += info.Size()
			}
		}
		return nil
	})
	return docs, bytes
}

// Close ends a rebuild that is under way, waits for searches and updates, and closes
// the index. Afterwards everything answers ErrClosed. Closing twice is harmless.
func (x *Index) Close() error {
	x.end()
	x.build.Lock() // a rebuild has ended
	defer x.build.Unlock()
	x.write.Lock()
	defer x.write.Unlock()
	x.mu.Lock()
	s := x.cur
	x.cur = nil
	x.mu.Unlock()
	if s == nil {
		return nil
	}
	err := errors.Join(s.close(), x.release())
	if err != nil {
		return fmt.Errorf("close search index: %w", err)
	}
	return nil
}

// release lets go of all but the folder that serves.
func (x *Index) release() error {
	if x.queue != nil {
		x.queue.Close()
	}
	if x.enc != nil {
		_ = x.enc.Close() // it has nothing of its own to write
	}
	if x.dec != nil {
		x.dec.Close()
	}
	return x.lock.Close()
}

func packCursor(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func unpackCursor(b []byte) int64 {
	if len(b) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(b))
}
