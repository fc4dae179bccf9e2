package authn

import (
	"html/template"
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

type listView struct {
	Text, Role string // as asked
	Action     string
	Filters    []web.Filter
	Rows       []accountLine
	Pager      web.Pager
	Empty      *web.Empty
}

// accountLine is an account as a row of the list.
type accountLine struct {
	URL, Name, Email string
	Roles            []string
	Since            stamp
	State            web.Status
}

func (w *Web) list(c *web.C) error {
	q := Query{Text: c.Query("q"), Role: core.Role(c.Query("role")), Page: c.PageArg()}
	list, err := w.s.List(c.Context(), c.Actor, q)
	if err != nil {
		return err
	}
	counts, err := w.s.RoleCounts(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	scopes, err := w.scopes(c)
	if err != nil {
		return err
	}
	v := listView{
		Text: q.Text, Role: string(q.Role), Action: c.URL("/admin/accounts"),
		Pager: c.Pager(len(list.Items), list.Total, list.Next, "authn.accounts.count"),
	}
	filter := web.Filter{Label: c.T("authn.accounts.role")}
	for _, r := range Grantable {
		filter.Values = append(filter.Values, c.FilterTab("role", string(r), roleName(c, r), counts[r]))
	}
	v.Filters = []web.Filter{filter}
	for _, a := range list.Items {
		l := accountLine{URL: c.URL("/admin/accounts/" + string(a.ID)), Name: a.Name, Email: a.Email, Since: moment(c, a.Created), State: accountState(c, a)}
		for _, g := range a.Grants {
			l.Roles = append(l.Roles, c.T("authn.accounts.grant", "Role", roleName(c, g.Role), "Scope", scopeName(scopes, g.Scope)))
		}
		v.Rows = append(v.Rows, l)
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("authn.accounts.none"), Text: c.T("authn.accounts.none_text")}
	}
	return c.Page(web.Page{
		Name: "authn/accounts", Title: c.T("authn.accounts.title"), V: v, NoIndex: true,
		Trail: []web.Crumb{{Label: c.T("authn.accounts.title")}},
	})
}

func accountState(c *web.C, a Account) web.Status {
	if a.Disabled {
		return c.Status("cancelled", "authn.accounts.closed")
	}
	return c.Status("done", "authn.accounts.open")
}

func roleName(c *web.C, r core.Role) string { return c.T("authn.role." + string(r)) }

// scopes are the places in which roles are granted, the whole forum first.
func (w *Web) scopes(c *web.C) ([]web.Option, error) {
	out := []web.Option{{Value: core.ScopeForum, Label: c.T("authn.scope.forum")}}
	if w.Scopes == nil {
		return out, nil
	}
	more, err := w.Scopes(c)
	return append(out, more...), err
}

func scopeName(scopes []web.Option, scope string) string {
	for _, o := range scopes {
		if o.Value == scope {
			return o.Label
		}
	}
	return scope
}

type showView struct {
	Name, Email  string
	Lang, LangOf string
	Since        stamp
	State        web.Status
	Linked       string
	Grants       []grantLine
	Tokens       []accessLine
	Rescues      []rescueLine
	Form         *web.Form
	Actions      []web.Action
	History      []web.HistoryLine
	Pager        web.Pager
	Panels       []template.HTML
}

type grantLine struct {
	Role, Scope         string
	RoleName, ScopeName string
	Revoke              string // address; empty for who may not
}

func (w *Web) show(c *web.C) error {
	id := core.ID(c.Param("id"))
	a, err := w.s.Show(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	if a.ID != id { // it became part of another
		return c.Redirect("/admin/accounts/" + string(a.ID))
	}
	scopes, err := w.scopes(c)
	if err != nil {
		return err
	}
	in := GrantInput{Scope: core.ScopeForum}
	var failure error
	if c.R.Method == http.MethodPost {
		if failure = c.Decode(&in); failure == nil {
			failure = w.s.Grant(c.Context(), c.Actor, id, in)
		}
		if failure == nil {
			return c.Done("/admin/accounts/"+string(id), "authn.accounts.granted")
		}
	}
	v, err := w.showView(c, a, scopes)
	if err != nil {
		return err
	}
	p := web.Page{
		Name: "authn/one", Title: a.Name, NoIndex: true,
		Trail: []web.Crumb{{Label: c.T("authn.accounts.title"), URL: c.URL("/admin/accounts")}, {Label: a.Name}},
	}
	if may(c.Actor, "grant", a.State()) == nil || failure != nil {
		v.Form = c.Form("authn.grant", &in)
		var roles []web.Option
		for _, r := range Grantable {
			roles = append(roles, web.Option{Value: string(r), Label: roleName(c, r)})
		}
		v.Form.Options("role", roles)
		v.Form.Options("scope", scopes)
		if failure != nil {
			if err := v.Form.Fail(failure); err != nil {
				return err
			}
			p.Status = web.StatusCode(core.KindOf(failure))
		}
	}
	p.V = v
	return c.Page(p)
}

func (w *Web) showView(c *web.C, a Account, scopes []web.Option) (showView, error) {
	v := showView{
		Name: a.Name, Email: a.Email, Lang: a.Lang, LangOf: web.LangName[a.Lang], Since: moment(c, a.Created), State: accountState(c, a),
		Linked: c.T("authn.accounts.not_linked"),
	}
	if a.Person != "" {
		v.Linked = c.T("authn.accounts.linked")
	}
	base := "/admin/accounts/" + string(a.ID)
	for _, g := range a.Grants {
		l := grantLine{Role: string(g.Role), Scope: g.Scope, RoleName: roleName(c, g.Role), ScopeName: scopeName(scopes, g.Scope)}
		if may(c.Actor, "revoke", a.State()) == nil {
			l.Revoke = c.URL(base + "/revoke")
		}
		v.Grants = append(v.Grants, l)
	}
	var err error
	if v.Panels, err = c.Panels("authn.account", a.ID); err != nil {
		return v, err
	}
	tokens, err := w.s.TokensOf(c.Context(), c.Actor, a.ID)
	if err != nil {
		return v, err
	}
	v.Tokens = w.accessLines(c, tokens, base+"/tokens/")
	for _, action := range []string{"close", "reopen"} {
		if may(c.Actor, action, a.State()) == nil {
			v.Actions = append(v.Actions, web.Action{Label: c.T("authn.accounts." + action), URL: c.URL(base + "/" + action), Post: true})
		}
	}
	if mayRescue(c.Actor, a) == nil {
		v.Actions = append(v.Actions, web.Action{Label: c.T("security.rescue.title"), URL: c.URL(base + "/rescue")})
	}
	if w.More != nil {
		v.Actions = append(v.Actions, w.More(c, a)...)
	}
	if v.Rescues, err = w.rescueLines(c, a); err != nil {
		return v, err
	}
	events, err := w.s.History(c.Context(), c.Actor, a.ID, c.PageArg())
	if err != nil {
		return v, err
	}
	v.Pager = c.Pager(len(events.Items), events.Total, events.Next, "authn.accounts.events")
	v.History, err = w.history(c, events.Items, scopes)
	return v, err
}

// history prints the events of an account: who acted is named by her account, roles
// and scopes by what people call them.
func (w *Web) history(c *web.C, events []record.Event, scopes []web.Option) ([]web.HistoryLine, error) {
	names, err := w.s.names(c.Context(), events)
	if err != nil {
		return nil, err
	}
	zone := c.Zone
	if zone == "" {
		zone = "UTC"
	}
	lines := c.History(events, nil, zone)
	role, scope, lang := c.T("field.granted_role"), c.T("field.granted_scope"), c.T("field.account_lang")
	for i := range lines {
		l := &lines[i]
		l.When += " " + web.ZoneCity(zone)
		l.Label = "" // it is always this account
		if name := names[events[i].Account]; name != "" {
			l.Who = name
		}
		for j := range l.Changes {
			ch := &l.Changes[j]
			say := func(s string) string { return s }
			switch ch.Field {
			case role:
				say = func(s string) string { return roleName(c, core.Role(s)) }
			case scope:
				say = func(s string) string { return scopeName(scopes, s) }
			case lang:
				say = func(s string) string { return web.LangName[s] }
			}
			if ch.Before != "" {
				ch.Before = say(ch.Before)
			}
			if ch.After != "" {
				ch.After = say(ch.After)
			}
		}
	}
	return lines, nil
}

type revokeInput struct {
	Role  core.Role `form:"role"`
	Scope string    `form:"scope"`
}

func (w *Web) revoke(c *web.C) error {
	var in revokeInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	id := core.ID(c.Param("id"))
	if err := w.s.Revoke(c.Context(), c.Actor, id, core.Grant{Role: in.Role, Scope: in.Scope}); err != nil {
		return err
	}
	return c.Done("/admin/accounts/"+string(id), "authn.accounts.revoked")
}

func (w *Web) close(c *web.C) error {
	id := core.ID(c.Param("id"))
	if err := w.s.Close(c.Context(), c.Actor, id); err != nil {
		return err
	}
	return c.Done("/admin/accounts/"+string(id), "authn.accounts.closed_done")
}

func (w *Web) reopen(c *web.C) error {
	id := core.ID(c.Param("id"))
	if err := w.s.Reopen(c.Context(), c.Actor, id); err != nil {
		return err
	}
	return c.Done("/admin/accounts/"+string(id), "authn.accounts.reopened_done")
}
