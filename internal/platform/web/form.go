package web

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/form/v4"

	"plenary/internal/core"
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
	Kind                  string // text, area, email, number, date, time, datetime, select, radio, checks, check, hidden, file, rows, texts, areas, password
	Value                 string
	Options               []Option
	Error                 string
	Max                   int
	MaxText               string // "at most 120 characters"
	Required              bool
	Lang, Dir             string // of what is typed in it
	Autocomplete          string
	Rows                  [][]*Field // kind rows: the fields of each row
	Sub                   []*Field   // kinds texts, areas: the fields of the other languages
	SubOpen               bool
	More                  string // kind rows: label of the button for another row
	Current               string // with a stale edit: how the field stands now
	Stale                 bool
	Accept                string
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
	Buttons             []Button

	c    *C
	in   any
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
	return f
}

// typed are the values that the person sent, now or before a sign-in.
func (c *C) typed() url.Values {
	if c.posted != nil {
		return c.posted
	}
	if c.R.Method == http.MethodPost {
		return c.R.PostForm
	}
	if token := c.R.URL.Query().Get("parked"); token != "" && c.S.Unpark != nil && c.Actor.SignedIn() {
		if body, err := c.S.Unpark(c.Context(), c.Path(), token); err == nil {
			if v, err := url.ParseQuery(string(body)); err == nil {
				c.posted, c.parked = v, true
				return v
			}
		}
	}
	return nil
}

// Decode reads what was sent into an input struct. What cannot be read (a word where
// a number belongs) comes back as problems at their fields.
func (c *C) Decode(in any) error {
	if c.posted == nil {
		var err error
		if strings.HasPrefix(c.R.Header.Get("Content-Type"), "multipart/form-data") {
			err = c.R.ParseMultipartForm(1 << 20)
		} else {
			err = c.R.ParseForm()
		}
		if err != nil {
			if _, ok := reflect.TypeAssert[*http.MaxBytesError](reflect.ValueOf(err)); ok {
				return err
			}
			return &core.Error{Kind: core.KindInvalid, Key: "error.unreadable", Err: err}
		}
		c.posted = c.R.PostForm
	}
	vals := url.Values{}
	for k, vs := range c.posted {
		for _, v := range vs {
			// Browsers send CRLF; a NUL cannot be stored in PostgreSQL.
			v = strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", "\n"), "\x00", "")
			vals.Add(k, strings.ToValidUTF8(v, "\uFFFD"))
		}
	}
	d := form.NewDecoder()
	d.SetMaxArraySize(200)
	if err := d.Decode(in, vals); err != nil {
		var p core.Problems
		if errs, ok := err.(form.DecodeErrors); ok { //nolint:errorlint // the decoder returns it bare
			for path := range errs {
				p.Add(path, "form.unreadable")
			}
			return p.Err()
		}
		return &core.Error{Kind: core.KindInvalid, Key: "error.unreadable", Err: err}
	}
	return nil
}

// Retype sets a value among those that were sent: the version of a form whose first
// half was saved while its second failed.
func (c *C) Retype(name, value string) { c.posted.Set(name, value) }

// Wants tells whether the form was sent with the button of that name.
func (c *C) Wants(button string) bool { return c.posted.Get(button) != "" }

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

