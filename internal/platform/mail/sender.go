package mail

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/mailin"
	"plenary/internal/platform/record"
)

const (
	batch     = 10
	lookEvery = 15 * time.Second
	// A mail that is taken out is left alone for so long; its sender asks for more while it
	// lives, however slow the mail server is. When it has died another one tries.
	leaseFor   = 45 * time.Second
	renewAfter = 12 * time.Second
	// Texts of mails that are done with are kept for so long.
	keepFor = 30 * 24 * time.Hour
)

// waits are the times between tries; after the last one a mail has failed.
var waits = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 12 * time.Hour}

var sender = core.Actor{Program: "mail"}

// Run sends what is due until ctx ends. Several processes may run it: each mail is
// taken out by one of them. Between the sending and the note that it is sent the
// process may die; the mail is then sent again under the same Message-ID.
func (s *Service) Run(ctx context.Context) {
	if s.server == nil && !s.cfg.Demo {
		s.cfg.Log.Warn("no mail server is set: mails are held, and nobody gets a link to sign in")
		return
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	tidied := time.Time{}
	for {
		if err := s.release(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("release held mails", "error", err)
		}
		for ctx.Err() == nil {
			n, err := s.SendDue(ctx)
			if err != nil {
				if ctx.Err() == nil {
					s.cfg.Log.Error("send mails", "error", err)
				}
				break
			}
			if n < batch {
				break
			}
		}
		if now := s.now(); now.Sub(tidied) > time.Hour && ctx.Err() == nil {
			tidied = now
			if err := s.tidy(ctx); err != nil {
				s.cfg.Log.Error("tidy the outbox", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		}
	}
}

// release queues what was held because no mail server was set, or because the command that
// queued it knows none.
func (s *Service) release(ctx context.Context) error {
	held, err := s.rec.DB.Read.NewSelect().Model((*row)(nil)).Where("state = ?", Held).Exists(ctx)
	if err != nil || !held {
		return err
	}
	return s.rec.Write(ctx, sender, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewUpdate().Model((*row)(nil)).Set("state = ?", Queued).Where("state = ?", Held).Exec(ctx)
		return err
	})
}

// tidy takes the texts away from mails that are done with: what was written to whom
// is nobody's business for ever.
func (s *Service) tidy(ctx context.Context) error {
	before := core.At(s.now().Add(-keepFor))
	return s.rec.Write(ctx, sender, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewUpdate().Model((*row)(nil)).Set("subject = '', text = '', html = '', calendar = '', to_name = ''").
			Where("state IN (?, ?, ?, ?) AND queued < ? AND (subject <> '' OR to_name <> '')", Sent, Failed, Bounced, Cancelled, before).Exec(ctx)
		if err == nil {
			_, err = tx.NewUpdate().Model((*MailTry)(nil)).Set("answer = ''").Where("at < ? AND answer <> ''", before).Exec(ctx)
		}
		return err
	})
}

// SendDue sends at most one batch of what is due and returns how many mails were
// taken out. The server does it by Run; commands that end by themselves call it.
func (s *Service) SendDue(ctx context.Context) (int, error) {
	if s.server == nil && !s.cfg.Demo {
		return 0, nil
	}
	due, err := s.rec.DB.Read.NewSelect().Model((*row)(nil)).
		Where("o.state = ? AND o.next_try <= ? AND (NOT "+heldNow+" OR o.expires <= ?)", Queued, core.At(s.now()), core.At(s.now())).Exists(ctx)
	if err != nil {
		return 0, fmt.Errorf("look into the outbox: %w", err)
	}
	if !due {
		return 0, nil
	}
	if s.server == nil {
		return s.catch(ctx)
	}
	conn := &connection{server: s.server}
	defer conn.close()
	n := 0
	for n < batch && ctx.Err() == nil {
		r, found, err := s.take(ctx)
		if err != nil {
			return n, fmt.Errorf("take a mail out: %w", err)
		}
		if !found {
			break
		}
		if r.State != Queued {
			continue // it has lost its purpose
		}
		n++
		said, failure := s.deliver(ctx, conn, r)
		// What was sent is noted even if the program is about to end.
		if err := s.note(context.WithoutCancel(ctx), r, said, failure); err != nil {
			return n, fmt.Errorf("note what became of a mail: %w", err)
		}
	}
	return n, nil
}

// deliver hands a mail to the mail server, and keeps it from other senders until that has
// answered.
func (s *Service) deliver(ctx context.Context, conn *connection, r row) (said string, err error) {
	letter, err := s.written(r)
	if err != nil {
		return "", err
	}
	from, err := s.returnPath(ctx, r)
	if err != nil {
		return "", err
	}
	done := make(chan struct{})
	var renewing sync.WaitGroup
	renewing.Go(func() {
		tick := time.NewTicker(s.renewAfter)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			if err := s.renew(context.WithoutCancel(ctx), r); err != nil {
				s.cfg.Log.Warn("a mail that is being sent could not be kept", "mail", r.ID, "error", err)
			}
		}
	})
	said, err = conn.send(ctx, from, envelope(r.ToAddr), letter)
	close(done)
	renewing.Wait()
	return said, err
}

