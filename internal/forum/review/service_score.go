package review

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Limits of what reviewers write, in characters.
const (
	longestReason  = 2000
	longestComment = 8000
	longestRemark  = 4000
)

// ScoreInput is what a reviewer says of a proposal.
type ScoreInput struct {
	Version      int64            `json:"version" doc:"of her review as it was read; 0: there was none"`
	Marks        map[core.ID]Mark `json:"marks" doc:"by the ids of criteria"`
	ForProposer  string           `json:"for_proposer,omitempty"`
	ForCommittee string           `json:"for_committee,omitempty"`
	Submit       bool             `json:"submit"`
}

// wrong tells what cannot be kept, and what must be there before it is submitted. Marks
// have the paths m.ID and r.ID.
func (in ScoreInput) wrong(criteria []Criterion) core.Problems {
	var p core.Problems
	long := func(path, s string, most int) {
		if n := utf8.RuneCountInString(s); n > most {
			p.Add(path, "form.too_long", "Count", most, "Have", n)
		}
	}
	for _, c := range criteria {
		m := in.Marks[c.ID]
		long("r."+string(c.ID), m.Reason, longestReason)
		switch {
		case m.Mark == 0 && in.Submit:
			p.Add("m."+string(c.ID), "review.error.mark_missing")
		case m.Mark != 0 && (m.Mark < LeastMark || m.Mark > BestMark):
			p.Add("m."+string(c.ID), "review.error.mark", "Min", LeastMark, "Max", BestMark)
		case in.Submit && m.Mark <= c.Threshold && strings.TrimSpace(m.Reason) == "":
			p.Add("r."+string(c.ID), "review.error.reason_missing", "Mark", c.Threshold)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(in.Marks)) {
		if !slices.ContainsFunc(criteria, func(c Criterion) bool { return c.ID == id }) {
			p.Add("m."+string(id), "review.error.choice")
		}
	}
	long("for_proposer", in.ForProposer, longestComment)
	long("for_committee", in.ForCommittee, longestComment)
	return p
}

// Save keeps what a reviewer says: as a draft, which is hers alone and may be incomplete,
// or submitted. What was submitted can be changed until the phase closes, and stays
// submitted. Who has the proposal on her list may, while the phase is open. Event, when it
// is submitted: evaluation.submitted. Errors: Stale with the present Review, Invalid,
// Conflict once the phase has closed.
func (s *Service) Save(ctx context.Context, a core.Actor, phase, proposal core.ID, in ScoreInput) (out Review, err error) {
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		out, err = s.SaveTx(ctx, tx, a, phase, proposal, in)
		return err
	})
	return out, err
}

// SaveTx is Save inside a write of the same actor.
func (s *Service) SaveTx(ctx context.Context, tx *record.Tx, a core.Actor, phase, proposal core.ID, in ScoreInput) (Review, error) {
	in.ForProposer, in.ForCommittee = strings.TrimSpace(in.ForProposer), strings.TrimSpace(in.ForCommittee)
	out, err := s.keepTx(ctx, tx, a, phase, proposal, in.Version, func(t task, r *Review, criteria []Criterion) error {
		in.Submit = in.Submit || t.submitted()
		if len(criteria) == 0 {
			return core.Conflict("review.error.no_criteria")
		}
		if err := in.wrong(criteria).Err(); err != nil {
			return err
		}
		r.Marks = map[core.ID]Mark{}
		for id, m := range in.Marks {
			if m.Reason = strings.TrimSpace(m.Reason); m != (Mark{}) {
				r.Marks[id] = m
			}
		}
		r.State, r.ForProposer, r.ForCommittee, r.Reason = Draft, in.ForProposer, in.ForCommittee, ""
		if in.Submit {
			r.State = Submitted
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	return out, s.drafts.ForgetTx(ctx, tx, typedOf(phase, proposal), a.Account)
}

// AbstainInput is the form of an abstention.
type AbstainInput struct {
	Version int64  `form:"version" ui:"hidden" json:"version"`
	Reason  string `form:"reason" ui:"area" max:"600" required:"true" json:"reason"`
}

// Abstain says that a reviewer gives no scores, and why; what she had noted is kept, and
// counts nowhere. She may change her mind until the phase closes. Event:
// evaluation.abstained. Errors as of Save.
func (s *Service) Abstain(ctx context.Context, a core.Actor, phase, proposal core.ID, in AbstainInput) (out Review, err error) {
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		out, err = s.AbstainTx(ctx, tx, a, phase, proposal, in)
		return err
	})
	return out, err
}

// AbstainTx is Abstain inside a write of the same actor.
func (s *Service) AbstainTx(ctx context.Context, tx *record.Tx, a core.Actor, phase, proposal core.ID, in AbstainInput) (Review, error) {
	if err := core.Validate(in).Err(); err != nil {
		return Review{}, err
	}
	return s.keepTx(ctx, tx, a, phase, proposal, in.Version, func(_ task, r *Review, _ []Criterion) error {
		r.State, r.Reason = Abstained, strings.TrimSpace(in.Reason)
		return nil
	})
}

func (s *Service) keepTx(ctx context.Context, tx *record.Tx, a core.Actor, phase, proposal core.ID, version int64, set func(task, *Review, []Criterion) error) (Review, error) {
	t, err := s.task(ctx, tx, a, phase, proposal, true)
	if err != nil {
		return Review{}, err
	}
	if !t.assigned {
		return Review{}, core.NotFound()
	}
	if t.phase.State(t.now) == StateClosed {
		return Review{}, core.Conflict("review.error.closed")
	}
	if err := t.check("score"); err != nil {
		return Review{}, err
	}
	criteria, err := criteriaOf(ctx, tx, t.call.ID)
	if err != nil {
		return Review{}, err
	}
	was := Review{Phase: phase, Proposal: proposal, Reviewer: t.me.ID, Marks: map[core.ID]Mark{}}
	if t.review != nil {
		was = *t.review
	}
	if was.Version != version {
		return Review{}, core.Stale(was)
	}
	r := was
	if err := set(t, &r, criteria); err != nil {
		return Review{}, err
	}
	r.Updated, r.Version = tx.Now, was.Version+1
	if r.State != Draft {
		r.Submitted = tx.Now
	}
	if t.review == nil {
		_, err = tx.NewInsert().Model(&r).Exec(ctx)
	} else {
		_, err = tx.NewUpdate().Model(&r).WherePK().Exec(ctx)
	}
	if err != nil {
		return Review{}, fmt.Errorf("keep review: %w", err)
	}
	kind := map[string]string{Submitted: "evaluation.submitted", Abstained: "evaluation.abstained"}[r.State]
	if kind != "" && was.State != r.State {
		tx.Append(kind, t.call.ID, t.call.Scope(), record.Internal, record.Data{"label": t.phase.Name, "call": t.call.Ref})
	}
	return r, nil
}

// Say adds to the discussion of a proposal: reviewers to whom it is open, and who runs the
// call. Event: evaluation.discussed. Errors: Invalid, Forbidden.
func (s *Service) Say(ctx context.Context, a core.Actor, phase, proposal core.ID, words string) error {
	words = strings.TrimSpace(words)
	var p core.Problems
	switch n := utf8.RuneCountInString(words); {
	case n == 0:
		p.Add("words", "form.required")
	case n > longestRemark:
		p.Add("words", "form.too_long", "Count", longestRemark, "Have", n)
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		t, err := s.task(ctx, tx, a, phase, proposal, false)
		if err != nil {
			return err
		}
		if err := t.check("discuss"); err != nil {
			return err
		}
		if !t.discusses() {
			return core.ForbiddenBecause("review.error.not_discussed")
		}
		if err := s.inCallTx(ctx, tx, t.call, proposal); err != nil {
			return err
		}
		row := Remark{ID: tx.NewID(), Phase: phase, Proposal: proposal, Account: a.Account, Name: a.Name, Body: words, At: tx.Now}
		if t.assigned {
			row.Reviewer, row.Name = t.me.ID, t.me.Name
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("keep remark: %w", err)
		}
		tx.Append("evaluation.discussed", t.call.ID, t.call.Scope(), record.Internal, record.Data{"label": t.phase.Name, "call": t.call.Ref})
		return nil
	})
}

