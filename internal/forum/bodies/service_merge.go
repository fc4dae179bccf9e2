package bodies

import (
	"context"
	"encoding/json"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// PersonMerged moves the seats of a person whose page became part of another one's. It
// is wired to person.merged, inside that act. Event, per seat: seat.changed.
func (s *Service) PersonMerged(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var d struct {
		Into core.ID `json:"into"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil || d.Into == "" {
		return fmt.Errorf("read person.merged: %w", err)
	}
	seats, err := loadSeats(ctx, tx, "person", e.Subject)
	if err != nil || len(seats) == 0 {
		return err
	}
	var bodies []Body
	if err := tx.NewSelect().Model(&bodies).Scan(ctx); err != nil {
		return fmt.Errorf("load bodies: %w", err)
	}
	byID := make(map[core.ID]Body, len(bodies))
	for _, b := range bodies {
		byID[b.ID] = b
	}
	if _, err := tx.NewUpdate().Model((*Seat)(nil)).Set("person = ?, version = version + 1", d.Into).
		Where("person = ?", e.Subject).Exec(ctx); err != nil {
		return fmt.Errorf("move seats: %w", err)
	}
	for _, seat := range seats {
		seat.Person = d.Into
		tx.Append("seat.changed", seat.Body, core.ScopeForum, record.Public, seatData(byID[seat.Body], seat))
	}
	return nil
}
