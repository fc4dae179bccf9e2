package proposals

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

const mostDrafts = 20 // of one person in one call

// Begin makes an empty answer to a call, or a copy of another that the actor may edit: of
// the same call, or of one before it, as far as the questions are the same. Whoever the
// call asks may, while it is open. No event: a draft is its editors' alone. Errors: those
// of calls.MayAnswer, Conflict when there are too many drafts.
func (s *Service) Begin(ctx context.Context, a core.Actor, ref, lang string, from core.ID) (Proposal, error) {
	c, err := s.Calls.Call(ctx, a, ref)
	if err != nil {
		return Proposal{}, err
	}
	if c.Kind == calls.Registration {
		return Proposal{}, core.NotFound()
	}
	if err := s.Calls.MayAnswer(ctx, a, c); err != nil {
		return Proposal{}, err
	}
	var was View
	if from != "" {
		if was, err = s.Get(ctx, a, from); err != nil {
			return Proposal{}, err
		}
		if !slices.Contains(was.Roles, core.RoleOrganiser) {
			return Proposal{}, core.NotFound()
		}
	}
	p := Proposal{
		Call: c.ID, Edition: c.Edition, FormVersion: c.FormVersion, State: StateDraft, Lang: allowed(c, lang), Answers: calls.Answers{},
		Account: a.Account, Person: a.Person, CopiedFrom: from, Version: 1, CallRef: c.Ref,
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		n, err := tx.NewSelect().Model((*Proposal)(nil)).Where("pr.call = ? AND pr.account = ? AND pr.state = ?", c.ID, a.Account, StateDraft).Count(ctx)
		if err != nil {
			return fmt.Errorf("count drafts: %w", err)
		}
		if n >= mostDrafts {
			return core.Conflict("proposals.error.drafts", "Count", mostDrafts)
		}
		p.ID, p.Created, p.Updated = tx.NewID(), tx.Now, tx.Now
		if from != "" {
			form, err := s.Calls.FormTx(ctx, tx, c.ID, c.FormVersion)
			if err != nil {
				return err
			}
			p.Answers = carried(form.Form, was.Form, was.Answers, tx.NewID)
			p.Lang = allowed(c, was.Lang)
			p.derive(form.Form)
		}
		if _, err := tx.NewInsert().Model(&p).Exec(ctx); err != nil {
			return fmt.Errorf("begin proposal: %w", err)
		}
		return nil
	})
	return p, err
}

// allowed is a language in which the call may be answered: the one that is asked for if it
// can be, else the first.
func allowed(c calls.Call, lang string) string {
	switch {
	case len(c.Langs) > 0 && !slices.Contains(c.Langs, lang):
		return c.Langs[0]
	case !core.LangKnown(lang):
		return core.Langs[0]
	}
	return lang
}

// carried are the answers of an earlier form that the new one asks for in the same way.
// People get new keys: they are asked anew, and files and themes stay behind.
func carried(form, was calls.Form, answers calls.Answers, newID func() core.ID) calls.Answers {
	out := calls.Answers{}
	form.Each(func(_, _ int, q *calls.Question) {
		old, ok := was.Question(q.Key)
		x := answers[q.Key]
		if !ok || old.Kind != q.Kind || x.IsZero() || q.Means == calls.MeansReport {
			return
		}
		switch q.Kind {
		case calls.KindThemes, calls.KindQuestions, calls.KindFile, calls.KindCheck:
			return // of that year
		case calls.KindChoice:
			if !slices.ContainsFunc(q.Options, func(o calls.Option) bool { return o.Code == x.Text }) {
				return
			}
		case calls.KindPeople:
			x.People = slices.Clone(x.People)
			for i := range x.People {
				x.People[i].Key, x.People[i].Asked = string(newID()), false
			}
		}
		out[q.Key] = x
	})
	return out
}

