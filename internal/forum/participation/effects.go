package participation

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// How somebody was there.
const (
	WasOnsite = "onsite"
	WasOnline = "online"
	WasAtHub  = "hub"
)

// AttendTx notes that somebody was in a session, by room attendance. The first time of each
// way counts, whatever order they are told in: the earliest stands. Event, the first time of
// all: registration.attended.
func (s *Service) AttendTx(ctx context.Context, tx *record.Tx, id core.ID, how string, at core.Instant) error {
	r, err := s.GetTx(ctx, tx, id)
	if err != nil {
		return err
	}
	column, had := "online", r.Online
	switch how {
	case WasOnsite:
		column, had = "onsite", r.Onsite
	case WasAtHub:
		column, had = "at_hub", r.AtHub
	}
	first := r.Onsite.IsZero() && r.Online.IsZero() && r.AtHub.IsZero()
	if !had.IsZero() && !at.Before(had) {
		return nil
	}
	q := tx.NewUpdate().TableExpr("registrations").Set(column+" = ?", at).Set("updated = ?", tx.Now).Set("version = version + 1").Where("id = ?", id)
	if slices.Contains(Admitted, r.State) {
		q = q.Set("state = ?", StateAttended)
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("note attendance: %w", err)
	}
	if first {
		tx.Append("registration.attended", id, Scope(r.Edition), record.Internal, record.Data{"label": label(&r), "how": how})
	}
	return nil
}

// CheckInTx notes that somebody has collected her badge, by room badges. The earliest time
// stands, whatever order the doors tell it in. Event, the first time:
// registration.checked_in.
func (s *Service) CheckInTx(ctx context.Context, tx *record.Tx, id core.ID, at core.Instant) error {
	r, err := s.GetTx(ctx, tx, id)
	if err != nil {
		return err
	}
	if !r.Collected.IsZero() && !at.Before(r.Collected) {
		return nil
	}
	q := tx.NewUpdate().TableExpr("registrations").Set("collected = ?", at).Set("updated = ?", tx.Now).Set("version = version + 1").Where("id = ?", id)
	if r.State == StateApproved {
		q = q.Set("state = ?", StateCheckedIn)
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("note check-in: %w", err)
	}
	if r.Collected.IsZero() {
		tx.Append("registration.checked_in", id, Scope(r.Edition), record.Internal, record.Data{"label": label(&r)})
	}
	return nil
}

// RemoveTx takes somebody out of an edition by a decision under the code of conduct: her
// links and badge are dead at once, her place is given to who waits. The caller has asked
// for the right and writes to her. Event: registration.removed.
func (s *Service) RemoveTx(ctx context.Context, tx *record.Tx, id core.ID, reason core.Text) error {
	return s.decideOneTx(ctx, tx, id, StateRemoved, reason)
}

// RestoreTx takes a removal back: who was removed waits for the staff, who approve her
// where there is a place. Event: registration.pending.
func (s *Service) RestoreTx(ctx context.Context, tx *record.Tx, id core.ID, reason core.Text) error {
	return s.decideOneTx(ctx, tx, id, StatePending, reason)
}

func (s *Service) decideOneTx(ctx context.Context, tx *record.Tx, id core.ID, to string, reason core.Text) error {
	r, err := s.GetTx(ctx, tx, id)
	if err != nil {
		return err
	}
	_, refused, err := s.decideTx(ctx, tx, []*Registration{&r}, to, reason)
	if err == nil && refused[id] != "" {
		err = core.Conflict(refused[id])
	}
	return err
}

// RevokeLinksTx is RevokeLinks inside an act whose caller has asked for the right.
func (s *Service) RevokeLinksTx(ctx context.Context, tx *record.Tx, id core.ID) error {
	r, err := s.GetTx(ctx, tx, id)
	if err != nil {
		return err
	}
	_, err = tx.NewUpdate().TableExpr("registrations").Set("generation = generation + 1").Set("updated = ?", tx.Now).Set("version = version + 1").Where("id = ?", id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("revoke links: %w", err)
	}
	tx.Append("registration.links_revoked", id, Scope(r.Edition), record.Internal, record.Data{"label": label(&r)})
	return nil
}

// EraseTx takes out of a registration who it was: names, addresses, needs, answers, papers,
// notes. What figures need stays: state, times, mode, category, country with region and
// classes, group, gender as a code, flags. A place that was not used yet is given back.
// Event: registration.erased.
func (s *Service) EraseTx(ctx context.Context, tx *record.Tx, id core.ID) error {
	was, err := s.GetTx(ctx, tx, id)
	if err != nil {
		return err
	}
	if !was.Erased.IsZero() {
		return nil
	}
	set, err := s.Editions.SettingTx(ctx, tx, was.Edition)
	if err != nil {
		return err
	}
	if slices.Contains(leaving, was.State) && tx.Now.Before(set.End()) {
		quiet := was
		quiet.Email = "" // nobody is written to any more
		if _, _, err := s.decideTx(ctx, tx, []*Registration{&quiet}, StateWithdrawn, core.Text{}); err != nil {
			return err
		}
		if was, err = s.GetTx(ctx, tx, id); err != nil {
			return err
		}
	}
	r := was
	r.Account, r.Person, r.Email, r.EmailKey, r.Delegation, r.Hub = "", "", "", "", "", ""
	r.Honorific, r.Name, r.NameKey, r.WordsKey, r.LatinKey, r.Title = "", "", "", "", "", ""
	r.Organisation, r.OrgKey, r.OrgID, r.GenderOwn = "", "", "", ""
	r.AccessNeeds, r.Diet, r.Visa, r.Answers, r.Reason = "", "", Visa{}, nil, core.Text{}
	r.ShowName, r.ShowOrg, r.ShowCountry = false, false, false
	r.Generation++
	r.Erased = tx.Now
	if err := saveTx(ctx, tx, &r, was); err != nil {
		return err
	}
	if _, err := tx.NewDelete().TableExpr("registration_notes").Where("registration = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("erase registration_notes: %w", err)
	}
	if _, err := tx.NewDelete().TableExpr("registration_files").Where("registration = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("erase registration_files: %w", err)
	}
	if _, err := tx.NewDelete().TableExpr("registration_media").Where("registration = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("erase registration_media: %w", err)
	}
	if err := eraseLettersTx(ctx, tx, id); err != nil {
		return err
	}
	if err := s.drafts.ForgetTx(ctx, tx, id, ""); err != nil {
		return err
	}
	tx.Append("registration.erased", id, Scope(r.Edition), record.Internal, record.Data{"label": label(&r)})
	return nil
}
