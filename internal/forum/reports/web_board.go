package reports

import (
	"net/http"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type boardView struct {
	Title   string
	Tabs    web.Tabs
	Filters []web.Tab
	Days    []boardDay
	Empty   web.Empty
	Actions []web.Action
	Staff   bool
}

// boardDay is the part of the board that is about one day.
type boardDay struct {
	ID, Title string
	Counts    []web.Tab
	Rows      []boardRow
	Staff     bool
	counts    map[string]int
}

type boardRow struct {
	Title  web.TextView
	URL    string
	Ref    string
	When   web.When
	DueAt  string
	Status web.Status
	state  string

	// For the staff.
	People     []personView
	Nobody     bool
	Reminded   string
	Remark     string
	Remind     string
	RemarkEdit string
}

type personView struct {
	Name, URL string
	Mute      bool // no mail reaches her
}

var boardStates = []string{"published", "published_late", "late", "due", "upcoming"}

// board is the public page of what is due, in, late and missing, per day; the staff sees
// who answers for it and may remind.
func (w *Web) board(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	kind := kindOf(c)
	lines, err := w.s.Board(c.Context(), c.Actor, set, kind)
	if err != nil {
		return err
	}
	v := boardView{Title: c.T("reports.board_title", "Edition", c.Text(set.Name).S), Staff: desk.Can("chase", "", c.Actor.Roles(set.Scope())...)}
	var chase map[core.ID]Chase
	if v.Staff {
		if chase, err = w.s.Chasing(c.Context(), c.Actor, set, kind, lines); err != nil {
			return err
		}
	}
	base := set.Path() + "/reports"
	v.Tabs = w.kindTabs(c, base, kind)
	v.Actions = w.boardActions(c, set, base, kind)
	w.days(c, set, kind, lines, chase, &v)
	v.Empty = web.Empty{Title: c.T("reports.board_empty"), Text: c.T("reports.board_empty_text")}
	return c.Page(web.Page{
		Name: "reports/board", Title: v.Title, Section: "outcomes",
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("reports.board")}), V: v,
	})
}

func kindOf(c *web.C) string {
	if c.Query("kind") == Full {
		return Full
	}
	return Takeaways
}

func (w *Web) kindTabs(c *web.C, base, kind string) web.Tabs {
	return web.Tabs{Label: c.T("reports.kinds"), Tabs: []web.Tab{
		{Label: c.T("reports.kind.takeaways"), URL: c.URL(base), Current: kind == Takeaways},
		{Label: c.T("reports.kind.full"), URL: c.URL(base + "?kind=full"), Current: kind == Full},
	}}
}

func (w *Web) boardActions(c *web.C, set *editions.Setting, base, kind string) []web.Action {
	more := ""
	if kind == Full {
		more = "?kind=full"
	}
	out := []web.Action{
		{Label: c.T("reports.punctuality"), URL: c.URL(base + "/punctuality" + more), Icon: "clock"},
		{Label: c.T("reports.participation"), URL: c.URL(base + "/participation"), Icon: "people"},
		{Label: c.T("reports.texts"), URL: c.URL(set.Path() + "/papers"), Icon: "published"},
	}
	if desk.Can("settle", "", c.Actor.Roles(set.Scope())...) {
		out = append(out, web.Action{Label: c.T("reports.settings.title"), URL: c.URL(base + "/settings"), Icon: "edit"})
	}
	return out
}

// days puts the lines into their days, with counts and filters.
func (w *Web) days(c *web.C, set *editions.Setting, kind string, lines []Line, chase map[core.ID]Chase, v *boardView) {
	counts := map[string]int{}
	want := c.Query("state")
	slices.SortStableFunc(lines, func(x, y Line) int { return x.Session.Starts.Time().Compare(y.Session.Starts.Time()) })
	for _, l := range lines {
		row := w.boardRow(c, set, l)
		counts[row.state]++
		date := l.Session.Day
		i := slices.IndexFunc(v.Days, func(d boardDay) bool { return d.ID == "d-"+date })
		if i < 0 {
			title := c.T("reports.board_no_day")
			if t, err := core.ParseDate(date); err == nil {
				title = c.Date(t)
			}
			v.Days = append(v.Days, boardDay{ID: "d-" + date, Title: title, Staff: v.Staff, counts: map[string]int{}})
			i = len(v.Days) - 1
		}
		d := &v.Days[i]
		d.counts[row.state]++
		if want != "" && want != row.state {
			continue
		}
		if x, ok := chase[l.Session.ID]; ok {
			w.chased(c, set, kind, l, x, &row)
		}
		d.Rows = append(d.Rows, row)
	}
	for i := range v.Days {
		for _, st := range boardStates {
			if n := v.Days[i].counts[st]; n > 0 {
				v.Days[i].Counts = append(v.Days[i].Counts, web.Tab{Label: c.T("reports.board." + st), Count: i18n.Number(c.Lang, n)})
			}
		}
	}
	v.Days = slices.DeleteFunc(v.Days, func(d boardDay) bool { return len(d.Rows) == 0 })
	for _, st := range boardStates {
		if counts[st] > 0 {
			v.Filters = append(v.Filters, c.FilterTab("state", st, c.T("reports.board."+st), counts[st]))
		}
	}
}

