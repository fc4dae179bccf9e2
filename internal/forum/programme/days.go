package programme

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// dayView is the timetable of one day.
type dayView struct {
	Title, Subtitle   string
	Tabs, Days        web.Tabs
	Actions           []web.Action
	Result, Clock     string
	HasNow            bool
	Across            bool
	RoomsURL, ListURL string
	Label, Class      string
	Heads             []roomHead
	Items             []dayItem
	Unscheduled       *web.Tab
	Stars             *starsView
	Empty             *web.Empty
}

type roomHead struct{ Class, Name, Lang string }

// dayItem is a line of the timetable: a slot, the heading of an hour, or now.
type dayItem struct {
	Hour, Now string // the text of a heading or of the line; empty for a slot
	Class     string
	listedSession
}

// dayPage shows the timetable of a day: that of the address, or today at the venue,
// or the first day on which something takes place.
func (w *Web) dayPage(c *web.C) error {
	set, err := w.listed(c)
	if err != nil {
		return err
	}
	sel, err := w.s.choose(c.Context(), c.Actor, set, choice{})
	if err != nil {
		return err
	}
	wanted := c.Param("day")
	if wanted == "" {
		wanted = c.Query("day")
	}
	date, err := w.pickDay(c, sel, wanted)
	if err != nil {
		return err
	}
	v, err := w.dayView(c, sel, date)
	if err != nil {
		return err
	}
	p := web.Page{Name: "programme/days", Title: v.Title, Describe: v.Subtitle, Section: "programme", Wide: true, V: v}
	here := c.T("shell.programme")
	p.Trail = editions.Trail(c, set, web.Crumb{Label: here})
	if date != "" && wanted != "" {
		p.Trail = listTrail(c, set, i18n.ShortDate(c.Lang, sel.keys.midnight(date)))
		p.Canonical = c.S.BaseURL + set.Path() + "/programme/" + sel.keys.day[date][0]
	}
	return c.Page(p)
}

// pickDay finds the date of the page. Without one in the address the page changes at
// midnight.
func (w *Web) pickDay(c *web.C, sel *selection, wanted string) (string, error) {
	k := sel.keys
	if wanted != "" {
		date := k.date(k.dayKey(wanted))
		if date == "" {
			return "", core.NotFound()
		}
		return date, nil
	}
	if len(k.dates) == 0 {
		return "", nil
	}
	today := c.Now().In(core.Zone(sel.set.Zone)).Format(time.DateOnly)
	for _, d := range append(slices.Clone(k.dates), nextDate(k.dates[len(k.dates)-1])) {
		c.Until(k.midnight(d))
	}
	if slices.Contains(k.dates, today) {
		return today, nil
	}
	for _, d := range k.dates {
		if sel.counts[byDay][k.day[d][0]] > 0 {
			return d, nil
		}
	}
	return k.dates[0], nil
}

func nextDate(date string) string {
	d, err := core.ParseDate(date)
	if err != nil {
		return date
	}
	return d.AddDate(0, 0, 1).Format(time.DateOnly)
}

func (w *Web) dayView(c *web.C, sel *selection, date string) (dayView, error) {
	set := sel.set
	x := w.words(c, sel)
	v := dayView{
		Title: c.T("shell.programme"), Tabs: w.listTabs(c, set, ""), Actions: w.files(c, sel),
		Subtitle: c.T("programme.list.subtitle", "Count", sel.all, "Dates", editions.Dates(c, set.Edition), "Place", set.Place(c.Lang)),
	}
	if n := sel.counts[byDay][noValue]; n > 0 {
		v.Unscheduled = &web.Tab{
			Label: c.T("programme.list.unscheduled", "Count", n), URL: c.URL(choice{}.with(byDay, noValue).at(set.Path() + "/programme/all")),
		}
	}
	if date == "" {
		v.Empty = x.empty(0, "")
		return v, nil
	}
	var err error
	if v.Stars, err = w.useStars(x); err != nil {
		return v, err
	}
	list := slices.DeleteFunc(slices.Clone(sel.list), func(b Brief) bool { return b.Day != date || !b.Scheduled() })
	g := newGrid(set, sel.types, list)
	fits := len(g.columns) > 0 && len(g.columns) <= mostColumns
	v.Across = fits && c.Query("view") != "list"
	long := i18n.LongDate(c.Lang, sel.keys.midnight(date))
	v.Title = c.T("programme.list.day_title", "Date", i18n.ShortDate(c.Lang, sel.keys.midnight(date)))
	v.Result = c.T("programme.list.day_result", "Count", len(list), "Rooms", g.rooms)
	v.Clock = x.clockNote([]string{date})
	v.Days = x.dayTabs(date, v.Across || !fits)
	v.Label = c.T("programme.list.by_room", "Date", long)
	if fits {
		here := set.Path() + "/programme/" + sel.keys.day[date][0]
		v.RoomsURL, v.ListURL = c.URL(here), c.URL(here+"?view=list")
	}
	if len(list) == 0 {
		v.Result = ""
		v.Empty = &web.Empty{
			Title: c.T("programme.list.empty_day", "Date", long), Text: c.T("programme.list.empty_day_text"),
			Link: &web.Tab{Label: c.T("programme.list.see_all"), URL: c.URL(set.Path() + "/programme/all")},
		}
		if sel.all == 0 {
			v.Empty = x.empty(0, "")
		}
		return v, nil
	}
	v.lay(x, g, date)
	return v, nil
}

