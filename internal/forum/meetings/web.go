package meetings

import (
	"embed"
	"maps"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/calendar"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s         *Service
	programme *programme.Service
	plans     *web.Limiter // series that are reckoned, per network
}

// NewWeb makes the pages.
func NewWeb(s *Service, p *programme.Service) *Web {
	return &Web{s: s, programme: p, plans: web.NewLimiter(2*time.Second, 60)}
}

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("meetings", viewFS); err != nil {
		return err
	}
	s.Takes("Meetings", takes)
	s.Handle("GET /meetings", w.list)
	s.Handle("GET /meetings.ics", w.feed)
	s.Handle("GET /meetings/planner", w.planner)
	s.Handle("GET /meetings/when", w.when)
	s.Handle("GET /meetings/{id}", w.show) // also ID.ics
	s.Handle("POST /meetings/{id}/address", w.ask)
	s.Handle("GET /meetings/{id}/address", func(c *web.C) error { return c.Redirect("/meetings/" + c.Param("id")) })
	s.Handle("POST /meetings/series/{series}/turns", w.rotate)
	for path, h := range map[string]web.Handler{
		"/meetings/new":         w.add,
		"/meetings/{id}/edit":   w.edit,
		"/meetings/{id}/cancel": w.setState("cancel"),
		"/meetings/{id}/held":   w.setState("hold"),
		"/meetings/{id}/reopen": w.setState("reopen"),
	} {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	return nil
}

// reads says that a page is made from meetings, seats and bodies, whose events all stand in
// the forum's scope; who sits where changes at midnight.
func reads(c *web.C) {
	c.Reads(core.ScopeForum)
	c.Until(c.Tomorrow())
}

// row is a meeting in a list.
type row struct {
	URL, ID, Date    string
	Title            web.TextView
	When             web.When
	Status           web.Status
	Private          *web.Status
	Group            *web.Tab
	Room             web.TextView
	Online, Repeated bool
	Note             web.TextView
}

func (w *Web) row(c *web.C, m Meeting, groups map[core.ID]bodies.Body) row {
	c.Until(m.Starts.Time())
	c.Until(m.Ends.Time())
	r := row{
		URL: c.URL(m.Path()), ID: string(m.ID), Date: i18n.LongDate(c.Lang, m.Starts.In(m.Zone)), Title: c.Text(m.Title), When: c.When(m.Starts, m.Ends, m.Zone, web.ZoneCity(m.Zone)), Status: w.status(c, m),
		Room: c.Text(m.Room), Online: m.Online && m.Open(), Repeated: m.Series != "", Private: private(c, m),
	}
	if m.State == Cancelled {
		r.Note = c.Text(m.Note)
	}
	if b, ok := groups[m.Body]; ok {
		r.Group = &web.Tab{Label: b.Label(c.Lang), URL: c.URL(b.Path())}
	}
	return r
}

func private(c *web.C, m Meeting) *web.Status {
	if m.Visibility == ForPublic {
		return nil
	}
	st := c.Status("private", "meetings.private")
	return &st
}

func (w *Web) status(c *web.C, m Meeting) web.Status {
	now := c.S.Clock.Instant()
	switch {
	case m.State == Cancelled:
		return c.Status("cancelled", "meetings.state.cancelled")
	case m.State == Held:
		return c.Status("done", "meetings.state.held")
	case now.Before(m.Ends) && !now.Before(m.Starts):
		return c.Status("live", "meetings.now")
	case m.Moved:
		return c.Status("changed", "meetings.moved_status")
	case m.State == Planned && now.Before(m.Starts):
		return c.Status("draft", "meetings.state.planned")
	case m.State == Confirmed && now.Before(m.Starts):
		return c.Status("done", "meetings.state.confirmed")
	}
	return web.Status{}
}

// month is the meetings of one month in a list.
type month struct {
	Label, ID string
	Rows      []row
}

type listView struct {
	Title, Subtitle string
	Tabs            web.Tabs
	Filters         []web.Filter
	Sentence        string
	Months          []month
	Pager           web.Pager
	Empty           *web.Empty
	Actions         []web.Action
	Feed, Webcal    string
	Series          string // what the list is narrowed to, in words
}

