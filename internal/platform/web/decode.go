package web

import (
	"net/http"
	"net/url"
	"reflect"
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
			vals.Add(k, clean(v))
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

// clean makes text of what was sent: browsers send CRLF, and PostgreSQL stores neither
// NUL nor what is not UTF-8.
func clean(v string) string {
	v = strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", "\n"), "\x00", "")
	return strings.ToValidUTF8(v, "\uFFFD")
}

// Value is one value that was sent, for a form too small for an input struct.
func (c *C) Value(name string) string { return clean(c.R.FormValue(name)) }

// Retype sets a value among those that were sent: the version of a form whose first
// half was saved while its second failed.
func (c *C) Retype(name, value string) { c.posted.Set(name, value) }

// Wants tells whether the form was sent with the button of that name.
func (c *C) Wants(button string) bool { return c.posted.Get(button) != "" }
