package web

import (
	"net/http"
	"net/url"
)

// Undo is how what a notice tells is taken back: a button beside the notice that sends one
// value to an address, and where that leads.
type Undo struct{ Path, Name, Value, Next string }

// DoneUndo is Done with a button that takes back what was done.
func (c *C) DoneUndo(path string, undo Undo, key string, args ...any) error {
	if c.st.call != nil {
		return c.Done(path, key, args...)
	}
	v := url.Values{"path": {undo.Path}, "name": {undo.Name}, "value": {undo.Value}, "next": {undo.Next}}
	http.SetCookie(c.W, &http.Cookie{ //nolint:gosec // Secure wherever the forum is reached by https
		Name: "undo", Value: url.QueryEscape(v.Encode()), Path: "/", MaxAge: 60,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.secure(),
	})
	return c.Done(path, key, args...)
}

// undo takes what DoneUndo left, once; nil where it left nothing.
func (c *C) undo() *Undo {
	ck, err := c.R.Cookie("undo")
	if err != nil || ck.Value == "" {
		return nil
	}
	http.SetCookie(c.W, &http.Cookie{ //nolint:gosec // as it was set
		Name: "undo", Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.secure(),
	})
	s, err := url.QueryUnescape(ck.Value)
	if err != nil || len(s) > 4000 {
		return nil
	}
	v, err := url.ParseQuery(s)
	if err != nil || !Local(v.Get("path")) {
		return nil
	}
	return &Undo{Path: c.URL(v.Get("path")), Name: v.Get("name"), Value: v.Get("value"), Next: v.Get("next")}
}
