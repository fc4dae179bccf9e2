package editions

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// SetForum founds the forum or changes what it says of itself. Staff only. Event:
// forum.founded or forum.changed.
func (s *Service) SetForum(ctx context.Context, a core.Actor, in ForumInput) error {
	if err := forumPolicy.Check("edit", "", a.Roles(core.ScopeForum)...); err != nil {
		return err
	}
	if err := in.Validate(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return s.SetForumTx(ctx, tx, in) })
}

// SetForumTx is SetForum inside a write; the caller has asked for permission.
func (s *Service) SetForumTx(ctx context.Context, tx *record.Tx, in ForumInput) error {
	before, err := loadForum(ctx, tx)
	kind := "forum.changed"
	if core.KindOf(err) == core.KindNotFound && err != nil {
		kind = "forum.founded"
	} else if err != nil {
		return err
	}
	f := Forum{
		ID: forumRow, Name: in.Name, Short: strings.TrimSpace(in.Short), About: in.About, Lang: in.Name.Orig,
		Contact: in.Contact, Version: in.Version + 1,
	}
	if kind == "forum.founded" {
		if _, err := tx.NewInsert().Model(&f).Exec(ctx); err != nil {
			return fmt.Errorf("found forum: %w", err)
		}
	} else {
		stale, err := record.Once(tx.NewUpdate().Model(&f).WherePK().Where("version = ?", in.Version).Exec(ctx))
		if err != nil {
			return fmt.Errorf("change forum: %w", err)
		}
		if stale {
			return core.Stale(InputOfForum(before))
		}
	}
	for i, m := range in.Mandates {
		if m.ID == "" {
			m.ID = tx.NewID()
		}
		f.Mandates = append(f.Mandates, Mandate{
			ID: m.ID, Position: i, Instrument: m.Instrument, Symbol: m.Symbol, URL: m.URL, From: m.From, Until: m.Until, Review: m.Review,
		})
	}
	if err := replace(ctx, tx, f.Mandates, func(m Mandate) core.ID { return m.ID }, "1 = 1"); err != nil {
		return err
	}
	tx.Append(kind, core.ID(forumRow), core.ScopeForum, record.Public,
		record.Data{"label": f.Name, "changes": record.Changes(before, f)})
	return nil
}

// InputOfForum is the form of the forum as it stands.
func InputOfForum(f Forum) ForumInput {
	in := ForumInput{Version: f.Version, Name: f.Name, Short: f.Short, About: f.About, Contact: f.Contact}
	for _, m := range f.Mandates {
		in.Mandates = append(in.Mandates, MandateInput{
			ID: m.ID, Instrument: m.Instrument, Symbol: m.Symbol, URL: m.URL, From: m.From, Until: m.Until, Review: m.Review,
		})
	}
	return in
}

// Add makes an edition. Staff only. Event: edition.added, in the scope of the forum.
func (s *Service) Add(ctx context.Context, a core.Actor, in EditionInput) (Edition, error) {
	if err := forumPolicy.Check("add_edition", "", a.Roles(core.ScopeForum)...); err != nil {
		return Edition{}, err
	}
	if err := in.Validate(); err != nil {
		return Edition{}, err
	}
	var e Edition
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		e, err = s.AddTx(ctx, tx, in)
		return err
	})
	return e, err
}

// AddTx is Add inside a write; the caller has asked for permission.
func (s *Service) AddTx(ctx context.Context, tx *record.Tx, in EditionInput) (Edition, error) {
	if err := in.Validate(); err != nil {
		return Edition{}, err
	}
	taken, err := tx.NewSelect().Model((*Edition)(nil)).Where("slug = ?", in.Slug).Exists(ctx)
	if err != nil {
		return Edition{}, fmt.Errorf("look for slug: %w", err)
	}
	if taken {
		var p core.Problems
		p.Add("slug", "editions.error.slug_taken", "Slug", in.Slug)
		return Edition{}, p.Err()
	}
	e := in.edition()
	if e.ID = in.ID; e.ID == "" {
		e.ID = tx.NewID()
	}
	e.Sample, e.Version = in.Sample, 1
	if _, err := tx.NewInsert().Model(&e).Exec(ctx); err != nil {
		return Edition{}, fmt.Errorf("add edition: %w", err)
	}
	tx.Append("edition.added", e.ID, core.ScopeForum, visibility(e), record.Data{"label": e.Name})
	return e, nil
}

func visibility(e Edition) record.Visibility {
	if e.State == StateDraft {
		return record.Internal
	}
	return record.Public
}

