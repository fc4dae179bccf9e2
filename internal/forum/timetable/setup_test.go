package timetable_test

import (
	"slices"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/timetable"
)

// Rules are data: what differs from the defaults is kept, the rest follows them.
func TestRulesAreSaved(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		set := func(version int64, rules map[string]timetable.Rule) error {
			return h.svc.SetRules(ctx, h.staff, h.set, timetable.RulesInput{Version: version, Rules: rules})
		}
		h.ok(set(0, map[string]timetable.Rule{
			"unplaced": {Level: "warn", Weight: 7}, "person-twice": {Level: "block", Weight: 10}, // the latter as it comes
			"day-full": {Level: "warn", Weight: 30, Limit: 1},
		}))
		f := h.board().Frame
		if len(f.Rules) != 2 || f.Rules["unplaced"] != (timetable.Rule{Level: "warn", Weight: 7}) || f.Rules["day-full"].Limit != 1 {
			t.Errorf("kept: %+v", f.Rules)
		}
		if got := h.found("unplaced", "ws2"); len(got) != 1 || got[0].Blocks() || got[0].Cost != 7 {
			t.Errorf("a session without a place only warns now: %+v", got)
		}
		fails(t, set(f.Version-1, nil), core.KindStale, "")
		fails(t, set(f.Version, map[string]timetable.Rule{"unplaced": {Level: "severe"}}), core.KindInvalid, "unplaced:form.unreadable")
		fails(t, set(f.Version, map[string]timetable.Rule{"no-such-rule": {Level: "warn"}}), core.KindInvalid, "no-such-rule:form.unreadable")
		fails(t, set(f.Version, map[string]timetable.Rule{"night": {Level: "warn", Weight: -1}}), core.KindInvalid, "night:timetable.error.weight")
		h.ok(set(f.Version, map[string]timetable.Rule{"unplaced": {Level: "ignore"}}))
		if got := h.found("unplaced", ""); len(got) != 0 {
			t.Errorf("an ignored rule finds %+v", got)
		}
		h.ok(set(h.board().Frame.Version, nil))
		if got := h.board().Frame.Rules; len(got) != 0 || len(h.found("unplaced", "ws2")) != 1 {
			t.Errorf("set back: %+v", got)
		}
		if got := h.events(h.set.ID); !slices.Contains(got, "timetable.begun") || !slices.Contains(got, "timetable.set") {
			t.Errorf("events %v", got)
		}
	})
}

