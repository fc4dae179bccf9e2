package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

func plainPage(c *web.C) error {
	return c.Page(web.Page{Name: "test/plain", Title: "Words", V: c.Lang + " " + c.Edition + " " + c.Session + " " + c.Param("id")})
}

func TestLanguage(t *testing.T) {
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /people/{id}", plainPage)
		s.Edition("GET /programme", plainPage)
		s.Session("GET /{$}", plainPage)
	})
	for _, tc := range []struct {
		path, cookie, accept, lang string
	}{
		{"/people/7", "", "", "en"},
		{"/people/7", "", "fr-CH, de;q=0.9", "fr"},
		{"/people/7", "", "de, pl", "en"},
		{"/people/7", "es", "fr", "es"},
		{"/people/7", "tlh", "fr", "fr"},
		{"/ru/people/7", "es", "fr", "ru"},
		{"/ar/2023/programme", "", "", "ar"},
		{"/zh/2021/ws184", "", "", "zh"},
	} {
		headers := []string{}
		if tc.cookie != "" {
			headers = append(headers, "Cookie", "lang="+tc.cookie)
		}
		if tc.accept != "" {
			headers = append(headers, "Accept-Language", tc.accept)
		}
		a := x.get(tc.path, headers...)
		a.is(t, http.StatusOK, "<h1>"+tc.lang+" ")
		doc := a.html(t)
		if got := doc.Find("html").AttrOr("lang", ""); got != tc.lang {
			t.Errorf("%v: the page says that it is in %q", tc, got)
		}
		if got := doc.Find("html").AttrOr("dir", ""); got != core.Dir(tc.lang) {
			t.Errorf("%v: written %q", tc, got)
		}
	}
	x.get("/zh/2021/ws184").is(t, http.StatusOK, "zh 2021 ws184 ")
	// The name of a language is not the beginning of a word, and others are no languages.
	for _, path := range []string{"/frx/people/7", "/de/people/7", "/fr/nowhere", "/fr/fr/people/7"} {
		if a := x.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := x.get("/fr"); a.status != http.StatusMovedPermanently || a.header.Get("Location") != "/fr/" {
		t.Errorf("/fr: %d to %q", a.status, a.header.Get("Location"))
	}
}

// Who reads with the language in the address stays in it; who does not, does not get it.
func TestLinksKeepTheLanguage(t *testing.T) {
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /people/{id}", plainPage)
		s.Edition("GET /programme", plainPage)
		s.Edition("POST /programme", func(c *web.C) error { return c.Redirect("/" + c.Edition + "/programme?day=2") })
		s.Handle("GET /closed", func(*web.C) error { return core.SignIn() })
		s.Shell = func(c *web.C) (web.Shell, error) {
			return web.Shell{Forum: "Forum", Entries: []web.Tab{{Label: "People", URL: c.URL("/people/1")}}}, nil
		}
	})
	for prefix, lang := range map[string]string{"/fr": "fr", "/ar": "ar", "": "en"} {
		doc := x.get(prefix + "/2023/programme?q=a&q=b").html(t)
		links := doc.Find("a[href^='/'], form[action^='/']")
		if links.Length() < 8 {
			t.Fatalf("%d links", links.Length())
		}
		for _, s := range links.EachIter() {
			href := s.AttrOr("href", s.AttrOr("action", ""))
			if s.AttrOr("hreflang", "") != "" {
				if want := "/" + s.AttrOr("hreflang", "") + "/2023/programme?q=a&q=b"; href != want {
					t.Errorf("%s: the same page in another language is %s, want %s", prefix, href, want)
				}
				continue
			}
			if prefix != "" && !strings.HasPrefix(href, prefix+"/") || prefix == "" && len(href) > 3 && href[3] == '/' {
				t.Errorf("%q leads to %s", prefix, href)
			}
		}
		if got := doc.Find("link[rel=canonical]").AttrOr("href", ""); got != "https://forum.example/2023/programme" {
			t.Errorf("permanent address %s", got)
		}
		if got := doc.Find("link[rel=alternate]").Length(); got != len(core.Langs) {
			t.Errorf("%d alternates", got)
		}
		if got := x.get(prefix + "/closed?a=1").header.Get("Location"); got != prefix+"/sign-in?next="+url.QueryEscape("/closed?a=1") {
			t.Errorf("sign-in at %s", got)
		}
		if got := x.post(prefix+"/2023/programme", nil).header.Get("Location"); got != prefix+"/2023/programme?day=2" {
			t.Errorf("%s: after the change to %s", lang, got)
		}
		// What the registers would clean on their own loses neither language nor edition.
		for _, path := range []string{"/2023//programme", "/2023/./programme", "//2023/x/../programme"} {
			a := x.get(prefix + path + "?day=2")
			if got := a.header.Get("Location"); a.status != http.StatusMovedPermanently || got != prefix+"/2023/programme?day=2" {
				t.Errorf("%s%s: %d to %s", prefix, path, a.status, got)
			}
		}
	}
}

