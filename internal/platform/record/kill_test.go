package record_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

const killed = "PLENARY_TEST_WRITE_TO"

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
	for range 8 {
		wg.Go(func() {
			for range 125 {
				var id core.ID
				err := r.Write(ctx, core.Operator, func(_ context.Context, tx *record.Tx) error {
					id = tx.NewID()
					tx.Append("thing.done", id, "forum", record.Public, nil)
					return nil
				})
				if err == nil {
					mu.Lock()
					fmt.Println(id)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return nil
}

// kill -9 in the middle of 1,000 writes: every acknowledged change is there, the record
// has no gap, and a follower catches up to exactly what is there.
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
			acked = append(acked, strings.TrimSpace(lines.Text()))
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
		var rows []struct {
			Seq     int64
			Subject string
		}
		if err := r.DB.Read.NewRaw("SELECT seq, subject FROM events ORDER BY seq").Scan(t.Context(), &rows); err != nil {
			t.Fatal(err)
		}
		there := map[string]bool{}
		for i, row := range rows {
			if row.Seq != int64(i+1) {
				t.Fatalf("place %d of the record holds event %d: there is a gap", i+1, row.Seq)
			}
			there[row.Subject] = true
		}
		for _, id := range acked {
			if !there[id] {
				t.Fatalf("%s was acknowledged and is gone (%d acknowledged, %d there)", id, len(acked), len(rows))
			}
		}
		seen := 0
		r.Follow("after-the-kill", func(_ context.Context, tx *record.Tx, events []record.Event) error {
			n := len(events)
			tx.AfterCommit(func() { seen += n })
			return nil
		})
		if err := r.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if seen != len(rows) {
			t.Errorf("the follower saw %d of %d events", seen, len(rows))
		}
	})
}
