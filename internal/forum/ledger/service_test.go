package ledger_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

func kind(t *testing.T, err error, want core.Kind) {
	t.Helper()
	if err == nil || core.KindOf(err) != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func (h *house) claim(t *testing.T, a core.Actor, call core.ID, in ledger.ClaimInput) ledger.Commitment {
	t.Helper()
	c, err := h.s.Claim(t.Context(), a, call, in)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func state(t *testing.T, h *house, id core.ID) string {
	t.Helper()
	c, err := h.s.Call(t.Context(), core.Visitor, id)
	if err != nil {
		t.Fatal(err)
	}
	return c.State
}

// A call of 2023 is answered in 2024 by the organisation it was addressed to; the other
// one stays silent, and the days are counted (E130, E131, E148).
func TestACallAndItsAnswer(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		calls := h.publish(t, licence, masts)
		if len(calls) != 2 {
			t.Fatalf("%d calls entered by themselves, want 2", len(calls))
		}
		c := calls[licence.Text.String()]
		if c.State != ledger.StateOpen || c.Session != h.session.ID || c.ToAs != "Ministry of the Hills" || c.Called != core.At(kyoto) {
			t.Errorf("the call: %+v", c)
		}
		h.clock.Freeze(time.Date(2024, 12, 16, 9, 0, 0, 0, time.UTC))
		in := ledger.ClaimInput{
			Organisation: string(h.hill.ID), Kind: ledger.KindCommitment, Words: en("A licence class by the summer."), Due: "2025-06-30",
			Links: []ledger.LinkInput{{Title: "Draft regulation", URL: "https://hills.example/draft"}},
		}

		_, err := h.s.Claim(t.Context(), core.Visitor, c.ID, in)
		kind(t, err, core.KindSignIn)
		_, err = h.s.Claim(t.Context(), h.ana, c.ID, in)
		kind(t, err, core.KindForbidden) // she is not of the ministry

		x := h.claim(t, h.cem, c.ID, in)
		if x.State != ledger.Claimed || state(t, h, c.ID) != ledger.StateOpen {
			t.Error("a claim counts before it is confirmed")
		}
		if _, err := h.s.Commitment(t.Context(), core.Visitor, x.ID); core.KindOf(err) != core.KindNotFound {
			t.Errorf("a visitor reads a claim: %v", err)
		}
		if _, err := h.s.Commitment(t.Context(), h.ana, x.ID); core.KindOf(err) != core.KindNotFound {
			t.Errorf("another organisation reads a claim: %v", err)
		}
		kind(t, h.s.Confirm(t.Context(), h.cem, x.ID, x.Version), core.KindForbidden) // nobody confirms herself
		if err := h.s.Confirm(t.Context(), staff, x.ID, x.Version); err != nil {
			t.Fatal(err)
		}
		if got := state(t, h, c.ID); got != ledger.StateCommitted {
			t.Errorf("the call is %s, want committed", got)
		}
		x, err = h.s.Commitment(t.Context(), core.Visitor, x.ID)
		if err != nil || len(x.Updates) != 1 || len(x.Updates[0].Evidence) != 1 || x.Said != "2024-12-16" {
			t.Errorf("%+v, %v", x, err)
		}
		silent := h.calls(t)[masts.Text.String()]
		if days, ok := silent.Silent(h.clock.Instant()); !ok || days != 435 {
			t.Errorf("silent for %d days, %v; want 435", days, ok)
		}
		list, err := h.s.List(t.Context(), core.Visitor, ledger.Filter{Silent: true})
		if err != nil || list.Total != 1 || list.Items[0].ID != silent.ID {
			t.Errorf("the silent ones: %+v, %v", list, err)
		}
		list, err = h.s.List(t.Context(), core.Visitor, ledger.Filter{To: "government", State: ledger.StateCommitted, Edition: h.sets["2023"].ID, Query: "licence"})
		if err != nil || list.Total != 1 {
			t.Errorf("narrowed: %+v, %v", list, err)
		}
		of, err := h.s.Of(t.Context(), core.Visitor, []string{c.Ref, silent.Ref})
		if err != nil || len(of[c.Ref]) != 2 || of[c.Ref][1].Answer == nil || len(of[silent.Ref]) != 1 || of[silent.Ref][0].Silent != 435 {
			t.Errorf("what came of them: %+v, %v", of, err)
		}
	})
}

