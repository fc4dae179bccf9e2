package consultations

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

const (
	kindMessages = "messages"
	groupList    = vocab.Groups
	regionList   = vocab.Regions
)

// Owner says where a document belongs: to an edition, to a body, or to the forum.
type Owner struct{ Edition, Body core.ID }

// OwnerFunc gives the owners of documents of one kind. Those that are missing belong to
// the forum.
type OwnerFunc func(ctx context.Context, docs []documents.Document) (map[core.ID]Owner, error)

// Config is what the service is told from outside.
type Config struct {
	BaseURL string
	// MailHost is the right side of the addresses that take comments by mail. Without it
	// there are none.
	MailHost string
}

// Service is what people do with consultations.
type Service struct {
	rec      *record.Record
	docs     *documents.Service
	editions *editions.Service
	bodies   *bodies.Service
	people   *people.Service
	vocab    *vocab.Service
	accounts *authn.Service
	mail     *mail.Service
	cfg      Config

	owners    map[string]OwnerFunc
	takePart  func(ctx context.Context, edition, person core.ID) (bool, error)
	scopes    sync.Map // ref → scope, which never changes
	limit     *web.Limiter
	perSender *web.Limiter
}

// New makes the service and wires what follows a published text: comments are placed on
// it in the same act.
func New(rec *record.Record, docs *documents.Service, ed *editions.Service, b *bodies.Service, p *people.Service, v *vocab.Service, acc *authn.Service, m *mail.Service, cfg Config) *Service {
	s := &Service{
		rec: rec, docs: docs, editions: ed, bodies: b, people: p, vocab: v, accounts: acc, mail: m, cfg: cfg,
		owners: map[string]OwnerFunc{}, limit: web.NewLimiter(20*time.Second, 40), perSender: web.NewLimiter(mailPause, 10),
	}
	rec.On("document.published", s.onPublished)
	rec.On("document.corrected", s.onPublished)
	rec.On("messages.finalised", s.onFinalised)
	rec.On("person.merged", s.PersonMerged)
	rec.Every("consultations", time.Minute, s.Tell)
	return s
}

// Owners registers who says where documents of a kind belong. It is used while the
// program is wired.
func (s *Service) Owners(kind string, fn OwnerFunc) { s.owners[kind] = fn }

// TakePart registers who knows whether a person takes part in an edition.
func (s *Service) TakePart(fn func(ctx context.Context, edition, person core.ID) (bool, error)) {
	s.takePart = fn
}

// ownerOf asks where a document belongs.
func (s *Service) ownerOf(ctx context.Context, d documents.Document) (Owner, error) {
	fn, ok := s.owners[d.Kind]
	if !ok {
		return Owner{}, nil
	}
	m, err := fn(ctx, []documents.Document{d})
	if err != nil {
		return Owner{}, fmt.Errorf("ask where %s belongs: %w", d.Kind, err)
	}
	return m[d.ID], nil
}

// scopeOf is the scope of a consultation, which never changes: what a page reads must be
// known before it reads.
func (s *Service) scopeOf(ctx context.Context, ref string) (string, error) {
	if v, ok := s.scopes.Load(ref); ok {
		return v.(string), nil
	}
	c, err := loadRef(ctx, s.rec.DB.Read, ref)
	if err != nil {
		return "", err
	}
	s.scopes.Store(ref, c.Scope)
	return c.Scope, nil
}

func loadRef(ctx context.Context, idb bun.IDB, ref string) (Consultation, error) {
	var c Consultation
	err := idb.NewSelect().Model(&c).Where("cs.ref = ?", ref).Scan(ctx)
	if err != nil {
		return c, fmt.Errorf("load consultation: %w", record.Found(err))
	}
	return c, nil
}

// Get reads a consultation. Anybody may call; where the text may not be seen it is
// KindNotFound.
func (s *Service) Get(ctx context.Context, a core.Actor, ref string) (Consultation, error) {
	c, err := loadRef(ctx, s.rec.DB.Read, ref)
	if err != nil {
		return c, err
	}
	if err := s.see(ctx, a, c); err != nil {
		return Consultation{}, err
	}
	return c, nil
}

