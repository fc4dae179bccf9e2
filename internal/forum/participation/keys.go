package participation

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

type keyRow struct {
	bun.BaseModel `bun:"table:participation_keys,alias:pk"`

	Name    string       `bun:"name,pk"`
	Secret  string       `bun:"secret"`
	Created core.Instant `bun:"created"`
}

// Key gives 32 random bytes of this installation under a name, made when they are first
// asked for: links are derived from one, badges signed with another. They stay in the
// database, so that several processes have the same; no package or backup of public data
// holds them. It appends no event.
func (s *Service) Key(ctx context.Context, name string) ([]byte, error) {
	if k, ok := s.keys.Load(name); ok {
		return k.([]byte), nil
	}
	var list []keyRow
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("pk.name = ?", name).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load key: %w", err)
	}
	if len(list) == 0 {
		fresh := make([]byte, 32)
		if _, err := rand.Read(fresh); err != nil {
			return nil, fmt.Errorf("make key: %w", err)
		}
		err := s.rec.Write(ctx, core.Actor{Program: "setup"}, func(ctx context.Context, tx *record.Tx) error {
			row := keyRow{Name: name, Secret: base64.StdEncoding.EncodeToString(fresh), Created: tx.Now}
			if _, err := tx.NewInsert().Model(&row).On("CONFLICT (name) DO NOTHING").Exec(ctx); err != nil {
				return fmt.Errorf("keep key: %w", err)
			}
			return tx.NewSelect().Model(&list).Where("pk.name = ?", name).Scan(ctx)
		})
		if err != nil {
			return nil, err
		}
	}
	key, err := base64.StdEncoding.DecodeString(list[0].Secret)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	s.keys.Store(name, key)
	return key, nil
}
