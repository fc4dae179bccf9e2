package meetings_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/meetings"
	"plenary/internal/testkit"
)

func TestDates(t *testing.T) {
	day := func(s string) time.Time { d, _ := core.ParseDate(s); return d }
	for _, x := range []struct{ first, until, rhythm, want string }{
		{"2026-03-03", "2026-03-24", meetings.Weekly, "03-03 03-10 03-17 03-24"},
		{"2026-03-03", "2026-04-13", meetings.Fortnightly, "03-03 03-17 03-31"},
		{"2026-03-10", "2026-06-30", meetings.Monthly, "03-10 04-14 05-12 06-09"},
		{"2026-03-31", "2026-09-30", meetings.Monthly, "03-31 06-30 09-29"}, // fifth Tuesdays
		{"2026-01-27", "2026-04-30", meetings.MonthlyLast, "01-27 02-24 03-31 04-28"},
		{"2026-01-20", "2026-02-28", meetings.MonthlyLast, "01-27 02-24"},
		{"2026-11-03", "2027-02-28", meetings.Monthly, "11-03 12-01 01-05 02-02"},
		{"2026-03-03", "2026-03-03", meetings.Weekly, "03-03"},
		{"2026-03-03", "2027-03-03", "", "03-03"},
	} {
		var got []string
		for _, d := range meetings.Dates(day(x.first), day(x.until), x.rhythm) {
			got = append(got, d.Format("01-02"))
		}
		if strings.Join(got, " ") != x.want {
			t.Errorf("%s from %s: %v, want %s", x.rhythm, x.first, got, x.want)
		}
	}
}

// A series keeps its hour on the wall when the clocks change, in Paris as in São Paulo (in
// the years when its clocks still changed), and Paris drifts against UTC.
func TestSeriesAcrossAChangeOfTheClocks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		h.clock.Freeze(time.Date(2018, 9, 1, 0, 0, 0, 0, time.UTC))
		for _, x := range []struct{ zone, day, until, utc string }{
			{"Europe/Paris", "2018-10-16", "2018-11-13", "13:00 13:00 14:00 14:00 14:00"},
			{"America/Sao_Paulo", "2018-10-23", "2018-11-13", "18:00 18:00 17:00 17:00"},
			{"UTC", "2018-10-16", "2018-11-13", "15:00 15:00 15:00 15:00 15:00"},
		} {
			in := input("Weekly call", x.day)
			in.Zone, in.Repeat, in.Until = x.zone, meetings.Weekly, x.until
			list, err := h.Add(t.Context(), staff, h.body.ID, in) // nobody held a seat then
			must(t, err)
			var utc []string
			for i, m := range list {
				at := m.Starts.In(x.zone)
				if at.Format("15:04") != "15:00" || m.Length() != time.Hour || m.Number != int64(i+1) {
					t.Errorf("%s: %v, %v", x.zone, at, m.Length())
				}
				utc = append(utc, m.Starts.Time().Format("15:04"))
			}
			if strings.Join(utc, " ") != x.utc {
				t.Errorf("%s: %v", x.zone, utc)
			}
		}
		// An hour that a date of the series skips, or has twice, is said.
		in := input("At night", "2019-03-17")
		in.Time, in.Repeat, in.Until = "02:30", meetings.Weekly, "2019-04-07"
		_, err := h.Add(t.Context(), staff, h.body.ID, in)
		kindOf(t, err, core.KindInvalid)
		if !strings.Contains(err.Error(), "time: core.time.skipped") {
			t.Error(err)
		}
		in.Day, in.Until = "2018-10-28", "2018-10-28"
		in.Repeat = ""
		_, err = h.Add(t.Context(), staff, h.body.ID, in)
		kindOf(t, err, core.KindInvalid)
		if !strings.Contains(err.Error(), "twice: meetings.error.twice") {
			t.Error(err)
		}
		for twice, utc := range map[string]string{meetings.TwiceFirst: "00:30", meetings.TwiceSecond: "01:30"} {
			in.Twice = twice
			list, err := h.Add(t.Context(), staff, h.body.ID, in)
			must(t, err)
			if got := list[0].Starts.Time().Format("15:04"); got != utc {
				t.Errorf("%s: %s", twice, got)
			}
			if back := meetings.InputOf(list[0]); back.Twice != twice {
				t.Errorf("%s comes back as %q", twice, back.Twice)
			}
		}
		in = input("Too many", "2019-01-01")
		in.Repeat, in.Until = meetings.Weekly, "2020-08-30"
		_, err = h.Add(t.Context(), staff, h.body.ID, in)
		kindOf(t, err, core.KindInvalid)
	})
}

