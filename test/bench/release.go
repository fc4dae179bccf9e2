package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	plan "plenary/internal/forum/timetable"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

const (
	relBookmarkers = 5000
	relBookmarks   = 5    // of each
	relRate        = 1000 // requests a second
	relDuring      = 6 * time.Second
)

// releasing measures a programme of 300 sessions: its plan from an empty grid, a release
// that moves most of it with 5,000 who keep sessions, and the programme's page at that
// moment.
func releasing(ctx context.Context, dir string) error {
	clock := &core.Clock{}
	a, err := demo.Open(ctx, demo.Options{Scale: corpus.Full, Config: app.Config{
		Data: filepath.Join(dir, "release"), BaseURL: "http://localhost", Clock: clock, Log: slog.New(slog.DiscardHandler),
		SMTP: "smtp://localhost:1", // mails wait in the outbox; nothing sends them here
	}})
	if err != nil {
		return err
	}
	defer a.Close()
	set, err := a.Editions.Setting(ctx, core.Operator, "2026-sample")
	if err != nil {
		return err
	}
	if err := a.Timetable.Notices(ctx); err != nil {
		return err
	}
	fmt.Printf("## Timetable: planning and releasing\n\nThe full demo: 300 sessions, 10 rooms, 5 days, 900 people; %d accounts keep %d sessions each. SQLite.\n\n", relBookmarkers, relBookmarks)
	if err := keepers(ctx, a, set); err != nil {
		return err
	}
	if err := fromEmpty(ctx, a, set); err != nil {
		return err
	}
	return release(ctx, a, set)
}

// keepers makes the accounts that keep sessions.
func keepers(ctx context.Context, a *app.App, set *editions.Setting) error {
	list, err := a.Programme.Briefs(ctx, core.Operator, set, programme.Filter{State: programme.StateScheduled})
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(3, 5))
	return a.Record.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error {
		for i := range relBookmarkers {
			acc, err := a.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: fmt.Sprintf("keeper%d@example.org", i), Name: fmt.Sprintf("Keeper %d", i), Lang: core.Langs[i%6]})
			if err != nil {
				return err
			}
			var mine []programme.Brief
			for range relBookmarks {
				mine = append(mine, list[r.IntN(len(list))])
			}
			slices.SortFunc(mine, func(x, y programme.Brief) int { return int(x.Starts.Sub(y.Starts)) })
			mine = slices.CompactFunc(mine, func(x, y programme.Brief) bool { return x.ID == y.ID })
			if err := a.Agenda.AddTx(ctx, tx, acc.ID, mine); err != nil {
				return err
			}
		}
		return nil
	})
}

// fromEmpty takes everything out of the plan and lets the optimiser place it again.
func fromEmpty(ctx context.Context, a *app.App, set *editions.Setting) error {
	b, err := a.Timetable.Board(ctx, core.Operator, set)
	if err != nil {
		return err
	}
	var moves []plan.Move
	for i := range b.Items {
		if it := &b.Items[i]; it.Plan.Scheduled() && it.Plan.State == plan.PlanOpen {
			moves = append(moves, plan.Move{Session: it.ID, Version: -1, To: plan.Spot{State: plan.PlanOpen}})
		}
	}
	if err := a.Timetable.Place(ctx, core.Operator, set, "move", moves...); err != nil {
		return err
	}
	fmt.Println("| from an empty grid, seconds | seed | first plan without a finding that blocks, s | unplaced | blocks | cost | bound | moves/s |\n|---:|---:|---:|---:|---:|---:|---:|---:|")
	var accept int
	for _, run := range []plan.RunInput{{Seconds: 10, Seed: 1}, {Seconds: 10, Seed: 2}, {Seconds: 60, Seed: 1}} {
		r, err := a.Timetable.Optimise(ctx, core.Operator, set, run)
		if err != nil {
			return err
		}
		if err := a.Timetable.Runs(ctx); err != nil {
			return err
		}
		if r, err = a.Timetable.RunOf(ctx, core.Operator, set, r.Number); err != nil {
			return err
		}
		first := "none"
		for _, p := range r.Progress.Line {
			if p.Blocks == 0 {
				first = fmt.Sprintf("%.1f", p.Seconds)
				break
			}
		}
		fmt.Printf("| %d | %d | %s | %d | %d | %d | %d | %.0f |\n", run.Seconds, run.Seed, first, r.Result.After.Unplaced, r.Result.After.Blocks, r.Result.After.Cost, r.Result.Bound,
			float64(r.Progress.Moves)/max(r.Progress.Seconds, 0.001))
		accept = r.Number
	}
	fmt.Println()
	_, _, err = a.Timetable.AcceptRun(ctx, core.Operator, set, accept)
	return err
}

