package archive

import (
	"context"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/timetable"
)

// UsePlan tells the room of the plans by which programmes become public: what a source says
// is compared with them, goes into them and is taken out of them. Without it there are none.
func (s *Service) UsePlan(t *timetable.Service) { s.timetable = t }

// planned is where the plan of an edition puts its sessions; nil where it has none.
func (s *Service) planned(ctx context.Context, idb bun.IDB, edition core.ID) (map[core.ID]timetable.Spot, error) {
	if s.timetable == nil {
		return nil, nil
	}
	return s.timetable.Planned(ctx, idb, edition)
}

// stateOf is the state that a session has where the plan puts it.
func stateOf(at timetable.Spot) string {
	switch at.State {
	case timetable.PlanCancelled:
		return programme.StateCancelled
	case timetable.PlanHeld:
		return programme.StateDraft
	}
	return programme.StateScheduled
}

// asPlanned is a copy of a session as it will be with the next release of its programme.
// Nothing of it is ever written.
func asPlanned(x *programme.Session, plan map[core.ID]timetable.Spot, zone string) *programme.Session {
	if plan == nil {
		return x
	}
	y := *x
	if !y.NextTitle.IsZero() {
		y.Title, y.ShortTitle = y.NextTitle, y.NextShortTitle
	}
	if at, ok := plan[x.ID]; ok {
		y.Starts, y.Ends, y.Room, y.State = at.Starts, at.Ends, at.Room, stateOf(at)
		if !at.Starts.IsZero() {
			y.Day = at.Starts.In(zone).Format("2006-01-02")
		}
	}
	return &y
}

// planAll takes what the plan says into what staging compares with, and keeps how
// sessions are public beside it.
func (k *known) planAll(plan map[core.ID]timetable.Spot, zone string) {
	if plan == nil {
		return
	}
	k.planned, k.public = true, k.full
	k.full = make(map[core.ID]*programme.Session, len(k.public))
	for id, x := range k.public {
		k.full[id] = asPlanned(x, plan, zone)
	}
	for i, b := range k.briefs {
		if x := k.full[b.ID]; x != nil {
			k.briefs[i].Starts, k.briefs[i].Ends, k.briefs[i].Room, k.briefs[i].State, k.briefs[i].Day = x.Starts, x.Ends, x.Room, x.State, x.Day
			k.briefs[i].Title, k.briefs[i].ShortTitle = x.Title, x.ShortTitle
		}
	}
}
