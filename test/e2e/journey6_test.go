package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/test/site"
)

// owedBy is the address of the session whose takeaways the demo's rapporteur owes.
func owedBy(t *testing.T, r *site.Reader) string {
	t.Helper()
	p := must(t, r.Get("/2026-sample/"), http.StatusOK)
	link := p.Find(`main .next-step a[href$="/report/edit"]`).First().AttrOr("href", "")
	if link == "" {
		t.Fatalf("nothing is owed: %s", p.Text("main"))
	}
	return strings.TrimSuffix(link, "/report/edit")
}

// Journey 6 (E128, E129, E130, P19, P20, P25): the rapporteur writes takeaways and a
// call, pins them to people and times, and publishes; the report says when. Another
// session is late, stands on the secretariat's list and is reminded of. All of it works
// without script.
func TestJourney6(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		rapporteur, staff, visitor := s.As(t, "rapporteur"), s.As(t, "secretariat"), s.Visitor(t)
		ses := owedBy(t, rapporteur)
		due := must(t, visitor.Get(ses+"/report"), http.StatusOK).Find(".deadline time").AttrOr("datetime", "")
		limit, err := time.Parse(time.RFC3339Nano, due)
		if err != nil {
			t.Fatalf("the limit is %q: %v", due, err)
		}
		s.Clock.Freeze(limit.Add(-10 * time.Minute))

		p := must(t, rapporteur.Get(ses+"/report/edit"), http.StatusOK)
		if !strings.Contains(p.Text(".deadline"), "10 min") {
			t.Errorf("ten minutes before the limit the desk says %q", p.Text(".deadline"))
		}
		if !strings.Contains(p.Text("#missing ~ ul"), "at least one takeaway") {
			t.Errorf("missing: %q", p.Text("#missing ~ ul"))
		}
		if p := visitor.Get(ses + "/report/edit"); p.Find("#desk").Length() != 0 {
			t.Error("a visitor sees the desk")
		}
		form := p.Form()
		lang := form.Get("takeaways[0].text.Orig")
		form.Set("notes", "Only for me: the second speaker hesitated.")
		form.Set("takeaways[0].text.By["+lang+"]", "Gauges that villages own are still read after ten years.")
		form.Set("takeaways[0].times", "0:12:30")
		who := p.Find(`input[name="takeaways[0].who"]`).First().AttrOr("value", "")
		form.Set("takeaways[0].who", who)
		form.Set("calls[0].text.By["+lang+"]", "Publish the readings of each gauge every week.")
		p = must(t, rapporteur.Post(ses+"/report/edit", form), http.StatusOK) // saved
		form = p.Form()
		form.Set("publish", "1")
		p = rapporteur.Post(ses+"/report/edit", form)
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text(".notice.error"), "Say whom this call addresses") {
			t.Fatalf("a call without addressee: %d %s", p.Status, p.Text("main"))
		}
		org := p.Find("#organisations option").First().AttrOr("value", "")
		form = p.Form()
		form.Set("calls[0].org", org)
		form.Set("publish", "1")
		p = must(t, rapporteur.Post(ses+"/report/edit", form), http.StatusOK)
		if !strings.HasSuffix(p.URL.Path, "/report") {
			t.Fatalf("not published: %s", p.Text("main"))
		}
		report := must(t, visitor.Get(ses+"/report"), http.StatusOK)
		for sel, want := range map[string]string{
			".head .status.published": "Published", ".paras li": "00:12:30", ".call a.chip": org, ".paras .thread": "Rests on 2 sources",
		} {
			if got := report.Text(sel); !strings.Contains(got, want) {
				t.Errorf("%s says %q, want %q", sel, got, want)
			}
		}
		if strings.Contains(report.Body, "hesitated") {
			t.Error("a private note is public")
		}
		if got := report.Text("main a[rel=license]"); got != "CC-BY-4.0" {
			t.Errorf("licence: %q", got)
		}

		// The participation card: "not counted" needs a reason, and is public then.
		card := must(t, rapporteur.Get(ses+"/report/card"), http.StatusOK).Form()
		card.Set("how", "none")
		if p := rapporteur.Post(ses+"/report/card", card); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("no reason: %d", p.Status)
		}
		card.Set("reason", "Too many doors.")
		must(t, rapporteur.Post(ses+"/report/card", card), http.StatusOK)
		if got := visitor.Get(ses + "/report").Text("#participation"); !strings.Contains(got, "Too many doors.") {
			t.Errorf("the card says %q", got)
		}
		sums := must(t, visitor.Get("/2026-sample/reports/participation"), http.StatusOK)
		if !strings.Contains(sums.Text(".counts"), "Not counted") {
			t.Errorf("sums: %s", sums.Text(".counts"))
		}

		// Another one is late: on the public list. Its rapporteur has no account, which the
		// secretariat sees; it hands the report to somebody who has, and reminds her.
		s.Clock.Freeze(limit.Add(6 * time.Hour))
		board := must(t, visitor.Get("/2026-sample/reports?state=late"), http.StatusOK)
		other := strings.TrimSuffix(board.Find("tbody th a").First().AttrOr("href", ""), "/report")
		if other == "" || board.Find(`a[href*="/reports/remind/"]`).Length() != 0 {
			t.Fatal("the public list of what is late is empty, or offers reminders")
		}
		if got := must(t, visitor.Get(other+"/report"), http.StatusOK).Text(".head .status.late"); !strings.Contains(got, "Late by") {
			t.Errorf("the late one says %q", got)
		}
		board = must(t, staff.Get("/2026-sample/reports?state=late"), http.StatusOK)
		if !strings.Contains(board.Text("tbody tr:first-child"), "no account") {
			t.Errorf("the secretariat's list: %s", board.Text("tbody tr:first-child"))
		}
		form = must(t, staff.Get(other+"/report/hand-over"), http.StatusOK).Form()
		form.Set("email", demoAddress(t, s, "participant"))
		must(t, staff.Post(other+"/report/hand-over", form), http.StatusOK)
		link := "/2026-sample/reports/remind/" + other[strings.LastIndex(other, "/")+1:]
		if staff.Get("/2026-sample/reports?state=late").Find(`a[href^="`+link+`"]`).Length() != 1 {
			t.Fatal("who took over cannot be reminded")
		}
		if p := visitor.Get(link); p.Find(".confirm").Length() != 0 {
			t.Error("a visitor may remind")
		}
		must(t, staff.Get(link), http.StatusOK)
		before := mailCount(t, s)
		must(t, staff.Post(link, url.Values{}), http.StatusOK)
		if after := mailCount(t, s); after <= before {
			t.Errorf("%d mails after a reminder, before %d", after, before)
		}
		if p := staff.Post(link, url.Values{}); p.Status != http.StatusTooManyRequests {
			t.Errorf("reminded twice at once: %d", p.Status)
		}

		punctual := must(t, visitor.Get("/2026-sample/reports/punctuality"), http.StatusOK)
		if punctual.Find("table").Length() != 2 || !strings.Contains(punctual.Text("#definitions"), "half were later") {
			t.Errorf("punctuality: %s", punctual.Text("main"))
		}
		csv := must(t, visitor.Get("/2026-sample/reports/punctuality.csv"), http.StatusOK)
		if !strings.Contains(csv.Body, "median_late_minutes") {
			t.Errorf("CSV: %.200s", csv.Body)
		}
		outcomes := must(t, visitor.Get("/2026-sample/outcomes"), http.StatusOK)
		if outcomes.Find(`a[href$="/reports/punctuality"]`).Length() == 0 {
			t.Error("the page of outcomes does not lead to punctuality")
		}
	})
}

