package archive

import (
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// itemsPage is how many imported things stand on a page.
const itemsPage = 200

// Kinds of imported things, in the order in which they are shown.
var itemKinds = []string{"edition", "figure", "session", "person", "organisation", "report", "message"}

// appliedView is an import that was taken in, or taken back.
type appliedView struct {
	Title, Read string
	Status      web.Status
	Who         string
	Found       []string
	Staff       bool
	Undone      bool
	Undo        string // address; empty where it cannot be undone
	Restage     string
	Problem     *problemView
	Open        bool
	OpenURL     string
	Tabs        web.Tabs
	Items       []itemView
	Shown       string
	Pages       *pagesView
	Conflicts   notesView
	Unread      notesView
	Source      sourceView
}

type itemView struct {
	Kind, Label, URL, Place, PlaceURL string
}

func (w *Web) applied(c *web.C, set *editions.Setting, p *Plan, failed error) error {
	staff := policy.Can("import", "", c.Actor.Roles(set.Scope())...)
	l := newList(w, c, set, p)
	path := pathOf(set, p.ID)
	v := appliedView{
		Title: p.Name, Status: status(c, set, p.Import), Found: found(c, p.Found), Staff: staff, Undone: p.State == StateUndone, Open: p.Open,
		Read:      c.T("archive.read_as", "Kind", words(c.T, "archive.kind.", p.Shape), "Number", p.Confidence),
		Conflicts: l.notes(NoteContradiction, nil), Unread: l.notes(NoteUnread, nil), Source: inlineSource(c, set, p),
	}
	names, err := w.s.people.Names(c.Context(), []core.ID{p.Person})
	if err != nil {
		return err
	}
	if v.Who = who(c, p.Import, names); v.Who != "" && staff {
		v.Who = c.T("archive.by", "Who", v.Who)
	} else {
		v.Who = ""
	}
	if staff {
		v.OpenURL, v.Restage = c.URL(path+"/open"), c.URL(path+"/restage")
		if !v.Undone {
			v.Undo = c.URL(path + "/undo")
		}
	}
	if !v.Undone {
		if err := w.items(c, set, l, &v); err != nil {
			return err
		}
	}
	page := web.Page{
		Name: "archive/applied", Title: p.Name, Section: "programme", NoIndex: !p.Open || v.Undone, Trail: w.trail(c, set, p, ""), V: &v,
	}
	if !staff {
		page.Trail = editions.Trail(c, set, web.Crumb{Label: p.Name})
	}
	if failed != nil {
		v.Problem = problem(c, failed)
		page.Title, page.Status = c.T("form.error_title", "Title", p.Name), web.StatusCode(core.KindOf(failed))
	}
	return c.Page(page)
}

// items lists what came of an import, with links to the things.
func (w *Web) items(c *web.C, set *editions.Setting, l *listing, v *appliedView) error {
	all, err := w.s.Items(c.Context(), l.p.ID)
	if err != nil {
		return err
	}
	kind := c.Query("kind")
	if !slices.Contains(itemKinds, kind) {
		kind = ""
	}
	count := map[string]int{}
	var shown []Item
	for _, it := range all {
		count[it.Kind]++
		if kind == "" || it.Kind == kind {
			shown = append(shown, it)
		}
	}
	slices.SortStableFunc(shown, func(a, b Item) int { return slices.Index(itemKinds, a.Kind) - slices.Index(itemKinds, b.Kind) })
	v.Tabs = web.Tabs{Label: c.T("archive.groups"), Tabs: []web.Tab{{
		Label: c.T("archive.group.all"), Count: strconv.Itoa(len(all)), Current: kind == "", URL: address(c, "kind", "", "page", ""),
	}}}
	for _, k := range itemKinds {
		if count[k] > 0 {
			v.Tabs.Tabs = append(v.Tabs.Tabs, web.Tab{
				Label: c.T("archive.items." + k), Count: strconv.Itoa(count[k]), Current: kind == k, URL: address(c, "kind", k, "page", ""),
			})
		}
	}
	g := newPages(c, len(shown), itemsPage)
	v.Pages, v.Shown = g.view(), c.T("archive.shown", "Count", len(shown))
	shown = shown[g.from:g.to]
	urls, err := w.addresses(c, set, shown)
	if err != nil {
		return err
	}
	for _, it := range shown {
		at := placeOf(l.p.Shape, it.FromLine, it.ToLine)
		v.Items = append(v.Items, itemView{
			Kind: c.T("archive.item." + it.Kind), Label: it.Label, URL: urls[it.Subject],
			Place: where(c, at), PlaceURL: lineURL(c, set, l.p, l.lines, at.Line),
		})
	}
	return nil
}

// placeOf is the place of an imported thing: a table has rows, other sources have lines.
func placeOf(shape string, from, to int) Spot {
	if shape == "table" {
		return Spot{Row: from}
	}
	return Spot{Line: from, EndLine: to}
}

// addresses are the pages of imported things, as far as the reader may see them.
func (w *Web) addresses(c *web.C, set *editions.Setting, list []Item) (map[core.ID]string, error) {
	by := map[string][]core.ID{}
	out := map[core.ID]string{}
	for _, it := range list {
		by[it.Kind] = append(by[it.Kind], it.Subject)
		switch it.Kind {
		case "organisation":
			out[it.Subject] = c.URL("/organisations/" + string(it.Subject))
		case "edition", "figure":
			out[it.Subject] = c.URL(set.Path() + "/about")
		}
	}
	names, err := w.s.people.Names(c.Context(), by["person"])
	if err != nil {
		return nil, err
	}
	for id := range names {
		out[id] = c.URL("/people/" + string(id))
	}
	reports, err := w.s.sessionsOf(c.Context(), by["report"])
	if err != nil {
		return nil, err
	}
	ids := by["session"]
	for _, s := range reports {
		ids = append(ids, s)
	}
	sessions, err := w.s.programme.SessionsByID(c.Context(), c.Actor, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range by["message"] {
		out[id] = c.URL(set.Path() + "/messages")
	}
	for id, x := range sessions {
		out[id] = c.URL(x.Path())
	}
	for id, s := range reports {
		if x := sessions[s]; x != nil {
			out[id] = c.URL(x.Path() + "/report")
		}
	}
	return out, nil
}
