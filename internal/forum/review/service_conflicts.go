package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/record"
)

// ConflictRow is a conflict as those who run the call see it.
type ConflictRow struct {
	Conflict
	Who  Reviewer
	What Candidate
}

// Conflicts are all of a call, those that stand first. Who runs the call may.
func (s *Service) Conflicts(ctx context.Context, a core.Actor, ref string) (Setup, []ConflictRow, error) {
	set, err := s.Setup(ctx, a, ref)
	if err != nil {
		return set, nil, err
	}
	found, err := s.conflictsOf(ctx, s.rec.DB.Read, set.Call.ID, set.Reviewers, nil)
	if err != nil {
		return set, nil, err
	}
	var out []ConflictRow
	for _, r := range set.Reviewers {
		for _, p := range set.Proposals {
			if c, ok := found[pair{r.ID, p.ID}]; ok {
				out = append(out, ConflictRow{c, r, p})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y ConflictRow) int {
		if x.Stands != y.Stands {
			if x.Stands {
				return -1
			}
			return 1
		}
		return 0
	})
	return set, out, nil
}

// ConflictInput is a conflict that is declared or overruled.
type ConflictInput struct {
	Reviewer string `form:"reviewer" ui:"select" required:"true" json:"reviewer"`
	Proposal string `form:"proposal" ui:"select" required:"true" json:"proposal"`
	Reason   string `form:"reason" ui:"area" max:"600" required:"true" json:"reason"`
	Overrule bool   `form:"overrule" ui:"hidden" json:"overrule,omitempty"`
}

// SetConflict declares a conflict for a reviewer, or overrules what stands, with a reason.
// What is found later is not overruled by it. Who runs the call may, unless the conflict
// is her own. Events: evaluation.conflict_declared, evaluation.conflict_overruled. Errors:
// Invalid, NotFound, Conflict where nothing stands that could be overruled.
func (s *Service) SetConflict(ctx context.Context, a core.Actor, ref string, in ConflictInput) error {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return err
	}
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	barred, err := s.Barred(ctx, a, c.ID)
	if err != nil {
		return err
	}
	if barred[core.ID(in.Proposal)] {
		return core.NotFound()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := s.reviewerTx(ctx, tx, c, core.ID(in.Reviewer))
		if err != nil {
			return err
		}
		if err := s.inCallTx(ctx, tx, c, core.ID(in.Proposal)); err != nil {
			return err
		}
		row := Said{Reviewer: r.ID, Proposal: core.ID(in.Proposal), Codes: []string{}, ByName: a.Name, At: tx.Now}
		kind := "evaluation.conflict_declared"
		if in.Overrule {
			kind = "evaluation.conflict_overruled"
			found, err := s.conflictsOf(ctx, tx, c.ID, []Reviewer{r}, []core.ID{row.Proposal})
			if err != nil {
				return err
			}
			now := found[pair{r.ID, row.Proposal}]
			if !now.Stands {
				return core.Conflict("review.error.no_conflict")
			}
			for _, x := range now.Reasons {
				row.Codes = append(row.Codes, x.Code)
				if x.Code == Declared {
					row.Declared, row.Words = now.Declared, x.With
				}
			}
			row.Overruled = strings.TrimSpace(in.Reason)
		} else {
			row.Declared, row.Words = ByStaff, strings.TrimSpace(in.Reason)
		}
		if err := saidTx(ctx, tx, row); err != nil {
			return err
		}
		tx.Append(kind, c.ID, c.Scope(), record.Internal, record.Data{"label": r.Name, "call": c.Ref})
		return nil
	})
}

func saidTx(ctx context.Context, tx *record.Tx, row Said) error {
	if _, err := tx.NewInsert().Model(&row).On("CONFLICT (reviewer, proposal) DO UPDATE").
		Set("declared = EXCLUDED.declared, words = EXCLUDED.words, overruled = EXCLUDED.overruled, codes = EXCLUDED.codes, by_name = EXCLUDED.by_name, at = EXCLUDED.at").Exec(ctx); err != nil {
		return fmt.Errorf("keep conflict: %w", err)
	}
	return nil
}

// inCallTx tells whether a proposal was handed in to a call.
func (s *Service) inCallTx(ctx context.Context, tx *record.Tx, c calls.Call, id core.ID) error {
	list, err := candidatesOf(ctx, tx, c.ID, false)
	if err == nil && !slices.ContainsFunc(list, func(x Candidate) bool { return x.ID == id }) {
		err = core.NotFound()
	}
	return err
}

// Declare says that the actor, a reviewer, has a conflict with a proposal that she was
// shown: she sees nothing of it any more, and what she has submitted counts nowhere. Only
// who runs the call can lift it. Event: evaluation.conflict_declared.
func (s *Service) Declare(ctx context.Context, a core.Actor, phase, proposal core.ID, words string) error {
	var p core.Problems
	if len([]rune(words)) > 600 {
		p.Add("words", "form.too_long", "Count", 600, "Have", len([]rune(words)))
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		x, err := s.task(ctx, tx, a, phase, proposal, true)
		if err != nil {
			return err
		}
		if err := x.check("declare"); err != nil {
			return err
		}
		if err := saidTx(ctx, tx, Said{Reviewer: x.me.ID, Proposal: proposal, Declared: ByReviewer, Words: strings.TrimSpace(words), Codes: []string{}, ByName: a.Name, At: tx.Now}); err != nil {
			return err
		}
		tx.Append("evaluation.conflict_declared", x.call.ID, x.call.Scope(), record.Internal, record.Data{"label": x.me.Name, "call": x.call.Ref})
		return nil
	})
}
