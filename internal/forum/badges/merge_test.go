package badges_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/badges"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// phone is a device whose clock is wrong by some time, with what it has not sent.
type phone struct {
	door  *badges.Door
	wrong time.Duration
	queue []badges.ScanInput
}

func (p *phone) clock(at time.Time) int64 { return at.Add(p.wrong).UnixMilli() }

func (p *phone) scan(id core.ID, code string, at time.Time) {
	p.queue = append(p.queue, badges.ScanInput{ID: id, Code: code, Told: badges.ResultIn, How: "camera", Device: p.clock(at)})
}

// Several devices without network, with clocks that are wrong, send what they have late, in
// pieces, in any order and more than once: every person is counted once, at the earliest time
// at which she was let in, and no scan is lost.
func TestMergeInAnyOrder(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		for seed := range uint64(6) {
			rng := rand.New(rand.NewPCG(seed, 7))
			people := h.registered(24, func(i int, r *participation.Registration) {
				if i%8 == 7 {
					r.State = participation.StateDeclined
				}
			})
			codes := h.printed()
			other, err := badges.NewKeys([]byte("another forum, another key......"))
			h.ok(err)
			start := h.Clock.Now()
			var phones []*phone
			for i := range 4 {
				d, _ := h.door(fmt.Sprintf("Door %d %d", seed, i), badges.DoorEntrance)
				phones = append(phones, &phone{door: d, wrong: time.Duration(rng.IntN(7200)-3600) * time.Second})
			}
			lost := people[2]
			lostAt := start.Add(2 * time.Hour)
			want, sent := map[core.ID]time.Time{}, 0
			for range 150 {
				p := phones[rng.IntN(len(phones))]
				r := people[rng.IntN(len(people))]
				at := start.Add(time.Duration(1+rng.IntN(4*3600)) * time.Second)
				code := codes[r.ID]
				good := code != ""
				if r.ID == lost.ID && !at.Before(lostAt) {
					good = false
				}
				if rng.IntN(10) == 0 {
					code, err = other.Sign(badges.Code{Edition: badges.EditionTag(h.set.ID), Registration: r.ID, Serial: 1})
					h.ok(err)
					good = false
				}
				p.scan(h.Record.IDs.New(), code, at)
				sent++
				if was, ok := want[r.ID]; good && (!ok || at.Before(was)) {
					want[r.ID] = at
				}
			}
			h.Clock.Freeze(lostAt)
			h.ok(h.s.Revoke(t.Context(), h.staff, h.set, lost.ID, "lost"))
			now := start.Add(5 * time.Hour)
			for len(phones[0].queue)+len(phones[1].queue)+len(phones[2].queue)+len(phones[3].queue) > 0 {
				p := phones[rng.IntN(len(phones))]
				if len(p.queue) == 0 {
					continue
				}
				now = now.Add(time.Duration(rng.IntN(600)) * time.Second)
				h.Clock.Freeze(now)
				rng.Shuffle(len(p.queue), func(i, j int) { p.queue[i], p.queue[j] = p.queue[j], p.queue[i] })
				n := 1 + rng.IntN(len(p.queue))
				acks, err := h.s.Merge(t.Context(), p.door, h.set, badges.ScanBatch{Now: p.clock(now), Scans: p.queue[:n], Waiting: len(p.queue) - n})
				h.ok(err)
				if len(acks) != n {
					t.Fatalf("%d scans, %d answers", n, len(acks))
				}
				if rng.IntN(3) > 0 { // else the answer was lost, and all of it comes again
					p.queue = p.queue[n:]
				}
			}
			ids := []core.ID{}
			for _, r := range people {
				ids = append(ids, r.ID)
			}
			regs, err := h.Participation.ByIDs(t.Context(), ids)
			h.ok(err)
			for _, r := range people {
				got, at := regs[r.ID], want[r.ID]
				if got.Collected.IsZero() != at.IsZero() || !at.IsZero() && got.Collected.Time().Sub(at).Abs() > time.Second {
					t.Errorf("seed %d, No. %d came %s, want %s", seed, r.Number, got.Collected, at)
				}
			}
			var have []string
			h.ok(h.DB.Read.NewRaw("SELECT sc.id FROM door_scans AS sc JOIN doors AS d ON d.id = sc.door WHERE d.name LIKE ?", fmt.Sprintf("Door %d %%", seed)).Scan(t.Context(), &have))
			if len(have) != sent {
				t.Errorf("seed %d: %d scans were sent, %d are here", seed, sent, len(have))
			}
			var arrived int
			h.ok(h.DB.Read.NewRaw("SELECT COUNT(*) FROM badge_arrivals AS a JOIN registrations AS rg ON rg.id = a.registration WHERE rg.number >= ?", people[0].Number).Scan(t.Context(), &arrived))
			if arrived != len(want) {
				t.Errorf("seed %d: %d people came, %d are counted", seed, len(want), arrived)
			}
			var events int
			h.ok(h.DB.Read.NewRaw("SELECT COUNT(*) FROM events WHERE kind = 'registration.checked_in'").Scan(t.Context(), &events))
			var all int
			h.ok(h.DB.Read.NewRaw("SELECT COUNT(*) FROM badge_arrivals").Scan(t.Context(), &all))
			if events != all {
				t.Errorf("seed %d: %d arrivals, %d events", seed, all, events)
			}
		}
	})
}

