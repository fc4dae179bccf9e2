package conform

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// browserOnly are the POSTs that are no operation of the API, and why.
var browserOnly = []struct{ prefix, why string }{
	{"/sign-in", "who signs in has no token yet"},
	{"/sign-out", "a token is ended, not signed out"},
	{"/me/security/", "how one signs in is changed in a browser, by a fresh proof"},
	{"/invitation", "who is invited has no account yet"},
	{"/recover", "who cannot sign in has no token"},
	{"/set-up", "there is no account yet"},
	{"/demo/", "the demo signs browsers in"},
	{"/zone", "a choice of this browser"},
	{"/appearance", "a choice of this browser"},
	{"/join/{token}", "the page behind a personal link opens a browser's session"},
	{"/door/", "a device at a door has a key of its own"},
}

func TestEveryPostIsAnOperation(t *testing.T) {
	a, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), BaseURL: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, path := range a.Server.Untaken() {
		if !allowed(path) {
			t.Errorf("POST %s is no operation of the API: say in takes.go what it takes", path)
		}
	}
	for _, path := range a.Server.Astray() {
		t.Errorf("takes.go names %s, to which nothing is sent", path)
	}
}

func allowed(path string) bool {
	for _, x := range browserOnly {
		if strings.HasPrefix(path, x.prefix) {
			return true
		}
	}
	return false
}

func TestTokens(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := site.Demo(t, address)
		her := account(t, s, "secretariat")
		staff := as(t, s, "secretariat", authn.ScopeWrite, authn.ScopeStaff)
		plain := as(t, s, "secretariat", authn.ScopeWrite)
		reads := as(t, s, "secretariat", authn.ScopeStaff)
		page := "/api/v1/admin/accounts/" + string(account(t, s, "participant").ID)

		// A token without the scope has none of the roles that its account was granted.
		staff.get("/api/v1/calls/"+call(t, staff)+"/settings").is(t, http.StatusOK)
		if a := plain.get("/api/v1/calls/" + call(t, staff) + "/settings"); a.status < 400 {
			t.Errorf("a token without roles reads what is for staff: %d", a.status)
		}
		if a := plain.post(page, map[string]any{"role": "editor", "scope": "forum"}); a.status < 400 {
			t.Errorf("a token without roles grants: %d", a.status)
		}
		// One that reads changes nothing.
		if a := reads.post("/api/v1/me/account", map[string]any{"name": "Other", "lang": "en"}).is(t, http.StatusForbidden); !strings.Contains(a.detail(), "only reads") {
			t.Error(a.detail())
		}
		// No token makes another.
		staff.get("/api/v1/me/tokens").is(t, http.StatusForbidden)
		staff.post("/api/v1/me/tokens", map[string]any{"name": "x", "days": 7}).is(t, http.StatusForbidden)

		// What is changed says that a token did it.
		version := form(t, staff, "/api/v1/me/account")
		staff.post("/api/v1/me/account", map[string]any{"name": "Renamed Person", "lang": "en", "version": version}).is(t, http.StatusOK)
		var e record.Event
		if err := s.DB.Read.NewSelect().Model(&e).Where("e.kind = 'account.edited'").OrderExpr("e.seq DESC").Limit(1).Scan(t.Context()); err != nil {
			t.Fatal(err)
		}
		if e.Account != her.ID || e.Token == "" {
			t.Errorf("by account %s with token %q", e.Account, e.Token)
		}

		// A bad one is told so, in the reader's language, and is not taken for nobody.
		for _, bad := range []string{"plen_", "x", staff.token[:len(staff.token)-1] + "!", strings.Repeat("z", 500)} {
			a := caller{t: t, base: s.URL, token: bad}.with("Accept-Language", "fr").get("/api/v1/editions").is(t, http.StatusUnauthorized)
			if !strings.Contains(a.detail(), "jeton") || !strings.Contains(a.head.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("%q: %s", bad, a.detail())
			}
		}

		// Whoever ends one ends it at once; so does closing the account.
		list, err := s.Authn.Tokens(t.Context(), actor(her))
		if err != nil || len(list) != 3 {
			t.Fatal(list, err)
		}
		for _, x := range list {
			if strings.HasSuffix(plain.token, x.Tail) {
				if err := s.Authn.EndToken(t.Context(), actor(her), x.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		plain.get("/api/v1/editions").is(t, http.StatusUnauthorized)
		if err := s.Authn.Close(t.Context(), actor(account(t, s, "admin")), her.ID); err != nil {
			t.Fatal(err)
		}
		staff.get("/api/v1/editions").is(t, http.StatusUnauthorized)
		if err := s.Authn.Reopen(t.Context(), actor(account(t, s, "admin")), her.ID); err != nil {
			t.Fatal(err)
		}
		staff.get("/api/v1/editions").is(t, http.StatusUnauthorized)
	})
}

// call is the reference of a call for input.
func call(t testing.TB, c caller) string {
	t.Helper()
	var list struct{ Items []struct{ Ref string } }
	c.get("/api/v1/calls").is(t, http.StatusOK).into(t, &list)
	if len(list.Items) == 0 {
		t.Fatal("no calls")
	}
	return list.Items[0].Ref
}

// form is the version of a form.
func form(t testing.TB, c caller, path string) int64 {
	t.Helper()
	var f struct{ Version int64 }
	c.get(path).is(t, http.StatusOK).into(t, &f)
	return f.Version
}

func TestVersionsAndKeys(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := site.Demo(t, address)
		c := as(t, s, "secretariat", authn.ScopeWrite, authn.ScopeStaff)
		const mine = "/api/v1/me/account"
		in := map[string]any{"name": "A Name", "lang": "en"}

		etag := c.with("Accept-Language", "fr").get(mine).is(t, http.StatusOK).head.Get("ETag")
		if c.get(mine).head.Get("ETag") == etag {
			t.Error("the same ETag for two languages")
		}
		c.post(mine, in).is(t, http.StatusPreconditionRequired)
		a := c.with("If-Match", etag).post(mine, in).is(t, http.StatusOK)
		if a.head.Get("Location") != "/me/account" {
			t.Errorf("it leads to %q", a.head.Get("Location"))
		}
		stale := c.with("If-Match", etag).post(mine, in).is(t, http.StatusPreconditionFailed)
		var p struct{ Version int64 }
		stale.into(t, &p)
		if got, _ := strconv.ParseInt(strings.Split(strings.Trim(etag, `"`), "-")[0], 10, 64); p.Version != got+1 {
			t.Errorf("the version that stands is said to be %d, after %d", p.Version, got)
		}
		c.with("If-Match", `"mine"`).post(mine, in).is(t, http.StatusPreconditionFailed)

		// Fields are named where they are wrong.
		wrong := c.post(mine, map[string]any{"name": 7, "lang": "en", "nonsense": true}).is(t, http.StatusUnprocessableEntity)
		if d := wrong.detail(); !strings.Contains(d, "[body.name:") || !strings.Contains(d, "[body.nonsense:") {
			t.Error(d)
		}

		// The same key does a thing once, and gives its answer again.
		const add = "/api/v1/organisations/new"
		org := map[string]any{"name": core.NewText("en", "Society of the Key"), "kind": "civil-society"}
		if body := sample(t, c, add); body != nil {
			body["name"] = org["name"]
			org = body
		}
		k := c.with("Idempotency-Key", "one")
		first := k.post(add, org).is(t, http.StatusCreated)
		again := k.post(add, org).is(t, http.StatusCreated)
		if string(first.body) != string(again.body) || again.head.Get("Idempotency-Replayed") == "" || first.head.Get("Location") != again.head.Get("Location") {
			t.Errorf("another answer:\n%s\n%s", first.body, again.body)
		}
		n, err := s.DB.Read.NewSelect().TableExpr("events").Where("kind = 'organisation.created' AND token <> ''").Count(t.Context())
		if err != nil || n != 1 {
			t.Errorf("made %d times: %v", n, err)
		}
		org["name"] = core.NewText("en", "Society of another Key")
		k.post(add, org).is(t, http.StatusUnprocessableEntity)
		nobody(t, s).with("Idempotency-Key", "one").post(add, org).is(t, http.StatusUnauthorized)
		// A call that is going on keeps others away; one whose process died does not.
		set := func(ago int64) {
			now := core.At(core.Machine()).Time().UnixMicro()
			err := s.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
				_, err := tx.NewRaw("UPDATE api_keys SET status = 0, begun = ?", now-ago*1_000_000).Exec(ctx)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		org["name"] = core.NewText("en", "Society of the Key")
		set(5)
		k.post(add, org).is(t, http.StatusConflict)
		set(120)
		if a := k.post(add, org); a.status == http.StatusConflict && strings.Contains(a.detail(), "Idempotency-Key") {
			t.Error("the key is held for ever")
		}
	})
}

