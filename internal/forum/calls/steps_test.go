package calls_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

func (h *house) cycle(a core.Actor) calls.Cycle {
	h.t.Helper()
	x, err := h.Cycle(h.t.Context(), a, h.edition("2023"))
	if err != nil {
		h.t.Fatal(err)
	}
	return x
}

func (h *house) on(a core.Actor, name string) calls.Date {
	h.t.Helper()
	for _, d := range h.cycle(a).Dates {
		if d.Name.String() == name {
			return d
		}
	}
	h.t.Fatalf("no step %q", name)
	return calls.Date{}
}

// The usual steps are counted from the meeting and from each other; a step that is the end
// of a call moves with it, and hides with it. E013
func TestCycle(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		is(t, "filled by a stranger", h.FillSteps(t.Context(), stranger, h.set.ID), core.KindForbidden)
		is(t, "by a visitor", h.FillSteps(t.Context(), core.Visitor, h.set.ID), core.KindSignIn)
		is(t, "in an edition that is hidden", h.FillSteps(t.Context(), stranger, h.hidden.ID), core.KindNotFound)
		is(t, "fill", h.FillSteps(t.Context(), staff, h.set.ID), "")
		is(t, "fill twice", h.FillSteps(t.Context(), staff, h.set.ID), core.KindConflict)
		for name, want := range map[string]string{
			"Deadline for session proposals": "2023-05-24", "Screening by the secretariat is done": "2023-05-31", "Evaluation by the advisory group is done": "2023-06-21",
			"Annual meeting": "2023-10-08", "Deadline for session reports": "2023-10-26", "Taking stock opens": "2023-10-12",
		} {
			if d := h.on(core.Visitor, name); d.On != want {
				t.Errorf("%s: %s, want %s", name, d.On, want)
			}
		}
		if d := h.on(core.Visitor, "Annual meeting"); d.To != "2023-10-12" {
			t.Errorf("the meeting ends %s", d.To)
		}
		if d := h.on(core.Visitor, "Deadline for session proposals"); d.At.String() != "2023-05-24T23:59:00Z" {
			t.Errorf("the deadline is %s", d.At)
		}

		c := h.add(func(in *calls.Input) { in.Published, in.CloseDay, in.CloseTime = false, "2023-06-01", "00:30" })
		steps, err := h.Steps(t.Context(), staff, h.set)
		if err != nil {
			t.Fatal(err)
		}
		in := calls.StepsOf(steps)
		for i := range in.Steps {
			if in.Steps[i].Name.String() == "Deadline for session proposals" {
				in.Steps[i].Call, in.Steps[i].Zone = string(c.ID), "America/New_York"
			}
		}
		is(t, "hang it on the call", h.SetSteps(t.Context(), staff, h.set.ID, in), "")
		is(t, "with the old form", h.SetSteps(t.Context(), staff, h.set.ID, in), core.KindStale)
		if d := h.on(core.Visitor, "Deadline for session proposals"); d.On != "2023-05-24" || d.Call != "" || d.Path != "" {
			t.Errorf("a visitor learns of the draft: %+v", d)
		}
		now := calls.InputOf(c)
		now.Published = true
		is(t, "publish", h.Change(t.Context(), staff, c.ID, now), "")
		// At half past midnight in UTC it is the evening before in New York.
		if d := h.on(core.Visitor, "Deadline for session proposals"); d.On != "2023-05-31" || d.At != c.Closes || d.Path != "/calls/2023-workshop" {
			t.Errorf("the step: %+v", d)
		}
		if d := h.on(core.Visitor, "Screening by the secretariat is done"); d.On != "2023-06-07" {
			t.Errorf("what is counted from it: %s", d.On)
		}
		if _, err := h.Cycle(t.Context(), core.Visitor, h.hidden); core.KindOf(err) != core.KindNotFound || err == nil {
			t.Errorf("the cycle of a draft edition: %v", err)
		}
	})
}

