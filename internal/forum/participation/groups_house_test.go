package participation_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// grpHouse is a forum whose mails are caught, with an edition that registers people.
type grpHouse struct {
	*regHouse
	focal, other, member, editor core.Actor
	log                          *deskAsked
}

// queries tells how many queries the last page of that address took.
func (h *grpHouse) queries(path string) int64 {
	h.t.Helper()
	return (&deskHouse{t: h.t, log: h.log}).queries(path)
}

func grpOn(t *testing.T, test func(t *testing.T, h *grpHouse)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, address string) { test(t, grpOpen(t, address)) })
}

func grpOpen(t *testing.T, address string) *grpHouse {
	t.Helper()
	h := &grpHouse{regHouse: &regHouse{Site: site.Empty(t, address, func(cfg *app.Config) { cfg.Demo = true }), t: t}, log: &deskAsked{queries: map[string]int64{}}}
	h.Server.Log = slog.New(h.log)
	h.Clock.Freeze(time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC))
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT", Contact: "desk@example.org"}); err != nil {
			return err
		}
		e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2026", Name: core.NewText("en", "Forum 2026").With("ar", "منتدى 2026"), City: core.NewText("en", "Oslo"), Country: "NO", Zone: "Europe/Oslo", State: editions.StatePublic,
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
	in := participation.SettingInputOf(h.setting())
	in.VisaLetter, in.Listed = true, true
	h.ok(h.Participation.Change(t.Context(), h.staff, h.set, in))
	call, err := h.Calls.ByID(t.Context(), h.staff, h.setting().Call)
	h.ok(err)
	cin := calls.InputOf(call)
	cin.Published = true
	h.ok(h.Calls.Change(t.Context(), h.staff, call.ID, cin))
	h.focal, h.other, h.member = h.account("flora", ""), h.account("oscar", ""), h.account("mina", "")
	h.editor = h.account("edith", core.RoleEditor)
	return h
}

// mails are the texts that were written to an address, the newest first.
func (h *grpHouse) mails(to string) []string {
	h.t.Helper()
	var rows []struct {
		Subject string `bun:"subject"`
		Text    string `bun:"text"`
	}
	h.ok(h.DB.Read.NewSelect().TableExpr("outbox").ColumnExpr("subject, text").Where("to_addr = ?", to).OrderExpr("queued DESC, id DESC").Scan(h.t.Context(), &rows))
	var out []string
	for _, r := range rows {
		out = append(out, r.Subject+"\n"+r.Text)
	}
	return out
}

// delegation is an approved delegation whose focal point is Flora.
func (h *grpHouse) delegation(trusted bool, most int) participation.Delegation {
	h.t.Helper()
	d, err := h.Participation.AskDelegation(h.t.Context(), h.focal, h.set, participation.DelegationInput{Name: "Ministry of Lakes", Country: "KE", Stakeholder: "government", Most: 10, Note: "I am its director."})
	h.ok(err)
	h.ok(h.Participation.DecideDelegation(h.t.Context(), h.staff, h.set, d.ID, participation.DelegationDecision{Version: d.Version, State: participation.GroupApproved, Trusted: trusted, Most: most}))
	d, err = h.Participation.Delegation(h.t.Context(), h.focal, h.set, d.ID)
	h.ok(err)
	return d
}

// people are the members of a delegation by name.
func (h *grpHouse) people(d participation.Delegation) map[string]participation.Member {
	h.t.Helper()
	_, list, err := h.Participation.Members(h.t.Context(), h.focal, h.set, d.ID)
	h.ok(err)
	out := map[string]participation.Member{}
	for _, m := range list {
		out[m.Name] = m
	}
	return out
}

// of is the registration of a name, as the staff sees it.
func (h *grpHouse) of(name string) *participation.Registration {
	h.t.Helper()
	var id core.ID
	h.ok(h.DB.Read.NewSelect().TableExpr("registrations").ColumnExpr("id").Where("name = ?", name).Scan(h.t.Context(), &id))
	r, err := h.Participation.Get(h.t.Context(), h.staff, h.set, id)
	h.ok(err)
	return r
}

// shut asks that a page is not there for anybody of these.
func (h *grpHouse) shut(path string, who ...core.Actor) {
	h.t.Helper()
	for _, a := range who {
		p := h.as(a).Get(path)
		want := http.StatusNotFound
		if !a.SignedIn() { // asked to sign in
			if strings.Contains(p.URL.Path, "sign-in") || p.Status == http.StatusUnauthorized || p.Status == http.StatusNotFound {
				continue
			}
		}
		if p.Status != want {
			h.t.Errorf("%s gets %d for %s", a.Name, p.Status, path)
		}
	}
}
