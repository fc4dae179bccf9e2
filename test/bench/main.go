// Command bench measures what docs/benchmarks.md states: the programme page against
// nginx serving the same bytes, the same page signed in, start and size, durable
// commits. It prints Markdown. Ratios are medians of alternating pairs, so that they
// hold when the machine's speed drifts.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

func main() {
	seconds := flag.Int("seconds", 4, "length of each run")
	pairs := flag.Int("pairs", 5, "alternating pairs")
	only := flag.String("only", "", "one part: pages, signed-in, imports, growth, search, rush, registration, attending, selection, transcripts, review, opinions, assignment, timetable, release, outputs, backup, cluster or commits")
	times := flag.String("times", "60", "seconds of each search for a timetable, with commas between")
	seeds := flag.Int("seeds", 5, "searches for a timetable of each length")
	instances := flag.String("instances", "../shared/fixtures/timetabling", "folder with instances of the conference scheduling library and published/ beside them")
	flag.Parse()
	search := func(ctx context.Context) error { return timetables(ctx, *instances, *times, *seeds) }
	if err := run(context.Background(), time.Duration(*seconds)*time.Second, *pairs, *only, search); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, during time.Duration, pairs int, only string, search func(context.Context) error) error {
	dir, err := os.MkdirTemp("", "plenary-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	fmt.Printf("Machine: %d processors, %s, %s/%s.\n\n", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, part := range []struct {
		name string
		run  func() error
	}{
		{"pages", func() error {
			bin, err := build(ctx, dir)
			if err != nil {
				return err
			}
			return pages(ctx, bin, dir, during, pairs)
		}},
		{"signed-in", func() error { return signedIn(ctx, dir) }},
		{"imports", func() error { return imports(ctx, dir) }},
		{"growth", func() error { return growth(ctx, dir) }},
		{"search", func() error { return searches(ctx, dir) }},
		{"rush", func() error { return rush(ctx, dir) }},
		{"registration", func() error { return registering(ctx, dir) }},
		{"attending", func() error { return attending(ctx, dir) }},
		{"selection", func() error { return selecting(ctx, dir) }},
		{"transcripts", func() error { return transcripts(ctx, dir) }},
		{"review", func() error { return consultation(ctx, dir) }},
		{"opinions", func() error { return opinions(pairs) }},
		{"assignment", func() error { return assignments(ctx, pairs) }},
		{"timetable", func() error { return search(ctx) }},
		{"release", func() error { return releasing(ctx, dir) }},
		{"outputs", func() error { return outputs(ctx) }},
		{"cluster", func() error { return clusters(ctx, dir, during, pairs) }},
		{"backup", func() error { return backups(ctx, dir) }},
		{"commits", func() error { return durable(ctx, dir, during) }},
	} {
		if only != "" && only != part.name {
			continue
		}
		if err := part.run(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

func durable(ctx context.Context, dir string, during time.Duration) error {
	fsync, err := fsyncLatency(dir)
	if err != nil {
		return err
	}
	fmt.Printf("## Durable commits\n\nOne event each. fsync of 4 KB in the same folder: %s (median of 200).\n\n", fsync.Round(time.Microsecond))
	fmt.Println("| database | callers | acts a second |\n|---|---:|---:|")
	urls := []struct{ name, url string }{{"SQLite", "sqlite:" + filepath.Join(dir, "commits.db")}}
	if pg := os.Getenv("PLENARY_TEST_POSTGRES"); pg != "" {
		name, drop, err := freshPostgres(ctx, pg)
		if err != nil {
			return err
		}
		defer drop()
		urls = append(urls, struct{ name, url string }{"PostgreSQL", name})
	} else {
		fmt.Fprintln(os.Stderr, "bench: no PostgreSQL: set PLENARY_TEST_POSTGRES, or run make bench")
	}
	for _, u := range urls {
		for _, callers := range []int{1, 64} {
			var runs []float64
			for range 3 {
				n, err := commits(ctx, u.url, callers, during)
				if err != nil {
					return err
				}
				runs = append(runs, n)
			}
			slices.Sort(runs)
			fmt.Printf("| %s | %d | %.0f |\n", u.name, callers, runs[1])
		}
	}
	fmt.Println()
	return nil
}
