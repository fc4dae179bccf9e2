package people

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// CreatePersonTx enters a person. The caller has asked its own policy: an import, the
// sign-in of somebody new, a proposal that names a speaker. Event: person.created,
// public only if the person is. Errors: Invalid.
func (s *Service) CreatePersonTx(ctx context.Context, tx *record.Tx, in NewPerson) (Person, error) {
	p := in.person()
	var problems core.Problems
	switch {
	case p.Name == "":
		problems.Add("name", "form.required")
	case utf8.RuneCountInString(p.Name) > 120:
		problems.Add("name", "form.too_long", "Count", 120, "Have", utf8.RuneCountInString(p.Name))
	}
	checkPerson(&problems, s.vocab, p)
	if err := problems.Err(); err != nil {
		return Person{}, err
	}
	if p.ID == "" {
		p.ID = tx.NewID()
	}
	p.Created, p.Updated, p.NameKey = tx.Now, tx.Now, core.Fold(p.Name)
	ownSlices(&p)
	if _, err := tx.NewInsert().Model(&p).Exec(ctx); err != nil {
		return Person{}, fmt.Errorf("enter person: %w", err)
	}
	if err := insertNames(ctx, tx, p); err != nil {
		return Person{}, err
	}
	tx.AppendPersonal("person.created", p.ID, core.ScopeForum, visibility(p),
		record.Data{"label": p.Name, "honorific": p.Honorific, "country": p.Country, "source": p.Source}, private(p))
	return p, nil
}

// visibility is that of events about a person.
func visibility(p Person) record.Visibility {
	if p.Public {
		return record.Public
	}
	return record.Internal
}

// private is the part of an event that can be erased: what the person alone decides on.
func private(p Person) record.Data {
	if p.Gender == "" {
		return nil
	}
	return record.Data{"gender": p.Gender}
}

// CreateOrganisationTx enters an organisation, for a network with its members. The
// caller has asked its own policy. Event: organisation.created. Errors: Invalid.
func (s *Service) CreateOrganisationTx(ctx context.Context, tx *record.Tx, in NewOrganisation) (Organisation, error) {
	o := Organisation{
		ID: in.ID, Name: in.Name.Clean(), Acronym: tidy(in.Acronym), Kind: in.Kind, Country: in.Country, URL: in.URL,
		Source: in.Source, Created: tx.Now, Updated: tx.Now, Version: 1,
	}
	var problems core.Problems
	if o.Name.IsZero() {
		problems.Add("name", "form.required")
	}
	checkOrganisation(&problems, s.vocab, o)
	if err := problems.Err(); err != nil {
		return Organisation{}, err
	}
	if o.ID == "" {
		o.ID = tx.NewID()
	}
	if o.Source == "" {
		o.Source = SourceStaff
	}
	o.NameKey = core.Fold(o.Name.String())
	if _, err := tx.NewInsert().Model(&o).Exec(ctx); err != nil {
		return Organisation{}, fmt.Errorf("enter organisation: %w", err)
	}
	if err := insertOrgNames(ctx, tx, o); err != nil {
		return Organisation{}, err
	}
	rows := make([]Member, 0, len(in.Members))
	for _, m := range in.Members {
		rows = append(rows, Member{Network: o.ID, Member: m})
	}
	if len(rows) > 0 {
		if _, err := tx.NewInsert().Model(&rows).On("CONFLICT (network, member) DO NOTHING").Exec(ctx); err != nil {
			return Organisation{}, fmt.Errorf("enter members of a network: %w", err)
		}
	}
	tx.Append("organisation.created", o.ID, core.ScopeForum, record.Public, record.Data{
		"label": o.Name, "acronym": o.Acronym, "kind": o.Kind, "country": o.Country, "url": o.URL, "source": o.Source, "members": in.Members,
	})
	return o, nil
}

