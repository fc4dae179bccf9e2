package programme

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// change is the way of every change to a session: it must be visible, the policy must
// allow the action in its state, and both are asked again of the row as the write sees it.
func (s *Service) change(ctx context.Context, a core.Actor, set *editions.Setting, ref, action string, fn func(ctx context.Context, tx *record.Tx, x *Session) error) (*Session, error) {
	x, err := s.Session(ctx, a, set, ref)
	if err != nil {
		return nil, err
	}
	if err := Policy.Check(action, x.State, Crew(a, x)...); err != nil {
		return nil, err
	}
	var fresh *Session
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var err error
		if fresh, err = s.SessionTx(ctx, tx, x.ID); err != nil {
			return err
		}
		fresh.EditionSlug = set.Slug
		if err := Policy.Check(action, fresh.State, Crew(a, fresh)...); err != nil {
			return err
		}
		return fn(ctx, tx, fresh)
	})
	return fresh, err
}

// Create makes a session. Staff only. Event: session.created.
func (s *Service) Create(ctx context.Context, a core.Actor, set *editions.Setting, in NewSession) (*Session, error) {
	if err := ProgrammePolicy.Check("add_session", "", a.Roles(set.Scope())...); err != nil {
		return nil, err
	}
	var x *Session
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		x, err = s.CreateTx(ctx, tx, set, in)
		return err
	})
	return x, err
}

// Change changes the texts, tags and language of a session. Its organisers and staff.
// Event: session.changed, if anything differs. Errors: Invalid, Stale with an EditInput.
func (s *Service) Change(ctx context.Context, a core.Actor, set *editions.Setting, ref string, in EditInput) (*Session, error) {
	return s.change(ctx, a, set, ref, "edit", func(ctx context.Context, tx *record.Tx, x *Session) error {
		return s.ChangeTx(ctx, tx, set, x, in)
	})
}

// ChangeTx is Change inside a write; the caller has asked for permission and loaded the
// session with SessionTx. The session is changed in place.
func (s *Service) ChangeTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, in EditInput) error {
	var p core.Problems
	take(&p, in.Validate())
	s.checkTexts(&p, set, in)
	if err := p.Err(); err != nil {
		return err
	}
	if in.Version != x.Version {
		return core.Stale(InputOf(x))
	}
	holds := false
	if x.State != StateDraft {
		var err error
		if holds, err = s.holds(ctx, tx, set.ID); err != nil {
			return err
		}
	}
	return s.rewrite(ctx, tx, set, x, func() {
		title, short := x.Title, x.ShortTitle
		x.apply(in)
		if holds {
			x.holdTitle(title, short)
		}
	}, func() any { return InputOf(x) })
}

// Classify changes what a session is and whose it is: type, reference, owner, tracks,
// access. Staff only. An old reference leads to the session for ever. Event:
// session.changed. Errors: Invalid, Stale with a StandingInput.
func (s *Service) Classify(ctx context.Context, a core.Actor, set *editions.Setting, ref string, in StandingInput) (*Session, error) {
	return s.change(ctx, a, set, ref, "renumber", func(ctx context.Context, tx *record.Tx, x *Session) error {
		return s.ClassifyTx(ctx, tx, set, x, in)
	})
}

// ClassifyTx is Classify inside a write; the caller has asked for permission.
func (s *Service) ClassifyTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, in StandingInput) error {
	var p core.Problems
	take(&p, in.Validate())
	types, err := loadTypes(ctx, tx, set.ID)
	if err != nil {
		return err
	}
	t := TypeOf(types, in.Type)
	if t.ID == "" && in.Type != "" {
		p.Add("type", "form.unreadable")
	}
	if err := s.checkBodies(ctx, &p, in); err != nil {
		return err
	}
	if err := p.Err(); err != nil {
		return err
	}
	if in.Version != x.Version {
		return core.Stale(StandingOf(x))
	}
	if in.Ref != x.Ref {
		if err := s.rename(ctx, tx, x, in.Ref); err != nil {
			return err
		}
	}
	return s.rewrite(ctx, tx, set, x, func() {
		if in.Ref != x.Ref {
			x.Number = numberOf(letters(in.Ref), in.Ref)
		}
		x.Type, x.Of, x.Ref, x.Body, x.InvitedOnly = t.ID, t, in.Ref, in.Body, in.InvitedOnly
		x.Tracks = orEmpty(in.Tracks)
		slices.Sort(x.Tracks)
		x.Tracks = slices.Compact(x.Tracks)
	}, func() any { return StandingOf(x) })
}

