package participation_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// all is an act on all that an address leaves.
func (h *deskHouse) all(do, query string) participation.BulkInput {
	h.t.Helper()
	v, err := url.ParseQuery(query)
	h.ok(err)
	return participation.BulkInput{Do: do, All: true, Choice: participation.ReadChoice(v)}
}

func (h *deskHouse) bulk(a core.Actor, in participation.BulkInput) participation.BulkPlan {
	h.t.Helper()
	p, err := h.Bulk(h.t.Context(), a, h.set, in)
	h.ok(err)
	return p
}

func (h *deskHouse) tick() { h.Clock.Freeze(h.Clock.Now().Add(time.Minute)) }

// 2,000 approvals in one press: the quota and the waiting list are exact, each has one event
// and one mail, and the way back puts everything to how it stood.
func TestDeskBulkApproval(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		const many, quota = 2000, 1500
		h.quota("participant", quota)
		h.enter(many, nil)
		h.enter(5, func(i int, r *participation.Registration) {
			r.Email = "w" + strconv.Itoa(i) + "@example.net"
			r.EmailKey = r.Email
			r.State = []string{participation.StateWithdrawn, participation.StateRemoved, participation.StateAttended, participation.StateDeclined, participation.StateApproved}[i]
		})
		h.tick()
		in := h.all(participation.BulkApprove, "")
		_, plan, err := h.PlanBulk(t.Context(), h.staff, h.set, in)
		h.ok(err)
		// 1,498 places are free: one attended, one is approved.
		if plan.Picked != many+5 || plan.Changes != many+1 || plan.Waits != many+1-(quota-2) || len(plan.Refused) != 4 {
			t.Fatalf("%+v", plan)
		}
		in.AsOf = plan.AsOf
		start := core.Machine()
		done := h.bulk(h.staff, in)
		took := core.MachineSince(start)
		t.Log("approved in", took)
		if took > 20*time.Second {
			t.Error("too slow:", took)
		}
		if done.Changes != plan.Changes || done.Waits != plan.Waits {
			t.Errorf("done %+v, planned %+v", done, plan)
		}
		s := h.states()
		if c := h.category("participant"); c.Taken != quota || s[participation.StateApproved] != quota-1 || s[participation.StateWaiting] != plan.Waits || s[participation.StatePending] != 0 {
			t.Errorf("%d places taken, %v", c.Taken, s)
		}
		count := func(kind string) int {
			l, err := h.Record.Events(t.Context(), record.Query{Kinds: []string{kind}, Internal: true, Page: core.Page{Limit: 1}})
			h.ok(err)
			return l.Total
		}
		if a, w := count("registration.approved"), count("registration.waiting"); a != quota-2 || w != plan.Waits {
			t.Errorf("%d and %d events", a, w)
		}
		if a, w := h.mails(participation.MailApproved), h.mails(participation.MailWaiting); a != quota-2 || w != plan.Waits {
			t.Errorf("%d and %d mails", a, w)
		}
		// Again: nothing is left to approve.
		if _, err := h.Bulk(t.Context(), h.staff, h.set, in); core.KindOf(err) != core.KindConflict {
			t.Error("approved twice:", err)
		}
		// One of them changes; the others go back.
		h.tick()
		first, err := h.ByNumber(t.Context(), h.staff, h.set, "1")
		h.ok(err)
		h.ok(h.SetProtocol(t.Context(), h.other, h.set, first.ID, participation.ProtocolInput{Version: first.Version, Rank: "minister"}))
		if _, _, err := h.UndoBulk(t.Context(), h.other, h.set, done.ID); core.KindOf(err) != core.KindConflict {
			t.Error("somebody else took it back:", err)
		}
		last, err := h.LastBulk(t.Context(), h.staff, h.set)
		h.ok(err)
		if last.ID != done.ID || last.What != participation.BulkApprove {
			t.Fatal(last)
		}
		restored, left, err := h.UndoBulk(t.Context(), h.staff, h.set, done.ID)
		h.ok(err)
		if restored != many || left != 1 {
			t.Errorf("%d restored, %d left", restored, left)
		}
		s = h.states()
		if c := h.category("participant"); c.Taken != 3 || s[participation.StatePending] != many-1 || s[participation.StateDeclined] != 1 || s[participation.StateWaiting] != 0 {
			t.Errorf("%d places taken, %v", c.Taken, s)
		}
		if a, w := h.mails(participation.MailApproved), h.mails(participation.MailWaiting); a != 1 || w != 0 {
			t.Errorf("%d and %d mails are left", a, w)
		}
		if _, _, err := h.UndoBulk(t.Context(), h.staff, h.set, done.ID); core.KindOf(err) != core.KindConflict {
			t.Error("taken back twice:", err)
		}
	})
}

