package people

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Edit changes a person and her affiliations. She may do so herself, and the
// secretariat; only the secretariat says whether she is public. An organisation that
// the directory knows by the name typed is linked. Events: person.changed (what others
// may not see stands in its personal part), person.published when she becomes public,
// person.affiliated. Errors: NotFound, Invalid, Stale with a PersonInput.
func (s *Service) Edit(ctx context.Context, a core.Actor, id core.ID, in PersonInput) (Person, error) {
	p, err := loadPerson(ctx, s.rec.DB.Read, id)
	if err != nil {
		return Person{}, err
	}
	if err := checkPersonPolicy(a, "edit", p); err != nil {
		return Person{}, err
	}
	if p.MergedInto != "" {
		return Person{}, core.NotFound()
	}
	if err := in.Validate(s.vocab); err != nil {
		return Person{}, err
	}
	staff := Can(a, "publish", p)
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		before, err := loadPerson(ctx, tx, id)
		if err != nil {
			return err
		}
		affs, err := loadAffiliations(ctx, tx, []core.ID{id})
		if err != nil {
			return err
		}
		if before.Version != in.Version || before.MergedInto != "" {
			return core.Stale(InputOf(before, affs))
		}
		p = in.apply(before, staff)
		stale, err := savePerson(ctx, tx, &p)
		if err != nil {
			return fmt.Errorf("change person: %w", err)
		}
		if stale {
			return core.Stale(InputOf(before, affs))
		}
		appendChanged(tx, before, p)
		return s.setAffiliations(ctx, tx, p, affs, in.Affiliations)
	})
	return p, err
}

// appendChanged notes what changed: in public what the public may see after it.
func appendChanged(tx *record.Tx, before, after Person) {
	if !before.Public && after.Public {
		tx.Append("person.published", after.ID, core.ScopeForum, record.Public, record.Data{"label": after.Name})
	}
	seen := record.Changes(seenBy(before, after.ShowContact), seenBy(after, after.ShowContact))
	hidden := record.Changes(hiddenOf(before, after.ShowContact), hiddenOf(after, after.ShowContact))
	if len(seen)+len(hidden) == 0 {
		return
	}
	vis := visibility(after)
	if len(seen) == 0 || !before.Public {
		vis = record.Internal
	}
	var personal record.Data
	if len(hidden) > 0 {
		personal = record.Data{"changes": hidden}
	}
	tx.AppendPersonal("person.changed", after.ID, core.ScopeForum, vis, record.Data{"label": after.Name, "changes": seen}, personal)
}

// seenBy is what everybody may see of a public person; contact says whether she shows
// her links from now on.
func seenBy(p Person, contact bool) map[string]any {
	out := map[string]any{
		"person_name": p.Name, "person_honorific": p.Honorific, "person_given": p.Given, "person_family": p.Family,
		"person_names": textLines(p.Names), "person_country": p.Country, "person_bio": textLines(p.Bio),
		"person_languages": p.Languages,
	}
	if contact && p.ShowContact {
		out["person_links"] = linkLines(p.Links)
	}
	return out
}

// hiddenOf is what only she and the secretariat see.
func hiddenOf(p Person, contact bool) map[string]any {
	out := map[string]any{
		"gender": p.Gender, "public": p.Public, "listed": p.Listed,
		"show_affiliations": p.ShowAffiliations, "show_contact": p.ShowContact,
	}
	if !contact {
		out["person_links"] = linkLines(p.Links)
	}
	return out
}

// textLines spreads a text out by language, so that a change in any of them is seen.
func textLines(t core.Text) []string {
	out := make([]string, 0, len(t.By))
	for _, l := range core.Langs {
		if s := t.By[l]; s != "" {
			out = append(out, l+": "+s)
		}
	}
	return out
}

func linkLines(links []Link) []string {
	out := make([]string, 0, len(links))
	for _, l := range links {
		out = append(out, tidy(l.Label+" "+l.URL))
	}
	return out
}

// setAffiliations makes the affiliations of a person what the rows of a form say. Rows
// that the form does not know stay as they are.
func (s *Service) setAffiliations(ctx context.Context, tx *record.Tx, p Person, have []Affiliation, rows []AffiliationRow) error {
	var typed []string
	for _, r := range rows {
		if !r.empty() {
			typed = append(typed, r.Organisation)
		}
	}
	known, err := organisationsCalled(ctx, tx, typed)
	if err != nil {
		return err
	}
	byID := map[core.ID]Affiliation{}
	for _, f := range have {
		byID[f.ID] = f
	}
	var insert, change []Affiliation
	var remove []core.ID
	for i, r := range rows {
		old, existing := byID[r.ID]
		switch {
		case r.ID != "" && !existing:
			if r.empty() {
				continue
			}
			problems := core.Problems{}
			problems.Add("affiliations["+strconv.Itoa(i)+"].organisation", "people.error.gone")
			return problems.Err()
		case r.empty():
			if existing {
				remove = append(remove, r.ID)
			}
			continue
		}
		f := r.affiliation(old, known)
		f.Person, f.Rank = p.ID, i
		switch {
		case !existing:
			f.ID = tx.NewID()
			insert = append(insert, f)
		case !f.same(old):
			change = append(change, f)
		}
	}
	if len(insert)+len(change)+len(remove) == 0 {
		return nil
	}
	if err := writeAffiliations(ctx, tx, insert, change, remove); err != nil {
		return err
	}
	now, err := loadAffiliations(ctx, tx, []core.ID{p.ID})
	if err != nil {
		return err
	}
	if !slices.Equal(lines(have), lines(now)) {
		appendAffiliated(tx, p, have, now)
	}
	return nil
}

// affiliation is what a row says. The organisation stays linked while its name is the
// one that was shown.
func (r AffiliationRow) affiliation(old Affiliation, known map[string]core.ID) Affiliation {
	f := old
	f.Title, f.Group, f.Country, f.From, f.Until = tidy(r.Title), r.Group, r.Country, r.From, r.Until
	name := tidy(r.Organisation)
	if old.ID != "" && name == old.Label() {
		return f
	}
	f.Organisation, f.OrganisationName = known[orgKey(name)], name
	if f.Organisation != "" {
		f.OrganisationName = ""
	}
	return f
}

func writeAffiliations(ctx context.Context, tx *record.Tx, insert, change []Affiliation, remove []core.ID) error {
	if len(insert) > 0 {
		if _, err := tx.NewInsert().Model(&insert).Exec(ctx); err != nil {
			return fmt.Errorf("affiliate person: %w", err)
		}
	}
	for i := range change { // at most as many as a form has rows
		if _, err := tx.NewUpdate().Model(&change[i]).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("change affiliation: %w", err)
		}
	}
	if len(remove) > 0 {
		if _, err := tx.NewDelete().Model((*Affiliation)(nil)).Where("id IN (?)", bun.List(remove)).Exec(ctx); err != nil {
			return fmt.Errorf("take affiliation away: %w", err)
		}
	}
	return nil
}
