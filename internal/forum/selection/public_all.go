package selection

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
)

// Programme is how the programme of an edition was chosen: the last round of each call.
type Programme struct {
	Calls  []Chosen    `json:"-"`
	Types  []TypeCount `json:"types"`
	Themes Side        `json:"themes" doc:"of all calls together"`
}

// ChosenOf gives what is public of the selections of an edition. Everybody who sees the
// edition may. The number of queries does not depend on that of the calls.
func (s *Service) ChosenOf(ctx context.Context, a core.Actor, set *editions.Setting) (*Programme, error) {
	list, err := s.Calls.List(ctx, a, calls.Filter{Edition: set.ID})
	out := &Programme{Types: []TypeCount{}, Themes: Side{Side: SideTheme, Shares: []Share{}}}
	if err != nil || len(list) == 0 {
		return out, err
	}
	ids := make([]core.ID, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	var rounds []Round
	if err := s.rec.DB.Read.NewSelect().Model(&rounds).Where("so.call IN (?)", bun.List(ids)).
		Where("so.number = (SELECT MAX(x.number) FROM selection_rounds AS x WHERE x.call = so.call)").Scan(ctx); err != nil {
		return nil, wrap(err, "load rounds")
	}
	var types []calls.Option
	if s.Calls.Types != nil {
		if types, err = s.Calls.Types(ctx, set.ID); err != nil {
			return nil, err
		}
	}
	for _, c := range list {
		for _, r := range rounds {
			if r.Call == c.ID {
				f := figures(r, nil, types, true)
				out.Calls = append(out.Calls, Chosen{Call: c, Rounds: []Figures{f}})
				out.add(f)
			}
		}
	}
	return out, nil
}

func (p *Programme) add(f Figures) {
	for _, t := range f.Types {
		i := slices.IndexFunc(p.Types, func(x TypeCount) bool { return x.Type == t.Type })
		if i < 0 {
			p.Types = append(p.Types, t)
			continue
		}
		p.Types[i].Accepted += t.Accepted
		p.Types[i].Offered += t.Offered
		p.Types[i].Places += t.Places
	}
	for _, side := range f.Balance {
		if side.Side == SideTheme {
			p.Themes.join(side)
		}
	}
}

// join adds the counts of another call.
func (s *Side) join(o Side) {
	s.All, s.Taken = s.All+o.All, s.Taken+o.Taken
	for _, x := range o.Shares {
		i := slices.IndexFunc(s.Shares, func(y Share) bool { return y.Code == x.Code })
		if i < 0 {
			s.Shares = append(s.Shares, x)
			continue
		}
		s.Shares[i].All, s.Shares[i].Taken = s.Shares[i].All+x.All, s.Shares[i].Taken+x.Taken
	}
	sortShares(s.Shares)
}
