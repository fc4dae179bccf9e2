package floor

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"plenary/internal/formats/captions"
	"plenary/internal/testkit"
)

const at = "/2023/ws184/transcript"

// As rapporteur: send a file, look at it, choose who speaks, take it in.
func TestImportPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		if d := h.page("", at); !strings.Contains(d.Find("main").Text(), "There is no transcript yet") || d.Find(`a[href$="/import"]`).Length() != 0 {
			t.Errorf("a visitor sees %q", squeeze(d.Find("main").Text()))
		}
		if w := h.get("member", at+"/import"); w.Code != http.StatusForbidden {
			t.Errorf("somebody opens the import: %d", w.Code)
		}
		if h.page("rapporteur", at).Find(`a[href$="/import"]`).Length() != 1 {
			t.Error("the rapporteur finds no import")
		}
		form := fields(h.page("rapporteur", at+"/import"))
		if form.Get("language") != "en" {
			t.Errorf("the form proposes %v", form)
		}

		bad, err := os.ReadFile(testkit.Shared(t, "fixtures/webvtt/broken-1-in.vtt"))
		h.ok(err)
		w := h.upload("rapporteur", at+"/import", "broken-1-in.vtt", bad, form)
		if d := h.read(w); w.Code != http.StatusUnprocessableEntity || !strings.Contains(d.Find("main").Text(), "Line 2: a WebVTT file must begin with WEBVTT, not with “BROKENVTT”. Nothing was changed.") {
			t.Errorf("a bad file answers %d: %q", w.Code, squeeze(d.Find("main").Text()))
		}
		if w := h.upload("rapporteur", at+"/import", "", nil, form); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("no file answers %d", w.Code)
		}

		text := strings.Replace(spoken, "00:00:15.500 --> 00:00:20.000", "00:00:15 --> 00:00:14", 1) + "\n00:42:00.000 --> 00:42:05.000\n<v AMINA DIALLO><script>alert(1)</script> & more\n"
		w = h.upload("rapporteur", at+"/import", "a.vtt", []byte(text), form)
		d := h.read(w)
		main := squeeze(d.Find("main").Text())
		if w.Code != http.StatusOK || !strings.Contains(main, "6 captions were read (WebVTT)") || !strings.Contains(main, "line 9") || !strings.Contains(main, "ends before it begins") {
			t.Fatalf("the preview answers %d: %s", w.Code, main)
		}
		if strings.Contains(w.Body.String(), "<script>alert") {
			t.Error("what is in a file runs in the page")
		}
		if h.count("transcripts") != 0 {
			t.Error("a preview wrote something")
		}
		apply := fields(d)
		if apply.Get("speakers[0].label") != "AMINA DIALLO" || apply.Get("speakers[0].person") != string(h.persons["amina"].ID) {
			t.Errorf("proposed: %v", apply)
		}
		w = h.upload("rapporteur", at+"/import", "", nil, apply)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != at {
			t.Fatalf("taking it in answers %d %s: %s", w.Code, w.Header().Get("Location"), squeeze(h.read(w).Find("main").Text()))
		}

		page := h.page("", at)
		if first := page.Find(`.transcript [id="t=00:00:05"]`); squeeze(first.Text()) != "00:00:05 Good afternoon, and welcome." || first.Find("a").AttrOr("href", "") != "#t=00:00:05" || first.AttrOr("data-t", "") != "5" {
			t.Errorf("the first moment: %q", squeeze(first.Text()))
		}
		by := page.Find(".transcript .by").Eq(1)
		if !strings.Contains(squeeze(by.Text()), "Amina Diallo Speaker, Sahel Networks") || by.Find("a").AttrOr("href", "") != h.persons["amina"].Path() {
			t.Errorf("who speaks: %q", squeeze(by.Text()))
		}
		if page.Find(".transcript script").Length() != 0 || !strings.Contains(page.Find(".transcript").Text(), "<script>alert(1)</script> & more") {
			t.Error("what was said is not shown as text")
		}
		if !strings.Contains(page.Find("main").Text(), "not an authoritative record") {
			t.Error("the standing note is missing")
		}
		if page.Find(".transcript a[href*='/segments/']").Length() != 0 {
			t.Error("a visitor is offered to correct")
		}
		if !strings.Contains(h.page("", "/2023/ws184").Find("aside, .panel").Text(), "Transcript in English") {
			t.Error("the session's page does not lead to the transcript")
		}
		// The same file again: nothing new, and said so.
		w = h.upload("rapporteur", at+"/import", "a.vtt", []byte(text), form)
		if !strings.Contains(h.read(w).Find("main").Text(), "The file says nothing new") {
			t.Errorf("again: %q", squeeze(h.read(w).Find("main").Text()))
		}
		// Two who take in the same: the second is told.
		w = h.upload("rapporteur", at+"/import", "", nil, apply)
		if w.Code == http.StatusSeeOther || !strings.Contains(h.read(w).Find("main").Text(), "Somebody else changed this transcript") {
			t.Errorf("a second copy answers %d", w.Code)
		}
	})
}

func TestPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		in := english(spoken)
		in.Speakers = []SpeakerChoice{{"AMINA DIALLO", h.persons["amina"].ID}}
		h.bring(in)
		arabic, err := os.ReadFile(testkit.Root(t) + "/internal/formats/captions/testdata/arabic.vtt")
		h.ok(err)
		h.bring(ImportInput{Name: "ar.vtt", Data: arabic, Language: "ar", Source: SourceMachine})

		// Search inside: hits are marked, and lead to the moments.
		d := h.page("", at+"?q=NETWORK")
		if d.Find(".transcript mark").Length() != 2 || !strings.Contains(d.Find("main").Text(), "2 places") || d.Find(".rows a").First().AttrOr("href", "") != "#t=00:00:09" {
			t.Errorf("search: %d marks", d.Find(".transcript mark").Length())
		}
		if d := h.page("", at+"?q=zebra"); !strings.Contains(d.Find("main").Text(), "0 places") || d.Find(".transcript [id]").Length() != 5 {
			t.Error("a search that finds nothing hides the transcript")
		}
		d = h.page("", "/ar"+at+"?lang=ar&q="+url.QueryEscape("اهلا"))
		if tr := d.Find(".transcript"); tr.AttrOr("dir", "") != "rtl" || tr.AttrOr("lang", "") != "ar" || tr.Find("mark").Text() != "أهلاً" {
			t.Errorf("Arabic: %q", tr.Find("mark").Text())
		}
		if w := h.get("", at+"?lang=zh"); w.Code != http.StatusNotFound {
			t.Errorf("a language that is not there: %d", w.Code)
		}

		// A recording that a browser can play is allowed on this page alone.
		csp := func(path string) string { return h.get("", path).Header().Get("Content-Security-Policy") }
		if strings.Contains(csp(at), "media-src") {
			t.Error("media are allowed without a recording")
		}
		form := fields(h.page("rapporteur", "/2023/ws184/recordings/edit"))
		form.Set("recordings[0].url", "https://media.example.org/a.mp3")
		form.Set("recordings[0].at", "00:03:20")
		form.Set("recordings[0].language", "en")
		if w := h.send("rapporteur", "/2023/ws184/recordings/edit", form); w.Code != http.StatusSeeOther {
			t.Fatalf("recordings answer %d: %s", w.Code, squeeze(h.read(w).Find("main").Text()))
		}
		if d := h.page("", at); d.Find("audio").AttrOr("data-transcript", "") != "200" || d.Find(".files a").AttrOr("href", "") != "https://media.example.org/a.mp3#t=200" {
			t.Error("the player is not in step")
		}
		if c := csp(at); !strings.HasSuffix(c, "media-src https://media.example.org") || strings.Contains(csp("/2023/ws184"), "media-src") {
			t.Errorf("policy: %s", c)
		}
		form.Set("recordings[0].url", "javascript:alert(1)")
		if w := h.send("rapporteur", "/2023/ws184/recordings/edit", form); w.Code == http.StatusSeeOther {
			t.Error("an address that is none was taken")
		}

		// Correct over the page; the old one stays readable.
		d = h.page("amina", at)
		edit, _ := d.Find(`.transcript a[href$="/edit"]`).Eq(1).Attr("href")
		form = fields(h.page("amina", edit))
		form.Set("text", "Networks that last have a local owner with a legal form.")
		if w := h.send("amina", edit, form); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %d", w.Code)
		}
		form.Set("reason", "Half of it was missing.")
		if w := h.send("amina", edit, form); w.Code != http.StatusSeeOther || w.Header().Get("Location") != at+"#t=00:00:09" {
			t.Fatalf("the correction answers %d %s", w.Code, w.Header().Get("Location"))
		}
		if w := h.send("amina", edit, form); w.Code != http.StatusConflict {
			t.Errorf("the same correction again: %d", w.Code)
		}
		history := strings.TrimSuffix(edit, "/edit")
		old := squeeze(h.page("", history).Find("main").Text())
		for _, s := range []string{"Networks that last have a local owner. ", "with a legal form", "Half of it was missing."} {
			if !strings.Contains(old+" ", s) {
				t.Errorf("the history lacks %q: %s", s, old)
			}
		}
		if h.page("", at).Find(`.transcript a[href="`+history+`"]`).Length() != 1 {
			t.Error("nothing says that it was corrected")
		}
		form = fields(h.page("amina", edit))
		form.Set("reason", "Off the record.")
		form.Set("withdraw", "1")
		if w := h.send("amina", edit, form); w.Code != http.StatusSeeOther || w.Header().Get("Location") != history {
			t.Errorf("withdrawing answers %d %s", w.Code, w.Header().Get("Location"))
		}
		if strings.Contains(h.page("", at).Find(".transcript").Text(), "legal form") {
			t.Error("a withdrawn segment is still shown")
		}

		// Who speaks.
		form = fields(h.page("rapporteur", at+"/speakers"))
		for i := range 4 {
			if form.Get(fmt.Sprintf("speakers[%d].label", i)) == "MODERATOR" {
				form.Set(fmt.Sprintf("speakers[%d].person", i), string(h.persons["kenji"].ID))
			}
		}
		if w := h.send("rapporteur", at+"/speakers", form); w.Code != http.StatusSeeOther {
			t.Fatalf("speakers answer %d", w.Code)
		}
		if !strings.Contains(h.page("", at).Find(".transcript .by").First().Text(), "Kenji Moriyama") {
			t.Error("the moderator is not named")
		}
		if w := h.send("rapporteur", at+"/speakers", form); w.Code != http.StatusConflict {
			t.Errorf("speakers from an old page: %d", w.Code)
		}

		// Settings, withholding.
		form = fields(h.page("rapporteur", at+"/settings"))
		form.Set("licence", "CC-BY-4.0")
		form.Set("zero", "13:58:30")
		if w := h.send("rapporteur", at+"/settings", form); w.Code != http.StatusSeeOther {
			t.Fatalf("settings answer %d: %s", w.Code, squeeze(h.read(w).Find("main").Text()))
		}
		if s := squeeze(h.page("", at).Find(".head").Text()); !strings.Contains(s, "CC-BY-4.0") || !strings.Contains(s, "13:58") {
			t.Errorf("facts: %s", s)
		}
		d = h.page("secretary", at)
		state := url.Values{"to": {StateWithheld}, "version": {d.Find(`form[action$="/state"] [name="version"]`).AttrOr("value", "")}}
		if w := h.send("secretary", at+"/state", state); w.Code != http.StatusSeeOther {
			t.Fatalf("withholding answers %d", w.Code)
		}
		if d := h.page("", at); d.Find(".transcript").AttrOr("lang", "") == "en" {
			t.Error("a withheld transcript is shown to a visitor")
		}
		if w := h.get("", history); w.Code != http.StatusNotFound {
			t.Errorf("a segment of a withheld transcript: %d", w.Code)
		}
	})
}

