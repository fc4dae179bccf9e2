package badges

import (
	"errors"
	"html/template"
	"io"
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/web"
)

type designsView struct {
	Tabs    web.Tabs
	Actions []web.Action
	Rows    []designRow
}

type designRow struct {
	Name, URL, Template string
	Usual               bool
	Front               template.HTML
}

// designs shows how badges look, per category.
func (w *Web) designs(c *web.C) error {
	set, err := w.setting(c, "see")
	if err != nil {
		return err
	}
	part, err := w.s.Participation.Setting(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	list, err := w.s.Designs(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := designsView{Tabs: tabs(c, set, "designs")}
	for i := range list {
		d := &list[i]
		r := designRow{Name: c.T("badges.design.all"), URL: at(c, set, "/designs/edit"), Template: c.T("badges.template." + d.Template), Usual: d.Version == 0}
		if cat := part.Category(d.Category); cat != nil {
			r.Name, r.URL = c.Text(cat.Name).S, at(c, set, "/designs/edit?category="+string(d.Category))
		} else if d.Category != "" {
			continue // of a category that is gone
		}
		front, _, err := w.s.example(c.Context(), set, d, c.T("badges.example.name"))
		if err != nil {
			return err
		}
		r.Front = template.HTML(front) //nolint:gosec // drawn here, every word escaped
		v.Rows = append(v.Rows, r)
	}
	if len(v.Rows) <= len(part.Categories) {
		v.Actions = []web.Action{{Label: c.T("badges.design.add"), URL: at(c, set, "/designs/edit?new=1"), Icon: "plus"}}
	}
	title := c.T("badges.design.title")
	return c.Page(page(c, set, "designs", title, v, web.Crumb{Label: title}))
}

type previewView struct {
	Name        string
	Front, Back template.HTML
	Remove      string
	Version     int64
}

// design is the form of one design, with an example of what it makes.
func (w *Web) design(c *web.C) error {
	set, err := w.setting(c, "design")
	if err != nil {
		return err
	}
	part, err := w.s.Participation.Setting(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	list, err := w.s.Designs(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	category := core.ID(c.Query("category"))
	now := *designOf(list, category)
	fixed := c.Query("new") == ""
	if now.Category != category || !fixed { // a design of its own begins as that of all
		now.ID, now.Version, now.Category = "", 0, category
	}
	in := inputOf(&now)
	var failed error
	if c.R.Method == http.MethodPost {
		var typed DesignInput
		failed = c.Decode(&typed)
		if fixed {
			typed.Category = category
		}
		switch {
		case failed != nil:
		case c.Wants("_remove"):
			if err := w.s.RemoveDesign(c.Context(), c.Actor, set, category); err != nil {
				return err
			}
			return c.Done(set.Path()+"/badges/designs", "badges.design.removed")
		case c.Wants("_preview"):
			failed = typed.Validate()
		default:
			if failed = w.saveDesign(c, set, typed, fixed); failed == nil {
				return c.Done(set.Path()+"/badges/designs", "badges.design.saved")
			}
		}
		in = typed
	}
	f := c.Form("badges.design", &in)
	f.Cancel = at(c, set, "/designs")
	f.Buttons = []web.Button{{Name: "_preview", Value: "1", Label: c.T("badges.design.preview")}}
	designOptions(c, f, part)
	if fixed {
		f.Drop("category")
	}
	if now.Logo == "" {
		f.Drop("no_logo")
	}
	pv := previewView{Name: c.Query("name"), Version: now.Version}
	if n := c.Value("example"); n != "" && len(n) <= 200 {
		pv.Name = n
	}
	if pv.Name == "" {
		pv.Name = c.T("badges.example.name")
	}
	shown := now
	if failed == nil {
		shown = in.design(set.ID)
		shown.Logo = now.Logo
		if in.NoLogo {
			shown.Logo = ""
		}
	}
	front, back, err := w.s.example(c.Context(), set, &shown, pv.Name)
	if err != nil {
		return err
	}
	pv.Front, pv.Back = template.HTML(front), template.HTML(back) //nolint:gosec // drawn here, every word escaped
	if category != "" && now.Version > 0 {
		pv.Remove = c.URL(c.Path()) + "?category=" + string(category)
	}
	title := c.T("badges.design.edit")
	sub := c.T("badges.design.all")
	if cat := part.Category(category); cat != nil {
		sub = c.Text(cat.Name).S
	}
	v := formView{Title: title, Subtitle: sub, Tabs: tabs(c, set, "designs"), Form: f, More: pv}
	pg := page(c, set, "design", title, v, web.Crumb{Label: c.T("badges.design.title"), URL: at(c, set, "/designs")}, web.Crumb{Label: sub})
	pg.Script = "badge.js"
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		pg.Status, pg.Title = f.Status(failed), c.T("form.error_title", "Title", title)
	}
	return c.Page(pg)
}

func (w *Web) saveDesign(c *web.C, set *editions.Setting, in DesignInput, fixed bool) error {
	if !fixed && in.Category == "" {
		var p core.Problems
		p.Add("category", "form.required")
		return p.Err()
	}
	var logo *blob.Blob
	f, h, err := c.R.FormFile("file")
	switch {
	case errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart):
	case err != nil:
		return &core.Error{Kind: core.KindInvalid, Key: "error.unreadable", Err: err}
	case h.Size > 0:
		defer f.Close()
		b, err := w.s.Logo(c.Context(), c.Actor, set, io.Reader(f), h.Filename, h.Header.Get("Content-Type"))
		if err != nil {
			return atFile(err)
		}
		logo = &b
	}
	_, err = w.s.SaveDesign(c.Context(), c.Actor, set, in, logo)
	return err
}

// atFile puts what is wrong with a file at its field.
func atFile(err error) error {
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Kind != core.KindInvalid || len(e.Fields) > 0 {
		return err
	}
	var p core.Problems
	p.Add("file", e.Key, e.Args...)
	return p.Err()
}

func designOptions(c *web.C, f *web.Form, part *participation.Setting) {
	var cats, templates, lines, sizes, grounds, langs []web.Option
	for _, x := range part.Categories {
		cats = append(cats, web.Option{Value: string(x.ID), Label: c.Text(x.Name).S})
	}
	for _, t := range Templates {
		templates = append(templates, web.Option{Value: t.Code, Label: c.T("badges.template." + t.Code)})
	}
	for _, l := range Lines {
		lines = append(lines, web.Option{Value: l, Label: c.T("badges.line." + l)})
	}
	for _, s := range Sizes {
		sizes = append(sizes, web.Option{Value: s, Label: c.T("badges.size." + s)})
	}
	for i := range shades {
		grounds = append(grounds, web.Option{Value: strconv.Itoa(i), Label: c.T("badges.background." + strconv.Itoa(i))})
	}
	for _, l := range core.Langs {
		langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
	}
	for name, opts := range map[string][]web.Option{"category": cats, "template": templates, "lines": lines, "size": sizes, "background": grounds, "lang": langs} {
		f.Options(name, opts)
	}
}
