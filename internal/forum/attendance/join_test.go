package attendance_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/attendance"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// E115: a link is bound to the person and the session.
func TestLeakedLink(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		other := h.session("Closed networks", "2026-10-26", "10:00", 60)
		h.place(x)
		h.place(other)
		link := h.link("ada", x)
		h.at("2026-10-26", "10:05")

		her := h.device("ada")
		if a, body := her.get(link); a.status != http.StatusOK || !strings.Contains(body, `value="enter"`) || strings.Contains(body, meeting) {
			t.Fatalf("her own page: %d\n%s", a.status, body)
		}
		if a, _ := her.post(link, "do", "enter"); a.status != http.StatusSeeOther || a.location != meeting+x.Ref {
			t.Fatalf("she is sent to %q with %d", a.location, a.status)
		}

		refused := func(who string, d *device, path string, status int) string {
			t.Helper()
			a, body := d.get(path)
			if a.status != status || strings.Contains(body, `value="enter"`) {
				t.Fatalf("%s: %d\n%s", who, a.status, body)
			}
			h.nothingOf(body, "ada")
			for _, do := range []string{"enter", "verify", "heads", ""} {
				a, body := d.post(path, "do", do, "code", "123456", "id", string(h.reg["ada"].ID), "heads", "3")
				h.nothingOf(body, "ada")
				if strings.HasPrefix(a.location, meeting) {
					t.Fatalf("%s: %q leads to %s", who, do, a.location)
				}
			}
			return body
		}
		// Somebody else who is registered is led to her own link, and that works.
		bo := h.device("bo")
		body := refused("another participant", bo, link, http.StatusForbidden)
		own := h.link("bo", x)
		if !strings.Contains(body, own) {
			t.Fatalf("her own link is not offered:\n%s", body)
		}
		if a, _ := bo.post(own, "do", "enter"); a.location != meeting+x.Ref {
			t.Fatalf("her own link: %+v", a)
		}
		for _, who := range []string{"member", "editor", "staff"} {
			if body := refused(who, h.device(who), link, http.StatusForbidden); !strings.Contains(body, `href="/2026/register"`) {
				t.Fatalf("%s is not led to the registration:\n%s", who, body)
			}
		}
		refused("a visitor without the code", h.device("visitor"), link, http.StatusOK)
		if n := h.counts(x); n.All != 2 {
			t.Fatalf("counted %+v", n)
		}

		// A link is good for its session alone, and no letter of it can be changed.
		raw := []byte(strings.TrimPrefix(link, "/join/"))
		for i := range raw {
			was := raw[i]
			for _, b := range []byte{'A', 'b', '9', '-', '.'} {
				if b == was {
					continue
				}
				raw[i] = b
				if a, body := her.get("/join/" + string(raw)); a.status != http.StatusNotFound || strings.Contains(body, "Open networks") {
					t.Fatalf("letter %d as %q: %d", i, b, a.status)
				}
			}
			raw[i] = was
			if i%8 != 0 && i < len(raw)-1 {
				continue
			}
		}
		for _, bad := range []string{"x", "h" + string(raw), string(raw) + "A", string(raw[:63]), strings.Repeat("A", 64), strings.Repeat("_", 65)} {
			if a, _ := her.get("/join/" + bad); a.status != http.StatusNotFound {
				t.Fatalf("%q: %d", bad, a.status)
			}
		}

		// New links kill the old ones at once, for everybody and on every device.
		if a, _ := her.post("/2026/my-links", "renew", "1"); a.status != http.StatusSeeOther {
			t.Fatalf("new links: %+v", a)
		}
		for _, who := range []string{"ada", "bo", "visitor"} {
			a, body := h.device(who).get(link)
			if a.status != http.StatusNotFound || strings.Contains(body, "Open networks") {
				t.Fatalf("an old link for %s: %d\n%s", who, a.status, body)
			}
		}
		link = h.link("ada", x)
		if a, _ := her.post(link, "do", "enter"); a.location != meeting+x.Ref {
			t.Fatalf("the new link: %+v", a)
		}

		// Who was removed, or goes, has no links.
		h.write(func(ctx context.Context, tx *record.Tx) error {
			return h.Participation.RemoveTx(ctx, tx, h.reg["ada"].ID, core.NewText("en", "A decision."))
		})
		if a, _ := her.post(link, "do", "enter"); a.status != http.StatusNotFound {
			t.Fatalf("a removed person: %+v", a)
		}
		for _, state := range []string{participation.StateWithdrawn, participation.StateDeclined, participation.StatePending, participation.StateWaiting, participation.StateSubmitted} {
			own := h.link("bo", x)
			h.state("bo", state)
			if a, _ := bo.post(own, "do", "enter"); a.status != http.StatusNotFound {
				t.Fatalf("%s: %+v", state, a)
			}
			if _, err := h.att.LinkTo(t.Context(), h.who["bo"], h.set, x.Ref); core.KindOf(err) != core.KindNotFound {
				t.Fatalf("%s has a link: %v", state, err)
			}
			h.state("bo", participation.StateApproved)
		}
		_ = other
	})
}

