package timetable_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/timetable"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// The two days of the house's edition.
const (
	monday  = "2030-10-21"
	tuesday = "2030-10-22"
)

// house is a forum with an edition of two days in Kyoto, at two venues with three rooms
// (Main Hall and Room 1 in one, Room 2 in the other), and a dozen sessions. Of these main1,
// ws1 and of1 are public; the others are drafts without a time.
type house struct {
	*site.Site
	t    *testing.T
	svc  *timetable.Service
	prog *programme.Service
	set  *editions.Setting
	// staff runs the programme, organiser organises ws1 and speaks in ws2, speaker speaks
	// in ws1 and ws2, member has an account and no role; visitor is not signed in.
	staff, organiser, speaker, member, visitor core.Actor

	sahel    core.ID // an organisation that organises of1 and of2 as itself
	sessions map[string]core.ID
}

type errorLog struct{ t *testing.T }

func (l errorLog) Write(b []byte) (int, error) {
	l.t.Log("server: " + string(b))
	return len(b), nil
}

// inHouse runs a test in a house on each database.
func inHouse(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, url string) { test(t, newHouse(t, url)) })
}

func newHouse(t *testing.T, url string) *house {
	t.Helper()
	h := &house{Site: site.Empty(t, url, func(c *app.Config) {
		c.Demo, c.Log = true, slog.New(slog.NewTextHandler(errorLog{t}, &slog.HandlerOptions{Level: slog.LevelError}))
	}), t: t, sessions: map[string]core.ID{}}
	h.Clock.Freeze(time.Date(2030, 9, 1, 9, 0, 0, 0, time.UTC))
	h.svc, h.prog = h.Timetable, h.Programme
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"}); err != nil {
			return err
		}
		e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2030", Name: core.NewText("en", "Forum 2030"), City: core.NewText("en", "Kyoto"), Zone: "Asia/Tokyo", State: editions.StatePublic,
			FirstDay: monday, LastDay: tuesday,
		})
		if err != nil {
			return err
		}
		if h.set, err = h.Editions.SettingTx(ctx, tx, e.ID); err != nil {
			return err
		}
		return h.furnish(ctx, tx)
	})
	h.staff = h.account("Staff One", core.RoleSecretariat)
	h.organiser, h.speaker, h.member = h.account("Amina Diallo", ""), h.account("Kenji Moriyama", ""), h.account("Somebody Else", "")
	h.write(h.fill)
	return h
}

// furnish gives the edition its venues, rooms, themes and types.
func (h *house) furnish(ctx context.Context, tx *record.Tx) error {
	centre, library := tx.NewID(), tx.NewID()
	err := h.Editions.SetPlacesTx(ctx, tx, h.set, editions.PlacesInput{
		Version: h.set.Version,
		Venues:  []editions.VenueInput{{ID: centre, Name: core.NewText("en", "Conference Centre")}, {ID: library, Name: core.NewText("en", "Library")}},
		Rooms: []editions.RoomInput{
			{Name: core.NewText("en", "Main Hall"), Venue: centre, Capacity: 500},
			{Name: core.NewText("en", "Room 1"), Venue: centre, Capacity: 80},
			{Name: core.NewText("en", "Room 2"), Venue: library, Capacity: 40},
		},
	})
	if err != nil {
		return err
	}
	err = h.Editions.SetThemesTx(ctx, tx, h.set, editions.ThemesInput{
		Version: h.set.Version, Themes: []editions.ThemeInput{{Name: core.NewText("en", "Access")}, {Name: core.NewText("en", "Trust")}},
	})
	if err != nil {
		return err
	}
	if h.set, err = h.Editions.SettingTx(ctx, tx, h.set.ID); err != nil {
		return err
	}
	_, err = h.Programme.AddDefaultTypesTx(ctx, tx, h.set)
	return err
}

