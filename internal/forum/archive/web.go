package archive

import (
	"embed"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s        *Service
	editions *editions.Service
}

// NewWeb makes the pages.
func NewWeb(s *Service, e *editions.Service) *Web { return &Web{s, e} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("archive", viewFS); err != nil {
		return err
	}
	s.Takes("Sources", takes)
	s.Handle("GET /import", w.send)
	s.Handle("POST /import", w.send)
	s.Handle("GET /import/edition", w.newEdition)
	s.Handle("POST /import/edition", w.newEdition)
	s.Edition("GET /import", w.sendTo)
	s.Edition("POST /import", w.sendTo)
	s.Edition("GET /imports/{id}", w.show)
	s.Edition("GET /imports/{id}/source", w.source)
	s.Edition("GET /imports/{id}/file", w.file)
	s.Edition("POST /imports/{id}/apply", w.apply)
	s.Edition("POST /imports/{id}/choose", w.choose)
	s.Edition("POST /imports/{id}/open", w.open)
	s.Edition("POST /imports/{id}/restage", w.restage)
	s.Edition("GET /import/sources", w.follows)
	s.Edition("POST /import/sources", w.follows)
	s.Edition("POST /import/sources/restore", w.restoreFollow)
	s.Edition("GET /import/sources/{id}/look", w.lookedAt)
	s.Edition("POST /import/sources/{id}/look", w.look)
	s.Edition("POST /import/sources/{id}/remove", w.removeFollow)
	for path, h := range map[string]web.Handler{
		"/discard": w.discard, "/undo": w.undo, "/columns": w.columns, "/items/{n}": w.item,
	} {
		s.Edition("GET /imports/{id}"+path, h)
		s.Edition("POST /imports/{id}"+path, h)
	}
	return nil
}

// one loads the edition and the import of the address.
func (w *Web) one(c *web.C) (*editions.Setting, *Plan, error) {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, nil, err
	}
	p, err := w.s.Get(c.Context(), c.Actor, set, core.ID(c.Param("id")))
	return set, p, err
}

// ours is one for those who may import: an open source does not let others in.
func (w *Web) ours(c *web.C) (*editions.Setting, *Plan, error) {
	set, p, err := w.one(c)
	if err == nil {
		err = w.s.may(c.Actor, set)
	}
	return set, p, err
}

func pathOf(set *editions.Setting, id core.ID) string { return set.Path() + "/imports/" + string(id) }

// trail leads to a page below an import.
func (w *Web) trail(c *web.C, set *editions.Setting, p *Plan, last string) []web.Crumb {
	list := editions.Trail(c, set, web.Crumb{Label: c.T("archive.trail"), URL: c.URL(set.Path() + "/import")})
	if last == "" {
		return append(list, web.Crumb{Label: p.Name})
	}
	return append(list, web.Crumb{Label: p.Name, URL: c.URL(pathOf(set, p.ID))}, web.Crumb{Label: last})
}

// placeName names a zone's clock by the venue's city where it is the venue's.
func placeName(c *web.C, set *editions.Setting) func(zone string) string {
	return func(zone string) string {
		if zone == set.Zone {
			return set.Place(c.Lang)
		}
		return web.ZoneCity(zone)
	}
}

// where says in which lines or in which row of the source something stands; nothing
// where it has no place.
func where(c *web.C, at Spot) string {
	switch {
	case at.Row > 0 && at.Sheet != "":
		return c.T("archive.row_sheet", "Row", at.Row, "Sheet", at.Sheet)
	case at.Row > 0:
		return c.T("archive.row", "Row", at.Row)
	case at.Line == 0 && at.Sheet != "":
		return c.T("archive.sheet", "Sheet", at.Sheet)
	case at.Line == 0:
		return ""
	case at.EndLine <= at.Line:
		return c.T("archive.line", "Line", at.Line)
	}
	return c.T("archive.lines", "From", at.Line, "To", at.EndLine)
}

// found says what a source holds: "6 sessions", "48 Messages".
func found(c *web.C, n Counts) []string {
	var out []string
	for _, x := range []struct {
		key string
		n   int
	}{
		{"archive.count.sessions", n.Sessions},
		{"archive.count.messages", n.Messages},
		{"archive.count.people", n.People},
		{"archive.count.organisations", n.Organisations},
		{"archive.count.questions", n.Questions},
		{"archive.count.takeaways", n.Takeaways},
		{"archive.count.calls", n.Calls},
		{"archive.count.figures", n.Figures},
		{"archive.count.gone", n.Gone},
	} {
		if x.n > 0 {
			out = append(out, c.T(x.key, "Count", x.n))
		}
	}
	return out
}
