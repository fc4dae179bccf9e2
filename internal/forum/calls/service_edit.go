package calls

import (
	"context"
	"fmt"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// MayAdd tells whether the actor may make a call of an edition or a body; both may be
// empty. Errors: SignIn, Forbidden, NotFound for a body that is none.
func (s *Service) MayAdd(ctx context.Context, a core.Actor, edition, body core.ID) error {
	if body != "" {
		if _, err := s.bodies.Body(ctx, body); err != nil {
			return err
		}
	}
	roles, err := s.Roles(ctx, a, Call{Edition: edition, Body: body})
	if err != nil {
		return err
	}
	return policy.Check("run", StateOpen, roles...) // there is no draft yet whose existence could be hidden
}

// offered tells whether an edition has the session type that a call names.
func (s *Service) offered(ctx context.Context, edition core.ID, in Input) error {
	if s.Types == nil || in.Becomes == "" {
		return nil
	}
	list, err := s.Types(ctx, edition)
	if err == nil && !offers(list, in.Becomes) {
		var p core.Problems
		p.Add("becomes", "calls.error.choice")
		err = p.Err()
	}
	return err
}

// Add makes a call with the usual form and rules of its kind. Staff of the edition or the
// forum may, and the coordinators of the body that asks. Event: call_for_input.added.
func (s *Service) Add(ctx context.Context, a core.Actor, in Input) (Call, error) {
	var c Call
	if err := s.MayAdd(ctx, a, in.Edition, in.Body); err != nil {
		return c, err
	}
	if err := s.offered(ctx, in.Edition, in); err != nil {
		return c, err
	}
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		c, err = s.AddTx(ctx, tx, in)
		return err
	})
	return c, err
}

// AddTx is Add inside an act.
func (s *Service) AddTx(ctx context.Context, tx *record.Tx, in Input) (Call, error) {
	if err := s.MayAdd(ctx, tx.Actor, in.Edition, in.Body); err != nil {
		return Call{}, err
	}
	c, p := in.call()
	if c.Becomes == "" {
		c.Becomes = usualType(c.Kind)
	}
	year := ""
	if in.Edition != "" {
		set, err := s.editions.SettingTx(ctx, tx, in.Edition)
		if err != nil {
			return c, err
		}
		year = set.Slug + "-"
	}
	if err := s.checkPrevious(ctx, tx, c, &p); err != nil {
		return c, err
	}
	if err := p.Err(); err != nil {
		return c, err
	}
	var err error
	if c.Ref, err = s.freeRef(ctx, tx, year+c.Kind); err != nil {
		return c, err
	}
	c.ID, c.Created, c.Version, c.Rules = tx.NewID(), tx.Now, 1, UsualRules(c.Kind)
	if c.Published {
		c.Announced, c.FormVersion = tx.Now, 1
	}
	forms := []StoredForm{{Call: c.ID, Form: s.Usual(c.Kind), Version: 1}}
	if c.Published {
		forms = append(forms, StoredForm{Call: c.ID, Number: 1, Form: forms[0].Form, Published: tx.Now, Version: 1})
	}
	if _, err := tx.NewInsert().Model(&c).Exec(ctx); err != nil {
		return c, fmt.Errorf("add call: %w", err)
	}
	if _, err := tx.NewInsert().Model(&forms).Exec(ctx); err != nil {
		return c, fmt.Errorf("add form: %w", err)
	}
	tx.Append("call_for_input.added", c.ID, c.Scope(), c.visibility(), record.Data{"label": c.Title, "ref": c.Ref})
	return c, nil
}

func (c Call) visibility() record.Visibility {
	if c.Published {
		return record.Public
	}
	return record.Internal
}

func (s *Service) checkPrevious(ctx context.Context, tx *record.Tx, c Call, p *core.Problems) error {
	if c.Previous == "" {
		return nil
	}
	before, err := s.one(ctx, tx, tx.Actor, "ca.id = ?", string(c.Previous))
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	if err != nil || before.Kind != c.Kind || before.ID == c.ID {
		p.Add("previous", "calls.error.previous")
	}
	return nil
}

func (s *Service) freeRef(ctx context.Context, tx *record.Tx, base string) (string, error) {
	for n := 1; ; n++ {
		ref := base
		if n > 1 {
			ref = fmt.Sprintf("%s-%d", base, n)
		}
		taken, err := tx.NewSelect().Model((*Call)(nil)).Where("ca.ref = ?", ref).Exists(ctx)
		if err != nil {
			return "", fmt.Errorf("look for address: %w", err)
		}
		if !taken {
			return ref, nil
		}
	}
}

