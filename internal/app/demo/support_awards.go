package demo

import (
	"fmt"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/support"
)

// offered makes two rounds of offers: of the first one lapses and one is declined.
func (b *builder) offered(staff core.Actor, who []applicant) error {
	rounds := awarded[b.corpus.Size]
	b.clock.Freeze(b.before(48))
	seen, err := b.Support.Lines(b.ctx, staff, b.set)
	if err != nil {
		return err
	}
	list := slices.DeleteFunc(slices.Clone(seen.Lines), func(l support.Line) bool { return l.State != support.StateRanked })
	slices.SortStableFunc(list, func(x, y support.Line) int {
		switch kept := b.keptOf(who); {
		case x.Number == kept:
			return -1
		case y.Number == kept:
			return 1
		}
		return x.Place - y.Place
	})
	if len(list) < rounds[0]+rounds[1] {
		return fmt.Errorf("%d applications are ranked", len(list))
	}
	var sum support.Money
	for _, l := range list[:rounds[0]] {
		sum += min(l.Asked, seen.Most)
	}
	if err := b.Support.Select(b.ctx, staff, b.set, sum, 0); err != nil {
		return err
	}
	if err := b.byHand(staff, list); err != nil {
		return err
	}
	b.clock.Freeze(b.before(46))
	if _, err := b.Support.Publish(b.ctx, staff, b.set, support.PublishInput{}); err != nil {
		return err
	}
	if err := b.answered(who); err != nil {
		return err
	}
	b.clock.Freeze(b.before(19))
	if err := b.Support.Due(b.ctx); err != nil {
		return err
	}
	return b.secondRound(staff, rounds[1])
}

func (b *builder) keptOf(who []applicant) int {
	for _, w := range who {
		if w.kept {
			return w.number
		}
	}
	return 0
}

// byHand chooses what the ranking does not: whose part cannot be left out, and that who
// is last is told why.
func (b *builder) byHand(staff core.Actor, list []support.Line) error {
	last := list[len(list)-1]
	if err := b.Support.Choose(b.ctx, staff, b.set, list[0].Number, support.ChoiceInput{
		Choice: support.ChoiceOffer, Amount: min(list[0].Asked, 2500_00).Plain("USD"), Because: "Has a part in three sessions, of which one cannot do without.",
	}); err != nil {
		return err
	}
	return b.Support.Choose(b.ctx, staff, b.set, last.Number, support.ChoiceInput{
		Choice: support.ChoiceNot, Because: "What is planned at home is not described.", Feedback: en("We would be glad to read more about what you plan at home, next year."),
	})
}

// answered has who was offered support answer: most accept, one declines, and one does not
// answer.
func (b *builder) answered(who []applicant) error {
	n := 0
	kept := b.keptOf(who)
	for _, w := range who {
		mine, err := b.Support.Mine(b.ctx, w.actor, b.set)
		if err != nil {
			return err
		}
		if len(mine) == 0 || mine[0].State != support.StateOffered {
			continue
		}
		n++
		b.clock.Freeze(b.before(44 - n))
		switch {
		case w.number != kept && n == 2:
			err = b.Support.Decline(b.ctx, w.actor, b.set, w.number, support.DeclineInput{Reason: "My employer pays the journey now."})
		case w.number != kept && n == 3:
			continue
		default:
			if err = b.Support.Accept(b.ctx, w.actor, b.set, w.number); err == nil {
				err = b.Support.SetTravel(b.ctx, w.actor, b.set, w.number, support.TravelInput{
					Arrives: b.before(2).Format(time.DateOnly), Leaves: b.before(-4).Format(time.DateOnly), From: "Home", Route: "By air, with one change.",
				})
			}
		}
		if err != nil {
			return fmt.Errorf("answer to offer %d: %w", w.number, err)
		}
	}
	return nil
}

// secondRound offers what became free to those who come next.
func (b *builder) secondRound(staff core.Actor, most int) error {
	b.clock.Freeze(b.before(5))
	d, err := b.Support.Programme(b.ctx, staff, b.set)
	if err != nil {
		return err
	}
	in := support.SetupOf(d.Programme)
	in.AcceptUntil = b.set.LastDay
	if err := b.Support.SetUp(b.ctx, staff, b.set, in); err != nil {
		return err
	}
	for range most {
		seen, err := b.Support.Lines(b.ctx, staff, b.set)
		if err != nil {
			return err
		}
		next := seen.Next()
		if next == nil {
			break
		}
		if err := b.Support.OfferNext(b.ctx, staff, b.set, next.Number); err != nil {
			return err
		}
	}
	_, err = b.Support.Publish(b.ctx, staff, b.set, support.PublishInput{})
	return err
}

// paid is what stands in the ledger: tickets and allowances, one entry that was corrected,
// and a grant that was cancelled.
func (b *builder) paid(staff core.Actor, who []applicant) error {
	kept := b.keptOf(who)
	seen, err := b.Support.Lines(b.ctx, staff, b.set)
	if err != nil {
		return err
	}
	n := 0
	for _, l := range seen.Lines {
		if l.State != support.StateAccepted {
			continue
		}
		n++
		b.clock.Freeze(b.before(15).Add(time.Duration(n) * time.Hour))
		day := b.before(15).Format(time.DateOnly)
		if n == 2 && l.Number != kept {
			if err := b.Support.Cancel(b.ctx, staff, b.set, l.Number, support.CancelInput{Reason: "The visa was not issued in time."}); err != nil {
				return err
			}
			continue
		}
		ticket := support.EntryInput{Kind: "ticket", Amount: (l.Amount * 6 / 10).Plain("USD"), Day: day, Reference: fmt.Sprintf("T-%04d", 100+n)}
		e, err := b.Support.Book(b.ctx, staff, b.set, l.Number, ticket)
		if err != nil {
			return err
		}
		if n == 1 {
			if _, err := b.Support.Reverse(b.ctx, staff, b.set, e.Number, support.ReverseInput{Note: "The fare was another."}); err != nil {
				return err
			}
			ticket.Amount = (l.Amount * 5 / 10).Plain("USD")
			if _, err := b.Support.Book(b.ctx, staff, b.set, l.Number, ticket); err != nil {
				return err
			}
		}
		if _, err := b.Support.Book(b.ctx, staff, b.set, l.Number, support.EntryInput{Kind: "allowance", Amount: (l.Amount * 3 / 10).Plain("USD"), Day: day, Reference: fmt.Sprintf("A-%04d", 100+n)}); err != nil {
			return err
		}
	}
	return nil
}
