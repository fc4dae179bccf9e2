package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"plenary/internal/core"
)

// NewAPI makes the JSON API below /api/v1 with its description at /openapi.json.
// Rooms register their operations on what it returns; errors of services become
// problem documents (RFC 9457) in the reader's language.
func (s *Server) NewAPI(version string) huma.API {
	mux := http.NewServeMux()
	cfg := huma.DefaultConfig("Plenary", version)
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", "/api/schemas"
	cfg.Info.Description = "Everything public that the pages show, by the same services. " +
		"Lists are cut into pages: pass the cursor in next as ?cursor=. Answers carry an ETag."
	cfg.CreateHooks = nil // no $schema member in answers
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	hookErrors()
	api := humago.New(mux, cfg)
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		b, err := api.OpenAPI().MarshalJSON()
		if err != nil {
			http.Error(w, "internal error", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json")
		_, _ = w.Write(b)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.problem(r.Context(), core.NotFound()).write(w)
	})
	s.API = s.apiChain(mux)
	return api
}

// schemaName names a type with its room, because rooms name things by the field's
// words and two may use one: ProgrammeLink, PeopleLink.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	pkg := t.PkgPath()
	if room := pkg[strings.LastIndexByte(pkg, '/')+1:]; room != "" && t.Name() != "" {
		return strings.ToUpper(room[:1]) + room[1:] + name
	}
	return name
}

type serverKey struct{}

// apiChain finds out who asks, buffers the answer and gives it an ETag.
func (s *Server) apiChain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		st := stateOf(r)
		st.pattern = "api"
		ctx := context.WithValue(r.Context(), serverKey{}, s)
		var a core.Actor
		if s.Identify != nil {
			a = s.Identify(w, r)
		}
		buf := &buffer{ResponseWriter: w, status: http.StatusOK}
		h := w.Header()
		if st.unknown != nil {
			s.problem(ctx, Classify(st.unknown)).write(buf)
		} else {
			next.ServeHTTP(buf, r.WithContext(core.WithActor(ctx, a)))
		}
		if buf.status == http.StatusServiceUnavailable {
			h.Set("Retry-After", retryAfter)
		}
		h.Set("Content-Language", st.lang)
		if r.Method == http.MethodGet && buf.status == http.StatusOK {
			sum := xxhash.Sum64(buf.body.Bytes())
			etag := `"` + strconv.FormatUint(sum, 36) + `"`
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

// buffer holds an answer back until it is whole.
type buffer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (b *buffer) WriteHeader(status int)      { b.status = status }
func (b *buffer) Write(p []byte) (int, error) { return b.body.Write(p) }

// problem is a problem document.
type problem struct {
	huma.ErrorModel
	Kind core.Kind `json:"kind" doc:"what the error is, for programs"`
	ID   string    `json:"request,omitempty" doc:"number of the request, for the secretariat"`
}

func (p *problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the reader may have gone
}

func (s *Server) problem(ctx context.Context, e *core.Error) *problem {
	lang, id := "en", ""
	if st, ok := ctx.Value(stateKey{}).(*state); ok {
		lang, id = st.lang, st.id
	}
	p := &problem{Kind: e.Kind, ID: id}
	p.Status = StatusCode(e.Kind)
	p.Title = s.Catalog.T(lang, "error.title."+string(e.Kind))
	p.Detail = s.Catalog.Error(lang, e)
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, &huma.ErrorDetail{Location: "body." + f.Path, Message: s.Catalog.T(lang, f.Key, f.Args...)})
	}
	return p
}

// hookErrors turns every error of the API into a problem document of ours. The hook is
// the library's only one and belongs to the whole program.
var hookErrors = sync.OnceFunc(func() {
	huma.NewErrorWithContext = func(hc huma.Context, status int, msg string, errs ...error) huma.StatusError {
		s, ok := hc.Context().Value(serverKey{}).(*Server)
		if !ok {
			return huma.NewError(status, msg)
		}
		for _, err := range errs {
			if e, ok := errors.AsType[*core.Error](err); ok {
				return s.problem(hc.Context(), e)
			}
		}
		if e := Classify(errors.Join(errs...)); e.Kind == core.KindUnavailable {
			return s.problem(hc.Context(), e)
		}
		if status >= http.StatusInternalServerError {
			s.Log.Error("internal error", "path", hc.URL().Path, "error", errors.Join(errs...))
			return s.problem(hc.Context(), &core.Error{Kind: core.KindInternal, Key: "error.internal"})
		}
		kind := core.KindInvalid
		if status == http.StatusNotFound {
			kind = core.KindNotFound
		}
		p := s.problem(hc.Context(), &core.Error{Kind: kind, Key: "error." + string(kind)})
		p.Status = status
		for _, err := range errs {
			if d, ok := errors.AsType[*huma.ErrorDetail](err); ok {
				p.Errors = append(p.Errors, d)
			}
		}
		return p
	}
})
