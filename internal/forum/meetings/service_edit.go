package meetings

import (
	"context"
	"fmt"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Add announces a meeting of a body, or of the forum where body is empty, or a whole series
// where the input repeats. Coordinators of the body and staff. Its members get one mail,
// with a calendar file. Event: meeting.announced, or meeting_series.announced; internal
// where only members see it. Errors: NotFound for a body that there is not, Invalid.
func (s *Service) Add(ctx context.Context, a core.Actor, body core.ID, in Input) ([]Meeting, error) {
	if body != "" {
		if _, err := s.Bodies.Body(ctx, body); err != nil {
			return nil, err
		}
	}
	roles, err := s.rolesAt(ctx, a, body)
	if err != nil {
		return nil, err
	}
	if err := placePolicy.Check("add", placeOf(body), roles...); err != nil {
		return nil, err
	}
	var out []Meeting
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		out, err = s.AddTx(ctx, tx, body, in)
		return err
	})
	return out, err
}

// AddTx is Add inside a write; the caller has asked for permission and knows the body.
func (s *Service) AddTx(ctx context.Context, tx *record.Tx, body core.ID, in Input) ([]Meeting, error) {
	in.Following = false
	when, err := in.validate(body, tx.Now)
	if err != nil {
		return nil, err
	}
	var x Series
	if len(when.at) > 1 {
		x = Series{ID: tx.NewID(), Body: body, Repeats: in.Repeat, First: in.Day, Until: in.Until, Created: tx.Now, Version: 1}
		if _, err := tx.NewInsert().Model(&x).Exec(ctx); err != nil {
			return nil, fmt.Errorf("begin series: %w", err)
		}
	}
	out := make([]Meeting, len(when.at))
	told := make([]change, len(when.at))
	for i, at := range when.at {
		m := Meeting{ID: tx.NewID(), Body: body, Series: x.ID, Starts: at, Ends: at.Add(when.length), Created: tx.Now, Changed: tx.Now, Version: 1}
		in.apply(&m)
		if x.ID != "" {
			m.Number = int64(i + 1)
		}
		m.remindAfresh(tx.Now)
		m.Online = m.Address != ""
		out[i], told[i] = m, change{kind: announced, now: m}
	}
	if _, err := tx.NewInsert().Model(&out).Exec(ctx); err != nil {
		return nil, fmt.Errorf("announce meeting: %w", err)
	}
	data := record.Data{"label": in.Title}
	if x.ID == "" {
		tx.Append("meeting.announced", out[0].ID, core.ScopeForum, out[0].seenBy(), data)
	} else {
		data["count"] = len(out)
		tx.Append("meeting_series.announced", x.ID, core.ScopeForum, out[0].seenBy(), data)
	}
	return out, s.tell(ctx, tx, told)
}

// seenBy is who may read the events of a meeting.
func (m Meeting) seenBy() record.Visibility {
	if m.Visibility == ForPublic {
		return record.Public
	}
	return record.Internal
}

// remindBefore is how long before a meeting its members are reminded.
const remindBefore = 24 * time.Hour

// remindAfresh says that the members are to be reminded; not of what they are told within
// the day anyway.
func (m *Meeting) remindAfresh(now core.Instant) {
	m.Reminded = core.Instant{}
	if !m.Starts.After(now.Add(remindBefore)) {
		m.Reminded = now
	}
}

// Edit changes a meeting; with in.Following also those that follow it in its series: what
// is changed here is changed there, the date by as many days, except the time of those that
// were moved by themselves. Coordinators of the body and staff. Where time or place change,
// members get one mail. Event: meeting.changed, meeting.moved, or for several
// meeting_series.changed. Errors: Invalid, Stale with an Input.
func (s *Service) Edit(ctx context.Context, a core.Actor, id core.ID, in Input) (Meeting, error) {
	known, roles, err := s.Get(ctx, a, id)
	if err != nil {
		return Meeting{}, err
	}
	if err := policy.Check("edit", known.policyState(), roles...); err != nil {
		return Meeting{}, err
	}
	in.Repeat, in.Until = "", ""
	when, err := in.validate(known.Body, s.rec.Clock.Instant())
	if err != nil {
		return Meeting{}, err
	}
	var out Meeting
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		before, err := s.loadFor(ctx, tx, id, in.Version, "edit", roles)
		if err != nil {
			return err
		}
		m := before
		in.apply(&m)
		m.Starts, m.Ends = when.at[0], when.at[0].Add(when.length)
		timed := m.Starts != before.Starts || m.Ends != before.Ends || m.Zone != before.Zone
		list := []change{{kind: "", before: before, now: m}}
		if in.Following {
			next, err := following(ctx, tx, before)
			if err != nil {
				return err
			}
			for _, n := range next {
				c, err := follow(in, before, m, n, timed)
				if err != nil {
					return err
				}
				list = append(list, c)
			}
		} else if timed && m.Series != "" {
			list[0].now.Moved = true
		}
		if err := s.saveAll(ctx, tx, list); err != nil {
			return err
		}
		out = list[0].now
		return nil
	})
	return out, err
}

