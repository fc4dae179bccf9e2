package consultations_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// A review in an edition that is only prepared is known to the staff alone.
func TestReviewOfAHiddenEdition(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		var doc core.ID
		h.write(func(ctx context.Context, tx *record.Tx) error {
			e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
				Slug: "2031", Name: core.NewText("en", "Forum 2031"), Zone: "UTC", State: editions.StateDraft, FirstDay: "2031-10-20", LastDay: "2031-10-24",
			})
			if err != nil {
				return err
			}
			d, err := h.Documents.CreateTx(ctx, tx, documents.Create{Scope: e.Scope(), Kind: "messages", Subject: e.ID, Title: core.NewText("en", "Secret Messages"), Paragraphs: paras(owners)})
			if err != nil {
				return err
			}
			doc = d.ID
			_, err = h.Documents.PublishTx(ctx, tx, d.ID, "")
			return err
		})
		in := consultations.Usual(h.Clock.Instant())
		in.Title, in.Notice = core.NewText("en", "Review of secret Messages"), core.NewText("en", "x")
		c, err := h.Consultations.Open(t.Context(), h.staff, doc, in)
		if err != nil {
			t.Fatal(err)
		}
		for name, a := range map[string]core.Actor{"a visitor": core.Visitor, "a member": h.members[0]} {
			r := h.as(a)
			for _, door := range []string{"/consultations", "/api/v1/consultations"} {
				if p := r.Get(door); p.Status != http.StatusOK || strings.Contains(p.Body, "secret") {
					t.Errorf("%s at %s: %d, or it names the review", name, door, p.Status)
				}
			}
			for _, door := range []string{c.Path(), c.Path() + "/comments.json", c.Path() + "/template.csv", "/api/v1/consultations/" + c.Ref, "/api/v1/consultations/" + c.Ref + "/comments"} {
				if p := r.Get(door); p.Status != http.StatusNotFound {
					t.Errorf("%s at %s: %d", name, door, p.Status)
				}
			}
		}
		_, err = h.Consultations.Comment(t.Context(), h.members[0], c.Ref, consultations.ViaPage, input("p2", "", "x"))
		fails(t, err, core.KindNotFound, "")
		if p := h.as(h.staff).Get("/consultations"); !strings.Contains(p.Body, "Review of secret Messages") {
			t.Error("the staff does not find it")
		}
	})
}

// A window that has closed does not open again beside the next one.
func TestOneWindowAtATime(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		first := h.open()
		h.comment(h.members[0], first, input("p2", "", "x"))
		h.days(11)
		second := h.open()
		in := consultations.InputOf(h.get(first))
		in.ClosesDay, in.Reason = h.Clock.Now().AddDate(0, 0, 5).Format(time.DateOnly), "More time."
		_, err := h.Consultations.Change(t.Context(), h.staff, first.Ref, in)
		fails(t, err, core.KindConflict, "window_open")
		h.days(11) // the second has closed, too
		in.ClosesDay = h.Clock.Now().AddDate(0, 0, 5).Format(time.DateOnly)
		if _, err = h.Consultations.Change(t.Context(), h.staff, first.Ref, in); err != nil {
			t.Errorf("extended while %s is closed: %v", second.Ref, err)
		}
	})
}

