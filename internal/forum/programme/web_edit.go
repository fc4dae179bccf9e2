package programme

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// may says at once, before a form is shown, that the reader may not send it. What is
// sent is asked again by the service.
func may(c *web.C, x *Session, action string) error {
	if c.R.Method == http.MethodPost {
		return nil
	}
	return Policy.Check(action, x.State, Crew(c.Actor, x)...)
}

// editTabs are the forms of a session that the reader may use.
func (w *Web) editTabs(c *web.C, x *Session, current string) web.Tabs {
	t := web.Tabs{Label: c.T("programme.edit_tabs")}
	roles := Crew(c.Actor, x)
	for _, f := range []struct{ action, path string }{
		{"edit", "/edit"}, {"people", "/people"}, {"schedule", "/schedule"}, {"relate", "/relations"}, {"renumber", "/standing"},
	} {
		if Policy.Can(f.action, x.State, roles...) {
			t.Tabs = append(t.Tabs, web.Tab{Label: c.T("programme.do." + f.action), URL: c.URL(x.Path() + f.path), Current: f.path == current})
		}
	}
	return t
}

func (w *Web) formPage(c *web.C, set *editions.Setting, x *Session, titleKey, path string) web.Page {
	title := c.T(titleKey)
	return web.Page{
		Title: title, Section: "programme", Trail: w.Trail(c, set, x, web.Crumb{Label: title}),
		V: formView{Title: title, Lead: c.Text(x.Title).S, Tabs: w.editTabs(c, x, path)},
	}
}

func (w *Web) edit(c *web.C, set *editions.Setting, x *Session) error {
	if err := may(c, x, "edit"); err != nil {
		return err
	}
	return editing(c, "programme.edit", InputOf(x), w.formPage(c, set, x, "programme.do.edit", "/edit"),
		func(f *web.Form, _ *EditInput, _ error) error {
			f.Cancel = c.URL(x.Path())
			w.textOptions(c, set, f)
			return nil
		}, func(in EditInput) (string, error) {
			_, err := w.s.Change(c.Context(), c.Actor, set, x.Ref, in)
			return x.Path(), err
		})
}

func (w *Web) textOptions(c *web.C, set *editions.Setting, f *web.Form) {
	themes := []web.Option{}
	for _, t := range set.Themes {
		themes = append(themes, web.Option{Value: string(t.ID), Label: c.Text(t.Name).S})
	}
	f.Options("theme", themes)
	questions := []web.Option{}
	for _, q := range set.Questions {
		questions = append(questions, web.Option{
			Value: string(q.ID), Label: c.T("programme.question_option", "Number", q.Number, "Question", c.Text(q.Question).S),
		})
	}
	f.Options("questions", questions)
	f.Options("format", w.vocab.Options(c.Lang, vocab.Formats))
	f.Options("language", w.vocab.Options(c.Lang, vocab.Languages))
	goals := w.vocab.Options(c.Lang, vocab.Goals)
	for i, o := range goals {
		n, _ := strconv.Atoi(o.Value) // codes of the goals are numbers
		goals[i].Label = c.T("programme.sdg", "Number", n, "Name", o.Label)
	}
	f.Options("sdgs", goals)
	lines := w.vocab.Options(c.Lang, vocab.ActionLines)
	for i, o := range lines {
		lines[i].Label = c.T("programme.action_line", "Code", o.Value, "Name", o.Label)
	}
	f.Options("action_lines", lines)
	kinds := []web.Option{}
	for _, k := range LinkKinds {
		kinds = append(kinds, web.Option{Value: k, Label: c.T("programme.link." + k)})
	}
	f.Options("links.kind", kinds)
}

func (w *Web) schedule(c *web.C, set *editions.Setting, x *Session) error {
	if err := may(c, x, "schedule"); err != nil {
		return err
	}
	// Where there is a plan, this form would show what is public and write to the plan.
	if path, ok, err := w.s.Planned(c.Context(), set, x.Ref); err != nil || ok && c.R.Method != http.MethodPost {
		if err != nil {
			return err
		}
		return c.Redirect(path)
	}
	page := w.formPage(c, set, x, "programme.do.schedule", "/schedule")
	v := page.V.(formView)
	var err error
	if v.Notes, err = w.findings(c, set, x); err != nil {
		return err
	}
	page.V = v
	return editing(c, "programme.schedule", MoveOf(x, set.Zone), page,
		func(f *web.Form, _ *MoveInput, _ error) error {
			f.Cancel = c.URL(x.Path())
			w.placeOptions(c, set, f)
			states := []web.Option{{Value: StateScheduled, Label: c.T("programme.schedule.state.scheduled")}}
			if x.State == StateDraft {
				states = append([]web.Option{{Value: StateDraft, Label: c.T("programme.schedule.state.draft")}}, states...)
			}
			f.Options("state", states)
			return nil
		}, func(in MoveInput) (string, error) {
			_, err := w.s.Move(c.Context(), c.Actor, set, x.Ref, in)
			return x.Path(), err
		})
}

