package record_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/bus"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

func open(t *testing.T, url string) *record.Record {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	b, err := bus.Open(bus.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	clock := &core.Clock{}
	r, err := record.Open(t.Context(), d, clock, core.NewIDs(clock), b, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func TestWriteGroupsAndUndoesAlone(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		boom := errors.New("boom")
		var wg sync.WaitGroup
		errs := make([]error, 100)
		for i := range errs {
			wg.Go(func() {
				errs[i] = r.Write(t.Context(), core.Operator, func(_ context.Context, tx *record.Tx) error {
					tx.Append("thing.done", tx.NewID(), "forum", record.Public, record.Data{"n": i})
					if i%10 == 0 {
						return boom
					}
					if i%10 == 1 {
						panic("oh")
					}
					return nil
				})
			})
		}
		wg.Wait()
		for i, err := range errs {
			if wantErr := i%10 < 2; (err != nil) != wantErr {
				t.Errorf("act %d: error %v, want one: %v", i, err, wantErr)
			}
		}
		list, err := r.Events(t.Context(), record.Query{Scope: "forum", Page: core.Page{Limit: 500}})
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Items) != 80 || list.Total != 80 {
			t.Fatalf("%d events (total %d), want the 80 that were acknowledged", len(list.Items), list.Total)
		}
		for i, e := range list.Items {
			if want := int64(80 - i); e.Seq != want {
				t.Fatalf("event %d has place %d, want %d: the record has a gap", i, e.Seq, want)
			}
		}
		if v := r.Scope("forum").Load(); v != 80 {
			t.Errorf("version of the scope is %d, want 80", v)
		}
	})
}

func TestNestedWriteIsAnError(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		err := r.Write(t.Context(), core.Operator, func(ctx context.Context, _ *record.Tx) error {
			return r.Write(ctx, core.Operator, func(context.Context, *record.Tx) error { return nil })
		})
		if !errors.Is(err, record.ErrNested) {
			t.Fatalf("got %v, want ErrNested", err)
		}
	})
}

func TestHandlerGuardsTheAct(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		r.On("a.done", func(_ context.Context, tx *record.Tx, e *record.Event) error {
			tx.Append("b.done", e.Subject, e.Scope, record.Internal, nil)
			return nil
		})
		r.On("b.done", func(_ context.Context, _ *record.Tx, e *record.Event) error {
			if e.Scope == "closed" {
				return core.Conflict("error.conflict")
			}
			return nil
		})
		do := func(scope string) error {
			return r.Write(t.Context(), core.Operator, func(_ context.Context, tx *record.Tx) error {
				tx.Append("a.done", tx.NewID(), scope, record.Public, nil)
				return nil
			})
		}
		if err := do("open"); err != nil {
			t.Fatal(err)
		}
		if err := do("closed"); core.KindOf(err) != core.KindConflict {
			t.Fatalf("got %v, want the handler's conflict", err)
		}
		all, err := r.Events(t.Context(), record.Query{Internal: true})
		if err != nil || len(all.Items) != 2 {
			t.Fatalf("%d events, %v; want a.done and b.done of the open act only", len(all.Items), err)
		}
		if all.Items[0].Act != all.Items[1].Act {
			t.Error("events of one act do not share their cause")
		}
		pub, _ := r.Events(t.Context(), record.Query{})
		if len(pub.Items) != 1 || pub.Items[0].Kind != "a.done" {
			t.Errorf("the public sees %v, want a.done alone", pub.Items)
		}
	})
}

// A follower that fails half way, or is stopped, sees each event once in effect.
func TestFollowerRestartsWhereItStopped(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		fail := true
		seen := map[core.ID]int{}
		r.Follow("test", func(_ context.Context, tx *record.Tx, events []record.Event) error {
			for _, e := range events {
				if e.Kind == "echo" {
					continue
				}
				tx.Append("echo", e.Subject, "echo", record.Internal, nil)
				tx.AfterCommit(func() { seen[e.ID]++ })
			}
			if fail {
				return errors.New("not today")
			}
			return nil
		})
		for i := range 450 {
			if err := r.Write(t.Context(), core.Operator, func(_ context.Context, tx *record.Tx) error {
				tx.Append("thing.done", core.ID(fmt.Sprint(i)), "forum", record.Public, nil)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.CatchUp(t.Context()); err == nil {
			t.Fatal("a failing follower must say so")
		}
		fail = false
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { r.Run(ctx); close(done) }()
		deadline := time.Now().Add(20 * time.Second)
		for {
			list, err := r.Events(t.Context(), record.Query{Scope: "echo", Internal: true, Page: core.Page{Limit: 1}})
			if err != nil {
				t.Fatal(err)
			}
			if list.Total == 450 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d of 450 events took effect", list.Total)
			}
			time.Sleep(20 * time.Millisecond)
		}
		cancel()
		<-done
		if err := r.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		for id, n := range seen {
			if n != 1 {
				t.Fatalf("event %s took effect %d times", id, n)
			}
		}
		if len(seen) != 450 {
			t.Fatalf("%d events took effect, want 450", len(seen))
		}
	})
}

// What another process writes is seen within a second: here a second Record on the
// same database, without a bus between them.
func TestOtherProcessIsSeen(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		one, two := open(t, url), open(t, url)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { two.Run(ctx); close(done) }()
		defer func() { cancel(); <-done }()
		if err := one.Write(t.Context(), core.Operator, func(_ context.Context, tx *record.Tx) error {
			tx.Append("thing.done", tx.NewID(), "there", record.Public, nil)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		deadline := time.Now().Add(5 * time.Second)
		for two.Scope("there").Load() == 0 {
			if time.Now().After(deadline) {
				t.Fatal("the other process has not seen the write")
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
}

func TestPersonalPartIsNotShown(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		if err := r.Write(t.Context(), core.Operator, func(_ context.Context, tx *record.Tx) error {
			tx.AppendPersonal("account.made", tx.NewID(), "forum", record.Public, nil, record.Data{"email": "a@example.org"})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		list, err := r.Events(t.Context(), record.Query{Internal: true})
		if err != nil || len(list.Items) != 1 {
			t.Fatal(err)
		}
		if list.Items[0].Personal != nil {
			t.Error("the personal part was read with the event")
		}
		var n int
		if err := r.DB.Read.NewRaw("SELECT COUNT(*) FROM events WHERE personal IS NOT NULL").Scan(t.Context(), &n); err != nil || n != 1 {
			t.Errorf("the personal part was not kept: %d, %v", n, err)
		}
	})
}
