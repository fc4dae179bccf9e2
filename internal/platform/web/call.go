package web

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"plenary/internal/core"
)

// call is a request of the JSON API that a handler of the pages answers.
type call struct {
	take    *Take
	said    string         // the notice that the next page would show
	more    map[string]any // what the handler adds to its answer
	forms   []*Form
	failed  *core.Error
	version bool // what was sent names a version
	match   bool // by If-Match
}

// callPages answers what no operation that was written for programs answers: the POSTs of
// the pages, and the forms that stand at their addresses.
func (s *Server) callPages(w http.ResponseWriter, r *http.Request) {
	t, register, r2 := s.match(r)
	if t == nil || t.As != "" || r.Method != http.MethodPost && r.Method != http.MethodGet {
		s.problem(r.Context(), core.NotFound()).write(w)
		return
	}
	stateOf(r).call = &call{take: t}
	register.ServeHTTP(w, r2)
	if buf, ok := w.(*buffer); ok {
		s.mend(buf, r)
	}
}

// mend makes of what a handler answered by itself, for a script or for a reader who is led
// on, what the API answers.
func (s *Server) mend(buf *buffer, r *http.Request) {
	h := buf.Header()
	switch {
	case buf.status >= http.StatusBadRequest && h.Get("Content-Type") != "application/problem+json":
		var said struct{ Message string }
		_ = json.Unmarshal(buf.body.Bytes(), &said) // where nothing is said, the kind says it
		kind := kindOf(buf.status)
		p := s.problem(r.Context(), &core.Error{Kind: kind, Key: "error." + string(kind)})
		p.Status = buf.status
		if said.Message != "" {
			p.Detail = said.Message
		}
		buf.body.Reset()
		p.write(buf)
	case buf.status >= http.StatusMultipleChoices && buf.status < http.StatusBadRequest:
		b, err := json.Marshal(callDone{Address: h.Get("Location")})
		if err != nil {
			return
		}
		buf.body.Reset()
		h.Set("Content-Type", "application/json")
		buf.status = http.StatusOK
		_, _ = buf.Write(b) // into memory
	}
}

// kindOf is what an error of that status is to a reader.
func kindOf(status int) core.Kind {
	for _, kind := range []core.Kind{
		core.KindSignIn, core.KindForbidden, core.KindNotFound, core.KindConflict, core.KindLimited, core.KindTooLarge, core.KindUnavailable, core.KindInternal,
	} {
		if StatusCode(kind) == status {
			return kind
		}
	}
	return core.KindInvalid
}

// answer runs a handler of the pages for a call of the API.
func (c *C) answer(h Handler) {
	if c.R.Method == http.MethodPost {
		if p := c.readCall(); p != nil {
			p.write(c.W)
			return
		}
	}
	if err := h(c); err != nil {
		c.fail(err)
	}
}

// readCall makes of the JSON that was sent what a browser would have sent.
func (c *C) readCall() *problem {
	cl := c.st.call
	kind, _, _ := mime.ParseMediaType(c.R.Header.Get("Content-Type")) // what cannot be read is none
	if cl.take.File != "" && kind == "multipart/form-data" {
		return nil // as it comes from a browser
	}
	body, err := readBody(c.R)
	if err != nil {
		return c.problem(Classify(err))
	}
	if kind != "application/json" && (kind != "" || len(body) > 0) {
		p := c.problem(core.Invalid("api.content_type"))
		p.Status = http.StatusUnsupportedMediaType
		return p
	}
	values, err := cl.take.values(body)
	if err != nil {
		return c.problem(Classify(err))
	}
	n, named, err := ifMatch(c.R)
	if err == nil && named && !cl.take.versioned() {
		err = core.Invalid("api.no_version")
	}
	sent := values.Get("version")
	if err == nil && named && sent != "" && sent != strconv.FormatInt(n, 10) {
		err = core.Invalid("api.two_versions")
	}
	if err != nil {
		p := c.problem(Classify(err))
		p.Status = http.StatusPreconditionFailed
		return p
	}
	if named {
		values.Set("version", strconv.FormatInt(n, 10))
	}
	cl.match, cl.version = named, values.Get("version") != ""
	c.posted = clean(values)
	c.R.PostForm = c.posted
	c.R.Form = maps.Clone(c.posted)
	for name, vs := range c.R.URL.Query() {
		c.R.Form[name] = append(c.R.Form[name], vs...)
	}
	c.R.MultipartForm = &multipart.Form{} // a handler that looks for a file finds that there is none
	return nil
}

