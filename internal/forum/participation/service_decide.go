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

// reach are the states from which a decision can be taken.
var reach = map[string][]string{
	StatePending:   {StateSubmitted, StateWaiting, StateApproved, StateDeclined, StateRemoved},
	StateWaiting:   {StateSubmitted, StatePending, StateDeclined},
	StateApproved:  {StateSubmitted, StatePending, StateWaiting, StateDeclined},
	StateDeclined:  {StateSubmitted, StatePending, StateWaiting, StateApproved},
	StateWithdrawn: leaving,
	StateRemoved:   {StateSubmitted, StatePending, StateWaiting, StateApproved, StateCheckedIn, StateAttended, StateDeclined},
}

// Decide approves, declines, or puts registrations back (staff). Who is approved when her
// category is full waits for a place; the waiting list moves by itself when one becomes
// free. What cannot be decided so is told by its id with the key of a reason and left as it
// is. Events: registration.approved, .declined, .waiting, .pending. Each hears it by mail.
func (s *Service) Decide(ctx context.Context, a core.Actor, set *editions.Setting, ids []core.ID, to string, reason core.Text) (changed int, refused map[core.ID]string, err error) {
	if err := checkStaff(a, set.ID); err != nil {
		return 0, nil, err
	}
	if !slices.Contains([]string{StateApproved, StateDeclined, StatePending, StateWaiting}, to) {
		return 0, nil, core.Invalid("participation.error.decision")
	}
	if to == StateDeclined && reason.IsZero() {
		var p core.Problems
		p.Add("reason", "form.required")
		return 0, nil, p.Err()
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		list, err := many(ctx, tx, ids)
		if err != nil {
			return err
		}
		var refs []*Registration
		for i := range list {
			if list[i].Edition == set.ID {
				refs = append(refs, &list[i])
			}
		}
		done, no, err := s.decideTx(ctx, tx, refs, to, reason)
		changed, refused = len(done), no
		return err
	})
	return changed, refused, err
}

// decideTx moves registrations of one edition, as they stand in this act, to a state: with
// places, waiting lists, events and mails. Its caller has asked for the right. The changed
// ones say in which state they are now: an approval without a free place is StateWaiting.
func (s *Service) decideTx(ctx context.Context, tx *record.Tx, list []*Registration, to string, reason core.Text) (changed []*Registration, refused map[core.ID]string, err error) {
	refused = map[core.ID]string{}
	wants, frees := map[core.ID][]*Registration{}, map[core.ID]int{}
	for _, r := range list {
		again := to == StateApproved && r.Recheck // what she changed is accepted
		switch {
		case again:
			changed = append(changed, r)
		case !slices.Contains(reach[to], r.State):
			refused[r.ID] = "participation.refused." + r.State
		case to == StateApproved && r.Category == "":
			refused[r.ID] = "participation.refused.category"
		case to == StateApproved:
			wants[r.Category] = append(wants[r.Category], r)
			changed = append(changed, r)
		default:
			changed = append(changed, r)
			if r.holds() && r.Category != "" {
				frees[r.Category]++
			}
		}
	}
	full := map[core.ID]bool{}
	for category, some := range wants {
		given, err := takePlaces(ctx, tx, category, len(some))
		if err != nil {
			return nil, nil, err
		}
		for _, r := range some[given:] {
			full[r.ID] = true
		}
	}
	groups := map[string][]*Registration{}
	for _, r := range changed {
		next := to
		switch {
		case full[r.ID]:
			next = StateWaiting
		case to == StateApproved && (r.State == StateCheckedIn || r.State == StateAttended):
			next = r.State
		}
		groups[next] = append(groups[next], r)
	}
	for _, next := range States {
		if err := s.moveTx(ctx, tx, groups[next], next, reason); err != nil {
			return nil, nil, err
		}
	}
	for category, n := range frees {
		if err := s.freeTx(ctx, tx, category, n); err != nil {
			return nil, nil, err
		}
	}
	return changed, refused, nil
}

