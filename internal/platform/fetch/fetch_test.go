package fetch

import (
	"compress/gzip"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
)

func reason(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("%T %v is no error of this package", err, err)
	}
	return e.Reason
}

func TestPublic(t *testing.T) {
	for ip, want := range map[string]bool{
		"93.184.215.14": true, "2606:2800:21f:cb07:6820:80da:af6b:8b2c": true, "::ffff:93.184.215.14": true,
		"127.0.0.1": false, "127.8.8.8": false, "10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "192.0.2.1": false, "198.18.0.1": false, "224.0.0.1": false,
		"255.255.255.255": false, "240.0.0.1": false, "::1": false, "::": false, "::7f00:1": false, "fe80::1": false, "fc00::1": false, "fd12::1": false,
		"ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "64:ff9b:1::1": false, "2002:7f00:1::": false,
		"2001:0:7f00:1::": false, "2001:db8::1": false, "fec0::1": false,
	} {
		if got := Public(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s public: %v, want %v", ip, got, want)
		}
	}
}

// An address that is none, or that leads into the house by any spelling, is refused before
// a byte is sent.
func TestRefused(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer s.Close()
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	f := New("test", nil)
	for address, want := range map[string]string{
		"":                                   BadAddress,
		"schedule.json":                      BadAddress,
		"//example.org/schedule.json":        BadAddress,
		"file:///etc/passwd":                 BadAddress,
		"ftp://example.org/schedule.xml":     BadAddress,
		"gopher://example.org/":              BadAddress,
		"http:example.org":                   BadAddress,
		"http://":                            BadAddress,
		"https://name:secret@example.org/x":  BadAddress,
		"https://token@example.org/x":        BadAddress,
		"http://exa mple.org/%zz":            BadAddress,
		s.URL:                                Private,
		"http://localhost" + port:            Private,
		"http://[::1]" + port:                Private,
		"http://[::ffff:127.0.0.1]" + port:   Private,
		"http://0.0.0.0" + port:              Private,
		"http://10.0.0.1/schedule.json":      Private,
		"http://169.254.169.254/latest":      Private,
		"http://[fd00::1]/schedule.json":     Private,
		"http://[64:ff9b::a9fe:a9fe]/latest": Private,
	} {
		if _, err := f.Get(t.Context(), address, Known{}); reason(t, err) != want {
			t.Errorf("%s: %v, want %s", address, err, want)
		}
	}
	if asked > 0 {
		t.Errorf("the server was asked %d times", asked)
	}
}

// Each step of a redirect is looked at; no more than three are followed.
func TestRedirects(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the house was reached") }))
	defer inside.Close()
	var outside *httptest.Server
	outside = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/again/")); err == nil {
			to := outside.URL + "/end"
			if n > 1 {
				to = outside.URL + "/again/" + strconv.Itoa(n-1)
			}
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		switch r.URL.Path {
		case "/inside":
			http.Redirect(w, r, inside.URL, http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/secret":
			http.Redirect(w, r, strings.Replace(outside.URL, "://", "://a:b@", 1), http.StatusFound)
		case "/end":
			_, _ = w.Write([]byte("here"))
		}
	}))
	defer outside.Close()
	at, err := netip.ParseAddrPort(strings.TrimPrefix(outside.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	f := New("test", func(a netip.AddrPort) bool { return a == at })
	for path, want := range map[string]string{
		"/end": "", "/again/1": "", "/again/3": "", "/again/4": Redirects, "/inside": Private, "/file": BadAddress, "/secret": BadAddress,
	} {
		got, err := f.Get(t.Context(), outside.URL+path, Known{})
		if reason(t, err) != want {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
		if err == nil && (string(got.Data) != "here" || got.From.Path != "/end") {
			t.Errorf("%s gave %q from %s", path, got.Data, got.From.String())
		}
		if err != nil && strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: the error names the address: %v", path, err)
		}
	}
}

func TestSizesAndConditions(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/said":
			w.Header().Set("Content-Length", strconv.Itoa(Largest+1))
		case "/unsaid":
			part := make([]byte, 1<<20)
			for range 9 {
				_, _ = w.Write(part)
				http.NewResponseController(w).Flush() //nolint:errcheck // the reader leaves
			}
		case "/packed":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			part := make([]byte, 1<<20)
			for range 9 {
				_, _ = z.Write(part)
			}
			_ = z.Close()
		case "/kept":
			w.Header().Set("ETag", `"one"`)
			w.Header().Set("Last-Modified", "Tue, 03 Mar 2026 09:00:00 GMT")
			if r.Header.Get("If-None-Match") == `"one"` || r.Header.Get("If-Modified-Since") != "" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			w.Header().Set("Content-Type", "Application/JSON; charset=utf-8")
			_, _ = w.Write([]byte("{}"))
		case "/always":
			w.WriteHeader(http.StatusNotModified)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		}
	}))
	defer s.Close()
	f := New("Plenary/test", Anywhere)
	get := func(path string, k Known) (*File, string) {
		t.Helper()
		got, err := f.Get(t.Context(), s.URL+path, k)
		return got, reason(t, err)
	}
	for path, want := range map[string]string{"/said": TooLarge, "/unsaid": TooLarge, "/packed": TooLarge, "/gone": BadStatus, "/always": BadStatus} {
		if _, got := get(path, Known{}); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	first, _ := get("/kept", Known{})
	if first == nil || string(first.Data) != "{}" || first.Type != "application/json" || first.Same {
		t.Fatalf("%+v", first)
	}
	for _, k := range []Known{{ETag: first.ETag}, {Modified: first.Modified}} {
		if again, why := get("/kept", k); why != "" || !again.Same || len(again.Data) > 0 {
			t.Errorf("%+v: %+v %s", k, again, why)
		}
	}
	s.Close()
	if _, why := get("/kept", Known{}); why != Unreachable {
		t.Errorf("a server that is gone: %q", why)
	}
}
