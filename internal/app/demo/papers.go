package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
)

// An invented newsroom from outside, whose summaries are no texts of the forum.
const newsroom = "Harbour Lane Reporting (an invented newsroom)"

// papers makes what groups and tracks of the sample have written: all of it is invented.
func (b *builder) papers() error {
	b.clock.Freeze(b.start.Add(-40 * 24 * time.Hour).Time())
	coalitions, err := b.coalitions("dc-village", "dc-stewards", "bpf-receipts")
	if err != nil {
		return err
	}
	village, stewards, receipts := coalitions[0], coalitions[1], coalitions[2]
	b.clock.Freeze(b.start.Add(-20 * 24 * time.Hour).Time())
	day := func(n int) string { return b.corpus.Edition.Days[n].Date }
	for _, p := range []struct {
		at    papers.Place
		in    papers.Input
		final string // published or final; empty for a draft
	}{
		{papers.Place{Body: village, Edition: b.set.ID}, paper(papers.PaperKind, "Village networks after the grant", b.start.Add(-20*24*time.Hour).In(b.set.Zone).Format(time.DateOnly),
			`# What we looked at
Eleven networks that were built with a grant and were still running five years later.

# What kept them alive
The networks that lasted had a fee that users could name and a person who was paid to climb the mast. None of them lived on advertising.

- A written agreement on who owns the mast when the grant ends.
- Spare parts within one day’s travel.
- Accounts that every member may read.

# What we ask
Universal service funds should pay for upkeep, not only for building. Licences for small networks should cost no more than their yearly fee income can bear.`), papers.StatePublished},
		{papers.Place{Body: stewards, Edition: b.set.ID}, paper(papers.PaperKind, "A ledger for community data", b.start.Add(-20*24*time.Hour).In(b.set.Zone).Format(time.DateOnly),
			`Communities are asked for their data more often than they are told what became of it.

We describe a ledger of one page: who asked, for what, until when, and who answers.

The draft is open: every paragraph may still change.`), ""},
		{papers.Place{Body: receipts, Edition: b.set.ID}, paper(papers.Outcome, "Receipts for consultations: what works", day(1),
			`# Practices
A receipt with a number lets a commenter find her own words again years later.

Answers that name the sentence which changed are trusted more than thanks.

# What does not work
A summary without the comments behind it. Nobody can check it.`), papers.StateFinal},
		{papers.Place{Body: b.bodyIDs["parliament-track"], Edition: b.set.ID}, paper(papers.TrackOutput, "Output of the parliamentary track", day(1),
			`Parliamentarians from all regions met for two days and agreed on what follows.

Laws on digital services should be written with those who must apply them at the table, and reviewed after three years.

Parliaments need staff who can read code and budgets alike. We will share training between parliaments and report on it at the next meeting.`), papers.StatePublished},
		{papers.Place{Body: b.bodyIDs["youth-track"], Edition: b.set.ID}, paper(papers.TrackOutput, "Messages from the youth track", day(1),
			`Young people are consulted about the internet and seldom told what came of it. We ask for an answer to each of our calls within a year.

Connection at school should not end at the school gate.

Those who moderate content should know the languages of those who write it.`), papers.StatePublished},
		{b.ran(0), paper(papers.Statement, "Statement on open standards", day(1),
			`Chair, colleagues, we thank the organisers.

Standards that everybody may read and carry out have kept this network one. We ask that public procurement prefers them.`), papers.StatePublished},
		{b.ran(1), paper(papers.Statement, "Statement of small delegations", day(1),
			`We are four people for forty parallel sessions.

We ask for fewer sessions at one time, captions in the languages of the region, and papers two weeks ahead.`), papers.StatePublished},
	} {
		if p.in.Day == day(1) {
			b.clock.Freeze(b.start.Add(-17 * time.Hour).Time()) // the evening of the first day
		}
		if err := b.paper(p.at, p.in, p.final); err != nil {
			return fmt.Errorf("paper %s: %w", p.in.Title, err)
		}
	}
	for n, about := range []string{"Badges, ballots and a full Day Zero", "What the first day left open", "Money for masts: the second morning"} {
		b.clock.Freeze(b.start.Add(-time.Duration(2-n)*17*time.Hour - 30*time.Minute).Time())
		in := paper(papers.Daily, about, day(n), "")
		in.By, in.Licence = newsroom, "all-rights-reserved"
		if n == 1 { // a text of its own; the others are links
			in.Text = en("The opening took two hours and the applause most of the third.\n\nWhat was agreed was seldom what was said loudest: the long queue was for the session on spare parts.")
		} else {
			in.URL = fmt.Sprintf("https://reports.example/daily/%d", n)
		}
		if err := b.paper(papers.Place{Edition: b.set.ID}, in, papers.StatePublished); err != nil {
			return fmt.Errorf("daily summary %d: %w", n, err)
		}
	}
	return b.joint(village)
}

func paper(kind, title, day, text string) papers.Input {
	in := papers.Input{Kind: kind, Title: en(title), Day: day, Licence: "CC-BY-4.0"}
	if text != "" {
		in.Text = en(text)
	}
	return in
}

