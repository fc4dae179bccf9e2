package meetings

import (
	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/platform/web"
)

// panelView is what other rooms' pages show of meetings.
type panelView struct {
	Title  string
	Rows   []row
	All    *web.Tab
	Add    *web.Tab
	Plan   *web.Tab
	Nobody bool
}

// panelRows are how many meetings a panel names.
const panelRows = 5

// BodyPanel shows, on a body's page, its next meetings.
func (w *Web) BodyPanel(c *web.C, body core.ID) (string, any, error) {
	list, err := w.s.Meetings(c.Context(), c.Actor, Filter{Body: body})
	if err != nil {
		return "", nil, err
	}
	may, err := w.s.CanAdd(c.Context(), c.Actor, body)
	if err != nil || len(list) == 0 && !may {
		return "", nil, err
	}
	v := panelView{Title: c.T("meetings.title"), All: &web.Tab{Label: c.T("meetings.all_count", "Count", len(list)), URL: c.URL("/meetings?body=" + string(body))}}
	if len(list) == 0 {
		v.All = nil
	}
	if may {
		v.Add = &web.Tab{Label: c.T("meetings.add"), URL: c.URL("/meetings/new?body=" + string(body))}
		v.Plan = &web.Tab{Label: c.T("meetings.planner"), URL: c.URL("/meetings/planner?who=body&body=" + string(body))}
	}
	w.next(c, &v, list, nil)
	v.Nobody = len(v.Rows) == 0
	return "meetings/panel", v, nil
}

// next fills a panel with the meetings that come next.
func (w *Web) next(c *web.C, v *panelView, list []Meeting, groups map[core.ID]bodies.Body) {
	now := c.S.Clock.Instant()
	for _, m := range list {
		if m.Ends.After(now) && m.State != Held && len(v.Rows) < panelRows {
			v.Rows = append(v.Rows, w.row(c, m, groups))
		}
	}
}

// CommunityPanel shows, on the overview of the community, which meetings come next.
func (w *Web) CommunityPanel(c *web.C, _ core.ID) (string, any, error) {
	list, err := w.s.List(c.Context(), c.Actor, Filter{From: c.S.Clock.Instant(), Open: true}, core.Page{Limit: panelRows})
	if err != nil {
		return "", nil, err
	}
	groups, err := w.groups(c, list.Items)
	if err != nil {
		return "", nil, err
	}
	v := panelView{
		Title: c.T("meetings.title"), All: &web.Tab{Label: c.T("meetings.all"), URL: c.URL("/meetings")},
		Plan: &web.Tab{Label: c.T("meetings.planner"), URL: c.URL("/meetings/planner")},
	}
	w.next(c, &v, list.Items, groups)
	v.Nobody = len(v.Rows) == 0
	return "meetings/panel", v, nil
}

// MePanel shows, on the reader's own page, the next meetings of the bodies in which she
// holds a seat.
func (w *Web) MePanel(c *web.C, _ core.ID) (string, any, error) {
	list, err := w.s.Own(c.Context(), c.Actor)
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	groups, err := w.groups(c, list)
	if err != nil {
		return "", nil, err
	}
	v := panelView{Title: c.T("meetings.mine"), All: &web.Tab{Label: c.T("meetings.all"), URL: c.URL("/meetings")}}
	w.next(c, &v, list, groups)
	return "meetings/panel", v, nil
}

// SessionPanel leads from a session to what its time is in each region.
func (w *Web) SessionPanel(c *web.C, session core.ID) (string, any, error) {
	found, err := w.programme.SessionsByID(c.Context(), c.Actor, []core.ID{session})
	if err != nil {
		return "", nil, err
	}
	x := found[session]
	if x == nil || x.Starts.IsZero() || x.Ends.IsZero() {
		return "", nil, nil
	}
	return "meetings/session", plannerURL(c, x.Starts, x.Ends, "UTC"), nil
}
