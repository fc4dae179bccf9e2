package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/test/site"
)

// A call to action of 2023 that is answered in 2024 appears with its answer on the
// issue's page; one that nobody answers shows its silence, which grows with the clock;
// who does not belong to the organisation is refused; the API says the same (E130, E131,
// E137, E148).
func TestLedgerOverTheYears(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		edition, ref, text := document(t)
		staff := s.As(t, "secretariat")
		must(t, paste(t, staff, edition, "page", text, "apply"), http.StatusOK)
		report := "/" + edition + "/" + ref + "/report"
		form := must(t, staff.Get(report+"/edit"), http.StatusOK).Form()
		form.Set("publish", "1")
		must(t, staff.Post(report+"/edit", form), http.StatusOK)

		visitor := s.Visitor(t)
		p := must(t, visitor.Get("/"+edition+"/calls"), http.StatusOK)
		calls := p.Find("ul.rows > li > .line > a").Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("href", "") })
		if len(calls) != 2 {
			t.Fatalf("%d calls of the report stand in the ledger, want 2: %s", len(calls), p.Text("main"))
		}
		if got := p.Text(".rows"); !strings.Contains(got, "obody has answered since 11 Oct 2023") {
			t.Errorf("the silence since the session is not said: %s", got)
		}
		answered, silent := calls[0], calls[1]

		if p := s.As(t, "participant").Post(answered+"/answer", url.Values{"organisation": {"00000000-0000-7000-8000-000000000000"}, "kind": {"commitment"}, "words.Orig": {"en"}, "words.By[en]": {"We will."}}); p.Status != http.StatusForbidden {
			t.Errorf("somebody who does not belong to an organisation answers with %d", p.Status)
		}
		org := must(t, visitor.Get("/organisations"), http.StatusOK).Find("ul.rows a[href^='/organisations/']").First().Text()
		form = must(t, staff.Get(answered+"/answer"), http.StatusOK).Form()
		form.Set("organisation_name", strings.TrimSpace(org))
		form.Set("organisation", "")
		form.Set("kind", "commitment")
		form.Set("words.By[en]", "Our companies publish each year how they respect rights.")
		form.Set("said", "2024-12-16")
		must(t, staff.Post(answered+"/answer", form), http.StatusOK)

		form = must(t, staff.Get("/issues/new"), http.StatusOK).Form()
		form.Set("name.By[en]", "Duties of companies")
		form.Set("words", "companies")
		issue := must(t, staff.Post("/issues/new", form), http.StatusOK).URL.Path
		for _, call := range calls {
			form = must(t, staff.Get(issue+"/attach"), http.StatusOK).Form()
			form.Set("where", s.URL+call)
			must(t, staff.Post(issue+"/attach", form), http.StatusOK)
		}
		for _, prefix := range []string{"", "/ar"} {
			p = must(t, visitor.Get(prefix+issue), http.StatusOK)
			if y := p.Text("#y2024"); !strings.Contains(y, "publish each year") {
				t.Errorf("the answer of 2024 is not on the issue's page: %s", p.Text("main"))
			}
			if p.Find("#y2023 li").Length() != 2 {
				t.Errorf("the calls of 2023 are not on the issue's page: %s", p.Text("main"))
			}
		}
		days := func() string {
			t.Helper()
			return must(t, visitor.Get(silent), http.StatusOK).Text("main .notice.info:not(.sample)")
		}
		before := days()
		s.Clock.Set(s.Clock.Now().Add(10 * 24 * time.Hour))
		if after := days(); before == after || !strings.Contains(after, "obody has answered since") {
			t.Errorf("the silence does not grow: %q, ten days later %q", before, after)
		}
		if got := must(t, visitor.Get("/api/v1"+answered), http.StatusOK).Body; !strings.Contains(got, `"state":"committed"`) || !strings.Contains(got, `"said":"2024-12-16"`) {
			t.Errorf("the API says %s", got)
		}
		if got := must(t, visitor.Get("/api/v1"+silent), http.StatusOK).Body; !strings.Contains(got, `"state":"open"`) || strings.Contains(got, `"silent_days":0,`) {
			t.Errorf("the API says %s", got)
		}
		if got := must(t, visitor.Get(report), http.StatusOK).Text("#answers"); !strings.Contains(got, "Committed") {
			t.Errorf("the report does not show what came of its calls: %q", got)
		}
		if got := must(t, visitor.Get("/"+edition+"/outcomes"), http.StatusOK).Text("#ledger"); !strings.Contains(got, "Committed") {
			t.Errorf("the edition's outcomes do not count its calls: %q", got)
		}
	})
}

