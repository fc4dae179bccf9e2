package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	webfiles "plenary/web"
)

func TestBodyLimits(t *testing.T) {
	reached := 0
	x := newSite(t, func(s *web.Server) {
		s.Handle("POST /form", func(c *web.C) error {
			reached++
			var in struct {
				Text string `form:"text"`
			}
			if err := c.Decode(&in); err != nil {
				return err
			}
			return c.Bytes("text/plain", fmt.Append(nil, len(in.Text)))
		})
		s.Handle("POST /sign-in-first", func(*web.C) error { return core.SignIn() })
		s.Park = func(_ context.Context, _ string, body []byte) (string, error) { return fmt.Sprint(len(body)), nil }
	})
	const kind = "application/x-www-form-urlencoded"
	send := func(path, contentType string, body io.Reader) answer {
		t.Helper()
		return x.do(http.MethodPost, path, body, "Content-Type", contentType)
	}
	large := "text=" + strings.Repeat("a", web.MaxBody)
	send("/form", kind, strings.NewReader(large[:web.MaxBody])).is(t, http.StatusOK, fmt.Sprint(web.MaxBody-5))
	if a := send("/form", kind, strings.NewReader(large)); a.status != http.StatusRequestEntityTooLarge || reached != 1 {
		t.Errorf("announced as too long: %d, the handler was asked %d times", a.status, reached)
	}
	// Without a length, in pieces.
	a := send("/form", kind, io.MultiReader(strings.NewReader(large)))
	a.is(t, http.StatusRequestEntityTooLarge, "8 MB")
	if a.html(t).Find("main h1").Length() != 1 {
		t.Error("too large is no page")
	}
	var parts bytes.Buffer
	w := multipart.NewWriter(&parts)
	_ = w.WriteField("text", "words")
	file, _ := w.CreateFormFile("file", "a.txt")
	_, _ = io.WriteString(file, large)
	_ = w.Close()
	if a := send("/form", w.FormDataContentType(), io.MultiReader(&parts)); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("file in pieces: %d", a.status)
	}
	// What cannot be read is the sender's mistake, told as such.
	for _, broken := range []string{"multipart/form-data", "multipart/form-data; boundary=x"} {
		if a := send("/form", broken, strings.NewReader("--x\r\nnonsense")); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", broken, a.status)
		}
	}
	// Nobody parks what is too large.
	if got := send("/sign-in-first", kind, io.MultiReader(strings.NewReader(large))).header.Get("Location"); strings.Contains(got, "parked") {
		t.Errorf("to %s", got)
	}
	// A header of 100 kB is refused before it reaches us, and the server goes on.
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, x.addr+"/form", nil)
	req.Header.Set("Cookie", strings.Repeat("a", 2<<20))
	if res, err := transport.RoundTrip(req); err == nil {
		_ = res.Body.Close()
		if res.StatusCode < 400 {
			t.Errorf("a header of 2 MB: %d", res.StatusCode)
		}
	}
	x.post("/form", map[string][]string{"text": {"abc"}}).is(t, http.StatusOK, "3")
}

// A file that was sent does not stay behind on the disk.
func TestUploadsLeaveNothingBehind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	x := newSite(t, func(s *web.Server) {
		s.Handle("POST /file", func(c *web.C) error {
			if err := c.Decode(&struct{}{}); err != nil {
				return err
			}
			f, h, err := c.R.FormFile("file")
			if err != nil {
				return err
			}
			defer f.Close()
			if left, _ := os.ReadDir(dir); len(left) != 1 {
				return fmt.Errorf("the test is too small: %d files", len(left))
			}
			if c.Value("fail") != "" {
				panic("oh")
			}
			return c.Bytes("text/plain", fmt.Append(nil, h.Size))
		})
	})
	for _, fail := range []string{"", "1"} {
		var parts bytes.Buffer
		w := multipart.NewWriter(&parts)
		_ = w.WriteField("fail", fail)
		file, _ := w.CreateFormFile("file", "a.txt")
		_, _ = file.Write(make([]byte, 5<<20))
		_ = w.Close()
		a := x.do(http.MethodPost, "/file", &parts, "Content-Type", w.FormDataContentType())
		if want := map[string]int{"": 200, "1": 500}[fail]; a.status != want {
			t.Fatalf("%d %s %s", a.status, short(a.body), x.log)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s was left", left[0].Name())
		}
	}
}

