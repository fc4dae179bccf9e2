package pdf_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/pdf"
	"plenary/internal/testkit"
)

func printer(t *testing.T, cfg pdf.Config) *pdf.Printer {
	t.Helper()
	cfg.Browser = testkit.Chromium(t)
	p := pdf.New(cfg)
	t.Cleanup(p.Close)
	return p
}

func document(lang, dir, body string) []byte {
	return []byte(`<!doctype html><html lang="` + lang + `" dir="` + dir + `"><head><meta charset="utf-8"><title>Messages of Kigali</title></head><body>` + body + `</body></html>`)
}

var pageCount = regexp.MustCompile(`/Type\s*/Pages\s*/Count\s+(\d+)|/Count\s+(\d+)[^>]*/Type\s*/Pages`)

// E142: a PDF is tagged, knows its language and title, has an outline and numbered pages.
func TestPrint(t *testing.T) {
	p := printer(t, pdf.Config{})
	for _, x := range []struct{ lang, dir string }{{"en", "ltr"}, {"ar", "rtl"}} {
		body := "<h1>Messages of Kigali</h1>" + strings.Repeat("<h2>Access</h2><p>Networks that last have a local owner.</p>", 120)
		pg := pdf.Page{HTML: document(x.lang, x.dir, body), Footer: `<div style="font-size:8px"><span class="pageNumber"></span></div>`}
		if p.Has(pg) {
			t.Error("it knows the page before it was printed")
		}
		got, err := p.Print(t.Context(), pg)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"%PDF-", "/StructTreeRoot", "/MarkInfo", "/Marked true", "/Lang (" + x.lang + ")", "/Outlines", "/Title (Messages of Kigali)", "%%EOF"} {
			if !bytes.Contains(got, []byte(want)) {
				t.Errorf("%s: %s is missing", x.lang, want)
			}
		}
		n := 0
		for _, m := range pageCount.FindAllSubmatch(got, -1) {
			k, _ := strconv.Atoi(string(m[1]) + string(m[2]))
			n = max(n, k)
		}
		if n < 5 || n > 20 {
			t.Errorf("%s: %d pages", x.lang, n)
		}
		if !p.Has(pg) {
			t.Error("it does not remember what it printed")
		}
		again, err := p.Print(t.Context(), pg)
		if err != nil || !bytes.Equal(got, again) {
			t.Errorf("the same page is printed anew: %v", err)
		}
	}
}

// A page loads nothing and runs nothing, even if it tries.
func TestNothingIsLoaded(t *testing.T) {
	var asked atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer srv.Close()
	p := printer(t, pdf.Config{})
	_, err := p.Print(t.Context(), pdf.Page{HTML: document("en", "ltr",
		`<img src="`+srv.URL+`/a.png"><link rel="stylesheet" href="`+srv.URL+`/b.css"><iframe src="`+srv.URL+`"></iframe><script>fetch("`+srv.URL+`/c");document.body.textContent="`+strings.Repeat("x", 10)+`"</script><p>Text</p>`)})
	if err != nil {
		t.Fatal(err)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the page asked the network %d times", n)
	}
}

// Many ask at once: all are answered, and one browser does it.
func TestManyAtOnce(t *testing.T) {
	p := printer(t, pdf.Config{AtOnce: 2})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			b, err := p.Print(t.Context(), pdf.Page{HTML: document("en", "ltr", "<h1>Text "+strconv.Itoa(i%4)+"</h1>")})
			if err != nil || !bytes.HasPrefix(b, []byte("%PDF-")) {
				t.Errorf("page %d: %v", i, err)
			}
		})
	}
	wg.Wait()
}

// A browser that was ended, by idleness or by accident, is started again.
func TestBrowserComesBack(t *testing.T) {
	p := printer(t, pdf.Config{Idle: time.Millisecond})
	for i := range 2 {
		if _, err := p.Print(t.Context(), pdf.Page{HTML: document("en", "ltr", strconv.Itoa(i))}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func TestTimeoutIsTold(t *testing.T) {
	p := printer(t, pdf.Config{Timeout: time.Nanosecond})
	_, err := p.Print(t.Context(), pdf.Page{HTML: document("en", "ltr", "late")})
	if core.KindOf(err) != core.KindUnavailable || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("answers %v", err)
	}
}

func TestNoBrowser(t *testing.T) {
	t.Setenv(pdf.Env, "none")
	for _, p := range []*pdf.Printer{nil, pdf.New(pdf.Config{}), pdf.New(pdf.Config{Browser: "/nowhere/chromium"})} {
		if p.Available() || p.Has(pdf.Page{}) {
			t.Error("there is a browser")
		}
		_, err := p.Print(t.Context(), pdf.Page{})
		if core.KindOf(err) != core.KindUnavailable {
			t.Errorf("answers %v", err)
		}
		p.Close()
	}
}
