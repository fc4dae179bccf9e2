package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/forum/selection"
	"plenary/internal/platform/record"
)

const (
	lightningCall = "2026-sample-lightning-talk"
	demoTalks     = 6 // lightning talks of the sample that were proposed
)

// talk is a lightning talk that did not come into the programme as it was proposed.
type talk struct{ title, about string }

var talks = []talk{
	{"A subtitle is a door", "What a community radio learned when it began to publish its programmes with captions: who came, who stayed, and what it cost in hours a week."},
	{"Captions as a way in", "How a community radio opened its programmes by captions, whom that brought to it, and how many hours a week the work takes."},
	{"The ledger of a village network", "Three years of bills, outages and repairs of one mesh network, shown as they are, with what we would do otherwise."},
	{"Ten forms I could not fill in", "A person who uses a screen reader goes through ten public services in ten minutes."},
	{"Counting what is not there", "How to measure content that was taken down before anybody had archived it."},
	{"One cable, two islands", "What happened on the days when the cable was cut, told by those who kept the hospital online."},
	{"My product in four minutes", "A start-up shows its platform for secure messaging and looks for partners."},
}

// selection has the workshops decided in part, with nothing published yet, and the
// lightning talks published, merged, answered.
func (b *builder) selection() error {
	defer b.clock.Freeze(b.start.Time())
	staff, err := b.secretary()
	if err != nil {
		return err
	}
	if err := b.lightning(staff); err != nil {
		return err
	}
	return b.pending(staff)
}

// secretary is who signs in as the secretariat.
func (b *builder) secretary() (core.Actor, error) {
	held, err := b.Authn.ByPerson(b.ctx, b.persons)
	if err != nil {
		return core.Actor{}, err
	}
	for _, acc := range held {
		if acc.DemoRole == "secretariat" {
			return acc.Actor(), nil
		}
	}
	return core.Actor{}, fmt.Errorf("nobody signs in as the secretariat")
}

// reasonable is a choice with words.
func reasonable(choice string, reasons ...string) selection.ChoiceInput {
	return selection.ChoiceInput{Choice: choice, Reasons: reasons}
}

// pending sets the rules of the workshops and chooses for some of them.
func (b *builder) pending(staff core.Actor) error {
	b.clock.Freeze(b.start.Time().Add(-5 * time.Hour))
	board, err := b.Selection.Board(b.ctx, actor, workshopCall, nil)
	if err != nil {
		return err
	}
	in := selection.RulesOf(board.Selection)
	in.Measure, in.Least, in.Floor, in.Cap, in.First, in.Waiting, in.Fill = selection.ByNormalised, 2, "2.4", 25, 4, 4, true
	in.Quotas = []selection.QuotaRow{{Type: "workshop", Places: max(3, len(board.Lines)*11/20)}, {Type: "lightning", Places: 2}}
	in.Bonuses = []selection.BonusRow{{For: "newcomer", Points: "0.2"}, {For: "class", Points: "0.2"}}
	in.About = en("The advisory group reads each proposal, and the secretariat puts its choices to it. Nothing is decided before the list is published.")
	if err := b.Selection.SetRules(b.ctx, staff, workshopCall, in); err != nil {
		return err
	}
	if board, err = b.Selection.Board(b.ctx, actor, workshopCall, nil); err != nil {
		return err
	}
	by := func(choice string) []selection.Line {
		return slices.DeleteFunc(slices.Clone(board.Lines), func(l selection.Line) bool { return l.Outcome.Choice != choice })
	}
	choose := func(list []selection.Line, i int, x selection.ChoiceInput) error {
		if i < 0 || i >= len(list) {
			return nil
		}
		return b.Selection.Choose(b.ctx, staff, workshopCall, list[i].Number, x)
	}
	taken, waits, declined := by(selection.Accept), by(selection.Wait), by(selection.Decline)
	condition := selection.ChoiceInput{Choice: selection.Condition, Conditions: "Name a speaker from the private sector and one from another region before the programme is published."}
	offer := reasonable(selection.Offer, "places")
	offer.Type, offer.Words = "lightning", "The question is a good one for a short talk: it can be put in fifteen minutes."
	accept := selection.ChoiceInput{Choice: selection.Accept, Note: "The only proposal on this subject from its region."}
	decline := reasonable(selection.Decline, "focus", "format")
	decline.Words = "The reviewers would have liked to read one question instead of six."
	for _, one := range []struct {
		list []selection.Line
		i    int
		x    selection.ChoiceInput
	}{{taken, len(taken) - 2, condition}, {declined, 0, offer}, {declined, 1, accept}, {declined, len(declined) - 1, decline}, {waits, len(waits) - 1, reasonable(selection.Wait, "balance")}} {
		if err := choose(one.list, one.i, one.x); err != nil {
			return err
		}
	}
	if len(taken) < 4 {
		return nil
	}
	_, err = b.Selection.Recommend(b.ctx, staff, workshopCall, selection.MergerInput{
		One: taken[1].Number, Two: taken[3].Number, Words: "Both ask who pays for what everybody uses. Together there would be time for the room to answer.",
	})
	return err
}

