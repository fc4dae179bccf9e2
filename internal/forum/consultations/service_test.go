package consultations_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/documents"
	"plenary/internal/solve/anchors"
	"plenary/internal/testkit"
)

// E144: a draft is opened for review, commented on, every comment is answered, and the
// review ends by itself when the commenters have had their word.
func TestLifeOfAReview(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		in := consultations.Usual(h.Clock.Instant())
		in.Title, in.Notice = core.NewText("en", "x"), core.NewText("en", "y")
		_, err := h.Consultations.Open(ctx, h.members[0], h.doc, in)
		fails(t, err, core.KindForbidden, "")
		_, err = h.Consultations.Open(ctx, core.Visitor, h.doc, in)
		fails(t, err, core.KindSignIn, "")
		in.ClosesDay = h.Clock.Now().AddDate(0, 0, 3).Format(time.DateOnly)
		_, err = h.Consultations.Open(ctx, h.staff, h.doc, in)
		fails(t, err, core.KindInvalid, "closes_day:consultations.error.too_short")

		c := h.open()
		if c.Ref != "2030-messages-1" || c.Revision != 1 || h.Consultations.State(c) != consultations.StateOpen {
			t.Fatalf("opened: %+v, %s", c, h.Consultations.State(c))
		}
		_, err = h.Consultations.Open(ctx, h.staff, h.doc, consultations.Usual(h.Clock.Instant()))
		if core.KindOf(err) != core.KindConflict && core.KindOf(err) != core.KindInvalid {
			t.Errorf("a second window beside the first: %v", err)
		}

		_, err = h.Consultations.Comment(ctx, core.Visitor, c.Ref, consultations.ViaPage, input("p2", "", "x"))
		fails(t, err, core.KindSignIn, "")
		bad := input("p2", "a foreign owner", "No.")
		_, err = h.Consultations.Comment(ctx, h.members[0], c.Ref, consultations.ViaPage, bad)
		fails(t, err, core.KindInvalid, "quote:consultations.error.quote")
		bad.Quote = "owner"
		_, err = h.Consultations.Comment(ctx, h.members[0], c.Ref, consultations.ViaPage, bad)
		fails(t, err, core.KindInvalid, "quote:consultations.error.quote_twice")
		bad.Quote, bad.Group = "", "wizards"
		_, err = h.Consultations.Comment(ctx, h.members[0], c.Ref, consultations.ViaPage, bad)
		fails(t, err, core.KindInvalid, "group:")

		one := h.comment(h.members[0], c, input("p3", "follow  coverage\nrather", "Say which coverage."))
		if one.Number != 1 || one.Words() != "follow coverage rather" || one.Region != "african" && one.Region == "" {
			t.Errorf("comment: %+v", one)
		}
		two := h.comment(h.members[1], c, input("", "", "A good text."))
		if got := h.mails("member.1@example.org"); len(got) != 1 || !strings.Contains(got[0], "1") {
			t.Errorf("receipts: %q", got)
		}
		if err := h.Consultations.Support(ctx, h.members[0], c.Ref, 1, true); core.KindOf(err) != core.KindConflict {
			t.Errorf("one supports oneself: %v", err)
		}
		for range 2 {
			if err := h.Consultations.Support(ctx, h.members[1], c.Ref, 1, true); err != nil {
				t.Fatal(err)
			}
		}
		if co, err := h.Consultations.One(ctx, core.Visitor, c, 1); err != nil || co.Supports != 1 {
			t.Errorf("support counts %d (%v), want 1", co.Supports, err)
		}
		// An author may edit what nobody supports.
		_, err = h.Consultations.EditComment(ctx, h.members[0], c.Ref, 1, consultations.InputOfComment(one))
		fails(t, err, core.KindConflict, "edit_over")
		edit := consultations.InputOfComment(two)
		edit.Body = "A very good text."
		if _, err := h.Consultations.EditComment(ctx, h.members[1], c.Ref, 2, edit); err != nil {
			t.Fatal(err)
		}
		_, err = h.Consultations.EditComment(ctx, h.members[1], c.Ref, 2, edit)
		fails(t, err, core.KindStale, "")

		// It cannot end while comments wait, and says which.
		h.days(11)
		if got := h.Consultations.State(h.get(c)); got != consultations.StateClosed {
			t.Fatalf("after the end it is %s", got)
		}
		_, err = h.Consultations.Comment(ctx, h.members[2], c.Ref, consultations.ViaPage, input("", "", "Late."))
		fails(t, err, core.KindConflict, "not_in.closed")
		err = h.Consultations.End(ctx, h.staff, c.Ref)
		fails(t, err, core.KindConflict, "lacking")
		if e, _ := errors.AsType[*core.Error](err); !strings.Contains(sprint(e.Args), "#1 #2") {
			t.Errorf("it does not say which: %v", e.Args)
		}
		err = h.Consultations.Dispose(ctx, h.staff, c.Ref, 1, consultations.DisposeInput{Disposition: consultations.Rejected})
		fails(t, err, core.KindInvalid, "reason:")
		h.dispose(c, 1, consultations.DisposeInput{Disposition: consultations.Accepted})
		if co, _ := h.Consultations.One(ctx, core.Visitor, c, 1); co.Disposition != "" {
			t.Error("a draft of an answer is public")
		}
		if len(h.mails("member.1@example.org")) != 1 {
			t.Error("a draft of an answer was mailed")
		}
		h.dispose(c, 2, consultations.DisposeInput{Disposition: consultations.OutOfScope, Publish: true})
		if n, err := h.Consultations.Bulk(ctx, h.editor, c.Ref, consultations.BulkInput{Do: "publish"}); err != nil || n != 1 {
			t.Fatalf("publish: %d, %v", n, err)
		}
		if got := h.mails("member.1@example.org"); len(got) != 2 {
			t.Errorf("member 1 got %q, want a receipt and the answer", got)
		}
		if got := h.Consultations.State(h.get(c)); got != consultations.StateAnswered {
			t.Fatalf("all answered, and it is %s", got)
		}
		err = h.Consultations.Say(ctx, h.members[1], c.Ref, 2, consultations.NotSatisfied, "")
		fails(t, err, core.KindInvalid, "why:")
		if err := h.Consultations.Say(ctx, h.members[0], c.Ref, 1, consultations.Satisfied, ""); err != nil {
			t.Fatal(err)
		}
		err = h.Consultations.Say(ctx, h.members[0], c.Ref, 2, consultations.Satisfied, "")
		fails(t, err, core.KindForbidden, "")

		err = h.Consultations.ChallengeSynthesis(ctx, h.members[3], c.Ref, "en", "Wrong.")
		fails(t, err, core.KindForbidden, "not_commented")
		if err := h.Consultations.ChallengeSynthesis(ctx, h.members[1], c.Ref, "en", "My comment was in scope."); err != nil {
			t.Fatal(err)
		}
		if got := h.Consultations.State(h.get(c)); got != consultations.StateChallenged {
			t.Errorf("challenged, and it is %s", got)
		}
		if err := h.Consultations.AnswerChallenge(ctx, h.staff, c.Ref, 1, consultations.ChallengeAnswer{Answer: core.NewText("en", "It was about another text.")}); err != nil {
			t.Fatal(err)
		}
		fails(t, h.Consultations.End(ctx, h.staff, c.Ref), core.KindConflict, "windows")
		h.days(31)
		c = h.get(c)
		if h.Consultations.State(c) != consultations.StateEnded || h.events("consultation.ended") != 1 || h.events("consultation.opened") != 1 || h.events("consultation.closed") != 1 {
			t.Errorf("it is %s; ended %d times", h.Consultations.State(c), h.events("consultation.ended"))
		}
		h.days(1)
		if h.events("consultation.ended") != 1 {
			t.Error("its end is told twice")
		}
		if flaws, err := h.Consultations.Check(ctx); err != nil || len(flaws) > 0 {
			t.Errorf("flaws: %v, %v", flaws, err)
		}
	})
}

