package selection

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/record"
)

// FewPeople is how many people there must be before it is said in public of which gender
// they are.
const FewPeople = 10

// Facts are what a round keeps of the evaluation as it was then. They name nobody.
type Facts struct {
	HandedIn  int       `json:"handed_in"`
	Reviewers int       `json:"reviewers" doc:"who submitted at least one review"`
	Criteria  []Weighed `json:"criteria"`
}

// Weighed is a criterion with its weight.
type Weighed struct {
	Label  core.Text `json:"label"`
	Weight int       `json:"weight"`
	Part   float64   `json:"part" doc:"of all weights, in per cent"`
}

// factsOf gathers the facts of a call now.
func (s *Service) factsOf(ctx context.Context, tx *record.Tx, c calls.Call) (Facts, error) {
	n, err := tx.NewSelect().Model((*proposals.Proposal)(nil)).Where("pr.call = ? AND pr.state <> ?", c.ID, proposals.StateDraft).Count(ctx)
	out := Facts{HandedIn: int(n), Criteria: []Weighed{}}
	if err != nil {
		return out, wrap(err, "count proposals")
	}
	set, err := s.Review.Setup(ctx, core.Operator, c.Ref)
	if err != nil {
		return out, err
	}
	all := 0
	for _, x := range set.Criteria {
		all += x.Weight
	}
	for _, x := range set.Criteria {
		out.Criteria = append(out.Criteria, Weighed{x.Label, x.Weight, 100 * float64(x.Weight) / float64(max(1, all))})
	}
	if len(set.Phases) == 0 {
		return out, nil
	}
	round, err := s.Review.Progress(ctx, core.Operator, c.Ref, 0)
	for _, r := range round.Rows {
		if r.Submitted > 0 {
			out.Reviewers++
		}
	}
	return out, err
}

// Figures are what everybody may know of a round: how many, and by which rules.
type Figures struct {
	Number int          `json:"number"`
	At     core.Instant `json:"at"`
	Body   core.ID      `json:"body,omitempty" doc:"the body that decided"`
	Note   core.Text    `json:"note"`
	Digest string       `json:"digest" doc:"SHA-256 of the inputs and the list that follows from them"`
	Facts
	Passed    int            `json:"passed" doc:"proposals that were decided on: they passed the screening"`
	Evaluated int            `json:"evaluated" doc:"of them, those with at least one review that counts"`
	Reviews   int            `json:"reviews" doc:"that count"`
	Counts    map[string]int `json:"decisions" doc:"by what was decided: accept, condition, merge, offer, wait, decline; empty: not decided"`
	Types     []TypeCount    `json:"types"`
	New       map[string]int `json:"new" doc:"what this round decided, by what was decided"`
	ByHand    int            `json:"by_hand" doc:"of what this round decided: chosen by people"`
	Against   int            `json:"against_rules" doc:"chosen by people otherwise than the rules alone would have; -1: the rules decide nothing by themselves"`
	Rules     Rules          `json:"rules"`
	Most      int            `json:"theme_most" doc:"sessions that one theme gets by the cap; 0: any number"`
	Balance   []Side         `json:"balance"`
	Withheld  bool           `json:"withheld" doc:"the genders of people are not said, for there are too few of them"`
}

// TypeCount is how many sessions of a type there are.
type TypeCount struct {
	Type     string    `json:"type"`
	Label    core.Text `json:"label"`
	Accepted int       `json:"accepted" doc:"with those whose conditions are still to be met"`
	Offered  int       `json:"offered"`
	Places   int       `json:"places" doc:"0: any number"`
}

// Since is what was answered to what was published.
type Since struct {
	Taken   int `json:"offers_taken"`
	Refused int `json:"offers_refused"`
	Open    int `json:"offers_open"`
	Met     int `json:"conditions_met"`
	NotMet  int `json:"conditions_not_met"`
	Waiting int `json:"conditions_open"`
}

// Listed is a proposal that was accepted and that everybody may read.
type Listed struct {
	Number  int     `json:"number"`
	Title   string  `json:"title"`
	Lang    string  `json:"lang"`
	Type    string  `json:"type,omitempty"`
	Path    string  `json:"path" doc:"of the session, where it is public, else of the proposal"`
	Session string  `json:"session,omitempty" doc:"its reference"`
	ID      core.ID `json:"id"`
}

