package proposals

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

// speaking are in how many proposals of the call's edition that count each of some speakers
// stands, by her key. All addresses of an account are one speaker.
func (s *Service) speaking(ctx context.Context, idb bun.IDB, c calls.Call, keys []string) (map[string]int, error) {
	one := map[string]string{} // who it is, by key
	for part := range slices.Chunk(keys, 1000) {
		_, holders, err := s.Accounts.Holders(ctx, idb, nil, part)
		if err != nil {
			return nil, err
		}
		for _, key := range part {
			one[key] = key
		}
		for key, acc := range holders {
			one[key] = string(acc.ID)
		}
	}
	in := map[string]map[core.ID]bool{} // proposals, by who it is
	for part := range slices.Chunk(slices.Sorted(maps.Keys(one)), 1000) {
		var rows []struct {
			Key      string  `bun:"person_key"`
			Proposal core.ID `bun:"proposal"`
		}
		const key = "CASE WHEN pp.email_key <> '' THEN pp.email_key ELSE pp.name_key END"
		q := idb.NewSelect().Model((*Party)(nil)).ColumnExpr("DISTINCT "+key+" AS person_key, pp.proposal").
			Join("JOIN proposals AS pr ON pr.id = pp.proposal").
			Where("pp.gone = FALSE AND pp.means = ? AND pp.state <> ? AND pr.state IN (?)", calls.MeansSpeaker, Declined, bun.List(Live)).
			Where(key+" IN (?)", bun.List(part))
		if c.Edition != "" {
			q = q.Where("pr.edition = ?", c.Edition)
		} else {
			q = q.Where("pr.call = ?", c.ID)
		}
		if err := q.Scan(ctx, &rows); err != nil {
			return nil, fmt.Errorf("count speakers: %w", err)
		}
		for _, r := range rows {
			who := one[r.Key]
			if in[who] == nil {
				in[who] = map[core.ID]bool{}
			}
			in[who][r.Proposal] = true
		}
	}
	out := map[string]int{}
	for _, key := range keys {
		out[key] = len(in[one[key]])
	}
	return out, nil
}

func speakerKeys(list []Proposal, parties map[core.ID][]Party) []string {
	var keys []string
	for _, p := range list {
		for _, x := range of(parties[p.ID], calls.MeansSpeaker) {
			keys = append(keys, x.personKey())
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