// What each kind of code comes to at a door, and that the device's word is not taken for it.
func TestJudged(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		list := h.registered(6, func(i int, r *participation.Registration) {
			switch i {
			case 3:
				r.Recheck, r.State = false, participation.StateApproved
			}
		})
		codes := h.printed()
		k := h.keys()
		d, _ := h.door("Main", badges.DoorEntrance)
		h.Clock.Freeze(opening.Add(time.Hour))
		h.ok(h.s.Revoke(t.Context(), h.staff, h.set, list[1].ID, "lost"))
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewUpdate().TableExpr("registrations").Set("state = ?", participation.StateRemoved).Where("id = ?", list[2].ID).Exec(ctx)
			if err == nil {
				_, err = tx.NewUpdate().TableExpr("registrations").Set("recheck = TRUE").Where("id = ?", list[3].ID).Exec(ctx)
			}
			return err
		})
		sign := func(c badges.Code) string {
			text, err := k.Sign(c)
			h.ok(err)
			return text
		}
		tag := badges.EditionTag(h.set.ID)
		for _, x := range []struct{ what, code, want string }{
			{"good", codes[list[0].ID], badges.ResultIn},
			{"good, again", codes[list[0].ID], badges.ResultAgain},
			{"word", k.Word(list[4].ID, list[4].Number, 1), badges.ResultIn},
			{"word of a revoked badge", k.Word(list[1].ID, list[1].Number, 1), badges.ResultRevoked},
			{"guessed word", fmt.Sprintf("%d-ABCDEFG", list[0].Number), badges.ResultForged},
			{"revoked", codes[list[1].ID], badges.ResultRevoked},
			{"removed", codes[list[2].ID], badges.ResultRefused},
			{"looked at anew", codes[list[3].ID], badges.ResultDesk},
			{"other edition", sign(badges.Code{Edition: badges.EditionTag("x"), Registration: list[0].ID, Serial: 1}), badges.ResultOther},
			{"serial never issued", sign(badges.Code{Edition: tag, Registration: list[0].ID, Serial: 9}), badges.ResultUnknown},
			{"nobody", sign(badges.Code{Edition: tag, Registration: h.Record.IDs.New(), Serial: 1}), badges.ResultUnknown},
			{"nonsense", "https://example.org", badges.ResultUnread},
		} {
			h.Clock.Freeze(h.Clock.Now().Add(time.Minute))
			told := badges.ResultIn
			if x.want == badges.ResultRefused {
				told = badges.ResultRefused
			}
			acks, err := h.s.Merge(t.Context(), d, h.set, badges.ScanBatch{Scans: []badges.ScanInput{{ID: h.Record.IDs.New(), Code: x.code, Told: told}}})
			h.ok(err)
			if acks[0].Result != x.want {
				t.Errorf("%s: %s, want %s", x.what, acks[0].Result, x.want)
			}
		}
		o, err := h.s.Overview(t.Context(), h.staff, h.set)
		h.ok(err)
		if o.Arrived != 2 || o.ByDoor[0].People != 2 || o.ByDoor[0].Scans != 12 || len(o.Open) != 8 {
			t.Errorf("%d came, %d of %d at the door, %d overruled", o.Arrived, o.ByDoor[0].People, o.ByDoor[0].Scans, len(o.Open))
		}
		// Another badge after the lost one is good.
		next := h.printed()[list[1].ID]
		acks, err := h.s.Merge(t.Context(), d, h.set, badges.ScanBatch{Scans: []badges.ScanInput{{ID: h.Record.IDs.New(), Code: next}}})
		h.ok(err)
		if acks[0].Result != badges.ResultIn {
			t.Errorf("the next badge: %s", acks[0].Result)
		}
	})
}

