package topics

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// TagInput is what curators call a tag, in up to six languages.
type TagInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	Name    core.Text `form:"name" ui:"text" max:"60" required:"1" json:"tag_name"`
	Offered bool      `form:"offered" ui:"check" json:"tag_offered"`
}

func inputOf(r *tagRow) TagInput {
	return TagInput{Version: r.Version, Name: r.Name, Offered: r.Offered}
}

// InputOf is the form of a tag as it stands. Where nobody has named it, its names in other
// languages are proposed, if they are known.
func InputOf(t *Tag) TagInput {
	in := TagInput{Version: t.Version, Name: t.Name, Offered: t.Offered}
	if !t.Named {
		for lang, name := range known(t.Name.String()) {
			if in.Name.By[lang] == "" {
				in.Name = in.Name.With(lang, name)
			}
		}
	}
	return in
}

func (in *TagInput) validate() error {
	p := core.Validate(*in)
	in.Name = in.Name.Clean()
	for lang, name := range in.Name.By {
		if core.Fold(name) == "" || len(core.Words(name)) == 0 {
			p.Add("name", "topics.error.no_words", "Language", lang)
		}
	}
	return p.Err()
}

// Rename names a tag. Whoever writes one of the names means this tag from now on; a tag
// that is written so becomes part of it, which can be taken back like any merge. Curators
// may. Invalid where a name belongs to another tag that curators have made; Stale where
// somebody has changed the tag meanwhile. Event: tag.renamed.
func (s *Service) Rename(ctx context.Context, a core.Actor, set *editions.Setting, slug string, in TagInput) error {
	if err := may(a, set, "curate"); err != nil {
		return err
	}
	if err := in.validate(); err != nil {
		return err
	}
	t, err := s.Table(ctx, a, set, Filter{})
	if err != nil {
		return err
	}
	tag := t.Tag(slug)
	if tag == nil {
		return core.NotFound()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return s.nameTx(ctx, tx, set, t, tag.head, in)
	})
}

// Add adds a tag that nobody has written yet, for the picker. Curators may. Invalid where
// there is one of that name already. It gives its address. Event: tag.renamed.
func (s *Service) Add(ctx context.Context, a core.Actor, set *editions.Setting, in TagInput) (string, error) {
	if err := may(a, set, "curate"); err != nil {
		return "", err
	}
	if err := in.validate(); err != nil {
		return "", err
	}
	t, err := s.Table(ctx, a, set, Filter{})
	if err != nil {
		return "", err
	}
	for _, name := range in.Name.Spelt() {
		if have := t.byFold[core.Fold(name)]; have != nil {
			var p core.Problems
			p.Add("name", "topics.error.name_taken", "Name", name, "Tag", have.Name.String())
			return "", p.Err()
		}
	}
	head := core.Fold(in.Name.String())
	in.Version = 0
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return s.nameTx(ctx, tx, set, t, head, in) })
	return slugOf(head), err
}

func (s *Service) nameTx(ctx context.Context, tx *record.Tx, set *editions.Setting, t *Table, head string, in TagInput) error {
	cur, err := loadCurated(ctx, tx, set.ID)
	if err != nil {
		return err
	}
	before := TagInput{}
	if row := cur.row(head); row != nil {
		before = inputOf(row)
		if row.Version != in.Version {
			return core.Stale(before)
		}
	} else if in.Version != 0 {
		return core.Stale(before)
	}
	row, err := touchTx(ctx, tx, set, cur, head)
	if err != nil {
		return err
	}
	var fresh, written []string
	var p core.Problems
	for _, name := range in.Name.Spelt() {
		fold := core.Fold(name)
		switch other := cur.row(fold); {
		case fold == head || slices.Contains(fresh, fold) || slices.Contains(written, fold):
		case other == nil && t.byFold[fold] != nil:
			written = append(written, fold)
		case other == nil:
			fresh = append(fresh, fold)
		case other.ID != row.ID:
			p.Add("name", "topics.error.name_taken", "Name", name, "Tag", other.called())
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	if err := moveTx(ctx, tx, set.ID, row.ID, fresh); err != nil {
		return err
	}
	if len(written) > 0 {
		if err := s.mergeTx(ctx, tx, set, head, written); err != nil {
			return err
		}
	}
	row.Name, row.Offered = in.Name, in.Offered
	return saveTag(ctx, tx, set, row, "tag.renamed", record.Data{"label": in.Name, "changes": record.Changes(before, in)}, before)
}

// saveTag writes a changed row at its version, and what happened.
func saveTag(ctx context.Context, tx *record.Tx, set *editions.Setting, row *tagRow, event string, data record.Data, current any) error {
	version := row.Version
	row.Version++
	stale, err := record.Once(tx.NewUpdate().Model(row).WherePK().Where("version = ?", version).Exec(ctx))
	if err != nil {
		return fmt.Errorf("change tag: %w", err)
	}
	if stale {
		return core.Stale(current)
	}
	tx.Append(event, row.ID, set.Scope(), record.Internal, data)
	return nil
}

// HideInput says why a tag is hidden.
type HideInput struct {
	Version int64  `form:"version" ui:"hidden"`
	Reason  string `form:"reason" ui:"area" max:"500" required:"1"`
}

// Hide takes a tag that abuses the forum out of all pages, lists and suggestions. It does
// not count any more. Curators may, and still see it. Stale where somebody has changed it
// meanwhile. Event: tag.hidden.
func (s *Service) Hide(ctx context.Context, a core.Actor, set *editions.Setting, slug string, in HideInput) error {
	if err := may(a, set, "curate"); err != nil {
		return err
	}
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	return s.setHidden(ctx, a, set, slug, in.Version, true, strings.TrimSpace(in.Reason))
}

// Show takes back that a tag was hidden. Curators may. Stale as Hide. Event: tag.shown.
func (s *Service) Show(ctx context.Context, a core.Actor, set *editions.Setting, slug string, version int64) error {
	if err := may(a, set, "curate"); err != nil {
		return err
	}
	return s.setHidden(ctx, a, set, slug, version, false, "")
}

func (s *Service) setHidden(ctx context.Context, a core.Actor, set *editions.Setting, slug string, version int64, hidden bool, reason string) error {
	t, err := s.Table(ctx, a, set, Filter{})
	if err != nil {
		return err
	}
	tag := t.Tag(slug)
	if tag == nil {
		return core.NotFound()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		cur, err := loadCurated(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		row := cur.row(tag.head)
		have := HideInput{}
		if row != nil {
			have = HideInput{Version: row.Version, Reason: row.Reason}
		}
		if have.Version != version {
			return core.Stale(have)
		}
		if row, err = touchTx(ctx, tx, set, cur, tag.head); err != nil {
			return err
		}
		row.Hidden, row.Reason = hidden, reason
		event := "tag.shown"
		if hidden {
			event = "tag.hidden"
		}
		return saveTag(ctx, tx, set, row, event, record.Data{"label": row.called(), "reason": reason}, have)
	})
}

func dropSpellings(ctx context.Context, tx *record.Tx, edition core.ID, folds []string) error {
	if _, err := tx.NewDelete().Model((*spellingRow)(nil)).Where("edition = ? AND fold IN (?)", edition, bun.List(folds)).Exec(ctx); err != nil {
		return fmt.Errorf("part spellings of a tag: %w", err)
	}
	return nil
}
