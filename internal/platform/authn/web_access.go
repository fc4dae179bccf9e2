package authn

import (
	"net/http"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type accessView struct {
	Form  *web.Form
	Prove string // address of the page that asks for a fresh proof
	New   string // the token that was just made; it is not shown again
	Rows  []accessLine
	Docs  string
	Empty *web.Empty
}

// accessLine is a token as a row.
type accessLine struct {
	Name, Tail, Scopes     string
	Created, Expires, Used stamp
	Never                  bool // it was never used
	State                  web.Status
	End                    string // address
}

// tokens are the reader's personal tokens, and the form of a new one. What was made is
// shown in the answer itself and nowhere else.
func (w *Web) tokens(c *web.C) error {
	if err := mayOwn(c.Actor, "tokens"); err != nil {
		return err
	}
	in := AccessInput{Scopes: []string{ScopeRead}, Days: 90}
	var v accessView
	var failed error
	if c.R.Method == http.MethodPost {
		in = AccessInput{}
		if failed = c.Decode(&in); failed == nil {
			v.New, failed = w.s.MakeToken(c.Context(), c.Actor, in)
		}
		if failed == nil {
			c.Answer(map[string]any{"token": v.New})
		}
	}
	list, err := w.s.Tokens(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v.Rows, v.Docs = w.accessLines(c, list, "/me/tokens/"), c.URL("/api/docs")
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("access.none"), Text: c.T("access.none_text")}
	}
	v.Form = c.Form("access.form", &in)
	var scopes, days []web.Option
	for _, sc := range AccessScopes {
		if sc == ScopeStaff && len(c.Actor.Grants) == 0 {
			continue
		}
		scopes = append(scopes, web.Option{Value: sc, Label: c.T("access.scope." + sc)})
	}
	for _, d := range AccessDays {
		days = append(days, web.Option{Value: strconv.Itoa(d), Label: c.T("access.days", "Count", d)})
	}
	v.Form.Options("scopes", scopes)
	v.Form.Options("days", days)
	status := v.Form.Status(failed)
	if failed != nil {
		if err := failOrProve(c, v.Form, failed); err != nil {
			return err
		}
		status = web.StatusCode(core.KindOf(failed))
	}
	if !w.s.Fresh(c.Actor) {
		v.Prove = c.URL("/me/security/prove")
	}
	return c.Page(web.Page{
		Name: "authn/tokens", Title: c.T("access.title"), Status: status, NoIndex: true, V: v,
		Trail: []web.Crumb{{Label: c.T("shell.me"), URL: c.URL("/me")}, {Label: c.T("authn.account.title"), URL: c.URL("/me/account")}, {Label: c.T("access.title")}},
	})
}

func (w *Web) accessLines(c *web.C, list []Access, base string) []accessLine {
	out := make([]accessLine, 0, len(list))
	for _, x := range list {
		words := make([]string, 0, len(x.Scopes))
		for _, sc := range x.Scopes {
			words = append(words, c.T("access.scope."+sc))
		}
		l := accessLine{
			Name: x.Name, Tail: "…" + x.Tail, Scopes: strings.Join(words, " · "), Created: moment(c, x.Created), Expires: moment(c, x.Expires),
			Never: x.Used.IsZero(), End: c.URL(base + string(x.ID) + "/end"), State: c.Status("done", "access.good"),
		}
		if !l.Never {
			l.Used = moment(c, x.Used)
		}
		if x.Over {
			l.State = c.Status("cancelled", "access.over")
		}
		out = append(out, l)
	}
	return out
}

// endToken ends a token of the reader.
func (w *Web) endToken(c *web.C) error {
	if err := w.s.EndToken(c.Context(), c.Actor, core.ID(c.Param("token"))); err != nil {
		return err
	}
	return c.Done("/me/tokens", "access.ended")
}

// endTokenOf ends a token of somebody else, for the staff.
func (w *Web) endTokenOf(c *web.C) error {
	account := core.ID(c.Param("id"))
	if err := w.s.EndTokenOf(c.Context(), c.Actor, account, core.ID(c.Param("token"))); err != nil {
		return err
	}
	return c.Done("/admin/accounts/"+string(account), "access.ended")
}
