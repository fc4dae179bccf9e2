package record_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

const (
	killed  = "PLENARY_TEST_WRITE_TO"
	callers = 8
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if url := os.Getenv(killed); url != "" {
		if err := writeUntilKilled(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// writeUntilKilled does 1,000 acts from eight callers and prints the subject of each
// one once it is acknowledged.
func writeUntilKilled(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	clock := &core.Clock{}
	r, err := record.Open(ctx, d, clock, core.NewIDs(clock), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	// Long lines: the pipe holds about a hundred of them, so that the writers wait for the
	// reader and are in the middle when he stops, however slow he is.
	rest := strings.Repeat(".", 600)
	for range callers {
		wg.Go(func() {
			for range 1000 / callers {
				var id core.ID
				err := r.Write(ctx, core.Operator, func(_ context.Context, tx *record.Tx) error {
					id = tx.NewID()
					tx.Append("thing.begun", id, "here", record.Public, nil)
					tx.Append("thing.done", id, "there", record.Public, nil)
					return nil
				})
				if err == nil {
					mu.Lock()
					fmt.Println(id, rest)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return nil
}

// kill -9 in the middle of 1,000 writes: every acknowledged change is there, no act is
// there by half, the record has no gap, a follower catches up to exactly what is there,
// and the record goes on.
func TestKillInTheMiddleOfWrites(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), killed+"="+url)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var acked []string
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			id, rest, _ := strings.Cut(lines.Text(), " ")
			if len(rest) != 600 {
				break // he did not come to the end of the line
			}
			// What was still in the pipe when he died was acknowledged too.
			acked = append(acked, id)
			if len(acked) == 300 {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait() // it was killed
		if len(acked) < 300 || len(acked) >= 1000 {
			t.Fatalf("%d acts were acknowledged: the process was not killed in the middle", len(acked))
		}

		r := open(t, url)
		untilQuiet(t, r)
		last := checkRows(t, r, acked)
		var seen []int64
		r.Follow("after-the-kill", func(_ context.Context, tx *record.Tx, events []record.Event) error {
			tx.AfterCommit(func() {
				for _, e := range events {
					seen = append(seen, e.Seq)
				}
			})
			return nil
		})
		if err := r.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if int64(len(seen)) != last || !slices.IsSorted(seen) || seen[0] != 1 || seen[last-1] != last {
			t.Errorf("the follower saw %d of %d events, the first %d", len(seen), last, seen[0])
		}
		if err := r.Write(t.Context(), core.Operator, func(_ context.Context, tx *record.Tx) error {
			tx.Append("thing.done", tx.NewID(), "there", record.Public, nil)
			return nil
		}); err != nil || r.Last() != last+1 {
			t.Errorf("the next act: %v, place %d after %d", err, r.Last(), last)
		}
	})
}

// checkRows holds the record against what was acknowledged and returns its last place.
func checkRows(t *testing.T, r *record.Record, acked []string) int64 {
	t.Helper()
	var rows []record.Event
	if err := r.DB.Read.NewSelect().Model(&rows).OrderExpr("seq").Scan(t.Context()); err != nil {
		t.Fatal(err)
	}
	there := map[string]int{}
	for i, row := range rows {
		if row.Seq != int64(i+1) {
			t.Fatalf("place %d of the record holds event %d: there is a gap", i+1, row.Seq)
		}
		if i%2 == 1 {
			if before := rows[i-1]; before.Act != row.Act || before.Kind != "thing.begun" || row.Kind != "thing.done" {
				t.Fatalf("the act of event %d is not whole", row.Seq)
			}
			there[string(row.Subject)]++
		}
	}
	for _, id := range acked {
		if there[id] != 1 {
			t.Fatalf("%s was acknowledged and is there %d times (%d acknowledged, %d there)", id, there[id], len(acked), len(there))
		}
	}
	// Each caller may have had one act done of which he could not tell any more, and the
	// one after it under way.
	if extra := len(there) - len(acked); extra > 2*callers {
		t.Errorf("%d acts are there that nobody was told of", extra)
	}
	last := int64(len(rows))
	if last != 2*int64(len(there)) || r.Last() != last || r.Scope("there").Load() != last || r.Scope("here").Load() != last-1 {
		t.Errorf("the versions are %d and %d, the last event is %d", r.Scope("here").Load(), r.Scope("there").Load(), last)
	}
	return last
}

// untilQuiet waits until PostgreSQL has done what the dead process had asked for.
func untilQuiet(t *testing.T, r *record.Record) {
	t.Helper()
	if !r.DB.Postgres() {
		return
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		var busy int
		if err := r.DB.Read.NewRaw(`SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`).Scan(t.Context(), &busy); err != nil {
			t.Fatal(err)
		}
		if busy == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d connections of the dead process are busy", busy)
		}
	}
	// What was committed since the record was opened.
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	r.Run(ctx)
}
