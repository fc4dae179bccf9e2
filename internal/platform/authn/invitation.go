package authn

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// invitationMail is the kind of the mails, and of their links, that invite somebody.
const invitationMail = "invitation"

const (
	invitationFor   = 14 * 24 * time.Hour
	mostInvitations = 10 // mails of one invitation
)

// States of an invitation.
const (
	InvitationOpen     = "open"
	InvitationExpired  = "expired"
	InvitationAccepted = "accepted"
	InvitationRevoked  = "revoked"
)

// Invitation asks somebody to make an account, or to sign in to hers, and gives it roles.
type Invitation struct {
	bun.BaseModel `bun:"table:account_invitations,alias:iv"`

	ID       core.ID      `bun:"id,pk"`
	Email    string       `bun:"email"`
	EmailKey string       `bun:"email_key"`
	Name     string       `bun:"name"`
	Roles    string       `bun:"roles"` // with blanks between them
	Scope    string       `bun:"scope"`
	Lang     string       `bun:"lang"`
	By       core.ID      `bun:"by_account"`
	Created  core.Instant `bun:"created"`
	Sent     core.Instant `bun:"sent"`
	Times    int          `bun:"times"`
	Expires  core.Instant `bun:"expires"`
	Accepted core.Instant `bun:"accepted"`
	Account  core.ID      `bun:"account"`
	Revoked  core.Instant `bun:"revoked"`
	Version  int64        `bun:"version"`
}

// RoleList are the roles that it gives.
func (i Invitation) RoleList() (out []core.Role) {
	for _, r := range strings.Fields(i.Roles) {
		out = append(out, core.Role(r))
	}
	return out
}

// State is that of the invitation at an instant.
func (i Invitation) State(now core.Instant) string {
	switch {
	case !i.Accepted.IsZero():
		return InvitationAccepted
	case !i.Revoked.IsZero():
		return InvitationRevoked
	case !now.Before(i.Expires):
		return InvitationExpired
	}
	return InvitationOpen
}

// InviteInput is the form that invites somebody.
type InviteInput struct {
	Email string   `form:"email" ui:"email" max:"200" required:"1"`
	Name  string   `form:"name" max:"200"`
	Roles []string `form:"roles" ui:"checks"`
	Scope string   `form:"scope" ui:"select" required:"1"`
	Lang  string   `form:"lang" ui:"select" required:"1"`
}

// mayInvite checks that an actor may invite somebody with roles: the staff editors and those
// who have no role; administrators everybody.
func mayInvite(a core.Actor, roles []string) error {
	if err := invitationPolicy.Check("make", InvitationOpen, a.Roles(core.ScopeForum)...); err != nil {
		return err
	}
	for _, r := range roles {
		if r != string(core.RoleEditor) && !invitationPolicy.Can("give_any_role", InvitationOpen, a.Roles(core.ScopeForum)...) {
			return core.ForbiddenBecause("security.invite.role_not_yours")
		}
	}
	return nil
}

func (in InviteInput) check() (addr, key string, _ error) {
	p := core.Validate(in)
	addr, key, bad := mail.Address(in.Email)
	if in.Email != "" && bad != nil {
		p.Add("email", "mail.address.invalid")
	}
	for _, r := range in.Roles {
		if !slices.Contains(Grantable, core.Role(r)) {
			p.Add("roles", "authn.grant.unknown")
		}
		if r == string(core.RoleAdmin) && in.Scope != core.ScopeForum {
			p.Add("scope", "authn.grant.admin_scope")
		}
	}
	if in.Lang != "" && !core.LangKnown(in.Lang) {
		p.Add("lang", "form.unreadable")
	}
	return addr, key, p.Err()
}

// Invite invites somebody by mail, for the staff. It appends invitation.made; the address
// stands in its personal part. Somebody whose invitation is still open is core.Invalid.
func (s *Service) Invite(ctx context.Context, a core.Actor, in InviteInput) (Invitation, error) {
	if err := mayInvite(a, in.Roles); err != nil {
		return Invitation{}, err
	}
	addr, key, err := in.check()
	if err != nil {
		return Invitation{}, err
	}
	if err := s.perStaff.Allow(string(a.Account)); err != nil {
		return Invitation{}, err
	}
	var row Invitation
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		open, err := tx.NewSelect().Model((*Invitation)(nil)).
			Where("email_key = ? AND accepted IS NULL AND revoked IS NULL AND expires > ?", key, tx.Now).Exists(ctx)
		if err != nil {
			return fmt.Errorf("look for invitation: %w", err)
		}
		if open {
			var p core.Problems
			p.Add("email", "security.invite.open_already")
			return p.Err()
		}
		row = Invitation{
			ID: tx.NewID(), Email: addr, EmailKey: key, Name: cleanName(in.Name), Roles: strings.Join(in.Roles, " "), Scope: in.Scope, Lang: in.Lang,
			By: a.Account, Created: tx.Now, Sent: tx.Now, Times: 1, Expires: tx.Now.Add(invitationFor), Version: 1,
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("invite: %w", err)
		}
		tx.AppendPersonal("invitation.made", row.ID, core.ScopeForum, record.Internal, record.Data{"roles": in.Roles, "scope": in.Scope},
			record.Data{"email": addr, "name": row.Name})
		return s.mailInvitationTx(ctx, tx, row)
	})
	return row, err
}

