package authn

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// addressMail is the kind of the mails, and of their links, that prove a further address.
const addressMail = "address_link"

// mostAddresses are the most addresses that an account has.
const mostAddresses = 10

type addressRow struct {
	bun.BaseModel `bun:"table:account_addresses,alias:ad"`

	Key     string       `bun:"email_key,pk"`
	Account core.ID      `bun:"account"`
	Email   string       `bun:"email"`
	Created core.Instant `bun:"created"`
}

// Address is an address of an account. It is verified: who reads its mail has said so.
type Address struct {
	Email   string
	Key     string
	Since   core.Instant
	Primary bool // mails go to it
}

// accountAt is the account that has an address, primary or not. The release before knows
// primary addresses alone, so both are looked for.
func accountAt(ctx context.Context, idb bun.IDB, key string) (Account, error) {
	return loadAccount(ctx, idb, "a.email_key = ? OR a.id = (SELECT ad.account FROM account_addresses AS ad WHERE ad.email_key = ?)", key, key)
}

func addAddressTx(ctx context.Context, tx *record.Tx, account core.ID, email, key string) error {
	row := addressRow{Key: key, Account: account, Email: email, Created: tx.Now}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("add address: %w", err)
	}
	return nil
}

func addressesOf(ctx context.Context, idb bun.IDB, a Account) ([]Address, error) {
	var rows []addressRow
	if err := idb.NewSelect().Model(&rows).Where("account = ?", a.ID).OrderExpr("created, email_key").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load addresses: %w", err)
	}
	out := []Address{{Email: a.Email, Key: a.EmailKey, Since: a.Created, Primary: true}}
	for _, r := range rows {
		if r.Key == a.EmailKey {
			out[0].Since = r.Created
			continue
		}
		out = append(out, Address{Email: r.Email, Key: r.Key, Since: r.Created})
	}
	return out, nil
}

// Keys are the keys (mail.Address) of all addresses of an account, the primary one first: for
// rooms that have asked an address and find out whether it is hers.
func (s *Service) Keys(ctx context.Context, account core.ID) ([]string, error) {
	var keys []string
	if err := s.rec.DB.Read.NewRaw(`SELECT k.email_key FROM (SELECT a.email_key, 0 AS further FROM accounts AS a WHERE a.id = ?
		UNION ALL SELECT ad.email_key, 1 FROM account_addresses AS ad JOIN accounts AS a ON a.id = ad.account WHERE ad.account = ? AND ad.email_key <> a.email_key) AS k
		ORDER BY k.further, k.email_key`, account, account).Scan(ctx, &keys); err != nil {
		return nil, fmt.Errorf("load keys of addresses: %w", err)
	}
	if len(keys) == 0 {
		return nil, core.NotFound()
	}
	return keys, nil
}

// Holders are the accounts that have addresses, or have one of the ids, by the key of each
// of their addresses; each account has its Keys. Two queries. It gives addresses away.
func (s *Service) Holders(ctx context.Context, idb bun.IDB, ids []core.ID, keys []string) (byID map[core.ID]Account, byKey map[string]Account, err error) {
	byID, byKey = map[core.ID]Account{}, map[string]Account{}
	if len(ids)+len(keys) == 0 {
		return byID, byKey, nil
	}
	var list []Account
	q := idb.NewSelect().Model(&list)
	if len(ids) > 0 {
		q = q.WhereOr("a.id IN (?)", bun.List(ids))
	}
	if len(keys) > 0 {
		q = q.WhereOr("a.email_key IN (?)", bun.List(keys)).
			WhereOr("a.id IN (SELECT ad.account FROM account_addresses AS ad WHERE ad.email_key IN (?))", bun.List(keys))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("load accounts: %w", err)
	}
	if len(list) == 0 {
		return byID, byKey, nil
	}
	found := make([]core.ID, len(list))
	for i, a := range list {
		found[i] = a.ID
	}
	var rows []addressRow
	if err := idb.NewSelect().Model(&rows).Where("ad.account IN (?)", bun.List(found)).OrderExpr("ad.email_key").Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("load addresses: %w", err)
	}
	of := map[core.ID][]string{}
	for _, r := range rows {
		of[r.Account] = append(of[r.Account], r.Key)
	}
	for _, a := range list {
		a.Keys = append([]string{a.EmailKey}, slices.DeleteFunc(of[a.ID], func(k string) bool { return k == a.EmailKey })...)
		byID[a.ID] = a
		for _, k := range a.Keys {
			byKey[k] = a
		}
	}
	return byID, byKey, nil
}