// renew keeps a mail that is being sent for longer, if it still is this sender's: the number
// of the try says so.
func (s *Service) renew(ctx context.Context, r row) error {
	return s.rec.Write(ctx, sender, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewUpdate().Model((*row)(nil)).Set("next_try = ?", core.At(s.now()).Add(s.leaseFor)).
			Where("id = ? AND state = ? AND attempts = ?", r.ID, Queued, r.Attempts).Exec(ctx)
		return err
	})
}

// take counts a try for the most urgent mail that is due, lets its text be written if it is
// written late, and keeps the mail from other senders meanwhile. A mail that has lost its
// purpose comes back as failed.
func (s *Service) take(ctx context.Context) (r row, found bool, err error) {
	err = s.rec.Write(ctx, sender, func(ctx context.Context, tx *record.Tx) error {
		r, found = row{}, false
		now := core.At(s.now())
		if err := s.useless(ctx, tx, now); err != nil {
			return err
		}
		var rows []row
		// The condition stands twice: another process that waits for the row looks again.
		if err := tx.NewRaw(`UPDATE outbox SET attempts = attempts + 1, next_try = ?
			WHERE id = (SELECT o.id FROM outbox AS o WHERE o.state = ? AND o.next_try <= ? AND NOT `+heldNow+` ORDER BY o.urgent DESC, o.next_try, o.id LIMIT 1)
			AND state = ? AND next_try <= ?
			RETURNING id, message_id, kind, ref, to_addr, to_name, lang, subject, text, html, calendar, unsubscribe, urgent, state, attempts, retried, queued`,
			now.Add(s.leaseFor), Queued, now, Queued, now).Scan(ctx, &rows); err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		r, found = rows[0], true
		if gone, err := s.givenUp(ctx, tx, r); err != nil || gone {
			r.State = Failed
			return err
		}
		ok, err := s.compose(ctx, tx, &r)
		if err == nil && !ok {
			r.State = Failed
		}
		return err
	})
	return r, found, err
}