// derive fills what lists are made of from the answers.
func (p *Proposal) derive(form calls.Form) {
	if q, ok := form.Meaning(calls.MeansTitle); ok {
		p.Title = strings.TrimSpace(p.Answers[q.Key].Text)
	}
	p.Organisation, p.OrgKey = "", ""
	for _, q := range form.Questions() {
		if q.Kind == calls.KindOrganisation && p.Answers[q.Key].Text != "" {
			p.Organisation = p.Answers[q.Key].Text
			p.OrgKey = core.Fold(p.Organisation)
			break
		}
	}
}

// Keep keeps what an editor has typed and not saved, as her browser sent it: over a lost
// connection, the end of a session, a closed tab. It changes nothing that others see, and
// no event tells of it. Editors only. Errors: TooLarge, Stale when somebody has saved since.
func (s *Service) Keep(ctx context.Context, a core.Actor, id core.ID, typed string, base int64) (core.Instant, error) {
	v, err := s.Get(ctx, a, id)
	if err != nil {
		return core.Instant{}, err
	}
	if err := Policy.Check("edit", v.State, v.Roles...); err != nil {
		return core.Instant{}, err
	}
	if v.Version != base {
		return core.Instant{}, core.Stale(v.Proposal)
	}
	return s.drafts.Keep(ctx, a, id, typed, base)
}

// Kept is what the actor has typed and not saved in a proposal; nil if nothing.
func (s *Service) Kept(ctx context.Context, a core.Actor, id core.ID) (*web.Draft, error) {
	return s.drafts.Kept(ctx, a, id)
}

// Forget throws away what the actor has typed and not saved.
func (s *Service) Forget(ctx context.Context, a core.Actor, id core.ID) error {
	return s.drafts.Forget(ctx, a, id)
}

// SaveInput is a proposal as an editor has written it.
type SaveInput struct {
	Version int64         `json:"version"`
	Lang    string        `json:"lang"`
	Answers calls.Answers `json:"answers"`
	Submit  bool          `json:"submit" doc:"hand it in"`
	Ask     bool          `json:"ask" doc:"write to the people who are named and were not asked yet"`
	Files   []blob.Blob   `json:"-"` // that came with the answers; all other files are those that stood
}

// Save keeps a proposal. A draft is kept as it is, whatever is wrong with it; one that was
// handed in, or is handed in now, must be right and complete, and each state of it is kept.
// Handing in gives it its number, sends the receipt and asks the people whom it names. Who
// edits it may, while the call is open; one that was returned also after it has closed.
// Events: proposal.submitted, proposal.changed. Errors: Stale with the present Proposal,
// Invalid at the paths of the form, Conflict when the call's limits are reached.
func (s *Service) Save(ctx context.Context, a core.Actor, id core.ID, in SaveInput) (Proposal, error) {
	var out Proposal
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		if out, err = s.saveTx(ctx, tx, a, id, in); err != nil {
			return err
		}
		return s.drafts.ForgetTx(ctx, tx, id, a.Account)
	})
	return out, err
}

// saveTx is Save without forgetting what the editor has typed and not saved.
func (s *Service) saveTx(ctx context.Context, tx *record.Tx, a core.Actor, id core.ID, in SaveInput) (Proposal, error) {
	v, err := s.get(ctx, tx, a, id)
	if err != nil {
		return Proposal{}, err
	}
	action := "edit"
	if in.Submit && v.State == StateDraft {
		action = "submit"
	}
	if err := Policy.Check(action, v.State, v.Roles...); err != nil {
		return Proposal{}, err
	}
	if v.State != StateReturned {
		if err := s.Calls.MayAnswer(ctx, a, v.Of); err != nil {
			return Proposal{}, err
		}
	}
	if v.Version != in.Version {
		return Proposal{}, core.Stale(v.Proposal)
	}
	form, err := s.Calls.FormTx(ctx, tx, v.Call, v.Of.FormVersion)
	if err != nil {
		return Proposal{}, err
	}
	was := v.Proposal
	p := was
	p.Lang, p.FormVersion, p.Updated, p.Version = allowed(v.Of, in.Lang), v.Of.FormVersion, tx.Now, was.Version+1
	if p.Answers = keepFiles(in, was.Answers); p.Answers == nil {
		p.Answers = calls.Answers{}
	}
	submitted := v.State != StateDraft || in.Submit
	if submitted {
		p.Answers = form.Form.Kept(p.Answers)
		if err := s.checkTx(ctx, tx, p, form.Form); err != nil {
			return Proposal{}, err
		}
	}
	if err := keysTx(ctx, tx, &p); err != nil {
		return Proposal{}, err
	}
	p.derive(form.Form)
	for _, b := range in.Files {
		if err := s.Files.RegisterTx(ctx, tx, b); err != nil {
			return Proposal{}, err
		}
	}
	if in.Submit && (p.State == StateDraft || p.State == StateReturned) {
		if err := s.submitTx(ctx, tx, &p, v.Of); err != nil {
			return Proposal{}, err
		}
	}
	stale, err := record.Once(tx.NewUpdate().Model(&p).WherePK().Where("version = ?", was.Version).Exec(ctx))
	if err != nil || stale {
		return Proposal{}, record.StaleOr(err, was)
	}
	if err := s.followTx(ctx, tx, p, v, form.Form, submitted, in); err != nil {
		return Proposal{}, err
	}
	return p, nil
}

