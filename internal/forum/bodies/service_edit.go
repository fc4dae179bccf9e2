package bodies

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Create enters a body. Staff only. Event: body.created.
func (s *Service) Create(ctx context.Context, a core.Actor, n New) (Body, error) {
	if err := Policy.Check("create", Active, a.Roles(core.ScopeForum)...); err != nil {
		return Body{}, err
	}
	var b Body
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		b, err = s.CreateTx(ctx, tx, n)
		return err
	})
	return b, err
}

// CreateTx is Create inside a write; the caller has asked for permission. Invalid
// input comes back with its fields, also when the address is taken.
func (s *Service) CreateTx(ctx context.Context, tx *record.Tx, n New) (Body, error) {
	n.tidy()
	if err := s.validateNew(n); err != nil {
		return Body{}, err
	}
	taken, err := tx.NewSelect().Model((*Body)(nil)).Where("kind = ? AND slug = ?", n.Kind, n.Slug).Exists(ctx)
	if err != nil {
		return Body{}, fmt.Errorf("look for address: %w", err)
	}
	if taken {
		var p core.Problems
		p.Add("slug", "bodies.error.slug_taken", "Slug", n.Slug)
		return Body{}, p.Err()
	}
	b := Body{
		ID: n.ID, Kind: n.Kind, Slug: n.Slug, Name: n.Name, Acronym: n.Acronym, Purpose: n.Purpose,
		Country: n.Country, Region: s.regionOf(n.Region, n.Country), Founded: n.Founded, Recognised: n.Recognised,
		Started: n.Started, Ended: n.Ended, Status: n.Status, Years: n.Years, Links: n.Links, Parent: n.Parent,
		AsSeen: n.AsSeen, Source: n.Source, Created: tx.Now, Version: 1,
	}
	if b.ID == "" {
		b.ID = tx.NewID()
	}
	if _, err := checkParent(ctx, tx, b); err != nil {
		return Body{}, err
	}
	if _, err := tx.NewInsert().Model(&b).Exec(ctx); err != nil {
		return Body{}, fmt.Errorf("enter body: %w", err)
	}
	tx.Append("body.created", b.ID, core.ScopeForum, record.Public, record.Data{"label": b.Name, "kind": b.Kind, "slug": b.Slug})
	return b, nil
}

// Edit changes what a body says of itself. Its coordinators and staff. Event:
// body.changed. Stale when somebody else was quicker.
func (s *Service) Edit(ctx context.Context, a core.Actor, id core.ID, in EditInput) (Body, error) {
	in.tidy()
	return s.change(ctx, a, id, "edit", in.validate, func(b *Body) {
		b.Version = in.Version
		b.Name, b.Acronym, b.Purpose, b.Founded, b.Links = in.Name, in.Acronym, in.Purpose, in.Founded, tidyLinks(in.Links)
	}, func(now Body) any { return InputOf(now) })
}

// SetStanding changes what the forum's list says of a body. Staff only. Event:
// body.changed. Stale when somebody else was quicker.
func (s *Service) SetStanding(ctx context.Context, a core.Actor, id core.ID, in StandingInput) (Body, error) {
	in.AsSeen = in.AsSeen.Clean()
	return s.change(ctx, a, id, "list", func() error { return s.validateStanding(in) }, func(b *Body) {
		b.Version = in.Version
		b.Status, b.Country, b.Region = in.Status, in.Country, s.regionOf(in.Region, in.Country)
		b.Recognised, b.Started, b.Ended = in.Recognised, in.Started, in.Ended
		b.Parent, b.Years, b.AsSeen, b.Source = in.Parent, tidyYears(in.Years), in.AsSeen, in.Source
	}, func(now Body) any { return StandingOf(now) })
}

// change is the way of both forms of a body: permission, validity, one write.
func (s *Service) change(ctx context.Context, a core.Actor, id core.ID, action string, valid func() error, set func(*Body), current func(Body) any) (Body, error) {
	before, err := loadBody(ctx, s.rec.DB.Read, id)
	if err != nil {
		return Body{}, err
	}
	roles, err := s.RolesIn(ctx, a, id)
	if err != nil {
		return Body{}, err
	}
	if err := Policy.Check(action, before.Status, roles...); err != nil {
		return Body{}, err
	}
	if err := valid(); err != nil {
		return Body{}, err
	}
	var b Body
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		before, err := loadBody(ctx, tx, id)
		if err != nil {
			return err
		}
		b = before
		set(&b)
		names, err := checkParent(ctx, tx, b, before.Parent)
		if err != nil {
			return err
		}
		stale, err := saveBody(ctx, tx, &b)
		if err != nil {
			return err
		}
		if stale {
			return core.Stale(current(before))
		}
		changes := record.Changes(before.facts(names[before.Parent]), b.facts(names[b.Parent]))
		if len(changes) > 0 {
			tx.Append("body.changed", id, core.ScopeForum, record.Public, record.Data{"label": b.Name, "changes": changes})
		}
		return nil
	})
	return b, err
}

// checkParent sees that the parent exists and that no body is above itself. It gives
// the names of the bodies asked for, by id.
func checkParent(ctx context.Context, tx *record.Tx, b Body, alsoName ...core.ID) (map[core.ID]string, error) {
	if b.Parent == "" && len(alsoName) == 0 {
		return nil, nil
	}
	var list []Body
	if err := tx.NewSelect().Model(&list).Column("id", "parent", "name").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load parents: %w", err)
	}
	names, parents := map[core.ID]string{}, map[core.ID]core.ID{}
	for _, x := range list {
		names[x.ID], parents[x.ID] = x.Name.String(), x.Parent
	}
	parents[b.ID] = b.Parent
	seen := []core.ID{b.ID}
	for up := b.Parent; up != ""; up = parents[up] {
		_, known := names[up]
		if !known || slices.Contains(seen, up) {
			var p core.Problems
			p.Add("parent", "bodies.error.parent")
			return nil, p.Err()
		}
		seen = append(seen, up)
	}
	return names, nil
}

// NoteTotal notes a total that somebody published. Staff only. Event: body.counted;
// its subject is the figure.
func (s *Service) NoteTotal(ctx context.Context, a core.Actor, n NewTotal) (Total, error) {
	if err := Policy.Check("count", Active, a.Roles(core.ScopeForum)...); err != nil {
		return Total{}, err
	}
	var f Total
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		f, err = s.NoteTotalTx(ctx, tx, n)
		return err
	})
	return f, err
}

// NoteTotalTx is NoteTotal inside a write; the caller has asked for permission.
func (s *Service) NoteTotalTx(ctx context.Context, tx *record.Tx, n NewTotal) (Total, error) {
	n.Note = n.Note.Clean()
	if err := n.validate(); err != nil {
		return Total{}, err
	}
	f := Total{
		ID: tx.NewID(), Kind: n.Kind, AsOf: n.AsOf, Count: n.Count, Bound: n.Bound, Note: n.Note, Source: n.Source, Created: tx.Now,
	}
	if _, err := tx.NewInsert().Model(&f).Exec(ctx); err != nil {
		return Total{}, fmt.Errorf("note figure: %w", err)
	}
	tx.Append("body.counted", f.ID, core.ScopeForum, record.Public, record.Data{
		"label": string(f.AsOf), "kind": f.Kind, "count": f.Count, "source": f.Source,
	})
	return f, nil
}
