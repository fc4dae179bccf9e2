package participation

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

type hubRow struct {
	Name, Place, Address, Times, Moderator string
	About                                  web.TextView
	Status                                 web.Status
	Desk, Edit                             string
}

type hubsView struct {
	Actions []web.Action
	Rows    []hubRow
	Mine    []hubRow
	Staff   bool
}

// hubs is the public list of the places where people take part together, and the list of
// those that the reader runs.
func (w *Web) hubs(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), hubScope(set.ID), core.ScopeForum)
	if _, err := w.s.Setting(c.Context(), c.Actor, set); err != nil {
		return err
	}
	list, err := w.s.Hubs(c.Context(), set.ID)
	if err != nil {
		return err
	}
	var shown []core.ID
	for _, h := range list {
		if h.Shown {
			shown = append(shown, h.Moderator)
		}
	}
	accounts, err := w.s.Accounts.ByIDs(c.Context(), shown)
	if err != nil {
		return err
	}
	v := hubsView{Actions: []web.Action{{Label: c.T("participation.hub.ask"), URL: c.URL(set.Path() + "/hubs/ask"), Icon: "plus"}}, Staff: Manages(c.Actor, set.ID)}
	for i := range list {
		row := w.hubRow(c, set, &list[i])
		row.Moderator = accounts[list[i].Moderator].Name
		if !list[i].Shown {
			row.Moderator = ""
		}
		v.Rows = append(v.Rows, row)
	}
	own, err := w.s.HubsFor(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	for i := range own {
		h := &own[i]
		row := w.hubRow(c, set, h)
		row.Status = c.Status(groupClass[h.State], "policy.hub.state."+h.policyState())
		row.Desk = c.URL(set.Path() + "/hubs/" + string(h.ID) + "/desk")
		v.Mine = append(v.Mine, row)
	}
	title := c.T("participation.hub.title")
	return c.Page(web.Page{Name: "participation/hub-list", Title: title, Describe: c.T("participation.hub.subtitle"), Section: "programme", V: v, Trail: editions.Trail(c, set, web.Crumb{Label: title})})
}

// hubRow is a hub as everybody sees it.
func (w *Web) hubRow(c *web.C, set *editions.Setting, h *Hub) hubRow {
	row := hubRow{Name: h.Name, Address: h.Address, About: c.Text(h.About), Place: c.T("participation.hub.place", "City", h.City, "Country", w.countryName(c, h.Country))}
	if first, err := core.ParseDate(set.FirstDay); err == nil && h.Zone != "" { // how the day of the venue falls there
		nine := core.At(first).Time()
		at, err := core.WallTime(set.FirstDay, "09:00", set.Zone)
		if err == nil {
			nine = at.Time()
		}
		row.Times = c.T("participation.hub.times", "Place", set.Place(c.Lang), "Here", i18n.Clock(nine.In(core.Zone(h.Zone))), "Hub", h.City)
	}
	return row
}

func (w *Web) hubTrail(c *web.C, set *editions.Setting, more ...web.Crumb) []web.Crumb {
	return editions.Trail(c, set, append([]web.Crumb{{Label: c.T("participation.hub.title"), URL: c.URL(set.Path() + "/hubs")}}, more...)...)
}

func (w *Web) hubOptions(c *web.C, f *web.Form, back string) {
	f.Options("country", unchosen(c, w.s.Vocab.Options(c.Lang, vocab.CountryList)))
	f.Field("zone").List, f.Field("zone").Dir = "zones", "ltr"
	f.Cancel = c.URL(back)
}

