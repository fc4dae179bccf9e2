package timetable

import (
	"net/http"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// ownForm says when somebody cannot be there.
type ownForm struct {
	From  string `form:"from" ui:"datetime-local" required:"1"`
	Until string `form:"until" ui:"datetime-local" required:"1"`
	Note  string `form:"note" ui:"text" max:"300"`
}

type ownView struct {
	Title  string
	Lead   string
	Rows   []absenceRow
	Remove string
	Form   *web.Form
	Empty  *web.Empty
}

// availability is when somebody who takes part in an edition cannot be there.
func (w *Web) availability(c *web.C) error {
	set, list, err := w.ownAbsences(c)
	if err != nil {
		return err
	}
	here := set.Path() + "/my-availability"
	var in ownForm
	var failed error
	if c.R.Method == http.MethodPost {
		failed = read(c, &in, func() error {
			starts, ends, err := spell(set, in.From, in.Until)
			if err != nil {
				return err
			}
			return w.s.AddOwnAbsence(c.Context(), c.Actor, set, Absence{Starts: starts, Ends: ends, Note: in.Note})
		})
		if failed == nil {
			return c.Done(here, "timetable.own_form.saved")
		}
	}
	title := c.T("timetable.own.title")
	v := ownView{Title: title, Lead: c.T("timetable.own.lead", "Edition", c.Text(set.Name).S), Form: c.Form("timetable.own_form", &in), Remove: c.URL(here + "/remove")}
	for _, name := range []string{"from", "until"} {
		v.Form.Field(name).Help = c.T("timetable.absences.at_venue", "Place", set.Place(c.Lang))
	}
	status, err := v.Form.Refused(failed)
	if err != nil {
		return err
	}
	x := words{c, &Board{Set: set}}
	for _, a := range list {
		v.Rows = append(v.Rows, absenceRow{ID: a.ID, Name: x.spell(a), Note: a.Note})
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("timetable.own.none"), Text: c.T("timetable.own.none_text")}
	}
	return c.Page(web.Page{
		Name: "timetable/availability", Title: titled(c, title, status) + " · " + c.Text(set.Name).S, Section: "programme", NoIndex: true,
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme")}, web.Crumb{Label: title}), Status: status, V: v,
	})
}

func (w *Web) ownAbsences(c *web.C) (*editions.Setting, []Absence, error) {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, nil, err
	}
	list, err := w.s.OwnAbsences(c.Context(), c.Actor, set)
	return set, list, err
}

// dropOwn takes a time away; the notice puts it back.
func (w *Web) dropOwn(c *web.C) error {
	set, _, err := w.ownAbsences(c)
	if err != nil {
		return err
	}
	gone, err := w.s.DropOwnAbsence(c.Context(), c.Actor, set, core.ID(c.Value("id")))
	if err != nil {
		return err
	}
	here := set.Path() + "/my-availability"
	return c.DoneUndo(here, web.Undo{Path: here + "/restore", Name: "absence", Value: packed(gone), Next: c.URL(here)}, "timetable.own.removed")
}

func (w *Web) restoreOwn(c *web.C) error {
	set, _, err := w.ownAbsences(c)
	if err != nil {
		return err
	}
	a, err := unpacked(c.Value("absence"))
	if err == nil {
		err = w.s.AddOwnAbsence(c.Context(), c.Actor, set, a)
	}
	return w.restored(c, set, "/my-availability", "timetable.own_form.saved", err)
}

// ownPanel leads to where somebody says when she cannot be there.
type ownPanel struct {
	Title, Text string
	Links       []web.Tab
}

// MePanel shows, on somebody's own page, the ways to say when she cannot be there: one for
// each edition to come in which she has a role.
func (w *Web) MePanel(c *web.C, person core.ID) (string, any, error) {
	if person == "" || person != c.Actor.Person {
		return "", nil, nil
	}
	list, err := w.s.Programme.RolesOf(c.Context(), c.Actor, person)
	if err != nil {
		return "", nil, err
	}
	v := ownPanel{Title: c.T("timetable.own.title"), Text: c.T("timetable.own.panel")}
	var seen []core.ID
	for _, a := range list {
		if slices.Contains(seen, a.Session.Edition) {
			continue
		}
		seen = append(seen, a.Session.Edition)
		set, err := w.s.Editions.SettingByID(c.Context(), c.Actor, a.Session.Edition)
		if err != nil {
			return "", nil, err
		}
		if end := set.End(); end.IsZero() || end.Time().Before(c.Now()) {
			continue
		}
		v.Links = append(v.Links, web.Tab{Label: c.Text(set.Name).S, URL: c.URL(set.Path() + "/my-availability")})
	}
	if len(v.Links) == 0 {
		return "", nil, nil
	}
	return "timetable/own-panel", v, nil
}