// Change edits a call. Once it was announced, moving its end needs a reason, which
// everybody can read, and it cannot be hidden again: it is cancelled. Publishing it
// publishes its form. The kind stays what it was: form, rules and address come from it.
// Who runs the call may. Events: call_for_input.announced, .changed, .extended. Errors:
// Stale with the present Input.
func (s *Service) Change(ctx context.Context, a core.Actor, id core.ID, in Input) error {
	if now, err := s.ByID(ctx, a, id); err == nil && now.Becomes != in.Becomes {
		if err := s.offered(ctx, now.Edition, in); err != nil {
			return err
		}
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := s.runTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if was.Version != in.Version {
			return core.Stale(InputOf(was))
		}
		in.Edition, in.Body, in.Kind = was.Edition, was.Body, was.Kind
		if s.Types == nil { // the form does not ask
			in.Becomes = was.Becomes
		}
		c, p := in.call()
		c.ID, c.Ref, c.Position, c.Created, c.Rules, c.Cancelled = was.ID, was.Ref, was.Position, was.Created, was.Rules, was.Cancelled
		c.Announced, c.FormVersion = was.Announced, was.FormVersion
		if err := s.checkPrevious(ctx, tx, c, &p); err != nil {
			return err
		}
		moved := !was.Announced.IsZero() && !c.Closes.IsZero() && c.Closes != was.Closes
		if moved && strings.TrimSpace(in.Reason) == "" {
			p.Add("reason", "calls.error.reason")
		}
		if !was.Announced.IsZero() && !c.Published {
			p.Add("published", "calls.error.announced")
		}
		if err := p.Err(); err != nil {
			return err
		}
		announced := c.Published && c.Announced.IsZero()
		if announced {
			c.Announced = tx.Now
		}
		if c.Published && c.FormVersion == 0 {
			if err := s.publishForm(ctx, tx, &c); err != nil {
				return err
			}
		}
		if err := s.saveTx(ctx, tx, &c, was); err != nil {
			return err
		}
		if moved {
			m := Move{ID: tx.NewID(), Call: c.ID, Was: was.Closes, Now: c.Closes, Reason: core.NewText(c.Title.Orig, strings.TrimSpace(in.Reason)), At: tx.Now}
			if _, err := tx.NewInsert().Model(&m).Exec(ctx); err != nil {
				return fmt.Errorf("keep move: %w", err)
			}
			tx.Append("call_for_input.extended", c.ID, c.Scope(), c.visibility(), record.Data{
				"label": c.Title, "ref": c.Ref, "reason": m.Reason, "was": m.Was, "now": m.Now,
			})
		}
		shown := c.visibility()
		if announced {
			tx.Append("call_for_input.announced", c.ID, c.Scope(), shown, record.Data{"label": c.Title, "ref": c.Ref})
			shown = record.Internal // what was written before is the staff's
		}
		tx.Append("call_for_input.changed", c.ID, c.Scope(), shown, record.Data{"label": c.Title, "ref": c.Ref, "changes": changes(was, c)})
		return nil
	})
}

// changes are what differs between two states of a call, but for the addresses that are
// invited: the record is public.
func changes(was, now Call) map[string]record.Change {
	a, b := InputOf(was), InputOf(now)
	a.Invited, b.Invited = "", ""
	out := map[string]record.Change{}
	for k, v := range record.Changes(a, b) {
		out["call_"+k] = v
	}
	return out
}

// runTx loads a call for somebody who runs it. A visitor is asked to sign in whether there
// is such a call or not: what she typed is kept.
func (s *Service) runTx(ctx context.Context, tx *record.Tx, id core.ID) (Call, error) {
	if !tx.Actor.SignedIn() && tx.Actor.Program == "" {
		return Call{}, core.SignIn()
	}
	c, err := s.one(ctx, tx, tx.Actor, "ca.id = ?", string(id))
	if err != nil {
		return c, err
	}
	return c, s.May(ctx, tx.Actor, c, "run")
}

// saveTx writes the row with the next version.
func (s *Service) saveTx(ctx context.Context, tx *record.Tx, c *Call, was Call) error {
	c.Version = was.Version + 1
	stale, err := record.Once(tx.NewUpdate().Model(c).WherePK().Where("version = ?", was.Version).Exec(ctx))
	if err != nil || stale {
		return record.StaleOr(err, InputOf(was))
	}
	return nil
}

// Cancel takes a call back that was announced; what came in stays, and the reason is read
// by everybody. Who runs it may. Event: call_for_input.cancelled. Errors: Invalid without
// a reason, Stale, Conflict for a draft (Discard) or where it is cancelled already.
func (s *Service) Cancel(ctx context.Context, a core.Actor, id core.ID, version int64, reason string) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := s.runTx(ctx, tx, id)
		if err != nil {
			return err
		}
		var p core.Problems
		if reason = strings.TrimSpace(reason); reason == "" {
			p.Add("reason", "calls.error.reason")
		}
		tooLong(&p, "reason", reason, longestReason)
		switch {
		case !was.Published:
			return core.Conflict("calls.error.cancel_draft")
		case was.Cancelled != "":
			return core.Conflict("calls.error.cancelled")
		case was.Version != version:
			return core.Stale(CancelInput{Version: was.Version})
		case p.Err() != nil:
			return p.Err()
		}
		c := was
		c.Cancelled = reason
		if err := s.saveTx(ctx, tx, &c, was); err != nil {
			return err
		}
		tx.Append("call_for_input.cancelled", c.ID, c.Scope(), c.visibility(), record.Data{"label": c.Title, "ref": c.Ref, "reason": reason})
		return nil
	})
}

// Discard takes away the draft of a call that was never announced. Who runs it may.
// Event: call_for_input.discarded, for the staff. Errors: Stale, Conflict once it was
// announced.
func (s *Service) Discard(ctx context.Context, a core.Actor, id core.ID, version int64) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := s.runTx(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case !was.Announced.IsZero():
			return core.Conflict("calls.error.announced")
		case was.Version != version:
			return core.Stale(CancelInput{Version: was.Version})
		}
		if _, err := tx.NewDelete().Model((*StoredForm)(nil)).Where("call = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("discard forms: %w", err)
		}
		if _, err := tx.NewDelete().Model((*Call)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("discard call: %w", err)
		}
		tx.Append("call_for_input.discarded", id, was.Scope(), record.Internal, record.Data{"label": was.Title, "ref": was.Ref})
		return nil
	})
}
