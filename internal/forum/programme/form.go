package programme

import (
	"net/http"

	"plenary/internal/platform/web"
)

type formView struct {
	Title  string
	Lead   string
	Form   *web.Form
	Tabs   web.Tabs
	Notes  []string // what the staff should look at
	Danger bool     // the button is for what everybody will see
}

// editing is the way of every form of this room: show it as it stands, take what was
// typed, and on a problem give it back as it was typed. prepare gives the fields their
// choices; it also learns what went wrong. save answers where to go then.
func editing[In any](c *web.C, key string, now In, page web.Page, prepare func(f *web.Form, in *In, failed error) error, save func(in In) (done string, err error)) error {
	status := http.StatusOK
	in := now
	var failed error
	if c.R.Method == http.MethodPost {
		var typed In
		failed = c.Decode(&typed)
		in = typed
		if failed == nil && !c.Wants("_more") {
			var done string
			if done, failed = save(typed); failed == nil {
				return c.Done(done, key+".saved")
			}
		}
		if failed != nil {
			status = http.StatusUnprocessableEntity
		}
	}
	f := c.Form(key, &in)
	if prepare != nil {
		if err := prepare(f, &in, failed); err != nil {
			return err
		}
	}
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		if f.Stale {
			status = http.StatusConflict
		}
		page.Title = c.T("form.error_title", "Title", page.Title)
	}
	v := page.V.(formView)
	v.Form = f
	if page.Name == "" {
		page.Name = "programme/form"
	}
	page.V, page.Status, page.NoIndex = v, status, true
	return c.Page(page)
}
