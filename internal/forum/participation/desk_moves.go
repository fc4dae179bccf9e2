package participation

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// recategoriseTx moves registrations to a category: those that hold a place take one there,
// which the plan has found, and give theirs to who waits for it.
func (s *Service) recategoriseTx(ctx context.Context, tx *record.Tx, st *Setting, list []*Registration, to *Category) error {
	frees, needs := map[core.ID]int{}, 0
	for _, r := range list {
		if r.holds() {
			needs++
			if r.Category != "" {
				frees[r.Category]++
			}
		}
	}
	if needs > 0 {
		got, err := takePlaces(ctx, tx, to.ID, needs)
		if err != nil {
			return err
		}
		if got < needs { // another process was quicker
			return core.Conflict("participation.desk.refused.full")
		}
	}
	for part := range slices.Chunk(list, 500) {
		ids := make([]core.ID, len(part))
		for i, r := range part {
			ids[i] = r.ID
			from := core.Text{}
			if c := st.Category(r.Category); c != nil {
				from = c.Name
			}
			r.Category, r.Media, r.Version = to.ID, to.Documents, r.Version+1
			tx.Append("registration.recategorised", r.ID, Scope(r.Edition), record.Internal, record.Data{
				"label": label(r), "changes": map[string]record.Change{"registration_category": {Before: from, After: to.Name}},
			})
		}
		_, err := tx.NewUpdate().TableExpr("registrations").Set("category = ?", to.ID).Set("media = ?", to.Documents).Set("updated = ?", tx.Now).
			Set("version = version + 1").Where("id IN (?)", bun.List(ids)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("move to category: %w", err)
		}
	}
	for category, n := range frees {
		if err := s.freeTx(ctx, tx, category, n); err != nil {
			return err
		}
	}
	return s.promoteTx(ctx, tx, to.ID) // who waited elsewhere may find a place here
}

// letterOf is the kind of mail that says how a registration stands.
func letterOf(r *Registration) string {
	switch {
	case slices.Contains(Admitted, r.State):
		return MailApproved
	case r.State == StateDeclined:
		return MailDeclined
	case r.State == StateWaiting:
		return MailWaiting
	case r.State == StateWithdrawn:
		return MailWithdrawn
	case r.Recheck:
		return MailRecheck
	case r.Conduct.IsZero():
		return MailConfirm
	}
	return MailReceived
}

// againTx sends to each the letter of how her registration stands once more.
func (s *Service) againTx(ctx context.Context, tx *record.Tx, list []*Registration) error {
	letters := make([]mail.Message, 0, len(list))
	for _, r := range list {
		tx.Append("registration.letter_again", r.ID, Scope(r.Edition), record.Internal, record.Data{"label": label(r)})
		if r.Email != "" {
			letters = append(letters, s.letterTo(r, letterOf(r), "again/"+strconv.FormatInt(tx.Now.Time().UnixMicro(), 10)))
		}
	}
	return s.Mail.QueueTx(ctx, tx, letters...)
}

// doubleTx settles that registrations are one person's: one is kept, the others are
// withdrawn and point to it.
func (s *Service) doubleTx(ctx context.Context, tx *record.Tx, set *editions.Setting, keep int, list []*Registration) error {
	kept, err := one(ctx, tx, "rg.edition = ? AND rg.number = ?", set.ID, keep)
	if err != nil {
		return err
	}
	if kept.DuplicateOf != "" || !kept.Live() {
		return core.Conflict("participation.desk.error.kept")
	}
	list = slices.DeleteFunc(slices.Clone(list), func(r *Registration) bool { return r.ID == kept.ID })
	if slices.ContainsFunc(list, func(r *Registration) bool { return r.Person != "" && kept.Person != "" && r.Person != kept.Person }) {
		return core.Conflict("participation.desk.error.persons")
	}
	done, refused, err := s.decideTx(ctx, tx, list, StateWithdrawn, core.Text{})
	if err != nil {
		return err
	}
	if len(refused) > 0 {
		return core.Conflict("participation.desk.error.double_state")
	}
	ids := make([]core.ID, len(done))
	for i, r := range done {
		ids[i], r.DuplicateOf = r.ID, kept.ID
		tx.Append("registration.merged", r.ID, Scope(set.ID), record.Internal, record.Data{"label": label(r), "into": kept.Number})
	}
	if len(ids) == 0 {
		return core.Conflict("participation.desk.error.nothing")
	}
	if _, err := tx.NewUpdate().TableExpr("registrations").Set("duplicate_of = ?", kept.ID).Where("id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
		return fmt.Errorf("settle doubles: %w", err)
	}
	tx.Append("registration.absorbed", kept.ID, Scope(set.ID), record.Internal, record.Data{"label": label(&kept), "count": len(ids)})
	return nil
}

// flagTx sets what the staff says of people for protocol.
func (s *Service) flagTx(ctx context.Context, tx *record.Tx, in BulkInput, list []*Registration) error {
	field, value := "high_level", any(in.Do == BulkHigh)
	if in.Do == BulkRank {
		field, value = "rank", in.Rank
	}
	for part := range slices.Chunk(list, 500) {
		ids := make([]core.ID, len(part))
		for i, r := range part {
			ids[i] = r.ID
			change := record.Change{Before: r.HighLevel, After: value}
			if in.Do == BulkRank {
				change.Before = r.Rank
				r.Rank = in.Rank
			} else {
				r.HighLevel = in.Do == BulkHigh
			}
			r.Version++
			tx.Append("registration.flagged", r.ID, Scope(r.Edition), record.Internal, record.Data{"label": label(r), "changes": map[string]record.Change{"registration_" + field: change}})
		}
		_, err := tx.NewUpdate().TableExpr("registrations").Set("? = ?", bun.Ident(field), value).Set("updated = ?", tx.Now).Set("version = version + 1").
			Where("id IN (?)", bun.List(ids)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("flag registrations: %w", err)
		}
	}
	return nil
}