// keepFiles takes as files only those that stood or that came with the answers: nobody
// hands in a file of somebody else by its hash.
func keepFiles(in SaveInput, was calls.Answers) calls.Answers {
	for key, x := range in.Answers {
		if x.File == nil || was[key].File != nil && was[key].File.Blob == x.File.Blob || slices.ContainsFunc(in.Files, func(b blob.Blob) bool { return b.ID == x.File.Blob }) {
			continue
		}
		x.File = nil
		in.Answers[key] = x
	}
	return in.Answers
}

// checkTx tells what is wrong or missing in a proposal that is handed in.
func (s *Service) checkTx(ctx context.Context, tx *record.Tx, p Proposal, form calls.Form) error {
	known, err := s.knownTx(ctx, tx, p)
	if err != nil {
		return err
	}
	problems := form.Wrong(p.Answers, known)
	for _, key := range form.Missing(p.Answers) {
		problems.Add("a."+key, "form.required")
	}
	return problems.Err()
}

// submitTx hands a proposal in: it gets the next number of its call.
func (s *Service) submitTx(ctx context.Context, tx *record.Tx, p *Proposal, c calls.Call) error {
	p.State = StateSubmitted
	if !p.Submitted.IsZero() {
		return nil // it was returned: its number stays
	}
	p.Submitted = tx.Now
	if err := s.limitsTx(ctx, tx, *p, c); err != nil {
		return err
	}
	var last int
	if err := tx.NewSelect().Model((*Proposal)(nil)).ColumnExpr("COALESCE(MAX(pr.number), 0)").Where("pr.call = ?", p.Call).Scan(ctx, &last); err != nil {
		return fmt.Errorf("number proposal: %w", err)
	}
	p.Number = last + 1
	return nil
}

// limitsTx holds the call's own limits: so many of a person, so many of an organisation.
func (s *Service) limitsTx(ctx context.Context, tx *record.Tx, p Proposal, c calls.Call) error {
	count := func(where, value string) (int64, error) {
		return tx.NewSelect().Model((*Proposal)(nil)).
			Where("pr.call = ? AND pr.id <> ? AND pr.state NOT IN (?, ?)", p.Call, p.ID, StateDraft, StateWithdrawn).Where(where, value).Count(ctx)
	}
	if c.PerPerson > 0 && p.Account != "" {
		n, err := count("pr.account = ?", string(p.Account))
		if err != nil {
			return fmt.Errorf("count proposals: %w", err)
		}
		if n >= int64(c.PerPerson) {
			return core.Conflict("proposals.error.per_person", "Count", c.PerPerson)
		}
	}
	if c.PerOrg > 0 && p.OrgKey != "" {
		n, err := count("pr.org_key = ?", p.OrgKey)
		if err != nil {
			return fmt.Errorf("count proposals: %w", err)
		}
		if n >= int64(c.PerOrg) {
			return core.Conflict("proposals.error.per_org", "Count", c.PerOrg, "Organisation", p.Organisation)
		}
	}
	return nil
}
