package proposals_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/testkit"
)

// Proposers whose proposals are alike ask each other whether they would merge.
func TestProposersAskToMerge(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		h.call = h.add(func(in *calls.Input) { in.Alike = true })
		a, b, far := h.propose(h.ana, "Networks that last"), h.propose(h.ben, "Networks that last long"), h.propose(h.mag, "Networks that last longer")
		view := func(who core.Actor, id core.ID) proposals.View {
			v, err := h.Proposals.Get(ctx, who, id)
			h.ok(err)
			return v
		}
		page := h.as(h.ana).Get("/proposals/" + string(a))
		ok := strings.Contains(page.Body, `href="/proposals/`+string(a)+`/merge/`)
		if !ok || strings.Contains(page.Body, string(b)) {
			t.Fatalf("no way to ask, or the other's address is told: %v", ok)
		}
		var key string
		for _, part := range strings.Split(page.Body, `/merge/`)[1:] {
			k, _, _ := strings.Cut(part, `"`)
			if other, err := h.Proposals.MergeWith(ctx, h.ana, view(h.ana, a), k); err == nil && other.ID == b {
				key = k
			}
		}
		form := "/proposals/" + string(a) + "/merge/" + key
		if x := h.as(h.ana).Post(form, url.Values{"words": {""}}); x.Status != http.StatusUnprocessableEntity {
			t.Errorf("without words: %d", x.Status)
		}
		if x := h.as(h.ana).Post(form, url.Values{"words": {"We both speak of owners."}}); x.Status != 200 && x.Status != http.StatusSeeOther {
			t.Fatalf("ask: %d", x.Status)
		}
		if x := h.as(h.ana).Post(form, url.Values{"words": {"Once more."}}); x.Status != http.StatusUnprocessableEntity || !strings.Contains(x.Body, "have asked those of the other already") {
			t.Errorf("twice: %d", x.Status)
		}
		if x := h.as(h.mag).Get(form); x.Status != http.StatusNotFound {
			t.Errorf("somebody else opens the form: %d", x.Status)
		}
		sent := 0
		for _, m := range h.outbox() {
			if strings.HasPrefix(m.Subject, "Ana Lima asks whether you would merge") {
				sent++
				if m.Address != "ben.otieno@example.org" || strings.Contains(m.Body, "ana.lima@") || strings.Contains(m.Body, string(a)) {
					t.Errorf("mail to %s: %s", m.Address, m.Body)
				}
			}
		}
		wishes, err := h.Proposals.MergeWishes(ctx, h.call.ID)
		h.ok(err)
		if sent != 1 || len(wishes) != 1 || wishes[0].A != a || wishes[0].B != b || wishes[0].State != proposals.WishAsked {
			t.Fatalf("%d mails, wishes %+v", sent, wishes)
		}
		h.Proposals.Barred = func(context.Context, core.Actor, core.ID) (map[core.ID]bool, error) {
			return map[core.ID]bool{a: true}, nil
		}
		if x := h.as(h.staff).Get("/proposals/" + string(b)); strings.Contains(x.Body, "We both speak of owners.") {
			t.Error("the wish tells of a proposal that a conflict bars")
		}
		h.Proposals.Barred = func(context.Context, core.Actor, core.ID) (map[core.ID]bool, error) { return nil, nil }
		h.blindly(h.mag, b)
		for who, x := range map[string]struct {
			actor core.Actor
			id    core.ID
			sees  bool
		}{"asker": {h.ana, a, true}, "asked": {h.ben, b, true}, "staff": {h.staff, b, true}, "staff too": {h.staff, a, true}, "third": {h.mag, far, false}, "blind": {h.mag, b, false}} {
			if got := strings.Contains(h.as(x.actor).Get("/proposals/"+string(x.id)).Body, "We both speak of owners."); got != x.sees {
				t.Errorf("%s sees the wish: %v", who, got)
			}
		}
		answer := "/proposals/" + string(b) + "/merges/" + string(wishes[0].ID)
		if x := h.as(h.ana).Get(answer); x.Status != http.StatusNotFound {
			t.Errorf("the asker answers: %d", x.Status)
		}
		if x := h.as(h.ben).Post(answer, url.Values{"to": {"perhaps"}, "reply": {"Kept words"}}); x.Status != http.StatusUnprocessableEntity || !strings.Contains(x.Body, "Kept words") {
			t.Errorf("a wrong answer: %d", x.Status)
		}
		if x := h.as(h.ben).Post(answer, url.Values{"to": {"interested"}, "reply": {"Gladly."}}); x.Status != 200 && x.Status != http.StatusSeeOther {
			t.Fatalf("answer: %d", x.Status)
		}
		if x := h.as(h.ana).Get("/proposals/" + string(a)); !strings.Contains(x.Body, "Gladly.") || !strings.Contains(x.Body, "Answer of Ben Otieno") {
			t.Error("the asker does not read the answer")
		}
		wishes, err = h.Proposals.MergeWishes(ctx, h.call.ID)
		h.ok(err)
		if wishes[0].State != proposals.WishInterested {
			t.Errorf("answered: %+v", wishes[0])
		}
		h.ok(h.Proposals.Withdraw(ctx, h.ana, a, view(h.ana, a).Version))
		if err := h.Proposals.AnswerMerge(ctx, h.ben, b, wishes[0].ID, false, ""); core.KindOf(err) != core.KindConflict {
			t.Errorf("an answer to what was withdrawn: %v", err)
		}
	})
}
