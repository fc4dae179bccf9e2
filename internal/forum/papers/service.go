package papers

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Service is what people do with papers.
type Service struct {
	rec       *record.Record
	docs      *documents.Service
	people    *people.Service
	bodies    *bodies.Service
	editions  *editions.Service
	programme *programme.Service

	mail     *mail.Service // nil: nobody is asked to confirm
	accounts *authn.Service
	baseURL  string
	blobs    *blob.Store
}

// New makes the service.
func New(rec *record.Record, docs *documents.Service, pp *people.Service, b *bodies.Service, ed *editions.Service, prog *programme.Service) *Service {
	return &Service{rec: rec, docs: docs, people: pp, bodies: b, editions: ed, programme: prog}
}

// Filter narrows a list of papers. What is empty does not narrow; IDs and Documents that
// are empty but not nil give nothing.
type Filter struct {
	Edition, Body, Session core.ID
	By, ByOrganisation     core.ID // who wrote, presented or endorsed it: a person, an organisation
	Kinds                  []string
	IDs, Documents         []core.ID
}

func (f Filter) apply(q *bun.SelectQuery) *bun.SelectQuery {
	for column, id := range map[string]core.ID{
		"edition": f.Edition, "body": f.Body, "session": f.Session,
	} {
		if id != "" {
			q = q.Where("pa.? = ?", bun.Ident(column), id)
		}
	}
	for column, id := range map[string]core.ID{"person": f.By, "organisation": f.ByOrganisation} {
		if id != "" {
			q = q.Where("(pa.? = ? OR pa.id IN (SELECT en.paper FROM paper_endorsements AS en WHERE en.? = ? AND en.state IN (?)))",
				bun.Ident(column), id, bun.Ident(column), id, bun.List([]string{Signed, Disputed}))
		}
	}
	for column, list := range map[string][]core.ID{"id": f.IDs, "document": f.Documents} {
		switch {
		case list == nil:
		case len(list) == 0:
			q = q.Where("1 = 0")
		default:
			q = q.Where("pa.? IN (?)", bun.Ident(column), bun.List(list))
		}
	}
	if len(f.Kinds) > 0 {
		q = q.Where("pa.kind IN (?)", bun.List(f.Kinds))
	}
	return q
}

// Papers gives the papers that the actor may see, the newest first: those published, and
// drafts of her own, of the bodies that she coordinates and of what she runs. Anybody may
// call; the number of queries does not depend on the number of papers.
func (s *Service) Papers(ctx context.Context, a core.Actor, f Filter) ([]Paper, error) {
	sees, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []Paper
	if err := s.rec.DB.Read.NewSelect().Model(&out).Apply(f.apply).Apply(sees.visible).OrderExpr("pa.day DESC, pa.id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list papers: %w", err)
	}
	return out, nil
}

// List is a part of Papers, with the number of all.
func (s *Service) List(ctx context.Context, a core.Actor, f Filter, page core.Page) (core.List[Paper], error) {
	list := core.List[Paper]{Items: []Paper{}}
	sees, err := s.sight(ctx, a)
	if err != nil {
		return list, err
	}
	q := s.rec.DB.Read.NewSelect().Model(&list.Items).Apply(f.apply).Apply(sees.visible)
	if page.Cursor != "" {
		var day, id string
		if err := core.ReadCursor(page.Cursor, &day, &id); err != nil {
			return list, err
		}
		q = q.Where("(pa.day < ? OR (pa.day = ? AND pa.id < ?))", day, day, id)
	}
	if err := q.OrderExpr("pa.day DESC, pa.id DESC").Limit(int64(page.Size()) + 1).Scan(ctx); err != nil {
		return list, fmt.Errorf("list papers: %w", err)
	}
	if len(list.Items) > page.Size() {
		list.Items = list.Items[:page.Size()]
		last := list.Items[len(list.Items)-1]
		list.Next = core.Cursor(last.Day, last.ID)
	}
	total, err := s.rec.DB.Read.NewSelect().Model((*Paper)(nil)).Apply(f.apply).Apply(sees.visible).Count(ctx)
	if err != nil {
		return list, fmt.Errorf("count papers: %w", err)
	}
	list.Total = int(total)
	return list, nil
}

// View is a paper as one reader may see it.
type View struct {
	Paper
	Roles        []core.Role
	Doc          documents.Document
	Revision     *documents.Revision // what is shown; nil where the paper is only a link
	Draft        bool                // the revision is being written
	HasDraft     bool                // a draft is open that she may see
	Endorsements []Endorsement       // all, also those that do not stand
}

// View gives a paper with its words: what is published, or with draft, or where nothing is
// published, what is being written, for those who may see that. NotFound for what the
// actor may not see.
func (s *Service) View(ctx context.Context, a core.Actor, id core.ID, draft bool) (View, error) {
	p, roles, err := s.Get(ctx, a, id)
	if err != nil {
		return View{}, err
	}
	v := View{Paper: p, Roles: roles}
	if p.Document == "" {
		return v, nil
	}
	docs, err := s.docs.Load(ctx, p.Document)
	if err != nil {
		return v, err
	}
	v.Doc = docs[p.Document]
	v.HasDraft = v.Doc.HasDraft() && canSeeDraft(p, roles)
	var revs map[core.ID]documents.Revision
	if v.HasDraft && (draft || v.Doc.Published == 0) {
		revs, err = s.docs.Head(ctx, p.Document)
	} else {
		revs, err = s.docs.Published(ctx, p.Document)
	}
	if err != nil {
		return v, err
	}
	if rev, ok := revs[p.Document]; ok {
		v.Revision, v.Draft = &rev, rev.Draft()
	}
	if p.Kind == Joint {
		v.Endorsements, err = loadEndorsements(ctx, s.rec.DB.Read, p.ID)
	}
	return v, err
}

// count says how many papers that the actor may see have each value of a column.
func (s *Service) count(ctx context.Context, a core.Actor, f Filter, column string) (map[string]int, error) {
	sees, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Value string `bun:"value"`
		N     int    `bun:"n"`
	}
	if err := s.rec.DB.Read.NewSelect().Model((*Paper)(nil)).ColumnExpr("pa.? AS value, COUNT(*) AS n", bun.Ident(column)).
		Apply(f.apply).Apply(sees.visible).GroupExpr("pa.?", bun.Ident(column)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("count papers: %w", err)
	}
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		if r.Value != "" {
			out[r.Value] = r.N
		}
	}
	return out, nil
}
