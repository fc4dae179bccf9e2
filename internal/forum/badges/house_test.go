package badges_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/badges"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// house is a forum in its first hour: an edition in Oslo that registers people.
type house struct {
	*site.Site
	t     *testing.T
	s     *badges.Service
	set   *editions.Setting
	cats  map[string]core.ID
	log   *asked
	staff core.Actor
	who   map[string]core.Actor
	rooms map[string]counted    // session|registration → how often and when first
	guest map[core.ID][]core.ID // sessions for those invited
	out   map[core.ID][]core.ID // who may not enter a session
	mu    sync.Mutex
	next  int
}

type counted struct {
	n  int
	at core.Instant
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
		if a.Key == "queries" {
			l.queries = a.Value.Int64()
		} else if r.Level >= slog.LevelError {
			l.errors = append(l.errors, a.String())
		}
		return true
	})
	return nil
}

// CountTx stands for the room of attendance.
func (h *house) CountTx(_ context.Context, _ *record.Tx, _, session, registration core.ID, _ string, at core.Instant) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := string(session) + "|" + string(registration)
	x := h.rooms[key]
	if x.n == 0 || at.Before(x.at) {
		x.at = at
	}
	x.n++
	h.rooms[key] = x
	return x.n == 1, nil
}

// InvitedTo stands for the same room.
func (h *house) InvitedTo(context.Context, core.ID, []core.ID) (map[core.ID][]core.ID, error) {
	return h.guest, nil
}

// barred stands for the room of conduct.
func (h *house) barred(context.Context, []core.ID) (map[core.ID][]core.ID, error) { return h.out, nil }

var opening = time.Date(2026, 10, 24, 6, 0, 0, 0, time.UTC)

func open(t *testing.T, address string) *house {
	t.Helper()
	h := &house{Site: site.Empty(t, address), t: t, log: &asked{}, rooms: map[string]counted{}, cats: map[string]core.ID{}}
	h.Server.Log = slog.New(h.log)
	h.Clock.Freeze(opening)
	h.s = badges.New(h.Record, badges.House{
		Editions: h.Editions, Programme: h.Programme, Participation: h.Participation, Attendance: h, Barred: h.barred, Vocab: h.Vocab, Files: h.Blobs, Catalog: h.Catalog, Printer: h.PDF, BaseURL: h.URL,
	})
	if h.Visitor(t).Get("/door/app.webmanifest").Status != http.StatusOK { // the program does not know the room yet
		h.ok(badges.NewWeb(h.s).Register(h.Server))
	}
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"}); err != nil {
			return err
		}
		for _, slug := range []string{"2025", "2026"} {
			e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
				Slug: slug, Name: core.NewText("en", "Forum "+slug), City: core.NewText("en", "Oslo"), Zone: "Europe/Oslo", State: editions.StatePublic,
				FirstDay: slug + "-10-24", LastDay: slug + "-10-27",
			})
			if err != nil {
				return err
			}
			id = e.ID
		}
		set, err := h.Editions.SettingTx(ctx, tx, id)
		if err != nil {
			return err
		}
		hall := tx.NewID()
		return h.Editions.SetPlacesTx(ctx, tx, set, editions.PlacesInput{
			Version: set.Version, Venues: []editions.VenueInput{{ID: hall, Name: core.NewText("en", "Congress")}}, Rooms: []editions.RoomInput{{Name: core.NewText("en", "Hall"), Venue: hall}},
		})
	})
	var err error
	h.set, err = h.Editions.SettingByID(t.Context(), core.Operator, id)
	h.ok(err)
	h.staff = h.account("staff", core.RoleSecretariat)
	h.ok(h.Participation.Begin(t.Context(), h.staff, h.set))
	st, err := h.Participation.Setting(t.Context(), h.staff, h.set)
	h.ok(err)
	for _, c := range st.Categories {
		h.cats[c.Code] = c.ID
	}
	h.who = map[string]core.Actor{"visitor": {}, "member": h.account("member", ""), "editor": h.account("editor", core.RoleEditor)}
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

func (h *house) fails(err error, kind core.Kind) {
	h.t.Helper()
	if core.KindOf(err) != kind || err == nil {
		h.t.Fatalf("it answers %v, want %s", err, kind)
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.Record.Write(h.t.Context(), core.Operator, fn))
}

func (h *house) account(name string, role core.Role) core.Actor {
	h.t.Helper()
	var acc authn.Account
	h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		if acc, err = h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: name + "@example.org", Name: name + " Quist", Lang: "en"}); err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), acc.ID)
	h.ok(err)
	return acc.Actor()
}

