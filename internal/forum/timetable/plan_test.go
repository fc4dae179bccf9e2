package timetable_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/timetable"
	"plenary/internal/platform/record"
)

// Once the plan is begun, nothing that anybody does to time, room, state or title of a
// session is public before a release, by whatever door it comes.
func TestNothingIsPublicBeforeARelease(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		before := h.session("ws1")
		h.ok(h.svc.Begin(ctx, h.staff, h.set))

		moved := h.session("ws1")
		_, err := h.prog.Move(ctx, h.staff, h.set, "ws1", programme.MoveInput{
			Version: moved.Version, Date: tuesday, Start: "09:00", End: "10:30", Room: h.room("Room 2"), State: programme.StateScheduled,
		})
		h.ok(err)
		_, err = h.prog.Cancel(ctx, h.staff, h.set, "of1", programme.CancelInput{Version: h.session("of1").Version, Note: core.NewText("en", "The host fell ill")})
		h.ok(err)
		in := programme.InputOf(h.session("ws1"))
		in.Title = core.NewText("en", "Masts in the storm")
		_, err = h.prog.Change(ctx, h.organiser, h.set, "ws1", in)
		h.ok(err)

		now := h.session("ws1")
		if !now.Placement().Equal(before.Placement()) || now.Title.String() != "Masts in the wind" || h.session("of1").State != programme.StateScheduled {
			t.Fatalf("the plan is public: %v %q %s", now.Placement(), now.Title, h.session("of1").State)
		}
		if got := programme.InputOf(now).Title.String(); got != "Masts in the storm" {
			t.Errorf("the form of the organiser has %q, not what she wrote", got)
		}
		for _, path := range []string{"/2030/programme", "/2030/programme/all", "/2030/ws1", "/2030/ws1/history", "/2030/programme.ics", "/2030/schedule.xml", "/2030/feed.atom", "/api/v1/editions/2030/sessions/ws1"} {
			page := h.as(h.visitor).Get(path).Body
			if strings.Contains(page, "storm") || strings.Contains(page, "fell ill") {
				t.Errorf("%s tells of the plan", path)
			}
		}
		it := h.item("ws1")
		if it.Plan.Room != h.room("Room 2") || it.Plan.Starts != h.at(tuesday, "09:00") || it.Name().String() != "Masts in the storm" || h.item("of1").Plan.State != timetable.PlanCancelled {
			t.Errorf("the plan has not kept it: %+v %q", it.Plan, it.Name())
		}

		_, err = h.svc.Release(ctx, h.staff, h.set, timetable.ReleaseInput{})
		h.ok(err)
		now = h.session("ws1")
		if now.Room != h.room("Room 2") || now.Day != tuesday || now.Title.String() != "Masts in the storm" || h.session("of1").State != programme.StateCancelled {
			t.Errorf("after the release: %v %q %s", now.Placement(), now.Title, h.session("of1").State)
		}
	})
}

// A step is taken back and done again by who did it, and only while all of it stands.
func TestUndo(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		second := h.account("Staff Two", core.RoleSecretariat)
		h.place("ws2", monday, "15:30", "17:00", "Room 1")
		h.place("ws3", monday, "15:30", "17:00", "Room 2")
		_, err := h.svc.Undo(ctx, second, h.set)
		fails(t, err, core.KindConflict, "timetable.error.nothing")
		st, err := h.svc.Undo(ctx, h.staff, h.set)
		h.ok(err)
		if st.Moves[0].Ref != "ws3" || h.item("ws3").Plan.Scheduled() {
			t.Fatalf("took back %s, ws3 is at %v", st.Moves[0].Ref, h.item("ws3").Plan.Starts)
		}
		_, err = h.svc.Redo(ctx, h.staff, h.set)
		h.ok(err)
		if h.item("ws3").Plan.Starts != h.at(monday, "15:30") {
			t.Fatal("it was not done again")
		}
		// Somebody else moves it: what she did stays.
		h.ok(h.svc.Place(ctx, second, h.set, "move", timetable.Move{Session: h.sessions["ws3"], Version: -1, To: timetable.Spot{
			Starts: h.at(tuesday, "09:00"), Ends: h.at(tuesday, "10:30"), Room: h.room("Room 1"), State: timetable.PlanOpen,
		}}))
		_, err = h.svc.Undo(ctx, h.staff, h.set)
		fails(t, err, core.KindConflict, "timetable.error.moved")
		if h.item("ws3").Plan.Starts != h.at(tuesday, "09:00") {
			t.Error("what the other did is lost")
		}
		_, err = h.svc.Redo(ctx, h.staff, h.set)
		fails(t, err, core.KindConflict, "timetable.error.nothing")
	})
}

