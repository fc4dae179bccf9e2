package support

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

func balanceOf(p *Programme, ledger Totals, all []Application) Balance {
	b := Balance{Budget: p.Budget, Ledger: ledger}
	for _, x := range all {
		if x.State == StateOffered {
			b.Offered += x.Amount
		} else if x.Choice == ChoiceOffer {
			b.Chosen += x.Amount
		}
	}
	return b
}

func (s *Service) balance(ctx context.Context, idb bun.IDB, p *Programme) (Balance, error) {
	booked, err := entries(ctx, idb, p.Edition)
	if err != nil {
		return Balance{}, err
	}
	all, err := applications(ctx, idb, p.Edition, nil)
	_, sum := Reckon(booked)
	return balanceOf(p, sum, all), err
}

// WhatIf is a selection as it would be with a budget and a most for one person.
type WhatIf struct {
	*Seen
	Rows   []Line // in the order of the ranking
	Plan   map[core.ID]Choice
	Money  Money // that the plan may spend
	Most   Money
	Sum    Money // of the plan's offers
	Ties   bool  // the money ends among applications with one place
	Before []Side
	After  []Side
}

// Trial shows what a selection by rank would be, with money and a most for one that may
// differ from the programme's (0: the programme's); nothing is kept. The staff may.
func (s *Service) Trial(ctx context.Context, a core.Actor, set *editions.Setting, money, most Money) (*WhatIf, error) {
	if err := mayManage(a, set); err != nil {
		return nil, err
	}
	seen, err := s.Lines(ctx, a, set)
	if err != nil {
		return nil, err
	}
	out := &WhatIf{Seen: seen, Plan: map[core.ID]Choice{}, Money: money, Most: most}
	open := seen.Money
	open.Chosen = 0
	if out.Money == 0 {
		out.Money = max(0, open.Left())
	}
	if out.Most == 0 {
		out.Most = seen.Most
	}
	var list, all []Application
	for _, l := range seen.Lines {
		if l.In(judged) {
			all = append(all, l.Application)
		}
		if l.In(choosable) {
			out.Rows = append(out.Rows, l)
			list = append(list, l.Application)
		}
	}
	slices.SortStableFunc(out.Rows, func(a, b Line) int { return byPlace(a.Application, b.Application) })
	for _, c := range plan(list, out.Money, out.Most) {
		out.Plan[c.ID] = c
		if c.Choice == ChoiceOffer {
			out.Sum += c.Amount
		}
		out.Ties = out.Ties || c.OnEdge
	}
	held := func(x Application) bool { return x.State == StateOffered || x.In(Granted) }
	out.Before = sides(all, held)
	out.After = sides(all, func(x Application) bool { return held(x) || out.Plan[x.ID].Choice == ChoiceOffer })
	return out, nil
}

// Select keeps the selection by rank that Trial shows; what was chosen by hand stays. The
// staff may. No event: nothing is said to anybody before it is published.
func (s *Service) Select(ctx context.Context, a core.Actor, set *editions.Setting, money, most Money) error {
	if err := mayManage(a, set); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d, err := s.manageTx(ctx, tx, a, set)
		if err != nil {
			return err
		}
		list, err := applications(ctx, tx, set.ID, choosable)
		if err != nil {
			return err
		}
		if money == 0 {
			b, err := s.balance(ctx, tx, d.Programme)
			if err != nil {
				return err
			}
			b.Chosen = 0
			money = max(0, b.Left())
		}
		if most == 0 {
			most = d.Most
		}
		chosen := map[core.ID]Choice{}
		for _, c := range plan(list, money, most) {
			chosen[c.ID] = c
		}
		for i := range list {
			x, c := &list[i], chosen[list[i].ID]
			if c.ByHand || isOwn(a, x) || x.Choice == c.Choice && x.Amount == c.Amount {
				continue
			}
			x.Choice, x.Amount = c.Choice, c.Amount
			if err := save(ctx, tx, x); err != nil {
				return err
			}
		}
		return nil
	})
}

// ChoiceInput is an award that the staff choose by hand.
type ChoiceInput struct {
	Version  int64     `form:"version" ui:"hidden" json:"version"`
	Choice   string    `form:"choice" ui:"radio" required:"true" json:"choice" enum:"offer,wait,not"`
	Amount   string    `form:"amount" ui:"text" max:"24" json:"amount,omitempty"`
	Because  string    `form:"because" ui:"area" max:"1000" required:"true" json:"because"`
	Feedback core.Text `form:"feedback" ui:"area" max:"2000" json:"feedback,omitzero"`
}

// Choose makes a choice by hand, with a reason, and what she is told with it. The staff
// may, of who is ranked, waits, or was not taken. Event: support.chosen.
func (s *Service) Choose(ctx context.Context, a core.Actor, set *editions.Setting, number int, in ChoiceInput) error {
	if err := mayManage(a, set); err != nil {
		return err
	}
	in.Because, in.Feedback = strings.TrimSpace(in.Because), in.Feedback.Clean()
	return s.actTx(ctx, a, set, number, "award", in.Version, func(ctx context.Context, tx *record.Tx, d *Desk, x *Application) error {
		p := core.Validate(in)
		if in.Choice != "" && !slices.Contains([]string{ChoiceOffer, ChoiceWait, ChoiceNot}, in.Choice) {
			p.Add("choice", "support.error.choice")
		}
		sum := amount(&p, "amount", in.Amount, d.Currency, in.Choice == ChoiceOffer)
		if d.Most > 0 && sum > d.Most {
			p.Add("amount", "support.error.most", "Amount", d.Most.Plain(d.Currency))
		}
		if err := p.Err(); err != nil {
			return err
		}
		x.Choice, x.Because, x.Feedback, x.Amount = in.Choice, in.Because, in.Feedback, 0
		if in.Choice == ChoiceOffer {
			x.Amount = sum
		}
		if err := save(ctx, tx, x); err != nil {
			return err
		}
		tx.Append("support.chosen", x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(x), "state": x.Choice})
		return nil
	})
}

