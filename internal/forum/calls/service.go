package calls

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
)

// Service is what people do with calls.
type Service struct {
	rec      *record.Record
	editions *editions.Service
	bodies   *bodies.Service
	vocab    *vocab.Service
	accounts *authn.Service
	words    *i18n.Catalog

	// Types are the session types of an edition, as choices of what an accepted answer
	// becomes; the room that has them answers. Without it the usual code stands.
	Types func(ctx context.Context, edition core.ID) ([]Option, error)
	// Milestones are dates of processes elsewhere that the actor may see, for the calendar
	// of a cycle; the room that has them answers.
	Milestones func(ctx context.Context, a core.Actor) ([]Milestone, error)
}

// New makes the service. words are what the usual forms are written with.
func New(rec *record.Record, ed *editions.Service, b *bodies.Service, v *vocab.Service, accounts *authn.Service, words *i18n.Catalog) *Service {
	return &Service{rec: rec, editions: ed, bodies: b, vocab: v, accounts: accounts, words: words}
}

// Filter narrows a list of calls; the zero value is all.
type Filter struct {
	Edition core.ID
	Body    core.ID
	Kinds   []string
	IDs     []string // nil: all
}

// List gives the calls that the actor may see, in the order of their editions, newest
// first, and of their windows. Anybody may ask.
func (s *Service) List(ctx context.Context, a core.Actor, f Filter) ([]Call, error) {
	mine, err := s.coordinated(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []Call
	q := s.rec.DB.Read.NewSelect().Model(&out).Apply(visible(a, mine)).OrderExpr("ca.opens DESC, ca.position, ca.id")
	if f.Edition != "" {
		q = q.Where("ca.edition = ?", f.Edition)
	}
	if f.Body != "" {
		q = q.Where("ca.body = ?", f.Body)
	}
	if f.IDs != nil {
		q = q.Where("ca.id IN (?)", bun.List(f.IDs))
	}
	if len(f.Kinds) > 0 {
		q = q.Where("ca.kind IN (?)", bun.List(f.Kinds))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list calls: %w", err)
	}
	known, err := s.editions.Editions(ctx, a)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(out, func(c Call) bool {
		return c.Edition != "" && !slices.ContainsFunc(known, func(e editions.Edition) bool { return e.ID == c.Edition })
	}), nil
}

// coordinated are the bodies that the actor coordinates today.
func (s *Service) coordinated(ctx context.Context, a core.Actor) ([]core.ID, error) {
	if !a.SignedIn() || a.Person == "" {
		return nil, nil
	}
	seats, err := s.bodies.SeatsOf(ctx, a.Person)
	if err != nil {
		return nil, err
	}
	var out []core.ID
	for _, x := range bodies.On(seats, s.bodies.Today()) {
		if x.Coordinates() {
			out = append(out, x.Body)
		}
	}
	return out, nil
}

// Call gives one by its reference. NotFound where the actor may not see it.
func (s *Service) Call(ctx context.Context, a core.Actor, ref string) (Call, error) {
	return s.one(ctx, s.rec.DB.Read, a, "ca.ref = ?", ref)
}

// ByID is Call by its id.
func (s *Service) ByID(ctx context.Context, a core.Actor, id core.ID) (Call, error) {
	return s.one(ctx, s.rec.DB.Read, a, "ca.id = ?", string(id))
}

func (s *Service) one(ctx context.Context, idb bun.IDB, a core.Actor, where, key string) (Call, error) {
	var c Call
	if err := idb.NewSelect().Model(&c).Where(where, key).Scan(ctx); err != nil {
		return c, record.Found(err)
	}
	if c.Edition != "" {
		if _, err := s.editions.SettingByID(ctx, a, c.Edition); err != nil {
			return Call{}, err
		}
	}
	return c, s.May(ctx, a, c, "see")
}

// CallTx loads a call inside an act whose caller asks for the right.
func (s *Service) CallTx(ctx context.Context, tx *record.Tx, id core.ID) (Call, error) {
	var c Call
	err := tx.NewSelect().Model(&c).Where("ca.id = ?", id).Scan(ctx)
	return c, record.Found(err)
}

// Calls loads several by their ids, without asking who wants them. One query.
func (s *Service) Calls(ctx context.Context, ids []core.ID) (map[core.ID]Call, error) {
	out := map[core.ID]Call{}
	if len(ids) == 0 {
		return out, nil
	}
	var list []Call
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("ca.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load calls: %w", err)
	}
	for _, c := range list {
		out[c.ID] = c
	}
	return out, nil
}

