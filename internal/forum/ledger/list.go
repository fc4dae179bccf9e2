package ledger

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/db"
)

// Filter narrows the list of calls. All its parts must hold.
type Filter struct {
	Edition      core.ID
	Session      core.ID
	To           string // code of an addressee
	Organisation core.ID
	State        string
	Silent       bool // nobody has answered
	Unaddressed  bool // an addressee in words without an organisation: for the staff
	Query        string
	Oldest       bool // the longest silence first
	Page         core.Page
}

func (f Filter) narrow(q *bun.SelectQuery, skip string) *bun.SelectQuery {
	if f.Edition != "" && skip != "edition" {
		q = q.Where("lc.edition = ?", f.Edition)
	}
	if f.Session != "" {
		q = q.Where("lc.session = ?", f.Session)
	}
	if f.To != "" && skip != "to" {
		q = q.Where("lc.to_key LIKE ? ESCAPE '!'", db.Contains("|"+f.To+"|"))
	}
	if f.Organisation != "" {
		q = q.Where("EXISTS (SELECT 1 FROM ledger_addressees AS ad WHERE ad.call = lc.id AND ad.organisation = ?)", f.Organisation)
	}
	if f.State != "" && skip != "state" {
		q = q.Where("lc.state = ?", f.State)
	} else if f.State == "" && skip != "state" {
		q = q.Where("lc.state <> ?", StateGone)
	}
	if f.Silent {
		q = q.Where("lc.state = ?", StateOpen)
	}
	if f.Unaddressed {
		q = q.Where("lc.to_as <> '' AND NOT EXISTS (SELECT 1 FROM ledger_addressees AS ad WHERE ad.call = lc.id)")
	}
	for _, w := range strings.Fields(core.Fold(f.Query)) {
		q = q.Where("lc.words_key LIKE ? ESCAPE '!'", db.Contains(w))
	}
	return q
}

// List gives the calls that a filter chooses and the actor may see, the newest first.
// The number of queries does not depend on how many there are.
func (s *Service) List(ctx context.Context, a core.Actor, f Filter) (core.List[Call], error) {
	out := core.List[Call]{Items: []Call{}}
	v, err := s.sight(ctx, a)
	if err != nil {
		return out, err
	}
	total, err := f.narrow(v.calls(s.rec.DB.Read.NewSelect().Model((*Call)(nil))), "").Count(ctx)
	if err != nil {
		return out, fmt.Errorf("count calls: %w", err)
	}
	out.Total = int(total)
	q := f.narrow(v.calls(s.rec.DB.Read.NewSelect().Model(&out.Items)), "")
	order, than := "lc.called DESC, lc.id DESC", "<"
	if f.Oldest {
		order, than = "lc.called, lc.id", ">"
	}
	if f.Page.Cursor != "" {
		var at int64
		var id string
		if err := core.ReadCursor(f.Page.Cursor, &at, &id); err != nil {
			return out, err
		}
		q = q.Where("(lc.called "+than+" ? OR lc.called = ? AND lc.id "+than+" ?)", at, at, id)
	}
	if err := q.OrderExpr(order).Limit(int64(f.Page.Size()) + 1).Scan(ctx); err != nil {
		return out, fmt.Errorf("list calls: %w", err)
	}
	if len(out.Items) > f.Page.Size() {
		out.Items = out.Items[:f.Page.Size()]
		last := out.Items[len(out.Items)-1]
		out.Next = core.Cursor(last.Called.Time().UnixMicro(), string(last.ID))
	}
	return out, withAddressees(ctx, s.rec.DB.Read, pointers(out.Items))
}

// All gives all calls of a filter, for a file.
func (s *Service) All(ctx context.Context, a core.Actor, f Filter) ([]Call, error) {
	v, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var rows []Call
	if err := f.narrow(v.calls(s.rec.DB.Read.NewSelect().Model(&rows)), "").OrderExpr("lc.called DESC, lc.id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list calls: %w", err)
	}
	for part := 0; part < len(rows); part += 500 {
		if err := withAddressees(ctx, s.rec.DB.Read, pointers(rows[part:min(part+500, len(rows))])); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// facets are the ways in which the list can be narrowed, with how many each would leave.
type facets struct {
	states, to map[string]int
	editions   map[core.ID]int
}

func (s *Service) facets(ctx context.Context, a core.Actor, f Filter) (facets, error) {
	out := facets{states: map[string]int{}, to: map[string]int{}, editions: map[core.ID]int{}}
	v, err := s.sight(ctx, a)
	if err != nil {
		return out, err
	}
	type row struct {
		Value string `bun:"value"`
		Count int    `bun:"count"`
	}
	ask := func(skip, column string) ([]row, error) {
		var rows []row
		err := f.narrow(v.calls(s.rec.DB.Read.NewSelect().Model((*Call)(nil)).ColumnExpr("? AS value, COUNT(*) AS count", bun.Ident(column))), skip).
			GroupExpr("?", bun.Ident(column)).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("count calls: %w", err)
		}
		return rows, nil
	}
	rows, err := ask("state", "lc.state")
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		out.states[r.Value] = r.Count
	}
	if rows, err = ask("edition", "lc.edition"); err != nil {
		return out, err
	}
	for _, r := range rows {
		out.editions[core.ID(r.Value)] = r.Count
	}
	if rows, err = ask("to", "lc.to_key"); err != nil {
		return out, err
	}
	for _, r := range rows {
		for _, code := range strings.Split(r.Value, "|") {
			if code != "" {
				out.to[code] += r.Count
			}
		}
	}
	return out, nil
}

// Summary counts the calls of an edition by state.
func (s *Service) Summary(ctx context.Context, a core.Actor, edition core.ID) (map[string]int, error) {
	v, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		State string `bun:"state"`
		Count int    `bun:"count"`
	}
	err = v.calls(s.rec.DB.Read.NewSelect().Model((*Call)(nil)).ColumnExpr("lc.state, COUNT(*) AS count")).Where("lc.edition = ?", edition).
		GroupExpr("lc.state").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count calls: %w", err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.State] = r.Count
	}
	return out, nil
}

// CommitmentFilter narrows the list of commitments.
type CommitmentFilter struct {
	Edition, Organisation, Session core.ID
	Alone                          bool // those that answer no call
	Waiting                        bool // those that wait to be confirmed
}

// Commitments lists what organisations say, the newest first, as the actor may see it.
func (s *Service) Commitments(ctx context.Context, a core.Actor, f CommitmentFilter) ([]Commitment, error) {
	list, err := s.commitments(ctx, a, func(q *bun.SelectQuery) *bun.SelectQuery {
		if f.Edition != "" {
			q = q.Where("cm.edition = ?", f.Edition)
		}
		if f.Organisation != "" {
			q = q.Where("cm.organisation = ?", f.Organisation)
		}
		if f.Session != "" {
			q = q.Where("cm.session = ?", f.Session)
		}
		if f.Alone {
			q = q.Where("cm.ledger_call = ''")
		}
		if f.Waiting {
			q = q.Where("cm.state = ?", Claimed)
		}
		return q.OrderExpr("cm.said DESC").Limit(500)
	})
	return list, err
}
