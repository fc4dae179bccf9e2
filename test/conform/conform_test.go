package conform

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/platform/authn"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// op is an operation of the description with an address that the demo knows.
type op struct {
	method, path, id string
	at               string // the path with what stands in the demo
	lost             string // the path with what stands nowhere
	spec             *huma.Operation
	body             *huma.Schema // of JSON; nil where it takes none
}

func TestConform(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := site.Demo(t, address)
		whole := strings.HasPrefix(address, "sqlite:")
		admin := as(t, s, "admin", authn.ScopeWrite, authn.ScopeStaff)
		staff := as(t, s, "secretariat", authn.ScopeWrite, authn.ScopeStaff)
		member := as(t, s, "participant", authn.ScopeWrite)
		judge := as(t, s, "reviewer", authn.ScopeWrite, authn.ScopeStaff)
		h := &holder{t: t, s: s}
		ops := operations(t, s)
		for i, o := range ops {
			lang := []string{"en", "fr"}[i%2]
			for n, bad := range broken(o, whole) {
				who := []caller{admin, nobody(t, s), member}[(i+n)%3]
				h.try(o, bad, who, lang)
			}
		}
		// What fits comes last: it changes the demo under what follows.
		slices.SortStableFunc(ops, func(a, b op) int { return rank(a) - rank(b) })
		for i, o := range ops {
			if strings.HasPrefix(o.id, "look-at-") || strings.Contains(o.id, "webhook") || !whole && i%4 != 0 && o.method != http.MethodGet {
				continue // it asks others on the web
			}
			for n, who := range []caller{admin, staff, member, judge} {
				if h.try(o, attempt{path: o.at, body: valid(t, s, who, o), kind: "application/json", fits: true, again: n > 0}, who, "en") {
					break
				}
			}
		}
		t.Logf("%d operations, %d calls, %d of %d changes that fit were made, %d of %d readings answered", len(ops), h.calls, h.made, h.tried, h.read, h.asked)
		if whole && (h.made < 130 || h.read < 280) {
			t.Errorf("only %d changes were made and %d things read: the test calls nothing real", h.made, h.read)
		}
	})
}

// rank puts what takes things away behind all else.
func rank(o op) int {
	for _, word := range []string{"close", "cancel", "end-", "discard", "withdraw", "remove", "erase", "take-back", "throw", "drop", "undo", "dismiss", "revoke"} {
		if o.method != http.MethodGet && strings.Contains(o.id, word) {
			return 2
		}
	}
	if o.method == http.MethodGet {
		return 0
	}
	return 1
}

// attempt is one call.
type attempt struct {
	path string
	body []byte
	kind string
	fits bool
	// again: somebody else has tried the same.
	again bool
}

type holder struct {
	t                               *testing.T
	s                               *site.Site
	calls, tried, made, asked, read int
}

// inside is what no reader should be told: names of Go, of the database, of files.
var inside = regexp.MustCompile(`(?i)sqlite|SQLSTATE|pgx|FOREIGN KEY|UNIQUE constraint|NOT NULL constraint|syntax error at|panic|goroutine|\.go:\d|plenary/internal|strconv\.|json: |unmarshal|invalid character|\*core\.|\bnil\b|/tmp/|bun:|sql:|context canceled|reflect\.`)

