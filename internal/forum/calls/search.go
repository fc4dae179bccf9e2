package calls

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

// foundAs is the kind of what is found; "call" are the calls to action.
const foundAs = "input-call"

// Finds are the calls as the search finds them, with the questions that are in force.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return foundAs }

// All calls.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	var out []core.ID
	if err := f.s.rec.DB.Read.NewSelect().Model((*Call)(nil)).Column("ca.id").OrderExpr("ca.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list calls: %w", err)
	}
	return out, nil
}

// Docs of calls: two queries, and the editions, which are kept. What the draft of a form asks is not among it.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	calls, err := f.s.Calls(ctx, ids)
	if err != nil || len(calls) == 0 {
		return nil, err
	}
	var forms []StoredForm
	if err := f.s.rec.DB.Read.NewSelect().Model(&forms).Join("JOIN calls AS ca ON ca.id = cf.call AND ca.form_version = cf.number").
		Where("cf.call IN (?) AND cf.number > 0", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load forms: %w", err)
	}
	asked := map[core.ID][]core.Text{}
	for _, x := range forms {
		for _, q := range x.Form.Questions() {
			asked[x.Call] = append(asked[x.Call], q.Label)
		}
	}
	var out []search.Doc
	for _, id := range ids {
		c, ok := calls[id]
		if !ok {
			continue
		}
		d := search.Doc{
			ID: foundAs + ":" + string(c.ID), Kind: foundAs, Title: c.Title, Path: c.Path(), At: c.Opens, Weight: 0.9,
			Readers: []string{search.Public}, Names: []string{c.Ref}, Body: core.JoinTexts(append([]core.Text{c.About}, asked[c.ID]...)...),
		}
		if c.Edition != "" {
			set, err := f.s.editions.SettingByID(ctx, core.Operator, c.Edition)
			if err != nil {
				return nil, err
			}
			d.Readers, d.Facets = set.Readers(), set.Facets()
		}
		if !c.Published {
			d.Readers = core.StaffReaders(c.Scope())
		}
		out = append(out, d)
	}
	return out, nil
}

// Touched are the calls that events are about, and those of editions that change.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var out []core.ID
	for _, e := range events {
		if strings.HasPrefix(e.Kind, "call_for_input.") && e.Kind != "call_for_input.cycle_set" {
			out = append(out, e.Subject)
		}
	}
	reshaped := editions.Reshaped(events)
	if len(reshaped) == 0 {
		return out, nil
	}
	var more []core.ID
	if err := f.s.rec.DB.Read.NewSelect().Model((*Call)(nil)).Column("ca.id").Where("ca.edition IN (?)", bun.List(reshaped)).Scan(ctx, &more); err != nil {
		return nil, fmt.Errorf("load calls of editions: %w", err)
	}
	return append(out, more...), nil
}

// May tells which of them the actor may see: those of a list that she may see.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(ids) == 0 {
		return out, nil
	}
	list, err := f.s.List(ctx, a, Filter{IDs: ids})
	for _, c := range list {
		out[string(c.ID)] = true
	}
	return out, err
}
