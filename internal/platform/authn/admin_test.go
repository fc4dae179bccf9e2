package authn_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

func forum(r core.Role) core.Grant { return core.Grant{Role: r, Scope: core.ScopeForum} }

func TestAdminPages(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		admin := h.account(authn.NewAccount{Email: "root@example.org", Name: "Ada Root"}, forum(core.RoleAdmin))
		staff := h.account(authn.NewAccount{Email: "staff@example.org", Name: "Sam Staff"}, forum(core.RoleSecretariat))
		member := h.account(authn.NewAccount{Email: "jose@example.org", Name: "José Núñez_100%"})
		one := "/admin/accounts/" + string(member.ID)

		for _, b := range []*browser{h.browser(), h.signedIn(member.ID)} {
			b.get("/admin/accounts").is(t, 404)
			b.get(one).is(t, 404)
			b.post(one, "role", "admin", "scope", "forum").is(t, 404)
			b.post(one+"/close").is(t, 404)
			b.post(one+"/revoke", "role", "admin", "scope", "forum").is(t, 404)
		}

		// The secretariat sees.
		sam := h.signedIn(staff.ID)
		sam.get("/admin/accounts").is(t, 200, "3 accounts", "José Núñez_100%", "jose@example.org", "Secretariat: Whole forum")
		sam.get("/admin/accounts?q=nunez_1").is(t, 200, "1 account", "José").isNot(t, "Sam Staff")
		sam.get("/admin/accounts?q=ROOT%40example").is(t, 200, "1 account", "Ada Root")
		sam.get("/admin/accounts?role=secretariat").is(t, 200, "1 account", "Sam Staff").isNot(t, "Ada Root")
		sam.get("/admin/accounts?q=%25%25").is(t, 200, "No accounts found")
		sam.get(one).is(t, 200, "No role is granted", "Account made").isNot(t, "Grant the role", "Close this account")
		sam.post(one, "role", "editor", "scope", "forum").is(t, 403)
		sam.post(one+"/close").is(t, 403)

		// The administrator changes.
		ada := h.signedIn(admin.ID)
		ada.get(one).is(t, 200, "Grant the role", "Close this account")
		ada.post(one, "role", "moderator", "scope", "forum").is(t, 422, "This role cannot be granted")
		ada.post(one, "role", "", "scope", "forum").is(t, 422, "Please fill in this field")
		ada.post(one, "role", "editor", "scope", "forum").is(t, 200, "The role is granted", "Editor of Messages", "Take the role away", "Role granted", "by Ada Root")
		h.signedIn(member.ID).get("/admin/accounts").is(t, 404)
		ada.post(one, "role", "secretariat", "scope", "forum").is(t, 200, "The role is granted")
		h.signedIn(member.ID).get("/admin/accounts").is(t, 200)
		ada.post(one+"/revoke", "role", "secretariat", "scope", "forum").is(t, 200, "The role is taken away", "<del>Secretariat</del>")
		ada.post(one+"/close").is(t, 200, "The account is closed", "Open this account again").isNot(t, "Grant the role")
		ada.post(one+"/reopen").is(t, 200, "The account is open again")

		// Somebody always stays who can grant roles.
		self := "/admin/accounts/" + string(admin.ID)
		ada.post(self+"/revoke", "role", "admin", "scope", "forum").is(t, 409, "This is the last administrator")
		ada.post(self+"/close").is(t, 409, "This is the last administrator")
		ada.get("/admin/accounts/nonsense").is(t, 404)
	})
}

func TestAccountsArePaged(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		for i := range 7 {
			h.account(authn.NewAccount{Email: fmt.Sprintf("p%d@example.org", i), Name: []string{"Zoe", "ábel", "Émile"}[i%3]})
		}
		var names []string
		page := core.Page{Limit: 3}
		for {
			list, err := h.s.Accounts(t.Context(), page)
			if err != nil {
				t.Fatal(err)
			}
			if list.Total != 7 {
				t.Errorf("total %d", list.Total)
			}
			for _, a := range list.Items {
				names = append(names, a.Name)
			}
			if page.Cursor = list.Next; page.Cursor == "" {
				break
			}
		}
		if got := strings.Join(names, " "); got != "ábel ábel Émile Émile Zoe Zoe Zoe" {
			t.Errorf("in order: %s", got)
		}
	})
}

