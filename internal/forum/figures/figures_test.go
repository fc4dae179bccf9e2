package figures_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/figures"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// E107 to E113: each figure equals what was put into the record, person by person.
func TestFiguresEqualTheRecord(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		high := func(rank string) change {
			return func(r *participation.Registration) { r.HighLevel, r.Rank = true, rank }
		}
		h.came(h.set, 30, "NO", "civil-society", onsite, gender("woman"), first)
		h.came(h.set, 20, "NP", "government", onsite, online, gender("man"))
		h.came(h.set, 7, "KE", "private-sector", online, gender("own"))
		h.came(h.set, 6, "FJ", "technical-community", func(r *participation.Registration) { r.AtHub = r.Submitted })
		h.came(h.set, 8, "FR", "igo", onsite)
		h.came(h.set, 5, "BR", "civil-society", badge)
		h.came(h.set, 9, "DE", "civil-society", state(participation.StatePending))
		h.came(h.set, 4, "DE", "civil-society", state(participation.StateWithdrawn))
		h.came(h.set, 3, "DE", "civil-society", func(r *participation.Registration) { r.DuplicateOf = "x" })
		h.came(h.set, 6, "JP", "government", onsite, high("minister"))
		h.came(h.set, 5, "KR", "government", onsite, func(r *participation.Registration) { r.Parliament = true })
		h.came(h.set, 5, "US", "media", online, func(r *participation.Registration) { r.Media = true })
		now := h.says()
		for code, want := range map[string]int{
			"registered": 101, "approved": 92, "badges": 74, "attended": 87, "attended-onsite": 69, "attended-online": 32, "attended-hubs": 6,
			"countries": 8, "countries-registered": 9, "governments-onsite": 3, "high-level": 6, "ministers": 6, "legislators": 5, "legislators-countries": 1, "media": 5,
		} {
			if now[code].Real != want {
				t.Errorf("%s: %d, want %d", code, now[code].Real, want)
			}
		}
		h.ok(h.publish())
		f := h.value("attended")
		for _, want := range []struct {
			by, cell string
			n        int
		}{
			{"group", "civil-society", 30},
			{"region", "weog", 35},
			{"region", "igo", 8},
			{"region", "grulac", 0},
			{"country", "NP", 20},
			{"country", "FR", 0},
			{"class", "LDC", 20},
			{"class", "SIDS", 6},
			{"gender", "woman", 30},
			{"gender", "man", 20},
			{"gender", "other", 37},
			{"first-time", "yes", 30},
		} {
			b := f.Part(want.by)
			if b == nil {
				t.Fatalf("no breakdown by %s", want.by)
			}
			if got := b.Cell(want.cell); got.Amount != want.n || got.Hidden {
				t.Errorf("%s %s: %+v, want %d", want.by, want.cell, got, want.n)
			}
		}
		if f.Lines != 87 || len(f.Digest) != 64 || f.Status != figures.Provisional || f.Promised != "2026-12-01" {
			t.Errorf("the figure as published: %+v", f)
		}
	})
}

