package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
)

// C is one request on its way through a handler.
type C struct {
	W       http.ResponseWriter
	R       *http.Request
	S       *Server
	Actor   core.Actor
	Lang    string
	Zone    string // the reader's zone; empty when she has not said
	Edition string // slug of the edition in the address
	Session string // reference of the session in the address

	st            *state
	scopeVersions []*record.Version
	versionsRead  []int64
	began, until  time.Time
	keep          bool
	posted        url.Values
	parked        bool
	more          [][2]string // headers of a file
	packed        bool        // the file is compressed already
}

func (s *Server) wrap(pattern string, h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := s.context(w, r)
		c.st.pattern = pattern
		defer func() {
			// The library forgets the files of a form because it knows the first of our
			// copies of the request only.
			if c.R.MultipartForm != nil {
				_ = c.R.MultipartForm.RemoveAll()
			}
		}()
		if c.st.call != nil && c.st.unknown == nil {
			c.answer(h)
			return
		}
		err := c.st.unknown
		if err == nil {
			err = h(c)
		}
		if err != nil {
			c.fail(err)
		}
	})
}

func (s *Server) context(w http.ResponseWriter, r *http.Request) *C {
	st := stateOf(r)
	c := &C{W: w, R: r, S: s, st: st, Lang: st.lang, Zone: st.zone, Edition: st.edition, Session: st.session, began: s.Clock.Now()}
	if st.call != nil {
		c.Actor = core.ActorOf(r.Context()) // the API has found out who asks
		return c
	}
	if s.Identify != nil {
		c.Actor = s.Identify(w, r)
		c.R = r.WithContext(core.WithActor(r.Context(), c.Actor))
	}
	return c
}

// T is a message of the catalogue in the reader's language.
func (c *C) T(key string, args ...any) string { return c.S.Catalog.T(c.Lang, key, args...) }

// Now is the instant of the forum's clock.
func (c *C) Now() time.Time { return c.S.Clock.Now() }

// Path is the address as asked, without the language, with the edition.
func (c *C) Path() string {
	if c.st.path == "" {
		return c.R.URL.Path
	}
	return c.st.path
}

// URL makes an address for a reader whose language stands in the path.
func (c *C) URL(path string) string { return localURL(c.Lang, c.st.prefixed, path) }

func localURL(lang string, prefixed bool, path string) string {
	if !prefixed || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "/assets/") ||
		strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "/api/docs") {
		return path
	}
	return "/" + lang + path
}

// Absolute makes an address that also holds outside this server.
func (c *C) Absolute(path string) string { return c.S.BaseURL + c.URL(path) }

// Param is a wildcard of the pattern.
func (c *C) Param(name string) string { return c.R.PathValue(name) }

// Query is a value behind the question mark.
func (c *C) Query(name string) string {
	v := c.R.URL.Query().Get(name)
	if len(v) > 500 {
		v = strings.ToValidUTF8(v[:500], "") // it may end within a letter
	}
	return v
}

// PageArg reads cursor and limit.
func (c *C) PageArg() core.Page { return core.Page{Cursor: c.Query("after"), Limit: 50} }

// Reads says which scopes the page is made from. A page that says so may be kept for
// other visitors until one of the scopes changes; all pages that a visitor may see
// and that depend on nothing else should say it.
// It is said before the database is asked: a change that comes between makes the kept
// page stale at once.
func (c *C) Reads(scopes ...string) {
	if !c.keep {
		c.reads(&c.S.cache.moves)
	}
	for _, name := range scopes {
		c.reads(c.S.Record.Scope(name))
	}
	c.keep = true
}

func (c *C) reads(v *record.Version) {
	c.scopeVersions = append(c.scopeVersions, v)
	c.versionsRead = append(c.versionsRead, v.Load())
}

// Until says that the page changes at t even if nothing happens: "late by 3 h". The
// earliest such instant counts; times that are past do not.
func (c *C) Until(t time.Time) {
	// Not Now: what passes while the page is made must count.
	if t.After(c.began) && (c.until.IsZero() || t.Before(c.until)) {
		c.until = t
	}
}

// Redirect sends the reader on after a change (303).
func (c *C) Redirect(path string) error {
	if c.st.call != nil {
		return c.doneCall(path)
	}
	http.Redirect(c.W, c.R, c.URL(path), http.StatusSeeOther) //nolint:gosec // what a reader gives as ?next= has passed Local
	return nil
}

// Done is Redirect with a notice that the next page shows.
func (c *C) Done(path, key string, args ...any) error {
	c.leave(key, args...)
	return c.Redirect(path)
}

// leave leaves a notice for the next page.
func (c *C) leave(key string, args ...any) {
	if c.st.call != nil {
		c.st.call.said = c.T(key, args...)
		return
	}
	http.SetCookie(c.W, &http.Cookie{ //nolint:gosec // Secure wherever the forum is reached by https
		Name: "notice", Value: url.QueryEscape(c.T(key, args...)), Path: "/", MaxAge: 60,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.secure(),
	})
}

func (c *C) secure() bool { return strings.HasPrefix(c.S.BaseURL, "https:") }

// notice takes the notice that Done left, once.
func (c *C) notice() string {
	ck, err := c.R.Cookie("notice")
	if err != nil || ck.Value == "" {
		return ""
	}
	http.SetCookie(c.W, &http.Cookie{ //nolint:gosec // as it was set
		Name: "notice", Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.secure(),
	})
	s, err := url.QueryUnescape(ck.Value)
	if err != nil || len(s) > 1000 {
		return ""
	}
	return s
}

// Back is where a form wants to lead after it is done: an address on this server
// given as ?next=, or the fallback.
func (c *C) Back(fallback string) string {
	next := c.Value("next")
	if Local(next) {
		return next
	}
	return fallback
}

// Local tells whether an address is one on this server: a path, and not another
// server's address that only looks like one.
func Local(next string) bool {
	u, err := url.Parse(next) // it refuses tabs and line ends, which browsers drop
	return err == nil && u.Scheme == "" && u.Host == "" && len(next) <= 2000 &&
		strings.HasPrefix(next, "/") && !strings.HasPrefix(next, "//") && !strings.Contains(next, "\\")
}

// Date prints a day with its year in the reader's language.
func (c *C) Date(t time.Time) string { return i18n.Date(c.Lang, t) }
