package authn

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// What a personal token may do. Every token reads what its account may read; the other
// two are given on purpose. Without staff it has none of the roles that were granted to
// its account.
const (
	ScopeRead  = "read"
	ScopeWrite = "write"
	ScopeStaff = "staff"
)

// AccessScopes are all scopes of tokens, the narrowest first.
var AccessScopes = []string{ScopeRead, ScopeWrite, ScopeStaff}

// AccessDays are the times for which a token can be made, in days.
var AccessDays = []int{7, 30, 90, 180, 365}

const (
	accessPrefix = "plen_"
	accessMost   = 50 // tokens of one account
)

var accessCode = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

type accessRow struct {
	bun.BaseModel `bun:"table:account_tokens,alias:k"`

	ID      core.ID      `bun:"id,pk"`
	Hash    string       `bun:"hash"`
	Account core.ID      `bun:"account"`
	Name    string       `bun:"name"`
	Tail    string       `bun:"tail"`
	Scopes  string       `bun:"scopes"`
	Created core.Instant `bun:"created"`
	Expires core.Instant `bun:"expires"`
	Used    core.Instant `bun:"used"`
}

// newAccessToken makes a secret of 256 bits with a checksum, by which a mistyped one, or
// one in a text, is known without asking the database.
func newAccessToken() (token, hash string) {
	var b [36]byte
	_, _ = rand.Read(b[:32]) // it never fails
	binary.BigEndian.PutUint32(b[32:], crc32.ChecksumIEEE(b[:32]))
	token = accessPrefix + accessCode.EncodeToString(b[:])
	return token, HashOf(token)
}

// wellMade tells whether a text can be a personal token at all.
func wellMade(token string) bool {
	code, ok := strings.CutPrefix(token, accessPrefix)
	if !ok {
		return false
	}
	b, err := accessCode.DecodeString(code)
	return err == nil && len(b) == 36 && binary.BigEndian.Uint32(b[32:]) == crc32.ChecksumIEEE(b[:32]) &&
		accessCode.EncodeToString(b) == code
}

// badToken is the one answer for tokens that are not good.
func badToken() error { return &core.Error{Kind: core.KindSignIn, Key: "access.bad"} }

// Bearer is who acts by a personal token: its account, with what the token may. A token
// that is mistyped, ended, over, or of a closed account is core.KindSignIn.
func (s *Service) Bearer(ctx context.Context, token string) (core.Actor, error) {
	if !wellMade(token) {
		return core.Visitor, badToken()
	}
	hash, now := HashOf(token), s.now()
	id, era, ok := s.seen.get(hash, now)
	if !ok {
		var err error
		if id, err = s.lookUpToken(ctx, hash); err != nil {
			return core.Visitor, err
		}
	}
	if id.disabled || !id.expires.After(core.At(now)) {
		return core.Visitor, badToken()
	}
	if core.At(now).Sub(id.seen) >= seenEvery {
		if err := s.touchToken(ctx, id); err != nil {
			s.cfg.Log.Error("note that a token was used", "error", err)
		}
		id.seen = core.At(now)
	}
	s.seen.put(hash, id, era, now)
	return id.actor, nil
}

func (s *Service) lookUpToken(ctx context.Context, hash string) (identity, error) {
	var rows []struct {
		Token    core.ID
		Scopes   string
		Used     core.Instant
		Expires  core.Instant
		Account  core.ID
		Name     string
		Person   core.ID
		Disabled bool
		Role     sql.NullString
		Scope    sql.NullString
	}
	err := s.rec.DB.Read.NewSelect().Model((*accessRow)(nil)).
		ColumnExpr("k.id AS token, k.scopes, k.used, k.expires, k.account, a.name, a.person, a.disabled, g.role, g.scope").
		Join("JOIN accounts AS a ON a.id = k.account").
		Join("LEFT JOIN account_grants AS g ON g.account = k.account").
		Where("k.hash = ?", hash).OrderExpr("g.role, g.scope").Scan(ctx, &rows)
	if err != nil {
		return identity{}, fmt.Errorf("look up token: %w", err)
	}
	if len(rows) == 0 {
		return identity{}, badToken()
	}
	first := rows[0]
	scopes := strings.Fields(first.Scopes)
	id := identity{
		session: first.Token, seen: first.Used, expires: first.Expires, disabled: first.Disabled,
		actor: core.Actor{
			Account: first.Account, Person: first.Person, Name: first.Name,
			Token: first.Token, ReadOnly: !slices.Contains(scopes, ScopeWrite),
		},
	}
	for _, r := range rows {
		if r.Role.Valid && slices.Contains(scopes, ScopeStaff) {
			id.actor.Grants = append(id.actor.Grants, core.Grant{Role: core.Role(r.Role.String), Scope: r.Scope.String})
		}
	}
	return id, nil
}

func (s *Service) touchToken(ctx context.Context, id identity) error {
	return s.rec.Write(ctx, id.actor, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewUpdate().Model((*accessRow)(nil)).Set("used = ?", core.At(s.now())).Where("id = ?", id.session).Exec(ctx)
		return err
	})
}

