package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plenary/internal/testkit"
	"plenary/test/site"
)

// await asks the page until it says yes.
func (b *tab) await(what, js string) {
	b.Helper()
	for range 100 {
		if eval[bool](b, js) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.Fatalf("%s does not come about on %s: %s", what, b.address(), b.text("main"))
}

// TestBookmark keeps a session with a press, with and without script, finds it in the own
// programme, and gives it up and back.
func TestBookmark(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t))
	const list = sample + "/programme/all"
	star := `.starred > .star[aria-pressed="false"]`

	b := open(t, s.URL)
	b.signIn("organiser")
	b.visit(list)
	ref := eval[string](b, fmt.Sprintf(`document.querySelector(%q).value`, star))
	mine := `#` + ref + ` > .star`
	eval[bool](b, `window.kept = true`)
	b.click(mine)
	b.await("the star", fmt.Sprintf(`document.querySelector(%q).getAttribute("aria-pressed") === "true"`, mine))
	if !eval[bool](b, `window.kept === true`) {
		t.Error("the page is loaded anew")
	}
	b.await("what is said", `document.querySelector("#stars [role=status]").textContent.includes("is in your programme now")`)
	b.visit(sample + "/" + ref)
	if got := b.text("form[data-star]"); got != "In my programme" {
		t.Errorf("the session's page says %q", got)
	}
	b.click("form[data-star] button")
	b.await("the button", `document.querySelector("form[data-star] button").name === "add"`)

	b.withoutScript(true)
	b.visit(list)
	b.press(mine)
	b.must(http.StatusOK)
	if !strings.HasSuffix(b.address(), list+"#"+ref) || b.count(mine+`[aria-pressed="true"]`) != 1 {
		t.Errorf("without script the star leads to %s", b.address())
	}
	b.visit(sample + "/my-programme")
	const remove = `main .rows button[name=remove]`
	n := b.count(remove)
	if n == 0 || !strings.Contains(b.text("main"), "Remove") {
		t.Fatalf("the own programme: %s", b.text("main"))
	}
	b.press(remove)
	if b.count(remove) != n-1 || b.count(".notice.success form button") != 1 {
		t.Fatalf("nothing is removed, or there is no way back: %s", b.text(".notice"))
	}
	b.press(".notice.success form button")
	if b.count(remove) != n {
		t.Error("what was removed does not come back")
	}
	b.withoutScript(false)

	// Who is not signed in is led to it by the script too.
	v := open(t, s.URL)
	v.visit(list)
	v.press(mine)
	if !strings.Contains(v.address(), "/sign-in") {
		t.Errorf("a visitor's star leads to %s", v.address())
	}
	for _, x := range []*tab{b, v} {
		for _, line := range x.complaints() {
			if !strings.Contains(line, "401") {
				t.Error("the browser complains:", line)
			}
		}
	}
}

// TestDoor looks at a sign that follows the clock by itself.
func TestDoor(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t))
	b := open(t, s.URL)
	b.visit(sample + "/rooms/village-stage/door")
	until := eval[string](b, `document.querySelector("[data-clock]").dataset.until`)
	at, err := time.Parse(time.RFC3339Nano, until)
	if err != nil {
		t.Fatal(err)
	}
	s.Clock.Set(at.Add(-3 * time.Second))
	b.visit(sample + "/rooms/village-stage/door")
	before := b.text(".door-now")
	b.await("what comes next", fmt.Sprintf(`!document.querySelector(".door-now").innerText.replace(/\s+/g, " ").includes(%q)`, strings.TrimPrefix(before, "Now ")))
	if eval[bool](b, `document.documentElement.scrollWidth > innerWidth`) {
		t.Error("the sign is wider than its screen")
	}
	if lines := b.complaints(); len(lines) > 0 {
		t.Error("the browser complains:", lines)
	}
}

// TestEmbed shows the programme on a page of another origin, by the script and by a frame,
// and no other page of the forum.
func TestEmbed(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t))
	page := func(code string) string {
		return `<!doctype html><html lang="en"><title>Elsewhere</title><body><main>` + code + `</main></body></html>`
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code := `<script async src="` + s.URL + sample + `/embed.js" data-day="day-2" data-lang="fr" data-title="The programme"></script>`
		switch r.URL.Path {
		case "/frame":
			code = `<iframe src="` + s.URL + sample + `/embed?day=day-2" title="x"></iframe>`
		case "/stolen":
			code = `<iframe src="` + s.URL + sample + `/my-programme" title="x"></iframe>`
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(page(code)))
	}))
	defer elsewhere.Close()
	b := open(t, elsewhere.URL) // 127.0.0.1, not localhost
	b.visit("/")
	b.await("the frame", `!!document.querySelector("iframe")`)
	if got := eval[string](b, `document.querySelector("iframe").src`); got != s.URL+"/fr"+sample+"/embed?day=day-2" {
		t.Errorf("the frame shows %s", got)
	}
	b.await("its height", `(h => h > 0 && h !== 600)(document.querySelector("iframe").getBoundingClientRect().height)`)
	b.visit("/frame")
	b.await("the frame", `document.readyState === "complete"`)
	if lines := b.complaints(); len(lines) > 0 {
		t.Error("the browser complains:", lines)
	}
	b.visit("/stolen")
	b.await("the refusal", `document.readyState === "complete"`)
	for range 50 {
		if lines := b.complaints(); strings.Contains(strings.Join(lines, " "), "frame") {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("another page of the forum is shown in a frame")
}
