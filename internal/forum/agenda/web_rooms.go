package agenda

import (
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

type roomsView struct {
	Title, Subtitle string
	Rows            []roomRow
	Empty           *web.Empty
}

type roomRow struct {
	Name, Venue    web.TextView
	URL, Door, ICS string
	Capacity       string
	Sessions       string
}

// rooms is the index of the rooms of an edition: their programmes, calendars and signs.
func (w *Web) rooms(c *web.C) error {
	set, err := w.prog.Listed(c)
	if err != nil {
		return err
	}
	ways, err := w.prog.Ways(c, set)
	if err != nil {
		return err
	}
	v := roomsView{Title: c.T("programme.list.way.rooms"), Subtitle: c.T("agenda.rooms.subtitle")}
	for _, r := range set.Rooms {
		base := set.Path() + "/rooms/" + r.Slug
		x := roomRow{Name: c.Text(r.Name), URL: c.URL(base), Door: c.URL(base + "/door"), Venue: venue(c, set, &r), Capacity: seats(c, &r)}
		for _, way := range ways {
			for _, t := range way.Values {
				if way.Name == "room" && t.URL == r.Slug {
					x.Sessions, x.ICS = t.Count, c.URL(base+"/calendar.ics")
				}
			}
		}
		v.Rows = append(v.Rows, x)
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("agenda.rooms.none"), Text: c.T("agenda.rooms.none_text")}
	}
	return c.Page(web.Page{Name: "agenda/rooms", Title: v.Title, Section: "programme", Describe: v.Subtitle, V: v, Trail: trail(c, set, web.Crumb{Label: v.Title})})
}

func venue(c *web.C, set *editions.Setting, r *editions.Room) web.TextView {
	for _, v := range set.Venues {
		if v.ID == r.Venue {
			return c.Text(v.Name)
		}
	}
	return web.TextView{}
}

func seats(c *web.C, r *editions.Room) string {
	if r.Capacity == 0 {
		return ""
	}
	return c.T("programme.seats", "Count", r.Capacity)
}

// placed gives the edition, a room of the address by any of its names, and what takes
// place there as everybody may see it, in the order of time.
func (w *Web) placed(c *web.C) (*editions.Setting, *editions.Room, []programme.Brief, error) {
	set, err := w.prog.Listed(c)
	if err != nil {
		return nil, nil, nil, err
	}
	r := set.RoomNamed(c.Param("room"))
	if r == nil {
		return nil, nil, nil, core.NotFound()
	}
	list, err := w.s.Programme.Briefs(c.Context(), core.Visitor, set, programme.Filter{Room: r.ID})
	return set, r, list, err
}

type roomView struct {
	Name, Venue, Access web.TextView
	Capacity            string
	Actions             []web.Action
	Clock, Result       string
	Days                []dayRows
	Empty               *web.Empty
}

// room is the page of a room: its programme of all days.
func (w *Web) room(c *web.C) error {
	set, r, list, err := w.placed(c)
	if err != nil {
		return err
	}
	base := set.Path() + "/rooms/" + r.Slug
	v := roomView{
		Name: c.Text(r.Name), Venue: venue(c, set, r), Access: c.Text(r.Accessibility), Capacity: seats(c, r),
		Clock: w.prog.ClockNote(c, set, list), Result: c.T("programme.list.result", "Count", len(list)), Days: w.byDay(c, set, list),
	}
	v.Actions = []web.Action{{Label: c.T("agenda.door.link"), URL: c.URL(base + "/door"), Icon: "room"}}
	if len(list) > 0 {
		v.Actions = append([]web.Action{{Label: c.T("programme.list.calendar_file"), URL: c.URL(base + "/calendar.ics"), Icon: "calendar"}}, v.Actions...)
	} else {
		v.Result = ""
		v.Empty = &web.Empty{Title: c.T("programme.list.none"), Text: c.T("agenda.rooms.nothing")}
	}
	until(c, list)
	return c.Page(web.Page{
		Name: "agenda/room", Title: v.Name.S, Section: "programme", V: v,
		Trail: trail(c, set, web.Crumb{Label: c.T("programme.list.way.rooms"), URL: c.URL(set.Path() + "/rooms")}, web.Crumb{Label: v.Name.S}),
	})
}

