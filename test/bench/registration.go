package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

const (
	registrants  = 11_000
	registerFrom = 64 // clients
)

// registering measures 11,000 registrations through HTTP from 64 clients. In the middle the
// server is killed and started again; whoever was told that she is registered must be.
func registering(ctx context.Context, dir string) error {
	bin, err := build(ctx, dir)
	if err != nil {
		return err
	}
	fsync, err := fsyncLatency(dir)
	if err != nil {
		return err
	}
	fmt.Printf("## Registration\n\n%d registrations by the form, from %d clients, each answered when it is durable. fsync of 4 KB in the same folder: %s (median of 200).\n\n", registrants, registerFrom, fsync.Round(time.Microsecond))
	fmt.Println("| database | | seconds | a second | p50 | p99 | longest | told and lost |\n|---|---|---:|---:|---:|---:|---:|---:|")
	for _, kill := range []bool{false, true} {
		if err := registerOn(ctx, bin, dir, "SQLite", "", kill); err != nil {
			return err
		}
		pg := os.Getenv("PLENARY_TEST_POSTGRES")
		if pg == "" {
			fmt.Fprintln(os.Stderr, "bench: no PostgreSQL: set PLENARY_TEST_POSTGRES, or run make bench")
			continue
		}
		name, drop, err := freshPostgres(ctx, pg)
		if err != nil {
			return err
		}
		err = registerOn(ctx, bin, dir, "PostgreSQL", name, kill)
		drop()
		if err != nil {
			return err
		}
	}
	fmt.Println()
	return nil
}

func registerOn(ctx context.Context, bin, dir, name, database string, kill bool) error {
	data := filepath.Join(dir, fmt.Sprintf("register-%s-%v", name, kill))
	cookies, err := crowd(ctx, data, database)
	if err != nil {
		return err
	}
	args := []string{"serve", "--data", data, "--base-url", "http://localhost"}
	if database != "" {
		args = append(args, "--database", database)
	}
	s, err := launch(ctx, bin, args...)
	if err != nil {
		return err
	}
	defer func() { s.stop() }()
	var (
		wg      sync.WaitGroup
		mu      sync.Mutex
		took    []time.Duration
		told    atomic.Int64
		next    atomic.Int64
		refused []string // what those were told last who gave up
	)
	addr := s.addr
	client := &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: registerFrom},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       20 * time.Second,
	}
	began := time.Now()
	for range registerFrom {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(cookies) {
					return
				}
				start := time.Now()
				for try := 0; ; try++ {
					status, err := registerOne(ctx, client, addr, cookies[i])
					if err == nil && (status == http.StatusSeeOther || try > 0 && status == http.StatusConflict) {
						break // a conflict says that the lost answer was a yes
					}
					if time.Since(start) > 2*time.Minute {
						mu.Lock()
						refused = append(refused, fmt.Sprintf("%d %v", status, err))
						mu.Unlock()
						return
					}
					time.Sleep(10 * time.Millisecond)
				}
				told.Add(1)
				mu.Lock()
				took = append(took, time.Since(start))
				mu.Unlock()
			}
		})
	}
	if kill {
		for told.Load() < registrants/2 {
			time.Sleep(time.Millisecond)
		}
		if err := s.cmd.Process.Kill(); err != nil {
			return err
		}
		_ = s.cmd.Wait()
		again, err := launchAt(ctx, bin, addr, args...)
		if err != nil {
			return err
		}
		s = again
	}
	wg.Wait()
	all := time.Since(began)
	s.stop()
	n, err := countRegistered(ctx, data, database)
	if err != nil {
		return err
	}
	if len(refused) > 0 || len(took) != registrants {
		return fmt.Errorf("%d of %d registered; the others were told last: %v", len(took), registrants, refused)
	}
	slices.Sort(took)
	how := ""
	if kill {
		how = fmt.Sprintf("killed after %d, ready again %s after it was started", registrants/2, round(s.ready))
	}
	fmt.Printf("| %s | %s | %.1f | %.0f | %s | %s | %s | %d |\n", name, how, all.Seconds(), registrants/all.Seconds(), round(took[len(took)/2]), round(took[len(took)*99/100]), round(took[len(took)-1]), registrants-n)
	return nil
}

