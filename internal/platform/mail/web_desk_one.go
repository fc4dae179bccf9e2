package mail

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type mailView struct {
	Title, Lang, Dir, Kind, To string
	Status                     web.Status
	Notes                      []web.Notice
	Queued, QueuedAt           string
	Sent, SentAt               string
	Next, Expires, Tries       string
	Text                       string
	NoText                     string
	Actions                    []web.Action
	History                    []pastView
}

// pastView is something that happened to a mail.
type pastView struct {
	When, Machine, What, Who, Answer string
	at                               core.Instant
}

func (w *Desk) show(c *web.C) error {
	m, err := w.s.Mail(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	v := mailView{
		Title: titleOf(c, m.Outgoing), Lang: m.Lang, Dir: core.Dir(m.Lang), Kind: kindOf(c, m.Kind), To: person(m.ToName, m.To), Status: stateOf(c, m.State),
		Queued: c.StampHere(m.Queued), QueuedAt: m.Queued.Time().Format(time.RFC3339), Tries: i18n.Number(c.Lang, int(m.Attempts)), Text: m.Text,
		Actions: w.actions(c, m.Outgoing),
	}
	if m.Closed {
		v.Notes = append(v.Notes, web.Notice{Class: "info", Icon: "lock", Text: c.T("outbox.closed")})
	}
	if m.State == Held && m.Own == Queued {
		v.Notes = append(v.Notes, web.Notice{Class: "info", Icon: "clock", Text: c.T("outbox.error.held_by_kind")})
	}
	if !m.Sent.IsZero() {
		v.Sent, v.SentAt = c.StampHere(m.Sent), m.Sent.Time().Format(time.RFC3339)
	}
	if !m.NextTry.IsZero() {
		v.Next = c.StampHere(m.NextTry)
	}
	if !m.Expires.IsZero() {
		v.Expires = c.StampHere(m.Expires)
	}
	switch {
	case m.Text != "" || m.Closed:
	case w.s.late[m.Kind] != nil:
		v.NoText = c.T("outbox.text_late")
	default:
		v.NoText = c.T("outbox.text_gone")
	}
	if v.History, err = w.past(c, m); err != nil {
		return err
	}
	return c.Page(web.Page{Name: "mail/desk_one", Title: v.Title, NoIndex: true, V: v, Trail: deskTrail(c, web.Crumb{Label: v.Title, Lang: m.Lang})})
}

// past is what became of a mail and what the staff did with it, in order.
func (w *Desk) past(c *web.C, m OutgoingMail) ([]pastView, error) {
	events, err := w.s.History(c.Context(), c.Actor, m.ID)
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	for _, e := range events {
		ids = append(ids, e.Account)
	}
	names, err := w.names(c, ids)
	if err != nil {
		return nil, err
	}
	out := []pastView{{What: c.T("outbox.what.queued"), at: m.Queued}}
	for _, t := range m.Tries {
		answer := t.Answer
		if answer == "" {
			answer = t.Status
		}
		out = append(out, pastView{What: c.T("outbox.what." + t.What), Answer: answer, at: t.At})
	}
	for _, e := range events {
		var data struct {
			Reason string `json:"reason"`
		}
		_ = json.Unmarshal(e.Data, &data) // without one there is nothing to say
		out = append(out, pastView{What: c.T("event." + e.Kind), Who: names[e.Account], Answer: data.Reason, at: e.At})
	}
	slices.SortStableFunc(out, func(a, b pastView) int { return a.at.Time().Compare(b.at.Time()) })
	for i := range out {
		out[i].When, out[i].Machine = c.StampHere(out[i].at), out[i].at.Time().Format(time.RFC3339)
	}
	return out, nil
}

func (w *Desk) actions(c *web.C, i Outgoing) (out []web.Action) {
	can := func(action string) bool { return may(c.Actor, action, i.State) == nil }
	if can("retry") && (i.State != Queued || i.Attempts > 0) {
		out = append(out, web.Action{Label: c.T("outbox.do.retry"), URL: c.URL(i.Path() + "/retry"), Post: true, Primary: true})
	}
	if can("release") && i.Own == Stopped {
		out = append(out, web.Action{Label: c.T("outbox.do.release"), URL: c.URL(i.Path() + "/release"), Post: true, Primary: true})
	}
	for _, action := range []string{"hold", "cancel"} {
		if can(action) {
			out = append(out, web.Action{Label: c.T("outbox.do." + action), URL: c.URL(i.Path() + "/" + action)})
		}
	}
	return out
}

// formPage shows a form with what was wrong with it.
func (w *Desk) formPage(c *web.C, title, lead string, f *web.Form, failed error, trail ...web.Crumb) error {
	p := web.Page{Name: "mail/desk_form", Title: title, NoIndex: true, Trail: deskTrail(c, append(trail, web.Crumb{Label: title})...), V: formView{Title: title, Lead: lead, Form: f}}
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		p.Title, p.Status = c.T("form.error_title", "Title", title), web.StatusCode(core.KindOf(failed))
	}
	return c.Page(p)
}

