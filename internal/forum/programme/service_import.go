package programme

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

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

// WantedTx gives the reference and number that a session had elsewhere, if they can be
// its own here; else nothing, and CreateTx takes the next.
func (s *Service) WantedTx(ctx context.Context, tx *record.Tx, set *editions.Setting, kind core.ID, ref string, number int) (string, int, error) {
	if ref == "" && number == 0 {
		return "", 0, nil
	}
	if ref == "" {
		types, err := loadTypes(ctx, tx, set.ID)
		if err != nil {
			return "", 0, err
		}
		ref = TypeOf(types, kind).Prefix + strconv.Itoa(number)
	}
	if !ValidRef(ref) {
		return "", 0, nil
	}
	var used []string
	err := tx.NewRaw("SELECT ref FROM sessions WHERE edition = ? AND ref = ? UNION ALL SELECT ref FROM session_refs WHERE edition = ? AND ref = ?",
		set.ID, ref, set.ID, ref).Scan(ctx, &used)
	if err != nil {
		return "", 0, fmt.Errorf("look for reference: %w", err)
	}
	if slices.Contains(used, ref) {
		return "", 0, nil
	}
	return ref, numberOf(strings.TrimRight(ref, "0123456789"), ref), nil
}

// CancelTx cancels a session inside a write. Event: session.cancelled.
func (s *Service) CancelTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, note core.Text) error {
	return s.turn(ctx, tx, set, x, CancelInput{Version: x.Version, Note: note}, StateCancelled, "session.cancelled")
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
