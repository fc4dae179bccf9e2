package documents

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// See reads a document for an actor. One that she may not know of is KindNotFound. To
// those who may not see drafts it shows no trace of one.
func (s *Service) See(ctx context.Context, a core.Actor, id core.ID) (Document, error) {
	if !id.Valid() {
		return Document{}, core.NotFound()
	}
	d, err := loadDocument(ctx, s.rec.DB.Read, id)
	if err != nil {
		return Document{}, err
	}
	hidden, err := s.HiddenFrom(ctx, a)
	if err != nil {
		return Document{}, err
	}
	if slices.Contains(hidden, d.Scope) {
		return Document{}, core.NotFound()
	}
	if d.HasDraft() {
		drafts, err := s.CanSeeDraft(ctx, a, d)
		if err != nil {
			return Document{}, err
		}
		if !drafts {
			d.Head = d.Published
		}
	}
	// The newest revision that she sees stands for the document.
	state := StatePublished
	if d.Published == 0 {
		state = StateDraft
	}
	if d.Head == 0 || !Policy.Can("see", string(state), roles(a, d, d.HasDraft())...) {
		return Document{}, core.NotFound()
	}
	return d, nil
}

// SeeRevisions lists the revisions of a document that the actor may see, oldest first,
// without their paragraphs.
func (s *Service) SeeRevisions(ctx context.Context, a core.Actor, id core.ID) (Document, []Revision, error) {
	d, err := s.See(ctx, a, id)
	if err != nil {
		return d, nil, err
	}
	revs, err := s.Revisions(ctx, id)
	if err != nil {
		return d, nil, err
	}
	return d, slices.DeleteFunc(revs[id], func(r Revision) bool { return r.Draft() && !d.HasDraft() }), nil
}

// SeeRevision reads one revision with its paragraphs for an actor; number 0 means the
// newest published one.
func (s *Service) SeeRevision(ctx context.Context, a core.Actor, id core.ID, number int) (Document, Revision, error) {
	d, err := s.See(ctx, a, id)
	if err != nil {
		return d, Revision{}, err
	}
	if number == 0 {
		number = d.Published
	}
	if number < 1 || number > d.Head {
		return d, Revision{}, core.NotFound()
	}
	r, err := s.Revision(ctx, id, number)
	if err == nil && r.Draft() && !d.HasDraft() { // opened while we read
		err = core.NotFound()
	}
	if err != nil {
		return d, Revision{}, err
	}
	return d, r, nil
}

// FrozenJSON is the JSON of a revision: of a published one the very bytes whose
// SHA-256 is its hash, of a draft the same form as it stands.
func (s *Service) FrozenJSON(ctx context.Context, d Document, r Revision) ([]byte, error) {
	if r.Draft() {
		return freeze(d, r, Revision{})
	}
	text, err := loadFrozen(ctx, s.rec.DB.Read, r.ID)
	return []byte(text), err
}

// Query narrows a list of documents.
type Query struct {
	Scope, Kind string // empty: any
	Page        core.Page
}

// List is the part of the documents that the actor may see (Visible), the newest first.
func (s *Service) List(ctx context.Context, a core.Actor, q Query) (core.List[Document], error) {
	list := core.List[Document]{Items: []Document{}}
	hidden, err := s.HiddenFrom(ctx, a)
	if err != nil {
		return list, err
	}
	cond := func(sel *bun.SelectQuery) *bun.SelectQuery {
		sel = sel.Apply(Visible(a))
		if len(hidden) > 0 {
			sel = sel.Where("d.scope NOT IN (?)", bun.List(hidden))
		}
		if q.Scope != "" {
			sel = sel.Where("d.scope = ?", q.Scope)
		}
		if q.Kind != "" {
			sel = sel.Where("d.kind = ?", q.Kind)
		}
		return sel
	}
	sel := cond(s.rec.DB.Read.NewSelect().Model(&list.Items))
	if q.Page.Cursor != "" {
		var after string
		if err := core.ReadCursor(q.Page.Cursor, &after); err != nil {
			return list, err
		}
		sel = sel.Where("d.id < ?", after)
	}
	if err := sel.OrderExpr("d.id DESC").Limit(int64(q.Page.Size()) + 1).Scan(ctx); err != nil {
		return list, fmt.Errorf("list documents: %w", err)
	}
	if len(list.Items) > q.Page.Size() {
		list.Items = list.Items[:q.Page.Size()]
		list.Next = core.Cursor(list.Items[len(list.Items)-1].ID)
	}
	for i, d := range list.Items {
		if !Policy.Can("see", string(StateDraft), roles(a, d, false)...) {
			list.Items[i].Head = d.Published
		}
	}
	total, err := cond(s.rec.DB.Read.NewSelect().Model((*Document)(nil))).Count(ctx)
	if err != nil {
		return list, fmt.Errorf("count documents: %w", err)
	}
	list.Total = int(total)
	return list, nil
}

// scope is the scope of a document, which never changes: what a page reads must be
// known before it reads.
func (s *Service) scope(ctx context.Context, id core.ID) (string, error) {
	if !id.Valid() {
		return "", core.NotFound()
	}
	d, err := loadDocument(ctx, s.rec.DB.Read, id)
	return d.Scope, err
}
