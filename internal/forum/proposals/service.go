package proposals

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// House is what the room is furnished with.
type House struct {
	Calls    *calls.Service
	Editions *editions.Service
	People   *people.Service
	Bodies   *bodies.Service
	Vocab    *vocab.Service
	Accounts *authn.Service
	Mail     *mail.Service
	Files    *blob.Store
	// Documents makes files to take away.
	Documents *documents.Service
	BaseURL   string

	// Owed tells how many reports of editions before one a proposer has not published: by
	// her person, or by an organisation as proposals name it. Organisations are all of whom
	// will be asked. Nil: nobody owes any.
	Owed func(ctx context.Context, before core.ID, organisations []string) (func(person core.ID, organisation string) int, error)
	// Reviewing tells what the actor may read of a call's proposals as a reviewer.
	Reviewing func(ctx context.Context, a core.Actor, call core.ID) (Access, error)
	// Barred are the proposals of a call with which the actor has a conflict as a reviewer:
	// she reads them nowhere, also where she runs the call, unless she has a part in them.
	Barred func(ctx context.Context, a core.Actor, call core.ID) (map[core.ID]bool, error)
}

// Access is what a reviewer may read.
type Access struct {
	IDs   []core.ID // assigned to her, or open to her phase, without those with a conflict
	Blind bool      // who proposes is hidden from her
}

// Service is what people do with proposals.
type Service struct {
	House
	rec  *record.Record
	asks *web.Limiter // mails to people who are named, by who names them
	tell *web.Limiter // mails to proposers, by who writes to them
	kin  kin

	drafts web.Drafts // what editors have typed and not saved
	tags   func(ctx context.Context, lang string, edition core.ID) ([]string, error)
}

// UseTags hands in which tags were used before, the most used first: forms offer them.
func (s *Service) UseTags(fn func(ctx context.Context, lang string, edition core.ID) ([]string, error)) {
	s.tags = fn
}

// New makes the service.
func New(rec *record.Record, h House) *Service {
	s := &Service{House: h, rec: rec, asks: web.NewLimiter(10*time.Minute, 100), tell: web.NewLimiter(20*time.Minute, 15)}
	s.drafts = web.Drafts{Record: rec, Kind: "proposal"}
	h.Mail.Late(inviteMail, s.composeInvite)
	return s
}

// View is a proposal as somebody may read it.
type View struct {
	Proposal
	Of      calls.Call
	Form    calls.Form
	Parties []Party
	Roles   []core.Role
	Blind   bool // who proposes is not in it
	Outside bool // the reader has no part in it: it is public
}

// Can tells whether the reader may do an action of Policy.
func (v View) Can(action string) bool { return Policy.Can(action, v.State, v.Roles...) }

// Get gives a proposal as the actor may read it: to her editors, to those whom it names,
// to reviewers without a conflict (blind where the phase is), to staff, and to everybody
// once its call makes it public. NotFound otherwise.
func (s *Service) Get(ctx context.Context, a core.Actor, id core.ID) (View, error) {
	return s.get(ctx, s.rec.DB.Read, a, id)
}

func (s *Service) get(ctx context.Context, idb bun.IDB, a core.Actor, id core.ID) (View, error) {
	var v View
	if err := idb.NewSelect().Model(&v.Proposal).Where("pr.id = ?", id).Scan(ctx); err != nil {
		return v, record.Found(err)
	}
	found, err := s.Calls.Calls(ctx, []core.ID{v.Call})
	if err != nil {
		return v, err
	}
	v.Of = found[v.Call]
	v.CallRef = v.Of.Ref
	if v.Edition != "" {
		if _, err := s.Editions.SettingByID(ctx, a, v.Edition); err != nil {
			return View{}, err
		}
	}
	parties, err := partiesOf(ctx, idb, v.ID)
	if err != nil {
		return v, err
	}
	v.Parties = parties[v.ID]
	if v.Roles, err = s.roles(ctx, a, &v); err != nil {
		return v, err
	}
	if !v.Can("see") {
		if !s.open(v.Proposal, v.Of) {
			return View{}, core.NotFound()
		}
		v.Outside = true
	}
	f, err := s.Calls.Form(ctx, v.Of, v.FormVersion)
	if err != nil {
		return v, err
	}
	v.Form = f.Form
	if v.Outside || v.Blind {
		v.hide()
	}
	return v, nil
}

// open tells whether everybody may read a proposal now.
func (s *Service) open(p Proposal, c calls.Call) bool {
	return Open(p, c, s.rec.Clock.Instant())
}

