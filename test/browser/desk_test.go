package browser

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"plenary/internal/testkit"
	"plenary/test/site"
)

// offline takes the network away from the tab, or gives it back.
func (b *tab) offline(off bool) {
	b.Helper()
	b.do("set the network", network.Enable(), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := network.EmulateNetworkConditionsByRule(off, []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1}}).Do(ctx)
		return err
	}), network.OverrideNetworkState(off, 0, -1, -1))
}

// until waits for something to become true on the page.
func (b *tab) until(what, script string) {
	b.Helper()
	for range 100 {
		if eval[bool](b, script) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.Fatalf("%s never came: %s", what, b.text("main form.form .saved"))
}

const (
	savedLine = `document.querySelector("[data-saved]").textContent`
	atTop     = `(document.querySelector("form.form > .notice") || {textContent: ""}).textContent`
)

// Journey 6 in a browser, with the keyboard alone (E128, E129, E130): ten minutes before
// the limit the rapporteur writes, loses the connection, goes on, is signed out, closes
// the page, and nothing is lost; then she publishes in time.
func TestDesk(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t))
	b := open(t, s.URL)
	b.signIn("rapporteur")
	b.visit("/2026-sample/")
	b.tabTo(`main .next-step a[href$="/report/edit"]`)
	b.enter()
	b.must(http.StatusOK)
	desk := b.address()
	report := strings.TrimSuffix(desk, "/edit")
	b.visit(report)
	limit, err := time.Parse(time.RFC3339Nano, eval[string](b, `document.querySelector(".deadline time").dateTime`))
	if err != nil {
		t.Fatal(err)
	}
	s.Clock.Set(limit.Add(-10 * time.Minute))

	b.visit(desk)
	const first, call = `main textarea[name^="takeaways[0].text.By"]`, `main textarea[name^="calls[0].text.By"]`
	b.tabTo(`main [name="notes"]`)
	b.keys("Private: the second speaker hesitated.")
	b.tabTo(first)
	b.keys("Gauges that villages own")
	b.until("the first saving", savedLine+`.indexOf("Saved") === 0`)

	// The connection is lost; she types on, and it is kept.
	b.offline(true)
	b.keys(" are still read after ten years.")
	b.until("the word that there is no connection", savedLine+`.indexOf("No connection") === 0`)
	b.offline(false)
	b.until("the saving after it", savedLine+`.indexOf("Saved") === 0`)

	// It is lost again, and the page is closed with words that did not arrive.
	b.offline(true)
	b.tabTo(call)
	b.keys("Publish the readings of each gauge every week.")
	b.until("the word that there is no connection", savedLine+`.indexOf("No connection") === 0`)
	b.do("leave", chromedp.Navigate("about:blank"))
	b.offline(false)
	b.visit(desk)
	b.must(http.StatusOK)
	if got := eval[string](b, `document.querySelector('`+call+`').value`); got != "" {
		t.Errorf("words that never arrived stand in the form: %q", got)
	}
	if got := eval[string](b, atTop); !strings.Contains(got, "This browser kept what was typed here") {
		t.Fatalf("what was kept is not offered: %q", got)
	}
	b.tabTo("form.form > .notice button")
	b.enter2()
	b.until("the text that was kept", `document.querySelector('`+call+`').value.indexOf("Publish the readings") === 0`)
	b.until("its saving", savedLine+`.indexOf("Saved") === 0`)

	// She is signed out meanwhile: it is said, kept, and sent when she is back.
	var cookies []*network.Cookie
	b.do("sign out elsewhere", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		cookies, err = network.GetCookies().Do(ctx)
		return err
	}), network.ClearBrowserCookies())
	b.tabTo(`main [name="calls[0].org"]`)
	b.keys("Fishers of the Marenza delta")
	b.until("the word that she is signed out", atTop+`.indexOf("You are signed out") >= 0`)
	for _, c := range cookies {
		b.do("sign in again", network.SetCookie(c.Name, c.Value).WithURL(s.URL).WithHTTPOnly(c.HTTPOnly))
	}
	b.until("the saving after signing in", savedLine+`.indexOf("Saved") === 0`)

	b.tabTo(`main .actions button[name="publish"]`)
	b.enter()
	b.must(http.StatusOK)
	if b.address() != report {
		t.Fatalf("not published: %s", b.text("main"))
	}
	for sel, want := range map[string]string{
		".head .status.published": "Published", ".paras > li": "Gauges that villages own are still read after ten years.",
		".call": "Fishers of the Marenza delta",
	} {
		if got := b.text(sel); !strings.Contains(got, want) {
			t.Errorf("%s says %q, want %q", sel, got, want)
		}
	}
	if got := b.text(".head .status"); strings.Contains(got, "late") {
		t.Errorf("ten minutes before the limit it is %q", got)
	}
	b.visit(desk)
	if got := eval[string](b, atTop); got != "" {
		t.Errorf("after all has arrived something is offered: %q", got)
	}

	// Another one is late, for everybody to see.
	s.Clock.Set(limit.Add(6 * time.Hour))
	b.visit("/2026-sample/reports?state=late")
	if b.count("tbody .status.late") == 0 {
		t.Errorf("nothing is late: %s", b.text("main"))
	}
	if lines := b.complaints(); len(lines) > 0 {
		t.Error("the browser complains:", lines)
	}
}

// enter2 presses a button that loads no page.
func (b *tab) enter2() {
	b.Helper()
	b.keys("\r")
}

// Two tabs on one desk do not fight: who comes second sees both texts.
func TestDeskInTwoTabs(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t))
	b, other := open(t, s.URL), open(t, s.URL)
	b.signIn("rapporteur")
	other.signIn("rapporteur")
	b.visit("/2026-sample/")
	desk := eval[string](b, `document.querySelector('main .next-step a[href$="/report/edit"]').getAttribute("href")`)
	b.visit(desk)
	other.visit(desk)
	const first = `main textarea[name^="takeaways[0].text.By"]`
	b.tabTo(first)
	b.keys("What the first tab says.")
	b.until("the first saving", savedLine+`.indexOf("Saved") === 0`)
	other.tabTo(first)
	other.keys("What the second tab says.")
	other.until("the word that somebody else saved", atTop+`.indexOf("Somebody else has saved") >= 0`)
	other.tabTo("form.form > .notice button")
	other.enter()
	if other.status != http.StatusConflict {
		t.Errorf("both versions: %d", other.status)
	}
	body := other.text("main") + eval[string](other, `document.querySelector('`+first+`').value`)
	for _, want := range []string{"What the first tab says.", "What the second tab says."} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not shown", want)
		}
	}
}
