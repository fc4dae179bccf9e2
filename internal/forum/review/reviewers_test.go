package review_test

import (
	"net/http"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/testkit"
)

// Reviewers come from a body or by their addresses, have limits of their own, and can be
// taken out; who has no account yet begins when she signs in.
func TestReviewers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		h.setup(nil)
		_, err := h.s.AddReviewers(ctx, h.staff, h.call.Ref, review.AddInput{Addresses: "no address"})
		fails(t, err, core.KindInvalid, "addresses:mail.address.invalid")
		got, err := h.s.AddReviewers(ctx, h.staff, h.call.Ref, review.AddInput{Body: string(h.body), Addresses: "New Comer <new.comer@example.org>\n" + address("Ana Lima") + "\nNEW.comer@example.org"})
		if err != nil || got.Added != 2 || got.There != 5 {
			t.Fatalf("added %d, there %d, %v", got.Added, got.There, err)
		}
		set, err := h.s.Setup(ctx, h.staff, h.call.Ref)
		h.ok(err)
		var fresh review.Reviewer
		for _, r := range set.Reviewers {
			if r.Email == "new.comer@example.org" {
				fresh = r
			}
		}
		if fresh.Account != "" || fresh.Name != "New Comer" {
			t.Fatalf("the new reviewer is %+v", fresh)
		}
		h.ok(h.s.Assign(ctx, h.staff, h.call.Ref, 1, review.AssignInput{Do: review.HandAdd, Reviewer: fresh.ID, Proposal: h.p[0]}))
		h.days(8)
		comer := h.account("New Comer", "")
		h.score(comer, h.p[0], 4)
		if res := h.result(h.p[0]); res.N != 1 || res.ForCommittee[0].Reviewer != "New Comer" {
			t.Errorf("the result is %+v", res)
		}
		// A proposal of hers that comes in later is kept from her, by her account alone.
		own := h.propose(77, comer)
		_, list, err := h.s.Conflicts(ctx, h.staff, h.call.Ref)
		if err != nil || len(list) != 1 || list[0].What.ID != own || list[0].Reasons[0].Code != review.IsProposer {
			t.Errorf("conflicts are %+v, %v", list, err)
		}
		in := review.ReviewerInputOf(fresh, nil)
		in.MaxLoad, in.Langs, in.Words, in.Organisation = "x", []string{"fr"}, "spectrum", "Sahel Networks"
		fails(t, h.s.ChangeReviewer(ctx, h.staff, h.call.Ref, fresh.ID, in), core.KindInvalid, "max_load:review.error.number")
		in.MaxLoad = "1"
		h.ok(h.s.ChangeReviewer(ctx, h.staff, h.call.Ref, fresh.ID, in))
		fails(t, h.s.ChangeReviewer(ctx, h.staff, h.call.Ref, fresh.ID, in), core.KindStale, "")
		h.party(h.p[1], func(x *proposals.Party) { x.Organisation = "SAHEL networks" })
		if _, list, err := h.s.Conflicts(ctx, h.staff, h.call.Ref); err != nil || len(list) != 2 {
			t.Errorf("%d conflicts, %v; want 2", len(list), err)
		}
		// Taken out, she sees nothing, and what she submitted counts.
		h.ok(h.s.RemoveReviewer(ctx, h.staff, h.call.Ref, fresh.ID))
		_, err = h.s.Sheet(ctx, comer, h.phase.ID, h.p[0])
		fails(t, err, core.KindNotFound, "")
		if res := h.result(h.p[0]); res.N != 1 {
			t.Errorf("after she was taken out the result is %+v", res)
		}
		if got, err := h.s.AddReviewers(ctx, h.staff, h.call.Ref, review.AddInput{Addresses: "new.comer@example.org"}); err != nil || got.Added != 1 {
			t.Errorf("she cannot come back: %+v, %v", got, err)
		}
	})
}

// A second phase has lists, scores and rules of its own.
func TestSecondPhase(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		h.setup(nil)
		a, b := h.mag[0], h.mag[1]
		h.give(a, h.p[0])
		in := review.InputOf(h.phase)
		in.Name, in.OpenDay, in.CloseDay, in.Blind, in.Shown, in.Named = core.NewText("en", "Second round"), "2030-07-10", "2030-07-20", false, review.ShownClosed, false
		second, err := h.s.SetPhase(ctx, h.staff, h.call.Ref, 0, in)
		h.ok(err)
		for _, x := range []core.Actor{a, b} {
			h.ok(h.s.Assign(ctx, h.staff, h.call.Ref, 2, review.AssignInput{Do: review.HandAdd, Reviewer: h.reviewer(x).ID, Proposal: h.p[0]}))
		}
		h.days(8)
		h.score(a, h.p[0], 5)
		if access, err := h.s.Reviewing(ctx, b, h.call.ID); err != nil || len(access.IDs) != 0 {
			t.Errorf("b reads %v before her phase, %v", access.IDs, err)
		}
		h.days(33) // in the second
		if res := h.result(h.p[0]); res.N != 0 || res.Assigned != 2 {
			t.Errorf("the second phase begins with %+v", res)
		}
		if access, err := h.s.Reviewing(ctx, b, h.call.ID); err != nil || len(access.IDs) != 1 || access.Blind {
			t.Errorf("b reads %v, blind %v, %v", access.IDs, access.Blind, err)
		}
		for _, x := range []core.Actor{a, b} {
			_, err := h.s.Save(ctx, x, second.ID, h.p[0], h.marks(2, true))
			h.ok(err)
		}
		if x, err := h.s.Sheet(ctx, a, second.ID, h.p[0]); err != nil || x.Shown || len(x.Others) != 0 {
			t.Errorf("she sees the others before the end: %+v, %v", x.Others, err)
		}
		h.days(10)
		x, err := h.s.Sheet(ctx, a, second.ID, h.p[0])
		if err != nil || len(x.Others) != 1 || x.Names[x.Others[0].Reviewer] != "" || x.MayScore {
			t.Errorf("after the end she sees %+v, %v", x.Others, err)
		}
		if t1, err := h.s.ResultsOf(ctx, h.staff, h.call.Ref, 1); err != nil || t1.Rows[0].Mean != 5 {
			t.Errorf("the first phase says %+v, %v", t1.Rows[0], err)
		}
		_, err = h.s.Save(ctx, a, second.ID, h.p[0], h.marks(4, true))
		fails(t, err, core.KindConflict, "review.error.closed")
		p := h.as(a).Get("/api/v1/reviews/" + string(second.ID) + "/" + string(h.p[0]))
		if p.Status != http.StatusOK || !strings.Contains(p.Body, `"state":"closed"`) || strings.Contains(p.Body, b.Name) {
			t.Errorf("the API answers %d %s", p.Status, p.Body)
		}
	})
}
