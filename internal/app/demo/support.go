package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/support"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// applicant is somebody who applied for travel support.
type applicant struct {
	actor   core.Actor
	person  corpus.Person
	country string
	number  int
	kept    bool // the demo's participant, whose grant is accepted
}

// how many applied, and how many were supported in the first round and in the second.
var (
	applied = map[corpus.Size]int{corpus.Full: 40, corpus.Small: 12}
	awarded = map[corpus.Size][2]int{corpus.Full: {10, 2}, corpus.Small: {5, 1}}
)

var supported = []string{"VU", "FJ", "HT", "NP", "RW", "BT", "AM", "MG"}

// support is the travel support of the sample: a call that closed two months before, a
// committee that scored, two rounds of offers, and what was paid so far.
func (b *builder) support() error {
	defer b.clock.Freeze(b.start.Time())
	roles, err := b.roleAccounts()
	if err != nil {
		return err
	}
	staff := roles["secretariat"].Actor()
	b.clock.Freeze(b.before(160))
	call, err := b.openCall(calls.TravelSupport, "Call for travel support", 150, 62, "never")
	if err != nil {
		return err
	}
	in := support.UsualSetup()
	in.Call, in.Budget, in.Most, in.AcceptUntil = string(call.ID), "60000", "2500", b.before(20).Format(time.DateOnly)
	in.Letter = en("Tickets are bought by the travel agency of the forum. Please do not buy one yourself.")
	if err := b.Support.SetUp(b.ctx, staff, b.set, in); err != nil {
		return err
	}
	who, err := b.applicants(roles["participant"])
	if err != nil {
		return err
	}
	b.applied = map[core.ID]bool{}
	for _, w := range who {
		b.applied[w.actor.Account] = true
	}
	committee, err := b.committee(staff, who)
	if err != nil {
		return err
	}
	for i := range who {
		b.clock.Freeze(b.before(148 - 80*i/len(who)))
		if err := b.apply(call, &who[i], i); err != nil {
			return fmt.Errorf("application %d: %w", i+1, err)
		}
	}
	if err := b.settled(staff, committee, who); err != nil {
		return err
	}
	if err := b.offered(staff, who); err != nil {
		return err
	}
	return b.paid(staff, who)
}

// applicants are people of the sample, first those from countries that the support is for.
func (b *builder) applicants(own authn.Account) ([]applicant, error) {
	most := applied[b.corpus.Size]
	day := b.set.FirstDay
	var list, rest, out []int
	for i, p := range b.corpus.People {
		switch {
		case b.persons[i] == own.Person:
			out = append(out, i)
		case p.HighLevel || p.Group == "government" || p.Group == "igo" || i < len(Roles):
		case slices.Contains(supported, p.Country):
			list = append(list, i)
		case len(b.Vocab.ClassesOf(p.Country, day)) > 0:
			rest = append(rest, i)
		}
	}
	outside := 2 + most/10
	for i, p := range b.corpus.People {
		if len(out) > outside {
			break
		}
		if i >= len(Roles) && !p.HighLevel && p.Youth && b.persons[i] != own.Person && len(b.Vocab.ClassesOf(p.Country, day)) == 0 {
			out = append(out, i)
		}
	}
	chosen := slices.Concat(list, rest)
	chosen = slices.Concat(out, chosen[:min(len(chosen), most-len(out))])
	held, err := b.Authn.ByPerson(b.ctx, b.persons)
	if err != nil {
		return nil, err
	}
	made := make([]applicant, 0, len(chosen))
	err = b.write(func(ctx context.Context, tx *record.Tx) error {
		for _, i := range chosen {
			a, err := b.accountOf(ctx, tx, held, i)
			if err != nil {
				return err
			}
			made = append(made, applicant{actor: a, person: b.corpus.People[i], country: b.corpus.People[i].Country, kept: b.persons[i] == own.Person})
		}
		return nil
	})
	return made, err
}

// accountOf is the account of somebody of the sample, made where there is none.
func (b *builder) accountOf(ctx context.Context, tx *record.Tx, held map[core.ID]authn.Account, i int) (core.Actor, error) {
	if a, ok := held[b.persons[i]]; ok {
		return a.Actor(), nil
	}
	p := b.corpus.People[i]
	a, err := b.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: p.Email, Name: p.Name, Lang: "en", Person: b.persons[i]})
	if err != nil {
		return core.Actor{}, fmt.Errorf("account of %s: %w", p.Name, err)
	}
	return a.Actor(), nil
}

