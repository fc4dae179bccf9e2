package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
)

// deepest is how deep JSON of a call may be nested; forms have rows, and rows have texts.
const deepest = 8

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, cutShort(err)
	}
	return bytes.TrimSpace(b), nil
}

// values makes of JSON what a browser would send of the form. What does not fit comes back
// as problems at their fields.
func (t *Take) values(body []byte) (url.Values, error) {
	out := url.Values{}
	if len(body) == 0 {
		body = []byte("{}")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var sent map[string]any
	if err := dec.Decode(&sent); err != nil || sent == nil || !errors.Is(dec.Decode(new(any)), io.EOF) {
		return nil, core.Invalid("api.unreadable")
	}
	v := valuer{out: out}
	for _, b := range t.buttons() {
		if pressed, ok := sent[b]; ok {
			if on, ok := pressed.(bool); !ok {
				v.p.Add(b, "form.unreadable")
			} else if on {
				out.Set(b, "1")
			}
			delete(sent, b)
		}
	}
	for _, name := range t.With {
		if x, ok := sent[name]; ok {
			v.word(name, x)
			delete(sent, name)
		}
	}
	switch in := t.In.(type) {
	case Words:
		for name, x := range sent {
			if !slices.Contains(in, name) {
				v.p.Add(name, "api.unknown_field")
				continue
			}
			v.word(name, x)
		}
	case Answers:
		for name, x := range sent {
			v.any(name, x, 0)
		}
	default:
		if typ := t.input(); typ != nil {
			v.object(typ, "", sent)
		} else {
			for name := range sent {
				v.p.Add(name, "api.unknown_field")
			}
		}
	}
	slices.SortFunc(v.p, func(a, b core.FieldError) int { return strings.Compare(a.Path, b.Path) })
	return out, v.p.Err()
}

// valuer gathers values and what is wrong with them.
type valuer struct {
	out url.Values
	p   core.Problems
}

// object reads an object into the fields of a struct.
func (v *valuer) object(t reflect.Type, prefix string, sent map[string]any) {
	known := map[string]bool{}
	for _, f := range formFields(t) {
		known[f.name] = true
		if x, ok := sent[f.name]; ok && x != nil {
			v.field(f.StructField, prefix+f.name, x)
		}
	}
	for name := range sent {
		if !known[name] {
			v.p.Add(prefix+name, "api.unknown_field")
		}
	}
}

func (v *valuer) wrong(path string) { v.p.Add(path, "form.unreadable") }

var textType = reflect.TypeFor[core.Text]()

func (v *valuer) field(sf reflect.StructField, path string, x any) {
	t := sf.Type
	if t == textType {
		v.text(path, x)
		return
	}
	if t.Kind() == reflect.Map {
		m, ok := x.(map[string]any)
		if !ok {
			v.wrong(path)
			return
		}
		for k, e := range m {
			at := path + "[" + k + "]"
			if strings.ContainsAny(k, "[].") {
				v.wrong(path)
				continue
			}
			v.scalar(t.Elem(), "", at, e)
		}
		return
	}
	if t.Kind() != reflect.Slice {
		v.scalar(t, sf.Tag.Get("enum"), path, x)
		return
	}
	list, ok := x.([]any)
	if !ok {
		v.wrong(path)
		return
	}
	if len(list) > mostRows {
		v.p.Add(path, "api.too_many", "Count", mostRows)
		return
	}
	for i, e := range list {
		if t.Elem().Kind() != reflect.Struct || t.Elem() == textType {
			v.scalar(t.Elem(), sf.Tag.Get("enum"), path, e)
			continue
		}
		row, ok := e.(map[string]any)
		if !ok {
			v.wrong(path + "[" + strconv.Itoa(i) + "]")
			continue
		}
		v.object(t.Elem(), core.Row(path, i), row)
	}
}

// text reads a text in several languages.
func (v *valuer) text(path string, x any) {
	m, ok := x.(map[string]any)
	if !ok {
		v.wrong(path)
		return
	}
	for k, e := range m {
		switch by, isMap := e.(map[string]any); {
		case k == "orig" && e == nil, k == "by" && e == nil:
		case k == "orig":
			lang, ok := e.(string)
			if !ok || lang != "" && !core.LangKnown(lang) {
				v.wrong(path + ".orig")
				continue
			}
			v.out.Add(path+".Orig", lang)
		case k == "by" && isMap:
			for lang, words := range by {
				s, ok := words.(string)
				if !ok || !core.LangKnown(lang) {
					v.wrong(path + ".by." + lang)
					continue
				}
				v.out.Add(path+".By["+lang+"]", s)
			}
		default:
			v.wrong(path + "." + k)
		}
	}
}

// scalar reads a text, a number or a yes. Numbers and a yes may also come as the texts that a
// form is read with, so that what was read can be sent back.
func (v *valuer) scalar(t reflect.Type, enum, path string, x any) {
	var s string
	switch t.Kind() {
	case reflect.String:
		words, ok := x.(string)
		if !ok {
			v.wrong(path)
			return
		}
		s = words
	case reflect.Bool:
		on, ok := x.(bool)
		if words, is := x.(string); is {
			on, ok = words == "true", words == "true" || words == ""
		}
		if !ok {
			v.wrong(path)
			return
		}
		if !on {
			return
		}
		s = "true"
	default:
		if x == "" {
			return
		}
		if words, ok := x.(string); ok {
			x = json.Number(words)
		}
		n, ok := x.(json.Number)
		if !ok || !fits(t.Kind(), n) {
			v.wrong(path)
			return
		}
		s = n.String()
	}
	if enum != "" && s != "" && !slices.Contains(strings.Split(enum, ","), s) {
		v.p.Add(path, "api.no_choice")
		return
	}
	v.out.Add(path, s)
}

// fits tells whether a field can hold a number.
func fits(k reflect.Kind, n json.Number) bool {
	switch k {
	case reflect.Int, reflect.Int64:
		_, err := n.Int64()
		return err == nil
	case reflect.Float64, reflect.Float32:
		f, err := n.Float64()
		return err == nil && !math.IsInf(f, 0)
	}
	return false
}

// word reads a value that a handler takes by its name.
func (v *valuer) word(name string, x any) {
	switch x := x.(type) {
	case nil:
	case string:
		v.out.Add(name, x)
	case json.Number:
		v.out.Add(name, x.String())
	case bool:
		if x {
			v.out.Add(name, "1")
		}
	case []any:
		if len(x) > mostRows {
			v.p.Add(name, "api.too_many", "Count", mostRows)
			return
		}
		for _, e := range x {
			if _, nested := e.([]any); nested {
				v.wrong(name)
				return
			}
			v.word(name, e)
		}
	default:
		v.wrong(name)
	}
}

// any reads the answer to a question of which only the form knows the kind.
func (v *valuer) any(path string, x any, depth int) {
	if depth > deepest || strings.ContainsAny(path[strings.LastIndexByte(path, '.')+1:], "[]") && depth == 0 {
		v.wrong(path)
		return
	}
	switch x := x.(type) {
	case map[string]any:
		for k, e := range x {
			if strings.ContainsAny(k, "[].") {
				v.wrong(path)
				continue
			}
			v.any(path+"."+k, e, depth+1)
		}
	case []any:
		if len(x) > mostRows {
			v.p.Add(path, "api.too_many", "Count", mostRows)
			return
		}
		for i, e := range x {
			if row, ok := e.(map[string]any); ok {
				v.any(strings.TrimSuffix(core.Row(path, i), "."), row, depth+1)
			} else {
				v.any(path, e, depth+1)
			}
		}
	default:
		v.word(path, x)
	}
}
