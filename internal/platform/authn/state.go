package authn

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// stateFor is how long a browser may be in the middle of something.
const stateFor = 30 * time.Minute

type stateRow struct {
	bun.BaseModel `bun:"table:sign_in_states,alias:st"`

	Hash    string       `bun:"hash,pk"`
	Kind    string       `bun:"kind"`
	Expires core.Instant `bun:"expires"`
	Data    string       `bun:"data"`
}

// putState remembers what a browser is in the middle of, and returns the token by which it
// says so. It appends no event.
func (s *Service) putState(ctx context.Context, kind string, data any) (token string, err error) {
	text, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("remember %s: %w", kind, err)
	}
	token, hash := NewToken()
	return token, s.rec.Write(ctx, core.ActorOf(ctx), func(ctx context.Context, tx *record.Tx) error {
		now := core.At(s.now())
		if _, err := tx.NewDelete().Model((*stateRow)(nil)).Where("expires <= ?", now).Exec(ctx); err != nil {
			return fmt.Errorf("drop old states: %w", err)
		}
		row := stateRow{Hash: hash, Kind: kind, Expires: now.Add(stateFor), Data: string(text)}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("remember %s: %w", kind, err)
		}
		return nil
	})
}

// readState reads what a browser is in the middle of; core.NotFound if it is in the middle
// of nothing of the kind, or for too long.
func (s *Service) readState(ctx context.Context, kind, token string, data any) error {
	var row stateRow
	if err := s.rec.DB.Read.NewSelect().Model(&row).Where("hash = ? AND kind = ? AND expires > ?", HashOf(token), kind, core.At(s.now())).
		Scan(ctx); err != nil {
		return record.Found(err)
	}
	if err := json.Unmarshal([]byte(row.Data), data); err != nil {
		return fmt.Errorf("read %s: %w", kind, err)
	}
	return nil
}

// endStateTx ends what was remembered: it is good once. core.NotFound if it was ended already.
func (s *Service) endStateTx(ctx context.Context, tx *record.Tx, kind, token string) error {
	res, err := tx.NewDelete().Model((*stateRow)(nil)).Where("hash = ? AND kind = ?", HashOf(token), kind).Exec(ctx)
	gone, err := record.Once(res, err)
	if err != nil {
		return fmt.Errorf("end %s: %w", kind, err)
	}
	if gone {
		return core.NotFound()
	}
	return nil
}
