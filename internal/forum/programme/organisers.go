package programme

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Organisers are the persons and the organisations, by folded name, that organised sessions
// of some editions: those that took place or are to. Anybody may ask: all that counts is
// public, drafts do not. Two queries.
func (s *Service) Organisers(ctx context.Context, editions []core.ID) (map[core.ID]bool, map[string]bool, error) {
	persons, orgs := map[core.ID]bool{}, map[string]bool{}
	if len(editions) == 0 {
		return persons, orgs, nil
	}
	var rows []Role
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Join("JOIN sessions AS se ON se.id = ro.session").
		Where("se.edition IN (?) AND se.state <> ? AND ro.role IN (?)", bun.List(editions), StateDraft, bun.List([]string{Organiser, CoOrganiser})).Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("load organisers: %w", err)
	}
	var ids []core.ID
	for _, r := range rows {
		if r.Person != "" {
			persons[r.Person] = true
		}
		if r.Organisation != "" {
			ids = append(ids, r.Organisation)
		}
		for _, a := range r.Snapshot.Affiliations {
			if key := core.Fold(a.Organisation); key != "" && a.OrganisationID == "" {
				orgs[key] = true
			} else if a.OrganisationID != "" {
				ids = append(ids, a.OrganisationID)
			}
		}
	}
	found, err := s.people.Organisations(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range found {
		for _, name := range o.Name.By {
			orgs[core.Fold(name)] = true
		}
	}
	return persons, orgs, nil
}
