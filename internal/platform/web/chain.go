package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"plenary/internal/core"
	"plenary/internal/platform/db"
)

// state is what the chain learns of a request on its way in.
type state struct {
	id, lang, path   string // path: as asked, without the language prefix
	prefixed         bool   // the address named the language
	long             bool   // the body is for Upload alone
	edition, session string
	zone             string
	pattern          string
	client           string      // network address of who asks
	unknown          error       // why it cannot be said who asks
	page             *cachedPage // set by a handler whose page may be kept
	call             *call       // set where the JSON API asks a handler of the pages
}

type stateKey struct{}

func stateOf(r *http.Request) *state {
	if st, ok := r.Context().Value(stateKey{}).(*state); ok {
		return st
	}
	return &state{lang: "en"}
}

// MaxBody is the largest request that is read.
const MaxBody = 8 << 20

const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func securityHeaders(h http.Header) {
	h["Content-Security-Policy"] = cspHeader
	h["X-Content-Type-Options"] = nosniff
	h["Referrer-Policy"] = referrer
	h["Cross-Origin-Opener-Policy"] = sameOrigin
	h["Permissions-Policy"] = permissions
}

// Header values are shared, so that setting them costs no allocation.
var (
	cspHeader   = []string{csp}
	nosniff     = []string{"nosniff"}
	referrer    = []string{"same-origin"}
	sameOrigin  = []string{"same-origin"}
	permissions = []string{"camera=(), microphone=(), geolocation=()"}
)

// outer is the first link: it catches panics, names the request, logs and measures.
func (s *Server) outer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := core.Machine()
		st := stateOf(r)
		if len(s.Proxies) > 0 {
			st.client = clientOf(r, s.Proxies)
		}
		ctx := context.WithValue(r.Context(), stateKey{}, st)
		ctx, span := otel.Tracer("plenary").Start(ctx, "request", trace.WithSpanKind(trace.SpanKindServer))
		ctx, queries := db.WithCount(ctx)
		rw := &recorder{ResponseWriter: w}
		securityHeaders(w.Header())
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // the value itself is the signal
					panic(p)
				}
				s.Log.Error("panic", "request", s.requestID(w, st), "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
				if rw.status == 0 {
					s.sorry(rw, r.WithContext(ctx))
				}
			}
			took := core.MachineSince(start)
			s.metrics.observe(st.pattern, rw.status, took)
			if span.IsRecording() { // the address itself may carry a token
				span.SetName(cmp.Or(st.pattern, r.Method))
				span.SetAttributes(attribute.String("http.request.method", r.Method), attribute.String("http.route", st.pattern),
					attribute.Int("http.response.status_code", rw.status), attribute.Int64("plenary.queries", queries.Load()), attribute.String("plenary.request", st.id))
				if rw.status >= http.StatusInternalServerError {
					span.SetStatus(codes.Error, "")
				}
			}
			span.End()
			s.Log.Info("request", "request", st.id, "method", r.Method, "path", r.URL.Path,
				"status", rw.status, "bytes", rw.bytes, "ms", float64(took.Microseconds())/1000, "queries", queries.Load())
		}()
		next.ServeHTTP(rw, r.WithContext(ctx))
	})
}

// sorry answers after a panic: with a page, unless that panics too.
func (s *Server) sorry(w *recorder, r *http.Request) {
	defer func() {
		if p := recover(); p != nil && w.status == 0 {
			http.Error(w, "internal error "+stateOf(r).id, http.StatusInternalServerError)
		}
	}()
	if forPrograms(r) {
		s.problem(r.Context(), &core.Error{Kind: core.KindInternal, Key: "error.internal"}).write(w)
		return
	}
	s.context(w, r).tell(&core.Error{Kind: core.KindInternal, Key: "error.internal"})
}

