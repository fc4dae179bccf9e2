package app

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// operation is an operation of the JSON API with where it stands.
type operation struct {
	Method, Path string
	*huma.Operation
}

// operations are those of the API by their heading, in the order of their addresses.
func (a *App) operations() map[string][]operation {
	out := map[string][]operation{}
	paths := a.API.OpenAPI().Paths
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := paths[path]
		for _, o := range []operation{{"GET", path, item.Get}, {"POST", path, item.Post}, {"PUT", path, item.Put}, {"PATCH", path, item.Patch}, {"DELETE", path, item.Delete}} {
			if o.Operation != nil {
				tag := o.Tags[0]
				out[tag] = append(out[tag], o)
			}
		}
	}
	return out
}

// slugOf is a heading of the API in an address.
func slugOf(tag string) string { return strings.ReplaceAll(strings.ToLower(tag), " ", "-") }

type apiView struct {
	Tokens                     string // address
	Rooms                      []apiRoom
	Export, First, Form, Write string // lines for a shell
}

type apiRoom struct{ Name, URL, Count string }

// apiStart is the start page of the API's documentation.
func (a *App) apiStart(c *web.C) error {
	c.Reads(core.ScopeForum)
	mine := `"` + a.BaseURL + `/api/v1/me/account"`
	v := apiView{
		Tokens: c.URL("/me/tokens"), Export: "export TOKEN=plen_…", First: `curl "` + a.BaseURL + `/api/v1/editions"`,
		Form: `curl -i -H "Authorization: Bearer $TOKEN" ` + mine,
		Write: strings.Join([]string{
			`curl -X POST -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json"`,
			`-H 'If-Match: "3"' -H "Idempotency-Key: 6e1f"`,
			`-d '{"name": "Amina Diallo", "lang": "fr"}'`,
			mine,
		}, " \\\n  "),
	}
	all := a.operations()
	for _, tag := range slices.Sorted(maps.Keys(all)) {
		v.Rooms = append(v.Rooms, apiRoom{Name: tag, URL: c.URL("/api/docs/" + slugOf(tag)), Count: c.T("apidoc.count", "Count", len(all[tag]))})
	}
	return c.Page(web.Page{
		Name: "app/api", Title: c.T("apidoc.title"), Section: "about", V: v,
		Trail: []web.Crumb{{Label: c.T("shell.about"), URL: c.URL("/about")}, {Label: c.T("data.title"), URL: c.URL("/about/data")}, {Label: c.T("apidoc.title")}},
	})
}

type apiRoomView struct {
	Title string
	Ops   []apiOp
}

// apiOp is an operation, ready to print.
type apiOp struct {
	ID, Method, Path, Summary string
	Path0                     []apiParam // in the address
	Params                    []apiParam // all but those of the address
	Body                      []apiParam
	Answers                   []apiAnswer
	Curl, Example             string
	Query, Sends              bool
}

type apiParam struct {
	Name, Where, Type, About string
	Required                 bool
}

type apiAnswer struct{ Status, About, Type string }

// apiRoomPage shows the operations of one room.
func (a *App) apiRoomPage(c *web.C) error {
	c.Reads(core.ScopeForum)
	all := a.operations()
	for tag, ops := range all {
		if slugOf(tag) != c.Param("room") {
			continue
		}
		v := apiRoomView{Title: c.T("apidoc.of", "Name", tag)}
		for _, o := range ops {
			v.Ops = append(v.Ops, a.apiOp(o))
		}
		return c.Page(web.Page{
			Name: "app/api_room", Title: v.Title, Section: "about", Script: "apidocs.js", V: v,
			Trail: []web.Crumb{
				{Label: c.T("shell.about"), URL: c.URL("/about")},
				{Label: c.T("data.title"), URL: c.URL("/about/data")},
				{Label: c.T("apidoc.title"), URL: c.URL("/api/docs")},
				{Label: tag, Lang: "en"},
			},
		})
	}
	return core.NotFound()
}