// Chosen is how the answers to a call were selected, as everybody may know it.
type Chosen struct {
	Call   calls.Call     `json:"-"`
	Types  []calls.Option `json:"-"`
	About  core.Text      `json:"about"`
	Rounds []Figures      `json:"rounds" doc:"the last comes first"`
	Since  Since          `json:"since"`
	List   []Listed       `json:"accepted"`
}

// Chosen gives what is public of the selection of a call: nothing but what was published.
// Everybody who sees the call may. Errors: NotFound before the first round.
func (s *Service) Chosen(ctx context.Context, a core.Actor, ref string) (*Chosen, error) {
	c, err := s.Calls.Call(ctx, a, ref)
	if err != nil {
		return nil, err
	}
	roles, err := s.Calls.Roles(ctx, a, c)
	if err != nil {
		return nil, err
	}
	if err := policy.Check("see", StatePublished, roles...); err != nil {
		return nil, err
	}
	var rounds []Round
	if err := s.rec.DB.Read.NewSelect().Model(&rounds).Where("so.call = ?", c.ID).OrderExpr("so.number").Scan(ctx); err != nil {
		return nil, wrap(err, "load rounds")
	}
	if len(rounds) == 0 {
		return nil, core.NotFound()
	}
	var results []Decided
	if err := s.rec.DB.Read.NewSelect().Model(&results).Where("sr.call = ?", c.ID).OrderExpr("sr.round, sr.proposal").Scan(ctx); err != nil {
		return nil, wrap(err, "load decisions")
	}
	sel, err := selectionOf(ctx, s.rec.DB.Read, c)
	if err != nil {
		return nil, err
	}
	out := &Chosen{Call: c, About: sel.About, List: []Listed{}}
	if out.Types, err = s.types(ctx, c); err != nil {
		return nil, err
	}
	for i, r := range rounds {
		out.Rounds = append(out.Rounds, figures(r, results, out.Types, i == len(rounds)-1))
	}
	slices.Reverse(out.Rounds)
	last := map[core.ID]Decided{}
	for _, d := range results {
		last[d.Proposal] = d
	}
	out.Since = since(last)
	out.List, err = s.listed(ctx, a, c, last)
	return out, err
}

