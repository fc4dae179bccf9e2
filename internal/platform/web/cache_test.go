package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
)

// counting is a handler whose page says how often it was made.
func counting(scopes ...string) (web.Handler, *atomic.Int64) {
	n := new(atomic.Int64)
	return func(c *web.C) error {
		c.Reads(scopes...)
		return c.Page(web.Page{Name: "test/plain", V: fmt.Sprintf("made %d for %s", n.Add(1), c.Actor.Name)})
	}, n
}

func TestPageIsKeptUntilAScopeOfItsChanges(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h, _ := counting("one", "two")
		x := openSite(t, address, func(s *web.Server) { s.Handle("GET /list", h) })
		x.get("/list").is(t, http.StatusOK, "made 1")
		x.get("/list").is(t, http.StatusOK, "made 1")
		event(t, x.rec, "three")
		x.get("/list").is(t, http.StatusOK, "made 1")
		event(t, x.rec, "two")
		x.get("/list").is(t, http.StatusOK, "made 2")
		x.get("/list").is(t, http.StatusOK, "made 2")
		event(t, x.rec, "one")
		x.get("/list").is(t, http.StatusOK, "made 3")
		// Another query is another page.
		x.get("/list?q=a").is(t, http.StatusOK, "made 4")
		x.get("/list").is(t, http.StatusOK, "made 3")
	})
}

// What another process writes is seen within a second: a second record on the same
// database stands for it, without a bus between the two.
func TestPageIsMadeAnewWhenAnotherProcessWrites(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h, _ := counting("one")
		x := openSite(t, address, func(s *web.Server) { s.Handle("GET /list", h) })
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { x.rec.Run(ctx); close(done) }()
		defer func() { cancel(); <-done }()
		x.get("/list").is(t, http.StatusOK, "made 1")
		x.get("/list").is(t, http.StatusOK, "made 1")
		other, _ := openRecord(t, address)
		event(t, other, "one")
		wrote := time.Now()
		for !strings.Contains(x.get("/list").body, "made 2") {
			if time.Since(wrote) > time.Second {
				t.Fatal("a second after the write the page is still the old one")
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
}

// When a page that many look at changes, it is made anew once, and the others wait for it.
func TestNoStampede(t *testing.T) {
	var made atomic.Int64
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /list", func(c *web.C) error {
			c.Reads("one")
			time.Sleep(30 * time.Millisecond)
			return c.Bytes("text/plain", []byte("made "+strconv.FormatInt(made.Add(1), 10)))
		})
	})
	x.get("/list").is(t, http.StatusOK, "made 1")
	event(t, x.rec, "one")
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { x.get("/list").is(t, http.StatusOK, "made 2") })
	}
	wg.Wait()
}

// A change that comes while the page is made, after it has read, makes it stale at once.
func TestChangeWhileThePageIsMade(t *testing.T) {
	n := 0
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /list", func(c *web.C) error {
			c.Reads("one")
			if n++; n == 1 {
				event(t, s.Record, "one")
			}
			return c.Bytes("text/plain", fmt.Appendf(nil, "made %d", n))
		})
	})
	x.get("/list").is(t, http.StatusOK, "made 1")
	x.get("/list").is(t, http.StatusOK, "made 2")
	x.get("/list").is(t, http.StatusOK, "made 2")
}

func TestPageIsKeptUntilItsInstant(t *testing.T) {
	n := 0
	var until []time.Time
	slow := false
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /late", func(c *web.C) error {
			c.Reads("one")
			n++
			if slow {
				until = []time.Time{s.Clock.Now().Add(20 * time.Millisecond)}
				time.Sleep(25 * time.Millisecond)
			}
			for _, u := range until {
				c.Until(u)
			}
			return c.Bytes("text/plain", fmt.Appendf(nil, "made %d", n))
		})
	})
	now := x.clock.Now()
	until = []time.Time{now.Add(time.Hour), now.Add(2 * time.Second), now.Add(-time.Hour)}
	x.get("/late").is(t, http.StatusOK, "made 1")
	x.get("/late").is(t, http.StatusOK, "made 1")
	time.Sleep(time.Until(until[1].Add(5 * time.Millisecond)))
	x.get("/late").is(t, http.StatusOK, "made 2")

	// The clock of the forum counts, not that of the machine.
	x.get("/late").is(t, http.StatusOK, "made 2")
	x.clock.Set(now.Add(2 * time.Hour))
	x.get("/late").is(t, http.StatusOK, "made 3")
	x.get("/late").is(t, http.StatusOK, "made 3")
	x.clock.Set(now)
	x.get("/late").is(t, http.StatusOK, "made 4")

	// The instant passes while the page is made: it is not kept.
	slow = true
	event(t, x.rec, "one")
	x.get("/late").is(t, http.StatusOK, "made 5")
	slow = false
	x.get("/late").is(t, http.StatusOK, "made 6")
}