func registerOne(ctx context.Context, client *http.Client, addr, cookie string) (int, error) {
	form := url.Values{
		"name": {"Registrant " + cookie[len(cookie)-6:]}, "organisation": {"Lake Institute"}, "title": {"Engineer"}, "stakeholder": {"civil-society"}, "country": {"KE"},
		"mode": {"online"}, "category": {"online"}, "gender": {"woman"}, "first_time": {"yes"}, "conduct": {"true"}, "lang": {"en"}, "show_name": {"true"},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/2030/register", strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	req.Host = "localhost"
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Cookie", cookie)
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode, err
}

// crowd makes a forum whose edition registers people online at once, and accounts whose
// browsers are signed in.
func crowd(ctx context.Context, data, database string) (cookies []string, err error) {
	a, err := app.Open(ctx, app.Config{Data: data, Database: database, BaseURL: "http://localhost", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	var accounts []core.ID
	err = a.Record.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error {
		if err := a.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum"), Short: "F"}); err != nil {
			return err
		}
		e, err := a.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2030", Name: core.NewText("en", "2030"), City: core.NewText("en", "Kyoto"), Zone: "UTC", State: editions.StatePublic, FirstDay: "2030-01-01", LastDay: "2030-01-04",
		})
		if err != nil {
			return err
		}
		set, err := a.Editions.SettingTx(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		_, err = a.Participation.BeginTx(ctx, tx, set)
		for i := range registrants {
			if err != nil {
				return err
			}
			var acc authn.Account
			acc, err = a.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: fmt.Sprintf("p%d@example.org", i), Name: fmt.Sprintf("Registrant %d", i)})
			accounts = append(accounts, acc.ID)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	set, err := a.Editions.Setting(ctx, core.Operator, "2030")
	if err != nil {
		return nil, err
	}
	st, err := a.Participation.Setting(ctx, core.Operator, set)
	if err != nil {
		return nil, err
	}
	call, err := a.Calls.ByID(ctx, core.Operator, st.Call)
	if err != nil {
		return nil, err
	}
	window := calls.InputOf(call)
	window.Published = true
	if err := a.Calls.Change(ctx, core.Operator, call.ID, window); err != nil {
		return nil, err
	}
	cookies = make([]string, len(accounts))
	var wg sync.WaitGroup
	var failed atomic.Value
	work := make(chan int)
	for range 64 {
		wg.Go(func() {
			for i := range work {
				w := httptest.NewRecorder()
				if err := a.Authn.StartSession(ctx, w, accounts[i]); err != nil {
					failed.Store(err)
					continue
				}
				c := w.Result().Cookies()[0]
				cookies[i] = c.Name + "=" + c.Value
			}
		})
	}
	for i := range accounts {
		work <- i
	}
	close(work)
	wg.Wait()
	if err, ok := failed.Load().(error); ok {
		return nil, err
	}
	return cookies, nil
}

// countRegistered counts registrations, each with a number of its own and a place.
func countRegistered(ctx context.Context, data, database string) (int, error) {
	a, err := app.Open(ctx, app.Config{Data: data, Database: database, BaseURL: "http://localhost", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, err
	}
	defer a.Close()
	var row struct{ N, Accounts, Numbers, Taken, Receipts int }
	err = a.DB.Read.NewRaw(`SELECT (SELECT COUNT(*) FROM registrations) AS n, (SELECT COUNT(DISTINCT account) FROM registrations WHERE state = 'approved') AS accounts,
		(SELECT COUNT(DISTINCT number) FROM registrations) AS numbers, (SELECT SUM(taken) FROM registration_categories) AS taken,
		(SELECT COUNT(*) FROM outbox WHERE kind = 'registration_approved') AS receipts`).Scan(ctx, &row)
	if err != nil {
		return 0, err
	}
	if row.N != row.Accounts || row.N != row.Numbers || row.N != row.Taken || row.N != row.Receipts {
		return 0, fmt.Errorf("they do not agree: %+v", row)
	}
	return row.N, nil
}
