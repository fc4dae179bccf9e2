package proposals

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

// Input is what a proposal says about what the forum should speak of: its tags as they were
// written, and its text. The room of the topics counts them.
type Input struct {
	Proposal
	Kind   string // of the call
	Text   string
	Tags   []string
	Themes []core.ID
	Group  string // stakeholder group, as the form asked it
	Place  string // country of the organisation
	Public bool
}

// Inputs gives what was handed in for an edition and counts, as far as the actor may read
// it: all of it to those who run the calls. The number of queries depends on the number of
// calls and forms only.
func (s *Service) Inputs(ctx context.Context, a core.Actor, edition core.ID) ([]Input, error) {
	list, err := s.Calls.List(ctx, a, calls.Filter{Edition: edition})
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	may, byID := map[core.ID]func(Proposal) bool{}, map[core.ID]calls.Call{}
	for _, c := range list {
		ids = append(ids, c.ID)
		byID[c.ID] = c
		if may[c.ID], err = s.readable(ctx, a, c); err != nil {
			return nil, err
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []Proposal
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("pr.call IN (?) AND pr.state IN (?)", bun.List(ids), bun.List(Live)).OrderExpr("pr.submitted, pr.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load inputs: %w", err)
	}
	forms := map[core.ID]map[int]calls.Form{}
	var out []Input
	for _, p := range rows {
		c := byID[p.Call]
		if !may[p.Call](p) {
			continue
		}
		if forms[c.ID] == nil {
			forms[c.ID] = map[int]calls.Form{}
		}
		form, ok := forms[c.ID][p.FormVersion]
		if !ok {
			f, err := s.Calls.Form(ctx, c, p.FormVersion)
			if err != nil {
				return nil, err
			}
			form = f.Form
			forms[c.ID][p.FormVersion] = form
		}
		p.CallRef = c.Ref
		out = append(out, inputOf(p, c, form, s.open(p, c)))
	}
	return out, nil
}

func inputOf(p Proposal, c calls.Call, form calls.Form, public bool) Input {
	in := Input{Proposal: p, Kind: c.Kind, Public: public}
	form.Each(func(_, _ int, q *calls.Question) {
		x := p.Answers[q.Key]
		switch {
		case public && q.Private:
		case q.Means == calls.MeansSummary:
			in.Text = x.Text
		case q.Kind == calls.KindTags:
			in.Tags = append(in.Tags, x.Many...)
		case q.Kind == calls.KindThemes:
			for _, t := range x.Many {
				if !slices.Contains(in.Themes, core.ID(t)) {
					in.Themes = append(in.Themes, core.ID(t))
				}
			}
		case q.Kind == calls.KindOrganisation && in.Place == "":
			in.Place = x.Place
		case q.Key == "group" && q.Kind == calls.KindChoice:
			in.Group = x.Text
		}
	})
	return in
}