// Each meeting of a series is moved by itself; a change of this and all that follow leaves
// those alone that were, and follows the clocks.
func TestMoves(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx, a := t.Context(), h.actors["coordinator"]
		in := input("Weekly call", "2026-03-17")
		in.Repeat, in.Until = meetings.Weekly, "2026-04-14"
		list := h.add(in) // 17, 24, 31 March, 7, 14 April; the clocks change on 29 March
		show := func() string {
			t.Helper()
			all, err := h.Meetings(ctx, core.Visitor, meetings.Filter{Series: list[0].Series})
			must(t, err)
			var out []string
			for _, m := range all {
				s := m.Starts.In(m.Zone).Format("02.15:04")
				if m.Moved {
					s += "*"
				}
				if m.State == meetings.Cancelled {
					s += "x"
				}
				out = append(out, s)
			}
			return strings.Join(out, " ")
		}
		alone := meetings.InputOf(list[2])
		alone.Time, alone.Agenda = "18:30", en("An agenda of its own")
		_, err := h.Edit(ctx, a, list[2].ID, alone)
		must(t, err)
		if got := show(); got != "17.15:00 24.15:00 31.18:30* 07.15:00 14.15:00" {
			t.Error(got)
		}
		all := meetings.InputOf(list[1])
		all.Following, all.Day, all.Time, all.Minutes, all.Room = true, "2026-03-25", "09:00", 90, en("Room XVII, Geneva")
		_, err = h.Edit(ctx, a, list[1].ID, all)
		must(t, err)
		if got := show(); got != "17.15:00 25.09:00 31.18:30* 08.09:00 15.09:00" {
			t.Error(got)
		}
		third, _, err := h.Get(ctx, a, list[2].ID)
		must(t, err)
		if third.Room.String() != "Room XVII, Geneva" || third.Agenda.String() != "An agenda of its own" || third.Length() != time.Hour {
			t.Errorf("%+v", third)
		}
		last, _, err := h.Get(ctx, a, list[4].ID)
		must(t, err)
		if last.Starts.Time().Format("15:04") != "07:00" || last.Length() != 90*time.Minute {
			t.Errorf("%v, %v", last.Starts, last.Length())
		}
		fourth, _, err := h.Get(ctx, a, list[3].ID)
		must(t, err)
		_, err = h.Cancel(ctx, a, fourth.ID, meetings.StateInput{Version: fourth.Version, Note: en("Holidays")})
		must(t, err)
		_, err = h.Edit(ctx, a, list[1].ID, all) // with the version that it had
		kindOf(t, err, core.KindStale)
		third, err = h.Cancel(ctx, a, third.ID, meetings.StateInput{Version: third.Version, Following: true})
		must(t, err)
		if got := show(); got != "17.15:00 25.09:00 31.18:30*x 08.09:00x 15.09:00x" {
			t.Error(got)
		}
		if third.State != meetings.Cancelled {
			t.Error(third.State)
		}
		before := len(h.mails())
		_, err = h.Cancel(ctx, a, list[0].ID, meetings.StateInput{Following: true})
		must(t, err)
		if got := show(); got != "17.15:00x 25.09:00x 31.18:30*x 08.09:00x 15.09:00x" {
			t.Error(got)
		}
		for _, l := range h.fresh(before, "coordinator", "seat") {
			if strings.Count(l.Calendar, "BEGIN:VEVENT") != 2 || !strings.Contains(l.Calendar, "METHOD:PUBLISH") { // those that were open
				t.Error(l.Calendar)
			}
		}
	})
}

