package messages

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// SetAsideAfter is SetAside by somebody who read the workshop before something else was done.
func (s *Service) SetAsideAfter(ctx context.Context, a core.Actor, set *editions.Setting, keys []string, reason string, between func()) error {
	w, err := s.Workshop(ctx, a, set)
	if err != nil {
		return err
	}
	list, err := w.chosenOf(keys)
	if err != nil {
		return err
	}
	between()
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return decide(ctx, tx, set, list, func(d *Decision) { d.Aside, d.Reason = true, reason })
	})
}
