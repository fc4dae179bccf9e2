package selection

import (
	"context"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/record"
)

// AnswerInput is what proposers answer to an offer, or the staff to conditions.
type AnswerInput struct {
	Version int64 `form:"version" ui:"hidden" json:"version"`
	Yes     bool  `form:"yes" ui:"-" json:"yes" doc:"they take it; the conditions are met"`
}

// Answer says whether the proposers take another type of session that they were offered:
// then it is accepted as that, and becomes a session; otherwise it is declined. Its
// organisers may, once. Event: selection.answered. Errors: NotFound, Conflict where nothing
// is offered any more, Stale.
func (s *Service) Answer(ctx context.Context, a core.Actor, proposal core.ID, in AnswerInput) error {
	v, err := s.Proposals.Get(ctx, a, proposal)
	if err != nil {
		return err
	}
	if err := policy.Check("answer", StatePublished, v.Roles...); err != nil {
		return err
	}
	answer := AnswerRefused
	if in.Yes {
		answer = AnswerTaken
	}
	return s.follow(ctx, a, v.Of.Ref, false, proposal, Offer, answer, in)
}

// Meet says whether the conditions of an acceptance are met: then it becomes a session;
// otherwise it is declined. The proposers are told by mail. Who runs the call may. Event and
// errors as of Answer.
func (s *Service) Meet(ctx context.Context, a core.Actor, ref string, number int, in AnswerInput) error {
	b, err := s.Board(ctx, a, ref, nil)
	if err != nil {
		return err
	}
	l, ok := b.Line(number)
	if !ok {
		return core.NotFound()
	}
	answer := AnswerNotMet
	if in.Yes {
		answer = AnswerMet
	}
	return s.follow(ctx, a, ref, true, l.ID, Condition, answer, in)
}

// follow notes an answer to what was decided and does what follows from it.
func (s *Service) follow(ctx context.Context, a core.Actor, ref string, letter bool, id core.ID, choice, answer string, in AnswerInput) error {
	c, err := s.Calls.Call(ctx, a, ref)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		b, err := s.board(ctx, tx, c)
		if err != nil {
			return err
		}
		b.decide(nil)
		d, ok := b.results[id]
		if _, there := b.facts[id]; !ok || !there || d.Choice != choice || d.Answer != "" { // or it was withdrawn
			return core.Conflict("selection.error.answered")
		}
		if d.Version != in.Version {
			return core.Stale(AnswerInput{Version: d.Version})
		}
		stale, err := record.Once(tx.NewUpdate().Model((*Decided)(nil)).Set("answer = ?, answered = ?, by_name = ?, version = version + 1", answer, tx.Now, tx.Actor.Name).
			Where("call = ? AND round = ? AND proposal = ? AND version = ?", c.ID, d.Round, id, d.Version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, AnswerInput{Version: d.Version})
		}
		now := d
		now.Choice, now.Reasons, now.Words = Decline, nil, "" // those were of the decision before
		if in.Yes {
			now.Choice, now.Conditions = Accept, ""
		}
		if err := s.Proposals.DecideTx(ctx, tx, c, []proposals.Verdict{{Input: b.facts[id], To: stateOf[now.Choice]}}); err != nil {
			return err
		}
		sessions, err := s.sessionsTx(ctx, tx, b, []Decided{now})
		if err != nil {
			return err
		}
		f := b.facts[id]
		tx.Append("selection.answered", id, c.Scope(), record.Internal, record.Data{"label": core.NewText(f.Proposal.Lang, f.Title), "call": c.Ref, "number": f.Number, "answer": answer})
		if !letter && !in.Yes {
			return nil // they have just said so themselves
		}
		return s.lettersTx(ctx, tx, b, []Decided{now}, sessions, -d.Round)
	})
}

// Verdict is what proposers, and who reads a proposal, are told of how it was decided.
type Verdict struct {
	Decided
	Reason  []core.Text // from the list
	Type    core.Text   // of the session
	Other   *proposals.Input
	Session *Session // where the actor may see it
	Told    []string // comments of reviewers, as the phase tells them
	Scores  *Scores
	Answers bool // the actor may answer an offer
}