// A break, a room that is closed, an absence: each is found in the plan as soon as it is said.
func TestWhatIsSaidIsFound(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		none := func(rule, ref string) {
			t.Helper()
			if got := h.found(rule, ref); len(got) != 0 {
				t.Errorf("%s of %s already: %+v", rule, ref, got)
			}
		}
		amount := func(rule, ref string, want int) {
			t.Helper()
			if got := h.found(rule, ref); len(got) != 1 || got[0].Amount != want {
				t.Errorf("%s of %s: %+v, want %d", rule, ref, got, want)
			}
		}
		days := func(change func(in *timetable.DaysInput)) {
			t.Helper()
			f := h.board().Frame
			in := timetable.DaysInput{Version: f.Version, Days: slices.Clone(f.Days), Travel: f.Travel}
			change(&in)
			h.ok(h.svc.SetDays(ctx, h.staff, h.set, in))
		}
		none("in-break", "")
		days(func(in *timetable.DaysInput) {
			in.Days[0].Breaks = []timetable.Break{{From: "13:00", Until: "14:00", Name: core.NewText("en", "Lunch")}}
		})
		amount("in-break", "ws1", 30) // 13:30 to 15:00

		none("outside-day", "")
		days(func(in *timetable.DaysInput) { in.Days[0].Until = "14:00" })
		amount("outside-day", "ws1", 60)

		// From one venue to the other in no time.
		h.place("ws2", monday, "15:00", "16:00", "Room 2")
		none("travel-short", "")
		days(func(in *timetable.DaysInput) {
			in.Travel = []timetable.Way{{From: h.set.Venues[0].ID, To: h.set.Venues[1].ID, Minutes: 20}}
		})
		if got := h.found("travel-short", "ws2"); len(got) != 2 || got[0].Amount != 20 { // Amina and Kenji
			t.Errorf("travel: %+v", got)
		}

		none("room-closed", "")
		none("room-services", "")
		h.ok(h.svc.SetRooms(ctx, h.staff, h.set, []timetable.Room{
			{Room: h.room("Main Hall"), Services: timetable.Services, Hall: true, Changeover: 30, Setup: "  A stage "},
			{Room: h.room("Room 1"), Services: []string{"webcast"}, Open: []timetable.Span{{Date: monday, From: "09:00", Until: "14:30"}}},
		}))
		amount("room-closed", "ws1", 30)
		amount("room-services", "ws1", 1) // a workshop needs a transcript too
		if r := h.board().Rooms[h.room("Main Hall")]; r.Setup != "A stage" || !r.Hall || r.Changeover != 30 {
			t.Errorf("hall: %+v", r)
		}
		none("main-hall", "")
		h.place("main2", tuesday, "10:00", "11:30", "Room 1")
		amount("main-hall", "main2", 1)

		none("person-away", "")
		h.ok(h.svc.AddAbsence(ctx, h.staff, h.set, timetable.Absence{Person: h.speaker.Person, Starts: h.at(monday, "14:00"), Ends: h.at(monday, "14:45"), Note: "train"}))
		if got := h.found("person-away", "ws1"); len(got) != 1 || got[0].Person != h.speaker.Person || got[0].Amount != 45 {
			t.Errorf("away: %+v", got)
		}
		h.ok(h.svc.AddAbsence(ctx, h.staff, h.set, timetable.Absence{Organisation: h.sahel, Starts: h.at(tuesday, "00:00"), Ends: h.at(tuesday, "23:00")}))
		amount("person-away", "of1", 60)
		for _, a := range h.board().Absences {
			h.ok(h.svc.DropAbsence(ctx, h.staff, h.set, a.ID))
		}
		none("person-away", "")

		none("order", "")
		tie := timetable.Tie{Kind: "before", First: h.sessions["of1"], Second: h.sessions["ws1"], Minutes: 10}
		h.ok(h.svc.AddTie(ctx, h.staff, h.set, tie))
		if len(h.found("order", "ws1")) != 1 {
			t.Error("of1 is after ws1, and that is not found")
		}
		tie.Minutes = 20
		h.ok(h.svc.AddTie(ctx, h.staff, h.set, tie))
		b := h.board()
		if len(b.Ties) != 1 || b.Ties[0].Minutes != 20 {
			t.Errorf("said twice: %+v", b.Ties)
		}
		h.ok(h.svc.DropTie(ctx, h.staff, h.set, b.Ties[0].ID))
		none("order", "")
	})
}

func TestSetupIsChecked(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		day := func(change func(d *timetable.Day)) error {
			d := timetable.Day{Date: monday, From: "09:00", Until: "18:00"}
			change(&d)
			return h.svc.SetDays(ctx, h.staff, h.set, timetable.DaysInput{Days: []timetable.Day{d}})
		}
		fails(t, day(func(d *timetable.Day) { d.Date = "2030-12-24" }), core.KindInvalid, "days[0].date:programme.error.day")
		fails(t, day(func(d *timetable.Day) { d.From = "9" }), core.KindInvalid, "days[0].from:timetable.error.clock")
		fails(t, day(func(d *timetable.Day) { d.Until = "08:00" }), core.KindInvalid, "days[0].until:programme.error.end_before_start")
		fails(t, day(func(d *timetable.Day) { d.Breaks = []timetable.Break{{From: "12:00", Until: "soon"}} }), core.KindInvalid, "days[0].breaks[0].until:timetable.error.clock")
		h.ok(day(func(d *timetable.Day) { d.Until = "24:00" }))
		fails(t, h.svc.SetDays(ctx, h.staff, h.set, timetable.DaysInput{Version: 99}), core.KindStale, "")

		rooms := func(r timetable.Room) error { return h.svc.SetRooms(ctx, h.staff, h.set, []timetable.Room{r}) }
		fails(t, rooms(timetable.Room{Room: "nowhere"}), core.KindInvalid, "rooms[0].room:form.unreadable")
		fails(t, rooms(timetable.Room{Room: h.room("Room 1"), Services: []string{"tea"}}), core.KindInvalid, "rooms[0].services:form.unreadable")
		fails(t, rooms(timetable.Room{Room: h.room("Room 1"), Changeover: 1000}), core.KindInvalid, "rooms[0].changeover:timetable.error.minutes")

		tie := func(kind, a, b string) error {
			return h.svc.AddTie(ctx, h.staff, h.set, timetable.Tie{Kind: kind, First: h.sessions[a], Second: h.sessions[b]})
		}
		fails(t, tie("near", "ws1", "ws2"), core.KindInvalid, "kind:form.unreadable")
		fails(t, tie("apart", "ws1", "ws1"), core.KindInvalid, "second:timetable.error.other_session")
		fails(t, tie("apart", "none", "ws1"), core.KindInvalid, "first:form.required")

		absence := func(a timetable.Absence) error { return h.svc.AddAbsence(ctx, h.staff, h.set, a) }
		fails(t, absence(timetable.Absence{Person: h.member.Person, Starts: h.at(monday, "10:00"), Ends: h.at(monday, "11:00")}), core.KindInvalid, "who:timetable.error.who")
		fails(t, absence(timetable.Absence{Person: h.speaker.Person, Starts: h.at(monday, "10:00"), Ends: h.at(monday, "10:00")}), core.KindInvalid, "until:programme.error.end_before_start")
	})
}

