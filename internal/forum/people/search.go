package people

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	find "plenary/internal/platform/search"
)

// Finds are the persons as the search finds them: who stands in lists, for everybody;
// who does not, for herself and the secretariat. What is nobody's business (links,
// gender, affiliations that she hides) is not looked at.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "person" }

// All persons.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	return allIDs(ctx, f.s.rec.DB.Read.NewSelect().Model((*Person)(nil)).Column("id").Where("p.merged_into = ''"))
}

// unwritten is the language of a name of which nobody said in which it is.
const unwritten = "und"

// Docs of persons, in three queries.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]find.Doc, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var persons []Person
	if err := f.s.rec.DB.Read.NewSelect().Model(&persons).Where("p.id IN (?) AND p.merged_into = ''", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load persons to be found: %w", err)
	}
	affiliations, err := f.s.Affiliations(ctx, ids)
	if err != nil {
		return nil, err
	}
	was, err := f.formerly(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]find.Doc, 0, len(persons))
	for _, p := range persons {
		out = append(out, findPerson(p, affiliations[p.ID], was[p.ID]))
	}
	return out, nil
}

// formerly are the names that pages brought along when they became part of another.
func (f Finds) formerly(ctx context.Context, ids []core.ID) (map[core.ID][]string, error) {
	var rows []nameRow
	if err := f.s.rec.DB.Read.NewSelect().Model(&rows).Where("person IN (?) AND form LIKE 'was %'", bun.List(ids)).
		OrderExpr("person, form").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load former names: %w", err)
	}
	out := map[core.ID][]string{}
	for _, r := range rows {
		out[r.Person] = append(out[r.Person], r.Name)
	}
	return out, nil
}

func findPerson(p Person, affs []Affiliation, was []string) find.Doc {
	title := p.Names.With(unwritten, p.Name)
	title.Orig = unwritten
	d := find.Doc{
		ID: "person:" + string(p.ID), Kind: "person", Title: title, Body: p.Bio, Path: p.Path(), Weight: 1.1,
		Readers: append(core.StaffReaders(core.ScopeForum), core.PersonReader(p.ID)),
		Names:   append(filled(p.Name, p.Honorific, strings.TrimSpace(p.Given+" "+p.Family)), was...),
		Facets:  map[string][]string{"person": {string(p.ID)}}, Extra: map[string]string{},
	}
	if p.Public && p.Listed {
		d.Readers = []string{find.Public}
	}
	if !p.ShowAffiliations {
		return d
	}
	for _, a := range affs {
		d.Names = append(d.Names, filled(a.Title, a.OrganisationName, a.OfAcronym)...)
		d.Names = append(d.Names, a.Of.Spelt()...)
		if a.Organisation != "" {
			d.Facets["organisation"] = append(d.Facets["organisation"], string(a.Organisation))
		}
	}
	if now := On(affs, ""); len(now) > 0 {
		d.Extra["line"] = now[0].Line()
	}
	return d
}

// Touched are the persons whom events change: of an organisation, those who are with it.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	out, organisations := Concerned(events)
	if len(organisations) == 0 {
		return out, nil
	}
	more, err := allIDs(ctx, f.s.rec.DB.Read.NewSelect().Model((*Affiliation)(nil)).ColumnExpr("DISTINCT f.person AS id").
		Where("f.organisation IN (?)", bun.List(organisations)))
	return append(out, more...), err
}

// Concerned are the persons and organisations that events are about; with a page that
// became part of another, that other too.
func Concerned(events []record.Event) (persons, organisations []core.ID) {
	for _, e := range events {
		switch subject, _, _ := strings.Cut(e.Kind, "."); subject {
		case "person":
			persons = append(persons, e.Subject)
			var d struct {
				Into core.ID `json:"into"`
			}
			if json.Unmarshal(e.Data, &d) == nil && d.Into != "" {
				persons = append(persons, d.Into)
			}
		case "organisation":
			organisations = append(organisations, e.Subject)
		}
	}
	return persons, organisations
}

// May tells which of them stand in the actor's list of people.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	return seen(ctx, listed(a, f.s.rec.DB.Read.NewSelect().Model((*Person)(nil)).Column("id").Where("p.id IN (?)", bun.List(ids))))
}

// OrganisationFinds are the organisations as the search finds them.
type OrganisationFinds struct{ s *Service }

// NewOrganisationFinds makes the source.
func NewOrganisationFinds(s *Service) OrganisationFinds { return OrganisationFinds{s} }

// Kind of what is found.
func (OrganisationFinds) Kind() string { return "organisation" }

// All organisations.
func (f OrganisationFinds) All(ctx context.Context) ([]core.ID, error) {
	return allIDs(ctx, f.s.rec.DB.Read.NewSelect().Model((*Organisation)(nil)).Column("id"))
}

// Docs of organisations, in one query.
func (f OrganisationFinds) Docs(ctx context.Context, ids []core.ID) ([]find.Doc, error) {
	found, err := f.s.Organisations(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]find.Doc, 0, len(found))
	for _, o := range found {
		out = append(out, find.Doc{
			ID: "organisation:" + string(o.ID), Kind: "organisation", Title: o.Name, Names: filled(o.Acronym), Path: o.Path(),
			Readers: []string{find.Public}, Facets: map[string][]string{"organisation": {string(o.ID)}}, Weight: 0.8,
			Extra: map[string]string{"group": o.Kind, "country": o.Country},
		})
	}
	return out, nil
}

// Touched are the organisations that events are about.
func (OrganisationFinds) Touched(_ context.Context, events []record.Event) ([]core.ID, error) {
	_, organisations := Concerned(events)
	return organisations, nil
}

// May tells which of them there are: everybody sees all.
func (f OrganisationFinds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	if !CanOrganisation(a, "see") {
		return nil, nil
	}
	return seen(ctx, f.s.rec.DB.Read.NewSelect().Model((*Organisation)(nil)).Column("id").Where("o.id IN (?)", bun.List(ids)))
}

// allIDs are the ids that a query chooses.
func allIDs(ctx context.Context, q *bun.SelectQuery) ([]core.ID, error) {
	var out []core.ID
	if err := q.OrderExpr("1").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list what can be found: %w", err)
	}
	return out, nil
}

func seen(ctx context.Context, q *bun.SelectQuery) (map[string]bool, error) {
	ids, err := allIDs(ctx, q)
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[string(id)] = true
	}
	return out, err
}