// try makes a call, holds what comes back, and tells whether it succeeded or another caller
// would fare no better.
func (h *holder) try(o op, a attempt, who caller, lang string) bool {
	h.calls++
	who = who.with("Accept-Language", lang)
	r := who.send(o.method, a.path, a.body, a.kind)
	name := fmt.Sprintf("%s %s (%s) %.200s", o.method, a.path, o.id, a.body)
	switch {
	case !a.fits || a.again:
	case o.method == http.MethodGet:
		h.asked++
	default:
		h.tried++
	}
	switch {
	case r.status >= http.StatusInternalServerError:
		h.t.Errorf("%s: %d %s", name, r.status, r.body)
		return true
	case r.status < http.StatusBadRequest:
		if a.fits && o.method == http.MethodGet {
			h.read++
		} else if a.fits {
			h.made++
		}
		return true
	}
	if kind := r.head.Get("Content-Type"); kind != "application/problem+json" {
		h.t.Errorf("%s: %d as %s: %.200s", name, r.status, kind, r.body)
		return true
	}
	var p struct {
		Status              int
		Title, Detail, Kind string
		Errors              []struct{ Location, Message string }
	}
	r.into(h.t, &p)
	if want := h.s.Catalog.T(lang, "error.title."+p.Kind); p.Title != want || p.Detail == "" || p.Status != r.status {
		h.t.Errorf("%s: %d says %q, want %q: %s", name, r.status, p.Title, want, r.body)
	}
	for _, e := range p.Errors {
		if e.Message == "" || e.Location == "" || strings.HasPrefix(e.Message, "form.") || lang != "en" && strings.HasPrefix(e.Message, "expected ") {
			h.t.Errorf("%s: %s", name, r.body)
		}
	}
	if m := inside.FindString(p.Title + p.Detail + fmt.Sprint(p.Errors)); m != "" {
		h.t.Errorf("%s: %d tells %q: %s", name, r.status, m, r.body)
	}
	return r.status != http.StatusForbidden && r.status != http.StatusNotFound
}

// broken are calls that do not fit.
func broken(o op, whole bool) []attempt {
	out := []attempt{{path: o.lost, kind: "application/json"}}
	if o.method == http.MethodGet {
		if whole {
			out = append(out, attempt{path: o.at + "?limit=many&cursor=%25%25&after=x&q=" + strings.Repeat("y", 600) + "&from=-1&version=1e99"})
		}
		return out
	}
	json := "application/json"
	out = append(out, attempt{path: o.at, body: wrong(o.body, func(*huma.Schema) any { return []any{map[string]any{"x": nil}, 7} }), kind: json})
	if whole {
		out = append(out,
			attempt{path: o.at, body: []byte(`{"a": [`), kind: json},
			attempt{path: o.at, body: []byte(`{}`), kind: "text/plain"},
			attempt{path: o.at, body: wrong(o.body, long), kind: json},
			attempt{path: o.at, body: wrong(o.body, odd), kind: json},
			attempt{path: o.at, kind: json},
		)
	}
	return out
}

// long makes texts that are too long and numbers that are too large.
func long(sch *huma.Schema) any {
	switch sch.Type {
	case huma.TypeInteger, huma.TypeNumber:
		return json.Number("123456789012345678901234567890")
	case huma.TypeBoolean:
		return "yes"
	case huma.TypeArray:
		return slices.Repeat([]any{"x"}, 300)
	}
	return strings.Repeat("long ", 30_000)
}

// odd makes what has the right type and makes no sense.
func odd(sch *huma.Schema) any {
	switch sch.Type {
	case huma.TypeInteger:
		return json.Number("-9223372036854775808")
	case huma.TypeNumber:
		return json.Number("1e300")
	case huma.TypeBoolean:
		return true
	case huma.TypeArray:
		if sch.Items != nil {
			return []any{odd(sch.Items), odd(sch.Items)}
		}
		return []any{}
	case huma.TypeObject:
		out := map[string]any{}
		for name, p := range sch.Properties {
			if name == "orig" {
				return map[string]any{"orig": "en", "by": map[string]any{"en": "\x00\u202e\ufeff"}}
			}
			out[name] = odd(p)
		}
		return out
	}
	return "\x00 nowhere' OR 1=1 \u202e"
}

