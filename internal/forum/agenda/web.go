package agenda

import (
	"cmp"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s    *Service
	prog *programme.Web
}

// NewWeb makes the pages, which stand beside those of the programme.
func NewWeb(s *Service, p *programme.Web) *Web { return &Web{s: s, prog: p} }

// Register registers pages and templates, the stars on the programme's pages and the links
// at their head.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("agenda", viewFS); err != nil {
		return err
	}
	s.Takes("My programme", takes)
	for path, h := range map[string]web.Handler{
		"/my-programme": w.mine, "/my-programme.ics": w.mineFile, "/now": w.now,
		"/rooms": w.rooms, "/rooms/{room}": w.room, "/rooms/{room}/door": w.door,
		"/embed": w.embed, "/embed.js": w.embedScript, "/programme/share": w.share, "/programme/print": w.print, "/programme/print.pdf": w.printPDF,
		"/programme/{day}/calendar.ics": w.feedOf("day"), "/rooms/{room}/calendar.ics": w.feedOf("room"),
		"/themes/{theme}/calendar.ics": w.feedOf("theme"), "/tracks/{track}/calendar.ics": w.feedOf("track"),
	} {
		s.Edition("GET "+path, h)
	}
	s.Edition("POST /my-programme", w.keep)
	s.Handle("GET /me/calendar", w.private)
	s.Handle("POST /me/calendar", w.private)
	s.Handle("GET /calendars/{file}", w.followed)
	s.Handle("GET /people/{person}/calendar.ics", w.personFeed)
	s.Handle("GET /organisations/{organisation}/calendar.ics", w.organisationFeed)
	w.prog.UseMarks("/my-programme", func(c *web.C, edition core.ID) (map[core.ID]bool, error) {
		return w.s.KeptIn(c.Context(), c.Actor, edition)
	})
	w.prog.AddActions(func(c *web.C, set *editions.Setting) []web.Action {
		at := func(path string) string { return c.URL(set.Path() + path) }
		return []web.Action{
			{Label: c.T("agenda.mine.title"), URL: at("/my-programme"), Icon: "star"},
			{Label: c.T("agenda.now.title"), URL: at("/now"), Icon: "clock"},
			{Label: c.T("agenda.print.now"), URL: at("/programme/print"), Icon: "print"},
			{Label: c.T("agenda.share.short"), URL: at("/programme/share"), Icon: "link"},
		}
	})
	return nil
}

// row is a session as the pages of this room show it.
type row struct {
	ID        core.ID
	URL, Ref  string
	Code      string // the reference as addresses have it
	Title     web.TextView
	Statuses  []web.Status
	When      web.When
	Room      web.TextView
	RoomURL   string
	Theme     *web.ThemeChip
	Cancelled bool
	State     string // before, now, after
}

func (w *Web) row(c *web.C, set *editions.Setting, b programme.Brief) row {
	r := row{
		ID: b.ID, URL: c.URL(b.Path()), Ref: programme.RefLabel(b.Ref), Code: b.Ref, Title: c.Text(b.Label()), Statuses: programme.Statuses(c, b),
		When: c.When(b.Starts, b.Ends, set.Zone, set.Place(c.Lang)), Cancelled: b.State == programme.StateCancelled,
	}
	r.State = r.When.State
	if x := set.Room(b.Room); x != nil {
		r.Room, r.RoomURL = c.Text(x.Name), c.URL(set.Path()+"/rooms/"+x.Slug)
	}
	if t := set.Theme(b.Theme); t != nil {
		r.Theme = &web.ThemeChip{Colour: t.Colour, Name: c.Text(t.Name)}
	}
	return r
}

// dayRows are the sessions of a day.
type dayRows struct {
	ID, Label string
	Rows      []row
}

