package participation

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Check finds categories whose counter of places is not what is taken, and registrations in
// a category, delegation or hub that is not there.
func (s *Service) Check(ctx context.Context) ([]core.Flaw, error) {
	var out []core.Flaw
	var counted []struct {
		ID      core.ID `bun:"id"`
		Edition string  `bun:"slug"`
		Taken   int     `bun:"taken"`
		Have    int     `bun:"have"`
	}
	err := s.rec.DB.Read.NewRaw(`SELECT c.id, e.slug, c.taken, (SELECT COUNT(*) FROM registrations r WHERE r.category = c.id
		AND (r.state IN (?) OR r.state = ? AND r.recheck = TRUE)) AS have FROM registration_categories c JOIN editions e ON e.id = c.edition`,
		bun.List(Admitted), StatePending).Scan(ctx, &counted)
	if err != nil {
		return nil, fmt.Errorf("count places: %w", err)
	}
	for _, c := range counted {
		if c.Taken != c.Have {
			out = append(out, core.Flaw{
				Code: "places-miscounted", Subject: c.ID, Where: "/" + c.Edition + "/registrations/settings/categories",
				Text: fmt.Sprintf("%d places are counted as taken, and %d are", c.Taken, c.Have),
			})
		}
	}
	var lost []struct {
		ID     core.ID `bun:"id"`
		Number int     `bun:"number"`
		Slug   string  `bun:"slug"`
	}
	var parts []string
	for column, table := range map[string]string{"category": "registration_categories", "delegation": "delegations", "hub": "hubs"} {
		parts = append(parts, "r."+column+" <> '' AND NOT EXISTS (SELECT 1 FROM "+table+" x WHERE x.id = r."+column+")")
	}
	err = s.rec.DB.Read.NewRaw("SELECT r.id, r.number, e.slug FROM registrations r JOIN editions e ON e.id = r.edition WHERE "+strings.Join(parts, " OR ")).Scan(ctx, &lost)
	if err != nil {
		return nil, fmt.Errorf("look for lost registrations: %w", err)
	}
	for _, r := range lost {
		out = append(out, core.Flaw{
			Code: "registration-nowhere", Subject: r.ID, Where: fmt.Sprintf("/%s/registrations/%d", r.Slug, r.Number),
			Text: "its category, delegation or hub is not there",
		})
	}
	return out, nil
}
