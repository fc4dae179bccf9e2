package participation

import (
	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// begin lets the edition register people.
func (w *Web) begin(c *web.C) error {
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if err := w.s.Begin(c.Context(), c.Actor, set); err != nil {
		return err
	}
	return c.Done(set.Path()+"/registrations/settings", "participation.begun")
}

type notBegun struct {
	Title, Text string
	Begin       string // address of the form; empty for who may not
}

// settings is the staff's page on how an edition registers people.
func (w *Web) settings(c *web.C) error {
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if err := checkStaff(c.Actor, set.ID); err != nil {
		return err
	}
	st, err := settingOf(c.Context(), w.s.rec.DB.Read, set.ID)
	if core.KindOf(err) == core.KindNotFound {
		return c.Page(web.Page{
			Name: "participation/begin", Title: c.T("participation.setting.title"), Section: "programme", NoIndex: true, Trail: w.trail(c, set, web.Crumb{Label: c.T("participation.setting.title")}),
			V: notBegun{c.T("participation.setting.title"), c.T("participation.setting.none"), c.URL(set.Path() + "/registrations/settings/begin")},
		})
	}
	if err != nil {
		return err
	}
	title := c.T("participation.setting.title")
	v := formView{Title: title, Lead: c.T("participation.setting.lead"), Actions: []web.Action{
		{Label: c.T("participation.setting.categories"), URL: c.URL(set.Path() + "/registrations/settings/categories"), Icon: "edit"},
		{Label: c.T("participation.setting.rules"), URL: c.URL(set.Path() + "/registrations/rules")},
		{Label: c.T("participation.setting.letters"), URL: c.URL(set.Path() + "/registrations/letters"), Icon: "mail"},
	}}
	if st.Call != "" {
		if call, err := w.s.Calls.ByID(c.Context(), c.Actor, st.Call); err == nil {
			v.Actions = append(v.Actions,
				web.Action{Label: c.T("participation.setting.window"), URL: c.URL(call.Path() + "/edit"), Icon: "calendar"},
				web.Action{Label: c.T("participation.setting.questions"), URL: c.URL(call.Path() + "/form")})
		}
	}
	return editing(c, "participation.setting", SettingInputOf(st), web.Page{
		Title: title, Section: "programme", V: v, Trail: w.deskTrail(c, set, web.Crumb{Label: title}),
	}, func(*web.Form) {}, func(in SettingInput) (string, error) {
		return set.Path() + "/registrations/settings", w.s.Change(c.Context(), c.Actor, set, in)
	})
}

// categories is the staff's page of categories with their quotas.
func (w *Web) categories(c *web.C) error {
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	set, st, err := w.staffed(c)
	if err != nil {
		return err
	}
	title := c.T("participation.setting.categories")
	return editing(c, "participation.categories", CategoriesOf(st), web.Page{
		Title: title, Section: "programme", Wide: true, V: formView{Title: title, Lead: c.T("participation.categories.lead")},
		Trail: w.deskTrail(c, set, web.Crumb{Label: c.T("participation.setting.title"), URL: c.URL(set.Path() + "/registrations/settings")}, web.Crumb{Label: title}),
	}, func(f *web.Form) {
		f.Options("categories.mode", append([]web.Option{{Label: c.T("participation.mode.any")}}, options(c, "participation.mode.", ModeOnsite, ModeOnline)...))
		f.Options("categories.approval", options(c, "participation.approval.", ApproveStaff, ApproveAtOnce))
		f.Cancel = c.URL(set.Path() + "/registrations/settings")
	}, func(in CategoriesInput) (string, error) {
		return set.Path() + "/registrations/settings/categories", w.s.SetCategories(c.Context(), c.Actor, set, in)
	})
}