// An appeal that is granted undoes the act, and nothing that came after it.
func TestGrantedAppealKeepsWhatCameSince(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		c := h.open()
		grant := func(n int, kind string, since func()) consultations.Comment {
			t.Helper()
			if err := h.Consultations.Moderate(ctx, h.staff, c.Ref, n, consultations.ModerateInput{Kind: kind, Rule: "on-the-text", Reason: "x"}); err != nil {
				t.Fatal(err)
			}
			acts, err := h.Consultations.Acts(ctx, c, n)
			if err != nil {
				t.Fatal(err)
			}
			if err := h.Consultations.Appeal(ctx, h.members[0], c.Ref, acts[0].ID, "No."); err != nil {
				t.Fatal(err)
			}
			since()
			fails(t, h.Consultations.AnswerAppeal(ctx, h.staff2, c.Ref, acts[0].ID, true, strings.Repeat("x", 4001)), core.KindInvalid, "too_long")
			if err := h.Consultations.AnswerAppeal(ctx, h.staff2, c.Ref, acts[0].ID, true, "Granted."); err != nil {
				t.Fatal(err)
			}
			co, err := h.Consultations.One(ctx, core.Visitor, c, n)
			if err != nil {
				t.Fatal(err)
			}
			return co
		}
		h.comment(h.members[0], c, input("p2", "", "Taken back."))
		if co := grant(1, consultations.ActHide, func() {
			if err := h.Consultations.Withdraw(ctx, h.members[0], c.Ref, 1); err != nil {
				t.Fatal(err)
			}
		}); co.State != consultations.Withdrawn || co.Body != "" {
			t.Errorf("what its author took back is shown again: %+v", co)
		}
		h.comment(h.members[0], c, input("p2", "", "Answered anew."))
		if co := grant(2, consultations.ActMoveOut, func() {
			h.dispose(c, 2, consultations.DisposeInput{Disposition: consultations.Accepted, Publish: true})
		}); co.Disposition != consultations.Accepted {
			t.Errorf("the new answer is lost: %+v", co)
		}
		h.comment(h.members[0], c, input("p2", "", "Moved out."))
		if co := grant(3, consultations.ActMoveOut, func() {}); co.Disposition != "" {
			t.Errorf("it is still out of scope: %+v", co)
		}
	})
}

// What moderation has put over a comment stays when its author changes it.
func TestEditKeepsTheLabel(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		c := h.open()
		h.comment(h.members[0], c, input("p2", "", "x"))
		if err := h.Consultations.Moderate(t.Context(), h.staff, c.Ref, 1, consultations.ModerateInput{Kind: consultations.ActRelabel, Label: "Advertisement", Rule: "no-advertising", Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		co, err := h.Consultations.One(t.Context(), h.members[0], c, 1)
		if err != nil {
			t.Fatal(err)
		}
		in := consultations.InputOfComment(co)
		in.Body = "Buy more."
		if _, err := h.Consultations.EditComment(t.Context(), h.members[0], c.Ref, 1, in); err != nil {
			t.Fatal(err)
		}
		if co, err := h.Consultations.One(t.Context(), core.Visitor, c, 1); err != nil || co.Label != "Advertisement" || co.Body != "Buy more." {
			t.Errorf("%+v, %v", co, err)
		}
	})
}

// Words of a translation are found where the file of a delegation quotes them, and a
// change of the original names the comment on its translation.
func TestCommentsOnATranslation(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		text := func(en string) core.Text {
			x := core.NewText("en", en)
			x.By["fr"] = "Une première phrase qui est bien plus longue que celle de l'original. Un propriétaire local demeure."
			return x
		}
		rev, err := h.Documents.Revision(ctx, h.doc, 1)
		if err != nil {
			t.Fatal(err)
		}
		next := append([]documents.Paragraph{}, rev.Paragraphs...)
		next[1].Text = text("It is short. A local owner stays.")
		h.revise(next...)
		c := h.open()
		file := "Name,Delegation\nStakeholder group,Government\nCountry,Senegal\n\nParagraph,Quote,Comment,Language\n2,propriétaire local,Lequel ?,fr\nWhole text,,Un bon texte.,fr\n"
		f, rows, err := h.Consultations.ReadBatch(ctx, h.members[0], c.Ref, "d.csv", []byte(file), "")
		if err != nil || len(rows) != 2 || rows[1].Para != "" {
			t.Fatalf("%+v, %v %+v", rows, err, problems(err))
		}
		list, err := h.Consultations.SubmitBatch(ctx, h.members[0], c.Ref, f, "")
		if err != nil || list[0].AnchorLang != "fr" || list[0].Words() != "propriétaire local" || list[1].Para != "" {
			t.Fatalf("%+v, %v", list, err)
		}
		if counts, _, err := h.Consultations.Counts(ctx, c, 2); err != nil || counts[""].Count != 1 {
			t.Errorf("on the whole text: %+v, %v", counts[""], err)
		}
		_, _, err = h.Consultations.ReadBatch(ctx, h.members[0], c.Ref, "d.csv", []byte(strings.Replace(file, "Whole text", "", 1)), "")
		if got := problems(err); len(got) != 1 || got[0].Key != "consultations.file_problem.missing_paragraph" {
			t.Errorf("a row without a paragraph: %+v", got)
		}
		h.days(11)
		h.dispose(c, 1, consultations.DisposeInput{Disposition: consultations.Accepted, Publish: true})
		next[1].Text = text("It is short. A local owner and operator stays.")
		h.revise(next...)
		changes, err := h.Consultations.Changes(ctx, core.Visitor, h.doc, 2, 3)
		if err != nil || len(changes) != 1 || len(changes[0].Comments) != 1 || changes[0].Comments[0].Number != 1 {
			t.Errorf("%+v, %v", changes, err)
		}
	})
}