// Roles are what the actor is for a call: in its scope, and coordinator of its body. Of a
// call without an edition those are staff too to whom the body was given.
func (s *Service) Roles(ctx context.Context, a core.Actor, c Call) ([]core.Role, error) {
	roles := a.Roles(c.Scope())
	if c.Body == "" {
		return roles, nil
	}
	of, err := s.bodies.RolesIn(ctx, a, c.Body)
	for _, r := range of {
		if (r == core.RoleCoordinator || c.Edition == "") && !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	return roles, err
}

// Runs tells whether the actor runs a call.
func (s *Service) Runs(ctx context.Context, a core.Actor, c Call) (bool, error) {
	roles, err := s.Roles(ctx, a, c)
	return policy.Can("run", c.State(s.rec.Clock.Instant()), roles...), err
}

// May tells whether the actor may do an action of the policy "input_call" with it now.
func (s *Service) May(ctx context.Context, a core.Actor, c Call, action string) error {
	roles, err := s.Roles(ctx, a, c)
	if err != nil {
		return err
	}
	return policy.Check(action, c.State(s.rec.Clock.Instant()), roles...)
}

// MayAnswer tells whether the actor may answer a call now: its window is open and she is
// of those whom it asks. Errors: SignIn, Forbidden, Conflict that says when it opens or
// that it has closed.
func (s *Service) MayAnswer(ctx context.Context, a core.Actor, c Call) error {
	switch state := c.State(s.rec.Clock.Instant()); state {
	case StateComing, StateClosed, StateCancelled:
		return core.Conflict("calls.error.not_open." + state)
	}
	if err := s.May(ctx, a, c, "answer"); err != nil {
		return err
	}
	ok, err := s.asked(ctx, a, c)
	if err == nil && !ok {
		err = core.ForbiddenBecause("calls.error.audience." + c.Audience)
	}
	return err
}

// asked tells whether somebody is of those whom a call asks. Who runs it always is: they
// answer for others.
func (s *Service) asked(ctx context.Context, a core.Actor, c Call) (bool, error) {
	if c.Audience == Everyone {
		return true, nil
	}
	if runs, err := s.Runs(ctx, a, c); err != nil || runs {
		return runs, err
	}
	if c.Audience == ByMail {
		keys, err := s.accounts.Keys(ctx, a.Account)
		return slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(c.Invited, k) }), err
	}
	if a.Person == "" {
		return false, nil
	}
	seats, err := s.bodies.SeatsOf(ctx, a.Person)
	if err != nil {
		return false, err
	}
	var ids []core.ID
	for _, x := range bodies.On(seats, s.bodies.Today()) {
		ids = append(ids, x.Body)
	}
	of, err := s.bodies.Bodies(ctx, ids)
	for _, b := range of {
		if slices.Contains(c.BodyKinds, b.Kind) {
			return true, err
		}
	}
	return false, err
}

// Moves are the changes of a call's end, the newest first. Whoever sees the call sees them.
func (s *Service) Moves(ctx context.Context, c Call) ([]Move, error) {
	var out []Move
	if err := s.rec.DB.Read.NewSelect().Model(&out).Where("cm.call = ?", c.ID).OrderExpr("cm.at DESC, cm.id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load moves: %w", err)
	}
	return out, nil
}

// ReadForm gives a form of a call to whoever may see it: those in force or once in force to
// who sees the call, the draft (number 0) to who runs it. NotFound else.
func (s *Service) ReadForm(ctx context.Context, a core.Actor, c Call, number int) (StoredForm, error) {
	action := "see"
	if number == 0 {
		action = "run"
	}
	if err := s.May(ctx, a, c, action); err != nil {
		return StoredForm{}, core.NotFound()
	}
	return s.Form(ctx, c, number)
}

// Form gives a form of a call by its number; 0 is the draft. The caller has asked for the
// right. NotFound where there is none.
func (s *Service) Form(ctx context.Context, c Call, number int) (StoredForm, error) {
	return s.form(ctx, s.rec.DB.Read, c.ID, number)
}

func (s *Service) form(ctx context.Context, idb bun.IDB, call core.ID, number int) (StoredForm, error) {
	var f StoredForm
	err := idb.NewSelect().Model(&f).Where("cf.call = ? AND cf.number = ?", call, number).Scan(ctx)
	return f, record.Found(err)
}

// FormTx is Form inside an act.
func (s *Service) FormTx(ctx context.Context, tx *record.Tx, call core.ID, number int) (StoredForm, error) {
	return s.form(ctx, tx, call, number)
}

// Changed tells which questions the call of the year before did not ask, or asked
// otherwise; nil where there was none.
func (s *Service) Changed(ctx context.Context, c Call, form Form) (map[string]bool, error) {
	if c.Previous == "" {
		return nil, nil
	}
	before, err := s.Calls(ctx, []core.ID{c.Previous})
	if err != nil || before[c.Previous].FormVersion == 0 {
		return nil, err
	}
	f, err := s.form(ctx, s.rec.DB.Read, c.Previous, before[c.Previous].FormVersion)
	if err != nil {
		return nil, err
	}
	return form.Changed(f.Form), nil
}

// Known answers what answers can be checked against: the vocabularies, and the themes and
// policy questions of the call's edition.
func (s *Service) Known(set *editions.Setting) Known { return known{s.vocab, set} }

type known struct {
	vocab *vocab.Service
	set   *editions.Setting // nil for a call without an edition
}

func (k known) Group(code string) bool   { return k.vocab.Has(vocab.Groups, code) }
func (k known) Country(code string) bool { _, ok := k.vocab.Country(code); return ok }
func (k known) Goal(code string) bool    { return k.vocab.Has(vocab.Goals, goalOf(code)) }

func (k known) Theme(id string) bool {
	return k.set != nil && slices.ContainsFunc(k.set.Themes, func(t editions.Theme) bool { return string(t.ID) == id })
}

func (k known) PolicyQuestion(id string) bool {
	return k.set != nil && slices.ContainsFunc(k.set.Questions, func(q editions.Question) bool { return string(q.ID) == id })
}
