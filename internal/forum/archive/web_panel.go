package archive

import (
	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type panelView struct{ Rows []panelRow }

type panelRow struct {
	Name, URL, Place, PlaceURL string
	Private                    bool
}

// SessionPanel says on a session's page from which sources it comes: to the staff, and
// to everybody where a source is open.
func (w *Web) SessionPanel(c *web.C, session core.ID) (string, any, error) {
	return w.origins(c, session)
}

// PersonPanel says the same on a person's page.
func (w *Web) PersonPanel(c *web.C, person core.ID) (string, any, error) {
	return w.origins(c, person)
}

func (w *Web) origins(c *web.C, subject core.ID) (string, any, error) {
	list, err := w.s.Origins(c.Context(), c.Actor, subject)
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	var v panelView
	for _, o := range list {
		set, err := w.editions.SettingByID(c.Context(), c.Actor, o.Edition)
		if core.KindOf(err) == core.KindNotFound && err != nil {
			continue // an edition that the reader may not see
		}
		if err != nil {
			return "", nil, err
		}
		at := placeOf(o.Shape, o.From, o.To)
		v.Rows = append(v.Rows, panelRow{
			Name: o.Name, URL: c.URL(pathOf(set, o.Import)), Place: where(c, at), PlaceURL: w.placeURL(c, set, o), Private: !o.Open,
		})
	}
	if len(v.Rows) == 0 {
		return "", nil, nil
	}
	return "archive/panel", v, nil
}

// placeURL leads to the line of a source that is a text.
func (w *Web) placeURL(c *web.C, set *editions.Setting, o Origin) string {
	if o.Lines == 0 || o.From <= 0 {
		return ""
	}
	u := lineURL(c, set, &Plan{Import: Import{ID: o.Import}}, o.Lines, o.From)
	if u != "" && u[0] == '#' {
		u = c.URL(pathOf(set, o.Import)) + u
	}
	return u
}
