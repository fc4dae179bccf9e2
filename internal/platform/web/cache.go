package web

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/maypok86/otter/v2"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// pageCache keeps pages for readers who are not signed in. A kept page is good as
// long as the versions of all scopes that it read stand still and its next boundary
// in time has not come.
type pageCache struct {
	s       *Server
	entries *otter.Cache[pageKey, *cachedPage]
	moves   record.Version // how often the clock was moved

	mu     sync.Mutex
	making map[pageKey]chan struct{} // pages that somebody makes anew at this moment
}

// pageKey is all of a request that a visitor's page depends on.
type pageKey struct{ path, query, lang, cookies string }

type cachedPage struct {
	body       []byte
	scopes     []*record.Version
	versions   []int64
	until      time.Time
	etag       string
	typeHeader []string // header values are made once, not per request
	langHeader []string
	etags      [3][]string
	lengths    [3][]string
	more       [][2]string // headers of a file
	packed     bool        // compressed already

	once [3]sync.Once
	enc  [3][]byte // as it is, gzip, brotli
}

const cacheBytes = 96 << 20

func newPageCache(s *Server) (*pageCache, error) {
	entries, err := otter.New(&otter.Options[pageKey, *cachedPage]{
		MaximumWeight: cacheBytes,
		Weigher: func(k pageKey, e *cachedPage) uint32 {
			return uint32(len(k.path) + len(k.query) + 2*len(e.body) + 512)
		},
	})
	return &pageCache{s: s, entries: entries, making: map[pageKey]chan struct{}{}}, err
}

// moved forgets all pages when the clock is moved; those that are being made from the
// old time are not good either.
func (p *pageCache) moved() {
	p.moves.Add(1)
	p.entries.InvalidateAll()
}

// visitorKey finds what a visitor's page depends on. With a cookie of a session or a
// notice the cache stands aside.
func visitorKey(r *http.Request) (pageKey, bool) {
	k := pageKey{path: r.URL.Path, query: r.URL.RawQuery}
	for _, line := range r.Header["Cookie"] {
		if strings.Contains(line, "session=") || strings.Contains(line, "notice=") {
			return k, false
		}
		k.cookies += line
	}
	if l := r.Header["Accept-Language"]; len(l) > 0 {
		k.lang = l[0]
	}
	return k, len(k.cookies) <= 256 && len(k.query) <= 512 && len(k.lang) <= 256
}

// serve answers from what is kept, and keeps what handlers say may be kept.
func (p *pageCache) serve(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		key, ok := visitorKey(r)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		e, kept := p.entries.GetIfPresent(key)
		for range 3 { // it may change again while it is made
			if !kept || e.good(p.s.Clock) {
				break
			}
			// A page that many look at is made anew once: the others wait for it.
			made, done := p.claim(key)
			if done != nil {
				defer done()
				break
			}
			select {
			case <-made:
			case <-r.Context().Done():
				return
			}
			e, kept = p.entries.GetIfPresent(key)
		}
		if kept && e.good(p.s.Clock) {
			// What the cache answers is counted, not logged.
			p.s.metrics.cached.Inc()
			securityHeaders(w.Header())
			e.write(w, r, false)
			return
		}
		st := &state{lang: "en"}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), stateKey{}, st)))
		if st.page != nil {
			p.entries.Set(key, st.page)
		}
	})
}

// claim lets the first who asks for a page make it and say when she is done; made tells the
// others when that is.
func (p *pageCache) claim(key pageKey) (made <-chan struct{}, done func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ch, ok := p.making[key]; ok {
		return ch, nil
	}
	ch := make(chan struct{})
	p.making[key] = ch
	return ch, func() {
		p.mu.Lock()
		delete(p.making, key)
		p.mu.Unlock()
		close(ch)
	}
}

func (e *cachedPage) good(clock *core.Clock) bool {
	for i, v := range e.scopes {
		if v.Load() != e.versions[i] {
			return false
		}
	}
	return e.until.IsZero() || clock.Now().Before(e.until)
}