// lightning is a smaller call that went all its way: judged, decided, published, answered.
func (b *builder) lightning(staff core.Actor) error {
	b.clock.Freeze(b.before(120))
	call, err := b.openCall(calls.LightningTalk, "Call for lightning talks", 110, 90, "decided")
	if err != nil {
		return err
	}
	authors, err := b.proposers()
	if err != nil {
		return err
	}
	if err := b.talks(call, authors); err != nil {
		return err
	}
	if err := b.judgedTalks(call); err != nil {
		return err
	}
	b.clock.Freeze(b.before(60))
	if err := b.decidedTalks(call, staff); err != nil {
		return err
	}
	return b.followed(call, staff)
}

// talks are handed in: those that the sample has, and those that did not come so far.
func (b *builder) talks(call calls.Call, authors map[int]core.Actor) error {
	var who []int
	for i := range authors {
		who = append(who, i)
	}
	slices.Sort(who)
	var list []*corpus.Session
	for i := range b.corpus.Sessions {
		if s := &b.corpus.Sessions[i]; s.Type == "lightning" && s.State == corpus.Scheduled && len(list) < demoTalks {
			list = append(list, s)
		}
	}
	if len(list) == 0 || len(who) == 0 {
		return fmt.Errorf("the sample has no lightning talks")
	}
	for n := range len(list) + len(talks) {
		s, author := list[n%len(list)], who[n%len(who)]
		title, about := text(s.Title).String(), cutWords(s.Description["en"][0], 100)
		if n >= len(list) {
			title, about = talks[n-len(list)].title, talks[n-len(list)].about
		}
		b.clock.Freeze(b.before(109 - n))
		err := b.handIn(call, authors[author], func(q calls.Question) calls.Answer {
			switch {
			case q.Means == calls.MeansTitle:
				return calls.Answer{Text: short(title, q.MaxChars)}
			case q.Means == calls.MeansSummary || q.Kind == calls.KindArea:
				return calls.Answer{Text: cutWords(about, q.MaxWords)}
			case q.Kind == calls.KindPeople:
				return calls.Answer{People: b.named(s, q)}
			}
			return b.usualAnswer(q, s, author)
		})
		if err != nil {
			return fmt.Errorf("lightning talk %d: %w", n+1, err)
		}
	}
	b.clock.Freeze(b.before(88))
	rows, err := b.Proposals.Screening(b.ctx, actor, call)
	if err != nil {
		return err
	}
	for _, r := range rows {
		in := proposals.ScreenInput{Version: r.Version, To: proposals.StateEligible, Overruled: map[string]string{}}
		for _, f := range r.Findings {
			if f.Stops() {
				in.Overruled[f.Rule] = "Confirmed by mail to the secretariat."
			}
		}
		if err := b.Proposals.Judge(b.ctx, actor, r.ID, in); err != nil {
			return fmt.Errorf("screen %s: %w", r.Title, err)
		}
	}
	return nil
}