// Of two who move one session from the same sight of it, the second hears where it is.
func TestTwoAtOnce(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		second := h.account("Staff Two", core.RoleSecretariat)
		h.place("ws2", monday, "15:30", "17:00", "Room 1")
		seen := h.item("ws2").Plan.Version
		to := func(clock, until string) timetable.Move {
			return timetable.Move{Session: h.sessions["ws2"], Version: seen, To: timetable.Spot{Starts: h.at(tuesday, clock), Ends: h.at(tuesday, until), Room: h.room("Room 1"), State: timetable.PlanOpen}}
		}
		h.ok(h.svc.Place(ctx, second, h.set, "move", to("11:30", "13:00")))
		fails(t, h.svc.Place(ctx, h.staff, h.set, "move", to("14:00", "15:30")), core.KindConflict, "timetable.error.moved")
		if h.item("ws2").Plan.Starts != h.at(tuesday, "11:30") {
			t.Error("the first move is lost")
		}
	})
}

// The plan is the staff's; nobody else learns that there is one.
func TestPlanIsPrivate(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		h.place("ws2", monday, "15:30", "17:00", "Room 1")
		token, err := h.svc.MakeLink(t.Context(), h.staff, h.set)
		h.ok(err)
		paths := []string{
			"/2030/timetable", "/2030/timetable/findings", "/2030/timetable/optimiser", "/2030/timetable/release", "/2030/timetable/sessions/ws2",
			"/2030/timetable/version", "/2030/timetable/findings.csv", "/api/v1/editions/2030/timetable", "/2030/draft/" + token[1:], "/2030/draft/x",
		}
		for _, who := range []core.Actor{h.visitor, h.member, h.organiser} {
			for _, p := range paths {
				if a := h.as(who).Get(p); a.Status != 404 {
					t.Errorf("%s gets %d at %s", who.Name, a.Status, p)
				}
			}
			if err := h.svc.Place(t.Context(), who, h.set, "move"); err == nil {
				t.Errorf("%q may move sessions", who.Name)
			}
		}
		if a := h.as(h.visitor).Get("/2030/draft/" + token); a.Status != 200 || !strings.Contains(a.Body, "Who answers for a machine") {
			t.Errorf("who has the link gets %d", a.Status)
		}
		h.ok(h.svc.EndLink(t.Context(), h.staff, h.set))
		if a := h.as(h.visitor).Get("/2030/draft/" + token); a.Status != 404 {
			t.Errorf("a link that has ended answers %d", a.Status)
		}
	})
}

// What is typed comes back, and wrong times say what is wrong.
func TestPlaceForm(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		r := h.as(h.staff)
		path := "/2030/timetable/sessions/ws2"
		form := url.Values{"version": {"0"}, "date": {monday}, "start": {"25:99"}, "minutes": {"90"}, "room": {string(h.room("Room 1"))}, "state": {"open"}}
		a := r.Post(path, form)
		if a.Status != 422 || !strings.Contains(a.Body, `value="25:99"`) {
			t.Errorf("a wrong time: %d", a.Status)
		}
		form["start"], form["minutes"] = []string{"09:00"}, []string{"2"}
		if a := r.Post(path, form); a.Status != 422 {
			t.Errorf("two minutes: %d", a.Status)
		}
		form["minutes"] = []string{"90"}
		if a := r.Post(path, form); a.Status != 200 {
			t.Fatalf("a good place: %d\n%s", a.Status, a.Body)
		}
		if a := r.Post(path, form); a.Status != 409 || !strings.Contains(a.Body, "moved meanwhile") {
			t.Errorf("an old version: %d", a.Status)
		}
		if h.item("ws2").Plan.Starts != h.at(monday, "09:00") {
			t.Error("it is not placed")
		}
	})
}

// Imports and selections go into the plan, not into the programme.
func TestNewSessionsArePlanned(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		h.ok(h.svc.Begin(t.Context(), h.staff, h.set))
		var made *programme.Session
		h.write(func(ctx context.Context, tx *record.Tx) error {
			types, err := h.prog.TypesTx(ctx, tx, h.set.ID)
			if err != nil {
				return err
			}
			made, err = h.prog.CreateTx(ctx, tx, h.set, programme.NewSession{
				Type: programme.TypeNamed(types, "workshop").ID, Texts: programme.EditInput{Title: core.NewText("en", "From a file")},
				Starts: h.at(tuesday, "13:00"), Ends: h.at(tuesday, "14:30"), Room: h.room("Room 1"), State: programme.StateScheduled,
			})
			return err
		})
		if x := h.session(made.Ref); x.State != programme.StateDraft || x.Scheduled() {
			t.Errorf("it is public before a release: %s %v", x.State, x.Starts)
		}
		if p := h.item(made.Ref).Plan; p.Starts != h.at(tuesday, "13:00") || p.State != timetable.PlanOpen {
			t.Errorf("the plan has it at %v, %s", p.Starts, p.State)
		}
	})
}