// registered puts approved registrations of participants into the edition; change makes
// them other than that.
func (h *house) registered(n int, change ...func(i int, r *participation.Registration)) []participation.Registration {
	h.t.Helper()
	var list []participation.Registration
	h.write(func(ctx context.Context, tx *record.Tx) error {
		for i := range n {
			h.next++
			r := participation.Registration{
				ID: tx.NewID(), Edition: h.set.ID, Number: h.next, Email: fmt.Sprintf("p%d@example.org", h.next), EmailKey: fmt.Sprintf("p%d@example.org", h.next), Lang: "en",
				State: participation.StateApproved, Mode: participation.ModeOnsite, Category: h.cats["participant"], Name: fmt.Sprintf("Person%04d Quist", h.next), Organisation: "Lake Institute", Country: "KE",
				Submitted: tx.Now, Decided: tx.Now, Updated: tx.Now, Generation: 1, Version: 1,
			}
			r.NameKey = core.Fold(r.Name)
			for _, fn := range change {
				fn(i, &r)
			}
			list = append(list, r)
		}
		for from := 0; from < len(list); from += 500 {
			part := list[from:min(from+500, len(list))]
			if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
				return err
			}
		}
		tx.Append("registration.submitted", list[0].ID, participation.Scope(h.set.ID), record.Internal, nil)
		return nil
	})
	return list
}

// mine is an approved registration of an actor.
func (h *house) mine(a core.Actor, change ...func(r *participation.Registration)) participation.Registration {
	h.t.Helper()
	return h.registered(1, func(_ int, r *participation.Registration) {
		r.Account, r.Name = a.Account, a.Name
		r.NameKey = core.Fold(r.Name)
		for _, fn := range change {
			fn(r)
		}
	})[0]
}

// printed gives registrations badges and their codes.
func (h *house) printed() map[core.ID]string {
	h.t.Helper()
	_, err := h.s.Print(h.t.Context(), h.staff, h.set, badges.BatchInput{})
	h.ok(err)
	return h.codes()
}

// codes are those of all good badges.
func (h *house) codes() map[core.ID]string {
	h.t.Helper()
	k := h.keys()
	var list []badges.Badge
	h.ok(h.DB.Read.NewSelect().Model(&list).Where("ba.revoked IS NULL").Scan(h.t.Context()))
	out := map[core.ID]string{}
	for _, b := range list {
		text, err := k.Sign(badges.Code{Edition: badges.EditionTag(b.Edition), Registration: b.Registration, Serial: b.Serial, Day: int(b.Issued.Time().Unix() / 86400)})
		h.ok(err)
		out[b.Registration] = text
	}
	return out
}

func (h *house) keys() *badges.Keys {
	h.t.Helper()
	secret, err := h.Participation.Key(h.t.Context(), "badge")
	h.ok(err)
	k, err := badges.NewKeys(secret)
	h.ok(err)
	return k
}

// door is an opened door and the token of its device.
func (h *house) door(name, kind string) (*badges.Door, string) {
	h.t.Helper()
	in := badges.DoorInput{Name: name, Kind: kind}
	if kind == badges.DoorRoom {
		in.Room = h.set.Rooms[0].ID
	}
	_, word, err := h.s.AddDoor(h.t.Context(), h.staff, h.set, in)
	h.ok(err)
	_, token, err := h.s.OpenDoor(h.t.Context(), word)
	h.ok(err)
	d, _, err := h.s.OfToken(h.t.Context(), token)
	h.ok(err)
	return d, token
}

// session adds one in the hall.
func (h *house) session(title string, starts time.Time, minutes int) *programme.Session {
	h.t.Helper()
	types, err := h.Programme.Types(h.t.Context(), h.set.ID)
	h.ok(err)
	var x *programme.Session
	h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		x, err = h.Programme.CreateTx(ctx, tx, h.set, programme.NewSession{
			Type: types[4].ID, State: programme.StateScheduled, Texts: programme.EditInput{Title: core.NewText("en", title), Description: core.NewText("en", "About it.")},
			Starts: core.At(starts), Ends: core.At(starts.Add(time.Duration(minutes) * time.Minute)), Room: h.set.Rooms[0].ID,
		})
		return err
	})
	return x
}

func (h *house) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}

// fetch asks as a device does: with its token, without following.
func (h *house) fetch(method, path, token string, body io.Reader, header ...string) (*http.Response, string) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.URL+path, body)
	h.ok(err)
	if token != "" {
		req.AddCookie(&http.Cookie{Name: "door", Value: token})
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	h.ok(err)
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	h.ok(err)
	return res, string(b)
}