// PublishInput publishes what was chosen.
type PublishInput struct {
	Over string `form:"over" ui:"area" max:"1000" json:"over,omitempty" doc:"why more may be offered than is left of the budget"`
}

// Publish tells all for whom something was chosen, at once: offers can be accepted until
// the programme's date. The staff may. More than is left of the budget is offered only
// with a reason. Events: support.offered, support.waiting, support.not_taken for each.
// Errors: Invalid at "over", Conflict when nothing was chosen or the date is over.
func (s *Service) Publish(ctx context.Context, a core.Actor, set *editions.Setting, in PublishInput) (int, error) {
	if err := mayManage(a, set); err != nil {
		return 0, err
	}
	in.Over = strings.TrimSpace(in.Over)
	if err := core.Validate(in).Err(); err != nil {
		return 0, err
	}
	n := 0
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d, err := s.manageTx(ctx, tx, a, set)
		if err != nil {
			return err
		}
		b, err := s.balance(ctx, tx, d.Programme)
		if err != nil {
			return err
		}
		if b.Left() < 0 && b.Chosen > 0 && in.Over == "" {
			var p core.Problems
			p.Add("over", "support.error.over", "Amount", (-b.Left()).Plain(d.Currency))
			return p.Err()
		}
		list, err := applications(ctx, tx, set.ID, choosable)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(x Application) bool { return x.Choice == "" || unchanged(&x) })
		if len(list) == 0 {
			return core.Conflict("support.error.nothing_chosen")
		}
		if b.Chosen > 0 && !tx.Now.Before(endOf(d.AcceptUntil, set.Zone, 0)) {
			return core.Conflict("support.error.date_over")
		}
		over := ""
		if b.Left() < 0 {
			over = in.Over
		}
		n = len(list)
		return s.publishTx(ctx, tx, d, list, over)
	})
	return n, err
}

// unchanged: she is told already what was chosen.
func unchanged(x *Application) bool {
	return x.State == StateWaiting && x.Choice == ChoiceWait || x.State == StateNot && x.Choice == ChoiceNot
}

var stateOf = map[string]string{ChoiceOffer: StateOffered, ChoiceWait: StateWaiting, ChoiceNot: StateNot}

func (s *Service) publishTx(ctx context.Context, tx *record.Tx, d *Desk, list []Application, over string) error {
	accounts, _ := peopleOf(list)
	who, err := s.Accounts.ByIDs(ctx, accounts)
	if err != nil {
		return err
	}
	for i := range list {
		x := &list[i]
		x.State, x.Choice = stateOf[x.Choice], ""
		if x.State == StateOffered {
			x.Offered, x.AnswerUntil, x.Over = tx.Now, d.AcceptUntil, over
		}
		if err := save(ctx, tx, x); err != nil {
			return err
		}
		tx.Append("support."+strings.ReplaceAll(x.State, "-", "_"), x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(x)})
		acc := who[x.Account]
		feedback, _ := x.Feedback.In(acc.Lang)
		letter, _ := d.Letter.In(acc.Lang)
		m := mail.Message{ID: fmt.Sprintf("support/%s/%s/%d", x.ID, x.State, x.Version), Kind: "support_" + strings.ReplaceAll(x.State, "-", "_")}
		if err := s.tellTx(ctx, tx, acc, m, d.Set, "Amount", x.Amount.Words(acc.Lang, d.Currency), "Until", lastMoment(d.AcceptUntil, d.Set.Zone),
			"Feedback", feedback, "Letter", letter, "URL", s.BaseURL+d.Set.Path()+"/my-support"); err != nil {
			return err
		}
	}
	if d.Published.IsZero() {
		return s.markTx(ctx, tx, d.Programme, "published = ?", tx.Now)
	}
	return nil
}

// Next is who comes next on the waiting list, if what is left suffices for her; nil
// otherwise. Nothing is offered by itself: the staff do.
func (s *Seen) Next() *Line {
	if s.Published.IsZero() {
		return nil
	}
	var first *Line
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.State == StateWaiting && l.Choice == "" && l.Place > 0 && (first == nil || byPlace(l.Application, first.Application) < 0) {
			first = l
		}
	}
	if first == nil || grantOf(s.Most, &first.Application) > s.Money.Left() {
		return nil
	}
	return first
}

// OfferNext prepares an offer for who comes next on the waiting list. The staff may; it is
// published like others. Event: support.chosen. Conflict where nobody can be offered.
func (s *Service) OfferNext(ctx context.Context, a core.Actor, set *editions.Setting, number int) error {
	seen, err := s.Lines(ctx, a, set)
	if err != nil {
		return err
	}
	next := seen.Next()
	if next == nil || next.Number != number {
		return core.Conflict("support.error.not_next")
	}
	return s.actTx(ctx, a, set, number, "award", next.Version, func(ctx context.Context, tx *record.Tx, d *Desk, x *Application) error {
		x.Choice, x.Amount = ChoiceOffer, grantOf(d.Most, x)
		if err := save(ctx, tx, x); err != nil {
			return err
		}
		tx.Append("support.chosen", x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(x), "state": x.Choice})
		return nil
	})
}
