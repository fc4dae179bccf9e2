package participation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Note is what somebody of the staff noted of a registration. Only the staff reads it.
type Note struct {
	bun.BaseModel `bun:"table:registration_notes,alias:rn"`

	ID           core.ID      `bun:"id,pk" json:"id"`
	Registration core.ID      `bun:"registration" json:"-"`
	Account      core.ID      `bun:"account" json:"-"`
	Text         string       `bun:"text" json:"text"`
	At           core.Instant `bun:"at" json:"at"`

	By string `bun:"-" json:"by,omitempty" doc:"who wrote it"`
}

// noteFor is how long its author can take a note back.
const noteFor = time.Hour

// NoteInput is the form of a note.
type NoteInput struct {
	Text string `form:"text" ui:"area" required:"true" max:"2000" json:"text"`
}

// Notes are the notes of a registration, the newest first. Staff only. A note that was
// taken back is not among them.
func (s *Service) Notes(ctx context.Context, a core.Actor, r *Registration) ([]Note, error) {
	if err := checkStaff(a, r.Edition); err != nil {
		return nil, err
	}
	out := []Note{}
	if err := s.rec.DB.Read.NewSelect().Model(&out).Where("rn.registration = ? AND rn.text <> ''", r.ID).OrderExpr("rn.at DESC, rn.id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load notes: %w", err)
	}
	ids := make([]core.ID, 0, len(out))
	for _, n := range out {
		ids = append(ids, n.Account)
	}
	accounts, err := s.Accounts.ByIDs(ctx, ids)
	for i := range out {
		out[i].By = accounts[out[i].Account].Name
	}
	return out, err
}

// AddNote notes something of a registration. Staff only. Event: registration.noted, without
// the text; it is about the note, so that the person does not read of it.
func (s *Service) AddNote(ctx context.Context, a core.Actor, r *Registration, in NoteInput) (Note, error) {
	if err := checkStaff(a, r.Edition); err != nil {
		return Note{}, err
	}
	in.Text = strings.TrimSpace(in.Text)
	if err := core.Validate(in).Err(); err != nil {
		return Note{}, err
	}
	var n Note
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		now, err := s.GetTx(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		if !now.Erased.IsZero() {
			return core.Conflict("participation.desk.refused.erased")
		}
		n = Note{ID: tx.NewID(), Registration: r.ID, Account: a.Account, Text: in.Text, At: tx.Now, By: a.Name}
		if _, err := tx.NewInsert().Model(&n).Exec(ctx); err != nil {
			return fmt.Errorf("add note: %w", err)
		}
		tx.Append("registration.noted", n.ID, Scope(r.Edition), record.Internal, record.Data{"label": label(r)})
		return nil
	})
	return n, err
}

// Removable tells whether the actor may take a note back: she wrote it within the hour.
func (n Note) Removable(a core.Actor, now core.Instant) bool {
	return a.SignedIn() && n.Account == a.Account && now.Before(n.At.Add(noteFor))
}

// RemoveNote takes a note back: its author, within an hour. Its text is gone for good. Event:
// registration.note_removed.
func (s *Service) RemoveNote(ctx context.Context, a core.Actor, r *Registration, id core.ID) error {
	if err := checkStaff(a, r.Edition); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var n Note
		if err := tx.NewSelect().Model(&n).Where("rn.id = ? AND rn.registration = ? AND rn.text <> ''", id, r.ID).Scan(ctx); err != nil {
			return record.Found(err)
		}
		if !n.Removable(a, tx.Now) {
			return core.ForbiddenBecause("participation.desk.error.note")
		}
		if _, err := tx.NewUpdate().Model(&n).Set("text = ''").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("remove note: %w", err)
		}
		tx.Append("registration.note_removed", n.ID, Scope(r.Edition), record.Internal, record.Data{"label": label(r)})
		return nil
	})
}

// ProtocolInput is what the staff says of somebody for protocol (E112, E113).
type ProtocolInput struct {
	Version   int64  `form:"version" ui:"hidden" json:"version"`
	HighLevel bool   `form:"high_level" ui:"check" json:"high_level"`
	Rank      string `form:"rank" ui:"select" json:"rank"`
}

// SetProtocol sets the rank and the high-level flag of a registration. Staff only. Event:
// registration.flagged. Errors: Stale with the present input, Invalid.
func (s *Service) SetProtocol(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, in ProtocolInput) error {
	if err := checkStaff(a, set.ID); err != nil {
		return err
	}
	if err := (BulkInput{Do: BulkRank, Rank: in.Rank}).check(&Setting{}); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := one(ctx, tx, "rg.edition = ? AND rg.id = ?", set.ID, id)
		if err != nil {
			return err
		}
		now := ProtocolInput{Version: r.Version, HighLevel: r.HighLevel, Rank: r.Rank}
		if now.Version != in.Version {
			return core.Stale(now)
		}
		if now == in {
			return nil
		}
		changes := map[string]record.Change{}
		if now.HighLevel != in.HighLevel {
			changes["registration_high_level"] = record.Change{Before: now.HighLevel, After: in.HighLevel}
		}
		if now.Rank != in.Rank {
			changes["registration_rank"] = record.Change{Before: now.Rank, After: in.Rank}
		}
		if _, err := tx.NewUpdate().TableExpr("registrations").Set("high_level = ?", in.HighLevel).Set("rank = ?", in.Rank).Set("updated = ?", tx.Now).
			Set("version = version + 1").Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("set protocol: %w", err)
		}
		tx.Append("registration.flagged", id, Scope(set.ID), record.Internal, record.Data{"label": label(&r), "changes": changes})
		return nil
	})
}

// RevokeLinks makes every join link of a registration useless; new ones can be made. Whose
// it is may, and the staff. Event: registration.links_revoked.
func (s *Service) RevokeLinks(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := s.get(ctx, tx, a, set, "rg.id = ?", id)
		if err != nil {
			return err
		}
		if err := policy.Check("revoke_links", r.State, rolesWith(a, r, false)...); err != nil {
			return err
		}
		return s.RevokeLinksTx(ctx, tx, id)
	})
}

// TidyDesk forgets what can no longer be taken back.
func (s *Service) TidyDesk(ctx context.Context) error {
	old, err := s.rec.DB.Read.NewSelect().Model((*bulkRow)(nil)).Where("rb.at <= ?", s.rec.Clock.Instant().Add(-undoFor)).Exists(ctx)
	if err != nil || !old {
		return err
	}
	return s.rec.Write(ctx, core.Actor{Program: "desk"}, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewDelete().Model((*bulkRow)(nil)).Where("at <= ?", tx.Now.Add(-undoFor)).Exec(ctx)
		return err
	})
}
