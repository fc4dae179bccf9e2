package web_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/platform/db"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
)

// While the database is away every door says so in the reader's language, with a time to come
// again, though what stands around a page cannot be asked for; and who may be signed in is not
// taken for a visitor.
func TestDatabaseIsAway(t *testing.T) {
	away := fmt.Errorf("read things: %w", db.ErrAway)
	x := newSite(t, func(s *web.Server) {
		s.Shell = func(*web.C) (web.Shell, error) { return web.Shell{}, away }
		s.Handle("GET /thing", func(*web.C) error { return away })
		s.Handle("GET /plain", func(c *web.C) error { return c.Bytes("text/plain", []byte("for "+c.Actor.Name)) })
		s.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor {
			if _, err := r.Cookie("session"); err == nil {
				web.Unknown(r, away)
			}
			return core.Visitor
		}
		huma.Get(s.NewAPI("1"), "/api/v1/things", func(context.Context, *struct{}) (*struct{}, error) { return nil, away })
	})
	for path, words := range map[string]string{
		"/thing": "The database does not answer", "/ar/thing": "قاعدة البيانات لا تستجيب", "/api/v1/things": "The database does not answer",
	} {
		a := x.get(path)
		a.is(t, http.StatusServiceUnavailable, words)
		if a.header.Get("Retry-After") == "" || strings.Contains(a.body, "read things") {
			t.Errorf("%s: %v %s", path, a.header, short(a.body))
		}
	}
	x.get("/plain").is(t, http.StatusOK, "for ")
	for _, path := range []string{"/plain", "/api/v1/things"} {
		if a := x.get(path, "Cookie", "session=s"); a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
			t.Errorf("%s with a session: %d %v", path, a.status, a.header)
		}
	}
}

// The word of trusted proxies on who asks is believed, back to the first address that is none
// of theirs.
func TestProxies(t *testing.T) {
	proxies, err := web.ReadProxies([]string{"10.1.0.0/16", " 192.0.2.7", "2001:db8::/32", ""})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"proxy.example", "10.0.0.0/40", "10.0"} {
		if _, err := web.ReadProxies([]string{bad}); err == nil {
			t.Errorf("%q is taken for a network", bad)
		}
	}
	got := ""
	s := makeSite(t, testkit.SQLite(t), func(s *web.Server) {
		s.Proxies = proxies
		s.Handle("GET /who", func(c *web.C) error { got = web.RemoteAddr(c.R); return c.Bytes("text/plain", nil) })
	})
	h := s.server.Handler()
	for _, tc := range []struct{ remote, forwarded, want string }{
		{"203.0.113.9:4711", "198.51.100.1", "203.0.113.9"},
		{"10.1.2.3:80", "198.51.100.1", "198.51.100.1"},
		{"10.1.2.3:80", "6.6.6.6, 198.51.100.1, 192.0.2.7", "198.51.100.1"}, // the first was written by the client
		{"10.2.2.3:80", "198.51.100.1", "10.2.2.3"},
		{"127.0.0.1:80", "198.51.100.1, 10.1.9.9", "198.51.100.1"},
		{"[::ffff:10.1.2.3]:80", "198.51.100.1:5555", "198.51.100.1"},
		{"[2001:db8::1]:80", "[2001:db9::5]", "2001:db9::5"},
		{"10.1.2.3:80", "nonsense", "10.1.2.3"},
		{"10.1.2.3:80", "198.51.100.1, nonsense", "10.1.2.3"},
		{"10.1.2.3:80", "", "10.1.2.3"},
		{"10.1.2.3:80", "10.1.5.5", "10.1.5.5"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/who", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.RemoteAddr = tc.remote
		if tc.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tc.forwarded)
		}
		h.ServeHTTP(discardAnswer{}, r)
		if got != tc.want {
			t.Errorf("%v: %s", tc, got)
		}
	}
}

type discardAnswer struct{}

func (discardAnswer) Header() http.Header         { return http.Header{} }
func (discardAnswer) Write(p []byte) (int, error) { return len(p), nil }
func (discardAnswer) WriteHeader(int)             {}

// A server that drains says that it is not ready and still answers; then it ends.
func TestDrain(t *testing.T) {
	x := makeSite(t, testkit.SQLite(t), func(s *web.Server) {
		s.Drain = 500 * time.Millisecond
		s.Handle("GET /plain", func(c *web.C) error { return c.Bytes("text/plain", []byte("still here")) })
	})
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x.addr = "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- x.server.Serve(ctx, l) }()
	x.get("/readyz").is(t, http.StatusOK, "ready")
	stop()
	for range 200 {
		if x.get("/readyz").status == http.StatusServiceUnavailable {
			break
		}
		time.Sleep(time.Millisecond)
	}
	x.get("/readyz").is(t, http.StatusServiceUnavailable, "ending")
	x.get("/healthz").is(t, http.StatusOK, "ok")
	x.get("/plain").is(t, http.StatusOK, "still here")
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if c, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", l.Addr().String()); err == nil {
		_ = c.Close()
		t.Error("it still listens")
	}
}
