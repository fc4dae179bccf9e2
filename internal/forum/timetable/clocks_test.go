package timetable_test

import (
	"context"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/timetable"
	"plenary/internal/platform/record"
)

// On the night between the two days of this meeting the clocks of Oslo are put back. Venue,
// UTC and a reader elsewhere agree before and after it, in the plan, on the released pages,
// in mails and in calendars (E095).
func TestChangeOfClocks(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		var set *editions.Setting
		var ids []core.ID
		h.write(func(ctx context.Context, tx *record.Tx) error {
			e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
				Slug: "2031", Name: core.NewText("en", "Forum 2031"), City: core.NewText("en", "Oslo"), Zone: "Europe/Oslo", State: editions.StatePublic,
				FirstDay: "2031-10-25", LastDay: "2031-10-26",
			})
			if err != nil {
				return err
			}
			if set, err = h.Editions.SettingTx(ctx, tx, e.ID); err != nil {
				return err
			}
			if err := h.Editions.SetPlacesTx(ctx, tx, set, editions.PlacesInput{Version: set.Version, Rooms: []editions.RoomInput{{Name: core.NewText("en", "Hall"), Capacity: 100}}}); err != nil {
				return err
			}
			if set, err = h.Editions.SettingTx(ctx, tx, set.ID); err != nil {
				return err
			}
			types, err := h.Programme.AddDefaultTypesTx(ctx, tx, set)
			if err != nil {
				return err
			}
			for _, title := range []string{"Summer", "Winter"} {
				x, err := h.Programme.CreateTx(ctx, tx, set, programme.NewSession{Type: programme.TypeNamed(types, "workshop").ID, Texts: programme.EditInput{Title: core.NewText("en", title)}})
				if err != nil {
					return err
				}
				ids = append(ids, x.ID)
				if _, err := h.Programme.AddRolesTx(ctx, tx, set, x, []programme.RoleInput{{Person: h.speaker.Person, Role: programme.Speaker}}); err != nil {
					return err
				}
			}
			return nil
		})
		r := h.as(h.staff)
		for i, day := range []string{"2031-10-25", "2031-10-26"} {
			p := r.Get("/2031/timetable/sessions/ws" + string(rune('1'+i)))
			form := p.Find("form.form").First()
			if form.Length() == 0 {
				t.Fatalf("no form: %d", p.Status)
			}
			if err := h.svc.Place(ctx, h.staff, set, "move", timetable.Move{Session: ids[i], Version: -1, To: timetable.Spot{
				Starts: at(t, day, "10:00"), Ends: at(t, day, "11:30"), Room: set.Rooms[0].ID, State: timetable.PlanOpen,
			}}); err != nil {
				t.Fatal(err)
			}
		}
		b, err := h.svc.Board(ctx, h.staff, set)
		h.ok(err)
		for _, it := range b.Items {
			if it.Length != 90 || len(b.Of(it.ID)) != 0 {
				t.Errorf("%s takes %d minutes and has %+v", it.Ref, it.Length, b.Of(it.ID))
			}
		}
		for _, o := range b.Fits(ids[1], 500) {
			if local := o.Starts.In(set.Zone); local.Hour() < 9 || local.Hour() > 17 {
				t.Errorf("a place at %s", local)
			}
		}
		_, err = h.svc.Release(ctx, h.staff, set, timetable.ReleaseInput{})
		h.ok(err)
		h.ok(h.svc.Notices(ctx))

		text := strings.Join(strings.Fields(h.mails()["kenji.moriyama"][0].Text), " ")
		for i, want := range []struct{ utc, tokyo string }{{"08:00", "17:00"}, {"09:00", "18:00"}} {
			ref := "ws" + string(rune('1'+i))
			page := strings.Join(strings.Fields(h.as(h.visitor).Get("/2031/"+ref).Text("main")), " ")
			if !strings.Contains(page, "10:00–11:30 Oslo") || !strings.Contains(page, want.utc+" UTC") {
				t.Errorf("the page of %s: %s", ref, page)
			}
			if !strings.Contains(text, want.utc+" UTC") {
				t.Errorf("the mail lacks %s UTC: %s", want.utc, text)
			}
			ics := h.as(h.visitor).Get("/2031/" + ref + "/calendar.ics").Body
			if !strings.Contains(ics, "TZID=Europe/Oslo:203110"+[]string{"25", "26"}[i]+"T100000") || !strings.Contains(ics, "BEGIN:VTIMEZONE") {
				t.Errorf("the calendar of %s:\n%s", ref, ics)
			}
			x, err := h.prog.Session(ctx, h.visitor, set, ref)
			h.ok(err)
			if got := x.Starts.In("Asia/Tokyo").Format("15:04"); got != want.tokyo {
				t.Errorf("%s is at %s in Tokyo, want %s", ref, got, want.tokyo)
			}
		}
	})
}

// at is a time of day in Oslo.
func at(t *testing.T, day, clock string) core.Instant {
	t.Helper()
	i, err := core.WallTime(day, clock, "Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return i
}