// The preview says what would happen and why not; the act leaves what changed meanwhile, and
// who came later; what is missing is told at its field.
func TestDeskBulkPages(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		list := h.enter(6, nil)
		staff := h.as(h.staff)
		p := staff.Get("/2026/registrations/bulk?do=decline&n=1&n=2&n=3")
		if p.Status != http.StatusOK || !strings.Contains(p.Text("h1"), "Decline 3 registrations") || p.Find("input[name=reasons]").Length() != len(participation.Reasons) {
			t.Fatal(p.Status, p.Text("main"), h.log.errors)
		}
		form := p.Form()
		p = staff.Post("/2026/registrations/bulk", form)
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text(".problem"), "Choose a usual reason") {
			t.Error(p.Status, p.Text("main"))
		}
		form.Set("own.By[en]", strings.Repeat("x", 2001))
		if p = staff.Post("/2026/registrations/bulk", form); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("textarea"), "xxx") {
			t.Error(p.Status, "what was typed is lost")
		}
		// Meanwhile somebody approves No. 2.
		h.tick()
		_, _, err := h.Decide(t.Context(), h.other, h.set, []core.ID{list[1].ID}, participation.StateApproved, core.Text{})
		h.ok(err)
		form.Set("own.By[en]", "Come next year.")
		form.Add("reasons", "capacity")
		p = staff.Post("/2026/registrations/bulk", form)
		if p.Status != http.StatusOK || !strings.Contains(p.Text(".notice.success"), "2 registrations have changed; 1 stayed") {
			t.Error(p.Status, p.Text(".notice"), h.log.errors)
		}
		r := h.now(list[0])
		fr, lang := r.Reason.In("fr")
		if r.State != participation.StateDeclined || lang != "fr" || !strings.Contains(fr, "Come next year.") || h.now(list[1]).State != participation.StateApproved {
			t.Error(r.State, fr)
		}
		// The button beside the notice takes it back.
		undo := p.Find(".notice.success form")
		if action, _ := undo.Attr("action"); action != "/2026/registrations/undo" {
			t.Fatal("no way back: ", action)
		}
		back := url.Values{"bulk": {undo.Find("input[name=bulk]").AttrOr("value", "")}, "next": {undo.Find("input[name=next]").AttrOr("value", "")}}
		p = staff.Post("/2026/registrations/undo", back)
		if p.Status != http.StatusOK || h.now(list[0]).State != participation.StatePending || !h.now(list[0]).Reason.IsZero() {
			t.Error(p.Status, h.now(list[0]).State)
		}
		if p = staff.Post("/2026/registrations/undo", back); p.Status != http.StatusConflict {
			t.Error("taken back twice:", p.Status)
		}
		// All that match, as it stood: who registers after the preview is not meant.
		in := h.all(participation.BulkHigh, "state=pending")
		_, plan, err := h.PlanBulk(t.Context(), h.staff, h.set, in)
		h.ok(err)
		in.AsOf = plan.AsOf
		h.tick()
		h.enter(1, func(_ int, r *participation.Registration) {
			r.Email, r.EmailKey = "late@example.net", "late@example.net"
		})
		if done := h.bulk(h.staff, in); done.Changes != 5 {
			t.Errorf("%+v", done)
		}
		for _, act := range participation.BulkActs {
			if p := staff.Get("/2026/registrations/bulk?all=1&do=" + act); p.Status != http.StatusOK {
				t.Error(act, p.Status, h.log.errors)
			}
		}
		if p := staff.Get("/2026/registrations/bulk?do=approve"); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "nothing to change") {
			t.Error(p.Status, p.Text("main"))
		}
		if p := staff.Get("/2026/registrations/bulk?do=dance"); p.Status != http.StatusUnprocessableEntity {
			t.Error(p.Status)
		}
	})
}

