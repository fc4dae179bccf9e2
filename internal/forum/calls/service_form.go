package calls

import (
	"context"
	"fmt"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// SetRules gives a call its rules. Who runs it may. Event: call_for_input.changed.
// Errors: Stale with the present RulesInput.
func (s *Service) SetRules(ctx context.Context, a core.Actor, id core.ID, in RulesInput) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := s.runTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if was.Version != in.Version {
			return core.Stale(RulesOf(was))
		}
		c := was
		var p core.Problems
		if c.Rules, p = in.rules(s.vocab); p.Err() != nil {
			return p.Err()
		}
		if err := s.saveTx(ctx, tx, &c, was); err != nil {
			return err
		}
		tx.Append("call_for_input.changed", c.ID, c.Scope(), c.visibility(), record.Data{
			"label": c.Title, "ref": c.Ref, "changes": map[string]record.Change{"call_rules": {Before: codesOf(was.Rules), After: codesOf(c.Rules)}},
		})
		return nil
	})
}

// codesOf are the codes of rules with their numbers, for the history.
func codesOf(rules []Rule) []string {
	out := []string{}
	for _, r := range rules {
		code := r.Code
		if r.Limit > 0 {
			code += " " + strconv.Itoa(r.Limit)
		}
		out = append(out, code+" ("+r.Severity+")")
	}
	return out
}

// SaveForm keeps the draft of a call's form. Who runs the call may; nobody else sees it.
// No event: it is not a form yet. Errors: Invalid with the paths of Form.Check, Stale with
// the present StoredForm.
func (s *Service) SaveForm(ctx context.Context, a core.Actor, id core.ID, version int64, form Form) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		c, err := s.runTx(ctx, tx, id)
		if err != nil {
			return err
		}
		was, err := s.form(ctx, tx, c.ID, 0)
		if err != nil {
			return err
		}
		if was.Version != version {
			return core.Stale(was)
		}
		form = form.Clean()
		if p := form.CheckFor(c.Kind); p.Err() != nil {
			return p.Err()
		}
		was.Form, was.Version = form, version+1
		stale, err := record.Once(tx.NewUpdate().Model(&was).WherePK().Where("version = ?", version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, was)
		}
		return nil
	})
}

// PublishForm puts the draft of a form in force; the one before it is kept, and answers
// that were begun under it stay. Who runs the call may. Event: call_for_input.form_published.
func (s *Service) PublishForm(ctx context.Context, a core.Actor, id core.ID, version int64) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := s.runTx(ctx, tx, id)
		if err != nil {
			return err
		}
		draft, err := s.form(ctx, tx, was.ID, 0)
		if err != nil {
			return err
		}
		if draft.Version != version {
			return core.Stale(draft)
		}
		c := was
		if err := s.publishForm(ctx, tx, &c); err != nil {
			return err
		}
		if err := s.saveTx(ctx, tx, &c, was); err != nil {
			return err
		}
		tx.Append("call_for_input.form_published", c.ID, c.Scope(), c.visibility(), record.Data{"label": c.Title, "ref": c.Ref, "number": c.FormVersion})
		return nil
	})
}

// publishForm keeps the draft as the next form of the call.
func (s *Service) publishForm(ctx context.Context, tx *record.Tx, c *Call) error {
	draft, err := s.form(ctx, tx, c.ID, 0)
	if err != nil {
		return err
	}
	c.FormVersion++
	next := StoredForm{Call: c.ID, Number: c.FormVersion, Form: draft.Form, Published: tx.Now, Version: 1}
	if _, err := tx.NewInsert().Model(&next).Exec(ctx); err != nil {
		return fmt.Errorf("publish form: %w", err)
	}
	return nil
}
