package programme

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// RelationsInput is all relations that go out from a session: what it feeds and what it
// builds on. What others say of it stands on their pages.
type RelationsInput struct {
	Version   int64           `form:"version" ui:"hidden" json:"version"`
	Relations []RelationInput `form:"relations" ui:"rows" json:"relations"`
}

// RelationInput is one relation in the form. To is the address of a session: "main2" in
// the same edition, "2017/main3" in another.
type RelationInput struct {
	ID   core.ID   `form:"id" ui:"hidden" json:"id"`
	Kind string    `form:"kind" ui:"select" json:"kind"`
	To   string    `form:"to" ui:"text" max:"80" json:"to"`
	Note core.Text `form:"note" ui:"text" max:"300" json:"note"`
}

// RelationsOf is the form of a session's relations as they stand.
func RelationsOf(x *Session) RelationsInput {
	in := RelationsInput{Version: x.Version}
	for _, r := range x.Relations {
		if r.From == x.ID && r.Other != nil {
			in.Relations = append(in.Relations, RelationInput{ID: r.ID, Kind: r.Kind, To: relatedRef(x, r.Other), Note: r.Note})
		}
	}
	return in
}

// relatedRef is how a related session is written: short within one edition.
func relatedRef(x *Session, other *Brief) string {
	if other.Edition == x.Edition {
		return other.Ref
	}
	return other.EditionSlug + "/" + other.Ref
}

// Validate checks the input; rows without a session are left out.
func (in *RelationsInput) Validate() error {
	p := core.Validate(*in)
	kept := []RelationInput{}
	for i, r := range in.Relations {
		r.Note = r.Note.Clean()
		r.To = strings.Trim(strings.ToLower(strings.TrimSpace(r.To)), "/")
		if r.To == "" {
			continue
		}
		if !slices.Contains(RelationKinds, r.Kind) {
			p.Add(core.Row("relations", i)+"kind", "form.required")
		}
		if slices.ContainsFunc(kept, func(o RelationInput) bool { return o.Kind == r.Kind && o.To == r.To }) {
			p.Add(core.Row("relations", i)+"to", "programme.error.related_twice")
		}
		kept = append(kept, r)
	}
	in.Relations = kept
	return p.Err()
}

// SetRelations makes the relations that go out from a session what the input says.
// Staff only. Event: session.related, for the session and for each at the other end
// that is new or gone. Errors: Invalid, Stale with a RelationsInput.
func (s *Service) SetRelations(ctx context.Context, a core.Actor, set *editions.Setting, ref string, in RelationsInput) (*Session, error) {
	return s.change(ctx, a, set, ref, "relate", func(ctx context.Context, tx *record.Tx, x *Session) error {
		typed := slices.Clone(in.Relations)
		if err := in.Validate(); err != nil {
			return err
		}
		slugs, err := s.slugs(ctx)
		if err != nil {
			return err
		}
		name(x, slugs)
		if in.Version != x.Version {
			return core.Stale(RelationsOf(x))
		}
		others, err := s.resolve(ctx, tx, x, slugs, typed)
		if err != nil {
			return err
		}
		after := []Relation{}
		for i, r := range in.Relations {
			if slices.ContainsFunc(after, func(o Relation) bool { return o.To == others[i].ID && o.Kind == r.Kind }) {
				return core.Invalid("programme.error.related_twice")
			}
			after = append(after, Relation{ID: r.ID, From: x.ID, To: others[i].ID, Kind: r.Kind, Note: r.Note, Other: others[i]})
		}
		return s.relate(ctx, tx, set, x, after)
	})
}

// name fills the slugs of the editions of a session that was read inside a write.
func name(x *Session, slugs map[core.ID]string) {
	x.EditionSlug = slugs[x.Edition]
	for i := range x.Relations {
		if o := x.Relations[i].Other; o != nil {
			o.EditionSlug = slugs[o.Edition]
		}
	}
}

