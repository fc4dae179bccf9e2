package find

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// Config is what the service is told from outside.
type Config struct {
	Dir     string // folder of the index; other processes on this machine take Dir-2, Dir-3 …
	BaseURL string // canonical address of the forum, without a slash at the end
	Log     *slog.Logger
}

// Service searches, keeps the index up to date, and holds saved searches.
type Service struct {
	rec      *record.Record
	accounts *authn.Service
	mailer   *mail.Service
	words    *i18n.Catalog
	cfg      Config
	sources  []Source
	process  core.ID

	opening sync.Mutex // of opening and closing
	index   atomic.Pointer[search.Index]
	folder  string
	closed  bool

	working sync.Mutex   // of the one that brings the index up to date
	seen    atomic.Int64 // how far the index is
	ready   atomic.Bool  // it is up to date, or nearly
	running atomic.Bool  // Run follows the record
	moved   atomic.Pointer[chan struct{}]
	failing atomic.Int64 // since when it cannot follow, in microseconds of the machine's; 0: it can
	kick    chan struct{}

	rebuild rebuilding
	key     keyring
	told    told
}

// New makes the service. Nothing is opened before Run, or the first question.
func New(rec *record.Record, accounts *authn.Service, mailer *mail.Service, words *i18n.Catalog, cfg Config) *Service {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{rec: rec, accounts: accounts, mailer: mailer, words: words, cfg: cfg, kick: make(chan struct{}, 1)}
	s.signalMoved()
	return s
}

// Search names what is to be found. It is called while the program is wired.
func (s *Service) Search(sources ...Source) { s.sources = append(s.sources, sources...) }

// Sources are all that is to be found.
func (s *Service) Sources() []Source { return s.sources }

func (s *Service) source(kind string) Source {
	for _, x := range s.sources {
		if x.Kind() == kind {
			return x
		}
	}
	return nil
}

// mostFolders is how many processes on one machine may have an index in one data folder.
const mostFolders = 16

// open opens the index of this process, in the first folder that no other one uses.
func (s *Service) open() (*search.Index, error) {
	if x := s.index.Load(); x != nil {
		return x, nil
	}
	s.opening.Lock()
	defer s.opening.Unlock()
	if x := s.index.Load(); x != nil {
		return x, nil
	}
	if s.closed {
		return nil, search.ErrClosed
	}
	if s.cfg.Dir == "" {
		return nil, errors.New("no folder for the search index")
	}
	for n := 1; n <= mostFolders; n++ {
		dir := s.cfg.Dir
		if n > 1 {
			dir += "-" + strconv.Itoa(n)
		}
		x, err := search.Open(dir, s.cfg.Log)
		if errors.Is(err, search.ErrInUse) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("open search index: %w", err)
		}
		s.folder = dir
		s.seen.Store(x.Cursor())
		s.index.Store(x)
		return x, nil
	}
	return nil, search.ErrInUse
}

// reset throws the index of this process away and opens an empty one.
func (s *Service) reset() (*search.Index, error) {
	s.opening.Lock()
	defer s.opening.Unlock()
	if x := s.index.Swap(nil); x != nil {
		if err := x.Close(); err != nil {
			return nil, fmt.Errorf("close search index: %w", err)
		}
	}
	if s.closed {
		return nil, search.ErrClosed
	}
	if err := os.RemoveAll(s.folder); err != nil {
		return nil, fmt.Errorf("remove search index: %w", err)
	}
	x, err := search.Open(s.folder, s.cfg.Log)
	if err != nil {
		return nil, fmt.Errorf("open search index: %w", err)
	}
	s.seen.Store(x.Cursor())
	s.index.Store(x)
	return x, nil
}

// Close closes the index. Later questions are answered as unavailable.
func (s *Service) Close() error {
	s.opening.Lock()
	defer s.opening.Unlock()
	s.closed = true
	x := s.index.Swap(nil)
	if x == nil {
		return nil
	}
	return x.Close()
}

// shape is raised when what rooms give to the index changes its form: an index of
// another shape is built anew.
const shape = "1"