func (a *App) apiOp(o operation) apiOp {
	out := apiOp{ID: o.OperationID, Method: o.Method, Path: o.Path, Summary: o.Summary}
	for _, p := range o.Parameters {
		x := apiParam{Name: p.Name, Where: p.In, Type: a.typeWords(p.Schema), About: p.Description, Required: p.Required}
		switch p.In {
		case "path":
			out.Path0 = append(out.Path0, x)
			continue
		case "query":
			out.Query = true
		}
		out.Params = append(out.Params, x)
	}
	curl := []string{"curl"}
	if o.Method != http.MethodGet {
		curl = append(curl, "-X "+o.Method)
	}
	curl = append(curl, `-H "Authorization: Bearer $TOKEN"`)
	if o.RequestBody != nil {
		if m := o.RequestBody.Content["application/json"]; m != nil {
			out.Sends = true
			sch := a.schema(m.Schema)
			for _, name := range slices.Sorted(maps.Keys(sch.Properties)) {
				p := sch.Properties[name]
				out.Body = append(out.Body, apiParam{Name: name, Type: a.typeWords(p), About: p.Description, Required: slices.Contains(sch.Required, name)})
			}
			b, err := json.MarshalIndent(a.Sample(m.Schema), "", "  ")
			if err == nil {
				out.Example = string(b)
			}
			curl = append(curl, `-H "Content-Type: application/json"`, "-d '"+strings.ReplaceAll(out.Example, "'", `'\''`)+"'")
		}
	}
	out.Curl = strings.Join(append(curl, `"`+a.BaseURL+o.Path+`"`), " \\\n  ")
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		r := o.Responses[status]
		x := apiAnswer{Status: status, About: r.Description}
		for _, kind := range slices.Sorted(maps.Keys(r.Content)) {
			x.Type = kind
			if sch := r.Content[kind].Schema; sch != nil {
				x.Type += " · " + a.typeWords(sch)
			}
		}
		out.Answers = append(out.Answers, x)
	}
	return out
}

// schema follows a reference to the schema that it names.
func (a *App) schema(sch *huma.Schema) *huma.Schema {
	for sch != nil && sch.Ref != "" {
		sch = a.API.OpenAPI().Components.Schemas.SchemaFromRef(sch.Ref)
	}
	if sch == nil {
		return &huma.Schema{}
	}
	return sch
}

// typeWords says what a schema takes, in a word or a few.
func (a *App) typeWords(sch *huma.Schema) string {
	if sch == nil {
		return ""
	}
	if sch.Ref != "" {
		return sch.Ref[strings.LastIndexByte(sch.Ref, '/')+1:]
	}
	if len(sch.Enum) > 0 {
		words := make([]string, 0, len(sch.Enum))
		for _, e := range sch.Enum {
			if s, err := json.Marshal(e); err == nil {
				words = append(words, string(s))
			}
		}
		return strings.Join(words, " | ")
	}
	out := sch.Type
	switch {
	case sch.Type == huma.TypeArray && sch.Items != nil:
		out = "[" + a.typeWords(sch.Items) + "]"
	case len(sch.AnyOf) > 0:
		out = a.typeWords(sch.AnyOf[0])
	case sch.Format != "" && sch.Format != "int64":
		out += " (" + sch.Format + ")"
	}
	if sch.MaxLength != nil {
		out += " ≤ " + strconv.Itoa(*sch.MaxLength)
	}
	return out
}

// Sample is a value that fits a schema: what is required of it, or where nothing is, its
// first fields.
func (a *App) Sample(sch *huma.Schema) any { return a.sample(sch, 0) }

const sampleDeep, sampleWide = 5, 4

func (a *App) sample(sch *huma.Schema, depth int) any {
	sch = a.schema(sch)
	switch {
	case len(sch.Examples) > 0:
		return sch.Examples[0]
	case len(sch.Enum) > 0:
		return sch.Enum[0]
	case len(sch.AnyOf) > 0:
		return a.sample(sch.AnyOf[0], depth+1)
	case len(sch.OneOf) > 0:
		return a.sample(sch.OneOf[0], depth+1)
	}
	switch sch.Type {
	case huma.TypeObject:
		out := map[string]any{}
		if depth > sampleDeep {
			return out
		}
		if by := sch.Properties["by"]; by != nil && sch.Properties["orig"] != nil {
			return core.NewText("en", "Text")
		}
		names := sch.Required
		if len(names) == 0 {
			names = slices.Sorted(maps.Keys(sch.Properties))
			names = names[:min(len(names), sampleWide)]
		}
		for _, name := range names {
			out[name] = a.sample(sch.Properties[name], depth+1)
		}
		return out
	case huma.TypeArray:
		if sch.Items == nil || depth > sampleDeep {
			return []any{}
		}
		return []any{a.sample(sch.Items, depth+1)}
	case huma.TypeInteger, huma.TypeNumber:
		if sch.Minimum != nil {
			return *sch.Minimum
		}
		return 1
	case huma.TypeBoolean:
		return true
	}
	switch sch.Format {
	case "date":
		return "2027-05-04"
	case "date-time":
		return "2027-05-04T09:00:00Z"
	case "email":
		return "name@example.org"
	case "uri":
		return "https://example.org/"
	}
	return "text"
}
