package figures

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// Finds are published figures as the search finds them. A hidden number is in none.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "figure" }

// All figures as they were last published.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	var out []core.ID
	if err := f.s.rec.DB.Read.NewSelect().Model((*Figure)(nil)).Column("fv.id").Where("fv.latest = TRUE").OrderExpr("fv.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list what can be found: %w", err)
	}
	return out, nil
}

// Docs of figures; one that was published anew has none. One query.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var list []Figure
	if err := f.s.rec.DB.Read.NewSelect().Model(&list).Where("fv.latest = TRUE").Where("fv.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load figures to be found: %w", err)
	}
	var out []search.Doc
	for _, x := range list {
		set, err := f.s.Editions.SettingByID(ctx, core.Operator, x.Edition)
		if err != nil {
			return nil, fmt.Errorf("load edition of a figure: %w", err)
		}
		d, ok := Find(x.Indicator)
		if !ok {
			continue
		}
		name := f.s.Catalog.Text("figures.of." + d.Code)
		title := core.Text{}
		for _, lang := range core.Langs {
			if n := name.By[lang]; n != "" {
				e, _ := set.Name.In(lang)
				title = title.With(lang, n+", "+e)
			}
		}
		doc := search.Doc{
			ID: "figure:" + string(x.ID), Kind: "figure", Title: title, Body: f.s.Catalog.Text("figures.of." + d.Code + ".definition"),
			Path: set.Path() + "/statistics/" + d.Code, At: x.Published, Weight: 0.7, Readers: set.Readers(), Facets: set.Facets(),
			Extra: map[string]string{"edition": set.Slug, "state": x.Status},
		}
		if !x.Hidden {
			doc.Names = []string{itoa(x.Amount)}
		}
		out = append(out, doc)
	}
	return out, nil
}

// Touched are the figures of editions in which some were published.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var of []core.ID
	for _, e := range events {
		if strings.HasPrefix(e.Kind, "figure.") {
			of = append(of, e.Subject)
		}
	}
	if of = append(of, editions.Reshaped(events)...); len(of) == 0 {
		return nil, nil
	}
	var out []core.ID
	if err := f.s.rec.DB.Read.NewSelect().Model((*Figure)(nil)).Column("fv.id").Where("fv.edition IN (?)", bun.List(of)).OrderExpr("fv.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list touched figures: %w", err)
	}
	return out, nil
}

// May tells which of them the actor may see: those of editions that she may see.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(ids) == 0 {
		return out, nil
	}
	list, err := f.s.Editions.Editions(ctx, a)
	if err != nil {
		return nil, err
	}
	seen := map[core.ID]bool{}
	for _, e := range list {
		seen[e.ID] = true
	}
	var rows []struct {
		ID      core.ID `bun:"id"`
		Edition core.ID `bun:"edition"`
	}
	if err := f.s.rec.DB.Read.NewSelect().TableExpr("figure_values AS fv").Column("fv.id", "fv.edition").Where("fv.latest = TRUE").Where("fv.id IN (?)", bun.List(ids)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("load editions of figures: %w", err)
	}
	for _, r := range rows {
		out[string(r.ID)] = seen[r.Edition]
	}
	return out, nil
}