// mailInvitationTx mails the link of an invitation; those of earlier mails are no longer good.
func (s *Service) mailInvitationTx(ctx context.Context, tx *record.Tx, row Invitation) error {
	if err := dropLinksTx(ctx, tx, row.ID); err != nil {
		return err
	}
	return s.mailLinkTx(ctx, tx, invitationMail, row.Lang, invitationFor, linkRow{
		Email: row.Email, EmailKey: row.EmailKey, Address: "/" + row.Lang + "/sign-in/invitation", Next: "/", Ref: string(row.ID),
	})
}

func dropLinksTx(ctx context.Context, tx *record.Tx, ref core.ID) error {
	if _, err := tx.NewDelete().Model((*linkRow)(nil)).Where("ref = ?", ref).Exec(ctx); err != nil {
		return fmt.Errorf("drop links: %w", err)
	}
	return nil
}

// invitationWords are what the mail of an invitation says besides the link.
func (s *Service) invitationWords(ctx context.Context, tx *record.Tx, lang string, id core.ID) ([]any, error) {
	row, err := invitationTx(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	what := s.mailer.Say(lang, "security.invite.as_member")
	var roles []string
	for _, r := range row.RoleList() {
		roles = append(roles, s.mailer.Say(lang, "authn.role."+string(r)))
	}
	if len(roles) > 0 {
		what = s.mailer.Say(lang, "security.invite.as", "Roles", strings.Join(roles, ", "))
	}
	return []any{"What", what, "Days", int(invitationFor.Hours() / 24)}, nil
}

func invitationTx(ctx context.Context, idb bun.IDB, id core.ID) (row Invitation, _ error) {
	if err := idb.NewSelect().Model(&row).Where("iv.id = ?", id).Scan(ctx); err != nil {
		return row, fmt.Errorf("load invitation: %w", record.Found(err))
	}
	return row, nil
}

// Invitations lists all invitations, the latest first, for the staff.
func (s *Service) Invitations(ctx context.Context, a core.Actor, page core.Page) (core.List[Invitation], error) {
	var out core.List[Invitation]
	if err := invitationPolicy.Check("see", InvitationOpen, a.Roles(core.ScopeForum)...); err != nil {
		return out, err
	}
	q := s.rec.DB.Read.NewSelect().Model(&out.Items)
	if page.Cursor != "" {
		var at int64
		var id string
		if err := core.ReadCursor(page.Cursor, &at, &id); err != nil {
			return out, err
		}
		q = q.Where("(iv.created < ? OR (iv.created = ? AND iv.id < ?))", at, at, id)
	}
	if err := q.OrderExpr("iv.created DESC, iv.id DESC").Limit(int64(page.Size()) + 1).Scan(ctx); err != nil {
		return out, fmt.Errorf("list invitations: %w", err)
	}
	if len(out.Items) > page.Size() {
		out.Items = out.Items[:page.Size()]
		last := out.Items[len(out.Items)-1]
		out.Next = core.Cursor(last.Created.Time().UnixMicro(), last.ID)
	}
	n, err := s.rec.DB.Read.NewSelect().Model((*Invitation)(nil)).Count(ctx)
	if err != nil {
		return out, fmt.Errorf("count invitations: %w", err)
	}
	out.Total = int(n)
	return out, nil
}

// onInvitation changes an invitation, for the staff.
func (s *Service) onInvitation(ctx context.Context, a core.Actor, action string, id core.ID, do func(ctx context.Context, tx *record.Tx, row Invitation) error) error {
	roles := a.Roles(core.ScopeForum)
	if err := invitationPolicy.Check("see", InvitationOpen, roles...); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		row, err := invitationTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if state := row.State(tx.Now); !invitationPolicy.Can(action, state, roles...) {
			return core.Conflict("security.invite.state." + state)
		}
		return do(ctx, tx, row)
	})
}

