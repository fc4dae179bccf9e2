package authn_test

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/mail/mailtest"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	assets "plenary/web"
)

// house is a server with the rooms of this test and a mail server beside it.
type house struct {
	t     *testing.T
	rec   *record.Record
	s     *authn.Service
	smtp  *mailtest.Server
	base  string
	words *i18n.Catalog

	providers []authn.Provider
}

func open(t *testing.T, dbURL string, demo bool, providers ...func(t testing.TB, base string) []authn.Provider) *house {
	t.Helper()
	d, err := db.Open(t.Context(), dbURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	clock := &core.Clock{}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	rec, err := record.Open(t.Context(), d, clock, core.NewIDs(clock), nil, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rec.Close)
	words := catalog(t)
	srv := httptest.NewUnstartedServer(nil)
	h := &house{t: t, rec: rec, words: words, base: "http://" + srv.Listener.Addr().String()}
	mc := mail.Config{BaseURL: h.base, From: "forum@forum.example", Name: func(string) string { return "The Forum" }, Demo: demo, Log: log}
	if !demo {
		h.smtp = mailtest.Start(t)
		mc.SMTP = h.smtp.URL()
	}
	mailer, err := mail.New(rec, words, mc)
	if err != nil {
		t.Fatal(err)
	}
	for _, start := range providers {
		h.providers = start(t, h.base)
	}
	h.s = authn.New(rec, mailer, authn.Config{BaseURL: h.base, Demo: demo, DemoZone: "Asia/Tokyo", Providers: h.providers, Log: log})
	s, err := web.New(web.Config{BaseURL: h.base, Build: "test", Demo: demo}, words, rec, log, assets.Templates(), assets.Assets())
	if err != nil {
		t.Fatal(err)
	}
	s.Identify, s.Park, s.Unpark = h.s.Identify, h.s.Park, h.s.Unpark
	for _, room := range []interface{ Register(*web.Server) error }{authn.NewWeb(h.s), mail.NewWeb(mailer), note{h}} {
		if err := room.Register(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.ParseAll("en"); err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = s.Handler()
	srv.Start()
	t.Cleanup(srv.Close)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { mailer.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	return h
}

// catalog holds the words of the ground floor, in English.
func catalog(t *testing.T) *i18n.Catalog {
	t.Helper()
	words := fstest.MapFS{}
	for _, room := range []string{"shell", "authn", "mail", "security"} {
		name := room + ".en.toml"
		text, err := fs.ReadFile(assets.Locales(), name)
		if err != nil {
			t.Fatal(err)
		}
		words[name] = &fstest.MapFile{Data: text}
	}
	c, err := i18n.Load(words)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// note is a room with one page: who is asked, and a form that only members may send.
type note struct{ h *house }

type noteInput struct {
	Name string `form:"name" required:"1"`
}

func (n note) Register(s *web.Server) error {
	if err := s.Views("note", fstest.MapFS{
		"view/edit.html": {Data: []byte(`{{define "main"}}{{template "form" .}}{{end}}`)},
		"view/who.html":  {Data: []byte(`{{define "main"}}I am {{.}}.{{end}}`)},
	}); err != nil {
		return err
	}
	s.Handle("GET /{$}", func(c *web.C) error { return c.Page(web.Page{Name: "note/who", V: c.Actor.Name}) })
	page := func(c *web.C) error {
		in := noteInput{}
		if c.R.Method == http.MethodPost {
			if err := c.Decode(&in); err != nil {
				return err
			}
			if !c.Actor.SignedIn() {
				return core.SignIn()
			}
			return c.Bytes("text/plain", []byte(c.Actor.Name+" notes "+in.Name))
		}
		return c.Page(web.Page{Name: "note/edit", Title: "Note", V: c.Form("authn.link", &in)})
	}
	s.Handle("GET /note", page)
	s.Handle("POST /note", page)
	return nil
}

// browser is somebody at a screen.
type browser struct {
	t    *testing.T
	base string
	http *http.Client
	lang string

	provider string // address of the provider of OpenID
	site     string // what the browser says of who asks: "cross-site"
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	b := &browser{t: h.t, base: h.base, http: &http.Client{Jar: jar}}
	if len(h.providers) > 0 {
		b.provider = h.providers[0].Issuer
	}
	return b
}

// page is what she sees.
type page struct {
	status int
	path   string // where she is
	body   string
}

func (b *browser) do(method, path string, form url.Values) page {
	b.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = b.base + path
	}
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	r.Header.Set("Accept-Language", b.lang)
	if b.site != "" {
		r.Header.Set("Sec-Fetch-Site", b.site)
	}
	res, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{status: res.StatusCode, path: res.Request.URL.RequestURI(), body: string(text)}
}

func (b *browser) get(path string) page { b.t.Helper(); return b.do(http.MethodGet, path, nil) }

func (b *browser) post(path string, pairs ...string) page {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, path, form)
}

// is checks the status of a page and what stands on it.
func (p page) is(t *testing.T, status int, want ...string) page {
	t.Helper()
	if p.status != status {
		t.Fatalf("%s: status %d, want %d\n%s", p.path, p.status, status, p.main())
	}
	for _, w := range want {
		if !strings.Contains(p.body, w) {
			t.Fatalf("%s: %q is missing in\n%s", p.path, w, p.main())
		}
	}
	return p
}

func (p page) isNot(t *testing.T, forbidden ...string) page {
	t.Helper()
	for _, w := range forbidden {
		if strings.Contains(p.main(), w) {
			t.Fatalf("%s shows %q:\n%s", p.path, w, p.main())
		}
	}
	return p
}

func (p page) main() string {
	if _, rest, ok := strings.Cut(p.body, "<main"); ok {
		rest, _, _ = strings.Cut(rest, "</main>")
		return rest
	}
	return p.body
}

var hiddenToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

// token reads the token of the form behind a link.
func (p page) token(t *testing.T) string {
	t.Helper()
	m := hiddenToken.FindStringSubmatch(p.body)
	if m == nil {
		t.Fatalf("no token in\n%s", p.main())
	}
	return m[1]
}

// account makes an account without signing in.
func (h *house) account(in authn.NewAccount, grants ...core.Grant) authn.Account {
	h.t.Helper()
	var a authn.Account
	if err := h.rec.Write(h.t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
		var err error
		if a, err = h.s.CreateTx(ctx, tx, in); err != nil {
			return err
		}
		for _, g := range grants {
			if err := h.s.GrantTx(ctx, tx, a.ID, g.Role, g.Scope); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
	return a
}

// signedIn is a browser in which an account is signed in.
func (h *house) signedIn(account core.ID) *browser {
	h.t.Helper()
	w := httptest.NewRecorder()
	if err := h.s.StartSession(h.t.Context(), w, account); err != nil {
		h.t.Fatal(err)
	}
	b := h.browser()
	u, err := url.Parse(h.base)
	if err != nil {
		h.t.Fatal(err)
	}
	b.http.Jar.SetCookies(u, w.Result().Cookies())
	return b
}

func both(t *testing.T, demo bool, test func(t *testing.T, h *house)) {
	testkit.Databases(t, func(t *testing.T, url string) { test(t, open(t, url, demo)) })
}

// over is another service on the same database, under another address.
func (h *house) over(base string, providers ...authn.Provider) *authn.Service {
	h.t.Helper()
	mailer, err := mail.New(h.rec, h.words, mail.Config{BaseURL: base})
	if err != nil {
		h.t.Fatal(err)
	}
	return authn.New(h.rec, mailer, authn.Config{BaseURL: base, Providers: providers})
}