// The sample has answers, silence, processes and issues; every page of the ledger stands
// in English and Arabic for everybody.
func TestLedgerOfTheSample(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		visitor := s.Visitor(t)
		for _, prefix := range []string{"", "/ar"} {
			for _, path := range []string{"/ledger", "/commitments", "/issues", "/processes", "/references", "/2026-sample/calls"} {
				p := must(t, visitor.Get(prefix+path), http.StatusOK)
				links := p.Find("main .rows a, main article.panel h2 a")
				if links.Length() == 0 {
					t.Errorf("%s%s is empty: %s", prefix, path, p.Text("main"))
					continue
				}
				must(t, visitor.Get(links.First().AttrOr("href", "")), http.StatusOK)
			}
		}
		p := must(t, visitor.Get("/ledger"), http.StatusOK)
		for _, want := range []string{"In progress", "Declined with reasons", "No answer yet"} {
			if !strings.Contains(p.Text("main"), want) {
				t.Errorf("the sample has no call that is %q", want)
			}
		}
		if got := must(t, visitor.Get("/processes/global-digital-compact"), http.StatusOK).Text("main"); !strings.Contains(got, "22 Sep 2024") || !strings.Contains(got, "A/RES/79/1") {
			t.Errorf("the compact: %s", got)
		}
		if got := must(t, visitor.Get("/2026-sample/messages/1"), http.StatusOK).Text("#came-of-it"); !strings.Contains(got, "briefing note") {
			t.Errorf("the first Message does not show where it is cited: %q", got)
		}
		// An outside document that was cited at a moment of a session leads to that moment (E136).
		editor := s.As(t, "editor")
		moment := must(t, visitor.Get("/2026-sample/messages/1"), http.StatusOK).Find(`.ladder a[href*="/transcript#t="]`).First().AttrOr("href", "")
		if moment == "" {
			t.Fatal("the first Message leads to no moment")
		}
		form := must(t, editor.Get("/references/new"), http.StatusOK).Form()
		form.Set("title.By[en]", "An invented study")
		form.Set("symbol", "un doc. e/cn.16/2026/2")
		reference := must(t, editor.Post("/references/new", form), http.StatusOK).URL.Path
		form = must(t, editor.Get(reference+"/mentions"), http.StatusOK).Form()
		form.Set("where", s.URL+moment)
		must(t, editor.Post(reference+"/mentions", form), http.StatusOK)
		p = must(t, visitor.Get(reference), http.StatusOK)
		if p.Find(`main a[href="`+moment+`"]`).Length() != 1 || !strings.Contains(p.Text("main"), "E/CN.16/2026/2") {
			t.Errorf("the outside document leads to %s, not to %s", p.Find(`main a[href*="/transcript"]`).AttrOr("href", ""), moment)
		}
		session, _, _ := strings.Cut(moment, "/transcript")
		if got := must(t, visitor.Get(session), http.StatusOK).Text("#follow-up"); !strings.Contains(got, "An invented study") {
			t.Errorf("the session does not show what was cited: %q", got)
		}
		flaws, err := s.Ledger.Check(t.Context())
		if err != nil || len(flaws) > 0 {
			t.Errorf("the sample's ledger has flaws: %v, %v", flaws, err)
		}
	})
}
