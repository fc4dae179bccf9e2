package documents_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	webfiles "plenary/web"
)

// site is the room's pages and JSON API on a real server. Who asks is named in a header.
type site struct {
	*house
	srv *httptest.Server
}

func serve(h *house) *site {
	h.t.Helper()
	cat, err := testkit.Catalog()
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := web.New(web.Config{BaseURL: "https://forum.example", Build: "test"}, cat, h.rec, slog.New(slog.NewTextHandler(h.t.Output(), &slog.HandlerOptions{Level: slog.LevelError})), webfiles.Templates(), webfiles.Assets())
	if err != nil {
		h.t.Fatal(err)
	}
	s.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor {
		return map[string]core.Actor{
			"secretariat": secretariat, "rapporteur": rapporteur, "member": member, "curator": curator, "other staff": otherStaff,
		}[r.Header.Get("Who")]
	}
	pages := documents.NewWeb(h.docs, func(_ context.Context, persons []core.ID) (map[core.ID]string, error) {
		out := map[core.ID]string{}
		for _, p := range persons {
			if p == rapporteur.Person {
				out[p] = "Tomás Rivero"
			}
		}
		return out, nil
	})
	if err := pages.Register(s); err != nil {
		h.t.Fatal(err)
	}
	h.docs.API(s.NewAPI("test"))
	for _, lang := range core.Langs {
		if err := s.ParseAll(lang); err != nil {
			h.t.Fatal(err)
		}
	}
	s.Handle("GET /part/{id}", func(c *web.C) error {
		d, r, err1 := h.docs.SeeRevision(c.Context(), c.Actor, core.ID(c.Param("id")), 0)
		words, err2 := h.docs.Words(c, d, r)
		e, err3 := documents.Prepare(d, r, words)
		text, err4 := documents.TextPart(c, e)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			return err
		}
		return c.Bytes("text/html; charset=utf-8", []byte("<main>"+text+"</main>"))
	})
	st := &site{house: h, srv: httptest.NewServer(s.Handler())}
	h.t.Cleanup(st.srv.Close)
	return st
}

func (s *site) get(who, path string) (int, string, http.Header) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.srv.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Who", who)
	if who != "" {
		req.Header.Set("Cookie", "session=x")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Header
}

