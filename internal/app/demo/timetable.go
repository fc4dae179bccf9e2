package demo

import (
	"fmt"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/timetable"
)

// timetable sets the plan of the sample edition up and releases it twice: a month before
// the meeting, and the evening before the day on which the demo begins.
func (b *builder) timetable() error {
	b.clock.Freeze(b.start.Add(-30 * 24 * time.Hour).Time())
	set, err := b.Editions.Setting(b.ctx, actor, b.set.Slug)
	if err != nil {
		return err
	}
	if err := b.Timetable.Begin(b.ctx, actor, set); err != nil {
		return err
	}
	board, err := b.Timetable.Board(b.ctx, actor, set)
	if err != nil {
		return err
	}
	days := timetable.DaysInput{Version: board.Frame.Version, Days: board.Frame.Days, Travel: board.Frame.Travel}
	if err := b.Timetable.SetDays(b.ctx, actor, set, days); err != nil {
		return err
	}
	var rooms []timetable.Room
	for i, r := range set.Rooms {
		one := timetable.Room{Room: r.ID, Hall: i == 0, Services: []string{"webcast", "transcript", "interpretation", "recording"}}
		if i > 0 && !r.Informal {
			one.Setup = []string{"round table", "rows of chairs", "movable tables"}[i%3]
		}
		rooms = append(rooms, one)
	}
	if err := b.Timetable.SetRooms(b.ctx, actor, set, rooms); err != nil {
		return err
	}
	if err := b.settle(); err != nil {
		return err
	}
	return b.releases()
}

// settle lets the findings stand that the sample has on purpose: it looks like a real
// programme.
func (b *builder) settle() error {
	board, err := b.Timetable.Board(b.ctx, actor, b.set)
	if err != nil {
		return err
	}
	for _, f := range board.Findings {
		if !f.Blocks() {
			continue
		}
		if err := b.Timetable.AcceptFinding(b.ctx, actor, b.set, f.Key, "Agreed with the organisers of both sessions."); err != nil {
			return err
		}
	}
	return nil
}

// releases moves a few sessions of the last days that have a free place that fits on the
// same day, and releases them in two parts.
func (b *builder) releases() error {
	after := b.start.Add(36 * time.Hour)
	for part, note := range []string{"Some sessions of the last day have better rooms now.", "Two more sessions have moved. We are sorry for the short notice."} {
		if part == 1 {
			b.clock.Freeze(b.start.Add(-14 * time.Hour).Time())
		}
		board, err := b.Timetable.Board(b.ctx, actor, b.set)
		if err != nil {
			return err
		}
		moved := 0
		for i := range board.Items {
			it := &board.Items[i]
			if moved == 2+2*(1-part) || it.Plan.State != timetable.PlanOpen || !it.Plan.Scheduled() || !it.Plan.Starts.After(after) || it.Touched || programme.TypeOf(board.Types, it.Type).Main() {
				continue
			}
			to, ok := better(board, it)
			if !ok {
				continue
			}
			if err := b.Timetable.Place(b.ctx, actor, b.set, "move", timetable.Move{Session: it.ID, Version: -1, To: to}); err != nil {
				return err
			}
			moved++
			if board, err = b.Timetable.Board(b.ctx, actor, b.set); err != nil {
				return err
			}
		}
		if moved == 0 {
			return fmt.Errorf("the sample has no session that can be moved after %s", after)
		}
		if _, err := b.Timetable.Release(b.ctx, actor, b.set, timetable.ReleaseInput{Note: core.NewText("en", note)}); err != nil {
			return err
		}
	}
	b.clock.Freeze(b.start.Time())
	return b.Timetable.Notices(b.ctx)
}

// better is a free place of the same day without a finding that blocks, other than where
// the session is.
func better(board *timetable.Board, it *timetable.Item) (timetable.Spot, bool) {
	for _, o := range board.Fits(it.ID, 2000) {
		blocks := false
		for _, f := range o.Findings {
			blocks = blocks || f.Blocks()
		}
		same := o.Room == it.Plan.Room && o.Starts.Time().Equal(it.Plan.Starts.Time())
		if !blocks && !same && o.Starts.In(board.Set.Zone).Format(time.DateOnly) == it.Day {
			return timetable.Spot{Starts: o.Starts, Ends: o.Ends, Room: o.Room, State: timetable.PlanOpen}, true
		}
	}
	return timetable.Spot{}, false
}
