package conduct_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/conduct"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// house is a forum with an edition that registers people, and some who handle reports.
type house struct {
	*site.Site
	t    *testing.T
	room *conduct.Service
	part *participation.Service
	set  *editions.Setting

	handler, second, staff, admin, bad, other, editor core.Actor
	registration                                      participation.Registration
}

func on(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, address string) { test(t, open(t, address)) })
}

func open(t *testing.T, address string) *house {
	t.Helper()
	h := &house{Site: site.Empty(t, address), t: t}
	h.Clock.Freeze(time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC))
	h.part, h.room = h.Participation, h.Conduct
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"}); err != nil {
			return err
		}
		e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2026", Name: core.NewText("en", "Forum 2026"), City: core.NewText("en", "Oslo"), Zone: "Europe/Oslo", State: editions.StatePublic,
			FirstDay: "2026-10-24", LastDay: "2026-10-27",
		})
		if err != nil {
			return err
		}
		h.set, err = h.Editions.SettingTx(ctx, tx, e.ID)
		return err
	})
	h.handler, h.second, h.bad, h.other = h.account("Hanna", ""), h.account("Sven", ""), h.account("Bodil", ""), h.account("Olav", "")
	h.staff, h.admin, h.editor = h.account("Staff", core.RoleSecretariat), h.account("Admin", core.RoleAdmin), h.account("Edith", core.RoleEditor)
	h.registration = h.registered(7, h.bad)
	h.write(func(ctx context.Context, tx *record.Tx) error {
		st := participation.Setting{Edition: h.set.ID, Conduct: core.NewText("en", "Be kind to each other."), Rules: []participation.Rule{}, Letters: map[string]core.Text{}, Version: 1}
		_, err := tx.NewInsert().Model(&st).Exec(ctx)
		return err
	})
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) kind(err error, want core.Kind) {
	h.t.Helper()
	if core.KindOf(err) != want {
		h.t.Errorf("%v, not %s", err, want)
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
		if acc, err = h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: strings.ToLower(name) + "@example.org", Name: name, Lang: "en"}); err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), acc.ID)
	h.ok(err)
	return acc.Actor()
}

func (h *house) registered(number int, a core.Actor) participation.Registration {
	h.t.Helper()
	r := participation.Registration{
		Edition: h.set.ID, Number: number, Account: a.Account, Email: strings.ToLower(a.Name) + "@example.org", EmailKey: strings.ToLower(a.Name) + "@example.org", Lang: "en",
		State: participation.StateApproved, Mode: participation.ModeOnsite, Name: a.Name + " Quist", NameKey: strings.ToLower(a.Name), Generation: 1, Version: 1,
	}
	h.write(func(ctx context.Context, tx *record.Tx) error {
		r.ID, r.Submitted, r.Updated = tx.NewID(), tx.Now, tx.Now
		_, err := tx.NewInsert().Model(&r).Exec(ctx)
		return err
	})
	return r
}

// name says who handles reports.
func (h *house) name(addresses ...string) {
	h.t.Helper()
	in, err := h.room.Form(h.t.Context(), h.staff, h.set)
	h.ok(err)
	in.Handlers = strings.Join(addresses, "\n")
	h.ok(h.room.Set(h.t.Context(), h.staff, h.set, in))
}

const secretWord = "Quastelquille"

// report sends a report by the form and returns the address of its private page.
func (h *house) report(r *site.Reader, more url.Values) string {
	h.t.Helper()
	in := url.Values{"words": {"I was insulted. " + secretWord}, "place": {"Room " + secretWord}, "about": {"Bodil " + secretWord}, "contact": {secretWord + "@example.net"}}
	for k, v := range more {
		in[k] = v
	}
	p := r.Post("/2026/conduct/report", in)
	if p.Status != http.StatusOK || p.URL.Path != "/2026/conduct/follow" {
		h.t.Fatalf("report: %d %s %s", p.Status, p.URL, p.Text("main"))
	}
	return p.URL.RequestURI()
}

func (h *house) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}

// one is a report as a handler gets it.
func (h *house) one(a core.Actor, number string) *conduct.Report {
	h.t.Helper()
	r, err := h.room.Report(h.t.Context(), a, h.set, number)
	h.ok(err)
	return r
}

// mails are the mails of a kind: to whom, and their texts.
func (h *house) mails(kind string) (to, texts []string) {
	h.t.Helper()
	var rows []struct{ ToAddr, Subject, Text string }
	h.ok(h.DB.Read.NewRaw("SELECT to_addr, subject, text FROM outbox WHERE kind = ? ORDER BY created, to_addr", kind).Scan(h.t.Context(), &rows))
	for _, r := range rows {
		to, texts = append(to, r.ToAddr), append(texts, r.Subject+"\n"+r.Text)
	}
	return to, texts
}
