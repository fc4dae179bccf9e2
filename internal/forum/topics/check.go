package topics

import (
	"context"
	"fmt"

	"plenary/internal/core"
)

// Check looks for what should not be: decisions about themes that are no more, and
// spellings that lead to a tag of another edition. It is for who runs the program.
func (s *Service) Check(ctx context.Context) ([]core.Flaw, error) {
	var out []core.Flaw
	for _, q := range []struct{ code, text, sql string }{
		{
			"decision-without-theme", "A decision is about a theme that the edition does not have.",
			`SELECT td.id, ed.slug FROM topic_decisions AS td JOIN editions AS ed ON ed.id = td.edition
			WHERE NOT EXISTS (SELECT 1 FROM themes AS th WHERE th.id = td.theme AND th.edition = td.edition)`,
		},
		{
			"tag-of-another-edition", "A spelling leads to a tag of another edition.",
			`SELECT tt.id, ed.slug FROM topic_spellings AS ts JOIN topic_tags AS tt ON tt.id = ts.tag JOIN editions AS ed ON ed.id = ts.edition
			WHERE tt.edition <> ts.edition`,
		},
	} {
		var rows []struct {
			ID   core.ID `bun:"id"`
			Slug string  `bun:"slug"`
		}
		if err := s.rec.DB.Read.NewRaw(q.sql+" ORDER BY 2, 1 LIMIT 1000").Scan(ctx, &rows); err != nil {
			return nil, fmt.Errorf("check topics: %w", err)
		}
		for _, r := range rows {
			out = append(out, core.Flaw{Code: q.code, Subject: r.ID, Where: "/" + r.Slug + "/topics/themes", Text: q.text})
		}
	}
	return out, nil
}
