package demo

import (
	"fmt"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/conduct"
	"plenary/internal/forum/participation"
)

// conduct are two reports against the code of conduct: one that was decided with a warning,
// and one that came in this morning.
func (b *builder) conduct() error {
	defer b.clock.Freeze(b.start.Time())
	roles, err := b.roleAccounts()
	if err != nil {
		return err
	}
	staff := roles["secretariat"]
	b.clock.Freeze(b.before(30))
	form, err := b.Conduct.Form(b.ctx, actor, b.set)
	if err != nil {
		return err
	}
	form.Handlers, form.Contact = staff.Email, en("At the venue: the room behind the badge desk, from 8:00 to 19:00.")
	if err := b.Conduct.Set(b.ctx, actor, b.set, form); err != nil {
		return err
	}
	b.clock.Freeze(b.start.Add(-26 * time.Hour).Time())
	number, _, err := b.Conduct.Enter(b.ctx, core.Visitor, b.set, conduct.ReportInput{
		Words: "During the reception somebody kept filming people who had asked not to be filmed, and laughed when they asked again.",
		Place: "Reception in the main hall", Happened: "On the first day, about 18:30", About: "A person with a badge of a participant; I have read the number on it.",
		Unnamed: true, Withheld: true,
	}, "en", "demo")
	if err != nil {
		return err
	}
	if err := b.warn(staff.Actor(), number); err != nil {
		return err
	}
	b.clock.Freeze(b.start.Add(-2 * time.Hour).Time())
	_, _, err = b.Conduct.Enter(b.ctx, core.Visitor, b.set, conduct.ReportInput{
		Words: "In the queue for the microphone a speaker was interrupted again and again with remarks on her accent. The moderator did not hear it.",
		Place: "Room of the morning session", Happened: "This morning, about 9:30", Contact: "reporter@crowd.example",
	}, "en", "demo")
	return err
}

// warn has the one who handles a report decide it.
func (b *builder) warn(a core.Actor, number int) error {
	load := func() (*conduct.Report, error) { return b.Conduct.Report(b.ctx, a, b.set, fmt.Sprint(number)) }
	var whom *participation.Registration
	for _, x := range b.registered {
		if x.Person == "" && x.OnSite() && x.State == participation.StateAttended {
			whom = x
		}
	}
	for _, do := range []func(r *conduct.Report) error{
		func(r *conduct.Report) error { return b.Conduct.Look(b.ctx, a, b.set, r) },
		func(r *conduct.Report) error {
			return b.Conduct.Note(b.ctx, a, b.set, r, conduct.NoteInput{Words: "Thank you. We have spoken with two people who were there.", Show: true})
		},
		func(r *conduct.Report) error {
			if whom == nil {
				return nil
			}
			return b.Conduct.Concern(b.ctx, a, b.set, r, conduct.ConcernInput{Number: whom.Number})
		},
		func(r *conduct.Report) error {
			in := conduct.DecideInput{Kind: conduct.KindWarning, Body: "The secretariat", Reason: "People were filmed who had asked not to be. The recordings were deleted in our presence.", Version: r.Version}
			if whom == nil {
				in.Kind = conduct.KindNone
			}
			return b.Conduct.Decide(b.ctx, a, b.set, r, in)
		},
	} {
		r, err := load()
		if err != nil {
			return err
		}
		if err := do(r); err != nil {
			return err
		}
		b.clock.Freeze(b.clock.Now().Add(time.Hour))
	}
	return nil
}