type formView struct {
	Title, Lead string
	Form        *web.Form
}

func (w *Desk) holdAll(c *web.C) error {
	in := HoldInput{Kind: c.Query("kind")}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			failed = w.s.HoldAll(c.Context(), c.Actor, in)
		}
		if failed == nil {
			return c.Done("/admin/mail", "outbox.hold_all.done")
		}
	}
	kinds, err := w.s.Tallies(c.Context(), c.Actor, Query{}, "kind")
	if err != nil {
		return err
	}
	f := c.Form("outbox.hold_all", &in)
	f.Cancel = c.URL("/admin/mail")
	var list []web.Option
	for _, k := range kinds {
		list = append(list, web.Option{Value: k.Value, Label: kindOf(c, k.Value)})
	}
	f.Options("kind", list)
	return w.formPage(c, c.T("outbox.hold_all.title"), c.T("outbox.hold_all.lead"), f, failed)
}

func (w *Desk) lift(c *web.C) error {
	var in LiftInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := w.s.Lift(c.Context(), c.Actor, in); err != nil {
		return err
	}
	return c.Done("/admin/mail", "outbox.lifted")
}

// AgainInput says which mails are sent once more, as the list was asked.
type AgainInput struct {
	State string `form:"state" ui:"hidden" max:"60"`
	Kind  string `form:"kind" ui:"hidden" max:"60"`
	Text  string `form:"q" ui:"hidden" max:"300"`
	Lang  string `form:"lang" ui:"hidden" max:"10"`
}

func (w *Desk) retryAll(c *web.C) error {
	q := asked(c)
	if c.R.Method == http.MethodPost {
		var in AgainInput
		if err := c.Decode(&in); err != nil {
			return err
		}
		q = Query{State: in.State, Kind: in.Kind, Text: in.Text, Lang: in.Lang}
		n, err := w.s.RetryAll(c.Context(), c.Actor, q)
		if err != nil {
			return err
		}
		return c.Done("/admin/mail", "outbox.retry_all.done", "Count", n)
	}
	n, err := w.s.Retryable(c.Context(), c.Actor, q)
	if err != nil {
		return err
	}
	f := c.Form("outbox.retry_all", &AgainInput{State: q.State, Kind: q.Kind, Text: q.Text, Lang: q.Lang})
	f.Action, f.Cancel = c.URL("/admin/mail/retry"), c.URL(q.at("/admin/mail"))
	return w.formPage(c, c.T("outbox.retry_all.title"), c.T("outbox.retry_all.lead", "Count", n), f, nil)
}

func (w *Desk) retry(c *web.C) error {
	i := Outgoing{ID: core.ID(c.Param("id"))}
	if err := w.s.Retry(c.Context(), c.Actor, i.ID); err != nil {
		return err
	}
	return c.Done(i.Path(), "outbox.retried")
}

func (w *Desk) release(c *web.C) error {
	i := Outgoing{ID: core.ID(c.Param("id"))}
	if err := w.s.Release(c.Context(), c.Actor, i.ID); err != nil {
		return err
	}
	return c.Done(i.Path(), "outbox.released")
}

func (w *Desk) hold(c *web.C) error {
	m, err := w.s.Mail(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	var in ReasonInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			failed = w.s.Hold(c.Context(), c.Actor, m.ID, in)
		}
		if failed == nil {
			return c.Done(m.Path(), "outbox.held_one")
		}
	}
	f := c.Form("outbox.hold", &in)
	f.Cancel = c.URL(m.Path())
	return w.formPage(c, c.T("outbox.hold.title"), titleOf(c, m.Outgoing), f, failed, web.Crumb{Label: titleOf(c, m.Outgoing), URL: c.URL(m.Path()), Lang: m.Lang})
}

type noInput struct{}

func (w *Desk) cancel(c *web.C) error {
	m, err := w.s.Mail(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		if err := w.s.Cancel(c.Context(), c.Actor, m.ID); err != nil {
			return err
		}
		return c.Done(m.Path(), "outbox.cancelled")
	}
	f := c.Form("outbox.cancel", &noInput{})
	f.Cancel = c.URL(m.Path())
	return w.formPage(c, c.T("outbox.cancel.title"), c.T("outbox.cancel.lead", "Subject", titleOf(c, m.Outgoing)), f, nil, web.Crumb{Label: titleOf(c, m.Outgoing), URL: c.URL(m.Path()), Lang: m.Lang})
}
