package archive

import (
	"net/http"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// followsView is the list of sources that an edition follows.
type followsView struct {
	Title, Subtitle string
	Problem         *problemView
	Count           string
	Rows            []followRow
	Empty           *web.Empty
	Form            *web.Form
	Send, Data      string
}

type followRow struct {
	Name, URL, Kind string
	Looked, Who     string
	Outcome         *web.Status
	Why             string      // it failed the last time
	List            *web.Tab    // what was staged or taken in
	ListState       *web.Status // of that
	Look, Remove    string
}

// follows lists the sources of an edition, and adds one.
func (w *Web) follows(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	if err := w.s.may(c.Actor, set); err != nil {
		return err
	}
	forum, err := w.editions.Forum(c.Context())
	if err != nil {
		return err
	}
	in := FollowInput{Lang: forum.Lang}
	var failed error
	if c.R.Method == http.MethodPost {
		in = FollowInput{}
		if failed = c.Decode(&in); failed == nil {
			f, err := w.s.AddFollow(c.Context(), c.Actor, set, in)
			if err == nil {
				return c.Done(followsPath(set), "archive.source.added", "Name", f.Name)
			}
			failed = err
		}
		if !tellable(failed) {
			return failed
		}
	}
	return w.followsPage(c, set, &in, failed, nil)
}

func followsPath(set *editions.Setting) string { return set.Path() + "/import/sources" }

// followsPage shows the list; failed is what was wrong with the form, problem what went wrong
// with a source.
func (w *Web) followsPage(c *web.C, set *editions.Setting, in *FollowInput, failed, problemOf error) error {
	f := c.Form("archive.follow", in)
	f.Action = c.URL(followsPath(set))
	langs := make([]web.Option, 0, len(core.Langs))
	for _, l := range core.Langs {
		langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
	}
	f.Options("lang", langs)
	name := c.Text(set.Name).S
	v := followsView{
		Title: c.T("archive.sources.title"), Subtitle: c.T("archive.sources.subtitle", "Edition", name), Form: f,
		Send: c.URL(set.Path() + "/import"), Data: c.URL(set.Path() + "/data"),
	}
	list, err := w.s.Follows(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	if v.Rows, err = w.followRows(c, set, list); err != nil {
		return err
	}
	v.Count = c.T("archive.sources.count", "Count", len(list))
	if len(list) == 0 {
		v.Empty = &web.Empty{Title: c.T("archive.sources.none"), Text: c.T("archive.sources.none_text", "Edition", name)}
	}
	page := web.Page{Name: "archive/sources", Title: v.Title, Section: "programme", NoIndex: true, Trail: editions.Trail(c, set,
		web.Crumb{Label: c.T("archive.trail"), URL: c.URL(set.Path() + "/import")}, web.Crumb{Label: v.Title})}
	for _, err := range []error{failed, problemOf} {
		if err != nil {
			page.Title, page.Status = c.T("form.error_title", "Title", v.Title), web.StatusCode(core.KindOf(err))
		}
	}
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
	}
	if problemOf != nil {
		v.Problem = problem(c, problemOf)
	}
	page.V = &v
	return c.Page(page)
}

// followRows are the sources with what was found the last time.
func (w *Web) followRows(c *web.C, set *editions.Setting, list []Follow) ([]followRow, error) {
	imports, err := w.s.Imports(c.Context(), c.Actor, set)
	if err != nil {
		return nil, err
	}
	var people []core.ID
	for _, f := range list {
		if f.Person != "" {
			people = append(people, f.Person)
		}
	}
	names, err := w.s.people.Names(c.Context(), people)
	if err != nil {
		return nil, err
	}
	out := make([]followRow, 0, len(list))
	for _, f := range list {
		path := followsPath(set) + "/" + string(f.ID)
		r := followRow{Name: f.Name, URL: f.URL, Look: c.URL(path + "/look"), Remove: c.URL(path + "/remove"), Looked: c.T("archive.source.never")}
		if f.Kind != "" {
			r.Kind = words(c.T, "archive.kind.", f.Kind)
		}
		if n := names[f.Person]; n != "" {
			r.Who = c.T("archive.source.by", "Who", n)
		}
		if !f.Looked.IsZero() {
			r.Looked = c.T("archive.source.looked", "When", c.Stamp(f.Looked, set.Zone))
			r.Outcome, r.Why = outcomeOf(c, f.Outcome), whyOf(c, f.Outcome)
		}
		if i := slices.IndexFunc(imports, func(im Import) bool { return im.ID == f.Outcome.Import }); i >= 0 && f.Outcome.Import != "" {
			state := status(c, set, imports[i])
			r.List, r.ListState = &web.Tab{Label: c.T("archive.source.list"), URL: c.URL(pathOf(set, imports[i].ID))}, &state
		}
		out = append(out, r)
	}
	return out, nil
}

// outcomeOf says what was found at a source.
func outcomeOf(c *web.C, o Outcome) *web.Status {
	var s web.Status
	switch o.Code {
	case FoundDiffers:
		s = c.Status("changed", "archive.source.outcome.differs", "New", o.New, "Changed", o.Changed, "Gone", o.Gone)
	case FoundWaits:
		s = c.Status("due", "archive.source.outcome.waits")
	case FoundFailed:
		s = c.Status("late", "archive.source.outcome.failed")
	case FoundUnchanged, FoundSame, FoundItself:
		s = c.Status("done", "archive.source.outcome."+o.Code)
	default:
		return nil
	}
	return &s
}

// whyOf says why looking at a source failed.
func whyOf(c *web.C, o Outcome) string {
	if o.Why == "" {
		return ""
	}
	var args []any
	for name, a := range o.Args {
		if a.S != "" {
			args = append(args, name, isolated(c.Lang, a.S))
		} else {
			args = append(args, name, a.N)
		}
	}
	return c.T(o.Why, args...)
}

// lookedAt is where somebody lands who loads the page of a look again: nothing is asked anew.
func (w *Web) lookedAt(c *web.C) error { return c.Redirect("/" + c.Edition + "/import/sources") }

// look looks at a source, and leads to what is to be decided.
func (w *Web) look(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	f, err := w.s.LookAt(c.Context(), c.Actor, set, core.ID(c.Param("id")))
	switch {
	case err != nil && tellable(err) && f.ID != "":
		forum, ferr := w.editions.Forum(c.Context())
		if ferr != nil {
			return ferr
		}
		return w.followsPage(c, set, &FollowInput{Lang: forum.Lang}, nil, err)
	case err != nil:
		return err
	}
	switch o := f.Outcome; o.Code {
	case FoundDiffers:
		return c.Done(pathOf(set, o.Import), "archive.source.staged", "Name", f.Name)
	case FoundWaits:
		return c.Done(pathOf(set, o.Import), "archive.source.waits", "Name", f.Name)
	default:
		return c.Done(followsPath(set), "archive.source."+o.Code, "Name", f.Name)
	}
}

func (w *Web) removeFollow(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	f, err := w.s.RemoveFollow(c.Context(), c.Actor, set, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	here := followsPath(set)
	return c.DoneUndo(here, web.Undo{Path: here + "/restore", Name: "source", Value: string(f.ID), Next: c.URL(here)}, "archive.source.removed", "Name", f.Name)
}

func (w *Web) restoreFollow(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	if err := w.s.RestoreFollow(c.Context(), c.Actor, set, core.ID(c.Value("source"))); err != nil {
		return err
	}
	return c.Done(followsPath(set), "archive.source.restored")
}
