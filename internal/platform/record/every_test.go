package record_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"plenary/internal/testkit"
)

// Work that time brings is looked for at the start, again when the forum's clock is
// moved, never twice at once, and Run waits for it at the end.
func TestEvery(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		var times, inside, most atomic.Int64
		r.Every("test", time.Hour, func(context.Context) error {
			most.Store(max(most.Load(), inside.Add(1)))
			time.Sleep(20 * time.Millisecond)
			inside.Add(-1)
			times.Add(1)
			return nil
		})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { r.Run(ctx); close(ended) }()
		until := func(n int64) {
			t.Helper()
			for range 1000 {
				if times.Load() >= n {
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
			t.Fatalf("the work was done %d times, not %d", times.Load(), n)
		}
		until(1)
		r.Clock.Set(r.Clock.Now().Add(2 * time.Hour))
		until(2)
		stop()
		<-ended
		if inside.Load() != 0 || most.Load() != 1 {
			t.Errorf("%d at work after the end, %d at once", inside.Load(), most.Load())
		}
		if err := r.DoJobs(t.Context()); err != nil || times.Load() != 3 {
			t.Errorf("DoJobs: %v, %d times", err, times.Load())
		}
	})
}
