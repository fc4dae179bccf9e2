package participation_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
)

type goquerySelection = goquery.Selection

// Doubles are found across scripts; they can be settled, or kept apart for good.
func TestDeskDoubles(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		names := []string{
			"Mohammed Haddad", "محمد حداد", // the same consonants, organisation and country
			"Наталья Ющенко", "Yushchenko Natalya",
			"A. Diallo", "Amina Diallo",
			"Kenji Moriyama", "Lina Haddad",
		}
		list := h.enter(len(names), func(i int, r *participation.Registration) {
			r.Name, r.Organisation, r.Country = names[i], "Institute "+[]string{"A", "B", "C", "D"}[i/2], []string{"JO", "UA", "SN", "JP"}[i/2]
		})
		got, err := h.Doubles(t.Context(), h.staff, h.set)
		h.ok(err)
		seen := map[string]bool{}
		for _, d := range got {
			a, b := h.now(&participation.Registration{ID: d.One}), h.now(&participation.Registration{ID: d.Other})
			if a.Number > b.Number {
				a, b = b, a
			}
			seen[a.Name+" = "+b.Name] = true
		}
		for i := 0; i < 6; i += 2 {
			if !seen[names[i]+" = "+names[i+1]] {
				t.Errorf("%s and %s are not found", names[i], names[i+1])
			}
		}
		if len(got) != 3 {
			t.Error(seen)
		}
		staff := h.as(h.staff)
		p := staff.Get("/2026/registrations/doubles")
		if p.Status != http.StatusOK || p.Find("ul.rows > li").Length() != 3 {
			t.Fatal(p.Status, p.Text("main"), h.log.errors)
		}
		pair, _ := p.Find("button[name=pair]").First().Attr("value")
		if p = staff.Post("/2026/registrations/doubles", url.Values{"pair": {pair}}); p.Status != http.StatusOK || p.Find("ul.rows > li").Length() != 2 {
			t.Error(p.Status, p.Text("main"))
		}
		if p = staff.Post("/2026/registrations/doubles", url.Values{"together": {pair}}); p.Find("ul.rows > li").Length() != 3 {
			t.Error(p.Status, p.Text("main"))
		}
		// One is kept, the other withdrawn; it can be taken back.
		if p = staff.Get("/2026/registrations/doubles/compare?n=3&n=4"); p.Status != http.StatusOK || !strings.Contains(p.Text("table"), "Yushchenko") {
			t.Fatal(p.Status, h.log.errors)
		}
		h.tick()
		form := url.Values{"n": {"3", "4"}, "keep": {"3"}, "asof": {p.Find("input[name=asof]").AttrOr("value", "")}}
		if p = staff.Post("/2026/registrations/doubles/compare", form); p.Status != http.StatusOK {
			t.Fatal(p.Status, p.Text("main"))
		}
		if r := h.now(list[3]); r.State != participation.StateWithdrawn || r.DuplicateOf != list[2].ID {
			t.Error(r.State, r.DuplicateOf)
		}
		if got, _ := h.Doubles(t.Context(), h.staff, h.set); len(got) != 2 {
			t.Error("a settled double is found again")
		}
		if p = staff.Get("/2026/registrations/4"); !strings.Contains(p.Text(".head"), "No. 3") {
			t.Error("it does not lead to the one that is kept")
		}
		last, err := h.LastBulk(t.Context(), h.staff, h.set)
		h.ok(err)
		_, _, err = h.UndoBulk(t.Context(), h.staff, h.set, last.ID)
		h.ok(err)
		if r := h.now(list[3]); r.State != participation.StatePending || r.DuplicateOf != "" {
			t.Error(r.State, r.DuplicateOf)
		}
		// Two of different persons of the directory are never one.
		x, y := h.account("Xena", ""), h.account("Yara", "")
		two := h.enter(2, func(i int, r *participation.Registration) {
			r.Name, r.Person = "Sam Same", []core.ID{x.Person, y.Person}[i]
			r.Email = "same" + string(rune('a'+i)) + "@example.net"
			r.EmailKey = r.Email
		})
		if got, _ := h.Doubles(t.Context(), h.staff, h.set); len(got) != 3 {
			t.Error("two persons are taken for one")
		}
		_, err = h.Bulk(t.Context(), h.staff, h.set, participation.BulkInput{Do: participation.BulkDouble, Numbers: []int{two[0].Number, two[1].Number}, Keep: two[0].Number})
		deskKind(t, err, core.KindConflict)
	})
}

// The page of one registration has the whole story, and leads on through the list.
func TestDeskOne(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		list := h.enter(3, func(i int, r *participation.Registration) {
			r.Name = []string{"Amina Diallo", "Amina Diallo", "Tomás Rivero"}[i]
		})
		staff := h.as(h.staff)
		p := staff.Get("/2026/registrations/2?state=pending&sort=name")
		if p.Status != http.StatusOK || p.Find("nav.pager a[rel=prev]").Length() != 1 || p.Find("nav.pager a[rel=next]").Length() != 1 {
			t.Fatal(p.Status, p.Text("main"), h.log.errors)
		}
		if next, _ := p.Find("nav.pager a[rel=next]").Attr("href"); next != "/2026/registrations/3?sort=name&state=pending" {
			t.Error(next)
		}
		if !strings.Contains(p.Text("main"), "the same name") {
			t.Error("no double is told of")
		}
		act := url.Values{"do": {"approve"}}
		p.Find("form.actions input[type=hidden]").Each(func(_ int, s *goquerySelection) { act.Set(s.AttrOr("name", ""), s.AttrOr("value", "")) })
		if p = staff.Post("/2026/registrations/bulk", act); p.Status != http.StatusOK || p.URL.Path != "/2026/registrations/3" || h.now(list[1]).State != participation.StateApproved {
			t.Error(p.Status, p.URL, h.now(list[1]).State)
		}
		if p = staff.Post("/2026/registrations/2/notes", url.Values{"text": {" "}}); p.Status != http.StatusUnprocessableEntity {
			t.Error(p.Status)
		}
		if p = staff.Post("/2026/registrations/2/notes", url.Values{"text": {"Spoke by phone."}}); p.Status != http.StatusOK || !strings.Contains(p.Text("#notes"), "Spoke by phone.") {
			t.Error(p.Status, p.Text("#notes"))
		}
		if p = staff.Post("/2026/registrations/2/links", url.Values{}); p.Status != http.StatusOK || h.now(list[1]).Generation != 2 {
			t.Error(p.Status, h.now(list[1]).Generation)
		}
		if p = staff.Get("/2026/registrations/2/correct"); p.Status != http.StatusOK {
			t.Error(p.Status, h.log.errors)
		}
		if p = staff.Get("/2026/registrations/99"); p.Status != http.StatusNotFound {
			t.Error(p.Status)
		}
	})
}
