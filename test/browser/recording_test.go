package browser

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"plenary/internal/testkit"
	"plenary/test/site"
)

// E103, E122: a recording is sent with its progress told, what is wrong is said on the
// page, and then it plays in step with the transcript: a time leads to its second, and
// what is being said is marked. No page complains of its policy.
func TestRecordingInStep(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t))
	b := open(t, s.URL)
	b.signIn("secretariat")
	b.visit("/2026-sample/messages/1")
	session := eval[string](b, `(document.querySelector('.ladder a[href*="/transcript"]') || {getAttribute: function () { return ""; }}).getAttribute("href").replace(/\/transcript.*/, "")`)
	if session == "" {
		t.Fatal("no transcript is linked from the Message")
	}
	sound, page := filepath.Join(t.TempDir(), "room.wav"), filepath.Join(t.TempDir(), "page.wav")
	if err := os.WriteFile(sound, testkit.WAV(600), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, []byte("<p>no sound"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.visit(session + "/recordings/file")
	b.must(http.StatusOK)
	send := func(path string) {
		b.do("choose "+path, chromedp.SetUploadFiles(`main input[type=file]`, []string{path}, chromedp.ByQuery))
		b.do("send it", chromedp.Click(`main form.form button`, chromedp.ByQuery))
	}
	send(page)
	b.until("the refusal", `(document.querySelector("form.form > .notice") || {textContent: ""}).textContent.indexOf("no sound or film") >= 0 && document.activeElement.classList.contains("notice")`)
	send(sound)
	b.until("the page of the recordings", `location.pathname.indexOf("/recordings/edit") > 0 && !!document.body && document.body.textContent.indexOf("The recording is kept") > 0`)
	b.click(`[name="recordings[0].remove"]`) // the recording elsewhere
	b.set("recordings[1].at", "00:00:30")
	b.set("recordings[1].language", "en")
	b.press(`main form.form button:not([name])`)
	b.visit(session + "/transcript")
	b.must(http.StatusOK)
	const second = `document.querySelectorAll(".transcript [data-t]")[1]`
	b.do("a time", chromedp.Evaluate(second+`.querySelector("a").click()`, nil))
	b.until("the second of the recording", `Math.abs(document.querySelector("audio").currentTime - 30 - `+second+`.dataset.t) < 2`)
	b.until("the mark", `document.querySelector(".transcript .playing") === `+second+` && `+second+`.getAttribute("aria-current") === "true"`)
	if got := b.complaints(); len(got) > 0 {
		t.Errorf("the browser complains: %q", got)
	}
}