// Files are what they say, with the standing note in them; JSON and API agree.
func TestDownloads(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		in := english(spoken)
		in.Speakers = []SpeakerChoice{{"AMINA DIALLO", h.persons["amina"].ID}}
		h.bring(in)
		for _, form := range []string{"vtt", "srt", "txt"} {
			w := h.get("", at+"."+form)
			f, err := captions.Read("a."+form, w.Body.Bytes(), captions.Options{})
			if err != nil || len(f.Cues) != 5 || f.Cues[1].Speaker != "Amina Diallo" && form != "srt" {
				t.Errorf("%s: %v, %+v", form, err, f)
			}
			if form != "srt" && !strings.Contains(w.Body.String(), "not an authoritative record") {
				t.Errorf("%s has no standing note", form)
			}
		}
		var doc struct {
			Note     string
			Segments []struct{ Segment, Name, Time, Path string }
		}
		h.ok(json.Unmarshal(h.get("", at+".json").Body.Bytes(), &doc))
		if len(doc.Segments) != 5 || doc.Segments[1].Name != "Amina Diallo" || doc.Segments[1].Path != "https://forum.example"+at+"#t=00:00:09" || doc.Note == "" {
			t.Errorf("JSON: %+v", doc)
		}
		h.ok(json.Unmarshal(h.get("", "/api/v1/editions/2023/sessions/ws184/transcript").Body.Bytes(), &doc))
		if len(doc.Segments) != 5 || doc.Segments[1].Path != at+"#t=00:00:09" {
			t.Errorf("API: %+v", doc)
		}
		var one struct {
			Text      string
			Revisions []struct{ Revision int }
		}
		h.ok(json.Unmarshal(h.get("", "/api/v1/segments/"+doc.Segments[1].Segment).Body.Bytes(), &one))
		if !strings.Contains(one.Text, "local owner") || len(one.Revisions) != 1 {
			t.Errorf("one moment: %+v", one)
		}
	})
}

