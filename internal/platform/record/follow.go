package record

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Effect does what follows from a batch of events, in the order of the record,
// through tx: its effects and the follower's cursor are committed together, so that
// each event takes effect once. What it does must depend on the events alone.
type Effect func(ctx context.Context, tx *Tx, events []Event) error

type follower struct {
	name   string
	effect Effect
	wake   chan struct{}
}

type followerRow struct {
	Name       string  `bun:"name,pk"`
	Cursor     int64   `bun:"cursor"`
	Owner      core.ID `bun:"owner"`
	Fence      int64   `bun:"fence"`
	LeaseUntil int64   `bun:"lease_until"` // microseconds by the clock of the database

	bun.BaseModel `bun:"table:followers,alias:f"`
}

const (
	followBatch = 200
	lookEvery   = 250 * time.Millisecond
	lookFor     = 2 * time.Second
)

// Follow wires a follower. Its name is its identity: under a new name it starts at
// the beginning of the record.
func (r *Record) Follow(name string, effect Effect) {
	f := &follower{name: name, effect: effect, wake: make(chan struct{}, 1)}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.followers = append(r.followers, f)
	r.nudged = append(r.nudged, f.wake)
}

// Run lets the followers and the periodic jobs work and watches for what other
// processes write, until ctx ends. It returns when all have stopped.
func (r *Record) Run(ctx context.Context) {
	owner := r.IDs.New()
	woken := make(chan struct{}, 1)
	if r.wake != nil {
		stop, err := r.wake.OnWake(func() { signal(woken) })
		if err != nil {
			r.log.Warn("the bus cannot be heard; looking by the clock", "error", err)
		} else {
			defer stop()
		}
	}
	var wg sync.WaitGroup
	if !r.Beside {
		for _, f := range r.followers {
			wg.Go(func() { r.follow(ctx, f, owner) })
		}
		if len(r.jobs) > 0 {
			wg.Go(func() { r.Alone(ctx, "work", r.doJobs) })
		}
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	failing := false
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			continue
		case <-tick.C:
		case <-woken:
		}
		err := r.look(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			r.log.Warn("the record cannot be looked at; it is tried again", "error", err)
		}
		failing = err != nil
	}
	wg.Wait()
	r.tidyMarks(ctx)
}

// look asks the database whether anything was written and wakes the followers.
func (r *Record) look(ctx context.Context) error {
	before := r.Last()
	ctx, stop := context.WithTimeout(ctx, lookFor)
	defer stop()
	err := r.scopes.load(ctx, r.DB.Read)
	if err == nil {
		err = r.loadSignals(ctx)
	}
	if err == nil && r.Last() != before {
		r.nudge()
	}
	return err
}

func (r *Record) nudge() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, ch := range r.nudged {
		signal(ch)
	}
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// Watch returns a channel that is signalled after each commit that this process
// learns of: for what changes while it is looked at. Nothing uses it yet.
func (r *Record) Watch() (ch <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nudged = append(r.nudged, c)
	return c, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		for i, x := range r.nudged {
			if x == c {
				r.nudged = append(r.nudged[:i], r.nudged[i+1:]...)
				return
			}
		}
	}
}

func (r *Record) follow(ctx context.Context, f *follower, owner core.ID) {
	signal(f.wake)
	retry := time.NewTicker(renewEvery)
	defer retry.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		case <-retry.C:
		}
		for {
			n, err := r.step(ctx, f, owner)
			if ctx.Err() != nil {
				return
			}
			if errors.Is(err, errLost) {
				r.log.Info("another process does the work of a follower now", "follower", f.name)
				break
			}
			if err != nil {
				r.log.Error("follower failed; it tries again", "follower", f.name, "error", err)
				break
			}
			if n < followBatch {
				break
			}
		}
	}
}

// CatchUp lets every follower work until it has seen the whole record. The building
// of the demo and tests use it; the server follows by itself.
func (r *Record) CatchUp(ctx context.Context) error {
	owner := r.IDs.New()
	for _, f := range r.followers {
		for {
			n, err := r.step(ctx, f, owner)
			if err != nil {
				return fmt.Errorf("follower %s: %w", f.name, err)
			}
			if n == 0 {
				break
			}
		}
	}
	return nil
}

// step lets a follower work on one batch and returns how many events it held.
func (r *Record) step(ctx context.Context, f *follower, owner core.ID) (int, error) {
	var row followerRow
	err := r.DB.Read.NewSelect().Model(&row).Where("name = ?", f.name).Limit(1).Scan(ctx)
	known := err == nil
	if known && row.Cursor >= r.Last() {
		return 0, nil
	}
	if known && row.Owner != owner {
		held, err := r.DB.Read.NewSelect().Model((*followerRow)(nil)).Where("name = ? AND lease_until > "+r.DB.Now(), f.name).Exists(ctx)
		if err != nil || held {
			return 0, err // another process is at it
		}
	}
	n := 0
	err = r.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *Tx) error {
		fresh := followerRow{Name: f.name, Owner: owner, Fence: 1}
		if _, err := tx.NewInsert().Model(&fresh).On("CONFLICT (name) DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		// The row is read and locked by an update, so that two processes cannot both
		// work from one cursor: the later one sees the cursor of the earlier.
		if _, err := tx.NewUpdate().Model((*followerRow)(nil)).
			Set("owner = ?, lease_until = "+r.DB.Now()+" + ?", owner, workFor.Microseconds()).
			Set("fence = CASE WHEN owner = ? THEN fence ELSE fence + 1 END", owner).
			Where("name = ?", f.name).Exec(ctx); err != nil {
			return err
		}
		var now followerRow
		if err := tx.NewSelect().Model(&now).Where("name = ?", f.name).Scan(ctx); err != nil {
			return err
		}
		if known && now.Fence != row.Fence && row.Owner == owner {
			return errLost
		}
		var events []Event
		if err := tx.NewSelect().Model(&events).Where("seq > ?", now.Cursor).
			OrderExpr("seq").Limit(followBatch).Scan(ctx); err != nil {
			return err
		}
		if n = len(events); n == 0 {
			return nil
		}
		if err := f.effect(ctx, tx, events); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model((*followerRow)(nil)).
			Set("cursor = ?", events[n-1].Seq).
			Where("name = ? AND fence = ?", f.name, now.Fence).Exec(ctx)
		return err
	})
	return n, err
}
