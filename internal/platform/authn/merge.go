package authn

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// mergedAddress stands where the address of an account was that became part of another: its
// addresses belong to that one.
const mergedAddress = "merged/"

// Merged tells whether the account became part of another.
func (a Account) Merged() bool { return a.Into != "" }

// Privileged tells whether a role was granted to the account.
func (a Account) Privileged() bool { return len(a.Grants) > 0 }

// follow is the account that one became part of, or the account itself.
func follow(ctx context.Context, idb bun.IDB, a Account) (Account, error) {
	for range 4 { // a merging leaves one step; more are a flaw that must not turn in circles
		if !a.Merged() {
			break
		}
		into, err := loadAccount(ctx, idb, "a.id = ?", a.Into)
		if err != nil {
			return a, err
		}
		a = into
	}
	return a, nil
}

// followAll is follow for several.
func followAll(ctx context.Context, idb bun.IDB, list []Account) ([]Account, error) {
	var ids []core.ID
	for _, a := range list {
		if a.Merged() {
			ids = append(ids, a.Into)
		}
	}
	if len(ids) == 0 {
		return list, nil
	}
	kept, err := loadAccounts(ctx, idb, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("a.id IN (?)", bun.List(ids)) })
	if err != nil {
		return nil, err
	}
	out := slices.Clone(list)
	for i, a := range out {
		if k := slices.IndexFunc(kept, func(x Account) bool { return x.ID == a.Into }); a.Merged() && k >= 0 {
			out[i] = kept[k]
		}
	}
	return out, nil
}

// Former are the accounts that became part of an account.
func (s *Service) Former(ctx context.Context, account core.ID) ([]core.ID, error) {
	var ids []core.ID
	if err := s.rec.DB.Read.NewSelect().Model((*Account)(nil)).Column("id").Where("merged_into = ?", account).OrderExpr("created, id").
		Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("load former accounts: %w", err)
	}
	return ids, nil
}

// NamesOf are the names of accounts as they stand, also of those that became part of others.
func (s *Service) NamesOf(ctx context.Context, ids []core.ID) (names []string, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := s.rec.DB.Read.NewSelect().Model((*Account)(nil)).Column("name").Where("id IN (?)", bun.List(ids)).Scan(ctx, &names); err != nil {
		return nil, fmt.Errorf("load names: %w", err)
	}
	return names, nil
}

// ForMerging tells which account would become part of the actor's own by a link to an
// address that is that account's; it does nothing. It needs a fresh proof. A link that is no
// longer good is core.Conflict, one of another account core.Forbidden, one to an address
// that is nobody else's core.NotFound.
func (s *Service) ForMerging(ctx context.Context, a core.Actor, token string) (from Account, err error) {
	if err := s.fresh(a); err != nil {
		return from, err
	}
	link, err := s.readLink(ctx, addressMail, token)
	if err != nil {
		return from, err
	}
	if err := hers(a, link); err != nil {
		return from, err
	}
	return otherAt(ctx, s.rec.DB.Read, a.Account, link.EmailKey)
}

// UseForMergingTx uses up the link of ForMerging, inside the act that merges.
func (s *Service) UseForMergingTx(ctx context.Context, tx *record.Tx, a core.Actor, token string) (from Account, err error) {
	if err := s.fresh(a); err != nil {
		return from, err
	}
	link, err := s.useLinkTx(ctx, tx, addressMail, token)
	if err != nil {
		return from, err
	}
	if err := hers(a, link); err != nil {
		return from, err
	}
	return otherAt(ctx, tx, a.Account, link.EmailKey)
}

func otherAt(ctx context.Context, idb bun.IDB, account core.ID, key string) (Account, error) {
	from, err := accountAt(ctx, idb, key)
	if err == nil && from.ID == account {
		return from, core.NotFound()
	}
	return from, err
}

// MayMerge checks that an actor of the staff may make an account part of another: both are
// open and neither is her own, which she merges by proving both. Where a role was granted to
// either only administrators may: otherwise somebody could get into an account of the staff
// by way of one that is hers. A personal token does not do.
func (s *Service) MayMerge(a core.Actor, from, into Account) error {
	for _, x := range []Account{from, into} {
		if err := may(a, "merge", x.State()); err != nil {
			return err
		}
		if a.SignedIn() && x.ID == a.Account {
			return core.Conflict("security.merge.own")
		}
		if x.Privileged() && may(a, "merge_staff", x.State()) != nil {
			return core.ForbiddenBecause("security.merge.staff")
		}
	}
	if a.Token != "" {
		return core.ForbiddenBecause("access.not_by_token")
	}
	return nil
}

// MayEverMerge tells whether an actor of the staff finds the way to merge an account with
// another.
func (s *Service) MayEverMerge(a core.Actor, x Account) bool {
	return may(a, "merge", x.State()) == nil && (!x.Privileged() || may(a, "merge_staff", x.State()) == nil) && x.ID != a.Account
}