// The number of queries of a page does not depend on how much was said; ninety minutes
// are light.
func TestNinetyMinutes(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		h.bring(english(spoken))
		queries := func(path string) int64 {
			h.page("member", path) // who is signed in gets no kept page
			return h.log.queries.Load()
		}
		few := queries(at)
		var cues []captions.Cue
		words := strings.Fields("the networks that last have a local owner and a licence that fits a village")
		for i := range 1000 {
			at := time.Duration(i) * 5400 * time.Millisecond
			cues = append(cues, captions.Cue{Start: at, End: at + 5*time.Second, Speaker: []string{"MODERATOR", "AMINA DIALLO", "KENJI MORIYAMA"}[i/7%3], Text: strings.Join(append(words[i%len(words):], words[:i%len(words)]...), " ")})
		}
		in := english(string(captions.VTT(captions.Head{}, cues)))
		in.Language = "fr"
		in.Speakers = []SpeakerChoice{{"AMINA DIALLO", h.persons["amina"].ID}, {"KENJI MORIYAMA", h.persons["kenji"].ID}}
		_, p := h.bring(in)
		if len(p.Merge.Added) != 1000 {
			t.Fatalf("%d segments", len(p.Merge.Added))
		}
		if many := queries(at + "?lang=fr"); many > few+1 { // one for the people who are named
			t.Errorf("%d queries for 1,000 segments, %d for five", many, few)
		}
		plain := h.get("", at+"?lang=fr").Body.Len()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, at+"?lang=fr", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		packed := h.do("", r).Body.Len()
		if plain > 300<<10 || packed > 60<<10 {
			t.Errorf("the page of ninety minutes has %d KB, %d KB packed", plain>>10, packed>>10)
		}
		t.Logf("page of ninety minutes: %d KB plain, %d KB packed, %d queries", plain>>10, packed>>10, few)
	})
}
