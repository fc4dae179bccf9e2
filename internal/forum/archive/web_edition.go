package archive

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// editionIn is the little that an edition needs to be there, beside the file that waits
// for it.
type editionIn struct {
	File     string    `form:"file" ui:"hidden"`
	Source   string    `form:"source" ui:"hidden"`
	Lang     string    `form:"lang" ui:"hidden"`
	As       string    `form:"as" ui:"hidden"`
	Name     core.Text `form:"name" ui:"text" max:"200" required:"1"`
	Slug     string    `form:"slug" ui:"text" max:"40" required:"1"`
	City     core.Text `form:"city" ui:"text" max:"100"`
	Zone     string    `form:"zone" ui:"text" max:"64" required:"1"`
	FirstDay string    `form:"first_day" ui:"date" required:"1"`
	LastDay  string    `form:"last_day" ui:"date" required:"1"`
}

type editionView struct {
	Title, Text, Back string
	Form              *web.Form
}

// editionFor finds the edition that a source belongs to: the one that was chosen, else
// that of the year that the source names. Nothing where that year has none yet.
func (w *Web) editionFor(list []editions.Edition, in sendIn, src Source) (string, error) {
	var p core.Problems
	if in.Edition != auto && in.Edition != "" {
		return in.Edition, nil
	}
	hint, err := w.s.HintOf(src)
	if err != nil {
		return "", err
	}
	if hint.Year == 0 {
		p.Add("edition", "archive.error.no_year", "Name", src.Name)
		return "", p.Err()
	}
	slug := ""
	for _, e := range list {
		switch {
		case e.Year != hint.Year || e.Sample:
		case e.Slug == strconv.Itoa(hint.Year):
			return e.Slug, nil
		case slug == "":
			slug = e.Slug
		}
	}
	return slug, nil
}

// newEdition adds the edition that a source belongs to and goes on with the source.
func (w *Web) newEdition(c *web.C) error {
	if err := policy.Check("import", "", c.Actor.Roles(core.ScopeForum)...); err != nil {
		return err
	}
	var in editionIn
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			var done bool
			if done, failed = w.addEdition(c, in); done {
				return failed
			}
		}
	} else {
		in = editionIn{File: c.Query("file"), Source: c.Query("name"), Lang: c.Query("lang"), As: c.Query("as")}
		if err := w.prefill(c, &in); err != nil {
			return err
		}
	}
	title := c.T("archive.edition.title")
	f := c.Form("archive.edition", &in)
	v := editionView{
		Title: title, Text: c.T("archive.edition.text", "Name", in.Source), Form: f,
		Back: c.URL("/import?" + url.Values{"kept": {in.File}, "kept_name": {in.Source}}.Encode()),
	}
	page := web.Page{
		Name: "archive/edition", Title: title, Section: "about", NoIndex: true, V: &v,
		Trail: []web.Crumb{{Label: c.T("editions.all"), URL: c.URL("/editions")}, {Label: c.T("archive.trail"), URL: c.URL("/import")}, {Label: title}},
	}
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		page.Title, page.Status = c.T("form.error_title", "Title", title), http.StatusUnprocessableEntity
	}
	return c.Page(page)
}

// prefill writes into the form what the source says of its edition.
func (w *Web) prefill(c *web.C, in *editionIn) error {
	src, err := w.waiting(c, *in)
	if err != nil {
		return err
	}
	hint, err := w.s.HintOf(src)
	if err != nil {
		return err
	}
	f, err := w.editions.Forum(c.Context())
	if err != nil {
		return err
	}
	in.Zone, in.FirstDay, in.LastDay, in.City = hint.Zone, hint.FirstDay, hint.LastDay, core.NewText(src.Lang, hint.City)
	if in.Zone == "" {
		in.Zone = "UTC"
	}
	if hint.Year == 0 {
		return nil
	}
	in.Slug = strconv.Itoa(hint.Year)
	in.Name = core.NewText(c.Lang, fmt.Sprint(f.Short, " ", hint.Year))
	return nil
}

// waiting is the source that was sent before.
func (w *Web) waiting(c *web.C, in editionIn) (Source, error) {
	data, err := w.s.Kept(c.Context(), c.Actor, core.ScopeForum, in.File)
	return Source{Name: clipTo(in.Source, 200), Data: data, As: sendIn{As: in.As}.as(), Lang: in.Lang}, err
}

func (w *Web) addEdition(c *web.C, in editionIn) (done bool, err error) {
	src, err := w.waiting(c, in)
	if err != nil {
		return false, err
	}
	e, err := w.editions.Add(c.Context(), c.Actor, editions.EditionInput{
		Slug: in.Slug, Name: in.Name, City: in.City, Zone: in.Zone, FirstDay: in.FirstDay, LastDay: in.LastDay, State: editions.StateDraft,
	})
	if err != nil {
		return false, err
	}
	set, err := w.editions.Setting(c.Context(), c.Actor, e.Slug)
	if err != nil {
		return true, err
	}
	p, err := w.s.Stage(c.Context(), c.Actor, set, src)
	if err != nil { // the edition stands; the file waits on its own page
		q := url.Values{"kept": {in.File}, "kept_name": {in.Source}}
		return true, c.Done(set.Path()+"/import?"+q.Encode(), "archive.edition.added", "Edition", c.Text(set.Name).S)
	}
	return true, c.Done(pathOf(set, p.ID), "archive.edition.added", "Edition", c.Text(set.Name).S)
}