// state puts a registration into a state.
func (h *house) state(name, state string) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewUpdate().TableExpr("registrations").Set("state = ?", state).Where("id = ?", h.reg[name].ID).Exec(ctx)
		return err
	})
}

// E116: once per person, whatever the number of connections and devices.
func TestCountedOnce(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		h.place(x)
		h.at("2026-10-26", "09:50")
		names := []string{"ada", "bo"}
		for _, n := range []string{"cy", "di", "ed", "fa"} {
			h.register(n, participation.StateApproved)
			names = append(names, n)
		}
		type try struct {
			d    *device
			link string
		}
		var tries []try
		for _, n := range names {
			for range 3 { // devices
				tries = append(tries, try{h.device(n), h.link(n, x)})
			}
		}
		var wait sync.WaitGroup
		for _, c := range tries {
			for range 4 { // and each presses the button again
				wait.Go(func() {
					var body strings.Builder
					if _, err := c.d.try(http.MethodGet, c.link, nil, &body); err != nil {
						t.Error(err)
					}
					a, err := c.d.try(http.MethodPost, c.link, map[string][]string{"do": {"enter"}}, &body)
					if err != nil || a.location != meeting+x.Ref {
						t.Error(a, err)
					}
				})
			}
		}
		wait.Wait()
		if n := h.counts(x); n.All != len(names) || n.Online != len(names) || n.Onsite != 0 {
			t.Fatalf("counted %+v", n)
		}
		if n := h.events("attendance.counted"); n != len(names) {
			t.Fatalf("%d events", n)
		}
		if n := h.events("registration.attended"); n != len(names) {
			t.Fatalf("%d attended", n)
		}
		// A scan at the room of who has joined online is no second person.
		count := func(who, how string) (fresh bool) {
			h.write(func(ctx context.Context, tx *record.Tx) (err error) {
				fresh, err = h.att.CountTx(ctx, tx, h.set.ID, x.ID, h.reg[who].ID, how, tx.Now)
				return err
			})
			return fresh
		}
		again := count("ada", attendance.Onsite)
		if again || count("ada", attendance.Onsite) || count("ada", attendance.Hub) {
			t.Fatal("counted anew")
		}
		if n := h.counts(x); n.All != len(names) || n.Online != len(names) || n.Onsite != 1 || n.Hub != 1 {
			t.Fatalf("counted %+v", n)
		}
		h.register("gu", participation.StateApproved)
		if !count("gu", attendance.Onsite) || count("gu", attendance.Online) {
			t.Fatal("a scan does not count")
		}
		if n := h.events("attendance.counted"); n != len(names)+1 {
			t.Fatalf("%d events", n)
		}
	})
}

