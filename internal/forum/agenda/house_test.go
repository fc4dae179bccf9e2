package agenda_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// house is a forum with a programme of a few days in Oslo, during which the clocks change.
type house struct {
	*site.Site
	t     *testing.T
	log   *asked
	set   *editions.Setting
	types []programme.Type
	ada   core.Actor // a member with a role in a session
	bo    core.Actor
	staff core.Actor
	who   map[string]core.Actor
}

// asked counts the queries of the last request.
type asked struct {
	slog.Handler
	mu      sync.Mutex
	queries int64
	errors  []string
}

func (l *asked) Enabled(context.Context, slog.Level) bool { return true }

func (l *asked) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		switch {
		case a.Key == "queries":
			l.queries = a.Value.Int64()
		case r.Level >= slog.LevelError:
			l.errors = append(l.errors, a.String())
		}
		return true
	})
	return nil
}

const (
	monday = "2026-10-26"
	sunday = "2026-10-25"
)

func open(t *testing.T, address string) *house {
	t.Helper()
	h := &house{Site: site.Empty(t, address), t: t, log: &asked{}, who: map[string]core.Actor{}}
	h.Server.Log = slog.New(h.log)
	h.Clock.Freeze(time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC))
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"}); err != nil {
			return err
		}
		e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2026", Name: core.NewText("en", "Forum 2026").With("fr", "Forum 2026 fr"), City: core.NewText("en", "Oslo"), Zone: "Europe/Oslo", State: editions.StatePublic,
			FirstDay: "2026-10-24", LastDay: "2026-10-27",
		})
		if err != nil {
			return err
		}
		id = e.ID
		set, err := h.Editions.SettingTx(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		hall, annex := tx.NewID(), tx.NewID()
		return h.Editions.SetPlacesTx(ctx, tx, set, editions.PlacesInput{
			Version: set.Version,
			Venues:  []editions.VenueInput{{ID: hall, Name: core.NewText("en", "Congress")}, {ID: annex, Name: core.NewText("en", "Library")}},
			Rooms: []editions.RoomInput{
				{Name: core.NewText("en", "Hall"), Venue: hall, Capacity: 300}, {Name: core.NewText("en", "Room A"), Venue: hall}, {Name: core.NewText("en", "Reading room"), Venue: annex},
			},
		})
	})
	h.write(func(ctx context.Context, tx *record.Tx) error {
		set, err := h.Editions.SettingTx(ctx, tx, id)
		if err != nil {
			return err
		}
		return h.Editions.SetThemesTx(ctx, tx, set, editions.ThemesInput{Version: set.Version, Themes: []editions.ThemeInput{{Name: core.NewText("en", "Access")}}})
	})
	var err error
	h.set, err = h.Editions.SettingByID(t.Context(), core.Operator, id)
	h.ok(err)
	h.types, err = h.Programme.Types(t.Context(), id)
	h.ok(err)
	h.ada, h.bo, h.staff = h.account("Ada", ""), h.account("Bo", ""), h.account("Staff", core.RoleSecretariat)
	h.who = map[string]core.Actor{"visitor": {}, "member": h.bo, "editor": h.account("Edith", core.RoleEditor), "secretariat": h.staff}
	return h
}

func on(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, address string) { test(t, open(t, address)) })
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

// account makes an account of a person who is shown in public.
func (h *house) account(name string, role core.Role) core.Actor {
	h.t.Helper()
	var acc authn.Account
	h.write(func(ctx context.Context, tx *record.Tx) error {
		p, err := h.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: name + " Quist", Public: true})
		if err != nil {
			return err
		}
		if acc, err = h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: strings.ToLower(name) + "@example.org", Name: name, Lang: "en", Person: p.ID}); err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), acc.ID)
	h.ok(err)
	return acc.Actor()
}

// session adds a session; day and start are empty for one without a time.
func (h *house) session(title, day, start string, minutes int, room string, change ...func(*programme.NewSession)) *programme.Session {
	h.t.Helper()
	in := programme.NewSession{Type: h.types[4].ID, State: programme.StateScheduled}
	in.Texts = programme.EditInput{Title: core.NewText("en", title), Theme: h.set.Themes[0].ID, Description: core.NewText("en", "About "+title+".")}
	if day != "" {
		at, err := core.WallTime(day, start, h.set.Zone)
		h.ok(err)
		in.Starts, in.Ends = at, at.Add(time.Duration(minutes)*time.Minute)
	}
	if room != "" {
		in.Room = h.set.RoomNamed(room).ID
	}
	for _, fn := range change {
		fn(&in)
	}
	var x *programme.Session
	h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		x, err = h.Programme.CreateTx(ctx, tx, h.set, in)
		return err
	})
	return x
}

func draft(n *programme.NewSession) { n.State = programme.StateDraft }

func invited(n *programme.NewSession) { n.Standing.InvitedOnly = true }

// move gives a session another time, room or state.
func (h *house) move(x *programme.Session, change func(*programme.MoveInput)) *programme.Session {
	h.t.Helper()
	now, err := h.Programme.Session(h.t.Context(), h.staff, h.set, x.Ref)
	h.ok(err)
	in := programme.MoveOf(now, h.set.Zone)
	change(&in)
	_, err = h.Programme.Move(h.t.Context(), h.staff, h.set, x.Ref, in)
	h.ok(err)
	now, err = h.Programme.Session(h.t.Context(), h.staff, h.set, x.Ref)
	h.ok(err)
	return now
}

// hide takes a session out of the programme, with another title.
func (h *house) hide(x *programme.Session, title string) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewUpdate().TableExpr("sessions").Set("state = ?", programme.StateDraft).Set("title = ?", core.NewText("en", title)).
			Set("version = version + 1").Where("id = ?", x.ID).Exec(ctx)
		tx.Append("session.hidden", x.ID, h.set.Scope(), record.Internal, record.Data{"label": title})
		return err
	})
}

// as is a reader in whose browser an actor is signed in.
func (h *house) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}

// fetch asks as a program does: without a cookie, and without following.
func (h *house) fetch(path string, header ...string) (*http.Response, string) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.URL+path, http.NoBody)
	h.ok(err)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	h.ok(err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	h.ok(err)
	return res, string(body)
}

func (h *house) crew(x *programme.Session, who core.Actor, role string) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *record.Tx) error {
		fresh, err := h.Programme.SessionTx(ctx, tx, x.ID)
		if err != nil {
			return err
		}
		_, err = h.Programme.AddRolesTx(ctx, tx, h.set, fresh, []programme.RoleInput{{Person: who.Person, Role: role}})
		return err
	})
}

func add(ref string) url.Values    { return url.Values{"add": {ref}, "next": {"/2026/programme/all"}} }
func remove(ref string) url.Values { return url.Values{"remove": {ref}} }

// unfolded is a calendar file with its lines whole.
func unfolded(body string) string { return strings.ReplaceAll(body, "\r\n ", "") }
