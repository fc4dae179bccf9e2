package calls

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type cycleRow struct {
	ID     string
	Name   web.TextView
	About  *web.TextView
	URL    string
	Day    string
	At     *moment
	Status web.Status
	Of     *web.TextView // the process elsewhere
	sort   string
}

type cycleView struct {
	Title, Lead string
	Rows        []cycleRow
	Later       []cycleRow // without a date
	Actions     []web.Action
	Files       []web.Tab
	Empty       *web.Empty
}

// cycle is the calendar of an edition's year, beside what happens elsewhere.
func (w *Web) cycle(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	c.Until(c.Tomorrow())
	x, err := w.s.Cycle(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := cycleView{Title: c.T("calls.cycle_of", "Edition", c.Text(set.Name).S), Lead: c.T("calls.cycle_lead")}
	for _, d := range x.Dates {
		r := w.stepRow(c, set, x, d)
		if d.On == "" {
			v.Later = append(v.Later, r)
			continue
		}
		v.Rows = append(v.Rows, r)
	}
	for _, m := range x.Milestones {
		of := c.Text(m.Process)
		v.Rows = append(v.Rows, cycleRow{
			Name: c.Text(m.Title), Of: &of, URL: cmp.Or(local(c, m.Path), m.URL), Day: days(c, m.Day, m.Until), sort: m.Day,
			Status: c.Status("due", "calls.elsewhere"),
		})
	}
	slices.SortStableFunc(v.Rows, func(a, b cycleRow) int { return strings.Compare(a.sort, b.sort) })
	v.Actions = []web.Action{
		{Label: c.T("calls.cycle_ics"), URL: c.URL(set.Path() + "/cycle.ics"), Icon: "calendar"},
		{Label: c.T("calls.title"), URL: c.URL(set.Path() + "/input")},
	}
	if cyclePolicy.Can("edit", "", c.Actor.Roles(set.Scope())...) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("calls.cycle_edit"), URL: c.URL(set.Path() + "/cycle/edit"), Icon: "edit"})
		if len(x.Dates) == 0 {
			v.Actions = append(v.Actions, web.Action{Label: c.T("calls.cycle_fill"), URL: c.URL(set.Path() + "/cycle/fill"), Icon: "plus", Post: true})
		}
	}
	if len(x.Dates)+len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("calls.cycle_none"), Text: c.T("calls.cycle_none_text")}
	} else {
		v.Files = files(c, set.Path()+"/cycle", "/api/v1/editions/"+set.Slug+"/cycle")
	}
	return c.Page(web.Page{
		Name: "calls/cycle", Title: v.Title, Section: "programme", Trail: editions.Trail(c, set, web.Crumb{Label: c.T("calls.cycle")}), V: v,
	})
}

func local(c *web.C, path string) string {
	if path == "" {
		return ""
	}
	return c.URL(path)
}

func (w *Web) stepRow(c *web.C, set *editions.Setting, x Cycle, d Date) cycleRow {
	r := cycleRow{ID: string(d.ID), Name: c.Text(d.Name), URL: cmp.Or(local(c, d.Path), d.URL), Day: days(c, d.On, d.To), sort: d.On}
	if !d.About.IsZero() {
		t := c.Text(d.About)
		r.About = &t
	}
	if !d.At.IsZero() {
		m := at(c, d.At, set.Zone, set.Place(c.Lang))
		r.At = &m
		r.sort = d.On + d.At.Time().Format("T15:04")
		c.Until(d.At.Time())
	}
	if call, ok := x.Calls[d.Call]; ok {
		state := call.State(w.s.rec.Clock.Instant())
		c.Until(call.Opens.Time())
		c.Until(call.Closes.Time())
		r.Status = c.Status(statusClass[state], "calls.step_state."+state)
		return r
	}
	today := c.Now().Format(time.DateOnly)
	switch {
	case d.On == "":
		r.Status = c.Status("due", "calls.undated")
	case !d.At.IsZero() && d.At.Before(w.s.rec.Clock.Instant()), d.At.IsZero() && cmp.Or(d.To, d.On) < today:
		r.Status = c.Status("done", "calls.past")
	case d.On <= today && d.At.IsZero():
		r.Status = c.Status("live", "calls.now")
	}
	return r
}

// days prints a date or a span of days as its writer knows it: a day, a month or a year.
func days(c *web.C, on, to string) string {
	first, err := core.ParseDate(on)
	if err != nil {
		if to != "" && to != on {
			return on + "–" + to
		}
		return on
	}
	if last, err := core.ParseDate(to); err == nil && last.After(first) {
		return i18n.DateRange(c.Lang, first, last)
	}
	return c.Date(first)
}

func (w *Web) fillCycle(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	if err := w.s.FillSteps(c.Context(), c.Actor, set.ID); err != nil {
		return err
	}
	return c.Done(set.Path()+"/cycle", "calls.cycle_saved")
}

