package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/test/site"
)

// A joint statement on its way (P22): who reads it sees what has no consensus and who
// asks for it; it is endorsed, its brackets are settled with reasons, those who endorsed
// other words are asked by mail, and in the end it is final.
func TestJointStatement(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		visitor := s.Visitor(t)
		list := must(t, visitor.Get("/papers?kind=joint"), http.StatusOK)
		path, ok := list.Find("main ul.rows a").First().Attr("href")
		if !ok {
			t.Fatalf("no joint statement: %s", list.Text("main"))
		}
		page := must(t, visitor.Get(path), http.StatusOK)
		if n := page.Find("#brackets li").Length(); n != 2 || page.Find("article .bracket .hidden-visually").Length() != 4 {
			t.Errorf("%d open brackets: %s", n, page.Text("#brackets"))
		}
		if !strings.Contains(page.Text("#brackets"), "Village networks") || !strings.Contains(page.Text("#endorsers h2"), "5 endorsements") {
			t.Errorf("who asks and who endorses: %s", page.Text("main"))
		}
		if !strings.Contains(page.Text("#endorsers .dissent"), "Five years is too long") {
			t.Error("the reservation is not shown")
		}

		// Somebody endorses it for herself.
		member := s.As(t, "participant")
		form := must(t, member.Get(path+"/endorse"), http.StatusOK).Form()
		form.Set("for", "self")
		page = must(t, member.Post(path+"/endorse", form), http.StatusOK)
		if !strings.Contains(page.Text("#endorsers h2"), "6 endorsements") {
			t.Errorf("after endorsing: %s", page.Text("#endorsers"))
		}
		if p := visitor.Get(path + "/brackets/p2/1"); p.Status != http.StatusOK && !strings.HasSuffix(p.URL.Path, "/sign-in") || p.Find("input[name=how]").Length() > 0 {
			t.Errorf("a visitor may settle: %d", p.Status)
		}
		if p := member.Get(path + "/brackets/p2/1"); p.Status != http.StatusForbidden {
			t.Errorf("a participant may settle: %d", p.Status)
		}

		// The staff settles both, each with a reason.
		staff := s.As(t, "secretariat")
		for i, how := range []string{"keep", "replace"} {
			draft := must(t, staff.Get(path+"?draft=1"), http.StatusOK)
			at, ok := draft.Find("#brackets a[href*='/brackets/']").First().Attr("href")
			if !ok {
				t.Fatalf("no way to settle: %s", draft.Text("#brackets"))
			}
			form := must(t, staff.Get(at), http.StatusOK).Form()
			form.Set("how", how)
			if p := staff.Post(at, form); p.Status != http.StatusUnprocessableEntity {
				t.Errorf("settled without a reason: %d", p.Status)
			}
			form.Set("reason", "Agreed in the call.")
			form.Set("words.By[en]", "for as long as it runs")
			done := must(t, staff.Post(at, form), http.StatusOK)
			if n := done.Find("#brackets li").Length(); n != 1-i {
				t.Errorf("%d passages are left after %s", n, how)
			}
		}
		if p := visitor.Get(path); p.Find("#brackets li").Length() != 2 {
			t.Error("everybody sees the draft")
		}
		form = must(t, staff.Get(path+"/publish"), http.StatusOK).Form()
		form.Set("note", "Both passages are agreed.")
		must(t, staff.Post(path+"/publish", form), http.StatusOK)
		page = must(t, visitor.Get(path), http.StatusOK)
		if page.Find("#brackets").Length() != 0 || !strings.Contains(page.Text("article"), "must also pay for its upkeep for as long as it runs.") {
			t.Errorf("settled text: %s", page.Text("article"))
		}
		if !strings.Contains(page.Text("article .dissent"), "Five years is too long") {
			t.Error("the reservation does not travel with the paragraph")
		}

		// Who endorsed other words is asked, and confirms.
		asked := strings.Count(must(t, visitor.Get("/demo/mail"), http.StatusOK).Body, "Do you still endorse")
		if asked == 0 {
			t.Error("no mail asks to confirm")
		}
		confirm := must(t, member.Get(path+"/endorse"), http.StatusOK)
		if !strings.Contains(confirm.Text("main"), "The words have changed since") {
			t.Errorf("the form does not say why it is asked: %s", confirm.Text("main"))
		}
		must(t, member.Post(path+"/endorse", confirm.Form()), http.StatusOK)
		if p := visitor.Get(path); !strings.Contains(p.Text("#endorsers h2"), "6 endorsements") || !strings.Contains(p.Text("#endorsers"), "Endorsed version 2") {
			t.Errorf("confirmed: %s", p.Text("#endorsers"))
		}
		history := must(t, visitor.Get(path+"/history"), http.StatusOK)
		if !strings.Contains(history.Text("main"), "Endorsement confirmed") {
			t.Errorf("history: %s", history.Text("main"))
		}

		form = must(t, staff.Get(path+"/publish"), http.StatusOK).Form()
		form.Set("as", "final")
		must(t, staff.Post(path+"/publish", form), http.StatusOK)
		if p := visitor.Get(path); !strings.Contains(p.Text(".facts"), "Final since") {
			t.Errorf("not final: %s", p.Text(".facts"))
		}
		if p := visitor.Get("/demo/mail"); strings.Count(p.Body, "Do you still endorse") != asked {
			t.Error("the same words are asked about again")
		}
	})
}

