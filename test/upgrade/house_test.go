// Package upgrade holds that a forum survives: a backup of a former program is read, the
// former program runs on the present schema, and what was restored serves what was served.
package upgrade

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/platform/backup"
)

// base is the address of every forum here, so that what they serve can be compared.
const base = "http://forum.localhost"

// former is a backup of the small demo, made by the program whose schema had 42 versions.
const former = "testdata/schema42.tar.zst"

// house is a forum that is asked without a network.
type house struct {
	*app.App
	t       testing.TB
	handler http.Handler
}

// open opens the demo that stands in a database and a folder.
func open(t testing.TB, address, data string) *house {
	t.Helper()
	cfg := config(address, data)
	a, err := demo.Open(t.Context(), demo.Options{Scale: corpus.Small, Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return wired(t, a)
}

func config(address, data string) app.Config {
	return app.Config{Data: data, Database: address, BaseURL: base, Chromium: "none", Clock: &core.Clock{}, Log: slog.New(slog.DiscardHandler)}
}

// wired makes its clock stand, and its index ready.
func wired(t testing.TB, a *app.App) *house {
	t.Helper()
	a.Record.Clock.Freeze(time.Date(2026, 10, 21, 3, 30, 0, 0, time.UTC))
	if err := a.Find.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &house{App: a, t: t, handler: a.Server.Handler()}
}

func (h *house) get(path string) (int, string, http.Header) {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, base+path, nil)
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

// restore puts a backup into a database and an empty folder, by the program's own way.
func restore(t testing.TB, file, address string) (data string, res *app.Restored) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	data = t.TempDir()
	if res, err = app.Restore(t.Context(), config(address, data), f, false, nil); err != nil {
		t.Fatal(err)
	}
	return data, res
}

// save makes a backup of a forum that runs.
func save(t testing.TB, address, data string) (file string, res *backup.Result) {
	t.Helper()
	src, done, err := app.Source(t.Context(), config(address, data))
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	file = t.TempDir() + "/forum.backup"
	if res, err = backup.WriteFile(t.Context(), src, file, false); err != nil {
		t.Fatal(err)
	}
	return file, res
}

// clean holds that the program finds no flaw.
func (h *house) clean() {
	h.t.Helper()
	parts, err := h.Check(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range parts {
		for i, f := range p.Flaws {
			if i < 5 {
				h.t.Errorf("%s: %+v", p.Part, f)
			}
		}
	}
}

// begins are the addresses from which all others are found.
var begins = []string{
	"/", "/openapi.json", "/search?q=water", "/meetings.ics", "/2026-sample", "/2026-sample/package.zip", "/2026-sample/changes.atom", "/2026-sample/changes.json",
	"/2026-sample/schedule.xml", "/2026-sample/schedule.json", "/2026-sample/schedule.json?format=2", "/2026-sample/programme.ics", "/2026-sample/programme.csv",
	"/2026-sample/messages", "/2026-sample/reports", "/2026-sample/programme?view=grid", "/ar/2026-sample", "/zh/2026-sample/programme", "/about/rights", "/about/countries.csv",
	"/api/v1/editions", "/api/v1/people", "/api/v1/organisations", "/api/v1/bodies", "/api/v1/documents", "/api/v1/ledger", "/api/v1/issues", "/api/v1/papers", "/api/v1/consultations",
	"/api/v1/statistics/series", "/api/v1/countries",
}

// pages walks through what a visitor can reach, path → what is served: so many pages, and as
// many of the files that they link.
func (h *house) pages(most int) map[string]string {
	h.t.Helper()
	out := map[string]string{}
	queue := slices.Clone(begins)
	seen, taken := map[string]bool{}, map[bool]int{}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] || taken[isFile(path)] >= most {
			continue
		}
		seen[path] = true
		taken[isFile(path)]++
		status, body, head := h.get(path)
		if status == http.StatusInternalServerError {
			h.t.Errorf("%s: %d", path, status)
		}
		out[path] = answer(status, body, head)
		if strings.HasPrefix(head.Get("Content-Type"), "text/html") {
			queue = append(queue, links(body)...)
		}
	}
	return out
}

// links are the addresses of this site on a page that anybody may read.
func links(body string) (out []string) {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		return nil
	}
	doc.Find("a[href]").Each(func(_ int, s *goquery.Selection) {
		u, err := url.Parse(s.AttrOr("href", ""))
		if err != nil || u.Host != "" && "http://"+u.Host != base || !strings.HasPrefix(u.Path, "/") {
			return
		}
		first, _, _ := strings.Cut(u.Path[1:], "/")
		if slices.Contains([]string{"assets", "sign-in", "me", "demo", "fr", "es", "ru", "zh", "ar", "en", "healthz", "metrics"}, first) || strings.HasSuffix(u.Path, ".pdf") {
			return
		}
		if len(u.Query()) > 1 && !isFile(u.Path) {
			return // each choice of a list leads to others
		}
		u.Scheme, u.Host, u.Fragment = "", "", ""
		out = append(out, u.String())
	})
	return out
}

// offset is how far the demo's clock stands from the machine's, which runs on.
var offset = regexp.MustCompile(` data-offset="-?[0-9]+"`)

func answer(status int, body string, head http.Header) string {
	return http.StatusText(status) + " " + head.Get("Location") + " " + head.Get("Content-Type") + "\n" + offset.ReplaceAllString(body, "")
}

// isFile tells whether an address is that of a file, not of a page.
func isFile(address string) bool {
	name, _, _ := strings.Cut(address, "?")
	return strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ".")
}

// same holds that two forums serve the same.
func same(t testing.TB, was map[string]string, h *house) {
	t.Helper()
	files, bad := 0, 0
	for path, want := range was {
		if isFile(path) {
			files++
		}
		status, body, head := h.get(path)
		got := answer(status, body, head)
		if got == want {
			continue
		}
		if bad++; bad < 10 {
			i := 0
			for i < min(len(got), len(want)) && got[i] == want[i] {
				i++
			}
			from := max(0, i-80)
			t.Errorf("%s differs at byte %d:\n was %q\n now %q", path, i, want[from:min(len(want), i+80)], got[from:min(len(got), i+80)])
		}
	}
	if bad > 0 {
		t.Errorf("%d of %d differ", bad, len(was))
	}
	if files < 80 || len(was) < 180 {
		t.Errorf("only %d pages, %d of them files, were compared", len(was), files)
	}
	t.Logf("%d pages and files are the same, %d of them files", len(was)-bad, files)
}