func wrong(sch *huma.Schema, value func(*huma.Schema) any) []byte {
	out := map[string]any{}
	if sch != nil {
		for name, p := range sch.Properties {
			out[name] = value(p)
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return b
}

// valid is a body that fits: what the form of the operation holds, else what its schema asks.
func valid(t testing.TB, s *site.Site, c caller, o op) []byte {
	if o.method == http.MethodGet {
		return nil
	}
	body := map[string]any{}
	if o.body != nil {
		body, _ = s.Sample(o.body).(map[string]any)
	}
	maps.Copy(body, sample(t, c, o.at))
	for name := range body {
		if o.body == nil {
			continue
		}
		if more, ok := o.body.AdditionalProperties.(bool); ok && !more && o.body.Properties[name] == nil {
			delete(body, name)
		}
	}
	for name, v := range body {
		text, ok := v.(string)
		if !ok || o.body == nil || o.body.Properties[name] == nil {
			continue
		}
		switch o.body.Properties[name].Type {
		case huma.TypeInteger, huma.TypeNumber:
			if _, err := strconv.ParseFloat(text, 64); err == nil {
				body[name] = json.Number(text)
			}
		case huma.TypeBoolean:
			body[name] = text == "true"
		}
	}
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type formField struct {
	Name, Kind string
	Required   bool
	Value      any
	Choices    []struct{ Value string }
	Rows       [][]formField
}

// sample is what the form at an address holds; nil where there is none.
func sample(t testing.TB, c caller, path string) map[string]any {
	t.Helper()
	a := c.get(path)
	if a.status != http.StatusOK || !strings.HasPrefix(a.head.Get("Content-Type"), "application/json") {
		return nil
	}
	var f struct{ Fields []formField }
	_ = json.Unmarshal(a.body, &f) // another reading has no fields
	return filled(f.Fields)
}

func filled(fields []formField) map[string]any {
	out := map[string]any{}
	for _, fd := range fields {
		name := fd.Name[strings.LastIndexByte(fd.Name, '.')+1:]
		switch {
		case fd.Kind == "rows":
			rows := []any{}
			for _, row := range fd.Rows[:max(0, len(fd.Rows)-2)] {
				rows = append(rows, typed(filled(row)))
			}
			out[name] = rows
		case !empty(fd.Value):
			out[name] = fd.Value
		case fd.Required && (fd.Kind == "texts" || fd.Kind == "areas"):
			out[name] = map[string]any{"orig": "en", "by": map[string]any{"en": "Text"}}
		case fd.Required && len(fd.Choices) > 0:
			out[name] = fd.Choices[len(fd.Choices)-1].Value
		}
	}
	return out
}

// empty tells whether nothing stands in a field: no text in any language, either.
func empty(v any) bool {
	texts, languages := v.(map[string]any)
	return v == nil || v == "" || languages && texts["orig"] != nil && texts["by"] == nil
}

// typed leaves out of a row what only a schema would make right.
func typed(row map[string]any) map[string]any {
	for name, v := range row {
		if s, ok := v.(string); ok {
			if _, err := strconv.Atoi(s); err == nil {
				row[name] = json.Number(s)
			} else if s == "true" {
				row[name] = true
			}
		}
	}
	return row
}

// operations are those of the description, with addresses of the demo.
func operations(t testing.TB, s *site.Site) []op {
	t.Helper()
	known := walk(t, s)
	var out []op
	doc := s.API.OpenAPI()
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		item := doc.Paths[path]
		for method, spec := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodDelete: item.Delete,
		} {
			if spec == nil {
				continue
			}
			if len(spec.Tags) != 1 || spec.OperationID == "" || spec.Summary == "" {
				t.Errorf("%s %s has no name, no words or no heading", method, path)
			}
			o := op{method: method, path: path, id: spec.OperationID, spec: spec, at: fill(path, known), lost: lost(path)}
			if spec.RequestBody != nil && spec.RequestBody.Content["application/json"] != nil {
				o.body = spec.RequestBody.Content["application/json"].Schema
				for o.body.Ref != "" {
					o.body = doc.Components.Schemas.SchemaFromRef(o.body.Ref)
				}
			}
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b op) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return out
}