// What a person sees: the form, its preview without a script, hours that are skipped or come
// twice, the series.
func TestForms(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		at := "/meetings/new?body=" + string(s.body.ID)
		code, page, _ := s.do("coordinator", "GET", at, nil)
		if code != http.StatusOK || !strings.Contains(page, `name="minutes" value="60"`) || !strings.Contains(page, `<option value="Asia/Tokyo">`) || strings.Contains(page, `name="twice"`) {
			t.Errorf("%d", code)
		}
		if code, _, _ := s.do("seat", "GET", at, nil); code != http.StatusForbidden {
			t.Errorf("as a member: %d", code)
		}
		form := url.Values{
			"title.Orig": {"en"}, "title.By[en]": {"A call"}, "day": {"2026-03-29"}, "time": {"02:30"}, "minutes": {"60"}, "zone": {"Europe/Paris"},
			"address_for": {"public"}, "visibility": {"public"}, "state": {"confirmed"}, "_look": {"1"},
		}
		code, page, _ = s.do("coordinator", "POST", at, form)
		if code != http.StatusOK || !strings.Contains(page, "the clocks are put forward") {
			t.Errorf("preview of a skipped hour: %d", code)
		}
		form.Set("time", "14:00")
		code, page, _ = s.do("coordinator", "POST", at, form)
		if code != http.StatusOK || !strings.Contains(page, "Sun 29 Mar 14:00–15:00 Paris") || !strings.Contains(page, "12:00 UTC") || !strings.Contains(page, "Asia-Pacific Group") {
			t.Errorf("preview: %d\n%s", code, page)
		}
		form.Del("_look")
		form.Set("day", "2026-10-25")
		form.Set("time", "02:30")
		code, page, _ = s.do("coordinator", "POST", at, form)
		if code != http.StatusUnprocessableEntity || !strings.Contains(page, `name="twice"`) || !strings.Contains(page, "comes twice") {
			t.Errorf("an hour that comes twice: %d", code)
		}
		form.Set("twice", "second")
		code, _, head := s.do("coordinator", "POST", at, form)
		if code != http.StatusSeeOther {
			t.Fatalf("announce: %d", code)
		}
		_, page, _ = s.do("", "GET", head.Get("Location"), nil)
		if !strings.Contains(page, "01:30 UTC") {
			t.Error("the second of the two is not meant")
		}
		form.Set("repeat", "week")
		form.Set("until", "2026-12-01")
		form.Set("day", "2026-10-27")
		form.Set("time", "14:00")
		form.Del("twice")
		code, _, head = s.do("coordinator", "POST", at, form)
		if code != http.StatusSeeOther {
			t.Fatalf("announce a series: %d", code)
		}
		_, page, _ = s.do("coordinator", "GET", head.Get("Location"), nil)
		if !strings.Contains(page, "Every week on Tuesday") || !strings.Contains(page, "/meetings/planner?series=") {
			t.Error("the page does not tell of its series")
		}
		_, page, _ = s.do("", "GET", "/meetings?body="+string(s.body.ID), nil)
		if strings.Count(page, `href="/meetings/0`) != 7 || !strings.Contains(page, "November 2026") {
			t.Errorf("list: %d", strings.Count(page, `href="/meetings/0`))
		}
		code, part, _ := s.do("", "GET", "/meetings/when?day=2026-10-25&time=02:30&zone=Europe/Paris&minutes=60", nil)
		if code != http.StatusOK || !strings.Contains(part, "comes twice") || strings.Contains(part, "<html") {
			t.Errorf("while one types: %d %s", code, part)
		}
	})
}
