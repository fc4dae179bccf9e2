package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"plenary/internal/testkit"
	"plenary/test/site"
)

// TestOrganiser sets a forum up from nothing and has its programme read in, with the
// keyboard alone: whoever cannot use a mouse can run a forum.
func TestOrganiser(t *testing.T) {
	s := site.Empty(t, testkit.SQLite(t))
	token, err := s.SetUpToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, s.URL)
	b.visit("/set-up?token=wrong")
	if b.status == http.StatusOK {
		t.Fatal("the set-up opens without its token")
	}
	b.visit("/set-up?token=" + token)
	b.must(http.StatusOK)
	for _, f := range [][2]string{
		{"forum.By[en]", "Open Waters Forum"},
		{"short", "OWF"},
		{"name", "Ilka Vantreel"},
		{"email", "ilka@forum.example"},
		{"edition.By[en]", "Open Waters Forum 2026"},
		{"slug", "2026"},
		{"city.By[en]", "Marenza"},
		{"zone", "Africa/Nairobi"},
		{"first_day", "2026-03-03"},
		{"last_day", "2026-03-05"},
	} {
		b.tabTo(fmt.Sprintf("main [name=%q]", f[0]))
		b.fill(f[0], f[1])
	}
	b.tabTo(`main [name="rooms"]`)
	b.keys("Baobab Hall" + kb.Enter + "Acacia Room")
	b.tabTo("main form.form .actions button")
	b.enter()
	b.must(http.StatusOK)
	if b.address() != "/2026/import" {
		t.Fatalf("the set-up leads to %s: %s", b.address(), b.text("main"))
	}
	b.visit("/set-up?token=" + token)
	if b.status == http.StatusOK {
		t.Error("the set-up opens a second time")
	}

	b.visit("/2026/import")
	b.tabTo("[name=text]")
	b.paste("[name=text]", outlines(t))
	b.tabTo("main form.form > .actions button")
	b.enter()
	b.must(http.StatusOK)
	if got := b.text(".head [role=status]"); !strings.Contains(got, "4 sessions") {
		t.Errorf("found %q, want 4 sessions", got)
	}
	if n := b.count("#conflicts"); n != 0 {
		t.Errorf("an empty programme contradicts: %s", b.text("#conflicts ~ ul"))
	}
	b.tabTo(`form[action$="/apply"] button`)
	b.enter()
	b.must(http.StatusOK)

	b.visit("/2026/programme/day-1")
	b.must(http.StatusOK)
	programme := b.text("main")
	for _, want := range []string{"Reading the Rivers: Shared Gauges, Shared Warnings", "Who Owns a Rain Record?", "09:30–11:00", "Baobab Hall"} {
		if !strings.Contains(programme, want) {
			t.Errorf("the programme lacks %q: %s", want, programme)
		}
	}
	b.visit("/2026/programme/all")
	if got := b.text(".result strong"); !strings.HasPrefix(got, "4 ") {
		t.Errorf("the programme has %q, want 4 sessions", got)
	}
	if lines := b.complaints(); len(lines) > 0 {
		t.Error("the browser complains:", lines)
	}
}

// fill types into the field that has the focus. A date has parts in the order of the
// browser's language, so it is given at once.
func (b *tab) fill(name, value string) {
	b.Helper()
	if eval[bool](b, `document.activeElement.type === "date"`) {
		b.set(name, value)
		return
	}
	b.keys(kb.End)
	b.do("clear", chromedp.Evaluate(`document.activeElement.select()`, nil))
	b.keys(value)
	if got := eval[string](b, `document.activeElement.value`); got != value {
		b.Errorf("typed %q into %s, it holds %q", value, name, got)
	}
}

// TestSignIn signs in without a mouse: the address is typed, the link comes by mail, its
// page has one button, and after it the reader is where she wanted to be.
func TestSignIn(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t))
	b := open(t, s.URL)
	b.visit("/about")
	b.tabTo(`header a[href*="/sign-in"]`)
	b.enter()
	b.tabTo(`main [name="email"]`)
	b.keys("reader@forum.example")
	b.enter()
	b.must(http.StatusOK)
	b.tabTo(`main a[href$="/demo/mail"]`)
	b.enter()
	b.tabTo(`main a[href*="/demo/mail/"]`)
	b.enter()
	b.tabTo(`main a[href*="/sign-in/link"]`)
	b.enter()
	b.must(http.StatusOK)
	b.tabTo(`main [name="name"]`) // the address is new here
	b.keys("Rhea Quistorpe")
	b.tabTo("main form button")
	b.enter()
	b.must(http.StatusOK)
	if b.address() != "/about" || b.count(`header form[action$="/sign-out"]`) != 1 {
		t.Errorf("the link leads to %s: %s", b.address(), b.text("header"))
	}
	b.tabTo("header .prefs details.menu:last-of-type summary")
	b.do("open the menu", chromedp.KeyEvent(kb.Enter))
	b.tabTo(`header form[action$="/sign-out"] button`)
	b.enter()
	if b.count(`header a[href*="/sign-in"]`) != 1 {
		t.Errorf("signing out leaves %q", b.text("header"))
	}
	if lines := b.complaints(); len(lines) > 0 {
		t.Error("the browser complains:", lines)
	}
}