func (w *Web) placeOptions(c *web.C, set *editions.Setting, f *web.Form) {
	days := []web.Option{}
	for _, d := range set.Days() {
		key := "programme.day_option"
		if d.Number == 0 {
			key = "programme.day_zero_option"
		}
		days = append(days, web.Option{Value: d.Date, Label: c.T(key, "Number", d.Number, "Date", c.Date(d.Time(set.Zone)))})
	}
	f.Options("date", days)
	rooms := []web.Option{}
	for _, r := range set.Rooms {
		label := c.Text(r.Name).S
		if r.Capacity > 0 {
			label = c.T("programme.room_option", "Room", label, "Count", r.Capacity)
		}
		rooms = append(rooms, web.Option{Value: string(r.ID), Label: label})
	}
	f.Options("room", rooms)
}

func (w *Web) classify(c *web.C, set *editions.Setting, x *Session) error {
	if err := may(c, x, "renumber"); err != nil {
		return err
	}
	return editing(c, "programme.standing", StandingOf(x), w.formPage(c, set, x, "programme.do.renumber", "/standing"),
		func(f *web.Form, _ *StandingInput, _ error) error {
			f.Cancel = c.URL(x.Path())
			if err := w.typeOptions(c, set, f); err != nil {
				return err
			}
			all, err := w.bodies.Options(c.Context(), c.Lang)
			if err != nil {
				return err
			}
			f.Options("body", all)
			tracks, err := w.bodies.Options(c.Context(), c.Lang, "track")
			if err != nil {
				return err
			}
			f.Options("tracks", tracks)
			return nil
		}, func(in StandingInput) (string, error) {
			after, err := w.s.Classify(c.Context(), c.Actor, set, x.Ref, in)
			if err != nil {
				return "", err
			}
			return after.Path(), nil
		})
}

func (w *Web) typeOptions(c *web.C, set *editions.Setting, f *web.Form) error {
	types, err := w.s.Types(c.Context(), set.ID)
	if err != nil {
		return err
	}
	opts := []web.Option{}
	for _, t := range types {
		opts = append(opts, web.Option{Value: string(t.ID), Label: c.Text(t.Name).S})
	}
	f.Options("type", opts)
	return nil
}

// newInput is the short form of a new session: the rest is filled in on its own forms.
type newInput struct {
	Type   core.ID   `form:"type" ui:"select" required:"1"`
	Number int       `form:"number" ui:"number"`
	Title  core.Text `form:"title" ui:"text" max:"250" required:"1"`
	About  core.Text `form:"description" ui:"area" max:"12000"`
}

func (w *Web) add(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	if err := ProgrammePolicy.Check("add_session", "", c.Actor.Roles(set.Scope())...); err != nil && c.R.Method != http.MethodPost {
		return err
	}
	title := c.T("programme.add")
	back := c.URL(set.Path() + "/programme")
	return editing(c, "programme.new", newInput{}, web.Page{
		Title: title, Section: "programme", V: formView{Title: title},
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("shell.programme"), URL: back}, web.Crumb{Label: title}),
	}, func(f *web.Form, _ *newInput, _ error) error {
		f.Cancel = back
		return w.typeOptions(c, set, f)
	}, func(in newInput) (string, error) {
		x, err := w.s.Create(c.Context(), c.Actor, set, NewSession{
			Type: in.Type, Number: in.Number, Texts: EditInput{Title: in.Title, Description: in.About},
		})
		if err != nil {
			return "", err
		}
		return x.Path() + "/edit", nil
	})
}

func (w *Web) cancel(c *web.C, set *editions.Setting, x *Session) error {
	if err := may(c, x, "cancel"); err != nil {
		return err
	}
	page := w.formPage(c, set, x, "programme.do.cancel", "/cancel")
	page.Name = "programme/confirm"
	page.V = formView{Title: c.T("programme.cancel.ask", "Session", RefLabel(x.Ref)), Lead: c.Text(x.Title).S, Danger: true, Notes: []string{c.T("programme.cancel.what")}}
	return editing(c, "programme.cancel", CancelInput{Version: x.Version}, page,
		func(f *web.Form, _ *CancelInput, _ error) error { f.Cancel = c.URL(x.Path()); return nil },
		func(in CancelInput) (string, error) {
			_, err := w.s.Cancel(c.Context(), c.Actor, set, x.Ref, in)
			return x.Path(), err
		})
}

// restoreInput carries the version only.
type restoreInput struct {
	Version int64 `form:"version" ui:"hidden"`
}

func (w *Web) restore(c *web.C, set *editions.Setting, x *Session) error {
	if err := may(c, x, "restore"); err != nil {
		return err
	}
	page := w.formPage(c, set, x, "programme.do.restore", "/restore")
	page.Name = "programme/confirm"
	page.V = formView{Title: c.T("programme.restore.ask", "Session", RefLabel(x.Ref)), Lead: c.Text(x.Title).S, Notes: []string{c.T("programme.restore.what")}}
	return editing(c, "programme.restore", restoreInput{Version: x.Version}, page,
		func(f *web.Form, _ *restoreInput, _ error) error { f.Cancel = c.URL(x.Path()); return nil },
		func(in restoreInput) (string, error) {
			_, err := w.s.Restore(c.Context(), c.Actor, set, x.Ref, in.Version)
			return x.Path(), err
		})
}
