package topics

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
)

// Service is what people do with the tags and themes of an edition.
type Service struct {
	rec      *record.Record
	editions *editions.Service
	bodies   *bodies.Service
	vocab    *vocab.Service
	made     made

	// Inputs gives all that was submitted to the calls of an edition and stands. It is
	// asked as the operator, to count; and for who curates, to learn which of the inputs
	// that are not public she may see. It is wired before anything is asked.
	Inputs func(ctx context.Context, a core.Actor, edition core.ID) ([]Input, error)
}

// New makes the service.
func New(rec *record.Record, e *editions.Service, b *bodies.Service, v *vocab.Service) *Service {
	return &Service{
		rec: rec, editions: e, bodies: b, vocab: v,
		Inputs: func(context.Context, core.Actor, core.ID) ([]Input, error) { return nil, nil },
	}
}

// Setting gives an edition that the actor may see. NotFound otherwise.
func (s *Service) Setting(ctx context.Context, a core.Actor, slug string) (*editions.Setting, error) {
	set, err := s.editions.Setting(ctx, a, slug)
	if err != nil {
		return nil, err
	}
	return set, policy.Check("see", "", a.Roles(set.Scope())...)
}

func may(a core.Actor, set *editions.Setting, action string) error {
	return policy.Check(action, "", a.Roles(set.Scope())...)
}

// Filter narrows what is counted.
type Filter struct {
	Kind string // of the call; empty: all
	By   string // the figure by which tags are ranked; empty: alone
}

// Table counts the tags of an edition. Everybody may who may see the edition; what not
// everybody may read is only counted: ask Table.May of inputs, and Shown of tags.
func (s *Service) Table(ctx context.Context, a core.Actor, set *editions.Setting, f Filter) (*Table, error) {
	cur, err := loadCurated(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	inputs, err := s.all(ctx, set.ID)
	if err != nil {
		return nil, err
	}
	if f.Kind != "" {
		inputs = slices.DeleteFunc(inputs, func(in Input) bool { return in.Kind != f.Kind })
	}
	t := newTable(inputs, cur)
	if f.By != "" && f.By != OfAlone {
		t.rank(f.By)
	}
	if Curates(a, set.Scope()) {
		mine, err := s.Inputs(ctx, a, set.ID)
		if err != nil {
			return nil, fmt.Errorf("inputs of a curator: %w", err)
		}
		for _, in := range mine {
			t.listed[in.ID] = true
		}
	}
	return t, nil
}

// all are the inputs in the order in which they came.
func (s *Service) all(ctx context.Context, edition core.ID) ([]Input, error) {
	list, err := s.Inputs(ctx, core.Operator, edition)
	if err != nil {
		return nil, fmt.Errorf("inputs of an edition: %w", err)
	}
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Input) int {
		return cmp.Or(a.Submitted.Time().Compare(b.Submitted.Time()), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// Suggestion is a tag that is offered to those who fill in a form.
type Suggestion struct {
	Name    core.Text `json:"name"`
	Slug    string    `json:"slug"`
	Inputs  int       `json:"inputs"`
	Offered bool      `json:"offered" doc:"curators offer it"`
}

// Suggest gives at most n tags for the picker: those that curators offer, then the most
// frequent. Hidden ones and those that not everybody may see are not among them.
func (s *Service) Suggest(ctx context.Context, edition core.ID, n int) ([]Suggestion, error) {
	cur, err := loadCurated(ctx, s.rec.DB.Read, edition)
	if err != nil {
		return nil, err
	}
	inputs, err := s.all(ctx, edition)
	if err != nil {
		return nil, err
	}
	t := newTable(inputs, cur)
	t.rank(OfTotal)
	out := []Suggestion{}
	for _, offered := range []bool{true, false} {
		for _, tag := range t.Tags {
			if tag.Offered == offered && tag.Shown() && (offered || tag.Total > 0) && len(out) < n {
				out = append(out, Suggestion{Name: tag.Name, Slug: tag.Slug, Inputs: tag.Total, Offered: offered})
			}
		}
	}
	return out, nil
}

// Usage tells how many decisions stand about themes: editions asks before one is taken away.
func (s *Service) Usage(ctx context.Context, tx *record.Tx, ids []core.ID) (int, error) {
	n, err := tx.NewSelect().Model((*Decision)(nil)).Where("td.theme IN (?)", bun.List(ids)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count decisions about themes: %w", err)
	}
	return int(n), nil
}
