package mail

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// change finds a mail, asks whether it may be done and does it.
func (s *Service) change(ctx context.Context, a core.Actor, id core.ID, action string, do func(ctx context.Context, tx *record.Tx, i Outgoing) error) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := may(a, "see", Queued); err != nil {
			return err
		}
		i, err := s.item(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := may(a, action, i.State); err != nil {
			return err
		}
		return do(ctx, tx, i)
	})
}

// saidMail appends the event of something done with one mail.
func saidMail(tx *record.Tx, kind string, i Outgoing, reason string) {
	data := record.Data{"label": i.Kind}
	if reason != "" {
		data["reason"] = reason
	}
	tx.Append(kind, i.ID, core.ScopeForum, record.Internal, data)
}

// again is the condition of mails (o) that can be sent once more: they have an address and a
// text, are of use still, and are in nobody's hands.
func (s *Service) again() (where string, args []any) {
	now := core.At(s.now())
	kinds := []string{""}
	for kind := range s.late {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return `(o.state IN ('failed', 'bounced', 'cancelled') OR o.state = 'queued' AND o.attempts > 0 AND o.next_try > ?) AND o.to_addr LIKE '%@%'
		AND (o.expires IS NULL OR o.expires > ?) AND (o.subject <> '' OR o.kind IN (?))`, []any{now.Add(s.leaseFor), now, bun.List(kinds)}
}

// retry queues the mails anew that answer to a condition.
func (s *Service) retry(ctx context.Context, tx *record.Tx, where string, args ...any) (int, error) {
	can, more := s.again()
	var ids []string
	if err := tx.NewRaw("UPDATE outbox SET state = 'queued', next_try = ?, retried = attempts, last_error = '' WHERE id IN (SELECT o.id FROM outbox AS o WHERE "+where+" AND "+can+") RETURNING id",
		slices.Concat([]any{core.At(s.now())}, args, more)...).Scan(ctx, &ids); err != nil {
		return 0, fmt.Errorf("queue mails anew: %w", err)
	}
	tx.AfterCommit(s.nudge)
	return len(ids), nil
}

// Retry sends a mail once more, at once. The staff may call. Event: mail.retried, internal.
// Errors: NotFound, Forbidden in other states, Conflict where its text is gone or it is of no
// more use.
func (s *Service) Retry(ctx context.Context, a core.Actor, id core.ID) error {
	return s.change(ctx, a, id, "retry", func(ctx context.Context, tx *record.Tx, i Outgoing) error {
		n, err := s.retry(ctx, tx, "o.id = ?", id)
		if err != nil {
			return err
		}
		if n == 0 {
			return core.Conflict("outbox.error.not_again")
		}
		saidMail(tx, "mail.retried", i, "")
		return nil
	})
}

// Retryable counts the mails of a query that RetryAll would send once more. The staff may call.
func (s *Service) Retryable(ctx context.Context, a core.Actor, q Query) (int, error) {
	if err := may(a, "see", Queued); err != nil {
		return 0, err
	}
	can, more := s.again()
	n, err := s.cond(s.rec.DB.Read.NewSelect().Model((*Outgoing)(nil)), q, "").Where(can, more...).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count mails to send again: %w", err)
	}
	return int(n), nil
}

// RetryAll sends all mails of a query once more and tells how many. The staff may call. Event:
// mail.retried_all, internal. Errors: Conflict where there is none.
func (s *Service) RetryAll(ctx context.Context, a core.Actor, q Query) (n int, err error) {
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := may(a, "see", Queued); err != nil {
			return err
		}
		where, args := s.where(q, "")
		if n, err = s.retry(ctx, tx, where, args...); err != nil {
			return err
		}
		if n == 0 {
			return core.Conflict("outbox.error.none_again")
		}
		var personal record.Data
		if q.Text != "" {
			personal = record.Data{"search": q.Text}
		}
		tx.AppendPersonal("mail.retried_all", tx.NewID(), core.ScopeForum, record.Internal, record.Data{"count": n, "state": q.State, "kind": q.Kind, "lang": q.Lang}, personal)
		return nil
	})
	return n, err
}

// ReasonInput is the form that says why something is held.
type ReasonInput struct {
	Reason string `form:"reason" ui:"area" required:"1" max:"500"`
}

// Hold keeps one mail back. The staff may call. Event: mail.held, internal.
func (s *Service) Hold(ctx context.Context, a core.Actor, id core.ID, in ReasonInput) error {
	p := core.Validate(in)
	return s.change(ctx, a, id, "hold", func(ctx context.Context, tx *record.Tx, i Outgoing) error {
		if err := p.Err(); err != nil {
			return err
		}
		if err := s.turn(ctx, tx, id, Stopped, Queued); err != nil {
			return err
		}
		saidMail(tx, "mail.held", i, strings.TrimSpace(in.Reason))
		return nil
	})
}

// turn changes the state of a mail, if it still is one of those.
func (s *Service) turn(ctx context.Context, tx *record.Tx, id core.ID, to State, from ...State) error {
	gone, err := record.Once(tx.NewUpdate().Model((*row)(nil)).Set("state = ?, next_try = ?", to, core.At(s.now())).
		Where("id = ? AND state IN (?)", id, bun.List(from)).Exec(ctx))
	if err != nil {
		return fmt.Errorf("change the state of a mail: %w", err)
	}
	if gone {
		return core.Conflict("outbox.error.moved")
	}
	return nil
}

// Release lets a mail go that was held by itself. The staff may call. Event: mail.released,
// internal. Errors: Conflict where its kind or all mail is held, or no mail server is set.
func (s *Service) Release(ctx context.Context, a core.Actor, id core.ID) error {
	return s.change(ctx, a, id, "release", func(ctx context.Context, tx *record.Tx, i Outgoing) error {
		if i.Own != Stopped {
			return core.Conflict("outbox.error.held_by_kind")
		}
		if err := s.turn(ctx, tx, id, Queued, Stopped); err != nil {
			return err
		}
		saidMail(tx, "mail.released", i, "")
		tx.AfterCommit(s.nudge)
		return nil
	})
}

// Cancel takes care that a mail is not sent. One that is being handed over just now may go out
// nevertheless; then it says so. The staff may call. Event: mail.cancelled, internal.
func (s *Service) Cancel(ctx context.Context, a core.Actor, id core.ID) error {
	return s.change(ctx, a, id, "cancel", func(ctx context.Context, tx *record.Tx, i Outgoing) error {
		if err := s.turn(ctx, tx, id, Cancelled, Queued, Held, Stopped); err != nil {
			return err
		}
		saidMail(tx, "mail.cancelled", i, "")
		return nil
	})
}
