package web

import (
	"net/http"
	"net/url"
	"reflect"

	"plenary/internal/core"
)

// Fail puts an error into the form: problems at their fields, the rest on top. It
// returns an error that is not about the input unchanged, for the error page.
func (f *Form) Fail(err error) error {
	e := Classify(err)
	if cl := f.c.st.call; cl != nil && cl.failed == nil {
		cl.failed = e
	}
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

// Status is that of a page with the form after something failed: 200 if nothing did, 409
// if somebody else has saved meanwhile, else 422.
func (f *Form) Status(failed error) int {
	switch {
	case failed == nil:
		return http.StatusOK
	case f.Stale:
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// Refused is Fail and Status in one.
func (f *Form) Refused(failed error) (status int, err error) {
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return 0, err
		}
	}
	return f.Status(failed), nil
}

// stale shows, beside what was typed, how each field stands now, and moves the form
// to the present version: sending it again is then a decision, not an accident.
func (f *Form) stale(e *core.Error) {
	f.Stale, f.Message = true, f.c.S.Catalog.Error(f.c.Lang, e)
	if values, ok := e.Current.(url.Values); ok {
		f.staleValues(values)
		return
	}
	now := reflect.ValueOf(e.Current)
	if now.Kind() == reflect.Pointer {
		now = now.Elem()
	}
	if f.in == nil || now.Kind() != reflect.Struct || now.Type() != reflect.TypeOf(f.in).Elem() {
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
