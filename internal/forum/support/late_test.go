package support_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/support"
	"plenary/internal/platform/record"
)

// awarded gives Ana an offer of 2400 of a budget of 5000; Ben of Haiti waits.
func (h *house) awarded() {
	h.t.Helper()
	ctx := h.t.Context()
	h.apply(h.ana, h.call, answers("Islands", "VU", "River", 2400))
	h.apply(h.ben, h.call, answers("Hills", "HT", "Hill", 2400))
	h.at(6, 1)
	n, err := h.room.Settle(ctx, h.staff, h.set)
	h.ok(err)
	if n != 2 {
		h.t.Fatalf("decided on %d", n)
	}
	for _, a := range []core.Actor{h.kim, h.lou} {
		h.ok(h.room.Score(ctx, a, h.set, 1, marks("5", "4")))
		h.ok(h.room.Score(ctx, a, h.set, 2, marks("2", "1")))
	}
	h.ok(h.room.CloseScoring(ctx, h.staff, h.set, ""))
	h.ok(h.room.Select(ctx, h.staff, h.set, 3000_00, 0))
	_, err = h.room.Publish(ctx, h.staff, h.set, support.PublishInput{})
	h.ok(err)
	if h.state(h.set, 1) != support.StateOffered || h.state(h.set, 2) != support.StateWaiting {
		h.t.Fatalf("states %s, %s", h.state(h.set, 1), h.state(h.set, 2))
	}
}

// An offer that is not answered is reminded of and lapses; the next on the waiting list is
// proposed to the staff, and nothing is spent by itself.
func TestOffersLapse(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.awarded()
		for _, day := range []int{28, 28, 29, 30, 31} {
			h.at(8, day)
			h.ok(h.room.Due(ctx))
		}
		if got := len(h.mails("support_offer_reminder")); got != 2 {
			t.Errorf("%d reminders", got)
		}
		h.Clock.Freeze(time.Date(2030, 8, 31, 15, 0, 0, 0, time.UTC)) // midnight in Tokyo
		h.kind(h.room.Accept(ctx, h.ana, h.set, 1), core.KindConflict)
		h.ok(h.room.Due(ctx))
		h.ok(h.room.Due(ctx))
		if h.state(h.set, 1) != support.StateLapsed || len(h.mails("support_lapsed")) != 1 {
			t.Errorf("%s, %v", h.state(h.set, 1), h.mails("support_lapsed"))
		}
		if h.state(h.set, 2) != support.StateWaiting {
			t.Error("money was offered by itself")
		}
		if got := h.as(h.staff).Get("/2030/support/awards").Text(".notice"); !strings.Contains(got, "Ben Otieno is next on the waiting list") {
			t.Errorf("the staff are not told: %s", got)
		}
		h.ok(h.room.OfferNext(ctx, h.staff, h.set, 2))
		_, err := h.room.Publish(ctx, h.staff, h.set, support.PublishInput{})
		h.kind(err, core.KindConflict) // the date is over
		in := h.setup()
		in.AcceptUntil = "2030-09-30"
		h.ok(h.room.SetUp(ctx, h.staff, h.set, in))
		_, err = h.room.Publish(ctx, h.staff, h.set, support.PublishInput{})
		h.ok(err)
		h.ok(h.room.Accept(ctx, h.ben, h.set, 2))
		h.same(1)
		if got := len(h.mails("support_offered")); got != 2 {
			t.Errorf("%d letters", got)
		}
	})
}

// Who owes the report of a grant is reminded, shown as late, and not eligible the year
// after, until it is filed.
func TestOwedReport(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.awarded()
		h.ok(h.room.Accept(ctx, h.ana, h.set, 1))
		h.kind(h.room.FileReport(ctx, h.ana, h.set, 1, "en", report()), core.KindConflict) // too early
		h.at(10, 21)
		h.ok(h.room.Due(ctx))
		h.at(11, 12) // 11 days before the end
		h.ok(h.room.Due(ctx))
		h.at(11, 26)
		h.ok(h.room.Due(ctx))
		h.ok(h.room.Due(ctx))
		if a, b := len(h.mails("support_report_reminder")), len(h.mails("support_report_late")); a != 1 || b != 1 {
			t.Errorf("%d reminders, %d of what is late", a, b)
		}
		if got := h.as(h.ana).Get("/2030/my-support").Text("main"); !strings.Contains(got, "cannot be supported again") || !strings.Contains(got, "Overdue") {
			t.Errorf("she is not told: %s", got)
		}

		next := h.edition("2031", "2031-11-10", "2031-11-14")
		call := h.open2030(next, "2030-11-01", "2031-02-01")
		in := support.UsualSetup()
		in.Call, in.Budget, in.AcceptUntil = string(call.ID), "9000", "2031-08-31"
		h.apply(h.ana, call, answers("Again", "VU", "River", 100)) // before the programme is set up
		h.ok(h.room.SetUp(ctx, h.staff, next, in))
		broken := func() bool {
			t.Helper()
			x, err := h.room.Sheet(ctx, h.staff, next, 1)
			h.ok(err)
			if len(x.Facts.Before) != 1 || x.Facts.Before[0].Slug != "2030" {
				t.Errorf("before: %+v", x.Facts.Before)
			}
			return x.Live[3].Broken
		}
		if !broken() {
			t.Error("she is eligible with an overdue report")
		}
		h.ok(h.room.FileReport(ctx, h.ana, h.set, 1, "en", report()))
		if broken() {
			t.Error("she is not eligible although the report is filed")
		}
		if got := h.as(h.ana).Get("/2030/my-support").Text("main"); !strings.Contains(got, "Filed late") {
			t.Errorf("late is not shown: %s", got)
		}
	})
}