// No address of a meeting leaves the server before the door opens, and none after.
func TestTheDoor(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		h.place(x, func(in *attendance.PlaceInput) {
			in.Early, in.DialIn, in.Note = 30, "Dial 47 000", core.NewText("en", "Keep your camera off.")
		})
		link := h.link("ada", x)
		d := h.device("ada")
		shut := func(clock, says string) {
			t.Helper()
			h.at("2026-10-26", clock)
			a, body := d.get(link)
			for _, secret := range []string{meeting, "meet.example.org", "Dial 47 000", "camera"} {
				if strings.Contains(body, secret) {
					t.Fatalf("at %s the page tells %q", clock, secret)
				}
			}
			if a.status != http.StatusOK || !strings.Contains(body, says) {
				t.Fatalf("at %s: %d\n%s", clock, a.status, body)
			}
			if a, body := d.post(link, "do", "enter"); strings.Contains(a.location+body, "meet.example") {
				t.Fatalf("at %s: %+v", clock, a)
			}
			for _, path := range []string{"/2026/my-links", x.Path(), "/me", "/2026/programme/all", x.Path() + "/history"} {
				if _, body := d.get(path); strings.Contains(body, "meet.example") {
					t.Fatalf("%s tells the place", path)
				}
			}
		}
		shut("09:29", "The door opens in 1 min")
		shut("08:00", "It opens on Mon 26 Oct 09:30 Oslo time, 30 minutes before the start.")
		if h.counts(x).All != 0 {
			t.Fatal("counted before the door")
		}
		h.at("2026-10-26", "09:30")
		if a, body := d.get(link); a.status != http.StatusOK || !strings.Contains(body, "Dial 47 000") || !strings.Contains(body, "camera off") || strings.Contains(body, meeting) {
			t.Fatalf("the open door: %d\n%s", a.status, body)
		}
		h.at("2026-10-26", "11:14")
		if a, _ := d.post(link, "do", "enter"); a.location != meeting+x.Ref {
			t.Fatalf("sessions overrun: %+v", a)
		}
		shut("11:15", "The session is over")
		// The body stays light.
		h.at("2026-10-26", "08:00")
		if _, body := d.get(link); len(body) > 10<<10 {
			t.Fatalf("the waiting page has %d bytes", len(body))
		}
	})
}

// A session is told by three clocks, and the door by the venue's, over the change of clocks too.
func TestZonesOfTheWaitingPage(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		// The clocks go back at 03:00 on the 25th: of 02:30 the first is meant.
		x := h.session("Night watch", "2026-10-25", "02:30", 90)
		h.place(x)
		link := h.link("ada", x)
		d := h.device("ada")
		h.Clock.Freeze(x.Starts.Time().Add(-2 * time.Hour))
		page := func(zone string) string {
			t.Helper()
			d.Header.Set("Cookie", "")
			d.cookies["zone"] = &http.Cookie{Name: "zone", Value: zone}
			d.Header.Del("Cookie")
			_, body := d.get(link)
			return body
		}
		for zone, wants := range map[string][]string{
			"America/New_York": {"Sun 25 Oct 02:30–03:00 Oslo", "00:30 UTC", "Sat 24 Oct 20:30 for you"},
			"Asia/Kathmandu":   {"02:30–03:00 Oslo", "00:30 UTC", "06:15 for you"},
			"Europe/Oslo":      {"02:30–03:00 Oslo", "00:30 UTC"},
		} {
			body := page(zone)
			for _, want := range wants {
				if !strings.Contains(body, want) {
					t.Fatalf("%s lacks %q:\n%s", zone, want, body)
				}
			}
			if strings.Contains(body, "for you") != (zone != "Europe/Oslo") && !strings.Contains(body, "data-words") {
				t.Fatalf("%s:\n%s", zone, body)
			}
			if !strings.Contains(body, "It opens on Sun 25 Oct 02:15 Oslo time") || !strings.Contains(body, "The door opens in 1 h 45 min") || !strings.Contains(body, `data-left="6300"`) {
				t.Fatalf("%s: the door:\n%s", zone, body)
			}
		}
	})
}

