package people

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// Service is what people do with persons and organisations.
type Service struct {
	accounts *authn.Service
	rec      *record.Record
	vocab    *vocab.Service
}

// New makes the service.
func New(rec *record.Record, v *vocab.Service) *Service { return &Service{rec: rec, vocab: v} }

// Get gives a person as far as the actor may see her. The address of a page that
// became part of another gives that other one. NotFound alike for who is not there
// and for who is not public.
func (s *Service) Get(ctx context.Context, a core.Actor, id core.ID) (Person, error) {
	p, err := loadPerson(ctx, s.rec.DB.Read, id)
	for range 4 { // pages that are merged again are followed
		if err != nil || p.MergedInto == "" {
			break
		}
		p, err = loadPerson(ctx, s.rec.DB.Read, p.MergedInto)
	}
	if err != nil {
		return Person{}, err
	}
	if err := checkPersonPolicy(a, "see", p); err != nil {
		return Person{}, core.NotFound()
	}
	return shown(a, p), nil
}

// Affiliations of persons, in their order, ended ones too, in one query. It asks for
// no permission: what a page shows of a person goes through AffiliationsFor.
func (s *Service) Affiliations(ctx context.Context, persons []core.ID) (map[core.ID][]Affiliation, error) {
	rows, err := loadAffiliations(ctx, s.rec.DB.Read, persons)
	return byPerson(rows), err
}

// AffiliationsTx is Affiliations inside a write.
func (s *Service) AffiliationsTx(ctx context.Context, tx *record.Tx, persons []core.ID) (map[core.ID][]Affiliation, error) {
	rows, err := loadAffiliations(ctx, tx, persons)
	return byPerson(rows), err
}

func byPerson(rows []Affiliation) map[core.ID][]Affiliation {
	out := map[core.ID][]Affiliation{}
	for _, f := range rows {
		out[f.Person] = append(out[f.Person], f)
	}
	return out
}

// AffiliationsFor gives the affiliations that the actor may see: those of persons who
// show them, the actor's own, and to the secretariat all.
func (s *Service) AffiliationsFor(ctx context.Context, a core.Actor, persons []Person) (map[core.ID][]Affiliation, error) {
	var ids []core.ID
	for _, p := range persons {
		if p.ShowAffiliations || Can(a, "see_private", p) {
			ids = append(ids, p.ID)
		}
	}
	return s.Affiliations(ctx, ids)
}

// Persons gives persons by id in one query, whole and whoever they are: rooms that
// hold them in a role ask their own policy what they show. Ids of nobody are left out;
// of a page that became part of another the old one comes, with MergedInto.
func (s *Service) Persons(ctx context.Context, ids []core.ID) (map[core.ID]Person, error) {
	return byID(ctx, s.rec.DB.Read, ids, func(p Person) core.ID { return p.ID })
}

// PersonsTx is Persons inside a write.
func (s *Service) PersonsTx(ctx context.Context, tx *record.Tx, ids []core.ID) (map[core.ID]Person, error) {
	return byID(ctx, tx, ids, func(p Person) core.ID { return p.ID })
}

// Organisations gives organisations by id in one query.
func (s *Service) Organisations(ctx context.Context, ids []core.ID) (map[core.ID]Organisation, error) {
	return byID(ctx, s.rec.DB.Read, ids, func(o Organisation) core.ID { return o.ID })
}

// OrganisationsTx is Organisations inside a write.
func (s *Service) OrganisationsTx(ctx context.Context, tx *record.Tx, ids []core.ID) (map[core.ID]Organisation, error) {
	return byID(ctx, tx, ids, func(o Organisation) core.ID { return o.ID })
}

func byID[T any](ctx context.Context, idb bun.IDB, ids []core.ID, id func(T) core.ID) (map[core.ID]T, error) {
	out := make(map[core.ID]T, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var rows []T
	if err := idb.NewSelect().Model(&rows).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load by id: %w", err)
	}
	for _, r := range rows {
		out[id(r)] = r
	}
	return out, nil
}

// Names tells, in one query, the names of those persons whom the actor of the context
// may see (core.ActorOf): histories leave the others unnamed. A room that shows
// persons in a role it has itself made visible asks Persons.
func (s *Service) Names(ctx context.Context, ids []core.ID) (map[core.ID]string, error) {
	out := make(map[core.ID]string, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var rows []Person
	q := s.rec.DB.Read.NewSelect().Model(&rows).Column("id", "name").Where("p.id IN (?)", bun.List(ids))
	if err := Visible(core.ActorOf(ctx), q).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load names: %w", err)
	}
	for _, p := range rows {
		out[p.ID] = p.Name
	}
	return out, nil
}

// Reason says why somebody may be the one who is looked for.
type Reason string

// Reasons, the surest first.
const (
	SameName    Reason = "same_name"    // the same name, or the same in another script or language
	SameAcronym Reason = "same_acronym" // of an organisation
	SameWords   Reason = "same_words"   // the same words in another order
	SameFamily  Reason = "same_family"  // the same family name and first initial
)

var certainty = []Reason{SameName, SameAcronym, SameWords, SameFamily}

// Match is a person who may be the one who is looked for.
type Match struct {
	Person Person
	Reason Reason
}

// FindPersons looks for persons who may be the one of that name, the likeliest first.
// A form of address before the name does not count. It also finds persons who are not
// public: callers are imports and the secretariat.
func (s *Service) FindPersons(ctx context.Context, name string, limit int) ([]Match, error) {
	found, err := s.FindPersonsOf(ctx, []string{name})
	if err != nil {
		return nil, err
	}
	out := found[name]
	if limit > 0 && len(out) > limit {
		out = out[:limit]
	}
	return out, nil
}

// OrganisationMatch is an organisation that may be the one that is looked for.
type OrganisationMatch struct {
	Organisation Organisation
	Reason       Reason
}

// FindOrganisations looks for organisations that may be the one of that name in any
// language, or of that acronym; "Sahel Networks (SN)" is tried both ways. The
// likeliest come first.
func (s *Service) FindOrganisations(ctx context.Context, name string) ([]OrganisationMatch, error) {
	found, err := s.FindOrganisationsOf(ctx, []string{name})
	return found[name], err
}
