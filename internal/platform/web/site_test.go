package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/brotli"

	"plenary/internal/core"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	webfiles "plenary/web"
)

// site is a running server with the program's own layout, styles and words and the
// handlers of one test.
type site struct {
	t      testing.TB
	server *web.Server
	rec    *record.Record
	clock  *core.Clock
	log    *logged
	addr   string

	handler http.Handler
}

// logged is what the server wrote into its log.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logged) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Reset()
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// views are the templates of the tests.
var views = fstest.MapFS{
	"view/plain.html": {Data: []byte(`{{define "main"}}<h1>{{.}}</h1><p><a href="{{url "/people"}}">{{t "shell.main"}}</a></p>{{end}}`)},
	"view/form.html":  {Data: []byte(`{{define "main"}}{{template "form" .}}{{end}}`)},
	"view/bad.html":   {Data: []byte(`{{define "main"}}before {{.Nowhere}}{{end}}`)},
}

var words = sync.OnceValues(func() (*i18n.Catalog, error) {
	all := fstest.MapFS{"test.en.toml": {Data: []byte(`
"test.submit" = "Send"
"test.title" = "Title"
"test.title.help" = "As it stands on the programme."
"test.kind" = "Kind"
"test.saved" = "{{.What}} is saved."
"test.error.title" = "Give it another title."
"test.error.whole" = "This does not go together."
`)}}
	files, err := fs.Glob(webfiles.Locales(), "*.toml")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		b, err := fs.ReadFile(webfiles.Locales(), f)
		if err != nil {
			return nil, err
		}
		all[f] = &fstest.MapFile{Data: b}
	}
	return i18n.Load(all)
})

func openRecord(t testing.TB, address string) (*record.Record, *core.Clock) {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	clock := &core.Clock{}
	rec, err := record.Open(t.Context(), d, clock, core.NewIDs(clock), nil, discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rec.Close)
	return rec, clock
}

// make wires a server that does not listen yet.
func makeSite(t testing.TB, address string, wire func(s *web.Server)) *site {
	t.Helper()
	x := &site{t: t, log: &logged{}}
	x.rec, x.clock = openRecord(t, address)
	catalog, err := words()
	if err != nil {
		t.Fatal(err)
	}
	x.server, err = web.New(web.Config{BaseURL: "https://forum.example", Build: "test"}, catalog, x.rec,
		slog.New(slog.NewTextHandler(x.log, nil)), webfiles.Templates(), webfiles.Assets())
	if err != nil {
		t.Fatal(err)
	}
	if err := x.server.Views("test", views); err != nil {
		t.Fatal(err)
	}
	// Whoever has a session is signed in by its name.
	x.server.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor {
		if ck, err := r.Cookie("session"); err == nil {
			return core.Actor{Account: core.ID(ck.Value), Name: ck.Value}
		}
		if name := r.Header.Get("X-Actor"); name != "" {
			return core.Actor{Account: core.ID(name), Name: name}
		}
		return core.Visitor
	}
	if wire != nil {
		wire(x.server)
	}
	return x
}

func openSite(t testing.TB, address string, wire func(s *web.Server)) *site {
	t.Helper()
	x := makeSite(t, address, wire)
	x.handler = x.server.Handler()
	h := httptest.NewServer(x.handler)
	t.Cleanup(h.Close)
	x.addr = h.URL
	return x
}

// newSite is a site on SQLite, for what has nothing to do with the database.
func newSite(t testing.TB, wire func(s *web.Server)) *site {
	return openSite(t, testkit.SQLite(t), wire)
}

// answer is what came back, its body decoded.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   string
}

// get asks for an address; headers are names and values.
func (x *site) get(path string, headers ...string) answer {
	x.t.Helper()
	return x.do(http.MethodGet, path, nil, headers...)
}

func (x *site) post(path string, form url.Values, headers ...string) answer {
	x.t.Helper()
	return x.do(http.MethodPost, path, strings.NewReader(form.Encode()),
		append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

func (x *site) do(method, path string, body io.Reader, headers ...string) answer {
	x.t.Helper()
	req, err := http.NewRequestWithContext(x.t.Context(), method, x.addr+path, body)
	if err != nil {
		x.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		x.t.Fatal(err)
	}
	defer res.Body.Close()
	return read(x.t, res)
}

var transport = &http.Transport{DisableCompression: true}

func read(t testing.TB, res *http.Response) answer {
	t.Helper()
	a := answer{status: res.StatusCode, header: res.Header}
	var err error
	if a.raw, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	var plain io.Reader = bytes.NewReader(a.raw)
	switch enc := res.Header.Get("Content-Encoding"); {
	case len(a.raw) == 0:
	case enc == "br":
		plain = brotli.NewReader(plain)
	case enc == "gzip":
		if plain, err = gzip.NewReader(plain); err != nil {
			t.Fatal(err)
		}
	case enc != "":
		t.Fatalf("encoding %q", enc)
	}
	b, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	a.body = string(b)
	return a
}

// html parses the page.
func (a answer) html(t testing.TB) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// is fails the test unless the answer has the status and its text holds the words.
func (a answer) is(t testing.TB, status int, has string) {
	t.Helper()
	if a.status != status || !strings.Contains(a.body, has) {
		t.Fatalf("%d %q, want %d with %q", a.status, short(a.body), status, has)
	}
}

func short(s string) string {
	if len(s) > 600 {
		return s[:600] + "…"
	}
	return s
}

// event writes one event into a scope.
func event(t testing.TB, rec *record.Record, scope string) {
	t.Helper()
	err := rec.Write(t.Context(), core.Operator, func(_ context.Context, tx *record.Tx) error {
		tx.Append("thing.done", tx.NewID(), scope, record.Public, nil)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var errBoom = errors.New("the disk said: secret path /var/lib/x")

var discard = slog.New(slog.DiscardHandler)

// here asks the server without a network.
func (x *site) here(path string) answer {
	x.t.Helper()
	w := httptest.NewRecorder()
	x.server.Handler().ServeHTTP(w, httptest.NewRequestWithContext(x.t.Context(), http.MethodGet, path, nil))
	return read(x.t, w.Result())
}
