package authn

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

// Query narrows the list of accounts.
type Query struct {
	Text string    // part of a name or an address
	Role core.Role // granted in any scope
	Page core.Page
}

// List lists accounts by name, for the staff.
func (s *Service) List(ctx context.Context, a core.Actor, q Query) (core.List[Account], error) {
	if err := may(a, "see", StateOpen); err != nil {
		return core.List[Account]{}, err
	}
	return s.query(ctx, q)
}

func (s *Service) query(ctx context.Context, q Query) (core.List[Account], error) {
	var out core.List[Account]
	cond := func(sel *bun.SelectQuery) *bun.SelectQuery {
		sel = sel.Where("a.merged_into = ''")
		if text := core.Fold(q.Text); text != "" {
			sel = sel.Where("(a.name_key LIKE ? ESCAPE '!' OR a.email_key LIKE ? ESCAPE '!')", db.Contains(text), db.Contains(text))
		}
		if q.Role != "" {
			sel = sel.Where("a.id IN (SELECT account FROM account_grants WHERE role = ?)", q.Role)
		}
		return sel
	}
	var name, id string
	if q.Page.Cursor != "" {
		if err := core.ReadCursor(q.Page.Cursor, &name, &id); err != nil {
			return out, err
		}
	}
	var err error
	out.Items, err = loadAccounts(ctx, s.rec.DB.Read, func(sel *bun.SelectQuery) *bun.SelectQuery {
		if q.Page.Cursor != "" {
			sel = sel.Where("(a.name_key > ? OR (a.name_key = ? AND a.id > ?))", name, name, id)
		}
		return cond(sel).OrderExpr("a.name_key, a.id").Limit(int64(q.Page.Size()) + 1)
	})
	if err != nil {
		return out, err
	}
	if len(out.Items) > q.Page.Size() {
		out.Items = out.Items[:q.Page.Size()]
		last := out.Items[len(out.Items)-1]
		out.Next = core.Cursor(last.NameKey, last.ID)
	}
	total, err := cond(s.rec.DB.Read.NewSelect().Model((*Account)(nil))).Count(ctx)
	if err != nil {
		return out, fmt.Errorf("count accounts: %w", err)
	}
	out.Total = int(total)
	return out, nil
}

// RoleCounts says how many accounts have each granted role, for the staff.
func (s *Service) RoleCounts(ctx context.Context, a core.Actor) (map[core.Role]int, error) {
	if err := may(a, "see", StateOpen); err != nil {
		return nil, err
	}
	var rows []struct {
		Role core.Role
		N    int
	}
	if err := s.rec.DB.Read.NewSelect().Model((*grantRow)(nil)).ColumnExpr("role, COUNT(DISTINCT account) AS n").
		GroupExpr("role").Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("count roles: %w", err)
	}
	out := map[core.Role]int{}
	for _, r := range rows {
		out[r.Role] = r.N
	}
	return out, nil
}

// Show returns one account, for the staff. One that became part of another leads to that one.
func (s *Service) Show(ctx context.Context, a core.Actor, id core.ID) (Account, error) {
	if err := may(a, "see", StateOpen); err != nil {
		return Account{}, err
	}
	if !id.Valid() {
		return Account{}, core.NotFound()
	}
	return s.ByID(ctx, id)
}

// GrantInput is the form that grants a role.
type GrantInput struct {
	Role  core.Role `form:"role" ui:"select" required:"1"`
	Scope string    `form:"scope" ui:"select" required:"1"`
}

// Validate checks the form.
func (in GrantInput) Validate() error {
	p := core.Validate(in)
	if in.Role != "" && !slices.Contains(Grantable, in.Role) {
		p.Add("role", "authn.grant.unknown")
	}
	if in.Role == core.RoleAdmin && in.Scope != core.ScopeForum {
		p.Add("scope", "authn.grant.admin_scope")
	}
	return p.Err()
}

// Grant gives a role to an account (see GrantTx), for administrators.
func (s *Service) Grant(ctx context.Context, a core.Actor, id core.ID, in GrantInput) error {
	if err := s.mayChange(ctx, a, "grant", id); err != nil {
		return err
	}
	if err := in.Validate(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return s.GrantTx(ctx, tx, id, in.Role, in.Scope)
	})
}

// Revoke takes a role from an account (see RevokeTx), for administrators.
func (s *Service) Revoke(ctx context.Context, a core.Actor, id core.ID, g core.Grant) error {
	if err := s.mayChange(ctx, a, "revoke", id); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return s.RevokeTx(ctx, tx, id, g.Role, g.Scope)
	})
}

func (s *Service) mayChange(ctx context.Context, a core.Actor, action string, id core.ID) error {
	acc, err := s.Show(ctx, a, id)
	if err != nil {
		return err
	}
	if acc.ID != id {
		return core.Conflict("security.merge.gone")
	}
	return may(a, action, acc.State())
}