// Addresses lists the addresses of the actor's account, the primary one first, and those
// that wait for their link to be used.
func (s *Service) Addresses(ctx context.Context, a core.Actor) (list []Address, waiting []string, err error) {
	if err := mayOwn(a, "secure"); err != nil {
		return nil, nil, err
	}
	acc, err := s.ByID(ctx, a.Account)
	if err != nil {
		return nil, nil, err
	}
	if list, err = addressesOf(ctx, s.rec.DB.Read, acc); err != nil {
		return nil, nil, err
	}
	if err := s.rec.DB.Read.NewSelect().Model((*linkRow)(nil)).ColumnExpr("MIN(email)").
		Where("account = ? AND kind = ? AND used IS NULL AND expires > ?", a.Account, addressMail, core.At(s.now())).
		GroupExpr("email_key").OrderExpr("email_key").Scan(ctx, &waiting); err != nil {
		return nil, nil, fmt.Errorf("load addresses that wait: %w", err)
	}
	return list, waiting, nil
}

// AddressInput is the form that adds an address.
type AddressInput struct {
	Email string `form:"email" ui:"email" max:"200" required:"1" autocomplete:"email"`
}

// AskAddress mails a link to an address that the actor wants to add; path is the page that
// the link leads to. Whether the address has another account is not told. It appends no
// event. It needs a fresh proof.
func (s *Service) AskAddress(ctx context.Context, a core.Actor, in AddressInput, path, network string) error {
	if err := s.fresh(a); err != nil {
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
	if err := s.mayMail(a, key, network); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		acc, err := loadAccount(ctx, tx, "a.id = ?", a.Account)
		if err != nil {
			return err
		}
		list, err := addressesOf(ctx, tx, acc)
		if err != nil {
			return err
		}
		for _, x := range list {
			if x.Key == key {
				p.Add("email", "security.address.yours")
				return p.Err()
			}
		}
		if len(list) >= mostAddresses {
			return core.Conflict("security.address.many", "Count", mostAddresses)
		}
		return s.mailLinkTx(ctx, tx, addressMail, acc.Lang, linkFor, linkRow{Email: addr, EmailKey: key, Address: path, Next: "/me/security", Account: a.Account})
	})
}

// mayMail limits what somebody has mailed to an address that is not hers yet.
func (s *Service) mayMail(a core.Actor, key, network string) error {
	for _, x := range []struct {
		by  interface{ Allow(key string) error }
		key string
	}{{s.perNetwork, network}, {s.perAccount, string(a.Account)}, {s.perEmail, key}} {
		if err := x.by.Allow(x.key); err != nil {
			return err
		}
	}
	return nil
}

// AddressLink tells which address a link would add to the actor's account, and whether it is
// that of another account; it does nothing. A link that is no longer good is core.Conflict,
// one of another account core.Forbidden.
func (s *Service) AddressLink(ctx context.Context, a core.Actor, token string) (email string, other bool, err error) {
	link, err := s.readLink(ctx, addressMail, token)
	if err != nil {
		return "", false, err
	}
	if err := hers(a, link); err != nil {
		return link.Email, false, err
	}
	_, err = otherAt(ctx, s.rec.DB.Read, a.Account, link.EmailKey)
	if core.KindOf(err) == core.KindNotFound {
		return link.Email, false, nil
	}
	return link.Email, err == nil, err
}

// hers holds that a link is used by the account that asked for it: otherwise somebody could
// be led to give her address to another account.
func hers(a core.Actor, link linkRow) error {
	if a.Account != link.Account {
		return core.ForbiddenBecause("security.link.other")
	}
	return nil
}

