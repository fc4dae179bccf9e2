package review

import (
	"context"

	"plenary/internal/forum/calls"
)

// All gives what the last phase of a call that has begun says of each of its proposals, in
// the order of their numbers, whoever is kept from which: the decision counts them all. The
// caller decides who may read it. Nothing where no phase has begun.
func (s *Service) All(ctx context.Context, c calls.Call) ([]Result, error) {
	phases, err := phasesOf(ctx, s.rec.DB.Read, c.ID)
	if err != nil {
		return nil, err
	}
	p := current(phases, s.rec.Clock.Instant())
	if p == nil {
		return nil, nil
	}
	b, err := s.board(ctx, s.rec.DB.Read, c, *p, false)
	if err != nil {
		return nil, err
	}
	return b.results(), nil
}
