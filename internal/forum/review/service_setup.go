package review

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/record"
)

// Setup is how a call is evaluated.
type Setup struct {
	Call      calls.Call
	Phases    []Phase
	Criteria  []Criterion
	Reviewers []Reviewer
	Proposals []Candidate // that are judged, without those kept from the actor
}

// Setup gives it to those who run the call. Errors: SignIn, NotFound, Forbidden.
func (s *Service) Setup(ctx context.Context, a core.Actor, ref string) (Setup, error) {
	var out Setup
	var err error
	if out.Call, err = s.may(ctx, a, ref, "run"); err != nil {
		return out, err
	}
	if out.Phases, err = phasesOf(ctx, s.rec.DB.Read, out.Call.ID); err != nil {
		return out, err
	}
	if out.Criteria, err = criteriaOf(ctx, s.rec.DB.Read, out.Call.ID); err != nil {
		return out, err
	}
	if out.Reviewers, err = reviewersOf(ctx, s.rec.DB.Read, out.Call.ID, false); err != nil {
		return out, err
	}
	if out.Proposals, err = candidatesOf(ctx, s.rec.DB.Read, out.Call.ID, false); err != nil {
		return out, err
	}
	barred, err := s.Barred(ctx, a, out.Call.ID)
	out.Proposals = slices.DeleteFunc(out.Proposals, func(c Candidate) bool { return barred[c.ID] })
	return out, err
}

// SetPhase makes a phase (number 0) or changes one. Who runs the call may. Events:
// evaluation.phase_added, evaluation.phase_changed. Errors: Stale with the present PhaseInput, Invalid, Conflict.
func (s *Service) SetPhase(ctx context.Context, a core.Actor, ref string, number int, in PhaseInput) (Phase, error) {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return Phase{}, err
	}
	p, problems := in.phase()
	if err := problems.Err(); err != nil {
		return p, err
	}
	p.Call = c.ID
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		list, err := phasesOf(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if number == 0 {
			if len(list) >= mostPhases {
				return core.Conflict("review.error.too_many", "Count", mostPhases)
			}
			p.ID, p.Version, p.Number = tx.NewID(), 1, 1
			if n := len(list); n > 0 {
				p.Number = list[n-1].Number + 1
			}
			if _, err := tx.NewInsert().Model(&p).Exec(ctx); err != nil {
				return fmt.Errorf("add phase: %w", err)
			}
			tx.Append("evaluation.phase_added", c.ID, c.Scope(), record.Internal, record.Data{"label": p.Name, "call": c.Ref, "number": p.Number})
			return nil
		}
		was, ok := phaseBy(list, number)
		if !ok {
			return core.NotFound()
		}
		p.ID, p.Number, p.Version = was.ID, was.Number, in.Version+1
		stale, err := record.Once(tx.NewUpdate().Model(&p).Where("id = ? AND version = ?", was.ID, in.Version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, InputOf(was))
		}
		tx.Append("evaluation.phase_changed", c.ID, c.Scope(), record.Internal, record.Data{"label": p.Name, "call": c.Ref, "number": p.Number, "changes": record.Changes(phaseFacts(was), phaseFacts(p))})
		return nil
	})
	return p, err
}

type facts struct {
	Name       core.Text    `json:"phase_name"`
	Opens      core.Instant `json:"phase_opens"`
	Closes     core.Instant `json:"phase_closes"`
	Reviews    int          `json:"phase_reviews"`
	MinLoad    int          `json:"phase_min_load"`
	MaxLoad    int          `json:"phase_max_load"`
	OfGroup    int          `json:"phase_of_group"`
	Langs      string       `json:"phase_langs"`
	Blind      bool         `json:"phase_blind"`
	Bidding    bool         `json:"phase_bidding"`
	Shown      string       `json:"phase_shown"`
	Discussion string       `json:"phase_discussion"`
	Named      bool         `json:"phase_named"`
	Feedback   string       `json:"phase_feedback"`
}

func phaseFacts(p Phase) facts {
	return facts{p.Name, p.Opens, p.Closes, p.Reviews, p.MinLoad, p.MaxLoad, p.OfGroup, p.Langs, p.Blind, p.Bidding, p.Shown, p.Discussion, p.Named, p.Feedback}
}

// SetCriteria replaces the criteria of a call. Once a review was submitted none can come
// or go, or old and new scores would not mean the same; words, weights and thresholds can
// change. Who runs the call may. Event: evaluation.criteria_set. Errors: Stale, Invalid,
// Conflict.
func (s *Service) SetCriteria(ctx context.Context, a core.Actor, ref string, in CriteriaInput) error {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return err
	}
	list, problems := in.criteria(c.ID)
	if err := problems.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := criteriaOf(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if now := CriteriaOf(was, nil); now.Version != in.Version {
			return core.Stale(now)
		}
		kept := 0
		for i := range list {
			j := slices.IndexFunc(was, func(o Criterion) bool { return o.ID == list[i].ID })
			if j < 0 {
				list[i].ID = tx.NewID()
				continue
			}
			kept++
			list[i].Version = was[j].Version + 1
		}
		if kept != len(was) || kept != len(list) {
			scored, err := tx.NewSelect().Model((*Review)(nil)).Where("rv.state = ? AND rv.phase IN (SELECT rp.id FROM review_phases AS rp WHERE rp.call = ?)", Submitted, c.ID).Exists(ctx)
			if err != nil {
				return fmt.Errorf("look for reviews: %w", err)
			}
			if scored {
				return core.Conflict("review.error.criteria_used")
			}
		}
		if _, err := tx.NewDelete().Model((*Criterion)(nil)).Where("call = ?", c.ID).Exec(ctx); err != nil {
			return fmt.Errorf("replace criteria: %w", err)
		}
		if _, err := tx.NewInsert().Model(&list).Exec(ctx); err != nil {
			return fmt.Errorf("replace criteria: %w", err)
		}
		tx.Append("evaluation.criteria_set", c.ID, c.Scope(), record.Internal, record.Data{"label": c.Title, "call": c.Ref, "criteria": len(list)})
		return nil
	})
}
