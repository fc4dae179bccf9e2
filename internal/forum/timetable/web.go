package timetable

import (
	"embed"
	"net/http"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s         *Service
	programme *programme.Web
}

// NewWeb makes the pages. p is the room of sessions, below whose pages some of these stand.
func NewWeb(s *Service, p *programme.Web) *Web { return &Web{s: s, programme: p} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("timetable", viewFS); err != nil {
		return err
	}
	s.Takes("Timetable", takes)
	w.editorPages(s)
	w.setupPages(s)
	w.runPages(s)
	w.releasePages(s)
	return nil
}

// both registers a page with a form: it is shown and sent at one address.
func both(s *web.Server, path string, h web.Handler) {
	s.Edition("GET "+path, h)
	s.Edition("POST "+path, h)
}

// setting is the edition of the address, for who may do an action with its plan. What is
// sent is asked again by the service.
func (w *Web) setting(c *web.C, action string) (*editions.Setting, error) {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, err
	}
	if c.R.Method == http.MethodPost && !c.Actor.SignedIn() {
		return nil, core.SignIn()
	}
	return set, check(c.Actor, set, action)
}

// tabs are the pages of the plan.
func (w *Web) tabs(c *web.C, set *editions.Setting) web.Tabs {
	out := web.Tabs{Label: c.T("timetable.tabs")}
	base := set.Path() + "/timetable"
	for _, p := range []string{"", "/findings", "/optimiser", "/release", "/rules", "/days", "/rooms", "/ties", "/absences"} {
		key := strings.TrimPrefix(p, "/")
		if key == "" {
			key = "plan"
		}
		out.Tabs = append(out.Tabs, web.Tab{Label: c.T("timetable.tab." + key), URL: c.URL(base + p), Current: c.Path() == base+p})
	}
	return out
}

// head is the head of each page of the plan.
type head struct {
	Title    string
	Subtitle string
	Facts    []string
	Status   []web.Status
	Tabs     web.Tabs
	Actions  []web.Action
}

func (w *Web) head(c *web.C, set *editions.Setting, title string) head {
	return head{Title: title, Tabs: w.tabs(c, set)}
}

// page shows a page of the plan.
func (w *Web) page(c *web.C, set *editions.Setting, name, title string, v any, status int) error {
	crumbs := []web.Crumb{{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme")}}
	if c.Path() != set.Path()+"/timetable" {
		crumbs = append(crumbs, web.Crumb{Label: c.T("timetable.title"), URL: c.URL(set.Path() + "/timetable")})
	}
	crumbs = append(crumbs, web.Crumb{Label: title})
	return c.Page(web.Page{
		Name: "timetable/" + name, Title: title + " · " + c.Text(set.Name).S, Section: "programme", NoIndex: true, Wide: name == "editor" || name == "run",
		Trail: editions.Trail(c, set, crumbs...), Status: status, V: v,
	})
}
