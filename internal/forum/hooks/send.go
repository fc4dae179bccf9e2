package hooks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/fetch"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

const (
	batch     = 16
	perHook   = 4 // of a batch, so that a slow address does not hold up the others
	lookEvery = 2 * time.Second
	// What is taken out is left alone for so long; if its sender has died by then, another
	// one tries. It is longer than a post can take.
	leaseFor = time.Minute
	mailKind = "webhook_stopped"
)

// Run posts what is due until ctx ends. Several processes may run it: each delivery is taken
// out by one of them. It may come twice, under the same id, when its process dies between
// the answer and the note of it.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		for ctx.Err() == nil {
			n, err := s.SendDue(ctx)
			if err != nil {
				if ctx.Err() == nil {
					s.house.Log.Error("post to hooks", "error", err)
				}
				break
			}
			if n == 0 {
				break
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

// SendDue posts at most one batch of what is due and returns how many were taken out.
func (s *Service) SendDue(ctx context.Context) (int, error) {
	due, err := s.rec.DB.Read.NewSelect().Model((*Delivery)(nil)).Where("state = ? AND next_try <= ?", Waiting, core.At(s.now())).Exists(ctx)
	if err != nil || !due {
		return 0, err
	}
	key, err := s.house.Key(ctx)
	if err != nil {
		return 0, err
	}
	rows, err := s.take(ctx)
	if err != nil {
		return 0, fmt.Errorf("take deliveries out: %w", err)
	}
	var wg sync.WaitGroup
	failures := make([]error, len(rows))
	for i := range rows {
		wg.Go(func() { failures[i] = s.deliver(ctx, key, rows[i]) })
	}
	wg.Wait()
	return len(rows), errors.Join(failures...)
}

// take counts a try for what is due and keeps it from other senders meanwhile.
func (s *Service) take(ctx context.Context) ([]Delivery, error) {
	var rows []Delivery
	err := s.rec.Write(ctx, program, func(ctx context.Context, tx *record.Tx) error {
		rows = nil
		now := core.At(s.now())
		// The condition stands twice: another process that waits for the rows looks again.
		return tx.NewRaw(`UPDATE webhook_deliveries SET attempts = attempts + 1, next_try = ?
			WHERE id IN (SELECT id FROM (SELECT id, next_try, ROW_NUMBER() OVER (PARTITION BY hook ORDER BY next_try, seq, id) AS place
				FROM webhook_deliveries WHERE state = ? AND next_try <= ?) AS due WHERE place <= ? ORDER BY next_try, id LIMIT ?)
			AND state = ? AND next_try <= ? RETURNING *`,
			now.Add(leaseFor), Waiting, now, perHook, batch, Waiting, now).Scan(ctx, &rows)
	})
	return rows, err
}

// outcome is what became of a try.
type outcome struct {
	reply  *fetch.Reply
	reason string
	took   time.Duration
}

func (o outcome) good() bool { return o.reply != nil && o.reply.Status >= 200 && o.reply.Status < 300 }

// deliver posts one delivery and notes what became of it.
func (s *Service) deliver(ctx context.Context, key []byte, d Delivery) error {
	h, err := one(ctx, s.rec.DB.Read, d.Hook)
	if err != nil {
		if core.KindOf(err) == core.KindNotFound {
			return nil // removed meanwhile, with its log
		}
		return err
	}
	if h.State != StateOn {
		return s.drop(ctx, d)
	}
	// Also at a later try: what was taken back meanwhile is not told any more.
	body, err := s.body(ctx, d)
	if err != nil {
		return err
	}
	if body == nil {
		return s.drop(ctx, d)
	}
	if d.Body != "" {
		body = []byte(d.Body)
	}
	at := s.now()
	signature, err := sign(key, h, d.MessageID(), at, body)
	if err != nil {
		return err
	}
	header := http.Header{
		"Content-Type": {"application/json"}, "Webhook-Id": {d.MessageID()},
		"Webhook-Timestamp": {strconv.FormatInt(at.Unix(), 10)}, "Webhook-Signature": {signature},
	}
	var o outcome
	if o.reply, err = s.post.Post(ctx, h.URL, header, body); err != nil {
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the program ends: another one tries
		}
		o.reason = reasonOf(err)
	}
	o.took = s.now().Sub(at)
	d.Body = string(body)
	// What was answered is noted even if the program is about to end.
	return s.note(context.WithoutCancel(ctx), h, d, o)
}

