package agenda

import (
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type nowView struct {
	Title, Clock  string
	Result        string
	Zone, Offset  string // of the clock that runs with a script
	Place         string
	Until         string // when the page changes, for the script
	Rooms         []nowRoom
	Doors, Refers string
	Empty         *web.Empty
}

type nowRoom struct {
	Name web.TextView
	URL  string
	Now  []row
	Next []row
}

// now says what is on at this moment, and next, in each room. It changes when the next
// session begins or ends.
func (w *Web) now(c *web.C) error {
	set, err := w.prog.Listed(c)
	if err != nil {
		return err
	}
	at := c.S.Clock.Instant()
	list, err := w.s.Programme.Briefs(c.Context(), core.Visitor, set, programme.Filter{From: at, State: programme.StateScheduled})
	if err != nil {
		return err
	}
	v := nowView{
		Title: c.T("agenda.now.title"), Zone: set.Zone, Offset: offset(c), Place: set.Place(c.Lang),
		Doors: c.URL(set.Path() + "/rooms"), Refers: c.URL(c.Path()),
	}
	v.Clock = i18n.ShortDate(c.Lang, at.In(set.Zone)) + " " + i18n.Clock(at.In(set.Zone))
	until(c, list)
	v.Until = boundary(list, at)
	on := 0
	for _, b := range list {
		if !b.Starts.After(at) {
			on++
		}
	}
	v.Rooms = w.nowRooms(c, set, list, at)
	v.Result = c.T("agenda.now.result", "Count", on)
	if len(list) == 0 {
		v.Empty = &web.Empty{
			Title: c.T("agenda.now.over"), Text: c.T("agenda.now.over_text"),
			Link: &web.Tab{Label: c.T("programme.list.see_all"), URL: c.URL(set.Path() + "/programme/all")},
		}
	}
	return c.Page(web.Page{
		Name: "agenda/now", Title: v.Title, Section: "programme", Describe: c.T("agenda.now.describe"), V: v,
		Trail: trail(c, set, web.Crumb{Label: v.Title}),
	})
}

// boundary is when the first of the sessions begins or ends, for a script; empty where
// none will.
func boundary(list []programme.Brief, at core.Instant) string {
	var next core.Instant
	for _, b := range list {
		for _, t := range []core.Instant{b.Starts, b.Ends} {
			if t.After(at) && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
	}
	return next.String()
}

// nowRooms are the rooms in which something is on or comes next, as they stand in the
// edition; what has no room comes last.
func (w *Web) nowRooms(c *web.C, set *editions.Setting, list []programme.Brief, at core.Instant) []nowRoom {
	byRoom := map[core.ID][]programme.Brief{}
	for _, b := range list {
		id := b.Room
		if set.Room(id) == nil {
			id = ""
		}
		byRoom[id] = append(byRoom[id], b)
	}
	var out []nowRoom
	add := func(r nowRoom, here []programme.Brief) {
		on, next := split(here, at)
		for _, b := range on {
			r.Now = append(r.Now, w.row(c, set, b))
		}
		for _, b := range next {
			r.Next = append(r.Next, w.row(c, set, b))
		}
		if len(here) > 0 {
			out = append(out, r)
		}
	}
	for _, r := range set.Rooms {
		add(nowRoom{Name: c.Text(r.Name), URL: c.URL(set.Path() + "/rooms/" + r.Slug)}, byRoom[r.ID])
	}
	add(nowRoom{Name: web.TextView{S: c.T("programme.list.no_room"), Lang: c.Lang, Dir: core.Dir(c.Lang)}}, byRoom[""])
	// Rooms in which something is on stand first.
	slices.SortStableFunc(out, func(a, b nowRoom) int { return min(len(b.Now), 1) - min(len(a.Now), 1) })
	return out
}

// split parts the sessions of a room, which are not over, into those that are on and those
// that start next, all at one time.
func split(list []programme.Brief, at core.Instant) (on, next []programme.Brief) {
	for _, b := range inTime(slices.Clone(list)) {
		switch {
		case !b.Starts.After(at):
			on = append(on, b)
		case len(next) == 0 || next[0].Starts.Time().Equal(b.Starts.Time()):
			next = append(next, b)
		}
	}
	return on, next
}
