package meetings_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/meetings"
	"plenary/internal/testkit"
)

func TestZones(t *testing.T) {
	for name, want := range map[string]string{
		"Nairobi": "Africa/Nairobi", " são paulo ": "America/Sao_Paulo", "Asia/Tokyo": "Asia/Tokyo", "new york": "America/New_York", "UTC": "UTC", "Nowhere": "",
	} {
		if got, ok := meetings.FindZone(name); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", name, got, ok)
		}
	}
	for country, want := range map[string]string{"BR": "America/Sao_Paulo", "RU": "Europe/Moscow", "SN": "Africa/Dakar", "XX": ""} {
		if got := meetings.ZoneOf(country); got != want {
			t.Errorf("%s: %q", country, got)
		}
	}
}

// Everybody may ask whose night an hour is; the page works without a script and the JSON API
// says the same.
func TestPlanner(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		code, page, _ := s.do("", "GET", "/meetings/planner", nil)
		if code != http.StatusOK || strings.Count(page, `<th scope="rowgroup"`) != 5 || !strings.Contains(page, "Tue 24 Feb 14:00–15:00 UTC") {
			t.Fatalf("%d", code)
		}
		if n := len(regexp.MustCompile(`<tr[^>]*><th scope="row"><a href="[^"]*time=\d\d%3A00[^"]*#hours">`).FindAllString(page, -1)); n != 24 {
			t.Errorf("%d hours are compared", n)
		}
		ask := url.Values{"day": {"2026-06-10"}, "time": {"12:00"}, "minutes": {"60"}, "zone": {"UTC"}, "who": {"list"}, "cities": {"Nairobi, Tokyo\nAmerica/Bogota"}}
		code, page, _ = s.do("", "GET", "/meetings/planner?"+ask.Encode(), nil)
		for _, want := range []string{"Wed 10 Jun</span> <span>15:00–16:00", "<span>21:00–22:00", "<span>07:00–08:00", "night-yellow", "Early or late"} {
			if code != http.StatusOK || !strings.Contains(page, want) {
				t.Errorf("%d, no %q", code, want)
			}
		}
		_, body, _ := s.do("", "GET", "/api/v1/meetings/planner?"+ask.Encode(), nil)
		var got meetings.Answer
		must(t, json.Unmarshal([]byte(body), &got))
		if len(got.Regions) != 3 || got.Regions[0].Points != 0 || got.Regions[1].Points != 1 || got.Regions[2].Points != 1 || len(got.Hours) != 24 || got.Hours[got.Fairest[0]].Worst > 1 {
			t.Errorf("%s", body)
		}
		for bad, want := range map[string]string{
			"cities=Atlantis&who=list": "Atlantis", "day=2026-03-29&time=02:30&zone=Europe/Paris": "put forward", "zone=Mars/Base": "Mars/Base", "minutes=0": "from 5 to 1440",
			"count=99": "from 1 to 26", "day=yesterday": "yesterday", "who=list": "at least one city",
		} {
			code, page, _ := s.do("", "GET", "/meetings/planner?"+bad, nil)
			if code != http.StatusUnprocessableEntity || !strings.Contains(page, want) {
				t.Errorf("%s: %d", bad, code)
			}
		}
		// A skipped hour stands in the table as such.
		if _, page, _ = s.do("", "GET", "/meetings/planner?day=2026-03-29&zone=Europe/Paris", nil); strings.Count(page, "the clocks are put forward") != 1 {
			t.Error("the hour that is skipped is not said")
		}
		if code, _, _ := s.do("", "GET", "/meetings/planner?body=01890000-0000-7000-8000-00000000ffff", nil); code != http.StatusNotFound {
			t.Errorf("a body that is none: %d", code)
		}
		// A session leads to it with its time.
		_, page, _ = s.do("", "GET", "/2026/"+s.session.Ref, nil)
		if !strings.Contains(page, "/meetings/planner?day=2026-06-10&amp;minutes=90&amp;time=05%3A00&amp;zone=UTC") {
			t.Error("no link from the session")
		}
	})
}

