package browser

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plenary/internal/testkit"
	"plenary/test/site"
)

// journey is what the main job is shown with: the documents that are pasted, and what
// of them is seen on the way.
type journey struct {
	edition   string
	outlines  string // the programme that both are about
	document  string // the page of the session
	found     []string
	conflicts []string
	title     string // of the session
	person    string
	at        string // her affiliation on that day
	said      string // words of the first takeaway
	to        string // whom the calls address, where the document's words are no known group
}

// document is the page of a main session of 2023 with the list that it contradicts.
func document(t *testing.T) journey {
	t.Helper()
	_, outlines := testkit.Seed(t, "000")
	_, document := testkit.Seed(t, "001")
	return journey{
		edition: "2023", outlines: string(outlines), document: string(document),
		found:     []string{"1 session", "9 people", "4 policy questions", "2 takeaways", "2 calls to action"},
		conflicts: []string{"14:00–15:50", "Plenary Room"},
		title:     "Upholding Human Rights in the Digital Age", person: "Eileen Donahoe", at: "US State Department",
		said: "minimal ethical standard",
	}
}

// invented is the same journey with documents that were made up.
func inventedJourney(t *testing.T) journey {
	t.Helper()
	return journey{
		edition: "2026", outlines: invented(t, "outlines.txt"), document: invented(t, "session-page.txt"),
		found:     []string{"1 session", "6 people", "2 takeaways", "2 calls to action"},
		conflicts: []string{"11:30–13:15", "Great Chamber"},
		title:     "Who Owns a Rain Record", person: "Ilka Vantreel", at: "Lorvanian Weather Archive",
		said: "A rain record is made twice", to: "Keepers of archives",
	}
}

// TestThread is the main job by hand: documents are pasted, what was found and what
// contradicts is seen before anything is stored, takeaways are published, Messages are
// compiled, and a visitor walks from a Message to the session and a person and sees
// for whom she spoke on that day. The walk goes in English and Arabic, with script and
// without (E128, E129, E130, E131, E138, E193).
func TestThread(t *testing.T) {
	seeds, _ := filepath.Glob(filepath.Join(testkit.Root(t), "..", "shared", "seeds", "001_*.txt"))
	t.Run("invented", func(t *testing.T) {
		t.Parallel()
		s := site.Demo(t, testkit.SQLite(t))
		j := inventedJourney(t)
		b := open(t, s.URL)
		b.signIn("secretariat")
		b.addEdition(j.edition)
		b.thread(j)
	})
	t.Run("real", func(t *testing.T) {
		t.Parallel()
		if len(seeds) == 0 && os.Getenv("CI") != "true" {
			t.Skip("the documents of a real session are not beside the repository")
		}
		s := site.Demo(t, testkit.SQLite(t))
		j := document(t)
		b := open(t, s.URL)
		b.signIn("secretariat")
		b.thread(j)
	})
}

// addEdition makes the edition of which the invented documents speak.
func (b *tab) addEdition(slug string) {
	b.Helper()
	b.visit("/editions/new")
	for field, text := range map[string]string{
		"name.By[en]": "Open Waters Forum 2026", "slug": slug, "zone": "Africa/Nairobi", "city.By[en]": "Marenza",
	} {
		b.set(field, text)
	}
	b.set("first_day", "2026-03-03")
	b.set("last_day", "2026-03-05")
	b.set("state", "public")
	b.press("main form.form .actions button")
	b.must(http.StatusOK)
	b.visit("/" + slug + "/edit/places")
	b.set("rooms[0].name.By[en]", "Baobab Hall")
	b.set("rooms[1].name.By[en]", "Acacia Room")
	b.press("main form.form > .actions button")
	b.must(http.StatusOK)
	b.visit("/" + slug + "/edit/types")
	if eval[string](b, `document.querySelector("[name='types[0].slug']").value`) != "" {
		return // it came with the usual types
	}
	for field, text := range map[string]string{"name.By[en]": "Main session", "slug": "main", "prefix": "Main", "takeaways_minutes": "120"} {
		b.set("types[0]."+field, text)
	}
	b.press("main form.form > .actions button")
	b.must(http.StatusOK)
}

