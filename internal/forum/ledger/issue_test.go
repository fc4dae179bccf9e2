package ledger_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/ledger"
	"plenary/internal/platform/record"
)

// An issue shows over the years what was called for in 2023, what was answered in 2024,
// the sessions of both years, and where the call is cited elsewhere (E137, E146, E148).
func TestIssueOverTheYears(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		calls := s.publish(t, licence, masts)
		c, silent := calls[licence.Text.String()], calls[masts.Text.String()]
		s.clock.Freeze(time.Date(2024, 12, 16, 9, 0, 0, 0, time.UTC))
		x := s.claim(t, s.cem, c.ID, ledger.ClaimInput{Organisation: string(s.hill.ID), Kind: ledger.KindCommitment, Words: en("A licence class by the summer.")})
		if err := s.s.Confirm(t.Context(), staff, x.ID, x.Version); err != nil {
			t.Fatal(err)
		}
		issue := s.must("staff", "/issues/new", map[string]string{"name.By[en]": "Rural access", "about.By[en]": "How far networks reach.", "words": "access\nmasts\nlicence"})
		if issue != "/issues/rural-access" {
			t.Fatalf("the issue stands at %s", issue)
		}
		sug := s.page("staff", issue+"/suggest")
		if got := text(sug.Find("fieldset")); !strings.Contains(got, "It has the tag “access”.") || !strings.Contains(got, "It says “masts”.") || !strings.Contains(got, "Rural networks of 2024") {
			t.Errorf("suggestions: %q", got)
		}
		var form []string
		sug.Find("input[name=thing]").Each(func(_ int, in *goquery.Selection) {
			form = append(form, "thing="+url.QueryEscape(in.AttrOr("value", "")))
		})
		if code, _, _ := s.send("staff", http.MethodPost, issue+"/suggest", "application/x-www-form-urlencoded", strings.NewReader(strings.Join(form, "&"))); code != http.StatusSeeOther {
			t.Fatalf("attach what is ticked: %d", code)
		}
		if got := text(s.page("staff", issue+"/suggest").Find(".empty")); got == "" {
			t.Error("what is attached is suggested again")
		}
		ref := s.must("staff", "/references/new", map[string]string{"title.By[en]": "Report of a commission", "symbol": "e/cn.16/2024/2", "day": "2024-03-20", "issuer": "A commission", "copy_text": "It quotes the call."})
		s.must("staff", ref+"/cites", map[string]string{"where": c.Path(), "place": "paragraph 12", "quote": "offer a licence"})
		if code, _, _ := s.fill("staff", ref+"/cites", map[string]string{"where": c.Path(), "place": "paragraph 12"}); code != http.StatusUnprocessableEntity && code != http.StatusConflict {
			t.Errorf("the same citation twice: %d", code)
		}
		for _, as := range []string{"", "staff"} {
			p := s.page(as, issue)
			y24, y23 := text(p.Find("#y2024")), text(p.Find("#y2023"))
			for _, want := range []string{"Ministry of the Hills", "A licence class by the summer.", "Rural networks of 2024", "E/CN.16/2024/2 Report of a commission", "offer a licence"} {
				if !strings.Contains(y24, want) {
					t.Errorf("2024 lacks %q: %s", want, y24)
				}
			}
			for _, want := range []string{"Offer a licence for rural networks.", "Committed", "Share masts with communities.", "Nobody has answered since 8 Oct 2023, for 435 days.", "Rural networks of 2023"} {
				if !strings.Contains(y23, want) {
					t.Errorf("2023 lacks %q: %s", want, y23)
				}
			}
		}
		if got := text(s.page("", c.Path()).Find("main")); !strings.Contains(got, "Rural access") || !strings.Contains(got, "Cited in") {
			t.Errorf("the call does not lead to its issue and citation: %s", got)
		}
		var view ledger.IssueView
		s.api("/api/v1/issues/rural-access", &view)
		if len(view.Years) != 2 || view.Years[0].Year != 2024 || view.Years[1].Year != 2023 {
			t.Errorf("API: %+v", view)
		}
		if n := s.queries(issue); n > 26 {
			t.Errorf("the issue asks %d questions", n)
		}
		s.must("staff", issue+"/edit", map[string]string{"name.By[en]": "Access in rural areas"})
		code, _, _ := s.send("staff", http.MethodPost, issue+"/detach", "application/x-www-form-urlencoded", strings.NewReader("thing="+url.QueryEscape("paragraph "+silent.Ref)))
		if got := text(s.page("", issue).Find("#y2023")); code != http.StatusSeeOther || strings.Contains(got, "Share masts") {
			t.Errorf("%d, after taking it off: %s", code, got)
		}
	})
}

