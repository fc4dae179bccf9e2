package proposals

import (
	"net/http"

	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

type invitedView struct {
	Title, Lead string
	Call        web.TextView
	Proposal    web.TextView
	Summary     string
	Role        string
	State       web.Status
	Form        *web.Form
}

// invited is the page of somebody who was asked by mail: the token in the address is her
// right, and she needs no account.
func (w *Web) invited(c *web.C) error {
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	if err := w.network.Allow(web.RemoteAddr(c.R)); err != nil {
		return err
	}
	token := c.Query("token")
	x, err := w.s.Invitation(c.Context(), token)
	if err != nil {
		return err
	}
	in := StatementInput{Name: x.Name, Organisation: x.Organisation, Group: x.Group, Country: x.Country, Gender: x.Gender, Onsite: x.Onsite}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			in.Confirm = !c.Wants("decline")
			if failed = w.s.Answer(c.Context(), token, in); failed == nil {
				key := "proposals.invited.confirmed"
				if !in.Confirm {
					key = "proposals.invited.declined"
				}
				return c.Done("/proposals/invited?token="+token, key)
			}
		}
	}
	class := map[string]string{Named: "draft", Invited: "due", Confirmed: "done", Declined: "cancelled"}
	v := invitedView{
		Title: c.T("proposals.invited"), Lead: c.T("proposals.invited.lead", "By", x.By, "Role", c.T("proposals.means."+means(x.Party))),
		Call: c.Text(x.Call.Title), Proposal: w.name(c, Proposal{Title: x.Title, Lang: x.Lang}), Summary: x.Summary,
		State: c.Status(class[x.Party.State], "proposals.party."+x.Party.State),
	}
	f := c.Form("proposals.statement", &in)
	f.Options("group", w.s.Vocab.Options(c.Lang, vocab.Groups))
	f.Options("country", w.s.Vocab.Options(c.Lang, vocab.CountryList))
	var genders []web.Option
	for _, g := range Genders {
		genders = append(genders, web.Option{Value: g, Label: c.T("proposals.gender." + g)})
	}
	f.Options("gender", genders)
	f.Options("onsite", []web.Option{{Value: "onsite", Label: c.T("calls.person.onsite.onsite")}, {Value: "online", Label: c.T("calls.person.onsite.online")}})
	f.Action = c.URL("/proposals/invited") + "?token=" + token
	f.Buttons = []web.Button{{Name: "decline", Value: "1", Label: c.T("proposals.decline")}}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v.Form = f
	return c.Page(web.Page{Name: "proposals/invited", Title: v.Title, Section: "programme", NoIndex: true, Status: status, Trail: []web.Crumb{{Label: v.Title}}, V: v})
}
