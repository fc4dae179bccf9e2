package opinions

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// Finds are the polls as the search finds them, with their accepted statements.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "poll" }

// All polls.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	var out []core.ID
	if err := f.s.rec.DB.Read.NewSelect().Model((*Poll)(nil)).Column("op.id").OrderExpr("op.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list polls: %w", err)
	}
	return out, nil
}

func (f Finds) load(ctx context.Context, ids []core.ID) ([]Poll, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var out []Poll
	if err := f.s.rec.DB.Read.NewSelect().Model(&out).Where("op.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load polls: %w", err)
	}
	return out, nil
}

// Docs of polls: two queries.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	polls, err := f.load(ctx, ids)
	if err != nil || len(polls) == 0 {
		return nil, err
	}
	var list []Statement
	if err := f.s.rec.DB.Read.NewSelect().Model(&list).Where("os.poll IN (?) AND os.state = ?", bun.List(ids), Accepted).
		OrderExpr("os.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load statements: %w", err)
	}
	by := map[core.ID][]core.Text{}
	for _, x := range list {
		by[x.Poll] = append(by[x.Poll], x.Body)
	}
	var out []search.Doc
	for _, p := range polls {
		d := search.Doc{
			ID: "poll:" + string(p.ID), Kind: "poll", Title: p.Title, Path: p.Path(), Readers: core.StaffReaders(p.Scope), At: p.Opens, Weight: 0.8,
			Body: core.JoinTexts(append([]core.Text{p.About}, by[p.ID]...)...),
		}
		if p.Published {
			d.Readers = []string{search.Public}
		}
		out = append(out, d)
	}
	return out, nil
}

// Touched are the polls that events are about.
func (f Finds) Touched(_ context.Context, events []record.Event) ([]core.ID, error) {
	var out []core.ID
	for _, e := range events {
		if strings.HasPrefix(e.Kind, "opinion_") {
			out = append(out, e.Subject)
		}
	}
	return out, nil
}

// May tells which of them the actor may see.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	list := make([]core.ID, len(ids))
	for i, id := range ids {
		list[i] = core.ID(id)
	}
	polls, err := f.load(ctx, list)
	if err == nil {
		polls, err = f.s.unknown(ctx, a, polls)
	}
	out := map[string]bool{}
	for _, p := range polls {
		out[string(p.ID)] = f.s.Can(a, p, "see")
	}
	return out, err
}
