package record

import (
	"context"
	"fmt"
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
	LeaseUntil int64   `bun:"lease_until"` // microseconds of the machine's clock

	bun.BaseModel `bun:"table:followers,alias:f"`
}

const (
	followBatch = 200
	leaseFor    = 5 * time.Second
	lookEvery   = 250 * time.Millisecond
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
	done := make(chan struct{})
	n := 0
	for _, f := range r.followers {
		n++
		go func() { r.follow(ctx, f, owner); done <- struct{}{} }()
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	ended, running := make(chan *job, len(r.jobs)), 0
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-tick.C:
			r.look(ctx)
			running += r.startJobs(ctx, ended)
		case <-woken:
			r.look(ctx)
		case j := <-ended:
			j.busy = false
			running--
		}
	}
	for range n {
		<-done
	}
	for range running {
		<-ended
	}
}

// look asks the database whether anything was written and wakes the followers.
func (r *Record) look(ctx context.Context) {
	before := r.Last()
	if err := r.scopes.load(ctx, r.DB.Read); err != nil {
		if ctx.Err() == nil {
			r.log.Warn("look at the record", "error", err)
		}
		return
	}
	if r.Last() != before {
		r.nudge()
	}
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
	retry := time.NewTicker(leaseFor)
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
	if known && row.Owner != owner && row.LeaseUntil > core.Machine().UnixMicro() {
		return 0, nil // another process is at it
	}
	n := 0
	err = r.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *Tx) error {
		until := core.Machine().Add(leaseFor).UnixMicro()
		fresh := followerRow{Name: f.name, Owner: owner, Fence: 1, LeaseUntil: until}
		if _, err := tx.NewInsert().Model(&fresh).On("CONFLICT (name) DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		// The row is read and locked by an update, so that two processes cannot both
		// work from one cursor: the later one sees the cursor of the earlier.
		if _, err := tx.NewUpdate().Model((*followerRow)(nil)).
			Set("owner = ?, lease_until = ?", owner, until).
			Set("fence = CASE WHEN owner = ? THEN fence ELSE fence + 1 END", owner).
			Where("name = ?", f.name).Exec(ctx); err != nil {
			return err
		}
		var now followerRow
		if err := tx.NewSelect().Model(&now).Where("name = ?", f.name).Scan(ctx); err != nil {
			return err
		}
		if known && now.Fence != row.Fence && row.Owner == owner {
			return fmt.Errorf("lease of %s was lost", f.name)
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
