package papers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/papers"
	"plenary/internal/platform/db"
	"plenary/internal/testkit"
)

const word = "Quastelquille"

// E149, E135: who may know of a paper is the same on the page, in lists, in the JSON API,
// in the search and for its document.
func TestWhoSeesWhat(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		ctx := t.Context()
		add := func(as string, at papers.Place, kind string, open bool) papers.Paper {
			t.Helper()
			p, err := s.Add(ctx, s.actors[as], at, papers.Input{Kind: kind, Title: en(word), Text: en("Words of " + word + "."), OpenDraft: open, Person: s.actors["speaker"].Person, By: "X"})
			must(t, err)
			return p
		}
		publish := func(p papers.Paper) papers.Paper {
			t.Helper()
			p, err := s.Publish(ctx, staff, p.ID, papers.PublishInput{Version: p.Version})
			must(t, err)
			return p
		}
		body, session := papers.Place{Body: s.body.ID}, papers.Place{Session: s.session.ID}
		cases := []struct {
			name string
			p    papers.Paper
			seen []string
		}{
			{"draft of a body", add("coordinator", body, papers.PaperKind, false), []string{"staff", "coordinator"}},
			{"open draft of a body", add("coordinator", body, papers.Charter, true), []string{"", "staff", "coordinator", "organiser", "speaker", "member"}},
			{"draft of a statement", add("organiser", session, papers.Statement, false), []string{"staff", "organiser", "speaker"}},
			{"draft of the staff", add("staff", papers.Place{Edition: s.set.ID}, papers.Daily, false), []string{"staff"}},
			{"published", publish(add("coordinator", body, papers.PaperKind, false)), []string{"", "staff", "coordinator", "organiser", "speaker", "member"}},
			{"open draft in an edition that is a draft", add("staff", papers.Place{Edition: s.hidden.ID}, papers.Vision, true), []string{"staff"}},
		}
		_, err := s.Publish(ctx, staff, cases[5].p.ID, papers.PublishInput{Version: 1})
		kindOf(t, err, core.KindConflict)
		finds := papers.NewFinds(s.Service)
		for _, c := range cases {
			docs, err := finds.Docs(ctx, []core.ID{c.p.ID})
			must(t, err)
			for as, a := range s.actors {
				want := slices.Contains(c.seen, as) || as == "other" && slices.Contains(c.seen, "member")
				name := fmt.Sprintf("%s as %q", c.name, as)
				code, _, _ := s.do(as, "GET", c.p.Path(), nil)
				if (code == http.StatusOK) != want {
					t.Errorf("%s: page %d", name, code)
				}
				code, _, _ = s.do(as, "GET", "/api/v1"+c.p.Path(), nil)
				if (code == http.StatusOK) != want {
					t.Errorf("%s: API %d", name, code)
				}
				for _, list := range []string{"/papers", "/api/v1/papers"} {
					_, page, _ := s.do(as, "GET", list, nil)
					if strings.Contains(page, string(c.p.ID)) != want {
						t.Errorf("%s: in %s %v", name, list, !want)
					}
				}
				readers := append(a.Readers(), "public")
				if slices.ContainsFunc(docs[0].Readers, func(r string) bool { return slices.Contains(readers, r) }) != want {
					t.Errorf("%s: search %v", name, docs[0].Readers)
				}
				may, err := finds.May(ctx, a, []string{string(c.p.ID)})
				must(t, err)
				if may[string(c.p.ID)] != want {
					t.Errorf("%s: May %v", name, may)
				}
				code, _, _ = s.do(as, "GET", "/documents/"+string(c.p.Document)+"/revisions/1", nil)
				if (code == http.StatusOK) != want {
					t.Errorf("%s: document %d", name, code)
				}
			}
		}
	})
}

