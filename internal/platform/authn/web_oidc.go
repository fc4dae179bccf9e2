package authn

import (
	"net/http"
	"net/url"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// oidcReturn is the one address to which another site may send a form: a provider whose
// answer is a form (form_post). What it takes does nothing by itself: it leads on to the same
// address by GET, with the cookie of the browser that began.
const oidcReturn = "/sign-in/oidc/{provider}/return"

// elsewhereLinks are the links to the providers.
func (w *Web) elsewhereLinks(c *web.C, next string) []web.Tab {
	var out []web.Tab
	for _, p := range w.s.Providers() {
		out = append(out, web.Tab{Label: c.T("security.oidc.with", "Name", p.Name), URL: c.URL("/sign-in/with/" + p.Key + "?next=" + url.QueryEscape(next))})
	}
	return out
}

// elsewhere leads to a provider. It is a link and no form: a browser does not follow a form
// from here to another site.
func (w *Web) elsewhere(c *web.C) error {
	address, err := w.s.BeginElsewhere(c.Context(), c.W, c.Param("provider"), c.Query("next"), web.RemoteAddr(c.R))
	if err != nil {
		return err
	}
	http.Redirect(c.W, c.R, address, http.StatusSeeOther)
	return nil
}

// answered takes the answer of a provider that comes as a form from its site, without any of
// our cookies, and has the browser bring it once more itself.
func (w *Web) answered(c *web.C) error {
	q := url.Values{}
	for _, name := range []string{"code", "state", "iss", "error"} {
		if v := c.Value(name); v != "" && len(v) <= 4000 {
			q.Set(name, v)
		}
	}
	http.Redirect(c.W, c.R, c.R.URL.Path+"?"+q.Encode(), http.StatusSeeOther)
	return nil
}

func (w *Web) returned(c *web.C) error {
	q := c.R.URL.Query()
	next, pending, err := w.s.EndElsewhere(c.W, c.R, c.Param("provider"), Answer{
		Code: q.Get("code"), State: q.Get("state"), Issuer: q.Get("iss"), Error: q.Get("error"),
	})
	if err != nil {
		if k := core.KindOf(err); k == core.KindConflict && !c.Actor.SignedIn() {
			return w.signInNotice(c, safeNext(next), err)
		}
		return err
	}
	if pending {
		return c.Redirect("/me/security/connect")
	}
	return c.Done(next, "authn.signed_in")
}

type connectView struct {
	Title, Lead string
	Form        *web.Form
	Prove       *web.Tab
}

type connectInput struct{}

// connect asks which account is that of somebody who signed in elsewhere for the first time:
// the one that is signed in here, or one to which she signs in by mail.
func (w *Web) connect(c *web.C) error {
	pend, err := w.s.Pending(c.R)
	if core.KindOf(err) == core.KindNotFound && err != nil {
		return core.Conflict("security.oidc.nothing")
	}
	if err != nil {
		return err
	}
	v := connectView{Title: c.T("security.connect.title", "Name", pend.Provider)}
	switch {
	case !c.Actor.SignedIn():
		v.Lead = c.T("security.connect.sign_in", "Name", pend.Provider)
		v.Form = w.addressForm(c, &signInInput{Email: pend.Email, Next: "/me/security/connect"})
	case !w.s.Fresh(c.Actor):
		v.Lead = c.T("security.prove.why")
		v.Prove = &web.Tab{Label: c.T("security.prove.title"), URL: c.URL("/me/security/prove?next=" + url.QueryEscape("/me/security/connect"))}
	default:
		v.Lead = c.T("security.connect.lead", "Name", pend.Provider, "Account", c.Actor.Name)
		v.Form = c.Form("security.connect", &connectInput{})
		v.Form.Action = c.URL("/me/security/connect")
		v.Form.Submit = c.T("security.connect.submit", "Name", pend.Provider)
	}
	p := web.Page{Name: "authn/connect", Title: v.Title, NoIndex: true, V: v}
	return c.Page(p)
}

func (w *Web) useConnect(c *web.C) error {
	pend, err := w.s.Connect(c.W, c.R, c.Actor)
	if err != nil {
		return w.again(c, err)
	}
	next := pend.Next
	if next == "/" {
		next = "/me/security"
	}
	return c.Done(next, "security.connect.done", "Name", pend.Provider)
}

// identityLine is an identity elsewhere as a row.
type identityLine struct {
	ID             core.ID
	Provider, Mail string
	Created, Used  stamp
}

type identitiesView struct {
	Rows []identityLine
	More []web.Tab // providers that can be connected
}

// identities is the part of the page with whom the reader is elsewhere; nil where no provider
// is known and she has none.
func (w *Web) identities(c *web.C) (*identitiesView, error) {
	list, err := w.s.Identities(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	v := &identitiesView{}
	for _, x := range list {
		v.Rows = append(v.Rows, identityLine{ID: x.ID, Provider: x.Provider, Mail: x.Email, Created: moment(c, x.Created), Used: moment(c, x.Used)})
	}
	if w.s.Fresh(c.Actor) {
		for _, p := range w.s.Providers() {
			v.More = append(v.More, web.Tab{Label: c.T("security.oidc.connect", "Name", p.Name), URL: c.URL("/sign-in/with/" + p.Key + "?next=/me/security")})
		}
	}
	if len(list) == 0 && len(w.s.Providers()) == 0 {
		return nil, nil
	}
	return v, nil
}

type disconnectInput struct {
	ID core.ID `form:"id"`
}

func (w *Web) disconnect(c *web.C) error {
	var in disconnectInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := w.s.Disconnect(c.Context(), c.Actor, in.ID); err != nil {
		return w.again(c, err)
	}
	return c.Done("/me/security", "security.oidc.removed")
}