// MergeTx makes an account part of another, inside an act whose caller has asked for the
// right and moved what the rooms hold. By what the one was signed in to, the other is from
// then on: addresses, passkeys, accounts elsewhere; it gets its roles. The sessions, personal
// tokens, links and recovery codes of the one end. It appends account.merged about the one
// ("into" names the other) and account.granted for each role, and tells the addresses of
// both. Its person is the caller's affair (TakePersonTx). Closed accounts are core.Conflict.
func (s *Service) MergeTx(ctx context.Context, tx *record.Tx, from, into Account, how, personal record.Data) error {
	if from.ID == into.ID {
		return core.Conflict("security.merge.same")
	}
	if from.Disabled || into.Disabled || from.Merged() || into.Merged() {
		return core.Conflict("security.merge.closed")
	}
	for _, x := range []Account{from, into} {
		if err := s.tellTx(ctx, tx, x, "merged", "From", masked(from.Email), "Into", masked(into.Email)); err != nil {
			return err
		}
	}
	if err := s.moveWaysTx(ctx, tx, from, into); err != nil {
		return err
	}
	if err := endWaysTx(ctx, tx, from); err != nil {
		return err
	}
	data := record.Data{"label": from.Name, "into": into.ID}
	for k, v := range how {
		data[k] = v
	}
	secret := record.Data{"email": from.Email, "into_email": into.Email}
	for k, v := range personal {
		secret[k] = v
	}
	gone := mergedAddress + string(from.ID)
	if _, err := tx.NewUpdate().Model((*Account)(nil)).
		Set("email = ?, email_key = ?, person = '', demo_role = '', disabled = ?, merged_into = ?, version = version + 1", gone, gone, true, into.ID).
		Where("id = ?", from.ID).Exec(ctx); err != nil {
		return fmt.Errorf("merge account: %w", err)
	}
	// What became part of it before leads to the kept one in one step.
	if _, err := tx.NewUpdate().Model((*Account)(nil)).Set("merged_into = ?", into.ID).Where("merged_into = ?", from.ID).Exec(ctx); err != nil {
		return fmt.Errorf("merge account: %w", err)
	}
	tx.AppendPersonal("account.merged", from.ID, core.ScopeForum, record.Internal, data, secret)
	for _, g := range from.Grants {
		if err := s.GrantTx(ctx, tx, into.ID, g.Role, g.Scope); err != nil {
			return err
		}
	}
	s.forgetTx(tx)
	return nil
}

// moveWaysTx gives the kept account all by which the other one is signed in to, and what the
// other has asked of others.
func (s *Service) moveWaysTx(ctx context.Context, tx *record.Tx, from, into Account) error {
	// A release before this knew main addresses alone.
	main := addressRow{Key: from.EmailKey, Account: from.ID, Email: from.Email, Created: from.Created}
	if _, err := tx.NewInsert().Model(&main).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("keep address: %w", err)
	}
	// An open rescue was asked for one of two that are one now.
	if _, err := tx.NewUpdate().Model((*rescueRow)(nil)).Set("stopped = ?, version = version + 1", core.At(s.now())).
		Where("account IN (?, ?) AND used IS NULL AND stopped IS NULL", from.ID, into.ID).Exec(ctx); err != nil {
		return fmt.Errorf("stop rescues: %w", err)
	}
	for _, q := range []*bun.UpdateQuery{
		tx.NewUpdate().Model((*addressRow)(nil)), tx.NewUpdate().Model((*passkeyRow)(nil)), tx.NewUpdate().Model((*identityRow)(nil)),
		tx.NewUpdate().Model((*Invitation)(nil)), tx.NewUpdate().Model((*rescueRow)(nil)),
	} {
		if _, err := q.Set("account = ?", into.ID).Where("account = ?", from.ID).Exec(ctx); err != nil {
			return fmt.Errorf("move what an account has: %w", err)
		}
	}
	for _, q := range []*bun.UpdateQuery{tx.NewUpdate().Model((*Invitation)(nil)), tx.NewUpdate().Model((*rescueRow)(nil))} {
		if _, err := q.Set("by_account = ?", into.ID).Where("by_account = ?", from.ID).Exec(ctx); err != nil {
			return fmt.Errorf("move what an account asked for: %w", err)
		}
	}
	return nil
}

// endWaysTx ends what opened an account and does not move to another.
func endWaysTx(ctx context.Context, tx *record.Tx, a Account) error {
	for _, q := range []*bun.DeleteQuery{
		tx.NewDelete().Model((*sessionRow)(nil)), tx.NewDelete().Model((*accessRow)(nil)), tx.NewDelete().Model((*grantRow)(nil)),
		tx.NewDelete().Model((*codeRow)(nil)), tx.NewDelete().Model((*linkRow)(nil)),
	} {
		if _, err := q.Where("account = ?", a.ID).Exec(ctx); err != nil {
			return fmt.Errorf("end what opened an account: %w", err)
		}
	}
	return nil
}

// TakePersonTx gives the person of an account that became part of another to that one, if it
// has none, inside the act that merged them.
func (s *Service) TakePersonTx(ctx context.Context, tx *record.Tx, from, into Account) error {
	if from.Person == "" || into.Person != "" {
		return nil
	}
	return s.LinkPersonTx(ctx, tx, into.ID, from.Person)
}
