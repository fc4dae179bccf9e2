package find

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

const (
	eventBatch = 500
	docBatch   = 100
	farBehind  = 1500 // events: building anew is quicker
	lookEvery  = time.Second
)

// Run keeps the index up to date and sends the mails of saved searches, until ctx ends.
// Each process has an index of its own and follows by its own cursor.
func (s *Service) Run(ctx context.Context) {
	s.process = s.rec.IDs.New()
	s.running.Store(true)
	defer s.running.Store(false)
	woken, stop := s.rec.Watch()
	defer stop()
	defer s.leave()
	defer s.rebuild.wait()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	post := newPost(s)
	for ctx.Err() == nil {
		if err := s.CatchUp(ctx); err != nil && ctx.Err() == nil {
			if s.failing.CompareAndSwap(0, core.Machine().UnixMicro()) {
				s.cfg.Log.Error("the search index cannot follow the record; it tries again", "error", err)
			}
			pause(ctx, lookEvery)
		} else {
			s.failing.Store(0)
		}
		s.tell(ctx, false)
		post.look(ctx)
		select {
		case <-ctx.Done():
		case <-woken:
		case <-s.kick:
		case <-tick.C:
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// CatchUp brings the index to the end of the record: event by event, or by building it
// anew where that is quicker. Run does it by itself; tests and programs that do not run
// call it.
func (s *Service) CatchUp(ctx context.Context) error {
	x, err := s.open()
	if err != nil {
		return err
	}
	s.working.Lock()
	defer s.working.Unlock()
	last, err := s.end(ctx)
	if err != nil {
		return err
	}
	if !s.ready.Load() {
		// An index of another record, or of another shape, is thrown away.
		if at := x.Cursor(); at > last || at > 0 && !s.stamped(ctx) {
			if x, err = s.reset(); err != nil {
				return err
			}
		}
		if at := x.Cursor(); at == 0 || last-at > farBehind {
			if err := s.build(ctx, x, ""); err != nil {
				return err
			}
		}
	}
	for ctx.Err() == nil {
		n, err := s.step(ctx, x)
		if err != nil {
			return err
		}
		if n < eventBatch {
			break
		}
	}
	s.ready.Store(true)
	return ctx.Err()
}

// end is the place of the last event.
func (s *Service) end(ctx context.Context) (int64, error) {
	var last int64
	if err := s.rec.DB.Read.NewSelect().Model((*record.Event)(nil)).ColumnExpr("COALESCE(MAX(seq), 0)").Scan(ctx, &last); err != nil {
		return 0, fmt.Errorf("read end of record: %w", err)
	}
	return last, nil
}

// step takes the next events into the index and returns how many they were.
func (s *Service) step(ctx context.Context, x *search.Index) (int, error) {
	var events []record.Event
	if err := s.rec.DB.Read.NewSelect().Model(&events).ExcludeColumn("personal").
		Where("seq > ?", s.seen.Load()).OrderExpr("seq").Limit(eventBatch).Scan(ctx); err != nil {
		return 0, fmt.Errorf("read events: %w", err)
	}
	if len(events) == 0 {
		return 0, nil
	}
	s.settle(ctx, events)
	last := events[len(events)-1].Seq
	if err := s.take(ctx, x, events, last); err != nil {
		return 0, err
	}
	s.seen.Store(last)
	s.signalMoved()
	if i := slices.IndexFunc(events, func(e record.Event) bool { return e.Kind == rebuildRequested }); i >= 0 && s.running.Load() {
		s.startRebuild(ctx, x, events[i].Subject)
	}
	return len(events), nil
}

// settle waits until this process knows that the events' scopes have moved: what rooms
// keep in memory is good only from then on. Another process may have written them.
func (s *Service) settle(ctx context.Context, events []record.Event) {
	until := core.Machine().Add(400 * time.Millisecond)
	for _, e := range events {
		for s.rec.Scope(e.Scope).Load() < e.Seq && core.Machine().Before(until) && ctx.Err() == nil {
			pause(ctx, 5*time.Millisecond)
		}
	}
}

// take puts into the index what events have changed. What is wide is cut; the cursor
// moves with the last part.
func (s *Service) take(ctx context.Context, x *search.Index, events []record.Event, last int64) error {
	type part struct {
		src Source
		ids []core.ID
	}
	var parts []part
	for _, src := range s.sources {
		ids, err := src.Touched(ctx, events)
		if err != nil {
			return fmt.Errorf("ask what was touched of %s: %w", src.Kind(), err)
		}
		slices.Sort(ids)
		for chunk := range slices.Chunk(slices.Compact(ids), docBatch) {
			parts = append(parts, part{src, chunk})
		}
	}
	var docs []search.Doc
	var gone []string
	for i, p := range parts {
		some, err := p.src.Docs(ctx, p.ids)
		if err != nil {
			return fmt.Errorf("ask for %s to be found: %w", p.src.Kind(), err)
		}
		docs = append(docs, some...)
		for _, id := range p.ids {
			gone = append(gone, p.src.Kind()+":"+string(id))
		}
		if len(docs) > 4*docBatch && i < len(parts)-1 {
			if err := x.Update(docs, gone, x.Cursor()); err != nil {
				return fmt.Errorf("update search index: %w", err)
			}
			docs, gone = nil, nil
		}
	}
	if err := x.Update(docs, gone, last); err != nil {
		return fmt.Errorf("update search index: %w", err)
	}
	return nil
}

// build builds the index anew from all that the rooms have. request names who asked;
// empty where nobody did.
func (s *Service) build(ctx context.Context, x *search.Index, request core.ID) error {
	cursor, err := s.end(ctx)
	if err != nil {
		return err
	}
	s.rebuild.begin(request)
	err = x.Rebuild(ctx, func(put func([]search.Doc) error) error { return s.fill(ctx, put) }, cursor)
	if errors.Is(err, search.ErrRebuilding) {
		return nil
	}
	s.rebuild.finish(err)
	if err != nil {
		return fmt.Errorf("build search index: %w", err)
	}
	if !s.ready.Load() {
		s.seen.Store(x.Cursor())
	}
	return s.writeStamp(ctx)
}

// fill gives all documents of all sources.
func (s *Service) fill(ctx context.Context, put func([]search.Doc) error) error {
	all := make([][]core.ID, len(s.sources))
	total := 0
	for i, src := range s.sources {
		ids, err := src.All(ctx)
		if err != nil {
			return fmt.Errorf("list %s: %w", src.Kind(), err)
		}
		all[i] = ids
		total += len(ids)
	}
	s.rebuild.expect(total)
	for i, src := range s.sources {
		for chunk := range slices.Chunk(all[i], docBatch) {
			docs, err := src.Docs(ctx, chunk)
			if err != nil {
				return fmt.Errorf("ask for %s to be found: %w", src.Kind(), err)
			}
			if err := put(docs); err != nil {
				return err
			}
			s.rebuild.advance(len(chunk))
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

// startRebuild builds anew beside the index that serves and follows on.
func (s *Service) startRebuild(ctx context.Context, x *search.Index, request core.ID) {
	s.rebuild.start(func() {
		if err := s.build(ctx, x, request); err != nil && ctx.Err() == nil && !errors.Is(err, search.ErrClosed) {
			s.cfg.Log.Error("rebuild of the search index", "error", err)
		}
		signal(s.kick)
	})
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// signalMoved wakes who waits for the index.
func (s *Service) signalMoved() {
	next := make(chan struct{})
	if old := s.moved.Swap(&next); old != nil {
		close(*old)
	}
}

// wait waits until the index has come to a place in the record, but not for long.
func (s *Service) wait(ctx context.Context, place int64, atMost time.Duration) {
	if !s.running.Load() {
		return
	}
	timer := time.NewTimer(atMost)
	defer timer.Stop()
	for {
		moved := *s.moved.Load()
		if s.seen.Load() >= place {
			return
		}
		signal(s.kick)
		select {
		case <-moved:
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}
