package reports_test

import (
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/reports"
	"plenary/internal/testkit"
)

// E128, P19: the clock goes on minute by minute over two days; each step reaches each
// person once, in her language, and nothing comes after the report is published.
func TestRemindersComeOncePerStepAndPerson(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		late := h.session("Reading the rivers", "12:00") // nothing is ever filed
		early := h.session("Who owns a rain record", "12:00")
		got := map[string][]string{}
		step := func(clock string) {
			h.freeze(clock)
			for range 3 { // any number of times, in any number of processes
				h.ok(h.s.Remind(t.Context()))
			}
			got[clock] = h.mails()
		}
		for _, clock := range []string{"2026-03-03 11:59", "2026-03-03 12:29", "2026-03-03 12:30"} {
			step(clock)
		}
		v, err := h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, early, filled(), false)
		h.ok(err)
		if v.Draft == nil {
			t.Fatal("no draft")
		}
		h.freeze("2026-03-03 13:50")
		_, err = h.s.Publish(t.Context(), h.rapporteur, h.set, early, reports.Takeaways, "")
		h.ok(err)
		for _, clock := range []string{
			"2026-03-03 13:59", "2026-03-03 14:00", "2026-03-03 23:00", "2026-03-04 08:59", "2026-03-04 09:00", "2026-03-04 13:59", "2026-03-04 14:00", "2026-03-04 20:00",
		} {
			step(clock)
		}
		count := func(clock string, who ...string) {
			t.Helper()
			list := got[clock]
			if len(list) != len(who) {
				t.Errorf("at %s: %q, want mails to %q", clock, list, who)
				return
			}
			for _, w := range who {
				if !slices.ContainsFunc(list, func(m string) bool { return strings.HasPrefix(strings.ToLower(m), strings.ToLower(w)) }) {
					t.Errorf("at %s: %q, want one to %s", clock, list, w)
				}
			}
		}
		count("2026-03-03 11:59")
		count("2026-03-03 12:29")
		count("2026-03-03 12:30", "ines") // one mail that names both reports
		count("2026-03-03 13:59")
		count("2026-03-03 14:00", "ines") // of the one that is missing
		count("2026-03-03 23:00")
		count("2026-03-04 08:59")
		count("2026-03-04 09:00", "ines")
		count("2026-03-04 13:59")
		count("2026-03-04 14:00", "odo", "office")
		count("2026-03-04 20:00")
		last := h.smtp.Mails()
		if m := last[len(last)-1]; !strings.Contains(m.Text, late.Ref) || strings.Contains(m.Text, early.Ref+"/") {
			t.Errorf("the escalation says:\n%s", m.Text)
		}
		if m := last[0]; !strings.Contains(m.Text, "https://forum.example"+late.Path()+"/report/edit") || !strings.Contains(m.Text, early.Path()) {
			t.Errorf("the first reminder lacks its links:\n%s", m.Text)
		}
	})
}

// A mail that waits loses its purpose when the report is published before it is sent.
func TestAReminderIsDroppedWhenPublishedInBetween(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		x := h.session("Reading the rivers", "12:00")
		h.freeze("2026-03-03 14:00")
		h.ok(h.s.Remind(t.Context()))
		_, err := h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, filled(), false)
		h.ok(err)
		_, err = h.s.Publish(t.Context(), h.rapporteur, h.set, x, reports.Takeaways, "")
		h.ok(err)
		if got := h.mails(); len(got) != 0 {
			t.Errorf("sent %q", got)
		}
	})
}

// The full report: three days before, at the limit, three days after, in one mail for
// all of a person's reports.
func TestRemindersOfTheFullReport(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		h.session("Reading the rivers", "12:00")
		h.session("Who owns a rain record", "16:00")
		n := map[string]int{}
		for _, clock := range []string{"2026-03-16 23:59", "2026-03-17 00:00", "2026-03-19 23:59", "2026-03-20 00:00", "2026-03-22 23:59", "2026-03-23 00:00", "2026-03-25 00:00"} {
			h.freeze(clock)
			h.ok(h.s.Remind(t.Context()))
			n[clock] = len(h.mails())
		}
		for clock, want := range map[string]int{"2026-03-16 23:59": 0, "2026-03-17 00:00": 1, "2026-03-19 23:59": 0, "2026-03-20 00:00": 1, "2026-03-22 23:59": 0, "2026-03-23 00:00": 1, "2026-03-25 00:00": 0} {
			if n[clock] != want {
				t.Errorf("at %s: %d mails, want %d", clock, n[clock], want)
			}
		}
	})
}

// The secretariat reminds by hand, once in an hour; others may not.
func TestRemindingByHand(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		x := h.session("Reading the rivers", "12:00")
		h.freeze("2026-03-03 15:00")
		_, err := h.s.RemindNow(t.Context(), h.organiser, h.set, x, reports.Takeaways)
		h.is(err, core.KindForbidden)
		n, err := h.s.RemindNow(t.Context(), staff, h.set, x, reports.Takeaways)
		h.ok(err)
		if got := h.mails(); n != 1 || len(got) != 1 {
			t.Errorf("%d, sent %q", n, got)
		}
		h.freeze("2026-03-03 15:59")
		_, err = h.s.RemindNow(t.Context(), staff, h.set, x, reports.Takeaways)
		h.is(err, core.KindLimited)
		h.freeze("2026-03-03 16:01")
		_, err = h.s.RemindNow(t.Context(), staff, h.set, x, reports.Takeaways)
		h.ok(err)
		h.ok(h.s.Note(t.Context(), staff, h.set, x, reports.Takeaways, reports.RemarkInput{Words: "Called; comes tonight."}))
		h.is(h.s.Note(t.Context(), staff, h.set, x, reports.Takeaways, reports.RemarkInput{Words: "Other"}), core.KindStale)
		lines, err := h.s.Board(t.Context(), staff, h.set, reports.Takeaways)
		h.ok(err)
		chase, err := h.s.Chasing(t.Context(), staff, h.set, reports.Takeaways, lines)
		h.ok(err)
		if c := chase[x.ID]; c.Remark.Words == "" || c.Reminded.IsZero() || len(c.Responsible) != 1 || c.Responsible[0].Name != "Ines Quell" {
			t.Errorf("the board says %+v", c)
		}
		_, err = h.s.Chasing(t.Context(), h.organiser, h.set, reports.Takeaways, lines)
		h.is(err, core.KindForbidden)
	})
}
