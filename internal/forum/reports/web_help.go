package reports

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type handView struct {
	Title, Note string
	Session     web.TextView
	Form        *web.Form
	Helpers     []helperView
	End         string
	Tabs        web.Tabs
}

type helperView struct {
	ID, Name, Words string
}

// handOver shows who writes the report, and hands it to somebody else.
func (w *Web) handOver(c *web.C) error {
	set, ses, err := w.write(c)
	if err != nil {
		return err
	}
	roles, err := w.s.Roles(c.Context(), c.Actor, ses)
	if err != nil {
		return err
	}
	if err := policy.Check("hand_over", StateDraft, roles...); err != nil {
		return err
	}
	in := HandInput{}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			h, err := w.s.HandOver(c.Context(), c.Actor, set, ses, in)
			if err == nil {
				done := "reports.hand.done"
				if h.Email == "" {
					done = "reports.hand.done_mute"
				}
				return c.Done(ses.Path()+"/report/hand-over", done)
			}
			failed = err
		}
	}
	list, err := w.s.Helpers(c.Context(), c.Actor, ses)
	if err != nil {
		return err
	}
	f := c.Form("reports.hand", &in)
	f.Cancel = c.URL(ses.Path() + "/report")
	var who []web.Option
	seen := map[core.ID]bool{}
	names := map[core.ID]string{}
	for _, r := range ses.Roles {
		if r.Person != "" && !seen[r.Person] {
			seen[r.Person] = true
			names[r.Person] = r.In(c.Lang)
			who = append(who, web.Option{Value: string(r.Person), Label: r.In(c.Lang)})
		}
	}
	f.Options("person", who)
	title := c.T("reports.hand.title")
	v := handView{
		Title: title, Note: c.T("reports.hand.note"), Session: c.Text(ses.Title), Form: f, End: c.URL(ses.Path() + "/report/hand-over/end"),
		Tabs: w.pages.Tabs(c, set, ses, "/report"),
	}
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		title = c.T("form.error_title", "Title", title)
	}
	var others []core.ID
	for _, h := range list {
		if h.Person != "" && names[h.Person] == "" {
			others = append(others, h.Person)
		}
	}
	if len(others) > 0 && w.people != nil {
		more, err := w.people.Names(c.Context(), others)
		if err != nil {
			return err
		}
		for id, n := range more {
			names[id] = n
		}
	}
	for _, h := range list {
		hv := helperView{ID: string(h.ID), Name: names[h.Person], Words: c.T("reports.hand.waits", "Time", c.Stamp(h.Given, set.Zone))}
		if hv.Name == "" {
			hv.Name = h.Email
		}
		if !h.Taken.IsZero() {
			hv.Words = c.T("reports.hand.taken", "Time", c.Stamp(h.Taken, set.Zone))
		}
		v.Helpers = append(v.Helpers, hv)
	}
	return c.Page(web.Page{
		Name: "reports/hand", Title: title, Section: "outcomes", NoIndex: true, Status: f.Status(failed),
		Trail: editions.Trail(c, set, web.Crumb{Label: v.Session.S, URL: c.URL(ses.Path())}, web.Crumb{Label: v.Title}), V: v,
	})
}

// takeBack ends a hand-over.
func (w *Web) takeBack(c *web.C) error {
	set, ses, err := w.write(c)
	if err != nil {
		return err
	}
	if err := w.s.TakeBack(c.Context(), c.Actor, set, ses, core.ID(c.Value("id"))); err != nil {
		return err
	}
	roles, err := w.s.Roles(c.Context(), c.Actor, ses)
	if err != nil {
		return err
	}
	to := ses.Path() + "/report"
	if policy.Can("hand_over", StateDraft, roles...) {
		to += "/hand-over"
	}
	return c.Done(to, "reports.hand.ended")
}

// take is where the link of a hand-over leads: one button, after signing in.
func (w *Web) take(c *web.C) error {
	set, ses, err := w.write(c)
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		if err := w.s.Take(c.Context(), c.Actor, set, ses, core.ID(c.Param("id"))); err != nil {
			return err
		}
		return c.Done(ses.Path()+"/report/edit", "reports.hand.yours")
	}
	v := confirmView{
		Title: c.T("reports.take.title"), Text: c.T("reports.take.text"), Button: c.T("reports.take.submit"),
		Back: c.URL(ses.Path()), Keep: c.T("reports.take.keep"), Session: c.Text(ses.Title),
	}
	return c.Page(web.Page{
		Name: "reports/confirm", Title: v.Title, Section: "outcomes", NoIndex: true,
		Trail: editions.Trail(c, set, web.Crumb{Label: v.Session.S, URL: c.URL(ses.Path())}, web.Crumb{Label: v.Title}), V: v,
	})
}
