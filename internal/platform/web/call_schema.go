package web

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Describe adds what rooms take to the description of the API, once all are registered:
// for each POST of the pages an operation, and for each form one that reads it.
func (s *Server) Describe(api huma.API) error {
	if err := s.checkTakes(); err != nil {
		return err
	}
	d := describer{s: s, doc: api.OpenAPI(), reg: api.OpenAPI().Components.Schemas}
	d.doc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", BearerFormat: "plen_…", Description: "a personal token, made at /me/tokens"},
		"session": {Type: "apiKey", In: "cookie", Name: "session", Description: "a browser in which somebody is signed in"},
	}
	d.doc.Security = []map[string][]string{{}, {"token": {}}, {"session": {}}}
	ids := map[string]bool{}
	for _, item := range d.doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				ids[op.OperationID] = true
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.takes)) {
		t := s.takes[key]
		if t.As != "" {
			if !ids[t.As] {
				return fmt.Errorf("the take of %s names %s, which is no operation", key, t.As)
			}
			continue
		}
		path := apiBase + strings.TrimSuffix(key, "{$}")
		item := d.doc.Paths[path]
		if ids[t.ID] || item != nil && item.Post != nil {
			return fmt.Errorf("the take %s of %s stands there already", t.ID, key)
		}
		ids[t.ID] = true
		d.doc.AddOperation(d.post(t, path))
		if t.filledIn() && s.gets[key] && (item == nil || item.Get == nil) {
			d.doc.AddOperation(d.form(t, path))
		}
	}
	return nil
}

type describer struct {
	s   *Server
	doc *huma.OpenAPI
	reg huma.Registry
}

func (d *describer) post(t *Take, path string) *huma.Operation {
	op := &huma.Operation{OperationID: t.ID, Method: http.MethodPost, Path: path, Summary: t.Says, Tags: []string{t.tag}, Parameters: pathParams(path)}
	if !t.Secret {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string", MaxLength: ptr(longKey)},
			Description: "any text; the same call sent again with it within a day gets the same answer",
		})
	}
	if t.versioned() {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: "If-Match", In: "header", Schema: &huma.Schema{Type: "string"},
			Description: "ETag of what was read; instead of version in the body",
		})
	}
	body := d.input(t)
	op.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{"application/json": {Schema: body}}, Required: len(body.Required) > 0}
	if t.File != "" {
		with := *body
		with.Properties = maps.Clone(body.Properties)
		if with.Properties == nil {
			with.Properties = map[string]*huma.Schema{}
		}
		with.Properties[t.File] = &huma.Schema{Type: "string", Format: "binary"}
		op.RequestBody.Content["multipart/form-data"] = &huma.MediaType{Schema: &with}
	}
	status := http.StatusOK
	if t.Makes {
		status = http.StatusCreated
	}
	op.Responses = map[string]*huma.Response{
		strconv.Itoa(status): {
			Description: http.StatusText(status),
			Headers:     map[string]*huma.Param{"Location": {Schema: &huma.Schema{Type: "string"}, Description: "where what was changed is read"}},
			Content:     map[string]*huma.MediaType{"application/json": {Schema: d.reg.Schema(reflect.TypeFor[callDone](), true, "")}},
		},
		"default": d.problem(),
	}
	return op
}

func (d *describer) form(t *Take, path string) *huma.Operation {
	return &huma.Operation{
		OperationID: "form-to-" + t.ID, Method: http.MethodGet, Path: path, Tags: []string{t.tag}, Parameters: pathParams(path),
		Summary: t.Says + ": fields, choices and version as they stand",
		Responses: map[string]*huma.Response{
			"200": {
				Description: "OK", Headers: map[string]*huma.Param{"ETag": {Schema: &huma.Schema{Type: "string"}, Description: "for If-Match"}},
				Content: map[string]*huma.MediaType{"application/json": {Schema: d.reg.Schema(reflect.TypeFor[callForm](), true, "")}},
			},
			"default": d.problem(),
		},
	}
}

