package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/test/site"
)

// settle answers every comment of the open reviews of the sample's Messages and goes to
// the time after their end, so that the Messages may become final.
func settle(t *testing.T, s *site.Site) {
	t.Helper()
	set, err := s.Editions.Setting(t.Context(), core.Operator, "2026-sample")
	if err != nil {
		t.Fatal(err)
	}
	docs, err := s.Documents.Of(t.Context(), "messages", set.ID)
	if err != nil {
		t.Fatal(err)
	}
	reviews, err := s.Consultations.OfDocuments(t.Context(), core.Operator, []core.ID{docs[set.ID][0].ID})
	if err != nil {
		t.Fatal(err)
	}
	staff := s.As(t, "secretariat")
	for _, c := range reviews[docs[set.ID][0].ID] {
		if s.Clock.Now().Before(c.Closes.Time()) {
			s.Clock.Set(c.Closes.Time().Add(time.Hour))
		}
		answer(t, s, staff, c.Ref)
	}
}

// answer rejects what has no answer yet in a review, some on the page and the others as
// the page does it, and publishes all.
func answer(t *testing.T, s *site.Site, staff *site.Reader, ref string) {
	t.Helper()
	for range 4 {
		desk := must(t, staff.Get("/consultations/"+ref+"/desk?disposition=none"), http.StatusOK)
		link := desk.Find("td a[href$='/dispose']").First().AttrOr("href", "")
		if link == "" {
			break
		}
		form := must(t, staff.Get(link), http.StatusOK).Form()
		form.Set("disposition", "rejected")
		form.Set("reason.By[en]", "The drafters keep the text.")
		must(t, staff.Post(link, form), http.StatusOK)
	}
	c, err := s.Consultations.Get(t.Context(), core.Operator, ref)
	if err != nil {
		t.Fatal(err)
	}
	rest, err := s.Consultations.Comments(t.Context(), core.Operator, c, consultations.CommentFilter{Disposition: "none", All: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, co := range rest.Items {
		if err := s.Consultations.Dispose(t.Context(), core.Operator, ref, co.Number, consultations.DisposeInput{
			Disposition: consultations.Rejected, Reason: core.NewText("en", "The drafters keep the text."),
		}); err != nil {
			t.Fatal(err)
		}
	}
	must(t, staff.Post("/consultations/"+ref+"/desk", url.Values{"do": {"publish_all"}}), http.StatusOK)
}

// commenters are signed in by the link of a mail: they have verified addresses.
func commenters(t *testing.T, s *site.Site, n int) []*site.Reader {
	t.Helper()
	var out []*site.Reader
	for i := range n {
		var acc authn.Account
		if err := s.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) (err error) {
			acc, err = s.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: fmt.Sprintf("commenter%d@example.org", i), Name: fmt.Sprintf("Commenter %d", i)})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		out = append(out, s.AsAccount(t, acc.ID))
	}
	return out
}

