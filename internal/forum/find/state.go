package find

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// States of the index of a process.
const (
	StateReady     = "ready"
	StatePreparing = "preparing" // it is being built, nobody may ask it yet
	StateBuilding  = "building"  // it is being built anew, the old one answers
	StateFailing   = "failing"
)

// rebuildRequested is the event that asks every process to build its index anew.
const rebuildRequested = "search.rebuild_requested"

// Index is how the index of a process stands.
type Index struct {
	bun.BaseModel `bun:"table:search_indexes,alias:si"`

	Process   core.ID      `bun:"process,pk"`
	Folder    string       `bun:"folder"`
	State     string       `bun:"state"`
	Documents int64        `bun:"documents"`
	Bytes     int64        `bun:"bytes"`
	Cursor    int64        `bun:"cursor"`
	Done      int64        `bun:"done"`   // things that a rebuild has taken in
	Of        int64        `bun:"of_all"` // of how many
	Request   core.ID      `bun:"request"`
	Rebuilt   core.Instant `bun:"rebuilt"` // when it was last built anew, by the forum's clock
	TookMS    int64        `bun:"took_ms"`
	Error     string       `bun:"error"`
	Seen      int64        `bun:"seen"` // microseconds of the machine's clock
}

const (
	tellEvery = 15 * time.Second
	alive     = 50 * time.Second // without a word for longer a process is gone
)

// rebuilding is how far a rebuild of this process is.
type rebuilding struct {
	mu       sync.Mutex
	wg       sync.WaitGroup
	busy     bool
	request  core.ID // of the last one that ended
	asked    core.ID // of the one that goes on
	done, of int64
	began    time.Time
	took     time.Duration
	ended    bool // since it was last told
	err      error
}

func (r *rebuilding) begin(request core.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy, r.asked, r.done, r.of, r.began, r.err = true, request, 0, 0, core.Machine(), nil
}

func (r *rebuilding) expect(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of = int64(n)
}

func (r *rebuilding) advance(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done += int64(n)
}

func (r *rebuilding) finish(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy, r.err, r.took, r.request, r.ended = false, err, core.MachineSince(r.began), r.asked, true
}

// start runs fn in the background; wait waits for its end. One at a time is enough.
func (r *rebuilding) start(fn func()) { r.wg.Go(fn) }
func (r *rebuilding) wait()           { r.wg.Wait() }

// fill puts it into the row of the process.
func (r *rebuilding) fill(row *Index, now core.Instant) (changed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	changed = r.busy && (row.Done != r.done || row.State != StateBuilding && row.State != StatePreparing) || r.ended
	row.Done, row.Of = r.done, r.of
	if r.ended {
		r.ended = false
		row.Request, row.Error = r.request, ""
		if r.err != nil {
			row.Error = r.err.Error()
		} else {
			row.Rebuilt, row.TookMS = now, r.took.Milliseconds()
		}
	}
	if r.busy {
		row.State = StateBuilding
	}
	return changed
}

// told is what this process last said of itself.
type told struct {
	row Index
	at  time.Time
}

// tell writes how the index of this process stands, when there is something to tell.
func (s *Service) tell(ctx context.Context, now bool) {
	t := &s.told
	row := t.row
	row.Process, row.Folder, row.State, row.Cursor = s.process, s.folder, StateReady, s.seen.Load()
	if x := s.index.Load(); x != nil {
		docs, bytes := x.Stats()
		row.Documents, row.Bytes = int64(docs), bytes
	}
	if s.failing.Load() != 0 {
		row.State = StateFailing
	}
	changed := s.rebuild.fill(&row, s.rec.Clock.Instant())
	if !s.ready.Load() && row.State != StateFailing {
		row.State = StatePreparing
	}
	changed = changed || row.State != t.row.State
	if !now && !changed && core.MachineSince(t.at) < tellEvery {
		return
	}
	row.Seen = core.Machine().UnixMicro()
	err := s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (process) DO UPDATE").
			Set("folder = EXCLUDED.folder, state = EXCLUDED.state, documents = EXCLUDED.documents, bytes = EXCLUDED.bytes").
			Set("cursor = EXCLUDED.cursor, done = EXCLUDED.done, of_all = EXCLUDED.of_all, request = EXCLUDED.request").
			Set("rebuilt = EXCLUDED.rebuilt, took_ms = EXCLUDED.took_ms, error = EXCLUDED.error, seen = EXCLUDED.seen").Exec(ctx)
		return err
	})
	if err != nil {
		if ctx.Err() == nil {
			s.cfg.Log.Warn("tell how the search index stands", "error", err)
		}
		return
	}
	t.row, t.at = row, core.Machine()
}