// Comments keep their place when the text changes: exactly, moved, found by likeness, or
// listed as orphans; each version shows them as placed there.
func TestPlacesSurviveRevisions(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		c := h.open()
		h.comment(h.members[0], c, input("p2", "a local owner", "Exact.")) // 1
		h.comment(h.members[0], c, input("p4", "Exceptions are listed in public.", "Moved."))
		h.comment(h.members[1], c, input("p3", "", "Changed."))
		h.comment(h.members[1], c, input("p4", "Public money should leave public data behind.", "Gone."))
		h.comment(h.members[2], c, input("", "", "All."))
		rev1, err := h.Documents.Revision(t.Context(), h.doc, 1)
		if err != nil {
			t.Fatal(err)
		}
		next := append([]documents.Paragraph{}, rev1.Paragraphs[:3]...)
		next[1].Text = core.NewText("en", owners+" Exceptions are listed in public.")
		next[2].Text = core.NewText("en", "Spectrum fees should follow the coverage of a licence rather than its bandwidth.")
		h.revise(next...)
		want := map[int]anchors.Result{1: anchors.Exact, 2: anchors.Moved, 3: anchors.Changed, 4: anchors.Orphaned, 5: anchors.Exact}
		list, err := h.Consultations.Comments(t.Context(), core.Visitor, h.get(c), consultations.CommentFilter{All: true})
		if err != nil || list.Total != 5 {
			t.Fatalf("%d comments, %v", list.Total, err)
		}
		for _, co := range list.Items {
			if co.Placed == nil || co.Placed.Result != want[co.Number] {
				t.Errorf("comment %d is placed %+v, want %s", co.Number, co.Placed, want[co.Number])
			}
		}
		for rev, n := range map[int]int{1: 0, 2: 1} {
			_, orphans, err := h.Consultations.Counts(t.Context(), c, rev)
			if err != nil || orphans != n {
				t.Errorf("version %d has %d orphans (%v), want %d", rev, orphans, err, n)
			}
		}
		// A comment on the new version is placed in the old one too, so that none is unplaced.
		h.comment(h.members[3], c, input("p3", "coverage of a licence", "New."))
		// The words that are gone come back.
		next = append(next, documents.Paragraph{Kind: documents.Plain, Text: core.NewText("en", "Public money should leave public data behind.")})
		h.revise(next...)
		list, err = h.Consultations.Comments(t.Context(), core.Visitor, h.get(c), consultations.CommentFilter{Numbers: []int{4}, All: true})
		if err != nil || list.Items[0].Placed.Result == anchors.Orphaned {
			t.Errorf("words that came back: %+v, %v", list.Items[0].Placed, err)
		}
		if flaws, err := h.Consultations.Check(t.Context()); err != nil || len(flaws) > 0 {
			t.Errorf("flaws: %v, %v", flaws, err)
		}
	})
}

