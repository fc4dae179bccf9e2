package timetable_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/timetable"
	"plenary/internal/platform/record"
)

// mails are those about releases by address.
func (h *house) mails() map[string][]mailRow {
	h.t.Helper()
	var rows []mailRow
	h.ok(h.DB.Read.NewSelect().Table("outbox").ColumnExpr("to_addr, subject, text, calendar, urgent").Where("kind = 'release'").OrderExpr("created, to_addr").Scan(h.t.Context(), &rows))
	out := map[string][]mailRow{}
	for _, r := range rows {
		name, _, _ := strings.Cut(r.To, "@")
		out[name] = append(out[name], r)
	}
	return out
}

type mailRow struct {
	To       string `bun:"to_addr"`
	Subject  string `bun:"subject"`
	Text     string `bun:"text"`
	Calendar string `bun:"calendar"`
	Urgent   bool   `bun:"urgent"`
}

func (h *house) release() timetable.Release {
	h.t.Helper()
	r, err := h.svc.Release(h.t.Context(), h.staff, h.set, timetable.ReleaseInput{Note: core.NewText("en", "The first of many")})
	h.ok(err)
	h.ok(h.svc.Notices(h.t.Context()))
	return r
}

func kinds(r timetable.Release) map[string]string {
	out := map[string]string{}
	for _, c := range r.Changes {
		out[c.After.Ref] = strings.Join(c.Kinds, " ")
	}
	return out
}

// Each release is numbered, says what it changed, and stays as it is.
func TestReleases(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.place("ws2", monday, "15:30", "17:00", "Room 1")
		one := h.release()
		if got := kinds(one); len(got) != 1 || got["ws2"] != "new" || one.Number != 1 || one.Counts["sessions"] != 4 {
			t.Fatalf("release 1: %v %v", got, one.Counts)
		}
		if x := h.session("ws2"); x.State != programme.StateScheduled || x.Day != monday {
			t.Errorf("ws2 is %s on %s", x.State, x.Day)
		}

		// Moved and in another room, moved alone, cancelled, renamed.
		h.place("ws2", tuesday, "14:00", "15:30", "Room 2")
		h.place("ws1", monday, "13:00", "14:30", "Room 1")
		_, err := h.prog.Cancel(ctx, h.staff, h.set, "of1", programme.CancelInput{Version: h.session("of1").Version, Note: core.NewText("en", "No host")})
		h.ok(err)
		in := programme.InputOf(h.session("main1"))
		in.Title = core.NewText("en", "Twenty-one years on")
		_, err = h.prog.Change(ctx, h.staff, h.set, "main1", in)
		h.ok(err)
		two := h.release()
		want := map[string]string{"ws2": "moved room", "ws1": "moved", "of1": "cancelled", "main1": "renamed"}
		if got := kinds(two); len(got) != len(want) {
			t.Fatalf("release 2: %v", got)
		}
		for ref, k := range want {
			if got := kinds(two)[ref]; got != k {
				t.Errorf("%s: %q, want %q", ref, got, k)
			}
		}

		// Restored, and taken out of the programme for now.
		_, err = h.prog.Restore(ctx, h.staff, h.set, "of1", h.session("of1").Version)
		h.ok(err)
		three := h.release()
		if kinds(three)["of1"] != "restored" {
			t.Errorf("release 3: %v", kinds(three))
		}
		_, err = h.svc.Release(ctx, h.staff, h.set, timetable.ReleaseInput{})
		fails(t, err, core.KindConflict, "timetable.error.same")

		// The second release is what it was.
		again, err := h.svc.ReleaseOf(ctx, h.visitor, h.set, 2)
		h.ok(err)
		if again.SHA256 != two.SHA256 || len(again.Changes) != 4 || again.Changes[0].Kinds[0] != "cancelled" {
			t.Errorf("release 2 has changed: %v", kinds(again))
		}
		page := h.as(h.visitor).Get("/2030/changes/2")
		for _, s := range []string{"Twenty-one years on", "Twenty years on", "No host", "Room 2"} {
			if page.Status != 200 || !strings.Contains(page.Body, s) {
				t.Errorf("the page of release 2 (%d) lacks %q", page.Status, s)
			}
		}
		if feed := h.as(h.visitor).Get("/2030/changes.atom"); feed.Status != 200 || strings.Count(feed.Body, "<entry>") != 3 {
			t.Errorf("the feed: %d, %d entries", feed.Status, strings.Count(feed.Body, "<entry>"))
		}
	})
}

