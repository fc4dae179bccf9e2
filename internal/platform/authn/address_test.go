package authn_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// linkIn waits for the n-th mail and reads its link.
func (h *house) linkIn(n int, to string) string {
	h.t.Helper()
	m := h.smtp.Wait(n)
	if m.To != to {
		h.t.Fatalf("mail %d went to %s, not to %s: %s", n, m.To, to, m.Subject)
	}
	return m.Link()
}

// A second address: asked for, proved by its link in the same browser, signed in with, made
// the main one; the first is taken away.
func TestAddresses(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		a := h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina"})
		h.account(authn.NewAccount{Email: "kenji@example.org", Name: "Kenji"})
		b := h.signedIn(a.ID)
		b.get("/me/security").is(t, 200, "amina@example.org", "Main address", "Add this address")
		b.post("/me/security/addresses", "email", "nothing").is(t, 422, "This is not an e-mail address", `value="nothing"`)
		b.post("/me/security/addresses", "email", "AMINA@example.org").is(t, 422, "belongs to your account already")
		b.post("/me/security/addresses", "email", "work@example.org").is(t, 200, "Look at your mail", "work@example.org")
		b.get("/me/security").is(t, 200, "work@example.org is added when")
		link := h.linkIn(1, "work@example.org")
		if !strings.HasPrefix(link, h.base+"/me/security/address?token=") {
			t.Fatal(link)
		}

		// The link does nothing for somebody else, and nothing by being looked at.
		h.browser().get(link).is(t, 403, "asked for by another account")
		other := h.account(authn.NewAccount{Email: "mallory@example.org", Name: "Mallory"})
		mallory := h.signedIn(other.ID)
		mallory.get(link).is(t, 403, "asked for by another account")
		u, _ := url.Parse(link)
		mallory.post("/me/security/address", "token", u.Query().Get("token")).is(t, 403)
		b.get(link).is(t, 200, "belongs to the account of Amina")
		p := b.get(link).is(t, 200)
		// It is not a link to sign in.
		h.browser().post("/sign-in/link", "token", p.token(t), "name", "X").is(t, 410)
		b.post("/me/security/address", "token", p.token(t)).is(t, 200, "You can sign in with work@example.org")
		b.post("/me/security/address", "token", p.token(t)).is(t, 409)
		b.get(link).is(t, 410, "used already")
		if m := h.smtp.Wait(2); m.To != "amina@example.org" || !strings.Contains(m.Text, "w…@example.org was added") {
			t.Errorf("mail to %s: %s", m.To, m.Text)
		}

		// Either address leads to the same account.
		c := h.browser()
		c.post("/sign-in", "email", "Work@Example.org").is(t, 200)
		p = c.get(h.linkIn(3, "Work@example.org")).is(t, 200).isNot(t, "Your name")
		c.post("/sign-in/link", "token", p.token(t)).is(t, 200)
		c.get("/").is(t, 200, "I am Amina.")

		c.post("/me/security/addresses/change", "remove", "amina@example.org").is(t, 409, "This is the main address")
		c.post("/me/security/addresses/change", "primary", "kenji@example.org").is(t, 404)
		c.post("/me/security/addresses/change", "primary", "work@example.org").is(t, 200, "Mails go to that address")
		if got, err := h.s.ByEmail(t.Context(), "work@example.org"); err != nil || got.ID != a.ID || got.Email != "work@example.org" {
			t.Errorf("%+v, %v", got, err)
		}
		if keys, err := h.s.Keys(t.Context(), a.ID); err != nil || len(keys) != 2 || keys[0] != "work@example.org" || keys[1] != "amina@example.org" {
			t.Errorf("keys %v, %v", keys, err)
		}
		c.post("/me/security/addresses/change", "remove", "amina@example.org").is(t, 200, "The address is removed")
		if _, err := h.s.ByEmail(t.Context(), "amina@example.org"); core.KindOf(err) != core.KindNotFound {
			t.Errorf("the removed address: %v", err)
		}
		told := map[string]int{}
		for i := 4; i <= 7; i++ { // of the change and of the removal, both addresses
			told[h.smtp.Wait(i).To]++
		}
		if told["amina@example.org"] != 2 || told["work@example.org"] != 2 {
			t.Errorf("told: %v", told)
		}

		// What somebody else has is not taken over, and that is told only to who reads its mail.
		c.post("/me/security/addresses", "email", "kenji@example.org").is(t, 200, "Look at your mail")
		p = c.get(h.linkIn(8, "kenji@example.org")).is(t, 200)
		c.post("/me/security/address", "token", p.token(t)).is(t, 409, "has another account")

		events, err := h.rec.Events(t.Context(), record.Query{Subjects: []core.ID{a.ID}, Internal: true})
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, e := range events.Items {
			kinds = append(kinds, e.Kind)
			if strings.Contains(string(e.Data), "@") {
				t.Errorf("an address stands in the public part of %s: %s", e.Kind, e.Data)
			}
		}
		if got := strings.Join(kinds, " "); got != "account.address_removed account.primary_changed account.address_added account.created" {
			t.Errorf("events %s", got)
		}
	})
}

// A browser that was left open changes nothing before she shows once more that it is her.
func TestFreshProof(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		a := h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina"})
		b := h.signedIn(a.ID)
		b.get("/me/security").is(t, 200, "Add this address").isNot(t, "Show that it is you")
		b.get("/me/security/prove").is(t, 200, "Send a link to a…@example.org")
		later := core.Machine().Add(11 * time.Minute)
		h.s.SetNow(func() time.Time { return later })
		b.get("/me/security").is(t, 200, "Show that it is you").isNot(t, "Add this address")
		b.post("/me/security/addresses", "email", "work@example.org").is(t, 403, "Show once more that it is you", `value="work@example.org"`)
		b.post("/me/security/addresses/change", "remove", "amina@example.org").is(t, 200, "<h1>Show that it is you</h1>")
		b.post("/me/security/prove", "next", "/me/security").is(t, 200, "Look at your mail")
		p := b.get(h.linkIn(1, "amina@example.org")).is(t, 200)
		if p = b.post("/sign-in/link", "token", p.token(t)).is(t, 200, "Add this address"); p.path != "/me/security" {
			t.Errorf("she came to %s", p.path)
		}
		h.browser().get("/me/security/prove").is(t, 200, "<h1>Sign in</h1>")
		// A token of the API proves nothing.
		if err := h.s.AskAddress(t.Context(), a.Actor(), authn.AddressInput{Email: "work@example.org"}, "/x", ""); core.KindOf(err) != core.KindForbidden {
			t.Errorf("without a browser: %v", err)
		}
	})
}
