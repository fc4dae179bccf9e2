package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

const (
	workFor    = 3 * time.Second // so long a lease holds that is not renewed
	renewEvery = time.Second
	renewFor   = 900 * time.Millisecond // longer is not waited for the answer
)

// lease is the right of this process to do the work of a name.
type lease struct {
	name  string
	owner core.ID
	fence int64
	until time.Time // by the machine's clock, reckoned from before it was asked for
}

type leaseRow struct {
	Name       string  `bun:"name,pk"`
	Owner      core.ID `bun:"owner"`
	Fence      int64   `bun:"fence"`
	LeaseUntil int64   `bun:"lease_until"` // by the clock of the database

	bun.BaseModel `bun:"table:leases,alias:le"`
}

type leaseKey struct{}

// Unfenced is the context of a work without its lease: for work that holds each of its things
// by itself, and must be able to note what it has done though the lease is gone.
func Unfenced(ctx context.Context) context.Context { return context.WithValue(ctx, leaseKey{}, nil) }

// errLost says that another process has taken the work over.
var errLost = errors.New("the lease was lost: another process does this work now")

// Alone does the work of a name in one process at a time, until ctx ends or the work does.
// When its process dies another one takes it over within four seconds. The context of the
// work ends when the lease cannot be held; acts under it that come too late fail: each looks
// in its own transaction whether the lease still stands. SQLite has one server, which does
// all work.
func (r *Record) Alone(ctx context.Context, name string, work func(ctx context.Context)) {
	if !r.DB.Postgres() {
		work(ctx)
		return
	}
	owner := r.IDs.New()
	tick := time.NewTicker(renewEvery / 2)
	defer tick.Stop()
	for ctx.Err() == nil {
		l, err := r.take(ctx, name, owner)
		if err == nil && l != nil {
			if done := r.hold(ctx, l, work); done {
				return
			}
			continue
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// take asks for a lease; nil means that somebody else holds it.
func (r *Record) take(ctx context.Context, name string, owner core.ID) (*lease, error) {
	asked := core.Machine()
	ctx, stop := context.WithTimeout(ctx, renewFor)
	defer stop()
	// Asked for only when it is free: asking locks the row, and its owner must renew.
	if held, err := r.DB.Read.NewSelect().Model((*leaseRow)(nil)).Where("le.name = ? AND le.lease_until > "+r.DB.Now(), name).Exists(ctx); err != nil || held {
		return nil, err
	}
	var fences []int64
	row := leaseRow{Name: name, Owner: owner, Fence: 1}
	err := r.DB.Write.NewInsert().Model(&row).Value("lease_until", r.DB.Now()+" + ?", workFor.Microseconds()).
		On("CONFLICT (name) DO UPDATE").
		Set("owner = EXCLUDED.owner, fence = le.fence + 1, lease_until = EXCLUDED.lease_until").
		Where("le.lease_until <= "+r.DB.Now()).Returning("fence").Scan(ctx, &fences)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil // somebody was quicker
	}
	if err != nil || len(fences) == 0 {
		return nil, err
	}
	return &lease{name: name, owner: owner, fence: fences[0], until: asked.Add(workFor)}, nil
}

// hold lets the work run while the lease can be renewed, and gives it back at the end. It
// tells whether the work is done.
func (r *Record) hold(ctx context.Context, l *lease, work func(ctx context.Context)) (done bool) {
	working, stop := context.WithCancel(context.WithValue(ctx, leaseKey{}, l))
	defer stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		work(working)
	}()
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			r.release(ctx, l)
			return working.Err() == nil || ctx.Err() != nil
		case <-tick.C:
		}
		if working.Err() != nil {
			continue // it is ending
		}
		asked := core.Machine()
		held, err := r.renew(ctx, l)
		switch {
		case err == nil && held:
			l.until = asked.Add(workFor)
		case err == nil, core.Machine().Add(renewEvery / 2).After(l.until):
			if ctx.Err() == nil {
				r.log.Warn("work is given up: its lease cannot be held", "work", l.name, "error", err)
			}
			stop()
		}
	}
}

func (r *Record) renew(ctx context.Context, l *lease) (held bool, err error) {
	ctx, stop := context.WithTimeout(ctx, renewFor)
	defer stop()
	gone, err := Once(r.DB.Write.NewUpdate().Model((*leaseRow)(nil)).Set("lease_until = "+r.DB.Now()+" + ?", workFor.Microseconds()).
		Where("name = ? AND owner = ? AND fence = ?", l.name, l.owner, l.fence).Exec(ctx))
	return !gone, err
}

// release lets another process begin at once.
func (r *Record) release(ctx context.Context, l *lease) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), renewFor)
	defer stop()
	_, err := r.DB.Write.NewUpdate().Model((*leaseRow)(nil)).Set("lease_until = 0").
		Where("name = ? AND owner = ? AND fence = ?", l.name, l.owner, l.fence).Exec(ctx)
	if err != nil {
		r.log.Warn("a lease was not given back; it ends by itself", "work", l.name, "error", err)
	}
}

// fenced holds, until the act is over, that the lease under which it is done is not taken over.
func fenced(ctx context.Context, tx *Tx) error {
	l, ok := ctx.Value(leaseKey{}).(*lease)
	if !ok {
		return nil
	}
	var one []int
	if err := tx.NewSelect().Model((*leaseRow)(nil)).ColumnExpr("1").
		Where("le.name = ? AND le.owner = ? AND le.fence = ?", l.name, l.owner, l.fence).For("KEY SHARE").Scan(ctx, &one); err != nil {
		return fmt.Errorf("look at the lease: %w", err)
	}
	if len(one) == 0 {
		return errLost
	}
	return nil
}