// Organisers say what their session needs; that a time is a must, how long the session
// takes and that it is a poster stays the staff's word.
func TestWishes(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		x := h.session("ws1")
		in := timetable.WishesInput{
			Minutes: 45, Fixed: true, Poster: true, NotBefore: monday + "T15:00", Seats: 120, Services: []string{"recording"},
			Rooms: []string{string(h.room("Main Hall"))}, Remote: "Africa/Nairobi\n America/New York \n", Note: "Two screens",
		}
		h.ok(h.svc.Wish(ctx, h.organiser, h.set, x, in))
		w := h.item("ws1").Wishes
		if w.Minutes != 0 || w.Fixed || w.Poster {
			t.Errorf("an organiser decided what is the staff's to decide: %+v", w)
		}
		if w.Seats != 120 || !slices.Equal(w.Remote, []string{"Africa/Nairobi", "America/New_York"}) || w.Note != "Two screens" {
			t.Errorf("wishes: %+v", w)
		}
		for _, rule := range []string{"wish-time", "wish-room", "room-small", "night"} {
			if len(h.found(rule, "ws1")) != 1 {
				t.Errorf("%s is not found", rule)
			}
		}
		fails(t, h.svc.Wish(ctx, h.organiser, h.set, x, in), core.KindStale, "")
		in.Version = 1
		h.ok(h.svc.Wish(ctx, h.staff, h.set, x, in))
		if w = h.item("ws1").Wishes; w.Minutes != 45 || !w.Fixed || !w.Poster {
			t.Errorf("by the staff: %+v", w)
		}
		if len(h.found("window", "ws1")) != 1 || len(h.found("wish-time", "ws1")) != 0 {
			t.Error("a time that is a must is no wish")
		}
		in = timetable.WishesInput{Version: 2}
		h.ok(h.svc.Wish(ctx, h.organiser, h.set, x, in))
		if w = h.item("ws1").Wishes; w.Minutes != 45 || !w.Fixed || !w.Poster || w.Seats != 0 {
			t.Errorf("an organiser took the staff's word back: %+v", w)
		}
		bad := timetable.WishesInput{Version: 3, NotBefore: "tomorrow", Days: []string{"2030-12-24"}, Rooms: []string{"x"}, Services: []string{"tea"}, Remote: "Mars/Crater"}
		for _, key := range []string{"not_before:form.unreadable", "days:programme.error.day", "rooms:form.unreadable", "services:form.unreadable", "remote:timetable.error.zone"} {
			fails(t, h.svc.Wish(ctx, h.organiser, h.set, x, bad), core.KindInvalid, key)
		}
		// They begin no plan: the programme is as public as it was.
		if h.board().Begun {
			t.Error("wishes have begun the plan")
		}
		if got := h.events(x.ID); !slices.Contains(got, "timetable.wished") {
			t.Errorf("events %v", got)
		}
	})
}

