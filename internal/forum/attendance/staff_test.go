package attendance_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/attendance"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
)

// Places, attendance and exports are the staff's, by every door.
func TestOnlyTheStaff(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		h.place(x)
		paths := []string{
			"/2026/attendance", "/2026/attendance/paste", "/2026/attendance/fallback", "/2026/attendance/fallback?day=day-3", "/2026/attendance/people/1",
			x.Path() + "/place", x.Path() + "/attendance", x.Path() + "/attendance.csv",
			"/api/v1/editions/2026/places", "/api/v1/editions/2026/attendance",
		}
		for _, who := range []string{"visitor", "member", "editor", "ada", "bo"} {
			d := h.device(who)
			for _, path := range paths {
				a, body := d.get(path)
				if a.status == http.StatusOK || a.status == http.StatusForbidden || strings.Contains(body, "meet.example") || strings.Contains(body, "Private") {
					t.Errorf("%s, %s: %d", who, path, a.status)
				}
			}
			for _, path := range []string{"/2026/attendance/paste", "/2026/attendance/people/1", x.Path() + "/place", x.Path() + "/attendance"} {
				a, body := d.post(path, "url", "https://evil.example", "early", "15", "access", "all", "version", "1", "lines", x.Ref+",https://evil.example",
					"number", "1", "way", "online", "reason", "x", "renew", "1")
				if who != "visitor" && a.status != http.StatusNotFound || strings.Contains(body, "meet.example") {
					t.Errorf("%s posts to %s: %d", who, path, a.status)
				}
			}
		}
		d := h.device("staff")
		for _, path := range paths {
			if a, body := d.get(path); a.status != http.StatusOK {
				t.Errorf("staff, %s: %d\n%s", path, a.status, body)
			}
		}
		in, err := h.att.PlaceOf(t.Context(), h.staff, h.set, x.ID)
		h.ok(err)
		if in.URL != meeting+x.Ref || h.counts(x).All != 0 {
			t.Fatalf("changed: %+v", in)
		}
	})
}

// A place is set by a form that keeps what was typed, and many at once: all or none.
func TestPlaces(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		y := h.session("Closed networks", "2026-10-27", "10:00", 60)
		staff := h.as("staff")
		p := staff.Get(x.Path() + "/place")
		form := p.Form()
		form.Set("url", "http://meet.example.org/1")
		form.Set("early", "999")
		form.Set("invited", "nobody")
		p = staff.Post(x.Path()+"/place", form)
		if p.Status != http.StatusUnprocessableEntity || p.Find("p.problem").Length() != 3 || p.Form().Get("url") != "http://meet.example.org/1" {
			t.Fatalf("a bad place: %d\n%s", p.Status, p.Text("main"))
		}
		form.Set("url", meeting+"1")
		form.Set("early", "20")
		form.Set("invited", "1\nada@example.org")
		if p = staff.Post(x.Path()+"/place", form); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "The place is saved.") && !strings.Contains(p.Body, "The place is saved.") {
			t.Fatalf("a good place: %d\n%s", p.Status, p.Text("main"))
		}
		if p = staff.Post(x.Path()+"/place", form); p.Status != http.StatusConflict {
			t.Fatalf("a stale place: %d", p.Status)
		}
		if p = staff.Get("/2026/attendance?without=1"); p.Find("tbody tr").Length() != 1 || !strings.Contains(p.Text("tbody"), "Closed networks") {
			t.Fatalf("without a place: %s", p.Text("main"))
		}
		if p = staff.Get("/2026/attendance?day=day-3"); p.Find("tbody tr").Length() != 1 || !strings.Contains(p.Text("tbody"), "meet.example.org") {
			t.Fatalf("of a day: %s", p.Text("main"))
		}
		bad := "ws1," + meeting + "a\nws2,http://x\nws99," + meeting + "b"
		p = staff.Post("/2026/attendance/paste", url.Values{"lines": {bad}})
		if p.Status != http.StatusUnprocessableEntity || p.Form().Get("lines") != bad || !strings.Contains(p.Text("main"), "Line 2") {
			t.Fatalf("bad lines: %d\n%s", p.Status, p.Text("main"))
		}
		bad = x.Ref + "," + meeting + "a\nws99," + meeting + "b"
		p = staff.Post("/2026/attendance/paste", url.Values{"lines": {bad}})
		if in, err := h.att.PlaceOf(t.Context(), h.staff, h.set, x.ID); err != nil || in.URL != meeting+"1" || p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("main"), "WS 99") {
			t.Fatalf("half a change: %+v, %d\n%s", in, p.Status, p.Text("main"))
		}
		n, err := h.att.Paste(t.Context(), h.staff, h.set, attendance.PasteInput{Lines: x.Ref + "," + meeting + "1\n" + y.Ref + "," + meeting + "2"})
		if err != nil || n != 1 {
			t.Fatalf("%d changed, %v", n, err)
		}
		in, err := h.att.PlaceOf(t.Context(), h.staff, h.set, x.ID)
		if err != nil || in.Early != 20 || in.Invited != "1\nada@example.org" {
			t.Fatalf("the rest is lost: %+v, %v", in, err)
		}
		if n := h.events("session.place_set"); n != 2 {
			t.Fatalf("%d events", n)
		}
		var data []string
		h.ok(h.DB.Read.NewRaw("SELECT data FROM events WHERE kind = 'session.place_set'").Scan(t.Context(), &data))
		if strings.Contains(strings.Join(data, ""), "meet.example") {
			t.Fatal("the record tells the place")
		}
	})
}

