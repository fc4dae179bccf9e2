package authn

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Kinds of the mails of a rescue, and of their links: to those addresses that the account
// has, with the link that stops it; to the new one, with the link that opens the account.
const (
	rescueStopMail = "rescue_stop"
	rescueMail     = "rescue"
)

// How a rescue goes on: for so long the addresses that an account has can stop it; then the
// link goes out, and is good for so long.
const (
	RescueWait = 48 * time.Hour
	RescueFor  = 24 * time.Hour
)

// rescueTold is how long the owner is told that the account was rescued.
const rescueTold = 30 * 24 * time.Hour

type rescueRow struct {
	bun.BaseModel `bun:"table:account_rescues,alias:rs"`

	ID       core.ID      `bun:"id,pk"`
	Account  core.ID      `bun:"account"`
	Email    string       `bun:"email"`
	EmailKey string       `bun:"email_key"`
	Reason   string       `bun:"reason"` // how the staff made sure who asks
	By       core.ID      `bun:"by_account"`
	Asked    core.Instant `bun:"asked"`
	Due      core.Instant `bun:"due"` // the link goes out then
	Sent     core.Instant `bun:"sent"`
	Used     core.Instant `bun:"used"`
	Stopped  core.Instant `bun:"stopped"`
	Version  int64        `bun:"version"`
}

// open tells whether the rescue can still be stopped or used.
func (r rescueRow) open(now core.Instant) bool {
	return r.Used.IsZero() && r.Stopped.IsZero() && (r.Sent.IsZero() || now.Before(r.Sent.Add(RescueFor)))
}

// openRescues is the condition of those that are open.
func openRescues(q *bun.SelectQuery, now core.Instant) *bun.SelectQuery {
	return q.Where("rs.used IS NULL AND rs.stopped IS NULL AND (rs.sent IS NULL OR rs.sent > ?)", now.Add(-RescueFor))
}

// RescueInput is the form by which the staff opens a way into an account whose owner has
// lost all of hers.
type RescueInput struct {
	Email  string `form:"email" ui:"email" max:"200" required:"1" autocomplete:"off"`
	Reason string `form:"reason" ui:"area" max:"1000" required:"1"`
}

// mayRescue checks that an actor may rescue an account: never her own, and one to which a
// role was granted only as administrator. A personal token does not do.
func mayRescue(a core.Actor, acc Account) error {
	if err := may(a, "rescue", acc.State()); err != nil {
		return err
	}
	if acc.Privileged() && may(a, "rescue_staff", acc.State()) != nil {
		return core.ForbiddenBecause("security.rescue.staff")
	}
	if a.SignedIn() && a.Account == acc.ID {
		return core.Conflict("security.rescue.own")
	}
	if a.Token != "" {
		return core.ForbiddenBecause("access.not_by_token")
	}
	return nil
}

// AskRescue begins to open a way into an account for its owner, whose new address the staff
// knows: all addresses that it has are told at once, and can stop it; after RescueWait a link
// goes to the new one. It appends account.rescue_asked, with how it was made sure who asks
// in its personal part. Invalid for an address that has an account; Conflict while another
// rescue of the account is open.
func (s *Service) AskRescue(ctx context.Context, a core.Actor, id core.ID, in RescueInput) error {
	acc, err := s.Show(ctx, a, id)
	if err != nil {
		return err
	}
	if err := mayRescue(a, acc); err != nil {
		return err
	}
	p := core.Validate(in)
	addr, key, bad := mail.Address(in.Email)
	if in.Email != "" && bad != nil {
		p.Add("email", "mail.address.invalid")
	}
	if err := p.Err(); err != nil {
		return err
	}
	if err := s.perStaff.Allow(string(a.Account)); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		switch holder, err := accountAt(ctx, tx, key); {
		case err == nil && holder.ID == acc.ID:
			p.Add("email", "security.rescue.has")
			return p.Err()
		case err == nil:
			p.Add("email", "security.rescue.taken")
			return p.Err()
		case core.KindOf(err) != core.KindNotFound:
			return err
		}
		now := core.At(s.now())
		if there, err := openRescues(tx.NewSelect().Model((*rescueRow)(nil)), now).Where("rs.account = ?", acc.ID).Exists(ctx); err != nil || there {
			if err == nil {
				err = core.Conflict("security.rescue.open")
			}
			return err
		}
		if err := s.perAccount.Allow("rescue/" + string(acc.ID)); err != nil { // each mails all its addresses
			return err
		}
		row := rescueRow{
			ID: tx.NewID(), Account: acc.ID, Email: addr, EmailKey: key, Reason: in.Reason, By: a.Account, Asked: now, Due: now.Add(RescueWait), Version: 1,
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("ask for a rescue: %w", err)
		}
		tx.AppendPersonal("account.rescue_asked", acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name, "rescue": row.ID},
			record.Data{"email": addr, "reason": in.Reason})
		return s.warnTx(ctx, tx, acc, row)
	})
}

