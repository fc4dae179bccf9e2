package participation

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Claim makes the registration hers that somebody else entered under the address of the
// actor's account: whoever reads the mail of an address has shown that it is hers. It tells
// whether there was one. Where there is none it only reads. Event: registration.claimed.
func (s *Service) Claim(ctx context.Context, a core.Actor, set *editions.Setting) (bool, error) {
	if !a.SignedIn() {
		return false, nil
	}
	keys, err := s.Accounts.Keys(ctx, a.Account)
	if err != nil {
		return false, err
	}
	waits, err := s.rec.DB.Read.NewSelect().Model((*Registration)(nil)).Where("rg.edition = ? AND rg.email_key IN (?) AND rg.email_key <> '' AND rg.account = ''", set.ID, bun.List(keys)).Exists(ctx)
	if err != nil || !waits {
		return false, err
	}
	done := false
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		done, err = s.claimTx(ctx, tx, set.ID, a, keys)
		return err
	})
	return done, err
}

// claimTx is Claim inside an act; keys are those of the account's addresses (mail.Address). Who
// has another registration in the edition keeps that one: the staff finds the double.
func (s *Service) claimTx(ctx context.Context, tx *record.Tx, edition core.ID, a core.Actor, keys []string) (bool, error) {
	var list []Registration
	if err := tx.NewSelect().Model(&list).Where("rg.edition = ? AND (rg.email_key IN (?) OR rg.account = ?)", edition, bun.List(keys), a.Account).Scan(ctx); err != nil {
		return false, fmt.Errorf("look for registration: %w", err)
	}
	if len(list) != 1 || list[0].Account != "" {
		return false, nil
	}
	was, r := list[0], list[0]
	r.Account, r.Person = a.Account, a.Person
	if err := saveTx(ctx, tx, &r, was); err != nil {
		return false, err
	}
	tx.Append("registration.claimed", r.ID, Scope(edition), record.Internal, record.Data{"label": label(&r), "number": r.Number})
	return true, nil
}

// Join asks to join the delegation that a code opens, with the registration that the actor
// has. Who waits for the staff waits for the focal point from then on; who has been approved
// stays so, and is of the delegation at once: the code is the invitation. from counts tries.
// Event: registration.joined_delegation. Errors: NotFound for a code that opens nothing and
// where the actor is not registered; Conflict where she cannot.
func (s *Service) Join(ctx context.Context, a core.Actor, set *editions.Setting, code, from string) (Delegation, error) {
	if !a.SignedIn() {
		return Delegation{}, core.SignIn()
	}
	d, err := s.DelegationByCode(ctx, set.ID, code, from)
	if err != nil {
		return d, err
	}
	return d, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := one(ctx, tx, "rg.edition = ? AND rg.account = ?", set.ID, a.Account)
		if err != nil {
			return err
		}
		return s.joinTx(ctx, tx, d.ID, was)
	})
}

func (s *Service) joinTx(ctx context.Context, tx *record.Tx, delegation core.ID, was Registration) error {
	d, err := delegationIn(ctx, tx, delegation)
	switch {
	case err != nil:
		return err
	case d.State != GroupApproved:
		return core.NotFound()
	case was.Delegation == d.ID:
		return nil
	case was.Delegation != "":
		return core.Conflict("participation.group.error.other")
	case !slices.Contains(memberStates, was.State):
		return core.Conflict("participation.refused." + was.State)
	}
	if d.Most > 0 {
		have, err := tx.NewSelect().Model((*Registration)(nil)).Where("rg.delegation = ? AND rg.state IN (?)", d.ID, bun.List(memberStates)).Count(ctx)
		if err != nil {
			return fmt.Errorf("count members: %w", err)
		}
		if int(have) >= d.Most {
			return core.Conflict("participation.group.error.full", "Count", d.Most, "Have", have)
		}
	}
	r := was
	r.Delegation = d.ID
	if r.State == StatePending && !r.Recheck {
		r.State = StateSubmitted
	}
	if err := saveTx(ctx, tx, &r, was); err != nil {
		return err
	}
	tx.Append("registration.joined_delegation", r.ID, Scope(r.Edition), record.Internal, record.Data{"label": label(&r), "number": r.Number})
	return nil
}

// Leave takes the actor's own registration out of its delegation. Who waited for its focal
// point waits for the staff. Event: registration.left_delegation.
func (s *Service) Leave(ctx context.Context, a core.Actor, set *editions.Setting) error {
	if !a.SignedIn() {
		return core.SignIn()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := one(ctx, tx, "rg.edition = ? AND rg.account = ?", set.ID, a.Account)
		if err != nil || r.Delegation == "" || !r.Live() {
			return err
		}
		return s.releaseTx(ctx, tx, &r)
	})
}
