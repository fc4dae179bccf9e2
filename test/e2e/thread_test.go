// Package e2e walks the main journeys through the whole program, on both databases,
// without script: what works here works on any line and in any browser.
package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/testkit"
	"plenary/test/site"
)

func on(t *testing.T, fn func(t *testing.T, s *site.Site)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, url string) { fn(t, site.Demo(t, url)) })
}

func onEmpty(t *testing.T, fn func(t *testing.T, s *site.Site)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, url string) { fn(t, site.Empty(t, url)) })
}

// paste stages a text and, where that is asked for, takes it in.
func paste(t *testing.T, r *site.Reader, edition, name, text, then string) *site.Page {
	t.Helper()
	return pasteIn(t, r, edition, name, "en", text, then)
}

func pasteIn(t *testing.T, r *site.Reader, edition, name, lang, text, then string) *site.Page {
	t.Helper()
	form := must(t, r.Get("/"+edition+"/import"), http.StatusOK).Form()
	form.Set("name", name)
	form.Set("text", text)
	form.Set("lang", lang)
	p := r.Post("/"+edition+"/import", form)
	if then != "apply" || p.Status != http.StatusOK {
		return p
	}
	version := p.Find(`form[action$="/apply"] input[name=version]`).First().AttrOr("value", "")
	if version == "" {
		t.Fatalf("%s offers nothing to take in: %s", name, p.Text("main"))
	}
	return r.Post(strings.TrimSuffix(p.URL.Path, "/")+"/apply", url.Values{"version": {version}})
}

func must(t *testing.T, p *site.Page, status int) *site.Page {
	t.Helper()
	if p.Status != status {
		t.Fatalf("%s answered %d, want %d: %s", p.URL, p.Status, status, p.Text("main"))
	}
	return p
}

// The three real documents give what they hold, in the edition that they belong to; a
// session that two of them describe is one session, and the contradiction is shown
// (E065, E138, E193, X1).
func TestRealDocuments(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		staff := s.As(t, "secretariat")
		_, b000 := testkit.Seed(t, "000")
		_, b001 := testkit.Seed(t, "001")
		_, b004 := testkit.Seed(t, "004")

		p := must(t, paste(t, staff, "2023", "000", string(b000), "read"), http.StatusOK)
		if got := p.Text(".head [role=status]"); !strings.Contains(got, "6 sessions") {
			t.Errorf("the outlines hold %q, want 6 sessions", got)
		}
		before := must(t, staff.Get("/2023/programme/all"), http.StatusOK).Text(".result")
		must(t, paste(t, staff, "2023", "000", string(b000), "apply"), http.StatusOK)

		p = must(t, paste(t, staff, "2023", "001", string(b001), "read"), http.StatusOK)
		found := p.Text(".head [role=status]")
		for _, want := range []string{"1 session", "9 people", "4 policy questions", "2 takeaways", "2 calls to action"} {
			if !strings.Contains(found, want) {
				t.Errorf("the session's page holds %q; %s is missing", found, want)
			}
		}
		if got := p.Text("#conflicts .count"); got != "3" {
			t.Errorf("%s contradictions, want 3: the other end, what it would run into, and the other room", got)
		}
		contradictions := p.Text("#conflicts ~ ul")
		if !strings.Contains(contradictions, "14:00–15:50") || !strings.Contains(contradictions, "Plenary Room") {
			t.Errorf("contradictions: %q, want the other end and the other room", contradictions)
		}
		must(t, paste(t, staff, "2023", "001", string(b001), "apply"), http.StatusOK)
		if after := must(t, staff.Get("/2023/programme/all"), http.StatusOK).Text(".result"); after != before {
			t.Errorf("the programme had %q and has %q: both documents are about sessions that are here", before, after)
		}

		p = must(t, paste(t, staff, "2017", "004", string(b004), "read"), http.StatusOK)
		if got := p.Text(".head [role=status]"); !strings.Contains(got, "10 sessions") || !strings.Contains(got, "48 Messages") {
			t.Errorf("the summary holds %q, want 10 sessions and 48 Messages", got)
		}
		must(t, paste(t, staff, "2017", "004", string(b004), "apply"), http.StatusOK)
		m := must(t, s.Visitor(t).Get("/2017/messages"), http.StatusOK)
		if n := m.Find("li.para").Length(); n != 48 || m.Find("article h2").Length() != 9 { // eight sessions and the sources
			t.Errorf("%d Messages under %d headings, want 48 under 8 sessions and one list of sources", n, m.Find("article h2").Length())
		}
		if !strings.Contains(m.Text(".attribution"), "reflect their views") {
			t.Error("the note on whose views the coalitions' points reflect is missing (E143)")
		}
		// A document that is read in twice has nothing to give.
		p = must(t, paste(t, staff, "2017", "004", string(b004), "read"), http.StatusOK)
		if p.Find(`form[action$="/apply"]`).Length() != 0 {
			t.Errorf("reading the Messages in again offers something: %s", p.Text(".findings"))
		}
	})
}