func (w *Web) askHub(c *web.C) error {
	set, err := w.joined(c)
	if err != nil {
		return err
	}
	if err := groupsPolicy.Check("ask", "", c.Actor.Roles(set.Scope())...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	title := c.T("participation.hub.ask")
	page := web.Page{Title: title, Section: "programme", Trail: w.hubTrail(c, set, web.Crumb{Label: title}), V: formView{Title: title, Lead: c.T("participation.hub.ask.lead")}}
	return editing(c, "participation.hub.form", HubInput{Zone: c.Zone, Open: true}, page, func(f *web.Form) {
		w.hubOptions(c, f, set.Path()+"/hubs")
		f.Submit = c.T("participation.hub.form.ask")
	}, func(in HubInput) (string, error) {
		_, err := w.s.AskHub(c.Context(), c.Actor, set, in)
		return set.Path() + "/hubs", err
	})
}

// hubAt is the hub of a page for who runs it.
func (w *Web) hubAt(c *web.C, action string) (*editions.Setting, Hub, string, error) {
	set, err := w.joined(c)
	if err != nil {
		return nil, Hub{}, "", err
	}
	if !c.Actor.SignedIn() {
		return nil, Hub{}, "", core.SignIn()
	}
	h, err := w.s.Hub(c.Context(), c.Actor, set, core.ID(c.Param("id")))
	if err == nil && c.Actor.Account != h.Moderator && !Manages(c.Actor, set.ID) {
		err = core.NotFound() // nothing but the list is for everybody
	}
	if err == nil && action != "" && c.R.Method == http.MethodGet {
		err = hubPolicy.Check(action, h.policyState(), h.roles(c.Actor)...)
	}
	return set, h, set.Path() + "/hubs/" + string(h.ID) + "/desk", err
}

func (w *Web) hubPage(c *web.C, set *editions.Setting, h *Hub, title string) web.Page {
	return web.Page{
		Title: title, Section: "programme", V: formView{Title: title, Lead: h.Name},
		Trail: w.hubTrail(c, set, web.Crumb{Label: h.Name, URL: c.URL(set.Path() + "/hubs/" + string(h.ID) + "/desk")}, web.Crumb{Label: title}),
	}
}

func (w *Web) editHub(c *web.C) error {
	set, h, here, err := w.hubAt(c, "edit")
	if err != nil {
		return err
	}
	return editing(c, "participation.hub.form", h.input(), w.hubPage(c, set, &h, c.T("participation.hub.edit")), func(f *web.Form) {
		w.hubOptions(c, f, here)
		f.Submit = c.T("participation.group.save")
	}, func(in HubInput) (string, error) { return here, w.s.EditHub(c.Context(), c.Actor, set, h.ID, in) })
}

func (w *Web) decideHub(c *web.C) error {
	set, h, here, err := w.hubAt(c, "decide")
	if err != nil {
		return err
	}
	return editing(c, "participation.hub.decide", HubDecision{Version: h.Version, State: GroupApproved}, w.hubPage(c, set, &h, c.T("participation.hub.decide")), func(f *web.Form) {
		f.Options("state", options(c, "participation.group.decide.to.", GroupApproved, GroupDeclined))
		f.Cancel = c.URL(here)
	}, func(in HubDecision) (string, error) { return here, w.s.DecideHub(c.Context(), c.Actor, set, h.ID, in) })
}

func (w *Web) closeHub(c *web.C) error {
	set, h, here, err := w.hubAt(c, "close")
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		if err := w.s.CloseHub(c.Context(), c.Actor, set, h.ID, h.Version); err != nil {
			return err
		}
		return c.Done(here, "participation.hub.closed")
	}
	p := w.hubPage(c, set, &h, c.T("participation.hub.close"))
	p.Name, p.NoIndex = "participation/confirm", true
	p.V = confirmView{c.T("participation.hub.close.ask"), c.T("participation.hub.close.text"), c.URL(here[:len(here)-len("/desk")] + "/close"), c.T("participation.hub.close"), c.URL(here)}
	return c.Page(p)
}

// countInput is a head count of a hub.
type countInput struct {
	Day     string `form:"day" ui:"select" required:"true"`
	Session string `form:"session" ui:"select"`
	Heads   string `form:"heads" ui:"number" required:"true"`
}

type countRow struct{ Day, Session, Heads, At string }

type hubDeskView struct {
	Name, Subtitle, Next string
	Status               web.Status
	Reason               web.TextView
	Actions              []web.Action
	Facts                []fact
	People               string
	Names                []string
	Others               string
	Form                 *web.Form
	Days                 web.Tabs
	Counts               []countRow
	Panels               any
	History              []web.HistoryLine
}

// hubDesk is the page of a hub for its moderator: who said to come, the heads counted, and
// what other rooms have for it (links to join).
func (w *Web) hubDesk(c *web.C) error {
	set, h, here, err := w.hubAt(c, "")
	if err != nil {
		return err
	}
	in := countInput{Day: c.Query("day")}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			var heads int
			if heads, failed = w.count(c, set, &h, in); failed == nil {
				return c.Done(here+"?day="+in.Day, "participation.hub.counted", "Count", heads)
			}
		}
	}
	v := hubDeskView{
		Name: h.Name, Subtitle: c.T("participation.hub.place", "City", h.City, "Country", w.countryName(c, h.Country)), Reason: c.Text(h.Reason),
		Status: c.Status(groupClass[h.State], "policy.hub.state."+h.policyState()), Next: c.T("participation.hub.next." + h.policyState()),
	}
	base := set.Path() + "/hubs/" + string(h.ID)
	for _, x := range []struct{ action, key, icon string }{{"decide", "participation.hub.decide", "check"}, {"edit", "participation.hub.edit", "edit"}, {"close", "participation.hub.close", ""}} {
		if h.may(c.Actor, x.action) {
			v.Actions = append(v.Actions, web.Action{Label: c.T(x.key), URL: c.URL(base + "/" + x.action), Icon: x.icon, Primary: x.action == "decide"})
		}
	}
	v.Facts = w.hubFacts(c, set, &h)
	status, err := w.hubCounting(c, set, &h, here, in, failed, &v)
	if err != nil {
		return err
	}
	if v.Panels, err = c.Panels("participation.hub", h.ID); err != nil {
		return err
	}
	events, err := w.s.rec.Events(c.Context(), record.Query{Subjects: []core.ID{h.ID}, Internal: true, Page: core.Page{Limit: 100}})
	if err != nil {
		return err
	}
	v.History = c.History(events.Items, nil, set.Zone)
	title := h.Name
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{Name: "participation/hub-desk", Title: title, Section: "programme", NoIndex: true, Status: status, V: v, Trail: w.hubTrail(c, set, web.Crumb{Label: h.Name})})
}

