package support

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// House is what the room is furnished with.
type House struct {
	Editions  *editions.Service
	People    *people.Service
	Vocab     *vocab.Service
	Calls     *calls.Service
	Proposals *proposals.Service
	Accounts  *authn.Service
	Mail      *mail.Service
	Files     *blob.Store
	Catalog   *i18n.Catalog
	BaseURL   string
}

// Service is what people do with travel support.
type Service struct {
	House
	rec  *record.Record
	asks *web.Limiter // mails to who is named as a recommender, by applicant
}

// New makes the service, and follows what happens to answers to calls: an answer to the
// call of a programme is an application.
func New(rec *record.Record, h House) *Service {
	s := &Service{House: h, rec: rec, asks: web.NewLimiter(time.Hour, 10)}
	h.Mail.Late(adviceMail, s.composeAdvice)
	for _, kind := range []string{"proposal.submitted", "proposal.changed", "proposal.withdrawn"} {
		rec.On(kind, s.follow)
	}
	rec.On("person.merged", s.PersonMerged)
	rec.On("edition.changed", s.moved)
	return s
}

// Desk is the travel support of an edition, and what the actor is for it.
type Desk struct {
	*Programme
	Set    *editions.Setting
	Staff  bool
	Member *Member // of the committee, or nil
}

func (d *Desk) roles(a core.Actor) []core.Role {
	out := staffRoles(a, d.Set.Scope())
	if d.Member != nil {
		out = append(out, core.RoleEditor)
	}
	return out
}

// Programme gives the travel support of an edition to its committee and to the staff.
// NotFound to all others, and where there is none.
func (s *Service) Programme(ctx context.Context, a core.Actor, set *editions.Setting) (*Desk, error) {
	return s.desk(ctx, s.rec.DB.Read, a, set)
}

func (s *Service) desk(ctx context.Context, idb bun.IDB, a core.Actor, set *editions.Setting) (*Desk, error) {
	d := &Desk{Set: set, Staff: Manages(a, set.ID)}
	if a.SignedIn() {
		var m Member
		switch err := record.Found(idb.NewSelect().Model(&m).Where("sm.edition = ? AND sm.account = ?", set.ID, a.Account).Scan(ctx)); {
		case err == nil:
			d.Member = &m
		case core.KindOf(err) != core.KindNotFound:
			return nil, fmt.Errorf("load committee: %w", err)
		}
	}
	if !policy.Can("see", "", d.roles(a)...) {
		return nil, core.NotFound()
	}
	p, err := programmeOf(ctx, idb, set.ID)
	d.Programme = p
	return d, err
}

// manageTx is desk for who manages, inside an act.
func (s *Service) manageTx(ctx context.Context, tx *record.Tx, a core.Actor, set *editions.Setting) (*Desk, error) {
	d, err := s.desk(ctx, tx, a, set)
	if err != nil {
		return nil, err
	}
	return d, policy.Check("manage", "", d.roles(a)...)
}

// SetupInput is the form of a programme. Amounts are written in the currency.
type SetupInput struct {
	Version     int64     `form:"version" ui:"hidden" json:"version,omitempty"`
	Call        string    `form:"call" ui:"select" required:"true" json:"call"`
	Currency    string    `form:"currency" ui:"select" required:"true" json:"currency"`
	Budget      string    `form:"budget" ui:"text" max:"24" required:"true" json:"budget"`
	Most        string    `form:"most" ui:"text" max:"24" json:"most,omitempty"`
	Covers      []string  `form:"covers" ui:"checks" json:"covers,omitempty"`
	Classes     []string  `form:"classes" ui:"checks" required:"true" json:"classes"`
	Activity    int       `form:"activity" ui:"number" json:"activity"`
	Benefit     int       `form:"benefit" ui:"number" json:"benefit"`
	Advice      int       `form:"recommendation" ui:"number" json:"recommendation"`
	Need        int       `form:"need" ui:"number" json:"need"`
	First       int       `form:"first" ui:"number" json:"first"`
	Woman       int       `form:"woman" ui:"number" json:"woman"`
	Indigenous  int       `form:"indigenous" ui:"number" json:"indigenous"`
	Disability  int       `form:"disability" ui:"number" json:"disability"`
	Elderly     int       `form:"elderly" ui:"number" json:"elderly"`
	Youth       int       `form:"youth" ui:"number" json:"youth"`
	Scorers     int       `form:"scorers" ui:"number" required:"true" json:"scorers"`
	AcceptUntil string    `form:"accept_until" ui:"date" required:"true" json:"accept_until"`
	ReportDays  int       `form:"report_days" ui:"number" required:"true" json:"report_days"`
	Letter      core.Text `form:"letter" ui:"area" max:"2000" json:"letter,omitzero"`
}