// AddAffiliationTx says that a person speaks for an organisation. The caller has asked
// its own policy. Event: person.affiliated, public if the person is and shows her
// affiliations. Errors: Invalid; NotFound for a person who is not there.
func (s *Service) AddAffiliationTx(ctx context.Context, tx *record.Tx, in NewAffiliation) (Affiliation, error) {
	f := Affiliation{
		ID: in.ID, Person: in.Person, Organisation: in.Organisation, OrganisationName: tidy(in.OrganisationName),
		Title: tidy(in.Title), Group: in.Group, Country: in.Country, From: in.From, Until: in.Until, Rank: in.Rank,
	}
	var problems core.Problems
	if f.Organisation == "" && f.OrganisationName == "" && f.Title == "" {
		problems.Add("organisation", "form.required")
	}
	checkAffiliation(&problems, s.vocab, "", f)
	if err := problems.Err(); err != nil {
		return Affiliation{}, err
	}
	p, err := loadPerson(ctx, tx, in.Person)
	if err != nil {
		return Affiliation{}, err
	}
	if f.Organisation != "" {
		o, err := loadOrganisation(ctx, tx, f.Organisation)
		if err != nil {
			return Affiliation{}, err
		}
		f.Of, f.OfAcronym, f.OfKind, f.OrganisationName = o.Name, o.Acronym, o.Kind, ""
	}
	if f.ID == "" {
		f.ID = tx.NewID()
	}
	if _, err := tx.NewInsert().Model(&f).Exec(ctx); err != nil {
		return Affiliation{}, fmt.Errorf("affiliate person: %w", err)
	}
	appendAffiliated(tx, p, nil, []Affiliation{f})
	return f, nil
}

func appendAffiliated(tx *record.Tx, p Person, before, after []Affiliation) {
	vis := visibility(p)
	if !p.ShowAffiliations {
		vis = record.Internal
	}
	tx.Append("person.affiliated", p.ID, core.ScopeForum, vis, record.Data{
		"label":   p.Name,
		"changes": map[string]record.Change{"person_affiliations": {Before: lines(before), After: lines(after)}},
	})
}

func lines(affs []Affiliation) []string {
	out := make([]string, 0, len(affs))
	for _, f := range affs {
		out = append(out, f.dated())
	}
	return out
}

// PublishTx makes persons public because they have a public role now: speakers of a
// published session, members of a body. The caller has asked its own policy; persons
// who are public already are left alone. Event, per person: person.published.
func (s *Service) PublishTx(ctx context.Context, tx *record.Tx, persons ...core.ID) error {
	all, err := s.PersonsTx(ctx, tx, persons)
	if err != nil {
		return err
	}
	var fresh []core.ID
	for _, id := range persons {
		if p, ok := all[id]; ok && !p.Public && !slices.Contains(fresh, id) {
			fresh = append(fresh, id)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if _, err := tx.NewUpdate().Model((*Person)(nil)).Set("public = TRUE, version = version + 1, updated = ?", tx.Now).
		Where("id IN (?)", bun.List(fresh)).Exec(ctx); err != nil {
		return fmt.Errorf("make persons public: %w", err)
	}
	for _, id := range fresh {
		tx.Append("person.published", id, core.ScopeForum, record.Public, record.Data{"label": all[id].Name})
	}
	return nil
}

// Create enters a person from the form. Staff only. Events: person.created, and
// person.affiliated where the form has affiliations. Errors: Invalid.
func (s *Service) Create(ctx context.Context, a core.Actor, in PersonInput) (Person, error) {
	if err := personPolicy.Check("create", StatePublic, a.Roles(core.ScopeForum)...); err != nil {
		return Person{}, err
	}
	if err := in.Validate(s.vocab); err != nil {
		return Person{}, err
	}
	var p Person
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		n := in.apply(Person{}, true)
		p, err = s.CreatePersonTx(ctx, tx, NewPerson{
			Name: n.Name, Honorific: n.Honorific, Given: n.Given, Family: n.Family, Names: n.Names, Country: n.Country,
			Gender: n.Gender, Bio: n.Bio, Links: n.Links, Languages: n.Languages, Public: n.Public,
			Unlisted: !n.Listed, HideAffiliations: !n.ShowAffiliations, ShowContact: n.ShowContact,
		})
		if err != nil {
			return err
		}
		return s.setAffiliations(ctx, tx, p, nil, in.Affiliations)
	})
	return p, err
}