// Offer is a proposal that can be bid for.
type Offer struct {
	Candidate
	Bid string
}

// Offers are what a reviewer can bid for in a phase: all that are judged, without those
// with which she has a conflict. NotFound where there is nothing to bid for.
func (s *Service) Offers(ctx context.Context, a core.Actor, phase core.ID) (Task, []Offer, error) {
	t, err := s.task(ctx, s.rec.DB.Read, a, phase, "", true)
	if err != nil {
		return Task{}, nil, err
	}
	out := Task{Call: t.call, Phase: t.phase, State: t.phase.State(t.now), Bids: t.phase.Bids(t.now), me: *t.me}
	props, err := candidatesOf(ctx, s.rec.DB.Read, t.call.ID, false)
	if err != nil {
		return out, nil, err
	}
	barred, err := s.barred(ctx, s.rec.DB.Read, *t.me, nil)
	if err != nil {
		return out, nil, err
	}
	bids, err := bidsOf(ctx, s.rec.DB.Read, t.call.ID)
	var offers []Offer
	for _, c := range props {
		if !barred[c.ID] {
			offers = append(offers, Offer{c, bids[pair{t.me.ID, c.ID}]})
		}
	}
	out.Withheld = len(barred)
	return out, offers, err
}

// Bid keeps how gladly a reviewer would read proposals; an empty bid takes one back. No
// event: a bid is hers, and the assignment tells what it led to. Errors: NotFound where
// nothing can be bid for, Invalid.
func (s *Service) Bid(ctx context.Context, a core.Actor, phase core.ID, bids map[core.ID]string) error {
	task, offers, err := s.Offers(ctx, a, phase)
	if err != nil {
		return err
	}
	if err := policy.Check("bid", task.State, core.RoleEditor); err != nil {
		return err
	}
	var rows []Bid
	var gone []core.ID
	for _, o := range offers { // what she may not see is passed over
		b, there := bids[o.ID]
		switch {
		case !there || b == o.Bid:
		case b == "":
			gone = append(gone, o.ID)
		case !slices.Contains(BidKinds, b):
			return core.Invalid("review.error.choice")
		default:
			rows = append(rows, Bid{Reviewer: task.me.ID, Proposal: o.ID, Bid: b})
		}
	}
	if len(rows)+len(gone) == 0 {
		return nil
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if len(gone) > 0 {
			if _, err := tx.NewDelete().TableExpr("review_bids").Where("reviewer = ? AND proposal IN (?)", task.me.ID, bun.List(gone)).Exec(ctx); err != nil {
				return fmt.Errorf("take bids back: %w", err)
			}
		}
		if len(rows) > 0 {
			if _, err := tx.NewInsert().Model(&rows).On("CONFLICT (reviewer, proposal) DO UPDATE").Set("bid = EXCLUDED.bid").Exec(ctx); err != nil {
				return fmt.Errorf("keep bids: %w", err)
			}
		}
		return nil
	})
}
