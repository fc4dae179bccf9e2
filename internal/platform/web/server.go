// Package web serves pages: routing, language, sessions' actors, rendering, forms,
// the page cache, assets and errors. It knows nothing of forums; rooms register
// their handlers and templates with it.
package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
)

// Handler answers one request. What it returns as an error is told to the reader in
// one place, by kind.
type Handler func(c *C) error

// Config is what the server is told from outside.
type Config struct {
	BaseURL string // canonical address without a slash at the end: https://forum.example
	Build   string // identifies the program: part of cache keys and ETags
	Demo    bool   // shows the sign-in of roles and the mail catcher

	Proxies []netip.Prefix // networks whose word on the client's address is believed; empty: this machine's
	Drain   time.Duration  // so long requests are still taken after the end was asked for
}

// Server holds what pages need. Fields are set while wiring, before Start.
type Server struct {
	Config
	Catalog *i18n.Catalog
	Record  *record.Record
	Clock   *core.Clock
	Log     *slog.Logger

	// Identify finds out who asks; it may set cookies. Without it all are visitors.
	Identify func(w http.ResponseWriter, r *http.Request) core.Actor
	// Bearer finds out for whom a program acts that sends a personal token.
	Bearer func(ctx context.Context, token string) (core.Actor, error)
	// Rates are how often the JSON API may be called.
	Rates Rates
	// Shell fills what stands around each page: the forum's name, editions, menus.
	Shell func(c *C) (Shell, error)
	// API answers below /api/ and /openapi.json.
	API http.Handler
	// Park keeps a form that was sent without a session; Unpark gives it back once.
	Park   func(ctx context.Context, path string, body []byte) (token string, err error)
	Unpark func(ctx context.Context, path, token string) (body []byte, err error)
	// Ready says why the server cannot serve yet, or nil.
	Ready func(ctx context.Context) error

	views   *views
	assets  *assets
	cache   *pageCache
	metrics *metrics
	panels  map[string][]panel
	long    map[string]int64 // endings of addresses that take more than MaxBody

	foreign []string // patterns to which other sites may send forms

	root, edition, session *http.ServeMux

	draining atomic.Bool

	takes       map[string]*Take // by address, "/{edition}" in front of those of editions
	posts, gets map[string]bool  // what is registered, likewise
	written     *http.ServeMux   // operations of the API that were written for programs
	rates       *rates
}

// New makes a server. templates holds layout and components, assetFS the files below
// /assets/.
func New(cfg Config, catalog *i18n.Catalog, rec *record.Record, log *slog.Logger, templates, assetFS fs.FS) (*Server, error) {
	s := &Server{
		Config: cfg, Catalog: catalog, Record: rec, Clock: rec.Clock, Log: log,
		metrics: newMetrics(rec), panels: map[string][]panel{}, long: map[string]int64{},
		takes: map[string]*Take{}, posts: map[string]bool{}, gets: map[string]bool{},
		root: http.NewServeMux(), edition: http.NewServeMux(), session: http.NewServeMux(),
	}
	var err error
	if s.assets, err = loadAssets(assetFS); err != nil {
		return nil, err
	}
	s.views = newViews(s)
	if err := s.views.shared(templates); err != nil {
		return nil, err
	}
	if s.cache, err = newPageCache(s); err != nil {
		return nil, err
	}
	s.Clock.OnMove(s.cache.moved)
	s.registerChoices()
	return s, nil
}

// Views adds a room's templates. A file view/session.html of the room "programme"
// is rendered as "programme/session".
func (s *Server) Views(room string, fsys fs.FS) error { return s.views.add(room, fsys) }

// Handle registers a handler: "GET /community". Addresses of an edition and of a
// session have registers of their own, because wildcards at one level collide.
func (s *Server) Handle(pattern string, h Handler) {
	s.registered("", pattern)
	s.root.Handle(pattern, s.wrap(pattern, h))
}

// FromOtherSites lets other sites have a browser send a form to what a pattern names, and to
// nothing else. Its handler must not act on what it gets: it comes without the reader's
// cookies, from whom she does not know.
func (s *Server) FromOtherSites(pattern string) { s.foreign = append(s.foreign, pattern) }

// Edition registers a handler below an edition: "GET /programme" answers
// /2023/programme. C.Edition holds the edition's slug.
func (s *Server) Edition(pattern string, h Handler) {
	s.registered(ofEdition, pattern)
	s.edition.Handle(pattern, s.wrap(pattern, h))
}

// Session registers a handler below a session's permanent address: "GET /edit"
// answers /2021/ws184/edit, "GET /{$}" the session itself. C.Session holds the reference.
func (s *Server) Session(pattern string, h Handler) {
	s.registered(ofSession, pattern)
	s.session.Handle(pattern, s.wrap(pattern, h))
}

// Handler is the whole of the server: the chain that each request passes.
func (s *Server) Handler() http.Handler {
	s.root.Handle("GET /assets/{file...}", s.assets)
	s.root.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	s.root.HandleFunc("GET /readyz", s.ready)
	s.root.Handle("GET /metrics", s.metrics.handler())
	if s.API != nil {
		s.root.Handle("/api/", s.API)
		s.root.Handle("GET /openapi.json", s.API)
	}
	for _, register := range []*http.ServeMux{s.root, s.edition, s.session} {
		register.Handle("/", s.wrap("/", func(*C) error { return core.NotFound() }))
	}
	// What is kept is answered before anything else is done for a request.
	return s.cache.serve(s.outer(s.limits(s.crossOrigin(s.language(s.dispatch())))))
}

// dispatch sends addresses that begin with a year to the edition's register.
func (s *Server) dispatch() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if first == "" || first[0] < '0' || first[0] > '9' {
			s.root.ServeHTTP(w, r)
			return
		}
		st := stateOf(r)
		st.edition = first
		ref, below, _ := strings.Cut(rest, "/")
		if strings.ContainsAny(ref, "0123456789") {
			st.session = ref
			s.session.ServeHTTP(w, withPath(r, "/"+below))
			return
		}
		s.edition.ServeHTTP(w, withPath(r, "/"+rest))
	})
}

func withPath(r *http.Request, p string) *http.Request {
	r2 := *r
	u := *r.URL
	u.Path, u.RawPath = p, ""
	r2.URL = &u
	return &r2
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if s.draining.Load() {
		http.Error(w, "ending", http.StatusServiceUnavailable)
		return
	}
	if s.Ready != nil {
		if err := s.Ready(r.Context()); err != nil {
			s.Log.Warn("not ready", "error", err)
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
	}
	_, _ = w.Write([]byte("ready\n"))
}

// Serve answers on the listener until ctx ends, then lets requests finish. With Drain it says
// first that it is not ready any more, and answers on until the proxy has noticed.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	go s.assets.warm()
	srv := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      120 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.draining.Store(true)
	if s.Drain > 0 {
		srv.SetKeepAlivesEnabled(false) // connections end with their next answer
		select {
		case err := <-failed:
			return fmt.Errorf("serve: %w", err)
		case <-time.After(s.Drain):
		}
	}
	// The caller's context is over; those who still wait for an answer get ten seconds.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
