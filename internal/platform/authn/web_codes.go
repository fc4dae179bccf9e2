package authn

import (
	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type codesView struct {
	Codes []string
	Back  string
}

// codesSentence says how many recovery codes the reader has left.
func (w *Web) codesSentence(c *web.C) (string, error) {
	left, made, err := w.s.Codes(c.Context(), c.Actor)
	if err != nil {
		return "", err
	}
	if made.IsZero() {
		return c.T("security.codes.none"), nil
	}
	return c.T("security.codes.left", "Count", left, "Day", c.Date(made.Time())), nil
}

// makeCodes makes recovery codes and shows them, once: the page is kept nowhere.
func (w *Web) makeCodes(c *web.C) error {
	codes, err := w.s.MakeCodes(c.Context(), c.Actor)
	if err != nil {
		return w.again(c, err)
	}
	p := w.page(c, "authn/codes", c.T("security.codes.title"))
	p.V = codesView{Codes: codes, Back: c.URL("/me/security")}
	return c.Page(p)
}

// recoverPage is the form that signs in with a recovery code.
func (w *Web) recoverPage(c *web.C) error { return w.recoverForm(c, &RecoverInput{}, nil) }

func (w *Web) recoverForm(c *web.C, in *RecoverInput, failure error) error {
	title := c.T("security.recover.title")
	v := tokenPage{Title: title, Lead: c.T("security.recover.lead"), Form: c.Form("security.recover", in)}
	v.Form.Action = c.URL("/sign-in/recover")
	v.Link = &web.Tab{Label: c.T("authn.sign_in.title"), URL: c.URL("/sign-in")}
	p := web.Page{Name: "authn/token", Title: title, NoIndex: true}
	if failure != nil {
		if err := v.Form.Fail(failure); err != nil {
			return err
		}
		p.Status = web.StatusCode(core.KindOf(failure))
	}
	p.V = v
	return c.Page(p)
}

func (w *Web) recover(c *web.C) error {
	var in RecoverInput
	err := c.Decode(&in)
	if err == nil {
		err = w.s.Recover(c.W, c.R, in, web.RemoteAddr(c.R))
	}
	if err != nil {
		return w.recoverForm(c, &in, err)
	}
	return c.Done("/me/security", "security.recover.done")
}
