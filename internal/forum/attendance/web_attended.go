package attendance

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type attendedView struct {
	Title   string
	Session web.TextView
	When    web.When
	Tabs    web.Tabs
	Counts  []web.Tab
	CSV     string
	Rows    []attendeeRow
	Pager   web.Pager
	Form    *web.Form
	Path    string
	Empty   *web.Empty
}

type attendeeRow struct {
	Number, Name, URL     string
	Onsite, Online, AtHub string
}

// attended is who was in a session, for the staff, with the form that corrects it.
func (w *Web) attended(c *web.C, set *editions.Setting, x *programme.Session) error {
	if err := check(policy, c.Actor, set, "see"); err != nil {
		return err
	}
	in := CorrectInput{Way: Online}
	var failed error
	if c.R.Method == http.MethodPost {
		in = CorrectInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Correct(c.Context(), c.Actor, set, x.ID, in); failed == nil {
				return c.Done(x.Path()+"/attendance", "attendance.correct.done")
			}
		}
	}
	n, err := w.s.countOf(c.Context(), x.ID)
	if err != nil {
		return err
	}
	page := c.PageArg()
	list, err := w.s.attendees(c.Context(), x.ID, number(page.Cursor), page.Size()+1)
	if err != nil {
		return err
	}
	next := ""
	if len(list) > page.Size() {
		list = list[:page.Size()]
		next = strconv.Itoa(list[len(list)-1].Number)
	}
	v := attendedView{
		Title: c.T("attendance.session.title"), Session: c.Text(x.Label()), Tabs: w.prog.Tabs(c, set, x, "/attendance"), Path: c.URL(x.Path() + "/attendance"),
		When: c.When(x.Starts, x.Ends, set.Zone, set.Place(c.Lang)), CSV: c.URL(x.Path() + "/attendance.csv"),
		Pager: c.Pager(len(list), n.All, next, "attendance.session.result"), Counts: countTabs(c, n),
	}
	for _, a := range list {
		v.Rows = append(v.Rows, w.attendee(c, set, a))
	}
	if n.All == 0 {
		v.Empty = &web.Empty{Title: c.T("attendance.session.none"), Text: c.T("attendance.session.none_text")}
	}
	v.Form = w.correctForm(c, &in)
	status, err := v.Form.Refused(failed)
	if err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "attendance/attended", Title: v.Title, Section: "programme", NoIndex: true, Status: status, V: v,
		Trail: w.prog.Trail(c, set, x, web.Crumb{Label: v.Title}),
	})
}

func (w *Web) correctForm(c *web.C, in *CorrectInput) *web.Form {
	f := c.Form("attendance.correct", in)
	var ways []web.Option
	for _, way := range Ways {
		ways = append(ways, web.Option{Value: way, Label: c.T("attendance.way." + way)})
	}
	f.Options("way", ways)
	f.Field("way").Required = true
	f.Field("reason").Lines = 2
	f.Buttons = []web.Button{{Name: "remove", Value: "true", Label: c.T("attendance.correct.remove")}}
	f.Drop("remove")
	return f
}

func countTabs(c *web.C, n Count) []web.Tab {
	return []web.Tab{
		{Label: c.T("attendance.count.all"), Count: i18n.Number(c.Lang, n.All)},
		{Label: c.T("attendance.way.onsite"), Count: i18n.Number(c.Lang, n.Onsite)},
		{Label: c.T("attendance.way.online"), Count: i18n.Number(c.Lang, n.Online)},
		{Label: c.T("attendance.way.hub"), Count: i18n.Number(c.Lang, n.Hub)},
	}
}

func (w *Web) attendee(c *web.C, set *editions.Setting, a attendee) attendeeRow {
	no := strconv.Itoa(a.Number)
	clock := func(at core.Instant) string {
		if at.IsZero() {
			return ""
		}
		return c.Stamp(at, set.Zone)
	}
	return attendeeRow{
		Number: no, Name: a.Name, URL: c.URL(set.Path() + "/attendance/people/" + no),
		Onsite: clock(a.Onsite), Online: clock(a.Online), AtHub: clock(a.Hub),
	}
}

