package vocab_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	assets "plenary/web"
)

// site is the room behind a real server. Who asks stands in a header.
type site struct {
	t   *testing.T
	rec *record.Record
	s   *vocab.Service
	h   http.Handler
}

type namer map[core.ID]string

func (n namer) Names(_ context.Context, ids []core.ID) (map[core.ID]string, error) {
	out := map[core.ID]string{}
	for _, id := range ids {
		if name, ok := n[id]; ok {
			out[id] = name
		}
	}
	return out, nil
}

func newSite(t *testing.T, url string) *site {
	t.Helper()
	r := open(t, url)
	s := vocab.New(r)
	seed(t, r, s)
	cat, err := testkit.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	srv, err := web.New(web.Config{BaseURL: "http://forum.example"}, cat, r, slog.New(slog.DiscardHandler), assets.Templates(), assets.Assets())
	if err != nil {
		t.Fatal(err)
	}
	srv.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor {
		return map[string]core.Actor{"staff": staff, "member": member}[r.Header.Get("X-As")]
	}
	if err := vocab.NewWeb(s, namer{"p1": "Kenji Moriyama"}).Register(srv); err != nil {
		t.Fatal(err)
	}
	if err := srv.ParseAll("en"); err != nil {
		t.Fatal(err)
	}
	s.API(srv.NewAPI("test"))
	return &site{t, r, s, srv.Handler()}
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
		s.t.Fatalf("GET %s as %q: %d\n%s", path, as, code, body)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	// A key that no catalogue has is shown as itself.
	if main := doc.Find("main").Text(); strings.Contains(main, "vocab.") || strings.Contains(main, "<no value>") {
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

func TestPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		index := s.page("", "/about/vocabularies")
		if n := index.Find("ul.rows > li").Length(); n != len(vocab.All)+1 {
			t.Errorf("%d vocabularies are listed, want %d", n, len(vocab.All)+1)
		}
		index.Find("ul.rows a").Each(func(_ int, a *goquery.Selection) { s.page("", a.AttrOr("href", "")) })
		sdg := s.page("", "/ar/about/vocabularies/sdg")
		if got := sdg.Find("tr#\\35  th").Text(); got != "المساواة بين الجنسين" {
			t.Errorf("goal 5 in Arabic is %q", got)
		}
		if sdg.Find("a[href$='/edit']").Length() != 0 {
			t.Error("a visitor is offered to edit")
		}
		if d := s.page("", "/about/vocabularies/support").Find(".degree-4").Text(); d != "4: broad" {
			t.Errorf("the highest degree reads %q", d)
		}
		for _, path := range []string{
			"/about/vocabularies/nothing", "/about/vocabularies/sdg.xml", "/about/vocabularies/sdg.", "/about/vocabularies/nothing/history",
			"/about/countries/XX", "/about/countries/sn", "/about/countries/XX/history", "/api/v1/vocabularies/nothing", "/api/v1/countries/XX",
		} {
			if code, _, _ := s.do("", "GET", path, nil); code != http.StatusNotFound {
				t.Errorf("%s: %d, want 404", path, code)
			}
		}
		for _, path := range []string{"/about/vocabularies/sdg/5/edit", "/about/vocabularies/session-format/new", "/about/countries/SN/edit"} {
			if code, _, h := s.do("", "GET", path, nil); code != http.StatusSeeOther || !strings.HasPrefix(h.Get("Location"), "/sign-in") {
				t.Errorf("%s for a visitor: %d to %q, want the sign-in", path, code, h.Get("Location"))
			}
			if code, _, _ := s.do("member", "GET", path, nil); code != http.StatusForbidden {
				t.Errorf("%s for a member: %d, want 403", path, code)
			}
			if code, _, _ := s.do("member", "POST", path, url.Values{"label.By[en]": {"x"}}); code != http.StatusForbidden {
				t.Errorf("POST %s by a member: %d, want 403", path, code)
			}
			s.page("staff", path)
		}
	})
}