// E082: into a session for those invited come those invited, and who has a role in it.
func TestInvitedOnly(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Closed meeting", "2026-10-26", "10:00", 60, invitedOnly)
		y := h.session("Small meeting", "2026-10-26", "12:00", 60)
		h.place(x, func(in *attendance.PlaceInput) { in.Access = attendance.ForAll }) // the programme's word goes first
		h.place(y, func(in *attendance.PlaceInput) {
			in.Access, in.Invited = attendance.ForInvited, "No. 1\nBO@example.org"
		})
		cy := h.register("cy", participation.StateApproved)
		h.at("2026-10-26", "09:55")
		may := func(name string, x *programme.Session) bool {
			t.Helper()
			_, err := h.att.LinkTo(t.Context(), h.who[name], h.set, x.Ref)
			if err != nil && core.KindOf(err) != core.KindNotFound {
				t.Fatal(err)
			}
			return err == nil
		}
		for name, want := range map[string][2]bool{"ada": {false, true}, "bo": {false, true}, "cy": {false, false}} {
			if got := [2]bool{may(name, x), may(name, y)}; got != want {
				t.Fatalf("%s may %v", name, got)
			}
		}
		h.place(x, func(in *attendance.PlaceInput) { in.Invited = "3" })
		link := h.link("cy", x)
		d := h.device("cy")
		if a, _ := d.post(link, "do", "enter"); a.location != meeting+x.Ref {
			t.Fatalf("who is invited: %+v", a)
		}
		// Whom somebody takes off the list gets no further, and learns why.
		h.place(x, func(in *attendance.PlaceInput) { in.Invited = "" })
		if a, body := d.post(link, "do", "enter"); strings.Contains(a.location+body, "meet.example") {
			t.Fatalf("who was uninvited: %+v", a)
		}
		if _, body := d.get(link); !strings.Contains(body, "for those who are invited") || strings.Contains(body, `value="enter"`) {
			t.Fatalf("the page:\n%s", body)
		}
		h.write(func(ctx context.Context, tx *record.Tx) error {
			fresh, err := h.Programme.SessionTx(ctx, tx, x.ID)
			if err != nil {
				return err
			}
			_, err = h.Programme.AddRolesTx(ctx, tx, h.set, fresh, []programme.RoleInput{{Person: h.who["ada"].Person, Role: programme.Speaker}})
			return err
		})
		if !may("ada", x) || may("bo", x) {
			t.Fatal("a role in the session does not invite")
		}
		links, err := h.att.LinksFor(t.Context(), cy.Account, h.set.ID, []core.ID{x.ID, y.ID})
		h.ok(err)
		if len(links) != 0 {
			t.Fatalf("links %v", links)
		}
		if links, err = h.att.LinksFor(t.Context(), h.who["ada"].Account, h.set.ID, []core.ID{x.ID, y.ID}); err != nil || len(links) != 2 {
			t.Fatalf("links %v, %v", links, err)
		}
	})
}

// The join pages ask the database little: three or four queries for the page, six at most to
// enter, whoever asks.
func TestQueriesOfAJoin(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		y := h.session("Small meeting", "2026-10-26", "10:00", 60, invitedOnly)
		h.place(x)
		h.place(y, func(in *attendance.PlaceInput) { in.Invited = "1" })
		h.at("2026-10-26", "10:05")
		for name, c := range map[string]struct {
			d    *device
			x    *programme.Session
			most int64
		}{
			"the holder": {h.device("ada"), x, 3}, "one invited": {h.device("ada"), y, 4}, "somebody else": {h.device("bo"), x, 4}, "a visitor": {h.device("visitor"), x, 3},
		} {
			link := h.link("ada", c.x)
			get, post := func() { c.d.get(link) }, func() { c.d.post(link, "do", "enter") }
			h.log.of(get) // the edition, and who is signed in, are remembered
			h.log.of(get)
			page, first, again := h.log.of(get), h.log.of(post), h.log.of(post)
			if page > c.most || first > 7 || again > 7 {
				t.Errorf("%s: %d queries, %d to enter, %d to enter again", name, page, first, again)
			}
		}
	})
}
