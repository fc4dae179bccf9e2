package attendance

import (
	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type sessionPanel struct {
	Join  string
	State *web.Status
	Say   string
	All   web.Tab
}

// SessionPanel shows, on a session's page, who is admitted how she joins it; nothing to
// anybody else.
func (w *Web) SessionPanel(c *web.C, session core.ID) (string, any, error) {
	if !c.Actor.SignedIn() {
		return "", nil, nil
	}
	set, err := w.setting(c)
	if err != nil {
		return "", nil, err
	}
	r, err := w.s.Participation.Mine(c.Context(), c.Actor, set)
	if err != nil || r == nil || !r.MayJoin() {
		return "", nil, err
	}
	l, err := w.s.linkOf(c.Context(), set, r, session)
	if core.KindOf(err) == core.KindNotFound {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	v := sessionPanel{Join: c.URL(pathOf(l.token)), All: web.Tab{Label: c.T("attendance.links.title"), URL: c.URL(set.Path() + "/my-links")}}
	switch l.State {
	case Open:
		v.State = &web.Status{Class: "live", Words: c.T("attendance.state.open")}
	case Closed:
		at := l.Opens.In(set.Zone)
		v.Say = c.T("attendance.panel.opens", "Time", i18n.ShortDate(c.Lang, at)+" "+i18n.Clock(at), "Place", set.Place(c.Lang))
	default:
		return "", nil, nil
	}
	return "attendance/session", v, nil
}

type hubPanel struct {
	Rows []linkRow
	All  web.Tab
}

// hubShown is how many of the next sessions stand on the page of a hub.
const hubShown = 5

// HubPanel shows, on the page of a hub, its moderator how she joins the next sessions for it;
// nothing to anybody else.
func (w *Web) HubPanel(c *web.C, hub core.ID) (string, any, error) {
	if !c.Actor.SignedIn() {
		return "", nil, nil
	}
	set, err := w.setting(c)
	if err != nil {
		return "", nil, err
	}
	list, err := w.s.HubLinks(c.Context(), c.Actor, set)
	if err != nil {
		return "", nil, err
	}
	for _, h := range list {
		if h.Hub.ID != hub {
			continue
		}
		v := hubPanel{All: web.Tab{Label: c.T("attendance.links.title"), URL: c.URL(set.Path() + "/my-links")}}
		for _, l := range h.Links {
			if (l.State == Open || l.State == Closed) && len(v.Rows) < hubShown {
				v.Rows = append(v.Rows, w.row(c, set, l))
			}
		}
		return "attendance/hub", v, nil
	}
	return "", nil, nil
}

type mePanel struct {
	Rows []linkRow
	All  web.Tab
	Cert *web.Tab
}

const nextShown = 3

// MePanel shows, on somebody's own page, her next sessions with their links.
func (w *Web) MePanel(c *web.C, _ core.ID) (string, any, error) {
	set, err := w.s.Participation.Editions.Current(c.Context(), c.Actor)
	if core.KindOf(err) == core.KindNotFound {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	r, err := w.s.Participation.Mine(c.Context(), c.Actor, set)
	if err != nil || r == nil {
		return "", nil, err
	}
	v := mePanel{All: web.Tab{Label: c.T("attendance.links.title"), URL: c.URL(set.Path() + "/my-links")}}
	if r.MayJoin() {
		links, err := w.s.Links(c.Context(), c.Actor, set)
		if err != nil {
			return "", nil, err
		}
		for _, l := range links {
			if l.Own && (l.State == Open || l.State == Closed) && len(v.Rows) < nextShown {
				v.Rows = append(v.Rows, w.row(c, set, l))
			}
		}
	}
	if !r.Onsite.IsZero() || !r.Online.IsZero() || !r.AtHub.IsZero() {
		v.Cert = &web.Tab{Label: c.T("attendance.certificate.title"), URL: c.URL(set.Path() + "/certificate")}
	}
	if len(v.Rows) == 0 && v.Cert == nil && !r.MayJoin() {
		return "", nil, nil
	}
	return "attendance/me", v, nil
}