func (s *Server) requestID(w http.ResponseWriter, st *state) string {
	if st.id == "" {
		var b [8]byte
		_, _ = rand.Read(b[:]) // it never fails
		st.id = hex.EncodeToString(b[:])
		w.Header().Set("X-Request-Id", st.id)
	}
	return st.id
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status, bytes int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// limits refuses what cannot be right before anything reads it.
func (s *Server) limits(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		st := stateOf(r)
		s.requestID(w, st)
		if !readable(r.URL) {
			if forPrograms(r) {
				s.fail(w, r, core.Invalid("error.unreadable"))
				return
			}
			http.Error(w, "bad address", http.StatusBadRequest)
			return
		}
		limit, long := s.limit(r)
		st.long = long
		if r.ContentLength > limit {
			w.Header().Set("Connection", "close")
			s.fail(w, r, tooLarge(limit))
			return
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		next.ServeHTTP(w, r)
	})
}

// readable tells whether an address is text throughout: PostgreSQL stores neither NUL
// nor what is not UTF-8, and nobody searches for it.
func readable(u *url.URL) bool {
	text := func(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
	if !text(u.Path) {
		return false
	}
	if u.RawQuery == "" {
		return true
	}
	for name, values := range u.Query() {
		if !text(name) || !text(strings.Join(values, " ")) {
			return false
		}
	}
	return true
}

// crossOrigin refuses changes that another site asks a browser for.
func (s *Server) crossOrigin(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	if s.BaseURL != "" {
		_ = p.AddTrustedOrigin(s.BaseURL) // the address was checked at start
	}
	for _, pattern := range s.foreign {
		p.AddInsecureBypassPattern(pattern)
	}
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, &core.Error{Kind: core.KindForbidden, Key: "error.cross_origin"})
	}))
	guarded := p.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := bearer(r); ok && strings.HasPrefix(r.URL.Path, "/api/") {
			next.ServeHTTP(w, r) // no browser adds a token by itself
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// language finds the reader's language: the prefix of the path, else her choice in a
// cookie, else what her browser asks for.
func (s *Server) language(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked := r.URL.EscapedPath(); cleanPath(asked) != asked {
			// The registers would do so too, but they do not know the whole address.
			to := cleanPath(asked)
			if r.URL.RawQuery != "" {
				to += "?" + r.URL.RawQuery
			}
			http.Redirect(w, r, to, http.StatusMovedPermanently) //nolint:gosec // the path begins with one slash: cleanPath
			return
		}
		st := stateOf(r)
		st.lang, st.path, st.prefixed = s.pickLanguage(r)
		st.zone = readerZone(r)
		if st.prefixed {
			if st.path == "" {
				http.Redirect(w, r, "/"+st.lang+"/", http.StatusMovedPermanently)
				return
			}
			r = withPath(r, st.path)
		}
		next.ServeHTTP(w, r)
	})
}

// cleanPath is a path without empty steps, "." and "..".
func cleanPath(p string) string {
	if !strings.Contains(p, "//") && !strings.Contains(p, "/.") {
		return p
	}
	clean := path.Clean("/" + p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

func (s *Server) pickLanguage(r *http.Request) (lang, below string, prefixed bool) {
	p := r.URL.Path
	if len(p) >= 3 && p[0] == '/' && core.LangKnown(p[1:3]) && (len(p) == 3 || p[3] == '/') {
		return p[1:3], p[3:], true
	}
	if ck, err := r.Cookie("lang"); err == nil && core.LangKnown(ck.Value) {
		return ck.Value, p, false
	}
	return s.Catalog.Negotiate(r.Header.Get("Accept-Language")), p, false
}

// readerZone is the zone that the reader has chosen, or that the script has found.
func readerZone(r *http.Request) string {
	ck, err := r.Cookie("zone")
	if err != nil {
		return ""
	}
	name := strings.ReplaceAll(ck.Value, "%2F", "/")
	if _, err := core.LoadZone(name); err != nil {
		return ""
	}
	return name
}