// judgedTalks has four people judge the talks.
func (b *builder) judgedTalks(call calls.Call) error {
	in := review.UsualPhase(b.start)
	in.Name = en("The only round")
	in.OpenDay, in.CloseDay = b.before(85).Format(time.DateOnly), b.before(70).Format(time.DateOnly)
	in.Reviews, in.MaxLoad = 3, 40
	phase, err := b.Review.SetPhase(b.ctx, actor, call.Ref, 0, in)
	if err != nil {
		return err
	}
	if err := b.Review.SetCriteria(b.ctx, actor, call.Ref, review.CriteriaOf(nil, b.Catalog)); err != nil {
		return err
	}
	addresses := ""
	list := b.judges()[1:] // the first has enough to do with the workshops
	for _, i := range list[:min(4, len(list))] {
		addresses += b.corpus.People[i].Email + "\n"
	}
	if _, err := b.Review.AddReviewers(b.ctx, actor, call.Ref, review.AddInput{Addresses: addresses}); err != nil {
		return err
	}
	plan, err := b.Review.Plan(b.ctx, actor, call.Ref, phase.Number, false)
	if err != nil {
		return err
	}
	if err := b.Review.Apply(b.ctx, actor, call.Ref, phase.Number, false, plan.Digest); err != nil {
		return err
	}
	set, err := b.Review.Setup(b.ctx, actor, call.Ref)
	if err != nil {
		return err
	}
	held, err := b.Authn.ByPerson(b.ctx, b.persons)
	if err != nil {
		return err
	}
	b.clock.Freeze(b.before(80))
	for n, r := range set.Reviewers {
		acc := held[r.Person]
		j := judge{Reviewer: r, actor: acc.Actor(), lang: b.writes(slices.Index(b.persons, r.Person)), bias: []float64{.3, -.3, .1, -.1}[n%4]}
		if err := b.judgesTalks(j, n, phase, set.Criteria); err != nil {
			return fmt.Errorf("reviews of %s: %w", r.Name, err)
		}
	}
	return nil
}

