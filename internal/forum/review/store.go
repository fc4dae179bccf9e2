package review

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/people"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

func wrap(err error, what string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func phasesOf(ctx context.Context, idb bun.IDB, call core.ID) ([]Phase, error) {
	var out []Phase
	return out, wrap(idb.NewSelect().Model(&out).Where("rp.call = ?", call).OrderExpr("rp.number").Scan(ctx), "load phases")
}

func phaseByID(ctx context.Context, idb bun.IDB, id core.ID) (Phase, error) {
	var p Phase
	return p, record.Found(idb.NewSelect().Model(&p).Where("rp.id = ?", id).Scan(ctx))
}

func criteriaOf(ctx context.Context, idb bun.IDB, call core.ID) ([]Criterion, error) {
	var out []Criterion
	return out, wrap(idb.NewSelect().Model(&out).Where("rc.call = ?", call).OrderExpr("rc.position, rc.id").Scan(ctx), "load criteria")
}

// reviewersOf are the reviewers of a call; with gone also those who were taken out.
func reviewersOf(ctx context.Context, idb bun.IDB, call core.ID, gone bool) ([]Reviewer, error) {
	var out []Reviewer
	q := idb.NewSelect().Model(&out).Where("rr.call = ?", call).OrderExpr("rr.created, rr.id")
	if !gone {
		q = q.Where("rr.gone = FALSE")
	}
	return out, wrap(q.Scan(ctx), "load reviewers")
}

func assignmentsOf(ctx context.Context, idb bun.IDB, phase core.ID) ([]Assignment, error) {
	var out []Assignment
	return out, wrap(idb.NewSelect().Model(&out).Where("ra.phase = ?", phase).OrderExpr("ra.proposal, ra.reviewer").Scan(ctx), "load assignments")
}

func reviewsOf(ctx context.Context, idb bun.IDB, phase core.ID) ([]Review, error) {
	var out []Review
	return out, wrap(idb.NewSelect().Model(&out).Where("rv.phase = ?", phase).OrderExpr("rv.proposal, rv.reviewer").Scan(ctx), "load reviews")
}

func bidsOf(ctx context.Context, idb bun.IDB, call core.ID) (map[pair]string, error) {
	var rows []Bid
	err := idb.NewSelect().Model(&rows).Where("rb.reviewer IN (SELECT rr.id FROM review_reviewers AS rr WHERE rr.call = ?)", call).Scan(ctx)
	out := make(map[pair]string, len(rows))
	for _, r := range rows {
		out[pair{r.Reviewer, r.Proposal}] = r.Bid
	}
	return out, wrap(err, "load bids")
}

// Candidate is a proposal as the evaluation knows it.
type Candidate struct {
	ID     core.ID `json:"id"`
	Number int     `json:"number"`
	Title  string  `json:"title"`
	Lang   string  `json:"lang"`
	State  string  `json:"state"`

	topics  []string // folded words and ids of themes
	answers calls.Answers
}

// Path is where the proposal stands.
func (c Candidate) Path() string { return proposals.Proposal{ID: c.ID}.Path() }

// candidatesOf are the proposals of a call that are evaluated. Answers are loaded where
// topics are wanted.
func candidatesOf(ctx context.Context, idb bun.IDB, call core.ID, topics bool) ([]Candidate, error) {
	var rows []proposals.Proposal
	q := idb.NewSelect().Model(&rows).Column("pr.id", "pr.number", "pr.title", "pr.lang", "pr.state").
		Where("pr.call = ? AND pr.state IN (?)", call, bun.List(judged)).OrderExpr("pr.number, pr.id")
	if topics {
		q = q.Column("pr.answers")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("load proposals: %w", err)
	}
	out := make([]Candidate, len(rows))
	at := make(map[core.ID]int, len(rows))
	for i, r := range rows {
		out[i] = Candidate{ID: r.ID, Number: r.Number, Title: r.Title, Lang: r.Lang, State: r.State, answers: r.Answers}
		at[r.ID] = i
	}
	if !topics {
		return out, nil
	}
	for i := range out {
		for _, x := range out[i].answers {
			for _, m := range x.Many {
				if key := core.Fold(m); key != "" && !slices.Contains(out[i].topics, key) {
					out[i].topics = append(out[i].topics, key)
				}
			}
		}
		out[i].answers = nil
	}
	return out, nil
}

// accountsOf are the accounts of reviewers, by the reviewer's id, and those of further
// accounts by theirs, with the keys of all their addresses. Two queries.
func (s *Service) accountsOf(ctx context.Context, idb bun.IDB, list []Reviewer, more []core.ID) (of, byID map[core.ID]authn.Account, err error) {
	ids, keys := slices.Clone(more), []string{}
	for _, r := range list {
		if r.Account != "" {
			ids = append(ids, r.Account)
		} else if r.EmailKey != "" {
			keys = append(keys, r.EmailKey)
		}
	}
	of = map[core.ID]authn.Account{}
	byID, byKey, err := s.Accounts.Holders(ctx, idb, ids, keys)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range list {
		x, ok := byID[r.Account]
		if r.Account == "" {
			x, ok = byKey[r.EmailKey]
		}
		if ok {
			of[r.ID] = x
		}
	}
	return of, byID, nil
}

// conflictsOf holds reviewers of a call against its proposals (all that were ever handed
// in, or only those named): what the program detects, and what was said. Five queries.
func (s *Service) conflictsOf(ctx context.Context, idb bun.IDB, call core.ID, list []Reviewer, only []core.ID) (map[pair]Conflict, error) {
	if len(list) == 0 {
		return map[pair]Conflict{}, nil
	}
	var props []proposals.Proposal
	q := idb.NewSelect().Model(&props).Column("pr.id", "pr.account", "pr.person", "pr.organisation", "pr.org_key").Where("pr.call = ? AND pr.state <> ?", call, proposals.StateDraft)
	if only != nil {
		q = q.Where("pr.id IN (?)", bun.List(only))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("load proposals: %w", err)
	}
	if len(props) == 0 {
		return map[pair]Conflict{}, nil
	}
	var parties []proposals.Party
	pq := idb.NewSelect().Model(&parties).Column("pp.proposal", "pp.name_key", "pp.email_key", "pp.organisation", "pp.person").Where("pp.gone = FALSE")
	if only != nil {
		pq = pq.Where("pp.proposal IN (?)", bun.List(only))
	} else {
		pq = pq.Where("pp.proposal IN (SELECT pr.id FROM proposals AS pr WHERE pr.call = ?)", call)
	}
	if err := pq.Scan(ctx); err != nil {
		return nil, fmt.Errorf("load people of proposals: %w", err)
	}
	var proposers []core.ID
	for _, p := range props {
		proposers = append(proposers, p.Account)
	}
	of, byID, err := s.accountsOf(ctx, idb, list, proposers)
	if err != nil {
		return nil, err
	}
	reviewers, err := s.sidesOf(ctx, list, of)
	if err != nil {
		return nil, err
	}
	var said []Said
	ids := make([]core.ID, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	if err := idb.NewSelect().Model(&said).Where("rx.reviewer IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load conflicts: %w", err)
	}
	return conflicts(reviewers, proposalSides(props, parties, byID), said), nil
}

// sidesOf is what is known of reviewers: one query for their affiliations.
func (s *Service) sidesOf(ctx context.Context, list []Reviewer, of map[core.ID]authn.Account) ([]*side, error) {
	out := make([]*side, len(list))
	var persons []core.ID
	for i, r := range list {
		acc := of[r.ID]
		x := &side{id: r.ID, accounts: []core.ID{r.Account, acc.ID}, persons: []core.ID{r.Person, acc.Person}, emails: append([]string{r.EmailKey}, acc.Keys...), names: []string{core.Fold(r.Name), acc.NameKey}}
		x.org(r.Organisation)
		out[i] = x
		for _, p := range x.persons {
			if p != "" {
				persons = append(persons, p)
			}
		}
	}
	if len(persons) == 0 {
		return out, nil
	}
	affs, err := s.People.Affiliations(ctx, persons)
	if err != nil {
		return nil, err
	}
	today := string(s.Bodies.Today())
	for _, x := range out {
		for _, p := range x.persons {
			for _, f := range people.On(affs[p], today) {
				x.org(f.OrganisationName)
				x.org(f.OfAcronym)
				for _, name := range f.Of.By {
					x.org(name)
				}
			}
		}
	}
	return out, nil
}

func proposalSides(props []proposals.Proposal, parties []proposals.Party, accounts map[core.ID]authn.Account) []*side {
	out := make([]*side, len(props))
	at := make(map[core.ID]*side, len(props))
	for i, p := range props {
		acc := accounts[p.Account]
		x := &side{id: p.ID, accounts: []core.ID{p.Account}, persons: []core.ID{p.Person, acc.Person}, emails: slices.Clone(acc.Keys), names: []string{acc.NameKey}}
		x.org(p.Organisation)
		out[i], at[p.ID] = x, x
	}
	for _, y := range parties {
		x := at[y.Proposal]
		if x == nil {
			continue
		}
		x.persons, x.emails, x.names = append(x.persons, y.Person), append(x.emails, y.EmailKey), append(x.names, y.NameKey)
		x.org(y.Organisation)
	}
	return out
}

// warnings are the rules of a call that screening found a proposal to break, and of which
// reviewers are told. They name nobody.
func warnings(ctx context.Context, idb bun.IDB, c calls.Call, proposal core.ID) ([]calls.Rule, error) {
	var codes []string
	if err := idb.NewSelect().Model((*proposals.Finding)(nil)).Column("pf.rule").
		Where("pf.proposal = ? AND pf.outcome = ? AND pf.overruled = ''", proposal, proposals.Broken).Scan(ctx, &codes); err != nil {
		return nil, fmt.Errorf("load findings: %w", err)
	}
	var out []calls.Rule
	for _, r := range c.Rules {
		if r.Severity == calls.Warns && slices.Contains(codes, r.Code) {
			out = append(out, r)
		}
	}
	return out, nil
}
