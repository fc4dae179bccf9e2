package review

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// typedOf names what is typed on the sheet of a proposal in a phase.
func typedOf(phase, proposal core.ID) core.ID { return phase + "/" + proposal }

// Keep keeps what a reviewer has typed and not saved, as her browser sent it, over version
// base of her review. It counts nowhere, nobody else reads it, and no event tells of it.
// Who may score may. Errors: TooLarge, Stale where she has saved since, NotFound,
// Forbidden once the phase has closed.
func (s *Service) Keep(ctx context.Context, a core.Actor, phase, proposal core.ID, typed string, base int64) (core.Instant, error) {
	t, err := s.task(ctx, s.rec.DB.Read, a, phase, proposal, true)
	if err != nil {
		return core.Instant{}, err
	}
	if !t.assigned {
		return core.Instant{}, core.NotFound()
	}
	if err := t.check("score"); err != nil {
		return core.Instant{}, err
	}
	was := Review{Phase: phase, Proposal: proposal, Reviewer: t.me.ID, Marks: map[core.ID]Mark{}}
	if t.review != nil {
		was = *t.review
	}
	if was.Version != base {
		return core.Instant{}, core.Stale(was)
	}
	return s.drafts.Keep(ctx, a, typedOf(phase, proposal), typed, base)
}

// Kept is what the actor has typed and not saved on a sheet; nil if nothing.
func (s *Service) Kept(ctx context.Context, a core.Actor, phase, proposal core.ID) (*web.Draft, error) {
	return s.drafts.Kept(ctx, a, typedOf(phase, proposal))
}

// Forget throws away what the actor has typed and not saved.
func (s *Service) Forget(ctx context.Context, a core.Actor, phase, proposal core.ID) error {
	return s.drafts.Forget(ctx, a, typedOf(phase, proposal))
}
