package authn

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type signInInput struct {
	Email string `form:"email" ui:"email" required:"1" autocomplete:"username"`
	Next  string `form:"next" ui:"hidden"`
}

type signInView struct {
	Title, Lead string
	Notice      *web.Notice
	Form        *web.Form
	Passkey     *passkeyScript
	Elsewhere   []web.Tab
	Demo        *peopleView
}

func (w *Web) signIn(c *web.C) error {
	next := safeNext(c.R.URL.Query().Get("next"))
	if c.Actor.SignedIn() {
		return c.Redirect(next)
	}
	return w.signInPage(c, &signInInput{Next: next}, nil)
}

// signInPage is the form for an address, with what was wrong with it.
func (w *Web) signInPage(c *web.C, in *signInInput, failure error, more ...func(p *web.Page, v *signInView)) error {
	v := signInView{Title: c.T("authn.sign_in.title"), Lead: c.T("authn.sign_in.lead"), Form: w.addressForm(c, in)}
	p := web.Page{Name: "authn/sign_in", Title: v.Title, NoIndex: true}
	if failure != nil {
		if err := v.Form.Fail(failure); err != nil {
			return err
		}
		p.Status = web.StatusCode(core.KindOf(failure))
	}
	var err error
	if v.Demo, err = w.people(c, in.Next); err != nil {
		return err
	}
	v.Passkey, v.Elsewhere = w.passkeySignIn(c, in.Next, &p), w.elsewhereLinks(c, in.Next)
	for _, fn := range more {
		fn(&p, &v)
	}
	p.V = v
	return c.Page(p)
}

// passkeySignIn is the button that signs in with a passkey; nil where there are none. The page
// gets the script for it.
func (w *Web) passkeySignIn(c *web.C, next string, p *web.Page) *passkeyScript {
	if !w.s.Passkeys() {
		return nil
	}
	p.Script = "passkey.js"
	return &passkeyScript{Begin: c.URL("/sign-in/passkey/begin"), Action: c.URL("/sign-in/passkey"), Next: next}
}

func (w *Web) addressForm(c *web.C, in *signInInput) *web.Form {
	f := c.Form("authn.sign_in", in)
	f.Action = c.URL("/sign-in")
	return f
}

type sentView struct {
	Text    string
	Again   string
	Catcher string // address of the mail catcher, in a demo without a mail server
}

func (w *Web) askLink(c *web.C) error {
	var in signInInput
	err := c.Decode(&in)
	if err == nil {
		err = w.s.RequestLink(c.Context(), LinkRequest{
			Email: in.Email, Lang: c.Lang, Next: in.Next, Path: c.URL("/sign-in/link"), Network: web.RemoteAddr(c.R),
		})
	}
	if err != nil {
		in.Next = safeNext(in.Next)
		return w.signInPage(c, &in, err)
	}
	return w.sentPage(c, in.Email, "/sign-in")
}

type linkInput struct {
	Token string `form:"token" ui:"hidden"`
}

type newcomerInput struct {
	Token string `form:"token" ui:"hidden"`
	Name  string `form:"name" required:"1" autocomplete:"name"`
}

type linkView struct {
	Title, Lead string
	Form        *web.Form
}

// link shows what a link does. Whoever only looks at it, like a scanner of mails,
// does not use it up.
func (w *Web) link(c *web.C) error {
	return w.linkPage(c, newcomerInput{Token: c.Query("token")}, nil)
}

func (w *Web) linkPage(c *web.C, in newcomerInput, failure error) error {
	link, err := w.s.Link(c.Context(), in.Token)
	if core.KindOf(err) == core.KindConflict {
		return w.deadPage(c, link.Next)
	}
	if err != nil {
		return err
	}
	v := linkView{Title: c.T("authn.link.title"), Lead: c.T("authn.link.lead")}
	if link.New {
		v.Lead = c.T("authn.link.lead_new")
		v.Form = c.Form("authn.link", &in)
	} else {
		v.Form = c.Form("authn.link", &linkInput{Token: in.Token})
	}
	v.Form.Action = c.URL("/sign-in/link")
	v.Form.Submit = c.T("authn.link.as", "Address", apart(c, masked(link.Email)))
	p := web.Page{Name: "authn/link", Title: v.Title, NoIndex: true}
	if failure != nil {
		if err := v.Form.Fail(failure); err != nil {
			return err
		}
		p.Status = web.StatusCode(core.KindOf(failure))
	}
	p.V = v
	return c.Page(p)
}

// deadPage says that a link is no longer good and offers a new one.
func (w *Web) deadPage(c *web.C, next string) error {
	f := w.addressForm(c, &signInInput{Next: next})
	f.Submit = c.T("authn.dead.submit")
	for _, fd := range f.Fields {
		if fd.Name == "next" { // what was posted here was another form
			fd.Value = next
		}
	}
	return c.Page(web.Page{
		Name: "authn/sign_in", Title: c.T("authn.dead.title"), NoIndex: true, Status: http.StatusGone,
		V: signInView{Title: c.T("authn.dead.title"), Lead: c.T("authn.link.dead"), Form: f},
	})
}

func (w *Web) useLink(c *web.C) error {
	var in newcomerInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	next, err := w.s.UseLink(c.W, c.R, UseInput{Token: in.Token, Name: in.Name, Lang: c.Lang, Zone: c.Zone})
	if err != nil {
		return w.linkPage(c, in, err)
	}
	return c.Done(next, "authn.signed_in")
}

func (w *Web) signOut(c *web.C) error {
	if err := w.s.SignOut(c.W, c.R); err != nil {
		return err
	}
	return c.Done("/", "authn.signed_out")
}
