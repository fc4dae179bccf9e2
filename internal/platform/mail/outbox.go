package mail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// row is a mail in the outbox.
type row struct {
	bun.BaseModel `bun:"table:outbox,alias:o"`

	ID          core.ID      `bun:"id,pk"`
	MessageID   string       `bun:"message_id"`
	Kind        string       `bun:"kind"`
	Ref         string       `bun:"ref"`
	ToAddr      string       `bun:"to_addr"`
	ToName      string       `bun:"to_name"`
	Lang        string       `bun:"lang"`
	Subject     string       `bun:"subject"`
	Text        string       `bun:"text"`
	HTML        string       `bun:"html"`
	Calendar    string       `bun:"calendar"`
	Unsubscribe string       `bun:"unsubscribe"`
	Urgent      bool         `bun:"urgent"`
	State       State        `bun:"state"`
	Attempts    int64        `bun:"attempts"`
	LastError   string       `bun:"last_error"`
	Queued      core.Instant `bun:"queued"`
	NextTry     core.Instant `bun:"next_try"`
	Expires     core.Instant `bun:"expires"`
	Created     core.Instant `bun:"created"`
	Sent        core.Instant `bun:"sent"`
	Retried     int64        `bun:"retried"` // tries before it was tried anew
}

const queueChunk = 500

// atOnce is how many mails a demo writes inside the act that queues them; more are written
// by its sender, so that work on thousands is not slower for being shown.
const atOnce = 20

// messageID is the left side of the Message-ID of a message.
func messageID(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:16])
}

// QueueTx puts mails into the outbox, inside the act that causes them. Whoever calls
// it has decided that the recipients may and want to get them. It appends no event. A
// message whose ID was queued before is left alone. An address that is none does not
// undo the act: the mail is kept as failed.
//
// A mail about which its reader has a choice goes her way: at once, with a collection, or
// not at all.
func (s *Service) QueueTx(ctx context.Context, tx *record.Tx, messages ...Message) error {
	messages, err := s.gatherTx(ctx, tx, messages)
	if err != nil {
		return err
	}
	return s.queueTx(ctx, tx, messages...)
}

func (s *Service) queueTx(ctx context.Context, tx *record.Tx, messages ...Message) error {
	rows := make([]row, 0, len(messages))
	for _, m := range messages {
		if m.ID == "" || m.Kind == "" {
			return fmt.Errorf("queue mail: it has no id or no kind: %q, %q", m.ID, m.Kind)
		}
		r, err := s.row(ctx, tx, m, len(messages) > atOnce)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	for len(rows) > 0 {
		n := min(len(rows), queueChunk)
		chunk := rows[:n]
		if _, err := tx.NewInsert().Model(&chunk).On("CONFLICT (message_id) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("queue mail: %w", err)
		}
		rows = rows[n:]
	}
	tx.AfterCommit(s.nudge)
	return nil
}

func (s *Service) row(ctx context.Context, tx *record.Tx, m Message, later bool) (row, error) {
	now := core.At(s.now())
	r := row{
		ID: tx.NewID(), MessageID: messageID(m.ID), Kind: m.Kind, Ref: m.Ref, ToName: oneLine(m.ToName), Lang: m.Lang,
		Subject: oneLine(m.Subject), Text: m.Text, HTML: m.HTML, Calendar: m.Calendar, Unsubscribe: m.Unsubscribe, Urgent: m.Urgent,
		State: s.arrival(), Queued: now, NextTry: now, Created: tx.Now,
	}
	if m.Useful > 0 {
		r.Expires = now.Add(m.Useful)
	}
	var bad error
	if r.ToAddr, _, bad = Address(m.To); bad != nil {
		r.ToAddr, r.State, r.LastError = oneLine(m.To), Failed, "this is no address"
	}
	if r.State != Caught {
		return r, nil
	}
	compose := s.late[m.Kind]
	if compose != nil && later {
		r.State = Queued
		return r, nil
	}
	r.Sent = tx.Now
	if compose != nil {
		known, err := tx.NewSelect().Model((*row)(nil)).Where("message_id = ?", r.MessageID).Exists(ctx)
		if err != nil {
			return r, fmt.Errorf("look for mail: %w", err)
		}
		if known {
			return r, nil // it will be left alone
		}
		done, err := compose(ctx, tx, m)
		if err != nil {
			return r, fmt.Errorf("compose mail: %w", err)
		}
		r.Subject, r.Text, r.HTML, r.Calendar = oneLine(done.Subject), done.Text, done.HTML, done.Calendar
	}
	return r, nil
}

func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// list gives the mails of the outbox, newest first.
func (s *Service) list(ctx context.Context, page core.Page) (core.List[row], error) {
	var out core.List[row]
	sel := s.rec.DB.Read.NewSelect().Model(&out.Items).ExcludeColumn("text", "html")
	if page.Cursor != "" {
		var queued int64
		var id string
		if err := core.ReadCursor(page.Cursor, &queued, &id); err != nil {
			return out, err
		}
		sel = sel.Where("(o.queued < ? OR (o.queued = ? AND o.id < ?))", queued, queued, id)
	}
	if err := sel.OrderExpr("o.queued DESC, o.id DESC").Limit(int64(page.Size()) + 1).Scan(ctx); err != nil {
		return out, fmt.Errorf("list mails: %w", err)
	}
	if len(out.Items) > page.Size() {
		out.Items = out.Items[:page.Size()]
		last := out.Items[len(out.Items)-1]
		out.Next = core.Cursor(last.Queued.Time().UnixMicro(), last.ID)
	}
	total, err := s.rec.DB.Read.NewSelect().Model((*row)(nil)).Count(ctx)
	if err != nil {
		return out, fmt.Errorf("count mails: %w", err)
	}
	out.Total = int(total)
	return out, nil
}

func (s *Service) find(ctx context.Context, id core.ID) (row, error) {
	var r row
	if !id.Valid() {
		return r, core.NotFound()
	}
	if err := s.rec.DB.Read.NewSelect().Model(&r).Where("id = ?", id).Scan(ctx); err != nil {
		return r, record.Found(err)
	}
	return r, nil
}
