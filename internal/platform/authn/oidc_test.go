package authn_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/idp"
)

var requestID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// atProvider goes to the provider and signs in there; what comes back is where the provider
// sends the browser, not followed.
func (b *browser) atProvider(key, next string) (back string) {
	b.t.Helper()
	p := b.get("/sign-in/with/"+key+"?next="+url.QueryEscape(next)).is(b.t, 200, "Password")
	id := requestID.FindStringSubmatch(p.body)
	if id == nil {
		b.t.Fatal(p.body)
	}
	b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.Path, "/sign-in/oidc/") {
			back = r.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}
	defer func() { b.http.CheckRedirect = nil }()
	u, err := url.Parse(b.provider)
	if err != nil {
		b.t.Fatal(err)
	}
	p = b.post(u.Scheme+"://"+u.Host+"/login/username", "id", id[1], "username", "test-user2", "password", "verysecure")
	if back == "" {
		return p.body // a form that sends itself
	}
	return back
}

// A real provider: who comes for the first time shows by mail which account is hers; nobody
// is found by what a provider says of an address.
func TestElsewhere(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address, false, idp.Start)
		victim := h.account(authn.NewAccount{Email: "test-user2@zitadel.ch", Name: "Her Name"})
		b := h.browser()
		b.get("/sign-in").is(t, 200, "Sign in with Plain ID", "Sign in with Form ID")
		back := b.atProvider("plain", "/note")
		b.get(strings.Replace(back, "state=", "state=x", 1)).is(t, 409, "could not be checked")
		h.browser().get(back).is(t, 409, "began in another browser")
		b.get(back).is(t, 200, "You come from Plain ID", `value="test-user2@zitadel.ch"`)
		b.get("/").is(t, 200, "I am .") // the address alone opens nothing
		b.get(back).is(t, 409)          // nor does the answer a second time
		b.post("/me/security/connect").is(t, 200, "<h1>Sign in</h1>")
		b.post("/sign-in", "email", "test-user2@zitadel.ch", "next", "/me/security/connect").is(t, 200)
		link := h.linkIn(1, "test-user2@zitadel.ch")
		// In another browser the link signs in, and connects nothing.
		other := h.browser()
		p := other.get(link).is(t, 200)
		other.post("/sign-in/link", "token", p.token(t)).is(t, 409, "nothing to connect")
		b.post("/sign-in", "email", "test-user2@zitadel.ch", "next", "/me/security/connect").is(t, 200)
		p = b.get(h.linkIn(2, "test-user2@zitadel.ch")).is(t, 200)
		b.post("/sign-in/link", "token", p.token(t)).is(t, 200, "Connect it with the account of Her Name")
		if p = b.post("/me/security/connect").is(t, 200); p.path != "/note" {
			t.Errorf("she came to %s", p.path)
		}
		b.get("/me/security").is(t, 200, "Plain ID", "Connect Form ID")

		// From now on at once, and as a form from the other site as well: it comes without a
		// cookie and does nothing but lead on.
		c := h.browser()
		if p = c.get(c.atProvider("plain", "/note")).is(t, 200); p.path != "/note" {
			t.Errorf("she came to %s", p.path)
		}
		c.get("/").is(t, 200, "I am Her Name.")
		d := h.browser()
		form := d.atProvider("form", "/note")
		values := url.Values{}
		for _, m := range regexp.MustCompile(`name="(\w+)"\s+value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
			values.Set(m[1], m[2])
		}
		if values.Get("code") == "" || values.Get("state") == "" {
			t.Fatalf("no form that sends itself:\n%s", form)
		}
		d.site = "cross-site"
		if p = d.do(http.MethodPost, "/sign-in/oidc/form/return", values).is(t, 200); p.path != "/note" {
			t.Errorf("she came to %s\n%s", p.path, p.main())
		}
		d.post("/sign-in/passkey").is(t, 403)
		d.post("/sign-out").is(t, 403)
		d.site = ""
		d.get("/").is(t, 200, "I am Her Name.")

		// Somebody who is signed in does not become somebody else by it.
		kenji := h.account(authn.NewAccount{Email: "kenji@example.org", Name: "Kenji"})
		k := h.signedIn(kenji.ID)
		k.get(k.atProvider("plain", "/")).is(t, 409, "connected with another account")
		k.get("/").is(t, 200, "I am Kenji.")

		if err := h.s.Close(t.Context(), core.Operator, victim.ID); err != nil {
			t.Fatal(err)
		}
		e := h.browser()
		e.get(e.atProvider("plain", "/")).is(t, 409, "This account is closed")
		events, err := h.rec.Events(t.Context(), record.Query{Subjects: []core.ID{victim.ID}, Internal: true})
		if err != nil || len(events.Items) != 3 || events.Items[1].Kind != "account.identity_added" {
			t.Errorf("events %+v, %v", events.Items, err)
		}
		b.get("/sign-in/with/none").is(t, 404)
	})
}

// A provider that is away is told so, and the forum goes on without it.
func TestProviderAway(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		s := h.over("http://localhost:1", authn.Provider{Key: "away", Name: "Away", Issuer: "http://127.0.0.1:1", ClientID: "x"})
		if _, err := s.BeginElsewhere(t.Context(), nil, "away", "/", ""); core.KindOf(err) != core.KindUnavailable {
			t.Error(err)
		}
	})
}

func TestReadProviders(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("hidden\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := authn.ParseProviders("[[provider]]\nkey = 'a'\nname = 'A'\nissuer = 'https://a.example/x'\nclient_id = 'c'\nclient_secret_file = '" + secret + "'\nscopes = ['email']\n" +
		"[[provider]]\nkey = 'b'\nname = 'B'\nissuer = 'http://localhost:9'\nclient_id = 'c'\nresponse_mode = 'form_post'\n")
	if err != nil || len(list) != 2 || list[0].Secret != "hidden" || strings.Join(list[0].Scopes, " ") != "openid email" || strings.Join(list[1].Scopes, " ") != "openid email profile" {
		t.Errorf("%+v, %v", list, err)
	}
	good := map[string]string{"key": "a", "name": "A", "issuer": "https://a.example", "client_id": "c"}
	for what, change := range map[string][2]string{
		"key": {"key", "A b"}, "name": {"name", ""}, "client_id": {"client_id", ""}, "https": {"issuer", "http://a.example"}, "issuer": {"issuer", "x"},
		"response_mode": {"response_mode", "fragment"}, "means nothing": {"secret", "x"},
	} {
		text := "[[provider]]\n"
		for k, v := range good {
			if k != change[0] {
				text += k + " = '" + v + "'\n"
			}
		}
		if _, err := authn.ParseProviders(text + change[0] + " = '" + change[1] + "'\n"); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := authn.ParseProviders(""); err == nil {
		t.Error("an empty file")
	}
}

func FuzzProviders(f *testing.F) {
	f.Add("[[provider]]\nkey = 'a'\nname = 'A'\nissuer = 'https://a.example'\nclient_id = 'c'\n")
	f.Fuzz(func(_ *testing.T, text string) { _, _ = authn.ParseProviders(text) })
}
