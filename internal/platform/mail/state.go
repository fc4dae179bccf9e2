package mail

import (
	"context"
	"fmt"
	"time"

	"plenary/internal/core"
)

// Post is how the outbox stands. Oldest is since when the mail waits that has waited longest.
type Post struct {
	Queued int64        `json:"queued"`
	Held   int64        `json:"held" doc:"wait for a mail server to be set, or for the staff to let them go"`
	Failed int64        `json:"failed" doc:"within the last day"`
	Oldest core.Instant `json:"oldest,omitzero"`
}

// Post counts the outbox. Callers decide by policy who may know.
func (s *Service) Post(ctx context.Context) (Post, error) {
	var out Post
	day := core.At(s.now().Add(-24 * time.Hour))
	if err := s.rec.DB.Read.NewRaw(`SELECT COUNT(CASE WHEN x.now = ? THEN 1 END), COUNT(CASE WHEN x.now = ? THEN 1 END),
		COUNT(CASE WHEN x.now = ? AND x.queued >= ? THEN 1 END), MIN(CASE WHEN x.now = ? THEN x.queued END) FROM (SELECT o.queued, `+stateNow+` AS now FROM outbox AS o) AS x`,
		Queued, Held, Failed, day, Queued).Scan(ctx, &out.Queued, &out.Held, &out.Failed, &out.Oldest); err != nil {
		return out, fmt.Errorf("count the outbox: %w", err)
	}
	return out, nil
}