// A series takes turns with one press: the seats of its body are spared and burdened alike,
// what was borne before counts, and the members get one mail.
func TestTurns(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		ctx, a := t.Context(), s.actors["coordinator"]
		past := input("Past call", "2026-01-13")
		past.Time = "03:00"
		s.add(past)
		gone := input("Cancelled call", "2026-01-20")
		gone.Time = "03:00"
		_, err := s.Cancel(ctx, a, s.add(gone)[0].ID, meetings.StateInput{})
		must(t, err)
		in := input("Call", "2026-03-03")
		in.Minutes, in.Repeat, in.Until = 120, meetings.Fortnightly, "2026-06-30"
		list := s.add(in)
		q := meetings.Plan{Series: list[0].Series}
		got, err := s.Plan(ctx, a, &q)
		must(t, err)
		if len(got.Regions) != 2 || got.Turns == nil || len(got.Turns.Dates) != len(list) || got.Turns.Past != 1 || got.Turns.Before[0] <= 0 {
			t.Fatalf("%+v", got)
		}
		if got.Turns.Rotate.Worst > got.Turns.Single.Worst || got.Turns.Single.Worst > got.Turns.Fixed.Worst {
			t.Errorf("in turn %v, one time %v, as it is %v", got.Turns.Rotate.Worst, got.Turns.Single.Worst, got.Turns.Fixed.Worst)
		}
		at := "/meetings/planner?series=" + string(list[0].Series)
		_, page, _ := s.do("seat", "GET", at, nil)
		if strings.Contains(page, `name="turn"`) {
			t.Error("a member may press it")
		}
		_, page, _ = s.do("coordinator", "GET", at, nil)
		form := url.Values{}
		for _, m := range regexp.MustCompile(`name="turn" value="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			form.Add("turn", m[1])
		}
		if len(form["turn"]) != len(list) {
			t.Fatalf("%d turns", len(form["turn"]))
		}
		apply := "/meetings/series/" + string(list[0].Series) + "/turns"
		if code, _, _ := s.do("seat", "POST", apply, form); code != http.StatusForbidden {
			t.Errorf("a member: %d", code)
		}
		if code, _, _ := s.do("stranger", "POST", apply, form); code != http.StatusForbidden {
			t.Errorf("a coordinator of another body: %d", code)
		}
		before := len(s.mails())
		if code, body, _ := s.do("coordinator", "POST", apply, form); code != http.StatusSeeOther {
			t.Fatalf("apply: %d %s", code, body)
		}
		s.fresh(before, "coordinator", "seat")
		now, err := s.Meetings(ctx, a, meetings.Filter{Series: list[0].Series})
		must(t, err)
		for i, m := range now {
			if m.Starts != got.Turns.Dates[i].Starts || m.Moved || m.Length() != list[i].Length() {
				t.Errorf("%d: %v, want %v", i, m.Starts, got.Turns.Dates[i].Starts)
			}
		}
		_, page, _ = s.do("", "GET", now[0].Path(), nil)
		if !strings.Contains(page, "take turns") {
			t.Error("the page does not say that the times take turns")
		}
		if _, page, _ = s.do("coordinator", "GET", at, nil); strings.Contains(page, `name="turn"`) && got.Turns.Proven {
			again := meetings.Plan{Series: list[0].Series}
			if x, err := s.Plan(ctx, a, &again); err != nil || x.Turns.Rotate.Worst != got.Turns.Rotate.Worst {
				t.Errorf("asked again: %+v, %v", x.Turns, err)
			}
		}
		// Pressed twice, or for a meeting of another series, nothing moves.
		if code, _, _ := s.do("coordinator", "POST", apply, form); code != http.StatusConflict {
			t.Errorf("pressed twice: %d", code)
		}
		strange, err := s.Add(ctx, staff, s.other.ID, in)
		must(t, err)
		err = s.Rotate(ctx, a, meetings.TurnInput{Series: list[0].Series, Times: []meetings.TurnTime{{Meeting: strange[0].ID, Version: 1, Time: "10:00"}}})
		kindOf(t, err, core.KindNotFound)
		err = s.Rotate(ctx, a, meetings.TurnInput{Series: strange[0].Series, Times: []meetings.TurnTime{{Meeting: strange[0].ID, Version: 1, Time: "10:00"}}})
		kindOf(t, err, core.KindForbidden)
	})
}