// A door of a room counts in the session that is on, or about to begin, and in no other.
func TestSessionDoor(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		list := h.registered(2)
		codes := h.printed()
		first := h.session("First", opening.Add(2*time.Hour), 60)
		second := h.session("Second", opening.Add(3*time.Hour+30*time.Minute), 60)
		d, _ := h.door("Hall", badges.DoorRoom)
		h.Clock.Freeze(opening.Add(8 * time.Hour))
		now := h.Clock.Now()
		at := func(minutes int) badges.ScanInput {
			when := opening.Add(time.Duration(minutes) * time.Minute)
			return badges.ScanInput{ID: h.Record.IDs.New(), Code: codes[list[0].ID], Told: badges.ResultIn, Device: when.UnixMilli()}
		}
		chosen := at(300)
		chosen.Session = second.ID
		wrong := at(300)
		wrong.Session = h.Record.IDs.New()
		acks, err := h.s.Merge(t.Context(), d, h.set, badges.ScanBatch{Now: now.UnixMilli(), Scans: []badges.ScanInput{
			at(90), at(105), at(130), at(179), at(181), at(195), chosen, wrong,
		}})
		h.ok(err)
		for i, want := range []string{"nothing", "in", "in", "in", "nothing", "in", "in", "nothing"} {
			if acks[i].Result != want {
				t.Errorf("scan %d: %s, want %s", i, acks[i].Result, want)
			}
		}
		if x := h.rooms[string(first.ID)+"|"+string(list[0].ID)]; x.n != 3 || !x.at.Time().Equal(opening.Add(105*time.Minute)) {
			t.Errorf("first session: %+v", x)
		}
		if x := h.rooms[string(second.ID)+"|"+string(list[0].ID)]; x.n != 2 {
			t.Errorf("second session: %+v", x)
		}
		if len(h.rooms) != 2 {
			t.Errorf("counted: %v", h.rooms)
		}
	})
}

