package consultations

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Drafter is an account to which comments may be assigned.
type Drafter struct {
	ID   core.ID `bun:"id"`
	Name string  `bun:"name"`
}

// Drafters are the accounts that run a consultation, for those who run it.
func (s *Service) Drafters(ctx context.Context, c Consultation) ([]Drafter, error) {
	var out []Drafter
	roles := []core.Role{core.RoleSecretariat, core.RoleAdmin}
	if c.Kind == kindMessages {
		roles = append(roles, core.RoleEditor)
	}
	if err := s.rec.DB.Read.NewRaw(`SELECT DISTINCT a.id, a.name FROM accounts AS a JOIN account_grants AS g ON g.account = a.id
		WHERE a.disabled = FALSE AND g.role IN (?) AND g.scope IN ('forum', ?) ORDER BY a.name, a.id LIMIT 200`, bun.List(roles), c.Scope).Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list drafters: %w", err)
	}
	if c.Body == "" {
		return out, nil
	}
	seats, err := s.bodies.Seats(ctx, c.Body)
	if err != nil {
		return nil, err
	}
	var persons []core.ID
	today := s.bodies.Today()
	for _, x := range seats {
		if x.Person != "" && x.Coordinates() && x.On(today) {
			persons = append(persons, x.Person)
		}
	}
	accounts, err := s.accounts.ByPerson(ctx, persons)
	if err != nil {
		return nil, err
	}
	for _, p := range persons {
		if a, ok := accounts[p]; ok && !slices.ContainsFunc(out, func(d Drafter) bool { return d.ID == a.ID }) {
			out = append(out, Drafter{a.ID, a.Name})
		}
	}
	return out, nil
}

// drafts tells whether comments may be assigned to an account.
func (s *Service) drafts(ctx context.Context, c Consultation, account core.ID) (bool, error) {
	list, err := s.Drafters(ctx, c)
	return slices.ContainsFunc(list, func(d Drafter) bool { return d.ID == account }), err
}