// Moving to another category moves places, and lets in who waited.
func TestDeskCategories(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		h.quota("participant", 2)
		h.quota("media", 1)
		list := h.enter(4, nil)
		h.bulk(h.staff, h.all(participation.BulkApprove, ""))
		if s := h.states(); s[participation.StateApproved] != 2 || s[participation.StateWaiting] != 2 {
			t.Fatal(s)
		}
		h.tick()
		in := participation.BulkInput{Do: participation.BulkCategory, Category: "media", Numbers: []int{1, 2}}
		done := h.bulk(h.staff, in)
		if done.Changes != 1 || done.Refused["participation.desk.refused.full"] != 1 {
			t.Errorf("%+v", done)
		}
		if m, p := h.category("media").Taken, h.category("participant").Taken; m != 1 || p != 2 {
			t.Errorf("%d and %d places taken", m, p)
		}
		if r := h.now(list[2]); r.State != participation.StateApproved || h.now(list[3]).State != participation.StateWaiting {
			t.Error("who waited longest did not get the place", r.State)
		}
		if r := h.now(list[0]); !r.Media || r.Category != h.category("media").ID {
			t.Error("it did not move")
		}
		// Back: her place went to somebody else, so she waits; no category has more than its quota.
		_, _, err := h.UndoBulk(t.Context(), h.staff, h.set, done.ID)
		h.ok(err)
		if m, p := h.category("media").Taken, h.category("participant").Taken; m != 0 || p != 2 {
			t.Errorf("%d and %d places taken", m, p)
		}
		if r := h.now(list[0]); r.State != participation.StateWaiting || r.Category != h.category("participant").ID {
			t.Error(r.State)
		}
	})
}

// E112, E113: ranks and the high-level mark; letters again.
func TestDeskProtocol(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		list := h.enter(3, nil)
		h.bulk(h.staff, participation.BulkInput{Do: participation.BulkRank, Rank: "minister", Numbers: []int{1, 2}})
		if h.now(list[0]).Rank != "minister" || h.now(list[2]).Rank != "" {
			t.Error("no rank")
		}
		_, err := h.Bulk(t.Context(), h.staff, h.set, participation.BulkInput{Do: participation.BulkRank, Rank: "emperor", Numbers: []int{1}})
		deskKind(t, err, core.KindInvalid)
		staff := h.as(h.staff)
		p := staff.Get("/2026/registrations/1/protocol")
		form := p.Form()
		form.Set("high_level", "true")
		if p = staff.Post("/2026/registrations/1/protocol", form); p.Status != http.StatusOK || !h.now(list[0]).HighLevel {
			t.Fatal(p.Status, p.Text("main"), h.log.errors)
		}
		form.Set("rank", "ambassador")
		if p = staff.Post("/2026/registrations/1/protocol", form); p.Status != http.StatusConflict || h.now(list[0]).Rank != "minister" {
			t.Error("a stale form was saved:", p.Status)
		}
		h.bulk(h.staff, participation.BulkInput{Do: participation.BulkLetter, Numbers: []int{1, 2, 3}})
		if n := h.mails(participation.MailReceived) + h.mails(participation.MailConfirm); n != 3 {
			t.Error(n, "letters")
		}
	})
}