// Bad steps name their fields; circles have no dates; a step of elsewhere is not taken over.
func TestBadSteps(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		is(t, "fill", h.FillSteps(t.Context(), staff, h.set.ID), "")
		steps, _ := h.Steps(t.Context(), staff, h.set)
		for name, tc := range map[string]struct {
			change func(*calls.StepsInput)
			want   string
		}{
			"no name":        {func(in *calls.StepsInput) { in.Steps[1].Name = core.Text{} }, "steps[1].name"},
			"zone":           {func(in *calls.StepsInput) { in.Steps[1].Zone = "Vienna" }, "steps[1].zone"},
			"clock":          {func(in *calls.StepsInput) { in.Steps[1].Clock = "25:00" }, "steps[1].clock"},
			"days":           {func(in *calls.StepsInput) { in.Steps[1].Days = 9000 }, "steps[1].days"},
			"day":            {func(in *calls.StepsInput) { in.Steps[1].Counted, in.Steps[1].Day = calls.OnDay, "2023-02-31" }, "steps[1].day"},
			"from nowhere":   {func(in *calls.StepsInput) { in.Steps[1].Counted = "spring" }, "steps[1].counted"},
			"from itself":    {func(in *calls.StepsInput) { in.Steps[1].Counted = string(in.Steps[1].ID) }, "steps[1].counted"},
			"in a circle":    {func(in *calls.StepsInput) { in.Steps[3].Counted = string(in.Steps[5].ID) }, "calls.error.circle"},
			"from what goes": {func(in *calls.StepsInput) { in.Steps[3].Remove = true }, "steps[4].counted"},
			"a call of none": {func(in *calls.StepsInput) { in.Steps[1].Call = "x" }, "steps[1].call"},
			"link":           {func(in *calls.StepsInput) { in.Steps[1].URL = "javascript:alert(1)" }, "steps[1].url"},
		} {
			in := calls.StepsOf(steps)
			tc.change(&in)
			is(t, name, h.SetSteps(t.Context(), staff, h.set.ID, in), core.KindInvalid, tc.want)
		}
		other := h.edition("2024")
		in := calls.StepsInput{Steps: []calls.StepRow{{ID: steps[0].ID, Name: en("Mine now"), Counted: calls.FromStart, Days: -3}}}
		is(t, "a step of another edition", h.SetSteps(t.Context(), staff, other.ID, in), "")
		if got, _ := h.Steps(t.Context(), staff, other); len(got) != 1 || got[0].ID == steps[0].ID {
			t.Errorf("it was taken over: %+v", got)
		}
		if got, _ := h.Steps(t.Context(), staff, h.set); len(got) != len(steps) {
			t.Errorf("steps are gone: %d", len(got))
		}
	})
}

