package selection

import (
	"context"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
)

// other is the other of two proposals.
func (m Merger) other(id core.ID) core.ID {
	if m.One == id {
		return m.Two
	}
	return m.One
}

// says is what the side of a proposal has said, and what the other has.
func (m Merger) says(id core.ID) (mine, theirs string) {
	if m.One == id {
		return m.OneSays, m.TwoSays
	}
	return m.TwoSays, m.OneSays
}

// words are those of the side of a proposal.
func (m Merger) words(id core.ID) string {
	if m.One == id {
		return m.OneWords
	}
	return m.TwoWords
}

// namesOf are the names of the organisers of a proposal: the proposer's, and those of who
// has confirmed to propose it together.
func (s *Service) namesOf(ctx context.Context, x proposals.Input) ([]string, error) {
	accounts, err := s.Accounts.ByIDs(ctx, []core.ID{x.Account})
	if err != nil {
		return nil, err
	}
	parties, err := s.Proposals.PartiesOf(ctx, []core.ID{x.ID})
	if err != nil {
		return nil, err
	}
	var out []string
	if acc, ok := accounts[x.Account]; ok && acc.Name != "" {
		out = append(out, acc.Name)
	}
	for _, p := range parties[x.ID] {
		if p.Means == calls.MeansOwner && p.State == proposals.Confirmed && !slices.Contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	return out, nil
}