// What other rooms do with accounts inside their own writes.
func TestAccountsOfOtherRooms(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		a := h.account(authn.NewAccount{Email: "Amina@Example.org", Name: " Amina\n Diallo ", Lang: "xx", Zone: "Mars/Base"})
		if a.Name != "Amina Diallo" || a.Lang != "en" || a.Zone != "" {
			t.Errorf("account %+v", a)
		}
		write := func(fn func(ctx context.Context, tx *record.Tx) error) error {
			return h.rec.Write(t.Context(), core.Operator, fn)
		}
		create := func(in authn.NewAccount) error {
			return write(func(ctx context.Context, tx *record.Tx) error { _, err := h.s.CreateTx(ctx, tx, in); return err })
		}
		link := func(account, person core.ID) error {
			return write(func(ctx context.Context, tx *record.Tx) error { return h.s.LinkPersonTx(ctx, tx, account, person) })
		}
		if err := create(authn.NewAccount{Email: "AMINA@example.org", Name: "Somebody"}); core.KindOf(err) != core.KindConflict {
			t.Errorf("the same address twice: %v", err)
		}
		for _, in := range []authn.NewAccount{{Email: "x@example.org"}, {Name: "X"}, {Email: "x@example.org", Name: strings.Repeat("x", 201)}} {
			if err := create(in); core.KindOf(err) != core.KindInvalid {
				t.Errorf("%+v: %v", in, err)
			}
		}
		b := h.account(authn.NewAccount{Email: "kenji@example.org", Name: "Kenji"})
		if err := link(a.ID, "p1"); err != nil {
			t.Fatal(err)
		}
		if err := link(b.ID, "p1"); core.KindOf(err) != core.KindConflict {
			t.Errorf("a person with two accounts: %v", err)
		}
		if err := link("none", "p2"); core.KindOf(err) != core.KindNotFound {
			t.Errorf("an account that is none: %v", err)
		}
		got, err := h.s.ByPerson(t.Context(), []core.ID{"p1", "p2", ""})
		if err != nil || len(got) != 1 || got["p1"].Email != "Amina@Example.org" {
			t.Errorf("by person: %+v, %v", got, err)
		}
		if got, err := h.s.ByEmail(t.Context(), " amina@EXAMPLE.org"); err != nil || got.ID != a.ID || got.Person != "p1" {
			t.Errorf("by address: %+v, %v", got, err)
		}
		if _, err := h.s.ByEmail(t.Context(), "none@example.org"); core.KindOf(err) != core.KindNotFound {
			t.Errorf("by an address that is not known: %v", err)
		}
		if err := write(func(ctx context.Context, tx *record.Tx) error { return h.s.RenameTx(ctx, tx, a.ID, "A. Diallo") }); err != nil {
			t.Fatal(err)
		}
		if err := write(func(ctx context.Context, tx *record.Tx) error {
			return h.s.GrantTx(ctx, tx, a.ID, core.RoleAdmin, "an-edition")
		}); core.KindOf(err) != core.KindInvalid {
			t.Errorf("administration of an edition: %v", err)
		}
		for range 2 { // the second time changes nothing
			if err := write(func(ctx context.Context, tx *record.Tx) error {
				return h.s.GrantTx(ctx, tx, a.ID, core.RoleEditor, "e1")
			}); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := h.s.ByID(t.Context(), a.ID); err != nil || got.Name != "A. Diallo" || !slices.Equal(got.Grants, []core.Grant{{Role: core.RoleEditor, Scope: "e1"}}) {
			t.Errorf("by id: %+v, %v", got, err)
		}
		events, err := h.rec.Events(t.Context(), record.Query{Subjects: []core.ID{a.ID}, Internal: true})
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, e := range events.Items {
			kinds = append(kinds, e.Kind)
			if strings.Contains(string(e.Data), "@") || e.Visibility != record.Internal || e.Scope != core.ScopeForum {
				t.Errorf("event %+v", e)
			}
		}
		if got := strings.Join(kinds, " "); got != "account.granted account.edited account.linked account.created" {
			t.Errorf("events %s", got)
		}
	})
}