// rename keeps the old reference of a session, so that it leads to it for ever, and
// sees that the new one was never another session's.
func (s *Service) rename(ctx context.Context, tx *record.Tx, x *Session, ref string) error {
	taken, err := tx.NewSelect().Model((*Session)(nil)).Where("se.edition = ? AND se.ref = ?", x.Edition, ref).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for reference: %w", err)
	}
	if !taken {
		taken, err = tx.NewSelect().Model((*oldRef)(nil)).Where("edition = ? AND ref = ? AND session <> ?", x.Edition, ref, x.ID).Exists(ctx)
		if err != nil {
			return fmt.Errorf("look for reference: %w", err)
		}
	}
	if taken {
		var p core.Problems
		p.Add("ref", "programme.error.ref_taken", "Ref", ref)
		return p.Err()
	}
	if _, err := tx.NewDelete().Model((*oldRef)(nil)).Where("edition = ? AND ref = ?", x.Edition, ref).Exec(ctx); err != nil {
		return fmt.Errorf("take back reference: %w", err)
	}
	return s.KeepRefTx(ctx, tx, x, x.Ref)
}

// KeepRefTx lets a reference that a session had elsewhere or before lead to it for
// ever; the caller has asked for permission and it must be free.
func (s *Service) KeepRefTx(ctx context.Context, tx *record.Tx, x *Session, ref string) error {
	if _, err := tx.NewInsert().Model(&oldRef{Edition: x.Edition, Ref: ref, Session: x.ID}).Exec(ctx); err != nil {
		return fmt.Errorf("keep reference: %w", err)
	}
	return nil
}

// rewrite changes a session, saves it and appends session.changed, if anything differs.
func (s *Service) rewrite(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, apply func(), current func() any) error {
	before, err := s.facts(ctx, set, x)
	if err != nil {
		return err
	}
	title, short := x.NextTitle, x.NextShortTitle
	apply()
	after, err := s.facts(ctx, set, x)
	if err != nil {
		return err
	}
	changes := record.Changes(before, after)
	retitled := !title.Equal(x.NextTitle) || !short.Equal(x.NextShortTitle)
	if len(changes) == 0 && !retitled {
		return nil
	}
	if stale, err := save(ctx, tx, set, x); err != nil || stale {
		return record.StaleOr(err, current())
	}
	if err := saveTies(ctx, tx, x); err != nil {
		return err
	}
	if len(changes) > 0 {
		tx.Append("session.changed", x.ID, set.Scope(), visibility(set, x.State), data(x, record.Data{"changes": changes}))
	}
	if retitled {
		tx.Append("session.retitled", x.ID, PlanScope(set), record.Internal, data(x, record.Data{"next": x.NextTitle}))
	}
	return nil
}

// Move changes the time, the room and, from draft to scheduled, the state of a
// session. Staff only. What was public is not made a draft again. Events: session.moved
// and session.scheduled. Errors: Invalid, Stale with a MoveInput.
func (s *Service) Move(ctx context.Context, a core.Actor, set *editions.Setting, ref string, in MoveInput) (*Session, error) {
	return s.change(ctx, a, set, ref, "schedule", func(ctx context.Context, tx *record.Tx, x *Session) error {
		starts, ends, err := in.Times(set)
		var p core.Problems
		take(&p, err)
		if in.Room != "" && set.Room(in.Room) == nil {
			p.Add("room", "form.unreadable")
		}
		switch {
		case in.State != StateDraft && in.State != StateScheduled:
			p.Add("state", "form.unreadable")
		case in.State == StateDraft && x.State != StateDraft:
			p.Add("state", "programme.error.public")
		}
		if err := p.Err(); err != nil {
			return err
		}
		if in.Version != x.Version {
			return core.Stale(MoveOf(x, set.Zone))
		}
		return s.MoveTx(ctx, tx, set, x, Placement{starts, ends, in.Room}, in.State)
	})
}

