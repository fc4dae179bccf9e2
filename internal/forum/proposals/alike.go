package proposals

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/solve/similar"
)

const mostAlike = 8 // that are shown beside a proposal

// Alike is another proposal that says the same, or speaks of the same.
type Alike struct {
	Proposal
	Score float64
	Same  bool
	Why   []similar.Reason
}

// kin keeps the texts of a call compared, until one of them changes.
type kin struct {
	mu   sync.Mutex
	made map[core.ID]*kinOf
	says map[core.ID]Input // without the answers
}

type kinOf struct {
	of    string // what was there: how many, and the last change
	index *similar.Index
	rows  map[string]Proposal

	once  sync.Once // PairsOf
	pairs []Pair
}

// AlikeTo gives the proposals of the same edition that are like one, the most alike first,
// with reasons: those that the reader may read, and, where the call shows them to
// proposers, all of its own by their titles. Two queries where nothing has changed. Who
// proposes is not compared: blind reviewers see the reasons.
func (s *Service) AlikeTo(ctx context.Context, a core.Actor, v View) ([]Alike, error) {
	runs := s.Calls.May(ctx, a, v.Of, "run") == nil
	editor := slices.Contains(v.Roles, core.RoleOrganiser)
	if editor && !v.Of.Alike && !runs {
		return nil, nil
	}
	k, err := s.compared(ctx, v.Of)
	if err != nil {
		return nil, err
	}
	may, err := s.readable(ctx, a, v.Of)
	if err != nil {
		return nil, err
	}
	text := textOf(v.Proposal, v.Form)
	var out []Alike
	for _, m := range k.index.Like(text, 3*mostAlike) {
		p, ok := k.rows[m.B]
		if !ok || p.ID == v.ID || !may(p) && !(editor && v.Of.Alike) || len(out) == mostAlike {
			continue
		}
		p.CallRef = v.Of.Ref
		out = append(out, Alike{Proposal: p, Score: m.Score, Same: m.Kind == similar.KindSame, Why: m.Why})
	}
	return out, nil
}

// compared gives the index of a call's proposals that count.
func (s *Service) compared(ctx context.Context, c calls.Call) (*kinOf, error) {
	var now struct {
		N    int   `bun:"n"`
		Last int64 `bun:"last"`
		Sum  int64 `bun:"sum"`
	}
	if err := s.rec.DB.Read.NewSelect().Model((*Proposal)(nil)).ColumnExpr("COUNT(*) AS n, COALESCE(MAX(pr.updated), 0) AS last, COALESCE(SUM(pr.version), 0) AS sum").
		Where("pr.call = ? AND pr.state IN (?)", c.ID, bun.List(Live)).Scan(ctx, &now); err != nil {
		return nil, fmt.Errorf("look for changes: %w", err)
	}
	of := fmt.Sprintf("%d %d %d", now.N, now.Last, now.Sum)
	s.kin.mu.Lock()
	defer s.kin.mu.Unlock()
	if k := s.kin.made[c.ID]; k != nil && k.of == of {
		return k, nil
	}
	var rows []Proposal
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("pr.call = ? AND pr.state IN (?)", c.ID, bun.List(Live)).OrderExpr("pr.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load proposals: %w", err)
	}
	k := &kinOf{of: of, rows: map[string]Proposal{}}
	forms := map[int]calls.Form{}
	var texts []similar.Text
	for _, p := range rows {
		form, ok := forms[p.FormVersion]
		if !ok {
			f, err := s.Calls.Form(ctx, c, p.FormVersion)
			if err != nil {
				return nil, err
			}
			form = f.Form
			forms[p.FormVersion] = form
		}
		texts = append(texts, textOf(p, form))
		p.Answers = nil
		k.rows[string(p.ID)] = p
	}
	k.index = similar.New(texts)
	if s.kin.made == nil || len(s.kin.made) > 20 {
		s.kin.made = map[core.ID]*kinOf{}
	}
	s.kin.made[c.ID] = k
	return k, nil
}

// textOf is what a proposal says, without who says it: blind reviewers are shown reasons.
func textOf(p Proposal, form calls.Form) similar.Text {
	t := similar.Text{ID: string(p.ID), Lang: p.Lang, Title: p.Title}
	form.Each(func(_, _ int, q *calls.Question) {
		x := p.Answers[q.Key]
		switch {
		case q.Private || q.Blind:
		case q.Means == calls.MeansSummary:
			t.Body = x.Text
		case q.Kind == calls.KindTags:
			t.Tags = append(t.Tags, x.Many...)
		}
	})
	return t
}
