package authn

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/uptrace/bun"
	"golang.org/x/text/unicode/norm"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

type grantRow struct {
	bun.BaseModel `bun:"table:account_grants,alias:g"`

	Account core.ID   `bun:"account,pk"`
	Role    core.Role `bun:"role,pk"`
	Scope   string    `bun:"scope,pk"`
}

type sessionRow struct {
	bun.BaseModel `bun:"table:account_sessions,alias:s"`

	ID      core.ID      `bun:"id,pk"`
	Hash    string       `bun:"hash"`
	Account core.ID      `bun:"account"`
	Agent   string       `bun:"agent"`
	Created core.Instant `bun:"created"`
	Seen    core.Instant `bun:"seen"`
	Expires core.Instant `bun:"expires"`
	Proved  core.Instant `bun:"proved"` // when she last showed who she is
}

type linkRow struct {
	bun.BaseModel `bun:"table:sign_in_links,alias:l"`

	ID       core.ID      `bun:"id,pk"`
	Email    string       `bun:"email"`
	EmailKey string       `bun:"email_key"`
	Address  string       `bun:"address"` // path of the page that the link leads to
	Next     string       `bun:"next"`
	Expires  core.Instant `bun:"expires"`
	Used     core.Instant `bun:"used"`
	Kind     string       `bun:"kind"`    // what it does; empty: signs in
	Account  core.ID      `bun:"account"` // for which it does so, where it does not sign in
	Ref      string       `bun:"ref"`     // the invitation or rescue that it belongs to
}

type tokenRow struct {
	bun.BaseModel `bun:"table:sign_in_tokens,alias:t"`

	Hash string  `bun:"hash,pk"`
	Link core.ID `bun:"link"`
}

type parkedRow struct {
	bun.BaseModel `bun:"table:parked_forms,alias:f"`

	Hash    string       `bun:"hash,pk"`
	Path    string       `bun:"path"`
	Body    string       `bun:"body"`
	Size    int64        `bun:"size"`
	Created core.Instant `bun:"created"`
	Expires core.Instant `bun:"expires"`
}

// loadAccount reads one account with its grants.
func loadAccount(ctx context.Context, idb bun.IDB, where string, args ...any) (Account, error) {
	list, err := loadAccounts(ctx, idb, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where(where, args...) })
	if err != nil {
		return Account{}, err
	}
	if len(list) == 0 {
		return Account{}, core.NotFound()
	}
	return list[0], nil
}

// loadAccounts reads accounts with their grants, in two queries.
func loadAccounts(ctx context.Context, idb bun.IDB, cond func(*bun.SelectQuery) *bun.SelectQuery) ([]Account, error) {
	var list []Account
	if err := cond(idb.NewSelect().Model(&list)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load accounts: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	at := make(map[core.ID]int, len(list))
	ids := make([]core.ID, 0, len(list))
	for i, a := range list {
		at[a.ID] = i
		ids = append(ids, a.ID)
	}
	var grants []grantRow
	if err := idb.NewSelect().Model(&grants).Where("account IN (?)", bun.List(ids)).OrderExpr("role, scope").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load grants: %w", err)
	}
	for _, g := range grants {
		a := &list[at[g.Account]]
		a.Grants = append(a.Grants, core.Grant{Role: g.Role, Scope: g.Scope})
	}
	return list, nil
}

// admins counts the open accounts that are granted administration, apart from one.
func admins(ctx context.Context, tx *record.Tx, apart core.ID) (int64, error) {
	return tx.NewSelect().Model((*grantRow)(nil)).Join("JOIN accounts AS a ON a.id = g.account").
		Where("g.role = ? AND g.scope = ? AND a.disabled = FALSE AND g.account <> ?", core.RoleAdmin, core.ScopeForum, apart).
		Count(ctx)
}

// cleanName is a name in one line without invisible signs.
func cleanName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, norm.NFC.String(s))
	return strings.Join(strings.Fields(s), " ")
}