// A second member of the organisation confirms; every step is dated and stays; what is
// withdrawn stays readable.
func TestStepsOfACommitment(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		c := h.publish(t, licence, masts)[masts.Text.String()]
		x := h.claim(t, h.ana, c.ID, ledger.ClaimInput{Organisation: string(h.river.ID), Kind: ledger.KindCommitment, Words: en("We share forty masts.")})
		kind(t, h.s.Update(t.Context(), h.ana, x.ID, ledger.UpdateInput{Version: x.Version, State: ledger.Progress, Words: en("Begun.")}), core.KindConflict)
		if err := h.s.Confirm(t.Context(), h.ben, x.ID, x.Version); err != nil {
			t.Fatal(err)
		}
		x, _ = h.s.Commitment(t.Context(), core.Visitor, x.ID)
		if x.ConfirmedBy != "member" || x.State != ledger.Confirmed {
			t.Errorf("%+v", x)
		}
		kind(t, h.s.Update(t.Context(), h.cem, x.ID, ledger.UpdateInput{Version: x.Version, State: ledger.Done, Words: en("Done.")}), core.KindInvalid)
		link := []ledger.LinkInput{{Title: "Map", URL: "https://river.example/map"}}
		kind(t, h.s.Update(t.Context(), h.cem, x.ID, ledger.UpdateInput{Version: x.Version, State: ledger.Done, Words: en("Done."), Links: link}), core.KindForbidden)
		for _, step := range []ledger.UpdateInput{
			{State: ledger.Progress, Words: en("Ten are shared.")},
			{State: ledger.Changed, Words: en("We share thirty masts."), Due: "2025-01-31"},
			{State: ledger.Done, Words: en("All thirty are shared."), Links: link},
			{State: ledger.Withdrawn, Words: en("The law changed.")},
		} {
			x, _ = h.s.Commitment(t.Context(), core.Visitor, x.ID)
			step.Version = x.Version
			if err := h.s.Update(t.Context(), h.ben, x.ID, step); err != nil {
				t.Fatalf("%s: %v", step.State, err)
			}
			if step.State == ledger.Done && state(t, h, c.ID) != ledger.StateDone {
				t.Errorf("the call is %s", state(t, h, c.ID))
			}
		}
		kind(t, h.s.Update(t.Context(), h.ben, x.ID, ledger.UpdateInput{Version: 0, State: ledger.Progress, Words: en("x")}), core.KindConflict)
		x, err := h.s.Commitment(t.Context(), core.Visitor, x.ID)
		if err != nil || len(x.Updates) != 5 || x.State != ledger.Withdrawn || x.Words.String() != "We share thirty masts." {
			t.Errorf("%+v, %v", x, err)
		}
		if state(t, h, c.ID) != ledger.StateOpen {
			t.Errorf("the call is %s after its only answer was withdrawn", state(t, h, c.ID))
		}
	})
}

// Doubts are public, and so is what the staff answer. Another organisation cannot hide
// what was refused, nor see it.
func TestDoubts(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		c := h.publish(t, licence, masts)[masts.Text.String()]
		x := h.claim(t, h.ana, c.ID, ledger.ClaimInput{Organisation: string(h.river.ID), Kind: ledger.KindAnswer, Words: en("We have seen this.")})
		kind(t, h.s.Flag(t.Context(), h.cem, x.ID, ledger.FlagInput{Reason: "Is it so?"}), core.KindNotFound)
		if err := h.s.Confirm(t.Context(), h.ben, x.ID, x.Version); err != nil {
			t.Fatal(err)
		}
		kind(t, h.s.Flag(t.Context(), core.Visitor, x.ID, ledger.FlagInput{Reason: "Is it so?"}), core.KindSignIn)
		if err := h.s.Flag(t.Context(), h.cem, x.ID, ledger.FlagInput{Reason: "Is it so?"}); err != nil {
			t.Fatal(err)
		}
		x, _ = h.s.Commitment(t.Context(), core.Visitor, x.ID)
		if len(x.Flags) != 1 || x.Flags[0].Reason != "Is it so?" {
			t.Fatalf("%+v", x.Flags)
		}
		in := ledger.SettleInput{Flag: string(x.Flags[0].ID), Answer: "We asked; it is."}
		kind(t, h.s.SettleFlag(t.Context(), h.ana, x.ID, in), core.KindForbidden)
		if err := h.s.SettleFlag(t.Context(), staff, x.ID, in); err != nil {
			t.Fatal(err)
		}
		x, _ = h.s.Commitment(t.Context(), core.Visitor, x.ID)
		if x.Flags[0].Answer != "We asked; it is." || state(t, h, c.ID) != ledger.StateAnswered {
			t.Errorf("%+v, %s", x.Flags, state(t, h, c.ID))
		}
		y := h.claim(t, h.ana, c.ID, ledger.ClaimInput{Organisation: string(h.river.ID), Kind: ledger.KindDecline, Words: en("No.")})
		kind(t, h.s.Refuse(t.Context(), h.ben, y.ID, ledger.RefuseInput{Version: 1, Reason: "x"}), core.KindForbidden)
		if err := h.s.Refuse(t.Context(), staff, y.ID, ledger.RefuseInput{Version: y.Version, Reason: "The office denies it."}); err != nil {
			t.Fatal(err)
		}
		if y, err := h.s.Commitment(t.Context(), h.ben, y.ID); err != nil || y.State != ledger.Refused {
			t.Errorf("the organisation reads %+v, %v", y, err)
		}
		if _, err := h.s.Commitment(t.Context(), core.Visitor, y.ID); core.KindOf(err) != core.KindNotFound {
			t.Errorf("a visitor reads what was refused: %v", err)
		}
	})
}

