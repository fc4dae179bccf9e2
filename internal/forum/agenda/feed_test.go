package agenda_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/calendar"
	"plenary/internal/forum/agenda"
	"plenary/internal/forum/programme"
)

// private makes a private calendar and gives its path.
func (h *house) private(a core.Actor) string {
	h.t.Helper()
	p := h.as(a).Post("/me/calendar", url.Values{"do": {"make"}})
	address := p.Find("#address").AttrOr("value", "")
	path, ok := strings.CutPrefix(address, h.URL)
	if !ok || p.Header.Get("Cache-Control") != "private, no-store" {
		h.t.Fatalf("the address is %q", address)
	}
	return path
}

// event is the part of a calendar file about one session.
func event(body, uid string) string {
	for part := range strings.SplitSeq(unfolded(body), "BEGIN:VEVENT\r\n") {
		if strings.HasPrefix(part, "UID:"+uid) {
			return part
		}
	}
	return ""
}

// A private calendar holds what is kept and where one has a role; it needs no session,
// tells changes and what is called off, and ends when a new one is made.
func TestPrivateCalendar(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Rural networks", monday, "14:00", 90, "Hall")
		y := h.session("Spectrum", sunday, "09:00", 60, "Room A")
		z := h.session("Summer time", "2026-10-24", "09:00", 60, "Hall")
		gone := h.session("As it was called", monday, "16:00", 60, "Hall")
		plan := h.session("Draft of hers", monday, "18:00", 60, "Hall", draft)
		h.crew(y, h.bo, programme.Speaker)
		h.crew(plan, h.bo, programme.Organiser)
		for _, s := range []*programme.Session{x, z, gone} {
			_, err := h.Agenda.Add(t.Context(), h.bo, h.set, s.Ref)
			h.ok(err)
		}
		path := h.private(h.bo)
		token := strings.TrimSuffix(strings.TrimPrefix(path, "/calendars/"), ".ics")
		var kept []string
		h.ok(h.DB.Read.NewRaw("SELECT hash FROM agenda_feeds").Scan(t.Context(), &kept))
		if len(kept) != 1 || strings.Contains(kept[0], token) || len(token) < 40 {
			t.Errorf("what is kept of the token: %v", kept)
		}
		if p := h.as(h.bo).Get("/me/calendar"); strings.Contains(p.Body, token) {
			t.Error("the address is shown twice")
		}
		res, body := h.fetch(path)
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != calendar.Type || !strings.HasPrefix(res.Header.Get("Cache-Control"), "private") || res.Header.Get("Set-Cookie") != "" {
			t.Fatalf("%d %v", res.StatusCode, res.Header)
		}
		again, rest := h.fetch(path, "If-None-Match", res.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified || rest != "" {
			t.Errorf("asked again: %d", again.StatusCode)
		}
		uid := func(s *programme.Session) string { return string(s.ID) + "@localhost" }
		for s, want := range map[*programme.Session]string{
			x: "DTSTART;TZID=Europe/Oslo:20261026T140000", y: "DTSTART;TZID=Europe/Oslo:20261025T090000", z: "DTSTART;TZID=Europe/Oslo:20261024T090000",
		} {
			if e := event(body, uid(s)); !strings.Contains(e, want) || !strings.Contains(e, "STATUS:CONFIRMED") {
				t.Errorf("%s is told as %q", s.Title, e)
			}
		}
		if strings.Contains(body, "Draft of hers") {
			t.Error("a draft leaves the house")
		}
		for _, want := range []string{"X-WR-CALNAME:My programme\\, FT", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "METHOD:PUBLISH", "TZOFFSETTO:+0100", "TZOFFSETTO:+0200"} {
			if !strings.Contains(unfolded(body), want) {
				t.Errorf("no %s", want)
			}
		}
		first := event(body, uid(x))
		h.move(x, func(in *programme.MoveInput) { in.Start, in.End = "15:00", "16:30" })
		h.hide(gone, "What it is called now")
		_, err := h.Programme.Cancel(t.Context(), h.staff, h.set, z.Ref, programme.CancelInput{Version: z.Version})
		h.ok(err)
		_, body = h.fetch(path)
		second := event(body, uid(x))
		if !strings.Contains(second, "20261026T150000") || sequence(t, second) <= sequence(t, first) {
			t.Errorf("after the move: %q", second)
		}
		if e := event(body, uid(z)); !strings.Contains(e, "STATUS:CANCELLED") || !strings.Contains(e, "Cancelled: ") {
			t.Errorf("what is cancelled is told as %q", e)
		}
		if e := event(body, uid(gone)); !strings.Contains(e, "STATUS:CANCELLED") || !strings.Contains(e, "As it was called") || !strings.Contains(e, "20261026T160000") || strings.Contains(body, "called now") {
			t.Errorf("what is hidden is told as %q", e)
		}
		// A new address ends the old one; ending it ends it.
		other := h.private(h.bo)
		if res, _ := h.fetch(path); res.StatusCode != http.StatusNotFound {
			t.Errorf("the old address: %d", res.StatusCode)
		}
		if res, _ := h.fetch(other); res.StatusCode != http.StatusOK {
			t.Errorf("the new address: %d", res.StatusCode)
		}
		h.as(h.bo).Post("/me/calendar", url.Values{"do": {"revoke"}})
		if res, _ := h.fetch(other); res.StatusCode != http.StatusNotFound {
			t.Errorf("the ended address: %d", res.StatusCode)
		}
		other = h.private(h.bo)
		admin := h.account("Root", core.RoleAdmin)
		h.ok(h.Authn.Close(t.Context(), admin, h.bo.Account))
		if res, _ := h.fetch(other); res.StatusCode != http.StatusNotFound {
			t.Errorf("the address of a closed account: %d", res.StatusCode)
		}
		limited := false
		for range 60 {
			res, _ := h.fetch("/calendars/guess.ics")
			limited = limited || res.StatusCode == http.StatusTooManyRequests
		}
		if !limited {
			t.Error("one may guess without end")
		}
	})
}

