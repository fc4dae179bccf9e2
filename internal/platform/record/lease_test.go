package record_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// alone lets a record take part in the work "test" until stop; works gives how many do it now
// in all.
func alone(t *testing.T, r *record.Record, inside *atomic.Int64, act func(ctx context.Context)) (stop func()) {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Alone(ctx, "test", func(ctx context.Context) {
			inside.Add(1)
			defer inside.Add(-1)
			act(ctx)
			<-ctx.Done()
		})
	}()
	stop = sync.OnceFunc(func() { end(); <-done })
	t.Cleanup(stop)
	return stop
}

func soon(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := core.Machine().Add(20 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if core.Machine().After(deadline) {
			t.Fatal(what)
		}
	}
}

// Work is done by one of two processes; when it ends in order the other begins at once.
func TestAlone(t *testing.T) {
	t.Parallel()
	url := testkit.Postgres(t)
	a, b := open(t, url), open(t, url)
	var inA, inB atomic.Int64
	none := func(context.Context) {}
	stop := alone(t, a, &inA, none)
	soon(t, "nobody began", func() bool { return inA.Load() == 1 })
	alone(t, b, &inB, none)
	time.Sleep(1500 * time.Millisecond) // longer than a lease would be renewed
	if inA.Load() != 1 || inB.Load() != 0 {
		t.Errorf("at work: %d and %d", inA.Load(), inB.Load())
	}
	stop()
	soon(t, "the other one did not take over", func() bool { return inB.Load() == 1 })
}

// A process that cannot reach the database any more gives the work up, another takes it over,
// and an act of the first that comes too late fails.
func TestWorkIsTakenOver(t *testing.T) {
	t.Parallel()
	line, a, b := overLine(t)
	var inA, inB atomic.Int64
	var mu sync.Mutex
	var old context.Context
	alone(t, a, &inA, func(ctx context.Context) { mu.Lock(); old = ctx; mu.Unlock() }) //nolint:fatcontext // what comes too late is tried with it
	soon(t, "nobody began", func() bool { return inA.Load() == 1 })
	alone(t, b, &inB, func(context.Context) {})
	line.Cut()
	began := core.Machine()
	soon(t, "the other one did not take over", func() bool { return inB.Load() == 1 })
	if took := core.MachineSince(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	soon(t, "the first one goes on", func() bool { return inA.Load() == 0 })
	line.Mend()
	mu.Lock()
	ctx := context.WithoutCancel(old)
	mu.Unlock()
	var id core.ID
	if err := a.Write(ctx, core.Operator, note(&id, false)); err == nil {
		t.Error("who lost the lease may write under it")
	}
	if err := a.Write(t.Context(), core.Operator, note(&id, false)); err != nil {
		t.Errorf("what has nothing to do with it: %v", err)
	}
}

// While an act under a lease is under way nobody takes the work over, however long it lasts,
// and its owner goes on renewing.
func TestNobodyTakesOverInAnAct(t *testing.T) {
	t.Parallel()
	url := testkit.Postgres(t)
	a, b := open(t, url), open(t, url)
	var inA, inB atomic.Int64
	acted := make(chan error, 1)
	alone(t, a, &inA, func(ctx context.Context) {
		acted <- a.Write(ctx, core.Operator, func(_ context.Context, tx *record.Tx) error {
			time.Sleep(4 * time.Second) // longer than the lease
			tx.Append("thing.done", tx.NewID(), "here", record.Public, nil)
			return nil
		})
	})
	soon(t, "nobody began", func() bool { return inA.Load() == 1 })
	alone(t, b, &inB, func(context.Context) {})
	if err := <-acted; err != nil {
		t.Error(err)
	}
	if inA.Load() != 1 || inB.Load() != 0 {
		t.Errorf("at work: %d and %d", inA.Load(), inB.Load())
	}
}

// A follower whose process is cut off is taken over, and sees each event once.
func TestFollowerIsTakenOver(t *testing.T) {
	t.Parallel()
	line, a, b := overLine(t)
	var mu sync.Mutex
	var seen []int64
	effect := func(_ context.Context, tx *record.Tx, events []record.Event) error {
		tx.AfterCommit(func() {
			mu.Lock()
			defer mu.Unlock()
			for _, e := range events {
				seen = append(seen, e.Seq)
			}
		})
		return nil
	}
	many := func(n int) bool { mu.Lock(); defer mu.Unlock(); return len(seen) >= n }
	for _, r := range []*record.Record{a, b} {
		r.Follow("test", effect)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); r.Run(ctx) }()
		t.Cleanup(func() { stop(); <-done })
		var id core.ID
		for range 5 {
			if err := r.Write(t.Context(), core.Operator, note(&id, false)); err != nil {
				t.Fatal(err)
			}
		}
		soon(t, "nobody follows", func() bool { return many(5) })
	}
	soon(t, "not all was followed", func() bool { return many(10) })
	line.Cut()
	var id core.ID
	for range 5 {
		if err := b.Write(t.Context(), core.Operator, note(&id, false)); err != nil {
			t.Fatal(err)
		}
	}
	soon(t, "nobody took over", func() bool { return many(15) })
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 15 || !slices.IsSorted(seen) {
		t.Errorf("seen: %v", seen)
	}
}

// What one process signals another hears, without a bus too; and what another one wrote before
// this one's own event is not passed over.
func TestProcessesHearEachOther(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a, b := open(t, url), open(t, url)
		var heard atomic.Int64
		b.OnSignal("test", func() { heard.Add(1) })
		var id core.ID
		for _, w := range []struct {
			r      *record.Record
			signal bool
			scope  string
		}{{a, true, ""}, {a, false, "there"}, {b, false, "here"}} {
			if err := w.r.Write(t.Context(), core.Operator, func(_ context.Context, tx *record.Tx) error {
				id = tx.NewID()
				if w.signal {
					tx.Signal("test")
				} else {
					tx.Append("thing.done", id, w.scope, record.Public, nil)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		if b.Last() != 2 || b.Scope("there").Load() != 0 {
			t.Fatalf("b has seen %d, %d already", b.Last(), b.Scope("there").Load())
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); b.Run(ctx) }()
		defer func() { stop(); <-done }()
		soon(t, "the signal was not heard", func() bool { return heard.Load() == 1 })
		soon(t, "an event of another process was passed over", func() bool { return b.Scope("there").Load() == 1 })
	})
}
