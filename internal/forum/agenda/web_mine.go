package agenda

import (
	"encoding/json"
	"net/http"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/calendar"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

// keepInput is what a star sends.
type keepInput struct {
	Add    string `form:"add" ui:"hidden"`
	Remove string `form:"remove" ui:"hidden"`
	Noted  string `form:"noted" ui:"hidden"`
	Next   string `form:"next" ui:"hidden"`
}

type mineView struct {
	Subtitle, Clock string
	Actions         []web.Action
	Parked          *web.Form
	Days            []mineDay
	Gone            []goneRow
	Changed         int
	Path            string
	Result          string
	Empty           *web.Empty
	Help            []web.Tab
}

type mineDay struct {
	ID, Label string
	Rows      []mineRow
}

type mineRow struct {
	row
	Roles     []string
	Kept      bool
	Was       []string
	Clashes   []string
	RemoveURL string
}

type goneRow struct {
	ID    core.ID
	Title web.TextView
}

// mine is the reader's own programme. After a sign-in it holds the star that was pressed
// before.
func (w *Web) mine(c *web.C) error {
	set, err := w.prog.Listed(c)
	if err != nil {
		return err
	}
	m, err := w.s.Mine(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	path := set.Path() + "/my-programme"
	v := mineView{
		Path: c.URL(path), Subtitle: c.T("agenda.mine.subtitle"),
		Actions: []web.Action{{Label: c.T("agenda.private.link"), URL: c.URL("/me/calendar"), Icon: "calendar"}},
		Days:    w.mineDays(c, set, m),
	}
	if c.Query("parked") != "" {
		var in keepInput
		v.Parked = w.parked(c, set, c.Form("agenda.parked", &in))
	}
	var list []programme.Brief
	for _, it := range m.Items {
		list = append(list, it.Session)
		if it.Was != nil {
			v.Changed++
		}
	}
	until(c, list)
	v.Clock = w.prog.ClockNote(c, set, list)
	for _, k := range m.Gone {
		v.Gone = append(v.Gone, goneRow{ID: k.Session, Title: c.Text(k.Title)})
	}
	if len(list) > 0 {
		v.Result = c.T("agenda.mine.result", "Count", len(list))
		v.Actions = append(v.Actions, web.Action{Label: c.T("programme.list.calendar_file"), URL: c.URL(path + ".ics"), Icon: "download"})
	} else if len(v.Gone) == 0 {
		v.Empty = &web.Empty{
			Title: c.T("agenda.mine.empty"), Text: c.T("agenda.mine.empty_text"),
			Link: &web.Tab{Label: c.T("agenda.mine.begin"), URL: c.URL(set.Path() + "/programme")},
		}
	}
	return c.Page(web.Page{
		Name: "agenda/mine", Title: c.T("agenda.mine.title"), Section: "programme", NoIndex: true, V: v,
		Trail: trail(c, set, web.Crumb{Label: c.T("agenda.mine.title")}),
	})
}

// parked is the form with what was pressed before the sign-in; nil where that names nothing.
func (w *Web) parked(c *web.C, set *editions.Setting, f *web.Form) *web.Form {
	ref := f.Field("add").Value
	b, err := w.s.seen(c.Context(), c.Actor, set, ref)
	if ref == "" || err != nil {
		return nil
	}
	f.Submit = c.T("agenda.parked.submit", "Ref", programme.RefLabel(b.Ref))
	return f
}

func (w *Web) mineDays(c *web.C, set *editions.Setting, m Mine) []mineDay {
	byID := map[core.ID]programme.Brief{}
	for _, it := range m.Items {
		byID[it.Session.ID] = it.Session
	}
	var out []mineDay
	for _, it := range m.Items {
		id, label := dayOf(c, set, it.Session.Day)
		if len(out) == 0 || out[len(out)-1].ID != id {
			out = append(out, mineDay{ID: id, Label: label})
		}
		r := mineRow{row: w.row(c, set, it.Session), Kept: it.Kept}
		for _, role := range it.Roles {
			r.Roles = append(r.Roles, c.T("programme.role."+role))
		}
		r.Was = was(c, set, it)
		for _, x := range it.Clashes {
			other := byID[x.With]
			r.Clashes = append(r.Clashes, c.T("agenda.clash."+x.Kind, "Ref", programme.RefLabel(other.Ref), "Title", c.Text(other.Label()).S, "Minutes", x.Minutes))
		}
		d := &out[len(out)-1]
		d.Rows = append(d.Rows, r)
	}
	return out
}

// was says what the programme said when the reader last looked.
func was(c *web.C, set *editions.Setting, it Item) []string {
	k := it.Was
	if k == nil {
		return nil
	}
	var out []string
	b := it.Session
	if k.State != b.State {
		out = append(out, c.T("agenda.was.state", "State", c.T("policy.session.state."+k.State)))
	}
	if !k.Starts.Time().Equal(b.Starts.Time()) || !k.Ends.Time().Equal(b.Ends.Time()) {
		if at := c.When(k.Starts, k.Ends, set.Zone, set.Place(c.Lang)); at.HasTime {
			out = append(out, c.T("agenda.was.time", "Time", at.Date+" "+at.Time))
		} else {
			out = append(out, c.T("agenda.was.no_time"))
		}
	}
	if k.Room != b.Room {
		if r := set.Room(k.Room); r != nil {
			out = append(out, c.T("agenda.was.room", "Room", c.Text(r.Name).S))
		} else {
			out = append(out, c.T("agenda.was.no_room"))
		}
	}
	if !k.Title.Equal(b.Title) {
		out = append(out, c.T("agenda.was.title", "Title", c.Text(k.Title).S))
	}
	return out
}

// kept is the answer to a script that pressed a star.
type kept struct {
	On  bool   `json:"on"`
	Say string `json:"say"`
}

// keep takes what a star, or the own programme, sends.
func (w *Web) keep(c *web.C) error {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	if scripted(c.R) && !c.Actor.SignedIn() {
		c.W.WriteHeader(http.StatusUnauthorized) // the script sends the form itself, so that it is parked
		return nil
	}
	var in keepInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	path := set.Path() + "/my-programme"
	next := path
	if web.Local(in.Next) {
		next = in.Next
	}
	if in.Noted != "" {
		if err := w.s.Noted(c.Context(), c.Actor, set); err != nil {
			return err
		}
		return c.Done(next, "agenda.noted")
	}
	if in.Add != "" {
		b, err := w.s.Add(c.Context(), c.Actor, set, in.Add)
		if err != nil {
			return err
		}
		return answer(c, kept{true, c.T("agenda.added", "Ref", programme.RefLabel(b.Ref))}, back(next, b.Ref),
			web.Undo{Path: path, Name: "remove", Value: b.Ref, Next: next}, "agenda.added", "Ref", programme.RefLabel(b.Ref))
	}
	if in.Remove == "" {
		return core.Invalid("error.unreadable")
	}
	b, gone := w.s.seen(c.Context(), c.Actor, set, in.Remove)
	if err := w.s.Remove(c.Context(), c.Actor, set, in.Remove); err != nil {
		return err
	}
	if gone != nil { // hidden by now: it cannot be added again, and is not named
		return c.Done(next, "agenda.removed_gone")
	}
	return answer(c, kept{false, c.T("agenda.removed", "Ref", programme.RefLabel(b.Ref))}, back(next, b.Ref),
		web.Undo{Path: path, Name: "add", Value: b.Ref, Next: next}, "agenda.removed", "Ref", programme.RefLabel(b.Ref))
}

func answer(c *web.C, k kept, next string, undo web.Undo, key string, args ...any) error {
	if !scripted(c.R) {
		return c.DoneUndo(next, undo, key, args...)
	}
	body, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return c.Bytes("application/json", body)
}

// back leads to the session in the list from which the star was pressed.
func back(next, ref string) string {
	if strings.Contains(next, "#") || !strings.Contains(next, "/programme") {
		return next
	}
	return next + "#" + ref
}

// mineFile is the reader's own programme of one edition as a calendar file, once.
func (w *Web) mineFile(c *web.C) error {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	m, err := w.s.Mine(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	var list []programme.Appearance
	for _, it := range m.Items {
		list = append(list, programme.Appearance{Session: it.Session})
	}
	return w.prog.SendCalendarOf(c, calendar.Calendar{
		Name: c.T("agenda.mine.calendar_name", "Forum", c.Text(set.Name).S), Zone: set.Zone, URL: c.Absolute(set.Path() + "/my-programme"),
	}, list, set)
}
