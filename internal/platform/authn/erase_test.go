package authn_test

import (
	"context"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// An erased account has nothing left but its id: nobody is signed in with it, the address is
// free, and the last administrator cannot go.
func TestEraseAccount(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		ctx := t.Context()
		admin := h.account(authn.NewAccount{Email: "root@example.org", Name: "Ada Root"}, forum(core.RoleAdmin))
		her := h.account(authn.NewAccount{Email: "zoe@example.org", Name: "Zoe", Person: "p1"}, forum(core.RoleEditor))
		b := h.signedIn(her.ID)
		b.get("/me/account").is(t, 200, "zoe@example.org")
		erase := func(id core.ID) error {
			return h.rec.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error { return h.s.EraseTx(ctx, tx, id, "Name withdrawn") })
		}
		for range 2 {
			if err := erase(her.ID); err != nil {
				t.Fatal(err)
			}
		}
		a, err := h.s.ByID(ctx, her.ID)
		if err != nil || !a.Erased() || !a.Disabled || a.Name != "Name withdrawn" || a.Person != "" || len(a.Grants) > 0 {
			t.Errorf("%+v %v", a, err)
		}
		if _, err := h.s.ByEmail(ctx, "zoe@example.org"); core.KindOf(err) != core.KindNotFound {
			t.Error(err)
		}
		b.get("/me/account").isNot(t, "zoe@example.org", "Name withdrawn")
		h.account(authn.NewAccount{Email: "zoe@example.org", Name: "Another Zoe", Person: "p1"})
		if err := erase(admin.ID); core.KindOf(err) != core.KindConflict {
			t.Error(err)
		}
	})
}