// see refuses consultations of texts, and of editions, that the actor may not know of.
func (s *Service) see(ctx context.Context, a core.Actor, c Consultation) error {
	if c.Edition != "" {
		if _, err := s.editions.SettingByID(ctx, a, c.Edition); err != nil {
			return err
		}
	}
	_, err := s.docs.See(ctx, a, c.Document)
	return err
}

// Filter narrows a list of consultations.
type Filter struct {
	Edition, Body core.ID
	Documents     []core.ID
	IDs           []core.ID
}

// List gives the consultations of texts that are public, in editions that the actor may
// know of, those that close last first, in one query. Anybody may call.
func (s *Service) List(ctx context.Context, a core.Actor, f Filter) ([]Consultation, error) {
	var out []Consultation
	seen := []core.ID{""} // what belongs to no edition
	list, err := s.editions.Editions(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	for _, e := range list {
		seen = append(seen, e.ID)
	}
	q := s.rec.DB.Read.NewSelect().Model(&out).
		Join("JOIN documents AS d ON d.id = cs.document").Where("d.published_revision > 0 AND cs.edition IN (?)", bun.List(seen))
	if f.Edition != "" {
		q = q.Where("cs.edition = ?", f.Edition)
	}
	if f.Body != "" {
		q = q.Where("cs.body = ?", f.Body)
	}
	if f.Documents != nil {
		if len(f.Documents) == 0 {
			return nil, nil
		}
		q = q.Where("cs.document IN (?)", bun.List(f.Documents))
	}
	if f.IDs != nil {
		if len(f.IDs) == 0 {
			return nil, nil
		}
		q = q.Where("cs.id IN (?)", bun.List(f.IDs))
	}
	if err := q.OrderExpr("cs.closes DESC, cs.id").Limit(1000).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list consultations: %w", err)
	}
	return out, nil
}

// OfDocuments gives the consultations of documents, the first window first, in one query.
// Anybody may call.
func (s *Service) OfDocuments(ctx context.Context, a core.Actor, docs []core.ID) (map[core.ID][]Consultation, error) {
	out := map[core.ID][]Consultation{}
	if len(docs) == 0 {
		return out, nil
	}
	list, err := s.List(ctx, a, Filter{Documents: docs})
	for i := len(list) - 1; i >= 0; i-- {
		out[list[i].Document] = append(out[list[i].Document], list[i])
	}
	return out, err
}

// State of a consultation now.
func (s *Service) State(c Consultation) string { return c.State(s.rec.Clock.Instant()) }

// save writes a consultation if nobody was quicker.
func save(ctx context.Context, tx *record.Tx, c *Consultation) (stale bool, err error) {
	c.Version++
	return record.Once(tx.NewUpdate().Model(c).ExcludeColumn("id", "ref", "scope", "document", "kind", "edition", "body", "created").
		Where("id = ? AND version = ?", c.ID, c.Version-1).Exec(ctx))
}

// recount counts the comments of a consultation and notes when the last one has its
// disposition. It moves the version of nobody's form.
func recount(ctx context.Context, tx *record.Tx, c *Consultation) error {
	var n struct{ Comments, Undisposed, Open int }
	if err := tx.NewRaw(`SELECT
		(SELECT COUNT(*) FROM comments WHERE consultation = ? AND state <> 'withdrawn') AS comments,
		(SELECT COUNT(*) FROM comments WHERE consultation = ? AND state <> 'withdrawn' AND disposition_published IS NULL) AS undisposed,
		(SELECT COUNT(*) FROM consultation_challenges WHERE consultation = ? AND answered IS NULL) AS open`,
		c.ID, c.ID, c.ID).Scan(ctx, &n.Comments, &n.Undisposed, &n.Open); err != nil {
		return fmt.Errorf("count comments: %w", err)
	}
	switch {
	case n.Undisposed > 0:
		c.Answered = core.Instant{}
	case c.Undisposed > 0 || c.Answered.IsZero():
		c.Answered = tx.Now
	}
	c.Comments, c.Undisposed, c.Challenges = n.Comments, n.Undisposed, n.Open
	if _, err := tx.NewUpdate().Model(c).Column("comments", "undisposed", "challenges", "answered", "next", "said", "ended").
		Where("id = ?", c.ID).Exec(ctx); err != nil {
		return fmt.Errorf("save counts: %w", err)
	}
	return nil
}
