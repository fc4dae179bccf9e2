package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/review"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

const (
	demoMembers   = 9  // of the sample's advisory group: they review
	demoReviewers = 12 // with those who were asked besides
	workshopCall  = "2026-sample-workshop"
)

// judges are people of the sample who judge the workshops, the first of them under the
// role of a reviewer: nobody who has a part in many of them.
func (b *builder) judges() []int {
	busy, met := map[int]bool{}, map[int]int{}
	for _, s := range b.proposedSessions() {
		for _, r := range s.Roles {
			busy[r.Person] = true
			met[r.Org]++
		}
	}
	for _, s := range b.corpus.Sessions {
		for _, r := range s.Roles {
			busy[r.Person] = busy[r.Person] || slices.Contains([]string{"organiser", "rapporteur", "onsite-moderator"}, r.Role)
		}
	}
	var out []int
	langs, groups := map[string]int{}, map[string]int{}
	for round := range 3 { // at first nobody of a group or language that is there already
		for i, p := range b.corpus.People {
			most := round + 1
			if len(out) == demoReviewers || i < len(Roles) || busy[i] || p.HighLevel || slices.Contains(out, i) || len(p.Languages) == 0 || groups[p.Group] >= most+1 {
				continue
			}
			lang := b.writes(i)
			if lang == "" || langs[lang] >= most || met[p.Org]+met[p.SecondOrg] > 3 {
				continue
			}
			langs[lang]++
			groups[p.Group]++
			out = append(out, i)
		}
	}
	return out
}

// writes is the language in which somebody of the sample writes; empty if it is none of
// the house's.
func (b *builder) writes(i int) string {
	for _, l := range b.corpus.People[i].Languages {
		if _, ok := judgements[l]; ok && l != "en" {
			return l
		}
	}
	if slices.Contains(b.corpus.People[i].Languages, "en") {
		return "en"
	}
	return ""
}

// judge is a reviewer of the demo with her habits.
type judge struct {
	review.Reviewer
	actor core.Actor
	lang  string
	bias  float64
	role  bool // one can sign in as her
}

// evaluation has the workshops judged: one blind phase, which closes four days after the
// sample's present; most reviews are in.
func (b *builder) evaluation() error {
	defer b.clock.Freeze(b.start.Time())
	call, err := b.Calls.Call(b.ctx, actor, workshopCall)
	if err != nil {
		return err
	}
	b.clock.Freeze(b.before(26))
	body, addresses, err := b.advisors()
	if err != nil {
		return err
	}
	in := review.UsualPhase(b.start)
	in.Name = core.Text{Orig: "en", By: map[string]string{"en": "First round", "fr": "Premier tour", "es": "Primera ronda", "ru": "Первый этап", "zh": "第一轮", "ar": "الجولة الأولى"}}
	in.OpenDay, in.CloseDay = b.before(17).Format(time.DateOnly), b.before(-4).Format(time.DateOnly)
	set, err := b.Review.Setup(b.ctx, actor, call.Ref)
	if err != nil {
		return err
	}
	each := 4 * len(set.Proposals) / demoReviewers
	in.Reviews, in.MinLoad, in.MaxLoad, in.OfGroup = 4, max(3, each-2), max(6, each+3), 2
	phase, err := b.Review.SetPhase(b.ctx, actor, call.Ref, 0, in)
	if err != nil {
		return err
	}
	if err := b.Review.SetCriteria(b.ctx, actor, call.Ref, review.CriteriaOf(nil, b.Catalog)); err != nil {
		return err
	}
	if _, err := b.Review.AddReviewers(b.ctx, actor, call.Ref, review.AddInput{Body: string(body), Addresses: addresses}); err != nil {
		return err
	}
	judges, err := b.furnish(call.Ref)
	if err != nil {
		return err
	}
	b.clock.Freeze(b.before(20))
	if err := b.conflicts(call.Ref); err != nil {
		return err
	}
	plan, err := b.Review.Plan(b.ctx, actor, call.Ref, phase.Number, false)
	if err != nil {
		return err
	}
	if err := b.Review.Apply(b.ctx, actor, call.Ref, phase.Number, false, plan.Digest); err != nil {
		return err
	}
	if set, err = b.Review.Setup(b.ctx, actor, call.Ref); err != nil {
		return err
	}
	i := slices.IndexFunc(judges, func(j judge) bool { return j.role })
	if each < 4 { // a small demo: she gets some by hand, so that there is something to see
		for _, x := range set.Proposals[:min(4, len(set.Proposals))] {
			err := b.Review.Assign(b.ctx, actor, call.Ref, phase.Number, review.AssignInput{Do: review.HandAdd, Reviewer: judges[i].ID, Proposal: x.ID})
			if err != nil && core.KindOf(err) != core.KindConflict { // somebody she has a conflict with
				return err
			}
		}
	}
	for n, j := range judges {
		if err := b.judged(j, n, phase, set.Criteria); err != nil {
			return fmt.Errorf("reviews of %s: %w", j.Name, err)
		}
	}
	if err := b.discussed(call.Ref, phase, judges); err != nil {
		return err
	}
	b.clock.Freeze(b.start.Time().Add(-3 * time.Hour))
	if _, err = b.Review.Remind(b.ctx, actor, call.Ref, phase.Number, judges[i].ID); core.KindOf(err) == core.KindLimited {
		return nil // a small demo leaves her nothing to do
	}
	return err
}

