package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

// fsyncLatency is the median time of a 4 KB append and fsync in the folder: what a
// durable commit costs at the least.
func fsyncLatency(dir string) (time.Duration, error) {
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	block := make([]byte, 4096)
	var all []time.Duration
	for range 200 {
		start := time.Now()
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		all = append(all, time.Since(start))
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

// commits counts durable acts a second (one event each) with so many callers.
func commits(ctx context.Context, url string, callers int, during time.Duration) (float64, error) {
	d, err := db.Open(ctx, url)
	if err != nil {
		return 0, err
	}
	defer func() { _ = d.Close() }()
	if err := d.Migrate(ctx); err != nil {
		return 0, err
	}
	clock := &core.Clock{}
	r, err := record.Open(ctx, d, clock, core.NewIDs(clock), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return 0, err
	}
	defer r.Close()
	var n atomic.Int64
	var done atomic.Bool
	var wg sync.WaitGroup
	errs := make(chan error, callers)
	start := time.Now()
	for i := range callers {
		wg.Go(func() {
			for !done.Load() {
				err := r.Write(ctx, core.Operator, func(_ context.Context, tx *record.Tx) error {
					tx.Append("bench.done", tx.NewID(), fmt.Sprintf("bench-%d", i%8), record.Internal, record.Data{"n": i})
					return nil
				})
				if err != nil {
					errs <- err
					return
				}
				n.Add(1)
			}
		})
	}
	time.Sleep(during)
	done.Store(true)
	wg.Wait()
	took := time.Since(start)
	select {
	case err := <-errs:
		return 0, err
	default:
	}
	return float64(n.Load()) / took.Seconds(), nil
}
