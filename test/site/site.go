// Package site runs the whole program for tests: a demo forum on a port of this
// machine, on either database, and readers of it.
package site

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/app"
	"plenary/internal/core"
)

// Site is a running forum.
type Site struct {
	*app.App
	URL   string // http://localhost:PORT
	Clock *core.Clock
}

// Demo puts the small demo into the fresh database of that address and serves it until
// the test ends.
func Demo(t testing.TB, database string, more ...func(*app.Config)) *Site {
	t.Helper()
	clock := &core.Clock{}
	l, base := listen(t)
	cfg := app.Config{Data: t.TempDir(), Database: database, BaseURL: base, Clock: clock, Log: slog.New(slog.DiscardHandler)}
	for _, set := range more {
		set(&cfg)
	}
	return serve(t, Open(t, cfg), clock, l, base)
}

// Empty serves a forum that is not set up yet.
func Empty(t testing.TB, database string, more ...func(*app.Config)) *Site {
	t.Helper()
	clock := &core.Clock{}
	l, base := listen(t)
	cfg := app.Config{Data: t.TempDir(), Database: database, BaseURL: base, Clock: clock, Log: slog.New(slog.DiscardHandler)}
	for _, fn := range more {
		fn(&cfg)
	}
	a, err := app.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, a, clock, l, base)
}

func listen(t testing.TB) (net.Listener, string) {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	return l, app.BaseOf(l)
}

func serve(t testing.TB, a *app.App, clock *core.Clock, l net.Listener, base string) *Site {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error("serve:", err)
		}
		a.Close()
	})
	return &Site{App: a, URL: base, Clock: clock}
}

// Reader is somebody with a browser that has no script.
type Reader struct {
	t    testing.TB
	site *Site
	http *http.Client
	// Header is sent with every request.
	Header http.Header
}

// Visitor is a reader who is not signed in.
func (s *Site) Visitor(t testing.TB) *Reader {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Reader{t: t, site: s, http: &http.Client{Jar: jar}, Header: http.Header{}}
}

// As is a reader who has signed in to the demo in a role.
func (s *Site) As(t testing.TB, role string) *Reader {
	t.Helper()
	r := s.Visitor(t)
	p := r.Post("/demo/as/"+role, nil)
	if p.Status != http.StatusOK {
		t.Fatalf("sign in as %s: %d", role, p.Status)
	}
	return r
}

// AsAccount is a reader in whose browser an account is signed in.
func (s *Site) AsAccount(t testing.TB, account core.ID) *Reader {
	t.Helper()
	w := httptest.NewRecorder()
	if err := s.Authn.StartSession(t.Context(), w, account); err != nil {
		t.Fatal(err)
	}
	r := s.Visitor(t)
	base, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	r.http.Jar.SetCookies(base, w.Result().Cookies())
	return r
}

// Page is what came back.
type Page struct {
	*goquery.Document
	Status int
	URL    *url.URL // after redirects
	Header http.Header
	Body   string
}

// Get asks for a page; links of the same site only.
func (r *Reader) Get(path string) *Page { return r.do(http.MethodGet, path, nil) }

// Post sends a form.
func (r *Reader) Post(path string, form url.Values) *Page { return r.do(http.MethodPost, path, form) }

func (r *Reader) do(method, path string, form url.Values) *Page {
	r.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = r.site.URL + path
	}
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(r.t.Context(), method, path, body)
	if err != nil {
		r.t.Fatal(err)
	}
	for k, v := range r.Header {
		req.Header[k] = v
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := r.http.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(b)))
	if err != nil {
		r.t.Fatal(err)
	}
	return &Page{Document: doc, Status: res.StatusCode, URL: res.Request.URL, Header: res.Header, Body: string(b)}
}

// Form takes the values of a form as it stands on the page: the one with most fields in
// main.
func (p *Page) Form() url.Values {
	out := url.Values{}
	form := p.Find("main form.form").First()
	form.Find("input,textarea,select").Each(func(_ int, s *goquery.Selection) {
		name, ok := s.Attr("name")
		if !ok || name == "" {
			return
		}
		switch goquery.NodeName(s) {
		case "textarea":
			out.Add(name, strings.TrimPrefix(s.Text(), "\n"))
		case "select":
			out.Add(name, s.Find("option[selected]").AttrOr("value", ""))
		default:
			switch kind := s.AttrOr("type", "text"); kind {
			case "checkbox", "radio":
				if _, on := s.Attr("checked"); on {
					out.Add(name, s.AttrOr("value", "on"))
				}
			case "file", "submit":
			default:
				out.Add(name, s.AttrOr("value", ""))
			}
		}
	})
	return out
}

// Text is the visible text of what a selector finds, white space folded.
func (p *Page) Text(selector string) string {
	return strings.Join(strings.Fields(p.Find(selector).Text()), " ")
}
