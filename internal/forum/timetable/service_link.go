package timetable

import (
	"context"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// MakeLink makes a private link by which anybody may look at the draft, and ends the one
// before it. Only its hash is kept: it is shown once. Staff only. Event: timetable.shared.
func (s *Service) MakeLink(ctx context.Context, a core.Actor, set *editions.Setting) (token string, err error) {
	token, hash := authn.NewToken()
	return token, s.link(ctx, a, set, hash, true)
}

// EndLink ends the private link of the draft. Staff only. Event: timetable.shared.
func (s *Service) EndLink(ctx context.Context, a core.Actor, set *editions.Setting) error {
	return s.link(ctx, a, set, "", false)
}

func (s *Service) link(ctx context.Context, a core.Actor, set *editions.Setting, hash string, on bool) error {
	if err := check(a, set, "share"); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := s.beginTx(ctx, tx, a, set); err != nil {
			return err
		}
		made := core.Instant{}
		if on {
			made = tx.Now
		}
		_, err := tx.NewUpdate().Model((*Frame)(nil)).Set("link_hash = ?, link_made = ?", hash, made).Where("edition = ?", set.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("share the draft: %w", err)
		}
		tx.Append("timetable.shared", set.ID, programme.PlanScope(set), record.Internal, record.Data{"label": set.Name, "on": on})
		return nil
	})
}

// ByLink gives the plan of an edition, by its slug, to who has its private link: also of one
// that is not public yet. Anybody may call. Errors: NotFound.
func (s *Service) ByLink(ctx context.Context, slug, token string) (*Board, error) {
	set, err := s.Editions.Setting(ctx, core.Operator, slug)
	if err != nil {
		return nil, err
	}
	b, err := s.board(ctx, set)
	if err != nil {
		return nil, err
	}
	if !b.Begun || b.Frame.LinkHash == "" || authn.HashOf(token) != b.Frame.LinkHash {
		return nil, core.NotFound()
	}
	return b, nil
}
