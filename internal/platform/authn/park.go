package authn

import (
	"context"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// What is kept of forms that were sent without a session: no form is longer than
// parkMost bytes, and all together take parkRoom; beyond that the oldest go.
const (
	parkMost = 512 << 10
	parkRoom = 64 << 20
)

// Park keeps a form that was sent without a session until the person has signed in,
// for 24 hours at most. It has the signature of web.Server.Park.
func (s *Service) Park(ctx context.Context, path string, body []byte) (string, error) {
	if len(body) > parkMost {
		return "", &core.Error{Kind: core.KindTooLarge, Key: "error.too_large", Args: []any{"Limit", "512 KB"}}
	}
	token, hash := NewToken()
	err := s.rec.Write(ctx, core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		now := core.At(s.now())
		row := parkedRow{Hash: hash, Path: path, Body: string(body), Size: int64(len(body)), Created: now, Expires: now.Add(parkFor)}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model((*parkedRow)(nil)).Where("expires <= ?", now).
			WhereOr(`hash IN (SELECT hash FROM (
				SELECT hash, SUM(size) OVER (ORDER BY created DESC, hash) AS room FROM parked_forms
			) AS kept WHERE room > ?)`, s.parkRoom).Exec(ctx)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("park form: %w", err)
	}
	return token, nil
}

// Unpark gives a parked form back, once, for the address it was sent to; core.NotFound
// if there is none. It has the signature of web.Server.Unpark.
func (s *Service) Unpark(ctx context.Context, path, token string) ([]byte, error) {
	var row parkedRow
	err := s.rec.Write(ctx, core.ActorOf(ctx), func(ctx context.Context, tx *record.Tx) error {
		return tx.NewRaw(`DELETE FROM parked_forms WHERE hash = ? AND path = ? AND expires > ? RETURNING body`,
			HashOf(token), path, core.At(s.now())).Scan(ctx, &row)
	})
	if err != nil {
		return nil, fmt.Errorf("give back a form: %w", record.Found(err))
	}
	return []byte(row.Body), nil
}
