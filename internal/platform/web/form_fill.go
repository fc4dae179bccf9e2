package web

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"plenary/internal/core"
)

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
		if i, err := strconv.Atoi(rest[:max(0, strings.IndexByte(rest, ']'))]); err == nil && i >= n && i < mostRows {
			n = i + 1
		}
	}
	return n
}

func fieldID(name string) string {
	return "f-" + strings.Trim(strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(name), "-")
}
