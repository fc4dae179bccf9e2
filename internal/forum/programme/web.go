package programme

import (
	"embed"
	"net/http"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s        *Service
	editions *editions.Service
	people   *people.Service
	vocab    *vocab.Service
	bodies   *bodies.Service
	tabs     []TabFunc
	more     []ActionsFunc

	marks     MarksFunc
	marksPath string
}

// NewWeb makes the pages.
func NewWeb(s *Service, e *editions.Service, p *people.Service, v *vocab.Service, b *bodies.Service) *Web {
	return &Web{s: s, editions: e, people: p, vocab: v, bodies: b}
}

// Register registers pages and templates. Slots of panels on a session's page are
// "programme.session" and "programme.session.side"; the subject is the session's id.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("programme", viewFS); err != nil {
		return err
	}
	s.Takes("Programme", takes)
	s.Session("GET /{$}", w.Session(w.show))
	s.Session("GET /history", w.Session(w.history))
	for path, h := range map[string]web.Handler{
		"/edit": w.Session(w.edit), "/schedule": w.Session(w.schedule), "/people": w.Session(w.editPeople),
		"/relations": w.Session(w.editRelations), "/standing": w.Session(w.classify),
		"/cancel": w.Session(w.cancel), "/restore": w.Session(w.restore),
	} {
		s.Session("GET "+path, h)
		s.Session("POST "+path, h)
	}
	for path, h := range map[string]web.Handler{"/edit/sessions/new": w.add, "/edit/types": w.editTypes} {
		s.Edition("GET "+path, h)
		s.Edition("POST "+path, h)
	}
	w.registerLists(s)
	return nil
}

// TabFunc makes a tab of a session's pages for rooms below; ok is false where the
// session has none of it. The tab's Current is set by Tabs.
type TabFunc func(c *web.C, set *editions.Setting, x *Session) (tab web.Tab, ok bool)

// AddTab registers a tab between the overview and the calendar file.
func (w *Web) AddTab(f TabFunc) { w.tabs = append(w.tabs, f) }

// Tabs are the tabs of a session's pages. current is the address below the session of
// the page that is shown: "" for the overview, "/report" for a room below.
func (w *Web) Tabs(c *web.C, set *editions.Setting, x *Session, current string) web.Tabs {
	base := c.URL(x.Path())
	out := web.Tabs{Label: c.T("programme.tabs"), Tabs: []web.Tab{{Label: c.T("programme.tab.overview"), URL: base}}}
	for _, f := range w.tabs {
		if t, ok := f(c, set, x); ok {
			out.Tabs = append(out.Tabs, t)
		}
	}
	if x.Scheduled() && x.State != StateDraft {
		out.Tabs = append(out.Tabs, web.Tab{Label: c.T("programme.tab.calendar"), URL: base + "/calendar.ics"})
	}
	out.Tabs = append(out.Tabs, web.Tab{Label: c.T("programme.tab.history"), URL: base + "/history"})
	for i := range out.Tabs {
		out.Tabs[i].Current = out.Tabs[i].URL == base+current
	}
	return out
}

// Session makes a handler for an address below a session: it loads the session, or
// answers "not found", and sends who asks by an old reference on to the present one,
// for ever (301). Rooms below use it for their own pages.
func (w *Web) Session(fn func(c *web.C, set *editions.Setting, x *Session) error) web.Handler {
	return func(c *web.C) error {
		set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
		if err != nil {
			return err
		}
		c.Reads(set.Scope(), core.ScopeForum)
		x, err := w.load(c, set, c.Session)
		if err != nil {
			return err
		}
		if x.Ref != c.Session && c.R.Method != http.MethodPost {
			to := c.URL(x.Path())
			if _, below, ok := strings.Cut(strings.TrimPrefix(c.Path(), set.Path()+"/"), "/"); ok && below != "" {
				to += "/" + below
			}
			if q := c.R.URL.RawQuery; q != "" {
				to += "?" + q
			}
			http.Redirect(c.W, c.R, to, http.StatusMovedPermanently)
			return nil
		}
		return fn(c, set, x)
	}
}

// load gives the session and says that the page also reads the editions of related
// sessions. Which these are is only known then: if anything was written meanwhile, the
// session is loaded anew.
func (w *Web) load(c *web.C, set *editions.Setting, ref string) (*Session, error) {
	at := w.s.rec.Last()
	x, err := w.s.Session(c.Context(), c.Actor, set, ref)
	if err != nil {
		return nil, err
	}
	others := false
	for _, r := range x.Relations {
		if r.Other.Edition != set.ID {
			c.Reads(string(r.Other.Edition))
			others = true
		}
	}
	if others && w.s.rec.Last() != at {
		return w.s.Session(c.Context(), c.Actor, set, ref)
	}
	return x, nil
}

// Trail is the trail of a page below a session.
func (w *Web) Trail(c *web.C, set *editions.Setting, x *Session, more ...web.Crumb) []web.Crumb {
	here := web.Crumb{Label: RefLabel(x.Ref)}
	if len(more) > 0 {
		here.URL = c.URL(x.Path())
	}
	return editions.Trail(c, set, append([]web.Crumb{{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme")}, here}, more...)...)
}

// RefLabel is a reference as people say it: "WS 184", "Main 2".
func RefLabel(ref string) string {
	name := letters(ref)
	number := strings.TrimPrefix(ref, name)
	if len(name) <= 3 {
		return strings.ToUpper(name) + " " + number
	}
	return strings.ToUpper(name[:1]) + name[1:] + " " + number
}

// actions are what the reader may do with a session.
func (w *Web) actions(c *web.C, x *Session) []web.Action {
	roles := Crew(c.Actor, x)
	base := x.Path()
	var out []web.Action
	for _, a := range []struct{ action, path, icon string }{
		{"edit", "/edit", "edit"},
		{"people", "/people", "people"},
		{"schedule", "/schedule", "clock"},
		{"relate", "/relations", "link"},
		{"renumber", "/standing", ""},
		{"cancel", "/cancel", "cancelled"},
		{"restore", "/restore", ""},
	} {
		if Policy.Can(a.action, x.State, roles...) {
			out = append(out, web.Action{Label: c.T("programme.do." + a.action), URL: c.URL(base + a.path), Icon: a.icon})
		}
	}
	return out
}