// thread goes the way with one set of documents; the tab is the secretariat's.
func (b *tab) thread(j journey) {
	b.Helper()
	at := "/" + j.edition
	b.visit(at + "/import")
	b.paste("[name=text]", j.outlines)
	b.press("main form.form > .actions button")
	b.must(http.StatusOK)
	b.press(`form[action$="/apply"] button`)
	b.must(http.StatusOK)

	b.visit(at + "/import")
	b.paste("[name=text]", j.document)
	b.press("main form.form > .actions button")
	b.must(http.StatusOK)
	staged := b.address()
	for _, want := range j.found {
		if got := b.text(".head [role=status]"); !strings.Contains(got, want) {
			b.Errorf("found: %q; %s is missing", got, want)
		}
	}
	for _, want := range j.conflicts {
		if got := b.text("#conflicts ~ ul"); !strings.Contains(got, want) {
			b.Errorf("contradictions: %q; %s is missing", got, want)
		}
	}
	b.press(`.staging td a[href*="/` + j.edition + `/"]:not([href*="/imports/"])`) // the session that is here already
	ref := b.address()
	if !strings.Contains(b.text("h1"), j.title) {
		b.Fatalf("%s is %q", ref, b.text("h1"))
	}
	if strings.Contains(b.text("main"), j.person) {
		b.Error("reading a document has stored what it holds")
	}
	b.visit(staged)
	b.press(`form[action$="/apply"] button`)
	b.must(http.StatusOK)

	b.visit(ref + "/report")
	b.press(`main a[href$="/report/edit"]`)
	if j.to != "" {
		b.press("main button[name=publish]") // a call addresses somebody: the form asks whom
		b.must(http.StatusUnprocessableEntity)
		b.set("calls[0].to_as", j.to)
		b.set("calls[1].to_as", j.to)
	}
	b.press("main button[name=publish]")
	b.must(http.StatusOK)
	if n := b.count(".paras > li"); n != 2 || b.count(".call .to .chip") < 2 || !strings.Contains(b.text(".paras"), j.said) {
		b.Fatalf("%d takeaways are public: %s", n, b.text("main"))
	}

	b.signOut()
	b.signIn("editor")
	b.visit(at + "/messages/compile")
	for i := range 2 {
		box := fmt.Sprintf(".choices .choice:nth-of-type(%d) input[name=refs]", i+1)
		b.click(box)
		if !eval[bool](b, fmt.Sprintf(`document.querySelector(%q).checked`, box)) {
			b.Fatalf("takeaway %d is not chosen", i+1)
		}
	}
	b.press("main form.form > .actions button")
	b.must(http.StatusOK)
	b.press(`main a[href$="/messages/publish"]`)
	b.click("#as-draft")
	b.press("main form.form > .actions button")
	b.must(http.StatusOK)

	b.signOut()
	for _, lang := range []string{"en", "ar"} {
		for _, off := range []bool{false, true} {
			name := lang + " with script"
			if off {
				name = lang + " without script"
			}
			b.Run(name, func(t *testing.T) { b.within(t).walk(j, ref, lang, off) })
		}
	}
}

// walk goes back as a visitor, from the Messages to a person, and counts the clicks.
func (b *tab) walk(j journey, ref, lang string, off bool) {
	b.Helper()
	b.signOut()
	b.complaints()
	b.withoutScript(off)
	defer b.withoutScript(false)
	prefix := ""
	if lang != "en" {
		prefix = "/" + lang
	}
	b.visit(prefix + "/" + j.edition + "/messages")
	b.must(http.StatusOK)
	if ran := eval[bool](b, `document.cookie.includes("zone=")`); ran == off {
		b.Fatalf("the scripts of the page ran: %v", ran) // they tell the server the reader's zone
	}
	if n := b.count("li.para.tied"); n != 2 || !strings.Contains(b.text("li.para.tied .said"), j.said) {
		b.Fatalf("%d Messages with a thread: %s", n, b.text("main"))
	}
	clicks := 0
	b.click("#m1 .thread > summary") // the thread is unfolded
	clicks++
	if !strings.Contains(b.text("#m1 .ladder"), j.title) {
		b.Errorf("the thread does not name the session: %q", b.text("#m1 .ladder"))
	}
	b.press(`#m1 .ladder .ladder a[href$="` + ref + `"]`)
	clicks++
	if b.address() != prefix+ref {
		b.Errorf("the thread leads to %s, not to the session", b.address())
	}
	if people := b.text("#people, .people"); !strings.Contains(people, j.person) || !strings.Contains(people, j.at) {
		b.Errorf("the session shows %q; %s of %s is missing", people, j.person, j.at)
	}
	link := eval[string](b, fmt.Sprintf(`[...document.querySelectorAll(".people a")].find(a => a.textContent.includes(%q))?.getAttribute("href") ?? ""`, j.person))
	b.press(`.people a[href="` + link + `"]`)
	clicks++
	if clicks > 3 {
		b.Errorf("%d clicks from a Message to a person, want at most 3", clicks)
	}
	if !strings.Contains(b.text("h1"), j.person) || !strings.Contains(b.text("main"), j.at) {
		b.Errorf("the person's page says %q", b.text("main"))
	}
	html := eval[string](b, `document.documentElement.lang + " " + document.documentElement.dir`)
	if want := map[string]string{"en": "en ltr", "ar": "ar rtl"}[lang]; html != want {
		b.Errorf("the walk ends on a page in %q, want %q", html, want)
	}
	if lines := b.complaints(); len(lines) > 0 {
		b.Error("the browser complains:", lines)
	}
}
