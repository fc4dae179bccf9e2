package hooks

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// follow notes for each hook which events it is to be told. What is said of them is asked
// when they are sent: only what everybody may know at that moment.
func (s *Service) follow(ctx context.Context, tx *record.Tx, events []record.Event) error {
	hooks, err := s.load(ctx, tx)
	if err != nil {
		return err
	}
	hooks = slices.DeleteFunc(hooks, func(h Hook) bool { return h.State != StateOn })
	if len(hooks) == 0 {
		return nil
	}
	now := core.At(s.now())
	var rows []Delivery
	for _, e := range events {
		if e.Visibility != record.Public {
			continue
		}
		for _, h := range hooks {
			if e.Seq > h.Since && h.Wants(e.Kind, e.Scope) {
				rows = append(rows, Delivery{ID: tx.NewID(), Hook: h.ID, Event: e.ID, Seq: e.Seq, Kind: e.Kind, State: Waiting, NextTry: now, Created: now})
			}
		}
	}
	const chunk = 200
	for part := range slices.Chunk(rows, chunk) {
		if _, err := tx.NewInsert().Model(&part).On("CONFLICT (hook, event) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("queue for hooks: %w", err)
		}
	}
	if len(rows) > 0 {
		tx.AfterCommit(s.nudge)
	}
	return nil
}

// message is what a hook is sent, in the shape of Standard Webhooks.
type message struct {
	Type      string       `json:"type"`
	Timestamp core.Instant `json:"timestamp"`
	Data      messageData  `json:"data"`
}

type messageData struct {
	Event   core.ID         `json:"event"`
	Seq     int64           `json:"seq"`
	Act     core.ID         `json:"act,omitempty"`
	Subject core.ID         `json:"subject,omitempty"`
	Scope   string          `json:"scope,omitempty"`
	Label   json.RawMessage `json:"label,omitempty"`
	URL     string          `json:"url"`
	By      *by             `json:"by,omitempty"`
}

type by struct {
	Person core.ID `json:"person"`
	Name   string  `json:"name"`
}

// body writes the message of a delivery. It is nil where what it tells is public no more.
func (s *Service) body(ctx context.Context, d Delivery) ([]byte, error) {
	if d.Kind == TestKind {
		return json.Marshal(message{Type: TestKind, Timestamp: d.Created, Data: messageData{Event: d.Event, URL: s.house.BaseURL + "/"}})
	}
	var events []record.Event
	if err := s.rec.DB.Read.NewSelect().Model(&events).ExcludeColumn("personal").Where("e.seq = ?", d.Seq).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read what a hook is told: %w", err)
	}
	list, err := s.house.Exchange.Tell(ctx, events)
	if err != nil {
		return nil, fmt.Errorf("read what a hook is told: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	e := list[0]
	path := e.Path
	if path == "" {
		path = "/"
	}
	m := message{Type: e.Kind, Timestamp: e.At, Data: messageData{
		Event: e.ID, Seq: e.Seq, Act: e.Act, Subject: e.Subject, Scope: e.Scope, URL: s.house.BaseURL + path,
	}}
	var data struct {
		Label json.RawMessage `json:"label"`
	}
	if json.Unmarshal(e.Data, &data) == nil {
		m.Data.Label = data.Label
	}
	if e.Author != "" {
		m.Data.By = &by{Person: e.Person, Name: e.Author}
	}
	return json.Marshal(m)
}

// Queue is what waits for other programs. Oldest is since when.
type Queue struct {
	Waiting int64        `json:"waiting"`
	Oldest  core.Instant `json:"oldest,omitzero"`
	Failing int64        `json:"failing" doc:"hooks whose last try failed, or that were stopped"`
}

// Queue counts what waits. Callers decide by policy who may know.
func (s *Service) Queue(ctx context.Context) (Queue, error) {
	var out Queue
	if err := s.rec.DB.Read.NewSelect().Model((*Delivery)(nil)).ColumnExpr("COUNT(*), MIN(created)").Where("state = ?", Waiting).
		Scan(ctx, &out.Waiting, &out.Oldest); err != nil {
		return out, fmt.Errorf("count what waits for hooks: %w", err)
	}
	failing, err := s.rec.DB.Read.NewSelect().Model((*Hook)(nil)).Where("failing IS NOT NULL OR state = ?", StateStopped).Count(ctx)
	if err != nil {
		return out, fmt.Errorf("count hooks that fail: %w", err)
	}
	out.Failing = failing
	return out, nil
}
