package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"plenary/internal/core"
)

type serverKey struct{}

// bearer is the personal token that a request brings.
func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}

// caller finds out who calls: the account of a token, or of the session of a browser.
func (s *Server) caller(w http.ResponseWriter, r *http.Request) (core.Actor, error) {
	if r.Header.Get("Authorization") != "" {
		token, ok := bearer(r)
		if !ok || s.Bearer == nil {
			return core.Visitor, &core.Error{Kind: core.KindSignIn, Key: "access.bad"}
		}
		a, err := s.Bearer(r.Context(), token)
		if err == nil && a.ReadOnly && r.Method != http.MethodGet && r.Method != http.MethodHead {
			err = core.ForbiddenBecause("access.read_only")
		}
		return a, err
	}
	if s.Identify == nil {
		return core.Visitor, nil
	}
	return s.Identify(w, r), nil
}

// apiChain finds out who calls and how often, buffers the answer, keeps it for its key and
// gives it an ETag.
func (s *Server) apiChain(next http.Handler) http.Handler {
	s.rates = newRates(s.Rates)
	keys := apiKeys{s}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		st := stateOf(r)
		st.pattern = "api"
		ctx := context.WithValue(r.Context(), serverKey{}, s)
		a, err := s.caller(w, r)
		if st.unknown != nil {
			err = st.unknown
		}
		if limited := s.rates.count(w, r, a); limited != nil {
			err = limited // those with a bad token too
		}
		r = r.WithContext(core.WithActor(ctx, a))
		buf := &buffer{ResponseWriter: w, status: http.StatusOK}
		switch {
		case err != nil:
			s.refuse(buf, r, err)
		case r.Header.Get("Idempotency-Key") != "" && r.Method != http.MethodGet && r.Method != http.MethodHead:
			keys.serve(buf, r, a, s.matching(next))
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			next.ServeHTTP(buf, r)
		default:
			s.matching(next).ServeHTTP(buf, r)
		}
		h := w.Header()
		if buf.status == http.StatusServiceUnavailable {
			h.Set("Retry-After", retryAfter)
		}
		h.Set("Content-Language", st.lang)
		h.Add("Vary", "Accept-Language, Authorization, Cookie")
		if r.Method == http.MethodGet && buf.status == http.StatusOK {
			etag := etagOf(buf.body.Bytes())
			h.Set("ETag", etag)
			h.Set("Cache-Control", "no-cache")
			if strings.Contains(r.Header.Get("If-None-Match"), etag) {
				h.Del("Content-Type")
				w.WriteHeader(http.StatusNotModified)
				return
			}
		} else {
			h.Set("Cache-Control", "no-store")
		}
		s.cache.compressed(w, r, buf.status, buf.body.Bytes())
	})
}

// refuse tells why a call is not even looked at.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := Classify(err)
	if e.Kind == core.KindInternal {
		s.Log.Error("internal error", "request", stateOf(r).id, "path", r.URL.Path, "error", err)
	}
	if e.Kind == core.KindSignIn {
		w.Header().Set("WWW-Authenticate", bearerRealm+`, error="invalid_token"`)
	}
	s.problem(r.Context(), e).write(w)
}

// etagOf is the ETag of an answer. Of what has a version it begins with that, so that
// If-Match does not depend on the language in which the thing was read.
func etagOf(body []byte) string {
	sum := strconv.FormatUint(xxhash.Sum64(body), 36)
	if bytes.Contains(body, []byte(`"version":`)) {
		var of struct {
			Version *int64 `json:"version"`
		}
		if json.Unmarshal(body, &of) == nil && of.Version != nil && *of.Version > 0 {
			return `"` + strconv.FormatInt(*of.Version, 10) + "-" + sum + `"`
		}
	}
	return `"` + sum + `"`
}

// matching gives the version in If-Match to an operation that was written for programs, in
// whose input it stands, and tells a version that is no longer there by 412. Forms of pages
// take it by themselves.
func (s *Server) matching(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		buf, ok := w.(*buffer)
		_, pattern := s.written.Handler(r)
		if !ok || r.Header.Get("If-Match") == "" || pattern == "/" {
			next.ServeHTTP(w, r)
			return
		}
		if err := matchBody(r); err != nil {
			p := s.problem(r.Context(), Classify(err))
			p.Status = http.StatusPreconditionFailed
			p.write(w)
			return
		}
		next.ServeHTTP(w, r)
		if buf.status == http.StatusConflict && bytes.Contains(buf.body.Bytes(), []byte(`"kind":"stale"`)) {
			buf.status = http.StatusPreconditionFailed
			b := bytes.Replace(buf.body.Bytes(), []byte(`"status":409`), []byte(`"status":412`), 1)
			buf.body = *bytes.NewBuffer(b)
		}
	})
}

// matchBody writes the version of If-Match into the JSON of a call.
func matchBody(r *http.Request) error {
	n, _, err := ifMatch(r)
	if err != nil {
		return err
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what cannot be read is none
	body, err := readBody(r)
	if err != nil {
		return err
	}
	if len(body) == 0 && r.Method == http.MethodDelete {
		return core.Invalid("api.no_version")
	}
	var sent map[string]json.RawMessage
	if kind == "application/json" && json.Unmarshal(body, &sent) == nil && sent != nil {
		version := json.RawMessage(strconv.FormatInt(n, 10))
		if have, ok := sent["version"]; ok && !bytes.Equal(bytes.TrimSpace(have), version) {
			return core.Invalid("api.two_versions")
		}
		sent["version"] = version
		if body, err = json.Marshal(sent); err != nil {
			return err
		}
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return nil
}
