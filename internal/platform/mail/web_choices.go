package mail

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type choicesView struct {
	Address string
	Form    *web.Form
	Links   []web.Tab
}

// choices are how a person gets her mails.
func (w *Web) choices(c *web.C) error {
	in, err := w.s.Choice(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in = ChoiceInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.SetChoice(c.Context(), c.Actor, in); failed == nil {
				return c.Done("/me/mail", "mailchoices.saved")
			}
		}
	}
	address, err := w.s.readers.AddressOf(c.Context(), c.Actor.Account)
	if err != nil {
		return err
	}
	v := choicesView{Address: address, Form: c.Form("mailchoices.form", &in), Links: []web.Tab{
		{Label: c.T("mailchoices.addresses"), URL: c.URL("/me/security")},
		{Label: c.T("mailchoices.searches"), URL: c.URL("/me/searches")},
	}}
	for field, ways := range map[string][]string{"reminders": {AtOnce, Daily, Never}, "notices": {AtOnce, Daily, Weekly, Never}} {
		var options []web.Option
		for _, way := range ways {
			options = append(options, web.Option{Value: way, Label: c.T("mailchoices.way." + way)})
		}
		v.Form.Options(field, options)
	}
	p := web.Page{Name: "mail/choices", Title: c.T("mailchoices.title"), NoIndex: true, V: &v, Trail: []web.Crumb{{Label: c.T("mailchoices.title")}}}
	if failed != nil {
		if err := v.Form.Fail(failed); err != nil {
			return err
		}
		p.Title, p.Status = c.T("form.error_title", "Title", p.Title), web.StatusCode(core.KindOf(failed))
	}
	return c.Page(p)
}

type endView struct {
	Title, Text, Submit, Action string
	Choices                     string
}

// end ends mails of a class for whoever holds the link: it shows on GET and acts on POST,
// which mail programs send by themselves (RFC 8058).
func (w *Web) end(c *web.C) error {
	token := c.Param("token")
	_, class, err := w.s.endOf(c.Context(), token)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	v := endView{Title: c.T("mailchoices.end.title"), Choices: c.URL("/me/mail")}
	status := http.StatusOK
	switch {
	case err != nil:
		v.Text, status = c.T("mailchoices.end.dead"), http.StatusNotFound
	case c.R.Method == http.MethodPost:
		if err := w.s.End(c.Context(), token); err != nil {
			return err
		}
		v.Text = c.T("mailchoices.end.done." + string(class))
	default:
		v.Text, v.Submit, v.Action = c.T("mailchoices.end."+string(class)), c.T("mailchoices.end.submit"), c.URL("/mail/end/"+token)
	}
	return c.Page(web.Page{Name: "mail/end", Title: v.Title, NoIndex: true, Status: status, V: v})
}
