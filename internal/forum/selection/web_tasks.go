package selection

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// tasks is the form of what organisers have to do.
func (w *Web) tasks(c *web.C) error {
	call, sel, err := w.s.Rules(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	in := TasksOf(sel)
	if c.R.Method == http.MethodPost {
		in = TasksInput{}
	}
	return w.small(c, call, "selected.tasks_form", c.T("selected.tasks"), []string{c.T("selected.tasks_help")}, &in, nil,
		func() error { return w.s.SetTasks(c.Context(), c.Actor, call.Ref, in) }, organisersPath(call), "selected.tasks_saved")
}

// news is the form of an announcement to the organisers of what was taken.
func (w *Web) news(c *web.C) error {
	call, err := w.s.may(c.Context(), c.Actor, c.Param("ref"), "run")
	if err != nil {
		return err
	}
	var in NewsInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			var count int
			if _, count, failed = w.s.AddNews(c.Context(), c.Actor, call.Ref, in); failed == nil {
				return c.Done(organisersPath(call), "selected.news_sent", "Count", count)
			}
		}
	}
	f := c.Form("selected.news_form", &in)
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	f.Cancel = c.URL(organisersPath(call))
	v := formView{Head: w.head(c, call, c.T("selected.news_add")), Lead: []string{c.T("selected.news_help")}, Form: f}
	return w.page(c, call, "small", v.Head.Title, v, status)
}

type taskView struct {
	ID     string
	Label  web.TextView
	About  web.TextView
	Status web.Status
	By, At string
	Done   bool
}

type organisedView struct {
	ID      string
	Title   web.TextView
	URL     string
	Number  string
	Session *web.Tab
	Merged  []web.TextView
	Tasks   []taskView
}

type behindRow struct {
	organisedView
	Cells []behindCell
	Late  web.Status
}

type behindCell struct {
	Label  string
	Status web.Status
}

type newsView struct {
	Title    web.TextView
	Body     web.TextView
	By, When string
}

type organisersView struct {
	Head    head
	Lead    string
	Action  string
	Mine    []organisedView
	Columns []string
	Rows    []behindRow
	Counts  []figure
	Late    bool // only those who are behind are shown
	Filter  *web.Tab
	News    []newsView
	Empty   *web.Empty
}

// organisers is the page of those whose proposals were taken: their tasks, what was
// announced. Who runs the call sees how far all are.
func (w *Web) organisers(c *web.C) error {
	x, err := w.s.Organisers(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	path := organisersPath(x.Call)
	v := organisersView{Lead: c.T("selected.organisers_lead"), Action: c.URL(path + "/tick"), Late: x.Runs && c.Query("late") != ""}
	v.Head = head{Title: c.T("selected.organisers"), Sub: c.Text(x.Call.Title), SubURL: c.URL(x.Call.Path())}
	if x.Runs {
		v.Head = w.head(c, x.Call, v.Head.Title)
		v.Head.Actions = append(v.Head.Actions, web.Action{Label: c.T("selected.tasks"), URL: c.URL(base(x.Call.Ref) + "/tasks"), Icon: "edit"},
			web.Action{Label: c.T("selected.news_add"), URL: c.URL(path + "/news"), Icon: "mail"}, web.Action{Label: "CSV", URL: c.URL(path + ".csv"), Icon: "download"})
	}
	if len(x.Tasks) > 0 {
		v.Head.Actions = append(v.Head.Actions, web.Action{Label: c.T("selected.tasks_ics"), URL: c.URL(path + ".ics"), Icon: "calendar"})
	}
	for _, o := range x.Rows {
		if o.Mine {
			v.Mine = append(v.Mine, w.organised(c, x, o))
		}
	}
	if x.Runs {
		w.behind(c, x, &v)
	}
	for _, n := range x.News {
		v.News = append(v.News, newsView{Title: c.Text(n.Title), Body: c.Text(n.Body), By: n.ByName, When: c.StampHere(n.At)})
	}
	if len(x.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("selected.nobody_yet"), Text: c.T("selected.nobody_yet_text")}
	} else if len(x.Tasks) == 0 {
		v.Empty = &web.Empty{Title: c.T("selected.no_tasks"), Text: c.T("selected.no_tasks_text")}
	}
	return c.Page(web.Page{Name: "selection/organisers", Title: v.Head.Title + " · " + v.Head.Sub.S, Section: "programme", NoIndex: true, Wide: x.Runs, Trail: w.trail(c, x.Call, v.Head.Title), V: v})
}

func (w *Web) organised(c *web.C, x *Organisers, o Organised) organisedView {
	out := organisedView{ID: string(o.ID), Title: titled(o.Title, o.Proposal.Lang), URL: c.URL(o.Path()), Number: c.T("proposals.number", "Number", o.Number)}
	if o.Session != nil {
		out.Session = &web.Tab{Label: o.Session.Ref, URL: c.URL(o.Session.Path)}
	}
	for _, m := range o.Merged {
		out.Merged = append(out.Merged, titled(m.Title, m.Proposal.Lang))
	}
	for _, t := range x.Tasks {
		tv := taskView{ID: string(t.ID), Label: c.Text(t.Label), About: c.Text(t.About), Status: w.due(c, t, x.Day)}
		if d, ok := o.Done[t.ID]; ok {
			tv.Done, tv.Status, tv.By, tv.At = true, c.Status("done", "selected.task.done"), d.ByName, c.Date(d.At.In(x.Call.Zone))
		}
		out.Tasks = append(out.Tasks, tv)
	}
	return out
}