// figures counts a round. Only the last tells the genders of people: from the differences
// between rounds one could tell those of few.
func figures(r Round, results []Decided, types []calls.Option, newest bool) Figures {
	list := Decide(r.Inputs)
	out := Figures{Number: r.Number, At: r.At, Body: r.Body, Note: r.Note, Digest: r.Digest, Facts: r.Facts, Types: []TypeCount{}, Rules: r.Inputs.Rules, Passed: len(r.Inputs.Rows), Counts: map[string]int{}, New: map[string]int{}, Against: -1}
	if out.Criteria == nil {
		out.Criteria = []Weighed{}
	}
	for _, x := range r.Inputs.Rows {
		out.Reviews += x.N
		if x.N > 0 {
			out.Evaluated++
		}
	}
	if r.Inputs.Rules.Cap > 0 {
		out.Most = ThemeMost(r.Inputs)
	}
	counts := map[string]*TypeCount{}
	count := func(code string) *TypeCount {
		if counts[code] == nil {
			counts[code] = &TypeCount{Type: code, Label: typeLabel(types, code), Places: r.Inputs.Rules.Places(code)}
		}
		return counts[code]
	}
	for _, q := range r.Inputs.Rules.Quotas {
		count(q.Type)
	}
	for _, o := range list {
		out.Counts[o.Choice]++
		switch o.Choice {
		case Accept, Condition:
			count(o.Type).Accepted++
		case Offer:
			count(o.Type).Offered++
		}
	}
	for _, o := range types { // in the order of the edition
		if x := counts[o.Code]; x != nil {
			out.Types = append(out.Types, *x)
			delete(counts, o.Code)
		}
	}
	for _, code := range sortedKeys(counts) {
		out.Types = append(out.Types, *counts[code])
	}
	out.hands(r, results)
	out.Balance = Balance(r.Inputs.Rows, list)
	out.withhold(newest)
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func typeLabel(types []calls.Option, code string) core.Text {
	for _, o := range types {
		if o.Code == code {
			return o.Label
		}
	}
	return core.NewText("en", code)
}

// hands counts what people have chosen in a round, and how often otherwise than the rules.
func (f *Figures) hands(r Round, results []Decided) {
	alone := map[core.ID]bool{}
	if r.Inputs.Rules.Fill {
		f.Against = 0
		in := r.Inputs
		in.Hands = nil
		for _, o := range Decide(in) {
			alone[o.Proposal] = o.Taken()
		}
	}
	for _, d := range results {
		if d.Round != r.Number {
			continue
		}
		f.New[d.Choice]++
		if !d.Hand {
			continue
		}
		f.ByHand++
		if r.Inputs.Rules.Fill && alone[d.Proposal] != (taken(d.Choice) || d.Choice == Merge) {
			f.Against++
		}
	}
}

// withhold takes out what would tell the gender of few people: of those who were taken, of
// those who were not, or of all.
func (f *Figures) withhold(newest bool) {
	for i := range f.Balance {
		side := &f.Balance[i]
		if side.Side != SideGender {
			continue
		}
		if left := side.All - side.Taken; !newest || side.All < FewPeople || side.Taken > 0 && side.Taken < FewPeople || left > 0 && left < FewPeople {
			side.Shares, f.Withheld = []Share{}, true
		}
	}
}

func since(last map[core.ID]Decided) Since {
	var out Since
	for _, d := range last {
		switch {
		case d.Choice == Offer && d.Answer == AnswerTaken:
			out.Taken++
		case d.Choice == Offer && d.Answer == AnswerRefused:
			out.Refused++
		case d.Choice == Offer:
			out.Open++
		case d.Choice == Condition && d.Answer == AnswerMet:
			out.Met++
		case d.Choice == Condition && d.Answer == AnswerNotMet:
			out.NotMet++
		case d.Choice == Condition:
			out.Waiting++
		}
	}
	return out
}

// listed are the accepted proposals that everybody may read, by number.
func (s *Service) listed(ctx context.Context, a core.Actor, c calls.Call, last map[core.ID]Decided) ([]Listed, error) {
	out := []Listed{}
	var rows []proposals.Proposal
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Column("pr.id", "pr.number", "pr.title", "pr.lang", "pr.state", "pr.call").
		Where("pr.call = ? AND pr.state IN (?)", c.ID, bun.List([]string{proposals.StateAccepted, proposals.StateCondition})).OrderExpr("pr.number, pr.id").Scan(ctx); err != nil {
		return nil, wrap(err, "load accepted proposals")
	}
	now := s.rec.Clock.Instant()
	rows = slices.DeleteFunc(rows, func(p proposals.Proposal) bool {
		h, ok := last[p.ID].standing(false)
		return last[p.ID].Proposal == "" || !ok || !taken(h.Choice) || !proposals.Open(p, c, now)
	})
	ids := make([]core.ID, len(rows))
	for i, p := range rows {
		ids[i] = p.ID
	}
	links, err := linksOf(ctx, s.rec.DB.Read, ids)
	if err != nil {
		return nil, err
	}
	sessions, err := s.seen(ctx, a, links)
	for _, p := range rows {
		x := Listed{ID: p.ID, Number: p.Number, Title: p.Title, Lang: p.Lang, Type: last[p.ID].Type, Path: p.Path()}
		if f, ok := sessions[links[p.ID].Session]; ok {
			x.Path, x.Session = f.Path, f.Ref
		}
		out = append(out, x)
	}
	return out, err
}

// seen are the sessions of proposals that the actor may see, by their ids.
func (s *Service) seen(ctx context.Context, a core.Actor, links map[core.ID]Link) (map[core.ID]Session, error) {
	if len(links) == 0 || s.Sessions == nil {
		return nil, nil
	}
	var ids []core.ID
	for _, l := range links {
		ids = append(ids, l.Session)
	}
	return s.Sessions(ctx, a, ids)
}
