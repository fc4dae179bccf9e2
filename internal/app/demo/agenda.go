package demo

import (
	"context"
	"slices"
	"time"

	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// agenda has the demo's people keep sessions: the participant some of each day, among them
// two at one time, one that is cancelled by now and one that was moved since she looked;
// the others some of theirs, so that the staff see how many keep a session.
func (b *builder) agenda() error {
	b.clock.Freeze(b.start.Time())
	accounts, err := b.Authn.DemoAccounts(b.ctx)
	if err != nil {
		return err
	}
	list, err := b.Programme.Briefs(b.ctx, actor, b.set, programme.Filter{})
	if err != nil {
		return err
	}
	var open, off []programme.Brief
	for _, x := range list {
		switch {
		case !x.Scheduled():
		case x.State == programme.StateScheduled:
			open = append(open, x)
		case x.State == programme.StateCancelled:
			off = append(off, x)
		}
	}
	return b.write(func(ctx context.Context, tx *record.Tx) error {
		for n, a := range accounts {
			kept := some(open, n)
			if a.DemoRole == "participant" {
				kept = append(ofHers(open), off[:min(1, len(off))]...)
				for i := range kept {
					if i == 2 && kept[i].State == programme.StateScheduled { // it was half an hour earlier when she kept it
						kept[i].Starts, kept[i].Ends = kept[i].Starts.Add(-30*time.Minute), kept[i].Ends.Add(-30*time.Minute)
					}
				}
			}
			if err := b.Agenda.AddTx(ctx, tx, a.ID, kept); err != nil {
				return err
			}
		}
		return nil
	})
}

// some are every so many of the sessions, other ones for each account.
func some(list []programme.Brief, n int) []programme.Brief {
	var out []programme.Brief
	for i := n; i < len(list); i += 17 + n {
		out = append(out, list[i])
	}
	return out
}

// ofHers are some sessions of each day that follow one another, and one beside another.
func ofHers(list []programme.Brief) []programme.Brief {
	var out []programme.Brief
	days := map[string]int{}
	for i, x := range list {
		free := !slices.ContainsFunc(out, func(o programme.Brief) bool { return x.Starts.Before(o.Ends) && o.Starts.Before(x.Ends) })
		if free && days[x.Day] < 4 && i%3 != 1 {
			out = append(out, x)
			days[x.Day]++
		}
	}
	for _, x := range list {
		if len(out) > 3 && x.ID != out[3].ID && x.Day == out[3].Day && x.Starts.Before(out[3].Ends) && out[3].Starts.Before(x.Ends) {
			return append(out, x)
		}
	}
	return out
}
