package selection_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/review"
	"plenary/internal/forum/selection"
	"plenary/internal/testkit"
)

// refused tells what keeps the board from being published, as the page says it.
func (h *outside) refused(a core.Actor) string {
	h.t.Helper()
	b, err := h.Selection.Board(h.t.Context(), a, h.call.Ref, nil)
	h.ok(err)
	_, err = h.Selection.Publish(h.t.Context(), a, h.call.Ref, selection.PublishInput{Digest: b.Digest, Sure: true})
	h.kind(err, core.KindConflict)
	return h.page(a, "/calls/"+h.call.Ref+"/board/publish", http.StatusOK).Text("main")
}

// A later round neither declines what has become a session nor what something was merged
// into; who has a conflict with it learns no number.
func TestLaterRoundKeepsSessions(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		ctx := t.Context()
		h.chosen()
		h.publish()
		other := h.account("Staff Two", "en", core.RoleSecretariat)
		_, err := h.Review.AddReviewers(ctx, h.staff, h.call.Ref, review.AddInput{Addresses: "staff.two@example.org"})
		h.ok(err)
		h.ok(h.Review.SetConflict(ctx, h.staff, h.call.Ref, review.ConflictInput{Reviewer: string(h.reviewer(other)), Proposal: string(h.p[1]), Reason: "They share an office."}))
		h.choose(2, selection.ChoiceInput{Choice: selection.Decline, Words: "Zzno"})
		if text := h.refused(h.staff); !strings.Contains(text, "Proposal 2 is a session already") {
			t.Errorf("a session is declined: %s", text)
		}
		if text := h.refused(other); strings.Contains(text, "Proposal 2") || !strings.Contains(text, "kept from you") {
			t.Errorf("who has a conflict reads %s", text)
		}
		h.choose(2, selection.ChoiceInput{Version: h.hand(2)})
		for _, in := range []selection.ChoiceInput{{Choice: selection.Decline, Words: "Zzno"}, {Choice: selection.Offer, Type: "lightning"}} {
			in.Version = h.hand(1)
			h.choose(1, in)
			h.refused(h.staff)
		}
	})
}

// What something was merged into on conditions stays, or both are decided anew.
func TestLaterRoundKeepsTargets(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		h.chosen()
		h.choose(1, selection.ChoiceInput{Version: h.hand(1), Choice: selection.Condition, Conditions: "Zzcondition1"})
		h.publish()
		h.choose(1, selection.ChoiceInput{Choice: selection.Decline, Words: "Zzno"})
		if text := h.refused(h.staff); !strings.Contains(text, "Proposal 2 cannot be merged") {
			t.Errorf("it is merged into what is declined: %s", text)
		}
		h.choose(2, selection.ChoiceInput{Choice: selection.Decline, Words: "Zzno"})
		h.publish()
	})
}

// Choices for several keep what is typed, and the type that is offered.
func TestChooseAllKeepsWords(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		h.ok(h.Selection.ChooseAll(t.Context(), h.staff, h.call.Ref, []selection.Hand{{Proposal: h.p[0], Choice: selection.Decline}}, selection.BulkInput{Words: "Zzfirst"}))
		h.ok(h.Selection.ChooseAll(t.Context(), h.staff, h.call.Ref, []selection.Hand{{Proposal: h.p[0], Choice: selection.Decline}}, selection.BulkInput{Words: "Zzsecond"}))
		if l, _ := h.board().Line(1); l.Hand.Words != "Zzsecond" {
			t.Errorf("kept: %+v", l.Hand)
		}
		h.ok(h.Selection.ChooseAll(t.Context(), h.staff, h.call.Ref, []selection.Hand{{Proposal: h.p[0], Choice: selection.Decline}}, selection.BulkInput{}))
		if l, _ := h.board().Line(1); l.Hand.Words != "Zzsecond" {
			t.Errorf("forgotten: %+v", l.Hand)
		}
		var kinds []string
		for _, o := range h.types() {
			if o != h.call.Becomes {
				kinds = append(kinds, o)
			}
		}
		if len(kinds) < 2 {
			t.Fatalf("types: %v", kinds)
		}
		for _, k := range kinds[:2] {
			h.ok(h.Selection.ChooseAll(t.Context(), h.staff, h.call.Ref, []selection.Hand{{Proposal: h.p[1], Choice: selection.Offer, Type: k}}, selection.BulkInput{}))
			if l, _ := h.board().Line(2); l.Hand.Type != k {
				t.Errorf("offered is %s, chosen was %s", l.Hand.Type, k)
			}
		}
	})
}