func TestRates(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t), func(c *app.Config) { c.Rates = web.Rates{Account: 3, Address: 2} })
	for _, c := range []struct {
		caller
		most int
	}{{nobody(t, s), 2}, {as(t, s, "participant"), 3}, {as(t, s, "participant"), 3}} { // each token has its own
		for i := range c.most {
			a := c.get("/api/v1/editions").is(t, http.StatusOK)
			if a.head.Get("RateLimit-Limit") != strconv.Itoa(c.most) || a.head.Get("RateLimit-Remaining") != strconv.Itoa(c.most-1-i) {
				t.Errorf("call %d: %v", i, a.head)
			}
		}
		a := c.with("Accept-Language", "es").get("/api/v1/editions").is(t, http.StatusTooManyRequests)
		if n, err := strconv.Atoi(a.head.Get("Retry-After")); err != nil || n < 1 || n > 60 || !strings.Contains(a.detail(), "Demasiadas") {
			t.Errorf("%v %s", a.head, a.detail())
		}
	}
}

// A word of an address is not taken for a name: the form of a new person is no person.
func TestFormsBesideNames(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := site.Demo(t, address)
		staff := as(t, s, "secretariat", authn.ScopeWrite, authn.ScopeStaff)
		for path, field := range map[string]string{
			"people/new": "name", "organisations/new": "name", "editions/new": "slug", "issues/new": "name", "papers/new": "kind", "meetings/new": "title",
		} {
			var f struct{ Fields []formField }
			staff.get("/api/v1/"+path).is(t, http.StatusOK).into(t, &f)
			if !slices.ContainsFunc(f.Fields, func(x formField) bool { return x.Name == field }) {
				t.Errorf("%s asks for %+v", path, f.Fields)
			}
		}
		made := staff.post("/api/v1/people/new", map[string]any{"name": "Newly Added"}).is(t, http.StatusCreated)
		var p struct{ Name string }
		staff.get(made.head.Get("Location")).is(t, http.StatusOK).into(t, &p)
		if p.Name != "Newly Added" {
			t.Errorf("%s is %q", made.head.Get("Location"), p.Name)
		}
		staff.get("/api/v1/people/nobody").is(t, http.StatusNotFound)
	})
}
