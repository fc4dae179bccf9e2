package authn_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"plenary/internal/platform/authn"
)

func TestDemoIsNowhereElse(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina", DemoRole: "organiser"})
		b := h.browser()
		b.get("/demo").is(t, 404)
		b.get("/demo/mail").is(t, 404)
		b.get("/demo/mail/0190b5a2-0000-7000-8000-000000000000").is(t, 404)
		b.post("/demo/as/organiser").is(t, 404)
		before := h.rec.Clock.Offset()
		b.post("/demo/clock", "step", "day").is(t, 404)
		if h.rec.Clock.Offset() != before {
			t.Error("the clock moved")
		}
		b.get("/").is(t, 200, "I am .")
	})
}

func TestDemo(t *testing.T) {
	both(t, true, func(t *testing.T, h *house) {
		b := h.browser()
		b.get("/demo").is(t, 200, "Nobody to sign in as yet")
		h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina Diallo", DemoRole: "organiser", DemoAbout: "Proposes a workshop"})
		h.account(authn.NewAccount{Email: "kenji@example.org", Name: "Kenji Moriyama", DemoRole: "secretariat", DemoAbout: "authn.scope.forum"})
		h.account(authn.NewAccount{Email: "other@example.org", Name: "Not Offered"})
		b.get("/demo").is(t, 200, "Amina Diallo", "Proposes a workshop", "Kenji Moriyama", "Whole forum", "/demo/as/organiser").isNot(t, "Not Offered")
		b.get("/sign-in?next=/note").is(t, 200, "Try it as one of these people", `name="next" value="/note"`)
		if p := b.post("/demo/as/organiser", "next", "/note").is(t, 200); p.path != "/note" {
			t.Errorf("she is at %s", p.path)
		}
		b.get("/").is(t, 200, "I am Amina Diallo.")
		b.post("/demo/as/secretariat").is(t, 200, "I am Kenji Moriyama.")
		b.post("/demo/as/nobody").is(t, 404)
		b.post("/demo/as/").is(t, 404)
	})
}

func TestDemoClock(t *testing.T) {
	both(t, true, func(t *testing.T, h *house) {
		b := h.browser()
		start := h.rec.Clock.Now()
		off := func(want time.Time) {
			t.Helper()
			if d := h.rec.Clock.Now().Sub(want); d < -2*time.Second || d > 10*time.Second {
				t.Fatalf("the clock shows %v, want %v", h.rec.Clock.Now(), want)
			}
		}
		b.post("/demo/clock", "step", "hour").is(t, 200, "The clock is set.")
		off(start.Add(time.Hour))
		b.post("/demo/clock", "step", "day").is(t, 200)
		off(start.Add(25 * time.Hour))
		b.post("/demo/clock", "date", "2023-10-11", "time", "14:00", "zone", "Asia/Tokyo").
			is(t, 200, "It is Wednesday 11 October 2023, 14:00 Tokyo.", `value="2023-10-11"`)
		off(time.Date(2023, 10, 11, 5, 0, 0, 0, time.UTC))
		b.post("/demo/clock", "date", "2023-10-11", "time", "25:00", "zone", "Asia/Tokyo").is(t, 422, "is not a date and time", `value="25:00"`)
		b.post("/demo/clock", "date", "2023-10-11", "time", "14:00", "zone", "Mars").is(t, 422, "There is no time zone")
		b.post("/demo/clock").is(t, 422, "Please fill in this field")
		off(time.Date(2023, 10, 11, 5, 0, 0, 0, time.UTC))

		// Who is signed in stays so, however far the clock is moved.
		a := h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina"})
		amina := h.signedIn(a.ID)
		amina.get("/me/sessions").is(t, 200, "11 Oct 2023, 05:0")
		b.post("/demo/clock", "date", "2030-01-01", "time", "00:00", "zone", "UTC").is(t, 200)
		amina.get("/").is(t, 200, "I am Amina.")
		b.post("/demo/clock", "step", "start").is(t, 200)
		off(start)
	})
}

var mailRow = regexp.MustCompile(`href="(/demo/mail/[0-9a-f-]{36})"`)

// In a demo the mail is caught; its link is pressed in the catcher.
func TestMailCatcher(t *testing.T) {
	both(t, true, func(t *testing.T, h *house) {
		b := h.browser()
		b.get("/demo/mail").is(t, 200, "No mails yet")
		b.post("/sign-in", "email", "amina@example.org").is(t, 200, "Read it here.")
		p := b.get("/demo/mail").is(t, 200, "1 mail", "Your link to 127.0.0.1", "amina@example.org")
		p = b.get(mailRow.FindStringSubmatch(p.body)[1]).is(t, 200, "<h1", "The Forum &lt;forum@forum.example&gt;", "works once")
		link := regexp.MustCompile(`href="(http://127[^"]+/sign-in/link\?token=[^"]+)"`).FindStringSubmatch(p.body)
		if link == nil {
			t.Fatalf("no link to press in\n%s", p.main())
		}
		form := b.get(strings.ReplaceAll(link[1], "&amp;", "&")).token(t)
		b.post("/sign-in/link", "token", form, "name", "Amina").is(t, 200, "You are signed in.")
		b.get("/demo/mail/nonsense").is(t, 404)
		for range 60 {
			b.post("/sign-in", "email", "kenji@example.org")
			b.post("/sign-in", "email", "kenji"+b.lang+"@example.org")
			b.lang += "x"
		}
		p = b.get("/demo/mail").is(t, 200, "Next page")
		if n := len(mailRow.FindAllString(p.body, -1)); n != 50 {
			t.Errorf("%d mails on the first page", n)
		}
		next := regexp.MustCompile(`href="(/demo/mail\?after=[^"]+)" rel="next"`).FindStringSubmatch(p.body)
		b.get(strings.ReplaceAll(next[1], "&amp;", "&")).is(t, 200, "Back to the first page", "amina@example.org")
	})
}
