package record_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// overLine opens a record on PostgreSQL over a line that can be cut, and one without.
func overLine(t *testing.T) (line *testkit.Line, over, beside *record.Record) {
	t.Helper()
	url := testkit.Postgres(t)
	line, address := testkit.NewLine(t, url)
	return line, open(t, address), open(t, url)
}

func note(id *core.ID, signal bool) func(context.Context, *record.Tx) error {
	return func(_ context.Context, tx *record.Tx) error {
		*id = tx.NewID()
		if signal {
			tx.Signal("test")
			return nil
		}
		tx.Append("thing.done", *id, "here", record.Public, nil)
		return nil
	}
}

func countEvents(t *testing.T, r *record.Record) int64 {
	t.Helper()
	n, err := r.DB.Read.NewSelect().Model((*record.Event)(nil)).Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// An act whose commit got through and whose answer was lost stands, and its caller hears so;
// one whose commit did not get through does not stand, and its caller hears that. With events
// and without.
func TestAnswerToACommitIsLost(t *testing.T) {
	line, r, beside := overLine(t)
	for _, x := range []struct{ before, signal bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
		t.Run(fmt.Sprintf("before=%v,events=%v", x.before, !x.signal), func(t *testing.T) {
			var heard atomic.Int64
			r.OnSignal("test", func() { heard.Add(1) })
			had := countEvents(t, beside)
			line.CutAt("commit", x.before)
			var id core.ID
			err := r.Write(t.Context(), core.Operator, note(&id, x.signal))
			if !line.WasCut() {
				t.Fatal("the line was not cut")
			}
			if x.before && core.KindOf(err) != core.KindUnavailable || !x.before && err != nil {
				t.Errorf("the caller hears %v", err)
			}
			if now := countEvents(t, beside) - had; !x.signal && (now == 1) == x.before {
				t.Errorf("%d events came", now)
			}
			if x.signal && (heard.Load() == 1) == x.before {
				t.Errorf("the signal was heard %d times", heard.Load())
			}
			if err := r.Write(t.Context(), core.Operator, note(&id, false)); err != nil {
				t.Errorf("the next act: %v", err)
			}
		})
	}
}

// An act in whose middle the line is cut did not happen, and its caller hears so; those that
// had not begun are done as soon as the database is back.
func TestLineIsCutInAnAct(t *testing.T) {
	t.Parallel()
	line, r, beside := overLine(t)
	began, cut := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- r.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			close(began)
			<-cut
			_, err := tx.ExecContext(ctx, "SELECT 1")
			return err
		})
	}()
	<-began
	var wg sync.WaitGroup
	var failed atomic.Int64
	for range 20 {
		wg.Go(func() {
			var id core.ID
			if err := r.Write(t.Context(), core.Operator, note(&id, false)); err != nil {
				t.Error(err)
				failed.Add(1)
			}
		})
	}
	line.Cut()
	close(cut)
	if err := <-first; core.KindOf(err) != core.KindUnavailable {
		t.Errorf("the act in the middle: %v", err)
	}
	line.Mend()
	wg.Wait()
	if n := countEvents(t, beside); n != 20-failed.Load() {
		t.Errorf("%d events for %d acts", n, 20-failed.Load())
	}
}

// While the database is away acts and questions fail within five seconds, as that.
func TestDatabaseIsAway(t *testing.T) {
	t.Parallel()
	line, r, _ := overLine(t)
	line.Cut()
	var wg sync.WaitGroup
	began := core.Machine()
	for range 30 {
		wg.Go(func() {
			var id core.ID
			if err := r.Write(t.Context(), core.Operator, note(&id, false)); core.KindOf(err) != core.KindUnavailable {
				t.Errorf("an act: %v", err)
			}
		})
		wg.Go(func() {
			var one int
			if err := r.DB.Read.NewRaw("SELECT 1").Scan(t.Context(), &one); !db.Away(err) {
				t.Errorf("a question: %v", err)
			}
		})
	}
	wg.Wait()
	if took := core.MachineSince(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	line.Mend()
	var id core.ID
	if err := r.Write(t.Context(), core.Operator, note(&id, false)); err != nil {
		t.Errorf("the next act: %v", err)
	}
}

// What is no matter of the line is not taken for it.
func TestAway(t *testing.T) {
	for _, err := range []error{nil, errors.New("x"), context.Canceled, core.NotFound(), fmt.Errorf("x: %w", record.ErrNested)} {
		if db.Away(err) {
			t.Errorf("%v", err)
		}
	}
}