// ifMatch is the version that a caller names in If-Match: the first number of the ETag of
// what she read, in whatever language she read it.
func ifMatch(r *http.Request) (n int64, named bool, err error) {
	tag := strings.TrimSpace(r.Header.Get("If-Match"))
	if tag == "" {
		return 0, false, nil
	}
	number, _, _ := strings.Cut(strings.Trim(strings.TrimPrefix(tag, "W/"), `"`), "-")
	n, err = strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 {
		return 0, true, core.Invalid("api.if_match")
	}
	return n, true, nil
}

func (c *C) problem(e *core.Error) *problem { return c.S.problem(c.R.Context(), e) }

// failCall tells an error as a problem document.
func (c *C) failCall(e *core.Error) {
	p, cl := c.problem(e), c.st.call
	for _, f := range cl.forms {
		if f.Message != "" && cl.failed == nil {
			p.Detail = f.Message // the form says it better
		}
	}
	if e.Kind == core.KindStale {
		switch {
		case cl.match:
			p.Status = http.StatusPreconditionFailed
		case !cl.version && cl.take.versioned():
			p = c.problem(&core.Error{Kind: core.KindStale, Key: "api.version_needed"})
			p.Status = http.StatusPreconditionRequired
		}
		p.Version = cl.now()
	}
	if e.Kind == core.KindSignIn {
		c.W.Header().Set("WWW-Authenticate", bearerRealm)
	}
	p.write(c.W)
}

const bearerRealm = `Bearer realm="api"` //nolint:gosec // no secret: how to sign in (RFC 6750)

// now is the version of what was to be changed, as the forms of the page tell.
func (cl *call) now() int64 {
	for _, f := range cl.forms {
		if fd := f.Field("version"); fd != nil {
			n, _ := strconv.ParseInt(fd.Value, 10, 64) // none where it is no number
			return n
		}
	}
	return 0
}

// Answer adds to what a call of the JSON API gets back; a page shows the same in its own
// way.
func (c *C) Answer(more map[string]any) {
	if c.st.call != nil {
		c.st.call.more = more
	}
}

// Called tells whether a program asks, by the JSON API.
func (c *C) Called() bool { return c.st.call != nil }

// Done is what a call that did its work gets back.
type callDone struct {
	Address string          `json:"address" doc:"page of what was changed"`
	Message string          `json:"message,omitempty" doc:"what the page would say, in the reader's language"`
	Now     json.RawMessage `json:"now,omitempty" doc:"what was changed as it now stands, where it can be read"`
}

// doneCall answers where a page would lead on.
func (c *C) doneCall(path string) error {
	cl := c.st.call
	if c.R.Method != http.MethodPost {
		return core.NotFound() // there is no form now
	}
	status := http.StatusOK
	if cl.take.Makes {
		status = http.StatusCreated
	}
	out := callDone{Address: path, Message: cl.said}
	location := path
	if api, body := c.S.reading(c.R, path); body != nil {
		location, out.Now = api, body
	}
	c.W.Header().Set("Location", location)
	return c.writeCall(status, out)
}

