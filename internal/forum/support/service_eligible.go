package support

import (
	"context"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Settle decides by the rules who is eligible, of all about whom it was not decided yet.
// The staff may, once the call has closed; while it is open they look. Events:
// support.eligible, support.ineligible. It gives how many it decided about.
func (s *Service) Settle(ctx context.Context, a core.Actor, set *editions.Setting) (int, error) {
	if err := mayManage(a, set); err != nil {
		return 0, err
	}
	n := 0
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d, err := s.manageTx(ctx, tx, a, set)
		if err != nil {
			return err
		}
		c, err := s.Calls.CallTx(ctx, tx, d.Call)
		if err != nil {
			return err
		}
		if tx.Now.Before(c.Closes) {
			return core.Conflict("support.error.call_open")
		}
		all, err := applications(ctx, tx, set.ID, nil)
		if err != nil {
			return err
		}
		facts, err := s.factsOf(ctx, tx, d.Programme, set, all)
		if err != nil {
			return err
		}
		live := s.findingsOf(d.Programme, set, all, facts)
		for i := range all {
			x := &all[i]
			if x.State != StateApplied {
				continue
			}
			n++
			x.Findings = live[x.ID]
			if err := s.eligibleTx(ctx, tx, x, !broken(x.Findings)); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

func (s *Service) eligibleTx(ctx context.Context, tx *record.Tx, x *Application, ok bool) error {
	x.State = StateIneligible
	if ok {
		x.State = StateEligible
	}
	if err := save(ctx, tx, x); err != nil {
		return err
	}
	tx.Append("support."+x.State, x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(x), "overruled": x.Overruled != ""})
	return nil
}

// OverruleInput is a decision of the staff about eligibility, other than the rules'.
type OverruleInput struct {
	Version  int64  `form:"version" ui:"hidden" json:"version"`
	Eligible string `form:"eligible" ui:"radio" required:"true" json:"eligible" enum:"yes,no"`
	Reason   string `form:"reason" ui:"area" max:"1000" required:"true" json:"reason"`
}

// Overrule decides about the eligibility of one application, with a reason that the
// applicant reads. The staff may, before the ranking. Events: support.eligible,
// support.ineligible.
func (s *Service) Overrule(ctx context.Context, a core.Actor, set *editions.Setting, number int, in OverruleInput) error {
	if err := mayManage(a, set); err != nil {
		return err
	}
	in.Reason = strings.TrimSpace(in.Reason)
	p := core.Validate(in)
	if in.Eligible != "" && in.Eligible != "yes" && in.Eligible != "no" {
		p.Add("eligible", "support.error.choice")
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.actTx(ctx, a, set, number, "decide", in.Version, func(ctx context.Context, tx *record.Tx, d *Desk, x *Application) error {
		all, err := applications(ctx, tx, set.ID, nil)
		if err != nil {
			return err
		}
		facts, err := s.factsOf(ctx, tx, d.Programme, set, all)
		if err != nil {
			return err
		}
		x.Findings, x.Overruled = s.findingsOf(d.Programme, set, all, facts)[x.ID], in.Reason
		return s.eligibleTx(ctx, tx, x, in.Eligible == "yes")
	})
}

// actTx is an act of the staff on one application that they saw at a version (0: any).
func (s *Service) actTx(ctx context.Context, a core.Actor, set *editions.Setting, number int, action string, version int64, fn func(ctx context.Context, tx *record.Tx, d *Desk, x *Application) error) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d, err := s.manageTx(ctx, tx, a, set)
		if err != nil {
			return err
		}
		x, err := byNumber(ctx, tx, set.ID, number)
		if err != nil {
			return err
		}
		roles := s.rolesFor(a, d, x, nil)
		if !grantPolicy.Can("read", x.State, roles...) {
			return core.NotFound() // her own
		}
		if err := grantPolicy.Check(action, x.State, roles...); err != nil {
			return core.Conflict("support.error.state")
		}
		if version != 0 && version != x.Version {
			return core.Stale(nil)
		}
		return fn(ctx, tx, d, x)
	})
}