// Close ends all sessions of an account and lets nobody sign in with it, for
// administrators. It appends account.closed. The last administrator is
// core.Conflict.
func (s *Service) Close(ctx context.Context, a core.Actor, id core.ID) error {
	if err := s.mayChange(ctx, a, "close", id); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		acc, err := loadAccount(ctx, tx, "a.id = ?", id)
		if err != nil || acc.Disabled {
			return err
		}
		if slices.Contains(acc.Grants, core.Grant{Role: core.RoleAdmin, Scope: core.ScopeForum}) {
			if err := s.otherAdmin(ctx, tx, id); err != nil {
				return err
			}
		}
		if _, err := tx.NewDelete().Model((*sessionRow)(nil)).Where("account = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		return s.setDisabled(ctx, tx, acc, true, "account.closed")
	})
}

// Reopen lets people sign in with a closed account again, for administrators. It
// appends account.reopened.
func (s *Service) Reopen(ctx context.Context, a core.Actor, id core.ID) error {
	if err := s.mayChange(ctx, a, "reopen", id); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		acc, err := loadAccount(ctx, tx, "a.id = ?", id)
		if err != nil || !acc.Disabled {
			return err
		}
		return s.setDisabled(ctx, tx, acc, false, "account.reopened")
	})
}

func (s *Service) setDisabled(ctx context.Context, tx *record.Tx, acc Account, disabled bool, event string) error {
	if _, err := tx.NewUpdate().Model((*Account)(nil)).Set("disabled = ?, version = version + 1", disabled).
		Where("id = ?", acc.ID).Exec(ctx); err != nil {
		return fmt.Errorf("%s: %w", event, err)
	}
	if disabled { // tokens do not come back with the account
		if _, err := tx.NewDelete().Model((*accessRow)(nil)).Where("account = ?", acc.ID).Exec(ctx); err != nil {
			return fmt.Errorf("end tokens: %w", err)
		}
	}
	tx.Append(event, acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name})
	s.forgetTx(tx)
	return nil
}

// History lists what happened to an account, and to those that became part of it, for the staff.
func (s *Service) History(ctx context.Context, a core.Actor, id core.ID, page core.Page) (core.List[record.Event], error) {
	if err := may(a, "see", StateOpen); err != nil {
		return core.List[record.Event]{}, err
	}
	former, err := s.Former(ctx, id)
	if err != nil {
		return core.List[record.Event]{}, err
	}
	return s.rec.Events(ctx, record.Query{Subjects: append(former, id), Internal: true, Page: page})
}

// names tells the names of those who acted, by account, for the staff.
func (s *Service) names(ctx context.Context, events []record.Event) (map[core.ID]string, error) {
	var ids []core.ID
	for _, e := range events {
		if e.Account != "" {
			ids = append(ids, e.Account)
		}
	}
	out := map[core.ID]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var list []Account
	if err := s.rec.DB.Read.NewSelect().Model(&list).Column("id", "name", "merged_into").Where("a.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load names: %w", err)
	}
	kept, err := followAll(ctx, s.rec.DB.Read, list)
	if err != nil {
		return nil, err
	}
	for i, a := range kept {
		out[list[i].ID] = a.Name
	}
	return out, nil
}

// EditInput is the form of one's own account.
type EditInput struct {
	Name    string `form:"name" required:"1" max:"200" autocomplete:"name"`
	Lang    string `form:"lang" ui:"select" required:"1"`
	Zone    string `form:"zone"`
	Version int64  `form:"version" ui:"hidden"`
}

// Validate checks the form.
func (in EditInput) Validate() error {
	p := core.Validate(in)
	if in.Lang != "" && !core.LangKnown(in.Lang) {
		p.Add("lang", "form.unreadable")
	}
	if _, err := core.LoadZone(in.Zone); in.Zone != "" && err != nil {
		p.Add("zone", "core.zone.unknown", "Zone", in.Zone)
	}
	return p.Err()
}

func editInput(a Account) EditInput {
	return EditInput{Name: a.Name, Lang: a.Lang, Zone: a.Zone, Version: a.Version}
}

// Edit changes the actor's own account: her name, the language of her mails, her
// zone. It appends account.edited. If it was changed meanwhile it is core.Stale.
func (s *Service) Edit(ctx context.Context, a core.Actor, in EditInput) error {
	if err := mayOwn(a, "edit"); err != nil {
		return err
	}
	in.Name = cleanName(in.Name)
	if err := in.Validate(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		before, err := loadAccount(ctx, tx, "a.id = ?", a.Account)
		if err != nil {
			return err
		}
		if before.Version != in.Version {
			return core.Stale(editInput(before))
		}
		after := before
		after.Name, after.Lang, after.Zone = in.Name, in.Lang, in.Zone
		return s.change(ctx, tx, before, after)
	})
}
