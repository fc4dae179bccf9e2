package proposals

import (
	"context"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/solve/similar"
)

// Near tells how near proposals of a call are to what people know, from 0 to 1: one row
// for each expertise, which are words, with a column for each proposal. Only what does not
// tell who proposes is compared. Two queries where nothing has changed.
func (s *Service) Near(ctx context.Context, c calls.Call, expertise []string, ids []core.ID) ([][]float64, error) {
	k, err := s.compared(ctx, c)
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(expertise))
	for i, words := range expertise {
		out[i] = make([]float64, len(ids))
		if strings.TrimSpace(words) == "" {
			continue
		}
		near := k.index.Near(similar.Text{Title: words, Tags: core.Lines(words)})
		for j, id := range ids {
			out[i][j] = near[string(id)]
		}
	}
	return out, nil
}