// leave takes the row of this process away.
func (s *Service) leave() {
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Second)
	defer stop()
	err := s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewDelete().Model((*Index)(nil)).Where("process = ? OR seen < ?", s.process,
			core.Machine().Add(-24*time.Hour).UnixMicro()).Exec(ctx)
		return err
	})
	if err != nil {
		s.cfg.Log.Debug("take leave of the search indexes", "error", err)
	}
}

// Indexes are the indexes of all processes that serve at this moment, for the staff,
// and the place of the last event.
func (s *Service) Indexes(ctx context.Context, a core.Actor) ([]Index, int64, error) {
	if err := indexPolicy.Check("see", "", a.Roles(core.ScopeForum)...); err != nil {
		return nil, 0, err
	}
	var list []Index
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("seen > ?", core.Machine().Add(-alive).UnixMicro()).
		OrderExpr("process").Scan(ctx); err != nil {
		return nil, 0, fmt.Errorf("load search indexes: %w", err)
	}
	last, err := s.end(ctx)
	return list, last, err
}

// RequestRebuild asks every process that serves to build its index anew, while it
// serves. The staff may. Event: search.rebuild_requested; its subject is what Rebuilt
// is asked for.
func (s *Service) RequestRebuild(ctx context.Context, a core.Actor) (core.ID, error) {
	if err := indexPolicy.Check("rebuild", "", a.Roles(core.ScopeForum)...); err != nil {
		return "", err
	}
	var id core.ID
	err := s.rec.Write(ctx, a, func(_ context.Context, tx *record.Tx) error {
		id = tx.NewID()
		tx.Append(rebuildRequested, id, core.ScopeForum, record.Internal, record.Data{"label": ""})
		return nil
	})
	return id, err
}

// Progress is how far a rebuild is that was asked for.
type Progress struct {
	Processes, Ended int
	Done, Of         int64
	Documents, Bytes int64 // of an index that is built
	Errors           []string
}

// Rebuilt tells how far the processes are with a rebuild. No process at all means that
// nobody serves.
func (s *Service) Rebuilt(ctx context.Context, a core.Actor, request core.ID) (Progress, error) {
	list, _, err := s.Indexes(ctx, a)
	p := Progress{Processes: len(list)}
	for _, x := range list {
		p.Of += x.Of
		if x.Request != request {
			if x.State == StateBuilding {
				p.Done += x.Done
			}
			continue
		}
		p.Ended++
		p.Done += x.Of
		p.Documents, p.Bytes = x.Documents, x.Bytes
		if x.Error != "" {
			p.Errors = append(p.Errors, x.Error)
		}
	}
	return p, err
}

// RebuildHere builds the index in the data folder anew where no process serves. It
// returns how many documents it holds and its bytes; say is told how far it is.
func (s *Service) RebuildHere(ctx context.Context, say func(done, of int64)) (documents, bytes int64, err error) {
	if _, err := s.open(); err != nil {
		return 0, 0, err
	}
	if s.folder != s.cfg.Dir {
		return 0, 0, errors.New("another program has the search index open and does not answer")
	}
	s.working.Lock()
	defer s.working.Unlock()
	x, err := s.reset()
	if err != nil {
		return 0, 0, err
	}
	s.ready.Store(false)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(300 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				s.rebuild.mu.Lock()
				done, of := s.rebuild.done, s.rebuild.of
				s.rebuild.mu.Unlock()
				say(done, of)
			}
		}
	})
	err = s.build(ctx, x, "")
	close(stop)
	wg.Wait()
	docs, size := x.Stats()
	return int64(docs), size, err
}