func (in EditionInput) edition() Edition {
	year, _ := strconv.Atoi(in.Slug[:4]) // the slug was validated
	return Edition{
		Slug: in.Slug, Year: year, Ordinal: in.Ordinal, State: in.State, Name: in.Name, Theme: in.Theme, City: in.City,
		Country: in.Country, Host: in.Host, Zone: in.Zone, FirstDay: in.FirstDay, LastDay: in.LastDay,
		DayZero: in.DayZero, DatesCountDayZero: in.DatesCountDayZero,
	}
}

// InputOf is the form of an edition as it stands.
func InputOf(e Edition) EditionInput {
	return EditionInput{
		Version: e.Version, Slug: e.Slug, Ordinal: e.Ordinal, Name: e.Name, Theme: e.Theme, State: e.State, City: e.City,
		Country: e.Country, Host: e.Host, Zone: e.Zone, FirstDay: e.FirstDay, LastDay: e.LastDay, DayZero: e.DayZero,
		DatesCountDayZero: e.DatesCountDayZero,
	}
}

// Change changes what an edition says of itself. Staff only. The slug is permanent: it
// cannot be changed once the edition is public. Event: edition.changed.
func (s *Service) Change(ctx context.Context, a core.Actor, slug string, in EditionInput) (Edition, error) {
	var after Edition
	err := s.edit(ctx, a, slug, func(ctx context.Context, tx *record.Tx, set *Setting) error {
		if err := s.ChangeTx(ctx, tx, set, in); err != nil {
			return err
		}
		after = set.Edition
		return nil
	})
	return after, err
}

// ChangeTx is Change inside a write; the caller has asked for permission. The setting is
// changed in place.
func (s *Service) ChangeTx(ctx context.Context, tx *record.Tx, set *Setting, in EditionInput) error {
	if err := in.Validate(); err != nil {
		return err
	}
	if in.Slug != set.Slug && set.State != StateDraft {
		var p core.Problems
		p.Add("slug", "editions.error.slug_permanent", "Slug", set.Slug)
		return p.Err()
	}
	after := in.edition()
	after.ID, after.Sample, after.Version = set.ID, set.Sample, in.Version+1
	stale, err := record.Once(tx.NewUpdate().Model(&after).WherePK().Where("version = ?", in.Version).Exec(ctx))
	if err != nil {
		return fmt.Errorf("change edition: %w", err)
	}
	if stale {
		return core.Stale(InputOf(set.Edition))
	}
	s.changed(tx, set.Edition, after, "edition.changed", record.Changes(set.Edition, after))
	set.Edition = after
	return nil
}

// changed appends an event to the edition's own scope and, because lists and menus
// show editions, to the forum's.
func (s *Service) changed(tx *record.Tx, before, after Edition, kind string, changes map[string]record.Change) {
	tx.Append(kind, after.ID, after.Scope(), visibility(after), record.Data{"label": after.Name, "changes": changes})
	if before.Version != after.Version {
		tx.Append("edition.listed", after.ID, core.ScopeForum, record.Internal, record.Data{"label": after.Name})
	}
}

func (s *Service) edit(ctx context.Context, a core.Actor, slug string, fn func(ctx context.Context, tx *record.Tx, set *Setting) error) error {
	set, err := s.Setting(ctx, a, slug)
	if err != nil {
		return err
	}
	if err := editionPolicy.Check("edit", set.State, a.Roles(set.Scope())...); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		fresh, err := loadSetting(ctx, tx, "id = ?", set.ID)
		if err != nil {
			return err
		}
		return fn(ctx, tx, fresh)
	})
}

// touch moves the edition's version: its parts are edited under it.
func touch(ctx context.Context, tx *record.Tx, e *Edition, version int64) (stale bool, err error) {
	stale, err = record.Once(tx.NewUpdate().Model((*Edition)(nil)).Set("version = version + 1").
		Where("id = ? AND version = ?", e.ID, version).Exec(ctx))
	if !stale && err == nil {
		e.Version++
	}
	return stale, err
}

// free refuses to take away what other rooms use.
func (s *Service) free(ctx context.Context, tx *record.Tx, gone []core.ID) error {
	if len(gone) == 0 {
		return nil
	}
	for _, ask := range s.inUse {
		n, err := ask(ctx, tx, gone)
		if err != nil {
			return err
		}
		if n > 0 {
			return core.Conflict("editions.error.in_use", "Count", n)
		}
	}
	return nil
}

func missing[T any](before []T, after []core.ID, id func(T) core.ID) []core.ID {
	var gone []core.ID
	for _, b := range before {
		if !slices.Contains(after, id(b)) {
			gone = append(gone, id(b))
		}
	}
	return gone
}
