package badges_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// At the desk somebody is found, checked in by hand once, and gets another badge for a lost one.
func TestDesk(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		list := h.registered(3, func(i int, r *participation.Registration) {
			if i == 2 {
				r.State = participation.StateDeclined
			}
		})
		h.write(func(ctx context.Context, tx *record.Tx) error {
			for _, r := range list {
				for _, w := range core.Words(r.Name) {
					if _, err := tx.NewRaw("INSERT INTO registration_words (edition, word, registration) VALUES (?, ?, ?)", h.set.ID, w, r.ID).Exec(ctx); err != nil {
						return err
					}
				}
			}
			return nil
		})
		code := h.printed()[list[0].ID]
		staff := h.as(h.staff)
		if p := staff.Get("/2026/badges/desk?q=quist"); p.Find(".rows > li").Length() != 3 {
			t.Errorf("by name: %s", p.Text("main"))
		}
		for _, q := range []string{"person0001 qui", "1", "#1", code} {
			if p := staff.Get("/2026/badges/desk?q=" + url.QueryEscape(q)); p.URL.Path != "/2026/badges/desk/1" {
				t.Errorf("by %q: %s %s", q, p.URL, p.Text("main"))
			}
		}
		if p := staff.Get("/2026/badges/desk?q=nobody"); p.Find(".empty").Length() != 1 {
			t.Errorf("nobody: %s", p.Text("main"))
		}
		if p := staff.Post("/2026/badges/desk/1", url.Values{"reason": {" "}}); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %d", p.Status)
		}
		if p := staff.Post("/2026/badges/desk/1", url.Values{"reason": {"Phone empty"}}); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "She is checked in") {
			t.Errorf("checked in: %d %s", p.Status, p.Text("main"))
		}
		h.ok(h.s.HandOut(t.Context(), h.staff, h.set, "1", "again"))
		h.fails(h.s.HandOut(t.Context(), h.staff, h.set, "3", "he insists"), core.KindConflict)
		var reasons []string
		h.ok(h.DB.Read.NewRaw("SELECT personal FROM events WHERE kind = 'badge.handed_out'").Scan(t.Context(), &reasons))
		if !slices.Equal(reasons, []string{`{"reason":"Phone empty"}`}) && !slices.Equal(reasons, []string{`{"reason": "Phone empty"}`}) {
			t.Errorf("the record says %v", reasons)
		}
		if p := staff.Post("/2026/badges/desk/1", url.Values{"do": {"revoke"}, "reason": {"lost"}}); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "Not good any more") {
			t.Errorf("lost: %d %s", p.Status, p.Text("main"))
		}
		if p := staff.Post("/2026/badges/desk/1", url.Values{"do": {"revoke"}, "reason": {"lost"}}); p.Status != http.StatusNotFound {
			t.Errorf("lost twice: %d", p.Status)
		}
		// Her own page holds the next badge; she may say herself that it is lost.
		ada := h.account("ada", "")
		h.mine(ada)
		hers := h.as(ada)
		first := hers.Get("/2026/my-badge").Text(".my-badge-word strong")
		if again := hers.Get("/2026/my-badge").Text(".my-badge-word strong"); first == "" || first != again {
			t.Errorf("her badge: %q, then %q", first, again)
		}
		if p := hers.Post("/2026/my-badge", nil); p.Status != http.StatusOK || p.Text(".my-badge-word strong") == first {
			t.Errorf("her next badge: %d %q", p.Status, p.Text(".my-badge-word strong"))
		}
		if p := hers.Get("/2026/my-badge.svg"); p.Status != http.StatusOK || !strings.Contains(p.Header.Get("Content-Type"), "svg") {
			t.Errorf("as a picture: %d", p.Status)
		}
		if h.PDF.Available() {
			if p := staff.Post("/2026/badges/desk/2", url.Values{"do": {"print"}}); p.Status != http.StatusOK || !strings.HasPrefix(p.Body, "%PDF-") {
				t.Errorf("print one: %d", p.Status)
			}
			if p := staff.Post("/2026/badges/desk/3", url.Values{"do": {"print"}}); p.Status != http.StatusConflict {
				t.Errorf("print one who may not come: %d", p.Status)
			}
		}
	})
}
