package archive

import (
	"context"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// person gives a person of the document her role. One who is known by exactly this
// name is that person; else she is new.
func (ap *applying) person(ctx context.Context, tx *record.Tx, x *programme.Session, p forumtext.Person) error {
	id, err := ap.known(ctx, p)
	if err != nil {
		return err
	}
	if id == "" {
		made, err := ap.s.people.CreatePersonTx(ctx, tx, people.NewPerson{
			Name: p.Name, Honorific: p.Honorific, Given: p.Given, Family: p.Family, Public: true, Source: people.SourceImported,
		})
		if err != nil {
			return err
		}
		id = made.ID
		ap.named[core.Fold(p.Name)] = id
		ap.res.People++
		for i, af := range p.Affiliations {
			if _, err := ap.s.people.AddAffiliationTx(ctx, tx, people.NewAffiliation{
				Person: id, Title: af.Title, OrganisationName: organisation(af), From: x.Day, Rank: i,
			}); err != nil {
				return err
			}
		}
	}
	snap := people.Snapshot{Name: p.Name, Honorific: p.Honorific}
	for _, af := range p.Affiliations {
		snap.Affiliations = append(snap.Affiliations, people.SnapAffiliation{Title: af.Title, Organisation: organisation(af)})
	}
	if _, err := ap.s.programme.AddRoleTx(ctx, tx, ap.set, x, programme.RoleInput{Person: id, Role: role(p.RoleStated), Snapshot: &snap}); err != nil {
		return err
	}
	ap.item("person", id, p.Raw, p.Place)
	return nil
}

func organisation(af forumtext.Affiliation) string {
	if af.Unit == "" {
		return af.Organisation
	}
	return af.Unit + ", " + af.Organisation
}

// known finds the person of exactly this name; two of one name are nobody's to choose.
func (ap *applying) known(ctx context.Context, p forumtext.Person) (core.ID, error) {
	if id, ok := ap.named[core.Fold(p.Name)]; ok {
		return id, nil
	}
	found, err := ap.s.people.FindPersons(ctx, p.Name, 10)
	if err != nil {
		return "", err
	}
	id, n := core.ID(""), 0
	for _, m := range found {
		if core.Fold(m.Person.Name) == core.Fold(p.Name) {
			id = m.Person.ID
			n++
		}
	}
	if n != 1 {
		return "", nil
	}
	return id, nil
}

// role reads a stated role; nothing stated is "role not stated" (E193).
func role(stated string) string {
	w := core.Fold(stated)
	switch {
	case strings.Contains(w, "online moderator"), strings.Contains(w, "remote moderator"):
		return programme.ModeratorOnline
	case strings.Contains(w, "moderator"):
		return programme.ModeratorOnsite
	case strings.Contains(w, "rapporteur"):
		return programme.Rapporteur
	case strings.Contains(w, "keynote"):
		return programme.Keynote
	case strings.Contains(w, "speaker"), strings.Contains(w, "panel"):
		return programme.Speaker
	case strings.Contains(w, "co-organi"):
		return programme.CoOrganiser
	case strings.Contains(w, "organi"):
		return programme.Organiser
	case strings.Contains(w, "chair"):
		return programme.Chair
	}
	return programme.Unstated
}