// A page that was made by the old time is not kept for the new one.
func TestClockIsMovedWhileThePageIsMade(t *testing.T) {
	n := 0
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /now", func(c *web.C) error {
			c.Reads("one")
			now := c.Now()
			if n++; n == 1 {
				s.Clock.Set(now.Add(time.Hour))
			}
			return c.Bytes("text/plain", fmt.Appendf(nil, "made %d", n))
		})
	})
	x.get("/now").is(t, http.StatusOK, "made 1")
	x.get("/now").is(t, http.StatusOK, "made 2")
	x.get("/now").is(t, http.StatusOK, "made 2")
}

func TestSignedInPagesAreNobodyElses(t *testing.T) {
	h, _ := counting("one")
	x := newSite(t, func(s *web.Server) { s.Handle("GET /me", h) })
	ada := []string{"Cookie", "session=Ada"}
	a := x.get("/me", ada...)
	a.is(t, http.StatusOK, "made 1 for Ada")
	if got := a.header.Get("Cache-Control"); !strings.HasPrefix(got, "private") {
		t.Errorf("what Ada sees is %q", got)
	}
	x.get("/me").is(t, http.StatusOK, "made 2 for </h1>")
	x.get("/me", ada...).is(t, http.StatusOK, "made 3 for Ada")
	x.get("/me", "Cookie", "session=Bo").is(t, http.StatusOK, "made 4 for Bo")
	x.get("/me").is(t, http.StatusOK, "made 2 for </h1>")
	x.get("/me", "Cookie", "theme=dark; session=Ada").is(t, http.StatusOK, "made 5 for Ada")
	x.get("/me", "Cookie", "theme=dark", "Cookie", "session=Ada").is(t, http.StatusOK, "made 6 for Ada")
}

// The notice of a change is shown once, to the one who made it.
func TestNoticeIsShownOnceAndNotKept(t *testing.T) {
	h, _ := counting("one")
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /list", h)
		s.Handle("POST /save", func(c *web.C) error { return c.Done("/list", "test.saved", "What", "The <b>chair</b>; “she”") })
	})
	a := x.post("/save", nil)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/list" {
		t.Fatalf("%d to %q", a.status, a.header.Get("Location"))
	}
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	for _, attr := range []string{"HttpOnly", "SameSite=Lax", "Secure"} {
		if !strings.Contains(a.header.Get("Set-Cookie"), attr) {
			t.Errorf("the notice's cookie is not %s", attr)
		}
	}
	seen := x.get("/list", "Cookie", cookie)
	if got := seen.html(t).Find("main [role=status]").Text(); !strings.Contains(got, "The <b>chair</b>; “she” is saved.") {
		t.Errorf("notice %q", got)
	}
	if !strings.Contains(seen.header.Get("Set-Cookie"), "notice=;") || !strings.Contains(seen.header.Get("Cache-Control"), "no-store") {
		t.Errorf("the notice stays: %v", seen.header)
	}
	x.get("/list").is(t, http.StatusOK, "made 2")
	if got := x.get("/list").html(t).Find("main [role=status]").Length(); got != 0 {
		t.Error("a visitor sees another's notice")
	}
	x.get("/list", "Cookie", "notice="+strings.Repeat("a", 2000)).is(t, http.StatusOK, "made 3")
	x.get("/list", "Cookie", "notice=%zz").is(t, http.StatusOK, "made 4")
	x.get("/list", "Cookie", "notice=%zz").is(t, http.StatusOK, "made 5")
}