// fill puts the sessions into the programme, with who takes part.
func (h *house) fill(ctx context.Context, tx *record.Tx) error {
	org, err := h.People.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: core.NewText("en", "Sahel Networks"), Kind: "civil-society"})
	if err != nil {
		return err
	}
	h.sahel = org.ID
	types, err := h.Programme.TypesTx(ctx, tx, h.set.ID)
	if err != nil {
		return err
	}
	for _, x := range []struct{ kind, title, day, from, until, room string }{
		{"main", "Twenty years on", monday, "10:00", "11:30", "Main Hall"},
		{"main", "What comes next", "", "", "", ""},
		{"workshop", "Masts in the wind", monday, "13:30", "15:00", "Room 1"},
		{"workshop", "Who answers for a machine", "", "", "", ""},
		{"workshop", "Cables under ice", "", "", "", ""},
		{"workshop", "Children ask questions", "", "", "", ""},
		{"workshop", "Letters nobody opens", "", "", "", ""},
		{"open-forum", "A charter for figures", tuesday, "10:00", "11:00", "Room 2"},
		{"open-forum", "Maps for everybody", "", "", "", ""},
		{"town-hall", "Ask the board", "", "", "", ""},
		{"lightning", "Signs on a slow line", "", "", "", ""},
		{"networking", "Tea", "", "", "", ""},
	} {
		in := programme.NewSession{Type: programme.TypeNamed(types, x.kind).ID, Texts: programme.EditInput{Title: core.NewText("en", x.title)}}
		if x.day != "" {
			in.Starts, in.Ends, in.Room, in.State = h.at(x.day, x.from), h.at(x.day, x.until), h.room(x.room), programme.StateScheduled
		}
		made, err := h.Programme.CreateTx(ctx, tx, h.set, in)
		if err != nil {
			return err
		}
		h.sessions[made.Ref] = made.ID
	}
	for ref, roles := range map[string][]programme.RoleInput{
		"ws1": {{Person: h.organiser.Person, Role: programme.Organiser}, {Person: h.speaker.Person, Role: programme.Speaker}},
		"ws2": {{Person: h.organiser.Person, Role: programme.Speaker}, {Person: h.speaker.Person, Role: programme.Speaker}},
		"of1": {{Organisation: h.sahel, Role: programme.Organiser}},
		"of2": {{Organisation: h.sahel, Role: programme.Organiser}},
	} {
		x, err := h.Programme.SessionTx(ctx, tx, h.sessions[ref])
		if err != nil {
			return err
		}
		if _, err := h.Programme.AddRolesTx(ctx, tx, h.set, x, roles); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.Record.Write(h.t.Context(), core.Operator, fn))
}

// account makes a person with an account.
func (h *house) account(name string, role core.Role) core.Actor {
	h.t.Helper()
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		p, err := h.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: name})
		if err != nil {
			return err
		}
		email := strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.org"
		acc, err := h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: email, Name: name, Lang: "en", Person: p.ID})
		id = acc.ID
		if err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), id)
	h.ok(err)
	return acc.Actor()
}

// as is somebody with a browser.
func (h *house) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}

// at is a time of day at the venue.
func (h *house) at(day, clock string) core.Instant {
	h.t.Helper()
	at, err := core.WallTime(day, clock, h.set.Zone)
	h.ok(err)
	return at
}

// room is the id of a room by its name.
func (h *house) room(name string) core.ID {
	h.t.Helper()
	r := h.set.RoomNamed(name)
	if r == nil {
		h.t.Fatalf("no room %q", name)
	}
	return r.ID
}

// session is a session as the staff see it.
func (h *house) session(ref string) *programme.Session {
	h.t.Helper()
	x, err := h.prog.Session(h.t.Context(), h.staff, h.set, ref)
	h.ok(err)
	return x
}

func (h *house) board() *timetable.Board {
	h.t.Helper()
	b, err := h.svc.Board(h.t.Context(), h.staff, h.set)
	h.ok(err)
	return b
}

// item is a session of the plan.
func (h *house) item(ref string) *timetable.Item {
	h.t.Helper()
	it := h.board().ByRef(ref)
	if it == nil {
		h.t.Fatalf("no session %s in the plan", ref)
	}
	return it
}

// place puts a session somewhere in the plan.
func (h *house) place(ref, day, from, until, room string) {
	h.t.Helper()
	h.ok(h.svc.Place(h.t.Context(), h.staff, h.set, "move", timetable.Move{
		Session: h.sessions[ref], Version: -1, To: timetable.Spot{Starts: h.at(day, from), Ends: h.at(day, until), Room: h.room(room), State: timetable.PlanOpen},
	}))
}

// found are the findings of a rule, of one session where a reference is given.
func (h *house) found(rule, ref string) []timetable.Found {
	h.t.Helper()
	var out []timetable.Found
	for _, f := range h.board().Findings {
		if f.Rule == rule && (ref == "" || f.Concerns(h.sessions[ref])) {
			out = append(out, f)
		}
	}
	return out
}

// events are the kinds of what happened to something, the newest last.
func (h *house) events(subject core.ID) []string {
	h.t.Helper()
	list, err := h.Record.Events(h.t.Context(), record.Query{Subjects: []core.ID{subject}, Internal: true, Page: core.Page{Limit: 200}})
	h.ok(err)
	var out []string
	for _, e := range list.Items {
		out = append(out, e.Kind)
	}
	slices.Reverse(out)
	return out
}

// fails expects an error of a kind; key stands in it, alone or as "field:key".
func fails(t *testing.T, err error, kind core.Kind, key string) {
	t.Helper()
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Kind != kind {
		t.Fatalf("got %v, want %s %s", err, kind, key)
	}
	keys := e.Key
	for _, f := range e.Fields {
		keys += " " + f.Path + ":" + f.Key
	}
	if !strings.Contains(keys, key) {
		t.Fatalf("got %s, want %s", keys, key)
	}
}