func TestErrorPages(t *testing.T) {
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /boom", func(*web.C) error { return fmt.Errorf("read chair: %w", errBoom) })
		s.Handle("GET /wrapped", func(*web.C) error {
			return &core.Error{Kind: core.KindUnavailable, Key: "error.unavailable", Err: errBoom}
		})
		s.Handle("GET /panic", func(*web.C) error { panic(errBoom) })
		s.Handle("GET /late-panic", func(c *web.C) error {
			_, _ = c.W.Write([]byte("half a page"))
			panic(errBoom)
		})
		s.Handle("GET /broken", func(c *web.C) error { return c.Page(web.Page{Name: "test/bad", V: struct{}{}}) })
		s.Handle("GET /missing", func(c *web.C) error { return c.Page(web.Page{Name: "test/nowhere"}) })
		s.Handle("GET /shell", func(*web.C) error { return core.NotFound() })
	})
	for _, tc := range []struct {
		path   string
		status int
		page   bool // a whole page, in the reader's language
		logged bool
	}{
		{"/boom", 500, true, true},
		{"/broken", 500, true, true},
		{"/missing", 500, true, true},
		{"/wrapped", 503, true, false},
		{"/panic", 500, true, true},
		{"/nowhere", 404, true, false},
		{"/2023/nowhere", 404, true, false},
		{"/2023/ws12/nowhere", 404, true, false},
		{"/assets/nowhere.css", 404, false, false},
	} {
		a := x.get("/fr" + tc.path)
		if tc.path == "/assets/nowhere.css" {
			a = x.get(tc.path)
		}
		if a.status != tc.status {
			t.Errorf("%s: %d, want %d", tc.path, a.status, tc.status)
		}
		for _, inner := range []string{"secret", "disk", "chair", "goroutine", ".go:", "template", "Nowhere", "internal/"} {
			if strings.Contains(a.body, inner) {
				t.Errorf("%s shows %q: %s", tc.path, inner, short(a.body))
			}
		}
		id := a.header.Get("X-Request-Id")
		if len(id) != 16 {
			t.Errorf("%s: the request has the number %q", tc.path, id)
		}
		if tc.page {
			doc := a.html(t)
			if doc.Find("html").AttrOr("lang", "") != "fr" || doc.Find("main h1").Length() != 1 || doc.Find("header.top").Length() != 1 {
				t.Errorf("%s is no page: %s", tc.path, short(a.body))
			}
		}
		if tc.status == 500 && !strings.Contains(a.body, id) {
			t.Errorf("%s does not tell its number", tc.path)
		}
		if got := strings.Contains(x.log.String(), id) && strings.Contains(x.log.String(), "level=ERROR") && strings.Contains(lineOf(x.log.String(), id), "level=ERROR"); got != tc.logged {
			t.Errorf("%s: in the log as an error: %v, want %v", tc.path, got, tc.logged)
		}
	}
	if !strings.Contains(x.log.String(), "secret path") {
		t.Error("the log does not tell what happened")
	}
	// A panic after the first words ends the answer; the server lives on.
	if a := x.get("/late-panic"); strings.Contains(a.body, "secret") {
		t.Error(a.body)
	}
	x.get("/shell").is(t, http.StatusNotFound, "<main")

	// A panic in what stands around the page still gives an answer.
	x.server.Shell = func(*web.C) (web.Shell, error) { panic(errBoom) }
	if a := x.get("/shell"); a.status != http.StatusInternalServerError || strings.Contains(a.body, "secret") || !strings.Contains(a.body, a.header.Get("X-Request-Id")) {
		t.Errorf("%d %s", a.status, a.body)
	}
	// An error in what stands around the page still gives an answer.
	x.server.Shell = func(*web.C) (web.Shell, error) { return web.Shell{}, errBoom }
	if a := x.get("/shell"); a.status != http.StatusInternalServerError || strings.Contains(a.body, "secret") || !strings.Contains(a.body, a.header.Get("X-Request-Id")) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// lineOf is the first line of the log about a request that is more than its record.
