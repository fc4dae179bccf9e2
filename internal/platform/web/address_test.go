package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/platform/web"
	"plenary/internal/testkit"
)

// What PostgreSQL cannot store never gets as far as a query.
func TestWhatIsNotText(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		ask := func(c *web.C, s string) error {
			var got string
			if err := throughDatabase(c, s, &got); err != nil {
				return err
			}
			return c.Bytes("text/plain; charset=utf-8", []byte("["+got+"]"))
		}
		x := openSite(t, address, func(s *web.Server) {
			s.Handle("GET /say/{word}", func(c *web.C) error { return ask(c, c.Param("word")) })
			s.Handle("GET /say", func(c *web.C) error { return ask(c, c.Query("q")) })
			s.Handle("POST /say", func(c *web.C) error {
				var in struct {
					Word string `form:"word"`
				}
				if err := c.Decode(&in); err != nil {
					return err
				}
				return ask(c, in.Word+"|"+c.Value("word"))
			})
		})
		for path, want := range map[string]int{
			"/say/caf%C3%A9": 200, "/say/a%00b": 400, "/say/a%FFb": 400, "/say/%C3": 400, "/say/a%2Fb": 200,
			"/say?q=caf%C3%A9": 200, "/say?q=a%00b": 400, "/say?q=a%FFb": 400, "/say?q=%C3": 400, "/say?q%FF=a": 400,
			"/say?q=%zz": 200, "/say?q=%FF&x=%zz": 400, "/say?x=1;y=%00": 200, "/say?q=%2500": 200,
			"/say?q=a" + strings.Repeat("%D1%8F", 400): 200, // cut within a letter
		} {
			if a := x.get(path); a.status != want {
				t.Errorf("%s: %d %s, want %d", short(path), a.status, short(a.body), want)
			}
		}
		for sent, want := range map[string]string{
			"word=a%00b":       "[ab|ab]",
			"word=a%FFb":       "[a\uFFFDb|a\uFFFDb]",
			"word=a%0D%0Ab":    "[a\nb|a\nb]",
			"word=%ED%A0%80":   "[\uFFFD|\uFFFD]",
			"word=caf%C3%A9":   "[café|café]",
			"w%00rd=a&word=ok": "[ok|ok]",
		} {
			a := x.do(http.MethodPost, "/say", strings.NewReader(sent), "Content-Type", "application/x-www-form-urlencoded")
			a.is(t, http.StatusOK, want)
		}
	})
}

// throughDatabase sends a word through the database.
func throughDatabase(c *web.C, s string, into *string) error {
	return c.S.Record.DB.Read.NewRaw("SELECT LOWER(CAST(? AS TEXT))", s).Scan(c.Context(), into)
}

func TestNextStaysOnThisServer(t *testing.T) {
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /go", func(c *web.C) error { return c.Redirect(c.Back("/fallback")) })
	})
	for _, next := range []string{
		"https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
		"/\n/evil.example", "\t//evil.example", " //evil.example", "javascript:alert(1)", "http:evil.example", "evil.example", "",
		"/%09/evil.example\x00", "/\x7f/evil.example", "https:/evil.example", "http://evil.example\\@forum.example/", "/" + strings.Repeat("a", 3000),
	} {
		for _, prefix := range []string{"", "/fr"} {
			a := x.get(prefix + "/go?next=" + url.QueryEscape(next))
			if a.status == http.StatusBadRequest && strings.Contains(next, "\x00") {
				continue
			}
			if got := a.header.Get("Location"); got != prefix+"/fallback" {
				t.Errorf("%q leads to %q", next, got)
			}
		}
	}
	for next, want := range map[string]string{
		"/people": "/people", "/2023/programme?day=2&q=a%20b": "/2023/programme?day=2&q=a%20b", "/a//b": "/a/b", "/..//evil.example": "/evil.example",
	} {
		if got := x.get("/go?next=" + url.QueryEscape(next)).header.Get("Location"); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
	// Addresses of ours with another's in them, on the way of each redirect that we make.
	for _, path := range []string{"//evil.example", "//evil.example/..", "/fr//evil.example", "/fr/%5Cevil.example", "/%5C/evil.example//", "/2023//evil.example", "//evil.example/%2e%2e"} {
		a := x.get(path)
		to := a.header.Get("Location")
		u, err := url.Parse(to)
		if err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") {
			t.Errorf("%s: %d to %q", path, a.status, to)
		}
	}
}

func TestChoicesOfTheShell(t *testing.T) {
	x := newSite(t, func(s *web.Server) { s.Handle("GET /p", plainPage) })
	a := x.post("/fr/zone", url.Values{"zone": {"Asia/Tokyo"}, "next": {"/p"}})
	if a.header.Get("Location") != "/fr/p" || !strings.HasPrefix(a.header.Get("Set-Cookie"), "zone=Asia%2FTokyo;") {
		t.Errorf("%v", a.header)
	}
	if got := x.get("/p", "Cookie", "zone=Asia%2FTokyo").html(t).Find("#zone").AttrOr("value", ""); got != "Asia/Tokyo" {
		t.Errorf("the zone is %q", got)
	}
	for _, bad := range []string{"../../etc/passwd", "Local", "Nowhere/Land", "/etc/localtime", strings.Repeat("a", 100), "a\x00b"} {
		if a := x.post("/zone", url.Values{"zone": {bad}}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("zone %q: %d", bad, a.status)
		}
		if got := x.get("/p", "Cookie", "zone="+url.QueryEscape(bad)).html(t).Find("#zone").AttrOr("value", ""); got != "" {
			t.Errorf("zone %q from a cookie", got)
		}
	}
	for theme, want := range map[string]string{"dark": "dark", "light": "light", "auto": "auto", "<b>": "auto"} {
		if got := x.post("/appearance", url.Values{"theme": {theme}, "next": {"//evil.example"}}); !strings.HasPrefix(got.header.Get("Set-Cookie"), "theme="+want+";") || got.header.Get("Location") != "/" {
			t.Errorf("%s: %v", theme, got.header)
		}
	}
	if got := x.get("/p", "Cookie", "theme=dark").html(t).Find("html").AttrOr("data-theme", ""); got != "dark" {
		t.Errorf("appearance %q", got)
	}
	if got := x.get("/p", "Cookie", `theme="><script>`).html(t).Find("html").AttrOr("data-theme", ""); got != "" {
		t.Errorf("appearance %q", got)
	}
}