func sequence(t *testing.T, event string) int {
	t.Helper()
	_, rest, ok := strings.Cut(event, "SEQUENCE:")
	if !ok {
		t.Fatalf("no number: %q", event)
	}
	n := 0
	for _, r := range rest {
		if r < '0' || r > '9' {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n
}

// The calendars of a day, a room, a theme, a person: each holds its sessions and no other.
func TestPublicCalendars(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		a := h.session("Alpha", monday, "14:00", 90, "Hall")
		h.session("Beta", sunday, "14:00", 90, "Room A")
		h.crew(a, h.ada, programme.Speaker)
		for path, want := range map[string]string{
			"/2026/programme.ics": "Alpha Beta", "/2026/programme/day-3/calendar.ics": "Alpha", "/2026/rooms/room-a/calendar.ics": "Beta",
			"/2026/themes/access/calendar.ics": "Alpha Beta", h.path(h.ada): "Alpha", h.path(h.bo): "",
		} {
			res, body := h.fetch(path)
			for _, title := range []string{"Alpha", "Beta"} {
				if strings.Contains(body, title) != strings.Contains(want, title) {
					t.Errorf("%s (%d) and %s", path, res.StatusCode, title)
				}
			}
			if res.Header.Get("ETag") == "" {
				t.Errorf("%s has no ETag", path)
			}
		}
		if p := h.Visitor(t).Get("/people/" + string(h.ada.Person)); p.Find(`a[href$="/calendar.ics"]`).Length() != 1 {
			t.Error("her page does not lead to her calendar")
		}
		page := h.Visitor(t).Get("/2026/" + a.Ref)
		for _, want := range []string{"/2026/" + a.Ref + "/calendar.ics", "https://calendar.google.com/calendar/render?", "https://outlook.live.com/"} {
			if page.Find(`aside a[href^="`+want+`"]`).Length() != 1 {
				t.Errorf("the session's page has no %s", want)
			}
		}
	})
}

// The file of a mail: one session calls somebody, several are published, what is hidden is
// called off; it asks no database.
func TestInvite(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x, y := h.session("Alpha", monday, "14:00", 90, "Hall"), h.session("Beta", sunday, "14:00", 90, "Room A")
		in := agenda.Invitation{
			Method: calendar.Request, Lang: "en", Set: h.set, Types: h.types, Sessions: []programme.Brief{x.Brief()}, Now: core.At(time.Date(2026, 9, 2, 9, 0, 0, 0, time.UTC)),
			Organizer: calendar.Party{Name: "Forum", Email: "forum@example.org"}, Attendee: calendar.Party{Name: "Bo", Email: "bo@example.org"},
		}
		body := unfolded(string(h.Agenda.Invite(in)))
		for _, want := range []string{"METHOD:REQUEST", "ORGANIZER;CN=\"Forum\":mailto:forum@example.org", "ATTENDEE;CN=\"Bo\"", "DTSTAMP:20260902T090000Z", "UID:" + string(x.ID) + "@localhost"} {
			if !strings.Contains(body, want) {
				t.Errorf("no %s in %s", want, body)
			}
		}
		in.Hidden = []programme.Brief{y.Brief()}
		body = unfolded(string(h.Agenda.Invite(in)))
		if !strings.Contains(body, "METHOD:PUBLISH") || strings.Contains(body, "ATTENDEE") || !strings.Contains(event(body, string(y.ID)), "STATUS:CANCELLED") {
			t.Errorf("several sessions: %s", body)
		}
		in.Sessions, in.Hidden = []programme.Brief{h.session("Later", "", "", 0, "").Brief()}, nil
		if got := h.Agenda.Invite(in); got != nil {
			t.Errorf("a session without a time: %s", got)
		}
	})
}
