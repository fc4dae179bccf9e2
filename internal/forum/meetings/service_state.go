package meetings

import (
	"context"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Cancel calls a meeting off; with in.Following also those that follow it in its series.
// Coordinators of the body and staff. Members get one mail with a cancellation for their
// calendars. Event: meeting.cancelled, or meeting_series.cancelled.
func (s *Service) Cancel(ctx context.Context, a core.Actor, id core.ID, in StateInput) (Meeting, error) {
	return s.set(ctx, a, id, in, "cancel", func(m *Meeting) error {
		m.State = Cancelled
		return nil
	})
}

// Hold says that a meeting has taken place, with a note. Coordinators of the body and
// staff. Event: meeting.held. Conflict before it has begun.
func (s *Service) Hold(ctx context.Context, a core.Actor, id core.ID, in StateInput) (Meeting, error) {
	in.Following = false
	return s.set(ctx, a, id, in, "hold", func(m *Meeting) error {
		if s.rec.Clock.Instant().Before(m.Starts) {
			return core.Conflict("meetings.error.not_begun")
		}
		m.State = Held
		return nil
	})
}

// Reopen takes back that a meeting was cancelled or held. Coordinators of the body and
// staff. Members are told of a meeting that takes place after all. Event: meeting.reopened.
func (s *Service) Reopen(ctx context.Context, a core.Actor, id core.ID, in StateInput) (Meeting, error) {
	in.Following = false
	return s.set(ctx, a, id, in, "reopen", func(m *Meeting) error {
		m.State = Planned
		m.remindAfresh(s.rec.Clock.Instant())
		return nil
	})
}

func (s *Service) set(ctx context.Context, a core.Actor, id core.ID, in StateInput, action string, alter func(*Meeting) error) (Meeting, error) {
	known, roles, err := s.Get(ctx, a, id)
	if err != nil {
		return Meeting{}, err
	}
	if err := policy.Check(action, known.policyState(), roles...); err != nil {
		return Meeting{}, err
	}
	in.Note = in.Note.Clean()
	if err := core.Validate(in).Err(); err != nil {
		return Meeting{}, err
	}
	var out Meeting
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		m, err := s.loadFor(ctx, tx, id, in.Version, action, roles)
		if err != nil {
			return err
		}
		all := []Meeting{m}
		if in.Following {
			next, err := following(ctx, tx, m)
			if err != nil {
				return err
			}
			all = append(all, next...)
		}
		list := make([]change, len(all))
		for i, m := range all {
			list[i] = change{before: m, now: m}
			if err := alter(&list[i].now); err != nil {
				return err
			}
			list[i].now.Note = in.Note
		}
		if err := s.saveAll(ctx, tx, list); err != nil {
			return err
		}
		out = list[0].now
		return nil
	})
	return out, err
}

// Ask gives the actor the online address of a meeting whose address is for who asks, and
// notes that she did, for those who run the meeting. No event: it is between them. SignIn
// for a visitor, Limited for who asks for many.
func (s *Service) Ask(ctx context.Context, a core.Actor, id core.ID) (Meeting, error) {
	m, roles, err := s.Get(ctx, a, id)
	if err != nil {
		return m, err
	}
	if err := addressPolicy.Check("ask", m.AddressFor, roles...); err != nil {
		if !a.SignedIn() {
			return m, core.SignIn()
		}
		return m, err
	}
	if !m.Open() || !m.Online {
		return m, core.Conflict("meetings.error.no_address")
	}
	if err := s.asks.Allow(string(a.Account)); err != nil {
		return m, err
	}
	if err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		row := ask{Meeting: id, Account: a.Account, At: tx.Now}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (meeting, account) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("note who asks: %w", err)
		}
		return nil
	}); err != nil {
		return m, err
	}
	m, _, err = s.Get(ctx, a, id)
	return m, err
}

// Asked names the accounts that asked for a meeting's address, the first first. For its
// coordinators and staff.
func (s *Service) Asked(ctx context.Context, a core.Actor, id core.ID) ([]string, error) {
	m, roles, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	if err := policy.Check("see_asked", m.policyState(), roles...); err != nil {
		return nil, err
	}
	var list []ask
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("ma.meeting = ?", id).OrderExpr("ma.at, ma.account").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list who asked: %w", err)
	}
	ids := make([]core.ID, len(list))
	for i, x := range list {
		ids[i] = x.Account
	}
	accounts, err := s.Accounts.ByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, x := range ids {
		if acc, ok := accounts[x]; ok {
			out = append(out, acc.Name)
		}
	}
	return out, nil
}
