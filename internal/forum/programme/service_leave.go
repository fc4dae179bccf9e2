package programme

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// LeaveTx takes roles of a person away that she has in a session; the caller has asked for
// permission and loaded the session with SessionTx. Event, if she had one:
// session.crew_changed.
func (s *Service) LeaveTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, person core.ID, roles ...string) error {
	var gone []Role
	var ids []core.ID
	for _, r := range x.Roles {
		if r.Person == person && person != "" && slices.Contains(roles, r.Role) {
			gone, ids = append(gone, r), append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if stale, err := touch(ctx, tx, x, x.Version); err != nil || stale {
		return record.StaleOr(err, PeopleOf(x))
	}
	if _, err := tx.NewDelete().Model((*Role)(nil)).Where("id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
		return fmt.Errorf("take roles away: %w", err)
	}
	x.Roles = slices.DeleteFunc(slices.Clone(x.Roles), func(r Role) bool { return slices.Contains(ids, r.ID) })
	s.crewChanged(tx, set, x, nil, gone)
	return nil
}
