package proposals

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// Finds are the proposals as the search finds them: for everybody those that are public,
// for the staff all that were handed in. Editors find theirs on their own page; reviewers
// have a list of their own, so that no conflict leaks through the index.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "proposal" }

// All proposals that were handed in.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	return f.ids(ctx, "pr.state <> ?", StateDraft)
}

func (f Finds) ids(ctx context.Context, where string, args ...any) ([]core.ID, error) {
	var out []core.ID
	if err := f.s.rec.DB.Read.NewSelect().Model((*Proposal)(nil)).Column("pr.id").Where(where, args...).OrderExpr("pr.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list what can be found: %w", err)
	}
	return out, nil
}

// Docs of proposals.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	found, err := f.s.byID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var of []core.ID
	for _, p := range found {
		of = append(of, p.Call)
	}
	all, err := f.s.Calls.Calls(ctx, of)
	if err != nil {
		return nil, err
	}
	type version struct {
		call core.ID
		n    int
	}
	forms := map[version]calls.Form{}
	var out []search.Doc
	for _, id := range ids {
		p, ok := found[id]
		if !ok || p.State == StateDraft {
			continue
		}
		c := all[p.Call]
		k := version{p.Call, p.FormVersion}
		if _, ok := forms[k]; !ok {
			stored, err := f.s.Calls.Form(ctx, c, p.FormVersion)
			if err != nil {
				return nil, err
			}
			forms[k] = stored.Form
		}
		d := search.Doc{
			ID: "proposal:" + string(p.ID), Kind: "proposal", Title: core.NewText(p.Lang, p.Title), Path: p.Path(), Readers: core.StaffReaders(c.Scope()), At: p.Submitted, Weight: 0.7,
			Body: core.NewText(p.Lang, body(forms[k], p.Answers)), Extra: map[string]string{"state": p.State},
		}
		if f.s.open(p, c) {
			d.Readers = []string{search.Public}
		}
		out = append(out, d)
	}
	return out, nil
}

// body are the words of the answers that are not private.
func body(form calls.Form, a calls.Answers) string {
	var out []string
	form.Each(func(_, _ int, q *calls.Question) {
		if q.Private || q.Means == calls.MeansTitle {
			return
		}
		switch q.Kind {
		case calls.KindText, calls.KindArea:
			out = append(out, a[q.Key].Text)
		case calls.KindTags:
			out = append(out, a[q.Key].Many...)
		}
	})
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// Touched are the proposals that events change; the events of a call may open its
// proposals to everybody. That a window closes is no event: until the next one the search
// shows less than the list.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var out, of []core.ID
	for _, e := range events {
		switch subject, _, _ := strings.Cut(e.Kind, "."); subject {
		case "proposal":
			out = append(out, e.Subject)
		case "call_for_input":
			of = append(of, e.Subject)
		}
	}
	if len(of) == 0 {
		return out, nil
	}
	more, err := f.ids(ctx, "pr.call IN (?) AND pr.state <> 'draft'", bun.List(of))
	return append(out, more...), err
}

// May tells which of them the actor may see.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	list := make([]core.ID, len(ids))
	for i, id := range ids {
		list[i] = core.ID(id)
	}
	found, err := f.s.byID(ctx, list)
	if err != nil {
		return nil, err
	}
	var of []core.ID
	for _, p := range found {
		if !slices.Contains(of, p.Call) {
			of = append(of, p.Call)
		}
	}
	all, err := f.s.Calls.Calls(ctx, of)
	if err != nil {
		return nil, err
	}
	may := map[core.ID]func(Proposal) bool{}
	for _, c := range all { // a handful in one answer of the search
		if _, err := f.s.Calls.ByID(ctx, a, c.ID); core.KindOf(err) == core.KindNotFound && err != nil {
			continue
		} else if err != nil {
			return nil, err
		}
		if may[c.ID], err = f.s.readable(ctx, a, c); err != nil {
			return nil, err
		}
	}
	out := map[string]bool{}
	for id, p := range found {
		out[string(id)] = may[p.Call] != nil && may[p.Call](p)
	}
	return out, nil
}
