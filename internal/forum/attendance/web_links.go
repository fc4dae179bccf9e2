package attendance

import (
	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type linksView struct {
	Title   string
	Actions []web.Action
	Tell    *web.Notice // why there are no links
	Next    *web.Tab
	Path    string
	Own     []linkRow
	Days    []linkDay
	Hubs    []hubView
	Result  string
	Was     []wasRow
	Cert    *web.Tab
	Devices []deviceView
	Code    string // for the page to fall back on
	Empty   *web.Empty
}

type linkDay struct {
	ID, Label string
	Rows      []linkRow
}

type linkRow struct {
	ID       string
	Title    web.TextView
	URL, Ref string
	When     web.When
	Room     web.TextView
	State    *web.Status
	Join     string // address on this server
	Address  string // the whole of it, to copy
}

type hubView struct {
	Name     string
	URL      string
	Sessions []linkRow
}

type wasRow struct {
	Title    web.TextView
	URL, Ref string
	Day      string
	Ways     []string
}

type deviceView struct {
	ID          core.ID
	Name, Since string
}

func trail(c *web.C, set *editions.Setting, title string) []web.Crumb {
	return editions.Trail(c, set, web.Crumb{Label: title})
}

// row is a link as a list shows it.
func (w *Web) row(c *web.C, set *editions.Setting, l JoinLink) linkRow {
	r := linkRow{
		ID: "l-" + l.Ref, Title: c.Text(l.Title), URL: c.URL(set.Path() + "/" + l.Ref), Ref: refLabel(l.Ref),
		When: c.When(l.Starts, l.Ends, set.Zone, set.Place(c.Lang)), Join: c.URL(pathOf(l.token)), Address: l.URL,
	}
	if x := set.Room(l.door.Room); x != nil {
		r.Room = c.Text(x.Name)
	}
	switch l.State {
	case Open:
		r.State = &web.Status{Class: "live", Words: c.T("attendance.state.open")}
	case Cancelled: // there is nothing to join
		r.Join = ""
		r.State = &web.Status{Class: "cancelled", Icon: "cancelled", Words: c.T("attendance.state.cancelled")}
	}
	return r
}

// links is somebody's page of her own links. Twelve queries at most, however many sessions.
func (w *Web) links(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	v := linksView{Title: c.T("attendance.links.title"), Path: c.URL(set.Path() + "/my-links")}
	r, err := w.s.Participation.Mine(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	hubs, err := w.s.HubLinks(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	for _, h := range hubs {
		hv := hubView{Name: h.Hub.Name, URL: c.URL(set.Path() + "/hubs/" + string(h.Hub.ID) + "/desk")}
		for _, l := range h.Links {
			hv.Sessions = append(hv.Sessions, w.row(c, set, l))
		}
		v.Hubs = append(v.Hubs, hv)
	}
	switch {
	case r == nil:
		v.Tell = &web.Notice{Class: "info", Icon: "info", Text: c.T("attendance.links.none")}
		v.Next = &web.Tab{Label: c.T("attendance.join.register"), URL: c.URL(set.Path() + "/register")}
	case !r.MayJoin():
		v.Tell = &web.Notice{Class: "info", Icon: "info", Text: c.T("attendance.links.not_admitted")}
		v.Next = &web.Tab{Label: c.T("attendance.links.registration"), URL: c.URL(set.Path() + "/register")}
	default:
		links, err := w.s.Links(c.Context(), c.Actor, set)
		if err != nil {
			return err
		}
		w.fill(c, set, &v, links)
		if v.Code, err = w.s.FallbackCode(c.Context(), r); err != nil {
			return err
		}
		v.Actions = append(v.Actions, web.Action{Label: c.T("attendance.links.calendar"), URL: c.URL("/me/calendar"), Icon: "calendar"})
	}
	if r != nil {
		if v.Devices, err = w.devices(c, r); err != nil {
			return err
		}
		was, err := w.s.attended(c.Context(), r)
		if err != nil {
			return err
		}
		v.Was = w.was(c, set, was)
		if len(was) > 0 {
			v.Cert = &web.Tab{Label: c.T("attendance.certificate.title"), URL: c.URL(set.Path() + "/certificate")}
		}
	}
	return c.Page(web.Page{Name: "attendance/links", Title: v.Title, Section: "programme", NoIndex: true, V: v, Trail: trail(c, set, v.Title)})
}

// fill sorts the links: those of her own sessions first, then all that are to come by day.
func (w *Web) fill(c *web.C, set *editions.Setting, v *linksView, links []JoinLink) {
	n := 0
	for _, l := range links {
		if l.State == Over || l.State == Cancelled && !l.Own {
			continue
		}
		row := w.row(c, set, l)
		if l.Own {
			v.Own = append(v.Own, row)
		}
		if v.Next == nil && l.State == Open && l.Own {
			v.Next = &web.Tab{Label: c.T("attendance.links.join_now", "Ref", row.Ref), URL: row.Join}
		}
		n++
		id, label := "no-day", c.T("programme.list.no_day")
		if l.door.Day != "" {
			id, label = "d-"+l.door.Day, i18n.LongDate(c.Lang, editions.Day{Date: l.door.Day}.Time(set.Zone))
		}
		if k := len(v.Days); k == 0 || v.Days[k-1].ID != id {
			v.Days = append(v.Days, linkDay{ID: id, Label: label})
		}
		d := &v.Days[len(v.Days)-1]
		d.Rows = append(d.Rows, row)
	}
	v.Result = c.T("attendance.links.result", "Count", n)
	if n == 0 {
		v.Empty = &web.Empty{Title: c.T("attendance.links.empty"), Text: c.T("attendance.links.empty_text")}
	}
}

func (w *Web) devices(c *web.C, r *participation.Registration) ([]deviceView, error) {
	devices, err := w.s.devicesOf(c.Context(), r)
	var out []deviceView
	for _, d := range devices {
		out = append(out, deviceView{ID: d.ID, Name: authn.AgentName(c, d.Agent), Since: c.StampHere(d.Created)})
	}
	return out, err
}

func (w *Web) was(c *web.C, set *editions.Setting, list []Attended) []wasRow {
	out := make([]wasRow, 0, len(list))
	for _, a := range list {
		r := wasRow{Title: c.Text(a.Title), URL: c.URL(set.Path() + "/" + a.Ref), Ref: refLabel(a.Ref)}
		if a.Day != "" {
			r.Day = i18n.ShortDate(c.Lang, a.Starts.In(set.Zone))
		}
		for _, way := range a.Ways() {
			r.Ways = append(r.Ways, c.T("attendance.way."+way))
		}
		out = append(out, r)
	}
	return out
}

// changeLinks makes new links, or ends a device.
func (w *Web) changeLinks(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	r, err := w.s.own(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	path := set.Path() + "/my-links"
	if id := core.ID(c.Value("end")); id != "" {
		if err := w.s.EndDevice(c.Context(), c.Actor, r, id); err != nil {
			return err
		}
		return c.Done(path, "attendance.links.ended")
	}
	if c.Value("renew") == "" {
		return core.Invalid("error.unreadable")
	}
	if err := w.s.Renew(c.Context(), c.Actor, r); err != nil {
		return err
	}
	return c.Done(path, "attendance.links.renewed")
}