// fill gives a field its value: as typed, else as the input struct has it.
func (f *Form) fill(fd *Field, v reflect.Value, key string) {
	if txt, ok := reflect.TypeAssert[core.Text](v); ok {
		f.fillText(fd, txt)
		return
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct {
		f.fillRows(fd, v, key)
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		var vals []string
		for i := range v.Len() {
			vals = append(vals, fmt.Sprint(v.Index(i).Interface()))
		}
		if f.vals != nil {
			vals = f.vals[fd.Name]
		}
		fd.Value = strings.Join(vals, "\n")
	case reflect.Bool:
		if v.Bool() {
			fd.Value = "true"
		}
		if f.vals != nil {
			fd.Value = f.vals.Get(fd.Name)
		}
	default:
		fd.Value = fmt.Sprint(v.Interface())
		if v.Kind() == reflect.Int && v.Int() == 0 && !fd.Required {
			fd.Value = ""
		}
		if f.vals != nil {
			fd.Value = f.vals.Get(fd.Name)
		}
	}
}

// fillText makes the fields of one text: its original language first, the others behind.
func (f *Form) fillText(fd *Field, txt core.Text) {
	orig := txt.Orig
	if f.vals != nil {
		orig = f.vals.Get(fd.Name + ".Orig")
	}
	if !core.LangKnown(orig) {
		orig = f.c.Lang
	}
	fd.Lang = orig
	langs := []string{orig}
	for _, l := range core.Langs {
		if l != orig {
			langs = append(langs, l)
		}
	}
	one := "text"
	if fd.Kind == "areas" || fd.Kind == "area" {
		one = "area"
	}
	fd.Kind = one + "s"
	for i, l := range langs {
		name := fd.Name + ".By[" + l + "]"
		sub := &Field{
			Name: name, ID: fieldID(name), Kind: one, Label: LangName[l], Lang: l, Dir: core.Dir(l),
			Max: fd.Max, MaxText: fd.MaxText, Value: txt.By[l], Required: fd.Required && i == 0,
		}
		if f.vals != nil {
			sub.Value = f.vals.Get(name)
		}
		if i == 0 {
			sub.Label, sub.Help, sub.ID = fd.Label, fd.Help, fd.ID
		} else if sub.Value != "" {
			fd.SubOpen = true
		}
		fd.Sub = append(fd.Sub, sub)
	}
	fd.Value = orig
}

// fillRows makes the rows there are and two empty ones for more.
func (f *Form) fillRows(fd *Field, v reflect.Value, key string) {
	fd.Kind, fd.More = "rows", f.c.T("form.more_rows")
	n := v.Len()
	if f.vals != nil {
		n = max(n, rowsTyped(f.vals, fd.Name))
	}
	blank := 1
	if n == 0 {
		blank = 2
	}
	if f.vals.Get("_more") == fd.Name {
		blank += 3
	}
	elem := v.Type().Elem()
	for i := range n + blank {
		row := reflect.New(elem).Elem()
		if i < v.Len() {
			row = v.Index(i)
		}
		fd.Rows = append(fd.Rows, f.fields(row, fmt.Sprintf("%s[%d].", fd.Name, i), key))
	}
}

func rowsTyped(vals url.Values, name string) int {
	n := 0
	for k, v := range vals {
		rest, ok := strings.CutPrefix(k, name+"[")
		if !ok || strings.Join(v, "") == "" {
			continue
		}
		if i, err := strconv.Atoi(rest[:max(0, strings.IndexByte(rest, ']'))]); err == nil && i >= n && i < 200 {
			n = i + 1
		}
	}
	return n
}

func fieldID(name string) string {
	return "f-" + strings.Trim(strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(name), "-")
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

// Fail puts an error into the form: problems at their fields, the rest on top. It
// returns an error that is not about the input unchanged, for the error page.
func (f *Form) Fail(err error) error {
	e := Classify(err)
	switch e.Kind {
	case core.KindInvalid, core.KindConflict, core.KindLimited:
	case core.KindStale:
		f.stale(e)
		return nil
	default:
		return err
	}
	f.Message = f.c.S.Catalog.Error(f.c.Lang, e)
	for _, p := range e.Fields {
		msg := f.c.T(p.Key, p.Args...)
		fd := f.Field(p.Path)
		if fd == nil {
			f.Problems = append(f.Problems, Problem{Message: msg})
			continue
		}
		if len(fd.Sub) > 0 {
			fd = fd.Sub[0]
		}
		fd.Error = msg
		f.Problems = append(f.Problems, Problem{Field: fd.ID, Label: fd.Label, Message: msg})
	}
	return nil
}

// stale shows, beside what was typed, how each field stands now, and moves the form
// to the present version: sending it again is then a decision, not an accident.
func (f *Form) stale(e *core.Error) {
	f.Stale, f.Message = true, f.c.S.Catalog.Error(f.c.Lang, e)
	now := reflect.ValueOf(e.Current)
	if now.Kind() == reflect.Pointer {
		now = now.Elem()
	}
	if now.Kind() != reflect.Struct || now.Type() != reflect.TypeOf(f.in).Elem() {
		return
	}
	fresh := &Form{Key: f.Key, c: f.c, in: e.Current}
	if reflect.ValueOf(e.Current).Kind() != reflect.Pointer {
		p := reflect.New(now.Type())
		p.Elem().Set(now)
		fresh.in = p.Interface()
	}
	fresh.build()
	fresh.each(func(cur *Field) {
		fd := f.Field(cur.Name)
		switch {
		case fd == nil || len(cur.Sub) > 0 || len(cur.Rows) > 0:
		case cur.Name == "version":
			fd.Value = cur.Value
		case fd.Value != cur.Value:
			fd.Stale, fd.Current = true, f.shown(fd, cur.Value)
			if fd.Current == "" {
				fd.Current = f.c.T("form.empty")
			}
		}
	})
}

// shown is a value as a person reads it: the label of a choice, not its code.
func (f *Form) shown(fd *Field, value string) string {
	for _, o := range fd.Options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}