// E034 to E036, E008: sessions, organisers, speakers, with and without Day Zero.
func TestProgrammeFigures(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		var un, ministry, net core.ID
		h.write(func(ctx context.Context, tx *record.Tx) error {
			for _, o := range []struct {
				id            *core.ID
				name, kind, c string
			}{{&un, "Agency of the Test", "igo", ""}, {&ministry, "Ministry of the Test", "government", "NO"}, {&net, "Networks of the Test", "civil-society", "KE"}} {
				*o.id = tx.NewID()
				if _, err := tx.NewRaw("INSERT INTO organisations (id, name, kind, country, name_key, created, updated) VALUES (?, ?, ?, ?, ?, 1, 1)",
					*o.id, core.NewText("en", o.name), o.kind, o.c, strings.ToLower(o.name)).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		a := h.session(h.set, "Cables", "2026-11-10", 0)
		b := h.session(h.set, "Trust", "2026-11-11", 1)
		zero := h.session(h.set, "Welcome", "2026-11-09", 1)
		h.session(h.set, "Hidden", "2026-11-11", 1, func(n *programme.NewSession) { n.State = programme.StateDraft })
		old := h.session(h.before, "Old", "2025-11-10", 0)
		role := func(x *programme.Session, in programme.RoleInput) {
			h.write(func(ctx context.Context, tx *record.Tx) error {
				fresh, err := h.Programme.SessionTx(ctx, tx, x.ID)
				if err != nil {
					return err
				}
				set := h.set
				if x == old {
					set = h.before
				}
				_, err = h.Programme.AddRolesTx(ctx, tx, set, fresh, []programme.RoleInput{in})
				return err
			})
		}
		role(a, programme.RoleInput{Organisation: ministry, Role: programme.Organiser})
		role(a, programme.RoleInput{Organisation: un, Role: programme.Organiser})
		role(b, programme.RoleInput{Organisation: ministry, Role: programme.Organiser})
		role(zero, programme.RoleInput{Organisation: net, Role: programme.Organiser})
		role(old, programme.RoleInput{Organisation: net, Role: programme.Organiser})
		role(a, programme.RoleInput{Person: h.who["member"].Person, Role: programme.Speaker})
		role(b, programme.RoleInput{Person: h.who["member"].Person, Role: programme.ModeratorOnsite})
		h.ok(h.publish())
		for code, want := range map[string]int{
			"sessions": 3, "sessions-without-day-zero": 2, "government-sessions": 2, "speakers": 1, "organisations": 3, "un-entities": 1,
		} {
			if f := h.value(code); f.Amount != want {
				t.Errorf("%s: %d, want %d", code, f.Amount, want)
			}
		}
		f := h.value("sessions")
		if got := f.Part("theme").Cell(string(h.set.Themes[1].ID)).Amount; got != 2 {
			t.Errorf("sessions of a theme: %d", got)
		}
		if got := f.Part("organiser").Cell("government").Amount; got != 2 {
			t.Errorf("sessions of governments: %d", got)
		}
		if got := f.Part("organiser-country").Cell("NO").Amount; got != 2 {
			t.Errorf("sessions of Norway: %d", got)
		}
		if got := h.value("un-entities").Parts[0].Cells[0]; got.Code != "yes" || got.Amount != 1 {
			t.Errorf("first-timers: %+v", got)
		}
		// The one speaker is a small number of people: her region is not shown.
		if sp := h.value("speakers"); !sp.Part("gender").Whole {
			t.Errorf("one speaker's gender is shown: %+v", sp.Parts)
		}
	})
}

// E106 and the hybrid count: a visit is a person in a session; only public sessions that
// many attended stand in the list.
func TestAttendanceBySession(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		ids := h.came(h.set, 30, "NO", "civil-society", onsite)
		day, zero := h.session(h.set, "Cables", "2026-11-10", 0), h.session(h.set, "Welcome", "2026-11-09", 0)
		closed := h.session(h.set, "Closed", "2026-11-11", 0, func(n *programme.NewSession) { n.Standing.InvitedOnly = true })
		few := h.session(h.set, "Few", "2026-11-11", 0)
		h.write(func(ctx context.Context, tx *record.Tx) error {
			for _, p := range []struct {
				s  *programme.Session
				in []core.ID
			}{{day, ids[:20]}, {zero, ids}, {closed, ids[:25]}, {few, ids[:3]}} {
				for _, id := range p.in {
					if _, err := tx.NewRaw("INSERT INTO attendances (session, registration, edition, first, onsite) VALUES (?, ?, ?, 1, 1)", p.s.ID, id, h.set.ID).Exec(ctx); err != nil {
						return err
					}
				}
			}
			return nil
		})
		h.write(func(ctx context.Context, tx *record.Tx) error {
			hub := tx.NewID()
			if _, err := tx.NewRaw("INSERT INTO hubs (id, edition, name, about, moderator, state, reason, created) VALUES (?, ?, 'Hub', ?, 'x', 'approved', ?, 1)", hub, h.set.ID, core.Text{}, core.Text{}).Exec(ctx); err != nil {
				return err
			}
			for _, c := range []struct {
				day, session string
				heads        int
			}{{"2026-11-10", "", 12}, {"2026-11-10", "x", 20}, {"2026-11-11", "", 9}} {
				if _, err := tx.NewRaw("INSERT INTO hub_counts (hub, day, session, heads, at) VALUES (?, ?, ?, ?, 1)", hub, c.day, c.session, c.heads).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		h.ok(h.publish())
		if got := h.value("session-attendance").Amount; got != 78 {
			t.Errorf("visits: %d", got)
		}
		if got := h.value("attended-without-day-zero").Amount; got != 25 {
			t.Errorf("without Day Zero: %d", got)
		}
		if got := h.value("hub-heads").Amount; got != 29 {
			t.Errorf("heads: %d", got)
		}
		visits := h.value("session-attendance")
		cells := visits.Part("session").Cells
		if len(cells) != 2 || cells[0].Code != zero.Ref || cells[0].Amount != 30 || cells[1].Code != day.Ref {
			t.Errorf("best attended: %+v", cells)
		}
		p := h.Visitor(t).Get("/2026/statistics")
		if strings.Contains(p.Body, "Closed") || !strings.Contains(p.Body, "Welcome") {
			t.Error("the list of the best attended sessions is not right")
		}
	})
}

// E118: grantees by class equal what the room of support says.
func TestGrantees(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		for i := range 40 {
			g := figures.Grantee{ID: core.ID("g" + strconv.Itoa(i)), Region: "african", LDC: i < 25, SIDS: i >= 30}
			if i >= 30 {
				g.Region = "grulac"
			}
			h.grantees = append(h.grantees, g)
		}
		h.ok(h.publish())
		f := h.value("grantees")
		if f.Amount != 40 || f.Part("class").Cell("LDC").Amount != 25 || f.Part("class").Cell("SIDS").Amount != 10 || f.Part("region").Cell("grulac").Amount != 10 {
			t.Errorf("grantees: %+v", f)
		}
	})
}

// Every indicator has a name and a definition, every breakdown, unit and part its words.
func TestWords(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		for _, d := range figures.Indicators {
			keys := []string{"figures.of." + d.Code, "figures.of." + d.Code + ".definition", "figures.unit." + d.Unit, "figures.part." + d.Part}
			for _, by := range d.By {
				keys = append(keys, "figures.by."+by)
			}
			for _, key := range keys {
				if !h.Catalog.Has(key) {
					t.Errorf("no words for %s", key)
				}
			}
			if figures.Queries[d.Query] == "" {
				t.Errorf("%s has no query %s", d.Code, d.Query)
			}
		}
		for _, p := range figures.Populations {
			if !h.Catalog.Has("figures.population." + p) {
				t.Errorf("no words for population %s", p)
			}
		}
		fields, err := h.s.Fields(t.Context(), h.staff, h.set)
		h.ok(err)
		for _, f := range fields {
			if !h.Catalog.Has("figures.field." + f.Code) {
				t.Errorf("no words for field %s", f.Code)
			}
		}
	})
}