func lineOf(log, id string) string {
	for line := range strings.Lines(log) {
		if strings.Contains(line, id) && strings.Contains(line, "level=ERROR") {
			return line
		}
	}
	return ""
}

func TestSecurityHeadersOnEveryAnswer(t *testing.T) {
	h, _ := counting("one")
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /list", h)
		s.Handle("POST /list", func(c *web.C) error { return c.Redirect("/list") })
		s.Handle("GET /boom", func(*web.C) error { return errBoom })
		s.Handle("GET /panic", func(*web.C) error { panic("oh") })
		s.NewAPI("1")
	})
	answers := map[string]answer{
		"kept first": x.get("/list"), "kept": x.get("/list"), "signed in": x.get("/list", "Cookie", "session=Ada"),
		"not changed": x.get("/list", "If-None-Match", x.get("/list").header.Get("Etag")),
		"HEAD":        x.do(http.MethodHead, "/list", nil), "OPTIONS": x.do(http.MethodOptions, "/list", nil),
		"redirect": x.post("/list", nil), "cleaned": x.get("//list"), "prefix": x.get("/fr"),
		"not found": x.get("/nowhere"), "error": x.get("/boom"), "panic": x.get("/panic"), "bad address": x.get("/%00"),
		"cross-origin": x.post("/list", nil, "Sec-Fetch-Site", "cross-site"),
		"asset":        x.get("/assets/plenary.css"), "no asset": x.get("/assets/nowhere.css"),
		"health": x.get("/healthz"), "ready": x.get("/readyz"), "metrics": x.get("/metrics"),
		"description": x.get("/openapi.json"), "no operation": x.get("/api/v1/nowhere"),
	}
	if answers["not changed"].status != http.StatusNotModified || answers["panic"].status != 500 || answers["cross-origin"].status != 403 {
		t.Fatal("the answers are not what they are called")
	}
	for name, a := range answers {
		for header, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Permissions-Policy": "camera=()", "Content-Security-Policy": "default-src 'none'",
		} {
			if got := a.header[header]; len(got) != 1 || !strings.HasPrefix(got[0], want) {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
		csp := a.header.Get("Content-Security-Policy")
		for _, word := range []string{"unsafe", "http:", "https:", "*", "blob:"} {
			if strings.Contains(csp, word) {
				t.Errorf("%s: the policy allows %s", name, word)
			}
		}
		for _, rule := range []string{"script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, rule) {
				t.Errorf("%s: the policy lacks %s", name, rule)
			}
		}
		if got := a.header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s: open to %s", name, got)
		}
	}
	// Nothing in the layout needs what the policy forbids.
	doc := answers["signed in"].html(t)
	for _, bad := range []string{"script:not([src])", "style", "[style]", "[onclick]", "[onload]", "[onchange]", "[href^='javascript:']"} {
		if n := doc.Find(bad).Length(); n > 0 {
			t.Errorf("%d of %s", n, bad)
		}
	}
}

func TestChangesFromOtherSitesAreRefused(t *testing.T) {
	n := 0
	x := newSite(t, func(s *web.Server) {
		h := func(c *web.C) error { n++; return c.Bytes("text/plain", []byte("done")) }
		for _, method := range []string{"POST", "PUT", "DELETE", "GET"} {
			s.Handle(method+" /save", h)
		}
	})
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
		{"Origin", "https://evil.example"},
		{"Origin", "null"},
		{"Origin", "https://forum.example.evil.example"},
		{"Origin", "http://forum.example"},
	} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
			if a := x.do(method, "/fr/save", strings.NewReader("a=1"), headers...); a.status != http.StatusForbidden {
				t.Errorf("%s with %v: %d", method, headers, a.status)
			}
		}
		if a := x.get("/save", headers...); a.status != http.StatusOK {
			t.Errorf("to read with %v: %d", headers, a.status)
		}
	}
	n = 0
	for _, headers := range [][]string{
		{},
		{"Sec-Fetch-Site", "same-origin"},
		{"Sec-Fetch-Site", "none"},
		{"Origin", "https://forum.example"},
		{"Origin", x.addr},
	} {
		if a := x.post("/save", nil, headers...); a.status != http.StatusOK {
			t.Errorf("%v: %d", headers, a.status)
		}
	}
	if n != 5 {
		t.Errorf("%d of 5 changes were made", n)
	}
}
