package people_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/testkit"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/platform/web"
	assets "plenary/web"
)

// site is the room behind a real server. Who asks stands in a header: staff, or the
// id of a person.
type site struct {
	*house
	h http.Handler
}

func newSite(t *testing.T, url string) *site {
	t.Helper()
	house := open(t, url)
	cat, err := testkit.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	srv, err := web.New(web.Config{BaseURL: "http://forum.example"}, cat, house.rec, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), assets.Templates(), assets.Assets())
	if err != nil {
		t.Fatal(err)
	}
	srv.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor {
		switch who := r.Header.Get("X-As"); who {
		case "":
			return core.Visitor
		case "staff":
			return staff
		default:
			return as(core.ID(who))
		}
	}
	if err := people.NewWeb(house.s).Register(srv); err != nil {
		t.Fatal(err)
	}
	if err := srv.ParseAll("en"); err != nil {
		t.Fatal(err)
	}
	house.s.API(srv.NewAPI("test"))
	for _, slot := range []string{people.SlotPerson, people.SlotOrganisation, people.SlotMe} {
		srv.Panel(slot, 1, func(*web.C, core.ID) (string, any, error) {
			return "people/form", map[string]any{"Title": "Panel in " + slot, "Note": "", "Empty": map[string]any{"Title": "-", "Text": "-", "Link": false}}, nil
		})
	}
	return &site{house, srv.Handler()}
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
		s.t.Fatalf("GET %s as %q: %d", path, as, code)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	// A key that no catalogue has is shown as itself.
	if main := doc.Find("main").Text(); strings.Contains(main, "people.") && !strings.Contains(main, "Panel in people.") || strings.Contains(main, "<no value>") {
		s.t.Errorf("%s shows a key: %s", path, main)
	}
	return doc
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
