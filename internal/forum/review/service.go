package review

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/proposals"
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
	Editions  *editions.Service
	People    *people.Service
	Bodies    *bodies.Service
	Vocab     *vocab.Service
	Accounts  *authn.Service
	Mail      *mail.Service
	Catalog   *i18n.Catalog
	BaseURL   string

	// Alike tells how near each proposal of a call is to what each reviewer knows, from 0 to
	// 1: one row for each expertise, with a column for each proposal. Nil: it does not count.
	Alike func(ctx context.Context, c calls.Call, expertise []string, proposals []core.ID) ([][]float64, error)
}

// Service is what people do with the evaluation of proposals.
type Service struct {
	House
	rec    *record.Record
	drafts web.Drafts // what reviewers have typed and not saved
}

// New makes the service.
func New(rec *record.Record, h House) *Service {
	s := &Service{House: h, rec: rec, drafts: web.Drafts{Record: rec, Kind: "review"}}
	h.Mail.Late(reminderMail, s.composeReminder)
	return s
}

// judged are the states of proposals that are, or were, evaluated.
var judged = []string{
	proposals.StateEligible, proposals.StateAccepted, proposals.StateCondition, proposals.StateOffered, proposals.StateMerged,
	proposals.StateWaiting, proposals.StateDeclined,
}

// self is the actor as a reviewer of a call; nil if she is none.
func (s *Service) self(ctx context.Context, idb bun.IDB, a core.Actor, call core.ID) (*Reviewer, error) {
	list, err := s.selves(ctx, idb, a, call)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// selves is the actor as a reviewer of calls; of all where none is named.
func (s *Service) selves(ctx context.Context, idb bun.IDB, a core.Actor, call ...core.ID) ([]Reviewer, error) {
	if !a.SignedIn() {
		return nil, nil
	}
	keys, err := s.Accounts.Keys(ctx, a.Account)
	if core.KindOf(err) == core.KindNotFound {
		return nil, nil // an actor without an account reviews nothing
	}
	if err != nil {
		return nil, err
	}
	var list []Reviewer
	q := idb.NewSelect().Model(&list).Where("rr.gone = FALSE").
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("rr.account = ?", a.Account).WhereOr("rr.account = '' AND rr.email_key IN (?)", bun.List(keys))
		}).OrderExpr("rr.account DESC, rr.created, rr.id")
	if len(call) > 0 {
		q = q.Where("rr.call IN (?)", bun.List(call))
	}
	return list, wrap(q.Scan(ctx), "load reviewer")
}

// roles are what the actor is for the evaluation of a call.
func (s *Service) roles(ctx context.Context, a core.Actor, c calls.Call, self *Reviewer) ([]core.Role, error) {
	roles, err := s.Calls.Roles(ctx, a, c)
	// A grant of editor is for Messages; here the word means a reviewer.
	roles = slices.DeleteFunc(slices.Clone(roles), func(r core.Role) bool { return r == core.RoleEditor })
	if self != nil {
		roles = append(roles, core.RoleEditor)
	}
	return roles, err
}

// may loads a call by its reference for who runs its evaluation.
func (s *Service) may(ctx context.Context, a core.Actor, ref, action string) (calls.Call, error) {
	c, err := s.Calls.Call(ctx, a, ref)
	if err != nil {
		return c, err
	}
	roles, err := s.roles(ctx, a, c, nil)
	if err != nil {
		return c, err
	}
	if err := policy.Check(action, StateOpen, roles...); err != nil {
		if !a.SignedIn() {
			return c, core.SignIn()
		}
		return c, err
	}
	return c, nil
}

// Runs tells whether the actor runs the evaluation of a call.
func (s *Service) Runs(ctx context.Context, a core.Actor, c calls.Call) bool {
	roles, err := s.roles(ctx, a, c, nil)
	return err == nil && policy.Can("run", StateOpen, roles...)
}

