package e2e

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/test/site"
)

// Two people edit one session: the second is shown both versions, and neither is lost.
func TestStaleEdit(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		one, two := s.As(t, "secretariat"), s.As(t, "admin")
		edit := anySession(t, s) + "/edit"
		mine, yours := must(t, one.Get(edit), http.StatusOK).Form(), must(t, two.Get(edit), http.StatusOK).Form()
		lang := mine.Get("title.Orig")
		mine.Set("title.By["+lang+"]", "The title of the first")
		yours.Set("title.By["+lang+"]", "The title of the second")
		must(t, one.Post(edit, mine), http.StatusOK)
		p := must(t, two.Post(edit, yours), http.StatusConflict)
		if !strings.Contains(p.Text("[role=alert]"), "Somebody else saved this") {
			t.Errorf("the second is told %q", p.Text("[role=alert]"))
		}
		if got := p.Form().Get("title.By[" + lang + "]"); got != "The title of the second" {
			t.Errorf("what the second typed is %q", got)
		}
		if !strings.Contains(p.Text("form"), "The title of the first") {
			t.Error("the second does not see what the first has saved")
		}
		must(t, two.Post(edit, p.Form()), http.StatusOK)
		publish(t, s)
		if got := must(t, one.Get(strings.TrimSuffix(edit, "/edit")), http.StatusOK).Text("h1"); got != "The title of the second" {
			t.Errorf("after a second look the title is %q", got)
		}
	})
}

func anySession(t *testing.T, s *site.Site) string {
	t.Helper()
	p := must(t, s.Visitor(t).Get("/2026-sample/programme/all?type=workshop"), http.StatusOK)
	href := ""
	p.Find("main a[href*='/ws']").EachWithBreak(func(_ int, sel *goquery.Selection) bool {
		href = sel.AttrOr("href", "")
		return href == ""
	})
	if href == "" {
		t.Fatal("no workshop in the programme")
	}
	return href
}

// A session that has ended while one typed: after signing in again the form is back
// with everything in it.
func TestLostSession(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		staff := s.As(t, "secretariat")
		edit := anySession(t, s) + "/edit"
		form := must(t, staff.Get(edit), http.StatusOK).Form()
		lang := form.Get("title.Orig")
		form.Set("title.By["+lang+"]", "Typed before the session was lost")
		must(t, staff.Post("/sign-out", nil), http.StatusOK)
		p := must(t, staff.Post(edit, form), http.StatusOK)
		next := p.URL.Query().Get("next")
		if p.URL.Path != "/sign-in" || !strings.Contains(next, "parked=") {
			t.Fatalf("sent without a session one lands on %s", p.URL)
		}
		must(t, staff.Post("/demo/as/secretariat", nil), http.StatusOK)
		p = must(t, staff.Get(next), http.StatusOK)
		if got := p.Form().Get("title.By[" + lang + "]"); got != "Typed before the session was lost" {
			t.Errorf("the form came back with %q", got)
		}
		must(t, staff.Post(edit, p.Form()), http.StatusOK)
		publish(t, s)
		if got := must(t, staff.Get(strings.TrimSuffix(edit, "/edit")), http.StatusOK).Text("h1"); got != "Typed before the session was lost" {
			t.Errorf("saved: %q", got)
		}
	})
}

// A wrong date, an hour that does not exist, a title of five megabytes, nine megabytes:
// a clear sentence in the reader's language, and what was typed is still there.
func TestBadInput(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		staff := s.As(t, "secretariat")
		form := must(t, staff.Get("/2026-sample/edit"), http.StatusOK).Form()
		form.Set("first_day", "2026-13-45")
		form.Set("zone", "Mars/Olympus")
		p := must(t, staff.Post("/2026-sample/edit", form), http.StatusUnprocessableEntity)
		alert := p.Text("[role=alert]")
		if !strings.Contains(alert, "2026-13-45") || !strings.Contains(alert, "Mars/Olympus") {
			t.Errorf("the summary says %q", alert)
		}
		if got := p.Form(); got.Get("first_day") != "2026-13-45" || got.Get("zone") != "Mars/Olympus" {
			t.Error("what was typed is gone")
		}
		if p.Find("[role=alert] a[href='#f-first_day']").Length() != 1 || p.Find("#f-first_day[aria-invalid]").Length() != 1 {
			t.Error("the summary does not lead to the field")
		}

		edit := anySession(t, s) + "/edit"
		form = must(t, staff.Get(edit), http.StatusOK).Form()
		lang := form.Get("title.Orig")
		form.Set("title.By["+lang+"]", strings.Repeat("five megabytes ", 5<<20/15))
		p = must(t, staff.Post(edit, form), http.StatusUnprocessableEntity)
		if got := p.Form().Get("title.By[" + lang + "]"); len(got) < 5<<20-20 {
			t.Errorf("of five megabytes %d bytes came back", len(got))
		}
		if !strings.Contains(p.Text("[role=alert]"), "at most 250") {
			t.Errorf("told %q", p.Text("[role=alert]"))
		}
		form.Set("title.By["+lang+"]", strings.Repeat("x", 9<<20))
		p = must(t, staff.Post(edit, form), http.StatusRequestEntityTooLarge)
		if !strings.Contains(p.Text("main"), "8 MB") {
			t.Errorf("told %q", p.Text("main"))
		}

		staff.Header.Set("Accept-Language", "fr")
		form = must(t, staff.Get("/2026-sample/edit"), http.StatusOK).Form()
		form.Set("first_day", "demain")
		p = must(t, staff.Post("/2026-sample/edit", form), http.StatusUnprocessableEntity)
		if strings.Contains(p.Text("[role=alert]"), "is not a date") {
			t.Errorf("a French reader is told %q", p.Text("[role=alert]"))
		}
	})
}

