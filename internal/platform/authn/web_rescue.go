package authn

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// rescueLine is an open rescue as the staff sees it.
type rescueLine struct {
	Email, Reason, Asked string
	State                web.Status
	Cancel               string // address; empty for who may not
}

// rescueLines are the open rescues of an account.
func (w *Web) rescueLines(c *web.C, a Account) ([]rescueLine, error) {
	list, err := w.s.Rescues(c.Context(), c.Actor, a.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]core.ID, 0, len(list))
	for _, r := range list {
		ids = append(ids, r.By)
	}
	by, err := w.s.ByIDs(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	out := make([]rescueLine, 0, len(list))
	for _, r := range list {
		l := rescueLine{
			Email: r.Email, Reason: r.Reason, Asked: c.T("security.rescue.asked", "Time", c.StampHere(r.Asked), "Name", by[r.By].Name),
			State: c.Status("due", "security.rescue.waits", "Time", c.StampHere(r.Due)),
		}
		if !r.Sent.IsZero() {
			l.State = c.Status("live", "security.rescue.is_sent", "Time", c.StampHere(r.Until))
		}
		if may(c.Actor, "rescue", StateOpen) == nil && (!a.Privileged() || may(c.Actor, "rescue_staff", StateOpen) == nil) {
			l.Cancel = c.URL("/admin/accounts/" + string(a.ID) + "/rescues/" + string(r.ID) + "/cancel")
		}
		out = append(out, l)
	}
	return out, nil
}

// rescue is the form by which the staff opens a way into an account.
func (w *Web) rescue(c *web.C) error {
	a, err := w.s.Show(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if err := mayRescue(c.Actor, a); err != nil {
		return err
	}
	back := "/admin/accounts/" + string(a.ID)
	var in RescueInput
	var failure error
	if c.R.Method == http.MethodPost {
		if failure = c.Decode(&in); failure == nil {
			failure = w.s.AskRescue(c.Context(), c.Actor, a.ID, in)
		}
		if failure == nil {
			return c.Done(back, "security.rescue.begun", "Hours", int(RescueWait.Hours()))
		}
	}
	title := c.T("security.rescue.title")
	v := tokenPage{Title: title, Lead: c.T("security.rescue.lead", "Name", a.Name, "Wait", int(RescueWait.Hours()), "Hours", int(RescueFor.Hours()))}
	v.Form = c.Form("security.rescue", &in)
	v.Form.Cancel = c.URL(back)
	p := web.Page{
		Name: "authn/token", Title: title, NoIndex: true,
		Trail: []web.Crumb{{Label: c.T("authn.accounts.title"), URL: c.URL("/admin/accounts")}, {Label: a.Name, URL: c.URL(back)}, {Label: title}},
	}
	if failure != nil {
		if err := v.Form.Fail(failure); err != nil {
			return err
		}
		p.Status = web.StatusCode(core.KindOf(failure))
	}
	p.V = v
	return c.Page(p)
}

func (w *Web) cancelRescue(c *web.C) error {
	id := core.ID(c.Param("id"))
	if err := w.s.CancelRescue(c.Context(), c.Actor, id, core.ID(c.Param("rescue"))); err != nil {
		return err
	}
	return c.Done("/admin/accounts/"+string(id), "security.rescue.cancelled")
}

// tokenLink is the page behind a link in a mail that needs nobody to be signed in: what it
// does, or that it is no longer good.
func (w *Web) tokenLink(c *web.C, title, lead, dead, form, action string, err error) error {
	p := web.Page{Name: "authn/token", Title: title, NoIndex: true}
	v := tokenPage{Title: title, Lead: lead}
	switch {
	case core.KindOf(err) == core.KindConflict && err != nil:
		v.Lead, p.Status = dead, http.StatusGone
		v.Link = &web.Tab{Label: c.T("authn.sign_in.title"), URL: c.URL("/sign-in")}
	case err != nil:
		return err
	default:
		v.Form = c.Form(form, &linkInput{Token: c.Query("token")})
		v.Form.Action = c.URL(action)
	}
	p.V = v
	return c.Page(p)
}

// rescueLink shows what the link does that opens an account. Whoever only looks at it does
// not use it up.
func (w *Web) rescueLink(c *web.C) error {
	acc, email, err := w.s.RescueLink(c.Context(), c.Query("token"))
	return w.tokenLink(c, c.T("security.rescue.open_title"), c.T("security.rescue.open_text", "Name", acc.Name, "Email", apart(c, email)),
		c.T("security.rescue.dead", "Hours", int(RescueFor.Hours())), "security.rescue.use", "/sign-in/rescue", err)
}

func (w *Web) useRescue(c *web.C) error {
	var in linkInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := w.s.UseRescue(c.W, c.R, in.Token); err != nil {
		return err
	}
	return c.Done("/me/security", "security.rescue.done")
}

// stopLink shows what the link does that stops a rescue.
func (w *Web) stopLink(c *web.C) error {
	name, err := w.s.StopLink(c.Context(), c.Query("token"))
	return w.tokenLink(c, c.T("security.rescue.stop_title"), c.T("security.rescue.stop_text", "Name", name), c.T("security.rescue.stop_dead"),
		"security.rescue.stop", "/sign-in/rescue/stop", err)
}

func (w *Web) stopRescue(c *web.C) error {
	var in linkInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := w.s.StopRescue(c.Context(), in.Token); err != nil {
		return err
	}
	return c.Done("/sign-in", "security.rescue.stopped")
}
