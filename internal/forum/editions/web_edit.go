package editions

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type formView struct {
	Title string
	Form  *web.Form
	Tabs  web.Tabs
}

// editing is the way of every form of this room: show it as it stands, take what was
// typed, and on a problem give it back as it was typed.
func editing[In any](c *web.C, key string, now In, page web.Page, prepare func(*web.Form), save func(in In) error, done string) error {
	status := http.StatusOK
	in := now
	var failed error
	if c.R.Method == http.MethodPost {
		var typed In
		failed = c.Decode(&typed)
		if failed == nil && !c.Wants("_more") {
			if failed = save(typed); failed == nil {
				return c.Done(done, key+".saved")
			}
		}
		in, status = typed, http.StatusUnprocessableEntity
		if failed == nil {
			status = http.StatusOK
		}
	}
	f := c.Form(key, &in)
	f.Cancel = c.URL(done)
	if prepare != nil {
		prepare(f)
	}
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		if f.Stale {
			status = http.StatusConflict
		}
		page.Title = c.T("form.error_title", "Title", page.Title)
	}
	v := page.V.(formView)
	v.Form = f
	page.V, page.Name, page.Status, page.NoIndex = v, "editions/form", status, true
	return c.Page(page)
}

func (w *Web) editForum(c *web.C) error {
	if err := forumPolicy.Check("edit", "", c.Actor.Roles(core.ScopeForum)...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	f, err := w.s.Forum(c.Context())
	if err != nil {
		return err
	}
	title := c.T("editions.edit_forum")
	return editing(c, "editions.forum", InputOfForum(f), web.Page{
		Title: title, Section: "about", Trail: []web.Crumb{{Label: c.T("shell.about"), URL: c.URL("/about")}, {Label: title}},
		V: formView{Title: title},
	}, nil, func(in ForumInput) error { return w.s.SetForum(c.Context(), c.Actor, in) }, "/about")
}

func (w *Web) add(c *web.C) error {
	if err := forumPolicy.Check("add_edition", "", c.Actor.Roles(core.ScopeForum)...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	title := c.T("editions.add")
	done := "/editions"
	return editing(c, "editions.edition", EditionInput{State: StateDraft, Zone: "UTC"}, web.Page{
		Title: title, Section: "about", Trail: []web.Crumb{{Label: c.T("editions.all"), URL: c.URL("/editions")}, {Label: title}},
		V: formView{Title: title},
	}, func(f *web.Form) { w.editionOptions(c, f) }, func(in EditionInput) error {
		_, err := w.s.Add(c.Context(), c.Actor, in)
		return err
	}, done)
}

func (w *Web) editionOptions(c *web.C, f *web.Form) {
	states := []web.Option{}
	for _, s := range []string{StateDraft, StatePublic, StateHeld} {
		states = append(states, web.Option{Value: s, Label: c.T("policy.edition.state." + s)})
	}
	f.Options("state", states)
	countries := []web.Option{}
	for _, x := range w.vocab.Countries(c.Lang) {
		countries = append(countries, web.Option{Value: x.Alpha2, Label: c.Text(x.Name).S})
	}
	f.Options("country", countries)
}

// setting loads the edition for a form; on GET without the right it says so at once.
func (w *Web) setting(c *web.C) (*Setting, error) {
	set, err := w.s.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, err
	}
	if c.R.Method == http.MethodGet {
		return set, editionPolicy.Check("edit", set.State, c.Actor.Roles(set.Scope())...)
	}
	return set, nil
}

func (w *Web) partPage(c *web.C, set *Setting, titleKey string) web.Page {
	title := c.T(titleKey)
	tabs := web.Tabs{Label: c.T("editions.edit")}
	for _, t := range []struct{ key, path string }{
		{"editions.edit", "/edit"}, {"editions.places", "/edit/places"}, {"editions.themes", "/edit/themes"}, {"editions.questions", "/edit/questions"},
	} {
		tabs.Tabs = append(tabs.Tabs, web.Tab{Label: c.T(t.key), URL: c.URL(set.Path() + t.path), Current: t.key == titleKey})
	}
	return web.Page{Title: title, Section: "about", Trail: Trail(c, set, web.Crumb{Label: title}), V: formView{Title: title, Tabs: tabs}}
}

func (w *Web) edit(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	return editing(c, "editions.edition", InputOf(set.Edition), w.partPage(c, set, "editions.edit"),
		func(f *web.Form) { w.editionOptions(c, f) },
		func(in EditionInput) error {
			_, err := w.s.Change(c.Context(), c.Actor, c.Edition, in)
			return err
		}, set.Path()+"/about")
}

func (w *Web) editPlaces(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	return editing(c, "editions.places_form", InputOfPlaces(set), w.partPage(c, set, "editions.places"), func(f *web.Form) {
		var venues []web.Option
		for _, v := range set.Venues {
			venues = append(venues, web.Option{Value: string(v.ID), Label: c.Text(v.Name).S})
		}
		f.Options("rooms.venue", venues)
	}, func(in PlacesInput) error { return w.s.SetPlaces(c.Context(), c.Actor, c.Edition, in) }, set.Path()+"/about")
}

func (w *Web) editThemes(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	return editing(c, "editions.themes_form", InputOfThemes(set), w.partPage(c, set, "editions.themes"), nil,
		func(in ThemesInput) error { return w.s.SetThemes(c.Context(), c.Actor, c.Edition, in) }, set.Path()+"/about")
}

func (w *Web) editQuestions(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	return editing(c, "editions.questions_form", InputOfQuestions(set), w.partPage(c, set, "editions.questions"), func(f *web.Form) {
		var themes []web.Option
		for _, t := range set.Themes {
			themes = append(themes, web.Option{Value: string(t.ID), Label: c.Text(t.Name).S})
		}
		f.Options("questions.theme", themes)
	}, func(in QuestionsInput) error { return w.s.SetQuestions(c.Context(), c.Actor, c.Edition, in) }, set.Path()+"/about")
}