// moveTx writes a state to registrations, with an event and a mail for each.
func (s *Service) moveTx(ctx context.Context, tx *record.Tx, list []*Registration, to string, reason core.Text) error {
	if len(list) == 0 {
		return nil
	}
	var letters []mail.Message
	for part := range slices.Chunk(list, 500) {
		ids := make([]core.ID, len(part))
		for i, r := range part {
			ids[i] = r.ID
		}
		q := tx.NewUpdate().TableExpr("registrations").Set("state = ?", to).Set("recheck = FALSE").Set("reason = ?", reason).
			Set("updated = ?", tx.Now).Set("version = version + 1").Where("id IN (?)", bun.List(ids))
		switch to {
		case StateWaiting:
			q = q.Set("queued = COALESCE(queued, ?)", tx.Now)
		case StateApproved, StateDeclined:
			q = q.Set("queued = NULL").Set("decided = ?", tx.Now)
		case StateWithdrawn:
			q = q.Set("queued = NULL").Set("generation = generation + 1")
		case StateRemoved:
			q = q.Set("queued = NULL").Set("decided = ?", tx.Now).Set("generation = generation + 1")
		}
		if _, err := q.Exec(ctx); err != nil {
			return fmt.Errorf("decide registrations: %w", err)
		}
		for _, r := range part {
			was := *r
			r.State, r.Recheck, r.Reason, r.Updated, r.Version = to, false, reason, tx.Now, r.Version+1
			switch to {
			case StateWaiting:
				if r.Queued.IsZero() {
					r.Queued = tx.Now
				}
			case StateApproved, StateDeclined:
				r.Queued, r.Decided = core.Instant{}, tx.Now
			case StateWithdrawn, StateRemoved:
				r.Queued, r.Generation = core.Instant{}, r.Generation+1
			}
			kind, letter := told(&was, to)
			data := record.Data{"label": label(r), "number": r.Number, "changes": map[string]record.Change{"registration_state": {Before: was.State, After: to}}}
			if !reason.IsZero() {
				tx.AppendPersonal("registration."+kind, r.ID, Scope(r.Edition), record.Internal, data, record.Data{"reason": reason})
			} else {
				tx.Append("registration."+kind, r.ID, Scope(r.Edition), record.Internal, data)
			}
			if letter != "" && r.Email != "" {
				letters = append(letters, s.letterTo(r, letter, strconv.FormatInt(r.Version, 10)))
			}
		}
	}
	if len(letters) == 0 {
		return nil
	}
	return s.Mail.QueueTx(ctx, tx, letters...)
}

// told are the event and the letter of a move.
func told(was *Registration, to string) (event, letter string) {
	switch to {
	case StateApproved:
		if was.State == StateWaiting {
			return "approved", MailPlace
		}
		return "approved", MailApproved
	case StateCheckedIn, StateAttended:
		return "rechecked", ""
	case StateDeclined:
		return "declined", MailDeclined
	case StateWaiting:
		return "waiting", MailWaiting
	case StateWithdrawn:
		return "withdrawn", MailWithdrawn
	case StateRemoved:
		return "removed", "" // the letter is that of the decision
	}
	return "pending", ""
}

// label is what a registration is called in the record, which names nobody.
func label(r *Registration) string { return fmt.Sprintf("No. %d", r.Number) }

// takePlaces takes up to n places of a category, and tells how many it got.
func takePlaces(ctx context.Context, tx *record.Tx, category core.ID, n int) (int, error) {
	for {
		var c Category
		if err := tx.NewSelect().Model(&c).Where("rc.id = ?", category).Scan(ctx); err != nil {
			return 0, record.Found(err)
		}
		k := n
		if c.Quota > 0 {
			k = max(0, min(n, c.Quota-c.Taken))
		}
		if k == 0 {
			return 0, nil
		}
		res, err := tx.NewUpdate().Model((*Category)(nil)).Set("taken = taken + ?", k).Where("id = ? AND taken = ?", category, c.Taken).Exec(ctx)
		missed, err := record.Once(res, err)
		if err != nil {
			return 0, fmt.Errorf("take places: %w", err)
		}
		if !missed {
			return k, nil
		} // another process was quicker: look again
	}
}

// freeTx gives places of a category back, and lets those in who wait for one.
func (s *Service) freeTx(ctx context.Context, tx *record.Tx, category core.ID, n int) error {
	if _, err := tx.NewUpdate().Model((*Category)(nil)).Set("taken = taken - ?", n).Where("id = ?", category).Exec(ctx); err != nil {
		return fmt.Errorf("give places back: %w", err)
	}
	return s.promoteTx(ctx, tx, category)
}

// promoteTx lets those in who wait longest for a place in a category, as far as there are
// places.
func (s *Service) promoteTx(ctx context.Context, tx *record.Tx, category core.ID) error {
	var waiting []Registration
	if err := tx.NewSelect().Model(&waiting).Where("rg.category = ? AND rg.state = ?", category, StateWaiting).OrderExpr("rg.queued, rg.number").Scan(ctx); err != nil {
		return fmt.Errorf("load who waits: %w", err)
	}
	if len(waiting) == 0 {
		return nil
	}
	n, err := takePlaces(ctx, tx, category, len(waiting))
	if err != nil {
		return err
	}
	var list []*Registration
	for i := range waiting[:n] {
		list = append(list, &waiting[i])
	}
	return s.moveTx(ctx, tx, list, StateApproved, core.Text{})
}