// advisors makes the sample's advisory group with the accounts of all who review, and
// gives the addresses of those who are no members.
func (b *builder) advisors() (core.ID, string, error) {
	list := b.judges()
	held, err := b.Authn.ByPerson(b.ctx, b.persons)
	if err != nil {
		return "", "", err
	}
	var body core.ID
	var addresses []string
	err = b.write(func(ctx context.Context, tx *record.Tx) error {
		made, err := b.App.Bodies.CreateTx(ctx, tx, bodies.New{Kind: "advisory-group", Slug: "sample-advisory-group", Name: core.Text{Orig: "en", By: map[string]string{
			"en": "Advisory group of the sample", "fr": "Groupe consultatif de l’exemple", "es": "Grupo asesor de la muestra", "ru": "Консультативная группа примера", "zh": "示例咨询组", "ar": "المجموعة الاستشارية للنموذج",
		}}})
		if err != nil {
			return err
		}
		body = made.ID
		for n, i := range list {
			p := b.corpus.People[i]
			if _, ok := held[b.persons[i]]; !ok {
				if _, err := b.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: p.Email, Name: p.Name, Lang: b.writes(i), Person: b.persons[i]}); err != nil {
					return fmt.Errorf("account of %s: %w", p.Name, err)
				}
			}
			if n >= demoMembers {
				addresses = append(addresses, p.Name+" <"+p.Email+">")
				continue
			}
			if _, err := b.App.Bodies.AddSeatTx(ctx, tx, bodies.NewSeat{Body: body, Person: b.persons[i], Role: "member", From: "2026-01"}); err != nil {
				return err
			}
		}
		return nil
	})
	return body, strings.Join(addresses, "\n"), err
}

// furnish says of the reviewers what they read and know.
func (b *builder) furnish(ref string) ([]judge, error) {
	set, err := b.Review.Setup(b.ctx, actor, ref)
	if err != nil {
		return nil, err
	}
	var themes []string
	for _, t := range b.set.Themes {
		themes = append(themes, string(t.ID))
	}
	held, err := b.Authn.ByPerson(b.ctx, b.persons)
	if err != nil {
		return nil, err
	}
	var out []judge
	for n, r := range set.Reviewers {
		i := slices.Index(b.persons, r.Person)
		if i < 0 {
			return nil, fmt.Errorf("reviewer %s is nobody of the sample", r.Name)
		}
		p := b.corpus.People[i]
		in := review.ReviewerInputOf(r, themes)
		in.Langs = []string{"en"}
		if l := b.writes(i); l != "en" {
			in.Langs = append(in.Langs, l)
		}
		for _, t := range p.Interests[:min(2, len(p.Interests))] {
			if t < len(themes) && !slices.Contains(in.Themes, themes[t]) {
				in.Themes = append(in.Themes, themes[t])
			}
		}
		if n == 8 {
			in.MaxLoad = "9"
		}
		if err := b.Review.ChangeReviewer(b.ctx, actor, ref, r.ID, in); err != nil {
			return nil, err
		}
		acc := held[r.Person]
		out = append(out, judge{Reviewer: r, actor: acc.Actor(), lang: b.writes(i), bias: []float64{0, -.6, .4, .1, -.2, .7}[n%6], role: acc.DemoRole != ""})
	}
	return out, nil
}

// conflicts declares one, and overrules one that was detected, if there are several.
func (b *builder) conflicts(ref string) error {
	set, found, err := b.Review.Conflicts(b.ctx, actor, ref)
	if err != nil {
		return err
	}
	if len(found) > 1 {
		x := found[len(found)-1]
		if err := b.Review.SetConflict(b.ctx, actor, ref, review.ConflictInput{
			Reviewer: string(x.Reviewer), Proposal: string(x.Proposal), Overrule: true, Reason: "The two offices share a name only: one is the ministry, the other a school of it.",
		}); err != nil {
			return err
		}
	}
	return b.Review.SetConflict(b.ctx, actor, ref, review.ConflictInput{
		Reviewer: string(set.Reviewers[2].ID), Proposal: string(set.Proposals[1].ID), Reason: "Was the proposer’s supervisor until last year.",
	})
}

