package agenda_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
)

// what everybody may ask for.
var public = []string{
	"/2026/now", "/2026/rooms", "/2026/rooms/hall", "/2026/rooms/hall/door", "/2026/embed", "/2026/embed?day=day-3", "/2026/embed?theme=access",
	"/2026/programme/print", "/2026/programme/print?view=grid", "/2026/programme/print?day=day-3", "/2026/programme/share",
	"/2026/programme.ics", "/2026/programme/day-3/calendar.ics", "/2026/rooms/hall/calendar.ics", "/2026/themes/access/calendar.ics",
	"/api/v1/editions/2026/calendars",
}

// A draft stands on none of them, whoever asks, but in the calendar of the programme for
// those who may see it there; a session by invitation stands where the programme has it.
func TestNothingLeaks(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		h.Clock.Freeze(time.Date(2026, 10, 26, 13, 30, 0, 0, time.UTC))
		h.session("Open session", monday, "14:00", 90, "Hall")
		h.session("By invitation", monday, "16:00", 60, "Hall", invited)
		secret := h.session("Secret", monday, "17:00", 60, "Hall", draft)
		h.crew(secret, h.ada, programme.Speaker)
		paths := append(slices.Clone(public), h.path(h.ada))
		for who, a := range h.who {
			reader := h.as(a)
			for _, path := range paths {
				p := reader.Get(path)
				if p.Status != http.StatusOK {
					t.Errorf("a %s gets %s: %d", who, path, p.Status)
				}
				seen := who == "secretariat" && strings.HasSuffix(path, ".ics") && !strings.HasPrefix(path, "/people")
				if strings.Contains(p.Body, "Secret") != seen && !(strings.HasPrefix(path, "/2026/rooms/") && strings.HasSuffix(path, ".ics")) {
					t.Errorf("a %s reads of the draft on %s: %v", who, path, !seen)
				}
				if who == "visitor" && !strings.HasPrefix(path, "/api/") && p.Header.Get("Cache-Control") != "public, no-cache" {
					t.Errorf("%s is %q for a visitor", path, p.Header.Get("Cache-Control"))
				}
			}
			door := reader.Get("/2026/rooms/hall/door")
			if got := door.Text(".door-now"); !strings.Contains(got, "Open session") {
				t.Errorf("the door says %q", got)
			}
			if got := door.Text(".door-next"); !strings.Contains(got, "By invitation") || !strings.Contains(got, "16:00–17:00") {
				t.Errorf("the door says that next is %q", got)
			}
		}
		for _, path := range []string{
			"/2026/rooms/nowhere", "/2026/rooms/nowhere/door", "/2026/rooms/nowhere/calendar.ics", "/2026/themes/x/calendar.ics", "/2026/tracks/x/calendar.ics",
			"/2026/programme/day-9/calendar.ics", "/2026/embed?day=day-9", "/2026/programme/print?day=nope", "/people/nobody/calendar.ics", "/calendars/x", "/calendars/x.ics",
			"/2030/now", "/2030/embed.js",
		} {
			if p := h.Visitor(t).Get(path); p.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, p.Status)
			}
		}
	})
}

func (h *house) path(a core.Actor) string { return "/people/" + string(a.Person) + "/calendar.ics" }

// A page that says what is on says another thing when a session begins or ends, though
// nothing was written; visitors get it from what is kept meanwhile.
func TestNowFollowsTheClock(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		h.session("First", monday, "09:00", 60, "Hall")
		h.session("Second", monday, "10:15", 60, "Hall")
		h.session("Elsewhere", monday, "09:30", 60, "Room A")
		at := func(clock string) {
			t.Helper()
			i, err := core.WallTime(monday, clock, h.set.Zone)
			h.ok(err)
			h.Clock.Freeze(i.Time())
		}
		visitor := h.Visitor(t)
		for _, x := range []struct{ at, on, now, next string }{
			{"08:59", "0 sessions are on now.", "Free until 09:00", "First"},
			{"09:00", "1 session is on now.", "First09:00–10:00", "Second"},
			{"09:59", "2 sessions are on now.", "First", "Second"},
			{"10:00", "1 session is on now.", "Free until 10:15", "Second"},
			{"10:15", "2 sessions are on now.", "Second", ""},
			{"11:15", "0 sessions are on now.", "Nothing at this moment", ""},
		} {
			at(x.at)
			if got := visitor.Get("/2026/now").Text(".result"); got != x.on {
				t.Errorf("%s: %q, want %q", x.at, got, x.on)
			}
			door := visitor.Get("/2026/rooms/hall/door")
			if got := door.Text(".door-now"); !strings.Contains(got, x.now) {
				t.Errorf("%s: now %q, want %q", x.at, got, x.now)
			}
			if got := door.Text(".door-next"); x.next != "" && !strings.Contains(got, x.next) || x.next == "" && got != "" {
				t.Errorf("%s: next %q, want %q", x.at, got, x.next)
			}
			if got := door.Text(".door-clock"); got != x.at {
				t.Errorf("the clock shows %s at %s", got, x.at)
			}
		}
		if p := visitor.Get("/fr/2026/rooms/hall/door?langs=fr,ar,xx,en"); !strings.Contains(p.Body, `content="20;url=/ar/2026/rooms/hall/door?langs=fr%2Car%2Cen"`) {
			t.Error("the sign does not turn to the next language")
		}
	})
}

