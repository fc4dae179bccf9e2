package web

import (
	"context"
	"html/template"
	"sort"

	"plenary/internal/core"
)

// PanelFunc fills a slot of a page of another room for one subject. It returns an
// empty template name where it has nothing to show.
type PanelFunc func(c *C, subject core.ID) (name string, view any, err error)

type panel struct {
	order int
	fn    PanelFunc
}

// Panel registers a part of a page: the page of a room above names its slots
// ("programme.session"), the room below fills them, and only the wiring knows both.
func (s *Server) Panel(slot string, order int, fn PanelFunc) {
	s.panels[slot] = append(s.panels[slot], panel{order, fn})
	sort.SliceStable(s.panels[slot], func(i, j int) bool { return s.panels[slot][i].order < s.panels[slot][j].order })
}

// Panels renders what others have to show in a slot.
func (c *C) Panels(slot string, subject core.ID) ([]template.HTML, error) {
	var out []template.HTML
	for _, p := range c.S.panels[slot] {
		name, view, err := p.fn(c, subject)
		if err != nil {
			return nil, err
		}
		if name == "" {
			continue
		}
		h, err := c.Part(name, view)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// Context is the context of the request.
func (c *C) Context() context.Context { return c.R.Context() }
