package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/meetings"
	"plenary/internal/platform/record"
)

// callsOf are the calls of an invented coalition.
type callsOf struct {
	slug, title, zone, at, repeats string
	ago, ahead                     int // days from the demo's start
	minutes                        int
	in                             meetings.Input // what else there is to say
}

// meetings makes invented meetings over the year: a monthly call whose times take turns by
// now, a private one, single ones that one asks for, and some of the whole forum.
func (b *builder) meetings() error {
	village, err := b.App.Bodies.BySlug(b.ctx, "dynamic-coalition", "sample-dc-village")
	if err != nil {
		return err
	}
	if err := b.seated(village.ID); err != nil {
		return err
	}
	monthly, err := b.called(callsOf{
		slug: "sample-dc-village", title: "Monthly call on village networks", zone: "Africa/Nairobi", at: "17:00", repeats: meetings.Monthly, ago: 240, ahead: 150, minutes: 60,
		in: meetings.Input{
			Address: "https://calls.example/village", AddressFor: meetings.ForAsking,
			Agenda: en("Welcome and who is here.\n\nNews from the networks, two minutes each.\n\nSpare parts: who has what.\n\nThe next paper, and who reads it."),
		},
	})
	if err != nil {
		return err
	}
	if err := b.inTurn(monthly); err != nil {
		return err
	}
	if err := b.lived(monthly[0].Series); err != nil {
		return err
	}
	if _, err := b.called(callsOf{
		slug: "sample-dc-stewards", title: "Editors’ call on the ledger", zone: "Europe/Paris", at: "16:30", repeats: meetings.Fortnightly, ago: 30, ahead: 60, minutes: 45,
		in: meetings.Input{Visibility: meetings.ForMembers, Address: "https://calls.example/ledger", AddressFor: meetings.ForMembers, Agenda: en("The open paragraphs, one by one.")},
	}); err != nil {
		return err
	}
	return b.single()
}

// seated gives a coalition members from several parts of the world.
func (b *builder) seated(body core.ID) error {
	b.clock.Freeze(b.start.Add(-260 * 24 * time.Hour).Time())
	taken, err := b.App.Bodies.Seats(b.ctx, body)
	if err != nil {
		return err
	}
	return b.write(func(ctx context.Context, tx *record.Tx) error {
		var countries []string
		for i, p := range b.corpus.People {
			if len(countries) == 12 || slices.Contains(countries, p.Country) || p.Country == "" || p.HighLevel ||
				slices.ContainsFunc(taken, func(s bodies.Seat) bool { return s.Person == b.persons[i] }) {
				continue
			}
			countries = append(countries, p.Country)
			if _, err := b.App.Bodies.AddSeatTx(ctx, tx, bodies.NewSeat{Body: body, Person: b.persons[i], Role: "member", From: "2026"}); err != nil {
				return err
			}
		}
		return nil
	})
}

