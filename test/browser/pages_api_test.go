package browser

import (
	"strings"
	"testing"

	"plenary/internal/testkit"
	"plenary/test/site"
)

// The pages about the API and those who use it.
func init() {
	pages = append(pages, []page{
		{name: "tokens", path: "/me/tokens", as: "participant"},
		{name: "tokens-made", path: "/me/tokens", as: "secretariat", act: func(b *tab) {
			b.set("name", "Nightly export")
			b.press("main form.form button")
		}},
		{name: "api-docs", path: "/api/docs"},
		{name: "api-docs-room", path: "/api/docs/accounts"},
	}...)
}

// Somebody makes a token, and tries a call with it and one with her session.
func TestCallsAreTried(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t))
	b := open(t, s.URL)
	b.signIn("participant")
	b.visit("/me/tokens")
	b.set("name", "Trial")
	b.press("main form.form button")
	token := eval[string](b, `(document.getElementById("new-token") || {value: ""}).value`)
	if !strings.HasPrefix(token, "plen_") {
		t.Fatalf("the token is %q", token)
	}
	b.visit("/fr/api/docs/accounts")
	form := `document.querySelector('[data-try="/api/v1/me/account"][data-method="GET"]')`
	try := func(what, token, want string) {
		t.Helper()
		eval[bool](b, `(function () { var f = `+form+`; f.closest("details").open = true; f.querySelector("[data-token]").value = "`+token+`"; f.querySelector("button").click(); return true; })()`)
		b.until(what, form+`.closest("details").querySelector("[data-status]").textContent.indexOf("`+want+`") === 0`)
	}
	try("the call as she is signed in", "", "200")
	try("the call with her token", token, "200")
	if got := eval[string](b, form+`.closest("details").querySelector("[data-headers]").textContent`); !strings.Contains(got, "etag:") {
		t.Errorf("headers %q", got)
	}
	if got := eval[string](b, form+`.closest("details").querySelector("[data-answer]").textContent`); !strings.Contains(got, `"version"`) {
		t.Errorf("answer %q", got)
	}
	try("a bad token", "plen_nonsense", "401")
	if got := eval[string](b, form+`.closest("details").querySelector("[data-answer]").textContent`); !strings.Contains(got, "jeton") {
		t.Errorf("answer %q", got)
	}
	if got := b.complaints(); len(got) > 0 && !strings.Contains(strings.Join(got, ""), "401") {
		t.Errorf("the browser complains: %q", got)
	}
}
