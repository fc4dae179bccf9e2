package consultations_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/testkit"
)

// The desk goes by number, or in the order of the text: what is about the whole of it
// first, what has no place left last. Parts of the list join without gap.
func TestDeskInTheOrderOfTheText(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, u string) {
		h := open(t, u)
		c := h.open()
		for i, para := range []string{"p4", "", "p3", "p2", "p3"} {
			h.comment(h.members[i], c, input(para, "", "x"))
		}
		rev, err := h.Documents.Revision(t.Context(), h.doc, 1)
		if err != nil {
			t.Fatal(err)
		}
		h.revise(rev.Paragraphs[:3]...) // the place of comment 1 is gone
		for name, f := range map[string]consultations.CommentFilter{"[2 4 3 5 1]": {Revision: 2, ByPara: true}, "[1 2 3 4 5]": {Revision: 2}} {
			var got []int
			f.Page.Limit = 2
			for range 4 {
				list, err := h.Consultations.Comments(t.Context(), h.staff, h.get(c), f)
				if err != nil || list.Total != 5 {
					t.Fatalf("%d comments, %v", list.Total, err)
				}
				for _, co := range list.Items {
					got = append(got, co.Number)
				}
				if f.Page.Cursor = list.Next; list.Next == "" {
					break
				}
			}
			if sprint(got) != name {
				t.Errorf("the order is %v, want %s", got, name)
			}
		}
		staff := h.as(h.staff)
		for path, first := range map[string]string{"": "Comment 1", "?order=text": "Comment 2"} {
			p := staff.Get(c.Path() + "/desk" + path)
			if got := strings.TrimSpace(p.Find("tbody th").First().Text()); got != first {
				t.Errorf("%q begins with %q, want %q", path, got, first)
			}
			if p.Find("a[href*='order=text'], a[href$='/desk']").Length() == 0 {
				t.Errorf("%q does not offer the other order", path)
			}
		}
		if p := staff.Get(c.Path() + "/desk?order=text&after=" + core.Cursor(3)); p.Status == http.StatusInternalServerError {
			t.Error("a part of the other order breaks the page")
		}
	})
}

// What cannot be done with the ticked comments leaves them ticked and the words typed,
// and the desk narrowed as it was.
func TestDeskKeepsWhatWasTyped(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, u string) {
		h := open(t, u)
		c := h.open()
		h.comment(h.members[0], c, input("p2", "", "One."))
		h.comment(h.members[1], c, input("p3", "", "Two."))
		staff := h.as(h.staff)
		p := staff.Post(c.Path()+"/desk?lang=en", url.Values{"do": {"duplicate"}, "n": {"2"}, "duplicate_of": {"77"}, "reason": {"Typed words."}})
		if p.Status != http.StatusUnprocessableEntity || p.Find("#n2[checked]").Length() != 1 || p.Find("#n1[checked]").Length() != 0 ||
			p.Find("#reason").Text() != "Typed words." || p.Find("#duplicate_of[value='77']").Length() != 1 {
			t.Errorf("%d: %s", p.Status, p.Text("main"))
		}
		if action, _ := p.Find("form:has(#reason)").Attr("action"); !strings.HasSuffix(action, "/desk?lang=en") {
			t.Errorf("the form leads to %q", action)
		}
		if names := p.Find("tbody a[href$='/dispose']").Map(func(_ int, s *goquery.Selection) string { return s.Text() }); len(slices.Compact(names)) != 2 {
			t.Errorf("the links of the rows are called alike: %q", names)
		}
		p = staff.Post(c.Path()+"/desk?lang=en", url.Values{"do": {"assign"}, "n": {"2"}, "assignee": {string(h.editor.Account)}})
		if p.Status != http.StatusOK || p.URL.RawQuery != "lang=en" {
			t.Errorf("%d at %s", p.Status, p.URL)
		}
		// Comments are assigned to those who can answer them.
		_, err := h.Consultations.Bulk(t.Context(), h.staff, c.Ref, consultations.BulkInput{Do: "assign", Numbers: []int{1}, Assignee: h.members[3].Account})
		fails(t, err, core.KindInvalid, "choose")
		fails(t, h.Consultations.Dispose(t.Context(), h.staff, c.Ref, 1, consultations.DisposeInput{
			Disposition: consultations.Accepted, Reason: core.NewText("en", "Yes."), Assignee: string(h.members[3].Account),
		}), core.KindInvalid, "assignee:")
		if co, err := h.Consultations.One(t.Context(), h.staff, c, 1); err != nil || co.Assignee != "" || co.Disposition != "" {
			t.Errorf("%+v, %v", co, err)
		}
	})
}

// Two of the staff answer the same challenge: the second is shown the answer of the first.
func TestAnswersToAChallengeDoNotCollide(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, u string) {
		h := open(t, u)
		c := h.open()
		h.comment(h.members[0], c, input("p2", "", "One."))
		h.days(11)
		h.dispose(c, 1, consultations.DisposeInput{Disposition: consultations.Rejected, Publish: true})
		if err := h.Consultations.ChallengeSynthesis(t.Context(), h.members[0], c.Ref, "en", "It was not read."); err != nil {
			t.Fatal(err)
		}
		at := c.Path() + "/challenges/1"
		one, two := h.as(h.staff), h.as(h.staff2)
		form1, form2 := one.Get(at).Form(), two.Get(at).Form()
		form1.Set("answer.By[en]", "It was read twice.")
		form2.Set("answer.By[en]", "It was read once.")
		if p := one.Post(at, form1); p.Status != http.StatusOK {
			t.Fatalf("%d: %s", p.Status, p.Text("main"))
		}
		if p := two.Post(at, form2); p.Status != http.StatusConflict {
			t.Fatalf("the second answer: %d: %s", p.Status, p.Text("main"))
		}
		list, err := h.Consultations.ChallengesOf(t.Context(), c)
		if err != nil || list[0].Answer.String() != "It was read twice." {
			t.Errorf("%+v, %v", list, err)
		}
		if got := two.Get(at).Form().Get("answer.By[en]"); got != "It was read twice." {
			t.Errorf("the form begins with %q", got)
		}
		if p := two.Get(c.Path() + "/challenges/9"); p.Status != http.StatusNotFound {
			t.Errorf("a challenge that is not there: %d", p.Status)
		}
		fails(t, h.Consultations.AnswerChallenge(t.Context(), h.staff, c.Ref, 1, consultations.ChallengeAnswer{
			Version: consultations.AnswerOf(list[0]).Version, Answer: core.NewText("en", strings.Repeat("x", 6001)),
		}), core.KindInvalid, "too_long")
	})
}
