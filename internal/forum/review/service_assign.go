package review

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/record"
)

// Plan reckons an assignment of a phase without applying it: as good as it can be in sum,
// or (fair) for the proposal that is served worst. What was judged or is pinned stands;
// where something stands already, as little as possible moves. Who runs the call may.
func (s *Service) Plan(ctx context.Context, a core.Actor, ref string, number int, fair bool) (Plan, error) {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return Plan{}, err
	}
	phase, err := s.phaseOf(ctx, s.rec.DB.Read, c.ID, number)
	if err != nil {
		return Plan{}, err
	}
	b, err := s.board(ctx, s.rec.DB.Read, c, phase, true)
	if err != nil {
		return Plan{}, err
	}
	bids, err := bidsOf(ctx, s.rec.DB.Read, c.ID)
	if err != nil {
		return Plan{}, err
	}
	text, err := s.likeness(ctx, b)
	if err != nil {
		return Plan{}, err
	}
	plan, err := makePlan(b, bids, text, fair)
	if err != nil {
		return plan, err
	}
	barred, err := s.Barred(ctx, a, c.ID)
	gone := func(x Change) bool { return barred[x.Proposal.ID] }
	plan.Added, plan.Removed = slices.DeleteFunc(plan.Added, gone), slices.DeleteFunc(plan.Removed, gone)
	plan.Served = slices.DeleteFunc(plan.Served, func(x Served) bool { return barred[x.Proposal.ID] })
	return plan, err
}

// likeness asks how near proposals are to what reviewers know.
func (s *Service) likeness(ctx context.Context, b *board) ([][]float64, error) {
	if s.Alike == nil {
		return nil, nil
	}
	expertise, err := s.expertise(ctx, b.call, slices.DeleteFunc(slices.Clone(b.reviewers), func(r Reviewer) bool { return r.Gone }))
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	for _, c := range b.candidates {
		if c.State == proposals.StateEligible {
			ids = append(ids, c.ID)
		}
	}
	return s.Alike(ctx, b.call, expertise, ids)
}

// Apply applies the plan that was looked at: want is its digest. Event:
// evaluation.assigned. Errors: Conflict when things have changed since.
func (s *Service) Apply(ctx context.Context, a core.Actor, ref string, number int, fair bool, want string) error {
	plan, err := s.Plan(ctx, a, ref, number, fair)
	if err != nil {
		return err
	}
	if plan.Digest != want {
		return core.Conflict("review.error.plan_changed")
	}
	c, err := s.Calls.Call(ctx, a, ref)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		now, err := assignmentsOf(ctx, tx, plan.Phase.ID)
		if err != nil {
			return err
		}
		if digest(plan.pairs, now) != want {
			return core.Conflict("review.error.plan_changed")
		}
		then := map[pair]bool{}
		for _, k := range plan.pairs {
			then[k] = true
		}
		gone := map[core.ID][]core.ID{}
		for _, x := range now {
			k := pair{x.Reviewer, x.Proposal}
			if !then[k] {
				gone[x.Reviewer] = append(gone[x.Reviewer], x.Proposal)
			}
			delete(then, k)
		}
		removed := 0
		for reviewer, list := range gone { // one statement for each reviewer who loses something
			removed += len(list)
			if _, err := tx.NewDelete().TableExpr("review_assignments").Where("phase = ? AND reviewer = ? AND proposal IN (?)", plan.Phase.ID, reviewer, bun.List(list)).Exec(ctx); err != nil {
				return fmt.Errorf("take assignments away: %w", err)
			}
		}
		var rows []Assignment
		for _, k := range plan.pairs {
			if then[k] {
				rows = append(rows, Assignment{Phase: plan.Phase.ID, Proposal: k.proposal, Reviewer: k.reviewer, At: tx.Now})
			}
		}
		for part := range slices.Chunk(rows, 1000) {
			if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
				return fmt.Errorf("assign: %w", err)
			}
		}
		tx.Append("evaluation.assigned", c.ID, c.Scope(), record.Internal, record.Data{
			"label": plan.Phase.Name, "call": c.Ref, "added": len(rows), "removed": removed, "kept": plan.Kept, "fair": fair, "digest": want,
		})
		return nil
	})
}