// judged writes the reviews of one reviewer: most are submitted, some begun, and the last
// of the reviewer as whom one can sign in are left to do.
func (b *builder) judged(j judge, n int, phase review.Phase, criteria []review.Criterion) error {
	b.clock.Freeze(b.before(16 - n))
	tasks, err := b.Review.Mine(b.ctx, j.actor)
	if err != nil || len(tasks) == 0 {
		return err
	}
	r := rand.New(rand.NewPCG(seed, uint64(100+n))) //nolint:gosec // invented marks, the same in each build
	items := tasks[0].Items
	if n == 4 && len(items) > 2 { // she sees what the program cannot know
		if err := b.Review.Declare(b.ctx, j.actor, phase.ID, items[2].ID, "We have applied for a grant together."); err != nil {
			return err
		}
		items = slices.Delete(slices.Clone(items), 2, 3)
	}
	left := min(4, (len(items)+1)/2)
	return b.Record.Write(b.ctx, j.actor, func(ctx context.Context, tx *record.Tx) error {
		for k, it := range items {
			switch {
			case j.role && k >= len(items)-left || !j.role && k%11 == 9:
				continue // not begun
			case n == 5 && k == 1 || j.role && k == 2:
				_, err = b.Review.AbstainTx(ctx, tx, j.actor, phase.ID, it.ID, review.AbstainInput{Reason: "I do not know this field well enough to be fair to it."})
			default:
				_, err = b.Review.SaveTx(ctx, tx, j.actor, phase.ID, it.ID, j.says(r, it.Number, criteria, k%8 != 6 && (!j.role || k == 0 || k != len(items)-left-1)))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// says makes up a review: how good the proposal is follows from its number.
func (j judge) says(r *rand.Rand, number int, criteria []review.Criterion, submit bool) review.ScoreInput {
	in := review.ScoreInput{Marks: map[core.ID]review.Mark{}, Submit: submit}
	words := judgements[j.lang]
	sum, own := 0, j.bias
	if number%9 == 4 { // of these reviewers think differently
		own += []float64{-1.4, 1.4}[r.IntN(2)]
	}
	for i, c := range criteria {
		x := 2.5 + float64(number*37%23)/10 + own + r.NormFloat64()*.7
		mark := min(max(int(x+.5), review.LeastMark), review.BestMark)
		sum += mark
		m := review.Mark{Mark: mark}
		if mark <= c.Threshold {
			m.Reason = words.why[i%len(words.why)]
		}
		if !submit && i > 2 {
			continue // a draft is not complete
		}
		in.Marks[c.ID] = m
	}
	band := 0
	switch mean := float64(sum) / float64(max(1, len(criteria))); {
	case mean >= 4:
		band = 2
	case mean >= 2.8:
		band = 1
	}
	in.ForProposer = words.proposer[band][r.IntN(2)]
	if submit && r.IntN(3) > 0 {
		in.ForCommittee = words.committee[band]
	}
	return in
}

// discussed has reviewers talk where they disagree.
func (b *builder) discussed(ref string, phase review.Phase, judges []judge) error {
	b.clock.Freeze(b.before(1))
	rows, err := b.Review.ResultsOf(b.ctx, actor, ref, phase.Number)
	if err != nil {
		return err
	}
	list := slices.Clone(rows.Rows)
	slices.SortStableFunc(list, func(x, y review.Result) int {
		switch {
		case x.SD > y.SD:
			return -1
		case x.SD < y.SD:
			return 1
		}
		return 0
	})
	for n, x := range list[:min(5, len(list))] {
		said := 0
		for _, j := range judges {
			if said == 2 {
				break
			}
			sheet, err := b.Review.Sheet(b.ctx, j.actor, phase.ID, x.ID)
			if core.KindOf(err) == core.KindNotFound {
				continue
			}
			if err != nil {
				return err
			}
			if !sheet.MayDiscuss {
				continue
			}
			b.clock.Freeze(b.before(1).Add(time.Duration(n*40+said*15) * time.Minute))
			if err := b.Review.Say(b.ctx, j.actor, phase.ID, x.ID, judgements[j.lang].remarks[said]); err != nil {
				return err
			}
			said++
		}
	}
	return nil
}