// The calendar is a page, a file and JSON; milestones of processes elsewhere stand beside.
func TestCalendar(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		if doc := h.page("", "/2023/cycle"); doc.Find(".empty").Length() != 1 {
			t.Error("an empty calendar says so")
		}
		h.Milestones = func(context.Context, core.Actor) ([]calls.Milestone, error) {
			return []calls.Milestone{
				{Day: "2023-09-18", Until: "2023-09-19", Title: en("Summit"), Process: en("Review, of; all"), Path: "/processes/review"},
				{Day: "2023-07", Title: en("Zero draft"), Process: en("Compact")},
				{Day: "2031", Title: en("Too late"), Process: en("Compact")},
			}, nil
		}
		code, _, head := h.send("staff", http.MethodPost, "/2023/cycle/fill", map[string][]string{"x": {""}})
		if code != http.StatusSeeOther || head.Get("Location") != "/2023/cycle" {
			t.Fatalf("fill: %d %v", code, h.errors)
		}
		doc := h.page("", "/2023/cycle")
		rows := doc.Find("main .rows > li").Map(func(_ int, s *goquery.Selection) string { return text(s) })
		if len(rows) != 19 || !strings.Contains(rows[0], "Deadline for thematic inputs") || !strings.Contains(strings.Join(rows, "|"), "Zero draft") || strings.Contains(strings.Join(rows, "|"), "Too late") {
			t.Errorf("%d rows: %v", len(rows), rows)
		}
		if got := text(doc.Find("main .rows > li").First()); !strings.Contains(got, "08:59 Kyoto") || !strings.Contains(got, "UTC") {
			t.Errorf("a deadline in its clocks: %s", got)
		}
		code, body, head := h.send("", http.MethodGet, "/2023/cycle.ics", nil)
		if code != http.StatusOK || head.Get("Content-Type") != "text/calendar; charset=utf-8" {
			t.Fatalf("%d %v", code, head)
		}
		for _, want := range []string{
			"BEGIN:VCALENDAR\r\n", "DTSTART;VALUE=DATE:20231008\r\nDTEND;VALUE=DATE:20231013\r\n", "DTSTART:20230524T235900Z\r\n", `Review\, of\; all: Summit`,
			"DTSTART;VALUE=DATE:20230918\r\nDTEND;VALUE=DATE:20230920\r\n",
		} {
			if !strings.Contains(body, want) {
				t.Errorf("the file lacks %q", want)
			}
		}
		if n := strings.Count(body, "BEGIN:VEVENT"); n != 18 {
			t.Errorf("%d events", n)
		}
		var out struct {
			Edition    string
			Steps      []struct{ On, At string }
			Milestones []any
		}
		if code, body := h.get("", "/api/v1/editions/2023/cycle"); code != http.StatusOK || json.Unmarshal([]byte(body), &out) != nil || len(out.Steps) != 17 || len(out.Milestones) != 2 || out.Edition != "2023" {
			t.Errorf("JSON: %d %s", code, body)
		}
		for _, path := range []string{"/2024/cycle", "/2024/cycle.ics", "/api/v1/editions/2024/cycle", "/2024/input"} {
			if code, _ := h.get("", path); code != http.StatusNotFound {
				t.Errorf("%s: %d", path, code)
			}
		}
		// A step moves by its form; who comes second sees both.
		form := h.typed(h.page("staff", "/2023/cycle/edit"), map[string]string{"steps[3].days": "-130", "steps[3].about.By[en]": "By 23:59 UTC."})
		send := func() (int, string) {
			code, body, _ := h.send("staff", http.MethodPost, "/2023/cycle/edit", form)
			return code, body
		}
		if code, body := send(); code != http.StatusSeeOther {
			t.Fatalf("%d %v %s", code, h.errors, text(h.read("", body).Find(".problem, .notice")))
		}
		if d := h.on(core.Visitor, "Deadline for session proposals"); d.On != "2023-05-31" {
			t.Errorf("it stands at %s", d.On)
		}
		if code, _ := send(); code != http.StatusConflict {
			t.Errorf("sent twice: %d", code)
		}
		form.Set("steps[2].zone", "Nowhere")
		form.Set("version", h.typed(h.page("staff", "/2023/cycle/edit"), nil).Get("version"))
		if code, body := send(); code != http.StatusUnprocessableEntity || h.read("", body).Find(".problem").Length() != 1 {
			t.Errorf("a bad zone: %d", code)
		}
		for as, want := range map[string]int{"": http.StatusSeeOther, "stranger": http.StatusForbidden} {
			if code, _, _ := h.send(as, http.MethodPost, "/2023/cycle/edit", form); code != want {
				t.Errorf("as %q: %d", as, code)
			}
		}
		h.clock.Freeze(time.Date(2023, 10, 9, 0, 0, 0, 0, time.UTC))
		if got := text(h.page("", "/2023/cycle").Find("main")); !strings.Contains(got, "Annual meeting Now") {
			t.Errorf("on the second day: %s", got)
		}
	})
}