// warnTx mails all addresses of an account the link that stops a rescue. It is good until the
// other link is over, too.
func (s *Service) warnTx(ctx context.Context, tx *record.Tx, acc Account, row rescueRow) error {
	list, err := addressesOf(ctx, tx, acc)
	if err != nil {
		return err
	}
	for _, x := range list {
		link := linkRow{Email: x.Email, EmailKey: x.Key, Address: "/" + acc.Lang + "/sign-in/rescue/stop", Next: "/", Account: acc.ID, Ref: string(row.ID)}
		if err := s.mailLinkTx(ctx, tx, rescueStopMail, acc.Lang, RescueWait+RescueFor, link); err != nil {
			return err
		}
	}
	return nil
}

// SendRescues mails the links of the rescues whose time has come. It is looked for again and
// again; the second time it does nothing.
func (s *Service) SendRescues(ctx context.Context) error {
	now := core.At(s.now())
	var due []rescueRow
	if err := s.rec.DB.Read.NewSelect().Model(&due).Where("rs.due <= ? AND rs.sent IS NULL AND rs.used IS NULL AND rs.stopped IS NULL", now).
		OrderExpr("rs.due, rs.id").Limit(50).Scan(ctx); err != nil {
		return fmt.Errorf("look for rescues: %w", err)
	}
	for _, row := range due {
		if err := s.rec.Write(ctx, core.Actor{Program: "rescue"}, func(ctx context.Context, tx *record.Tx) error { return s.sendRescueTx(ctx, tx, row) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) sendRescueTx(ctx context.Context, tx *record.Tx, row rescueRow) error {
	acc, err := loadAccount(ctx, tx, "a.id = ?", row.Account)
	if err != nil {
		return err
	}
	set, args := "sent = ?", []any{core.At(s.now())}
	if acc.Disabled { // closed or erased meanwhile
		set = "stopped = ?"
	}
	res, err := tx.NewUpdate().Model((*rescueRow)(nil)).Set(set, args...).
		Where("id = ? AND sent IS NULL AND used IS NULL AND stopped IS NULL", row.ID).Exec(ctx)
	if gone, err := record.Once(res, err); err != nil || gone || acc.Disabled {
		return err
	}
	link := linkRow{Email: row.Email, EmailKey: row.EmailKey, Address: "/" + acc.Lang + "/sign-in/rescue", Next: "/me/security", Account: acc.ID, Ref: string(row.ID)}
	return s.mailLinkTx(ctx, tx, rescueMail, acc.Lang, RescueFor, link)
}

// Rescue is an open rescue as the staff sees it.
type Rescue struct {
	ID         core.ID
	Email      string
	Reason     string
	By         core.ID
	Asked, Due core.Instant
	Sent       core.Instant // zero: the link has not gone out yet
	Until      core.Instant // of the link
}

// Rescues are the open rescues of an account, for the staff.
func (s *Service) Rescues(ctx context.Context, a core.Actor, account core.ID) ([]Rescue, error) {
	if err := may(a, "see", StateOpen); err != nil {
		return nil, err
	}
	var rows []rescueRow
	if err := openRescues(s.rec.DB.Read.NewSelect().Model(&rows), core.At(s.now())).Where("rs.account = ?", account).OrderExpr("rs.asked, rs.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load rescues: %w", err)
	}
	offset := s.rec.Clock.Offset()
	out := make([]Rescue, 0, len(rows))
	for _, r := range rows {
		x := Rescue{ID: r.ID, Email: r.Email, Reason: r.Reason, By: r.By, Asked: r.Asked.Add(offset), Due: r.Due.Add(offset)}
		if !r.Sent.IsZero() {
			x.Sent, x.Until = r.Sent.Add(offset), r.Sent.Add(RescueFor+offset)
		}
		out = append(out, x)
	}
	return out, nil
}

// CancelRescue takes a rescue back, for those who might have asked for it. It appends
// account.rescue_cancelled. Conflict for one that is over.
func (s *Service) CancelRescue(ctx context.Context, a core.Actor, account, id core.ID) error {
	acc, err := s.Show(ctx, a, account)
	if err != nil {
		return err
	}
	if err := may(a, "rescue", StateOpen); err != nil { // also of an account that was closed meanwhile
		return err
	}
	if acc.Privileged() && may(a, "rescue_staff", StateOpen) != nil {
		return core.ForbiddenBecause("security.rescue.staff")
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if _, err := s.stopTx(ctx, tx, acc.ID, id); err != nil {
			return err
		}
		tx.Append("account.rescue_cancelled", acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name, "rescue": id})
		return nil
	})
}

// stopTx ends an open rescue; its link opens nothing any more.
func (s *Service) stopTx(ctx context.Context, tx *record.Tx, account, id core.ID) (row rescueRow, err error) {
	if err := tx.NewSelect().Model(&row).Where("rs.id = ? AND rs.account = ?", id, account).Scan(ctx); err != nil {
		return row, record.Found(err)
	}
	now := core.At(s.now())
	if !row.open(now) {
		return row, core.Conflict("security.rescue.over")
	}
	res, err := tx.NewUpdate().Model((*rescueRow)(nil)).Set("stopped = ?, version = version + 1", now).Where("id = ? AND used IS NULL AND stopped IS NULL", id).Exec(ctx)
	if gone, err := record.Once(res, err); err != nil || gone {
		if err == nil {
			err = core.Conflict("security.rescue.over")
		}
		return row, err
	}
	return row, dropLinksTx(ctx, tx, id)
}