// The staff corrects who was there, with a reason that stays.
func TestCorrection(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		h.place(x)
		h.at("2026-10-26", "10:05")
		h.device("ada").post(h.link("ada", x), "do", "enter")
		staff := h.as("staff")
		path := x.Path() + "/attendance"
		p := staff.Get(path)
		if !strings.Contains(p.Text("table"), "Private Ada") {
			t.Fatalf("who was there: %s", p.Text("main"))
		}
		p = staff.Post(path, url.Values{"number": {"99"}, "way": {"onsite"}, "reason": {"She says so."}})
		if p.Status != http.StatusUnprocessableEntity || p.Find("p.problem").Length() != 1 || p.Form().Get("reason") != "She says so." {
			t.Fatalf("nobody: %d\n%s", p.Status, p.Text("main"))
		}
		if p = staff.Post(path, url.Values{"number": {"2"}, "way": {"onsite"}, "reason": {""}}); p.Status != http.StatusUnprocessableEntity {
			t.Fatalf("without a reason: %d", p.Status)
		}
		if p = staff.Post(path, url.Values{"number": {"2"}, "way": {"onsite"}, "reason": {"She was on the stage."}}); p.Status != http.StatusOK {
			t.Fatalf("adding: %d\n%s", p.Status, p.Text("main"))
		}
		if n := h.counts(x); n.All != 2 || n.Onsite != 1 {
			t.Fatalf("counted %+v", n)
		}
		staff.Post(path, url.Values{"number": {"1"}, "remove": {"true"}, "reason": {"A test."}})
		if n := h.counts(x); n.All != 1 {
			t.Fatalf("counted %+v", n)
		}
		// A link does not undo it; the staff can.
		if a, _ := h.device("ada").post(h.link("ada", x), "do", "enter"); a.location != meeting+x.Ref || h.counts(x).All != 1 {
			t.Fatalf("%+v, %+v", a, h.counts(x))
		}
		h.ok(h.att.Correct(t.Context(), h.staff, h.set, x.ID, attendance.CorrectInput{Number: "1", Way: attendance.Hub, Reason: "It was she."}))
		if n := h.counts(x); n.All != 2 || n.Hub != 1 || h.events("attendance.added") != 2 || h.events("attendance.removed") != 1 {
			t.Fatalf("counted %+v", n)
		}
		err := h.att.Correct(t.Context(), h.staff, h.set, x.ID, attendance.CorrectInput{Number: "1", Way: attendance.Hub, Reason: "Again."})
		if core.KindOf(err) != core.KindConflict {
			t.Fatal(err)
		}
		_, csv := h.device("staff").get(path + ".csv")
		if !strings.Contains(csv, "Private Bo") || strings.Count(csv, "\n") != 3 {
			t.Fatalf("CSV: %s", csv)
		}
		if p = staff.Get("/2026/attendance/people/1"); !strings.Contains(p.Text("main"), "Open networks") {
			t.Fatalf("one person: %s", p.Text("main"))
		}
		old := h.link("ada", x)
		staff.Post("/2026/attendance/people/1", url.Values{"renew": {"1"}})
		if a, _ := h.device("ada").get(old); a.status != http.StatusNotFound {
			t.Fatalf("an old link: %+v", a)
		}
	})
}

// The page to fall back on holds the day's programme, no name, and places for who is admitted.
func TestFallbackFile(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		y := h.session("Closed meeting", "2026-10-26", "12:00", 60, invitedOnly)
		z := h.session("Small meeting", "2026-10-26", "13:00", 60)
		other := h.session("Another day", "2026-10-27", "10:00", 60)
		h.session("Draft session", "2026-10-26", "15:00", 60, func(n *programme.NewSession) { n.State = programme.StateDraft })
		for _, s := range []*programme.Session{x, y, other} {
			h.place(s)
		}
		h.place(z, func(in *attendance.PlaceInput) { in.Access = attendance.ForInvited })
		h.register("cy", participation.StatePending)
		a, body := h.device("staff").get("/2026/attendance/fallback?day=day-3")
		if a.status != http.StatusOK {
			t.Fatalf("%d\n%s", a.status, body)
		}
		files := attendance.Unzipped(t, []byte(body))
		for name, b := range files {
			for _, secret := range []string{"meet.example", "Private", "@example.org", "Closed meeting", "Small meeting", "Another day", "Draft session"} {
				if strings.Contains(string(b), secret) {
					t.Errorf("%s tells %q", name, secret)
				}
			}
		}
		page := string(files["index.html"])
		for _, want := range []string{"Open networks", "10:00–11:00 Oslo", "09:00 UTC", `data-ref="` + x.Ref + `"`, `data-start="2026-10-26T09:00:00Z"`} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %q:\n%s", want, page)
			}
		}
		code := func(name string) string {
			c, err := h.att.FallbackCode(t.Context(), h.reg[name])
			h.ok(err)
			return c
		}
		got, err := attendance.Opened(files, code("ada"))
		if err != nil || len(got) != 1 || got[x.Ref].SecretURL() != meeting+x.Ref {
			t.Fatalf("%v, %v", got, err)
		}
		if _, err := attendance.Opened(files, code("cy")); err == nil {
			t.Fatal("who is not admitted opens it")
		}
		if p := h.as("ada").Get("/2026/my-links"); !strings.Contains(p.Body, code("ada")) || strings.Contains(p.Body, code("bo")) {
			t.Fatal("her page does not show her code")
		}
		if a, _ := h.device("staff").get("/2026/attendance/fallback?day=day-9"); a.status != http.StatusNotFound {
			t.Fatalf("no such day: %d", a.status)
		}
	})
}