// Each changed sentence names its comments; what nobody asked for is the drafters' own.
func TestChangesNameTheirComments(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		c := h.open()
		h.comment(h.members[0], c, input("p2", "a local owner", "In law.")) // 1, accepted: by its place
		h.comment(h.members[1], c, input("p2", "", "Name the operator."))   // 2, accepted and named
		h.comment(h.members[2], c, input("p3", "", "Drop this."))           // 3, rejected
		h.days(11)
		h.dispose(c, 1, consultations.DisposeInput{Disposition: consultations.Accepted, Publish: true})
		h.dispose(c, 3, consultations.DisposeInput{Disposition: consultations.Rejected, Publish: true})
		rev1, _ := h.Documents.Revision(ctx, h.doc, 1)
		next := append([]documents.Paragraph{}, rev1.Paragraphs...)
		next[1].Text = core.NewText("en", "Networks that last have a local owner in law. Grants should pay for the owner and the operator as well as for the mast.")
		next[2].Text = core.NewText("en", "Spectrum fees should follow coverage.")
		next[3].Text = core.NewText("en", "Exceptions are listed in public. Public money should leave public data behind.")
		h.revise(next...)
		h.dispose(c, 2, consultations.DisposeInput{Disposition: consultations.InPart, Publish: true, Changes: []consultations.ChangeInput{{Revision: 2, Para: "2", Sentence: 2}}})
		list, err := h.Consultations.Changes(ctx, core.Visitor, h.doc, 1, 2)
		if err != nil || len(list) != 3 {
			t.Fatalf("%d changes, %v: %+v", len(list), err, list)
		}
		for i, want := range []struct {
			para     string
			sentence int
			comments string
		}{{"p2", 1, "1"}, {"p2", 2, "2"}, {"p3", 1, ""}} {
			got := ""
			for _, co := range list[i].Comments {
				got += sprint(co.Number)
			}
			if list[i].Para != want.para || list[i].Sentence != want.sentence || got != want.comments {
				t.Errorf("change %d: %s.%d by %q, want %+v", i, list[i].Para, list[i].Sentence, got, want)
			}
		}
		if !list[2].DraftersOwn() || list[0].Comments[0].Named || !list[1].Comments[0].Named {
			t.Errorf("whose changes: %+v", list)
		}
		if err := h.Consultations.Link(ctx, h.staff, c.Ref, consultations.LinkInput{Revision: 2, Para: "p3", Sentence: 1, Reason: core.NewText("en", "Shorter.")}); err != nil {
			t.Fatal(err)
		}
		if list, _ = h.Consultations.Changes(ctx, core.Visitor, h.doc, 1, 2); list[2].Own.String() != "Shorter." {
			t.Errorf("the drafters' reason: %+v", list[2])
		}
		fails(t, h.Consultations.Link(ctx, h.staff, c.Ref, consultations.LinkInput{Revision: 2, Para: "p3", Sentence: 1, Comment: 3}), core.KindInvalid, "comment:")
		fails(t, h.Consultations.Dispose(ctx, h.staff, c.Ref, 2, consultations.DisposeInput{Disposition: consultations.Accepted, Reason: core.NewText("en", "x"), Changes: []consultations.ChangeInput{{Revision: 2, Para: "99"}}}),
			core.KindInvalid, "changes[0].para:")
	})
}

