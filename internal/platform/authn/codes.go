package authn

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"net/http"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// mostCodes are the recovery codes that are made at once.
const mostCodes = 10

type codeRow struct {
	bun.BaseModel `bun:"table:account_codes,alias:ac"`

	Hash    string       `bun:"hash,pk"`
	Account core.ID      `bun:"account"`
	Created core.Instant `bun:"created"`
	Used    core.Instant `bun:"used"`
}

// codeSigns leaves out letters that are taken for others: I, L, O, U.
var codeSigns = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// newCode makes a recovery code of 80 bits: too many to be guessed, so that a plain hash of
// it is enough.
func newCode() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // it never fails
	text := codeSigns.EncodeToString(b[:])
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

// codeHash is what is stored of a code, however it is written.
func codeHash(code string) string {
	return HashOf("code/" + strings.Map(func(r rune) rune {
		switch {
		case r == 'o' || r == 'O':
			return '0'
		case r == 'i' || r == 'I' || r == 'l' || r == 'L':
			return '1'
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			return r
		}
		return -1
	}, code))
}

// MakeCodes makes ten recovery codes for the actor, each of which signs her in once; those
// that she had no longer work. They are shown now and never again. It appends
// account.codes_made and tells the addresses of the account. It needs a fresh proof.
func (s *Service) MakeCodes(ctx context.Context, a core.Actor) ([]string, error) {
	if err := s.fresh(a); err != nil {
		return nil, err
	}
	codes := make([]string, mostCodes)
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		acc, err := loadAccount(ctx, tx, "a.id = ?", a.Account)
		if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*codeRow)(nil)).Where("account = ?", a.Account).Exec(ctx); err != nil {
			return fmt.Errorf("drop codes: %w", err)
		}
		rows := make([]codeRow, mostCodes)
		for i := range rows {
			codes[i] = newCode()
			rows[i] = codeRow{Hash: codeHash(codes[i]), Account: a.Account, Created: tx.Now}
		}
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return fmt.Errorf("make codes: %w", err)
		}
		tx.Append("account.codes_made", acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name})
		return s.tellTx(ctx, tx, acc, "codes_made")
	})
	return codes, err
}

// Codes tells how many of the actor's recovery codes are left, and when they were made.
func (s *Service) Codes(ctx context.Context, a core.Actor) (left int, made core.Instant, _ error) {
	if err := mayOwn(a, "secure"); err != nil {
		return 0, made, err
	}
	var rows []codeRow
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("account = ?", a.Account).Scan(ctx); err != nil {
		return 0, made, fmt.Errorf("load codes: %w", err)
	}
	for _, r := range rows {
		made = r.Created
		if r.Used.IsZero() {
			left++
		}
	}
	return left, made, nil
}

// RecoverInput is the form that signs in with a recovery code.
type RecoverInput struct {
	Code string `form:"code" required:"1" max:"60" autocomplete:"off"`
}

// Recover signs the browser of a request in with a recovery code, which is used up. It
// appends account.code_used and tells the addresses of the account. A code that is not good
// is core.Invalid; too many guesses from one network are core.KindLimited.
func (s *Service) Recover(w http.ResponseWriter, r *http.Request, in RecoverInput, network string) error {
	if err := s.guesses.Allow(network); err != nil {
		return err
	}
	p := core.Validate(in)
	if err := p.Err(); err != nil {
		return err
	}
	var token string
	err := s.rec.Write(r.Context(), core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		var row codeRow
		err := record.Found(tx.NewRaw("UPDATE account_codes SET used = ? WHERE hash = ? AND used IS NULL RETURNING account", tx.Now, codeHash(in.Code)).Scan(ctx, &row))
		if core.KindOf(err) == core.KindNotFound && err != nil {
			p.Add("code", "security.codes.wrong")
			return p.Err()
		}
		if err != nil {
			return fmt.Errorf("use code: %w", err)
		}
		a, err := loadAccount(ctx, tx, "a.id = ?", row.Account)
		if err != nil {
			return err
		}
		tx.Actor = a.Actor()
		tx.Append("account.code_used", a.ID, core.ScopeForum, record.Internal, record.Data{"label": a.Name})
		if err := s.tellTx(ctx, tx, a, "code_used"); err != nil {
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
