package hooks

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
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// The secret of a hook is derived from the forum's key, the hook and its generation, so
// that it can be shown again and lies in no row. Replacing it raises the generation.

type keyRow struct {
	bun.BaseModel `bun:"table:webhook_keys,alias:wk"`

	ID     string `bun:"id,pk"`
	Secret string `bun:"secret"`
}

const keyID = "secrets"

type keyring struct {
	mu  sync.Mutex
	key []byte
}

// key is what secrets are derived from; it is made when it is first needed.
func (s *Service) key(ctx context.Context) ([]byte, error) {
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	if s.keys.key != nil {
		return s.keys.key, nil
	}
	var row keyRow
	err := record.Found(s.rec.DB.Read.NewSelect().Model(&row).Where("id = ?", keyID).Scan(ctx))
	if err != nil && core.KindOf(err) == core.KindNotFound {
		err = s.rec.Write(ctx, program, func(ctx context.Context, tx *record.Tx) error {
			var b [32]byte
			_, _ = rand.Read(b[:]) // it never fails
			fresh := keyRow{ID: keyID, Secret: base64.RawStdEncoding.EncodeToString(b[:])}
			if _, err := tx.NewInsert().Model(&fresh).On("CONFLICT (id) DO NOTHING").Exec(ctx); err != nil {
				return err
			}
			return tx.NewSelect().Model(&row).Where("id = ?", keyID).Scan(ctx)
		})
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of hooks: %w", err)
	}
	if s.keys.key, err = base64.RawStdEncoding.DecodeString(row.Secret); err != nil {
		return nil, fmt.Errorf("read the key of hooks: %w", err)
	}
	return s.keys.key, nil
}

// secretOf is the secret of a hook as it is given to the other program.
func secretOf(key []byte, id core.ID, generation int64) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("webhook\x00" + string(id) + "\x00" + strconv.FormatInt(generation, 10)))
	return "whsec_" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// sign makes the signatures of a message: with the secret, and for a day with the one
// before it, so that the other program can change over.
func sign(key []byte, h Hook, message string, at time.Time, body []byte) (string, error) {
	generations := []int64{h.Generation}
	if core.At(at).Before(h.OldUntil) {
		generations = append(generations, h.Generation-1)
	}
	out := make([]string, 0, len(generations))
	for _, g := range generations {
		wh, err := standardwebhooks.NewWebhook(secretOf(key, h.ID, g))
		if err != nil {
			return "", fmt.Errorf("read the secret of a hook: %w", err)
		}
		signature, err := wh.Sign(message, at, body)
		if err != nil {
			return "", fmt.Errorf("sign for a hook: %w", err)
		}
		out = append(out, signature)
	}
	return strings.Join(out, " "), nil
}
