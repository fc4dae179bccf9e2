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
	"unicode/utf8"

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
	cfg.Info.Description = "All that the pages show and do, by the same services and with the same rights. " +
		"Lists are cut into pages: pass the cursor in next as ?cursor=. Answers carry an ETag; If-Match with the ETag of " +
		"what was read keeps a change from undoing that of somebody else. Idempotency-Key makes it safe to send a call again."
	plain := huma.DefaultJSONFormat
	plain.Unmarshal = func(b []byte, v any) error { return json.Unmarshal(withoutNUL(b), v) }
	cfg.Formats = map[string]huma.Format{"application/json": plain, "json": plain}
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
	mux.HandleFunc("/", s.callPages)
	s.written = mux
	s.API = s.apiChain(s.callsOf(mux))
	return api
}

// withoutNUL takes NUL out of the texts of a JSON document, as forms do with what is typed:
// neither database keeps it.
func withoutNUL(b []byte) []byte {
	const escaped = `\u0000`
	if !bytes.Contains(b, []byte(escaped)) {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		switch {
		case bytes.HasPrefix(b[i:], []byte(escaped)):
			i += len(escaped) - 1
		case b[i] == '\\' && i+1 < len(b):
			out = append(out, b[i], b[i+1])
			i++
		default:
			out = append(out, b[i])
		}
	}
	return out
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
	// Version is that of what was to be changed, where somebody else was quicker.
	Version int64 `json:"version,omitempty" doc:"version that now stands"`
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
				p.Errors = append(p.Errors, s.detail(hc.Context(), d))
			}
		}
		return p
	}
})

// detail says in the reader's language what the library says in English.
func (s *Server) detail(ctx context.Context, d *huma.ErrorDetail) *huma.ErrorDetail {
	out := &huma.ErrorDetail{Location: d.Location}
	key, args := "form.unreadable", []any(nil)
	if name, ok := between(d.Message, "expected required property ", " to be present"); ok {
		key, out.Location = "form.required", strings.TrimSuffix(d.Location, ".")+"."+name
	} else if n, ok := between(d.Message, "expected length <= ", ""); ok {
		if most, err := strconv.Atoi(n); err == nil {
			text, _ := d.Value.(string) // of what is no text the length does not matter
			key, args = "form.too_long", []any{"Count", most, "Have", utf8.RuneCountInString(text)}
		}
	} else if strings.HasPrefix(d.Message, "expected value to be one of") {
		key = "api.no_choice"
	} else if d.Message == "unexpected property" {
		key = "api.unknown_field"
	}
	lang := "en"
	if st, ok := ctx.Value(stateKey{}).(*state); ok {
		lang = st.lang
	}
	out.Message = s.Catalog.T(lang, key, args...)
	return out
}

// between is what stands in a text between two others.
func between(s, before, after string) (string, bool) {
	s, ok := strings.CutPrefix(s, before)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(s, after)
}