func (s *site) page(who, path string) *goquery.Document {
	s.t.Helper()
	status, body, _ := s.get(who, path)
	if status != http.StatusOK {
		s.t.Fatalf("%s for %q answers %d", path, who, status)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	return doc
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// What a reader finds on the page of an old version: the text with its permanent
// numbers, what it rests on, who dissents, that there is a newer one, and how to check.
func TestPageOfAVersion(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := serve(open(t, url))
		s.docs.Labels("takeaway", func(_ context.Context, lang string, refs []string) (map[string]documents.SourceLabel, error) {
			return map[string]documents.SourceLabel{"t1": {Label: "Takeaway 1 of WS 184 (" + lang + ")", URL: "/2023/ws184/report#t1"}}, nil
		})
		s.docs.Degrees(func(context.Context, string, documents.Document, []string) (map[string]documents.DegreeLabel, error) {
			return map[string]documents.DegreeLabel{"broad": {Words: "Broad support", Level: 4}}, nil
		})
		p := text(fees)
		p.Text = p.Text.With("fr", "Les redevances pèsent. Elles devraient suivre la couverture.")
		p.Sources = []documents.Source{{Sentence: 1, Kind: "takeaway", Ref: "t1"}, {Kind: "takeaway", Ref: "secret"}}
		p.Attrs.Sentences = []documents.Degree{{I: 2, Degree: "broad"}}
		p.Attrs.Dissent = []documents.Dissent{{By: "Association <of> operators", Text: core.NewText("en", "It is a national matter.")}}
		heading := documents.Paragraph{Kind: documents.Heading, Level: 3, Text: core.NewText("en", "What was heard")}
		quote := documents.Paragraph{Kind: documents.Quote, Text: core.NewText("en", "<script>alert(1)</script>\nsecond line")}
		d := s.create(documents.Create{Licence: "https://creativecommons.org/licenses/by/4.0/", Paragraphs: []documents.Paragraph{heading, p, quote}})
		rev := s.publish(d.ID, "")
		base := "/documents/" + string(d.ID)

		doc := s.page("", base+"/revisions/1")
		if got := doc.Find("h1").Text(); got != "Report of WS 184" {
			t.Errorf("the heading is %q", got)
		}
		if got := doc.Find("article h2#p1").Text(); got != "What was heard" {
			t.Errorf("the first heading of the text is %q; no level may be left out", got)
		}
		li := doc.Find("li.para.tied#p2")
		if got := squeeze(li.Find(".said").Text()); got != "Spectrum fees designed for cities close networks in villages. 1They should follow coverage.2" {
			t.Errorf("the paragraph reads %q", got)
		}
		if got, _ := li.Find("a.no").Attr("href"); got != "#p2" || li.Find("a.no").Text() != "2" {
			t.Errorf("its permanent link is %s", got)
		}
		if got := squeeze(li.Find("summary").Text()); got != "Rests on 2 sources" {
			t.Errorf("the thread says %q", got)
		}
		if got, _ := li.Find(".rung a").Attr("href"); got != "/2023/ws184/report#t1" {
			t.Errorf("the source leads to %q", got)
		}
		if got := squeeze(li.Find(".rung").Last().Text()); got != "Takeaway A source that is not public or no longer has a name" {
			t.Errorf("an unknown source reads %q", got)
		}
		if got := squeeze(li.Find(".support .degree-4").Text()); got != "Broad support" {
			t.Errorf("the degree reads %q", got)
		}
		if got := squeeze(li.Find(".dissent").Text()); got != "Dissent: Association <of> operatorsIt is a national matter." {
			t.Errorf("the dissent reads %q", got)
		}
		if doc.Find("article script").Length() != 0 || !strings.Contains(doc.Find("blockquote").Text(), "<script>") {
			t.Error("what somebody wrote became part of the page")
		}
		if got := doc.Find("code").Text(); got != rev.Hash {
			t.Errorf("the hash shown is %q", got)
		}
		_, file, head := s.get("", base+"/revisions/1.json")
		sum := sha256.Sum256([]byte(file))
		if hex.EncodeToString(sum[:]) != rev.Hash || head.Get("Content-Type") != "application/json" {
			t.Error("the file that the page leads to has another hash")
		}
		if _, file, _ := s.get("", base+"/revisions/1.txt"); !strings.Contains(squeeze(file), "[1] Takeaway 1 of WS 184 (en) <https://forum.example/2023/ws184/report#t1>") {
			t.Errorf("the plain text is\n%s", file)
		}
		if _, file, _ := s.get("", base+"/revisions/1.md"); !strings.Contains(file, `\<script\>`) {
			t.Errorf("the Markdown is\n%s", file)
		}
		if doc.Find(".notice").Length() != 0 {
			t.Errorf("a notice stands on the only version: %s", doc.Find(".notice").Text())
		}

		fr := s.page("", "/fr"+base+"/revisions/1")
		if got := squeeze(fr.Find("#p2 .said").Text()); got != "Les redevances pèsent. 1Elles devraient suivre la couverture.2" {
			t.Errorf("in French the paragraph reads %q", got)
		}
		if got, _ := fr.Find("blockquote").Attr("lang"); got != "en" || fr.Find(".fallback").Length() != 1 {
			t.Error("what is not translated does not say so")
		}
		if got, _ := fr.Find("#p2 .rung a").Attr("href"); got != "/fr/2023/ws184/report#t1" {
			t.Errorf("in French the source leads to %q", got)
		}
		ar := s.page("", "/ar"+base+"/revisions/1")
		if got, _ := ar.Find("#p2 .said p").Attr("dir"); got != "ltr" {
			t.Error("English on an Arabic page is not set from left to right")
		}

		s.revise(d.ID, documents.Revise{Paragraphs: []documents.Paragraph{heading, p}, Note: "The quote was wrong."})
		s.publish(d.ID, "")
		doc = s.page("", base+"/revisions/1")
		if got, _ := doc.Find(".notice.warning a").Attr("href"); got != base+"/revisions/2" {
			t.Errorf("the old version does not lead to the newer one: %q", got)
		}
		doc = s.page("", base+"/revisions/2")
		if got := squeeze(doc.Find(".notice.info").Text()); got != "What this version corrects The quote was wrong." && got != "What this version correctsThe quote was wrong." {
			t.Errorf("the correction says %q", got)
		}
		if got := squeeze(doc.Find(".head .status").Text()); !strings.HasPrefix(got, "Correction, published 20 Oct 2026, 08:") {
			t.Errorf("its state is %q", got)
		}
	})
}

