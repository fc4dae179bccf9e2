package e2e

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"plenary/internal/testkit"
	"plenary/test/site"
)

const invented = `WEBVTT

00:00:04.000 --> 00:00:09.000
<v MODERATOR>Good afternoon, and welcome to the session.

00:41:07.000 --> 00:41:14.000
<v Q. Nobodyknown>Networks that last have a local owner.

00:41:14.000 --> 00:41:13.000
<v Q. Nobodyknown>That is all.
`

var sessionIn = regexp.MustCompile(`^/2026-sample/[a-z]+[0-9]+`)

// The rapporteur brings in captions; a bad file changes nothing and names the line; a
// correction keeps the old text readable; what was said is found (E122, P19).
func TestTranscript(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		r, visitor := s.As(t, "rapporteur"), s.Visitor(t)
		ses := ""
		home := must(t, r.Get("/2026-sample/"), http.StatusOK)
		for _, a := range home.Find("aside a, .next-step a").EachIter() {
			if m := sessionIn.FindString(a.AttrOr("href", "")); m != "" && ses == "" {
				ses = m
			}
		}
		if ses == "" {
			t.Fatal("the rapporteur has no next step")
		}
		at := ses + "/transcript"
		before := must(t, visitor.Get(at), http.StatusOK).Find(".transcript [id]").Length()
		if before != 0 {
			t.Fatalf("%s has a transcript already", ses)
		}
		form := must(t, r.Get(at+"/import"), http.StatusOK).Form()
		form.Set("language", "en")
		form.Set("source", "human")
		bad, err := os.ReadFile(testkit.Shared(t, "fixtures/webvtt/broken-1-in.vtt"))
		if err != nil {
			t.Fatal(err)
		}
		p := must(t, r.Upload(at+"/import", form, "file", "broken.vtt", bad), http.StatusUnprocessableEntity)
		if got := p.Text("main"); !strings.Contains(got, "Line 2") || !strings.Contains(got, "BROKENVTT") || !strings.Contains(got, "Nothing was changed") {
			t.Errorf("the bad file: %s", got)
		}
		if n := must(t, visitor.Get(at), http.StatusOK).Find(".transcript [id]").Length(); n != 0 {
			t.Errorf("a bad file left %d segments", n)
		}
		p = must(t, r.Upload(at+"/import", form, "file", "session.vtt", []byte(invented)), http.StatusOK)
		if got := p.Text("main"); !strings.Contains(got, "3 captions were read") || !strings.Contains(got, "line 9") {
			t.Errorf("the preview: %s", got)
		}
		p = must(t, r.Post(at+"/import", p.Form()), http.StatusOK)
		if !strings.HasSuffix(p.URL.Path, "/transcript") {
			t.Fatalf("taking it in led to %s: %s", p.URL, p.Text("main"))
		}
		page := must(t, visitor.Get(at), http.StatusOK)
		if got := page.Text(`[id="t=00:41:07"]`); got != "00:41:07 Networks that last have a local owner." {
			t.Errorf("the moment at 41:07 is %q", got)
		}
		if !strings.Contains(page.Text("main"), "not an authoritative record") {
			t.Error("the standing note is missing")
		}

		edit := r.Get(at).Find(`[id="t=00:41:07"] a[href$="/edit"]`).AttrOr("href", "")
		form = must(t, r.Get(edit), http.StatusOK).Form()
		form.Set("text", "Networks that last have a local owner with a legal form.")
		form.Set("reason", "The end of the sentence was missing.")
		must(t, r.Post(edit, form), http.StatusOK)
		page = must(t, visitor.Get(at), http.StatusOK)
		if got := page.Text(`[id="t=00:41:07"]`); !strings.Contains(got, "with a legal form") {
			t.Errorf("after the correction: %q", got)
		}
		history := must(t, visitor.Get(page.Find(`[id="t=00:41:07"] a[href*="/segments/"]`).AttrOr("href", "")), http.StatusOK).Text("main")
		if !strings.Contains(history, "have a local owner. ") && !strings.HasSuffix(history, "have a local owner.") || !strings.Contains(history, "The end of the sentence was missing.") {
			t.Errorf("the old text is not readable: %s", history)
		}
		if w := visitor.Get(edit); w.URL.Path == edit && w.Status == http.StatusOK {
			t.Error("a visitor may correct")
		}

		if err := s.Find.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		found := must(t, visitor.Get("/search?q=Nobodyknown"), http.StatusOK)
		if href := found.Find("main a[href*='/transcript']").AttrOr("href", ""); !strings.HasPrefix(href, at) || !strings.Contains(href, "#t=00:") {
			t.Errorf("the search leads to %q: %s", href, found.Text("main"))
		}
		for _, form := range []string{"vtt", "txt", "json"} {
			if f := visitor.Get(at + "." + form); f.Status != http.StatusOK || !strings.Contains(f.Body, "legal form") {
				t.Errorf("the file %s answers %d", form, f.Status)
			}
		}
	})
}