func (w *Web) list(c *web.C) error {
	reads(c)
	past := c.Query("when") == "past"
	f := Filter{Body: core.ID(c.Query("body")), Series: core.ID(c.Query("series"))}
	if f.Body == placeForum {
		f.Body, f.Forum = "", true
	}
	now := c.S.Clock.Instant()
	all := Filter{Body: f.Body, Forum: f.Forum, Series: f.Series}
	if past {
		all.Until, all.Latest = now, true
	} else if f.Series == "" {
		all.From = now
	}
	list, err := w.s.Meetings(c.Context(), c.Actor, all)
	if err != nil {
		return err
	}
	if past {
		list = slices.DeleteFunc(list, func(m Meeting) bool { return m.Ends.After(now) })
	}
	v := listView{Title: c.T("meetings.title"), Subtitle: c.T("meetings.subtitle"), Feed: c.URL("/meetings.ics")}
	groups, err := w.groups(c, list)
	if err != nil {
		return err
	}
	if f.Body != "" {
		b, err := w.s.Bodies.Body(c.Context(), f.Body)
		if err != nil {
			return err
		}
		groups[b.ID] = b
		v.Title, v.Feed = c.T("meetings.of", "Group", b.Label(c.Lang)), c.URL("/meetings.ics?body="+string(b.ID))
	}
	if f.Series != "" && len(list) > 0 {
		if x, _, err := w.s.Series(c.Context(), c.Actor, f.Series); err == nil {
			v.Series = w.rhythm(c, x, list[0])
		}
	}
	v.Webcal = "webcal://" + strings.TrimPrefix(strings.TrimPrefix(c.S.BaseURL, "https://"), "http://") + v.Feed
	w.tabs(c, &v, past)
	if v.Filters, err = w.filters(c, all, list); err != nil {
		return err
	}
	if m := c.Query("month"); m != "" {
		list = slices.DeleteFunc(list, func(x Meeting) bool { return x.Starts.In(x.Zone).Format("2006-01") != m })
	}
	w.fill(c, &v, list, groups)
	if err := w.actions(c, &v, f.Body); err != nil {
		return err
	}
	return c.Page(web.Page{Name: "meetings/list", Title: v.Title, Describe: v.Subtitle, Section: "community", Trail: w.trail(c, groups[f.Body]), V: v})
}

// shown are how many meetings one page names.
const shown = 150

func (w *Web) fill(c *web.C, v *listView, list []Meeting, groups map[core.ID]bodies.Body) {
	v.Sentence = c.T("meetings.count", "Count", len(list))
	if len(list) > shown {
		v.Sentence = c.T("meetings.count_first", "Count", len(list), "Shown", shown)
		list = list[:shown]
	}
	for _, m := range list {
		at := m.Starts.In(m.Zone)
		id := at.Format("2006-01")
		if n := len(v.Months); n == 0 || v.Months[n-1].ID != id {
			v.Months = append(v.Months, month{ID: id, Label: monthName(c, at)})
		}
		last := &v.Months[len(v.Months)-1]
		last.Rows = append(last.Rows, w.row(c, m, groups))
	}
	if len(list) == 0 {
		v.Empty = &web.Empty{Title: c.T("meetings.none"), Text: c.T("meetings.none_text")}
	}
}

func monthName(c *web.C, t time.Time) string {
	return c.T("bodies.month."+t.Format("1"), "Year", t.Format("2006"))
}

func (w *Web) tabs(c *web.C, v *listView, past bool) {
	at := func(when string) string {
		q := c.R.URL.Query()
		q.Del("month")
		q.Del("when")
		if when != "" {
			q.Set("when", when)
		}
		return c.URL(strings.TrimSuffix("/meetings?"+q.Encode(), "?"))
	}
	v.Tabs = web.Tabs{Label: v.Title, Tabs: []web.Tab{
		{Label: c.T("meetings.tab.coming"), URL: at(""), Current: !past},
		{Label: c.T("meetings.tab.past"), URL: at("past"), Current: past},
	}}
}