// resolve finds the sessions that the rows of the form name, in their order; rows
// without one are left out. One query for each edition that is named.
func (s *Service) resolve(ctx context.Context, tx *record.Tx, x *Session, slugs map[core.ID]string, rows []RelationInput) ([]*Brief, error) {
	wanted := map[core.ID][]string{}
	at := func(to string) (edition core.ID, ref string) {
		slug, ref, ok := strings.Cut(strings.Trim(strings.ToLower(strings.TrimSpace(to)), "/"), "/")
		if !ok {
			return x.Edition, slug
		}
		for id, sl := range slugs {
			if sl == slug {
				return id, ref
			}
		}
		return "", ref
	}
	for _, r := range rows {
		if edition, ref := at(r.To); edition != "" && ref != "" {
			wanted[edition] = append(wanted[edition], ref)
		}
	}
	found := map[string]*Brief{}
	for edition, refs := range wanted {
		list, err := briefsByRef(ctx, tx, edition, refs)
		if err != nil {
			return nil, err
		}
		for ref, b := range list {
			b.EditionSlug = slugs[edition]
			found[string(edition)+"/"+ref] = b
		}
	}
	var p core.Problems
	var out []*Brief
	for i, r := range rows {
		edition, ref := at(r.To)
		if ref == "" {
			continue
		}
		b := found[string(edition)+"/"+ref]
		switch {
		case b == nil:
			p.Add(core.Row("relations", i)+"to", "programme.error.no_session", "Ref", r.To)
		case b.ID == x.ID:
			p.Add(core.Row("relations", i)+"to", "programme.error.itself")
		default:
			out = append(out, b)
		}
	}
	return out, p.Err()
}

// RelateTx adds one relation from a session to another; the caller has asked for
// permission. One that is there already stays as it is. Event: session.related, for both.
func (s *Service) RelateTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, to core.ID, kind string, note core.Text) error {
	other, err := loadSession(ctx, tx, "se.id = ?", to)
	if err != nil {
		return err
	}
	if other.ID == x.ID || !slices.Contains(RelationKinds, kind) {
		return core.Invalid("programme.error.itself")
	}
	slugs, err := s.slugs(ctx)
	if err != nil {
		return err
	}
	b := other.Brief()
	b.EditionSlug = slugs[b.Edition]
	if err := loadParts(ctx, tx, everything, []*Session{x}); err != nil {
		return err
	}
	name(x, slugs)
	var out []Relation
	for _, r := range x.Relations {
		if r.From == x.ID {
			if r.To == to && r.Kind == kind {
				return nil
			}
			out = append(out, r)
		}
	}
	return s.relate(ctx, tx, set, x, append(out, Relation{From: x.ID, To: to, Kind: kind, Note: note, Other: &b}))
}

// relate replaces the relations that go out from a session.
func (s *Service) relate(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, after []Relation) error {
	var before, incoming []Relation
	for _, r := range x.Relations {
		if r.From == x.ID {
			before = append(before, r)
		} else {
			incoming = append(incoming, r)
		}
	}
	changes := record.Changes(shownRelations(x, before), shownRelations(x, after))
	if len(changes) == 0 {
		return nil
	}
	if stale, err := touch(ctx, tx, x, x.Version); err != nil || stale {
		return record.StaleOr(err, RelationsOf(x))
	}
	if _, err := tx.NewDelete().Model((*Relation)(nil)).Where("from_session = ?", x.ID).Exec(ctx); err != nil {
		return fmt.Errorf("take away relations: %w", err)
	}
	for i := range after {
		if after[i].ID == "" {
			after[i].ID = tx.NewID()
		}
	}
	if len(after) > 0 {
		if _, err := tx.NewInsert().Model(&after).Exec(ctx); err != nil {
			return fmt.Errorf("add relations: %w", err)
		}
	}
	x.Relations = slices.Concat(after, incoming)
	states := []string{x.State}
	for _, r := range slices.Concat(before, after) {
		states = append(states, r.Other.State)
	}
	tx.Append("session.related", x.ID, set.Scope(), visibility(set, states...), data(x, record.Data{"changes": changes}))
	told := map[core.ID]bool{}
	for _, r := range slices.Concat(before, after) {
		same := func(o Relation) bool { return o.To == r.To && o.Kind == r.Kind && o.Note.Equal(r.Note) }
		if told[r.To] || slices.ContainsFunc(before, same) && slices.ContainsFunc(after, same) {
			continue
		}
		told[r.To] = true
		tx.Append("session.related", r.To, string(r.Other.Edition), visibility(set, x.State, r.Other.State),
			record.Data{"label": r.Other.Title, "ref": r.Other.Ref, "by": x.Path()})
	}
	return nil
}

// shown are relations as the history shows them: by address, so that nothing is said
// of the other session but that it is there.
type shown struct {
	Feeds    []string `json:"session_feeds"`
	BuildsOn []string `json:"session_builds_on"`
	Notes    []string `json:"session_relation_notes"`
}

func shownRelations(x *Session, list []Relation) shown {
	var out shown
	for _, r := range list {
		at := relatedRef(x, r.Other)
		if r.Kind == Feeds {
			out.Feeds = append(out.Feeds, at)
		} else {
			out.BuildsOn = append(out.BuildsOn, at)
		}
		if n := r.Note.String(); n != "" {
			out.Notes = append(out.Notes, n)
		}
	}
	slices.Sort(out.Feeds)
	slices.Sort(out.BuildsOn)
	return out
}