// chased fills in what only the staff sees.
func (w *Web) chased(c *web.C, set *editions.Setting, kind string, l Line, x Chase, row *boardRow) {
	row.Nobody = true
	for _, p := range x.Responsible {
		pv := personView{Name: p.Name, Mute: p.Account == ""}
		if p.Path != "" {
			pv.URL = c.URL(p.Path)
		}
		row.Nobody = row.Nobody && pv.Mute
		row.People = append(row.People, pv)
	}
	row.Reminded, row.Remark = c.Stamp(x.Reminded, set.Zone), x.Remark.Words
	more := "?kind=" + kind
	if row.state == "late" || row.state == "due" {
		if !row.Nobody {
			row.Remind = c.URL(set.Path() + "/reports/remind/" + l.Session.Ref + more)
		}
	}
	if row.state != "published" {
		row.RemarkEdit = c.URL(set.Path() + "/reports/note/" + l.Session.Ref + more)
	}
}

func (w *Web) boardRow(c *web.C, set *editions.Setting, l Line) boardRow {
	now := c.S.Clock.Instant()
	row := boardRow{
		Title: c.Text(l.Session.Title), URL: c.URL(l.Session.Path() + "/report"), Ref: programme.RefLabel(l.Session.Ref),
		When: c.When(l.Session.Starts, l.Session.Ends, set.Zone, set.Place(c.Lang)), Status: w.Status(c, set, l.Due, l.Report),
	}
	if !l.Due.IsZero() {
		row.DueAt = c.Stamp(l.Due, set.Zone)
	}
	late := LatenessOf(l.Due, l.Report, now)
	published := l.Report != nil && l.Report.State == StatePublished
	switch {
	case published && late.Late:
		row.state = "published_late"
	case published:
		row.state = "published"
	case late.Late:
		row.state = "late"
	case now.Before(l.Session.Ends):
		row.state = "upcoming"
		c.Until(l.Session.Ends.Time())
	default:
		row.state = "due"
	}
	return row
}

// remind asks, and then reminds those who answer for a report.
func (w *Web) remind(c *web.C) error {
	set, ses, err := w.ofBoard(c)
	if err != nil {
		return err
	}
	kind := kindOf(c)
	back := set.Path() + "/reports?kind=" + kind
	if c.R.Method == http.MethodPost {
		n, err := w.s.RemindNow(c.Context(), c.Actor, set, ses, kind)
		if err != nil {
			return err
		}
		return c.Done(back, "reports.reminded", "Count", n)
	}
	lines := []Line{{Session: ses.Brief(), Due: Due(ses, set.Edition, kind)}}
	chase, err := w.s.Chasing(c.Context(), c.Actor, set, kind, lines)
	if err != nil {
		return err
	}
	v := confirmView{
		Title: c.T("reports.remind.title"), Text: c.T("reports.remind.text"), Button: c.T("reports.remind.submit"),
		Back: c.URL(back), Keep: c.T("form.cancel"), Session: c.Text(ses.Title),
	}
	for _, p := range chase[ses.ID].Responsible {
		if p.Account != "" {
			v.Names = append(v.Names, p.Name)
		} else {
			v.Mute = append(v.Mute, c.T("reports.no_address", "Name", p.Name))
		}
	}
	return c.Page(web.Page{
		Name: "reports/confirm", Title: v.Title, Section: "outcomes", NoIndex: true,
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("reports.board"), URL: c.URL(back)}, web.Crumb{Label: v.Title}), V: v,
	})
}

type confirmView struct {
	Title, Text, Button, Back, Keep string
	Session                         web.TextView
	Names, Mute                     []string
}

// ofBoard finds the session that an address below the board names; for the staff.
func (w *Web) ofBoard(c *web.C) (*editions.Setting, *programme.Session, error) {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, nil, err
	}
	if err := desk.Check("chase", "", c.Actor.Roles(set.Scope())...); err != nil {
		return nil, nil, err
	}
	ses, err := w.programme.Session(c.Context(), c.Actor, set, c.Param("ref"))
	return set, ses, err
}

// remark is the staff's note about a report.
func (w *Web) remark(c *web.C) error {
	set, ses, err := w.ofBoard(c)
	if err != nil {
		return err
	}
	kind := kindOf(c)
	cur, err := w.s.RemarkOf(c.Context(), c.Actor, set, ses.ID, kind)
	if err != nil {
		return err
	}
	back := set.Path() + "/reports?kind=" + kind
	in := RemarkInput{Version: cur.Version, Words: cur.Words}
	return w.simple(c, simpleForm{
		key: "reports.remark", title: c.T("reports.remark.title"), sub: c.Text(ses.Title), cancel: back,
		trail: editions.Trail(c, set, web.Crumb{Label: c.T("reports.board"), URL: c.URL(back)}, web.Crumb{Label: c.T("reports.remark.title")}),
		save: func() (string, string, error) {
			return back, "reports.remark.saved", w.s.Note(c.Context(), c.Actor, set, ses, kind, in)
		},
	}, &in)
}

// simpleForm is a page with one form.
type simpleForm struct {
	key, title, note, cancel string
	sub                      web.TextView
	trail                    []web.Crumb
	prepare                  func(*web.Form)
	save                     func() (to, done string, err error)
}

type simpleView struct {
	Title, Note string
	Sub         web.TextView
	Form        *web.Form
}

// simple shows a form, and on POST saves what was typed into in.
func (w *Web) simple(c *web.C, p simpleForm, in any) error {
	var failed error
	if c.R.Method == http.MethodPost {
		reset(in)
		if failed = c.Decode(in); failed == nil && !c.Wants("_more") {
			to, done, err := p.save()
			if err == nil {
				return c.Done(to, done)
			}
			failed = err
		}
	}
	f := c.Form(p.key, in)
	f.Cancel = c.URL(p.cancel)
	if p.prepare != nil {
		p.prepare(f)
	}
	title := p.title
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: "reports/form", Title: title, Section: "outcomes", NoIndex: true, Status: f.Status(failed), Trail: p.trail,
		V: simpleView{Title: p.title, Note: p.note, Sub: p.sub, Form: f},
	})
}