// filters are the ways to narrow the list: by body and month.
func (w *Web) filters(c *web.C, all Filter, list []Meeting) ([]web.Filter, error) {
	without := all
	without.Body, without.Forum = "", false
	counts, err := w.s.counts(c.Context(), c.Actor, without)
	if err != nil {
		return nil, err
	}
	found, err := w.s.Bodies.Bodies(c.Context(), slices.Collect(maps.Keys(counts)))
	if err != nil {
		return nil, err
	}
	byBody := web.Filter{Label: c.T("meetings.filter.body")}
	for _, id := range sortedByName(found, c.Lang) {
		byBody.Values = append(byBody.Values, c.FilterTab("body", string(id), found[id].Label(c.Lang), counts[id]))
	}
	if n := counts[""]; n > 0 {
		byBody.Values = append(byBody.Values, c.FilterTab("body", placeForum, c.T("meetings.forum"), n))
	}
	byMonth := web.Filter{Label: c.T("meetings.filter.month")}
	var order []string
	months, names := map[string]int{}, map[string]string{}
	for _, m := range list {
		at := m.Starts.In(m.Zone)
		id := at.Format("2006-01")
		if months[id] == 0 {
			order, names[id] = append(order, id), monthName(c, at)
		}
		months[id]++
	}
	for _, id := range order {
		byMonth.Values = append(byMonth.Values, c.FilterTab("month", id, names[id], months[id]))
	}
	return []web.Filter{byBody, byMonth}, nil
}

func sortedByName(found map[core.ID]bodies.Body, lang string) []core.ID {
	return slices.SortedFunc(maps.Keys(found), func(a, b core.ID) int { return strings.Compare(found[a].Label(lang), found[b].Label(lang)) })
}

func (w *Web) groups(c *web.C, list []Meeting) (map[core.ID]bodies.Body, error) {
	var ids []core.ID
	for _, m := range list {
		if m.Body != "" && !slices.Contains(ids, m.Body) {
			ids = append(ids, m.Body)
		}
	}
	return w.s.Bodies.Bodies(c.Context(), ids)
}

func (w *Web) actions(c *web.C, v *listView, body core.ID) error {
	may, err := w.s.CanAdd(c.Context(), c.Actor, body)
	if err != nil {
		return err
	}
	planner, add := "/meetings/planner", "/meetings/new"
	if body != "" {
		planner, add = planner+"?who=body&body="+string(body), add+"?body="+string(body)
	}
	if may {
		v.Actions = append(v.Actions, web.Action{Label: c.T("meetings.add"), URL: c.URL(add), Icon: "plus"})
	}
	v.Actions = append(v.Actions, web.Action{Label: c.T("meetings.planner"), URL: c.URL(planner), Icon: "clock"})
	return nil
}

// trail leads to the meetings, of a body where there is one.
func (w *Web) trail(c *web.C, b bodies.Body, more ...web.Crumb) []web.Crumb {
	out := []web.Crumb{{Label: c.T("bodies.community"), URL: c.URL("/community")}, {Label: c.T("meetings.title"), URL: c.URL("/meetings")}}
	if b.ID != "" {
		out = append(out, web.Crumb{Label: b.Label(c.Lang), URL: c.URL("/meetings?body=" + string(b.ID))})
	}
	out = append(out, more...)
	if len(more) == 0 {
		out[len(out)-1].URL = ""
	}
	return out
}

// feed is the calendar of all public meetings, or of a body.
func (w *Web) feed(c *web.C) error {
	reads(c)
	cal, err := w.s.Feed(c.Context(), c.Lang, core.ID(c.Query("body")))
	if err != nil {
		return err
	}
	cal.URL, cal.Source = c.Absolute("/meetings"), c.Absolute(c.Path()+"?"+c.R.URL.RawQuery)
	return c.File(web.File{Type: calendar.Type, Name: "meetings.ics", Inline: true, Body: cal.Bytes()})
}
