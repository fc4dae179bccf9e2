package participation_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// regHouse is a forum whose edition registers people: 2 places for participants, any number
// online.
type regHouse struct {
	*site.Site
	t     *testing.T
	set   *editions.Setting
	staff core.Actor
}

func regOpen(t *testing.T, address string) *regHouse {
	t.Helper()
	h := &regHouse{Site: site.Empty(t, address), t: t}
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
	h.staff = h.account("staff", core.RoleSecretariat)
	h.ok(h.Participation.Begin(t.Context(), h.staff, h.set))
	st := h.setting()
	call, err := h.Calls.ByID(t.Context(), h.staff, st.Call)
	h.ok(err)
	in := calls.InputOf(call)
	in.Published = true
	h.ok(h.Calls.Change(t.Context(), h.staff, call.ID, in))
	h.quota("participant", 2)
	return h
}

func regOn(t *testing.T, test func(t *testing.T, h *regHouse)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, address string) { test(t, regOpen(t, address)) })
}

func (h *regHouse) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *regHouse) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.Record.Write(h.t.Context(), core.Operator, fn))
}

func (h *regHouse) account(name string, role core.Role) core.Actor {
	h.t.Helper()
	var acc authn.Account
	h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		if acc, err = h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: name + "@example.org", Name: strings.ToUpper(name[:1]) + name[1:] + " Quist", Lang: "en"}); err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), acc.ID)
	h.ok(err)
	return acc.Actor()
}

func (h *regHouse) setting() *participation.Setting {
	h.t.Helper()
	st, err := h.Participation.Setting(h.t.Context(), h.staff, h.set)
	h.ok(err)
	return st
}

// quota gives a category so many places.
func (h *regHouse) quota(code string, n int) {
	h.t.Helper()
	in := participation.CategoriesOf(h.setting())
	for i := range in.Categories {
		if in.Categories[i].Code == code {
			in.Categories[i].Quota = n
		}
	}
	h.ok(h.Participation.SetCategories(h.t.Context(), h.staff, h.set, in))
}

func said(name string, change ...func(*participation.Input)) participation.Input {
	in := participation.Input{
		Name: name, Organisation: "Lake Institute", Stakeholder: "civil-society", Country: "KE", Mode: participation.ModeBoth, Category: "participant",
		Gender: "woman", FirstTime: "yes", Conduct: true, Lang: "en",
	}
	for _, fn := range change {
		fn(&in)
	}
	return in
}

func (h *regHouse) register(a core.Actor, in participation.Input) *participation.Registration {
	h.t.Helper()
	r, err := h.Participation.Register(h.t.Context(), a, h.set, in)
	h.ok(err)
	return r
}

func (h *regHouse) now(r *participation.Registration) *participation.Registration {
	h.t.Helper()
	fresh, err := h.Participation.Get(h.t.Context(), h.staff, h.set, r.ID)
	h.ok(err)
	return fresh
}

func (h *regHouse) decide(to string, list ...*participation.Registration) map[core.ID]string {
	h.t.Helper()
	var ids []core.ID
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	_, refused, err := h.Participation.Decide(h.t.Context(), h.staff, h.set, ids, to, core.NewText("en", "For a reason."))
	h.ok(err)
	return refused
}

func (h *regHouse) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}