func demoAddress(t *testing.T, s *site.Site, role string) string {
	t.Helper()
	list, err := s.Authn.DemoAccounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		if a.DemoRole == role {
			return a.Email
		}
	}
	t.Fatalf("the demo has nobody as %s", role)
	return ""
}

func mailCount(t *testing.T, s *site.Site) int {
	t.Helper()
	var n int
	if err := s.DB.Read.NewRaw("SELECT COUNT(*) FROM outbox").Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A report is handed over by mail, taken over after signing in, and a stale autosave
// shows both texts.
func TestHandOverAndStaleDesk(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		rapporteur, member := s.As(t, "rapporteur"), s.As(t, "participant")
		ses := owedBy(t, rapporteur)
		if p := member.Get(ses + "/report/edit"); p.Status == http.StatusOK {
			t.Fatal("anybody may write")
		}
		address := demoAddress(t, s, "participant")
		form := must(t, rapporteur.Get(ses+"/report/hand-over"), http.StatusOK).Form()
		form.Set("email", address)
		must(t, rapporteur.Post(ses+"/report/hand-over", form), http.StatusOK)
		p := must(t, member.Get(ses+"/report/edit"), http.StatusOK)
		mine, theirs := p.Form(), must(t, rapporteur.Get(ses+"/report/edit"), http.StatusOK).Form()
		field := "takeaways[0].text.By[" + mine.Get("takeaways[0].text.Orig") + "]"
		mine.Set(field, "What the colleague wrote.")
		must(t, member.Post(ses+"/report/edit", mine), http.StatusOK)
		theirs.Set(field, "What the rapporteur wrote.")
		if p := rapporteur.Post(ses+"/report/save", theirs); p.Status != http.StatusConflict || !strings.Contains(p.Body, string(core.KindStale)) {
			t.Errorf("a stale autosave: %d %s", p.Status, p.Body)
		}
		p = rapporteur.Post(ses+"/report/edit", theirs)
		if p.Status != http.StatusConflict || !strings.Contains(p.Body, "What the colleague wrote.") || !strings.Contains(p.Body, "What the rapporteur wrote.") {
			t.Errorf("a stale form does not show both: %d", p.Status)
		}
		if p := s.Visitor(t).Post(ses+"/report/save", theirs); p.Status != http.StatusUnauthorized {
			t.Errorf("an autosave of somebody signed out: %d", p.Status)
		}
	})
}
