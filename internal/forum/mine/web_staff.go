package mine

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type requestRow struct {
	Name, Asked, Note string
	Status            web.Status
	Cancel            string
}

type requestsView struct {
	Rows    []requestRow
	Actions []web.Action
	Empty   web.Empty
}

// requests is the staff's list of requests to erase.
func (w *Web) requests(c *web.C) error {
	list, err := w.s.Requests(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := requestsView{
		Actions: []web.Action{
			{Label: c.T("mine.requests.new"), URL: c.URL("/admin/erasures/new"), Icon: "plus"}, {Label: c.T("mine.setting.title"), URL: c.URL("/admin/erasures/setting"), Icon: "clock"},
		},
		Empty: web.Empty{Title: c.T("mine.requests.none"), Text: c.T("mine.requests.none_text")},
	}
	for _, r := range list {
		row := requestRow{Name: r.Name, Asked: c.StampHere(r.Asked)}
		switch r.State {
		case StateConfirmed:
			row.Status = c.Status("due", "mine.state.confirmed_until", "Time", c.StampHere(r.Due))
		case StateAsked:
			row.Status = c.Status("draft", "mine.state.asked")
		case StateDone:
			row.Status = c.Status("done", "mine.state.done_at", "Time", c.StampHere(r.Ended))
		default:
			row.Status = c.Status("cancelled", "mine.state.cancelled")
		}
		if r.By != "" {
			row.Note = c.T("mine.requests.by_staff")
		}
		if requestPolicy.Can("cancel", r.State, core.RoleSecretariat) {
			row.Cancel = c.URL("/admin/erasures/" + string(r.ID) + "/cancel")
		}
		v.Rows = append(v.Rows, row)
	}
	title := c.T("mine.requests.title")
	return c.Page(web.Page{Name: "mine/requests", Title: title, NoIndex: true, Trail: []web.Crumb{{Label: title}}, V: v})
}

func (w *Web) cancel(c *web.C) error {
	if !Manages(c.Actor) {
		return hidden(c.Actor)
	}
	if err := w.s.Cancel(c.Context(), c.Actor, core.ID(c.Param("id"))); err != nil {
		return err
	}
	return c.Done("/admin/erasures", "mine.erase.cancelled")
}

type formView struct {
	Title, About string
	Form         *web.Form
}

func (w *Web) formPage(c *web.C, v formView, failed error) error {
	v.Form.Cancel = c.URL("/admin/erasures")
	status, err := v.Form.Refused(failed)
	if err != nil {
		return err
	}
	title := v.Title
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: "mine/form", Title: title, NoIndex: true, Status: status,
		Trail: []web.Crumb{{Label: c.T("mine.requests.title"), URL: c.URL("/admin/erasures")}, {Label: v.Title}}, V: v,
	})
}

// askFor records a request on paper.
func (w *Web) askFor(c *web.C) error {
	if !Manages(c.Actor) {
		return hidden(c.Actor)
	}
	var in ForInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.AskFor(c.Context(), c.Actor, in); failed == nil {
				return c.Done("/admin/erasures", "mine.for.recorded")
			}
		}
	}
	return w.formPage(c, formView{Title: c.T("mine.for.title"), About: c.T("mine.for.about"), Form: c.Form("mine.for", &in)}, failed)
}

// setting is the form of how long things are kept.
func (w *Web) setting(c *web.C) error {
	if !Manages(c.Actor) {
		return hidden(c.Actor)
	}
	st, err := w.s.Setting(c.Context())
	if err != nil {
		return err
	}
	in := SettingInput{Cooling: st.Cooling, Needs: st.Needs, Version: st.Version}
	var failed error
	if c.R.Method == http.MethodPost {
		in = SettingInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Set(c.Context(), c.Actor, in); failed == nil {
				return c.Done("/admin/erasures", "mine.setting.saved")
			}
		}
	}
	return w.formPage(c, formView{Title: c.T("mine.setting.title"), About: c.T("mine.setting.about"), Form: c.Form("mine.setting", &in)}, failed)
}