func (b *builder) judgesTalks(j judge, n int, phase review.Phase, criteria []review.Criterion) error {
	tasks, err := b.Review.Mine(b.ctx, j.actor)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(seed, uint64(500+n))) //nolint:gosec // invented marks, the same in each build
	return b.Record.Write(b.ctx, j.actor, func(ctx context.Context, tx *record.Tx) error {
		for _, t := range tasks {
			for _, it := range t.Items {
				if t.Phase.ID != phase.ID {
					continue
				}
				if _, err := b.Review.SaveTx(ctx, tx, j.actor, phase.ID, it.ID, j.says(r, it.Number, criteria, true)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// decidedTalks chooses, has two talks agree to become one, and publishes. What is accepted
// are talks that stand in the programme.
func (b *builder) decidedTalks(call calls.Call, staff core.Actor) error {
	board, err := b.Selection.Board(b.ctx, actor, call.Ref, nil)
	if err != nil {
		return err
	}
	in := selection.RulesOf(board.Selection)
	in.Least, in.Floor, in.Waiting = 2, "2", 2
	in.Quotas = []selection.QuotaRow{{Type: "lightning", Places: 8}, {Type: "networking", Places: 2}}
	in.About = en("Talks were judged by three reviewers each. The secretariat chose, and asked two proposers to share a place.")
	if err := b.Selection.SetRules(b.ctx, staff, call.Ref, in); err != nil {
		return err
	}
	at := map[string]selection.Line{}
	for _, l := range board.Lines {
		at[l.Title] = l
	}
	one, two := at[talks[0].title], at[talks[1].title]
	if err := b.merged(call, staff, one, two); err != nil {
		return err
	}
	wait, decline := reasonable(selection.Wait, "places"), reasonable(selection.Decline, "scope")
	wait.Words, decline.Words = "The next place that is given back is yours.", "A lightning talk is no place for an offer. The village has booths for that."
	choices := map[string]selection.ChoiceInput{
		talks[0].title: {Choice: selection.Accept},
		talks[1].title: {Choice: selection.Merge, Target: string(one.ID)},
		talks[2].title: {Choice: selection.Condition, Conditions: "Send the figures with their sources two weeks before the meeting."},
		talks[3].title: {Choice: selection.Offer, Type: "networking", Reasons: []string{"format"}, Words: "An hour with a table for everybody who tests services would serve it better."},
		talks[4].title: wait,
		talks[5].title: wait,
		talks[6].title: decline,
	}
	var rest []selection.Hand
	for _, l := range board.Lines {
		x, ok := choices[l.Title]
		if !ok {
			rest = append(rest, selection.Hand{Proposal: l.ID, Choice: selection.Accept})
			continue
		}
		if err := b.Selection.Choose(b.ctx, staff, call.Ref, l.Number, x); err != nil {
			return fmt.Errorf("choose %s: %w", l.Title, err)
		}
	}
	if err := b.Selection.ChooseAll(b.ctx, staff, call.Ref, rest, selection.BulkInput{}); err != nil {
		return err
	}
	b.clock.Freeze(b.before(50))
	if board, err = b.Selection.Board(b.ctx, actor, call.Ref, nil); err != nil {
		return err
	}
	made := b.Selection.Make
	b.Selection.Make = b.placed(made)
	defer func() { b.Selection.Make = made }()
	_, err = b.Selection.Publish(b.ctx, staff, call.Ref, selection.PublishInput{Digest: board.Digest, Sure: true, Note: en("Decided by the secretariat after the reviews; the next list follows when places are given back.")})
	return err
}

// merged asks both sides, who say yes.
func (b *builder) merged(call calls.Call, staff core.Actor, one, two selection.Line) error {
	m, err := b.Selection.Recommend(b.ctx, staff, call.Ref, selection.MergerInput{One: one.Number, Two: two.Number, Words: "Both tell how captions opened a radio. One talk of two voices would say more."})
	if err != nil {
		return err
	}
	for _, l := range []selection.Line{one, two} {
		p, err := b.Proposals.Get(b.ctx, actor, l.ID)
		if err != nil {
			return err
		}
		accounts, err := b.Authn.ByIDs(b.ctx, []core.ID{p.Account})
		if err != nil {
			return err
		}
		acc := accounts[p.Account]
		if m, err = b.Selection.Agree(b.ctx, acc.Actor(), m.ID, l.ID, selection.AgreeInput{Version: m.Version, Says: selection.SaysYes, Words: "Gladly."}); err != nil {
			return err
		}
	}
	return nil
}

// placed gives accepted talks the sessions that the sample's programme has of them; others
// are made.
func (b *builder) placed(others func(context.Context, *record.Tx, []selection.Accepted) ([]selection.Session, error)) func(context.Context, *record.Tx, []selection.Accepted) ([]selection.Session, error) {
	return func(ctx context.Context, tx *record.Tx, list []selection.Accepted) ([]selection.Session, error) {
		out := make([]selection.Session, len(list))
		var rest []selection.Accepted
		var at []int
		for i, in := range list {
			for _, s := range b.corpus.Sessions {
				if x := b.made[s.Code]; x != nil && s.Type == "lightning" && short(text(s.Title).String(), 60) == short(in.Of.Title, 60) {
					out[i] = selection.Session{ID: x.ID, Ref: x.Ref, Title: x.Title, Path: x.Path()}
				}
			}
			if out[i].ID == "" {
				rest, at = append(rest, in), append(at, i)
			}
		}
		if len(rest) == 0 {
			return out, nil
		}
		made, err := others(ctx, tx, rest)
		for k, x := range made {
			out[at[k]] = x
		}
		return out, err
	}
}

// followed gives those who were taken their tasks and an announcement.
func (b *builder) followed(call calls.Call, staff core.Actor) error {
	b.clock.Freeze(b.before(48))
	_, sel, err := b.Selection.Rules(b.ctx, staff, call.Ref)
	if err != nil {
		return err
	}
	in := selection.TasksOf(sel)
	in.Tasks = append(in.Tasks,
		selection.TaskRow{Label: en("Confirm the title and the speaker"), Due: b.before(35).Format(time.DateOnly)},
		selection.TaskRow{Label: en("Send your slides"), About: en("As a file that needs no network. Captions and fonts inside."), Due: b.before(5).Format(time.DateOnly)},
		selection.TaskRow{Label: en("File the report of the talk"), Due: b.before(-14).Format(time.DateOnly)})
	if err := b.Selection.SetTasks(b.ctx, staff, call.Ref, in); err != nil {
		return err
	}
	b.clock.Freeze(b.before(30))
	_, _, err = b.Selection.AddNews(b.ctx, staff, call.Ref, selection.NewsInput{
		Title: en("The stage has a clock"), Body: en("A talk has fifteen minutes and five for questions. A clock on the stage shows what is left; when it is red, the microphone goes to the next."), Sure: true,
	})
	return err
}
