package participation_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// E104: somebody registers by the form, corrects it, and sees how it stands; the staff sees
// the same history.
func TestRegisterByTheForm(t *testing.T) {
	regOn(t, func(t *testing.T, h *regHouse) {
		ada := h.account("ada", "")
		visitor := h.as(core.Visitor)
		if p := visitor.Get("/2026/register"); p.Status != http.StatusOK || !strings.Contains(p.Body, "Sign in to register") {
			t.Fatalf("a visitor gets %d: %s", p.Status, p.Text("main"))
		}
		r := h.as(ada)
		form := r.Get("/2026/register").Form()
		if form.Get("name") != "Ada Quist" {
			t.Errorf("the form knows her as %q", form.Get("name"))
		}
		form.Set("organisation", "Lake Institute")
		form.Set("stakeholder", "igo")
		form.Set("country", "XX")
		p := r.Post("/2026/register", form)
		for _, want := range []string{"Choose one of those offered", "How", "I accept the code of conduct"} {
			if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text(".problems, [role=alert], main"), want) {
				t.Errorf("%d without %q: %s", p.Status, want, p.Text("[role=alert]"))
			}
		}
		form = p.Form()
		if form.Get("organisation") != "Lake Institute" {
			t.Error("what was typed is lost")
		}
		maps.Copy(form, url.Values{"country": {"KE"}, "mode": {"both"}, "category": {"participant"}, "conduct": {"true"}, "gender": {"own"}, "gender_own": {"she"}})
		p = r.Post("/2026/register", form)
		if p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "Pending") {
			t.Fatalf("%d: %s", p.Status, p.Text("main"))
		}
		mine, err := h.Participation.Mine(t.Context(), ada, h.set)
		h.ok(err)
		if mine.Number != 1 || mine.Region != "igo" || mine.LDC || mine.GenderOwn != "she" || mine.ShowName {
			t.Errorf("registered as %+v", mine)
		}
		form = r.Get("/2026/register/edit").Form()
		form.Set("diet", "No nuts")
		old := maps.Clone(form)
		if p = r.Post("/2026/register/edit", form); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "No nuts") {
			t.Errorf("%d after a correction: %s", p.Status, p.Text("main"))
		}
		if p = r.Post("/2026/register/edit", old); p.Status != http.StatusConflict {
			t.Errorf("a stale form answers %d", p.Status)
		}
		list, err := h.Participation.HistoryOf(t.Context(), mine, core.Page{})
		h.ok(err)
		var kinds []string
		for _, e := range list.Items {
			kinds = append(kinds, e.Kind)
			if strings.Contains(string(e.Data), "Quist") || strings.Contains(string(e.Data), "nuts") {
				t.Errorf("%s tells %s", e.Kind, e.Data)
			}
		}
		if !slices.Equal(kinds, []string{"registration.corrected", "registration.submitted"}) {
			t.Errorf("history %v", kinds)
		}
		if p = h.as(h.account("bo", "")).Get("/2026/register/edit"); p.Status != http.StatusNotFound {
			t.Errorf("somebody else gets %d", p.Status)
		}
	})
}

// Quotas give places in the order in which people were approved; who is too late waits, and
// gets what becomes free.
func TestWaitingListMovesByItself(t *testing.T) {
	regOn(t, func(t *testing.T, h *regHouse) {
		var rs []*participation.Registration
		for i := range 5 {
			h.Clock.Freeze(time.Date(2026, 9, 1, 9, i, 0, 0, time.UTC))
			name := string(rune('a'+i)) + "da"
			rs = append(rs, h.register(h.account(name, ""), said(name)))
		}
		h.decide(participation.StateApproved, rs...)
		want := func(states ...string) {
			t.Helper()
			var got []string
			for _, r := range rs {
				got = append(got, h.now(r).State)
			}
			if !slices.Equal(got, states) {
				t.Fatalf("%v, want %v", got, states)
			}
		}
		a, w, d := participation.StateApproved, participation.StateWaiting, participation.StateDeclined
		want(a, a, w, w, w)
		if place, err := h.Participation.Place(t.Context(), h.now(rs[3])); err != nil || place != 2 {
			t.Errorf("place %d, %v", place, err)
		}
		h.decide(d, rs[0])
		want(d, a, a, w, w)
		acc, err := h.Authn.ByEmail(t.Context(), "bda@example.org")
		h.ok(err)
		h.ok(h.Participation.Withdraw(t.Context(), acc.Actor(), h.set, rs[1].ID))
		want(d, participation.StateWithdrawn, a, a, w)
		h.quota("participant", 3)
		want(d, participation.StateWithdrawn, a, a, a)
		if refused := h.decide(a, rs[1]); len(refused) != 1 {
			t.Errorf("who has withdrawn was approved")
		}
		if c := h.setting().Categories[0]; c.Taken != 3 {
			t.Errorf("%d places are taken", c.Taken)
		}
	})
}

