package programme

import (
	"context"
	"fmt"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// What imports need beside CreateTx, ChangeTx and MoveTx. Their callers have asked for
// permission.

// FreeTx tells whether no session has that id.
func (s *Service) FreeTx(ctx context.Context, tx *record.Tx, id core.ID) (bool, error) {
	taken, err := tx.NewSelect().Model((*Session)(nil)).Where("se.id = ?", id).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for session: %w", err)
	}
	return !taken, nil
}

// Refs gives the sessions of one import their references, without asking for each.
type Refs struct {
	types []Type
	used  map[string]bool
	next  map[string]int
}

// RefsTx loads the references that sessions of an edition have or had.
func (s *Service) RefsTx(ctx context.Context, tx *record.Tx, set *editions.Setting) (*Refs, error) {
	types, err := loadTypes(ctx, tx, set.ID)
	if err != nil {
		return nil, err
	}
	list, err := refs(ctx, tx, set.ID)
	if err != nil {
		return nil, err
	}
	r := &Refs{types: types, used: map[string]bool{}, next: map[string]int{}}
	for _, u := range list {
		r.used[u] = true
	}
	for _, t := range types {
		r.next[t.Prefix] = nextNumber(list, t.Prefix)
	}
	return r, nil
}

// Give gives a session the reference or number that it had elsewhere, if that can be its
// own here; else the next of its type.
func (r *Refs) Give(kind core.ID, ref string, number int) string {
	prefix := TypeOf(r.types, kind).Prefix
	if ref == "" && number > 0 {
		ref = prefix + strconv.Itoa(number)
	}
	if !ValidRef(ref) || r.used[ref] {
		for ref = ""; ref == "" || r.used[ref]; r.next[prefix]++ {
			ref = prefix + strconv.Itoa(r.next[prefix])
		}
	}
	r.used[ref] = true
	return ref
}

// CancelTx cancels a session inside a write. Event: session.cancelled.
func (s *Service) CancelTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, note core.Text) error {
	return s.turn(ctx, tx, set, x, CancelInput{Version: x.Version, Note: note}, StateCancelled, "session.cancelled")
}

// RestoreTx takes back a cancellation inside a write. Event: session.restored.
func (s *Service) RestoreTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session) error {
	return s.turn(ctx, tx, set, x, CancelInput{Version: x.Version}, StateScheduled, "session.restored")
}

// SetDayTx says on which day a session takes place whose time is not known. Event:
// session.moved.
func (s *Service) SetDayTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, day string) error {
	if x.Scheduled() || x.Day == day {
		return nil
	}
	before := x.Day
	x.Day = day
	if stale, err := save(ctx, tx, set, x); err != nil || stale {
		return record.StaleOr(err, MoveOf(x, set.Zone))
	}
	tx.Append("session.moved", x.ID, set.Scope(), visibility(set, x.State), data(x, record.Data{
		"changes": map[string]record.Change{"day": {Before: before, After: day}},
	}))
	return nil
}
