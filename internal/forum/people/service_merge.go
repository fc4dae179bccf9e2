package people

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// MergeInput says which page the other one becomes part of.
type MergeInput struct {
	Version int64   `form:"version" ui:"hidden"`
	Into    core.ID `form:"into" ui:"radio" required:"1"`
}

// Merge makes the page of a person part of another that is of the same person. The
// kept page takes over affiliations, names and whatever it lacks; of two privacy
// choices the stricter one holds. The old address leads to the kept page from then on.
// It cannot be undone. Staff only. Events: person.merged about the old page (its data
// says "into": rooms that hold the person follow it), person.changed about the kept one.
// Errors: NotFound, Invalid, Conflict, Stale.
func (s *Service) Merge(ctx context.Context, a core.Actor, from core.ID, in MergeInput) (Person, error) {
	p, err := loadPerson(ctx, s.rec.DB.Read, from)
	if err != nil {
		return p, err
	}
	if err := checkPersonPolicy(a, "merge", p); err != nil {
		return p, err
	}
	if err := core.Validate(in).Err(); err != nil {
		return p, err
	}
	if in.Into == from {
		return p, core.Conflict("people.error.merge_self")
	}
	var kept Person
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		old, into, err := s.bothTx(ctx, tx, from, in.Into)
		if err != nil {
			return err
		}
		if old.Version != in.Version {
			return core.Stale(MergeInput{Version: old.Version, Into: in.Into})
		}
		kept, err = s.merge(ctx, tx, old, into)
		return err
	})
	return kept, err
}

// MergeTx is Merge inside an act whose caller has asked for the right: the staff merges
// accounts with their pages, and whoever has proved two accounts of hers has the pages of one
// name merged (OneName, and the policy's "merge_own").
func (s *Service) MergeTx(ctx context.Context, tx *record.Tx, from, into core.ID) (Person, error) {
	old, kept, err := s.bothTx(ctx, tx, from, into)
	if err != nil {
		return kept, err
	}
	if checkPersonPolicy(tx.Actor, "merge", old) != nil && (checkPersonPolicy(tx.Actor, "merge_own", kept) != nil || !OneName(old, kept)) {
		return kept, core.Forbidden()
	}
	return s.merge(ctx, tx, old, kept)
}

func (s *Service) bothTx(ctx context.Context, tx *record.Tx, from, into core.ID) (old, kept Person, err error) {
	both, err := s.PersonsTx(ctx, tx, []core.ID{from, into})
	if err != nil {
		return old, kept, err
	}
	old, there := both[from]
	kept, ok := both[into]
	if !there || !ok {
		return old, kept, core.NotFound()
	}
	if old.MergedInto != "" || kept.MergedInto != "" {
		return old, kept, core.Conflict("people.error.merged_already")
	}
	return old, kept, nil
}

// OneName tells whether two pages bear one name, in any of the ways in which it is written.
func OneName(p, q Person) bool {
	return slices.ContainsFunc(nameRows(p), func(x nameRow) bool {
		return x.Name != "" && slices.ContainsFunc(nameRows(q), func(y nameRow) bool { return x.Name == y.Name || x.Words != "" && x.Words == y.Words })
	})
}

func (s *Service) merge(ctx context.Context, tx *record.Tx, old, into Person) (Person, error) {
	kept := together(old, into)
	before := into
	stale, err := savePerson(ctx, tx, &kept)
	if err != nil {
		return kept, fmt.Errorf("merge persons: %w", err)
	}
	if stale {
		return kept, core.Stale(MergeInput{Version: old.Version, Into: into.ID})
	}
	if err := moveNames(ctx, tx, old.ID, kept.ID); err != nil {
		return kept, err
	}
	had, err := loadAffiliations(ctx, tx, []core.ID{into.ID})
	if err != nil {
		return kept, err
	}
	if _, err := tx.NewUpdate().Model((*Affiliation)(nil)).Set("person = ?, rank = rank + ?", kept.ID, len(had)).
		Where("person = ?", old.ID).Exec(ctx); err != nil {
		return kept, fmt.Errorf("move affiliations: %w", err)
	}
	if err := dropDoubles(ctx, tx, kept.ID); err != nil {
		return kept, err
	}
	if _, err := tx.NewUpdate().Model((*Person)(nil)).
		Set("merged_into = ?, version = version + 1, updated = ?", kept.ID, tx.Now).Where("id = ?", old.ID).Exec(ctx); err != nil {
		return kept, fmt.Errorf("merge persons: %w", err)
	}
	vis := record.Internal
	if old.Public && into.Public {
		vis = record.Public
	}
	tx.Append("person.merged", old.ID, core.ScopeForum, vis, record.Data{"label": old.Name, "into": kept.ID})
	appendChanged(tx, before, kept)
	return kept, nil
}

// together is the kept person with what only the old one had.
func together(old, into Person) Person {
	p := into
	for _, f := range []struct {
		to   *string
		from string
	}{{&p.Honorific, old.Honorific}, {&p.Given, old.Given}, {&p.Family, old.Family}, {&p.Country, old.Country}, {&p.Gender, old.Gender}} {
		if *f.to == "" {
			*f.to = f.from
		}
	}
	if p.Bio.IsZero() {
		p.Bio = old.Bio
	}
	for _, l := range core.Langs {
		if p.Names.By[l] == "" && old.Names.By[l] != "" {
			p.Names = p.Names.With(l, old.Names.By[l])
		}
	}
	p.Links, p.Languages = slices.Clone(p.Links), slices.Clone(p.Languages)
	for _, l := range old.Links {
		if !slices.ContainsFunc(p.Links, func(o Link) bool { return o.URL == l.URL }) && len(p.Links) < maxLinks {
			p.Links = append(p.Links, l)
		}
	}
	for _, l := range old.Languages {
		if !slices.Contains(p.Languages, l) {
			p.Languages = append(p.Languages, l)
		}
	}
	p.Public = p.Public || old.Public
	p.Listed = p.Listed && old.Listed
	p.ShowAffiliations = p.ShowAffiliations && old.ShowAffiliations
	p.ShowContact = p.ShowContact && old.ShowContact
	return p
}

// moveNames lets the kept page be found by the names of the old one.
func moveNames(ctx context.Context, tx *record.Tx, old, into core.ID) error {
	var rows []nameRow
	if err := tx.NewSelect().Model(&rows).Where("person = ?", old).Scan(ctx); err != nil {
		return fmt.Errorf("move names: %w", err)
	}
	if _, err := tx.NewDelete().Model((*nameRow)(nil)).Where("person = ?", old).Exec(ctx); err != nil {
		return fmt.Errorf("move names: %w", err)
	}
	for i := range rows {
		rows[i].Person, rows[i].Form = into, "was "+string(old)+" "+rows[i].Form
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("move names: %w", err)
	}
	return nil
}

// dropDoubles takes away affiliations that both pages had.
func dropDoubles(ctx context.Context, tx *record.Tx, person core.ID) error {
	affs, err := loadAffiliations(ctx, tx, []core.ID{person})
	if err != nil {
		return err
	}
	var double []core.ID
	for i, f := range affs {
		if slices.ContainsFunc(affs[:i], func(o Affiliation) bool {
			o.ID, o.Rank = f.ID, f.Rank
			return o.same(f)
		}) {
			double = append(double, f.ID)
		}
	}
	return writeAffiliations(ctx, tx, nil, nil, double)
}