// entry makes what is kept of a page. The versions were read when the handler said
// which scopes it reads, before it asked the database.
func (p *pageCache) entry(c *C, contentType string, body []byte) *cachedPage {
	e := &cachedPage{body: body, until: c.until, more: c.more, packed: c.packed}
	for i, v := range c.scopeVersions {
		e.scopes = append(e.scopes, v)
		e.versions = append(e.versions, c.versionsRead[i])
	}
	h := xxhash.New()
	_, _ = h.WriteString(p.s.Build)
	_, _ = h.Write(body)
	e.etag = strconv.FormatUint(h.Sum64(), 36)
	e.typeHeader, e.langHeader = []string{contentType}, []string{c.Lang}
	for enc := range e.etags {
		e.etags[enc] = []string{`"` + e.etag + "-" + strconv.Itoa(enc) + `"`}
	}
	return e
}

const (
	plain = iota
	gzipped
	brotlied
)

var (
	varyHeader    = []string{"Accept-Encoding, Accept-Language, Cookie"}
	publicHeader  = []string{"public, no-cache"}
	privateHeader = []string{"private, no-cache"}
	gzipHeader    = []string{"gzip"}
	brHeader      = []string{"br"}
)

func encodingOf(r *http.Request) int {
	for _, v := range r.Header["Accept-Encoding"] {
		if accepts(v, "br") {
			return brotlied
		}
		if accepts(v, "gzip") {
			return gzipped
		}
	}
	return plain
}

// accepts tells whether a list of encodings has one of that name that is not refused
// by a weight of nought.
func accepts(list, name string) bool {
	if !strings.Contains(list, name) {
		return false
	}
	for item := range strings.SplitSeq(list, ",") {
		encoding, weight, _ := strings.Cut(item, ";")
		if strings.TrimSpace(encoding) == name {
			q, weighed := strings.CutPrefix(strings.TrimSpace(weight), "q=")
			return !weighed || strings.Trim(q, "0.") != ""
		}
	}
	return false
}

// encoded compresses the page once per encoding.
func (e *cachedPage) encoded(enc int) []byte {
	e.once[enc].Do(func() {
		b := e.body
		if enc != plain {
			b = compress(enc, e.body)
		}
		e.enc[enc] = b
		e.lengths[enc] = []string{strconv.Itoa(len(b))}
	})
	return e.enc[enc]
}

func compress(enc int, body []byte) []byte {
	var buf bytes.Buffer
	buf.Grow(len(body) / 4)
	switch enc {
	case brotlied:
		w := brotli.NewWriterLevel(&buf, 5)
		_, _ = w.Write(body) // a buffer takes everything
		_ = w.Close()
	case gzipped:
		w, _ := gzip.NewWriterLevel(&buf, 6) // the level is valid
		_, _ = w.Write(body)
		_ = w.Close()
	}
	return buf.Bytes()
}

func (e *cachedPage) write(w http.ResponseWriter, r *http.Request, private bool) {
	enc := encodingOf(r)
	if e.packed {
		enc = plain
	}
	h := w.Header()
	h["Vary"] = varyHeader
	for _, m := range e.more {
		h[m[0]] = []string{m[1]}
	}
	h["Cache-Control"] = publicHeader
	if private {
		h["Cache-Control"] = privateHeader
	}
	h["Etag"] = e.etags[enc]
	if m := r.Header["If-None-Match"]; len(m) > 0 && strings.Contains(m[0], e.etags[enc][0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := e.encoded(enc)
	h["Content-Type"] = e.typeHeader
	h["Content-Language"] = e.langHeader
	switch enc {
	case gzipped:
		h["Content-Encoding"] = gzipHeader
	case brotlied:
		h["Content-Encoding"] = brHeader
	}
	h["Content-Length"] = e.lengths[enc]
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // a reader who has gone needs no answer
}

// compressed sends a page that is not kept.
func (p *pageCache) compressed(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h["Vary"] = varyHeader
	if enc := encodingOf(r); enc != plain && len(body) > 1024 {
		var buf bytes.Buffer
		if enc == brotlied {
			bw := brotli.NewWriterLevel(&buf, 2)
			_, _ = bw.Write(body)
			_ = bw.Close()
			h["Content-Encoding"] = brHeader
		} else {
			gw, _ := gzip.NewWriterLevel(&buf, 3)
			_, _ = gw.Write(body)
			_ = gw.Close()
			h["Content-Encoding"] = gzipHeader
		}
		body = buf.Bytes()
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
