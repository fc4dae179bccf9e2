package mail

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// What may become of a mail.
const (
	TrySent        = "sent"        // the mail server has it
	TryDeferred    = "deferred"    // not for now
	TryRefused     = "refused"     // not for ever, or too often not
	TryUseless     = "useless"     // it came too late, or has lost its purpose
	TryUnreachable = "unreachable" // nothing arrives at this address, so it was not tried
)

// MailTry is one try to send a mail, or what came back about it.
type MailTry struct {
	ID     core.ID      `bun:"id,pk" json:"-"`
	Mail   core.ID      `bun:"mail" json:"-"`
	What   string       `bun:"what" json:"what" doc:"sent, deferred, refused, useless, unreachable; of what came back: hard, soft, expired, delayed, complaint"`
	Status string       `bun:"status" json:"status,omitempty" doc:"number of the server's answer"`
	Answer string       `bun:"answer" json:"answer,omitempty" doc:"what the server said; removed after 30 days"`
	Ref    string       `bun:"ref" json:"-"`
	At     core.Instant `bun:"at" json:"at"`

	bun.BaseModel `bun:"table:mail_tries,alias:mt"`
}

// tried notes a try.
func (s *Service) tried(ctx context.Context, tx *record.Tx, t MailTry) error {
	t.ID, t.At, t.Answer = tx.NewID(), core.At(s.now()), cut(t.Answer)
	if _, err := tx.NewInsert().Model(&t).Exec(ctx); err != nil {
		return fmt.Errorf("note a try: %w", err)
	}
	return nil
}

// heldNow is the condition of mails (o) that the staff holds back by their kind or as a whole.
const heldNow = `EXISTS (SELECT 1 FROM mail_holds AS mh WHERE mh.kind = o.kind OR (mh.kind = '' AND (mh.urgent OR NOT o.urgent)))`

// stateNow is the state of a mail (o) as people see it.
const stateNow = `CASE WHEN o.state IN ('held', 'stopped') OR (o.state = 'queued' AND ` + heldNow + `) THEN 'held' ELSE o.state END`
