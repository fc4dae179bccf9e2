package web

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Option is one choice of a field.
type Option struct {
	Value, Label string
	Group        string
	Selected     bool
}

// Field is one field of a form, ready to print.
type Field struct {
	ID, Name, Label, Help string
	Kind                  string // text, area, email, number, date, time, datetime, select, radio, checks, check, hidden, file, rows, texts, areas, password, heading
	Value                 string
	Options               []Option
	Error                 string
	Max                   int
	MaxText               string // "at most 120 characters"
	Required              bool
	Lang, Dir             string // of what is typed in it
	Autocomplete          string
	Rows                  [][]*Field // kind rows: the fields of each row
	Row                   []*Field   // kind rows, with FormOf: the fields of any row
	Most                  int        // kind rows, with FormOf: the most rows; 0: any number
	Sub                   []*Field   // kinds texts, areas: the fields of the other languages
	SubOpen               bool
	More                  string // kind rows: label of the button for another row
	Current               string // with a stale edit: how the field stands now
	Stale                 bool
	Accept                string
	List                  string // id of a datalist on the page that suggests values
	New                   string // a word that marks the question: new, or changed
	If                    string // "name=a|b": the question is asked only then; the script hides it otherwise
	Lines                 int    // kind area: how many are seen; 0: six
	Unit                  string // what Max counts: "word"; empty: characters
	Heading               string // kind heading: "sub" for one below another
}

// Problem is a line of the error summary: it leads to its field.
type Problem struct{ Field, Label, Message string }

// Form is a form, generated from an input struct, ready to print.
//
// The struct's fields say what they are by tags: `form:"title"` the name, `ui:"area"`
// the kind, `max:"250"` the most characters, `required:"1"`. Labels stand in the
// catalogue under KEY.NAME, help texts under KEY.NAME.help. Fields of core.Text are
// written in several languages; a slice of structs is a group of repeated rows.
type Form struct {
	Key, Action, Submit string
	Fields              []*Field
	Problems            []Problem
	Message             string // what is wrong with the whole
	Note                string // the saved state: "Saved 14:03, only you can see this"
	Upload              bool
	Stale               bool
	Cancel              string
	Autosave            string // address that takes the form while one types
	Largest             int64  // of a file that takes long: the form tells how far it is; 0: no file does
	Buttons             []Button

	c    *C
	in   any
	have url.Values // of FormOf: what stands
	vals url.Values // as typed; nil when the form is fresh
}

// Button is a further way to send a form, by its name.
type Button struct{ Name, Value, Label string }

// Form prepares a form for an input struct (a pointer). When the request has sent
// values, or they were kept over a sign-in, the fields show those, exactly as typed.
func (c *C) Form(key string, in any) *Form {
	f := &Form{Key: key, Action: c.here(), Submit: c.T(key + ".submit"), c: c, in: in, vals: c.typed()}
	if c.parked {
		f.Action = c.URL(c.Path())
		f.Message = c.T("form.parked")
	}
	f.build()
	c.offered(f)
	return f
}

// offered notes a form for a call of the JSON API.
func (c *C) offered(f *Form) {
	if c.st.call != nil {
		c.st.call.forms = append(c.st.call.forms, f)
	}
}

func (f *Form) build() {
	v := reflect.ValueOf(f.in).Elem()
	f.Fields = f.fields(v, "", f.Key)
}

func (f *Form) fields(v reflect.Value, prefix, key string) []*Field {
	var out []*Field
	t := v.Type()
	for i := range t.NumField() {
		sf := t.Field(i)
		name, kind := sf.Tag.Get("form"), sf.Tag.Get("ui")
		if name == "" || name == "-" || kind == "-" {
			continue
		}
		fd := &Field{
			Name: prefix + name, ID: fieldID(prefix + name), Kind: kind,
			Label: f.c.T(key + "." + name), Required: sf.Tag.Get("required") != "",
			Autocomplete: sf.Tag.Get("autocomplete"), Accept: sf.Tag.Get("accept"),
		}
		if help := key + "." + name + ".help"; f.c.S.Catalog.Has(help) {
			fd.Help = f.c.T(help)
		}
		if n, err := strconv.Atoi(sf.Tag.Get("max")); err == nil {
			fd.Max, fd.MaxText = n, f.c.T("form.max", "Count", n)
		}
		if fd.Kind == "" {
			fd.Kind = "text"
		}
		if fd.Kind == "file" {
			f.Upload = true
		}
		f.fill(fd, v.Field(i), key+"."+name)
		out = append(out, fd)
	}
	return out
}

// Field finds a field by its name.
func (f *Form) Field(name string) *Field {
	var found *Field
	f.each(func(fd *Field) {
		if fd.Name == name {
			found = fd
		}
	})
	return found
}

// Drop takes fields out of a form, for who may not change them or where they mean nothing.
func (f *Form) Drop(names ...string) {
	f.Fields = slices.DeleteFunc(f.Fields, func(fd *Field) bool { return slices.Contains(names, fd.Name) })
}

func (f *Form) each(fn func(*Field)) { eachField(f.Fields, fn) }

func eachField(fields []*Field, fn func(*Field)) {
	for _, fd := range fields {
		fn(fd)
		eachField(fd.Sub, fn)
		for _, row := range fd.Rows {
			eachField(row, fn)
		}
	}
}

// Options gives a field its choices and marks those that are chosen. name may be a
// field of rows: "roles.person" names the field person in each row of roles.
func (f *Form) Options(name string, opts []Option) {
	f.each(func(fd *Field) {
		if fd.Name != name && plainName(fd.Name) != name {
			return
		}
		chosen := map[string]bool{}
		for _, v := range strings.Split(fd.Value, "\n") {
			chosen[v] = true
		}
		fd.Options = make([]Option, len(opts))
		for i, o := range opts {
			o.Selected = chosen[o.Value]
			fd.Options[i] = o
		}
	})
}

// plainName drops the row numbers of a name: roles[2].person is roles.person.
func plainName(name string) string {
	for {
		i := strings.IndexByte(name, '[')
		j := strings.IndexByte(name, ']')
		if i < 0 || j < i {
			return name
		}
		name = name[:i] + name[j+1:]
	}
}