// What others wrote is marked as not official wherever it stands; outputs of tracks stand
// among the outcomes; a draft that is not open is found by no stranger.
func TestPapers(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		visitor, staff := s.Visitor(t), s.As(t, "secretariat")
		for _, at := range []string{"/papers?kind=daily", "/2026-sample/papers?kind=daily"} {
			rows := must(t, visitor.Get(at), http.StatusOK).Find("main ul.rows > li")
			if n := rows.Length(); n != 3 || strings.Count(rows.Text(), "Not official") != 3 {
				t.Errorf("%s: %d rows, marked %d times", at, n, strings.Count(rows.Text(), "Not official"))
			}
		}
		path := must(t, visitor.Get("/papers?kind=daily"), http.StatusOK).Find("main ul.rows a").First().AttrOr("href", "")
		if p := must(t, visitor.Get(path), http.StatusOK); !strings.Contains(p.Text(".notice.warning"), "Harbour Lane Reporting") {
			t.Errorf("not marked on its page: %s", p.Text("main"))
		}
		out := must(t, visitor.Get("/2026-sample/outcomes"), http.StatusOK)
		if text := out.Text("#papers"); !strings.Contains(text, "Output of the parliamentary track") || !strings.Contains(text, "not official") {
			t.Errorf("outcomes: %s", text)
		}
		// A paper in a browser without script: typed, saved, published.
		body := must(t, visitor.Get("/papers?kind=track-output"), http.StatusOK).Find(`main ul.rows a[href^="/community/tracks/"]`).First().AttrOr("href", "")
		panel := must(t, staff.Get(body), http.StatusOK)
		add := panel.Find(`a[href*="/papers/new?body="]`).First().AttrOr("href", "")
		if visitor.Get(body).Find(`a[href*="/papers/new"]`).Length() != 0 {
			t.Error("a visitor is offered to add a paper")
		}
		form := must(t, staff.Get(add), http.StatusOK).Form()
		form.Set("kind", "vision")
		if p := staff.Post(add, form); p.Status != http.StatusUnprocessableEntity || p.Find("[role=alert] a").Length() < 2 {
			t.Errorf("nothing written: %d", p.Status)
		}
		form.Set("title.By[en]", "A view from Zanquilla")
		form.Set("text.By[en]", "# Where we stand\n\nFirst.\n\n- one\n- two")
		p := must(t, staff.Post(add, form), http.StatusOK)
		at := p.URL.Path
		if got := visitor.Get(at); got.Status != http.StatusNotFound {
			t.Errorf("a visitor sees the draft: %d", got.Status)
		}
		must(t, staff.Post(at+"/publish", url.Values{"version": {"1"}}), http.StatusOK)
		if got := must(t, visitor.Get(at), http.StatusOK); got.Find("article li.para").Length() != 3 || got.Text("article h2") != "Where we stand" {
			t.Errorf("published: %s", got.Text("article"))
		}
	})
}
