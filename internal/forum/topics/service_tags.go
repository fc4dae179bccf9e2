package topics

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// MergeInput says which tags are the same. Into is any way to write the tag that they
// become; Tags are addresses of tags.
type MergeInput struct {
	Into string   `form:"into" max:"200"`
	Tags []string `form:"tags"`
}

// Merge makes several tags one. Curators may. What people wrote stays visible. Conflict
// where one of them was merged elsewhere meanwhile or is hidden. It gives the address of
// the tag that they have become. Event: tags.merged.
func (s *Service) Merge(ctx context.Context, a core.Actor, set *editions.Setting, in MergeInput) (slug string, err error) {
	if err := may(a, set, "curate"); err != nil {
		return "", err
	}
	t, err := s.Table(ctx, a, set, Filter{})
	if err != nil {
		return "", err
	}
	into := t.Find(strings.TrimSpace(in.Into))
	var p core.Problems
	switch {
	case strings.TrimSpace(in.Into) == "":
		p.Add("into", "topics.error.no_target")
	case into == nil:
		p.Add("into", "topics.error.no_such_tag", "Tag", in.Into)
	}
	var from []*Tag
	for _, slug := range in.Tags {
		tag := t.Tag(slug)
		if tag == nil {
			p.Add("tags", "topics.error.no_such_tag", "Tag", slug)
		} else if tag != into && !slices.Contains(from, tag) {
			from = append(from, tag)
			if into != nil && slug != tag.Slug { // its spelling was a tag of its own when the form was made
				p.Add("tags", "topics.error.merged_meanwhile", "Tag", slug, "Into", tag.Name.String())
			}
		}
	}
	if len(p) == 0 && len(from) == 0 {
		p.Add("tags", "topics.error.nothing_chosen")
	}
	if err := p.Err(); err != nil {
		return "", err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		heads := make([]string, 0, len(from))
		for _, tag := range from {
			heads = append(heads, tag.head)
		}
		return s.mergeTx(ctx, tx, set, into.head, heads)
	})
	return into.Slug, err
}

// mergeTx moves the tags of some spellings, with all their spellings, to that of another.
func (s *Service) mergeTx(ctx context.Context, tx *record.Tx, set *editions.Setting, into string, from []string) error {
	cur, err := loadCurated(ctx, tx, set.ID) // as of now: somebody else may have been quicker
	if err != nil {
		return err
	}
	target, err := touchTx(ctx, tx, set, cur, into)
	if err != nil {
		return err
	}
	if target.Hidden {
		return core.Conflict("topics.error.hidden", "Tag", target.Head)
	}
	m := Merge{ID: tx.NewID(), Edition: set.ID, Tag: target.ID, Made: tx.Now}
	for _, fold := range from {
		row := cur.row(fold)
		switch {
		case row == nil:
			m.Moved = append(m.Moved, Moved{Fold: fold})
		case row.ID == target.ID:
			return core.Conflict("topics.error.merged_meanwhile", "Tag", fold, "Into", target.called())
		case row.Head != fold:
			return core.Conflict("topics.error.merged_meanwhile", "Tag", fold, "Into", row.called())
		case row.Hidden:
			return core.Conflict("topics.error.hidden", "Tag", fold)
		default:
			folds := cur.foldsOf(row.ID)
			slices.Sort(folds)
			for _, f := range folds {
				m.Moved = append(m.Moved, Moved{Fold: f, From: row.ID})
			}
		}
	}
	folds := make([]string, 0, len(m.Moved))
	for _, x := range m.Moved {
		folds = append(folds, x.Fold)
	}
	if err := moveTx(ctx, tx, set.ID, target.ID, folds); err != nil {
		return err
	}
	if m.Number, err = nextTx(ctx, tx, set.ID, (*Merge)(nil)); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(&m).Exec(ctx); err != nil {
		return fmt.Errorf("note merge of tags: %w", err)
	}
	tx.Append("tags.merged", target.ID, set.Scope(), record.Internal, record.Data{"label": target.called(), "count": len(from), "spellings": folds})
	return nil
}