// loadFor reads a meeting inside a write for an action, and sees that nobody was quicker.
func (s *Service) loadFor(ctx context.Context, tx *record.Tx, id core.ID, version int64, action string, roles []core.Role) (Meeting, error) {
	m, err := load(ctx, tx, id)
	if err != nil {
		return m, err
	}
	if version != 0 && version != m.Version {
		return m, core.Stale(InputOf(m))
	}
	return m, policy.Check(action, m.policyState(), roles...) // it may have moved on
}

// follow makes the change of one meeting on one that follows it.
func follow(in Input, before, now, next Meeting, timed bool) (change, error) {
	c := change{before: next, now: next}
	n := &c.now
	for _, f := range []struct{ was, is, to *core.Text }{
		{&before.Title, &now.Title, &n.Title},
		{&before.Agenda, &now.Agenda, &n.Agenda},
		{&before.Room, &now.Room, &n.Room},
		{&before.Note, &now.Note, &n.Note},
	} {
		if !f.was.Equal(*f.is) {
			*f.to = *f.is
		}
	}
	for _, f := range []struct {
		was, is string
		to      *string
	}{
		{before.Address, now.Address, &n.Address},
		{before.AddressFor, now.AddressFor, &n.AddressFor},
		{before.State, now.State, &n.State},
		{before.Visibility, now.Visibility, &n.Visibility},
	} {
		if f.was != f.is {
			*f.to = f.is
		}
	}
	if !timed || next.Moved {
		return c, nil
	}
	shift := int(dayOf(now.Starts.In(now.Zone)).Sub(dayOf(before.Starts.In(before.Zone))) / (24 * time.Hour))
	day := dayOf(next.Starts.In(next.Zone)).AddDate(0, 0, shift).Format(time.DateOnly)
	w, err := ReadWall(day, now.Starts.In(now.Zone).Format("15:04"), now.Zone)
	if err != nil {
		var p core.Problems
		e := asError(err)
		p.Add("time", e.Key, e.Args...)
		return c, p.Err()
	}
	n.Starts, n.Zone = w.At(in.Twice), now.Zone
	n.Ends = n.Starts.Add(now.Length())
	return c, nil
}

// dayOf is the date of a local time, as midnight UTC.
func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// saveAll writes changed meetings, appends the event and tells the members. Meetings that
// stay as they were are left alone.
func (s *Service) saveAll(ctx context.Context, tx *record.Tx, list []change) error {
	var done []change
	for i := range list {
		c := &list[i]
		if c.sees() == nothing && c.before.AddressFor == c.now.AddressFor {
			continue
		}
		if c.now.Starts != c.before.Starts {
			c.now.remindAfresh(tx.Now)
		}
		stale, err := save(ctx, tx, &c.now)
		if err != nil {
			return err
		}
		if stale {
			return core.Stale(InputOf(c.before))
		}
		done = append(done, *c)
	}
	if len(done) == 0 {
		return nil
	}
	appendChange(tx, done)
	return s.tell(ctx, tx, done)
}

// appendChange notes what became of one meeting, or of several of a series. What only
// members see, or saw before, is told to nobody else.
func appendChange(tx *record.Tx, list []change) {
	c := list[0]
	if len(list) > 1 {
		vis := record.Public
		for _, c := range list {
			if c.before.seenBy() == record.Internal || c.now.seenBy() == record.Internal {
				vis = record.Internal
			}
		}
		tx.Append("meeting_series."+c.verb(), c.now.Series, core.ScopeForum, vis, record.Data{"label": c.now.Title, "count": len(list)})
		return
	}
	data := record.Data{"label": c.now.Title}
	switch {
	case c.now.seenBy() == record.Public && c.before.seenBy() == record.Internal:
		tx.Append("meeting.announced", c.now.ID, core.ScopeForum, record.Public, data) // what it was before stays with its members
		return
	case c.before.seenBy() == record.Public && c.now.seenBy() == record.Public:
		data["changes"] = record.Changes(c.before.facts(), c.now.facts())
		tx.Append("meeting."+c.verb(), c.now.ID, core.ScopeForum, record.Public, data)
		return
	}
	data["changes"] = record.Changes(c.before.facts(), c.now.facts())
	tx.Append("meeting."+c.verb(), c.now.ID, core.ScopeForum, record.Internal, data)
}