// Reviewing tells what the actor may read of a call's proposals as a reviewer: what is
// assigned to her in phases that have begun, and all that can be bid for while that is
// open; nothing with which she has a conflict. She is blind while a phase that is blind
// goes on, and after it until one that is not blind begins.
func (s *Service) Reviewing(ctx context.Context, a core.Actor, call core.ID) (proposals.Access, error) {
	var out proposals.Access
	me, err := s.self(ctx, s.rec.DB.Read, a, call)
	if err != nil || me == nil {
		return out, err
	}
	return s.access(ctx, s.rec.DB.Read, *me)
}

func (s *Service) access(ctx context.Context, idb bun.IDB, me Reviewer) (proposals.Access, error) {
	var out proposals.Access
	phases, err := phasesOf(ctx, idb, me.Call)
	if err != nil {
		return out, err
	}
	now := s.rec.Clock.Instant()
	var begun []core.ID
	bidding := false
	for _, p := range phases {
		if p.State(now) != StatePlanned {
			begun = append(begun, p.ID)
		}
		bidding = bidding || p.Bids(now)
		if (p.State(now) == StateOpen || p.Bids(now)) && p.Blind {
			out.Blind = true
		}
	}
	if cur := current(phases, now); cur != nil && cur.Blind {
		out.Blind = true
	}
	q := idb.NewSelect().Model((*proposals.Proposal)(nil)).Column("pr.id").Where("pr.call = ? AND pr.state IN (?)", me.Call, bun.List(judged)).OrderExpr("pr.number, pr.id")
	switch {
	case bidding:
	case len(begun) > 0:
		q = q.Where("pr.id IN (SELECT ra.proposal FROM review_assignments AS ra WHERE ra.reviewer = ? AND ra.phase IN (?))", me.ID, bun.List(begun))
	default:
		return out, nil
	}
	var ids []core.ID
	if err := q.Scan(ctx, &ids); err != nil || len(ids) == 0 {
		return out, wrap(err, "load what is assigned")
	}
	barred, err := s.barred(ctx, idb, me, ids)
	for _, id := range ids {
		if !barred[id] {
			out.IDs = append(out.IDs, id)
		}
	}
	return out, err
}

// barred are those of a call's proposals with which a reviewer has a conflict that stands.
// ids narrows them; nil: all.
func (s *Service) barred(ctx context.Context, idb bun.IDB, me Reviewer, ids []core.ID) (map[core.ID]bool, error) {
	found, err := s.conflictsOf(ctx, idb, me.Call, []Reviewer{me}, ids)
	out := map[core.ID]bool{}
	for k, c := range found {
		if c.Stands {
			out[k.proposal] = true
		}
	}
	return out, err
}

// Barred are the proposals of a call that are kept from the actor because she reviews the
// call and has a conflict: whatever else she is, rooms and pages show her nothing of how
// they are judged. Nil for who is no reviewer.
func (s *Service) Barred(ctx context.Context, a core.Actor, call core.ID) (map[core.ID]bool, error) {
	me, err := s.self(ctx, s.rec.DB.Read, a, call)
	if err != nil || me == nil {
		return nil, err
	}
	return s.barred(ctx, s.rec.DB.Read, *me, nil)
}

// Sees tells which of some proposals, of any calls, the actor may read as a reviewer.
func (s *Service) Sees(ctx context.Context, a core.Actor, ids []core.ID) (map[core.ID]bool, error) {
	out := map[core.ID]bool{}
	if len(ids) == 0 {
		return out, nil
	}
	list, err := s.selves(ctx, s.rec.DB.Read, a)
	if err != nil || len(list) == 0 {
		return out, err
	}
	wanted := map[core.ID]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	seen := map[core.ID]bool{}
	for _, me := range list { // the calls that she reviews: a few
		if seen[me.Call] {
			continue
		}
		seen[me.Call] = true
		access, err := s.access(ctx, s.rec.DB.Read, me)
		if err != nil {
			return nil, err
		}
		for _, id := range access.IDs {
			if wanted[id] {
				out[id] = true
			}
		}
	}
	return out, nil
}