// What is being written of a published paper is hidden as a first draft is, and the
// history does not tell of it.
func TestDraftOfTheNextVersion(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		ctx := t.Context()
		p, err := s.Add(ctx, s.actors["coordinator"], papers.Place{Body: s.body.ID}, papers.Input{Kind: papers.PaperKind, Title: en("A paper"), Text: en("One.\n\nTwo.")})
		must(t, err)
		p, err = s.Publish(ctx, s.actors["coordinator"], p.ID, papers.PublishInput{Version: p.Version})
		must(t, err)
		old := p.Version
		in := papers.Input{Version: p.Version, Kind: p.Kind, Title: en("A paper by another name"), Text: en("One.\n\n" + word + ".")}
		p, err = s.Edit(ctx, s.actors["coordinator"], p.ID, in, false)
		must(t, err)
		for as, want := range map[string]bool{"": false, "member": false, "organiser": false, "coordinator": true, "staff": true} {
			_, page, _ := s.do(as, "GET", p.Path()+"?draft=1", nil)
			if strings.Contains(page, word) != want || !strings.Contains(page, "One.") {
				t.Errorf("as %q: draft seen %v", as, !want)
			}
			_, page, _ = s.do(as, "GET", p.Path()+"/history", nil)
			if strings.Contains(page, "Paper changed") != want {
				t.Errorf("as %q: history tells of the draft %v", as, !want)
			}
			for _, list := range []string{"/papers", "/api/v1/papers", s.body.Path(), p.Path()} {
				if _, page, _ = s.do(as, "GET", list, nil); strings.Contains(page, "by another name") {
					t.Errorf("as %q: %s has the title of the draft", as, list)
				}
			}
			if v, err := s.View(ctx, s.actors[as], p.ID, false); err != nil || v.Revision.Number != 1 {
				t.Errorf("as %q: %v", as, err)
			}
		}
		// Somebody who wrote at the same time is told how it stands now.
		in.Version = old
		_, err = s.Edit(ctx, staff, p.ID, in, false)
		kindOf(t, err, core.KindStale)
		// A further version says what changed; nothing new is nothing to publish.
		_, err = s.Publish(ctx, staff, p.ID, papers.PublishInput{Version: p.Version})
		kindOf(t, err, core.KindInvalid)
		p, err = s.Publish(ctx, staff, p.ID, papers.PublishInput{Version: p.Version, Note: "Second point"})
		must(t, err)
		if p.Title.String() != "A paper by another name" {
			t.Errorf("published as %s", p.Title)
		}
		// Who saves by hand changes the licence at once, and the history says so; what the
		// program saves changes nothing that everybody sees.
		in.Version, in.Licence = p.Version, "CC0-1.0"
		p, err = s.Edit(ctx, staff, p.ID, in, true)
		must(t, err)
		if p.Licence != "" {
			t.Errorf("an autosave changed the licence to %s", p.Licence)
		}
		in.Version = p.Version
		p, err = s.Edit(ctx, staff, p.ID, in, false)
		must(t, err)
		if _, page, _ := s.do("", "GET", p.Path()+"/history", nil); p.Licence != "CC0-1.0" || !strings.Contains(page, "CC0-1.0") {
			t.Errorf("the history does not tell of the licence %q", p.Licence)
		}
		_, err = s.Publish(ctx, staff, p.ID, papers.PublishInput{Version: p.Version, Note: "Again"})
		kindOf(t, err, core.KindConflict)
		// Final: only visible corrections, by those who keep it.
		p, err = s.Publish(ctx, s.actors["coordinator"], p.ID, papers.PublishInput{Version: p.Version, As: papers.StateFinal})
		must(t, err)
		_, err = s.Edit(ctx, s.actors["member"], p.ID, papers.Input{Version: p.Version, Title: en("X"), Text: en("Y.")}, false)
		kindOf(t, err, core.KindForbidden)
		in.Version, in.Text = p.Version, en("One.\n\nThree.")
		p, err = s.Edit(ctx, staff, p.ID, in, false)
		must(t, err)
		p, err = s.Publish(ctx, staff, p.ID, papers.PublishInput{Version: p.Version, Note: "A wrong word"})
		must(t, err)
		rev, err := s.docs.Published(ctx, p.Document)
		must(t, err)
		if r := rev[p.Document]; p.State != papers.StateFinal || !r.Correction || r.Stage != papers.StateFinal || r.Number != 4 {
			t.Errorf("corrected %s %+v", p.State, r)
		}
	})
}

