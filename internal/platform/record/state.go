package record

import (
	"context"
	"fmt"

	"plenary/internal/core"
)

// FollowerState is how far a follower has come.
type FollowerState struct {
	Name   string `json:"name"`
	Cursor int64  `json:"cursor" doc:"place of the last event that took effect"`
	Lag    int64  `json:"lag" doc:"events that wait"`
}

// State is how the record stands.
type State struct {
	Last      int64           `json:"last" doc:"place of the last event"`
	At        core.Instant    `json:"at,omitzero" doc:"when it happened"`
	Followers []FollowerState `json:"followers"`
}

// State says how far the record and those who follow it have come. Callers decide by policy
// who may know.
func (r *Record) State(ctx context.Context) (State, error) {
	out := State{Followers: []FollowerState{}}
	var last []Event
	if err := r.DB.Read.NewSelect().Model(&last).Column("seq", "at").OrderExpr("seq DESC").Limit(1).Scan(ctx); err != nil {
		return out, fmt.Errorf("read the end of the record: %w", err)
	}
	if len(last) > 0 {
		out.Last, out.At = last[0].Seq, last[0].At
	}
	var rows []followerRow
	if err := r.DB.Read.NewSelect().Model(&rows).OrderExpr("name").Scan(ctx); err != nil {
		return out, fmt.Errorf("read followers: %w", err)
	}
	for _, row := range rows {
		out.Followers = append(out.Followers, FollowerState{Name: row.Name, Cursor: row.Cursor, Lag: max(0, out.Last-row.Cursor)})
	}
	return out, nil
}