// Journey 3: notices reach exactly those concerned, one mail each, with a calendar.
func TestNoticesReachWhoIsConcerned(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		other := h.account("Reads Along", "")
		_, err := h.Agenda.Add(ctx, h.member, h.set, "ws1")
		h.ok(err)
		_, err = h.Agenda.Add(ctx, other, h.set, "of1")
		h.ok(err)

		h.place("ws2", monday, "15:30", "17:00", "Room 1")
		h.release()
		first := h.mails()
		if len(first) != 2 || len(first["amina.diallo"]) != 1 || len(first["kenji.moriyama"]) != 1 {
			t.Fatalf("the first release wrote to %v", keys(first))
		}

		h.place("ws1", tuesday, "13:00", "14:30", "Room 1")
		h.place("ws2", tuesday, "15:00", "16:30", "Room 1")
		h.release()
		h.ok(h.svc.Notices(ctx)) // done twice, it does nothing
		got := h.mails()
		if want := []string{"amina.diallo", "kenji.moriyama", "somebody.else"}; !slices.Equal(keys(got), want) {
			t.Fatalf("wrote to %v, want %v", keys(got), want)
		}
		m := got["kenji.moriyama"]
		if len(m) != 2 {
			t.Fatalf("two releases, %d mails", len(m))
		}
		text := m[1].Text
		for _, s := range []string{"Masts in the wind", "Who answers for a machine", "Mon 21 Oct, 13:30–15:00", "Tue 22 Oct", "13:00–14:30", "04:00 UTC", "The first of many"} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), s) {
				t.Errorf("the mail lacks %q:\n%s", s, text)
			}
		}
		if strings.Count(m[1].Calendar, "BEGIN:VEVENT") != 2 || !strings.Contains(m[1].Calendar, "METHOD:PUBLISH") {
			t.Errorf("the calendar:\n%s", m[1].Calendar)
		}
		if only := got["somebody.else"]; len(only) != 1 || strings.Contains(only[0].Text, "Who answers") {
			t.Error("who bookmarked one session is told of another")
		}
		if m[1].Urgent {
			t.Error("a change seven weeks ahead is urgent")
		}
	})
}

// A change within 24 hours is marked urgent, in the mail and on the page.
func TestUrgent(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		h.Clock.Freeze(time.Date(2030, 10, 20, 20, 0, 0, 0, time.UTC)) // 05:00 of the first day in Kyoto
		h.place("ws1", monday, "14:00", "15:30", "Room 1")
		h.place("of1", tuesday, "11:00", "12:00", "Room 2")
		r := h.release()
		for _, c := range r.Changes {
			if c.Urgent != (c.After.Ref == "ws1") {
				t.Errorf("%s: urgent %v", c.After.Ref, c.Urgent)
			}
		}
		m := h.mails()["amina.diallo"]
		if len(m) != 1 || !m[0].Urgent || !strings.Contains(m[0].Subject, "24 hours") {
			t.Errorf("the mail: %+v", m)
		}
		if !strings.Contains(h.as(h.visitor).Get("/2030/changes/1").Body, "Within 24 hours") {
			t.Error("the page does not say so")
		}
	})
}

// What blocks keeps the plan from being released, until it is mended or let stand with a
// reason; and nobody releases what she has not looked at.
func TestReleaseIsGuarded(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.place("ws3", monday, "13:30", "15:00", "Room 1")
		_, err := h.svc.Release(ctx, h.staff, h.set, timetable.ReleaseInput{})
		fails(t, err, core.KindConflict, "timetable.error.blocked")
		f := h.found("room-twice", "ws3")
		if len(f) != 1 {
			t.Fatalf("findings: %v", h.board().Findings)
		}
		fails(t, h.svc.AcceptFinding(ctx, h.member, h.set, f[0].Key, "because"), core.KindNotFound, "")
		h.ok(h.svc.AcceptFinding(ctx, h.staff, h.set, f[0].Key, "They share the stage"))
		_, digest, err := h.svc.Next(ctx, h.staff, h.set)
		h.ok(err)
		h.place("ws4", tuesday, "13:30", "15:00", "Room 1")
		_, err = h.svc.Release(ctx, h.staff, h.set, timetable.ReleaseInput{Digest: digest})
		fails(t, err, core.KindConflict, "timetable.error.looked")
		h.release()
		_, err = h.svc.Release(ctx, h.organiser, h.set, timetable.ReleaseInput{})
		fails(t, err, core.KindNotFound, "")
	})
}

// A quiet release writes to nobody.
func TestQuietRelease(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		h.place("ws2", monday, "15:30", "17:00", "Room 1")
		_, err := h.svc.Release(t.Context(), h.staff, h.set, timetable.ReleaseInput{Quiet: true})
		h.ok(err)
		h.ok(h.svc.Notices(t.Context()))
		if len(h.mails()) > 0 {
			t.Errorf("wrote to %v", keys(h.mails()))
		}
	})
}

func keys[V any](m map[string]V) []string {
	out := []string{}
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// A release is one act whatever its size: queries grow with what changes alone.
func TestReleaseOfManySessions(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		h.write(func(ctx context.Context, tx *record.Tx) error {
			types, err := h.prog.TypesTx(ctx, tx, h.set.ID)
			if err != nil {
				return err
			}
			for i := range 40 {
				at := h.at(monday, "09:00").Add(time.Duration(i%20) * 15 * time.Minute)
				room := []string{"Main Hall", "Room 2"}[i/20]
				if _, err := h.prog.CreateTx(ctx, tx, h.set, programme.NewSession{
					Type: programme.TypeNamed(types, "networking").ID, Texts: programme.EditInput{Title: core.NewText("en", "Tea")},
					Starts: at, Ends: at.Add(15 * time.Minute), Room: h.room(room), State: programme.StateDraft,
				}); err != nil {
					return err
				}
			}
			return nil
		})
		for _, f := range h.board().Findings {
			if f.Blocks() {
				h.ok(h.svc.AcceptFinding(t.Context(), h.staff, h.set, f.Key, "for the test"))
			}
		}
		r := h.release()
		if r.Counts["new"] != 40 {
			t.Errorf("new sessions: %v", r.Counts)
		}
	})
}
