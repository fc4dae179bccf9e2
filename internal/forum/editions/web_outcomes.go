package editions

import (
	"html/template"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// outcomesView is what came of an edition: each room below shows its part of it.
type outcomesView struct {
	Edition web.TextView
	Parts   []template.HTML
	Empty   web.Empty
}

// outcomes is the entrance to all outcomes of an edition. Slot: editions.outcomes.
func (w *Web) outcomes(c *web.C) error {
	set, err := w.s.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	v := outcomesView{Edition: c.Text(set.Name)}
	if v.Parts, err = c.Panels("editions.outcomes", set.ID); err != nil {
		return err
	}
	v.Empty = web.Empty{Title: c.T("editions.outcomes_empty"), Text: c.T("editions.outcomes_empty_text")}
	return c.Page(web.Page{
		Name: "editions/outcomes", Title: c.T("editions.outcomes"), Section: "outcomes",
		Trail: Trail(c, set, web.Crumb{Label: c.T("editions.outcomes")}), V: v,
	})
}
