package selection

import (
	"context"
	"slices"
	"sync"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// House is what the room is furnished with.
type House struct {
	Calls     *calls.Service
	Proposals *proposals.Service
	Review    *review.Service
	Editions  *editions.Service
	Bodies    *bodies.Service
	Vocab     *vocab.Service
	Accounts  *authn.Service
	Mail      *mail.Service
	Catalog   *i18n.Catalog
	BaseURL   string

	// Make makes sessions of what was accepted, in the write that accepts it.
	Make func(ctx context.Context, tx *record.Tx, list []Accepted) ([]Session, error)
	// Sessions gives sessions that the actor may see.
	Sessions func(ctx context.Context, a core.Actor, ids []core.ID) (map[core.ID]Session, error)
	// Known tells which persons and which organisations (by folded name) organised sessions
	// before an edition: proposals of all others are newcomers'.
	Known func(ctx context.Context, before core.ID) (persons map[core.ID]bool, orgs map[string]bool, err error)
}

// Accepted is a proposal that becomes a session, with those that were merged into it.
type Accepted struct {
	Call   calls.Call
	Type   string // code of the session type
	Of     proposals.Input
	Form   calls.Form
	People []proposals.Party // of all of them
	Merged []proposals.Input
}

// Session is a session as this room shows it.
type Session struct {
	ID    core.ID   `json:"id"`
	Ref   string    `json:"ref"`
	Title core.Text `json:"title"`
	Path  string    `json:"path"`
}

// Service is what people do with the selection of proposals.
type Service struct {
	House
	rec   *record.Record
	tests *web.Limiter // letters that people send to themselves

	mu   sync.Mutex
	kept map[core.ID]judgedOf
}

// New makes the service.
func New(rec *record.Record, h House) *Service {
	return &Service{House: h, rec: rec, tests: web.NewLimiter(2*time.Minute, 6), kept: map[core.ID]judgedOf{}}
}

// may loads a call for who may do an action with its selection.
func (s *Service) may(ctx context.Context, a core.Actor, ref, action string) (calls.Call, error) {
	c, err := s.Calls.Call(ctx, a, ref)
	if err != nil {
		return c, err
	}
	roles, err := s.Calls.Roles(ctx, a, c)
	if err != nil {
		return c, err
	}
	if policy.Can(action, StatePending, roles...) {
		return c, nil
	}
	if !a.SignedIn() {
		return c, core.SignIn()
	}
	if policy.Can("see", StatePending, roles...) {
		return c, core.Forbidden()
	}
	return c, core.NotFound()
}

// Runs tells whether the actor decides on the proposals of a call.
func (s *Service) Runs(ctx context.Context, a core.Actor, c calls.Call) bool {
	roles, err := s.Calls.Roles(ctx, a, c)
	return err == nil && policy.Can("run", StatePending, roles...)
}

// inside tells whether somebody is told all of how a proposal was decided: its organisers,
// and who runs the call and has no conflict with it.
func (s *Service) inside(ctx context.Context, a core.Actor, v proposals.View) (bool, error) {
	if slices.Contains(v.Roles, core.RoleOrganiser) {
		return true, nil
	}
	if !s.Runs(ctx, a, v.Of) {
		return false, nil
	}
	barred, err := s.Review.Barred(ctx, a, v.Call)
	return err == nil && !barred[v.ID], err
}

// Line is a proposal on the board.
type Line struct {
	Row
	Title    string
	Language string
	State    string
	Standing review.Standing
	Assigned int
	Outcome  Outcome
	Tried    bool     // what is chosen here is only tried out
	Hand     *Choice  // what was chosen by hand and is not published
	Was      *Decided // what was published of it last
	Version  int64    // of the proposal
}

// Path is where the proposal stands.
func (l Line) Path() string { return proposals.Proposal{ID: l.ID}.Path() }

// Board is the selection of a call as those who decide see it.
type Board struct {
	Call      calls.Call
	Selection Selection
	Lines     []Line // in the order of the ranking, without what is kept from the actor
	Hidden    int    // proposals that are kept from her: nothing here counts them
	Balance   []Side
	Before    []Side // without what is only tried out
	Used      map[string]int
	Rounds    []Round
	Mergers   []Merger
	Pending   int    // outcomes that differ from what was published
	Digest    string // names what would be published now

	used     map[string]int // also by what is kept from the reader
	pending  int
	inputs   Inputs
	outcomes []Outcome
	facts    map[core.ID]proposals.Input
	barred   map[core.ID]bool
	results  map[core.ID]Decided
	choices  map[core.ID]Choice
	types    []calls.Option // of sessions, where letters or offers need them
}

// Line finds the line of a proposal by its number.
func (b *Board) Line(number int) (Line, bool) {
	i := slices.IndexFunc(b.Lines, func(l Line) bool { return l.Number == number })
	if i < 0 {
		return Line{}, false
	}
	return b.Lines[i], true
}

// Over are the session types of which more are taken than there are places.
func (b *Board) Over() []Quota {
	var out []Quota
	for _, q := range b.Selection.Rules.Quotas {
		if q.Places > 0 && b.used[q.Type] > q.Places {
			out = append(out, Quota{q.Type, b.used[q.Type]})
		}
	}
	return out
}

// Board gives the selection of a call as it stands, with what would be if some proposals
// were decided otherwise (tries). Who runs the call may. The number of queries does not
// depend on that of the proposals. Errors: SignIn, NotFound.
func (s *Service) Board(ctx context.Context, a core.Actor, ref string, tries []Hand) (*Board, error) {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return nil, err
	}
	b, err := s.board(ctx, s.rec.DB.Read, c)
	if err != nil {
		return nil, err
	}
	if b.barred, err = s.Review.Barred(ctx, a, c.ID); err != nil {
		return nil, err
	}
	b.decide(tries)
	return b, nil
}