// called announces the calls of a coalition as it would have done some weeks before the
// first of them.
func (b *builder) called(x callsOf) ([]meetings.Meeting, error) {
	body, err := b.App.Bodies.BySlug(b.ctx, "dynamic-coalition", x.slug)
	if err != nil {
		return nil, err
	}
	first := b.start.Add(-time.Duration(x.ago) * 24 * time.Hour)
	for first.In(x.zone).Weekday() != time.Tuesday {
		first = first.Add(24 * time.Hour)
	}
	b.clock.Freeze(first.Add(-14 * 24 * time.Hour).Time())
	in := x.in
	in.Title, in.Zone, in.Time, in.Minutes, in.Repeat, in.State = en(x.title), x.zone, x.at, x.minutes, x.repeats, meetings.Confirmed
	in.Day, in.Until = first.In(x.zone).Format(time.DateOnly), b.start.Add(time.Duration(x.ahead)*24*time.Hour).In(x.zone).Format(time.DateOnly)
	var list []meetings.Meeting
	err = b.write(func(ctx context.Context, tx *record.Tx) (err error) {
		list, err = b.App.Meetings.AddTx(ctx, tx, body.ID, in)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", x.title, err)
	}
	return list, nil
}

// lived lets the meetings of a series happen up to the demo's start: they were held, and one
// to come is moved out of the rhythm.
func (b *builder) lived(series core.ID) error {
	b.clock.Freeze(b.start.Time())
	_, list, err := b.App.Meetings.Series(b.ctx, actor, series)
	if err != nil {
		return err
	}
	coming := 0
	for i, m := range list {
		var err error
		switch {
		case !m.Open():
		case !m.Ends.After(b.start):
			_, err = b.App.Meetings.Hold(b.ctx, actor, m.ID, meetings.StateInput{Note: en(fmt.Sprintf("%d people took part.", 9+i*7%11))})
		default:
			if coming++; coming == 2 {
				in := meetings.InputOf(m)
				day, _ := core.ParseDate(in.Day) // it stands in the record
				in.Day, in.Note = day.AddDate(0, 0, 2).Format(time.DateOnly), en("Moved by two days because of a holiday.")
				_, err = b.App.Meetings.Edit(b.ctx, actor, m.ID, in)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inTurn cancels one meeting of a series, and then gives those to come the times that the
// planner proposes.
func (b *builder) inTurn(list []meetings.Meeting) error {
	b.clock.Freeze(list[2].Starts.Add(-24 * time.Hour).Time())
	if _, err := b.App.Meetings.Cancel(b.ctx, actor, list[2].ID, meetings.StateInput{Note: en("The mast on which our bridge stands is down after the storm.")}); err != nil {
		return err
	}
	now := list[2].Ends
	b.clock.Freeze(now.Time())
	series := list[0].Series
	q := meetings.Plan{Series: series}
	plan, err := b.App.Meetings.Plan(b.ctx, actor, &q)
	if err != nil {
		return err
	}
	in := meetings.TurnInput{Series: series}
	for _, m := range list {
		if m.Starts.After(now) {
			in.Times = append(in.Times, meetings.TurnTime{Meeting: m.ID, Version: m.Version, Time: plan.Turns.Dates[len(in.Times)].Time})
		}
	}
	return b.App.Meetings.Rotate(b.ctx, actor, in)
}

// single are meetings that do not come again.
func (b *builder) single() error {
	receipts, err := b.App.Bodies.BySlug(b.ctx, "best-practice-forum", "sample-bpf-receipts")
	if err != nil {
		return err
	}
	b.clock.Freeze(b.start.Add(-10 * 24 * time.Hour).Time())
	day := func(n int) string { return b.start.Add(time.Duration(n) * 24 * time.Hour).Time().Format(time.DateOnly) }
	return b.write(func(ctx context.Context, tx *record.Tx) error {
		for _, x := range []struct {
			body core.ID
			in   meetings.Input
		}{
			{receipts.ID, meetings.Input{
				Title: en("What we heard about receipts"), Day: day(12), Time: "13:00", Minutes: 90, Zone: "UTC", State: meetings.Confirmed,
				Address: "https://calls.example/receipts", AddressFor: meetings.ForPublic, Agenda: en("The comments on the draft, and what becomes of each."),
			}},
			{"", meetings.Input{
				Title: en("Open consultation on next year’s themes"), Day: day(75), Time: "09:30", Minutes: 8 * 60, Zone: "Europe/Zurich", State: meetings.Planned,
				Address: "https://calls.example/open", AddressFor: meetings.ForAsking, Room: en("Room XXVII, in the invented Palace by the Lake"),
				Agenda: en("Morning: what the last meeting brought.\n\nAfternoon: themes, and what came in on them."),
			}},
			{"", meetings.Input{
				Title: en("Briefing for newcomers"), Day: day(-3), Time: "12:00", Minutes: 60, Zone: b.set.Zone, State: meetings.Confirmed,
				Address: "https://calls.example/newcomers", AddressFor: meetings.ForPublic,
			}},
		} {
			if _, err := b.App.Meetings.AddTx(ctx, tx, x.body, x.in); err != nil {
				return fmt.Errorf("%s: %w", x.in.Title, err)
			}
		}
		return nil
	})
}
