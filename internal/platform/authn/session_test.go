package authn_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

var endButton = regexp.MustCompile(`name="end" value="([^"]+)"`)

func TestSessionsAreListedAndEnded(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		h.browser().get("/me/sessions").is(t, 200, "<h1>Sign in</h1>") // asks to sign in
		a := h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina"})
		other := h.account(authn.NewAccount{Email: "kenji@example.org", Name: "Kenji"})
		stranger := h.signedIn(other.ID)
		here, there, third := h.signedIn(a.ID), h.signedIn(a.ID), h.signedIn(a.ID)
		there.get("/").is(t, 200, "I am Amina.")
		third.get("/").is(t, 200, "I am Amina.")

		p := here.get("/me/sessions").is(t, 200, "Firefox on Linux", "This browser", "Sign out everywhere else")
		if n := strings.Count(p.body, "This browser"); n != 1 {
			t.Errorf("%d of them are this browser", n)
		}
		ids := endButton.FindAllStringSubmatch(p.body, -1)
		if len(ids) != 3 {
			t.Fatalf("%d sessions, want 3\n%s", len(ids), p.main())
		}
		// Somebody else's button ends nothing.
		for _, id := range ids {
			stranger.post("/me/sessions", "end", id[1]).is(t, 200)
		}
		third.get("/").is(t, 200, "I am Amina.")

		rows := strings.Split(p.main(), "<tr>")
		for _, row := range rows {
			if m := endButton.FindStringSubmatch(row); m != nil && !strings.Contains(row, "This browser") {
				here.post("/me/sessions", "end", m[1]).is(t, 200, "That browser is signed out.")
				break
			}
		}
		if a, b := there.get("/").main(), third.get("/").main(); strings.Contains(a, "I am .") == strings.Contains(b, "I am .") {
			t.Errorf("one of the two is signed out at once: %q and %q", a, b)
		}
		here.post("/me/sessions", "others", "1").is(t, 200, "You are signed out everywhere else.")
		there.get("/").is(t, 200, "I am .")
		third.get("/").is(t, 200, "I am .")
		here.get("/").is(t, 200, "I am Amina.")

		id := endButton.FindStringSubmatch(here.get("/me/sessions").body)[1]
		if p := here.post("/me/sessions", "end", id).is(t, 200, "I am ."); p.path != "/" {
			t.Errorf("she is at %s", p.path)
		}
		stranger.get("/").is(t, 200, "I am Kenji.")
	})
}

// Each request asks the database at most once to know who sends it; visitors do not
// ask at all.
func TestIdentifyAsksOnce(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		a := h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina", Person: "p1"},
			core.Grant{Role: core.RoleSecretariat, Scope: core.ScopeForum}, core.Grant{Role: core.RoleEditor, Scope: "e1"})
		w := httptest.NewRecorder()
		if err := h.s.StartSession(t.Context(), w, a.ID); err != nil {
			t.Fatal(err)
		}
		ck := w.Result().Cookies()[0]
		if !ck.HttpOnly || ck.SameSite != http.SameSiteLaxMode || ck.Secure || ck.MaxAge != 30*24*3600 {
			t.Errorf("cookie %+v", ck)
		}
		ask := func(ck *http.Cookie) (core.Actor, int64, []*http.Cookie) {
			ctx, n := db.WithCount(t.Context())
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
			r.Header.Set("User-Agent", "curl/8")
			if ck != nil {
				r.AddCookie(ck)
			}
			w := httptest.NewRecorder()
			return h.s.Identify(w, r), n.Load(), w.Result().Cookies()
		}
		ask(ck) // the browser is noted
		if err := h.s.EndSession(t.Context(), a.Actor(), "none"); err != nil {
			t.Fatal(err)
		} // and forgotten by the memory
		got, n, set := ask(ck)
		if n != 1 || len(set) != 0 {
			t.Errorf("%d queries, cookies %v", n, set)
		}
		if got.Account != a.ID || got.Person != "p1" || got.Name != "Amina" || !got.Has(core.RoleSecretariat, "e2") || !got.Has(core.RoleEditor, "e1") {
			t.Errorf("actor %+v", got)
		}
		if _, n, _ := ask(ck); n != 0 {
			t.Errorf("%d queries right after", n)
		}
		if got, n, set := ask(nil); got.SignedIn() || n != 0 || len(set) != 0 {
			t.Errorf("a visitor: %+v, %d queries", got, n)
		}
		if got, n, set := ask(&http.Cookie{Name: "session", Value: "nonsense"}); got.SignedIn() || n != 1 || len(set) != 1 || set[0].MaxAge >= 0 {
			t.Errorf("an unknown session: %+v, %d queries, cookies %v", got, n, set)
		}
		if err := h.s.Revoke(t.Context(), core.Operator, a.ID, core.Grant{Role: core.RoleSecretariat, Scope: core.ScopeForum}); err != nil {
			t.Fatal(err)
		}
		if got, _, _ := ask(ck); got.Has(core.RoleSecretariat, core.ScopeForum) {
			t.Error("the role holds on after it was taken away")
		}
		before := h.rec.Last()
		ask(ck)
		if h.rec.Last() != before {
			t.Error("to be seen is no event")
		}
	})
}

func TestSecureCookie(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		a := h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina"})
		s := h.over("https://forum.example")
		w := httptest.NewRecorder()
		if err := s.StartSession(t.Context(), w, a.ID); err != nil {
			t.Fatal(err)
		}
		if ck := w.Result().Cookies()[0]; !ck.Secure {
			t.Errorf("cookie %+v", ck)
		}
	})
}

func TestOwnAccount(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		h.browser().get("/me/account").is(t, 200, "<h1>Sign in</h1>")
		a := h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina", Lang: "fr", Zone: "Africa/Dakar"})
		b := h.signedIn(a.ID)
		b.get("/me/account").is(t, 200, "amina@example.org", `value="Amina"`, `value="fr" selected`, `value="Africa/Dakar"`)
		b.post("/me/account", "name", "", "lang", "xx", "zone", "Mars/Base", "version", "1").
			is(t, 422, "Please fill in this field.", "Mars/Base", "There is no time zone")
		b.post("/me/account", "name", "Amina Diallo", "lang", "es", "zone", "", "version", "1").is(t, 200, "Your account is saved.", `value="Amina Diallo"`)
		b.get("/").is(t, 200, "I am Amina Diallo.")
		b.post("/me/account", "name", "A. Diallo", "lang", "es", "version", "1").
			is(t, http.StatusConflict, "Somebody else saved this", "Amina Diallo", `value="A. Diallo"`)
		u := url.Values{"name": {"A. Diallo"}, "lang": {"es"}, "version": {"2"}}
		b.do(http.MethodPost, "/me/account", u).is(t, 200, "Your account is saved.")
		events, err := h.rec.Events(t.Context(), record.Query{Subjects: []core.ID{a.ID}, Internal: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(events.Items) != 3 || events.Items[0].Kind != "account.edited" || !strings.Contains(string(events.Items[1].Data), `"account_lang"`) {
			t.Errorf("events %+v", events.Items)
		}
	})
}
