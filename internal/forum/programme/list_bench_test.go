package programme

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"

	"plenary/internal/testkit"
)

// E101: the page with 300 sessions is light on the line and asks the database little.
// A signed-in reader needs no more than 12 queries, whatever the number of sessions.
func TestProgrammePagesAreLight(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		f := newFair(t, url, kyoto)
		f.invite(60)
		f.fill(300)
		for path, most := range map[string]int64{
			"/2023/programme/all": 3, "/ar/2023/programme/all": 3, "/2023/programme": 3, "/ar/2023/programme/day-2": 3,
			"/2023/programme/all?q=rural&room=room-i": 6, "/2023/programme/all?person=" + string(f.persons[0]): 7,
			"/2023/programme/questions": 3, "/2023/programme/people": 5, "/2023/programme.ics": 5, "/2023/programme.csv": 3,
		} {
			f.page0("secretary", path) // memory is warm
			f.page0("secretary", path)
			if f.log.queries > most {
				t.Errorf("%s asks %d queries, at most %d are allowed", path, f.log.queries, most)
			}
			for _, encoding := range []string{"gzip", "br"} {
				w := f.get("", path, "Accept-Encoding", encoding)
				if got := w.Header().Get("Content-Encoding"); got != encoding {
					t.Errorf("%s is sent as %q", path, got)
				}
				if n := w.Body.Len(); n > 60<<10 {
					t.Errorf("%s weighs %d bytes with %s", path, n, encoding)
				} else if strings.Contains(path, "programme/all") && !strings.Contains(path, "?") {
					t.Logf("%s: %d bytes with %s", path, n, encoding)
				}
			}
		}
	})
}

// page0 asks without reading.
func (f *fair) page0(as, path string) *httptest.ResponseRecorder {
	f.t.Helper()
	w := f.get(as, path)
	if w.Code != http.StatusOK {
		f.t.Fatalf("GET %s: %d %v", path, w.Code, f.log.errors)
	}
	return w
}

// BenchmarkProgrammeAll makes the page of 300 sessions for a signed-in reader: database,
// templates, no cache. It reports what the page weighs.
func BenchmarkProgrammeAll(b *testing.B) {
	benchmarkPage(b, "/2023/programme/all")
}

// BenchmarkProgrammeDay makes the page of one day of them.
func BenchmarkProgrammeDay(b *testing.B) {
	benchmarkPage(b, "/2023/programme/day-2")
}

func benchmarkPage(b *testing.B, path string) {
	f := newFair(b, testkit.SQLite(b), kyoto)
	f.invite(60)
	f.fill(300)
	body := f.page0("secretary", path).Body.Bytes()
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		f.page0("secretary", path)
	}
	var gz, br bytes.Buffer
	zw, _ := gzip.NewWriterLevel(&gz, 6)
	_, _ = zw.Write(body)
	_ = zw.Close()
	bw := brotli.NewWriterLevel(&br, 5)
	_, _ = bw.Write(body)
	_ = bw.Close()
	b.ReportMetric(float64(len(body)), "bytes")
	b.ReportMetric(float64(gz.Len()), "gzip-bytes")
	b.ReportMetric(float64(br.Len()), "brotli-bytes")
}