// Sources stay with their sentences when the text is edited on one page (E147: what a
// paper says can be cited by Messages).
func TestSourcesStayThroughEdits(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		para := documents.Paragraph{Text: en("First sentence stands. Second sentence rests on a session."), Sources: []documents.Source{{Sentence: 2, Kind: "session", Ref: string(h.session.ID)}}}
		p, err := h.Add(ctx, staff, papers.Place{Edition: h.set.ID}, papers.Input{
			Kind: papers.TrackOutput, Title: en("Output"), Paragraphs: []documents.Paragraph{{Text: en("Before.")}, para},
		})
		must(t, err)
		p, err = h.Edit(ctx, staff, p.ID, papers.Input{Version: p.Version, Title: en("Output"), Text: en("New first.\n\nBefore.\n\nA sentence comes. First sentence stands. Second sentence rests on a session.")}, false)
		must(t, err)
		heads, err := h.docs.Head(ctx, p.Document)
		must(t, err)
		got := heads[p.Document].Paragraphs
		if len(got) != 3 || len(got[2].Sources) != 1 || got[2].Sources[0].Sentence != 3 {
			t.Errorf("sources %+v", got)
		}
		if _, err := h.Publish(ctx, staff, p.ID, papers.PublishInput{Version: p.Version}); err != nil {
			t.Fatal(err)
		}
		labels, err := h.docs.Resolver(ctx, "en")(documents.SourceParagraph, []string{documents.ParaRef(p.Document, got[2].ID)})
		must(t, err)
		if l := labels[documents.ParaRef(p.Document, got[2].ID)]; l.URL != p.Path()+"#"+got[2].ID {
			t.Errorf("cited as %+v", l)
		}
	})
}

// Who may add what, where; a daily summary is never official; a link needs no text.
func TestAdding(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		at := map[string]papers.Place{"session": {Session: h.session.ID}, "body": {Body: h.body.ID}, "edition": {Edition: h.set.ID}}
		may := map[string][]string{"session": {"staff", "organiser", "speaker"}, "body": {"staff", "coordinator"}, "edition": {"staff"}}
		for place, where := range at {
			kind := papers.KindsFor(where)[0]
			for as, a := range h.actors {
				_, err := h.Add(ctx, a, where, papers.Input{Kind: kind, Title: en("T"), Text: en("Words."), By: "Somebody"})
				if ok := err == nil; ok != slices.Contains(may[place], as) {
					t.Errorf("%q at %s: %v", as, place, err)
				}
			}
		}
		_, err := h.Add(ctx, staff, at["edition"], papers.Input{Kind: papers.Daily, Title: en("T"), URL: "https://example.org/day-1"})
		kindOf(t, err, core.KindInvalid)
		p, err := h.Add(ctx, staff, at["edition"], papers.Input{Kind: papers.Daily, Title: en("Day 1"), URL: "https://example.org/day-1", By: "Harbour Gazette"})
		must(t, err)
		p, err = h.Publish(ctx, staff, p.ID, papers.PublishInput{Version: p.Version})
		must(t, err)
		if !p.Unofficial || p.Document != "" || p.State != papers.StatePublished {
			t.Errorf("%+v", p)
		}
		// A speaker's statement is hers: she edits the draft, but does not publish it.
		mine, err := h.Add(ctx, h.actors["speaker"], at["session"], papers.Input{Kind: papers.Statement, Title: en("T"), Text: en("W."), Person: h.actors["organiser"].Person})
		must(t, err)
		if mine.Person != h.actors["speaker"].Person || mine.Edition != h.set.ID {
			t.Errorf("%+v", mine)
		}
		mine, err = h.Edit(ctx, h.actors["speaker"], mine.ID, papers.Input{Version: mine.Version, Title: en("T"), Text: en("Other.")}, false)
		must(t, err)
		_, err = h.Publish(ctx, h.actors["speaker"], mine.ID, papers.PublishInput{Version: mine.Version})
		kindOf(t, err, core.KindForbidden)
		_, err = h.Publish(ctx, h.actors["organiser"], mine.ID, papers.PublishInput{Version: mine.Version})
		must(t, err)
		flaws, err := h.Check(ctx)
		if err != nil || len(flaws) != 0 {
			t.Errorf("flaws %v, %v", flaws, err)
		}
	})
}

