package ledger_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/people"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	assets "plenary/web"
)

// site is the room behind a real server. Who asks stands in a header.
type site struct {
	*house
	t      *testing.T
	h      http.Handler
	actors map[string]core.Actor
	asked  *asked
}

func newSite(t *testing.T, address string) *site {
	t.Helper()
	s := &site{house: open(t, address), t: t, asked: &asked{}}
	s.actors = map[string]core.Actor{"staff": staff, "ana": s.ana, "ben": s.ben, "cem": s.cem, "stranger": {Account: "account-stranger", Name: "Stranger"}}
	srv, err := web.New(web.Config{BaseURL: s.BaseURL}, s.words, s.rec, slog.New(s.asked), assets.Templates(), assets.Assets())
	if err != nil {
		t.Fatal(err)
	}
	srv.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor { return s.actors[r.Header.Get("X-As")] }
	pages := ledger.NewWeb(s.s)
	if err := pages.Register(srv); err != nil {
		t.Fatal(err)
	}
	if err := people.NewWeb(s.People).Register(srv); err != nil {
		t.Fatal(err)
	}
	srv.Panel(people.SlotOrganisation, 20, pages.OrganisationPanel)
	for _, lang := range []string{"en", "ar"} {
		if err := srv.ParseAll(lang); err != nil {
			t.Fatal(err)
		}
	}
	// Panels of pages that are not here are looked at by themselves.
	for name, fn := range map[string]web.PanelFunc{
		"report": pages.ReportPanel, "session": pages.SessionPanel, "outcomes": pages.OutcomesPanel, "text": pages.TextPanel, "paper": pages.PaperPanel,
	} {
		srv.Panel("test."+name, 1, fn)
		srv.Handle("GET /test/"+name+"/{id...}", func(c *web.C) error {
			if c.Query("kept") != "" { // as a page of 2023 is
				c.Reads(core.ScopeForum, s.sets["2023"].Scope())
			}
			parts, err := c.Panels("test."+name, core.ID(c.Param("id")))
			if err != nil {
				return err
			}
			body := "<main>"
			for _, p := range parts {
				body += string(p)
			}
			return c.Bytes("text/html; charset=utf-8", []byte(body+"</main>"))
		})
	}
	s.s.API(srv.NewAPI("test"))
	s.h = srv.Handler()
	return s
}

func onSite(t *testing.T, fn func(t *testing.T, s *site)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, url string) { fn(t, newSite(t, url)) })
}

func (s *site) send(as, method, path, kind string, body io.Reader) (int, string, http.Header) {
	s.t.Helper()
	req := httptest.NewRequestWithContext(s.t.Context(), method, path, body)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if as != "" {
		req.Header.Set("X-As", as)
		req.Header.Set("Cookie", "session="+as)
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, req)
	return w.Code, w.Body.String(), w.Header()
}

func (s *site) get(as, path string) (int, string) {
	s.t.Helper()
	code, body, _ := s.send(as, http.MethodGet, path, "", nil)
	return code, body
}

var key = regexp.MustCompile(`\b(ledger|field|event|policy|program|form)\.[a-z_]+[a-z_.]*|<no value>`)

func (s *site) page(as, path string) *goquery.Document {
	s.t.Helper()
	code, body := s.get(as, path)
	if code != http.StatusOK {
		s.t.Fatalf("GET %s as %q: %d %v", path, as, code, s.asked.errors)
	}
	return s.read(path, body)
}

func (s *site) read(path, body string) *goquery.Document {
	s.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if k := key.FindString(doc.Find("main").Text()); k != "" {
		s.t.Errorf("%s shows a key: %s", path, k)
	}
	return doc
}

// fill sends the form of a page as a person would who fills in values.
func (s *site) fill(as, path string, values map[string]string) (int, string, http.Header) {
	s.t.Helper()
	doc := s.page(as, path)
	form := url.Values{}
	doc.Find("main form.form").First().Find("input, textarea, select").Each(func(_ int, f *goquery.Selection) {
		name, _ := f.Attr("name")
		switch kind := f.AttrOr("type", ""); {
		case goquery.NodeName(f) == "select":
			form.Set(name, f.Find("option[selected]").AttrOr("value", ""))
		case kind == "checkbox" || kind == "radio":
			if _, there := form[name]; !there {
				form[name] = nil
			}
			if _, on := f.Attr("checked"); on {
				form.Add(name, f.AttrOr("value", ""))
			}
		case kind == "file":
		case goquery.NodeName(f) == "textarea":
			form.Set(name, strings.TrimPrefix(f.Text(), "\n"))
		default:
			form.Set(name, f.AttrOr("value", ""))
		}
	})
	for k, v := range values {
		if _, there := form[k]; !there {
			s.t.Fatalf("the form at %s has no field %s: %v", path, k, form)
		}
		form.Set(k, v)
	}
	return s.send(as, http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (s *site) must(as, path string, values map[string]string) string {
	s.t.Helper()
	code, body, head := s.fill(as, path, values)
	if code != http.StatusSeeOther {
		s.t.Fatalf("POST %s as %s: %d %v %s", path, as, code, s.asked.errors, s.read(path, body).Find(".notice, .problem").Text())
	}
	return head.Get("Location")
}

func text(sel *goquery.Selection) string { return strings.Join(strings.Fields(sel.Text()), " ") }

func (s *site) queries(path string) int64 {
	s.t.Helper()
	s.asked.n = 0
	if code, _ := s.get("", path); code != http.StatusOK {
		s.t.Fatalf("%s: %d %v", path, code, s.asked.errors)
	}
	return s.asked.n
}

func (s *site) api(path string, into any) {
	s.t.Helper()
	code, body := s.get("", path)
	if code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, code, body)
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
}

// upload sends a form with a file.
func (s *site) upload(as, path string, values map[string]string, name, content string) (int, string, http.Header) {
	s.t.Helper()
	var buf bytes.Buffer
	m := multipart.NewWriter(&buf)
	for k, v := range values {
		if err := m.WriteField(k, v); err != nil {
			s.t.Fatal(err)
		}
	}
	f, err := m.CreateFormFile("file", name)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := io.WriteString(f, content); err != nil {
		s.t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		s.t.Fatal(err)
	}
	return s.send(as, http.MethodPost, path, m.FormDataContentType(), &buf)
}

// asked listens to the log of requests, which says how many questions each asked.
type asked struct {
	n      int64
	errors []string
}

func (a *asked) Enabled(context.Context, slog.Level) bool { return true }
func (a *asked) WithAttrs([]slog.Attr) slog.Handler       { return a }
func (a *asked) WithGroup(string) slog.Handler            { return a }

func (a *asked) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(attr slog.Attr) bool {
		if attr.Key == "error" {
			a.errors = append(a.errors, attr.Value.String())
		}
		if attr.Key == "queries" {
			a.n = attr.Value.Int64()
		}
		return true
	})
	return nil
}