// AddAddress adds the address of a link to the actor's account; the link is used up. It
// appends account.address_added and tells the other addresses. An address that another
// account has is core.Conflict.
func (s *Service) AddAddress(ctx context.Context, a core.Actor, token string) (email string, err error) {
	if err := mayOwn(a, "secure"); err != nil {
		return "", err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		link, err := s.useLinkTx(ctx, tx, addressMail, token)
		if err != nil {
			return err
		}
		if err := hers(a, link); err != nil {
			return err
		}
		email = link.Email
		return s.addTx(ctx, tx, a.Account, link.Email, link.EmailKey)
	})
	return email, err
}

// addTx adds an address that is proved.
func (s *Service) addTx(ctx context.Context, tx *record.Tx, account core.ID, email, key string) error {
	acc, err := loadAccount(ctx, tx, "a.id = ?", account)
	if err != nil {
		return err
	}
	if acc.Disabled {
		return core.Conflict("authn.account.closed")
	}
	switch holder, err := accountAt(ctx, tx, key); {
	case err == nil && holder.ID == account:
		return nil
	case err == nil:
		return core.Conflict("security.address.other", "Email", email)
	case core.KindOf(err) != core.KindNotFound:
		return err
	}
	if err := s.tellTx(ctx, tx, acc, "address_added", "Email", masked(email)); err != nil { // those that she has until now
		return err
	}
	if err := addAddressTx(ctx, tx, account, email, key); err != nil {
		return err
	}
	tx.AppendPersonal("account.address_added", account, core.ScopeForum, record.Internal, record.Data{"label": acc.Name}, record.Data{"email": email})
	return nil
}

// MakePrimary has mails go to another address of the actor's account from now on. It
// appends account.primary_changed. It needs a fresh proof.
func (s *Service) MakePrimary(ctx context.Context, a core.Actor, key string) error {
	return s.onAddress(ctx, a, key, func(ctx context.Context, tx *record.Tx, acc Account, x Address) error {
		if x.Primary {
			return nil
		}
		return s.primaryTx(ctx, tx, acc, x.Email, x.Key)
	})
}

func (s *Service) primaryTx(ctx context.Context, tx *record.Tx, acc Account, email, key string) error {
	if _, err := tx.NewUpdate().Model((*Account)(nil)).Set("email = ?, email_key = ?, version = version + 1", email, key).
		Where("id = ?", acc.ID).Exec(ctx); err != nil {
		return fmt.Errorf("change primary address: %w", err)
	}
	tx.AppendPersonal("account.primary_changed", acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name},
		record.Data{"before": acc.Email, "email": email})
	return s.tellTx(ctx, tx, acc, "primary_changed", "Email", masked(email))
}

// RemoveAddress takes an address away from the actor's account; the primary one is
// core.Conflict. It appends account.address_removed and tells all addresses, the removed one
// too. It needs a fresh proof.
func (s *Service) RemoveAddress(ctx context.Context, a core.Actor, key string) error {
	return s.onAddress(ctx, a, key, func(ctx context.Context, tx *record.Tx, acc Account, x Address) error {
		if x.Primary {
			return core.Conflict("security.address.primary")
		}
		if err := s.tellTx(ctx, tx, acc, "address_removed", "Email", masked(x.Email)); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*addressRow)(nil)).Where("email_key = ? AND account = ?", x.Key, acc.ID).Exec(ctx); err != nil {
			return fmt.Errorf("remove address: %w", err)
		}
		tx.AppendPersonal("account.address_removed", acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name}, record.Data{"email": x.Email})
		return nil
	})
}

func (s *Service) onAddress(ctx context.Context, a core.Actor, key string, do func(ctx context.Context, tx *record.Tx, acc Account, x Address) error) error {
	if err := s.fresh(a); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		acc, err := loadAccount(ctx, tx, "a.id = ?", a.Account)
		if err != nil {
			return err
		}
		list, err := addressesOf(ctx, tx, acc)
		if err != nil {
			return err
		}
		for _, x := range list {
			if x.Key == key {
				return do(ctx, tx, acc, x)
			}
		}
		return core.NotFound()
	})
}