// stamp says what an index was made from: the shape of its documents, and which record.
func (s *Service) stamp(ctx context.Context) (string, error) {
	var first []string
	if err := s.rec.DB.Read.NewSelect().Model((*record.Event)(nil)).Column("id").OrderExpr("seq").Limit(1).Scan(ctx, &first); err != nil {
		return "", fmt.Errorf("read the beginning of the record: %w", err)
	}
	return shape + " " + strings.Join(first, ""), nil
}

func (s *Service) stampFile() string { return s.folder + ".stamp" }

func (s *Service) stamped(ctx context.Context) bool {
	want, err := s.stamp(ctx)
	if err != nil {
		return false
	}
	have, err := os.ReadFile(s.stampFile())
	return err == nil && string(have) == want
}

func (s *Service) writeStamp(ctx context.Context) error {
	text, err := s.stamp(ctx)
	if err != nil {
		return err
	}
	return os.WriteFile(s.stampFile(), []byte(text), 0o600)
}

// Answer is what was found for a question, as far as the actor may see it.
type Answer struct {
	search.Result
	Page, Size int
}

// usable gives the index if it may be asked: while it is far behind, it would show what
// has become private.
func (s *Service) usable(ctx context.Context) (*search.Index, error) {
	x, err := s.open()
	if err != nil {
		s.cfg.Log.Error("search", "error", err)
		return nil, unavailable(err)
	}
	if !s.running.Load() {
		if err := s.CatchUp(ctx); err != nil {
			return nil, unavailable(err)
		}
		return x, nil
	}
	if !s.ready.Load() {
		return nil, preparing()
	}
	if since := s.failing.Load(); since != 0 && core.Machine().UnixMicro()-since > patience.Microseconds() {
		return nil, unavailable(errors.New("the index does not follow the record"))
	}
	s.wait(ctx, s.rec.Last(), 60*time.Millisecond)
	return x, nil
}

// patience is how long the index may fail to follow before nobody may ask it.
const patience = 5 * time.Second

// Ask answers a question for an actor. Anybody may ask. Errors: Unavailable.
func (s *Service) Ask(ctx context.Context, a core.Actor, lang string, q Question) (Answer, error) {
	for try := 0; ; try++ {
		x, err := s.usable(ctx)
		if err != nil {
			return Answer{}, err
		}
		res, err := x.Search(ctx, q.query(lang, readers(a)))
		if err != nil {
			if ctx.Err() != nil {
				return Answer{}, ctx.Err()
			}
			s.cfg.Log.Error("search", "error", err)
			return Answer{}, unavailable(err)
		}
		refused, err := s.refuse(ctx, a, res.Hits)
		if err != nil {
			return Answer{}, err
		}
		if len(refused) > 0 && try == 0 {
			// The index is a moment behind: what it counts is not right either.
			s.wait(ctx, s.rec.Last(), 500*time.Millisecond)
			continue
		}
		return Answer{Result: without(res, refused), Page: q.Page, Size: q.Size}, nil
	}
}

// refuse tells which hits the rooms do not show this actor now: one call per kind.
func (s *Service) refuse(ctx context.Context, a core.Actor, hits []search.Hit) (map[string]bool, error) {
	asked := map[string][]string{}
	for _, h := range hits {
		asked[h.Kind] = append(asked[h.Kind], strings.TrimPrefix(h.ID, h.Kind+":"))
	}
	refused := map[string]bool{}
	for kind, ids := range asked {
		may := map[string]bool{}
		if src := s.source(kind); src != nil {
			var err error
			if may, err = src.May(ctx, a, ids); err != nil {
				return nil, fmt.Errorf("ask who may see a %s: %w", kind, err)
			}
		}
		for _, id := range ids {
			if !may[id] {
				refused[kind+":"+id] = true
			}
		}
	}
	return refused, nil
}

// without takes hits out of an answer, and out of what it counts.
func without(res search.Result, refused map[string]bool) search.Result {
	if len(refused) == 0 {
		return res
	}
	var hits []search.Hit
	for _, h := range res.Hits {
		if !refused[h.ID] {
			hits = append(hits, h)
		}
	}
	res.Hits = hits
	res.Total = max(len(hits), res.Total-len(refused))
	// Which values the refused ones had is not known here: nothing is counted.
	res.Facets, res.Suggest = map[string][]search.Count{}, ""
	return res
}
