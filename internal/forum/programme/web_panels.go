package programme

import (
	"context"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// panelView is a list of sessions in a panel of another room's page.
type panelView struct {
	Title    string
	Calendar *web.Tab // the same sessions as a calendar
	Rows     []panelRow
	All      *web.Tab
	Empty    *web.Empty
}

type panelRow struct {
	URL, Ref, Edition string
	Title             web.TextView
	Roles             []string
	Status            []web.Status
	When              web.When
	Room              web.TextView
	Theme             *web.ThemeChip
	Cancelled         bool
}

// PersonPanel shows, on a person's page, the sessions in which she has a role.
func (w *Web) PersonPanel(c *web.C, person core.ID) (string, any, error) {
	return w.appearances(c, person, w.s.RolesOf, "programme.panel.person", "/people/"+string(person))
}

// OrganisationPanel shows, on an organisation's page, the sessions in which it or its
// people of the day have a role.
func (w *Web) OrganisationPanel(c *web.C, organisation core.ID) (string, any, error) {
	return w.appearances(c, organisation, w.s.RolesOfOrganisation, "programme.panel.organisation", "/organisations/"+string(organisation))
}

// MePanel shows, on somebody's own page, her sessions.
func (w *Web) MePanel(c *web.C, person core.ID) (string, any, error) {
	return w.appearances(c, person, w.s.RolesOf, "programme.panel.me", "")
}

type loadAppearances func(ctx context.Context, a core.Actor, id core.ID) ([]Appearance, error)

func (w *Web) appearances(c *web.C, id core.ID, load loadAppearances, titleKey, path string) (string, any, error) {
	if id == "" {
		return "", nil, nil
	}
	list, err := load(c.Context(), c.Actor, id)
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	v := panelView{Title: c.T(titleKey)}
	if path != "" && w.marks != nil {
		v.Calendar = &web.Tab{Label: c.T("agenda.calendar_of_these"), URL: c.URL(path + "/calendar.ics")}
	}
	for _, a := range list {
		set, err := w.editions.SettingByID(c.Context(), c.Actor, a.Session.Edition)
		if err != nil {
			return "", nil, err
		}
		r := w.panelRow(c, set, a.Session)
		for _, role := range a.Roles {
			if word := c.T("programme.role." + role.Role); !slices.Contains(r.Roles, word) {
				r.Roles = append(r.Roles, word)
			}
		}
		r.Edition = c.Text(set.Name).S
		v.Rows = append(v.Rows, r)
	}
	return "programme/panel", v, nil
}

func (w *Web) panelRow(c *web.C, set *editions.Setting, b Brief) panelRow {
	r := panelRow{
		URL: c.URL(b.Path()), Ref: RefLabel(b.Ref), Title: c.Text(b.Label()), Status: Statuses(c, b), Cancelled: b.State == StateCancelled,
		When: c.When(b.Starts, b.Ends, set.Zone, set.Place(c.Lang)),
	}
	if room := set.Room(b.Room); room != nil {
		r.Room = c.Text(room.Name)
	}
	if t := set.Theme(b.Theme); t != nil {
		r.Theme = &web.ThemeChip{Colour: t.Colour, Name: c.Text(t.Name)}
	}
	return r
}

// BodyPanel shows, on a body's page, the sessions that it owns and those of its track.
func (w *Web) BodyPanel(c *web.C, body core.ID) (string, any, error) {
	list, err := w.s.OfBody(c.Context(), c.Actor, body)
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	v := panelView{Title: c.T("programme.panel.body")}
	for _, b := range list {
		set, err := w.editions.SettingByID(c.Context(), c.Actor, b.Edition)
		if err != nil {
			return "", nil, err
		}
		r := w.panelRow(c, set, b)
		r.Edition = c.Text(set.Name).S
		v.Rows = append(v.Rows, r)
	}
	return "programme/panel", v, nil
}

// homeView is what is on in an edition, and what comes next.
type homeView struct {
	Now, Next []panelRow
	All       web.Tab
}

// How many sessions stand under "Next" (and those that start with the last of them),
// and among how many they are looked for.
const (
	nextShown = 5
	homeLooks = 100
)

// HomePanel shows, on the first screen of an edition, what is on now and what is next.
// The page changes when the next of these begins or ends.
func (w *Web) HomePanel(c *web.C, edition core.ID) (string, any, error) {
	set, err := w.editions.SettingByID(c.Context(), c.Actor, edition)
	if err != nil {
		return "", nil, err
	}
	now := c.S.Clock.Instant()
	// Those that are on started first; then come the next ones.
	list, err := w.s.Briefs(c.Context(), c.Actor, set, Filter{From: now, State: StateScheduled, Limit: homeLooks})
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	v := homeView{All: web.Tab{Label: c.T("programme.panel.all"), URL: c.URL(set.Path() + "/programme")}}
	var last core.Instant
	for _, b := range list {
		c.Until(b.Starts.Time())
		c.Until(b.Ends.Time())
		switch {
		case !b.Starts.After(now):
			v.Now = append(v.Now, w.panelRow(c, set, b))
		case len(v.Next) < nextShown || b.Starts == last:
			v.Next = append(v.Next, w.panelRow(c, set, b))
			last = b.Starts
		}
	}
	return "programme/home", v, nil
}
