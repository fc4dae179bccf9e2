package authn

import (
	"html/template"
	"net/http"
	"net/url"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type securityView struct {
	Fresh     bool
	Prove     string // address of the page that asks for a proof
	Rescued   string // when the staff opened a way in
	Addresses []addressLine
	Change    bool // there is an address of which something can be changed
	Waiting   []string
	Add       *web.Form
	Passkeys  *passkeysView

	Identities *identitiesView
	Codes      string

	Sessions []sessionLine
	Others   bool // there are more than this one
	Edit     string
	Panels   []template.HTML
}

// addressLine is an address as a row, with what may be done with it.
type addressLine struct {
	Email, Key string
	Since      stamp
	Primary    web.Status
	Change     bool
}

type sessionLine struct {
	ID            core.ID
	Browser       string
	Since, LastAt stamp
	This          web.Status
}

func (w *Web) security(c *web.C) error { return w.securityPage(c, failed{}) }

// failed is the form of the page that was sent, with what was wrong with it.
type failed struct {
	address *AddressInput
	passkey *PasskeyInput
	err     error
}

func (f failed) addressErr() error {
	if f.address == nil {
		return nil
	}
	return f.err
}

func (f failed) passkeyErr() error {
	if f.passkey == nil {
		return nil
	}
	return f.err
}

// securityPage shows how the reader signs in, and where.
func (w *Web) securityPage(c *web.C, sent failed) error {
	v := securityView{Fresh: w.s.Fresh(c.Actor), Prove: c.URL("/me/security/prove"), Edit: c.URL("/me/account")}
	p := w.page(c, "authn/security", c.T("security.title"))
	list, waiting, err := w.s.Addresses(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v.Waiting = waiting
	for _, x := range list {
		l := addressLine{Email: x.Email, Key: x.Key, Since: moment(c, x.Since), Change: v.Fresh && !x.Primary}
		if x.Primary {
			l.Primary = c.Status("done", "security.address.is_primary")
		}
		v.Change = v.Change || l.Change
		v.Addresses = append(v.Addresses, l)
	}
	at, err := w.s.Rescued(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	if !at.IsZero() {
		v.Rescued = c.T("security.rescued.notice", "Time", c.StampHere(at))
	}
	if sent.err != nil {
		p.Status = web.StatusCode(core.KindOf(sent.err))
	}
	if err := w.addForm(c, &v, sent); err != nil {
		return err
	}
	if v.Passkeys, err = w.passkeys(c, sent.passkey, sent.passkeyErr()); err != nil {
		return err
	}
	if v.Identities, err = w.identities(c); err != nil {
		return err
	}
	if v.Passkeys != nil {
		p.Script = "passkey.js"
	}
	if v.Codes, err = w.codesSentence(c); err != nil {
		return err
	}
	sessions, err := w.s.Sessions(c.Context(), c.Actor, c.R)
	if err != nil {
		return err
	}
	v.Others = len(sessions) > 1
	for _, x := range sessions {
		l := sessionLine{ID: x.ID, Browser: browserName(c, x.Agent), Since: moment(c, x.Since), LastAt: moment(c, x.LastAt)}
		if x.This {
			l.This = c.Status("done", "authn.sessions.this")
		}
		v.Sessions = append(v.Sessions, l)
	}
	if v.Panels, err = c.Panels("authn.security", ""); err != nil {
		return err
	}
	p.V = v
	return c.Page(p)
}

// addForm is the form that adds an address.
func (w *Web) addForm(c *web.C, v *securityView, sent failed) error {
	if !v.Fresh && sent.address == nil {
		return nil
	}
	in := sent.address
	if in == nil {
		in = &AddressInput{}
	}
	v.Add = c.Form("security.address", in)
	v.Add.Action = c.URL("/me/security/addresses")
	if err := sent.addressErr(); err != nil {
		return failOrProve(c, v.Add, err)
	}
	return nil
}

// page is one of the reader's own, below the page of how she signs in.
func (w *Web) page(c *web.C, name, title string) web.Page {
	p := web.Page{Name: name, Title: title, NoIndex: true, Trail: []web.Crumb{{Label: c.T("shell.me"), URL: c.URL("/me")}}}
	if name != "authn/security" {
		p.Trail = append(p.Trail, web.Crumb{Label: c.T("security.title"), URL: c.URL("/me/security")})
	}
	p.Trail = append(p.Trail, web.Crumb{Label: title})
	return p
}

func (w *Web) addAddress(c *web.C) error {
	var in AddressInput
	err := c.Decode(&in)
	if err == nil {
		err = w.s.AskAddress(c.Context(), c.Actor, in, c.URL("/me/security/address"), web.RemoteAddr(c.R))
	}
	if err != nil {
		if !c.Actor.SignedIn() {
			return err
		}
		return w.securityPage(c, failed{address: &in, err: err})
	}
	return w.sentPage(c, in.Email, "/me/security")
}

type keyInput struct {
	Primary string `form:"primary"`
	Remove  string `form:"remove"`
}

func (w *Web) changeAddress(c *web.C) error {
	var in keyInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	if in.Remove != "" {
		if err := w.s.RemoveAddress(c.Context(), c.Actor, in.Remove); err != nil {
			return w.again(c, err)
		}
		return c.Done("/me/security", "security.address.removed")
	}
	if err := w.s.MakePrimary(c.Context(), c.Actor, in.Primary); err != nil {
		return w.again(c, err)
	}
	return c.Done("/me/security", "security.address.primary_now")
}

// again asks for a proof where the last one has run out; other errors are told.
func (w *Web) again(c *web.C, err error) error {
	if c.Actor.SignedIn() && core.KindOf(err) == core.KindForbidden && !w.s.Fresh(c.Actor) {
		return c.Redirect("/me/security/prove")
	}
	return err
}

// tokenPage is the page behind a link in a mail: it says what its button does.
type tokenPage struct {
	Title, Lead string
	Form        *web.Form
	Link        *web.Tab // where the reader goes on, if she cannot press the button
}

// addressLink shows what the link does that adds an address. Whoever only looks at it does
// not use it up.
func (w *Web) addressLink(c *web.C) error {
	token := c.Query("token")
	title := c.T("security.address.confirm")
	p := w.page(c, "authn/token", title)
	v := tokenPage{Title: title}
	email, other, err := w.s.AddressLink(c.Context(), c.Actor, token)
	switch core.KindOf(err) {
	case core.KindForbidden:
		v.Lead, p.Status = c.T("security.link.other"), http.StatusForbidden
		if !c.Actor.SignedIn() {
			v.Link = &web.Tab{Label: c.T("authn.sign_in.title"), URL: c.URL("/sign-in")}
		}
	case core.KindConflict:
		v.Lead, p.Status = c.T("security.link.dead"), http.StatusGone
		v.Link = &web.Tab{Label: c.T("security.title"), URL: c.URL("/me/security")}
	default:
		if err != nil {
			return err
		}
		if other && w.Merging != "" {
			return c.Redirect(w.Merging + "?token=" + url.QueryEscape(token))
		}
		v.Lead = c.T("security.address.confirm_text", "Email", apart(c, email), "Name", c.Actor.Name)
		v.Form = c.Form("security.address.confirm", &linkInput{Token: token})
		v.Form.Action = c.URL("/me/security/address")
	}
	p.V = v
	return c.Page(p)
}

func (w *Web) useAddressLink(c *web.C) error {
	var in linkInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	email, err := w.s.AddAddress(c.Context(), c.Actor, in.Token)
	if err != nil {
		return err
	}
	return c.Done("/me/security", "security.address.added", "Email", email)
}

type proveView struct {
	Form      *web.Form
	Passkey   *passkeyScript
	Elsewhere []web.Tab
}

// proveInput is the form that has a link mailed to oneself.
type proveInput struct {
	Next string `form:"next" ui:"hidden"`
}

// prove is the page on which somebody who is signed in shows once more who she is.
func (w *Web) prove(c *web.C) error {
	if err := mayOwn(c.Actor, "secure"); err != nil {
		return err
	}
	a, err := w.s.ByID(c.Context(), c.Actor.Account)
	if err != nil {
		return err
	}
	in := proveInput{Next: safeNext(c.Back("/me/security"))}
	if c.R.Method == http.MethodPost {
		if err := w.s.RequestLink(c.Context(), LinkRequest{
			Email: a.Email, Lang: c.Lang, Next: in.Next, Path: c.URL("/sign-in/link"), Network: web.RemoteAddr(c.R),
		}); err != nil {
			return err
		}
		return w.sentPage(c, a.Email, "/me/security/prove")
	}
	f := c.Form("security.prove", &in)
	f.Action = c.URL("/me/security/prove")
	f.Submit = c.T("security.prove.link", "Address", apart(c, masked(a.Email)))
	p := w.page(c, "authn/prove", c.T("security.prove.title"))
	p.V = proveView{Form: f, Passkey: w.passkeySignIn(c, in.Next, &p), Elsewhere: w.elsewhereLinks(c, in.Next)}
	return c.Page(p)
}

// sentPage says that a mail is on its way.
func (w *Web) sentPage(c *web.C, email, again string) error {
	v := sentView{
		Text:  c.T("authn.sent.text", "Address", apart(c, email), "Minutes", int(linkFor.Minutes())),
		Again: c.URL(again),
	}
	if w.s.mailer.Catches() {
		v.Catcher = c.URL("/demo/mail")
	}
	return c.Page(web.Page{Name: "authn/sent", Title: c.T("authn.sent.title"), NoIndex: true, V: v})
}

// failOrProve is web.Form.Fail for forms that need a fresh proof: where that has run out
// meanwhile, the form comes back with what was typed, and says so.
func failOrProve(c *web.C, f *web.Form, failure error) error {
	if e := web.Classify(failure); e.Kind == core.KindForbidden {
		f.Message = c.S.Catalog.Error(c.Lang, e)
		return nil
	}
	return f.Fail(failure)
}
