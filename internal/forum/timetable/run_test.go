package timetable_test

import (
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/timetable"
)

// The optimiser proposes, and moves nothing before its proposal is accepted; accepting is
// one step that can be taken back, and leaves what somebody moved meanwhile.
func TestOptimiser(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.place("ws2", monday, "13:30", "15:00", "Room 2") // two people of ws1 are in it
		if len(h.found("person-twice", "ws2")) != 2 {
			t.Fatalf("findings: %+v", h.board().Findings)
		}
		r, err := h.svc.Optimise(ctx, h.staff, h.set, timetable.RunInput{Seconds: 20, Moves: 40000, Seed: 3, KeepClose: true})
		h.ok(err)
		_, err = h.svc.Optimise(ctx, h.staff, h.set, timetable.RunInput{Seconds: 5})
		fails(t, err, core.KindConflict, "timetable.error.runs")
		_, err = h.svc.Optimise(ctx, h.organiser, h.set, timetable.RunInput{Seconds: 5})
		fails(t, err, core.KindNotFound, "")
		r = h.ran(r.Number)
		if r.State != timetable.RunDone || r.Result.Before.Blocks != 2 || r.Result.After.Blocks != 0 || r.Result.After.Unplaced != 0 {
			t.Fatalf("the run: %s %+v → %+v, unplaced %+v", r.State, r.Result.Before, r.Result.After, r.Result.Unplaced)
		}
		if h.item("ws3").Plan.Scheduled() {
			t.Fatal("the run has moved something")
		}
		for _, m := range r.Result.Moves {
			if m.Ref == "ws2" && len(m.Gone) == 0 {
				t.Errorf("it does not say why ws2 is moved: %+v", m)
			}
		}
		page := h.as(h.staff).Get("/2030/timetable/optimiser/1")
		if page.Status != 200 || page.Find("tbody tr").Length() < len(r.Result.Moves) {
			t.Errorf("the page of the run: %d, %d rows", page.Status, page.Find("tbody tr").Length())
		}

		// Somebody places ws3 meanwhile.
		h.place("ws3", tuesday, "17:00", "18:30", "Room 2")
		moved, skipped, err := h.svc.AcceptRun(ctx, h.staff, h.set, r.Number)
		h.ok(err)
		if skipped != 1 || moved != len(r.Result.Moves)-1 || h.item("ws3").Plan.Starts != h.at(tuesday, "17:00") {
			t.Errorf("moved %d of %d, skipped %d, ws3 at %v", moved, len(r.Result.Moves), skipped, h.item("ws3").Plan.Starts)
		}
		_, _, err = h.svc.AcceptRun(ctx, h.staff, h.set, r.Number)
		fails(t, err, core.KindConflict, "timetable.error.run_over")
		_, err = h.svc.Undo(ctx, h.staff, h.set)
		h.ok(err)
		if h.item("of2").Plan.Scheduled() || h.item("ws2").Plan.Room != h.room("Room 2") {
			t.Error("taking it back leaves something of it")
		}
	})
}

// The same plan, seed and number of moves give the same proposal.
func TestOptimiserRepeats(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		var first timetable.RunResult
		for i := range 2 {
			r, err := h.svc.Optimise(t.Context(), h.staff, h.set, timetable.RunInput{Seconds: 60, Moves: 20000, Seed: 7})
			h.ok(err)
			r = h.ran(r.Number)
			if i == 0 {
				first = r.Result
			} else if r.Result.After != first.After || len(r.Result.Moves) != len(first.Moves) {
				t.Errorf("%+v, then %+v", first.After, r.Result.After)
			}
			h.ok(h.svc.DiscardRun(t.Context(), h.staff, h.set, r.Number))
		}
	})
}

// ran is a run that has ended; the test does it, or the server, who is first.
func (h *house) ran(number int) timetable.Run {
	h.t.Helper()
	for {
		h.ok(h.svc.Runs(h.t.Context()))
		r, err := h.svc.RunOf(h.t.Context(), h.staff, h.set, number)
		if h.ok(err); r.State != timetable.RunQueued && r.State != timetable.RunRunning {
			return r
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// A pinned session stays, and a run that was asked to stop gives what it has.
func TestPinnedAndStopped(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		it := h.item("ws1")
		to := timetable.Spot{Starts: it.Plan.Starts, Ends: it.Plan.Ends, Room: it.Plan.Room, State: timetable.PlanOpen, Pinned: true}
		h.ok(h.svc.Place(ctx, h.staff, h.set, "move", timetable.Move{Session: it.ID, Version: -1, To: to}))
		h.place("ws2", monday, "13:30", "15:00", "Room 2")
		r, err := h.svc.Optimise(ctx, h.staff, h.set, timetable.RunInput{Seconds: 600})
		h.ok(err)
		h.ok(h.svc.StopRun(ctx, h.staff, h.set, r.Number))
		r = h.ran(r.Number)
		if r.State != timetable.RunDone || r.Progress.Seconds > 300 {
			t.Errorf("it ran on: %s after %.0f s", r.State, r.Progress.Seconds)
		}
		for _, m := range r.Result.Moves {
			if m.Ref == "ws1" {
				t.Error("the pinned session is moved")
			}
		}
	})
}
