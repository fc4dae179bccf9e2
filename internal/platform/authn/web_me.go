package authn

import (
	"net/http"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

func browserName(c *web.C, agent string) string {
	name, system, _ := strings.Cut(agent, "/")
	switch {
	case name != "" && system != "":
		return c.T("authn.sessions.browser", "Browser", name, "System", system)
	case name != "" || system != "":
		return name + system
	}
	return c.T("authn.sessions.unknown")
}

type endInput struct {
	End    core.ID `form:"end"`
	Others string  `form:"others"`
}

func (w *Web) endSessions(c *web.C) error {
	var in endInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	if in.Others != "" {
		if err := w.s.EndOthers(c.Context(), c.Actor, c.R); err != nil {
			return err
		}
		return c.Done("/me/security", "authn.sessions.ended_others")
	}
	list, err := w.s.Sessions(c.Context(), c.Actor, c.R)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.ID == in.End && x.This {
			return w.signOut(c)
		}
	}
	if err := w.s.EndSession(c.Context(), c.Actor, in.End); err != nil {
		return err
	}
	return c.Done("/me/security", "authn.sessions.ended")
}

type accountView struct {
	Form     *web.Form
	Email    string
	Security string
	Tokens   string
}

func (w *Web) account(c *web.C) error {
	if err := mayOwn(c.Actor, "edit"); err != nil {
		return err
	}
	a, err := w.s.ByID(c.Context(), c.Actor.Account)
	if err != nil {
		return err
	}
	in := editInput(a)
	var failure error
	if c.R.Method == http.MethodPost {
		in = EditInput{}
		if failure = c.Decode(&in); failure == nil {
			failure = w.s.Edit(c.Context(), c.Actor, in)
		}
		if failure == nil {
			return c.Done("/me/account", "authn.account.saved")
		}
	}
	f := c.Form("authn.account", &in)
	langs := make([]web.Option, 0, len(core.Langs))
	for _, l := range core.Langs {
		langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
	}
	f.Options("lang", langs)
	p := web.Page{
		Name: "authn/account", Title: c.T("authn.account.title"),
		Trail: []web.Crumb{{Label: c.T("shell.me"), URL: c.URL("/me")}, {Label: c.T("authn.account.title")}},
		V:     accountView{Form: f, Email: a.Email, Security: c.URL("/me/security"), Tokens: c.URL("/me/tokens")},
	}
	if failure != nil {
		if err := f.Fail(failure); err != nil {
			return err
		}
		p.Status = web.StatusCode(core.KindOf(failure))
	}
	return c.Page(p)
}