// dayTabs are the days of the edition; they keep the way in which days are shown.
func (x *words) dayTabs(date string, across bool) web.Tabs {
	out := web.Tabs{Label: x.c.T("programme.list.days"), Class: "days"}
	for _, d := range x.sel.keys.dates {
		url := x.sel.set.Path() + "/programme/" + x.sel.keys.day[d][0]
		if !across {
			url += "?view=list"
		}
		out.Tabs = append(out.Tabs, web.Tab{Label: i18n.ShortDate(x.c.Lang, x.sel.keys.midnight(d)), URL: x.c.URL(url), Current: d == date})
	}
	return out
}

// lay puts the timetable into lines, in the order in which it is read.
func (v *dayView) lay(x *words, g grid, date string) {
	v.Class = "timetable"
	if v.Across {
		v.Class += " across r" + strconv.Itoa(len(g.columns)) + " h" + strconv.Itoa(g.first)
		none := x.c.T("programme.list.no_room")
		for i, id := range g.columns {
			h := roomHead{Class: "room-head r" + strconv.Itoa(i+1), Name: none}
			if id != "" {
				h.Name, h.Lang = x.room[id].Label, x.room[id].Lang
			}
			v.Heads = append(v.Heads, h)
		}
	}
	nowHour, nowMinute, showNow := v.now(x, g, date)
	next := 0
	line := func() {
		v.HasNow = true
		at := hourLabel(nowHour)[:3] + twoDigits(nowMinute)
		v.Items = append(v.Items, dayItem{
			Now: x.c.T("programme.list.now", "Time", at), Class: "now h" + strconv.Itoa(nowHour) + " m" + strconv.Itoa(nowMinute),
		})
	}
	for _, h := range g.hours {
		switch {
		case g.starts[h]:
			v.Items = append(v.Items, dayItem{Hour: hourLabel(h), Class: "hour h" + strconv.Itoa(h)})
		case v.Across:
			v.Items = append(v.Items, dayItem{Hour: hourLabel(h), Class: "hour blank h" + strconv.Itoa(h)})
		}
		for ; next < len(g.slots) && g.slots[next].hour == h; next++ {
			s := g.slots[next]
			if showNow && !v.HasNow && h == nowHour && s.minute > nowMinute {
				line()
			}
			v.Items = append(v.Items, v.slot(x, s))
		}
		if showNow && !v.HasNow && h == nowHour {
			line()
		}
	}
}

func (v *dayView) slot(x *words, s gridSlot) dayItem {
	it := dayItem{Class: s.class(), listedSession: x.session(s.brief)}
	if t := x.sel.set.Theme(s.brief.Theme); t != nil {
		it.Class += " theme-" + strconv.Itoa(t.Colour)
	}
	return it
}

// now says where the line of the present stands. The page changes with it every five
// minutes while the day is on, when the day begins, and when a session starts or ends.
func (v *dayView) now(x *words, g grid, date string) (hour, minute int, ok bool) {
	c := x.c
	for i := range g.slots {
		if b := g.slots[i].brief; b.State == StateScheduled {
			c.Until(b.Starts.Time())
			c.Until(b.Ends.Time())
		}
	}
	midnight := x.sel.keys.midnight(date)
	at := c.Now().In(core.Zone(x.sel.set.Zone))
	// Hours are those of the wall clock, also on the day on which it is changed.
	c.Until(time.Date(midnight.Year(), midnight.Month(), midnight.Day(), g.first, 0, 0, 0, midnight.Location()))
	if at.Format(time.DateOnly) != date {
		return 0, 0, false
	}
	hour, minute, ok = g.now(at)
	if ok {
		c.Until(at.Truncate(time.Minute).Add(time.Duration(gridStep-at.Minute()%gridStep) * time.Minute))
	}
	return hour, minute, ok
}

func twoDigits(n int) string { return strings.Repeat("0", 2-len(strconv.Itoa(n))) + strconv.Itoa(n) }