// Resend mails an invitation once more, and it is good for as long again. It appends
// invitation.sent_again.
func (s *Service) Resend(ctx context.Context, a core.Actor, id core.ID) error {
	return s.onInvitation(ctx, a, "resend", id, func(ctx context.Context, tx *record.Tx, row Invitation) error {
		if err := mayInvite(a, strings.Fields(row.Roles)); err != nil {
			return err
		}
		if row.Times >= mostInvitations {
			return core.Conflict("security.invite.often", "Count", mostInvitations)
		}
		if err := s.perEmail.Allow(row.EmailKey); err != nil {
			return err
		}
		row.Times, row.Sent, row.Expires, row.By = row.Times+1, tx.Now, tx.Now.Add(invitationFor), a.Account
		if _, err := tx.NewUpdate().Model(&row).Column("times", "sent", "expires", "by_account").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("invite again: %w", err)
		}
		tx.Append("invitation.sent_again", row.ID, core.ScopeForum, record.Internal, nil)
		return s.mailInvitationTx(ctx, tx, row)
	})
}

// Withdraw takes an invitation back: its link opens nothing any more. It appends
// invitation.revoked.
func (s *Service) Withdraw(ctx context.Context, a core.Actor, id core.ID) error {
	return s.onInvitation(ctx, a, "revoke", id, func(ctx context.Context, tx *record.Tx, row Invitation) error {
		if _, err := tx.NewUpdate().Model((*Invitation)(nil)).Set("revoked = ?, version = version + 1", tx.Now).Where("id = ?", row.ID).Exec(ctx); err != nil {
			return fmt.Errorf("take invitation back: %w", err)
		}
		tx.Append("invitation.revoked", row.ID, core.ScopeForum, record.Internal, nil)
		return dropLinksTx(ctx, tx, row.ID)
	})
}

// Invited tells what the link of an invitation would do; it does nothing. A link that is no
// longer good is core.Conflict.
func (s *Service) Invited(ctx context.Context, token string) (row Invitation, known bool, err error) {
	link, err := s.readLink(ctx, invitationMail, token)
	if err != nil {
		return row, false, err
	}
	if row, err = invitationTx(ctx, s.rec.DB.Read, core.ID(link.Ref)); err != nil {
		return row, false, err
	}
	_, err = accountAt(ctx, s.rec.DB.Read, row.EmailKey)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return row, false, err
	}
	return row, err == nil, nil
}

// Accept signs the browser of a request in by an invitation, which is used up: who has no
// account gets one, and the account gets the roles, if who invited may still give them. It
// appends invitation.accepted with what follows from it.
func (s *Service) Accept(w http.ResponseWriter, r *http.Request, in UseInput) error {
	var token string
	err := s.rec.Write(r.Context(), core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		link, err := s.useLinkTx(ctx, tx, invitationMail, in.Token)
		if err != nil {
			return err
		}
		row, err := invitationTx(ctx, tx, core.ID(link.Ref))
		if err != nil {
			return err
		}
		if row.State(tx.Now) == InvitationRevoked || row.State(tx.Now) == InvitationAccepted {
			return deadLink()
		}
		a, err := s.holder(ctx, tx, link, in)
		if err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model((*Invitation)(nil)).Set("accepted = ?, account = ?, version = version + 1", tx.Now, a.ID).Where("id = ?", row.ID).Exec(ctx); err != nil {
			return fmt.Errorf("accept invitation: %w", err)
		}
		tx.Actor = a.Actor()
		tx.Append("invitation.accepted", row.ID, core.ScopeForum, record.Internal, record.Data{"account": a.ID})
		if err := s.rolesTx(ctx, tx, row, a.ID); err != nil {
			return err
		}
		token, err = s.startTx(ctx, tx, a, browserOf(r))
		return err
	})
	if err != nil {
		return err
	}
	s.setCookie(w, token)
	return nil
}

// rolesTx gives an account the roles of its invitation: who invited does it, with the rights
// that she has now.
func (s *Service) rolesTx(ctx context.Context, tx *record.Tx, row Invitation, account core.ID) error {
	if row.Roles == "" {
		return nil
	}
	by := core.Operator
	if row.By != "" {
		host, err := loadAccount(ctx, tx, "a.id = ?", row.By)
		if err != nil || host.Disabled {
			return core.Conflict("security.invited.dead")
		}
		by = host.Actor()
	}
	if mayInvite(by, strings.Fields(row.Roles)) != nil {
		return core.Conflict("security.invited.dead")
	}
	tx.Actor = by
	for _, role := range row.RoleList() {
		if err := s.GrantTx(ctx, tx, account, role, row.Scope); err != nil {
			return err
		}
	}
	return nil
}
