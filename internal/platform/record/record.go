package record

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"

	"plenary/internal/core"
	"plenary/internal/platform/db"
)

// Waker tells other processes, and the followers of this one, that something was
// written. The bus is one; without any, followers look every quarter of a second.
type Waker interface {
	Wake(seq int64)
	OnWake(fn func()) (stop func(), err error)
}

// Record writes changes and lets others follow them.
type Record struct {
	DB    *db.DB
	Clock *core.Clock
	IDs   *core.IDs

	log      *slog.Logger
	wake     Waker
	requests chan *request
	stop     chan struct{}
	stopped  chan struct{}
	closing  sync.Once
	handlers map[string][]Handler
	scopes   scopes
	signals  signals
	process  core.ID // of this record, as long as it is open

	// Beside says that this process only serves beside others: followers and periodic work
	// are theirs. It is set while the program is wired.
	Beside bool

	mu        sync.Mutex
	followers []*follower
	jobs      []*job
	nudged    []chan struct{}
}

// Handler guards an invariant inside the transaction of the event it is called for.
// Its error undoes the whole act.
type Handler func(ctx context.Context, tx *Tx, e *Event) error

// Open starts the writer on a migrated database. Close ends it. wake may be nil.
func Open(ctx context.Context, d *db.DB, clock *core.Clock, ids *core.IDs, wake Waker, log *slog.Logger) (*Record, error) {
	r := &Record{
		DB: d, Clock: clock, IDs: ids, log: log, wake: wake,
		requests: make(chan *request, 1024),
		stop:     make(chan struct{}), stopped: make(chan struct{}),
		handlers: map[string][]Handler{}, process: core.ID(rand.Text()),
	}
	if err := r.scopes.load(ctx, d.Read); err != nil {
		return nil, fmt.Errorf("load scope versions: %w", err)
	}
	if err := r.loadSignals(ctx); err != nil {
		return nil, fmt.Errorf("load signals: %w", err)
	}
	go r.writer()
	return r, nil
}

// On calls fn inside the transaction of each event of that kind. It is used while
// the program is wired, before anything is written.
func (r *Record) On(kind string, fn Handler) {
	r.handlers[kind] = append(r.handlers[kind], fn)
}

// Close waits for the writes that are under way and ends the writer. Later writes
// fail as unavailable.
func (r *Record) Close() {
	r.closing.Do(func() { close(r.stop) })
	<-r.stopped
}
