package agenda

import (
	"plenary/internal/core"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

type sessionPanel struct {
	Add   []web.Tab // Lang is "out" for the addresses of others
	Mine  string
	Room  *web.Tab
	Count string
}

// SessionPanel shows, on a session's page, how to take it into a calendar, and to the
// staff how many keep it.
func (w *Web) SessionPanel(c *web.C, session core.ID) (string, any, error) {
	found, err := w.s.Programme.Seen(c.Context(), c.Actor, []core.ID{session})
	x := found[session]
	if err != nil || x == nil {
		return "", nil, err
	}
	set, err := w.s.Editions.SettingByID(c.Context(), c.Actor, x.Edition)
	if err != nil {
		return "", nil, err
	}
	v := sessionPanel{Mine: c.URL(set.Path() + "/my-programme")}
	if x.Scheduled() && x.State == programme.StateScheduled {
		v.Add = addLinks(c, w.prog.Teller(c), set, x)
	}
	if r := set.Room(x.Room); r != nil {
		v.Room = &web.Tab{Label: c.T("agenda.panel.room", "Room", c.Text(r.Name).S), URL: c.URL(set.Path() + "/rooms/" + r.Slug)}
	}
	if CanCount(c.Actor, set) {
		n, err := w.s.count(c.Context(), session)
		if err != nil {
			return "", nil, err
		}
		v.Count = c.T("agenda.panel.count", "Count", n)
	}
	return "agenda/session", v, nil
}

type mePanel struct {
	Rows []row
	Mine web.Tab
	Feed string
}

// nextShown is how many of the next sessions stand on somebody's own page.
const nextShown = 5

// MePanel shows, on somebody's own page, what of her programme comes next.
func (w *Web) MePanel(c *web.C, _ core.ID) (string, any, error) {
	set, err := w.s.Editions.Current(c.Context(), c.Actor)
	if core.KindOf(err) == core.KindNotFound {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	m, err := w.s.Mine(c.Context(), c.Actor, set)
	if err != nil {
		return "", nil, err
	}
	v := mePanel{
		Feed: c.URL("/me/calendar"),
		Mine: web.Tab{Label: c.T("agenda.mine.of", "Edition", c.Text(set.Name).S), URL: c.URL(set.Path() + "/my-programme")},
	}
	now := c.S.Clock.Instant()
	for _, it := range m.Items {
		b := it.Session
		if len(v.Rows) < nextShown && b.Scheduled() && b.State == programme.StateScheduled && b.Ends.After(now) {
			v.Rows = append(v.Rows, w.row(c, set, b))
		}
	}
	return "agenda/me", v, nil
}
