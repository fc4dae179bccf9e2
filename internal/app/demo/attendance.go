package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/attendance"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// came says of registrations who has collected a badge and who was there by the moment at
// which the demo begins: of those who come most, of those online more than half.
func (b *builder) came(list []*participation.Registration, r *rand.Rand) {
	for _, x := range list {
		switch {
		case x.State != participation.StateApproved:
		case x.OnSite() && r.IntN(100) < 74:
			x.State, x.Collected = participation.StateCheckedIn, b.start.Add(-time.Duration(30+r.IntN(30*60))*time.Minute)
			if r.IntN(100) < 88 {
				x.State, x.Onsite = participation.StateAttended, x.Collected.Add(time.Duration(20+r.IntN(200))*time.Minute)
				if x.Onsite.After(b.start) {
					x.Onsite = b.start
				}
			}
			if x.Mode == participation.ModeBoth && r.IntN(3) == 0 {
				x.State, x.Online = participation.StateAttended, b.start.Add(-time.Duration(r.IntN(600))*time.Minute)
			}
		case !x.OnSite() && r.IntN(100) < 58:
			x.State, x.Online = participation.StateAttended, b.start.Add(-time.Duration(r.IntN(1800))*time.Minute)
		}
	}
}

// attendance gives sessions their places online, and enters who was in those that are over.
func (b *builder) attendance() error {
	b.clock.Freeze(b.start.Time())
	set, err := b.Editions.Setting(b.ctx, actor, b.set.Slug)
	if err != nil {
		return err
	}
	list, err := b.Programme.Briefs(b.ctx, actor, set, programme.Filter{})
	if err != nil {
		return err
	}
	var over []programme.Brief
	for i, x := range list {
		if !x.Scheduled() || x.State != programme.StateScheduled {
			continue
		}
		if x.Ends.Before(b.start) {
			over = append(over, x)
			continue
		}
		if i%9 == 4 {
			continue // the staff has not set it yet
		}
		in := attendance.PlaceInput{URL: "https://meet.example.org/" + x.Ref, Early: 15, Access: attendance.ForAll, Note: core.NewText("en", "Please say your name and your organisation when you take the floor.")}
		if i%40 == 7 {
			in.Access, in.Invited = attendance.ForInvited, b.registered[0].Email+"\n"+b.registered[1].Email
		}
		if err := b.Attendance.SetPlace(b.ctx, actor, set, x.Ref, in); err != nil {
			return err
		}
	}
	if len(over) == 0 {
		return nil
	}
	r := rand.New(rand.NewPCG(seed, 11)) //nolint:gosec // the same demo each time
	var rows []attendance.Attendance
	for _, x := range b.registered {
		if x.State != participation.StateAttended {
			continue
		}
		own := x.Mode == participation.ModeBoth && x.Visa.Wanted // the demo's participant was in some sessions of each kind
		for i := 0; own && i < min(4, len(over)); i++ {
			s := over[i*len(over)/min(4, len(over))]
			at := attendance.Attendance{Session: s.ID, Registration: x.ID, Edition: set.ID, First: s.Starts}
			if i%2 == 0 {
				at.Onsite = at.First
			} else {
				at.Online = at.First
			}
			rows = append(rows, at)
		}
		for range 1 + r.IntN(5) {
			s := over[min(r.IntN(len(over)), r.IntN(len(over)))] // some sessions draw more people than others
			at := attendance.Attendance{Session: s.ID, Registration: x.ID, Edition: set.ID, First: s.Starts.Add(time.Duration(r.IntN(20)) * time.Minute)}
			if !x.Onsite.IsZero() {
				at.Onsite = at.First
			} else {
				at.Online = at.First
			}
			rows = append(rows, at)
		}
	}
	return b.write(func(ctx context.Context, tx *record.Tx) error { return b.Attendance.EnterManyTx(ctx, tx, set.ID, rows) })
}
