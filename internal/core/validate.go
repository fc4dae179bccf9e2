package core

import (
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Validate checks what the tags of an input struct promise: `required:"1"` and
// `max:"250"` characters, in texts in every language and in the rows of lists. Each
// service calls it first, so that pages, the JSON API and the command line are held
// to the same.
func Validate(in any) Problems {
	var p Problems
	v := reflect.ValueOf(in)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	validateStruct(&p, v, "")
	return p
}

func validateStruct(p *Problems, v reflect.Value, prefix string) {
	t := v.Type()
	for i := range t.NumField() {
		sf := t.Field(i)
		name := sf.Tag.Get("form")
		if name == "" || name == "-" {
			continue
		}
		limit, _ := strconv.Atoi(sf.Tag.Get("max")) // no tag, no limit
		required := sf.Tag.Get("required") != ""
		validateValue(p, v.Field(i), prefix+name, required, limit)
	}
}

func validateValue(p *Problems, v reflect.Value, path string, required bool, limit int) {
	if txt, ok := reflect.TypeAssert[Text](v); ok {
		if required && txt.IsZero() {
			p.Add(path, "form.required")
		}
		for _, s := range txt.By {
			if !checkLength(p, path, s, limit) {
				return
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		if required && strings.TrimSpace(v.String()) == "" {
			p.Add(path, "form.required")
			return
		}
		checkLength(p, path, v.String(), limit)
	case reflect.Int, reflect.Int64:
		if required && v.Int() == 0 {
			p.Add(path, "form.required")
		}
	case reflect.Slice:
		if required && v.Len() == 0 {
			p.Add(path, "form.required")
		}
		for i := range v.Len() {
			if e := v.Index(i); e.Kind() == reflect.Struct {
				validateStruct(p, e, path+"["+strconv.Itoa(i)+"].")
			}
		}
	default:
	}
}

func checkLength(p *Problems, path, s string, limit int) bool {
	if limit == 0 || utf8.RuneCountInString(s) <= limit {
		return true
	}
	p.Add(path, "form.too_long", "Count", limit, "Have", utf8.RuneCountInString(s))
	return false
}

// WebAddress tells whether s is the address of something on the web.
func WebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// Row is the path of a row's fields in a list: Row("links", 2)+"url" is links[2].url.
func Row(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]." }

// Lines are the lines of a text that have words on them, trimmed.
func Lines(s string) []string {
	out := []string{}
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}
