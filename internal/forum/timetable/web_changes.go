package timetable

import (
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/feed"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type changesView struct {
	Title, Subtitle string
	Actions         []web.Action
	Releases        []releaseLine
	Empty           *web.Empty
}

// changes is the public list of releases.
func (w *Web) changes(c *web.C) error {
	set, err := w.public(c)
	if err != nil {
		return err
	}
	list, err := w.s.Releases(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := changesView{Title: c.T("timetable.changes"), Subtitle: c.T("timetable.changes_sub")}
	v.Actions = []web.Action{
		{Label: c.T("timetable.changes_feed"), URL: c.URL(set.Path() + "/changes.atom"), Icon: "live"},
	}
	if Can(c.Actor, set, "see") {
		v.Actions = append(v.Actions, web.Action{Label: c.T("timetable.title"), URL: c.URL(set.Path() + "/timetable"), Icon: "edit"})
	}
	for _, r := range list {
		v.Releases = append(v.Releases, releaseRow(c, set, r))
	}
	if len(list) == 0 {
		v.Empty = &web.Empty{
			Title: c.T("timetable.changes_none"), Text: c.T("timetable.changes_none_text"),
			Link: &web.Tab{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme")},
		}
	}
	return c.Page(web.Page{
		Name: "timetable/changes", Title: v.Title, Describe: v.Subtitle, Section: "programme", V: v,
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme")}, web.Crumb{Label: v.Title}),
	})
}

// public is the edition of a page that everybody may see.
func (w *Web) public(c *web.C) (*editions.Setting, error) {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	return set, nil
}

type changeView struct {
	Title, Subtitle string
	Note            web.TextView
	Summary         string
	SHA256          string
	Changes         []changeGroup
	Newer, Older    *web.Tab
	When, Machine   string
}

// change is one release with what it changed.
func (w *Web) change(c *web.C) error {
	set, err := w.public(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil {
		return core.NotFound()
	}
	r, err := w.s.ReleaseOf(c.Context(), c.Actor, set, n)
	if err != nil {
		return err
	}
	list, err := w.s.Releases(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	row := releaseRow(c, set, r)
	v := changeView{
		Title: row.Label, Subtitle: c.T("timetable.release.at", "When", row.When, "Sessions", r.Counts["sessions"]), Note: row.Note, Summary: row.Summary, SHA256: r.SHA256,
		Changes: groups(c, set, r.Changes), When: row.When, Machine: row.Machine,
	}
	for _, o := range list {
		t := &web.Tab{Label: c.T("timetable.release.number", "Number", o.Number), URL: c.URL(set.Path() + "/changes/" + strconv.Itoa(o.Number))}
		switch o.Number {
		case n - 1:
			v.Older = t
		case n + 1:
			v.Newer = t
		}
	}
	return c.Page(web.Page{
		Name: "timetable/change", Title: v.Title, Describe: v.Summary, Section: "programme", V: v,
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme")},
			web.Crumb{Label: c.T("timetable.changes"), URL: c.URL(set.Path() + "/changes")}, web.Crumb{Label: v.Title}),
	})
}

// feedLength is how many releases a feed has.
const feedLength = 20

// feed is the releases for feed readers: each an entry with its changes in words.
func (w *Web) feed(kind string) web.Handler {
	return func(c *web.C) error {
		set, err := w.public(c)
		if err != nil {
			return err
		}
		list, err := w.s.Releases(c.Context(), c.Actor, set)
		if err != nil {
			return err
		}
		home := set.Path() + "/changes"
		f := feed.Feed{
			Title: feed.Line(c.T("timetable.feed", "Edition", c.Text(set.Name).S)), Lang: c.Lang, Home: c.Absolute(home), Self: c.Absolute(home + "." + kind),
		}
		list = list[:min(len(list), feedLength)]
		told, err := w.s.changesOf(c.Context(), list)
		if err != nil {
			return err
		}
		x := speech{s: w.s, set: set, lang: c.Lang}
		for _, r := range list {
			var text []string
			if note := c.Text(r.Note).S; note != "" {
				text = append(text, note)
			}
			for _, ch := range told[r.ID] {
				text = append(text, x.told(ch))
			}
			f.Items = append(f.Items, feed.Item{
				ID: feed.URN(r.ID), Title: feed.Line(c.T("timetable.release.number", "Number", r.Number) + ": " + counts(c, r.Counts)),
				Text: strings.Join(text, "\n\n"), URL: c.Absolute(home + "/" + strconv.Itoa(r.Number)), At: r.At,
			})
		}
		write, contentType := f.Atom, feed.AtomType
		if kind == "json" {
			write, contentType = f.JSON, feed.JSONType
		}
		body, err := write()
		if err != nil {
			return err
		}
		return c.Bytes(contentType, body)
	}
}

// draft shows the plan to who has its private link: read only, kept nowhere.
func (w *Web) draft(c *web.C) error {
	b, err := w.s.ByLink(c.Context(), c.Edition, c.Param("token"))
	if err != nil {
		return err
	}
	set := b.Set
	v := &draftView{Title: c.T("timetable.draft"), Subtitle: c.T("timetable.draft_sub")}
	x := w.painter(c, b)
	if len(b.Frame.Days) > 0 {
		for _, d := range b.Frame.Days {
			day := &editorView{Date: d.Date}
			x.days(day)
			x.lay(day)
			if len(day.Items) == day.Last-day.First {
				continue // no session, no break
			}
			v.Days = append(v.Days, draftDay{Label: day.Label, Class: strings.Replace(day.Class, " plan ", " ", 1), Heads: day.Heads, Items: day.Items})
		}
	}
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	return c.Page(web.Page{Name: "timetable/draft", Title: v.Title, Section: "programme", NoIndex: true, Wide: true, V: v, Trail: editions.Trail(c, set, web.Crumb{Label: v.Title})})
}

type draftView struct {
	Title, Subtitle string
	Days            []draftDay
}

type draftDay struct {
	Label, Class string
	Heads        []planHead
	Items        []planItem
}
