package archive

import (
	"net/http"
	"net/url"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// versionIn is a form that only says which state of the import somebody looked at.
type versionIn struct {
	Version int64 `form:"version"`
}

// apply takes a staged source in.
func (w *Web) apply(c *web.C) error {
	set, p, err := w.ours(c)
	if err != nil {
		return err
	}
	var in versionIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	res, err := w.s.Apply(c.Context(), c.Actor, set, p.ID, in.Version)
	switch {
	case err == nil && res.Nothing:
		return c.Done(pathOf(set, p.ID), "archive.nothing_new")
	case err == nil:
		return c.Done(pathOf(set, p.ID), "archive.done",
			"Sessions", res.Sessions, "Filled", res.Filled, "People", res.People, "Messages", res.Messages, "Figures", res.Figures)
	case !tellable(err) && core.KindOf(err) != core.KindStale:
		return err
	}
	if set, p, rerr := w.ours(c); rerr == nil && p.State == StateStaged {
		return w.staged(c, set, p, err)
	}
	return err
}

// chooseIn is what somebody ticked in the staging list.
type chooseIn struct {
	Items  []int  `form:"item"`
	Do     string `form:"do"`
	Kind   string `form:"kind"`
	Choice string `form:"choice"`
	Page   string `form:"page"`
}

// choose takes or leaves out what was ticked, or all that a filter finds.
func (w *Web) choose(c *web.C) error {
	set, p, err := w.ours(c)
	if err != nil {
		return err
	}
	var in chooseIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	l := newList(w, c, set, p)
	if in.Do == "take-all" || in.Do == "leave-all" {
		kind, choice := l.asked(in.Kind, in.Choice)
		in.Items = nil
		for _, st := range l.chosen(kind, choice) {
			in.Items = append(in.Items, st.Position)
		}
	}
	take := in.Do == "take" || in.Do == "take-all"
	back := pathOf(set, p.ID) + "?" + url.Values{"kind": {in.Kind}, "choice": {in.Choice}, "page": {in.Page}}.Encode() + "#list"
	if len(in.Items) == 0 {
		return c.Done(back, "archive.chosen_none")
	}
	if err := w.s.ChooseAll(c.Context(), c.Actor, set, p.ID, in.Items, take); err != nil {
		return err
	}
	if take {
		return c.Done(back, "archive.chosen_take", "Count", len(in.Items))
	}
	return c.Done(back, "archive.chosen_leave", "Count", len(in.Items))
}

// open lets everybody read the source of an import, or the staff only.
func (w *Web) open(c *web.C) error {
	set, p, err := w.ours(c)
	if err != nil {
		return err
	}
	open := c.Value("open") == "1"
	if err := w.s.SetOpen(c.Context(), c.Actor, set, p.ID, open); err != nil {
		return err
	}
	if open {
		return c.Done(pathOf(set, p.ID), "archive.opened")
	}
	return c.Done(pathOf(set, p.ID), "archive.closed")
}

// restage reads the kept file anew.
func (w *Web) restage(c *web.C) error {
	set, p, err := w.ours(c)
	if err != nil {
		return err
	}
	fresh, err := w.s.Restage(c.Context(), c.Actor, set, p.ID, nil)
	switch {
	case err == nil:
		return c.Done(pathOf(set, fresh.ID), "archive.staged", "Name", fresh.Name)
	case tellable(err) && p.State == StateStaged:
		return w.staged(c, set, p, err)
	case tellable(err):
		return w.applied(c, set, p, err)
	}
	return err
}

// confirmView asks before something that cannot be taken back by itself.
type confirmView struct {
	Title, Text, Keep string
	What              []string
	Button, Back      string
	Danger            bool
	Version           int64
	Problem           *problemView
}

// discard throws a staged source away, after asking.
func (w *Web) discard(c *web.C) error {
	set, p, err := w.ours(c)
	if err != nil {
		return err
	}
	if p.State != StateStaged {
		return core.Conflict("archive.error.applied", "Name", p.Name)
	}
	v := confirmView{
		Title: c.T("archive.discard.title", "Name", p.Name), Text: c.T("archive.discard.text"), Keep: c.T("archive.discard.keep"),
		Button: c.T("archive.discard.button"), What: found(c, p.Found), Version: p.Version, Danger: true, Back: c.URL(pathOf(set, p.ID)),
	}
	var failed error
	if c.R.Method == http.MethodPost {
		var in versionIn
		if failed = c.Decode(&in); failed == nil {
			failed = w.s.Discard(c.Context(), c.Actor, set, p.ID, in.Version)
		}
		if failed == nil {
			return c.Done(set.Path()+"/import", "archive.discarded", "Name", p.Name)
		}
	}
	return w.confirm(c, set, p, v, failed)
}

// undo takes an import back, after asking.
func (w *Web) undo(c *web.C) error {
	set, p, err := w.ours(c)
	if err != nil {
		return err
	}
	if p.State != StateApplied {
		return core.Conflict("archive.error.not_applied", "Name", p.Name)
	}
	v := confirmView{
		Title: c.T("archive.undo.title", "Name", p.Name), Text: c.T("archive.undo.text"), Keep: c.T("archive.undo.keep"),
		Button: c.T("archive.undo.button"), Version: p.Version, Danger: true, Back: c.URL(pathOf(set, p.ID)),
	}
	items, err := w.s.Items(c.Context(), p.ID)
	if err != nil {
		return err
	}
	for _, kind := range itemKinds {
		n := 0
		for _, it := range items {
			if it.Kind == kind {
				n++
			}
		}
		if n > 0 {
			v.What = append(v.What, c.T("archive.touched."+kind, "Count", n))
		}
	}
	var failed error
	if c.R.Method == http.MethodPost {
		var in versionIn
		if failed = c.Decode(&in); failed == nil {
			failed = w.s.Undo(c.Context(), c.Actor, set, p.ID, in.Version)
		}
		if failed == nil {
			return c.Done(pathOf(set, p.ID), "archive.undone", "Name", p.Name)
		}
	}
	return w.confirm(c, set, p, v, failed)
}

// confirm asks, or says why it could not be done.
func (w *Web) confirm(c *web.C, set *editions.Setting, p *Plan, v confirmView, failed error) error {
	page := web.Page{Name: "archive/confirm", Title: v.Title, Section: "programme", NoIndex: true, Trail: w.trail(c, set, p, v.Button)}
	if failed != nil {
		kind := core.KindOf(failed)
		if !slices.Contains([]core.Kind{core.KindInvalid, core.KindConflict, core.KindStale}, kind) {
			return failed
		}
		v.Problem = problem(c, failed)
		page.Title, page.Status = c.T("form.error_title", "Title", v.Title), web.StatusCode(kind)
	}
	page.V = v
	return c.Page(page)
}
