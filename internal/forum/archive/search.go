package archive

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// partBytes is about how much of a source is found as one: it leads to its first line.
const partBytes = 3000

// Finds are the sources that were taken in and whose text is open, cut into parts that
// lead to their lines.
type Finds struct {
	s        *Service
	editions *editions.Service
}

// NewFinds makes the source.
func NewFinds(s *Service, e *editions.Service) Finds { return Finds{s, e} }

// Kind of what is found.
func (Finds) Kind() string { return "source" }

func (f Finds) open(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Where("im.open_source = TRUE AND im.state = ?", StateApplied)
}

// All open sources.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	var out []core.ID
	if err := f.open(f.s.rec.DB.Read.NewSelect().Model((*Import)(nil)).Column("im.id")).OrderExpr("im.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list what can be found: %w", err)
	}
	return out, nil
}

// Docs of sources, in one query.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var list []Import
	if err := f.open(f.s.rec.DB.Read.NewSelect().Model(&list).Where("im.id IN (?)", bun.List(ids))).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load sources to be found: %w", err)
	}
	var out []search.Doc
	for _, im := range list {
		set, err := f.editions.SettingByID(ctx, core.Operator, im.Edition)
		if err != nil {
			return nil, fmt.Errorf("load edition: %w", err)
		}
		out = append(out, parts(set, im)...)
	}
	return out, nil
}

func parts(set *editions.Setting, im Import) []search.Doc {
	var out []search.Doc
	lines := strings.Split(im.Source, "\n")
	for from := 0; from < len(lines); {
		size, to := 0, from
		for to < len(lines) && (size == 0 || size+len(lines[to]) <= partBytes) {
			size += len(lines[to]) + 1
			to++
		}
		n := strconv.Itoa(from + 1)
		d := search.Doc{
			ID: "source:" + string(im.ID) + "#l" + n, Kind: "source", Title: core.NewText(im.Lang, im.Name),
			Path: set.Path() + "/imports/" + string(im.ID) + "#l" + n, At: im.At, Weight: 0.4, Facets: set.Facets(),
			Readers: set.Readers(), Extra: map[string]string{"edition": set.Slug, "line": n},
		}
		if text := strings.TrimSpace(strings.Join(lines[from:to], "\n")); text != "" {
			d.Body = core.NewText(im.Lang, text)
		}
		if !d.Body.IsZero() || from == 0 {
			out = append(out, d)
		}
		from = to
	}
	return out
}

// Touched are the sources that events are about.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var out, maybe []core.ID
	for _, e := range events {
		switch {
		case e.Kind == "import.discarded": // it is there no more
			out = append(out, e.Subject)
		case strings.HasPrefix(e.Kind, "import."):
			maybe = append(maybe, e.Subject)
		}
	}
	shaped := editions.Reshaped(events)
	if len(maybe)+len(shaped) == 0 {
		return out, nil
	}
	var more []core.ID
	if err := f.s.rec.DB.Read.NewSelect().Model((*Import)(nil)).Column("im.id").Where("im.id IN (?)", bun.List(append(maybe, ""))).
		WhereOr("im.edition IN (?)", bun.List(append(shaped, ""))).Scan(ctx, &more); err != nil {
		return nil, fmt.Errorf("look for sources: %w", err)
	}
	return append(out, more...), nil
}

// May tells which of them the actor may read: those of editions that she sees.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	var imports []core.ID
	for _, id := range ids {
		im, _, _ := strings.Cut(id, "#")
		imports = append(imports, core.ID(im))
	}
	var rows []Import
	if err := f.open(f.s.rec.DB.Read.NewSelect().Model(&rows).Column("im.id", "im.edition").Where("im.id IN (?)", bun.List(imports))).
		Scan(ctx); err != nil {
		return nil, fmt.Errorf("look for sources: %w", err)
	}
	list, err := f.editions.Editions(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	visible, may := map[core.ID]bool{}, map[string]bool{}
	for _, e := range list {
		visible[e.ID] = true
	}
	for _, im := range rows {
		may[string(im.ID)] = visible[im.Edition]
	}
	out := map[string]bool{}
	for _, id := range ids {
		im, _, _ := strings.Cut(id, "#")
		out[id] = may[im]
	}
	return out, nil
}