// The forms work as a browser sends them, and say what is wrong where it is wrong.
func TestForms(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		where := "/papers/new?body=" + string(s.body.ID)
		form := url.Values{"kind": {"joint"}, "title.Orig": {"en"}, "title.By[en]": {"Access for all"}, "text.Orig": {"en"}, "text.By[en]": {"We [shall — NGOs act."}, "licence": {"CC-BY-4.0"}}
		code, page, _ := s.do("coordinator", "POST", where, form)
		if code != http.StatusUnprocessableEntity || !strings.Contains(page, "opened in paragraph 1") || !strings.Contains(page, "We [shall — NGOs act.") {
			t.Fatalf("%d %s", code, page)
		}
		form.Set("text.By[en]", "We [shall — NGOs] act.\n\nSecond.")
		code, _, head := s.do("coordinator", "POST", where, form)
		if code != http.StatusSeeOther {
			t.Fatal(code)
		}
		path := head.Get("Location")
		for _, sub := range []string{"", "/edit", "/publish", "/window", "/brackets/p1/1", "/history"} {
			if code, page, _ := s.do("coordinator", "GET", path+sub, nil); code != http.StatusOK {
				t.Errorf("%s: %d %s", sub, code, page)
			}
		}
		_, page, _ = s.do("coordinator", "GET", path, nil)
		if !strings.Contains(page, "No consensus on what follows, asked for by NGOs:") || !strings.Contains(page, `href="`+path+`/brackets/p1/1"`) {
			t.Error("the page does not show the open bracket")
		}
		id := core.ID(path[strings.LastIndexByte(path, '/')+1:])
		v, err := s.View(t.Context(), staff, id, true)
		must(t, err)
		code, page, _ = s.do("coordinator", "POST", path+"/save", url.Values{"version": {fmt.Sprint(v.Version)}, "kind": {"joint"}, "title.Orig": {"en"}, "title.By[en]": {"Access"}, "text.Orig": {"en"}, "text.By[en]": {"We act."}})
		if code != http.StatusOK || !strings.Contains(page, `"version":`) {
			t.Errorf("autosave %d %s", code, page)
		}
		code, _, _ = s.do("coordinator", "POST", path+"/edit", url.Values{"version": {fmt.Sprint(v.Version)}, "kind": {"joint"}, "title.Orig": {"en"}, "title.By[en]": {"Other"}, "text.Orig": {"en"}, "text.By[en]": {"We."}})
		if code != http.StatusConflict {
			t.Errorf("stale edit: %d", code)
		}
		// Endorsing in a browser.
		v, err = s.View(t.Context(), staff, id, true)
		must(t, err)
		s.opened(v.Paper)
		if code, _, _ := s.do("member", "GET", path+"/endorse", nil); code != http.StatusOK {
			t.Errorf("endorse form: %d", code)
		}
		code, _, _ = s.do("member", "POST", path+"/endorse", url.Values{"for": {"self"}})
		if code != http.StatusSeeOther {
			t.Errorf("endorse: %d", code)
		}
		_, page, _ = s.do("member", "GET", path, nil)
		if !strings.Contains(page, "1 endorsement") || !strings.Contains(page, "/end\"") {
			t.Error("the endorsement does not stand")
		}
		// What a body, a person and an organisation wrote or endorsed stands on their pages.
		for _, at := range []string{s.body.Path(), "/people/" + string(s.actors["member"].Person), "/papers", "/2026/papers"} {
			code, page, _ := s.do("", "GET", at, nil)
			if has := strings.Contains(page, path); code != http.StatusOK || has == (at == "/2026/papers") {
				t.Errorf("%s: %d, has it %v", at, code, has)
			}
		}
	})
}

