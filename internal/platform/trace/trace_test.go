package trace_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"plenary/internal/platform/trace"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// Requests, queries and writes come to the collector, and nothing of what was asked.
func TestTracesComeToTheCollector(t *testing.T) {
	var mu sync.Mutex
	var got bytes.Buffer
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body io.Reader = r.Body
		if r.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(r.Body)
			if err != nil {
				t.Error(err)
				return
			}
			body = z
		}
		mu.Lock()
		defer mu.Unlock()
		if _, err := got.ReadFrom(body); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusOK)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	stop, err := trace.Start(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	s := site.Empty(t, testkit.SQLite(t))
	s.Visitor(t).Get("/set-up?token=a-secret-token")
	s.Visitor(t).Post("/sign-in", map[string][]string{"email": {"somebody@secret.example"}})
	stop()
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"plenary", "service.version", "GET /set-up", "http.response.status_code", "SELECT", "record.write"} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("no %q in %d bytes", want, got.Len())
		}
	}
	if strings.Contains(got.String(), "secret") {
		t.Error("what was asked is in a trace")
	}
}

func TestNothingWithoutACollector(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
	if trace.Wanted() {
		t.Error("traces are wanted by nobody")
	}
	stop, err := trace.Start(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	stop()
}
