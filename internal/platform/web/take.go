package web

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// Take says what a POST of the pages takes, and makes it an operation of the JSON API at
// the same address below /api/v1: the same handler runs on the same input, and answers in
// JSON. Where the address also shows a form, it can be read there as JSON, with what stands,
// what can be chosen, and the version.
type Take struct {
	// Path is the address: "/calls/{ref}/answer"; of an edition "/{edition}/topics/desk",
	// of a session "/{edition}/{session}/report/edit".
	Path string
	ID   string // operationId: "begin-answer"
	Says string // what it does, in a few words
	// In is what the handler decodes: a value of its input struct; Words for values that it
	// takes by name; Answers for the questions of a form that organisers wrote; or nothing.
	In any
	// With are texts that the handler takes by name beside its input struct.
	With Words
	// Also are buttons of the form by their names, with commas between: each is a boolean.
	Also string
	// File is the name of a file of the form; it is sent as multipart/form-data.
	File string
	// Makes says that something new comes of it: the answer is 201.
	Makes bool
	// Secret says that the answer shows something that is shown once: it is not kept for
	// the key of the call.
	Secret bool
	// As names the operation of the API that does the same, written for programs; then
	// there is no other.
	As string

	tag string
}

// Words are the names of texts that a handler takes without an input struct.
type Words []string

// Answers are answers to questions that organisers wrote, by their keys.
type Answers map[string]any

// Takes makes the POSTs of a room operations of the JSON API, below a heading.
func (s *Server) Takes(tag string, takes []Take) {
	for _, t := range takes {
		t.tag = tag
		key := t.Path
		if _, twice := s.takes[key]; twice {
			panic("two takes of " + t.Path) // a mistake in the program
		}
		s.takes[key] = &t
	}
}

// Untaken are the POSTs of the pages that are no operation of the JSON API.
func (s *Server) Untaken() []string {
	var out []string
	for key := range s.posts {
		if s.takes[key] == nil {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// Astray are takes for whose address there is no POST.
func (s *Server) Astray() []string {
	var out []string
	for key, t := range s.takes {
		if !s.posts[key] {
			out = append(out, t.Path)
		}
	}
	slices.Sort(out)
	return out
}

// registered notes what is registered, so that takes can be compared with it.
func (s *Server) registered(below, pattern string) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		return
	}
	switch method {
	case http.MethodPost:
		s.posts[below+path] = true
	case http.MethodGet:
		s.gets[below+path] = true
	}
}

const (
	ofEdition = "/{edition}"
	ofSession = "/{edition}/{session}"
)

// filledIn tells whether there is something to say with a call.
func (t *Take) filledIn() bool { return t.In != nil || len(t.With) > 0 || t.Also != "" || t.File != "" }

// input is the struct that a take decodes; nil where it decodes none.
func (t *Take) input() reflect.Type {
	if t.In == nil {
		return nil
	}
	typ := reflect.TypeOf(t.In)
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return nil
	}
	return typ
}

// buttons are the names of the buttons.
func (t *Take) buttons() []string {
	if t.Also == "" {
		return nil
	}
	return strings.Split(t.Also, ",")
}

// versioned tells whether the form carries the version over which it was filled in.
func (t *Take) versioned() bool {
	switch in := t.In.(type) {
	case Words:
		return slices.Contains(in, "version")
	case Answers:
		return true // its questions say
	}
	typ := t.input()
	if typ == nil {
		return false
	}
	for _, f := range formFields(typ) {
		if f.name == "version" {
			return true
		}
	}
	return false
}

// formField is a field of an input struct by the name of its form.
type formField struct {
	name string
	reflect.StructField
}

// formFields are the fields that a form names, those of embedded structs among them.
func formFields(t reflect.Type) []formField {
	var out []formField
	for i := range t.NumField() {
		sf := t.Field(i)
		name := sf.Tag.Get("form")
		switch {
		case sf.Anonymous && name == "" && sf.Type.Kind() == reflect.Struct:
			out = append(out, formFields(sf.Type)...)
		case name != "" && name != "-" && sf.IsExported():
			out = append(out, formField{name, sf})
		}
	}
	return out
}

// match finds the take of an address of the API and the register that serves it.
func (s *Server) match(r *http.Request) (*Take, http.Handler, *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, apiBase)
	if path == r.URL.Path || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "/api/") {
		return nil, nil, nil
	}
	st := stateOf(r)
	register, below := s.root, ""
	st.path = path
	to := path
	first, rest, _ := strings.Cut(path[1:], "/")
	if first != "" && first[0] >= '0' && first[0] <= '9' {
		st.edition, register, below, to = first, s.edition, ofEdition, "/"+rest
		if ref, more, _ := strings.Cut(rest, "/"); strings.ContainsAny(ref, "0123456789") {
			st.session, register, below, to = ref, s.session, ofSession, "/"+more
		}
	}
	r2 := withPath(r, to)
	_, pattern := register.Handler(r2)
	_, key, ok := strings.Cut(pattern, " ")
	if !ok {
		return nil, nil, nil
	}
	return s.takes[below+key], register, r2
}

const apiBase = "/api/v1"

// checkTakes holds what would be wrong with every call of a take.
func (s *Server) checkTakes() error {
	ids := map[string]string{}
	for key, t := range s.takes {
		switch {
		case t.As != "":
		case t.ID == "" || t.Says == "":
			return fmt.Errorf("the take of %s has no name or no words", key)
		case ids[t.ID] != "":
			return fmt.Errorf("two takes are called %s: %s and %s", t.ID, key, ids[t.ID])
		}
		ids[t.ID] = key
	}
	return nil
}
