package participation

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/pdf"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// House is what the room needs of others.
type House struct {
	Editions  *editions.Service
	People    *people.Service
	Vocab     *vocab.Service
	Calls     *calls.Service
	Programme *programme.Service
	Accounts  *authn.Service
	Mail      *mail.Service
	Files     *blob.Store
	Catalog   *i18n.Catalog
	Printer   *pdf.Printer // nil: no PDF
	BaseURL   string
}

// Service is what people do to take part in an edition, and what the staff does with it.
type Service struct {
	House
	rec    *record.Record
	drafts web.Drafts
	keys   sync.Map     // name → []byte
	frames sync.Map     // edition → *frame
	enters *web.Limiter // new registrations, by account

	verifies, guesses *web.Limiter // of codes, by network; of names on a letter
	desk              deskBoards   // what the staff looks at
}

// New makes the service.
func New(rec *record.Record, h House) *Service {
	return &Service{House: h, rec: rec, drafts: web.Drafts{Record: rec, Kind: "registration"}, enters: web.NewLimiter(10*time.Second, 30), verifies: web.NewLimiter(20*time.Second, 60), guesses: web.NewLimiter(5*time.Minute, 10)}
}

// Setting is how an edition registers people. Anybody who sees the edition may ask.
// NotFound where it does not register people here.
func (s *Service) Setting(ctx context.Context, a core.Actor, set *editions.Setting) (*Setting, error) {
	if err := registering.Check("see", "", a.Roles(set.Scope())...); err != nil {
		return nil, err
	}
	return settingOf(ctx, s.rec.DB.Read, set.ID)
}

// Mine is the registration of the actor's account; nil if there is none.
func (s *Service) Mine(ctx context.Context, a core.Actor, set *editions.Setting) (*Registration, error) {
	if !a.SignedIn() {
		return nil, nil
	}
	r, err := one(ctx, s.rec.DB.Read, "rg.edition = ? AND rg.account = ?", set.ID, a.Account)
	if core.KindOf(err) == core.KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// Get is a registration for whose it is, the staff, and the focal point of its delegation,
// who gets no more than concerns the delegation. NotFound for all others.
func (s *Service) Get(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (*Registration, error) {
	return s.get(ctx, s.rec.DB.Read, a, set, "rg.id = ?", id)
}

// ByNumber is Get by the number of a registration in its edition.
func (s *Service) ByNumber(ctx context.Context, a core.Actor, set *editions.Setting, number string) (*Registration, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return nil, core.NotFound()
	}
	return s.get(ctx, s.rec.DB.Read, a, set, "rg.number = ?", n)
}

func (s *Service) get(ctx context.Context, idb bun.IDB, a core.Actor, set *editions.Setting, where string, arg any) (*Registration, error) {
	if !a.SignedIn() && a.Program == "" {
		return nil, core.SignIn()
	}
	r, err := one(ctx, idb, "rg.edition = ? AND "+where, set.ID, arg)
	if err != nil {
		return nil, err
	}
	focal, err := s.focal(ctx, idb, a, &r)
	if err != nil {
		return nil, err
	}
	roles := rolesWith(a, &r, focal)
	if !policy.Can("see", r.State, roles...) {
		return nil, core.NotFound()
	}
	if focal && a.Account != r.Account && !Manages(a, r.Edition) {
		r.forFocal()
	}
	return &r, nil
}

// focal tells whether the actor is the focal point of the delegation of a registration.
func (s *Service) focal(ctx context.Context, idb bun.IDB, a core.Actor, r *Registration) (bool, error) {
	if r.Delegation == "" || !a.SignedIn() {
		return false, nil
	}
	ok, err := idb.NewSelect().Model((*Delegation)(nil)).Where("dg.id = ? AND dg.focal = ? AND dg.state = ?", r.Delegation, a.Account, GroupApproved).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for focal point: %w", err)
	}
	return ok, nil
}

// OfAccount are the registrations of an account in all editions, the newest first. Its
// caller has asked for the right.
func (s *Service) OfAccount(ctx context.Context, account core.ID) ([]Registration, error) {
	var out []Registration
	if account == "" {
		return out, nil
	}
	if err := s.rec.DB.Read.NewSelect().Model(&out).Where("rg.account = ?", account).OrderExpr("rg.submitted DESC, rg.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load registrations of account: %w", err)
	}
	return out, nil
}

// ByIDs loads several. Its caller has asked for the right.
func (s *Service) ByIDs(ctx context.Context, ids []core.ID) (map[core.ID]Registration, error) {
	list, err := many(ctx, s.rec.DB.Read, ids)
	out := make(map[core.ID]Registration, len(list))
	for _, r := range list {
		out[r.ID] = r
	}
	return out, err
}

// GetTx loads a registration inside an act whose caller has asked for the right.
func (s *Service) GetTx(ctx context.Context, tx *record.Tx, id core.ID) (Registration, error) {
	return one(ctx, tx, "rg.id = ?", id)
}

// HistoryOf is what happened to a registration, newest first: the person and the staff see
// the same. Its caller has asked for "see" of Get.
func (s *Service) HistoryOf(ctx context.Context, r *Registration, page core.Page) (core.List[record.Event], error) {
	return s.rec.Events(ctx, record.Query{Subjects: []core.ID{r.ID}, Internal: true, Page: page})
}

// Place is where somebody stands on the waiting list of her category: 1 is next.
func (s *Service) Place(ctx context.Context, r *Registration) (int, error) {
	n, err := s.rec.DB.Read.NewSelect().Model((*Registration)(nil)).
		Where("rg.category = ? AND rg.state = ? AND (rg.queued < ? OR rg.queued = ? AND rg.number <= ?)", r.Category, StateWaiting, r.Queued, r.Queued, r.Number).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count who waits: %w", err)
	}
	return int(n), nil
}

// Open are the editions whose registration is open now, of those that the actor may see.
func (s *Service) Open(ctx context.Context, a core.Actor) ([]editions.Edition, error) {
	var list []Setting
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("rs.call <> ''").Scan(ctx); err != nil || len(list) == 0 {
		return nil, err
	}
	var ids []core.ID
	for _, st := range list {
		ids = append(ids, st.Call)
	}
	windows, err := s.Calls.Calls(ctx, ids)
	if err != nil {
		return nil, err
	}
	all, err := s.Editions.Editions(ctx, a)
	if err != nil {
		return nil, err
	}
	now := s.rec.Clock.Instant()
	var out []editions.Edition
	for _, e := range all {
		for _, st := range list {
			if st.Edition == e.ID && windows[st.Call].State(now) == calls.StateOpen {
				out = append(out, e)
			}
		}
	}
	return out, nil
}