// A request that is under way when the server is told to stop gets its whole answer.
func TestServerFinishesWhatItHasBegun(t *testing.T) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	x := makeSite(t, testkit.SQLite(t), func(s *web.Server) {
		s.Handle("POST /slow", func(c *web.C) error {
			close(begun)
			<-goOn
			if err := c.Context().Err(); err != nil {
				return err
			}
			event(t, s.Record, "one")
			return c.Bytes("text/plain", []byte(strings.Repeat("finished ", 10_000)))
		})
	})
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x.addr = "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- x.server.Serve(ctx, l) }()
	answered := make(chan answer, 1)
	go func() { answered <- x.post("/slow", nil) }()
	<-begun
	stop()
	for { // nobody else is let in any more
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			break
		}
		_ = conn.Close()
		time.Sleep(5 * time.Millisecond)
	}
	select {
	case err := <-ended:
		t.Fatalf("the server has not waited: %v", err)
	default:
	}
	close(goOn)
	a := <-answered
	if a.status != http.StatusOK || len(a.body) != 90_000 {
		t.Errorf("%d, %d bytes", a.status, len(a.body))
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if x.rec.Last() != 1 {
		t.Error("what the request wrote is not there")
	}
}

func TestServeSaysThatItCannot(t *testing.T) {
	x := makeSite(t, testkit.SQLite(t), nil)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if err := x.server.Serve(t.Context(), l); err == nil || !strings.HasPrefix(err.Error(), "serve: ") {
		t.Errorf("%v", err)
	}
}

func TestReadiness(t *testing.T) {
	x := newSite(t, nil)
	x.get("/readyz").is(t, http.StatusOK, "ready")
	x.server.Ready = func(context.Context) error { return errBoom }
	a := x.get("/readyz")
	a.is(t, http.StatusServiceUnavailable, "not ready")
	if strings.Contains(a.body, "secret") || !strings.Contains(x.log.String(), "secret path") {
		t.Error("why it is not ready belongs into the log alone")
	}
}

var hashed = regexp.MustCompile(`^/assets/[a-z]+\.[0-9a-f]{12}\.[a-z]+$`)

func TestAssets(t *testing.T) {
	x := newSite(t, func(s *web.Server) { s.Handle("GET /p", plainPage) })
	doc := x.get("/p").html(t)
	seen := 0
	for _, s := range doc.Find("link[rel=stylesheet], link[rel=icon], script[src], use").EachIter() {
		path, _, _ := strings.Cut(s.AttrOr("href", s.AttrOr("src", "")), "#")
		if !hashed.MatchString(path) {
			t.Errorf("%s has no hash", path)
		}
		a := x.get(path)
		if a.status != http.StatusOK || a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || len(a.body) == 0 {
			t.Errorf("%s: %d, %q", path, a.status, a.header.Get("Cache-Control"))
		}
		want := map[string]string{"css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}[path[len(path)-3:]]
		if got := a.header.Get("Content-Type"); got != want {
			t.Errorf("%s is %q", path, got)
		}
		name := regexp.MustCompile(`\.[0-9a-f]{12}`).ReplaceAllString(path, "")
		plain := x.get(name)
		if plain.body != a.body || plain.header.Get("Cache-Control") != "public, max-age=300" {
			t.Errorf("%s: %d, %q", name, plain.status, plain.header.Get("Cache-Control"))
		}
		seen++
	}
	if seen < 5 {
		t.Errorf("only %d assets on the page", seen)
	}
	for _, path := range []string{"/assets/", "/assets/plenary.000000000000.css", "/assets/css/10-tokens.css", "/assets/%2e%2e/embed.go", "/assets/..%2fembed.go"} {
		if a := x.get(path); a.status == http.StatusOK {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// The name of a file changes with its content and with nothing else.
func TestAssetNamesFollowTheContent(t *testing.T) {
	name := func(css string) string {
		t.Helper()
		rec, _ := openRecord(t, testkit.SQLite(t))
		catalog, err := words()
		if err != nil {
			t.Fatal(err)
		}
		files := fstest.MapFS{
			"css/a.css": {Data: []byte(css)}, "js/a.js": {Data: []byte("1")}, "icons.svg": {Data: []byte("<svg/>")}, "logo.svg": {Data: []byte("<svg/>")},
		}
		s, err := web.New(web.Config{}, catalog, rec, discard, webfiles.Templates(), files)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Views("test", views); err != nil {
			t.Fatal(err)
		}
		s.Handle("GET /p", plainPage)
		x := &site{t: t, server: s}
		return x.here("/p").html(t).Find("link[rel=stylesheet]").AttrOr("href", "")
	}
	first, again, other := name("a{}"), name("a{}"), name("b{}")
	if first != again || first == other || !hashed.MatchString(first) {
		t.Errorf("%s, %s, %s", first, again, other)
	}
}

func TestLimiter(t *testing.T) {
	l := web.NewLimiter(time.Minute, 3)
	for i := range 5 {
		err := l.Allow("ada@example.org")
		if limited := core.KindOf(err) == core.KindLimited && err != nil; limited != (i >= 3) {
			t.Errorf("act %d: %v", i+1, err)
		}
	}
	if err := l.Allow("bo@example.org"); err != nil {
		t.Errorf("another pays for it: %v", err)
	}
	// What is used up comes back with time.
	l = web.NewLimiter(20*time.Millisecond, 1)
	if err := errors.Join(l.Allow("a")); err != nil {
		t.Fatal(err)
	}
	for l.Allow("a") != nil {
		time.Sleep(time.Millisecond)
	}
	// Many at once get what is allowed and no more.
	l = web.NewLimiter(time.Hour, 10)
	var mu sync.Mutex
	allowed := 0
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if l.Allow("a") == nil {
				mu.Lock()
				allowed++
				mu.Unlock()
			}
		})
	}
	if wg.Wait(); allowed != 10 {
		t.Errorf("%d of 10", allowed)
	}
	// It is told with a status that programs know, and the time to wait.
	x := newSite(t, func(s *web.Server) { s.Handle("GET /limited", func(*web.C) error { return l.Allow("a") }) })
	x.get("/limited").is(t, http.StatusTooManyRequests, "61 ")
}

func TestRemoteAddr(t *testing.T) {
	for _, tc := range []struct{ remote, forwarded, want string }{
		{"203.0.113.9:4711", "", "203.0.113.9"},
		{"203.0.113.9:4711", "198.51.100.1", "203.0.113.9"}, // anybody can write that
		{"127.0.0.1:80", "198.51.100.1", "198.51.100.1"},
		{"[::1]:80", "10.0.0.1, 198.51.100.1", "198.51.100.1"}, // the last is the one our proxy saw
		{"127.0.0.1:80", "", "127.0.0.1"},
		{"@", "", "@"},
	} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = tc.remote
		if tc.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tc.forwarded)
		}
		if got := web.RemoteAddr(r); got != tc.want {
			t.Errorf("%v: %s", tc, got)
		}
	}
}