// A correction changes the words of a call, and takes one out: it stays and says so. A
// draft edition hides its calls.
func TestCorrections(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		calls := h.publish(t, licence, masts)
		h.write(t, func(ctx context.Context, tx *record.Tx) error {
			heads, err := h.Documents.HeadTx(ctx, tx, h.report.Document)
			if err != nil {
				return err
			}
			list := heads[h.report.Document].Paragraphs
			for i := range list {
				if list[i].Text.String() == licence.Text.String() {
					list[i].Text = en("Offer a licence for rural and island networks.")
				}
			}
			_, err = h.Documents.ReviseTx(ctx, tx, h.report.Document, revise(heads[h.report.Document].Version, list[:2]))
			return err
		})
		if got := h.calls(t); len(got) != 2 {
			t.Errorf("a correction that is being written shows: %v", got)
		}
		h.write(t, func(ctx context.Context, tx *record.Tx) error {
			_, err := h.Reports.PublishTx(ctx, tx, h.sets["2023"], h.session, reports.Takeaways, "A word was missing.")
			return err
		})
		got := h.calls(t)
		if c := got["Offer a licence for rural and island networks."]; len(got) != 1 || c.ID != calls[licence.Text.String()].ID {
			t.Errorf("after the correction: %v", got)
		}
		gone, err := h.s.Call(t.Context(), core.Visitor, calls[masts.Text.String()].ID)
		if err != nil || gone.State != ledger.StateGone {
			t.Errorf("what was taken out: %+v, %v", gone, err)
		}
		if err := h.s.Refill(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(h.calls(t)) != 1 {
			t.Error("filling in brought something back")
		}
	})
}

// What a record published before the ledger was there is filled in, once.
func TestRefill(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		h.publish(t, licence, masts)
		h.write(t, func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("DELETE FROM ledger_calls").Exec(ctx)
			return err
		})
		for range 2 {
			if err := h.rec.DoJobs(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := len(h.calls(t)); n != 2 {
				t.Errorf("%d calls after filling in", n)
			}
		}
	})
}

// Who promised a day is asked once when it has passed; who spoke for an addressed
// organisation, once after a year of silence.
func TestReminders(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		calls := h.publish(t, licence, masts)
		c, m := calls[licence.Text.String()], calls[masts.Text.String()]
		if err := h.s.Address(t.Context(), staff, m.ID, ledger.AddressInput{Version: m.Version, Name: "River Networks"}); err != nil {
			t.Fatal(err)
		}
		x := h.claim(t, h.ana, c.ID, ledger.ClaimInput{Organisation: string(h.river.ID), Kind: ledger.KindCommitment, Words: en("We help."), Due: "2023-12-31"})
		if err := h.s.Confirm(t.Context(), staff, x.ID, x.Version); err != nil {
			t.Fatal(err)
		}
		mails := func() string {
			t.Helper()
			var subjects []string
			if err := h.rec.DB.Read.NewRaw("SELECT subject FROM outbox ORDER BY id").Scan(t.Context(), &subjects); err != nil {
				t.Fatal(err)
			}
			return strings.Join(subjects, "|")
		}
		for _, step := range []struct {
			at   time.Time
			want int
		}{{time.Date(2023, 12, 31, 12, 0, 0, 0, time.UTC), 0}, {time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC), 1}, {time.Date(2024, 11, 1, 12, 0, 0, 0, time.UTC), 2}} {
			h.clock.Freeze(step.at)
			for range 2 {
				if err := h.rec.DoJobs(t.Context()); err != nil {
					t.Fatal(err)
				}
				got := mails()
				if n := len(strings.FieldsFunc(got, func(r rune) bool { return r == '|' })); n != step.want {
					t.Errorf("%s: mails %q, want %d", step.at, got, step.want)
				}
			}
		}
		if strings.Contains(mails(), "mail.") {
			t.Errorf("a mail has no words: %q", mails())
		}
	})
}

// An import that is undone takes a report away: its calls stay and say so.
func TestTakenBack(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		c := h.publish(t, licence, masts)[masts.Text.String()]
		h.write(t, func(ctx context.Context, tx *record.Tx) error {
			if _, err := tx.NewRaw("DELETE FROM reports").Exec(ctx); err != nil {
				return err
			}
			tx.Append("report.taken_back", h.session.ID, h.sets["2023"].Scope(), record.Internal, nil)
			return nil
		})
		if got := state(t, h, c.ID); got != ledger.StateGone || len(h.calls(t)) != 0 {
			t.Errorf("the call is %s", got)
		}
	})
}
