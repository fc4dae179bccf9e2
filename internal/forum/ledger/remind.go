package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// quiet is after how long the addressed of a silent call are asked, once.
const quiet = 365 * 24 * time.Hour

const remindMost = 200

// Remind asks, once each, how a commitment stands whose promised day has passed, and
// those who speak for the addressed organisations whether they answer a call that has
// been silent for a year. Done twice it does nothing.
func (s *Service) Remind(ctx context.Context) error {
	if err := s.remindDue(ctx); err != nil {
		return err
	}
	return s.remindSilent(ctx)
}

func (s *Service) remindDue(ctx context.Context) error {
	var rows []Commitment
	if err := named(s.rec.DB.Read.NewSelect().Model(&rows)).
		Where("cm.due <> '' AND cm.due < ? AND cm.asked_due <> cm.due", s.today()).
		Where("cm.account <> '' AND cm.kind = ?", KindCommitment).
		Where("cm.state IN (?)", bun.List([]string{Confirmed, Progress, Changed})).
		OrderExpr("cm.due, cm.id").Limit(remindMost).Scan(ctx); err != nil {
		return fmt.Errorf("look for promised days: %w", err)
	}
	for _, c := range rows {
		acc, err := s.Accounts.ByID(ctx, c.Account)
		if err != nil && core.KindOf(err) != core.KindNotFound {
			return err
		}
		var m mail.Message
		if err == nil && !acc.Disabled {
			words, _ := c.Words.In(acc.Lang)
			name, _ := c.OrganisationName.In(acc.Lang)
			m = mail.Message{ID: "ledger-due/" + string(c.ID) + "/" + c.Due, Kind: "ledger_due", To: acc.Email, ToName: acc.Name, Lang: acc.Lang}
			m.Subject, m.Text = s.Mail.Compose(acc.Lang, "ledger_due", "Name", acc.Name, "Organisation", name, "Day", c.Due, "Words", words, "URL", s.BaseURL+c.Path())
		}
		err = s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
			gone, err := record.Once(tx.NewUpdate().Model((*Commitment)(nil)).Set("asked_due = ?", c.Due).
				Where("id = ? AND due = ? AND asked_due <> due", c.ID, c.Due).Exec(ctx))
			if err != nil || gone || m.ID == "" {
				return err
			}
			return s.Mail.QueueTx(ctx, tx, m)
		})
		if err != nil {
			return fmt.Errorf("ask how a commitment stands: %w", err)
		}
	}
	return nil
}

// staff are the accounts of the secretariat of an edition or the forum.
func (s *Service) staff(ctx context.Context, scope string) ([]authn.Account, error) {
	list, err := s.Accounts.List(ctx, core.Operator, authn.Query{Role: core.RoleSecretariat, Page: core.Page{Limit: 200}})
	return slices.DeleteFunc(list.Items, func(a authn.Account) bool {
		return a.Disabled || !slices.ContainsFunc(a.Grants, func(g core.Grant) bool {
			return g.Role == core.RoleSecretariat && (g.Scope == core.ScopeForum || g.Scope == scope)
		})
	}), err
}

// tellStaff mails the staff that something waits to be confirmed: once an hour for one
// organisation, however much it hands in.
func (s *Service) tellStaff(ctx context.Context, tx *record.Tx, c Commitment, staff []authn.Account) error {
	mails := make([]mail.Message, 0, len(staff))
	for _, acc := range staff {
		words, _ := c.Words.In(acc.Lang)
		name, _ := c.OrganisationName.In(acc.Lang)
		m := mail.Message{
			ID:   "ledger-claim/" + string(c.Organisation) + "/" + tx.Now.Time().Format("2006-01-02T15") + "/" + string(acc.ID),
			Kind: "ledger_claim", To: acc.Email, ToName: acc.Name, Lang: acc.Lang,
		}
		m.Subject, m.Text = s.Mail.Compose(acc.Lang, m.Kind, "Name", acc.Name, "Organisation", name, "Words", words,
			"URL", s.BaseURL+c.Path(), "All", s.BaseURL+"/commitments?waiting=1")
		mails = append(mails, m)
	}
	return s.Mail.QueueTx(ctx, tx, mails...)
}

// contact is an account that once spoke for an organisation.
type contact struct {
	Organisation core.ID `bun:"organisation"`
	Account      core.ID `bun:"account"`
}

func (s *Service) remindSilent(ctx context.Context) error {
	var rows []Call
	if err := s.rec.DB.Read.NewSelect().Model(&rows).
		Where("lc.state = ? AND lc.asked IS NULL AND lc.called <= ?", StateOpen, s.rec.Clock.Instant().Add(-quiet)).
		Where("EXISTS (SELECT 1 FROM ledger_addressees AS ad JOIN ledger_commitments AS cm ON cm.organisation = ad.organisation WHERE ad.call = lc.id AND cm.account <> '' AND cm.confirmed IS NOT NULL)").
		OrderExpr("lc.called, lc.id").Limit(remindMost).Scan(ctx); err != nil {
		return fmt.Errorf("look for silent calls: %w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	list := pointers(rows)
	if err := withAddressees(ctx, s.rec.DB.Read, list); err != nil {
		return err
	}
	var orgs []core.ID
	for _, c := range list {
		orgs = append(orgs, c.Organisations...)
	}
	var contacts []contact
	if err := s.rec.DB.Read.NewSelect().Model((*Commitment)(nil)).ColumnExpr("DISTINCT cm.organisation, cm.account").
		Where("cm.organisation IN (?) AND cm.account <> '' AND cm.confirmed IS NOT NULL", bun.List(orgs)).
		OrderExpr("cm.organisation, cm.account").Scan(ctx, &contacts); err != nil {
		return fmt.Errorf("look for contacts: %w", err)
	}
	for _, c := range list {
		var mails []mail.Message
		var told []core.ID
		for _, x := range contacts {
			if !slices.Contains(c.Organisations, x.Organisation) || slices.Contains(told, x.Account) {
				continue
			}
			acc, err := s.Accounts.ByID(ctx, x.Account)
			if core.KindOf(err) == core.KindNotFound && err != nil || err == nil && acc.Disabled {
				continue
			}
			if err != nil {
				return err
			}
			told = append(told, x.Account)
			words, _ := c.Words.In(acc.Lang)
			m := mail.Message{ID: "ledger-silent/" + string(c.ID) + "/" + string(x.Account), Kind: "ledger_silent", To: acc.Email, ToName: acc.Name, Lang: acc.Lang}
			m.Subject, m.Text = s.Mail.Compose(acc.Lang, "ledger_silent", "Name", acc.Name, "Day", dayOf(c.Called), "Words", words, "URL", s.BaseURL+c.Path())
			mails = append(mails, m)
		}
		err := s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
			gone, err := record.Once(tx.NewUpdate().Model((*Call)(nil)).Set("asked = ?", tx.Now).Where("id = ? AND asked IS NULL", c.ID).Exec(ctx))
			if err != nil || gone || len(mails) == 0 {
				return err
			}
			return s.Mail.QueueTx(ctx, tx, mails...)
		})
		if err != nil {
			return fmt.Errorf("ask whether a call is answered: %w", err)
		}
	}
	return nil
}