// A request that another site makes a browser send is refused.
func TestOtherSitesCannotAct(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		staff := s.As(t, "secretariat")
		staff.Header.Set("Origin", "https://elsewhere.example")
		staff.Header.Set("Sec-Fetch-Site", "cross-site")
		p := staff.Post("/2026-sample/messages/publish", url.Values{"as": {"final"}})
		if p.Status != http.StatusForbidden {
			t.Errorf("answered %d", p.Status)
		}
		if csp := p.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'self'") || strings.Contains(csp, "unsafe") {
			t.Errorf("policy %q", csp)
		}
	})
}

// Takeaways are due two hours after the session's end; when the session moves, so does
// the limit, and words about time change by themselves (E128).
func TestLimitMovesWithTheSession(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		staff, visitor := s.As(t, "secretariat"), s.Visitor(t)
		board := must(t, visitor.Get("/2026-sample/reports?state=due"), http.StatusOK)
		path := strings.TrimSuffix(board.Find("tbody a").First().AttrOr("href", ""), "/report")
		if path == "" {
			t.Fatal("no report is due at the demo's moment")
		}
		set, err := s.Editions.Setting(t.Context(), core.Operator, "2026-sample")
		if err != nil {
			t.Fatal(err)
		}
		ref := path[strings.LastIndexByte(path, '/')+1:]
		x, err := s.Programme.Session(t.Context(), core.Operator, set, ref)
		if err != nil {
			t.Fatal(err)
		}
		s.Clock.Freeze(x.Ends.Add(45 * time.Minute).Time())
		if got := must(t, visitor.Get(path+"/report"), http.StatusOK).Text(".facts"); !strings.Contains(got, "Due in 1 h 15 min") {
			t.Errorf("45 minutes after the end: %q", got)
		}
		s.Clock.Freeze(x.Ends.Add(5 * time.Hour).Time())
		if got := must(t, visitor.Get(path+"/report"), http.StatusOK).Text(".facts"); !strings.Contains(got, "Late by 3 h") {
			t.Errorf("five hours after the end: %q", got)
		}
		p := must(t, staff.Get(path+"/schedule"), http.StatusOK)
		if p.URL.Path != "/2026-sample/timetable/sessions/"+ref {
			t.Fatalf("where there is a plan, a session is placed on %s", p.URL.Path)
		}
		form := p.Form()
		form.Set("minutes", strconv.Itoa(int(x.Ends.Time().Sub(x.Starts.Time()).Minutes())+30))
		must(t, staff.Post(p.URL.Path, form), http.StatusOK)
		publish(t, s)
		if got := must(t, visitor.Get(path+"/report"), http.StatusOK).Text(".facts"); !strings.Contains(got, "Late by 2 h 30 min") {
			t.Errorf("after the session was moved by half an hour: %q", got)
		}
	})
}

// Set-up from an empty folder: one form behind a one-time token, then the programme is
// pasted.
func TestSetUp(t *testing.T) {
	onEmpty(t, func(t *testing.T, s *site.Site) {
		token, err := s.SetUpToken(t.Context())
		if err != nil || token == "" {
			t.Fatalf("token %q, %v", token, err)
		}
		r := s.Visitor(t)
		if p := r.Get("/set-up?token=guess"); p.Status != http.StatusNotFound {
			t.Errorf("a guessed token answered %d", p.Status)
		}
		form := must(t, r.Get("/set-up?token="+token), http.StatusOK).Form()
		for k, v := range map[string]string{
			"forum.Orig": "en", "forum.By[en]": "Lakeside Forum", "short": "LF", "name": "Ada Example", "email": "ada@example.org",
			"edition.Orig": "en", "edition.By[en]": "Lakeside Forum 2027", "slug": "lakeside", "zone": "Africa/Nairobi",
			"first_day": "2027-05-10", "last_day": "2027-05-12", "rooms": "Main Hall\nRoom 1", "themes": "Access\nTrust",
		} {
			form.Set(k, v)
		}
		p := must(t, r.Post("/set-up", form), http.StatusUnprocessableEntity)
		if !strings.Contains(p.Text("[role=alert]"), "lakeside") || p.Form().Get("forum.By[en]") != "Lakeside Forum" {
			t.Errorf("a wrong address is told as %q", p.Text("[role=alert]"))
		}
		form = p.Form()
		form.Set("slug", "2027")
		p = must(t, r.Post("/set-up", form), http.StatusOK)
		if p.URL.Path != "/2027/import" || !strings.Contains(p.Text("[role=status]"), "Your forum is set up") {
			t.Fatalf("after the set-up one stands on %s: %s", p.URL, p.Text("main"))
		}
		if p := s.Visitor(t).Get("/set-up?token=" + token); p.Status != http.StatusNotFound {
			t.Errorf("the token works twice: %d", p.Status)
		}
		text := "Lakeside Forum 2027 Main Sessions\n\nWho keeps the lights on? (10 May | 11:00 - 12:30 EAT | Main Hall)\n\n" +
			"Power and networks depend on each other. The session asks who plans for both.\n\n" +
			"Trust by design (11 May | 14:00 - 15:30 EAT | Room 1)\n\nWhat people need to know before they trust a service.\n"
		must(t, paste(t, r, "2027", "programme", text, "apply"), http.StatusOK)
		all := must(t, s.Visitor(t).Get("/2027/programme/all"), http.StatusOK)
		if !strings.Contains(all.Text("main"), "Who keeps the lights on?") || !strings.Contains(all.Text("main"), "Trust by design") {
			t.Errorf("the programme shows %q", all.Text("main"))
		}
	})
}