// document gives the page of one session: the real one, or an invented one of the shape.
func document(t *testing.T) (edition, ref, text string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		_, b := testkit.Seed(t, "001")
		return "2023", "main5", string(b)
	}
	b, err := os.ReadFile(filepath.Join(testkit.Root(t), "..", "shared", "seeds", "001_bb540b89e6ea257a.txt"))
	if err != nil {
		t.Skip("the page of a real session is not here")
	}
	return "2023", "main5", string(b)
}

// From a session's page to a Message and back: the rapporteur publishes, the editor
// compiles, and a visitor walks from the Message to the session and to its people in
// at most three clicks (E128, E129, E130, E138).
func TestThread(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		edition, ref, text := document(t)
		staff := s.As(t, "secretariat")
		must(t, paste(t, staff, edition, "page", text, "apply"), http.StatusOK)
		report := "/" + edition + "/" + ref + "/report"
		if p := s.Visitor(t).Get(report); p.Find(".paras li").Length() != 0 {
			t.Fatal("a visitor reads a draft")
		}
		form := must(t, staff.Get(report+"/edit"), http.StatusOK).Form()
		if form.Get("takeaways[0].text.By[en]") == "" || len(form["calls[0].to"]) == 0 {
			t.Fatalf("the rapporteur's desk is not filled from the document: %v", form)
		}
		form.Set("publish", "1")
		must(t, staff.Post(report+"/edit", form), http.StatusOK)
		visitor := s.Visitor(t)
		p := must(t, visitor.Get(report), http.StatusOK)
		if p.Find(".paras li").Length() != 2 || p.Find(".call").Length() != 2 {
			t.Fatalf("%d takeaways and %d calls are public, want 2 and 2", p.Find(".paras li").Length(), p.Find(".call").Length())
		}
		if to := p.Text(".call .to"); !strings.Contains(to, "Governments") || !strings.Contains(to, "Private sector") {
			t.Errorf("the calls address %q", to)
		}

		editor := s.As(t, "editor")
		c := must(t, editor.Get("/"+edition+"/messages/compile"), http.StatusOK)
		refs := url.Values{}
		c.Find("input[name=refs]").Each(func(i int, sel *goquery.Selection) {
			if i < 2 {
				refs.Add("refs", sel.AttrOr("value", ""))
			}
		})
		must(t, editor.Post("/"+edition+"/messages/compile", refs), http.StatusOK)
		if p := visitor.Get("/" + edition + "/messages"); p.Find("li.para").Length() != 0 {
			t.Fatal("a visitor reads Messages that are being written")
		}
		must(t, editor.Post("/"+edition+"/messages/publish", url.Values{"as": {"draft"}}), http.StatusOK)

		for _, prefix := range []string{"", "/ar"} {
			p = must(t, visitor.Get(prefix+"/"+edition+"/messages"), http.StatusOK)
			if p.Find("li.para.tied").Length() != 2 {
				t.Fatalf("%d Messages with a thread, want 2", p.Find("li.para.tied").Length())
			}
			ladder := p.Text("li.para .ladder")
			if !strings.Contains(ladder, "Peggy Hicks") && !strings.Contains(ladder, "Dr.") && !strings.Contains(ladder, "Eileen Donahoe") {
				t.Errorf("the ladder names nobody of the session: %q", ladder)
			}
			session := p.Find("li.para .ladder a[href$='/"+ref+"']").First().AttrOr("href", "")
			p = must(t, visitor.Get(session), http.StatusOK) // first click
			person := p.Find(".people a.name, .people a[href*='/people/']").First().AttrOr("href", "")
			p = must(t, visitor.Get(person), http.StatusOK) // second click
			if prefix == "/ar" && p.Find("html").AttrOr("dir", "") != "rtl" {
				t.Error("the walk left the Arabic pages")
			}
		}
		if fed := must(t, visitor.Get("/"+edition+"/"+ref), http.StatusOK).Text("#fed"); !strings.Contains(fed, "Message 1") || !strings.Contains(fed, "Message 2") {
			t.Errorf("the session says it fed %q", fed)
		}
		for _, ext := range []string{"txt", "md", "json"} {
			x := must(t, visitor.Get("/"+edition+"/messages."+ext), http.StatusOK)
			if !strings.Contains(x.Body, "minimal ethical standard") {
				t.Errorf("messages.%s lacks the text", ext)
			}
		}
		api := must(t, visitor.Get("/api/v1/editions/"+edition+"/messages"), http.StatusOK)
		if !strings.Contains(api.Body, `"kind":"takeaway"`) || api.Header.Get("ETag") == "" {
			t.Error("the API gives no sources or no ETag")
		}
	})
}