// roles are what the actor is for a proposal, besides what she is for its call.
func (s *Service) roles(ctx context.Context, a core.Actor, v *View) ([]core.Role, error) {
	roles, err := s.Calls.Roles(ctx, a, v.Of)
	if err != nil || !a.SignedIn() {
		return roles, err
	}
	editor, named, err := s.part(ctx, a, v.Proposal, v.Parties)
	if err != nil {
		return roles, err
	}
	if editor {
		return append(roles, core.RoleOrganiser), nil
	}
	if named {
		return append(roles, core.RoleSpeaker), nil
	}
	barred, err := s.barred(ctx, a, v.Call)
	if err != nil {
		return roles, err
	}
	if barred[v.ID] {
		return nil, nil
	}
	// A grant of editor is for Messages; here the word means a reviewer.
	roles = slices.DeleteFunc(roles, func(r core.Role) bool { return r == core.RoleEditor })
	if s.Reviewing == nil || Policy.Can("see", v.State, roles...) {
		return roles, nil
	}
	access, err := s.Reviewing(ctx, a, v.Call)
	if err == nil && slices.Contains(access.IDs, v.ID) {
		roles, v.Blind = append(roles, core.RoleEditor), access.Blind
	}
	return roles, err
}

func (s *Service) barred(ctx context.Context, a core.Actor, call core.ID) (map[core.ID]bool, error) {
	if s.Barred == nil || !a.SignedIn() {
		return nil, nil
	}
	return s.Barred(ctx, a, call)
}

// part tells whether somebody edits a proposal (hers, or she has confirmed to propose it
// together) or is named in it.
func (s *Service) part(ctx context.Context, a core.Actor, p Proposal, parties []Party) (editor, named bool, err error) {
	if p.Account == a.Account {
		return true, true, nil
	}
	keys, err := s.Accounts.Keys(ctx, a.Account)
	if err != nil {
		return false, false, err
	}
	for _, x := range parties {
		if x.Gone || x.State == Declined || !slices.Contains(keys, x.EmailKey) && (x.Person == "" || x.Person != a.Person) {
			continue
		}
		named = true
		editor = editor || x.Means == calls.MeansOwner && x.State == Confirmed
	}
	return editor, named, nil
}

// hide takes out of a view what somebody may not know who has no part in it: addresses,
// private answers; from everybody those who have not agreed to be named; and from blind
// reviewers all that tells who proposes.
func (v *View) hide() {
	answers := calls.Answers{}
	shown := map[string]bool{}
	v.Form.Each(func(_, _ int, q *calls.Question) {
		if v.Outside && q.Private || v.Blind && q.Blind {
			return
		}
		x := v.Answers[q.Key]
		x.People = nil // Parties are who they are
		answers[q.Key], shown[q.Key] = x, true
	})
	v.Answers = answers
	v.Parties = slices.DeleteFunc(slices.Clone(v.Parties), func(p Party) bool { return !shown[p.Question] || v.Outside && p.State != Confirmed })
	for i := range v.Parties {
		v.Parties[i].Email, v.Parties[i].EmailKey, v.Parties[i].Token = "", "", ""
	}
	if v.Blind {
		v.Account, v.Person, v.Organisation, v.OrgKey = "", "", "", ""
	}
}

func partiesOf(ctx context.Context, idb bun.IDB, proposals ...core.ID) (map[core.ID][]Party, error) {
	out := map[core.ID][]Party{}
	for part := range slices.Chunk(proposals, 1000) {
		var rows []Party
		if err := idb.NewSelect().Model(&rows).Where("pp.proposal IN (?) AND pp.gone = FALSE", bun.List(part)).OrderExpr("pp.proposal, pp.position, pp.id").Scan(ctx); err != nil {
			return nil, fmt.Errorf("load people of proposals: %w", err)
		}
		for _, r := range rows {
			out[r.Proposal] = append(out[r.Proposal], r)
		}
	}
	return out, nil
}

// PartiesOf gives the people named in proposals; the caller has asked who may know them.
func (s *Service) PartiesOf(ctx context.Context, proposals []core.ID) (map[core.ID][]Party, error) {
	return partiesOf(ctx, s.rec.DB.Read, proposals...)
}

func (s *Service) byID(ctx context.Context, ids []core.ID) (map[core.ID]Proposal, error) {
	out := map[core.ID]Proposal{}
	for part := range slices.Chunk(ids, 1000) {
		var rows []Proposal
		if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("pr.id IN (?)", bun.List(part)).Scan(ctx); err != nil {
			return nil, fmt.Errorf("load proposals: %w", err)
		}
		for _, p := range rows {
			out[p.ID] = p
		}
	}
	return out, nil
}