// A correction of what matters goes back to approval, and nothing is lost meanwhile.
func TestRecheck(t *testing.T) {
	regOn(t, func(t *testing.T, h *regHouse) {
		ada := h.account("ada", "")
		r := h.register(ada, said("Ada"))
		h.decide(participation.StateApproved, r)
		change := func(fn func(*participation.Input)) *participation.Registration {
			t.Helper()
			in := participation.InputOf(h.now(r))
			fn(&in)
			now, err := h.Participation.Correct(t.Context(), ada, h.set, r.ID, in)
			h.ok(err)
			return now
		}
		if now := change(func(in *participation.Input) { in.Diet = "Vegan" }); now.State != participation.StateApproved || now.Recheck {
			t.Errorf("a diet is looked at: %s", now.State)
		}
		now := change(func(in *participation.Input) { in.Name = "Ada Lovelace" })
		if now.State != participation.StatePending || !now.Recheck || !now.MayJoin() {
			t.Errorf("a new name: %s, %v, may join %v", now.State, now.Recheck, now.MayJoin())
		}
		if taken := h.setting().Categories[0].Taken; taken != 1 {
			t.Errorf("%d places are taken", taken)
		}
		h.decide(participation.StateApproved, r)
		if now := h.now(r); now.State != participation.StateApproved || now.Recheck || h.setting().Categories[0].Taken != 1 {
			t.Errorf("after that: %s, %v", now.State, now.Recheck)
		}
		change(func(in *participation.Input) { in.Category, in.Mode = "online", participation.ModeOnline })
		if now := h.now(r); now.State != participation.StateApproved { // that category approves at once
			t.Errorf("online: %s", now.State)
		}
		if c := h.setting().Categories; c[0].Taken != 0 || c[1].Taken != 1 {
			t.Errorf("places %d and %d", c[0].Taken, c[1].Taken)
		}
	})
}