func report() support.ReportInput {
	words := strings.Repeat("We built a school of networks on five islands. ", 4)
	return support.ReportInput{Did: words, Learned: words, Home: words}
}

// An edition that moves to another day asks for the classes of that day; a person who is
// found to be another takes her applications along.
func TestMovedAndMerged(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.apply(h.ana, h.call, answers("Hills", "NP", "Hill", 100)) // no LDC from 24 November 2026 on, LLDC for ever
		classes := func() string {
			t.Helper()
			x, err := h.room.Sheet(ctx, h.staff, h.set, 1)
			h.ok(err)
			return strings.Join(x.Application.Classes, " ")
		}
		if classes() != "LLDC" {
			t.Errorf("in 2030: %s", classes())
		}
		in := editions.InputOf(h.set.Edition)
		in.FirstDay, in.LastDay = "2025-10-20", "2025-10-24"
		_, err := h.Editions.Change(ctx, h.staff, "2030", in)
		h.ok(err)
		h.set, err = h.Editions.SettingByID(ctx, h.staff, h.set.ID)
		h.ok(err)
		if classes() != "LDC LLDC" {
			t.Errorf("in 2025: %s", classes())
		}
		h.write(func(ctx context.Context, tx *record.Tx) error {
			tx.Append("person.merged", h.ana.Person, core.ScopeForum, record.Internal, record.Data{"into": h.ben.Person})
			return nil
		})
		mine, err := h.room.Mine(ctx, h.ben, h.set)
		h.ok(err)
		if len(mine) != 1 {
			t.Errorf("%d applications of the person into whom she was merged", len(mine))
		}
	})
}

// A grant that is given up or cancelled is no grantee any more, unless the cancellation is
// reversed; the budget is not exceeded without a reason.
func TestCancelAndBudget(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.awarded()
		h.ok(h.room.Accept(ctx, h.ana, h.set, 1))
		h.same(1)
		h.kind(h.room.Accept(ctx, h.ana, h.set, 1), core.KindConflict)
		h.kind(h.room.Accept(ctx, h.ben, h.set, 1), core.KindNotFound)
		more := support.EntryInput{Kind: "committed", Amount: "2600.01", Day: "2030-07-01"}
		_, err := h.room.Book(ctx, h.staff, h.set, 1, more)
		h.kind(err, core.KindConflict)
		more.Over = "The minister decided so."
		_, err = h.room.Book(ctx, h.staff, h.set, 1, more)
		h.ok(err)
		_, err = h.room.Reverse(ctx, h.staff, h.set, 2, support.ReverseInput{Note: "It was an error."})
		h.ok(err)
		_, err = h.room.Book(ctx, h.staff, h.set, 1, support.EntryInput{Kind: "ticket", Amount: "1000", Day: "2030-07-01"})
		h.ok(err)
		h.same(1)
		h.ok(h.room.Decline(ctx, h.ana, h.set, 1, support.DeclineInput{Reason: "I am ill."}))
		h.same(0)
		if h.state(h.set, 1) != support.StateCancelled {
			t.Errorf("state %s", h.state(h.set, 1))
		}
		l, err := h.room.Ledger(ctx, h.staff, h.set)
		h.ok(err)
		if got := l.Of[1]; got.Committed != 0 || got.Spent != 1000_00 || got.Used != 1000_00 || l.Money.Left() != 4000_00 {
			t.Errorf("%+v, left %d", got, l.Money.Left())
		}
		_, err = h.room.Reverse(ctx, h.staff, h.set, len(l.Rows), support.ReverseInput{Note: "She is well again."})
		h.ok(err)
		if h.state(h.set, 1) != support.StateAccepted {
			t.Errorf("state %s", h.state(h.set, 1))
		}
		h.same(1)
		in := h.setup()
		in.Budget = "2000"
		h.kind(h.room.SetUp(ctx, h.staff, h.set, in), core.KindInvalid)
		h.ok(h.room.Cancel(ctx, h.staff, h.set, 1, support.CancelInput{Reason: "No visa."}))
		if len(h.mails("support_cancelled")) != 1 {
			t.Error("she was not told")
		}
		h.same(0)
		// Erased: nobody stands behind it, the ledger and the state stay.
		h.write(func(ctx context.Context, tx *record.Tx) error { return h.room.EraseTx(ctx, tx, h.ana.Account) })
		mine, err := h.room.Mine(ctx, h.ana, h.set)
		h.ok(err)
		if len(mine) != 0 || h.state(h.set, 1) != support.StateCancelled {
			t.Errorf("%d applications after they were erased", len(mine))
		}
	})
}