// byDay groups sessions, which are in the order of time, by their day at the venue.
func (w *Web) byDay(c *web.C, set *editions.Setting, list []programme.Brief) []dayRows {
	var out []dayRows
	for _, b := range list {
		id, label := dayOf(c, set, b.Day)
		if len(out) == 0 || out[len(out)-1].ID != id {
			out = append(out, dayRows{ID: id, Label: label})
		}
		d := &out[len(out)-1]
		d.Rows = append(d.Rows, w.row(c, set, b))
	}
	return out
}

func dayOf(c *web.C, set *editions.Setting, date string) (id, label string) {
	if date == "" {
		return "no-day", c.T("programme.list.no_day")
	}
	id = date
	for _, d := range set.Days() {
		if d.Date == date {
			id = d.Slug()
		}
	}
	return id, i18n.LongDate(c.Lang, editions.Day{Date: date}.Time(set.Zone))
}

// until says that a page changes when the next of its sessions starts or ends.
func until(c *web.C, list []programme.Brief) {
	for i := range list {
		if list[i].State == programme.StateScheduled {
			c.Until(list[i].Starts.Time())
			c.Until(list[i].Ends.Time())
		}
	}
}

func inTime(list []programme.Brief) []programme.Brief {
	slices.SortStableFunc(list, func(a, b programme.Brief) int {
		return cmp.Or(a.Starts.Time().Compare(b.Starts.Time()), strings.Compare(a.Ref, b.Ref))
	})
	return list
}

func trail(c *web.C, set *editions.Setting, more ...web.Crumb) []web.Crumb {
	return editions.Trail(c, set, append([]web.Crumb{{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme")}}, more...)...)
}

// feedOf is the public calendar of one day, room, theme or track.
func (w *Web) feedOf(name string) web.Handler {
	return func(c *web.C) error {
		set, err := w.prog.Listed(c)
		if err != nil {
			return err
		}
		return w.prog.SendCalendar(c, set, url.Values{name: {c.Param(name)}})
	}
}

// google and outlook are addresses at which these fill in a form for an event: plain links,
// nothing of theirs runs here.
func addLinks(c *web.C, t programme.Teller, set *editions.Setting, x *programme.Session) []web.Tab {
	b := x.Brief()
	b.EditionSlug = set.Slug
	e := t.Event(set, nil, &b, programme.Told{})
	const stamp = "20060102T150405Z"
	page := c.Absolute(b.Path())
	google := url.Values{
		"action": {"TEMPLATE"}, "text": {e.Title}, "dates": {e.Starts.Format(stamp) + "/" + e.Ends.Format(stamp)}, "ctz": {set.Zone},
		"location": {e.Place}, "details": {page},
	}
	outlook := url.Values{
		"path": {"/calendar/action/compose"}, "rru": {"addevent"}, "subject": {e.Title}, "startdt": {e.Starts.Format(time.RFC3339)},
		"enddt": {e.Ends.Format(time.RFC3339)}, "location": {e.Place}, "body": {page},
	}
	return []web.Tab{
		{Label: c.T("agenda.add_to.file"), URL: c.URL(b.Path() + "/calendar.ics")},
		{Label: c.T("agenda.add_to.google"), URL: "https://calendar.google.com/calendar/render?" + google.Encode(), Lang: "out"},
		{Label: c.T("agenda.add_to.outlook"), URL: "https://outlook.live.com/calendar/0/deeplink/compose?" + outlook.Encode(), Lang: "out"},
		{Label: c.T("agenda.add_to.office"), URL: "https://outlook.office.com/calendar/0/deeplink/compose?" + outlook.Encode(), Lang: "out"},
	}
}

// offset is how far the forum's clock stands from that of the machine, in milliseconds:
// nothing but for a demo.
func offset(c *web.C) string {
	d := c.S.Clock.Offset()
	if d < 0 && d > -time.Second || d >= 0 && d < time.Second {
		return "0"
	}
	return strconv.FormatInt(d.Truncate(time.Second).Milliseconds(), 10)
}

// scripted tells whether a script asks, which wants an answer for itself.
func scripted(r *http.Request) bool { return r.Header.Get("X-Script") != "" }