func (d *describer) problem() *huma.Response {
	return &huma.Response{
		Description: "Error", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: d.reg.Schema(reflect.TypeFor[problem](), true, "")}},
	}
}

// pathParams are the wildcards of an address.
func pathParams(path string) []*huma.Param {
	var out []*huma.Param
	for _, part := range strings.Split(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			out = append(out, &huma.Param{Name: strings.TrimSuffix(name, "}"), In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
		}
	}
	return out
}

// input is the schema of what a take takes.
func (d *describer) input(t *Take) *huma.Schema {
	sch := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Properties: map[string]*huma.Schema{}}
	switch in := t.In.(type) {
	case Words:
		for _, name := range in {
			sch.Properties[name] = wordSchema()
		}
	case Answers:
		sch.AdditionalProperties = true
		sch.Description = "Answers by the keys of the form's questions, which its GET tells."
	default:
		if typ := t.input(); typ != nil {
			sch = d.object(typ)
		}
	}
	for _, name := range t.With {
		sch.Properties[name] = wordSchema()
	}
	for _, b := range t.buttons() {
		sch.Properties[b] = &huma.Schema{Type: huma.TypeBoolean, Description: "as if the form were sent with this button"}
	}
	return sch
}

// wordSchema is that of a text that a handler takes by name: also as a number, a yes, or a
// list.
func wordSchema() *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{
		{Type: huma.TypeString},
		{Type: huma.TypeInteger},
		{Type: huma.TypeBoolean},
		{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString}},
	}}
}

func (d *describer) object(t reflect.Type) *huma.Schema {
	sch := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Properties: map[string]*huma.Schema{}}
	for _, f := range formFields(t) {
		if f.Tag.Get("ui") == "file" {
			continue
		}
		sch.Properties[f.name] = d.field(f.StructField)
		if f.Tag.Get("required") != "" {
			sch.Required = append(sch.Required, f.name)
		}
	}
	return sch
}

func (d *describer) field(sf reflect.StructField) *huma.Schema {
	t := sf.Type
	if sf.Tag.Get("ui") == "checks" && t.Kind() != reflect.Slice {
		panic("of what is ticked, " + sf.Name + " would keep one") // a mistake in the program
	}
	if t == textType {
		sch := d.reg.Schema(t, true, "")
		return sch
	}
	var enum []any
	if e := sf.Tag.Get("enum"); e != "" {
		for _, v := range strings.Split(e, ",") {
			if n, err := strconv.Atoi(v); err == nil && t.Kind() != reflect.String {
				enum = append(enum, n)
			} else {
				enum = append(enum, v)
			}
		}
	}
	limit, _ := strconv.Atoi(sf.Tag.Get("max")) // no tag, no limit
	one := func(t reflect.Type) *huma.Schema {
		sch := &huma.Schema{Enum: enum}
		switch t.Kind() {
		case reflect.Bool:
			sch.Type = huma.TypeBoolean
		case reflect.Int, reflect.Int64:
			sch.Type, sch.Format = huma.TypeInteger, "int64"
		case reflect.Float64, reflect.Float32:
			sch.Type = huma.TypeNumber
		case reflect.Struct:
			return d.object(t)
		default:
			sch.Type, sch.Format = huma.TypeString, formats[sf.Tag.Get("ui")]
			if limit > 0 {
				sch.MaxLength = ptr(limit)
			}
		}
		return sch
	}
	switch t.Kind() {
	case reflect.Slice:
		return &huma.Schema{Type: huma.TypeArray, MaxItems: ptr(mostRows), Items: one(t.Elem())}
	case reflect.Map:
		return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: one(t.Elem())}
	}
	sch := one(t)
	if sf.Tag.Get("form") == "version" {
		sch.Description = "version over which the form was filled in; or If-Match"
	}
	return sch
}

// formats are those of texts that a form asks for in a way of their own.
var formats = map[string]string{"date": "date", "email": "email"}

func ptr[T any](v T) *T { return &v }