// A session for those invited counts nobody else, nor who was removed from a session, unless
// the device had let her in by the list that it had.
func TestSessionDoorKeepsOut(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		list := h.registered(3)
		codes := h.printed()
		closed, open := h.session("Closed", opening.Add(time.Hour), 60), h.session("Open", opening.Add(3*time.Hour), 60)
		h.guest = map[core.ID][]core.ID{closed.ID: {list[0].ID}}
		h.out = map[core.ID][]core.ID{open.ID: {list[1].ID}}
		d, _ := h.door("Hall", badges.DoorRoom)
		h.Clock.Freeze(opening.Add(8 * time.Hour))
		for _, c := range []struct {
			who     int
			hour    int
			told    string
			want    string
			counted core.ID
		}{
			{0, 1, badges.ResultNotHeard, badges.ResultIn, closed.ID},
			{1, 1, badges.ResultNotHeard, badges.ResultUninvited, ""},
			{1, 3, badges.ResultUninvited, badges.ResultUninvited, ""},
			{2, 3, badges.ResultNotHeard, badges.ResultIn, open.ID},
			{2, 1, badges.ResultIn, badges.ResultIn, closed.ID},
		} {
			before := len(h.rooms)
			when := opening.Add(time.Duration(c.hour)*time.Hour + 5*time.Minute)
			acks, err := h.s.Merge(t.Context(), d, h.set, badges.ScanBatch{Now: h.Clock.Now().UnixMilli(), Scans: []badges.ScanInput{
				{ID: h.Record.IDs.New(), Code: codes[list[c.who].ID], Told: c.told, Device: when.UnixMilli()},
			}})
			h.ok(err)
			if acks[0].Result != c.want {
				t.Errorf("%+v: %s", c, acks[0].Result)
			}
			_, counted := h.rooms[string(c.counted)+"|"+string(list[c.who].ID)]
			if counted != (c.counted != "") || !counted && len(h.rooms) != before {
				t.Errorf("%+v: counted in %v", c, h.rooms)
			}
		}
		// A session that is chosen at the device is kept to those invited when it is elsewhere, too.
		elsewhere := h.Record.IDs.New()
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("UPDATE sessions SET room = ? WHERE id = ?", elsewhere, closed.ID).Exec(ctx)
			return err
		})
		acks, err := h.s.Merge(t.Context(), d, h.set, badges.ScanBatch{Now: h.Clock.Now().UnixMilli(), Scans: []badges.ScanInput{
			{ID: h.Record.IDs.New(), Code: codes[list[1].ID], Told: badges.ResultNotHeard, Session: closed.ID, Device: h.Clock.Now().UnixMilli()},
		}})
		h.ok(err)
		if acks[0].Result != badges.ResultUninvited {
			t.Errorf("chosen while it is elsewhere: %s", acks[0].Result)
		}
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("UPDATE sessions SET room = ? WHERE id = ?", h.set.Rooms[0].ID, closed.ID).Exec(ctx)
			return err
		})
		told, err := h.s.List(t.Context(), d, h.set, 0)
		h.ok(err)
		if a, b := told.Sessions[0], told.Sessions[1]; !slices.Equal(a.Only, []int{list[0].Number}) || b.Only != nil || !slices.Equal(b.Not, []int{list[1].Number}) {
			t.Errorf("the device is told %+v", told.Sessions)
		}
	})
}

// The clock that nobody sets is right where the other was set back; nothing is in the future,
// or before the device was opened.
func TestClocks(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		list := h.registered(1)
		codes := h.printed()
		d, _ := h.door("Main", badges.DoorEntrance)
		now := opening.Add(5 * time.Hour)
		h.Clock.Freeze(now)
		for _, x := range []struct {
			what  string
			scan  badges.ScanInput
			batch badges.ScanBatch
			want  time.Time
		}{
			{"set back an hour", badges.ScanInput{Device: now.UnixMilli(), Mono: 1000, Page: "a"}, badges.ScanBatch{Now: now.Add(-time.Hour).UnixMilli(), Mono: 601_000, Page: "a"}, now.Add(-10 * time.Minute)},
			{"slept", badges.ScanInput{Device: now.Add(-time.Hour).UnixMilli(), Mono: 1000, Page: "a"}, badges.ScanBatch{Now: now.UnixMilli(), Mono: 61_000, Page: "a"}, now.Add(-time.Hour)},
			{"opened anew", badges.ScanInput{Device: now.Add(-time.Hour).UnixMilli(), Mono: 1000, Page: "a"}, badges.ScanBatch{Now: now.UnixMilli(), Mono: 9_000_000, Page: "b"}, now.Add(-time.Hour)},
			{"in the future", badges.ScanInput{Device: now.Add(time.Hour).UnixMilli()}, badges.ScanBatch{Now: now.UnixMilli()}, now},
			{"years ago", badges.ScanInput{Device: 1}, badges.ScanBatch{Now: now.UnixMilli()}, now},
			{"before it was opened", badges.ScanInput{Device: opening.Add(-time.Hour).UnixMilli()}, badges.ScanBatch{Now: now.UnixMilli()}, opening},
			{"says nothing", badges.ScanInput{}, badges.ScanBatch{}, now},
		} {
			x.scan.ID, x.scan.Code = h.Record.IDs.New(), codes[list[0].ID]
			x.batch.Scans = []badges.ScanInput{x.scan}
			_, err := h.s.Merge(t.Context(), d, h.set, x.batch)
			h.ok(err)
			var sc badges.Scan
			h.ok(h.DB.Read.NewSelect().Model(&sc).Where("sc.id = ?", x.scan.ID).Scan(t.Context()))
			if got := sc.At.Time(); got.Sub(x.want).Abs() > time.Second {
				t.Errorf("%s: %s, want %s", x.what, got, x.want)
			}
		}
	})
}