// Scores are the marks that the phase tells proposers.
type Scores struct {
	N                    int
	Mean, Normalised, SD float64
	Criteria             map[core.ID]float64
}

// VerdictOf gives what was published of a proposal: all of it to its organisers and to who
// runs the call and has no conflict with it, and to others who may read it what follows from it only. Nil where nothing
// was published. Errors: NotFound.
func (s *Service) VerdictOf(ctx context.Context, a core.Actor, proposal core.ID) (*Verdict, error) {
	v, err := s.Proposals.Get(ctx, a, proposal)
	if err != nil {
		return nil, err
	}
	var rows []Decided
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("sr.proposal = ?", proposal).OrderExpr("sr.round DESC").Limit(1).Scan(ctx); err != nil || len(rows) == 0 {
		return nil, wrap(err, "load decision")
	}
	out := &Verdict{Decided: rows[0]}
	inside, err := s.inside(ctx, a, v)
	if err != nil {
		return nil, err
	}
	if err := s.session(ctx, a, out); err != nil {
		return nil, err
	}
	if !inside {
		out.Decided = Decided{Call: out.Call, Round: out.Round, Proposal: proposal, Choice: out.Choice, Target: out.Target}
		return out, nil
	}
	sel, err := s.selection(ctx, s.rec.DB.Read, v.Of)
	if err != nil {
		return nil, err
	}
	for _, r := range sel.Reasons {
		if slices.Contains(out.Reasons, r.Code) {
			out.Reason = append(out.Reason, r.Label)
		}
	}
	if s.Calls.Types != nil && out.Decided.Type != "" && v.Edition != "" {
		types, err := s.Calls.Types(ctx, v.Edition)
		if err != nil {
			return nil, err
		}
		for _, t := range types {
			if t.Code == out.Decided.Type {
				out.Type = t.Label
			}
		}
	}
	out.Answers = out.Choice == Offer && out.Answer == "" && v.State == proposals.StateOffered && slices.Contains(v.Roles, core.RoleOrganiser)
	told, err := s.Review.Told(ctx, v.Of)
	if err != nil {
		return nil, err
	}
	t := told[proposal]
	out.Told = t.Comments
	if t.Scores != nil {
		out.Scores = &Scores{t.Scores.N, t.Scores.Mean, t.Scores.Normalised, t.Scores.SD, t.Scores.Criteria}
	}
	return out, nil
}

func (s *Service) session(ctx context.Context, a core.Actor, v *Verdict) error {
	links, err := linksOf(ctx, s.rec.DB.Read, []core.ID{v.Proposal})
	if err != nil || links[v.Proposal].Session == "" || s.Sessions == nil {
		return err
	}
	found, err := s.Sessions(ctx, a, []core.ID{links[v.Proposal].Session})
	if x, ok := found[links[v.Proposal].Session]; ok {
		v.Session = &x
	}
	return err
}

// Origins are the proposals that a session came from, as far as the actor may read them.
func (s *Service) Origins(ctx context.Context, a core.Actor, session core.ID) ([]proposals.View, error) {
	var links []Link
	if err := s.rec.DB.Read.NewSelect().Model(&links).Where("ss.session = ?", session).OrderExpr("ss.at, ss.proposal").Scan(ctx); err != nil {
		return nil, wrap(err, "load origins")
	}
	var out []proposals.View
	for _, l := range links { // one, or the few that were merged
		v, err := s.Proposals.Get(ctx, a, l.Proposal)
		if core.KindOf(err) == core.KindNotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// JoiningTx gives the session that a proposal has become, if it has, and the people whom it
// names, as a write sees them.
func (s *Service) JoiningTx(ctx context.Context, tx *record.Tx, proposal core.ID) (Link, []proposals.Party, error) {
	links, err := linksOf(ctx, tx, []core.ID{proposal})
	if err != nil || links[proposal].Session == "" {
		return Link{}, nil, err
	}
	parties, err := s.Proposals.PartiesTx(ctx, tx, []core.ID{proposal})
	return links[proposal], parties[proposal], err
}
