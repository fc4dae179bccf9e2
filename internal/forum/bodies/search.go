package bodies

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// Finds are the bodies as the search finds them.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "body" }

// All bodies.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	var out []core.ID
	if err := f.s.rec.DB.Read.NewSelect().Model((*Body)(nil)).Column("id").OrderExpr("id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list what can be found: %w", err)
	}
	return out, nil
}

// Docs of bodies, in one query.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var list []Body
	if err := f.s.rec.DB.Read.NewSelect().Model(&list).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load bodies to be found: %w", err)
	}
	out := make([]search.Doc, 0, len(list))
	for _, b := range list {
		d := search.Doc{
			ID: "body:" + string(b.ID), Kind: "body", Title: b.Name, Path: b.Path(), Readers: []string{search.Public},
			Extra: map[string]string{"group": b.Kind, "country": b.Country, "status": b.Status},
		}
		country, _ := f.s.vocab.Country(b.Country)
		d.Body = core.JoinTexts(b.Purpose, b.AsSeen, country.Name)
		if b.Acronym != "" {
			d.Names = []string{b.Acronym}
		}
		if b.Status == Inactive {
			d.Weight = 0.8
		}
		out = append(out, d)
	}
	return out, nil
}

// Touched are the bodies that events are about.
func (Finds) Touched(_ context.Context, events []record.Event) ([]core.ID, error) {
	var out []core.ID
	for _, e := range events {
		if strings.HasPrefix(e.Kind, "body.") && e.Kind != "body.counted" {
			out = append(out, e.Subject)
		}
	}
	return out, nil
}

// May tells which of them there are: everybody sees all.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	if !Policy.Can("see", Active, a.Roles(core.ScopeForum)...) {
		return out, nil
	}
	all, err := f.s.all(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		_, out[id] = all.byID[core.ID(id)]
	}
	return out, nil
}