// messagesOf writes a document of Messages with one numbered paragraph, as the room
// above does.
func (h *house) messagesOf(t *testing.T, edition, words string) core.ID {
	t.Helper()
	var id core.ID
	h.write(t, func(ctx context.Context, tx *record.Tx) error {
		set := h.sets[edition]
		d, err := h.Documents.CreateTx(ctx, tx, documents.Create{Scope: set.Scope(), Kind: "messages", Subject: set.ID, Title: en("Messages of " + edition)})
		if err != nil {
			return err
		}
		id = d.ID
		p := documents.Paragraph{Kind: documents.Item, Text: en(words)}
		p.Attrs.Own = []byte(`{"part":"message","n":3}`)
		if _, err := h.Documents.ReviseTx(ctx, tx, d.ID, documents.Revise{BasedOn: d.Version, Paragraphs: []documents.Paragraph{p}}); err != nil {
			return err
		}
		_, err = h.Documents.PublishTx(ctx, tx, d.ID, "")
		return err
	})
	return id
}

// A process has its dates, what was submitted to it with a receipt, and where it cites
// the Messages; an outside document leads to the sessions in which it was cited; an
// output shows from what it was made, and the other way round (E136, E145, E146, E151,
// E152, E157).
func TestProcessesAndTexts(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		s.publish(t, licence, masts)
		old, fresh := s.messagesOf(t, "2023", "Access needs owners."), s.messagesOf(t, "2024", "Access needs owners and masts.")
		s.clock.Freeze(time.Date(2025, 2, 1, 9, 0, 0, 0, time.UTC))
		process := s.must("staff", "/processes/new", map[string]string{
			"name.By[en]": "A compact", "url": "https://compact.example", "milestones[0].day": "2024-09-22", "milestones[0].title.By[en]": "Adopted", "milestones[1].day": "2023", "milestones[1].title.By[en]": "Begun",
		})
		if code, body, _ := s.fill("staff", process+"/edit", map[string]string{"milestones[0].day": "soon"}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "a year (2024)") {
			t.Errorf("a bad date: %d", code)
		}
		id := s.page("staff", process).Find(`a[href*="/ledger/deliver"]`).AttrOr("href", "")
		s.must("staff", id, map[string]string{"where": "/2023/messages", "to": "The secretariat of the compact", "day": "2023-11-30", "by": "Secretariat", "form": "upload", "receipt": "Number 17"})
		reference := s.must("staff", s.page("staff", process).Find(`a[href*="/references/new"]`).AttrOr("href", ""), map[string]string{
			"title.By[en]": "Text of the compact", "symbol": "A/RES/79/1", "url": "https://undocs.example/A/RES/79/1", "day": "2024-09-22",
		})
		s.must("staff", reference+"/cites", map[string]string{"where": "/en/2023/messages/3"})
		if code, _, _ := s.fill("staff", reference+"/cites", map[string]string{"where": "/2023/messages/99"}); code != http.StatusUnprocessableEntity {
			t.Errorf("a Message that is not there is cited: %d", code)
		}
		s.must("staff", reference+"/mentions", map[string]string{"where": s.later.Path(), "note": "By two speakers."})
		got := text(s.page("", process).Find("main"))
		for _, want := range []string{"22 Sep 2024", "Adopted", "Begun", "Messages of 2023", "Version 1", "Number 17", "Uploaded on a website", "A/RES/79/1", "cites the forum in 1 place", "cited in 1 session"} {
			if !strings.Contains(got, want) {
				t.Errorf("the process lacks %q: %s", want, got)
			}
		}
		page := text(s.page("", reference).Find("main"))
		for _, want := range []string{"Access needs owners.", "Rural networks of 2024", "By two speakers."} {
			if !strings.Contains(page, want) {
				t.Errorf("the outside document lacks %q: %s", want, page)
			}
		}
		if got := text(s.page("", "/test/session/"+string(s.later.ID)).Find("main")); !strings.Contains(got, "Text of the compact") {
			t.Errorf("the session does not show what was cited: %s", got)
		}
		if code, _, _ := s.fill("staff", "/references/new", map[string]string{"title.By[en]": "Again", "symbol": "a/res/79/1"}); code == http.StatusSeeOther {
			t.Error("a symbol is entered twice")
		}
		if got := text(s.page("", "/references?q=a/res/79/1").Find(".rows")); !strings.Contains(got, "Text of the compact") {
			t.Errorf("found by symbol: %q", got)
		}
		s.must("staff", "/ledger/derive", map[string]string{"later": "/2024/messages/3", "earlier": "/2023/messages/3", "note": "Taken up again."})
		for ref, want := range map[string]string{
			documents.ParaRef(old, "p1"): "Went on in", documents.ParaRef(fresh, "p1"): "Made from", string(old): "The secretariat of the compact",
		} {
			of, err := s.s.Of(t.Context(), core.Visitor, []string{ref})
			if err != nil || len(of[ref]) == 0 {
				t.Errorf("%s: %+v, %v", ref, of, err)
			}
			if got := text(s.page("", "/test/text/"+url.QueryEscape(ref)).Find("main")); !strings.Contains(got, want) {
				t.Errorf("%s lacks %q: %s", ref, want, got)
			}
		}
		s.must("staff", "/ledger/mark", map[string]string{"where": "/2024/messages/3", "to": "government"})
		if code, _, _ := s.fill("staff", "/ledger/mark", map[string]string{"where": "/2024/messages/3", "to": "government"}); code == http.StatusSeeOther {
			t.Error("a Message is marked twice")
		}
		if got := text(s.page("", "/2024/calls").Find(".rows")); !strings.Contains(got, "Access needs owners and masts.") {
			t.Errorf("the marked Message: %q", got)
		}
		follow := s.must("cem", "/commitments/new", map[string]string{"words.By[en]": "We take it into our principles.", "session": s.BaseURL + s.later.Path()})
		if code, _, _ := s.send("staff", http.MethodPost, follow+"/confirm", "", nil); code != http.StatusSeeOther {
			t.Fatal(code)
		}
		if got := text(s.page("", "/test/session/"+string(s.later.ID)).Find("main")); !strings.Contains(got, "We take it into our principles.") { // E159
			t.Errorf("the session does not show what followed: %s", got)
		}
		flaws, err := s.s.Check(t.Context())
		if err != nil || len(flaws) != 0 {
			t.Errorf("a whole ledger has flaws: %+v, %v", flaws, err)
		}
		s.write(t, func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("UPDATE ledger_citations SET ref = ?", documents.ParaRef(old, "p99")).Exec(ctx)
			return err
		})
		if flaws, err = s.s.Check(t.Context()); err != nil || len(flaws) != 1 || flaws[0].Code != "dangling-ledger" {
			t.Errorf("a citation of nothing: %+v, %v", flaws, err)
		}
	})
}

