package mail

import (
	"net/http"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// reachPages registers the pages about addresses at which mails do not arrive.
func (w *Desk) reachPages(s *web.Server) {
	s.Handle("GET /admin/mail/addresses", w.addresses)
	s.Handle("POST /admin/mail/addresses/{id}/clear", w.clear)
	s.Handle("POST /me/mail/test", w.test)
	s.Handle("GET /mail/arrives", w.arrives)
	s.Handle("POST /mail/arrives", w.arrives)
}

type addressesView struct {
	Rows  []addressRow
	Pager web.Pager
	Empty *web.Empty
}

type addressRow struct {
	Email, Why, When, Machine, Clear string
}

func (w *Desk) rowOf(c *web.C, u MailAddress) addressRow {
	r := addressRow{
		Email: u.Email, Why: c.T("outbox.why." + u.Why), When: c.StampHere(u.Created), Machine: u.Created.Time().Format(time.RFC3339),
		Clear: c.URL("/admin/mail/addresses/" + string(u.ID) + "/clear"),
	}
	if u.Status != "" {
		r.Why += " (" + u.Status + ")"
	}
	return r
}

func (w *Desk) addresses(c *web.C) error {
	list, err := w.s.Addresses(c.Context(), c.Actor, c.PageArg())
	if err != nil {
		return err
	}
	v := addressesView{Pager: c.Pager(len(list.Items), list.Total, list.Next, "outbox.addresses.count")}
	for _, u := range list.Items {
		v.Rows = append(v.Rows, w.rowOf(c, u))
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("outbox.addresses.none"), Text: c.T("outbox.addresses.none_text")}
	}
	title := c.T("outbox.addresses.title")
	return c.Page(web.Page{Name: "mail/addresses", Title: title, NoIndex: true, V: v, Trail: deskTrail(c, web.Crumb{Label: title})})
}

func (w *Desk) clear(c *web.C) error {
	if err := w.s.Clear(c.Context(), c.Actor, core.ID(c.Param("id"))); err != nil {
		return err
	}
	return c.Done("/admin/mail/addresses", "outbox.cleared")
}

// own are the addresses of an account at which mails do not arrive.
func (w *Desk) own(c *web.C, account core.ID) ([]string, []MailAddress, error) {
	if w.Emails == nil || account == "" {
		return nil, nil, nil
	}
	emails, err := w.Emails(c.Context(), account)
	if err != nil {
		return nil, nil, err
	}
	list, err := w.s.Unreachable(c.Context(), emails...)
	return emails, list, err
}

type reachView struct {
	Rows []reachRow
}

type reachRow struct {
	ID                        core.ID
	Title, Why, Action, Clear string
}

// MePanel tells somebody on her own pages that mails to her do not arrive, and what to do.
func (w *Desk) MePanel(c *web.C, _ core.ID) (string, any, error) {
	_, list, err := w.own(c, c.Actor.Account)
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	v := reachView{}
	for _, u := range list {
		v.Rows = append(v.Rows, reachRow{ID: u.ID, Title: c.T("outbox.reach.title", "Email", u.Email), Why: c.T("outbox.why." + u.Why), Action: c.URL("/me/mail/test")})
	}
	return "mail/reach", v, nil
}

// AccountPanel tells the staff the same on the page of an account.
func (w *Desk) AccountPanel(c *web.C, account core.ID) (string, any, error) {
	if may(c.Actor, "see", Queued) != nil {
		return "", nil, nil //nolint:nilerr // who may not see it sees no panel
	}
	_, list, err := w.own(c, account)
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	v := reachView{}
	for _, u := range list {
		v.Rows = append(v.Rows, reachRow{ID: u.ID, Title: c.T("outbox.reach.title", "Email", u.Email), Why: c.T("outbox.why." + u.Why), Clear: w.rowOf(c, u).Clear})
	}
	return "mail/reach", v, nil
}

// TestInput names the address to be tried.
type TestInput struct {
	ID core.ID `form:"id"`
}

func (w *Desk) test(c *web.C) error {
	var in TestInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	emails, _, err := w.own(c, c.Actor.Account)
	if err != nil {
		return err
	}
	if err := w.s.AskTest(c.Context(), c.Actor, in.ID, emails, c.Lang); err != nil {
		return err
	}
	return c.Done("/me/security", "outbox.reach.sent")
}

// ArrivesInput is the form behind the link of the mail that tries an address.
type ArrivesInput struct {
	ID    core.ID `form:"id" ui:"hidden"`
	Token string  `form:"token" ui:"hidden" max:"100"`
}

func (w *Desk) arrives(c *web.C) error {
	in := ArrivesInput{ID: core.ID(c.Query("id")), Token: c.Query("token")}
	if c.R.Method == http.MethodPost {
		if err := c.Decode(&in); err != nil {
			return err
		}
		if err := w.s.Arrived(c.Context(), c.Actor, in.ID, in.Token); err != nil {
			return err
		}
		return c.Done("/", "outbox.arrives.done")
	}
	u, err := w.s.Arrives(c.Context(), in.ID, in.Token)
	if err != nil {
		return err
	}
	f := c.Form("outbox.arrives", &in)
	f.Action = c.URL("/mail/arrives")
	title := c.T("outbox.arrives.title")
	return c.Page(web.Page{Name: "mail/desk_form", Title: title, NoIndex: true, Trail: []web.Crumb{{Label: title}}, V: formView{Title: title, Lead: u.Email, Form: f}})
}