func reasonOf(err error) string {
	if e, ok := errors.AsType[*fetch.Error](err); ok {
		return e.Reason
	}
	return fetch.Unreachable
}

func (s *Service) drop(ctx context.Context, d Delivery) error {
	return s.rec.Write(ctx, program, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewUpdate().Model((*Delivery)(nil)).Set("state = ?, next_try = NULL", Dropped).Where("id = ?", d.ID).Exec(ctx)
		return err
	})
}

// note writes down what became of a try, and stops a hook whose address has failed for days
// or says that it is gone.
func (s *Service) note(ctx context.Context, h Hook, d Delivery, o outcome) error {
	now := core.At(s.now())
	d.Error, d.Took, d.Tried, d.Status, d.Answer = o.reason, o.took.Milliseconds(), now, 0, ""
	if o.reply != nil {
		d.Status, d.Answer = int64(o.reply.Status), clean(o.reply.Body)
	}
	gone := o.reply != nil && o.reply.Status == http.StatusGone
	switch {
	case o.good():
		d.State, d.NextTry = Done, core.Instant{}
	case d.Kind == TestKind || gone || int(d.Attempts) > len(waits):
		d.State, d.NextTry = Failed, core.Instant{}
	default:
		d.NextTry = now.Add(waitFor(d, o))
	}
	return s.rec.Write(ctx, program, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewUpdate().Model(&d).Column("state", "next_try", "body", "status", "answer", "error", "took", "tried").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("note what a hook answered: %w", err)
		}
		if o.good() {
			_, err := tx.NewUpdate().Model((*Hook)(nil)).Set("failing = NULL").Where("id = ? AND failing IS NOT NULL", h.ID).Exec(ctx)
			return err
		}
		if d.Kind == TestKind {
			return nil
		}
		if _, err := tx.NewUpdate().Model((*Hook)(nil)).Set("failing = ?", now).Where("id = ? AND failing IS NULL", h.ID).Exec(ctx); err != nil {
			return err
		}
		if gone || !h.Failing.IsZero() && now.Sub(h.Failing) > stopAfter {
			return s.stop(ctx, tx, h.ID)
		}
		return nil
	})
}

// waitFor is how long to wait for the next try: as long as the address asks for, if that is
// longer and within reason. A part that differs for each keeps them from coming together.
func waitFor(d Delivery, o outcome) time.Duration {
	wait := waits[d.Attempts-1]
	if o.reply != nil {
		if n, err := strconv.Atoi(strings.TrimSpace(o.reply.RetryAfter)); err == nil && n > 0 {
			wait = max(wait, min(time.Duration(n)*time.Second, 24*time.Hour))
		}
	}
	spread := 0
	for _, c := range []byte(d.ID) {
		spread = (spread*31 + int(c)) % 100
	}
	return wait + wait/5*time.Duration(spread)/100
}

// stop ends a hook and writes to who added it. Event: webhook.stopped, internal.
func (s *Service) stop(ctx context.Context, tx *record.Tx, id core.ID) error {
	h, err := one(ctx, tx, id)
	if err != nil || h.State != StateOn {
		return err
	}
	if err := s.setState(ctx, tx, &h, StateStopped, "webhook.stopped"); err != nil {
		return err
	}
	if h.Account == "" {
		return nil
	}
	a, err := s.house.Accounts.ByID(ctx, h.Account)
	if err != nil {
		if core.KindOf(err) == core.KindNotFound {
			return nil
		}
		return err
	}
	if a.Disabled || a.Email == "" {
		return nil
	}
	m := mail.Message{ID: "webhook-stopped/" + string(h.ID) + "/" + strconv.FormatInt(h.Version, 10), Kind: mailKind, To: a.Email, ToName: a.Name, Lang: a.Lang}
	m.Subject, m.Text = s.house.Mail.Compose(a.Lang, mailKind, "Name", h.Name, "Link", s.house.BaseURL+h.Path())
	return s.house.Mail.QueueTx(ctx, tx, m)
}

// Path is the page of a hook.
func (h Hook) Path() string { return "/admin/webhooks/" + string(h.ID) }

// clean makes what a stranger answered fit to be kept and looked at.
func clean(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
	return string(bytes.TrimSpace([]byte(s)))
}