// MoveTx places a session and gives it a state, draft or scheduled; the caller has
// asked for permission and loaded the session with SessionTx. When the day changes, the
// affiliations of its people are taken anew as of that day. Events: session.moved with
// the data of Moved, and session.scheduled when a draft becomes public.
func (s *Service) MoveTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, to Placement, state string) error {
	var p core.Problems
	CheckTimes(&p, set, to.Starts, to.Ends)
	if err := p.Err(); err != nil {
		return err
	}
	if holds, err := s.holds(ctx, tx, set.ID); err != nil || holds {
		if err != nil {
			return err
		}
		return s.plan.PlaceTx(ctx, tx, set, x, to, state)
	}
	from, was, day := x.Placement(), x.State, x.Day
	if from.Equal(to) && was == state {
		return nil
	}
	x.Starts, x.Ends, x.Room, x.State = to.Starts, to.Ends, to.Room, state
	if stale, err := save(ctx, tx, set, x); err != nil || stale {
		return record.StaleOr(err, MoveOf(x, set.Zone))
	}
	if x.Day != day {
		if err := s.retake(ctx, tx, x); err != nil {
			return err
		}
	}
	if err := s.publish(ctx, tx, x); err != nil {
		return err
	}
	if !from.Equal(to) {
		tx.Append("session.moved", x.ID, set.Scope(), visibility(set, was, state), data(x, record.Data{
			"before": from, "after": to, "changes": record.Changes(from.shown(set), to.shown(set)),
		}))
	}
	if was != state {
		tx.Append("session.scheduled", x.ID, set.Scope(), visibility(set, state), data(x, nil))
	}
	return nil
}

// Cancel cancels a scheduled session: its page and place stay, with the note. Staff
// only. Event: session.cancelled. Errors: Invalid, Stale with a CancelInput.
func (s *Service) Cancel(ctx context.Context, a core.Actor, set *editions.Setting, ref string, in CancelInput) (*Session, error) {
	in.Note = in.Note.Clean()
	return s.change(ctx, a, set, ref, "cancel", func(ctx context.Context, tx *record.Tx, x *Session) error {
		if err := core.Validate(in).Err(); err != nil {
			return err
		}
		return s.turn(ctx, tx, set, x, in, StateCancelled, "session.cancelled")
	})
}

// Restore takes back a cancellation: the session is scheduled as before. Staff only.
// Event: session.restored.
func (s *Service) Restore(ctx context.Context, a core.Actor, set *editions.Setting, ref string, version int64) (*Session, error) {
	return s.change(ctx, a, set, ref, "restore", func(ctx context.Context, tx *record.Tx, x *Session) error {
		return s.turn(ctx, tx, set, x, CancelInput{Version: version}, StateScheduled, "session.restored")
	})
}

func (s *Service) turn(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, in CancelInput, state, event string) error {
	if in.Version != x.Version {
		return core.Stale(CancelInput{Version: x.Version, Note: x.CancelledNote})
	}
	if holds, err := s.holds(ctx, tx, set.ID); err != nil || holds {
		if err != nil {
			return err
		}
		return s.plan.CallOffTx(ctx, tx, set, x, state == StateCancelled, in.Note)
	}
	x.State, x.CancelledNote = state, in.Note
	if stale, err := save(ctx, tx, set, x); err != nil || stale {
		return record.StaleOr(err, CancelInput{Version: in.Version, Note: x.CancelledNote})
	}
	tx.Append(event, x.ID, set.Scope(), visibility(set, state), data(x, record.Data{"note": in.Note}))
	return nil
}

// touch moves the version of a session whose people or relations change.
func touch(ctx context.Context, tx *record.Tx, x *Session, version int64) (stale bool, err error) {
	stale, err = record.Once(tx.NewUpdate().Model((*Session)(nil)).Set("version = version + 1").
		Where("id = ? AND version = ?", x.ID, version).Exec(ctx))
	if !stale && err == nil {
		x.Version = version + 1
	}
	return stale, err
}