// writeCall writes an answer with what the handler adds to it.
func (c *C) writeCall(status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(c.st.call.more) > 0 {
		all := map[string]any{}
		if err := json.Unmarshal(b, &all); err != nil {
			return err
		}
		maps.Copy(all, c.st.call.more)
		if b, err = json.Marshal(all); err != nil {
			return err
		}
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.WriteHeader(status)
	_, err = c.W.Write(append(b, '\n'))
	return err
}

// reading reads what stands at the address of a page by the operation of the API for it.
func (s *Server) reading(r *http.Request, path string) (address string, body json.RawMessage) {
	u, err := url.Parse(path)
	if err != nil || u.Path == "/" {
		return "", nil
	}
	to := u.Path
	parts := strings.SplitN(strings.TrimPrefix(to, "/"), "/", 3)
	if parts[0] != "" && parts[0][0] >= '0' && parts[0][0] <= '9' {
		if len(parts) > 1 && strings.ContainsAny(parts[1], "0123456789") {
			parts[1] = "sessions/" + parts[1]
		}
		to = "/editions/" + strings.Join(parts, "/")
	}
	to = strings.TrimSuffix(apiBase+to, "/")
	ctx := context.WithValue(r.Context(), stateKey{}, &state{lang: stateOf(r).lang, id: stateOf(r).id})
	get := r.Clone(ctx)
	get.Method, get.Body, get.Header = http.MethodGet, http.NoBody, http.Header{}
	get.URL = &url.URL{Path: to}
	if _, pattern := s.written.Handler(get); pattern == "/" || pattern == "" {
		return "", nil
	}
	rec := &aside{head: http.Header{}, status: http.StatusOK}
	s.written.ServeHTTP(rec, get)
	if rec.status != http.StatusOK || !strings.HasPrefix(rec.head.Get("Content-Type"), "application/json") {
		return "", nil
	}
	return to, bytes.TrimSpace(rec.body.Bytes())
}

// aside takes an answer that goes into another.
type aside struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (a *aside) Header() http.Header         { return a.head }
func (a *aside) WriteHeader(status int)      { a.status = status }
func (a *aside) Write(p []byte) (int, error) { return a.body.Write(p) }

// shown answers a call where a handler would show a page.
func (c *C) shown(p Page) error {
	cl := c.st.call
	switch {
	case cl.failed != nil:
		c.failCall(cl.failed)
		return nil //nolint:nilerr // it is told
	case p.Status >= http.StatusBadRequest:
		kind := kindOf(p.Status)
		if kind == core.KindConflict && cl.take.versioned() {
			kind = core.KindStale
		}
		c.failCall(&core.Error{Kind: kind, Key: "error." + string(kind)})
		return nil
	}
	out := callForm{Title: p.Title, Fields: []callField{}} // none: there is nothing to fill in
	for _, f := range cl.forms {
		out.Fields = append(out.Fields, callFields(f.Fields)...)
	}
	if n := cl.now(); n > 0 {
		out.Version = n
	}
	return c.writeCall(http.StatusOK, out)
}

// callForm is a form as a program reads it.
type callForm struct {
	Title   string      `json:"title"`
	Version int64       `json:"version,omitempty" doc:"version over which the form is filled in; also the first number of the ETag"`
	Fields  []callField `json:"fields"`
}

type callField struct {
	Name     string        `json:"name"`
	Label    string        `json:"label,omitempty"`
	Help     string        `json:"help,omitempty"`
	Kind     string        `json:"kind" doc:"how a page asks for it: text, area, select, checks, rows …"`
	Required bool          `json:"required,omitempty"`
	Max      int           `json:"max,omitempty"`
	Value    any           `json:"value,omitempty" doc:"what stands"`
	Choices  []callChoice  `json:"choices,omitempty"`
	Rows     [][]callField `json:"rows,omitempty" doc:"rows that stand, and one empty row for more"`
}

type callChoice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

func callFields(fields []*Field) []callField {
	out := make([]callField, 0, len(fields))
	for _, fd := range fields {
		if fd.Kind == "heading" {
			continue
		}
		x := callField{Name: fd.Name, Label: fd.Label, Help: fd.Help, Kind: fd.Kind, Required: fd.Required, Max: fd.Max}
		for _, o := range fd.Options {
			x.Choices = append(x.Choices, callChoice{o.Value, o.Label})
		}
		switch {
		case fd.Kind == "file":
		case len(fd.Sub) > 0:
			by := map[string]string{}
			for _, sub := range fd.Sub {
				if sub.Value != "" {
					by[sub.Lang] = sub.Value
				}
			}
			x.Value = core.Text{Orig: fd.Value, By: by}
		case fd.Kind == "rows":
			for _, row := range fd.Rows {
				x.Rows = append(x.Rows, callFields(row))
			}
		case fd.Kind == "checks":
			x.Value = core.Lines(fd.Value)
		case fd.Value != "":
			x.Value = fd.Value
		}
		out = append(out, x)
	}
	return out
}

// declared holds that a handler decodes what its take says: what the API describes is what
// is read.
func (cl *call) declared(in any) bool {
	want := cl.take.input()
	have := reflect.TypeOf(in)
	if want == nil || have.Kind() != reflect.Pointer || have.Elem().Name() == "" {
		return true
	}
	return have.Elem() == want
}
