package support

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/web"
)

type adviceAskView struct {
	Title, Lead, Until string
	State              web.Status
	Form               *web.Form
	Words              string
}

// recommendation is the page of somebody who is asked by mail to recommend an applicant:
// the token in the address is her right, and she needs no account.
func (w *Web) recommendation(c *web.C) error {
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	if err := w.network.Allow(web.RemoteAddr(c.R)); err != nil {
		return err
	}
	token := c.Query("token")
	x, err := w.s.Recommendation(c.Context(), token)
	if err != nil {
		return err
	}
	in := AdviceInput{Words: x.Words}
	var failed error
	here := "/support/recommendation?token=" + token
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			in.Decline = c.Wants("decline")
			if failed = w.s.Advise(c.Context(), token, in); failed == nil {
				if in.Decline {
					return c.Done(here, "support.advice.thanks_declined")
				}
				return c.Done(here, "support.advice.thanks")
			}
		}
	}
	name := c.Text(x.Set.Name)
	v := adviceAskView{
		Title: c.T("support.advice.title", "Name", x.Applicant), Lead: c.T("support.advice.lead", "Name", x.Applicant, "Edition", name.S),
		Until: c.T("support.advice.until", "Until", c.Stamp(x.Call.Closes, x.Call.Zone)+" "+web.ZoneCity(x.Call.Zone)), State: w.adviceStatus(c, &x.Advice),
	}
	status := http.StatusOK
	if x.Open || failed != nil {
		v.Form = c.Form("support.advise", &in)
		v.Form.Action = c.URL("/support/recommendation") + "?token=" + token
		v.Form.Buttons = []web.Button{{Name: "decline", Value: "1", Label: c.T("support.advise.decline")}}
		if status, err = v.Form.Refused(failed); err != nil {
			return err
		}
	} else {
		v.Until, v.Words = c.T("support.advice.closed"), x.Words
	}
	return c.Page(web.Page{Name: "support/advice", Title: v.Title, Section: "programme", NoIndex: true, Status: status, Trail: []web.Crumb{{Label: v.Title}}, V: v})
}

type panelView struct {
	Title string
	Rows  []panelRow
}

type panelRow struct {
	Label, URL, Step string
	Status           web.Status
}

// MePanel shows, on somebody's own page, her applications and grants with the next step,
// and what she has to score.
func (w *Web) MePanel(c *web.C, _ core.ID) (string, any, error) {
	v := panelView{Title: c.T("support.panel")}
	for _, of := range []func(*web.C, *panelView) error{w.ownRows, w.seatRows} {
		if err := of(c, &v); err != nil {
			return "", nil, err
		}
	}
	if len(v.Rows) == 0 {
		return "", nil, nil
	}
	return "support/panel", v, nil
}

func (w *Web) ownRows(c *web.C, v *panelView) error {
	list, err := w.s.OfAccount(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for _, o := range list {
		step, _ := w.step(c, o)
		v.Rows = append(v.Rows, panelRow{Label: c.T("support.panel.of", "Edition", c.Text(o.Set.Name).S), URL: c.URL(o.Set.Path() + "/my-support"), Step: step, Status: w.status(c, o.State)})
	}
	return nil
}

func (w *Web) seatRows(c *web.C, v *panelView) error {
	list, err := w.s.SeatsOf(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.Left > 0 {
			v.Rows = append(v.Rows, panelRow{
				Label: c.T("support.panel.score", "Edition", c.Text(x.Set.Name).S), URL: c.URL(x.Set.Path() + "/support/scoring"), Status: c.Status("due", "support.panel.left", "Count", x.Left),
			})
		}
	}
	return nil
}

// CallPanel leads from a call for travel support to what comes of it: the applicant to her
// own page, the staff and the committee to theirs.
func (w *Web) CallPanel(c *web.C, call core.ID) (string, any, error) {
	found, err := w.s.Calls.Calls(c.Context(), []core.ID{call})
	x := found[call]
	if err != nil || x.Kind != calls.TravelSupport || x.Edition == "" {
		return "", nil, err
	}
	set, err := w.s.Editions.SettingByID(c.Context(), c.Actor, x.Edition)
	if err != nil {
		return "", nil, err
	}
	v := panelView{Title: c.T("support.title")}
	if d, err := w.s.Programme(c.Context(), c.Actor, set); err == nil && d.Call == call || core.KindOf(err) == core.KindNotFound && Manages(c.Actor, set.ID) {
		v.Rows = append(v.Rows, panelRow{Label: c.T("support.panel.desk"), URL: c.URL(set.Path() + "/support")})
	} else if err != nil && core.KindOf(err) != core.KindNotFound {
		return "", nil, err
	}
	if c.Actor.SignedIn() {
		list, err := w.s.Mine(c.Context(), c.Actor, set)
		if err != nil {
			return "", nil, err
		}
		for _, o := range list {
			step, _ := w.step(c, o)
			v.Rows = append(v.Rows, panelRow{Label: c.T("support.mine.one", "Number", o.Number), URL: c.URL(set.Path() + "/my-support"), Step: step, Status: w.status(c, o.State)})
		}
	}
	if len(v.Rows) == 0 {
		return "", nil, nil
	}
	return "support/panel", v, nil
}
