package record

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Query asks for events, newest first.
type Query struct {
	Scope    string
	Subjects []core.ID
	Kinds    []string
	Internal bool // also events that are not public: the caller has asked the policy
	Page     core.Page
}

// Events lists what happened. Callers decide by policy whether internal events are
// asked for; the personal part is never read.
func (r *Record) Events(ctx context.Context, q Query) (core.List[Event], error) {
	var list core.List[Event]
	cond := func(s *bun.SelectQuery) *bun.SelectQuery {
		if q.Scope != "" {
			s = s.Where("e.scope = ?", q.Scope)
		}
		if len(q.Subjects) > 0 {
			s = s.Where("e.subject IN (?)", bun.List(q.Subjects))
		}
		if len(q.Kinds) > 0 {
			s = s.Where("e.kind IN (?)", bun.List(q.Kinds))
		}
		if !q.Internal {
			s = s.Where("e.visibility = ?", Public)
		}
		return s
	}
	sel := cond(r.DB.Read.NewSelect().Model(&list.Items).ExcludeColumn("personal"))
	if q.Page.Cursor != "" {
		var seq int64
		if err := core.ReadCursor(q.Page.Cursor, &seq); err != nil {
			return list, err
		}
		sel = sel.Where("e.seq < ?", seq)
	}
	if err := sel.OrderExpr("e.seq DESC").Limit(int64(q.Page.Size()) + 1).Scan(ctx); err != nil {
		return list, fmt.Errorf("read events: %w", err)
	}
	if len(list.Items) > q.Page.Size() {
		list.Items = list.Items[:q.Page.Size()]
		list.Next = core.Cursor(list.Items[len(list.Items)-1].Seq)
	}
	total, err := cond(r.DB.Read.NewSelect().Model((*Event)(nil))).Count(ctx)
	if err != nil {
		return list, fmt.Errorf("count events: %w", err)
	}
	list.Total = int(total)
	return list, nil
}