// committee are three people from countries from which nobody has applied.
func (b *builder) committee(staff core.Actor, who []applicant) ([]core.Actor, error) {
	held, err := b.Authn.ByPerson(b.ctx, b.persons)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, w := range who {
		taken[w.country] = true
	}
	var seats []int
	for i, p := range b.corpus.People {
		if _, known := held[b.persons[i]]; len(seats) < 3 && i >= len(Roles) && !known && !taken[p.Country] && p.Org >= 0 && !p.HighLevel {
			taken[p.Country] = true
			seats = append(seats, i)
		}
	}
	var out []core.Actor
	if err := b.write(func(ctx context.Context, tx *record.Tx) error {
		for _, i := range seats {
			a, err := b.accountOf(ctx, tx, held, i)
			if err != nil {
				return err
			}
			out = append(out, a)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	for _, i := range seats {
		p := b.corpus.People[i]
		if err := b.Support.Appoint(b.ctx, staff, b.set, support.SeatInput{Email: p.Email, Country: p.Country, Organisation: b.corpus.Organisations[p.Org].Name}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// what applicants want to do at the meeting, and with what they learn there.
var (
	parts = []string{
		"Speak about networks that a community owns", "Moderate a session on access in rural places", "Report from the sessions on languages online",
		"Learn how other schools of Internet governance work", "Take part in the sessions on safety of children",
	}
	reasons = []string{
		"I run a network of eleven villages. What we have learned about keeping it alive is asked for in two sessions of the programme.",
		"I teach at a college whose students pay for each megabyte. I want to bring their questions to those who set the rules.",
		"Our association has answered three public consultations of the forum, and nobody of us has ever been at a meeting.",
	}
	plans = []string{
		"A meeting of one day with the operators of the region, and a short text in our languages.",
		"Two lectures for the first year, and notes from each session that I attend.",
	}
)

func (b *builder) apply(c calls.Call, w *applicant, i int) error {
	org := "In a personal capacity"
	if w.person.Org >= 0 {
		org = b.corpus.Organisations[w.person.Org].Name
	}
	stated := []string{}
	if w.person.Gender == "female" {
		stated = append(stated, "woman")
	}
	if w.person.Youth {
		stated = append(stated, "youth")
	}
	group := w.person.Group
	if !slices.Contains([]string{"civil-society", "technical-community", "private-sector"}, group) {
		group = "civil-society"
	}
	said := calls.Answers{
		"part_taken": {Text: parts[i%len(parts)]}, "organisation": {Text: org, Place: w.country}, "home": {Text: "Town", Place: w.country}, "group": {Text: group},
		"statement": {Text: reasons[i%len(reasons)]}, "bring_home": {Text: plans[i%len(plans)]}, "attended_before": {Text: fmt.Sprint(i % 3)}, "about_me": {Many: stated},
		"support": {Many: []string{"travel", "hotel"}}, "cost": {Text: fmt.Sprint(1450 + i*370%1300)}, "supported_before": {Text: "no"}, "travel_report": {Text: "yes"},
	}
	if len(stated) == 0 {
		delete(said, "about_me")
	}
	p, err := b.Proposals.Begin(b.ctx, w.actor, c.Ref, "en", "")
	if err != nil {
		return err
	}
	if p, err = b.Proposals.Save(b.ctx, w.actor, p.ID, proposals.SaveInput{Version: p.Version, Lang: "en", Answers: said, Submit: true}); err != nil {
		return err
	}
	w.number = p.Number
	return nil
}

// settled decides who is eligible, and has the committee score.
func (b *builder) settled(staff core.Actor, committee []core.Actor, who []applicant) error {
	b.clock.Freeze(b.before(60))
	if _, err := b.Support.Settle(b.ctx, staff, b.set); err != nil {
		return err
	}
	seen, err := b.Support.Lines(b.ctx, staff, b.set)
	if err != nil {
		return err
	}
	overruled := false
	for _, l := range seen.Lines {
		own := slices.ContainsFunc(who, func(w applicant) bool { return w.kept && w.number == l.Number })
		if l.State != support.StateIneligible || !own && overruled {
			continue
		}
		if !own && slices.ContainsFunc(who, func(w applicant) bool { return w.kept && w.number > l.Number }) {
			continue
		}
		overruled = true
		if err := b.Support.Overrule(b.ctx, staff, b.set, l.Number, support.OverruleInput{
			Version: l.Version, Eligible: "yes", Reason: "Lives and works in a country that the support is for; the form names the country of the passport.",
		}); err != nil {
			return err
		}
	}
	for m, a := range committee {
		b.clock.Freeze(b.before(58 - m))
		if err := b.scores(a, m, who); err != nil {
			return err
		}
	}
	b.clock.Freeze(b.before(50))
	return b.Support.CloseScoring(b.ctx, staff, b.set, "Where a member has a conflict, fewer have scored.")
}

func (b *builder) scores(a core.Actor, m int, who []applicant) error {
	seen, err := b.Support.Lines(b.ctx, a, b.set)
	if err != nil {
		return err
	}
	for n, l := range seen.Lines {
		if l.State != support.StateEligible || len(l.Conflicts) > 0 {
			continue
		}
		in := support.ScoreInput{
			Marks: map[string]string{"activity": fmt.Sprint(1 + (l.Number*7+m)%5), "benefit": fmt.Sprint(2 + (l.Number*3+m)%4)},
			Why:   map[string]string{"activity": "As the record of sessions and answers to calls shows.", "benefit": "What is planned at home is concrete."},
		}
		switch {
		case slices.ContainsFunc(who, func(w applicant) bool { return w.kept && w.number == l.Number }):
			in.Marks = map[string]string{"activity": "5", "benefit": "5"}
		case m == 2 && n == 5:
			in = support.ScoreInput{Conflict: true, Words: "We have worked on one project until last year."}
		}
		if err := b.Support.Score(b.ctx, a, b.set, l.Number, in); err != nil {
			return fmt.Errorf("score %d: %w", l.Number, err)
		}
	}
	return nil
}
