package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/test/site"
)

// Somebody who signs in enters herself, or is connected by the staff with the person
// that she is already; from then on her roles in sessions count.
func TestAccountBecomesPerson(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		staff := s.As(t, "secretariat")
		person := s.As(t, "participant")
		me := must(t, person.Get("/me"), http.StatusOK)
		if me.Text("h1") == "" {
			t.Fatal("no page of one's own")
		}
		// The demo's participant is a person already: she cannot be another one as well.
		if p := person.Post("/me/introduce", url.Values{}); p.Status != http.StatusConflict {
			t.Errorf("introduced twice: %d", p.Status)
		}
		form := must(t, staff.Get("/people/new"), http.StatusOK).Form()
		form.Set("name", "Ottoline Quarles")
		p := must(t, staff.Post("/people/new", form), http.StatusOK)
		connect := p.URL.Path + "/account"
		if p := s.As(t, "editor").Get(connect); p.Status != http.StatusNotFound && p.Status != http.StatusForbidden {
			t.Errorf("an editor may connect accounts: %d", p.Status)
		}
		bad := must(t, staff.Post(connect, url.Values{"email": {"nobody@example.org"}}), http.StatusUnprocessableEntity)
		if !strings.Contains(bad.Text("[role=alert]"), "nobody@example.org") || bad.Form().Get("email") != "nobody@example.org" {
			t.Errorf("an unknown address is told as %q", bad.Text("[role=alert]"))
		}
	})
}

// A document in another language than English is taken in as what it is.
func TestImportInFrench(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		staff := s.As(t, "secretariat")
		text := "IGF 2023 Main Sessions\n\nLes réseaux qui durent (10 October | 09:00 - 10:00 JST | Main Hall)\n\nQui possède les mâts, et qui répond au téléphone ?\n"
		must(t, pasteIn(t, staff, "2023", "fr", "fr", text, "apply"), http.StatusOK)
		all := must(t, s.Visitor(t).Get("/2023/programme/all"), http.StatusOK)
		link := all.Find("main a").FilterFunction(func(_ int, sel *goquery.Selection) bool {
			return strings.Contains(sel.Text(), "Les réseaux qui durent")
		})
		href := link.AttrOr("href", "")
		page := must(t, s.Visitor(t).Get(href), http.StatusOK)
		if page.Find("h1 [lang=fr], h1[lang=fr]").Length() != 1 {
			t.Error("the French title is not marked as French on the English page")
		}
	})
}