// Rules approve what comes in; they can be tried out, and used on those who wait.
func TestDeskRules(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		h.enter(12, nil) // two of each country
		staff := h.as(h.staff)
		form := staff.Get("/2026/registrations/rules").Form()
		form.Set("rules[0].field", "country")
		form.Set("rules[0].in", "Kenya, jp")
		form.Set("rules[0].do", "approve")
		form.Set("rules[1].field", "domain")
		form.Set("rules[1].in", "@example.net")
		form.Set("rules[1].do", "hold")
		form.Set("rules[1].place", "1")
		form.Set("try", "1")
		p := staff.Post("/2026/registrations/rules", form)
		if p.Status != http.StatusOK || !strings.Contains(p.Text(".result"), "0 of 12") {
			t.Fatal(p.Status, p.Text("main"), h.log.errors)
		}
		form.Set("rules[1].place", "100")
		form.Set("rules[0].place", "1")
		if p = staff.Post("/2026/registrations/rules", form); !strings.Contains(p.Text(".result"), "4 of 12") {
			t.Error(p.Text("main"))
		}
		form.Del("try")
		form.Set("rules[0].in", "Kenya, Atlantis")
		if p = staff.Post("/2026/registrations/rules", form); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text(".problem"), "Atlantis") {
			t.Error(p.Status, p.Text(".problem"))
		}
		form.Set("rules[0].in", "Kenya, jp")
		if p = staff.Post("/2026/registrations/rules", form); p.Status != http.StatusOK || len(h.setting().Rules) != 2 || !slices.Equal(h.setting().Rules[0].In, []string{"KE", "JP"}) {
			t.Fatal(p.Status, h.setting().Rules)
		}
		if p = staff.Post("/2026/registrations/rules", form); p.Status != http.StatusConflict {
			t.Error("a stale form was saved:", p.Status)
		}
		p = staff.Post("/2026/registrations/rules/apply", url.Values{})
		if s := h.states(); p.Status != http.StatusOK || s[participation.StateApproved] != 4 || s[participation.StatePending] != 8 {
			t.Error(p.Status, s)
		}
		if p = staff.Post("/2026/registrations/rules/apply", url.Values{}); p.Status != http.StatusOK || h.states()[participation.StateApproved] != 4 {
			t.Error(p.Status)
		}
	})
}

// Mails that wait are dropped when an act is taken back; whoever got one is told.
func TestDeskUndoMails(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		list := h.enter(3, nil)
		in := participation.BulkInput{Do: participation.BulkDecline, Numbers: []int{1, 2, 3}, Reasons: []string{"capacity"}}
		done := h.bulk(h.staff, in)
		if n := h.mails(participation.MailDeclined); n != 3 {
			t.Fatal(n, "mails")
		}
		h.write(func(ctx ctxT, tx *record.Tx) error {
			_, err := tx.NewUpdate().TableExpr("outbox").Set("state = 'sent'").Set("attempts = 1").Where("ref = ?", list[1].ID).Exec(ctx)
			return err
		})
		h.tick()
		_, _, err := h.UndoBulk(t.Context(), h.staff, h.set, done.ID)
		h.ok(err)
		if d, u := h.mails(participation.MailDeclined), h.mails(participation.MailUndone); d != 1 || u != 1 {
			t.Errorf("%d mails say what was taken back, %d that it was", d, u)
		}
		for _, r := range list {
			if now := h.now(r); now.State != participation.StatePending || !now.Reason.IsZero() || !now.Decided.IsZero() {
				t.Error(now.State, now.Reason, now.Decided)
			}
		}
		// After a day it is kept no longer.
		h.bulk(h.staff, in)
		h.Clock.Freeze(h.Clock.Now().Add(25 * time.Hour))
		if last, err := h.LastBulk(t.Context(), h.staff, h.set); err != nil || last.ID != "" {
			t.Error(last, err)
		}
		h.ok(h.TidyDesk(t.Context()))
		if n, err := h.DB.Read.NewSelect().Table("registration_bulks").Count(t.Context()); err != nil || n != 0 {
			t.Error(n, err)
		}
	})
}

// The JSON API of the staff gives what the pages give.
func TestDeskAPI(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		list := h.enter(8, func(i int, r *participation.Registration) { r.Youth = i < 3 })
		_, err := h.AddNote(t.Context(), h.staff, list[0], participation.NoteInput{Text: "Called."})
		h.ok(err)
		staff := h.as(h.staff)
		var out participation.DeskBody
		ask := func(path string, to any) {
			t.Helper()
			p := staff.Get("/api/v1/editions/2026/registrations" + path)
			if p.Status != http.StatusOK {
				t.Fatal(path, p.Status, p.Body)
			}
			h.ok(json.Unmarshal([]byte(p.Body), to))
		}
		ask("?flag=youth&sort=name&limit=2", &out)
		if out.Total != 3 || out.All != 8 || len(out.Items) != 2 || out.Next == "" || out.Counts["state"]["pending"] != 3 {
			t.Errorf("%+v", out)
		}
		ask("?flag=youth&sort=name&limit=2&cursor="+out.Next, &out)
		if len(out.Items) != 1 {
			t.Error(out.Items)
		}
		var notes core.List[participation.Note]
		ask("/1/notes", &notes)
		if notes.Total != 1 || notes.Items[0].Text != "Called." || notes.Items[0].By != "Staff" {
			t.Errorf("%+v", notes)
		}
	})
}
