package bodies_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/people"
	"plenary/internal/platform/web"
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

func newSite(t *testing.T, url string) *site {
	t.Helper()
	s := &site{house: seeded(t, url), t: t, actors: map[string]core.Actor{"staff": staff, "member": {Account: "account-member"}}, asked: &asked{}}
	srv, err := web.New(web.Config{BaseURL: "http://forum.example"}, s.words, s.rec, slog.New(s.asked), assets.Templates(), assets.Assets())
	if err != nil {
		t.Fatal(err)
	}
	srv.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor { return s.actors[r.Header.Get("X-As")] }
	pages := bodies.NewWeb(s.s)
	if err := pages.Register(srv); err != nil {
		t.Fatal(err)
	}
	if err := people.NewWeb(s.people).Register(srv); err != nil {
		t.Fatal(err)
	}
	srv.Panel(people.SlotPerson, 20, pages.PersonPanel)
	srv.Panel(people.SlotOrganisation, 20, pages.OrganisationPanel)
	if err := srv.ParseAll("en"); err != nil {
		t.Fatal(err)
	}
	s.s.API(srv.NewAPI("test"))
	s.h = srv.Handler()
	return s
}

func (s *site) do(as, method, path string, form url.Values) (int, string, http.Header) {
	s.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req := httptest.NewRequestWithContext(s.t.Context(), method, path, body)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if as != "" {
		req.Header.Set("X-As", as)
		req.Header.Set("Cookie", "session="+as)
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, req)
	return w.Code, w.Body.String(), w.Header()
}

func (s *site) page(as, path string) *goquery.Document {
	s.t.Helper()
	code, body, _ := s.do(as, "GET", path, nil)
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
	// A key that no catalogue has is shown as itself.
	if key := key.FindString(doc.Find("main").Text()); key != "" {
		s.t.Errorf("%s shows a key: %s", path, key)
	}
	return doc
}

var key = regexp.MustCompile(`\b(bodies|field|event|policy|program|form)\.[a-z]\S*|<no value>`)

// send fills in a form of a page as a person would and sends it.
func (s *site) send(as, path string, values map[string]string) (int, string, http.Header) {
	s.t.Helper()
	form := fields(s.page(as, path))
	for k, v := range values {
		if _, there := form[k]; !there {
			s.t.Fatalf("the form at %s has no field %s: %v", path, k, form)
		}
		form.Set(k, v)
	}
	return s.do(as, "POST", path, form)
}

// fields are what a browser would send of the form of a page.
func fields(doc *goquery.Document) url.Values {
	v := url.Values{}
	doc.Find("main form.form").Find("input, textarea, select").Each(func(_ int, f *goquery.Selection) {
		name, _ := f.Attr("name")
		switch {
		case goquery.NodeName(f) == "select":
			opt := f.Find("option[selected]")
			if opt.Length() == 0 {
				opt = f.Find("option").First()
			}
			v.Set(name, opt.AttrOr("value", ""))
		case f.AttrOr("type", "") == "checkbox" || f.AttrOr("type", "") == "radio":
			if _, on := f.Attr("checked"); on {
				v.Add(name, f.AttrOr("value", ""))
			}
		case goquery.NodeName(f) == "textarea":
			v.Set(name, strings.TrimPrefix(f.Text(), "\n"))
		default:
			v.Set(name, f.AttrOr("value", ""))
		}
	})
	return v
}

// squeezed is the text of a part of a page on one line.
func squeezed(sel *goquery.Selection) string { return strings.Join(strings.Fields(sel.Text()), " ") }

// queries counts the questions that a page asks the database; a kept page asks none.
func (s *site) queries(path string) int64 {
	s.t.Helper()
	s.asked.n = 0
	if code, _, _ := s.do("", "GET", path, nil); code != http.StatusOK {
		s.t.Fatalf("%s: %d", path, code)
	}
	return s.asked.n
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
