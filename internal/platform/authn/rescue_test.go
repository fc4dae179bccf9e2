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

// Whoever has lost every way in gets one by the staff: the addresses that the account has are
// told at once and can stop it; two days later the link goes out, and works once.
func TestRescue(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		ctx := t.Context()
		now := core.Machine()
		h.s.SetNow(func() time.Time { return now })
		admin := h.account(authn.NewAccount{Email: "root@example.org", Name: "Ada Root"}, forum(core.RoleAdmin))
		staff := h.account(authn.NewAccount{Email: "staff@example.org", Name: "Sam Staff"}, forum(core.RoleSecretariat))
		member := h.account(authn.NewAccount{Email: "lost@example.org", Name: "Amina"})
		h.account(authn.NewAccount{Email: "kenji@example.org", Name: "Kenji"})
		base := "/admin/accounts/" + string(member.ID)
		was := h.signedIn(member.ID)
		owner := member.Actor()
		owner.Proved = core.At(now)
		_, err := h.s.MakeToken(ctx, owner, authn.AccessInput{Name: "script", Scopes: []string{authn.ScopeRead}, Days: 30})
		h.do(err)
		sam, ada := h.signedIn(staff.ID), h.signedIn(admin.ID)

		was.get(base+"/rescue").is(t, 404)
		sam.get(base).is(t, 200, "Open a way in")
		sam.post("/admin/accounts/"+string(admin.ID)+"/rescue", "email", "x@example.net", "reason", "r").is(t, 403, "Only another administrator")
		ada.post("/admin/accounts/"+string(admin.ID)+"/rescue", "email", "x@example.net", "reason", "r").is(t, 409, "your own account")
		sam.get(base+"/rescue").is(t, 200, "48 hours", "24 hours")
		sam.post(base+"/rescue", "email", "new@example.net", "reason", "").is(t, 422, "Please fill in this field", "new@example.net")
		sam.post(base+"/rescue", "email", "kenji@example.org", "reason", "r").is(t, 422, "This address has another account")
		sam.post(base+"/rescue", "email", "lost@example.org", "reason", "r").is(t, 422, "has this address already")
		sam.post(base+"/rescue", "email", "new@example.net", "reason", "Called back, passport seen.").is(t, 200, "In 48 hours the link goes out", "new@example.net", "Called back, passport seen.", "by Sam Staff")
		sam.post(base+"/rescue", "email", "other@example.net", "reason", "r").is(t, 409, "already")

		// An address that the account has stops it; that is told to who began it.
		stop := h.linkIn(2, "lost@example.org")
		if !strings.HasPrefix(stop, h.base+"/en/sign-in/rescue/stop?token=") {
			t.Fatal(stop)
		}
		p := h.browser().get(stop).is(t, 200, "Somebody asks for a new way in to the account of Amina")
		sam.get(base).is(t, 200, "new@example.net")
		h.browser().post("/sign-in/rescue", "token", p.token(t)).is(t, 409)
		h.browser().post("/sign-in/rescue/stop", "token", p.token(t)).is(t, 200, "It is stopped")
		h.browser().post("/sign-in/rescue/stop", "token", p.token(t)).is(t, 409)
		sam.get(base).is(t, 200).isNot(t, "Called back, passport seen.")
		if m := h.smtp.Wait(3); m.To != "staff@example.org" || !strings.Contains(m.Text, "was stopped") {
			t.Errorf("mail to %s: %s", m.To, m.Text)
		}
		now = now.Add(authn.RescueWait + time.Hour)
		h.do(h.s.SendRescues(ctx))

		// Once more, and nobody stops it; the staff can cancel until it is used.
		sam = h.signedIn(staff.ID)
		sam.post(base+"/rescue", "email", "new@example.net", "reason", "Seen in person.").is(t, 200)
		h.linkIn(4, "lost@example.org")
		host, err := h.s.ByID(ctx, staff.ID)
		h.do(err)
		list, err := h.s.Rescues(ctx, host.Actor(), member.ID)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		sam.post(base+"/rescues/"+string(list[0].ID)+"/cancel").is(t, 200, "Cancelled")
		sam.post(base+"/rescues/"+string(list[0].ID)+"/cancel").is(t, 409, "over already")
		sam.post(base+"/rescue", "email", "new@example.net", "reason", "Seen in person.").is(t, 200)
		late := h.linkIn(5, "lost@example.org")
		h.do(h.s.SendRescues(ctx)) // too early
		now = now.Add(authn.RescueWait)
		h.do(h.s.SendRescues(ctx))
		h.do(h.s.SendRescues(ctx))
		link := h.linkIn(6, "new@example.net")
		b := h.browser()
		p = b.get(link).is(t, 200, "The secretariat has opened the account of Amina")
		if _, err := h.s.ByEmail(ctx, "new@example.net"); core.KindOf(err) != core.KindNotFound {
			t.Errorf("looking at the link used it: %v", err)
		}
		token := p.token(t)
		b.post("/sign-in/rescue", "token", token).is(t, 200, "You are signed in", "new@example.net", "The secretariat opened this account for you")
		b.post("/sign-in/rescue", "token", token).is(t, 409)
		b.get(link).is(t, 410, "older than 24 hours")
		was.get("/").is(t, 200).isNot(t, "I am Amina.")
		if tokens, err := h.s.Tokens(ctx, owner); err != nil || len(tokens) != 0 {
			t.Errorf("tokens outlive the rescue: %v %v", tokens, err)
		}
		b.get("/").is(t, 200, "I am Amina.")
		h.browser().get(late).is(t, 410, "nothing to stop any more")
		if acc, err := h.s.ByEmail(ctx, "new@example.net"); err != nil || acc.ID != member.ID || acc.Email != "new@example.net" {
			t.Errorf("%+v %v", acc, err)
		}
		events, err := h.rec.Events(ctx, record.Query{Subjects: []core.ID{member.ID}, Internal: true})
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]int{}
		for _, e := range events.Items {
			kinds[e.Kind]++
			if strings.Contains(string(e.Data), "@") || strings.Contains(string(e.Data), "passport") {
				t.Errorf("what is personal stands in the public part of %s: %s", e.Kind, e.Data)
			}
		}
		if kinds["account.rescue_asked"] != 3 || kinds["account.rescue_stopped"] != 1 || kinds["account.rescue_cancelled"] != 1 || kinds["account.rescued"] != 1 {
			t.Errorf("events %v", kinds)
		}

		// A link that lay too long opens nothing.
		sam = h.signedIn(staff.ID)
		sam.post(base+"/rescue", "email", "third@example.net", "reason", "Again.").is(t, 200)
		now = now.Add(authn.RescueWait)
		h.do(h.s.SendRescues(ctx))
		var old string
		for i := 7; old == ""; i++ {
			if m := h.smtp.Wait(i); m.To == "third@example.net" {
				old = m.Link()
			}
		}
		now = now.Add(authn.RescueFor + time.Minute)
		u, _ := url.Parse(old)
		h.browser().get(old).is(t, 410)
		h.browser().post("/sign-in/rescue", "token", u.Query().Get("token")).is(t, 409)
	})
}

func (h *house) do(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}
