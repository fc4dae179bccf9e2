package mine

import (
	"net/http"
	"net/url"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/web"
)

// mergePath is where somebody sees what becomes of two accounts of hers; links in mails that
// prove an address of another account lead to it.
const mergePath = "/me/security/merge"

// MergePath is the address for authn.
const MergePath = mergePath

// stopView is what stands in the way.
type stopView struct{ Text string }

type mergeView struct {
	Title, Lead string
	Rows        []heldRow
	Facts       []string
	Stops       []stopView
	Form        *web.Form
	Links       []web.Tab

	// Of the staff's page alone: the question for the account that is kept.
	Look, Into, Wrong string
}

type mergeInput struct {
	Token string `form:"token" ui:"hidden"`
}

func (w *Web) mergeView(c *web.C, m Merging) mergeView {
	v := mergeView{}
	for _, h := range m.Held {
		v.Rows = append(v.Rows, heldLine(c, h))
	}
	for _, x := range m.Stops {
		v.Stops = append(v.Stops, stopView{Text: c.T("mine.merge.stop."+x.Key, "Names", x.names(c.Lang))})
	}
	v.Facts = append(v.Facts, c.T("mine.merge.moves"), c.T("mine.merge.ends"))
	if m.Doubles > 0 {
		v.Facts = append(v.Facts, c.T("mine.merge.doubles", "Count", m.Doubles))
	}
	if m.People {
		v.Facts = append(v.Facts, c.T("mine.merge.people"))
	}
	if m.From.Privileged() {
		v.Facts = append(v.Facts, c.T("mine.merge.roles"))
	}
	return v
}

// merge shows the owner of two accounts what becomes of them, and makes them one. Whoever
// only looks does not use the link up.
func (w *Web) merge(c *web.C) error {
	if err := signed(c); err != nil {
		return err
	}
	in := mergeInput{Token: c.Query("token")}
	var failed error
	if c.R.Method == http.MethodPost {
		if err := c.Decode(&in); err != nil {
			return err
		}
		from, err := w.s.Merge(c.Context(), c.Actor, in.Token, c.Lang)
		if err == nil {
			return c.Done("/me/security", "mine.merge.done", "Name", from.Name)
		}
		failed = err
	}
	title := c.T("mine.merge.title")
	p := web.Page{Name: "mine/merge", Title: title, NoIndex: true, Trail: trail(c, web.Crumb{Label: c.T("security.title"), URL: c.URL("/me/security")}, web.Crumb{Label: title})}
	m, err := w.s.Merging(c.Context(), c.Actor, in.Token)
	if err != nil {
		return w.mergeRefused(c, p, title, in.Token, err)
	}
	v := w.mergeView(c, m)
	v.Title = title
	v.Lead = c.T("mine.merge.lead", "From", apart(c, m.From.Email), "Into", apart(c, m.Into.Email))
	if len(v.Stops) == 0 {
		v.Form = c.Form("mine.merge", &in)
		v.Form.Action, v.Form.Cancel = c.URL(mergePath), c.URL("/me/security")
		if p.Status, err = v.Form.Refused(failed); err != nil {
			return err
		}
	} else {
		p.Status = http.StatusConflict
	}
	p.V = v
	return c.Page(p)
}

// mergeRefused says why nothing can be merged by a link, and how to go on.
func (w *Web) mergeRefused(c *web.C, p web.Page, title, token string, err error) error {
	v := mergeView{Title: title}
	switch core.KindOf(err) {
	case core.KindForbidden:
		p.Status = http.StatusForbidden
		v.Lead = c.T("security.link.other")
		if !w.s.Accounts.Fresh(c.Actor) {
			v.Lead = c.T("security.prove.why")
			v.Links = []web.Tab{{Label: c.T("security.prove.title"), URL: c.URL("/me/security/prove?next=" + url.QueryEscape(mergePath+"?token="+token))}}
		}
	case core.KindConflict, core.KindNotFound:
		p.Status = http.StatusGone
		v.Lead, v.Links = c.T("security.link.dead"), []web.Tab{{Label: c.T("security.title"), URL: c.URL("/me/security")}}
	default:
		return err
	}
	p.V = v
	return c.Page(p)
}

// AccountActions are what the staff may do with an account here.
func (w *Web) AccountActions(c *web.C, a authn.Account) []web.Action {
	if !w.s.Accounts.MayEverMerge(c.Actor, a) {
		return nil
	}
	return []web.Action{{Label: c.T("mine.merge.for.title"), URL: c.URL("/admin/accounts/" + string(a.ID) + "/merge")}}
}

// mergeFor is the page on which the staff makes an account part of another: first it says of
// which, then it sees what becomes of them.
func (w *Web) mergeFor(c *web.C) error {
	id := core.ID(c.Param("id"))
	from, err := w.s.Accounts.Show(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	if !w.s.Accounts.MayEverMerge(c.Actor, from) {
		return core.Forbidden()
	}
	in := MergeForInput{Into: c.Query("into")}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			kept, err := w.s.MergeFor(c.Context(), c.Actor, id, in, c.Lang)
			if err == nil {
				return c.Done("/admin/accounts/"+string(kept.ID), "mine.merge.for.done", "Name", from.Name)
			}
			failed = err
		}
	}
	title, back := c.T("mine.merge.for.title"), "/admin/accounts/"+string(from.ID)
	p := web.Page{
		Name: "mine/merge", Title: title, NoIndex: true,
		Trail: []web.Crumb{{Label: c.T("authn.accounts.title"), URL: c.URL("/admin/accounts")}, {Label: from.Name, URL: c.URL(back)}, {Label: title}},
	}
	v := mergeView{Title: title, Lead: c.T("mine.merge.for.ask", "Name", from.Name, "Email", apart(c, from.Email)), Look: c.URL(back + "/merge"), Into: in.Into}
	if in.Into != "" || failed != nil {
		if v, err = w.mergeForView(c, v, &p, id, in, failed); err != nil {
			return err
		}
	}
	p.V = v
	return c.Page(p)
}

func (w *Web) mergeForView(c *web.C, v mergeView, p *web.Page, id core.ID, in MergeForInput, failed error) (mergeView, error) {
	m, err := w.s.MergingFor(c.Context(), c.Actor, id, in.Into)
	if err != nil {
		switch core.KindOf(err) {
		case core.KindInvalid, core.KindConflict, core.KindForbidden:
			e := web.Classify(err)
			v.Wrong, p.Status = c.S.Catalog.Error(c.Lang, e), web.StatusCode(e.Kind)
			if len(e.Fields) > 0 {
				v.Wrong = c.T(e.Fields[0].Key, e.Fields[0].Args...)
			}
			return v, nil
		}
		return v, err
	}
	out := w.mergeView(c, m)
	out.Title, out.Look, out.Into = v.Title, v.Look, in.Into
	for i := range out.Rows { // they speak to her
		out.Rows[i].About = ""
	}
	out.Lead = c.T("mine.merge.for.lead", "From", apart(c, m.From.Email), "Into", apart(c, m.Into.Email), "Name", m.Into.Name)
	if len(out.Stops) > 0 {
		p.Status = http.StatusConflict
		return out, nil
	}
	out.Form = c.Form("mine.merge.for", &in)
	out.Form.Action, out.Form.Cancel = v.Look, c.URL("/admin/accounts/"+string(id))
	p.Status, err = out.Form.Refused(failed)
	return out, err
}

// apart keeps an address in one piece inside a sentence that runs the other way.
func apart(c *web.C, s string) string {
	if core.Dir(c.Lang) == "rtl" {
		return "\u2068" + s + "\u2069"
	}
	return s
}
