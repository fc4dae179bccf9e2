package meetings

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/platform/web"
)

func (w *Web) add(c *web.C) error {
	b, err := w.bodyOf(c)
	if err != nil {
		return err
	}
	roles, err := w.s.rolesAt(c.Context(), c.Actor, b.ID)
	if err != nil {
		return err
	}
	if err := placePolicy.Check("add", placeOf(b.ID), roles...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	now := Input{Zone: c.Zone, Minutes: 60, Time: "14:00", State: Confirmed, Visibility: ForPublic, AddressFor: ForPublic}
	if now.Zone == "" {
		now.Zone = "UTC"
	}
	now.Day = c.Now().In(core.Zone(now.Zone)).AddDate(0, 0, 14).Format(time.DateOnly) // interim meetings are announced a week or two ahead
	fill(c, &now)
	p := formPage{
		key: "meetings.form", title: c.T("meetings.new"), body: b, done: "meetings.announced_done", back: "/meetings?body=" + string(b.ID),
		drop: []string{"following", "note"},
		save: func(in Input) (Meeting, error) {
			list, err := w.s.Add(c.Context(), c.Actor, b.ID, in)
			if err != nil {
				return Meeting{}, err
			}
			return list[0], nil
		},
	}
	if b.ID == "" {
		p.back = "/meetings"
	}
	return w.form(c, p, now)
}

// fill takes what the planner proposes into a new form.
func fill(c *web.C, in *Input) {
	for name, to := range map[string]*string{"day": &in.Day, "time": &in.Time, "zone": &in.Zone, "repeat": &in.Repeat, "until": &in.Until} {
		if v := c.Query(name); v != "" {
			*to = v
		}
	}
	if n, err := strconv.Atoi(c.Query("minutes")); err == nil && n >= shortest && n <= longest {
		in.Minutes = n
	}
}

func (w *Web) edit(c *web.C) error {
	m, roles, err := w.s.Get(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if err := policy.Check("edit", m.policyState(), roles...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	groups, err := w.groups(c, []Meeting{m})
	if err != nil {
		return err
	}
	p := formPage{
		key: "meetings.form", title: c.T("meetings.do.edit"), body: groups[m.Body], meeting: &m, done: "meetings.saved", back: m.Path(),
		drop: []string{"repeat", "until"},
		save: func(in Input) (Meeting, error) { return w.s.Edit(c.Context(), c.Actor, m.ID, in) },
	}
	if m.Series == "" {
		p.drop = append(p.drop, "following")
	}
	return w.form(c, p, InputOf(m))
}

// formPage is the page of a meeting's form.
type formPage struct {
	key, title string
	body       bodies.Body
	meeting    *Meeting
	done, back string
	drop       []string
	save       func(Input) (Meeting, error)
}

// form shows the form of a meeting; its second button only tells what the time means.
func (w *Web) form(c *web.C, p formPage, now Input) error {
	in := now
	var failed error
	look := false
	if c.R.Method == http.MethodPost {
		var typed Input
		if failed = c.Decode(&typed); failed == nil {
			if look = c.Wants("_look"); !look {
				var m Meeting
				if m, failed = p.save(typed); failed == nil {
					return c.Done(m.Path(), p.done)
				}
			}
		}
		in = typed
	}
	f := c.Form(p.key, &in)
	f.Cancel = c.URL(p.back)

	w.options(c, f, p, in)
	if p.meeting != nil {
		f.Submit = c.T("meetings.form.save")
	}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	if look {
		status = http.StatusOK
	}
	title := p.title
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	v := formView{Title: p.title, Form: f, Zones: zones().names, Live: c.URL("/meetings/when?body=" + string(p.body.ID))}
	if p.body.ID != "" {
		v.About = p.body.Label(c.Lang)
	} else {
		v.About = c.T("meetings.forum")
	}
	v.When = w.whenOf(c, in, p.body.ID)
	v.parts()
	crumbs := []web.Crumb{{Label: p.title}}
	if p.meeting != nil {
		crumbs = []web.Crumb{{Label: p.meeting.Label(c.Lang), URL: c.URL(p.meeting.Path())}, {Label: p.title}}
	}
	return c.Page(web.Page{Name: "meetings/form", Title: title, Section: "community", NoIndex: true, Status: status, Trail: w.trail(c, p.body, crumbs...), V: v})
}

func (w *Web) options(c *web.C, f *web.Form, p formPage, in Input) {
	choose := func(field, prefix string, values ...string) {
		var out []web.Option
		for _, v := range values {
			out = append(out, web.Option{Value: v, Label: c.T(prefix + v)})
		}
		f.Options(field, out)
	}
	choose("repeat", "meetings.repeat.", Rhythms...)
	choose("state", "meetings.state.", Planned, Confirmed)
	choose("twice", "meetings.twice.", TwiceFirst, TwiceSecond)
	if p.body.ID == "" {
		f.Drop("visibility")
		choose("address_for", "meetings.address_for.", ForPublic, ForAsking)
	} else {
		choose("visibility", "meetings.visibility.", ForPublic, ForMembers)
		choose("address_for", "meetings.address_for.", ForPublic, ForMembers, ForAsking)
	}
	f.Field("zone").List = "iana"
	f.Field("zone").Dir = "ltr"
	if fd := f.Field("until"); fd != nil {
		fd.If = "repeat="
	}
	if w, err := ReadWall(in.Day, in.Time, in.Zone); (err != nil || w.Second.IsZero()) && !knownRhythm(in.Repeat) {
		f.Drop("twice")
	} else if err == nil && w.Second.IsZero() && in.Twice == "" && c.R.Method != http.MethodPost {
		f.Drop("twice")
	}
	f.Drop(p.drop...)
	for _, name := range []string{"state", "visibility", "address_for"} {
		if fd := f.Field(name); fd != nil {
			fd.Required = true
		}
	}
}

// parts are the fields before, of and after the time, which stands in a row with what it
// means beneath.
func (v *formView) parts() {
	for _, fd := range v.Form.Fields {
		switch {
		case slices.Contains([]string{"day", "time", "minutes", "zone"}, fd.Name):
			v.Times = append(v.Times, fd)
		case len(v.Times) == 0:
			v.Lead = append(v.Lead, fd)
		default:
			v.Rest = append(v.Rest, fd)
		}
	}
}

// whenView is what a time means: in three clocks, and whose night it is.
type whenView struct {
	When    web.When
	Notices []web.Notice
	Nights  []nightLine
	Plan    string
}

type nightLine struct {
	Region         web.TextView
	Colour, Points string
	Icon, Words    string
}

// when tells what a time means while somebody types it; the form without a script has a
// button that does the same.
func (w *Web) when(c *web.C) error {
	in := Input{Day: c.Query("day"), Time: c.Query("time"), Zone: c.Query("zone"), Twice: c.Query("twice")}
	in.Minutes, _ = strconv.Atoi(c.Query("minutes")) // what is no number is said below
	v := w.whenOf(c, in, core.ID(c.Query("body")))
	if v == nil {
		v = &whenView{}
	}
	part, err := c.Part("meetings/when", v)
	if err != nil {
		return err
	}
	return c.Bytes("text/html; charset=utf-8", []byte(part))
}

// whenOf tells what the time of an input means; nil where none is typed yet.
func (w *Web) whenOf(c *web.C, in Input, body core.ID) *whenView {
	if len(in.Day) != 10 || len(in.Time) != 5 || in.Zone == "" {
		return nil
	}
	v := &whenView{}
	wall, err := ReadWall(in.Day, in.Time, in.Zone)
	if err != nil {
		e := asError(err)
		v.Notices = append(v.Notices, web.Notice{Class: "warning", Icon: "warning", Text: c.T(e.Key, e.Args...)})
		return v
	}
	if !wall.Second.IsZero() {
		v.Notices = append(v.Notices, web.Notice{Class: "warning", Icon: "warning", Text: c.T("meetings.error.twice", "Date", in.Day, "Time", in.Time, "Zone", in.Zone)})
	}
	minutes := in.Minutes
	if minutes < shortest || minutes > longest {
		minutes = 60
	}
	at := wall.At(in.Twice)
	end := at.Add(time.Duration(minutes) * time.Minute)
	v.When = c.When(at, end, in.Zone, web.ZoneCity(in.Zone))
	if end.Sub(at) != wallLength(at, end, in.Zone) {
		v.Notices = append(v.Notices, web.Notice{Class: "warning", Icon: "warning", Text: c.T("meetings.clocks_change")})
	}
	if at.Before(c.S.Clock.Instant()) {
		v.Notices = append(v.Notices, web.Notice{Class: "info", Icon: "info", Text: c.T("meetings.in_past")})
	}
	q := Plan{Day: in.Day, Time: in.Time, Minutes: minutes, Zone: in.Zone, Twice: in.Twice, Count: 1, Body: body}
	if body != "" {
		q.Who = WhoBody
	}
	out, err := w.s.Plan(c.Context(), c.Actor, &q)
	if err != nil {
		return v // the clocks are told; whose night it is, the planner says
	}
	v.Plan = plannerURL(c, at, end, in.Zone)
	for _, r := range out.Regions {
		worst := shade(r.load, end.Sub(at))
		v.Nights = append(v.Nights, nightLine{Region: w.regionName(c, r), Colour: worst, Points: points(c.Lang, r.load), Icon: iconOf(worst), Words: c.T("meetings.colour." + worst)})
	}
	return v
}

// wallLength is how long a meeting seems to take by the clock on the wall.
func wallLength(from, until core.Instant, zone string) time.Duration {
	a, z := from.In(zone), until.In(zone)
	_, before := a.Zone()
	_, after := z.Zone()
	return until.Sub(from) + time.Duration(after-before)*time.Second
}

// setState is the page that cancels a meeting, says that it was held, or takes that back.
func (w *Web) setState(action string) web.Handler {
	act := map[string]func(*Service) func(*web.C, core.ID, StateInput) (Meeting, error){
		"cancel": func(s *Service) func(*web.C, core.ID, StateInput) (Meeting, error) {
			return func(c *web.C, id core.ID, in StateInput) (Meeting, error) {
				return s.Cancel(c.Context(), c.Actor, id, in)
			}
		},
		"hold": func(s *Service) func(*web.C, core.ID, StateInput) (Meeting, error) {
			return func(c *web.C, id core.ID, in StateInput) (Meeting, error) {
				return s.Hold(c.Context(), c.Actor, id, in)
			}
		},
		"reopen": func(s *Service) func(*web.C, core.ID, StateInput) (Meeting, error) {
			return func(c *web.C, id core.ID, in StateInput) (Meeting, error) {
				return s.Reopen(c.Context(), c.Actor, id, in)
			}
		},
	}[action](w.s)
	return func(c *web.C) error {
		m, roles, err := w.s.Get(c.Context(), c.Actor, core.ID(c.Param("id")))
		if err != nil {
			return err
		}
		if err := policy.Check(action, m.policyState(), roles...); err != nil && c.R.Method == http.MethodGet {
			return err
		}
		in := StateInput{Version: m.Version, Note: m.Note}
		var failed error
		if c.R.Method == http.MethodPost {
			var typed StateInput
			if failed = c.Decode(&typed); failed == nil {
				var now Meeting
				if now, failed = act(c, m.ID, typed); failed == nil {
					return c.Done(now.Path(), "meetings.done."+action)
				}
			}
			in = typed
		}
		f := c.Form("meetings."+action, &in)
		f.Cancel = c.URL(m.Path())
		if action != "cancel" || m.Series == "" {
			f.Drop("following")
		}
		status, err := f.Refused(failed)
		if err != nil {
			return err
		}
		groups, err := w.groups(c, []Meeting{m})
		if err != nil {
			return err
		}
		title := c.T("meetings.do." + action)
		v := formView{Title: title, About: m.Label(c.Lang), Form: f, Notice: c.T("meetings." + action + ".about")}
		when := c.When(m.Starts, m.Ends, m.Zone, web.ZoneCity(m.Zone))
		v.When = &whenView{When: when}
		return c.Page(web.Page{
			Name: "meetings/form", Title: title, Section: "community", NoIndex: true, Status: status,
			Trail: w.trail(c, groups[m.Body], web.Crumb{Label: m.Label(c.Lang), URL: c.URL(m.Path())}, web.Crumb{Label: title}), V: v,
		})
	}
}
