package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/platform/db"
)

// signedIn measures the same page for somebody who is signed in: it is made anew each
// time.
func signedIn(ctx context.Context, dir string) error {
	a, err := demo.Open(ctx, demo.Options{
		Scale:  corpus.Full,
		Config: app.Config{Data: filepath.Join(dir, "demo"), BaseURL: "http://localhost", Clock: &core.Clock{}, Log: slog.New(slog.DiscardHandler)},
	})
	if err != nil {
		return err
	}
	defer a.Close()
	h := a.Server.Handler()
	login := httptest.NewRecorder()
	h.ServeHTTP(login, httptest.NewRequest(http.MethodPost, "http://localhost/demo/as/rapporteur", nil))
	var cookie *http.Cookie
	for _, c := range login.Result().Cookies() {
		if c.Name == "session" {
			cookie = c
		}
	}
	if cookie == nil {
		return fmt.Errorf("signing in gave no session (%d)", login.Code)
	}
	ask := func() (time.Duration, int64, error) {
		req := httptest.NewRequest(http.MethodGet, "http://localhost"+programmePage, nil)
		req.AddCookie(cookie)
		req.Header.Set("Accept-Encoding", "gzip")
		ctx, queries := db.WithCount(req.Context())
		w := httptest.NewRecorder()
		began := time.Now()
		h.ServeHTTP(w, req.WithContext(ctx))
		took := time.Since(began)
		if w.Code != http.StatusOK {
			return took, 0, fmt.Errorf("answer %d", w.Code)
		}
		return took, queries.Load(), nil
	}
	var all []time.Duration
	var most int64
	var before, after runtime.MemStats
	for i := range 220 {
		if i == 20 {
			runtime.ReadMemStats(&before)
		}
		took, n, err := ask()
		if err != nil {
			return err
		}
		if i >= 20 {
			all, most = append(all, took), max(most, n)
		}
	}
	runtime.ReadMemStats(&after)
	slices.Sort(all)
	n := uint64(len(all))
	fmt.Printf("## The same page signed in (made anew each time)\n\np50 %s, p95 %s; at most %d queries; %d allocations and %d KB each (200 requests, one after the other).\n\n",
		all[len(all)/2].Round(10*time.Microsecond), all[len(all)*95/100].Round(10*time.Microsecond), most,
		(after.Mallocs-before.Mallocs)/n, (after.TotalAlloc-before.TotalAlloc)/n/1024)
	return nil
}

// freshPostgres makes a database that is dropped afterwards.
func freshPostgres(ctx context.Context, address string) (url string, drop func(), err error) {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return "", nil, err
	}
	name := fmt.Sprintf("plenary_bench_%d", time.Now().UnixNano())
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, err
	}
	cfg := conn.Config().Copy()
	url = fmt.Sprintf("postgres://%s:%s@%s:%d/%s", cfg.User, cfg.Password, cfg.Host, cfg.Port, name)
	return url, func() {
		_, _ = conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		_ = conn.Close(ctx)
	}, nil
}