// attendedCSV is the same as a table, for the staff.
func (w *Web) attendedCSV(c *web.C, set *editions.Setting, x *programme.Session) error {
	if err := check(policy, c.Actor, set, "see"); err != nil {
		return err
	}
	list, err := w.s.attendees(c.Context(), x.ID, 0, 0)
	if err != nil {
		return err
	}
	rows := [][]string{{"session", "registration", "name", "first", "onsite", "online", "hub"}}
	for _, a := range list {
		rows = append(rows, []string{
			x.Ref, strconv.Itoa(a.Number), a.Name, a.First.String(), a.Onsite.String(), a.Online.String(), a.Hub.String(),
		})
	}
	return c.CSV(rows)
}

type personView struct {
	Title   string
	Name    string
	Desk    web.Tab
	Path    string
	Devices string
	Rows    []wasRow
	Letters []certificateRow
	Empty   *web.Empty
}

// person is the attendance of one registration, for the staff: where she was, her devices and
// links, her certificates.
func (w *Web) person(c *web.C) error {
	set, r, err := w.staffPerson(c)
	if err != nil {
		return err
	}
	was, err := w.s.attended(c.Context(), r)
	if err != nil {
		return err
	}
	devices, err := w.s.devicesOf(c.Context(), r)
	if err != nil {
		return err
	}
	letters, err := w.s.Certificates(c.Context(), c.Actor, set, r)
	if err != nil {
		return err
	}
	no := strconv.Itoa(r.Number)
	v := personView{
		Title: c.T("attendance.person.title", "Number", no), Name: r.Name, Path: c.URL(set.Path() + "/attendance/people/" + no),
		Desk: web.Tab{Label: c.T("attendance.person.registration"), URL: c.URL(set.Path() + "/registrations/" + no)},
		Rows: w.was(c, set, was), Devices: c.T("attendance.person.devices", "Count", len(devices)),
	}
	for i := range letters {
		v.Letters = append(v.Letters, w.certificateRow(c, set, r, &letters[i]))
	}
	if len(was) == 0 {
		v.Empty = &web.Empty{Title: c.T("attendance.person.none"), Text: c.T("attendance.person.none_text")}
	}
	return c.Page(web.Page{Name: "attendance/person", Title: v.Title, Section: "programme", NoIndex: true, V: v, Trail: trail(c, set, v.Title)})
}

func (w *Web) staffPerson(c *web.C) (*editions.Setting, *participation.Registration, error) {
	set, err := w.setting(c)
	if err != nil {
		return nil, nil, err
	}
	if err := check(policy, c.Actor, set, "see"); err != nil {
		return nil, nil, err
	}
	r, err := w.s.Participation.ByNumber(c.Context(), c.Actor, set, c.Param("number"))
	return set, r, err
}

// changePerson makes new links for somebody, or takes a certificate back.
func (w *Web) changePerson(c *web.C) error {
	set, r, err := w.staffPerson(c)
	if err != nil {
		return err
	}
	path := set.Path() + "/attendance/people/" + strconv.Itoa(r.Number)
	if id := core.ID(c.Value("revoke")); id != "" {
		if err := check(policy, c.Actor, set, "revoke_certificate"); err != nil {
			return err
		}
		if err := w.s.Participation.RevokeLetter(c.Context(), c.Actor, set, r.ID, id); err != nil {
			return err
		}
		return c.Done(path, "attendance.certificate.revoked")
	}
	if c.Value("renew") == "" {
		return core.Invalid("error.unreadable")
	}
	if err := w.s.Renew(c.Context(), c.Actor, r); err != nil {
		return err
	}
	return c.Done(path, "attendance.links.renewed")
}
