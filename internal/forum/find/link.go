package find

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// A link that ends the mails of saved searches is derived from the account and its
// generation, so that every mail may hold it. Using it raises the generation.

type keyRow struct {
	bun.BaseModel `bun:"table:search_keys,alias:sk"`

	ID     string `bun:"id,pk"`
	Secret string `bun:"secret"`
}

type readerRow struct {
	bun.BaseModel `bun:"table:search_readers,alias:sr"`

	Account    core.ID `bun:"account,pk"`
	Generation int64   `bun:"generation"`
}

const keyID = "unsubscribe"

type keyring struct {
	mu     sync.Mutex
	secret []byte
}

// secret is what links are derived from; it is made when it is first needed.
func (s *Service) secret(ctx context.Context) ([]byte, error) {
	s.key.mu.Lock()
	defer s.key.mu.Unlock()
	if s.key.secret != nil {
		return s.key.secret, nil
	}
	var row keyRow
	err := record.Found(s.rec.DB.Read.NewSelect().Model(&row).Where("id = ?", keyID).Scan(ctx))
	if core.KindOf(err) == core.KindNotFound && err != nil {
		var b [32]byte
		_, _ = rand.Read(b[:]) // it never fails
		err = s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
			fresh := keyRow{ID: keyID, Secret: base64.RawStdEncoding.EncodeToString(b[:])}
			if _, err := tx.NewInsert().Model(&fresh).On("CONFLICT (id) DO NOTHING").Exec(ctx); err != nil {
				return err
			}
			return tx.NewSelect().Model(&row).Where("id = ?", keyID).Scan(ctx)
		})
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of links: %w", err)
	}
	if s.key.secret, err = base64.RawStdEncoding.DecodeString(row.Secret); err != nil {
		return nil, fmt.Errorf("read the key of links: %w", err)
	}
	return s.key.secret, nil
}

func generationOf(ctx context.Context, idb bun.IDB, account core.ID) (int64, error) {
	var rows []readerRow
	if err := idb.NewSelect().Model(&rows).Where("account = ?", account).Scan(ctx); err != nil {
		return 0, fmt.Errorf("read generation of a link: %w", err)
	}
	if len(rows) == 0 {
		return 1, nil
	}
	return rows[0].Generation, nil
}

func derive(secret []byte, account core.ID, generation int64) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("saved-searches\x00" + string(account) + "\x00" + strconv.FormatInt(generation, 10)))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// unsubscribe is the address that ends the mails of an account.
func (s *Service) unsubscribe(ctx context.Context, account core.ID) (string, error) {
	secret, err := s.secret(ctx)
	if err != nil {
		return "", err
	}
	generation, err := generationOf(ctx, s.rec.DB.Read, account)
	if err != nil {
		return "", err
	}
	return s.cfg.BaseURL + "/search/unsubscribe/" + string(account) + "." + derive(secret, account, generation), nil
}

// EndsMail tells whether a token of such a link is good; it does nothing.
func (s *Service) EndsMail(ctx context.Context, token string) (bool, error) {
	_, _, err := s.tokenHolder(ctx, s.rec.DB.Read, token)
	if err == nil {
		return true, nil
	}
	if core.KindOf(err) == core.KindNotFound {
		err = nil
	}
	return false, err
}

func (s *Service) tokenHolder(ctx context.Context, idb bun.IDB, token string) (account core.ID, generation int64, err error) {
	id, sign, _ := strings.Cut(token, ".")
	account = core.ID(id)
	if !account.Valid() {
		return "", 0, core.NotFound()
	}
	secret, err := s.secret(ctx)
	if err != nil {
		return "", 0, err
	}
	if generation, err = generationOf(ctx, idb, account); err != nil {
		return "", 0, err
	}
	if !hmac.Equal([]byte(sign), []byte(derive(secret, account, generation))) {
		return "", 0, core.NotFound()
	}
	return account, generation, nil
}

// EndMail ends the mails of all searches of whoever holds the link. The searches stay.
// Event: search.changed of each. Errors: NotFound for a link that is not good (any more).
func (s *Service) EndMail(ctx context.Context, token string) error {
	account, generation, err := s.tokenHolder(ctx, s.rec.DB.Read, token)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, core.Actor{Account: account}, func(ctx context.Context, tx *record.Tx) error {
		now, err := generationOf(ctx, tx, account)
		if err != nil {
			return err
		}
		if now != generation {
			return core.NotFound()
		}
		row := readerRow{Account: account, Generation: generation + 1}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (account) DO UPDATE").Set("generation = EXCLUDED.generation").Exec(ctx); err != nil {
			return fmt.Errorf("use up link: %w", err)
		}
		var list []Saved
		if err := tx.NewSelect().Model(&list).Where("account = ? AND often <> ?", account, Never).OrderExpr("id").Scan(ctx); err != nil {
			return fmt.Errorf("load saved searches: %w", err)
		}
		if _, err := tx.NewUpdate().Model((*Saved)(nil)).Set("often = ?, due = NULL, version = version + 1", Never).
			Where("account = ? AND often <> ?", account, Never).Exec(ctx); err != nil {
			return fmt.Errorf("end mails: %w", err)
		}
		for _, x := range list {
			x.Often = Never
			note(tx, "search.changed", x)
		}
		return nil
	})
}