// Hands of AssignInput.
const (
	HandAdd    = "add"
	HandRemove = "remove"
	HandPin    = "pin"
	HandUnpin  = "unpin"
)

// AssignInput changes one pair by hand.
type AssignInput struct {
	Do       string  `json:"do" enum:"add,remove,pin,unpin"`
	Reviewer core.ID `json:"reviewer"`
	Proposal core.ID `json:"proposal"`
}

// Assign changes one pair by hand; what is added is pinned, so that no plan takes it away.
// Who runs the call may. Event: evaluation.assigned_by_hand. Errors: NotFound, Conflict
// where a conflict stands or the review is in.
func (s *Service) Assign(ctx context.Context, a core.Actor, ref string, number int, in AssignInput) error {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return err
	}
	barred, err := s.Barred(ctx, a, c.ID)
	if err != nil {
		return err
	}
	if barred[in.Proposal] {
		return core.NotFound()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		p, err := s.phaseOf(ctx, tx, c.ID, number)
		if err != nil {
			return err
		}
		r, err := s.reviewerTx(ctx, tx, c, in.Reviewer)
		if err != nil {
			return err
		}
		if err := s.inCallTx(ctx, tx, c, in.Proposal); err != nil {
			return err
		}
		row := Assignment{Phase: p.ID, Proposal: in.Proposal, Reviewer: r.ID, Pinned: in.Do != HandUnpin, At: tx.Now}
		switch in.Do {
		case HandAdd:
			stands, err := s.barred(ctx, tx, r, []core.ID{in.Proposal})
			if err != nil {
				return err
			}
			if stands[in.Proposal] {
				return core.Conflict("review.error.has_conflict", "Name", r.Name)
			}
			_, err = tx.NewInsert().Model(&row).On("CONFLICT (phase, proposal, reviewer) DO UPDATE").Set("pinned = TRUE").Exec(ctx)
			if err != nil {
				return fmt.Errorf("assign: %w", err)
			}
		case HandRemove:
			if err := freeTx(ctx, tx, row); err != nil {
				return err
			}
		case HandPin, HandUnpin:
			res, err := tx.NewUpdate().Model((*Assignment)(nil)).Set("pinned = ?", row.Pinned).Where("phase = ? AND proposal = ? AND reviewer = ?", p.ID, in.Proposal, r.ID).Exec(ctx)
			if missing, err := record.Once(res, err); err != nil || missing {
				return notThere(err)
			}
		default:
			return core.Invalid("review.error.choice")
		}
		tx.Append("evaluation.assigned_by_hand", c.ID, c.Scope(), record.Internal, record.Data{"label": r.Name, "call": c.Ref, "do": in.Do})
		return nil
	})
}

func freeTx(ctx context.Context, tx *record.Tx, row Assignment) error {
	in, err := tx.NewSelect().Model((*Review)(nil)).Where("rv.phase = ? AND rv.proposal = ? AND rv.reviewer = ? AND rv.state <> ?", row.Phase, row.Proposal, row.Reviewer, Draft).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for review: %w", err)
	}
	if in {
		return core.Conflict("review.error.review_in")
	}
	res, err := tx.NewDelete().TableExpr("review_assignments").Where("phase = ? AND proposal = ? AND reviewer = ?", row.Phase, row.Proposal, row.Reviewer).Exec(ctx)
	if missing, err := record.Once(res, err); err != nil || missing {
		return notThere(err)
	}
	return nil
}

func notThere(err error) error {
	if err != nil {
		return err
	}
	return core.NotFound()
}
