package authn

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
)

// readers know who has which address, for mails about which people have a choice.
type readers struct{ s *Service }

// ByAddress finds open accounts by keys of their addresses.
func (r readers) ByAddress(ctx context.Context, idb bun.IDB, keys []string) (map[string]mail.Recipient, error) {
	out := map[string]mail.Recipient{}
	if len(keys) == 0 {
		return out, nil
	}
	var rows []struct {
		Key  string  `bun:"email_key"`
		ID   core.ID `bun:"id"`
		Zone string  `bun:"zone"`
	}
	if err := idb.NewSelect().TableExpr("accounts AS a").ColumnExpr("a.email_key, a.id, a.zone").Where("a.email_key IN (?)", bun.List(keys)).
		Where("a.disabled = ?", false).
		UnionAll(idb.NewSelect().TableExpr("account_addresses AS ad").Join("JOIN accounts AS a ON a.id = ad.account").
			ColumnExpr("ad.email_key, a.id, a.zone").Where("ad.email_key IN (?)", bun.List(keys)).Where("a.disabled = ?", false)).
		Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("load accounts by addresses: %w", err)
	}
	for _, x := range rows {
		out[x.Key] = mail.Recipient{Account: x.ID, Zone: x.Zone}
	}
	return out, nil
}

// AddressOf is the address to which an account gets its mails.
func (r readers) AddressOf(ctx context.Context, account core.ID) (string, error) {
	a, err := r.s.ByID(ctx, account)
	return a.Email, err
}