// A name is changed on a page; every page and download says it at once, and the
// history says who did it.
func TestEditOnPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		const list = "/fr/about/vocabularies/session-format"
		before := s.page("", list).Find("tr#debate th").Text()
		path := "/about/vocabularies/session-format/debate/edit"
		form := fields(s.page("staff", path))
		form.Set("label.By[fr]", "Joute")
		if code, body, h := s.do("staff", "POST", path, form); code != http.StatusSeeOther || h.Get("Location") != "/about/vocabularies/session-format" {
			t.Fatalf("saving: %d %s\n%s", code, h.Get("Location"), body)
		}
		if after := s.page("", list).Find("tr#debate th").Text(); after != "Joute" || before == after {
			t.Errorf("the page of visitors still says %q", after)
		}
		if _, csv, h := s.do("", "GET", "/about/vocabularies/session-format.csv", nil); !strings.Contains(csv, "Joute") || !strings.HasPrefix(h.Get("Content-Type"), "text/csv") {
			t.Errorf("the download does not say it: %s", h.Get("Content-Type"))
		}
		hist := s.page("", "/about/vocabularies/session-format/history").Find("ol.history").Text()
		for _, want := range []string{"Term changed", "Kenji Moriyama", "Name in French", "Débat", "Joute"} {
			if !strings.Contains(hist, want) {
				t.Errorf("the history lacks %q: %s", want, hist)
			}
		}
		form.Set("label.By[fr]", "Duel")
		code, body, _ := s.do("staff", "POST", path, form)
		if code != http.StatusConflict || !strings.Contains(body, "Duel") || !strings.Contains(body, "Somebody else saved") {
			t.Errorf("an old form: %d, want 409 with what was typed", code)
		}
		form = fields(s.page("staff", "/about/vocabularies/session-format/new"))
		form.Set("code", "A B")
		code, body, _ = s.do("staff", "POST", "/about/vocabularies/session-format/new", form)
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="A B"`) || strings.Count(body, `aria-invalid="true"`) < 2 {
			t.Errorf("a wrong form: %d, want 422 with what was typed and two problems", code)
		}
	})
}

func TestCountryPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		all := s.page("", "/about/countries")
		if n := all.Find("tbody tr").Length(); n != 249 {
			t.Errorf("%d countries are listed", n)
		}
		some := s.page("", "/about/countries?group=african&class=LLDC")
		if n := some.Find("tbody tr").Length(); n != 16 || some.Find(".chips .chip").Length() != 2 {
			t.Errorf("%d landlocked developing countries in Africa, want 16", n)
		}
		bd := s.page("", "/about/countries/BD").Find("main").Text()
		if !strings.Contains(bd, "scheduled to leave on 24 Nov 2026") {
			t.Errorf("the page must say that the end is scheduled: %s", bd)
		}
		path := "/about/countries/BD/edit"
		form := fields(s.page("staff", path))
		form.Set("name.By[en]", "Bangla Desh")
		form.Set("classes[0].until", "2029-11-24")
		if code, body, _ := s.do("staff", "POST", path, form); code != http.StatusSeeOther {
			t.Fatalf("saving: %d\n%s", code, body)
		}
		doc := s.page("", "/about/countries/BD")
		if doc.Find("h1").Text() != "Bangla Desh" || !strings.Contains(doc.Text(), "scheduled to leave on 24 Nov 2029") {
			t.Errorf("the page says %s", doc.Find("main").Text())
		}
		if hist := s.page("", "/about/countries/BD/history").Find("ol.history").Text(); !strings.Contains(hist, "2029-11-24") || !strings.Contains(hist, "Bangla Desh") {
			t.Errorf("history: %s", hist)
		}
		if _, csv, _ := s.do("", "GET", "/about/countries.csv", nil); strings.Count(csv, "\n") != 250 || !strings.Contains(csv, "LDC:1975-12-12/2029-11-24 scheduled") {
			t.Error("the download of countries is not as the page")
		}
	})
}

func TestAPI(t *testing.T) {
	s := newSite(t, testkit.SQLite(t))
	get := func(path string, v any) {
		t.Helper()
		code, body, _ := s.do("", "GET", path, nil)
		if code != http.StatusOK {
			t.Fatalf("GET %s: %d %s", path, code, body)
		}
		if err := json.Unmarshal([]byte(body), v); err != nil {
			t.Fatal(err)
		}
	}
	var list core.List[vocab.Vocabulary]
	get("/api/v1/vocabularies", &list)
	var one vocab.Listing
	get("/api/v1/vocabularies/sdg", &one)
	if list.Total != len(vocab.All) || len(one.Terms) != 17 || one.Terms[4].Label.By["ru"] != "Гендерное равенство" {
		t.Errorf("%d vocabularies; goals: %+v", list.Total, one)
	}
	var countries core.List[vocab.Country]
	get("/api/v1/countries", &countries)
	var sn vocab.Country
	get("/api/v1/countries/SN", &sn)
	if countries.Total != 249 || sn.Name.By["es"] != "Senegal" || sn.Group != "african" {
		t.Errorf("%d countries; Senegal: %+v", countries.Total, sn)
	}
	if code, body, h := s.do("", "GET", "/api/v1/vocabularies/sdg?day=soon", nil); code != http.StatusUnprocessableEntity || !strings.Contains(h.Get("Content-Type"), "problem+json") {
		t.Errorf("a day that is none: %d %s", code, body)
	}
}