// Whoever is signed in by another way than a cookie leaves nothing behind either, and
// a session that is over is asked after each time.
func TestOtherWaysToBeSignedIn(t *testing.T) {
	h, _ := counting("one")
	x := newSite(t, func(s *web.Server) { s.Handle("GET /me", h) })
	x.get("/me", "X-Actor", "Ada").is(t, http.StatusOK, "made 1 for Ada")
	x.get("/me").is(t, http.StatusOK, "made 2 for </h1>")
	asked := 0
	x.server.Identify = func(w http.ResponseWriter, _ *http.Request) core.Actor {
		asked++
		http.SetCookie(w, &http.Cookie{Name: "session", MaxAge: -1})
		return core.Visitor
	}
	for i := range 3 {
		a := x.get("/me", "Cookie", "session=over")
		if a.is(t, http.StatusOK, "for </h1>"); asked != i+1 || a.header.Get("Set-Cookie") == "" {
			t.Errorf("asked %d times, %v", asked, a.header)
		}
	}
}

func TestWhatIsNotKept(t *testing.T) {
	n := 0
	x := newSite(t, func(s *web.Server) {
		page := func(c *web.C) error {
			n++
			return c.Page(web.Page{Name: "test/plain", V: fmt.Sprintf("made %d", n)})
		}
		s.Handle("GET /unsaid", page)
		s.Handle("GET /error", func(c *web.C) error {
			c.Reads("one")
			n++
			return fmt.Errorf("not today: %d", n)
		})
		s.Handle("GET /status", func(c *web.C) error {
			c.Reads("one")
			n++
			return c.Page(web.Page{Name: "test/plain", Status: http.StatusGone, V: fmt.Sprintf("made %d", n)})
		})
		s.Handle("POST /read", func(c *web.C) error {
			c.Reads("one")
			return page(c)
		})
	})
	for _, path := range []string{"/unsaid", "/error", "/status"} {
		for range 2 {
			before := n
			a := x.get(path)
			if n != before+1 {
				t.Errorf("%s was kept", path)
			}
			if got := a.header.Get("Cache-Control"); got != "private, no-store" {
				t.Errorf("%s: Cache-Control %q", path, got)
			}
		}
	}
	before := n
	x.post("/read", nil)
	if x.post("/read", nil); n != before+2 {
		t.Error("the answer to a POST was kept")
	}
}

// The choices of language and appearance are part of what a page is.
func TestVisitorsChoicesHaveTheirOwnPages(t *testing.T) {
	h, _ := counting("one")
	x := newSite(t, func(s *web.Server) { s.Handle("GET /list", h) })
	for range 2 {
		for i, headers := range [][]string{{}, {"Cookie", "theme=dark"}, {"Cookie", "lang=fr"}, {"Accept-Language", "es"}} {
			x.get("/list", headers...).is(t, http.StatusOK, fmt.Sprintf("made %d", i+1))
		}
	}
	// Nobody fills the memory with keys of his making.
	for _, headers := range [][]string{
		{"Accept-Language", strings.Repeat("x", 5000)}, {"Cookie", "a=" + strings.Repeat("x", 5000)},
	} {
		first, second := x.get("/list", headers...), x.get("/list", headers...)
		if first.status != http.StatusOK || first.body == second.body {
			t.Errorf("%s of 5,000 signs became a key", headers[0])
		}
	}
}

func TestETag(t *testing.T) {
	h, n := counting("one")
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /list", h)
		s.Handle("GET /same", func(c *web.C) error {
			c.Reads("one")
			return c.Bytes("text/plain", []byte("the same words"))
		})
	})
	tags := map[string]string{}
	for _, enc := range []string{"identity", "gzip", "br"} {
		a := x.get("/list", "Accept-Encoding", enc)
		tag := a.header.Get("Etag")
		if tag == "" || tags[tag] != "" {
			t.Fatalf("%s has the ETag %q; the others are %v", enc, tag, tags)
		}
		tags[tag] = enc
		for _, match := range []string{tag, "W/" + tag, `"x", ` + tag} {
			b := x.get("/list", "Accept-Encoding", enc, "If-None-Match", match)
			if b.status != http.StatusNotModified || len(b.raw) > 0 || b.header.Get("Etag") != tag || b.header.Get("Vary") == "" {
				t.Errorf("%s with %s: %d, %d bytes, %v", enc, match, b.status, len(b.raw), b.header)
			}
		}
		if b := x.get("/list", "Accept-Encoding", enc, "If-None-Match", `"other"`); b.status != http.StatusOK {
			t.Errorf("%s with another tag: %d", enc, b.status)
		}
	}
	if n.Load() != 1 {
		t.Errorf("the page was made %d times", n.Load())
	}
	// Also without the cache: who is signed in asks again and hears that nothing changed.
	ada := []string{"Cookie", "session=Ada"}
	tag := x.get("/same", ada...).header.Get("Etag")
	if a := x.get("/same", append(ada, "If-None-Match", tag)...); a.status != http.StatusNotModified {
		t.Errorf("signed in: %d", a.status)
	}
	event(t, x.rec, "one")
	if a := x.get("/same", "If-None-Match", tag); a.status != http.StatusNotModified {
		t.Errorf("made anew with the same words: %d", a.status)
	}
	for tag, enc := range tags {
		if a := x.get("/list", "Accept-Encoding", enc, "If-None-Match", tag); a.status != http.StatusOK {
			t.Errorf("changed: %d", a.status)
		}
	}
}

