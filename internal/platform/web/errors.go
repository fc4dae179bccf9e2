package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/db"
)

// StatusCode maps each kind of error to its HTTP status. It is the only such table; the
// JSON API uses it too.
func StatusCode(kind core.Kind) int {
	switch kind {
	case core.KindInvalid:
		return http.StatusUnprocessableEntity
	case core.KindSignIn:
		return http.StatusUnauthorized
	case core.KindForbidden:
		return http.StatusForbidden
	case core.KindNotFound:
		return http.StatusNotFound
	case core.KindStale, core.KindConflict:
		return http.StatusConflict
	case core.KindLimited:
		return http.StatusTooManyRequests
	case core.KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case core.KindUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Classify turns any error into one that can be told. What is not ours is internal:
// its text goes to the log only.
func Classify(err error) *core.Error {
	if e, ok := errors.AsType[*core.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge(e.Limit)
	}
	if db.Away(err) {
		return &core.Error{Kind: core.KindUnavailable, Key: "error.database_away", Err: err}
	}
	if errors.Is(err, context.Canceled) {
		return &core.Error{Kind: core.KindUnavailable, Key: "error.unavailable", Err: err}
	}
	return &core.Error{Kind: core.KindInternal, Key: "error.internal", Err: err}
}

func tooLarge(limit int64) *core.Error {
	return &core.Error{Kind: core.KindTooLarge, Key: "error.too_large", Args: []any{"Limit", SizeWords(limit)}}
}

// retryAfter is in how many seconds who was told that a part is away may come again.
const retryAfter = "3"

// Unknown notes that it cannot be said who sends a request, because the database did not
// answer. It is told to the reader as that: taken for a visitor, somebody who is signed in
// would be asked to sign in.
func Unknown(r *http.Request, err error) {
	if st := stateOf(r); st.unknown == nil {
		st.unknown = err
	}
}

// forPrograms tells whether a request is one of the JSON API.
func forPrograms(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, apiBase+"/") }

// errorView is what the error page shows.
type errorView struct {
	Status    int
	Title     string
	Message   string
	RequestID string
	Internal  bool
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if forPrograms(r) {
		st := stateOf(r)
		st.lang, _, _ = s.pickLanguage(r) // what fails early fails before the language is known
		s.refuse(w, r, err)
		return
	}
	s.context(w, r).fail(err)
}

func (c *C) fail(err error) {
	e := Classify(err)
	switch {
	case e.Kind == core.KindInternal:
		c.S.Log.Error("internal error", "request", c.st.id, "path", c.Path(), "error", err)
	case e.Kind == core.KindSignIn && c.st.call == nil:
		c.askSignIn()
		return
	case e.Err != nil && c.R.Context().Err() == nil:
		c.S.Log.Warn("told to the reader", "request", c.st.id, "path", c.Path(), "error", err)
	}
	c.tell(e)
}

// tell shows an error as a page.
func (c *C) tell(e *core.Error) {
	c.keep, c.more = false, nil
	if e.Kind == core.KindUnavailable {
		c.W.Header().Set("Retry-After", retryAfter)
	}
	if c.st.call != nil {
		c.failCall(e)
		return
	}
	v := errorView{Status: StatusCode(e.Kind), Title: c.T("error.title." + string(e.Kind)), Message: c.S.Catalog.Error(c.Lang, e), RequestID: c.st.id, Internal: e.Kind == core.KindInternal}
	err := c.Page(Page{Name: "web/error", Status: v.Status, Title: v.Title, V: v})
	if err != nil {
		c.S.Log.Error("error page", "request", c.st.id, "error", err)
		http.Error(c.W, "internal error "+c.st.id, http.StatusInternalServerError)
	}
}

// askSignIn leads to the sign-in page and back. A form that was sent without a
// session is kept meanwhile: nothing typed is lost.
func (c *C) askSignIn() {
	next := c.Path()
	q := c.R.URL.Query()
	if c.R.Method == http.MethodPost && c.S.Park != nil && !c.st.long {
		if c.posted == nil {
			_ = c.readForm() // what cannot be read is not kept
		}
		if len(c.posted) > 0 {
			token, err := c.S.Park(c.R.Context(), c.Path(), []byte(c.posted.Encode()))
			if err != nil {
				c.S.Log.Error("keep a form", "request", c.st.id, "error", err)
			} else {
				q = url.Values{"parked": {token}}
			}
		}
	}
	if enc := q.Encode(); enc != "" {
		next += "?" + enc
	}
	http.Redirect(c.W, c.R, c.URL("/sign-in?next="+url.QueryEscape(next)), http.StatusSeeOther) //nolint:gosec // always the sign-in page
}
