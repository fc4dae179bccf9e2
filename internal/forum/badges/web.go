package badges

import (
	"embed"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct{ s *Service }

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("badges", viewFS); err != nil {
		return err
	}
	s.Takes("Badges", takes)
	for path, h := range map[string]web.Handler{
		"/my-badge": w.mine, "/my-badge.svg": w.mineSVG, "/my-badge.pdf": w.minePDF, "/my-badge.webmanifest": w.mineManifest, "/my-badge-offline.js": w.mineWorker,
		"/badges": w.runs, "/badges/print": w.print, "/badges/batches/{number}": w.batch, "/badges/batches/{number}/files.zip": w.batchZip, "/badges/batches/{number}/{part}": w.batchFile,
		"/badges/designs": w.designs, "/badges/designs/edit": w.design,
		"/badges/doors": w.doors, "/badges/doors/new": w.doorNew, "/badges/doors/{door}": w.door,
		"/badges/desk": w.desk, "/badges/desk/{number}": w.person,
	} {
		s.Edition("GET "+path, h)
	}
	for path, h := range map[string]web.Handler{
		"/my-badge": w.mineLost, "/badges/print": w.print, "/badges/batches/{number}": w.batchAgain, "/badges/designs/edit": w.design,
		"/badges/doors/new": w.doorNew, "/badges/doors/{door}": w.door, "/badges/desk/{number}": w.person,
	} {
		s.Edition("POST "+path, h)
	}
	w.devices(s)
	return nil
}

// setting is the edition of the page for the staff, who alone have pages here.
func (w *Web) setting(c *web.C, action string) (*editions.Setting, error) {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, err
	}
	if !c.Actor.SignedIn() && c.Actor.Program == "" {
		return nil, core.SignIn()
	}
	return set, may(c.Actor, set, action)
}

// at is an address of the room below an edition.
func at(c *web.C, set *editions.Setting, path string) string {
	return c.URL(set.Path() + "/badges" + path)
}

// tabs lead from one of the staff's pages to the others.
func tabs(c *web.C, set *editions.Setting, current string) web.Tabs {
	out := web.Tabs{Label: c.T("badges.tabs")}
	for _, x := range []struct{ name, path string }{{"runs", ""}, {"designs", "/designs"}, {"doors", "/doors"}, {"desk", "/desk"}} {
		out.Tabs = append(out.Tabs, web.Tab{Label: c.T("badges.tab." + x.name), URL: at(c, set, x.path), Current: x.name == current})
	}
	return out
}

// page is a staff page of the room.
func page(c *web.C, set *editions.Setting, name, title string, v any, more ...web.Crumb) web.Page {
	trail := append([]web.Crumb{{Label: c.T("badges.title"), URL: at(c, set, "")}}, more...)
	return web.Page{Name: "badges/" + name, Title: title, Section: "programme", NoIndex: true, V: v, Trail: editions.Trail(c, set, trail...)}
}

// formView is a page with a form.
type formView struct {
	Title, Subtitle string
	Tabs            web.Tabs
	Form            *web.Form
	More            any
}
