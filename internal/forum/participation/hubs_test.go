package participation_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
)

// E109: somebody asks for a remote hub, the staff approves it, it stands in the public list,
// and its moderator counts heads and sees who comes: names of those who share theirs only.
func TestHub(t *testing.T) {
	grpOn(t, func(t *testing.T, h *grpHouse) {
		h.Clock.Freeze(time.Date(2026, 10, 25, 12, 0, 0, 0, time.UTC))
		flora := h.as(h.focal)
		form := flora.Get("/2026/hubs/ask").Form()
		form.Set("name", "Dakar hub")
		form.Set("zone", "Nowhere/City")
		p := flora.Post("/2026/hubs/ask", form)
		if p.Status != http.StatusUnprocessableEntity || p.Form().Get("zone") != "Nowhere/City" || !strings.Contains(p.Text("[role=alert]"), "no time zone") {
			t.Fatalf("%d: %s", p.Status, p.Text("[role=alert]"))
		}
		for k, v := range map[string]string{"city": "Dakar", "country": "SN", "zone": "Africa/Dakar", "expected": "40", "open": "true", "note": "We have a screen."} {
			form.Set(k, v)
		}
		if p = flora.Post("/2026/hubs/ask", form); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "Dakar hub") {
			t.Fatalf("%d: %s", p.Status, p.Text("main"))
		}
		if p = h.as(core.Visitor).Get("/2026/hubs"); p.Status != http.StatusOK || strings.Contains(p.Body, "Dakar") {
			t.Errorf("a hub that is asked for is public: %d", p.Status)
		}
		list, err := h.Participation.HubsFor(t.Context(), h.focal, h.set)
		h.ok(err)
		hub, desk := list[0], "/2026/hubs/"+string(list[0].ID)+"/desk"
		h.ok(h.Participation.DecideHub(t.Context(), h.staff, h.set, hub.ID, participation.HubDecision{Version: hub.Version, State: participation.GroupApproved}))
		if got := h.mails("flora@example.org"); len(got) != 1 || !strings.Contains(got[0], "The hub “Dakar hub” for Forum 2026 is approved") || !strings.Contains(got[0], desk) {
			t.Errorf("the moderator reads %q", got)
		}
		p = h.as(core.Visitor).Get("/2026/hubs")
		for _, want := range []string{"Dakar hub", "Dakar, Senegal", "09:00 in Oslo is 07:00 in Dakar."} {
			if !strings.Contains(p.Text("main"), want) {
				t.Errorf("the list has no %q: %s", want, p.Text("main"))
			}
		}
		for _, secret := range []string{"Flora", "We have a screen", "flora@"} {
			if strings.Contains(p.Body, secret) {
				t.Errorf("the list tells %q", secret)
			}
		}
		if p = h.as(core.Visitor).Get("/api/v1/editions/2026/hubs"); p.Status != http.StatusOK || !strings.Contains(p.Body, "Dakar hub") || strings.Contains(p.Body, "screen") || strings.Contains(p.Body, string(h.focal.Account)) {
			t.Errorf("the API says %d %s", p.Status, p.Body)
		}

		// Three say to come; one shares her name.
		for name, show := range map[string]bool{"ada": true, "bo": false, "cy": false} {
			h.register(h.account(name, ""), said(strings.ToUpper(name)+" Quist", func(in *participation.Input) {
				in.Mode, in.Category, in.Hub, in.ShowName, in.Diet = participation.ModeOnline, "online", string(hub.ID), show, "No nuts"
			}))
		}
		p = flora.Get(desk)
		if got := p.Text("main"); !strings.Contains(got, "3 people said to come.") || !strings.Contains(got, "ADA Quist") || strings.Contains(got, "BO Quist") || strings.Contains(got, "CY Quist") ||
			!strings.Contains(got, "2 others do not share their names") || strings.Contains(got, "nuts") || strings.Contains(got, "@example.org") {
			t.Errorf("the moderator sees %s", got)
		}
		form = p.Form()
		form.Set("day", "2026-10-24")
		form.Set("heads", "9999")
		if p = flora.Post(desk, form); p.Status != http.StatusUnprocessableEntity || p.Form().Get("heads") != "9999" {
			t.Errorf("9999 heads: %d", p.Status)
		}
		form.Set("heads", "31")
		if p = flora.Post(desk, form); p.Status != http.StatusOK || !strings.Contains(p.Text("table"), "31") {
			t.Errorf("31 heads: %d %s", p.Status, p.Text("main"))
		}
		form.Set("heads", "33")
		if p = flora.Post(desk, form); !strings.Contains(p.Text(".history"), "Heads: 31 33") {
			t.Errorf("the history says %s", p.Text(".history"))
		}
		for name, day := range map[string]string{"a day to come": "2026-10-27", "another year": "2025-10-24", "no day": "x"} {
			if err := h.Participation.SetHubCount(t.Context(), h.focal, h.set, hub.ID, day, "", 5); core.KindOf(err) != core.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.Participation.SetHubCount(t.Context(), h.focal, h.set, hub.ID, "2026-10-24", h.set.ID, 5); core.KindOf(err) != core.KindInvalid {
			t.Errorf("a session that is none: %v", err)
		}
		h.shut(desk, core.Actor{}, h.member, h.other, h.editor)
		if err := h.Participation.SetHubCount(t.Context(), h.other, h.set, hub.ID, "2026-10-24", "", 5); core.KindOf(err) != core.KindForbidden {
			t.Errorf("somebody else counts: %v", err)
		}
		if _, _, err := h.Participation.HubPeople(t.Context(), h.other, h.set, hub.ID); core.KindOf(err) != core.KindNotFound {
			t.Errorf("somebody else sees who comes: %v", err)
		}
		// A hub by invitation is in no list.
		in := flora.Get("/2026/hubs/" + string(hub.ID) + "/edit").Form()
		in.Del("open")
		if p = flora.Post("/2026/hubs/"+string(hub.ID)+"/edit", in); p.Status != http.StatusOK {
			t.Fatalf("edit: %d", p.Status)
		}
		if p = h.as(core.Visitor).Get("/2026/hubs"); strings.Contains(p.Body, "Dakar hub") {
			t.Error("a hub by invitation is in the list")
		}
		if p = flora.Post("/2026/hubs/"+string(hub.ID)+"/close", nil); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "33") {
			t.Errorf("close: %d %s", p.Status, p.Text("main"))
		}
	})
}
