package web

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-playground/form/v4"

	"plenary/internal/core"
)

// typed are the values that the person sent, now or before a sign-in.
func (c *C) typed() url.Values {
	if c.posted != nil {
		return c.posted
	}
	if c.R.Method == http.MethodPost {
		_ = c.readForm() // what cannot be read was not typed here
		return c.posted
	}
	if token := c.R.URL.Query().Get("parked"); token != "" && c.S.Unpark != nil && c.Actor.SignedIn() {
		if body, err := c.S.Unpark(c.Context(), c.Path(), token); err == nil {
			if v, err := url.ParseQuery(string(body)); err == nil {
				c.posted, c.parked = clean(v), true
				return c.posted
			}
		}
	}
	return nil
}

// Decode reads what was sent into an input struct. What cannot be read (a word where
// a number belongs) comes back as problems at their fields.
func (c *C) Decode(in any) error {
	if cl := c.st.call; cl != nil && !cl.declared(in) {
		return fmt.Errorf("the take of %s says %v, its handler reads %T", cl.take.Path, cl.take.input(), in)
	}
	if c.posted == nil {
		if err := c.readForm(); err != nil {
			return err
		}
	}
	for name := range c.posted {
		if !wellFormed(name) {
			return core.Invalid("error.unreadable") // no form of ours; the decoder would panic
		}
	}
	if err := decoder.Decode(in, c.posted); err != nil {
		var p core.Problems
		if errs, ok := err.(form.DecodeErrors); ok { //nolint:errorlint // the decoder returns it bare
			for _, path := range slices.Sorted(maps.Keys(errs)) {
				p.Add(path, "form.unreadable")
			}
			return p.Err()
		}
		return &core.Error{Kind: core.KindInvalid, Key: "error.unreadable", Err: err}
	}
	return nil
}

// decoder sets the fields that a form names by their tags, and no others.
var decoder = func() *form.Decoder {
	d := form.NewDecoder()
	d.SetMode(form.ModeExplicit)
	d.SetMaxArraySize(mostRows)
	return d
}()

// mostRows are the most rows that a list in a form has.
const mostRows = 200

// wellFormed tells whether every bracket in a field's name is closed before the next.
func wellFormed(name string) bool {
	open := false
	for _, r := range name {
		if r == '[' && open || r == ']' && !open {
			return false
		}
		if r == '[' || r == ']' {
			open = !open
		}
	}
	return !open
}

func (c *C) readForm() error {
	var err error
	if strings.HasPrefix(c.R.Header.Get("Content-Type"), "multipart/form-data") {
		err = c.R.ParseMultipartForm(1 << 20) //nolint:gosec // the body was limited on its way in
	} else {
		err = c.R.ParseForm()
	}
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return err
		}
		return &core.Error{Kind: core.KindInvalid, Key: "error.unreadable", Err: err}
	}
	c.posted = clean(c.R.PostForm)
	return nil
}

func clean(vals url.Values) url.Values {
	out := make(url.Values, len(vals))
	for name, vs := range vals {
		for _, v := range vs {
			out.Add(name, asText(v))
		}
	}
	return out
}

// asText makes text of what was sent: browsers send CRLF, and PostgreSQL stores neither
// NUL nor what is not UTF-8.
func asText(v string) string {
	v = strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", "\n"), "\x00", "")
	return strings.ToValidUTF8(v, "\uFFFD")
}

// Value is one value that was sent, for a form too small for an input struct.
func (c *C) Value(name string) string { return asText(c.R.FormValue(name)) }

// Retype sets a value among those that were sent: the version of a form whose first
// half was saved while its second failed.
func (c *C) Retype(name, value string) { c.posted.Set(name, value) }

// Wants tells whether the form was sent with the button of that name.
func (c *C) Wants(button string) bool { return c.posted.Get(button) != "" }