// The number of queries of a list and of a page does not depend on how much there is.
func TestQueries(t *testing.T) {
	h := newSite(t, testkit.SQLite(t))
	count := func(do func(ctx context.Context)) int64 {
		ctx, n := db.WithCount(t.Context())
		do(ctx)
		return n.Load()
	}
	list := func(ctx context.Context) {
		req := h.request(ctx, "/papers")
		if req != http.StatusOK {
			t.Fatal(req)
		}
	}
	docs := func(ctx context.Context) {
		ids, err := papers.NewFinds(h.Service).All(ctx)
		must(t, err)
		_, err = papers.NewFinds(h.Service).Docs(ctx, ids)
		must(t, err)
	}
	p := h.joint("We act.")
	show := func(ctx context.Context) {
		if code := h.request(ctx, p.Path()); code != http.StatusOK {
			t.Fatal(code)
		}
	}
	add := func(n int) {
		for range n {
			q, err := h.Add(t.Context(), staff, papers.Place{Body: h.body.ID, Edition: h.set.ID}, papers.Input{Kind: papers.Outcome, Title: en("T"), Text: en("W."), Organisation: "Sahel Networks"})
			must(t, err)
			_, err = h.Publish(t.Context(), staff, q.ID, papers.PublishInput{Version: q.Version})
			must(t, err)
		}
	}
	sign := func(who ...string) {
		for _, w := range who {
			_, err := h.Endorse(t.Context(), h.actors[w], p.ID, "en", papers.EndorseInput{})
			must(t, err)
		}
	}
	add(2)
	sign("speaker")
	l, s, d := count(list), count(show), count(docs)
	add(20)
	sign("other", "member", "organiser")
	if l2, s2, d2 := count(list), count(show), count(docs); l2 != l || s2 != s || d2 != d || l > 25 || s > 25 {
		t.Errorf("queries: list %d then %d, page %d then %d, search %d then %d", l, l2, s, s2, d, d2)
	}
	t.Logf("queries: list %d, page %d, search %d", l, s, d)
}

// What others wrote is marked in lists, on its page, in the JSON API and in files.
func TestUnofficialIsMarkedEverywhere(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		ctx := t.Context()
		p, err := s.Add(ctx, staff, papers.Place{Edition: s.set.ID}, papers.Input{Kind: papers.Daily, Title: en("Day 1"), Text: en("It rained."), By: "Harbour Gazette"})
		must(t, err)
		p, err = s.Publish(ctx, staff, p.ID, papers.PublishInput{Version: p.Version})
		must(t, err)
		doc := "/documents/" + string(p.Document) + "/revisions/1"
		for _, at := range []string{p.Path(), "/papers", "/2026/papers", "/2026/outcomes", doc, doc + ".txt", doc + ".md"} {
			if code, page, _ := s.do("", "GET", at, nil); code != http.StatusOK || !strings.Contains(strings.ToLower(page), "not official") {
				t.Errorf("%s: %d, not marked", at, code)
			}
		}
		for _, at := range []string{"/api/v1/papers", "/api/v1" + p.Path()} {
			if _, page, _ := s.do("", "GET", at, nil); !strings.Contains(page, `"unofficial":true`) || !strings.Contains(page, "Harbour Gazette") {
				t.Errorf("%s is not marked: %s", at, page)
			}
		}
	})
}
