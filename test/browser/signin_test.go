package browser

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"plenary/internal/app"
	"plenary/internal/testkit"
	"plenary/test/idp"
	"plenary/test/site"
)

// TestWaysIn is how people sign in, in a real browser, to one forum.
func TestWaysIn(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t), func(cfg *app.Config) { cfg.Providers = idp.Start(t, cfg.BaseURL) })
	t.Run("passkey", func(t *testing.T) { passkey(t, s) })
	t.Run("elsewhere", func(t *testing.T) { elsewhere(t, s) })
}

// authenticator puts a device with passkeys into the tab, whose owner agrees to everything.
func (b *tab) authenticator() webauthn.AuthenticatorID {
	b.Helper()
	var id webauthn.AuthenticatorID
	b.do("plug in a device", webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		id, err = webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	}))
	return id
}

// says waits until the script says something in the part of the page about passkeys.
func (b *tab) says(text string) {
	b.Helper()
	b.do("wait for "+text, chromedp.Poll(`document.querySelector("[data-passkey] [role=status]").textContent.includes("`+text+`")`, nil))
}

const me = "header .menu summary bdi"

// A passkey in a real browser: made on the page of how one signs in, used on the page to
// sign in, where nobody says who she is. Without script the page says what is missing, and
// the link by mail stays.
func passkey(t *testing.T, s *site.Site) {
	b := open(t, s.URL)
	device := b.authenticator()
	b.signIn("participant")
	name := b.text(me)
	b.visit("/me/security")
	b.press("[data-passkey] button") // without a name
	b.must(http.StatusUnprocessableEntity)
	b.paste("[data-passkey] [name=name]", "My telephone")
	b.press("[data-passkey] button")
	if got := b.text("main"); !strings.Contains(got, "The passkey “My telephone” is added") || !strings.Contains(got, "Not yet") {
		t.Fatalf("after adding: %s", got)
	}
	b.paste("[data-passkey] [name=name]", "Again")
	b.click("[data-passkey] button")
	b.says("has a passkey for your account already")

	b.signOut()
	b.visit("/sign-in?next=" + sample + "/programme")
	b.press("[data-passkey] button")
	if at := b.address(); at != sample+"/programme" {
		t.Errorf("she came to %s: %s", at, b.text("main"))
	}
	if got := b.text(me); got != name || name == "" {
		t.Errorf("signed in as %q, want %q", got, name)
	}

	// A person who does not agree is told so, and nothing changes.
	b.signOut()
	b.do("refuse", webauthn.SetUserVerified(device, false))
	b.visit("/sign-in")
	b.click("[data-passkey] button")
	b.says("That was cancelled")
	if got := b.complaints(); len(got) > 0 {
		t.Errorf("the browser complains: %v", got)
	}

	b.withoutScript(true)
	b.visit("/sign-in")
	if got := b.text("main"); !strings.Contains(got, "Passkeys need JavaScript") || !strings.Contains(got, "Send me a link") || b.count("[data-passkey] form[hidden]") != 1 {
		t.Errorf("without script: %s", got)
	}
}

// A sign-in by a real OpenID provider of another site, which answers by an address and by a
// form. Who comes for the first time is not signed in before she has shown by mail which
// account is hers; from then on she is, at once.
func elsewhere(t *testing.T, s *site.Site) {
	b := open(t, s.URL)
	for i, name := range []string{"Plain ID", "Form ID"} {
		b.signOut()
		b.visit("/sign-in?next=" + sample + "/programme")
		key := map[string]string{"Plain ID": "plain", "Form ID": "form"}[name]
		b.press(`a[href^="/sign-in/with/` + key + `?"]`)
		if at := b.address(); !strings.HasPrefix(at, "http://127.0.0.1:") {
			t.Fatalf("%s is at %s: %s", name, at, b.text("main"))
		}
		b.paste("[name=username]", "test-user2")
		b.paste("[name=password]", "verysecure")
		b.click("button")
		b.do("come back", chromedp.WaitVisible("main", chromedp.ByQuery))
		if i == 0 {
			if got := b.text("main"); !strings.Contains(got, "You come from Plain ID") || b.text(me) != "" {
				t.Fatalf("the first time at %s: %s", b.address(), got)
			}
			if got := eval[string](b, `document.querySelector("main [name=email]").value`); got != "test-user2@zitadel.ch" {
				t.Errorf("the address is %q", got)
			}
			b.press("main form.form .actions button")
			b.press(`main a[href="/demo/mail"]`)
			b.press(`main a[href^="/demo/mail/"]`)
			b.press(`main a[href*="/sign-in/link?token="]`)
			b.set("name", "Test Person")
			b.press("main form.form .actions button")
			b.must(http.StatusOK)
			if got := b.text("main"); !strings.Contains(got, "Connect it with the account of Test Person") {
				t.Fatalf("after signing in: %s", got)
			}
			b.press("main form.form .actions button")
		}
		if at := b.address(); at != sample+"/programme" {
			t.Errorf("%s: she came to %s: %s", name, at, b.text("main"))
		}
		if got := b.text(me); got != "Test Person" {
			t.Errorf("%s: signed in as %q", name, got)
		}
	}
	b.visit("/me/security")
	if got := b.text("main"); !strings.Contains(got, "Plain ID test-user2@zitadel.ch") {
		t.Errorf("it is not listed: %s", got)
	}
}
