package timetable

import (
	"net/http"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

type wishView struct {
	Title string
	Text  string
	Tabs  web.Tabs
	Form  *web.Form
	Own   *web.Tab
}

// staffWishes are the fields of WishesInput that are the staff's word.
var staffWishes = []string{"minutes", "fixed", "poster"}

// wish is what a session needs and would like.
func (w *Web) wish(c *web.C, set *editions.Setting, x *programme.Session) error {
	if c.R.Method == http.MethodPost && !c.Actor.SignedIn() {
		return core.SignIn()
	}
	if err := programme.Policy.Check("edit", x.State, programme.Crew(c.Actor, x)...); err != nil {
		return err
	}
	in, err := w.s.Wishes(c.Context(), c.Actor, x)
	if err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in = WishesInput{}
		failed = read(c, &in, func() error { return w.s.Wish(c.Context(), c.Actor, set, x, trimmed(in)) })
		if failed == nil {
			return c.Done(x.Path(), "timetable.wish_form.saved")
		}
	}
	staff := Can(c.Actor, set, "rules")
	f := c.Form("timetable.wish_form", &in)
	f.Cancel = c.URL(x.Path())
	f.Options("days", dayOptions(c, set))
	f.Options("rooms", roomOptions(c, set))
	f.Options("services", serviceOptions(c))
	if !staff {
		f.Drop(staffWishes...)
	}
	if len(set.Rooms) == 0 {
		f.Drop("rooms")
	}
	if len(set.Days()) == 0 {
		f.Drop("days")
	}
	for _, name := range []string{"not_before", "not_after"} {
		f.Field(name).Help = c.T("timetable.absences.at_venue", "Place", set.Place(c.Lang))
	}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	title := c.T("timetable.wish.title")
	v := wishView{
		Title: title, Text: c.T("timetable.wish.text", "Session", programme.RefLabel(x.Ref), "Title", c.Text(x.Title).S),
		Tabs: w.programme.Tabs(c, set, x, "/placement"), Form: f,
	}
	if slices.ContainsFunc(x.Roles, func(r programme.Role) bool { return c.Actor.Person != "" && r.Person == c.Actor.Person }) {
		v.Own = &web.Tab{Label: c.T("timetable.own.link"), URL: c.URL(set.Path() + "/my-availability")}
	}
	return c.Page(web.Page{
		Name: "timetable/wishes", Title: titled(c, title, status) + " · " + c.Text(x.Title).S, Section: "programme", NoIndex: true,
		Trail: w.programme.Trail(c, set, x, web.Crumb{Label: title}), Status: status, V: v,
	})
}

// trimmed takes the seconds off that some browsers send with a time.
func trimmed(in WishesInput) WishesInput {
	for _, s := range []*string{&in.NotBefore, &in.NotAfter} {
		if *s = strings.TrimSpace(*s); len(*s) > len(moment) {
			*s = (*s)[:len(moment)]
		}
	}
	return in
}

// placementPanel is where a session stands in the plan, and what it needs.
type placementPanel struct {
	Title    string
	Planned  *plannedView // staff only: others learn it with the release
	Said     string
	URL, Do  string
	Findings *web.Tab
}

type plannedView struct {
	Words  string
	URL    string
	Status *web.Status
}

// PlacementPanel shows, on a session's page, what it needs and a way to say so, to who may
// write its texts; to the staff also where it stands in the plan.
func (w *Web) PlacementPanel(c *web.C, session core.ID) (string, any, error) {
	if !c.Actor.SignedIn() {
		return "", nil, nil
	}
	byID, err := w.s.Programme.SessionsByID(c.Context(), c.Actor, []core.ID{session})
	x := byID[session]
	if err != nil || x == nil {
		return "", nil, err
	}
	set, err := w.s.Editions.SettingByID(c.Context(), c.Actor, x.Edition)
	if err != nil {
		return "", nil, err
	}
	if over := set.End(); !over.IsZero() && over.Time().Before(c.Now()) {
		return "", nil, nil
	}
	v := placementPanel{Title: c.T("timetable.panel.title")}
	if MayWish(c.Actor, x) {
		row, err := w.s.wishes(c.Context(), x.ID)
		if err != nil {
			return "", nil, err
		}
		v.Said, v.URL, v.Do = c.T("timetable.panel.nothing"), c.URL(x.Path()+"/placement"), c.T("timetable.panel.say")
		if row.Version > 0 {
			v.Said, v.Do = c.T("timetable.panel.said"), c.T("timetable.panel.change")
		}
	}
	if Can(c.Actor, set, "see") {
		if err := w.planned(c, set, x, &v); err != nil {
			return "", nil, err
		}
	}
	if v.URL == "" && v.Planned == nil {
		return "", nil, nil
	}
	return "timetable/placement-panel", v, nil
}

// planned is the place of a session in the plan, which the caller may see.
func (w *Web) planned(c *web.C, set *editions.Setting, x *programme.Session, v *placementPanel) error {
	b, err := w.s.Board(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	it := b.Item(x.ID)
	if it == nil || !b.Begun {
		return nil
	}
	say := words{c, b}
	p := &plannedView{Words: c.T("timetable.panel.unplaced"), URL: c.URL(set.Path() + "/timetable/sessions/" + it.Ref)}
	if it.Plan.Scheduled() {
		p.Words = c.T("timetable.panel.planned", "When", say.when(it.Plan.Starts, it.Plan.Ends), "Room", say.room(it.Plan.Room))
	}
	switch it.Plan.State {
	case PlanHeld:
		s := c.Status("draft", "timetable.panel.held")
		p.Status = &s
	case PlanCancelled:
		s := c.Status("cancelled", "timetable.panel.cancelled")
		p.Status = &s
	}
	v.Planned = p
	if n := len(b.Of(x.ID)); n > 0 {
		v.Findings = &web.Tab{Label: c.T("timetable.panel.findings", "Count", n), URL: p.URL}
	}
	return nil
}