func (r *tagRow) called() string {
	if r.Name.IsZero() {
		return r.Head
	}
	return r.Name.String()
}

// touchTx gives the row of the tag that a spelling belongs to; it is made where curators
// have not touched it before.
func touchTx(ctx context.Context, tx *record.Tx, set *editions.Setting, cur *curated, fold string) (*tagRow, error) {
	if row := cur.row(fold); row != nil {
		if row.Head != fold {
			return nil, core.Conflict("topics.error.merged_meanwhile", "Tag", fold, "Into", row.called())
		}
		return row, nil
	}
	row := tagRow{ID: tx.NewID(), Edition: set.ID, Head: fold, Created: tx.Now, Version: 1}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return nil, fmt.Errorf("add tag: %w", err)
	}
	return &row, moveTx(ctx, tx, set.ID, row.ID, []string{fold})
}

// Undo takes a merge back: what it moved is again what it was before. Curators may.
// Conflict where it was taken back already, or where a later merge rests on it. Event:
// tags.parted.
func (s *Service) Undo(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) error {
	if err := may(a, set, "curate"); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var m Merge
		if err := tx.NewSelect().Model(&m).Where("tm.id = ? AND tm.edition = ?", id, set.ID).Scan(ctx); err != nil {
			return record.Found(err)
		}
		if !m.Undone.IsZero() {
			return core.Conflict("topics.error.undone_already")
		}
		cur, err := loadCurated(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		back := map[core.ID][]string{}
		for _, x := range m.Moved {
			if cur.spellings[x.Fold] != m.Tag {
				return core.Conflict("topics.error.merged_since", "Tag", x.Fold)
			}
			back[x.From] = append(back[x.From], x.Fold)
		}
		for from, folds := range back {
			if from == "" {
				err = dropSpellings(ctx, tx, set.ID, folds)
			} else {
				err = moveTx(ctx, tx, set.ID, from, folds)
			}
			if err != nil {
				return err
			}
		}
		m.Undone = tx.Now
		if _, err := tx.NewUpdate().Model(&m).Column("undone").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("take back merge of tags: %w", err)
		}
		tx.Append("tags.parted", m.Tag, set.Scope(), record.Internal, record.Data{"count": len(m.Moved)})
		return nil
	})
}

// Merges are all merges of tags of an edition, the newest first. Curators may.
func (s *Service) Merges(ctx context.Context, a core.Actor, set *editions.Setting) ([]Merge, error) {
	if err := may(a, set, "curate"); err != nil {
		return nil, err
	}
	return loadMerges(ctx, s.rec.DB.Read, set.ID)
}

// MergesOf are the merges into a tag that stand, the newest first. Everybody may who may
// see the tag; show no spelling that is not among those of Table.
func (s *Service) MergesOf(ctx context.Context, set *editions.Setting, tag *Tag) ([]Merge, error) {
	if tag.ID == "" {
		return nil, nil
	}
	list, err := loadMerges(ctx, s.rec.DB.Read, set.ID)
	return slices.DeleteFunc(list, func(m Merge) bool { return m.Tag != tag.ID || !m.Undone.IsZero() }), err
}

// Apart notes that two tags are not the same, so that they are not proposed any more.
// Curators may. Event: tags.kept_apart.
func (s *Service) Apart(ctx context.Context, a core.Actor, set *editions.Setting, one, other string) error {
	if err := may(a, set, "curate"); err != nil {
		return err
	}
	t, err := s.Table(ctx, a, set, Filter{})
	if err != nil {
		return err
	}
	x, y := t.Tag(one), t.Tag(other)
	if x == nil || y == nil || x == y {
		return core.Invalid("topics.error.no_such_tag", "Tag", one+", "+other)
	}
	row := apartRow{Edition: set.ID, One: min(x.head, y.head), Other: max(x.head, y.head)}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (edition, one, other) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("keep tags apart: %w", err)
		}
		tx.Append("tags.kept_apart", set.ID, set.Scope(), record.Internal, record.Data{"label": row.One + " / " + row.Other})
		return nil
	})
}