func (w *Web) count(c *web.C, set *editions.Setting, h *Hub, in countInput) (int, error) {
	p := core.Validate(in)
	heads, err := strconv.Atoi(in.Heads)
	if err != nil && in.Heads != "" {
		p.Add("heads", "participation.hub.error.heads", "Count", mostHeads)
	}
	if p.Err() != nil {
		return 0, p.Err()
	}
	return heads, w.s.SetHubCount(c.Context(), c.Actor, set, h.ID, in.Day, core.ID(in.Session), heads)
}

func (w *Web) hubFacts(c *web.C, set *editions.Setting, h *Hub) []fact {
	var out []fact
	add := func(key, words string) {
		if words != "" {
			out = append(out, fact{c.T(key), words})
		}
	}
	add("participation.hub.form.address", h.Address)
	add("participation.hub.form.zone", h.Zone)
	add("participation.hub.form.expected", strconv.Itoa(h.Expected))
	add("participation.hub.form.note", h.Note)
	if Manages(c.Actor, set.ID) {
		if acc, err := w.s.holder(c.Context(), h.Moderator); err == nil && acc.ID != "" {
			add("participation.hub.moderator", c.T("participation.group.focal.of", "Name", acc.Name, "Address", acc.Email))
		}
	}
	return out
}

// hubCounting fills who comes, the form of a count and the counts there are.
func (w *Web) hubCounting(c *web.C, set *editions.Setting, h *Hub, here string, in countInput, failed error, v *hubDeskView) (int, error) {
	counts, err := w.s.HubCounts(c.Context(), c.Actor, set, h.ID)
	if err != nil {
		return 0, err
	}
	days := set.Days()
	if in.Day == "" && len(days) > 0 {
		in.Day = days[0].Date
		for _, d := range days { // the last that has begun
			if !core.At(d.Time(set.Zone)).After(c.S.Clock.Instant()) {
				in.Day = d.Date
			}
		}
	}
	titles := map[core.ID]string{}
	if len(counts) > 0 || h.may(c.Actor, "count") {
		list, err := w.s.HubSessions(c.Context(), set, "")
		if err != nil {
			return 0, err
		}
		for _, b := range list {
			titles[b.ID] = c.Text(b.Label()).S
		}
	}
	dayName := func(date string) string {
		return i18n.LongDate(c.Lang, editions.Day{Date: date}.Time(set.Zone))
	}
	for _, n := range counts {
		row := countRow{Day: dayName(n.Day), Session: c.T("participation.hub.whole_day"), Heads: i18n.Number(c.Lang, n.Heads), At: c.Stamp(n.At, set.Zone)}
		if n.Session != "" {
			row.Session = titles[n.Session]
			if row.Session == "" {
				row.Session = c.T("participation.hub.gone")
			}
		}
		v.Counts = append(v.Counts, row)
	}
	if !h.may(c.Actor, "count") {
		return http.StatusOK, nil
	}
	total, names, err := w.s.HubPeople(c.Context(), c.Actor, set, h.ID)
	if err != nil {
		return 0, err
	}
	v.People, v.Names = c.T("participation.hub.people", "Count", total), names
	if rest := total - len(names); rest > 0 && len(names) > 0 {
		v.Others = c.T("participation.hub.others", "Count", rest)
	}
	return w.countForm(c, set, here, in, failed, dayName, v)
}

func (w *Web) countForm(c *web.C, set *editions.Setting, here string, in countInput, failed error, dayName func(string) string, v *hubDeskView) (int, error) {
	f := c.Form("participation.hub.count", &in)
	f.Action = c.URL(here)
	var days, sessions []web.Option
	v.Days = web.Tabs{Label: c.T("participation.hub.count.day"), Class: "days"}
	for _, d := range set.Days() {
		if !core.At(d.Time(set.Zone)).After(c.S.Clock.Instant()) {
			days = append(days, web.Option{Value: d.Date, Label: dayName(d.Date)})
			v.Days.Tabs = append(v.Days.Tabs, web.Tab{Label: dayName(d.Date), URL: c.URL(here + "?day=" + d.Date), Current: d.Date == in.Day})
		}
	}
	list, err := w.s.HubSessions(c.Context(), set, in.Day)
	if err != nil {
		return 0, err
	}
	for _, b := range list {
		sessions = append(sessions, web.Option{Value: string(b.ID), Label: i18n.Clock(b.Starts.In(set.Zone)) + " " + c.Text(b.Label()).S})
	}
	f.Options("day", days)
	f.Options("session", sessions)
	if len(days) > 0 {
		v.Form = f
	}
	return f.Refused(failed)
}
