package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/attendance"
	"plenary/internal/forum/badges"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

const (
	joiners    = 5000
	joinDuring = 60 * time.Second
)

// attending measures the days of a meeting with 11,000 registrants: the staff's list, one
// decision for thousands, the rush at a session's start, badges, statistics, exports.
func attending(ctx context.Context, dir string) error {
	clock := &core.Clock{}
	a, err := demo.Open(ctx, demo.Options{Scale: corpus.Full, Config: app.Config{
		Data: filepath.Join(dir, "attending"), BaseURL: "http://localhost", Clock: clock, Log: slog.New(slog.DiscardHandler),
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
	n, err := a.DB.Read.NewSelect().TableExpr("registrations").Where("edition = ?", set.ID).Count(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("## Taking part\n\nThe full demo: %d registrations. SQLite.\n\n", n)
	h := a.Server.Handler()
	staff, err := demoCookie(h, "secretariat")
	if err != nil {
		return err
	}
	fmt.Println("| page | p50 | p95 | queries |\n|---|---:|---:|---:|")
	base := set.Path()
	for _, p := range []struct{ name, path string }{
		{"staff's list", base + "/registrations"},
		{"filtered by country and group", base + "/registrations?country=KE&group=civil-society"},
		{"searched", base + "/registrations?q=mar"},
		{"one registration", base + "/registrations/4000"},
		{"doubles", base + "/registrations/doubles"},
		{"places online", base + "/attendance"},
		{"badges", base + "/badges"},
	} {
		if err := timed(h, p.name, p.path, staff, 60); err != nil {
			return err
		}
	}
	for _, p := range []struct{ name, path string }{{"statistics of the edition, made anew", base + "/statistics?n=%d"}, {"statistics over the editions, made anew", "/statistics?n=%d"}} {
		if err := timed(h, p.name, p.path, nil, 60); err != nil {
			return err
		}
	}
	fmt.Println()
	if err := decideMany(ctx, a, set); err != nil {
		return err
	}
	if err := joinRush(ctx, a, h, set, clock); err != nil {
		return err
	}
	if err := exportAll(h, base, staff); err != nil {
		return err
	}
	return badgeRun(ctx, a, set)
}

func demoCookie(h http.Handler, role string) (*http.Cookie, error) {
	login := httptest.NewRecorder()
	h.ServeHTTP(login, httptest.NewRequest(http.MethodPost, "http://localhost/demo/as/"+role, http.NoBody))
	for _, c := range login.Result().Cookies() {
		if c.Name == "session" {
			return c, nil
		}
	}
	return nil, fmt.Errorf("signing in gave no session (%d)", login.Code)
}

// timed asks for a page many times, one after the other; a number in its address makes each
// time a new one.
func timed(h http.Handler, name, path string, cookie *http.Cookie, times int) error {
	var all []time.Duration
	var most int64
	for i := range times {
		at := path
		if strings.Contains(path, "%d") {
			at = fmt.Sprintf(path, i)
		}
		req := httptest.NewRequest(http.MethodGet, "http://localhost"+at, http.NoBody)
		if cookie != nil {
			req.AddCookie(cookie)
		}
		ctx, queries := db.WithCount(req.Context())
		w := httptest.NewRecorder()
		began := time.Now()
		h.ServeHTTP(w, req.WithContext(ctx))
		if w.Code != http.StatusOK {
			return fmt.Errorf("%s answers %d", at, w.Code)
		}
		all, most = append(all, time.Since(began)), max(most, queries.Load())
	}
	slices.Sort(all)
	fmt.Printf("| %s | %s | %s | %d |\n", name, round(all[len(all)/2]), round(all[len(all)*95/100]), most)
	return nil
}

// decideMany puts all who are approved back, and approves them with one press.
func decideMany(ctx context.Context, a *app.App, set *editions.Setting) error {
	var ids []core.ID
	if err := a.DB.Read.NewSelect().TableExpr("registrations").Column("id").Where("edition = ? AND state = ?", set.ID, participation.StateApproved).Scan(ctx, &ids); err != nil {
		return err
	}
	if _, _, err := a.Participation.Decide(ctx, core.Operator, set, ids, participation.StatePending, core.Text{}); err != nil {
		return err
	}
	began := time.Now()
	done, refused, err := a.Participation.Decide(ctx, core.Operator, set, ids, participation.StateApproved, core.Text{})
	if err != nil {
		return err
	}
	fmt.Printf("%d registrations approved with one press, each with its event and mail: %s (%d refused).\n\n", done, round(time.Since(began)), len(refused))
	return nil
}

// joinRush lets 5,000 people open their link and enter within a minute of a session's start.
func joinRush(ctx context.Context, a *app.App, h http.Handler, set *editions.Setting, clock *core.Clock) error {
	list, err := a.Programme.Briefs(ctx, core.Operator, set, programme.Filter{State: programme.StateScheduled})
	if err != nil {
		return err
	}
	var session *programme.Brief
	for i := range list {
		if list[i].Scheduled() && list[i].Starts.After(clock.Instant()) {
			session = &list[i]
			break
		}
	}
	if session == nil {
		return fmt.Errorf("no session is to come")
	}
	place, err := a.Attendance.PlaceOf(ctx, core.Operator, set, session.ID)
	if err != nil {
		return err
	}
	place.URL, place.Early, place.Access, place.Invited = "https://meet.example.org/x", 15, attendance.ForAll, ""
	if err := a.Attendance.SetPlace(ctx, core.Operator, set, session.Ref, place); err != nil {
		return err
	}
	var people []core.ID
	if err := a.DB.Read.NewSelect().TableExpr("registrations").Column("id").Where("edition = ? AND account = '' AND state IN ('approved', 'checked-in', 'attended')", set.ID).
		OrderExpr("number").Limit(joiners).Scan(ctx, &people); err != nil {
		return err
	}
	accounts := make([]core.ID, len(people))
	err = a.Record.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error {
		for i, id := range people {
			acc, err := a.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: fmt.Sprintf("joiner%d@example.org", i), Name: fmt.Sprintf("Joiner %d", i)})
			if err != nil {
				return err
			}
			accounts[i] = acc.ID
			if _, err := tx.NewRaw("UPDATE registrations SET account = ? WHERE id = ?", acc.ID, id).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	links, cookies := make([]string, len(people)), make([]string, len(people))
	err = each(len(people), func(i int) error {
		l, err := a.Attendance.LinksFor(ctx, accounts[i], set.ID, []core.ID{session.ID})
		if err != nil {
			return err
		}
		u, err := url.Parse(l[session.ID])
		if err != nil {
			return err
		}
		w := httptest.NewRecorder()
		if err := a.Authn.StartSession(ctx, w, accounts[i]); err != nil {
			return err
		}
		c := w.Result().Cookies()[0]
		links[i], cookies[i] = u.Path, c.Name+"="+c.Value
		return nil
	})
	if err != nil {
		return err
	}
	clock.Set(session.Starts.Add(-time.Minute).Time())
	srv := httptest.NewServer(h)
	defer srv.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(method, path, cookie, body string) (int, error) {
		req, err := http.NewRequestWithContext(ctx, method, srv.URL+path, strings.NewReader(body))
		if err != nil {
			return 0, err
		}
		req.Host = "localhost"
		req.Header.Set("Cookie", cookie)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := client.Do(req)
		if err != nil {
			return 0, err
		}
		var sink bytes.Buffer
		_, err = sink.ReadFrom(res.Body)
		_ = res.Body.Close()
		return res.StatusCode, err
	}
	var mu sync.Mutex
	var gets, posts []time.Duration
	bad := map[int]int{}
	var wg sync.WaitGroup
	began := time.Now()
	for i := range people {
		wg.Go(func() {
			time.Sleep(time.Until(began.Add(time.Duration(i) * joinDuring / time.Duration(len(people)))))
			t0 := time.Now()
			s1, err1 := ask(http.MethodGet, links[i], cookies[i], "")
			t1 := time.Now()
			s2, err2 := ask(http.MethodPost, links[i], cookies[i], "do=enter")
			t2 := time.Now()
			mu.Lock()
			defer mu.Unlock()
			if err1 != nil || err2 != nil || s1 != http.StatusOK || s2 != http.StatusSeeOther {
				bad[s1*1000+s2]++
				return
			}
			gets, posts = append(gets, t1.Sub(t0)), append(posts, t2.Sub(t1))
		})
	}
	wg.Wait()
	if len(bad) > 0 {
		return fmt.Errorf("answers that are none: %v", bad)
	}
	counted, err := a.DB.Read.NewSelect().TableExpr("attendances").Where("session = ?", session.ID).Count(ctx)
	if err != nil {
		return err
	}
	p := func(list []time.Duration, part int) string { slices.Sort(list); return round(list[len(list)*part/100]) }
	fmt.Printf("%d people open their link and enter within %s: %d counted.\n\n| | p50 | p99 |\n|---|---:|---:|\n| waiting page | %s | %s |\n| entering | %s | %s |\n\n",
		len(people), joinDuring, counted, p(gets, 50), p(gets, 99), p(posts, 50), p(posts, 99))
	return nil
}

// exportAll takes the list of all registrations, and all that the forum holds about one.
func exportAll(h http.Handler, base string, staff *http.Cookie) error {
	own, err := demoCookie(h, "participant")
	if err != nil {
		return err
	}
	fmt.Println("| export | took | bytes |\n|---|---:|---:|")
	for _, x := range []struct {
		name, method, path, body string
		cookie                   *http.Cookie
	}{
		{"all registrations, CSV", http.MethodPost, base + "/registrations.csv", "with=addresses&with=needs", staff},
		{"all registrations, XLSX", http.MethodPost, base + "/registrations.xlsx", "", staff},
		{"all that is held about a person", http.MethodGet, "/me/data/export.zip", "", own},
		{"statistics of the edition, JSON", http.MethodGet, base + "/statistics.json", "", nil},
	} {
		req := httptest.NewRequest(x.method, "http://localhost"+x.path, strings.NewReader(x.body))
		if x.method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		if x.cookie != nil {
			req.AddCookie(x.cookie)
		}
		w := httptest.NewRecorder()
		began := time.Now()
		h.ServeHTTP(w, req)
		if w.Code != http.StatusOK {
			return fmt.Errorf("%s answers %d", x.path, w.Code)
		}
		fmt.Printf("| %s | %s | %d |\n", x.name, round(time.Since(began)), w.Body.Len())
	}
	fmt.Println()
	return nil
}

// badgeRun prints the badges of who comes.
func badgeRun(ctx context.Context, a *app.App, set *editions.Setting) error {
	began := time.Now()
	b, err := a.Badges.Print(ctx, core.Operator, set, badges.BatchInput{Again: true})
	if err != nil {
		return err
	}
	made := time.Since(began)
	began = time.Now()
	if err := a.Badges.MakeFiles(ctx); err != nil {
		return err
	}
	fmt.Printf("A run of %d badges: made in %s, printed as PDF in %.0f s.\n\n", b.Count, round(made), time.Since(began).Seconds())
	return nil
}
