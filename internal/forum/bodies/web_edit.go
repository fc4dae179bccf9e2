package bodies

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

type formView struct {
	Title string
	About string // whom or what the form is about
	Form  *web.Form
}

// formPage is the page around a form of this room.
func formPage(title string, trail []web.Crumb) web.Page {
	return web.Page{Name: "bodies/form", Title: title, Section: "community", Trail: trail, NoIndex: true, V: formView{Title: title}}
}

// editing is the way of every form of this room: show it as it stands, take what was
// typed, and on a problem give it back as it was typed. save says where to go next.
func editing[In any](c *web.C, key string, now In, page web.Page, prepare func(*web.Form), save func(in In) (string, error), back string) error {
	page.Status = http.StatusOK
	in := now
	var failed error
	if c.R.Method == http.MethodPost {
		var typed In
		failed = c.Decode(&typed)
		if failed == nil && !c.Wants("_more") {
			var next string
			if next, failed = save(typed); failed == nil {
				return c.Done(next, key+".saved")
			}
		}
		in = typed
	}
	f := c.Form(key, &in)
	f.Cancel = c.URL(back)
	if prepare != nil {
		prepare(f)
	}
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		page.Title = c.T("form.error_title", "Title", page.Title)
		page.Status = http.StatusUnprocessableEntity
		if f.Stale {
			page.Status = http.StatusConflict
		}
	}
	v, _ := page.V.(formView)
	v.Form = f
	page.V = v
	return c.Page(page)
}

func (w *Web) create(c *web.C) error {
	k, ok := listOf(c.Param("kind"))
	if !ok {
		return core.NotFound()
	}
	if err := Policy.Check("create", Active, c.Actor.Roles(core.ScopeForum)...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	title := c.T("bodies.new")
	fresh := New{Kind: k.Code, Status: Active}
	return editing(c, "bodies.body", fresh, formPage(title, append(w.trail(c, kindCrumb(c, k)), web.Crumb{Label: title})),
		func(f *web.Form) {
			var kinds []web.Option
			for _, k := range Kinds {
				kinds = append(kinds, web.Option{Value: k.Code, Label: c.T("bodies.kind." + k.Code)})
			}
			f.Options("kind", kinds)
			w.bodyOptions(c, f, "")
		}, func(in New) (string, error) {
			in.ID = ""
			b, err := w.s.Create(c.Context(), c.Actor, in)
			return b.Path(), err
		}, "/community/"+k.Path)
}

// bodyOptions gives the choices of a form of a body; self is left out as a parent.
func (w *Web) bodyOptions(c *web.C, f *web.Form, self core.ID) {
	var statuses, regions, parents, links []web.Option
	for _, s := range Statuses {
		statuses = append(statuses, web.Option{Value: s, Label: c.T("bodies.status." + s)})
	}
	for _, o := range w.vocab.Options(c.Lang, vocab.Regions) {
		if o.Value != "none" && o.Value != "igo" { // these are of persons and countries
			regions = append(regions, o)
		}
	}
	for _, l := range LinkKinds {
		links = append(links, web.Option{Value: l, Label: c.T("bodies.link." + l)})
	}
	all, err := w.s.Options(c.Context(), c.Lang)
	if err == nil { // without them the parent cannot be chosen, the rest can
		for _, o := range all {
			if o.Value != string(self) {
				parents = append(parents, o)
			}
		}
	}
	f.Options("status", statuses)
	f.Options("country", w.vocab.Options(c.Lang, vocab.CountryList))
	f.Options("region", regions)
	f.Options("parent", parents)
	f.Options("links.kind", links)
}

// load finds the body of the address and what the actor is in it.
func (w *Web) load(c *web.C) (Body, []core.Role, error) {
	k, ok := listOf(c.Param("kind"))
	if !ok {
		return Body{}, nil, core.NotFound()
	}
	b, err := w.s.BySlug(c.Context(), k.Code, c.Param("slug"))
	if err != nil {
		return Body{}, nil, err
	}
	roles, err := w.s.RolesIn(c.Context(), c.Actor, b.ID)
	if err != nil {
		return Body{}, nil, err
	}
	return b, roles, Policy.Check("see", b.Status, roles...)
}

func (w *Web) bodyTrail(c *web.C, b Body, more ...web.Crumb) []web.Crumb {
	k, _ := KindOf(b.Kind)
	t := w.trail(c)
	if k.Family != "" {
		t = append(t, kindCrumb(c, initiatives))
	}
	return append(append(t, kindCrumb(c, k), bodyCrumb(c, b)), more...)
}

func (w *Web) edit(c *web.C) error {
	b, roles, err := w.load(c)
	if err != nil {
		return err
	}
	if err := Policy.Check("edit", b.Status, roles...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	title := c.T("bodies.edit")
	page := formPage(title, w.bodyTrail(c, b, web.Crumb{Label: title}))
	page.V = formView{Title: title, About: b.Label(c.Lang)}
	return editing(c, "bodies.edit_form", InputOf(b), page, func(f *web.Form) { w.bodyOptions(c, f, b.ID) },
		func(in EditInput) (string, error) {
			_, err := w.s.Edit(c.Context(), c.Actor, b.ID, in)
			return b.Path(), err
		}, b.Path())
}

func (w *Web) standing(c *web.C) error {
	b, roles, err := w.load(c)
	if err != nil {
		return err
	}
	if err := Policy.Check("list", b.Status, roles...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	title := c.T("bodies.standing")
	page := formPage(title, w.bodyTrail(c, b, web.Crumb{Label: title}))
	page.V = formView{Title: title, About: b.Label(c.Lang)}
	return editing(c, "bodies.standing_form", StandingOf(b), page, func(f *web.Form) { w.bodyOptions(c, f, b.ID) },
		func(in StandingInput) (string, error) {
			_, err := w.s.SetStanding(c.Context(), c.Actor, b.ID, in)
			return b.Path(), err
		}, b.Path())
}
