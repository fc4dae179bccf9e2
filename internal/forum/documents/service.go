package documents

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/pdf"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Guard answers for the room that owns a kind of document whether the actor may see a
// draft of it: the rapporteur that of her report. The staff may without being asked
// about.
type Guard func(ctx context.Context, a core.Actor, d Document) (bool, error)

// AddressFunc gives the addresses at which an owner room shows its documents
// ("/2023/ws184/report"), by document. Those that are missing have none.
type AddressFunc func(ctx context.Context, docs []Document) (map[core.ID]string, error)

// HiddenFunc gives the scopes of which an actor may not know: editions that are being
// prepared. Their texts are not there for her, whatever is published of them.
type HiddenFunc func(ctx context.Context, a core.Actor) ([]string, error)

// Service holds the texts. Methods whose names end in Tx write, or read what the act
// has written, inside the act of an owner room, which has asked its own policy. Load,
// Published, Draft and their like read for owner rooms and ask nobody either. See and
// its like ask the policy: pages and the JSON API go through them.
type Service struct {
	rec       *record.Record
	guards    map[string]Guard
	addresses map[string]AddressFunc
	labels    map[string]LabelFunc
	degrees   DegreeFunc
	numbers   map[string]func(Paragraph) string
	printer   *pdf.Printer
	limit     *web.Limiter
	hidden    HiddenFunc
}

// New makes the service. Guard, Address, Labels and Degrees are called while the
// program is wired, before anything is served.
func New(rec *record.Record) *Service {
	return &Service{
		rec: rec, guards: map[string]Guard{}, addresses: map[string]AddressFunc{}, labels: map[string]LabelFunc{},
		numbers: map[string]func(Paragraph) string{}, limit: costly(),
	}
}

// Guard registers who may see drafts of a kind of document. Without a guard only the
// staff of the document's scope may.
func (s *Service) Guard(kind string, fn Guard) { s.guards[kind] = fn }

// Address registers where documents of a kind are shown.
func (s *Service) Address(kind string, fn AddressFunc) { s.addresses[kind] = fn }

// Hidden registers which scopes somebody may not know of. Without it none is hidden.
func (s *Service) Hidden(fn HiddenFunc) { s.hidden = fn }

// HiddenFrom gives the scopes of which the actor may not know.
func (s *Service) HiddenFrom(ctx context.Context, a core.Actor) ([]string, error) {
	if s.hidden == nil {
		return nil, nil
	}
	scopes, err := s.hidden(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("ask which scopes are hidden: %w", err)
	}
	return scopes, nil
}

// CanSeeDraft tells whether the actor may see drafts of the document.
func (s *Service) CanSeeDraft(ctx context.Context, a core.Actor, d Document) (bool, error) {
	if Policy.Can("see", string(StateDraft), roles(a, d, false)...) {
		return true, nil
	}
	guard, ok := s.guards[d.Kind]
	if !ok {
		return false, nil
	}
	editor, err := guard(ctx, a, d)
	if err != nil {
		return false, fmt.Errorf("ask the owner of %s: %w", d.Kind, err)
	}
	return Policy.Can("see", string(StateDraft), roles(a, d, editor)...), nil
}

// Load reads documents by id, in one query. Unknown ids are missing from the answer.
func (s *Service) Load(ctx context.Context, docs ...core.ID) (map[core.ID]Document, error) {
	return loadDocuments(ctx, s.rec.DB.Read, docs)
}

// Of reads the documents of one kind about any number of subjects, the oldest first, in
// one query.
func (s *Service) Of(ctx context.Context, kind string, subjects ...core.ID) (map[core.ID][]Document, error) {
	out := map[core.ID][]Document{}
	if len(subjects) == 0 {
		return out, nil
	}
	var rows []Document
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("d.kind = ? AND d.subject IN (?)", kind, bun.List(subjects)).
		OrderExpr("d.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read documents: %w", err)
	}
	for _, d := range rows {
		out[d.Subject] = append(out[d.Subject], d)
	}
	return out, nil
}

