package browser

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"plenary/internal/testkit"
	"plenary/test/site"
)

// Answering a call with the keyboard: what is typed is kept over a lost connection, the
// end of a session and a closed page; two who edit see both versions; no word is lost.
func TestProposalLosesNoWord(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t))
	b := open(t, s.URL)
	b.signIn("organiser")
	b.visit("/calls/2026-sample-nomination/answer")
	b.press("main form.form button")
	b.must(http.StatusOK)
	edit := b.address()
	if !strings.HasSuffix(edit, "/edit") {
		t.Fatalf("the form does not open: %s", b.text("main"))
	}
	const name, why, kept = `main [name="a.candidate"]`, `main [name="a.experience"]`, savedLine + `.indexOf("What you type is kept") === 0`
	b.tabTo(name)
	b.keys("Wanjiru Kamau")
	b.until("the first keeping", kept)

	b.offline(true)
	b.tabTo(why)
	b.keys("Twenty years of community networks.")
	b.until("the word that there is no connection", savedLine+`.indexOf("No connection") === 0`)
	b.offline(false)
	b.until("the keeping after it", kept)

	var cookies []*network.Cookie
	b.do("sign out elsewhere", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		cookies, err = network.GetCookies().Do(ctx)
		return err
	}), network.ClearBrowserCookies())
	b.keys(" And patience.")
	b.until("the word that she is signed out", atTop+`.indexOf("You are signed out") >= 0`)
	for _, c := range cookies {
		b.do("sign in again", network.SetCookie(c.Name, c.Value).WithURL(s.URL).WithHTTPOnly(c.HTTPOnly))
	}
	b.until("the keeping after signing in", kept)

	// Closed without saving, it is offered by the server, to her alone.
	b.do("leave", chromedp.Navigate("about:blank"))
	b.visit(edit)
	b.press(`main .notice a[href$="?kept=1"]`)
	if got := eval[string](b, `document.querySelector('`+why+`').value`); got != "Twenty years of community networks. And patience." {
		t.Errorf("the form has %q", got)
	}
	if got := eval[string](b, `document.querySelector('`+name+`').value`); got != "Wanjiru Kamau" {
		t.Errorf("the form has %q", got)
	}

	// Another tab saves meanwhile: both versions stand there.
	other := open(t, s.URL)
	other.signIn("organiser")
	other.visit(edit)
	other.tabTo(name)
	other.keys("Somebody else")
	other.press(`main form.form > .actions button:not([name])`)
	other.must(http.StatusOK)
	b.press(`main form.form > .actions button:not([name])`)
	if b.status != http.StatusConflict {
		t.Errorf("the second saving answers %d: %s", b.status, b.text("main"))
	}
	body := b.text("main") + eval[string](b, `document.querySelector('`+name+`').value + document.querySelector('`+why+`').value`)
	for _, want := range []string{"Somebody else", "Wanjiru Kamau", "And patience."} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is lost", want)
		}
	}
	b.press(`main form.form > .actions button:not([name])`)
	b.must(http.StatusOK)
	b.visit(strings.TrimSuffix(edit, "/edit"))
	if got := b.text("main"); !strings.Contains(got, "Wanjiru Kamau") || !strings.Contains(got, "And patience.") {
		t.Errorf("what was decided is not what stands: %s", got)
	}
	if lines := b.complaints(); len(lines) > 0 {
		t.Error("the browser complains:", lines)
	}
}