// Journey 7 (E144, E149): the draft Messages go through public review with 40 comments in
// four languages from all groups, every comment is answered, version 2 names the comments
// of each changed sentence, a second window follows, the text becomes final, and later
// only a visible correction changes it. All of it without script.
func TestReviewOfMessages(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		settle(t, s) // the review that the demo has opened
		staff, editor, visitor := s.As(t, "secretariat"), s.As(t, "editor"), s.Visitor(t)

		// The Messages' page leads the editor to a new review of the same text.
		link := must(t, editor.Get("/2026-sample/messages?version=public"), http.StatusOK).Find("#review a[href*='/consultations/new']").AttrOr("href", "")
		if link == "" {
			t.Fatal("the page of the Messages offers no review to the editor")
		}
		if p := visitor.Get(link); p.Status != http.StatusUnauthorized && p.Find("input[name=email]").Length() == 0 {
			t.Errorf("a visitor opens a review: %d", p.Status)
		}
		form := must(t, editor.Get(link), http.StatusOK).Form()
		form.Set("notice.By[en]", "Second reading of the draft. Tell us what is missing.")
		form.Set("closes_day", "")
		if p := editor.Post(link, form); p.Status != http.StatusUnprocessableEntity || p.Find("[role=alert]").Length() == 0 {
			t.Errorf("a window without an end: %d", p.Status)
		}
		form.Set("closes_day", s.Clock.Now().AddDate(0, 0, 15).Format(time.DateOnly))
		form.Set("private_notes", "true")
		p := must(t, editor.Post(link, form), http.StatusOK)
		base := p.URL.Path
		ref := base[strings.LastIndexByte(base, '/')+1:]
		if !strings.HasPrefix(ref, "2026-sample-messages-") {
			t.Fatalf("the review stands at %s", base)
		}

		// Forty comments, in four languages, from every group.
		review := must(t, visitor.Get(base), http.StatusOK)
		var ids []string
		review.Find("li.para:has(p.said)").Each(func(_ int, sel *goquery.Selection) { ids = append(ids, sel.AttrOr("id", "")) })
		if len(ids) < 3 {
			t.Fatalf("the text under review has the paragraphs %v", ids)
		}
		var groups []string
		must(t, editor.Get(base+"/comment"), http.StatusOK).Find("select[name=group] option").Each(func(_ int, o *goquery.Selection) {
			if v := o.AttrOr("value", ""); v != "" {
				groups = append(groups, v)
			}
		})
		langs := []string{"en", "fr", "es", "ar"}
		readers := commenters(t, s, 20)
		say := func(i int, change func(url.Values)) (*site.Page, url.Values) {
			para := ids[i%len(ids)]
			f := must(t, readers[i%20].Get(base+"/comment?para="+para), http.StatusOK).Form()
			f.Set("body", fmt.Sprintf("Remark %d.", i))
			f.Set("lang", langs[i%4])
			f.Set("group", groups[i%len(groups)])
			f.Set("region", "african")
			if f.Get("para") != para || f.Get("name") == "" {
				t.Fatalf("the form of comment %d begins with %v", i, f)
			}
			if change != nil {
				change(f)
			}
			return readers[i%20].Post(base+"/comment", f), f
		}
		first := strings.Fields(review.Find("#" + ids[0] + " .said").Text())
		for i := range 40 {
			p, _ := say(i, func(f url.Values) {
				if i == 0 {
					f.Set("quote", strings.Join(first[:4], " "))
					f.Set("proposal", "Other words")
					f.Set("private", "Not for everybody.")
				}
			})
			must(t, p, http.StatusOK)
			if p.URL.Path != base+"/comments/"+strconv.Itoa(i+1) {
				t.Fatalf("comment %d stands at %s: %s", i+1, p.URL.Path, p.Text("main"))
			}
		}
		if p, _ := say(1, func(f url.Values) { f.Set("quote", "words that stand nowhere") }); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text(".problem"), "do not stand") {
			t.Errorf("words that are not there: %d %s", p.Status, p.Text(".problem"))
		}
		// A comment typed without a session comes back after the sign-in.
		f := must(t, readers[3].Get(base+"/comment"), http.StatusOK).Form()
		f.Set("body", "Typed before.")
		f.Set("group", groups[0])
		f.Set("region", "african")
		if p := visitor.Post(base+"/comment", f); !strings.Contains(p.URL.String(), "sign-in") && p.Status != http.StatusUnauthorized {
			t.Errorf("a comment without a session: %d at %s", p.Status, p.URL)
		}
		// What is private stays so; the leak table looks at every door.
		for _, door := range []string{base, base + "/comments", base + "/comments/1", base + "/" + ids[0], base + "/comments.json", base + "/comments.csv", "/api/v1/consultations/" + ref + "/comments?limit=500"} {
			if p := must(t, visitor.Get(door), http.StatusOK); strings.Contains(p.Body, "Not for everybody") {
				t.Errorf("%s gives the private note away", door)
			}
		}
		must(t, readers[5].Post(base+"/comments/1/support", url.Values{"do": {"yes"}}), http.StatusOK)
		if p := visitor.Get(base + "/comments/1"); !strings.Contains(p.Text("article.comment"), "1 supporter") {
			t.Errorf("support is not shown: %s", p.Text("article.comment"))
		}
		if mail := must(t, staff.Get("/demo/mail"), http.StatusOK); strings.Count(mail.Text("main"), "Your comment 1:") == 0 {
			t.Errorf("no receipt among the mails: %s", mail.Text("main")[:300])
		}

		// Final is refused while the window is open, and after it while comments wait.
		if p := staff.Post("/2026-sample/messages/publish", url.Values{"as": {"final"}, "without": {"Test."}}); p.Status == http.StatusOK {
			t.Error("the text becomes final under review")
		}
		s.Clock.Set(s.Clock.Now().AddDate(0, 0, 16))
		if p := staff.Post("/2026-sample/messages/publish", url.Values{"as": {"final"}, "without": {"Test."}}); !strings.Contains(p.Text("main"), "40 comments") {
			t.Errorf("comments without answers: %d %s", p.Status, p.Text("main"))
		}

		// The editor changes the first Message and answers.
		edit := must(t, editor.Get("/2026-sample/messages"), http.StatusOK)
		number := edit.Find("li.para .no").First().Text()
		path := "/2026-sample/messages/" + strings.TrimSpace(number) + "/edit"
		m := must(t, editor.Get(path), http.StatusOK).Form()
		before := m.Get("text.By[en]")
		m.Set("text.By[en]", "Other words "+before)
		must(t, editor.Post(path, m), http.StatusOK)
		d := must(t, editor.Get(base+"/comments/1/dispose"), http.StatusOK).Form()
		d.Set("disposition", "accepted")
		d.Set("reason.By[en]", "It is clearer.")
		must(t, editor.Post(base+"/comments/1/dispose", d), http.StatusOK)
		if p := visitor.Get(base + "/comments/1"); strings.Contains(p.Body, "It is clearer") {
			t.Error("a drafted answer is public")
		}
		answer(t, s, staff, ref)
		must(t, editor.Post("/2026-sample/messages/publish", url.Values{"as": {"draft"}, "note": {"After the review."}}), http.StatusOK)
		for _, n := range []int{1, 17, 40} {
			if p := must(t, visitor.Get(base+"/comments/"+strconv.Itoa(n)), http.StatusOK); p.Find(".disposition .status").Length() == 0 {
				t.Errorf("comment %d has no answer: %s", n, p.Text("article.comment"))
			}
		}
		changes := must(t, visitor.Get(base+"/changes"), http.StatusOK)
		if changes.Find("section ul.anchored a[href$='"+ref+"/comments/1']").Length() == 0 {
			t.Errorf("the changed sentence does not name comment 1: %s", changes.Text("main"))
		}
		for _, version := range []string{"?version=1", ""} {
			must(t, visitor.Get(base+version), http.StatusOK)
		}
		// Her word: satisfied.
		w := must(t, readers[0].Get(base+"/comments/1/word"), http.StatusOK).Form()
		w.Set("word", "satisfied")
		must(t, readers[0].Post(base+"/comments/1/word", w), http.StatusOK)
		if p := must(t, readers[0].Get("/me/comments"), http.StatusOK); p.Find("ul.rows li").Length() != 2 {
			t.Errorf("%d comments on her page, want 2", p.Find("ul.rows li").Length())
		}

		// A second window on version 2, then final, then a correction.
		link = must(t, editor.Get("/2026-sample/messages?version=public"), http.StatusOK).Find("#review a[href*='/consultations/new']").AttrOr("href", "")
		form = must(t, editor.Get(link), http.StatusOK).Form()
		form.Set("notice.By[en]", "Last reading.")
		form.Set("closes_day", s.Clock.Now().AddDate(0, 0, 15).Format(time.DateOnly))
		p = must(t, editor.Post(link, form), http.StatusOK)
		second := p.URL.Path
		f = must(t, readers[7].Get(second+"/comment?para="+ids[0]), http.StatusOK).Form()
		f.Set("body", "Now it is right.")
		must(t, readers[7].Post(second+"/comment", f), http.StatusOK)
		s.Clock.Set(s.Clock.Now().AddDate(0, 0, 16))
		answer(t, s, staff, second[strings.LastIndexByte(second, '/')+1:])
		must(t, staff.Post("/2026-sample/messages/publish", url.Values{"as": {"final"}, "without": {"The signatures come on paper."}}), http.StatusOK)
		m = must(t, staff.Get(path), http.StatusOK).Form()
		m.Set("text.By[en]", "Corrected words "+before)
		must(t, staff.Post(path, m), http.StatusOK)
		must(t, staff.Post("/2026-sample/messages/publish", url.Values{"note": {"A misquotation."}}), http.StatusOK)
		if p := must(t, visitor.Get(base+"/changes?from=1"), http.StatusOK); !strings.Contains(p.Text("main"), "Corrected") {
			t.Errorf("the correction is not among the changes: %s", p.Text("main"))
		}
		flaws, err := s.Consultations.Check(t.Context())
		if err != nil || len(flaws) > 0 {
			t.Errorf("flaws: %v, %v", flaws, err)
		}
	})
}
