package reports

import (
	"encoding/json"
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// editTakeaways is the rapporteur's desk: takeaways and calls, the limit in sight.
func (w *Web) editTakeaways(c *web.C) error {
	set, ses, err := w.load(c)
	if err != nil {
		return err
	}
	v, err := w.s.View(c.Context(), c.Actor, set, ses, Takeaways)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	if c.R.Method == http.MethodGet {
		if err := w.mayWrite(c, ses, v.State); err != nil {
			return err
		}
	}
	in := TakeawaysInput{}
	switch {
	case v.Draft != nil:
		in = inputOf(*v.Draft)
	case v.Revision != nil:
		in = inputOf(*v.Revision)
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in = TakeawaysInput{}
		if failed = c.Decode(&in); failed == nil && !c.Wants("_more") {
			failed = w.saveTakeaways(c, set, ses, in)
			if failed == nil {
				return nil // it has answered
			}
		}
	}
	f := c.Form("reports.takeaways", &in)
	f.Options("calls.to", w.addressees(c))
	w.desk(c, set, ses, v, f, true)
	f.Autosave = c.URL(ses.Path() + "/report/save")
	return w.page(c, set, ses, v, f, failed, "reports.write")
}

func (w *Web) saveTakeaways(c *web.C, set *editions.Setting, ses *programme.Session, in TakeawaysInput) error {
	v, err := w.s.SaveTakeaways(c.Context(), c.Actor, set, ses, in, false)
	if err != nil {
		return err
	}
	retype(c, v)
	if c.Wants("publish") {
		if _, err := w.s.Publish(c.Context(), c.Actor, set, ses, Takeaways, in.Note); err != nil {
			return err
		}
		return c.Done(ses.Path()+"/report", "reports.published")
	}
	return c.Done(ses.Path()+"/report/edit", "reports.saved")
}

// retype gives the form the version that was just saved, in case it comes back.
func retype(c *web.C, v View) {
	if v.Draft != nil {
		c.Retype("version", strconv.FormatInt(v.Draft.Version, 10))
	}
}

func (w *Web) mayWrite(c *web.C, ses *programme.Session, state string) error {
	action := "write"
	if state == StatePublished {
		action = "correct"
	}
	return policy.Check(action, state, roles(c.Actor, ses)...)
}

// desk sets up what both forms have: buttons, limit, the saved line.
func (w *Web) desk(c *web.C, set *editions.Setting, ses *programme.Session, v View, f *web.Form, autosaved bool) {
	f.Cancel = c.URL(ses.Path() + "/report")
	f.Action = ""
	f.Submit = c.T("reports.save")
	r := roles(c.Actor, ses)
	switch {
	case policy.Can("correct", v.State, r...):
		f.Buttons = []web.Button{{Name: "publish", Value: "1", Label: c.T("reports.publish_correction")}}
	case policy.Can("publish", StateDraft, r...):
		f.Buttons = []web.Button{{Name: "publish", Value: "1", Label: c.T("reports.publish")}}
	}
	if v.State != StatePublished {
		if note := f.Field("note"); note != nil {
			note.Kind = "hidden"
		}
	}
	if autosaved {
		f.Note = c.T("reports.not_saved")
	}
	if v.Draft != nil {
		f.Note = c.T("reports.saved_at", "Time", i18n.Clock(v.Report.Saved.In(set.Zone)))
	}
}

func (w *Web) page(c *web.C, set *editions.Setting, ses *programme.Session, v View, f *web.Form, failed error, titleKey string) error {
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
	}
	title := c.T(titleKey)
	p := formPage{
		Title: title, Session: c.Text(ses.Title), Form: f, Status: w.Status(c, set, v.Due, v.Report),
		Tabs: w.pages.Tabs(c, set, ses, "/report"), After: c.T("reports.after_due"), Correct: v.State == StatePublished,
	}
	if !v.Due.IsZero() {
		p.DueAt = c.Stamp(v.Due, set.Zone) + " " + set.Place(c.Lang)
	}
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: "reports/edit", Title: title, Section: "outcomes", NoIndex: true, Status: status(failed, f),
		Trail: editions.Trail(c, set, web.Crumb{Label: p.Session.S, URL: c.URL(ses.Path())}, web.Crumb{Label: c.T(titleKey)}), V: p,
	})
}

// addressees are those whom a call to action may address.
func (w *Web) addressees(c *web.C) []web.Option { return w.vocab.Options(c.Lang, vocab.Addressees) }

// autosave keeps what is being typed and answers in JSON what the saved line says.
func (w *Web) autosave(c *web.C) error {
	set, ses, err := w.load(c)
	if err != nil {
		return err
	}
	var in TakeawaysInput
	v := View{}
	if err = c.Decode(&in); err == nil {
		v, err = w.s.SaveTakeaways(c.Context(), c.Actor, set, ses, in, true)
	}
	out := struct {
		Message string `json:"message"`
		Version int64  `json:"version,omitempty"`
	}{}
	code := http.StatusOK
	if err != nil {
		e := web.Classify(err)
		code, out.Message = web.StatusCode(e.Kind), c.S.Catalog.Error(c.Lang, e)
	} else {
		out.Message = c.T("reports.saved_at", "Time", i18n.Clock(c.S.Clock.Now().In(core.Zone(set.Zone))))
		if v.Draft != nil {
			out.Version = v.Draft.Version
		}
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.WriteHeader(code)
	return json.NewEncoder(c.W).Encode(out)
}

// editFull is the form of the full report.
func (w *Web) editFull(c *web.C) error {
	set, ses, err := w.load(c)
	if err != nil {
		return err
	}
	v, err := w.s.View(c.Context(), c.Actor, set, ses, Full)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	if c.R.Method == http.MethodGet {
		if err := w.mayWrite(c, ses, v.State); err != nil {
			return err
		}
	}
	in := FullInput{}
	switch {
	case v.Draft != nil:
		in = fullOf(*v.Draft)
	case v.Revision != nil:
		in = fullOf(*v.Revision)
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in = FullInput{}
		if failed = c.Decode(&in); failed == nil {
			var saved View
			if saved, failed = w.s.SaveFull(c.Context(), c.Actor, set, ses, in, false); failed == nil {
				retype(c, saved)
				if !c.Wants("publish") {
					return c.Done(ses.Path()+"/report/full/edit", "reports.saved")
				}
				if _, failed = w.s.Publish(c.Context(), c.Actor, set, ses, Full, in.Note); failed == nil {
					return c.Done(ses.Path()+"/report", "reports.published")
				}
			}
		}
	}
	f := c.Form("reports.full", &in)
	w.desk(c, set, ses, v, f, false)
	return w.page(c, set, ses, v, f, failed, "reports.write_full")
}