// editCycle is the form of the steps.
func (w *Web) editCycle(c *web.C) error {
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	if err := cyclePolicy.Check("edit", "", c.Actor.Roles(set.Scope())...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	steps, err := w.s.Steps(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	calls, err := w.s.List(c.Context(), c.Actor, Filter{Edition: set.ID})
	if err != nil {
		return err
	}
	counted := []web.Option{
		{Value: FromStart, Label: c.T("calls.counted.start")}, {Value: FromEnd, Label: c.T("calls.counted.end")}, {Value: OnDay, Label: c.T("calls.counted.day")},
	}
	for _, x := range steps {
		counted = append(counted, web.Option{Value: string(x.ID), Label: c.Text(x.Name).S, Group: c.T("calls.counted.step")})
	}
	var of []web.Option
	for _, x := range calls {
		of = append(of, web.Option{Value: string(x.ID), Label: c.Text(x.Title).S})
	}
	title := c.T("calls.cycle_edit")
	page := web.Page{
		Title: title, Trail: editions.Trail(c, set, web.Crumb{Label: c.T("calls.cycle"), URL: c.URL(set.Path() + "/cycle")}, web.Crumb{Label: title}),
		V: formView{Title: title, Help: c.T("calls.cycle_help")},
	}
	return editing(c, "calls.cycle", StepsOf(steps), page, func(f *web.Form) {
		f.Options("steps.counted", counted)
		f.Options("steps.call", of)
		f.Cancel = c.URL(set.Path() + "/cycle")
	}, func(in StepsInput) error { return w.s.SetSteps(c.Context(), c.Actor, set.ID, in) },
		func() string { return set.Path() + "/cycle" }, "calls.cycle_saved")
}

const (
	icsType  = "text/calendar; charset=utf-8"
	icsDay   = "20060102"
	icsUTC   = "20060102T150405Z"
	icsAgain = "PT1H" // after this time a program that subscribes looks again
)

// calendar is the cycle as a file that programs subscribe to. A step keeps its UID for
// ever; SEQUENCE rises with each change.
func (w *Web) calendar(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	x, err := w.s.Cycle(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	cal := ics.NewCalendarFor("plenary")
	cal.SetProductId("-//Plenary//Cycle//EN")
	cal.SetCalscale("GREGORIAN")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(plain(c.T("calls.cycle_of", "Edition", c.Text(set.Name).S)))
	cal.SetRefreshInterval(icsAgain, ics.WithValue("DURATION"))
	cal.SetXPublishedTTL(icsAgain)
	host := "localhost"
	if u, err := url.Parse(c.S.BaseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	for _, d := range x.Dates {
		if d.On == "" {
			continue
		}
		e := cal.AddEvent(string(d.ID) + "@" + host)
		call := x.Calls[d.Call]
		e.SetDtStampTime(time.Unix(d.Version, 0).UTC()) // a step's version is when it was set
		e.SetSequence(int(d.Version) + int(call.Version))
		title := plain(c.Text(d.Name).S)
		if call.Cancelled != "" {
			title = plain(c.T("calls.cycle_cancelled", "Title", title))
			e.SetStatus(ics.ObjectStatusCancelled)
		}
		e.SetSummary(title)
		if about := c.Text(d.About).S; about != "" {
			e.SetDescription(printable(about))
		}
		switch {
		case d.Path != "":
			e.SetURL(c.S.BaseURL + d.Path)
		case d.URL != "":
			e.SetURL(d.URL)
		default:
			e.SetURL(c.S.BaseURL + set.Path() + "/cycle")
		}
		if !d.At.IsZero() {
			e.SetProperty(ics.ComponentPropertyDtStart, d.At.Time().Format(icsUTC))
			continue
		}
		wholeDays(e, d.On, d.To)
	}
	for _, m := range x.Milestones {
		if _, err := core.ParseDate(m.Day); err != nil {
			continue // a month is no date of a calendar
		}
		e := cal.AddEvent(url.QueryEscape(m.Day+"-"+m.Process.String()+"-"+m.Title.String()) + "@" + host)
		e.SetDtStampTime(c.Now().Truncate(24 * time.Hour))
		e.SetSummary(plain(c.T("calls.milestone", "Process", c.Text(m.Process).S, "Title", c.Text(m.Title).S)))
		if m.Path != "" {
			e.SetURL(c.S.BaseURL + m.Path)
		}
		wholeDays(e, m.Day, m.Until)
	}
	c.Until(c.Tomorrow())
	return c.Bytes(icsType, []byte(cal.Serialize(ics.WithNewLine("\r\n"))))
}

// wholeDays sets the days of an event; the day after the last is where it ends.
func wholeDays(e *ics.VEvent, on, to string) {
	first, err := core.ParseDate(on)
	if err != nil {
		return
	}
	last, err := core.ParseDate(to)
	if err != nil || last.Before(first) {
		last = first
	}
	e.SetProperty(ics.ComponentPropertyDtStart, first.Format(icsDay), ics.WithValue("DATE"))
	e.SetProperty(ics.ComponentPropertyDtEnd, last.AddDate(0, 0, 1).Format(icsDay), ics.WithValue("DATE"))
}

// plain is a text on one line, without signs that steer.
func plain(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