func TestPagesOfVersions(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := serve(open(t, url))
		d := s.create(documents.Create{Paragraphs: texts(access, rights, fees)})
		base := "/documents/" + string(d.ID)
		s.publish(d.ID, "")
		if got := squeeze(s.page("", base+"/compare").Find(".empty h2").Text()); got != "There is one version so far" {
			t.Errorf("the comparison of one version says %q", got)
		}
		s.revise(d.ID, documents.Revise{Title: core.NewText("en", "Final report of WS 184"), Paragraphs: texts(strings.Replace(fees, "cities", "towns", 1), access, rights, "A new one stands at the end.")})
		s.publish(d.ID, "A word was wrong.")
		s.revise(d.ID, documents.Revise{Paragraphs: texts(access)})

		rows := s.page("", base+"/revisions").Find("ul.rows > li")
		if got := squeeze(rows.First().Text()); rows.Length() != 2 || !strings.HasPrefix(got, "Version 2") || !strings.Contains(got, "by Tomás Rivero") || !strings.Contains(got, "A word was wrong.") || !strings.Contains(got, "Compare with version 1") {
			t.Errorf("%d rows, the first: %s", rows.Length(), got)
		}
		if n := s.page("rapporteur", base+"/revisions").Find("ul.rows > li").Length(); n != 3 {
			t.Errorf("the rapporteur sees %d versions, want 3 with the draft", n)
		}

		check := func(doc *goquery.Document) {
			t.Helper()
			if got := squeeze(doc.Find(".result").Text()); got != "1 paragraph changed · 1 new · 1 moved" {
				t.Errorf("the summary says %q", got)
			}
			if got := squeeze(doc.Find("#p3").Text()); !strings.Contains(got, "Changed") || !strings.Contains(got, "Moved") || !strings.Contains(got, "Taken out: cities") || !strings.Contains(got, "Put in: towns") {
				t.Errorf("the changed paragraph reads %q", got)
			}
			if got := squeeze(doc.Find("article details summary").First().Text()); got != "2 paragraphs without a change" {
				t.Errorf("the fold says %q", got)
			}
			if got := squeeze(doc.Find("article p strong").Parent().Text()); got != "Title: Put in: Final Report Taken out: Report Put in: report of WS 184" && !strings.Contains(got, "Final") {
				t.Errorf("the title reads %q", got)
			}
		}
		doc := s.page("", base+"/compare?from=1&to=2")
		check(doc)
		check(s.page("", base+"/compare"))
		if got := squeeze(doc.Find("select#from option[selected]").Text()); !strings.HasPrefix(got, "Version 1, 20 Oct 2026") {
			t.Errorf("the form shows %q", got)
		}
		if s.page("", "/part/"+string(d.ID)).Find("main > article.document #p4").Length() != 1 {
			t.Error("owner rooms cannot show the text on their own pages")
		}
		if got := squeeze(s.page("", base+"/compare?from=2&to=2").Find(".result").Text()); got != "The two versions do not differ." {
			t.Errorf("a version compared with itself: %q", got)
		}
		for _, bad := range []string{"?from=0", "?to=3", "?to=x", "?from=99&to=1"} {
			if status, _, _ := s.get("", base+"/compare"+bad); status != http.StatusNotFound {
				t.Errorf("compare%s answers %d", bad, status)
			}
		}

		if status, _, head := s.get("", base); status != http.StatusSeeOther || head.Get("Location") != base+"/revisions/2" {
			t.Errorf("the permanent address leads to %s (%d)", head.Get("Location"), status)
		}
		s.docs.Address("report", func(_ context.Context, docs []documents.Document) (map[core.ID]string, error) {
			return map[core.ID]string{docs[0].ID: "/2023/ws184/report"}, nil
		})
		if _, _, head := s.get("", base); head.Get("Location") != "/2023/ws184/report" {
			t.Errorf("the permanent address leads to %s", head.Get("Location"))
		}
	})
}

// A page asks the same number of queries however long the text is.
func TestQueriesOfPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := serve(open(t, url))
		cited := s.create(documents.Create{Paragraphs: texts(access)})
		s.publish(cited.ID, "")
		for _, n := range []int{1, 40} {
			var list []documents.Paragraph
			for range n {
				p := text(fees)
				p.Sources = []documents.Source{{Kind: documents.SourceParagraph, Ref: documents.ParaRef(cited.ID, "p1")}}
				list = append(list, p)
			}
			d := s.create(documents.Create{Paragraphs: list})
			s.publish(d.ID, "")
			s.revise(d.ID, documents.Revise{Paragraphs: append(list, text(rights)), Note: "One was missing."})
			s.publish(d.ID, "")
			base := "/documents/" + string(d.ID)
			for path, want := range map[string]int64{
				base: 1, base + "/revisions": 3, base + "/revisions/2": 6, base + "/revisions/2.md": 6, base + "/revisions/2.json": 6,
				base + "/compare": 9, "/api/v1" + base: 2, "/api/v1" + base + "/revisions/2": 4,
			} {
				before := s.asked.n.Load()
				s.get("member", path)
				if got := s.asked.n.Load() - before; got != want {
					t.Errorf("%s with %d paragraphs asks %d queries, want %d", strings.TrimPrefix(path, base), n, got, want)
				}
			}
		}
	})
}

// Visitors get kept pages, and a publication makes them fresh at once.
func TestPagesAreKeptUntilSomethingIsPublished(t *testing.T) {
	s := serve(open(t, testkit.SQLite(t)))
	d := s.create(documents.Create{Paragraphs: texts(access)})
	s.publish(d.ID, "")
	path := "/documents/" + string(d.ID) + "/revisions/1"
	_, _, first := s.get("", path)
	_, _, again := s.get("", path)
	if first.Get("Etag") == "" || again.Get("Etag") != first.Get("Etag") || again.Get("X-Request-Id") != "" {
		t.Error("the page is not kept")
	}
	s.revise(d.ID, documents.Revise{Paragraphs: texts(fees), Note: "Another text."})
	s.publish(d.ID, "")
	if _, body, _ := s.get("", path); !strings.Contains(body, "There is a newer version") {
		t.Error("the kept page does not know of the newer version")
	}
}
