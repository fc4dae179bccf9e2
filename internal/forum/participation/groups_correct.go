package participation

import (
	"context"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// CorrectMember changes the function of a member and how she takes part. Its focal point
// may, and the staff. What the edition has to approve anew goes back to approval, unless the
// delegation is trusted. Event: registration.corrected.
func (s *Service) CorrectMember(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, number int, in MemberCorrection) error {
	in.Title = oneLine(in.Title)
	p := core.Validate(in)
	if in.Mode != "" && !slices.Contains(Modes, in.Mode) {
		p.Add("mode", "participation.error.choice")
	}
	if p.Err() != nil {
		return p.Err()
	}
	st, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d, err := delegationFor(ctx, tx, a, set, id)
		if err != nil {
			return err
		}
		if err := delegationPolicy.Check("add_people", d.State, d.roles(a)...); err != nil {
			return err
		}
		was, err := one(ctx, tx, "rg.delegation = ? AND rg.number = ? AND rg.erased IS NULL", id, number)
		if err != nil {
			return err
		}
		if !slices.Contains(memberStates, was.State) {
			return core.Conflict("participation.refused." + was.State)
		}
		if was.Version != in.Version {
			return core.Stale(MemberCorrection{Version: was.Version, Title: was.Title, Mode: was.Mode})
		}
		if c := st.Category(was.Category); c != nil && in.Mode != was.Mode && !c.suits(in.Mode) {
			p.Add("mode", "participation.error.mode."+c.Mode)
			return p.Err()
		}
		r := was
		r.Title, r.Mode = in.Title, in.Mode
		if r.Mode == ModeOnsite {
			r.Hub = ""
		}
		if r.Title == was.Title && r.Mode == was.Mode {
			return nil
		}
		if !d.Trusted {
			return s.correctTx(ctx, tx, set, st, &r, was, "")
		}
		if err := saveTx(ctx, tx, &r, was); err != nil {
			return err
		}
		tx.Append("registration.corrected", r.ID, Scope(set.ID), record.Internal, record.Data{"label": label(&r), "number": r.Number, "fields": changedFields(&was, &r)})
		return nil
	})
}