// AccessInput is what a new personal token is.
type AccessInput struct {
	Name   string   `form:"name" max:"80" required:"1"`
	Scopes []string `form:"scopes" ui:"checks" enum:"read,write,staff"`
	Days   int      `form:"days" ui:"select" required:"1" enum:"7,30,90,180,365"`
}

// MakeToken makes a personal token for the actor's account and returns it: it is shown
// this once. Like all by which somebody may act for her, it asks for a fresh proof and is
// told to her addresses. It appends account.token_made.
func (s *Service) MakeToken(ctx context.Context, a core.Actor, in AccessInput) (string, error) {
	if err := mayOwn(a, "tokens"); err != nil {
		return "", err
	}
	if err := s.fresh(a); err != nil {
		return "", err
	}
	p := core.Validate(in)
	if !slices.Contains(AccessDays, in.Days) {
		p.Add("days", "access.days.unknown")
	}
	for _, sc := range in.Scopes {
		if !slices.Contains(AccessScopes, sc) {
			p.Add("scopes", "access.scope.unknown")
			break
		}
	}
	if err := p.Err(); err != nil {
		return "", err
	}
	scopes := []string{ScopeRead}
	for _, sc := range AccessScopes[1:] {
		if slices.Contains(in.Scopes, sc) {
			scopes = append(scopes, sc)
		}
	}
	token, hash := newAccessToken()
	now := core.At(s.now())
	row := accessRow{
		Hash: hash, Account: a.Account, Name: cleanName(in.Name), Tail: token[len(token)-4:], Scopes: strings.Join(scopes, " "),
		Created: now, Expires: now.Add(time.Duration(in.Days) * 24 * time.Hour),
	}
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		of, err := loadAccount(ctx, tx, "a.id = ?", a.Account)
		if err != nil {
			return err
		}
		n, err := tx.NewSelect().Model((*accessRow)(nil)).Where("account = ? AND expires > ?", a.Account, now).Count(ctx)
		if err != nil {
			return fmt.Errorf("count tokens: %w", err)
		}
		if n >= accessMost {
			return core.Conflict("access.too_many", "Count", accessMost)
		}
		row.ID = tx.NewID()
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("make token: %w", err)
		}
		tx.Append("account.token_made", a.Account, core.ScopeForum, record.Internal, record.Data{"label": a.Name, "token": row.ID, "scopes": scopes, "days": in.Days})
		return s.tellTx(ctx, tx, of, "token", "Name", row.Name)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// Access is a personal token as its owner and the staff see it.
type Access struct {
	ID                     core.ID
	Name, Tail             string
	Scopes                 []string
	Created, Expires, Used core.Instant // Used is zero while it was never used
	Over                   bool
}

// Tokens lists the actor's personal tokens, the newest first.
func (s *Service) Tokens(ctx context.Context, a core.Actor) ([]Access, error) {
	if err := mayOwn(a, "tokens"); err != nil {
		return nil, err
	}
	return s.tokens(ctx, a.Account)
}

// TokensOf lists the personal tokens of an account, for the staff.
func (s *Service) TokensOf(ctx context.Context, a core.Actor, account core.ID) ([]Access, error) {
	if err := may(a, "see", StateOpen); err != nil {
		return nil, err
	}
	return s.tokens(ctx, account)
}

func (s *Service) tokens(ctx context.Context, account core.ID) ([]Access, error) {
	var rows []accessRow
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("account = ?", account).OrderExpr("created DESC, id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	now, offset := core.At(s.now()), s.rec.Clock.Offset()
	out := make([]Access, 0, len(rows))
	for _, r := range rows {
		x := Access{
			ID: r.ID, Name: r.Name, Tail: r.Tail, Scopes: strings.Fields(r.Scopes),
			Created: r.Created.Add(offset), Expires: r.Expires.Add(offset), Over: !r.Expires.After(now),
		}
		if !r.Used.IsZero() {
			x.Used = r.Used.Add(offset)
		}
		out = append(out, x)
	}
	return out, nil
}

// EndToken ends a personal token of the actor at once. It appends account.token_ended;
// what is not hers, or has ended, is not found.
func (s *Service) EndToken(ctx context.Context, a core.Actor, id core.ID) error {
	if err := mayOwn(a, "tokens"); err != nil {
		return err
	}
	return s.endToken(ctx, a, a.Account, id)
}

// EndTokenOf ends a personal token of an account, for the staff.
func (s *Service) EndTokenOf(ctx context.Context, a core.Actor, account, id core.ID) error {
	for _, action := range []string{"see", "end_tokens"} {
		if err := may(a, action, StateOpen); err != nil {
			return err
		}
	}
	return s.endToken(ctx, a, account, id)
}

func (s *Service) endToken(ctx context.Context, a core.Actor, account, id core.ID) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		of, err := loadAccount(ctx, tx, "a.id = ?", account)
		if err != nil {
			return err
		}
		res, err := tx.NewDelete().Model((*accessRow)(nil)).Where("id = ? AND account = ?", id, account).Exec(ctx)
		gone, err := record.Once(res, err)
		if err != nil {
			return fmt.Errorf("end token: %w", err)
		}
		if gone {
			return core.NotFound()
		}
		tx.Append("account.token_ended", account, core.ScopeForum, record.Internal, record.Data{"label": of.Name, "token": id})
		s.forgetTx(tx)
		return nil
	})
}
