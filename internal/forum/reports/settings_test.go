package reports_test

import (
	"errors"
	"slices"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/reports"
	"plenary/internal/testkit"
)

// Whoever settles second is shown what stands: the usual rule of each type that has none
// of its own. A new reminder never takes the code of one that was taken out, else whoever
// got that would not get the new one.
func TestSettlingTwice(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		form := func() reports.SettingsInput {
			settings, err := h.s.Settings(t.Context(), h.set.ID)
			h.ok(err)
			rules, err := h.s.Rules(t.Context(), h.set.ID)
			h.ok(err)
			return reports.InputOfSettings(settings, rules)
		}
		first := form()
		late := form()
		first.Rules = nil
		first.Steps = append(first.Steps, reports.StepInput{Kind: reports.Full, Minutes: 60, To: reports.ToStaff})
		h.ok(h.s.Settle(t.Context(), staff, h.set, first))
		err := h.s.Settle(t.Context(), staff, h.set, late)
		h.is(err, core.KindStale)
		e, _ := errors.AsType[*core.Error](err)
		if cur, ok := e.Current.(reports.SettingsInput); !ok || !slices.Equal(cur.Rules, late.Rules) {
			t.Errorf("what stands now has the rules %+v, want %+v", e.Current, late.Rules)
		}
		second := form()
		n := len(second.Steps) - 1
		taken := second.Steps[n].Code
		second.Steps = second.Steps[:n]
		h.ok(h.s.Settle(t.Context(), staff, h.set, second))
		third := form()
		third.Steps = append(third.Steps, reports.StepInput{Kind: reports.Full, Minutes: 90, To: reports.ToStaff})
		h.ok(h.s.Settle(t.Context(), staff, h.set, third))
		if got := form().Steps; len(got) != n+1 || got[n].Code == taken || got[n].Code == "" || got[0].Code != first.Steps[0].Code {
			t.Errorf("after %q was taken out the steps are %+v", taken, got)
		}
	})
}

// Nobody is reminded of what she does not owe.
func TestNoReminderOfWhatIsNotOwed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		h.freeze("2026-03-10 09:00")
		x := h.session("Entered after it took place", "12:00")
		h.is(errOf(h.s.RemindNow(t.Context(), staff, h.set, x, reports.Takeaways)), core.KindConflict)
		if got := h.mails(); len(got) != 0 {
			t.Errorf("sent %q", got)
		}
	})
}

// A translation with more paragraphs than the original is refused: the last of them would
// be lost.
func TestATranslationLosesNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		x := h.session("Reading the rivers", "12:00")
		h.freeze("2026-03-03 12:20")
		text := en("One.\n\nTwo.").With("fr", "Un.\n\nDeux.\n\nTrois.")
		h.is(errOf(h.s.SaveFull(t.Context(), h.rapporteur, h.set, x, reports.FullInput{Text: text}, true)), core.KindInvalid)
		v, err := h.s.SaveFull(t.Context(), h.rapporteur, h.set, x, reports.FullInput{Text: text.With("fr", "Un.")}, true)
		h.ok(err)
		if n := len(v.Draft.Paragraphs); n != 2 || v.Draft.Paragraphs[0].Text.By["fr"] != "Un." {
			t.Errorf("saved %+v", v.Draft.Paragraphs)
		}
	})
}
