package timetable

import (
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// shownFits is how many places are proposed.
const shownFits = 8

func (w *Web) placeView(c *web.C, b *Board, it *Item) (*placeView, error) {
	x := words{c, b}
	set := b.Set
	t := c.Text(it.Name())
	v := &placeView{
		head: w.head(c, set, c.T("timetable.place.title", "Session", programme.RefLabel(it.Ref))), Session: t, PageURL: c.URL(it.Path()),
		MoveURL: c.URL(set.Path() + "/timetable/move"),
	}
	v.Subtitle = x.when(it.Plan.Starts, it.Plan.Ends)
	if it.Plan.Scheduled() {
		v.Subtitle = c.T("timetable.in_room", "When", v.Subtitle, "Room", x.room(it.Plan.Room))
	}
	v.Actions = []web.Action{
		{Label: c.T("timetable.place.see_day"), URL: c.URL(w.painter(c, b).dayOf(it)), Icon: "calendar"},
		{Label: c.T("timetable.place.wishes"), URL: c.URL(it.Path() + "/placement"), Icon: "edit"},
	}
	switch {
	case it.State == programme.StateDraft:
		v.Public = c.T("timetable.place.not_public")
	case it.State == programme.StateCancelled:
		v.Public = c.T("timetable.place.public_cancelled")
	case !it.Scheduled():
		v.Public = c.T("timetable.place.public_untimed")
	default:
		v.Public = c.T("timetable.place.public", "When", x.when(it.Starts, it.Ends), "Room", x.room(it.Room))
	}
	v.Findings = x.lines(b.Of(it.ID), "")
	v.Needs = x.needs(it)
	if it.Plan.State == PlanCancelled {
		return v, nil
	}
	next := set.Path() + "/timetable/sessions/" + it.Ref
	same := map[core.Instant]int{} // a handful of times says more than all rooms of one
	for _, o := range b.Fits(it.ID, 10*shownFits) {
		if it.Plan.Room == o.Room && it.Plan.Starts.Time().Equal(o.Starts.Time()) || same[o.Starts] == 2 || len(v.Fits) == shownFits {
			continue
		}
		same[o.Starts]++
		v.Fits = append(v.Fits, x.fit(it, o, next))
	}
	if it.Plan.Scheduled() {
		v.TakeOut = &fitLine{Session: it.ID, Version: version(it), Minutes: it.Length, Next: next, Label: c.T("timetable.place.take_out")}
	}
	blocked := !slices.ContainsFunc(v.Fits, func(f fitLine) bool { return len(f.Findings) == 0 })
	if !blocked {
		return v, nil
	}
	why := b.Why(it.ID)
	if why.Fit > 0 {
		return v, nil
	}
	v.FitsNone = c.T("timetable.place.no_fit", "Count", why.Candidates)
	for i, r := range why.Reasons {
		if i == 5 {
			break
		}
		v.Why = append(v.Why, c.T("timetable.place.reason", "Rule", c.T("timetable.rule."+r.Rule), "Count", r.Count, "Percent", 100*r.Count/max(why.Candidates, 1)))
	}
	return v, nil
}

// version is that of a session's placement as forms carry it.
func version(it *Item) int64 { return it.Plan.Version }

// fit is a place that the session could have.
func (x words) fit(it *Item, o Offer, next string) fitLine {
	at := o.Starts.In(x.b.Set.Zone)
	l := fitLine{
		Where: x.at(Spot{Starts: o.Starts, Ends: o.Ends, Room: o.Room}), Session: it.ID, Version: version(it), Date: at.Format("2006-01-02"), Start: i18n.Clock(at),
		Minutes: it.Length, RoomID: o.Room, Next: next,
	}
	l.Label = x.c.T("timetable.place.here", "When", x.when(o.Starts, o.Ends), "Room", x.room(o.Room))
	for _, f := range o.Findings {
		l.Findings = append(l.Findings, x.finding(f))
	}
	return l
}

// needs are what bears on a session's place.
func (x words) needs(it *Item) []factLine {
	var out []factLine
	add := func(key, value string) {
		if value != "" {
			out = append(out, factLine{x.c.T("timetable.fact." + key), value})
		}
	}
	comma := x.c.T("programme.list.comma")
	join := func(list []string) string {
		s := ""
		for i, v := range list {
			if i > 0 {
				s += comma
			}
			s += v
		}
		return s
	}
	t := programme.TypeOf(x.b.Types, it.Type)
	add("type", x.c.Text(t.Name).S)
	add("theme", x.theme(it.Theme))
	if it.Expected > 0 {
		add("expected", strconv.Itoa(it.Expected))
	}
	var who []string
	for _, r := range it.Roles {
		name := r.In(x.c.Lang)
		if !slices.Contains(who, name) {
			who = append(who, name)
		}
	}
	add("people", join(who))
	var services []string
	for _, s := range it.Wishes.Services {
		services = append(services, x.c.T("timetable.service."+s))
	}
	add("services", join(services))
	var rooms []string
	for _, r := range it.Wishes.Rooms {
		rooms = append(rooms, x.room(core.ID(r)))
	}
	add("rooms", join(rooms))
	add("not_before", it.Wishes.NotBefore)
	add("not_after", it.Wishes.NotAfter)
	add("note", it.Wishes.Note)
	if it.Plan.ByName != "" {
		add("moved_by", it.Plan.ByName)
	}
	return out
}