func TestEncodingsAreTheSamePage(t *testing.T) {
	long := strings.Repeat("Words of all scripts: слова, كلمات, 词. ", 200)
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /kept", func(c *web.C) error {
			c.Reads("one")
			return c.Page(web.Page{Name: "test/plain", V: long})
		})
		s.Handle("GET /fresh", func(c *web.C) error { return c.Page(web.Page{Name: "test/plain", V: long}) })
		s.Handle("GET /tiny", func(c *web.C) error { return c.Bytes("text/plain", []byte("x")) })
	})
	for _, path := range []string{"/kept", "/kept", "/fresh", "/tiny", "/assets/plenary.css"} {
		plain := x.get(path)
		if plain.header.Get("Content-Encoding") != "" {
			t.Errorf("%s is compressed unasked", path)
		}
		for accept, want := range map[string]string{
			"identity": "", "gzip": "gzip", "gzip, deflate": "gzip", "br": "br", "gzip, deflate, br, zstd": "br",
			"br;q=0, gzip;q=0.5": "gzip", "gzip; q=0.0, br; q=0": "", "br;q=1.0": "br", "brotli, xgzip": "",
		} {
			a := x.get(path, "Accept-Encoding", accept)
			got := a.header.Get("Content-Encoding")
			if got != want && path != "/tiny" {
				t.Errorf("%s, %q: %q, want %q", path, accept, got, want)
			}
			if a.body != plain.body {
				t.Errorf("%s, %q: another page", path, accept)
			}
			if got := a.header.Get("Content-Length"); got != fmt.Sprint(len(a.raw)) {
				t.Errorf("%s, %q: Content-Length %s of %d bytes", path, accept, got, len(a.raw))
			}
			if want != "" && path != "/tiny" && len(a.raw) >= len(plain.raw)/2 {
				t.Errorf("%s, %q: %d bytes of %d", path, accept, len(a.raw), len(plain.raw))
			}
			if !strings.Contains(a.header.Get("Vary"), "Accept-Encoding") {
				t.Errorf("%s: Vary %q", path, a.header.Get("Vary"))
			}
		}
	}
}

// HEAD tells what GET would, without the page.
func TestHead(t *testing.T) {
	h, _ := counting("one")
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /kept", func(c *web.C) error {
			c.Reads("one")
			return c.Page(web.Page{Name: "test/plain", V: "kept"})
		})
		s.Handle("GET /fresh", func(c *web.C) error { return c.Page(web.Page{Name: "test/plain", V: "fresh"}) })
		s.Handle("GET /count", h)
	})
	x.do(http.MethodHead, "/count", nil)
	x.get("/count").is(t, http.StatusOK, "made 1")
	for _, path := range []string{"/kept", "/kept", "/fresh", "/nowhere", "/assets/plenary.js", "/healthz"} {
		head, get := x.do(http.MethodHead, path, nil), x.get(path)
		if len(head.raw) > 0 {
			t.Errorf("HEAD %s has a body", path)
		}
		for _, name := range []string{"Content-Type", "Cache-Control", "Etag", "Vary", "Content-Language"} {
			if h, g := head.header.Get(name), get.header.Get(name); head.status != get.status || h != g {
				t.Errorf("HEAD %s: %d, %s %q; GET: %d, %q", path, head.status, name, h, get.status, g)
			}
		}
	}
}