func release(ctx context.Context, a *app.App, set *editions.Setting) error {
	b, err := a.Timetable.Board(ctx, core.Operator, set)
	if err != nil {
		return err
	}
	for _, f := range b.Findings { // what the sample has on purpose
		if f.Blocks() {
			if err := a.Timetable.AcceptFinding(ctx, core.Operator, set, f.Key, "as before"); err != nil {
				return err
			}
		}
	}
	if _, err := a.Timetable.Board(ctx, core.Operator, set); err != nil {
		return err
	}
	srv := httptest.NewServer(a.Server.Handler())
	defer srv.Close()
	path := srv.URL + "/2026-sample/programme/day-3"
	if _, _, err := look(ctx, path); err != nil {
		return err
	}
	made := &sync.Map{}
	var took, told time.Duration
	var queries, noticed int64
	var failed error
	at := make(chan struct{})
	go func() {
		defer close(at)
		time.Sleep(relDuring / 3)
		counted, n := db.WithCount(ctx)
		began := time.Now()
		_, failed = a.Timetable.Release(counted, core.Operator, set, plan.ReleaseInput{})
		took, queries = time.Since(began), n.Load()
	}()
	lat := flood(ctx, path, made)
	<-at
	if failed != nil {
		return failed
	}
	counted, n := db.WithCount(ctx)
	began := time.Now()
	if err := a.Timetable.Notices(counted); err != nil {
		return err
	}
	told, noticed = time.Since(began), n.Load()
	var row struct {
		Mails   int `bun:"mails"`
		Changes int `bun:"changes"`
	}
	if err := a.DB.Read.NewRaw(`SELECT (SELECT COUNT(*) FROM release_notices WHERE release = (SELECT id FROM releases WHERE edition = ? ORDER BY number DESC LIMIT 1)) AS mails,
		(SELECT COUNT(*) FROM release_changes WHERE release = (SELECT id FROM releases WHERE edition = ? ORDER BY number DESC LIMIT 1)) AS changes`, set.ID, set.ID).Scan(ctx, &row); err != nil {
		return err
	}
	pages := 0
	made.Range(func(any, any) bool { pages++; return true })
	slices.Sort(lat)
	fmt.Printf("A release that changes %d sessions: %s, %d queries. Its notices: %d mails queued in %s, %d queries.\n\n", row.Changes, round(took), queries, row.Mails, round(told), noticed)
	fmt.Printf("The programme's page of a day at %d requests a second for %s, with the release after a third of it: %d answers, %d different pages, p50 %s, p95 %s, p99 %s, at most %s.\n\n",
		relRate, relDuring, len(lat), pages, round(lat[len(lat)/2]), round(lat[len(lat)*95/100]), round(lat[len(lat)*99/100]), round(lat[len(lat)-1]))
	return nil
}

// flood asks for a page at a steady rate, whatever becomes of the answers, and keeps which
// versions of it were seen.
func flood(ctx context.Context, path string, seen *sync.Map) []time.Duration {
	var (
		mu  sync.Mutex
		out []time.Duration
		wg  sync.WaitGroup
		bad atomic.Int64
	)
	tick := time.NewTicker(time.Second / relRate)
	defer tick.Stop()
	for end := time.Now().Add(relDuring); time.Now().Before(end); {
		<-tick.C
		wg.Go(func() {
			began := time.Now()
			tag, _, err := look(ctx, path)
			if err != nil {
				bad.Add(1)
				return
			}
			seen.Store(tag, true)
			mu.Lock()
			out = append(out, time.Since(began))
			mu.Unlock()
		})
	}
	wg.Wait()
	if n := bad.Load(); n > 0 {
		fmt.Printf("%d requests failed.\n\n", n)
	}
	return out
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 512, MaxConnsPerHost: 512}, Timeout: 30 * time.Second}

func look(ctx context.Context, path string) (etag string, size int64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return "", 0, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := client.Do(req)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = res.Body.Close() }()
	size, err = io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d", path, res.StatusCode)
	}
	return res.Header.Get("Etag"), size, err
}
