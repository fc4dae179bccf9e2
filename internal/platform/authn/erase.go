package authn

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// erasedAddress stands where the address of an erased account was: it is no address, and
// differs for each.
const erasedAddress = "erased/"

// Erased tells whether the data of an account is erased.
func (a Account) Erased() bool { return strings.HasPrefix(a.EmailKey, erasedAddress) }

// MayEraseTx is core.Conflict for the last administrator: somebody has to be able to grant
// roles.
func (s *Service) MayEraseTx(ctx context.Context, tx *record.Tx, id core.ID) error {
	a, err := loadAccount(ctx, tx, "a.id = ?", id)
	if err != nil {
		return err
	}
	if a.Disabled || !slices.Contains(a.Grants, core.Grant{Role: core.RoleAdmin, Scope: core.ScopeForum}) {
		return nil
	}
	n, err := admins(ctx, tx, id)
	if err != nil {
		return fmt.Errorf("count administrators: %w", err)
	}
	if n == 0 {
		return core.Conflict("authn.admin.last")
	}
	return nil
}

// EraseTx takes everything out of an account, inside an act whose caller has asked for the
// right: address, name, person, grants, sessions, links. What is left is its id, under
// which the record keeps what was done; name is what stands for whose it was. Nobody signs
// in with it again, and the address is free. It appends account.erased, which says nothing
// of her; the second time it changes nothing. The last administrator is core.Conflict.
func (s *Service) EraseTx(ctx context.Context, tx *record.Tx, id core.ID, name string) error {
	a, err := loadAccount(ctx, tx, "a.id = ?", id)
	if err != nil || a.Erased() {
		return err
	}
	if err := s.MayEraseTx(ctx, tx, id); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*sessionRow)(nil)).Where("account = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	if _, err := tx.NewDelete().Model((*accessRow)(nil)).Where("account = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("end tokens: %w", err)
	}
	if _, err := tx.NewDelete().Model((*grantRow)(nil)).Where("account = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("end grants: %w", err)
	}
	if err := s.emptyTx(ctx, tx, a); err != nil {
		return err
	}
	none := Account{
		ID: id, Email: erasedAddress + string(id), EmailKey: erasedAddress + string(id), Name: name, NameKey: core.Fold(name), Lang: "en",
		Disabled: true, Created: a.Created, Version: a.Version + 1,
	}
	if _, err := tx.NewUpdate().Model(&none).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("erase account: %w", err)
	}
	tx.Append("account.erased", id, core.ScopeForum, record.Internal, nil)
	s.forgetTx(tx)
	return nil
}

// emptyTx takes away by what somebody signs in: links, addresses, passkeys, recovery codes,
// who she is elsewhere.
func (s *Service) emptyTx(ctx context.Context, tx *record.Tx, a Account) error {
	if _, err := tx.NewDelete().Model((*linkRow)(nil)).Where("email_key = ? OR account = ?", a.EmailKey, a.ID).
		WhereOr("email_key IN (SELECT email_key FROM account_addresses WHERE account = ?)", a.ID).Exec(ctx); err != nil {
		return fmt.Errorf("drop links: %w", err)
	}
	for _, q := range []*bun.DeleteQuery{
		tx.NewDelete().Model((*addressRow)(nil)), tx.NewDelete().Model((*passkeyRow)(nil)), tx.NewDelete().Model((*identityRow)(nil)),
		tx.NewDelete().Model((*codeRow)(nil)),
	} {
		if _, err := q.Where("account = ?", a.ID).Exec(ctx); err != nil {
			return fmt.Errorf("drop what she signs in by: %w", err)
		}
	}
	return nil
}