func (in *SetupInput) weights() []*int {
	return []*int{&in.Activity, &in.Benefit, &in.Advice, &in.Need, &in.First, &in.Woman, &in.Indigenous, &in.Disability, &in.Elderly, &in.Youth}
}

// UsualSetup is how a programme begins.
func UsualSetup() SetupInput {
	return SetupInput{Currency: "USD", Covers: []string{"ticket", "hotel", "daily", "visa"}, Classes: slices.Clone(Classes), Activity: 3, Benefit: 3, Advice: 1, Need: 2, First: 2, Scorers: 2, ReportDays: 30}
}

// SetupOf is the form of a programme as it stands.
func SetupOf(p *Programme) SetupInput {
	in := SetupInput{
		Version: p.Version, Call: string(p.Call), Currency: p.Currency, Budget: p.Budget.Plain(p.Currency), Covers: p.Covers, Classes: p.Classes,
		Scorers: p.Scorers, AcceptUntil: p.AcceptUntil, ReportDays: p.ReportDays, Letter: p.Letter,
	}
	if p.Most > 0 {
		in.Most = p.Most.Plain(p.Currency)
	}
	for i, to := range in.weights() {
		*to = p.Weight(CriterionCodes[i])
	}
	return in
}

// programme checks the input apart from its call.
func (in *SetupInput) programme(set *editions.Setting) (Programme, core.Problems) {
	in.Letter = in.Letter.Clean()
	problems := core.Validate(*in)
	p := Programme{
		Edition: set.ID, Call: core.ID(in.Call), Currency: in.Currency, Covers: []string{}, Classes: []string{}, Criteria: []Criterion{},
		Scorers: in.Scorers, AcceptUntil: in.AcceptUntil, ReportDays: in.ReportDays, Letter: in.Letter, Version: 1,
	}
	if !slices.Contains(Currencies, in.Currency) {
		problems.Add("currency", "support.error.choice")
		return p, problems
	}
	p.Budget = amount(&problems, "budget", in.Budget, in.Currency, true)
	p.Most = amount(&problems, "most", in.Most, in.Currency, false)
	pick := func(path string, known, chosen []string) []string {
		out := []string{}
		for _, code := range chosen {
			if !slices.Contains(known, code) {
				problems.Add(path, "support.error.choice")
			} else if !slices.Contains(out, code) {
				out = append(out, code)
			}
		}
		return out
	}
	p.Covers, p.Classes = pick("covers", Costs, in.Covers), pick("classes", Classes, in.Classes)
	marked := 0
	for i, w := range in.weights() {
		code := CriterionCodes[i]
		if *w < 0 || *w > mostWeight {
			problems.Add(code, "support.error.number", "Min", 0, "Max", mostWeight)
		}
		if Marked(code) {
			marked += *w
		}
		p.Criteria = append(p.Criteria, Criterion{code, *w})
	}
	if marked == 0 {
		problems.Add(ByActivity, "support.error.weights")
	}
	within := func(path string, n, least, most int) {
		if n != 0 && (n < least || n > most) {
			problems.Add(path, "support.error.number", "Min", least, "Max", most)
		}
	}
	within("scorers", in.Scorers, 1, mostScorers)
	within("report_days", in.ReportDays, 1, 365)
	if in.AcceptUntil != "" {
		if _, err := core.ParseDate(in.AcceptUntil); err != nil {
			problems.Add("accept_until", "core.date.unreadable", "Date", in.AcceptUntil)
		} else if set.LastDay != "" && in.AcceptUntil > set.LastDay {
			problems.Add("accept_until", "support.error.accept_late")
		}
	}
	return p, problems
}