func TestProblemsOfTheAPI(t *testing.T) {
	x := newSite(t, func(s *web.Server) {
		api := s.NewAPI("1")
		type out struct {
			Body struct {
				Who string `json:"who"`
			}
		}
		huma.Get(api, "/api/v1/things/{id}", func(ctx context.Context, in *struct {
			ID    string `path:"id"`
			Limit int    `query:"limit" maximum:"200"`
		},
		) (*out, error) {
			switch in.ID {
			case "boom":
				return nil, errBoom
			case "none":
				return nil, core.NotFound()
			case "invalid":
				var p core.Problems
				p.Add("title", "test.error.title")
				return nil, p.Err()
			case "panic":
				panic("oh")
			}
			o := &out{}
			o.Body.Who = core.ActorOf(ctx).Name
			return o, nil
		})
	})
	for path, want := range map[string]int{
		"/api/v1/things/boom": 500, "/api/v1/things/none": 404, "/api/v1/things/invalid": 422, "/api/v1/things/a?limit=1000": 422,
		"/api/v1/things/a?limit=x": 422, "/api/v1/nowhere": 404, "/api/nowhere": 404,
	} {
		a := x.get(path, "Accept-Language", "fr")
		if a.status != want || a.header.Get("Content-Type") != "application/problem+json" || strings.Contains(a.body, "secret") {
			t.Errorf("%s: %d %s %s", path, a.status, a.header.Get("Content-Type"), a.body)
		}
		if id := a.header.Get("X-Request-Id"); !strings.Contains(a.body, `"request":"`+id) {
			t.Errorf("%s: the number %s is not in %s", path, id, a.body)
		}
		if a.header.Get("Content-Language") != "fr" {
			t.Errorf("%s in %q", path, a.header.Get("Content-Language"))
		}
	}
	x.get("/api/v1/things/invalid").is(t, 422, `"message":"Give it another title.","location":"body.title"`)
	if a := x.get("/api/v1/things/panic"); a.status != 500 || strings.Contains(a.body, "goroutine") {
		t.Errorf("%d %s", a.status, a.body)
	}
	a := x.get("/api/v1/things/a")
	if b := x.get("/api/v1/things/a", "If-None-Match", a.header.Get("Etag")); b.status != http.StatusNotModified || len(b.raw) > 0 {
		t.Errorf("%d", b.status)
	}
	x.get("/api/v1/things/a", "Cookie", "session=Ada", "If-None-Match", a.header.Get("Etag")).is(t, 200, `"who":"Ada"`)
}