// Who ties a change to an answer that is only drafted does not tell it to everybody.
func TestLinkToADraftedAnswer(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		c := h.open()
		h.comment(h.members[0], c, input("p2", "", "In law."))
		h.comment(h.members[1], c, input("p2", "", "Taken back."))
		rev, err := h.Documents.Revision(ctx, h.doc, 1)
		if err != nil {
			t.Fatal(err)
		}
		h.days(11)
		h.dispose(c, 1, consultations.DisposeInput{Disposition: consultations.Accepted})
		h.dispose(c, 2, consultations.DisposeInput{Disposition: consultations.Accepted})
		if err := h.Consultations.Withdraw(ctx, h.members[1], c.Ref, 2); err != nil {
			t.Fatal(err)
		}
		next := append([]documents.Paragraph{}, rev.Paragraphs...)
		next[1].Text = core.NewText("en", "Networks that last have a local owner in law.")
		h.revise(next...)
		link := func(n int) error {
			return h.Consultations.Link(ctx, h.staff, c.Ref, consultations.LinkInput{Revision: 2, Para: "p2", Sentence: 1, Comment: n})
		}
		fails(t, link(2), core.KindInvalid, "comment:")
		if err := link(1); err != nil {
			t.Fatal(err)
		}
		list, err := h.Record.Events(ctx, record.Query{Kinds: []string{"consultation.change_explained"}})
		if err != nil || len(list.Items) != 1 || strings.Contains(string(list.Items[0].Data), `"comment":1`) {
			t.Errorf("%s, %v", list.Items[0].Data, err)
		}
	})
}

// Who may not comment is told so before she writes; what comes too late, or after
// somebody else's change, comes back with its words.
func TestWordsAreNotLost(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		c := h.open(func(in *consultations.OpenInput) { in.Who = consultations.WhoParticipants })
		for _, door := range []string{"/comment", "/upload"} {
			if p := h.as(h.members[0]).Get(c.Path() + door); p.Status != http.StatusForbidden {
				t.Errorf("%s of a review for others: %d", door, p.Status)
			}
		}
		staff, other := h.as(h.staff), h.as(h.staff2)
		form := staff.Get(c.Path() + "/comment").Form()
		form.Set("body", "Words of an hour.")
		form.Set("group", "civil-society")
		form.Set("country", "SN")
		set := staff.Get(c.Path() + "/settings").Form()
		set2 := other.Get(c.Path() + "/settings").Form()
		if p := other.Post(c.Path()+"/settings", set2); p.Status != http.StatusOK {
			t.Fatalf("%d: %s", p.Status, p.Text("main"))
		}
		set.Set("notice.By[en]", "Typed second.")
		if p := staff.Post(c.Path()+"/settings", set); p.Status != http.StatusConflict || p.Form().Get("notice.By[en]") != "Typed second." {
			t.Errorf("the second change: %d, %q", p.Status, p.Form().Get("notice.By[en]"))
		}
		h.days(11)
		if p := staff.Post(c.Path()+"/comment", form); p.Status != http.StatusUnprocessableEntity || p.Form().Get("body") != "Words of an hour." {
			t.Errorf("a minute late: %d, %q", p.Status, p.Form().Get("body"))
		}
	})
}
