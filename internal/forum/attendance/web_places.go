package attendance

import (
	"net/http"
	"net/url"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

type formView struct {
	Title, Lead, Note string
	Session           *web.TextView
	Tabs              web.Tabs
	Form              *web.Form
}

type placesView struct {
	Title   string
	Actions []web.Action
	Days    web.Tabs
	Without web.Tab
	Result  string
	Rows    []placeRow
	Empty   *web.Empty
}

type placeRow struct {
	Title    web.TextView
	URL, Ref string
	When     web.When
	State    web.Status
	Host     string // of the address: enough to tell meetings apart
	Access   string
	Count    string
	Edit     string
	People   string
}

// places are all sessions of a day, or of the edition, with their places.
func (w *Web) places(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	list, err := w.s.Places(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	counts, err := w.s.CountsOf(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	day, without := c.Query("day"), c.Query("without") != ""
	at := func(path, day string, without bool) string {
		q := url.Values{}
		if day != "" {
			q.Set("day", day)
		}
		if without {
			q.Set("without", "1")
		}
		if len(q) > 0 {
			path += "?" + q.Encode()
		}
		return c.URL(set.Path() + path)
	}
	v := placesView{
		Title: c.T("attendance.places.title"),
		Actions: []web.Action{
			{Label: c.T("attendance.paste.title"), URL: at("/attendance/paste", "", false), Icon: "edit"},
			{Label: c.T("attendance.fallback.title"), URL: at("/attendance/fallback", "", false), Icon: "download"},
		},
		Days: web.Tabs{Label: c.T("programme.list.days"), Class: "days", Tabs: []web.Tab{
			{Label: c.T("attendance.places.all_days"), URL: at("/attendance", "", without), Current: day == ""},
		}},
		Without: web.Tab{Label: c.T("attendance.places.without"), URL: at("/attendance", day, !without), Current: without},
	}
	for _, d := range set.Days() {
		v.Days.Tabs = append(v.Days.Tabs, web.Tab{Label: c.Date(d.Time(set.Zone)), URL: at("/attendance", d.Slug(), without), Current: day == d.Slug()})
	}
	missing := 0
	for _, x := range list {
		if day != "" && daySlug(set, x.Session.Day) != day {
			continue
		}
		if x.Place.URL == "" {
			missing++
		} else if without {
			continue
		}
		v.Rows = append(v.Rows, w.placeRow(c, set, x, counts[x.Session.ID]))
	}
	v.Without.Count = strconv.Itoa(missing)
	v.Result = c.T("attendance.places.result", "Count", len(v.Rows))
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("attendance.places.none"), Text: c.T("attendance.places.none_text")}
	}
	return c.Page(web.Page{Name: "attendance/places", Title: v.Title, Section: "programme", NoIndex: true, V: v, Trail: trail(c, set, v.Title)})
}

func daySlug(set *editions.Setting, date string) string {
	for _, d := range set.Days() {
		if d.Date == date {
			return d.Slug()
		}
	}
	return ""
}

func (w *Web) placeRow(c *web.C, set *editions.Setting, x PlacedSession, n Count) placeRow {
	b := x.Session
	r := placeRow{
		Title: c.Text(b.Label()), URL: c.URL(b.Path()), Ref: refLabel(b.Ref), Edit: c.URL(b.Path() + "/place"), People: c.URL(b.Path() + "/attendance"),
		When:  c.When(b.Starts, b.Ends, set.Zone, set.Place(c.Lang)),
		State: c.Status("done", "attendance.places.set"), Access: c.T("attendance.access." + x.Place.Access),
		Count: c.T("attendance.counts", "All", n.All, "Onsite", n.Onsite, "Online", n.Online, "Hub", n.Hub),
	}
	if n.All == 0 {
		r.Count = c.T("attendance.counts.none")
	}
	if u, err := url.Parse(x.Place.URL); err == nil {
		r.Host = u.Host
	}
	if x.Place.URL == "" {
		r.State = c.Status("late", "attendance.places.missing")
	}
	if b.InvitedOnly {
		r.Access = c.T("attendance.access.programme")
	}
	if x.Invited > 0 {
		r.Access += " (" + strconv.Itoa(x.Invited) + ")"
	}
	return r
}

// form is the way of the forms of this room: shown as things stand, or as it was typed with
// what is wrong.
func (w *Web) form(c *web.C, f *web.Form, v formView, failed error, page web.Page) error {
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v.Form = f
	page.Name, page.Title, page.NoIndex, page.Status, page.V = "attendance/form", v.Title, true, status, v
	if failed != nil {
		page.Title = c.T("form.error_title", "Title", v.Title)
	}
	return c.Page(page)
}

// paste sets many addresses at once.
func (w *Web) paste(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if err := check(placePolicy, c.Actor, set, "set"); err != nil && (c.R.Method == http.MethodGet || core.KindOf(err) != core.KindSignIn) {
		return err
	}
	var in PasteInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			var n int
			if n, failed = w.s.Paste(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(set.Path()+"/attendance", "attendance.paste.done", "Count", n)
			}
		}
	}
	f := c.Form("attendance.paste", &in)
	f.Cancel = c.URL(set.Path() + "/attendance")
	f.Field("lines").Lines, f.Field("lines").Max = 14, 0
	v := formView{Title: c.T("attendance.paste.title"), Lead: c.T("attendance.paste.lead")}
	return w.form(c, f, v, failed, web.Page{Section: "programme", Trail: editions.Trail(c, set,
		web.Crumb{Label: c.T("attendance.places.title"), URL: c.URL(set.Path() + "/attendance")}, web.Crumb{Label: v.Title})})
}

// place is the form of one session's place.
func (w *Web) place(c *web.C, set *editions.Setting, x *programme.Session) error {
	now, err := w.s.PlaceOf(c.Context(), c.Actor, set, x.ID)
	if err != nil {
		return err
	}
	in := now
	var failed error
	if c.R.Method == http.MethodPost {
		var typed PlaceInput
		if failed = c.Decode(&typed); failed == nil {
			if failed = w.s.SetPlace(c.Context(), c.Actor, set, x.Ref, typed); failed == nil {
				return c.Done(x.Path()+"/place", "attendance.place.saved")
			}
		}
		in = typed
	}
	f := c.Form("attendance.place", &in)
	f.Cancel = c.URL(set.Path() + "/attendance")
	f.Options("access", []web.Option{{Value: ForAll, Label: c.T("attendance.access.all")}, {Value: ForInvited, Label: c.T("attendance.access.invited")}})
	title := c.Text(x.Label())
	v := formView{Title: c.T("attendance.place.title"), Session: &title, Tabs: w.prog.Tabs(c, set, x, "/place")}
	if x.InvitedOnly {
		f.Drop("access")
		v.Note = c.T("attendance.place.invited_only")
	}
	return w.form(c, f, v, failed, web.Page{Section: "programme", Trail: w.prog.Trail(c, set, x, web.Crumb{Label: v.Title})})
}
