package authn

import (
	"context"
	"fmt"
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// StopLink tells what a link would stop; it does nothing. One that is no longer good is
// core.Conflict.
func (s *Service) StopLink(ctx context.Context, token string) (name string, err error) {
	link, err := s.readLink(ctx, rescueStopMail, token)
	if err != nil {
		return "", err
	}
	acc, err := s.ByID(ctx, link.Account)
	return acc.Name, err
}

// StopRescue stops a rescue by the link in a mail to an address that the account has. It
// appends account.rescue_stopped and tells who asked for it. A link that is no longer good,
// and a rescue that is over, are core.Conflict.
func (s *Service) StopRescue(ctx context.Context, token string) error {
	return s.rec.Write(ctx, core.Actor{Program: "rescue"}, func(ctx context.Context, tx *record.Tx) error {
		link, err := s.useLinkTx(ctx, tx, rescueStopMail, token)
		if err != nil {
			return err
		}
		acc, err := loadAccount(ctx, tx, "a.id = ?", link.Account)
		if err != nil {
			return err
		}
		row, err := s.stopTx(ctx, tx, acc.ID, core.ID(link.Ref))
		if err != nil {
			return err
		}
		tx.AppendPersonal("account.rescue_stopped", acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name, "rescue": row.ID}, record.Data{"email": link.Email})
		return s.tellStaffTx(ctx, tx, row, acc)
	})
}

// tellStaffTx tells who asked for a rescue that it was stopped.
func (s *Service) tellStaffTx(ctx context.Context, tx *record.Tx, row rescueRow, acc Account) error {
	if row.By == "" {
		return nil
	}
	by, err := loadAccount(ctx, tx, "a.id = ?", row.By)
	if err != nil || by.Disabled {
		return err
	}
	m := mail.Message{ID: "rescue_stopped/" + string(row.ID), Kind: "rescue_stopped", To: by.Email, ToName: by.Name, Lang: by.Lang}
	m.Subject, m.Text = s.mailer.Compose(by.Lang, "rescue_stopped", "Name", acc.Name, "Site", s.site(), "URL", s.cfg.BaseURL+"/admin/accounts/"+string(acc.ID))
	return s.mailer.QueueTx(ctx, tx, m)
}

// rescueWords are what the mails of a rescue say besides the link.
func (s *Service) rescueWords(ctx context.Context, tx *record.Tx, id core.ID) ([]any, error) {
	var row rescueRow
	if err := tx.NewSelect().Model(&row).Where("rs.id = ? AND rs.used IS NULL AND rs.stopped IS NULL", id).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	return []any{"Email", masked(row.Email), "Wait", int(RescueWait.Hours()), "Hours", int(RescueFor.Hours())}, nil
}

// RescueLink tells what the link of a rescue would do; it does nothing. One that is no longer
// good is core.Conflict.
func (s *Service) RescueLink(ctx context.Context, token string) (acc Account, email string, err error) {
	link, err := s.readLink(ctx, rescueMail, token)
	if err != nil {
		return acc, "", err
	}
	acc, err = s.ByID(ctx, link.Account)
	return acc, link.Email, err
}

// UseRescue signs the browser of a request in to the account of a rescue: the new address is
// its main one from then on, and all its sessions and personal tokens end. It appends
// account.rescued and tells all addresses. A link that is no longer good, a closed account,
// and an address that has another account meanwhile, are core.Conflict.
func (s *Service) UseRescue(w http.ResponseWriter, r *http.Request, token string) error {
	var session string
	err := s.rec.Write(r.Context(), core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		link, err := s.useLinkTx(ctx, tx, rescueMail, token)
		if err != nil {
			return err
		}
		now := core.At(s.now())
		res, err := tx.NewUpdate().Model((*rescueRow)(nil)).Set("used = ?, version = version + 1", now).Where("id = ? AND used IS NULL AND stopped IS NULL", link.Ref).Exec(ctx)
		if gone, err := record.Once(res, err); err != nil || gone {
			if err == nil {
				err = deadLink()
			}
			return err
		}
		acc, err := loadAccount(ctx, tx, "a.id = ?", link.Account)
		if err != nil {
			return err
		}
		tx.Actor = acc.Actor() // she does it herself
		if err := s.rescueTx(ctx, tx, acc, link); err != nil {
			return err
		}
		session, err = s.startTx(ctx, tx, acc, browserOf(r))
		return err
	})
	if err != nil {
		return err
	}
	s.setCookie(w, session)
	return nil
}

// rescueTx makes the new address the main one, and ends what opened the account elsewhere.
func (s *Service) rescueTx(ctx context.Context, tx *record.Tx, acc Account, link linkRow) error {
	if err := s.addTx(ctx, tx, acc.ID, link.Email, link.EmailKey); err != nil {
		return err
	}
	if err := s.primaryTx(ctx, tx, acc, link.Email, link.EmailKey); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*sessionRow)(nil)).Where("account = ?", acc.ID).Exec(ctx); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	if _, err := tx.NewDelete().Model((*accessRow)(nil)).Where("account = ?", acc.ID).Exec(ctx); err != nil {
		return fmt.Errorf("end personal tokens: %w", err)
	}
	if err := dropLinksTx(ctx, tx, core.ID(link.Ref)); err != nil {
		return err
	}
	tx.AppendPersonal("account.rescued", acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name, "rescue": link.Ref}, record.Data{"email": link.Email})
	s.forgetTx(tx)
	return nil
}

// Rescued tells the actor when a way into her account was opened for her by the staff, for
// some weeks; zero if none was.
func (s *Service) Rescued(ctx context.Context, a core.Actor) (at core.Instant, err error) {
	if err := mayOwn(a, "secure"); err != nil {
		return at, err
	}
	var rows []rescueRow
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("rs.account = ? AND rs.used > ?", a.Account, core.At(s.now()).Add(-rescueTold)).
		OrderExpr("rs.used DESC").Limit(1).Scan(ctx); err != nil {
		return at, fmt.Errorf("load rescue: %w", err)
	}
	if len(rows) == 0 {
		return at, nil
	}
	return rows[0].Used.Add(s.rec.Clock.Offset()), nil
}
