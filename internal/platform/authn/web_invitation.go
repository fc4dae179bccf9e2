package authn

import (
	"net/http"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type invitationLine struct {
	Email, Name, Role string
	Sent, Expires     stamp
	State             web.Status
	Resend, Revoke    string // addresses; empty where it may not be done
}

type invitationsView struct {
	Rows  []invitationLine
	Empty *web.Empty
	Pager web.Pager
	Form  *web.Form
}

// invitations lists who was invited, and invites.
func (w *Web) invitations(c *web.C) error {
	in := InviteInput{Scope: core.ScopeForum, Lang: c.Lang}
	var failure error
	if c.R.Method == http.MethodPost {
		in = InviteInput{}
		if failure = c.Decode(&in); failure == nil {
			_, failure = w.s.Invite(c.Context(), c.Actor, in)
		}
		if failure == nil {
			return c.Done("/admin/accounts/invitations", "security.invite.sent", "Email", strings.TrimSpace(in.Email))
		}
	}
	list, err := w.s.Invitations(c.Context(), c.Actor, c.PageArg())
	if err != nil {
		return err
	}
	scopes, err := w.scopes(c)
	if err != nil {
		return err
	}
	title := c.T("security.invite.title")
	v := invitationsView{Pager: c.Pager(len(list.Items), list.Total, list.Next, "security.invite.count")}
	for _, x := range list.Items {
		v.Rows = append(v.Rows, w.invitationLine(c, x, scopes))
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("security.invite.none"), Text: c.T("security.invite.none_text")}
	}
	p := web.Page{
		Name: "authn/invitations", Title: title, NoIndex: true,
		Trail: []web.Crumb{{Label: c.T("authn.accounts.title"), URL: c.URL("/admin/accounts")}, {Label: title}},
	}
	v.Form = w.inviteForm(c, &in, scopes)
	if failure != nil {
		if err := v.Form.Fail(failure); err != nil {
			return err
		}
		p.Status = web.StatusCode(core.KindOf(failure))
	}
	p.V = v
	return c.Page(p)
}

func (w *Web) inviteForm(c *web.C, in *InviteInput, scopes []web.Option) *web.Form {
	f := c.Form("security.invite", in)
	f.Action = c.URL("/admin/accounts/invitations")
	var roles []web.Option
	for _, r := range Grantable {
		if mayInvite(c.Actor, []string{string(r)}) == nil {
			roles = append(roles, web.Option{Value: string(r), Label: roleName(c, r)})
		}
	}
	f.Options("roles", roles)
	f.Options("scope", scopes)
	langs := make([]web.Option, 0, len(core.Langs))
	for _, l := range core.Langs {
		langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
	}
	f.Options("lang", langs)
	return f
}

func (w *Web) invitationLine(c *web.C, x Invitation, scopes []web.Option) invitationLine {
	now := core.At(c.Now())
	state := x.State(now)
	class := map[string]string{InvitationOpen: "due", InvitationExpired: "late", InvitationAccepted: "done", InvitationRevoked: "cancelled"}[state]
	l := invitationLine{
		Email: x.Email, Name: x.Name, Sent: moment(c, x.Sent), Expires: moment(c, x.Expires), State: c.Status(class, "security.invite.is."+state),
		Role: c.T("security.invite.no_role"),
	}
	var roles []string
	for _, r := range x.RoleList() {
		roles = append(roles, roleName(c, r))
	}
	if len(roles) > 0 {
		l.Role = c.T("authn.accounts.grant", "Role", strings.Join(roles, ", "), "Scope", scopeName(scopes, x.Scope))
	}
	base, mine := "/admin/accounts/invitations/"+string(x.ID), c.Actor.Roles(core.ScopeForum)
	if invitationPolicy.Can("resend", state, mine...) && mayInvite(c.Actor, strings.Fields(x.Roles)) == nil {
		l.Resend = c.URL(base + "/resend")
	}
	if invitationPolicy.Can("revoke", state, mine...) {
		l.Revoke = c.URL(base + "/revoke")
	}
	return l
}

func (w *Web) resendInvitation(c *web.C) error {
	if err := w.s.Resend(c.Context(), c.Actor, core.ID(c.Param("id"))); err != nil {
		return err
	}
	return c.Done("/admin/accounts/invitations", "security.invite.again")
}

func (w *Web) withdrawInvitation(c *web.C) error {
	if err := w.s.Withdraw(c.Context(), c.Actor, core.ID(c.Param("id"))); err != nil {
		return err
	}
	return c.Done("/admin/accounts/invitations", "security.invite.withdrawn")
}

// invited shows what an invitation is about. Whoever only looks at it does not use it up.
func (w *Web) invited(c *web.C) error {
	return w.invitedPage(c, newcomerInput{Token: c.Query("token")}, nil)
}

func (w *Web) invitedPage(c *web.C, in newcomerInput, failure error) error {
	title := c.T("security.invited.title")
	p := web.Page{Name: "authn/token", Title: title, NoIndex: true}
	v := tokenPage{Title: title}
	row, known, err := w.s.Invited(c.Context(), in.Token)
	switch {
	case core.KindOf(err) == core.KindConflict && err != nil:
		v.Lead, p.Status = c.T("security.invited.dead"), http.StatusGone
		v.Link = &web.Tab{Label: c.T("authn.sign_in.title"), URL: c.URL("/sign-in")}
		p.V = v
		return c.Page(p)
	case err != nil:
		return err
	}
	v.Lead = c.T("security.invited.lead")
	var roles []string
	for _, r := range row.RoleList() {
		roles = append(roles, roleName(c, r))
	}
	if len(roles) > 0 {
		v.Lead = c.T("security.invited.lead_roles", "Roles", strings.Join(roles, ", "))
	}
	if known {
		v.Form = c.Form("authn.link", &linkInput{Token: in.Token})
	} else {
		if in.Name == "" {
			in.Name = row.Name
		}
		v.Form = c.Form("authn.link", &in)
	}
	v.Form.Action, v.Form.Submit = c.URL("/sign-in/invitation"), c.T("security.invited.submit", "Address", apart(c, masked(row.Email)))
	if failure != nil {
		if err := v.Form.Fail(failure); err != nil {
			return err
		}
		p.Status = web.StatusCode(core.KindOf(failure))
	}
	p.V = v
	return c.Page(p)
}

func (w *Web) accept(c *web.C) error {
	var in newcomerInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := w.s.Accept(c.W, c.R, UseInput{Token: in.Token, Name: in.Name, Lang: c.Lang, Zone: c.Zone}); err != nil {
		return w.invitedPage(c, in, err)
	}
	return c.Done("/me", "authn.signed_in")
}
