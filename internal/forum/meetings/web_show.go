package meetings

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/calendar"
	"plenary/internal/forum/bodies"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// SlotMeeting is a slot of a meeting's page: rooms below show what came of it.
const SlotMeeting = "meetings.meeting"

type showView struct {
	row
	Agenda   web.TextView
	NoteText web.TextView
	Address  string
	Ask      string // address of the form that asks; empty where there is none
	Members  bool   // the address is for members, and the reader is none
	Actions  []web.Action
	File     string
	Nights   string
	Series   *seriesView
	Asked    []string
	History  []web.HistoryLine
	Panels   []template.HTML
}

type seriesView struct {
	Rhythm  string
	Rotates bool
	Rows    []row
	All     string
	Plan    string // of turns; empty where the reader may not change the series
}

func (w *Web) show(c *web.C) error {
	reads(c)
	id, file := strings.CutSuffix(c.Param("id"), ".ics")
	m, roles, err := w.s.Get(c.Context(), c.Actor, core.ID(id))
	if err != nil {
		return err
	}
	if file {
		return w.file(c, m)
	}
	groups, err := w.groups(c, []Meeting{m})
	if err != nil {
		return err
	}
	v := showView{row: w.row(c, m, groups), Agenda: c.Text(m.Agenda), NoteText: c.Text(m.Note), File: c.URL(m.Path() + ".ics"), Nights: plannerURL(c, m.Starts, m.Ends, m.Zone)}
	if m.Open() {
		v.Address = m.Address
		if m.Online && m.Address == "" {
			v.Members = m.AddressFor == ForMembers
			if m.AddressFor == ForAsking {
				v.Ask = c.URL(m.Path() + "/address")
			}
		}
	}
	w.showActions(c, &v, m, roles)
	if err := w.series(c, &v, m, roles); err != nil {
		return err
	}
	if policy.Can("see_asked", m.policyState(), roles...) && m.AddressFor == ForAsking {
		if v.Asked, err = w.s.Asked(c.Context(), c.Actor, m.ID); err != nil {
			return err
		}
	}
	if v.History, err = w.history(c, m, roles); err != nil {
		return err
	}
	if v.Panels, err = c.Panels(SlotMeeting, m.ID); err != nil {
		return err
	}
	title := web.Crumb{Label: v.Title.S}
	if v.Title.Fallback {
		title.Lang = v.Title.Lang
	}
	return c.Page(web.Page{
		Name: "meetings/meeting", Title: v.Title.S, TitleLang: title.Lang, Describe: v.When.Date + " " + v.When.Time + " " + v.When.Place, Section: "community",
		NoIndex: m.Visibility != ForPublic, Trail: w.trail(c, groups[m.Body], title), V: v,
	})
}

func (w *Web) showActions(c *web.C, v *showView, m Meeting, roles []core.Role) {
	begun := !c.S.Clock.Instant().Before(m.Starts)
	for _, x := range []struct{ action, path, icon string }{
		{"edit", "/edit", "edit"}, {"hold", "/held", "check"}, {"cancel", "/cancel", "cancelled"}, {"reopen", "/reopen", "history"},
	} {
		if policy.Can(x.action, m.policyState(), roles...) && (x.action != "hold" || begun) {
			v.Actions = append(v.Actions, web.Action{Label: c.T("meetings.do." + x.action), URL: c.URL(m.Path() + x.path), Icon: x.icon})
		}
	}
}

// nearby are how many meetings of a series stand beside one.
const nearby = 6

func (w *Web) series(c *web.C, v *showView, m Meeting, roles []core.Role) error {
	if m.Series == "" {
		return nil
	}
	x, list, err := w.s.Series(c.Context(), c.Actor, m.Series)
	if err != nil {
		return err
	}
	at := max(0, slices.IndexFunc(list, func(n Meeting) bool { return n.ID == m.ID }))
	from := min(max(0, at-2), max(0, len(list)-nearby))
	v.Series = &seriesView{Rhythm: w.rhythm(c, x, m), Rotates: x.Rotates, All: c.URL("/meetings?series=" + string(x.ID))}
	for _, n := range list[from:min(len(list), from+nearby)] {
		v.Series.Rows = append(v.Series.Rows, w.row(c, n, nil))
	}
	if placePolicy.Can("add", placeOf(m.Body), roles...) {
		v.Series.Plan = c.URL("/meetings/planner?series=" + string(x.ID))
	}
	return nil
}

// rhythm says how a series comes again: "Every two weeks on Tuesday, 12 Jan – 7 Dec 2026".
func (w *Web) rhythm(c *web.C, x Series, _ Meeting) string {
	first, _ := core.ParseDate(x.First) // it was checked when it was announced
	until, _ := core.ParseDate(x.Until)
	return c.T("meetings.rhythm."+x.Repeats, "Weekday", c.T("meetings.weekday."+strconv.Itoa(int(first.Weekday()))), "Nth", c.T("meetings.nth."+strconv.Itoa((first.Day()-1)/7+1)),
		"From", c.Date(first), "Until", c.Date(until))
}

// history is what happened to a meeting: what only members see is told to no visitor,
// because she does not see the page; internal entries are for those who run it.
func (w *Web) history(c *web.C, m Meeting, roles []core.Role) ([]web.HistoryLine, error) {
	subjects := []core.ID{m.ID}
	if m.Series != "" {
		subjects = append(subjects, m.Series)
	}
	events, err := w.s.rec.Events(c.Context(), record.Query{
		Subjects: subjects, Internal: m.Visibility != ForPublic || policy.Can("see_asked", m.policyState(), roles...), Page: core.Page{Limit: 20},
	})
	if err != nil {
		return nil, err
	}
	ids := make([]core.ID, 0, len(events.Items))
	for _, e := range events.Items {
		if e.Person != "" {
			ids = append(ids, e.Person)
		}
	}
	names, err := w.s.People.Names(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	return c.History(events.Items, names, m.Zone), nil
}

// plannerURL is the planner with a time filled in.
func plannerURL(c *web.C, starts, ends core.Instant, zone string) string {
	at := starts.In(zone)
	return c.URL("/meetings/planner?" + url.Values{
		"day": {at.Format(time.DateOnly)}, "time": {at.Format("15:04")}, "minutes": {strconv.Itoa(int(ends.Sub(starts) / time.Minute))}, "zone": {zone},
	}.Encode())
}

// file is the calendar file of one meeting, as its reader may see it.
func (w *Web) file(c *web.C, m Meeting) error {
	cal := calendar.Calendar{Name: m.Label(c.Lang), Events: []calendar.Event{w.s.event(c.Lang, m, true)}}
	return c.File(web.File{Type: calendar.Type, Name: m.Label(c.Lang) + ".ics", Body: cal.Bytes()})
}

// ask gives the reader the address of a meeting, which its page then shows.
func (w *Web) ask(c *web.C) error {
	m, err := w.s.Ask(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	return c.Done(m.Path(), "meetings.ask.done")
}

// formView is the page around a form.
type formView struct {
	Title, About string
	Form         *web.Form
	Lead, Times  []*web.Field // of the form of a meeting: before its time, its time
	Rest         []*web.Field
	Zones        []string
	Live         string // address that tells what a time means, while one types
	When         *whenView
	Notice       string
}

// bodyOf finds the body of ?body=; the zero Body where there is none.
func (w *Web) bodyOf(c *web.C) (bodies.Body, error) {
	id := core.ID(c.Query("body"))
	if id == "" {
		return bodies.Body{}, nil
	}
	return w.s.Bodies.Body(c.Context(), id)
}
