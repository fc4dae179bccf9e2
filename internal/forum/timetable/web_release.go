package timetable

import (
	"net/http"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

func (w *Web) releasePages(s *web.Server) {
	both(s, "/timetable/release", w.release)
	s.Edition("POST /timetable/link", w.link)
	s.Edition("GET /changes", w.changes)
	s.Edition("GET /changes/{n}", w.change)
	s.Edition("GET /changes.atom", w.feed("atom"))
	s.Edition("GET /changes.json", w.feed("json"))
	s.Edition("GET /draft/{token}", w.draft)
}

type releaseView struct {
	head
	Changes  []changeGroup
	Empty    *web.Empty
	Blocked  []findingLine
	BlockURL string
	Form     *web.Form
	LinkURL  string
	Link     string // the private link, once
	HasLink  string // since when there is one
	Releases []releaseLine
	Note     string
}

// changeGroup is what a release changes, of one kind.
type changeGroup struct {
	Kind, Label string
	Lines       []changeLine
}

type changeLine struct {
	Title      web.TextView
	Ref        string
	URL        string
	Was, Is    string
	WhenIs     *web.When
	Also       []string
	Note       web.TextView
	Urgent     string
	Cancelled  bool
	WasTitle   web.TextView
	ShowBefore bool
}

type releaseLine struct {
	URL, Label, When, Machine, Summary string
	Note                               web.TextView
}

// release shows what a release would change, and makes it.
func (w *Web) release(c *web.C) error {
	set, err := w.setting(c, "release")
	if err != nil {
		return err
	}
	in := ReleaseInput{}
	status, failed := http.StatusOK, error(nil)
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			var r Release
			if r, failed = w.s.Release(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(set.Path()+"/changes/"+strconv.Itoa(r.Number), "timetable.released", "Number", r.Number)
			}
		}
		if k := core.KindOf(failed); k != core.KindInvalid && k != core.KindConflict {
			return failed
		}
		status = web.StatusCode(core.KindOf(failed))
	}
	d, digest, err := w.s.Next(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	b, err := w.s.Board(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := &releaseView{head: w.head(c, set, c.T("timetable.release")), Changes: groups(c, set, d.Changes), LinkURL: c.URL(set.Path() + "/timetable/link")}
	v.Subtitle = c.T("timetable.release.summary", "Count", len(d.Changes), "Sessions", len(d.Slots))
	if len(d.Changes) == 0 {
		v.Empty = &web.Empty{Title: c.T("timetable.release.nothing"), Text: c.T("timetable.release.nothing_text")}
	}
	var blocking []Found
	for _, f := range b.Findings {
		if f.Blocks() {
			blocking = append(blocking, f)
		}
	}
	v.BlockURL = c.URL(set.Path() + "/timetable/findings")
	v.Blocked = words{c, b}.lines(blocking[:min(len(blocking), shownFindings)], "")
	if len(d.Publish) > 0 && len(blocking) == 0 || failed != nil {
		in.Digest = digest
		if failed != nil { // she looks at the changes as they are now
			c.Retype("digest", digest)
		}
		v.Form = c.Form("timetable.release.form", &in)
		v.Form.Action = c.URL(set.Path() + "/timetable/release")
		if failed != nil {
			if err := v.Form.Fail(failed); err != nil {
				return err
			}
		}
	}
	if !b.Frame.LinkMade.IsZero() {
		v.HasLink = c.T("timetable.link.since", "When", c.StampHere(b.Frame.LinkMade))
	}
	return w.releasePage(c, set, v, status)
}

func (w *Web) releasePage(c *web.C, set *editions.Setting, v *releaseView, status int) error {
	list, err := w.s.Releases(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	for _, r := range list {
		v.Releases = append(v.Releases, releaseRow(c, set, r))
	}
	return w.page(c, set, "release", v.Title, v, status)
}

// link makes or ends the private link of the draft. A new link is shown once.
func (w *Web) link(c *web.C) error {
	set, err := w.setting(c, "share")
	if err != nil {
		return err
	}
	if c.Value("end") != "" {
		if err := w.s.EndLink(c.Context(), c.Actor, set); err != nil {
			return err
		}
		return c.Done(set.Path()+"/timetable/release", "timetable.link.ended")
	}
	token, err := w.s.MakeLink(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := &linkView{head: w.head(c, set, c.T("timetable.link.made")), Link: c.Absolute(set.Path() + "/draft/" + token), Back: c.URL(set.Path() + "/timetable/release")}
	return w.page(c, set, "link", v.Title, v, 0)
}

type linkView struct {
	head
	Link, Back string
}

func releaseRow(c *web.C, set *editions.Setting, r Release) releaseLine {
	return releaseLine{
		URL: c.URL(set.Path() + "/changes/" + strconv.Itoa(r.Number)), Label: c.T("timetable.release.number", "Number", r.Number),
		When: c.Stamp(r.At, set.Zone), Machine: r.At.Time().Format("2006-01-02T15:04:05Z"), Summary: counts(c, r.Counts), Note: c.Text(r.Note),
	}
}

// counts says how much of each kind a release changed.
func counts(c *web.C, n map[string]int) string {
	var parts []string
	for _, k := range ChangeKinds {
		if n[k] > 0 {
			parts = append(parts, c.T("timetable.counted."+k, "Count", n[k]))
		}
	}
	return strings.Join(parts, c.T("programme.list.comma"))
}

// groups puts changes under their first kind, in the order in which they are told.
func groups(c *web.C, set *editions.Setting, list []Change) []changeGroup {
	var out []changeGroup
	for _, ch := range list {
		kind := ch.Kinds[0]
		if len(out) == 0 || out[len(out)-1].Kind != kind {
			out = append(out, changeGroup{Kind: kind, Label: c.T("timetable.change." + kind)})
		}
		g := &out[len(out)-1]
		g.Lines = append(g.Lines, changeOf(c, set, ch))
	}
	for i := range out {
		out[i].Label = c.T("timetable.change_group", "Kind", out[i].Label, "Count", len(out[i].Lines))
	}
	return out
}

func changeOf(c *web.C, set *editions.Setting, ch Change) changeLine {
	place := func(s Shown) string {
		if s.Starts.IsZero() {
			return c.T("timetable.no_time")
		}
		when := words{c, &Board{Set: set}}.when(s.Starts, s.Ends)
		if room := c.Text(s.Place).S; room != "" {
			return c.T("timetable.in_room", "When", when, "Room", room)
		}
		return when
	}
	l := changeLine{
		Title: c.Text(ch.After.Title), Ref: programme.RefLabel(ch.After.Ref), URL: c.URL(set.Path() + "/" + ch.After.Ref), Is: place(ch.After),
		Note: c.Text(ch.After.Note), Cancelled: ch.Is(ChangeCancelled),
	}
	if ch.Is(ChangeMoved) || ch.Is(ChangeRoom) || ch.Is(ChangeUnscheduled) || ch.Is(ChangeCancelled) {
		l.Was, l.ShowBefore = place(ch.Before), true
	}
	if !ch.After.Starts.IsZero() && !l.Cancelled {
		when := c.When(ch.After.Starts, ch.After.Ends, set.Zone, set.Place(c.Lang))
		l.WhenIs, l.Is = &when, c.Text(ch.After.Place).S
	}
	if ch.Is(ChangeRenamed) {
		l.WasTitle = c.Text(ch.Before.Title)
	}
	for _, k := range ch.Kinds[1:] {
		l.Also = append(l.Also, c.T("timetable.change."+k))
	}
	if ch.Urgent {
		l.Urgent = c.T("timetable.urgent")
	}
	return l
}
