package mail

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// MailHold is what the staff holds back: a kind of mails, or all.
type MailHold struct {
	ID      core.ID      `bun:"id,pk" json:"id"`
	Kind    string       `bun:"kind" json:"kind" doc:"empty: all mails"`
	Reason  string       `bun:"reason" json:"reason"`
	Urgent  bool         `bun:"urgent" json:"urgent" doc:"also mails for which somebody waits at a screen, like links to sign in"`
	Account core.ID      `bun:"account" json:"-"`
	Created core.Instant `bun:"created" json:"created"`

	bun.BaseModel `bun:"table:mail_holds,alias:mh"`
}

// HoldInput is the form that holds mails back.
type HoldInput struct {
	Kind   string `form:"kind" ui:"select" max:"60"`
	Reason string `form:"reason" ui:"area" required:"1" max:"500"`
	Urgent bool   `form:"urgent" ui:"check"`
}

var kindName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

// Validate checks what the form promises.
func (in HoldInput) Validate() error {
	p := core.Validate(in)
	if in.Kind != "" && !kindName.MatchString(in.Kind) {
		p.Add("kind", "outbox.error.kind")
	}
	return p.Err()
}

// Holds lists what is held back, all mail first. The staff may call.
func (s *Service) Holds(ctx context.Context, a core.Actor) ([]MailHold, error) {
	if err := may(a, "see", Queued); err != nil {
		return nil, err
	}
	list := []MailHold{}
	if err := s.rec.DB.Read.NewSelect().Model(&list).OrderExpr("mh.kind").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list what is held: %w", err)
	}
	return list, nil
}

// HoldAll holds back mails of a kind, or all outgoing mail, from now on until it is lifted.
// Mails for which somebody waits at a screen go out unless the input says otherwise or their
// kind is named. The staff may call. Event: mail.hold_set, internal. Errors: Invalid, Conflict
// where it is held already.
func (s *Service) HoldAll(ctx context.Context, a core.Actor, in HoldInput) error {
	in.Kind = strings.TrimSpace(in.Kind)
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := may(a, "hold", Queued); err != nil {
			return err
		}
		if err := in.Validate(); err != nil {
			return err
		}
		h := MailHold{ID: tx.NewID(), Kind: in.Kind, Reason: strings.TrimSpace(in.Reason), Urgent: in.Urgent && in.Kind == "", Account: a.Account, Created: tx.Now}
		twice, err := record.Once(tx.NewInsert().Model(&h).On("CONFLICT (kind) DO NOTHING").Exec(ctx))
		if err != nil {
			return fmt.Errorf("hold mails: %w", err)
		}
		if twice {
			return core.Conflict("outbox.error.held_already")
		}
		tx.Append("mail.hold_set", h.ID, core.ScopeForum, record.Internal, record.Data{"label": h.Kind, "reason": h.Reason, "urgent": h.Urgent})
		return nil
	})
}

// LiftInput names what is let go.
type LiftInput struct {
	Kind string `form:"kind" max:"60"`
}

// Lift lets mails go that HoldAll holds. The staff may call. Event: mail.hold_lifted, internal.
// Errors: NotFound.
func (s *Service) Lift(ctx context.Context, a core.Actor, in LiftInput) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := may(a, "release", Held); err != nil {
			return err
		}
		var h MailHold
		if err := record.Found(tx.NewSelect().Model(&h).Where("mh.kind = ?", in.Kind).Scan(ctx)); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*MailHold)(nil)).Where("id = ?", h.ID).Exec(ctx); err != nil {
			return fmt.Errorf("let mails go: %w", err)
		}
		tx.Append("mail.hold_lifted", h.ID, core.ScopeForum, record.Internal, record.Data{"label": h.Kind})
		tx.AfterCommit(s.nudge)
		return nil
	})
}
