package meetings_test

import (
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/meetings"
	"plenary/internal/testkit"
)

// E174: members get one mail for each change, with a calendar file whose method says what to
// do with it; a series is one mail; what nobody has to know writes to nobody.
func TestNotices(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx, a := t.Context(), h.actors["coordinator"]
		m := h.add(input("Monthly call", "2026-02-24"))[0]
		list := h.fresh(0, "coordinator", "seat")
		for _, l := range list {
			cal := strings.ReplaceAll(l.Calendar, "\r\n ", "")
			for _, want := range []string{"METHOD:REQUEST", "SEQUENCE:1", "STATUS:CONFIRMED", "DTSTART;TZID=Europe/Paris:20260224T150000", "ORGANIZER", "mailto:desk@forum.example", "mailto:" + l.To, "secret-door"} {
				if !strings.Contains(cal, want) {
					t.Errorf("no %s in %s", want, cal)
				}
			}
			if !strings.Contains(l.Text, "https://rooms.example/secret-door") || !strings.Contains(l.Text, "Tue 24 Feb 15:00–16:00 Paris (Tue 24 Feb 14:00 UTC)") {
				t.Error(l.Text)
			}
		}
		if !strings.Contains(list[1].Text, "For you: Tue 24 Feb 11:00 Sao Paulo") {
			t.Error(list[1].Text)
		}
		edit := func(change func(*meetings.Input)) {
			t.Helper()
			in := meetings.InputOf(m)
			change(&in)
			var err error
			m, err = h.Edit(ctx, a, m.ID, in)
			must(t, err)
		}
		edit(func(in *meetings.Input) { in.Agenda = en("Another agenda") })
		h.fresh(2)
		edit(func(*meetings.Input) {})
		h.fresh(2)
		edit(func(in *meetings.Input) { in.Time, in.Note = "17:00", en("The chair is in the air") })
		list = h.fresh(2, "coordinator", "seat")
		if l := list[0]; !strings.Contains(l.Text, "instead of Tue 24 Feb 15:00–16:00 Paris") || !strings.Contains(l.Text, "The chair is in the air") || !strings.Contains(l.Calendar, "SEQUENCE:3") {
			t.Errorf("%s\n%s", l.Text, l.Calendar)
		}
		var err error
		m, err = h.Cancel(ctx, a, m.ID, meetings.StateInput{Version: m.Version})
		must(t, err)
		list = h.fresh(4, "coordinator", "seat")
		if l := list[1]; !strings.Contains(l.Calendar, "METHOD:CANCEL") || !strings.Contains(l.Calendar, "STATUS:CANCELLED") || strings.Contains(l.Text, "secret-door") {
			t.Errorf("%s\n%s", l.Text, l.Calendar)
		}
		in := input("Weekly call", "2026-03-03")
		in.Repeat, in.Until = meetings.Weekly, "2026-06-30"
		series := h.add(in)
		list = h.fresh(6, "coordinator", "seat")
		for _, l := range list {
			if strings.Count(l.Calendar, "BEGIN:VEVENT") != len(series) || !strings.Contains(l.Calendar, "METHOD:PUBLISH") || strings.Count(l.Text, " UTC)") != len(series) {
				t.Error(l.Text)
			}
		}
		// What is past is told to nobody.
		h.add(input("Last year", "2025-02-24"))
		h.fresh(8)
	})
}

// Members are reminded a day before, once; a meeting that was moved, once more.
func TestReminders(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		m := h.add(input("Monthly call", "2026-02-24"))[0]
		soon := h.add(input("Today’s call", "2026-02-10"))[0]
		h.clock.Freeze(soon.Starts.Time().Add(-time.Hour))
		must(t, h.Remind(ctx))
		h.fresh(4) // the second was announced within the day
		h.clock.Freeze(m.Starts.Time().Add(-25 * time.Hour))
		must(t, h.Remind(ctx))
		h.fresh(4)
		h.clock.Freeze(m.Starts.Time().Add(-24 * time.Hour))
		must(t, h.Remind(ctx))
		must(t, h.Remind(ctx))
		list := h.fresh(4, "coordinator", "seat")
		if list[0].Kind != "meeting_reminder" || !strings.HasPrefix(list[0].Subject, "Tomorrow:") {
			t.Errorf("%+v", list[0])
		}
		in := meetings.InputOf(m)
		in.Day = "2026-03-24"
		m, err := h.Edit(ctx, staff, m.ID, in)
		must(t, err)
		h.fresh(6, "coordinator", "seat")
		h.clock.Freeze(m.Starts.Time().Add(-time.Hour))
		must(t, h.Remind(ctx))
		h.fresh(8, "coordinator", "seat")
		_, err = h.Cancel(ctx, core.Operator, m.ID, meetings.StateInput{})
		must(t, err)
		must(t, h.Remind(ctx))
		h.fresh(10, "coordinator", "seat")
	})
}
