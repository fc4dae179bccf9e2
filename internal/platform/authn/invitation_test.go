package authn_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
)

var inviteButton = regexp.MustCompile(`action="(/admin/accounts/invitations/[^"]+/(?:resend|revoke))"`)

func TestInvitations(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		const page = "/admin/accounts/invitations"
		ada := h.signedIn(h.account(authn.NewAccount{Email: "root@example.org", Name: "Ada"}, forum(core.RoleAdmin)).ID)
		staff := h.account(authn.NewAccount{Email: "staff@example.org", Name: "Sam"}, forum(core.RoleSecretariat))
		sam := h.signedIn(staff.ID)
		member := h.signedIn(h.account(authn.NewAccount{Email: "m@example.org", Name: "M"}).ID)
		for _, b := range []*browser{h.browser(), member} {
			if p := b.get(page); p.status != 404 && !strings.Contains(p.body, "<h1>Sign in</h1>") {
				t.Errorf("%d %s", p.status, p.main())
			}
			b.post(page, "email", "x@example.org", "scope", "forum", "lang", "en")
		}
		sam.get(page).is(t, 200, "Nobody was invited yet", "Editor of Messages").isNot(t, "Administrator")
		sam.post(page, "email", "x", "scope", "forum", "lang", "fr").is(t, 422, "This is not an e-mail address", `value="x"`)
		sam.post(page, "email", "boss@example.org", "roles", "admin", "scope", "forum", "lang", "en").is(t, 403, "Only administrators")
		ada.post(page, "email", "boss@example.org", "roles", "admin", "scope", "e1", "lang", "en").is(t, 422, "only granted in the whole forum")
		sam.post(page, "email", "New@example.org", "name", "Noor", "roles", "editor", "scope", "forum", "lang", "en").is(t, 200, "on its way to New@example.org", "Not answered yet", "1 invitation")
		sam.post(page, "email", "new@example.org", "scope", "forum", "lang", "en").is(t, 422, "still open")
		m := h.smtp.Wait(1)
		if m.To != "New@example.org" || !strings.Contains(strings.Join(strings.Fields(m.Text), " "), "as: Editor of Messages") {
			t.Errorf("mail to %s: %s", m.To, m.Text)
		}
		first := m.Link()
		if !strings.HasPrefix(first, h.base+"/en/sign-in/invitation?token=") {
			t.Fatal(first)
		}
		h.browser().get(first).is(t, 200, "You are invited", "Editor of Messages", `value="Noor"`, "Accept as N…@example.org")

		// Sent again: the first link is no longer good.
		buttons := inviteButton.FindAllStringSubmatch(sam.get(page).body, -1)
		if len(buttons) != 2 {
			t.Fatalf("buttons %v", buttons)
		}
		member.post(buttons[0][1]).is(t, 404)
		sam.post(buttons[0][1]).is(t, 200, "sent once more")
		h.browser().get(first).is(t, 410, "accepted or taken back")
		link := h.linkIn(2, "New@example.org")
		n := h.browser()
		token := n.get(link).is(t, 200).token(t)
		n.post("/sign-in/link", "token", token, "name", "X").is(t, 410) // it is no link to sign in
		n.post("/sign-in/invitation", "token", token, "name", " ").is(t, 422, "Please fill in this field")
		n.post("/en/sign-in/invitation", "token", token, "name", "Noor Haddad")
		n.get("/").is(t, 200, "I am Noor Haddad.")
		got, err := h.s.ByEmail(t.Context(), "new@example.org")
		if err != nil || len(got.Grants) != 1 || got.Grants[0] != forum(core.RoleEditor) {
			t.Errorf("%+v, %v", got, err)
		}
		n.post("/sign-in/invitation", "token", token, "name", "Again").is(t, 410)
		sam.get(page).is(t, 200, "Accepted")
		sam.post(buttons[1][1]).is(t, 409, "was accepted")

		// Taken back, and given by somebody who may no longer give it: it opens nothing.
		sam.post(page, "email", "two@example.org", "roles", "editor", "scope", "forum", "lang", "en").is(t, 200)
		sam.post(page, "email", "three@example.org", "roles", "editor", "scope", "forum", "lang", "en").is(t, 200)
		links := map[string]string{h.smtp.Wait(3).To: h.smtp.Wait(3).Link(), h.smtp.Wait(4).To: h.smtp.Wait(4).Link()}
		all := inviteButton.FindAllStringSubmatch(sam.get(page).body, -1)
		sam.post(all[1][1]).is(t, 200, "taken back") // the latest: three
		h.browser().get(links["three@example.org"]).is(t, 410)
		u, _ := url.Parse(links["two@example.org"])
		if err := h.s.Revoke(t.Context(), core.Operator, staff.ID, forum(core.RoleSecretariat)); err != nil {
			t.Fatal(err)
		}
		h.browser().post("/sign-in/invitation", "token", u.Query().Get("token"), "name", "Two").is(t, 409, "accepted or taken back")
		if _, err := h.s.ByEmail(t.Context(), "two@example.org"); core.KindOf(err) != core.KindNotFound {
			t.Errorf("an account was made: %v", err)
		}

		// Too old.
		ada.post(page, "email", "boss@example.org", "roles", "secretariat", "roles", "admin", "scope", "forum", "lang", "ar").is(t, 200)
		link = h.linkIn(5, "boss@example.org")
		later := core.Machine().Add(15 * 24 * time.Hour)
		h.s.SetNow(func() time.Time { return later })
		h.browser().get(link).is(t, 410)
		h.s.SetNow(core.Machine)
		// Who has an account is not asked for a name, and gets the roles.
		boss := h.account(authn.NewAccount{Email: "boss@example.org", Name: "Boss"})
		b := h.browser()
		p := b.get(link).is(t, 200).isNot(t, `name="name"`)
		b.post("/sign-in/invitation", "token", p.token(t))
		b.get(page).is(t, 200, "Administrator")
		if got, err := h.s.ByID(t.Context(), boss.ID); err != nil || len(got.Grants) != 2 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