// behind is the table of who runs the call: proposals by tasks.
func (w *Web) behind(c *web.C, x *Organisers, v *organisersView) {
	for _, t := range x.Tasks {
		v.Columns = append(v.Columns, c.Text(t.Label).S)
	}
	late, done, all := 0, 0, 0
	for _, o := range x.Rows {
		r := behindRow{organisedView: w.organised(c, x, o)}
		for i, t := range r.Tasks {
			r.Cells = append(r.Cells, behindCell{Label: v.Columns[i], Status: t.Status})
		}
		n := o.Late(x.Tasks, x.Day)
		if n > 0 {
			late++
			r.Late = c.Status("late", "selected.behind", "Count", n)
		}
		all += len(x.Tasks)
		done += len(x.Tasks) - len(o.Left(x.Tasks))
		if !v.Late || n > 0 {
			v.Rows = append(v.Rows, r)
		}
	}
	v.Counts = []figure{{c.T("selected.taken"), strconv.Itoa(len(x.Rows))}}
	if all > 0 {
		v.Counts = append(v.Counts, figure{c.T("selected.tasks_done"), percent(c, 100*float64(done)/float64(all))}, figure{c.T("selected.are_behind"), strconv.Itoa(late)})
	}
	if v.Late {
		v.Filter = &web.Tab{Label: c.T("selected.show_all"), URL: c.URL(organisersPath(x.Call))}
	} else if late > 0 {
		v.Filter = &web.Tab{Label: c.T("selected.show_late"), URL: c.URL(organisersPath(x.Call) + "?late=1")}
	}
}

// tick keeps that a task is done, or that it is not after all.
func (w *Web) tick(c *web.C) error {
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	done := c.Value("done") == "1"
	if err := w.s.Tick(c.Context(), c.Actor, core.ID(c.Value("proposal")), core.ID(c.Value("task")), done); err != nil {
		return err
	}
	key := "selected.ticked"
	if !done {
		key = "selected.unticked"
	}
	return c.Done("/calls/"+url.PathEscape(c.Param("ref"))+"/organisers", key)
}

// organisersCSV is a table of who has done what, for who runs the call; organisers get
// their own.
func (w *Web) organisersCSV(c *web.C) error {
	x, err := w.s.Organisers(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	first := []string{c.T("proposals.col.number"), c.T("proposals.col.title"), c.T("selected.col.session")}
	for _, t := range x.Tasks {
		first = append(first, c.Text(t.Label).S+" ("+t.Due+")")
	}
	rows := [][]string{append(first, c.T("selected.are_behind"))}
	for _, o := range x.Rows {
		line := []string{strconv.Itoa(o.Number), o.Title, ""}
		if o.Session != nil {
			line[2] = o.Session.Ref
		}
		for _, t := range x.Tasks {
			cell := ""
			if d, ok := o.Done[t.ID]; ok {
				cell = d.At.In(x.Call.Zone).Format(time.DateOnly)
			}
			line = append(line, cell)
		}
		rows = append(rows, append(line, strconv.Itoa(o.Late(x.Tasks, x.Day))))
	}
	return c.CSV(rows)
}

const (
	icsType = "text/calendar; charset=utf-8"
	icsDay  = "20060102"
)

// organisersICS are the days on which tasks are due, as a calendar. What an organiser has
// done for all her proposals is marked so.
func (w *Web) organisersICS(c *web.C) error {
	x, err := w.s.Organisers(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	host := "localhost"
	if u, err := url.Parse(c.S.BaseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	cal := ics.NewCalendarFor("plenary")
	cal.SetProductId("-//Plenary//Tasks//EN")
	cal.SetCalscale("GREGORIAN")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(plain(c.Text(x.Call.Title).S + " · " + c.T("selected.organisers")))
	for _, t := range x.Tasks {
		day, err := core.ParseDate(t.Due)
		if err != nil {
			return errors.Join(err, core.NotFound())
		}
		e := cal.AddEvent(string(t.ID) + "@" + host)
		e.SetDtStampTime(c.Now())
		title := plain(c.Text(t.Label).S)
		mine := slices.DeleteFunc(slices.Clone(x.Rows), func(o Organised) bool { return !o.Mine })
		if len(mine) > 0 && !slices.ContainsFunc(mine, func(o Organised) bool { _, ok := o.Done[t.ID]; return !ok }) {
			title = c.T("selected.task.done_title", "Title", title)
		}
		e.SetSummary(title)
		if about := strings.TrimSpace(c.Text(t.About).S); about != "" {
			e.SetDescription(about)
		}
		e.SetURL(c.Absolute(organisersPath(x.Call)))
		e.SetProperty(ics.ComponentPropertyDtStart, day.Format(icsDay), ics.WithValue("DATE"))
		e.SetProperty(ics.ComponentPropertyDtEnd, day.AddDate(0, 0, 1).Format(icsDay), ics.WithValue("DATE"))
	}
	return c.Bytes(icsType, []byte(cal.Serialize(ics.WithNewLine("\r\n"))))
}