// coalitions makes invented groups of the sample.
func (b *builder) coalitions(keys ...string) ([]core.ID, error) {
	var out []core.ID
	err := b.write(func(ctx context.Context, tx *record.Tx) error {
		for _, key := range keys {
			i := slices.IndexFunc(b.corpus.Bodies, func(x corpus.Body) bool { return x.Key == key })
			if i < 0 {
				return fmt.Errorf("no body %s", key)
			}
			body := b.corpus.Bodies[i]
			kind := "dynamic-coalition"
			if strings.HasPrefix(key, "bpf-") {
				kind = "best-practice-forum"
			}
			made, err := b.App.Bodies.CreateTx(ctx, tx, bodies.New{
				Kind: kind, Name: bodyName(body), Acronym: body.Acronym, Slug: "sample-" + key, Status: bodies.Active, AsSeen: en("Invented, for the sample edition."),
			})
			if err != nil {
				return fmt.Errorf("body %s: %w", body.Name, err)
			}
			if _, err := b.App.Bodies.AddSeatTx(ctx, tx, bodies.NewSeat{Body: made.ID, Person: b.persons[body.Members[0]], Role: "coordinator", From: "2025"}); err != nil {
				return err
			}
			out = append(out, made.ID)
		}
		return nil
	})
	return out, err
}

// ran is the n-th session of the sample that was over on the evening of the first day.
func (b *builder) ran(n int) papers.Place {
	for _, s := range b.corpus.Sessions {
		x := b.made[s.Code]
		if x == nil || s.State != corpus.Scheduled || x.Ends.IsZero() || b.start.Add(-18*time.Hour).Before(x.Ends) {
			continue
		}
		if n == 0 {
			return papers.Place{Session: x.ID, Edition: b.set.ID}
		}
		n--
	}
	return papers.Place{Edition: b.set.ID}
}

// paper adds one, with the person who gave a statement.
func (b *builder) paper(at papers.Place, in papers.Input, state string) error {
	for _, x := range b.made {
		if x.ID == at.Session {
			in.Day = x.Starts.In(b.set.Zone).Format(time.DateOnly)
		}
	}
	if at.Session != "" {
		roles, err := b.Programme.RolesIn(b.ctx, []core.ID{at.Session})
		if err != nil {
			return err
		}
		for _, r := range roles[at.Session] {
			if r.Person != "" {
				in.Person = r.Person
				break
			}
		}
	}
	if state == "" {
		in.OpenDraft = true
	}
	p, err := b.Papers.Add(b.ctx, actor, at, in)
	if err != nil || state == "" {
		return err
	}
	if p, err = b.Papers.Publish(b.ctx, actor, p.ID, papers.PublishInput{Version: p.Version}); err != nil || state != papers.StateFinal {
		return err
	}
	_, err = b.Papers.Publish(b.ctx, actor, p.ID, papers.PublishInput{Version: p.Version, As: papers.StateFinal})
	return err
}

// joint is a statement with two passages in brackets, and five who stand behind it.
func (b *builder) joint(body core.ID) error {
	b.clock.Freeze(b.start.Add(-16 * time.Hour).Time())
	p, err := b.Papers.Add(b.ctx, actor, papers.Place{Body: body, Edition: b.set.ID}, paper(papers.Joint, "Joint statement on the upkeep of shared networks", b.corpus.Edition.Days[1].Date,
		`We, who build and use community networks, met on the sidelines of this meeting.

Public money that builds a network [must — Village networks] [should — Network operators] also pay for its upkeep [for at least five years].

We will publish what our networks cost, once a year, in one form.`))
	if err != nil {
		return err
	}
	// Two of the passages were settled into one before it was published.
	if p, err = b.Papers.Resolve(b.ctx, actor, p.ID, "p2", 2, papers.ResolveInput{Version: p.Version, How: papers.Delete, Reason: "The operators agreed in the meeting."}); err != nil {
		return err
	}
	first, last := b.start.In(b.set.Zone).AddDate(0, 0, -1), b.start.In(b.set.Zone).AddDate(0, 0, 2)
	if p, err = b.Papers.SetWindow(b.ctx, actor, p.ID, papers.WindowInput{
		Version: p.Version, FromDay: first.Format(time.DateOnly), FromTime: "00:00", UntilDay: last.Format(time.DateOnly), UntilTime: "18:00", Zone: b.set.Zone,
	}); err != nil {
		return err
	}
	if p, err = b.Papers.Publish(b.ctx, actor, p.ID, papers.PublishInput{Version: p.Version}); err != nil {
		return err
	}
	return b.endorse(p)
}

// endorse lets five people of different groups endorse a statement.
func (b *builder) endorse(p papers.Paper) error {
	b.clock.Freeze(b.start.Add(-5 * time.Hour).Time())
	seen := map[string]int{}
	var who []int
	for i, x := range slices.Backward(b.corpus.People) { // the first of them are those as whom one signs in
		if len(who) < 5 && x.Org >= 0 && !x.HighLevel && seen[x.Group] < 2 && !b.corpus.Organisations[x.Org].Network {
			seen[x.Group]++
			who = append(who, i)
		}
	}
	ids := make([]core.ID, len(who))
	for n, i := range who {
		ids[n] = b.persons[i]
	}
	persons, err := b.People.Persons(b.ctx, ids)
	if err != nil {
		return err
	}
	affiliations, err := b.People.Affiliations(b.ctx, ids)
	if err != nil {
		return err
	}
	return b.write(func(ctx context.Context, tx *record.Tx) error {
		for n, id := range ids {
			snap := people.SnapshotOf(persons[id], affiliations[id], tx.Now.In("UTC").Format(time.DateOnly))
			e := papers.Endorsement{ID: tx.NewID(), Person: id, Snapshot: snap, Group: snap.Group, Lang: "en"}
			if n%2 == 0 {
				org := b.corpus.People[who[n]].Org
				e.Organisation, e.OrgName, e.Entitled = b.orgIDs[org], en(b.corpus.Organisations[org].Name), true
			}
			if n == 3 {
				e.Reservation, e.Para = en("Five years is too long for networks that cross a border: their licences end sooner."), "p2"
			}
			if err := b.Papers.EndorseTx(ctx, tx, p.ID, &e); err != nil {
				return err
			}
		}
		return nil
	})
}