// Who takes part says when she cannot be there, for herself only.
func TestOwnAbsences(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		in := timetable.Absence{Person: h.organiser.Person, Starts: h.at(monday, "13:00"), Ends: h.at(monday, "14:00"), Note: " a visa "}
		h.ok(h.svc.AddOwnAbsence(ctx, h.speaker, h.set, in))
		list, err := h.svc.OwnAbsences(ctx, h.speaker, h.set)
		h.ok(err)
		if len(list) != 1 || list[0].Person != h.speaker.Person || list[0].Note != "a visa" {
			t.Errorf("own: %+v", list)
		}
		if got := h.found("person-away", "ws1"); len(got) != 1 || got[0].Person != h.speaker.Person || got[0].Amount != 30 {
			t.Errorf("found: %+v", got)
		}
		if h.board().Begun {
			t.Error("an absence has begun the plan")
		}
		others, err := h.svc.OwnAbsences(ctx, h.organiser, h.set)
		if h.ok(err); len(others) != 0 {
			t.Errorf("the organiser sees the speaker's: %+v", others)
		}
		_, err = h.svc.DropOwnAbsence(ctx, h.organiser, h.set, list[0].ID)
		fails(t, err, core.KindNotFound, "")
		in.Ends = in.Starts
		fails(t, h.svc.AddOwnAbsence(ctx, h.speaker, h.set, in), core.KindInvalid, "until:programme.error.end_before_start")
		fails(t, h.svc.AddOwnAbsence(ctx, h.member, h.set, in), core.KindNotFound, "")
		fails(t, h.svc.AddOwnAbsence(ctx, h.visitor, h.set, in), core.KindSignIn, "")
		gone, err := h.svc.DropOwnAbsence(ctx, h.speaker, h.set, list[0].ID)
		if h.ok(err); gone.Note != "a visa" || len(h.found("person-away", "")) != 0 {
			t.Errorf("dropped: %+v", gone)
		}
		// What the staff write down for her she sees, and may take back.
		h.ok(h.svc.AddAbsence(ctx, h.staff, h.set, timetable.Absence{Person: h.speaker.Person, Starts: h.at(monday, "09:00"), Ends: h.at(monday, "10:00")}))
		list, err = h.svc.OwnAbsences(ctx, h.speaker, h.set)
		if h.ok(err); len(list) != 1 {
			t.Errorf("by the staff: %+v", list)
		}
	})
}

// Setting the plan up is the staff's; nobody else learns even that there is something.
func TestWhoSetsUp(t *testing.T) {
	inHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		x := h.session("ws1")
		for name, a := range map[string]core.Actor{"visitor": h.visitor, "member": h.member, "organiser": h.organiser, "speaker": h.speaker} {
			absence := timetable.Absence{Person: h.speaker.Person, Starts: h.at(monday, "10:00"), Ends: h.at(monday, "11:00")}
			for what, err := range map[string]error{
				"rules":    h.svc.SetRules(ctx, a, h.set, timetable.RulesInput{}),
				"days":     h.svc.SetDays(ctx, a, h.set, timetable.DaysInput{}),
				"rooms":    h.svc.SetRooms(ctx, a, h.set, nil),
				"tie":      h.svc.AddTie(ctx, a, h.set, timetable.Tie{Kind: "apart", First: h.sessions["ws1"], Second: h.sessions["ws2"]}),
				"untie":    h.svc.DropTie(ctx, a, h.set, "x"),
				"absence":  h.svc.AddAbsence(ctx, a, h.set, absence),
				"presence": h.svc.DropAbsence(ctx, a, h.set, "x"),
			} {
				want := core.KindNotFound
				if !a.SignedIn() {
					want = core.KindSignIn
				}
				if got := core.KindOf(err); err == nil || got != want && got != core.KindNotFound {
					t.Errorf("%s %s: %v, want %s", name, what, err, want)
				}
			}
			_, err := h.svc.Wishes(ctx, a, x)
			if (err == nil) != (name == "organiser") {
				t.Errorf("%s reads the wishes: %v", name, err)
			}
			if err = h.svc.Wish(ctx, a, h.set, x, timetable.WishesInput{}); (err == nil) != (name == "organiser") {
				t.Errorf("%s writes the wishes: %v", name, err)
			}
		}
		if h.board().Begun {
			t.Error("what was refused has begun the plan")
		}
	})
}