// Only the widget may be framed, and there is nothing to send from it.
func TestFrames(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open session", monday, "14:00", 90, "Hall")
		for _, path := range append(slices.Clone(public), "/2026/"+x.Ref, "/2026/programme", "/", "/2026/embed/nothing") {
			res, body := h.fetch(path)
			policy := res.Header.Get("Content-Security-Policy")
			framed := strings.HasPrefix(path, "/2026/embed") && res.StatusCode == http.StatusOK
			if strings.Contains(policy, "frame-ancestors *") != framed || strings.Contains(policy, "frame-ancestors 'none'") == framed {
				t.Errorf("%s: %s", path, policy)
			}
			if framed && (strings.Contains(body, "<form") || !strings.Contains(policy, "form-action 'none'")) {
				t.Errorf("something can be sent from %s", path)
			}
		}
		res, body := h.fetch("/2026/embed.js")
		again, rest := h.fetch("/2026/embed.js", "If-None-Match", res.Header.Get("ETag"))
		if res.Header.Get("ETag") == "" || again.StatusCode != http.StatusNotModified || rest != "" || !strings.Contains(body, "postMessage") && !strings.Contains(body, "iframe") {
			t.Errorf("the script: %d %q", again.StatusCode, res.Header.Get("ETag"))
		}
		if res, _ := h.fetch("/2026/embed?lang=fr&day=day-3"); res.StatusCode != http.StatusFound || res.Header.Get("Location") != "/fr/2026/embed?day=day-3" {
			t.Errorf("?lang leads to %s", res.Header.Get("Location"))
		}
		p := h.Visitor(t).Get("/2026/programme/share?day=day-3&lang=fr")
		if got := p.Text("#code"); !strings.Contains(got, h.URL+"/2026/embed.js") || !strings.Contains(got, `data-day="day-3" data-lang="fr"`) {
			t.Errorf("the code is %s", got)
		}
		if got := p.Find("iframe.widget").AttrOr("src", ""); got != "/fr/2026/embed?day=day-3" {
			t.Errorf("the preview is %s", got)
		}
	})
}

// A page of ten times as many sessions asks the database no more often.
func TestQueries(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		fill := func(n int) {
			for i := range n {
				x := h.session(fmt.Sprintf("Session %d", i), []string{sunday, monday}[i%2], fmt.Sprintf("%02d:00", 8+i%10), 45, []string{"Hall", "Room A"}[i%2])
				_, err := h.Agenda.Add(t.Context(), h.bo, h.set, x.Ref)
				h.ok(err)
				if i%3 == 0 {
					h.crew(x, h.bo, programme.Speaker)
				}
			}
		}
		paths := append(slices.Clone(public), "/2026/my-programme", "/2026/my-programme.ics", "/2026/programme/all", "/2026/programme/day-3", "/2026/rooms/hall", h.path(h.bo), "/me")
		count := func() map[string]int64 {
			out := map[string]int64{}
			reader := h.as(h.bo)
			for _, path := range paths {
				for range 2 { // settings and types are remembered by the second time
					if p := reader.Get(path); p.Status != http.StatusOK {
						t.Fatalf("%s: %d %v", path, p.Status, h.log.errors)
					}
				}
				h.log.mu.Lock()
				out[path] = h.log.queries
				h.log.mu.Unlock()
			}
			return out
		}
		fill(3)
		few := count()
		fill(30)
		many := count()
		for _, path := range paths {
			if few[path] != many[path] || many[path] > 24 && path != "/me" || many[path] > 45 {
				t.Errorf("%s asks %d times for 3 sessions, %d times for 33", path, few[path], many[path])
			}
		}
	})
}

// The API keeps a session and gives it up, for who is signed in.
func TestKeepByAPI(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open session", monday, "14:00", 90, "Hall")
		secret := h.session("Secret", monday, "14:00", 90, "Hall", draft)
		w := httptest.NewRecorder()
		h.ok(h.Authn.StartSession(t.Context(), w, h.bo.Account))
		do := func(method, ref string, signedIn bool) int {
			req, err := http.NewRequestWithContext(t.Context(), method, h.URL+"/api/v1/editions/2026/sessions/"+ref+"/bookmark", http.NoBody)
			h.ok(err)
			for _, c := range w.Result().Cookies() {
				if signedIn {
					req.AddCookie(c)
				}
			}
			res, err := http.DefaultClient.Do(req)
			h.ok(err)
			_ = res.Body.Close()
			return res.StatusCode
		}
		for _, step := range []struct {
			method, ref string
			signedIn    bool
			status      int
			kept        bool
		}{
			{http.MethodPut, x.Ref, false, http.StatusUnauthorized, false},
			{http.MethodPut, secret.Ref, true, http.StatusNotFound, false},
			{http.MethodPut, x.Ref, true, http.StatusNoContent, true},
			{http.MethodPut, x.Ref, true, http.StatusNoContent, true},
			{http.MethodDelete, x.Ref, true, http.StatusNoContent, false},
			{http.MethodDelete, x.Ref, true, http.StatusNoContent, false},
		} {
			if got := do(step.method, step.ref, step.signedIn); got != step.status {
				t.Errorf("%s %s: %d, want %d", step.method, step.ref, got, step.status)
			}
			kept, err := h.Agenda.KeptIn(t.Context(), h.bo, h.set.ID)
			h.ok(err)
			if kept[x.ID] != step.kept {
				t.Errorf("after %s %s it is kept: %v", step.method, step.ref, kept[x.ID])
			}
		}
	})
}