// Moderation is in the open, and who did it does not answer the appeal.
func TestModerationAndAppeal(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		c := h.open()
		h.comment(h.members[0], c, input("p2", "", "Buy my masts."))
		fails(t, h.Consultations.Moderate(ctx, h.members[1], c.Ref, 1, consultations.ModerateInput{Kind: consultations.ActHide, Rule: "no-advertising", Reason: "Ad"}), core.KindForbidden, "")
		fails(t, h.Consultations.Moderate(ctx, h.staff, c.Ref, 1, consultations.ModerateInput{Kind: consultations.ActHide, Reason: "Ad"}), core.KindInvalid, "rule:")
		if err := h.Consultations.Moderate(ctx, h.staff, c.Ref, 1, consultations.ModerateInput{Kind: consultations.ActHide, Rule: "no-advertising", Reason: "An advertisement."}); err != nil {
			t.Fatal(err)
		}
		acts, err := h.Consultations.Acts(ctx, c, 0)
		if err != nil || len(acts) != 1 || acts[0].Role != "secretariat" || acts[0].Rule != "no-advertising" {
			t.Fatalf("the log: %+v, %v", acts, err)
		}
		fails(t, h.Consultations.Appeal(ctx, h.members[1], c.Ref, acts[0].ID, "No."), core.KindForbidden, "")
		if err := h.Consultations.Appeal(ctx, h.members[0], c.Ref, acts[0].ID, "It is a public tender."); err != nil {
			t.Fatal(err)
		}
		fails(t, h.Consultations.Appeal(ctx, h.members[0], c.Ref, acts[0].ID, "Again."), core.KindConflict, "appealed")
		fails(t, h.Consultations.AnswerAppeal(ctx, h.staff, c.Ref, acts[0].ID, true, "Yes."), core.KindConflict, "own_appeal")
		if err := h.Consultations.AnswerAppeal(ctx, h.staff2, c.Ref, acts[0].ID, true, "It is."); err != nil {
			t.Fatal(err)
		}
		if co, _ := h.Consultations.One(ctx, core.Visitor, c, 1); co.State != consultations.Live || co.Body == "" {
			t.Errorf("undone, and the comment is %+v", co)
		}
		if err := h.Consultations.Moderate(ctx, h.staff, c.Ref, 1, consultations.ModerateInput{Kind: consultations.ActMoveOut, Rule: "on-the-text", Reason: "Other text."}); err != nil {
			t.Fatal(err)
		}
		if co, _ := h.Consultations.One(ctx, core.Visitor, c, 1); co.Disposition != consultations.OutOfScope {
			t.Errorf("moved out, and the disposition is %q", co.Disposition)
		}
	})
}

// Messages do not become final over an open review or over comments without an answer.
func TestFinalNeedsAnswers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		c := h.open()
		final := func() error { return h.finalise() }
		fails(t, final(), core.KindConflict, "review_open")
		h.comment(h.members[0], c, input("p2", "", "x"))
		h.days(11)
		fails(t, final(), core.KindConflict, "lacking")
		h.dispose(c, 1, consultations.DisposeInput{Disposition: consultations.Rejected, Publish: true})
		if err := final(); err != nil {
			t.Fatal(err)
		}
	})
}