// What the search knows: answered calls, issues, processes; each for who may see it.
func TestFinds(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		calls := h.publish(t, licence, masts)
		c := calls[masts.Text.String()]
		x := h.claim(t, h.ana, c.ID, ledger.ClaimInput{Organisation: string(h.river.ID), Kind: ledger.KindAnswer, Words: en("Already done in the north.")})
		f := ledger.NewFinds(h.s)
		all, err := f.All(t.Context())
		if err != nil || len(all) != 2 {
			t.Fatalf("%v, %v", all, err)
		}
		if docs, err := f.Docs(t.Context(), all); err != nil || len(docs) != 0 {
			t.Errorf("an unconfirmed answer is found: %+v, %v", docs, err)
		}
		if err := h.s.Confirm(t.Context(), staff, x.ID, x.Version); err != nil {
			t.Fatal(err)
		}
		docs, err := f.Docs(t.Context(), all)
		if err != nil || len(docs) != 1 || !strings.Contains(docs[0].Body.String(), "in the north") || docs[0].Path != c.Path() {
			t.Errorf("%+v, %v", docs, err)
		}
		events, err := h.rec.Events(t.Context(), record.Query{Kinds: []string{"commitment.confirmed"}})
		if err != nil {
			t.Fatal(err)
		}
		if touched, err := f.Touched(t.Context(), events.Items); err != nil || len(touched) != 1 || touched[0] != c.ID {
			t.Errorf("%v, %v", touched, err)
		}
		if may, err := f.May(t.Context(), core.Visitor, []string{string(c.ID)}); err != nil || !may[string(c.ID)] {
			t.Errorf("%v, %v", may, err)
		}
		if _, err := h.s.SaveProcess(t.Context(), staff, "", ledger.ProcessInput{Name: en("A compact")}); err != nil {
			t.Fatal(err)
		}
		ids, err := ledger.NewProcessFinds(h.s).All(t.Context())
		if err != nil || len(ids) != 1 {
			t.Fatal(ids, err)
		}
		if docs, err := ledger.NewProcessFinds(h.s).Docs(t.Context(), ids); err != nil || len(docs) != 1 {
			t.Errorf("%+v, %v", docs, err)
		}
	})
}
