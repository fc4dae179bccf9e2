package participation_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// deskHouse is a forum whose edition has registrations for its staff to work on.
type deskHouse struct {
	*site.Site
	*participation.Service
	t     *testing.T
	log   *deskAsked
	set   *editions.Setting
	staff core.Actor
	other core.Actor // another one of the staff
}

// deskAsked counts the queries of the last request, and keeps what went wrong.
type deskAsked struct {
	slog.Handler
	mu      sync.Mutex
	queries map[string]int64 // of the last request for a path
	errors  []string
}

func (l *deskAsked) Enabled(context.Context, slog.Level) bool { return true }

func (l *deskAsked) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	path := ""
	r.Attrs(func(a slog.Attr) bool {
		switch {
		case a.Key == "path":
			path = a.Value.String()
		case a.Key == "queries":
			l.queries[path] = a.Value.Int64()
		case r.Level >= slog.LevelError:
			l.errors = append(l.errors, a.String())
		}
		return true
	})
	return nil
}

// queries tells how many queries the last page took: its line in the log may come a moment
// after the page.
func (h *deskHouse) queries(path string) int64 {
	path, _, _ = strings.Cut(path, "?")
	for range 200 {
		h.log.mu.Lock()
		n, ok := h.log.queries[path]
		delete(h.log.queries, path)
		h.log.mu.Unlock()
		if ok {
			return n
		}
		time.Sleep(5 * time.Millisecond)
	}
	h.t.Error("no line in the log for ", path)
	return 0
}

func deskOpen(t *testing.T, address string) *deskHouse {
	t.Helper()
	s := site.Empty(t, address)
	h := &deskHouse{Site: s, Service: s.Participation, t: t, log: &deskAsked{queries: map[string]int64{}}}
	h.Server.Log = slog.New(h.log)
	h.Clock.Freeze(time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC))
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"}); err != nil {
			return err
		}
		e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2026", Name: core.NewText("en", "Forum 2026"), City: core.NewText("en", "Oslo"), Zone: "Europe/Oslo", State: editions.StatePublic,
			FirstDay: "2026-10-24", LastDay: "2026-10-27",
		})
		id = e.ID
		return err
	})
	var err error
	h.set, err = h.Editions.SettingByID(t.Context(), core.Operator, id)
	h.ok(err)
	h.staff, h.other = h.account("Staff", core.RoleSecretariat), h.account("Olga", core.RoleSecretariat)
	h.ok(h.Begin(t.Context(), h.staff, h.set))
	call, err := h.Calls.ByID(t.Context(), h.staff, h.setting().Call)
	h.ok(err)
	in := calls.InputOf(call)
	in.Published = true
	h.ok(h.Calls.Change(t.Context(), h.staff, call.ID, in))
	return h
}

func deskOn(t *testing.T, test func(t *testing.T, h *deskHouse)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, address string) { test(t, deskOpen(t, address)) })
}

func (h *deskHouse) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *deskHouse) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.Record.Write(h.t.Context(), core.Operator, fn))
}

// account makes an account with a person.
func (h *deskHouse) account(name string, role core.Role) core.Actor {
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

func (h *deskHouse) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}

func (h *deskHouse) setting() *participation.Setting {
	h.t.Helper()
	st, err := h.Service.Setting(h.t.Context(), h.staff, h.set)
	h.ok(err)
	return st
}

// category is a category by its code.
func (h *deskHouse) category(code string) participation.Category {
	h.t.Helper()
	for _, c := range h.setting().Categories {
		if c.Code == code {
			return c
		}
	}
	h.t.Fatal("no category ", code)
	return participation.Category{}
}

func (h *deskHouse) quota(code string, n int) {
	h.t.Helper()
	in := participation.CategoriesOf(h.setting())
	for i := range in.Categories {
		if in.Categories[i].Code == code {
			in.Categories[i].Quota = n
		}
	}
	h.ok(h.SetCategories(h.t.Context(), h.staff, h.set, in))
}

// enter enters registrations, pending unless change says otherwise.
func (h *deskHouse) enter(n int, change func(i int, r *participation.Registration)) []*participation.Registration {
	h.t.Helper()
	list := make([]*participation.Registration, n)
	category := h.category("participant").ID
	countries := []string{"KE", "FR", "JP", "BR", "NP", "NO"}
	for i := range list {
		r := &participation.Registration{
			State: participation.StatePending, Mode: participation.ModeOnsite, Category: category, Name: fmt.Sprintf("Person%d Family%d", i, i%97), Lang: "en",
			Organisation: fmt.Sprintf("Institute %d", i%31), Stakeholder: "civil-society", Country: countries[i%len(countries)],
			Email: fmt.Sprintf("p%d@example.net", i), EmailKey: fmt.Sprintf("p%d@example.net", i), FirstTime: "no", Answers: calls.Answers{},
		}
		if change != nil {
			change(i, r)
		}
		list[i] = r
	}
	h.write(func(ctx context.Context, tx *record.Tx) error { return h.EnterManyTx(ctx, tx, h.set, list) })
	return list
}

func (h *deskHouse) now(r *participation.Registration) *participation.Registration {
	h.t.Helper()
	fresh, err := h.Get(h.t.Context(), h.staff, h.set, r.ID)
	h.ok(err)
	return fresh
}

// states counts the registrations by state.
func (h *deskHouse) states() map[string]int {
	h.t.Helper()
	o, err := h.Overview(h.t.Context(), h.staff, h.set)
	h.ok(err)
	return o.ByState
}

func (h *deskHouse) numbers(list []participation.Registration) []int {
	out := make([]int, len(list))
	for i, r := range list {
		out[i] = r.Number
	}
	return out
}

// mails counts the mails of a kind in the outbox.
func (h *deskHouse) mails(kind string) int {
	h.t.Helper()
	n, err := h.DB.Read.NewSelect().Table("outbox").Where("kind = ?", kind).Count(h.t.Context())
	h.ok(err)
	return int(n)
}

func deskKind(t *testing.T, err error, want core.Kind) {
	t.Helper()
	if core.KindOf(err) != want {
		t.Fatalf("%v, want %s", err, want)
	}
}

type ctxT = context.Context

// organise makes somebody the organiser of a session.
func (h *deskHouse) organise(a core.Actor) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *record.Tx) error {
		types, err := h.Programme.AddDefaultTypesTx(ctx, tx, h.set)
		if err != nil {
			return err
		}
		in := programme.NewSession{Type: types[4].ID, State: programme.StateScheduled, Texts: programme.EditInput{Title: core.NewText("en", "Session of "+a.Name)}}
		at, err := core.WallTime("2026-10-25", "10:00", h.set.Zone)
		if err != nil {
			return err
		}
		in.Starts, in.Ends = at, at.Add(time.Hour)
		x, err := h.Programme.CreateTx(ctx, tx, h.set, in)
		if err != nil {
			return err
		}
		_, err = h.Programme.AddRolesTx(ctx, tx, h.set, x, []programme.RoleInput{{Person: a.Person, Role: programme.Organiser}})
		return err
	})
}