// catch writes the mails of a demo that were queued in great numbers, to be looked at.
func (s *Service) catch(ctx context.Context) (n int, err error) {
	err = s.rec.Write(ctx, sender, func(ctx context.Context, tx *record.Tx) error {
		var rows []row
		if err := tx.NewSelect().Model(&rows).Where("o.state = ?", Queued).OrderExpr("o.urgent DESC, o.id").Limit(batch).Scan(ctx); err != nil {
			return err
		}
		n = len(rows)
		for i := range rows {
			r := &rows[i]
			if ok, err := s.compose(ctx, tx, r); err != nil || !ok {
				if err != nil {
					return err
				}
				continue
			}
			r.State, r.Sent = Caught, tx.Now
			if _, err := tx.NewUpdate().Model(r).Column("subject", "text", "html", "calendar", "state", "sent").WherePK().Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// compose lets the text of a mail be written that is written late. The text stays in
// memory.
func (s *Service) compose(ctx context.Context, tx *record.Tx, r *row) (bool, error) {
	fn := s.late[r.Kind]
	if fn == nil {
		return true, nil
	}
	m, err := fn(ctx, tx, Message{Kind: r.Kind, Ref: r.Ref, To: r.ToAddr, ToName: r.ToName, Lang: r.Lang})
	if err != nil {
		if core.KindOf(err) == core.KindInternal {
			return false, err
		}
		if _, err := tx.NewUpdate().Model((*row)(nil)).Set("state = ?, last_error = ?", Failed, cut(err.Error())).
			Where("id = ?", r.ID).Exec(ctx); err != nil {
			return false, err
		}
		return false, s.tried(ctx, tx, MailTry{Mail: r.ID, What: TryUseless})
	}
	r.Subject, r.Text, r.HTML, r.Calendar = oneLine(m.Subject), m.Text, m.HTML, m.Calendar
	return true, nil
}

// note writes down what became of a try. That a mail is sent stands whatever happened
// meanwhile; that it is not counts only while it still is this sender's.
func (s *Service) note(ctx context.Context, r row, said string, failure error) error {
	now := core.At(s.now())
	if failure != nil {
		s.cfg.Log.Warn("mail was not sent", "mail", r.ID, "kind", r.Kind, "attempt", r.Attempts, "error", failure)
	}
	return s.rec.Write(ctx, sender, func(ctx context.Context, tx *record.Tx) error {
		up := tx.NewUpdate().Model((*row)(nil)).Where("id = ?", r.ID)
		t := MailTry{Mail: r.ID, What: TrySent, Status: "250", Answer: said}
		if failure != nil {
			t.What, t.Status, t.Answer = TryDeferred, "", failure.Error()
			if code := codeOf(failure); code > 0 {
				t.Status = strconv.Itoa(code)
			}
		}
		tries := int(r.Attempts - r.Retried)
		switch {
		case failure == nil:
			up = up.Set("state = ?, sent = ?, last_error = ''", Sent, tx.Now)
		case refused(failure) || tries > len(waits):
			t.What = TryRefused
			up = up.Set("state = ?, last_error = ?", Failed, cut(failure.Error())).Where("state = ? AND attempts = ?", Queued, r.Attempts)
		default:
			up = up.Set("next_try = ?, last_error = ?", now.Add(waits[tries-1]), cut(failure.Error())).Where("state = ? AND attempts = ?", Queued, r.Attempts)
		}
		if _, err := up.Exec(ctx); err != nil {
			return err
		}
		if err := s.tried(ctx, tx, t); err != nil || !refused(failure) {
			return err
		}
		if a, ok := errors.AsType[*answer](failure); ok && a.stage == "recipient" {
			if kind, status := mailin.Refusal(failure.Error()); kind == mailin.ReportHard {
				return s.doubt(ctx, tx, r, kind, status)
			}
		}
		return nil
	})
}

// givenUp gives up a mail to an address at which nothing arrives, unless somebody asked for it.
func (s *Service) givenUp(ctx context.Context, tx *record.Tx, r row) (bool, error) {
	if r.Urgent {
		return false, nil
	}
	gone, err := unreachable(ctx, tx, r.ToAddr)
	if err != nil || !gone {
		return false, err
	}
	if _, err := tx.NewUpdate().Model((*row)(nil)).Set("state = ?, last_error = ?", Failed, "mails to this address do not arrive").Where("id = ?", r.ID).Exec(ctx); err != nil {
		return false, err
	}
	return true, s.tried(ctx, tx, MailTry{Mail: r.ID, What: TryUnreachable})
}

// useless gives up what came too late.
func (s *Service) useless(ctx context.Context, tx *record.Tx, now core.Instant) error {
	var ids []core.ID
	if err := tx.NewRaw("UPDATE outbox SET state = ?, last_error = ? WHERE state = ? AND expires <= ? RETURNING id", Failed, "it was no longer of use", Queued, now).Scan(ctx, &ids); err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.tried(ctx, tx, MailTry{Mail: id, What: TryUseless}); err != nil {
			return err
		}
	}
	return nil
}

// cut keeps an error from the mail server to a length that can be looked at.
func cut(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
	if r := []rune(s); len(r) > 500 {
		return string(r[:500]) + "…"
	}
	return s
}