// However people come and go at the same time, no more places are given than there are, and
// none is lost.
func TestPlacesAreExact(t *testing.T) {
	regOn(t, func(t *testing.T, h *regHouse) {
		h.quota("online", 7)
		var wg sync.WaitGroup
		for i := range 24 {
			a := h.account(fmt.Sprintf("p%d", i), "")
			wg.Go(func() {
				r, err := h.Participation.Register(t.Context(), a, h.set, said(a.Name, func(in *participation.Input) { in.Category, in.Mode = "online", participation.ModeOnline }))
				if err == nil && i%3 == 0 {
					err = h.Participation.Withdraw(t.Context(), a, h.set, r.ID)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		var rows []struct {
			State string `bun:"state"`
			N     int    `bun:"n"`
		}
		h.ok(h.DB.Read.NewSelect().TableExpr("registrations").ColumnExpr("state, COUNT(*) AS n").GroupExpr("state").Scan(t.Context(), &rows))
		got := map[string]int{}
		for _, r := range rows {
			got[r.State] = r.N
		}
		if got["approved"] != 7 || got["withdrawn"] != 8 || got["waiting"] != 9 {
			t.Errorf("%v", got)
		}
		if taken := h.setting().Categories[1].Taken; taken != 7 {
			t.Errorf("%d places are taken", taken)
		}
	})
}

// The class of a country is that of the edition's day, and rules decide in their order.
func TestRules(t *testing.T) {
	st := &participation.Setting{
		Rules:      []participation.Rule{{Field: "domain", In: []string{"spam.example"}, Do: "hold"}, {Field: "country", In: []string{"KE"}, Do: "approve"}, {Field: "role", Do: "approve"}},
		Categories: []participation.Category{{ID: "c1", Code: "online", Approval: participation.ApproveAtOnce}, {ID: "c2", Code: "on-site", Approval: participation.ApproveStaff}},
	}
	for name, x := range map[string]struct {
		r     participation.Registration
		roles []string
		want  string
	}{
		"by the category": {participation.Registration{Category: "c1"}, nil, "approve"},
		"held":            {participation.Registration{Category: "c2"}, nil, "hold"},
		"by the country":  {participation.Registration{Category: "c2", Country: "KE"}, nil, "approve"},
		"first rule":      {participation.Registration{Category: "c1", Country: "KE", EmailKey: "x@mail.spam.example"}, nil, "hold"},
		"not the domain":  {participation.Registration{Category: "c2", EmailKey: "x@notspam.example"}, nil, "hold"},
		"a speaker":       {participation.Registration{Category: "c2"}, []string{"speaker"}, "approve"},
	} {
		if got := st.Ruled(&x.r, x.roles); got != x.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A rule holds for who registers after it was set, without a restart.
func TestRulesHoldAtOnce(t *testing.T) {
	regOn(t, func(t *testing.T, h *regHouse) {
		if r := h.register(h.account("ada", ""), said("Ada")); r.State != participation.StatePending {
			t.Fatalf("without a rule: %s", r.State)
		}
		in := participation.RulesInput{Version: h.setting().Version, Rules: []participation.RuleRow{{Field: participation.RuleCountry, In: "KE", Do: participation.RuleApprove}}}
		h.ok(h.Participation.SetRules(t.Context(), h.staff, h.set, in))
		if r := h.register(h.account("bo", ""), said("Bo")); r.State != participation.StateApproved {
			t.Errorf("by the rule: %s", r.State)
		}
	})
}

// What is erased is gone from every table of the room; what figures need stays.
func TestEraseLeavesFigures(t *testing.T) {
	regOn(t, func(t *testing.T, h *regHouse) {
		ada := h.account("ada", "")
		r := h.register(ada, said("Ada Unmistakable", func(in *participation.Input) { in.Diet = "Unmistakable diet" }))
		h.decide(participation.StateApproved, r)
		h.write(func(ctx context.Context, tx *record.Tx) error {
			return h.Participation.AttendTx(ctx, tx, r.ID, participation.WasOnline, tx.Now)
		})
		h.write(func(ctx context.Context, tx *record.Tx) error { return h.Participation.EraseTx(ctx, tx, r.ID) })
		now := h.now(r)
		if now.Name+now.Email+now.Organisation+now.Diet != "" || now.Account != "" || now.Country != "KE" || now.Gender != "woman" || now.State != participation.StateAttended {
			t.Errorf("left %+v", now)
		}
		n, err := h.DB.Read.NewSelect().TableExpr("registration_words").Where("registration = ?", r.ID).Count(t.Context())
		if err != nil || n > 0 {
			t.Errorf("%d words are left, %v", n, err)
		}
		// The address is free: she may come back.
		h.register(ada, said("Ada Again"))
	})
}

// Attendance is what happened first, in whatever order it is told.
func TestAttendanceTimes(t *testing.T) {
	regOn(t, func(t *testing.T, h *regHouse) {
		r := h.register(h.account("ada", ""), said("Ada"))
		h.decide(participation.StateApproved, r)
		at := func(minute int) core.Instant { return core.At(time.Date(2026, 10, 24, 9, minute, 0, 0, time.UTC)) }
		for _, x := range []struct {
			how    string
			minute int
		}{{participation.WasOnsite, 30}, {participation.WasOnsite, 10}, {participation.WasOnsite, 20}, {participation.WasOnline, 40}, {participation.WasOnline, 50}} {
			h.write(func(ctx context.Context, tx *record.Tx) error {
				return h.Participation.AttendTx(ctx, tx, r.ID, x.how, at(x.minute))
			})
		}
		now := h.now(r)
		if now.Onsite != at(10) || now.Online != at(40) || now.State != participation.StateAttended {
			t.Errorf("on site %v, online %v, %s", now.Onsite, now.Online, now.State)
		}
		list, err := h.Participation.HistoryOf(t.Context(), now, core.Page{})
		h.ok(err)
		n := 0
		for _, e := range list.Items {
			if e.Kind == "registration.attended" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}
