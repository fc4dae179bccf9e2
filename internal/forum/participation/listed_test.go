package participation_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// E115: the public list has those who chose to stand in it, with what they chose, and how
// many others only where nobody can be told by it.
func TestParticipantsList(t *testing.T) {
	grpOn(t, func(t *testing.T, h *grpHouse) {
		h.quota("participant", 0)
		enter := func(name string, change func(*participation.Input)) *participation.Registration {
			a := h.account(strings.ToLower(strings.ReplaceAll(name, " ", ".")), "")
			return h.register(a, said(name, func(in *participation.Input) {
				in.Organisation, in.Country, in.AccessNeeds = "Org of "+name, "KE", "Needs of "+name
				change(in)
			}))
		}
		all := enter("Shownall Quist", func(in *participation.Input) { in.ShowName, in.ShowOrg, in.ShowCountry = true, true, true })
		only := enter("Nameonly Quist", func(in *participation.Input) { in.ShowName = true; in.Country = "NO" })
		hidden := enter("Hidden Quist", func(in *participation.Input) { in.ShowOrg, in.ShowCountry, in.Country = true, true, "SN" })
		enter("Pending Quist", func(in *participation.Input) { in.ShowName = true })
		h.decide(participation.StateApproved, all, only, hidden)

		p := h.as(core.Visitor).Get("/2026/participants")
		got := p.Text("main")
		for _, want := range []string{"2 participants are listed", "Shownall Quist", "Org of Shownall Quist", "Kenya", "Nameonly Quist"} {
			if p.Status != http.StatusOK || !strings.Contains(got, want) {
				t.Errorf("%d without %q: %s", p.Status, want, got)
			}
		}
		if !strings.Contains(p.Body, `content="noindex"`) {
			t.Error("search engines take it")
		}
		secrets := []string{"Hidden", "Pending", "Org of Nameonly", "Norway", "Senegal", "Needs of", "@example.org"}
		paths := []string{
			"/2026/participants", "/2026/participants?q=Hidden", "/2026/participants?country=SN", "/2026/participants?country=NO", "/2026/participants?q=Org+of+Nameonly",
			"/api/v1/editions/2026/participants", "/api/v1/editions/2026/participants?country=NO", "/2026/search?q=Quist", "/search?q=Hidden", "/2026/activity", "/2026",
			"/feeds/2026.atom", "/2026/feed.atom", "/api/v1/editions/2026/registration",
		}
		for _, path := range paths {
			for _, a := range []core.Actor{{}, h.member, h.editor} {
				p := h.as(a).Get(path)
				body := p.Text("main ul.rows") + p.Text(".filters")
				if strings.HasPrefix(path, "/api") {
					body = p.Body
				}
				for _, s := range secrets {
					if strings.Contains(body, s) {
						t.Errorf("%s reads %q at %s", a.Name, s, path)
					}
				}
			}
		}
		for _, x := range []struct {
			q    string
			want int
		}{{"country=KE", 1}, {"country=NO", 0}, {"q=nameonly", 1}, {"q=org+of", 1}, {"q=%25", 2}, {"q=quist&country=KE", 1}} {
			if n := h.as(core.Visitor).Get("/2026/participants?" + x.q).Find("ul.rows > li").Length(); n != x.want {
				t.Errorf("%s finds %d", x.q, n)
			}
		}
		if p = h.as(core.Visitor).Get("/2026/participants?after=junk"); p.Status != http.StatusUnprocessableEntity && p.Status != http.StatusBadRequest {
			t.Errorf("a cursor that is none answers %d", p.Status)
		}

		h.as(h.member).Get("/2026/participants")
		if n := h.queries("/2026/participants"); n > 10 {
			t.Errorf("%d queries for the list", n)
		}

		// One is not listed: nobody is told so. Seven are: five are told.
		if strings.Contains(got, "more chose not") {
			t.Error("one who is not listed is counted")
		}
		for i := range 6 {
			h.decide(participation.StateApproved, enter(fmt.Sprintf("Quiet %c Quist", 'a'+i), func(*participation.Input) {}))
		}
		if got = h.as(core.Visitor).Get("/2026/participants").Text("main"); !strings.Contains(got, "At least 5 more") {
			t.Errorf("seven others are told as %s", got)
		}
		if got = h.as(core.Visitor).Get("/2026/participants?q=Shownall").Text("main"); strings.Contains(got, "more chose") {
			t.Error("a search tells how many others there are")
		}
		// Who takes her choice back, or is erased, is gone at once.
		h.write(func(ctx context.Context, tx *record.Tx) error { return h.Participation.EraseTx(ctx, tx, all.ID) })
		if p = h.as(core.Visitor).Get("/2026/participants"); strings.Contains(p.Body, "Shownall") {
			t.Error("who is erased is listed")
		}
		in := participation.SettingInputOf(h.setting())
		in.Listed = false
		h.ok(h.Participation.Change(t.Context(), h.staff, h.set, in))
		h.shut("/2026/participants", core.Actor{}, h.member, h.staff)
	})
}