// Revision reads one revision with its paragraphs. There being none is KindNotFound.
func (s *Service) Revision(ctx context.Context, doc core.ID, number int) (Revision, error) {
	return loadOne(ctx, s.rec.DB.Read, doc, number)
}

// Published reads the newest published revision of each document, with paragraphs, in
// three queries. Documents that have none are missing from the answer.
func (s *Service) Published(ctx context.Context, docs ...core.ID) (map[core.ID]Revision, error) {
	return published(ctx, s.rec.DB.Read, docs)
}

func published(ctx context.Context, idb bun.IDB, docs []core.ID) (map[core.ID]Revision, error) {
	if len(docs) == 0 {
		return map[core.ID]Revision{}, nil
	}
	return loadFull(ctx, idb, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("r.document IN (?) AND r.number = d.published_revision", bun.List(docs))
	})
}

// Draft reads the open draft of each document, with paragraphs, in three queries.
// Documents without one are missing from the answer.
func (s *Service) Draft(ctx context.Context, docs ...core.ID) (map[core.ID]Revision, error) {
	if len(docs) == 0 {
		return map[core.ID]Revision{}, nil
	}
	return loadFull(ctx, s.rec.DB.Read, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("r.document IN (?) AND r.state = ?", bun.List(docs), StateDraft)
	})
}

// Head reads the newest revision of each document, draft or published: what an editor
// opens. Its Version goes into the form.
func (s *Service) Head(ctx context.Context, docs ...core.ID) (map[core.ID]Revision, error) {
	return head(ctx, s.rec.DB.Read, docs)
}

// HeadTx is Head inside an act.
func (s *Service) HeadTx(ctx context.Context, tx *record.Tx, docs ...core.ID) (map[core.ID]Revision, error) {
	return head(ctx, tx, docs)
}

func head(ctx context.Context, idb bun.IDB, docs []core.ID) (map[core.ID]Revision, error) {
	if len(docs) == 0 {
		return map[core.ID]Revision{}, nil
	}
	return loadFull(ctx, idb, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("r.document IN (?) AND r.number = d.head_revision", bun.List(docs))
	})
}

// Revisions lists the revisions of documents, oldest first, drafts included, without
// their paragraphs, in one query.
func (s *Service) Revisions(ctx context.Context, docs ...core.ID) (map[core.ID][]Revision, error) {
	out := map[core.ID][]Revision{}
	if len(docs) == 0 {
		return out, nil
	}
	rows, err := loadRevisions(ctx, s.rec.DB.Read, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("r.document IN (?)", bun.List(docs))
	})
	for _, r := range rows {
		out[r.Document] = append(out[r.Document], r)
	}
	return out, err
}

// Addresses are those at which documents are shown: the owner room's page where there
// is one, else the text's own. One call per kind.
func (s *Service) Addresses(ctx context.Context, docs ...Document) (map[core.ID]string, error) {
	out := make(map[core.ID]string, len(docs))
	kinds := map[string][]Document{}
	for _, d := range docs {
		kinds[d.Kind] = append(kinds[d.Kind], d)
		out[d.ID] = "/documents/" + string(d.ID)
	}
	for kind, list := range kinds {
		fn, ok := s.addresses[kind]
		if !ok {
			continue
		}
		found, err := fn(ctx, list)
		if err != nil {
			return nil, fmt.Errorf("ask for addresses of %s: %w", kind, err)
		}
		for id, path := range found {
			if path != "" {
				out[id] = path
			}
		}
	}
	return out, nil
}

// PublishedAll reads every published revision of a document with paragraphs, the oldest
// first, in three queries; idb may be an act that must see what it has published itself.
func (s *Service) PublishedAll(ctx context.Context, idb bun.IDB, doc core.ID) ([]Revision, error) {
	revs, err := loadRevisions(ctx, idb, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("r.document = ? AND r.state = ?", doc, StatePublished)
	})
	if err != nil {
		return nil, err
	}
	return revs, fillParagraphs(ctx, idb, revs)
}