// SetUp makes the programme of an edition, or changes it; what was handed in to its call
// becomes applications. The staff may. The call must be one for travel support of the
// edition whose answers are never public; with applications it cannot become another, nor
// can the currency, and the criteria stay once the scoring is closed. Events:
// support.set_up, support.applied. Errors: Invalid, Stale with the present SetupInput.
func (s *Service) SetUp(ctx context.Context, a core.Actor, set *editions.Setting, in SetupInput) error {
	if err := mayManage(a, set); err != nil {
		return err
	}
	p, problems := in.programme(set)
	if err := problems.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		c, err := s.Calls.CallTx(ctx, tx, p.Call)
		if core.KindOf(err) == core.KindNotFound || err == nil && (c.Edition != set.ID || c.Kind != calls.TravelSupport) {
			problems.Add("call", "support.error.call")
			return problems.Err()
		}
		if err != nil {
			return err
		}
		if c.Shown != "never" {
			problems.Add("call", "support.error.call_shown")
			return problems.Err()
		}
		was, err := programmeOf(ctx, tx, set.ID)
		if core.KindOf(err) == core.KindNotFound {
			if _, err := tx.NewInsert().Model(&p).Exec(ctx); err != nil {
				return fmt.Errorf("set up support: %w", err)
			}
			tx.Append("support.set_up", set.ID, Scope(set.ID), record.Internal, record.Data{"label": set.Name})
			return s.syncTx(ctx, tx, &p, set, nil)
		}
		if err != nil {
			return err
		}
		if in.Version != was.Version {
			return core.Stale(SetupOf(was))
		}
		if err := s.changeTx(ctx, tx, was, &p); err != nil {
			return err
		}
		tx.Append("support.set_up", set.ID, Scope(set.ID), record.Internal, record.Data{"label": set.Name, "changes": record.Changes(setupData(was), setupData(&p))})
		return s.syncTx(ctx, tx, &p, set, nil)
	})
}

func setupData(p *Programme) map[string]any {
	return map[string]any{
		"support_budget": p.Budget.Plain(p.Currency), "support_most": p.Most.Plain(p.Currency), "support_classes": p.Classes,
		"support_accept_until": p.AcceptUntil, "support_report_days": p.ReportDays,
	}
}

func (s *Service) changeTx(ctx context.Context, tx *record.Tx, was, p *Programme) error {
	var problems core.Problems
	n, err := tx.NewSelect().Model((*Application)(nil)).Where("sa.edition = ?", p.Edition).Count(ctx)
	if err != nil {
		return fmt.Errorf("count applications: %w", err)
	}
	if n > 0 && p.Call != was.Call {
		problems.Add("call", "support.error.call_used")
	}
	if n > 0 && p.Currency != was.Currency {
		problems.Add("currency", "support.error.currency_used")
	}
	if !was.Ranked.IsZero() && !slices.Equal(p.Criteria, was.Criteria) {
		problems.Add(ByActivity, "support.error.criteria_used")
	}
	b, err := s.balance(ctx, tx, was)
	if err != nil {
		return err
	}
	if p.Budget < b.Ledger.Used+b.Offered && p.Budget < was.Budget {
		problems.Add("budget", "support.error.budget_used", "Amount", (b.Ledger.Used + b.Offered).Plain(was.Currency))
	}
	if err := problems.Err(); err != nil {
		return err
	}
	p.LastEntry, p.Ranked, p.Published, p.Version = was.LastEntry, was.Ranked, was.Published, was.Version+1
	stale, err := record.Once(tx.NewUpdate().Model(p).WherePK().Where("version = ?", was.Version).Exec(ctx))
	if err != nil || stale {
		return record.StaleOr(err, SetupOf(was))
	}
	return nil
}

// MayBe are the calls that a programme of the edition can be made on.
func (s *Service) MayBe(ctx context.Context, a core.Actor, set *editions.Setting) ([]calls.Call, error) {
	if err := mayManage(a, set); err != nil {
		return nil, err
	}
	return s.Calls.List(ctx, a, calls.Filter{Edition: set.ID, Kinds: []string{calls.TravelSupport}})
}