func TestFixedOnceFinal(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		settle(t, s)
		staff := s.As(t, "secretariat")
		if p := staff.Post("/2026-sample/messages/publish", url.Values{"as": {"final"}}); p.Status != http.StatusUnprocessableEntity || p.Find("input[name=without]").Length() != 1 {
			t.Errorf("final although signatures are missing: %d", p.Status)
		}
		must(t, staff.Post("/2026-sample/messages/publish", url.Values{"as": {"final"}, "without": {"The secretariat signs next week."}}), http.StatusOK)
		editor := s.As(t, "editor")
		if p := editor.Get("/2026-sample/messages/1/edit"); p.Status != http.StatusForbidden {
			t.Errorf("an editor may still edit what is final: %d", p.Status)
		}
		form := must(t, staff.Get("/2026-sample/messages/1/edit"), http.StatusOK).Form()
		form.Set("text.By[en]", "Everything was different.")
		must(t, staff.Post("/2026-sample/messages/1/edit", form), http.StatusOK)
		if p := s.Visitor(t).Get("/2026-sample/messages/1"); strings.Contains(p.Text(".said"), "different") {
			t.Error("what is final changed without a correction")
		}
		if p := staff.Post("/2026-sample/messages/publish", url.Values{}); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("a correction without a note answered %d", p.Status)
		}
		must(t, staff.Post("/2026-sample/messages/publish", url.Values{"note": {"A misquotation."}}), http.StatusOK)
		p := must(t, s.Visitor(t).Get("/2026-sample/messages/1"), http.StatusOK)
		if !strings.Contains(p.Text(".said"), "different") {
			t.Error("the correction is not shown")
		}
		versions := p.Find("a[href*='/revisions']").AttrOr("href", "")
		if versions == "" {
			versions = must(t, s.Visitor(t).Get("/2026-sample/messages"), http.StatusOK).Find("a[href*='/revisions']").AttrOr("href", "")
		}
		v := must(t, s.Visitor(t).Get(versions), http.StatusOK)
		if !strings.Contains(v.Text("main"), "A misquotation.") {
			t.Error("the note of the correction is not among the versions")
		}
	})
}