// doorView is the sign beside a door: nothing but what is on and what comes.
type doorView struct {
	Room, Venue, Edition web.TextView
	Date, Clock, Place   string
	Zone, Offset, Until  string
	Now, Next            []doorRow
	Later                []doorRow
	Free                 string
	Again                int // seconds until the sign asks anew
	Turn                 string
	Refresh              string // the same for a screen without script
}

type doorRow struct {
	Time, Date string
	Title      web.TextView
	Ref        string
	Statuses   []web.Status
}

// How many sessions stand below what comes next, and how often a sign without script asks
// anew, and one that speaks several languages turns.
const (
	laterShown  = 4
	doorSeconds = 60
	turnSeconds = 20
)

// door is the sign of a room, for a screen beside its door. It is in the language of its
// address; ?langs=en,fr,ar turns from each of them to the next.
func (w *Web) door(c *web.C) error {
	set, r, list, err := w.placed(c)
	if err != nil {
		return err
	}
	at := c.S.Clock.Instant()
	var ahead []programme.Brief
	for _, b := range list {
		if b.State == programme.StateScheduled && b.Scheduled() && b.Ends.After(at) {
			ahead = append(ahead, b)
		}
	}
	here := at.In(set.Zone)
	v := doorView{
		Room: c.Text(r.Name), Venue: venue(c, set, r), Edition: c.Text(set.Name), Place: set.Place(c.Lang), Zone: set.Zone, Offset: offset(c),
		Date: i18n.LongDate(c.Lang, here), Clock: i18n.Clock(here), Until: boundary(ahead, at), Again: doorSeconds, Turn: turn(c),
	}
	if v.Turn != "" {
		v.Again = turnSeconds
	}
	if v.Refresh = strconv.Itoa(v.Again); v.Turn != "" {
		v.Refresh += ";url=" + v.Turn
	}
	on, next := split(ahead, at)
	v.Now, v.Next = doorRows(c, set, on, here), doorRows(c, set, next, here)
	if len(next) > 0 {
		for _, b := range inTime(ahead) {
			if b.Starts.After(next[0].Starts) && b.Day == here.Format(time.DateOnly) && len(v.Later) < laterShown {
				v.Later = append(v.Later, doorRows(c, set, []programme.Brief{b}, here)...)
			}
		}
	}
	v.Free = c.T("agenda.door.free")
	if len(next) > 0 && next[0].Day == here.Format(time.DateOnly) {
		v.Free = c.T("agenda.door.free_until", "Time", i18n.Clock(next[0].Starts.In(set.Zone)))
	}
	until(c, ahead)
	c.Until(at.Time().Truncate(time.Minute).Add(time.Minute)) // its clock
	return c.Page(web.Page{Name: "agenda/door", Title: v.Room.S, NoIndex: true, V: v})
}

func doorRows(c *web.C, set *editions.Setting, list []programme.Brief, here time.Time) []doorRow {
	var out []doorRow
	for _, b := range list {
		when := c.When(b.Starts, b.Ends, set.Zone, "")
		r := doorRow{Time: when.Time, Title: c.Text(b.Title), Ref: programme.RefLabel(b.Ref)}
		if b.Day != here.Format(time.DateOnly) {
			r.Date = when.Date
		}
		if b.InvitedOnly {
			r.Statuses = append(r.Statuses, c.Status("private", "programme.invited_only"))
		}
		out = append(out, r)
	}
	return out
}

// turn is the address of the sign in the language that follows among those of ?langs.
func turn(c *web.C) string {
	var langs []string
	for l := range strings.SplitSeq(c.Query("langs"), ",") {
		if core.LangKnown(l) && !slices.Contains(langs, l) {
			langs = append(langs, l)
		}
	}
	if len(langs) < 2 {
		return ""
	}
	next := langs[(slices.Index(langs, c.Lang)+1)%len(langs)]
	return "/" + next + c.Path() + "?" + url.Values{"langs": {strings.Join(langs, ",")}}.Encode()
}
