package mail

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/platform/record"
)

// DropTx takes back mails of the ids under which they were queued, inside the act that
// takes back what caused them. Those that nobody has tried to send yet leave the outbox;
// the ids of those that were sent, or may have been, come back: their recipients read them.
func (s *Service) DropTx(ctx context.Context, tx *record.Tx, ids ...string) (read []string, err error) {
	for part := range slices.Chunk(ids, queueChunk) {
		keys, byKey := make([]string, len(part)), map[string]string{}
		for i, id := range part {
			keys[i] = messageID(id)
			byKey[keys[i]] = id
		}
		if _, err := tx.NewDelete().Model((*row)(nil)).Where("message_id IN (?)", bun.List(keys)).Where("attempts = 0").
			Where("state IN (?, ?, ?, ?)", Queued, Held, Stopped, Cancelled).Exec(ctx); err != nil {
			return nil, fmt.Errorf("drop mail: %w", err)
		}
		if err := dropGatheredTx(ctx, tx, keys); err != nil {
			return nil, err
		}
		var left []string
		if err := tx.NewSelect().Model((*row)(nil)).Column("message_id").Where("message_id IN (?)", bun.List(keys)).Where("state NOT IN (?, ?)", Failed, Cancelled).
			Scan(ctx, &left); err != nil {
			return nil, fmt.Errorf("look for mail: %w", err)
		}
		for _, key := range left {
			read = append(read, byKey[key])
		}
	}
	return read, nil
}
