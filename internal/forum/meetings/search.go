package meetings

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// Finds are the meetings as the search finds them.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "meeting" }

func (f Finds) ids(ctx context.Context, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]core.ID, error) {
	var out []core.ID
	if err := f.s.rec.DB.Read.NewSelect().Model((*Meeting)(nil)).Column("me.id").Apply(narrow).OrderExpr("me.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list what can be found: %w", err)
	}
	return out, nil
}

// All meetings.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	return f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
}

// Docs of meetings. Their addresses are in none. The number of queries does not depend on
// that of the meetings.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := f.s.Meetings(ctx, core.Operator, Filter{IDs: ids})
	if err != nil {
		return nil, err
	}
	var groups []core.ID
	for _, m := range list {
		if m.Body != "" {
			groups = append(groups, m.Body)
		}
	}
	names, err := f.s.Bodies.Bodies(ctx, groups)
	if err != nil {
		return nil, err
	}
	seats, err := f.s.Bodies.SeatsIn(ctx, groups)
	if err != nil {
		return nil, err
	}
	out := make([]search.Doc, 0, len(list))
	for _, m := range list {
		d := search.Doc{
			ID: "meeting:" + string(m.ID), Kind: "meeting", Title: m.Title, Path: m.Path(), At: m.Starts, Weight: 0.8,
			Body: core.JoinTexts(m.Agenda, m.Room, m.Note), Extra: map[string]string{"state": m.State, "visibility": m.Visibility},
			Readers: []string{search.Public},
		}
		if b, ok := names[m.Body]; ok {
			of, _ := json.Marshal(b.Name) // texts always marshal
			d.Extra["of"] = string(of)
			if b.Acronym != "" {
				d.Names = []string{b.Acronym}
			}
		}
		if m.State == Cancelled {
			d.Weight = 0.5
		}
		if m.Visibility != ForPublic {
			d.Readers = core.StaffReaders(m.scope())
			for _, seat := range bodies.On(seats[m.Body], f.s.Bodies.Today()) {
				if seat.Person != "" {
					d.Readers = append(d.Readers, core.PersonReader(seat.Person))
				}
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// Touched are the meetings that events are about, those of their series, and those that the
// members of a body see whose seats have changed.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var out, series, groups []core.ID
	for _, e := range events {
		switch {
		case strings.HasPrefix(e.Kind, "meeting_series."):
			series = append(series, e.Subject)
		case strings.HasPrefix(e.Kind, "meeting."):
			out = append(out, e.Subject)
		case strings.HasPrefix(e.Kind, "seat."), e.Kind == "body.changed":
			groups = append(groups, e.Subject)
		case e.Kind == "person.merged":
			more, err := f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("me.visibility <> ?", ForPublic) })
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
	}
	if len(series)+len(groups) > 0 {
		more, err := f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
				q = q.Where("1 = 0")
				if len(series) > 0 {
					q = q.WhereOr("me.series <> '' AND me.series IN (?)", bun.List(series))
				}
				if len(groups) > 0 {
					q = q.WhereOr("me.body <> '' AND me.body IN (?)", bun.List(groups))
				}
				return q
			})
		})
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// May tells which of them the actor may see now.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	wanted := make([]core.ID, 0, len(ids))
	for _, id := range ids {
		if core.ID(id).Valid() {
			wanted = append(wanted, core.ID(id))
		}
	}
	list, err := f.s.Meetings(ctx, a, Filter{IDs: wanted})
	for _, m := range list {
		out[string(m.ID)] = true
	}
	return out, err
}
