package exchange

import (
	"context"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
)

// ends are the ends of an edition's calls: then some of them show what was handed in.
func (s *Service) ends(ctx context.Context, edition core.ID) ([]core.Instant, error) {
	var list []calls.Call
	if err := s.rec.DB.Read.NewSelect().Model(&list).Column("ca.closes").Where("ca.edition = ? AND ca.published = TRUE", edition).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load ends of calls: %w", err)
	}
	out := make([]core.Instant, len(list))
	for i, c := range list {
		out[i] = c.Closes
	}
	return out, nil
}

// barred tells whether the actor reviews a call of the edition and has a conflict with
// one of its proposals: then its pages show her nothing of how that one is judged,
// whatever else she is, and neither may a package.
func (s *Service) barred(ctx context.Context, a core.Actor, edition core.ID) (bool, error) {
	if s.Barred == nil || !a.SignedIn() {
		return false, nil
	}
	var list []core.ID
	err := s.rec.DB.Read.NewSelect().Model((*proposals.Proposal)(nil)).ColumnExpr("DISTINCT pr.call").Where("pr.edition = ?", edition).Scan(ctx, &list)
	if err != nil {
		return false, fmt.Errorf("load calls of proposals: %w", err)
	}
	for _, call := range list { // a dozen
		found, err := s.Barred(ctx, a, call)
		if err != nil && core.KindOf(err) == core.KindNotFound {
			return false, nil // who has no account here reviews nothing
		}
		if err != nil || len(found) > 0 {
			return true, err
		}
	}
	return false, nil
}