// hand is the version of what is chosen for a proposal.
func (h *outside) hand(number int) int64 {
	h.t.Helper()
	l, _ := h.board().Line(number)
	if l.Hand == nil {
		return 0
	}
	return l.Hand.Version
}

func (h *outside) types() []string {
	h.t.Helper()
	list, err := h.Calls.Types(h.t.Context(), h.set.ID)
	h.ok(err)
	var out []string
	for _, o := range list {
		out = append(out, o.Code)
	}
	slices.Sort(out)
	return out
}

// A form that was opened before a round, or before a choice was taken back and made anew, is
// shown what stands now; sent again it is kept.
func TestChoiceOpenedBefore(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		path := "/calls/" + h.call.Ref + "/board/5"
		r := h.as(h.staff)
		before := r.Get(path).Form()
		h.choose(5, selection.ChoiceInput{Choice: selection.Wait, Words: "Zzwait"})
		h.publish()
		before.Set("choice", selection.Decline)
		before.Set("words", "Zztyped")
		p := r.Post(path, before)
		if p.Status != http.StatusConflict || !strings.Contains(p.Body, "Zztyped") {
			t.Fatalf("published meanwhile: %d", p.Status)
		}
		if p = r.Post(path, p.Form()); p.Status != http.StatusOK {
			t.Fatalf("sent again: %d %s", p.Status, p.Text("main"))
		}
		was := h.hand(5)
		h.choose(5, selection.ChoiceInput{Version: was})
		h.Clock.Freeze(h.Clock.Now().Add(1e9))
		h.choose(5, selection.ChoiceInput{Choice: selection.Accept, Words: "Zzanother"})
		if p := r.Post(path, url.Values{"version": {fmt.Sprint(was)}, "choice": {selection.Decline}, "words": {"Zztyped"}}); p.Status != http.StatusConflict {
			t.Errorf("over another choice: %d", p.Status)
		}
	})
}

// What was published of a proposal is kept from who runs the call and has a conflict with
// it, and so is the merger that it was asked about.
func TestVerdictKeepsConflictsApart(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		ctx := t.Context()
		other := h.account("Staff Two", "en", core.RoleSecretariat)
		_, err := h.Review.AddReviewers(ctx, h.staff, h.call.Ref, review.AddInput{Addresses: "staff.two@example.org"})
		h.ok(err)
		h.ok(h.Review.SetConflict(ctx, h.staff, h.call.Ref, review.ConflictInput{Reviewer: string(h.reviewer(other)), Proposal: string(h.p[1]), Reason: "They share an office."}))
		h.chosen()
		for _, ref := range []string{string(h.p[1]), string(h.p[5])} { // agreed or not, it is none that she could choose
			err := h.Selection.Choose(ctx, other, h.call.Ref, 3, selection.ChoiceInput{Version: h.hand(3), Choice: selection.Merge, Target: ref})
			if want := map[bool]string{true: "selection.error.target", false: "selection.error.not_agreed"}[ref == string(h.p[1])]; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("merged into %s: %v", ref, err)
			}
		}
		h.publish()
		for i, door := range []string{"/proposals/", "/api/v1/proposals/", "/api/v1/proposals/"} {
			for _, id := range h.p[:2] {
				p := h.as(other).Get(door + string(id) + []string{"", "/verdict", "/mergers"}[i])
				for _, s := range []string{"Zzwords2", "Zzmerger"} {
					if strings.Contains(p.Body, s) {
						t.Errorf("%s shows %q", p.URL, s)
					}
				}
			}
		}
		b, err := h.Selection.File(ctx, other, h.call.Ref, "")
		h.ok(err)
		if len(b.Lines) != 5 {
			t.Errorf("%d lines", len(b.Lines))
		}
		h.page(h.staff, "/proposals/"+string(h.p[1]), http.StatusOK, "Zzwords2", "Zzmerger")
	})
}

// Minus nothing is no floor.
func TestFloorOfNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		h.rules(func(in *selection.RulesInput) { in.Floor = "-0" })
		if f, err := h.Selection.File(t.Context(), h.staff, h.call.Ref, ""); err != nil || fmt.Sprint(f.Rules.Floor) != "0" {
			t.Errorf("floor %v %v", f.Rules.Floor, err)
		}
	})
}
