package review_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/platform/db"
	"plenary/internal/testkit"
)

// E061, E062: from the set-up to the results, with a conflict on the way.
func TestEvaluation(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, dbURL string) {
		h := open(t, dbURL)
		ctx := t.Context()
		h.setup(nil)
		_, err := h.s.SetPhase(ctx, h.staff, h.call.Ref, 1, review.PhaseInput{Version: 9})
		fails(t, err, core.KindInvalid, "name:form.required")
		in := review.InputOf(h.phase)
		in.Version = 9
		_, err = h.s.SetPhase(ctx, h.staff, h.call.Ref, 1, in)
		fails(t, err, core.KindStale, "")
		_, err = h.s.SetPhase(ctx, h.mag[0], h.call.Ref, 1, in)
		fails(t, err, core.KindNotFound, "")

		plan := h.apply()
		if len(plan.Added) != 8 || plan.Missing != 0 {
			t.Fatalf("the plan adds %d and lacks %d", len(plan.Added), plan.Missing)
		}
		fails(t, h.s.Apply(ctx, h.staff, h.call.Ref, 1, false, plan.Digest), core.KindConflict, "plan_changed")
		who := plan.Added[0]
		var her core.Actor
		for _, a := range append(h.mag, h.chair) {
			if h.reviewer(a).ID == who.Reviewer.ID {
				her = a
			}
		}
		id := who.Proposal.ID
		// Before the phase opens nobody sees anything.
		_, err = h.s.Sheet(ctx, her, h.phase.ID, id)
		if her.Account != h.chair.Account {
			fails(t, err, core.KindNotFound, "")
		}
		h.days(8)
		if tasks, err := h.s.Mine(ctx, her); err != nil || len(tasks) != 1 || len(tasks[0].Items) == 0 {
			t.Fatalf("her list is %+v, %v", tasks, err)
		}
		// A draft may be incomplete; what is submitted may not.
		low := h.marks(2, true)
		for k := range low.Marks {
			low.Marks[k] = review.Mark{Mark: 2}
		}
		_, err = h.s.Save(ctx, her, h.phase.ID, id, low)
		fails(t, err, core.KindInvalid, "reason_missing")
		_, err = h.s.Save(ctx, her, h.phase.ID, id, review.ScoreInput{Submit: true})
		fails(t, err, core.KindInvalid, "mark_missing")
		draft, err := h.s.Save(ctx, her, h.phase.ID, id, review.ScoreInput{ForProposer: "half a thought"})
		h.ok(err)
		_, err = h.s.Save(ctx, her, h.phase.ID, id, h.marks(4, true))
		fails(t, err, core.KindStale, "")
		full := h.marks(4, true)
		full.Version = draft.Version
		if done, err := h.s.Save(ctx, her, h.phase.ID, id, full); err != nil || done.State != review.Submitted {
			t.Fatalf("submitted: %+v, %v", done, err)
		}
		fails(t, h.s.SetCriteria(ctx, h.staff, h.call.Ref, criteriaLess(h)), core.KindConflict, "criteria_used")
		res := h.result(id)
		if res.N != 1 || res.Mean != 4 || len(res.ForProposer) != 1 || len(res.ForCommittee) != 1 {
			t.Errorf("the result is %+v", res)
		}
		// She becomes a speaker of it: her score counts no more, and somebody else gets it.
		h.party(id, func(x *proposals.Party) { x.Person = her.Person })
		if res := h.result(id); res.N != 0 || res.Conflicted != 1 || res.Conflicts != 1 || len(res.ForProposer) != 0 {
			t.Errorf("with a conflict the result is %+v", res)
		}
		_, err = h.s.Save(ctx, her, h.phase.ID, id, full)
		fails(t, err, core.KindNotFound, "")
		again := h.apply()
		if len(again.Removed) != 1 || len(again.Added) != 1 || again.Added[0].Proposal.ID != id {
			t.Errorf("the conflict moves %v away and %v in", again.Removed, again.Added)
		}
		fails(t, h.s.Assign(ctx, h.staff, h.call.Ref, 1, review.AssignInput{Do: review.HandAdd, Reviewer: who.Reviewer.ID, Proposal: id}), core.KindConflict, "has_conflict")
		// Staff overrule with a reason, and the score counts again.
		fails(t, h.s.SetConflict(ctx, h.staff, h.call.Ref, review.ConflictInput{Reviewer: string(who.Reviewer.ID), Proposal: string(id), Overrule: true}), core.KindInvalid, "reason:form.required")
		h.ok(h.s.SetConflict(ctx, h.staff, h.call.Ref, review.ConflictInput{Reviewer: string(who.Reviewer.ID), Proposal: string(id), Overrule: true, Reason: "It is another person."}))
		if res := h.result(id); res.N != 1 {
			t.Errorf("overruled, the result is %+v", res)
		}
		h.days(30)
		_, err = h.s.Save(ctx, her, h.phase.ID, id, full)
		fails(t, err, core.KindNotFound, "") // it is assigned to somebody else now
		told, err := h.s.Told(ctx, h.call)
		if err != nil || len(told[id].Comments) != 1 || told[id].Scores != nil {
			t.Errorf("the proposer is told %+v, %v", told[id], err)
		}
	})
}

func criteriaLess(h *house) review.CriteriaInput {
	set, err := h.s.Setup(h.t.Context(), h.staff, h.call.Ref)
	h.ok(err)
	in := review.CriteriaOf(set.Criteria, nil)
	in.Rows[0].Remove = true
	return in
}

func (h *house) result(id core.ID) review.Result {
	h.t.Helper()
	list, err := h.s.Results(h.t.Context(), h.staff, h.call.ID)
	h.ok(err)
	for _, r := range list {
		if r.ID == id {
			return r
		}
	}
	h.t.Fatal("the proposal has no result")
	return review.Result{}
}

// Who cannot judge abstains or declares a conflict; what the others said is shown as the
// phase says.
func TestAbstainDiscussRemind(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, dbURL string) {
		h := open(t, dbURL)
		ctx := t.Context()
		h.setup(nil)
		a, b := h.mag[0], h.mag[1]
		h.give(a, h.p...)
		h.give(b, h.p[0], h.p[1])
		h.days(8)
		h.score(b, h.p[0], 5)
		fails(t, h.s.Say(ctx, a, h.phase.ID, h.p[0], "What of the budget?"), core.KindForbidden, "not_discussed")
		if x, err := h.s.Sheet(ctx, a, h.phase.ID, h.p[0]); err != nil || x.Shown || len(x.Others) != 0 || len(x.Remarks) != 0 {
			t.Fatalf("before she has scored she sees %+v, %v", x.Others, err)
		}
		_, err := h.s.Abstain(ctx, a, h.phase.ID, h.p[0], review.AbstainInput{})
		fails(t, err, core.KindInvalid, "reason")
		r, err := h.s.Abstain(ctx, a, h.phase.ID, h.p[0], review.AbstainInput{Reason: "Not my field."})
		h.ok(err)
		if x, err := h.s.Sheet(ctx, a, h.phase.ID, h.p[0]); err != nil || x.Shown {
			t.Fatalf("who abstains is shown the scores of others, %v", err)
		}
		if res := h.result(h.p[0]); res.N != 1 || res.Mean != 5 || res.Abstained != 1 {
			t.Errorf("with an abstention the result is %+v", res)
		}
		in := h.marks(3, true)
		in.Version = r.Version
		_, err = h.s.Save(ctx, a, h.phase.ID, h.p[0], in)
		h.ok(err)
		if res := h.result(h.p[0]); res.N != 2 || res.Mean != 4 || !res.Apart() {
			t.Errorf("with both scores the result is %+v", res)
		}
		h.ok(h.s.Say(ctx, a, h.phase.ID, h.p[0], "What of the budget?"))
		x, err := h.s.Sheet(ctx, b, h.phase.ID, h.p[0])
		if err != nil || len(x.Others) != 1 || len(x.Remarks) != 1 || x.Remarks[0].Body != "What of the budget?" {
			t.Fatalf("b sees %+v, %+v, %v", x.Others, x.Remarks, err)
		}
		// Reminders: once in twenty hours, and with what is left when they are sent.
		n, err := h.s.Remind(ctx, h.staff, h.call.Ref, 1, "")
		if err != nil || n != 2 {
			t.Fatalf("%d were reminded, %v", n, err)
		}
		_, err = h.s.Remind(ctx, h.staff, h.call.Ref, 1, "")
		fails(t, err, core.KindLimited, "nobody")
		var mails []struct{ To, Subject, Body string }
		h.ok(h.DB.Read.NewRaw(`SELECT to_addr AS "to", subject, text AS body FROM outbox WHERE kind = 'review_reminder' ORDER BY to_addr`).Scan(ctx, &mails))
		if len(mails) != 2 || !strings.Contains(mails[0].Subject, "3 proposals wait") || !strings.Contains(mails[1].Subject, "1 proposal waits") || strings.Contains(mails[0].Body, "Zztitle") {
			t.Errorf("the mails are %+v", mails)
		}
		if err := h.s.RemindDue(ctx); err != nil {
			t.Fatal(err)
		}
		h.days(14) // seven days before the end, and some hours
		h.ok(h.s.RemindDue(ctx))
		h.ok(h.s.RemindDue(ctx))
		h.ok(h.DB.Read.NewRaw(`SELECT to_addr AS "to", subject, text AS body FROM outbox WHERE kind = 'review_reminder'`).Scan(ctx, &mails))
		if len(mails) != 4 {
			t.Errorf("%d mails after the second day of reminders, want 4", len(mails))
		}
		// A declared conflict takes it off her list at once.
		h.ok(h.s.Declare(ctx, b, h.phase.ID, h.p[0], "We worked together."))
		_, err = h.s.Sheet(ctx, b, h.phase.ID, h.p[0])
		fails(t, err, core.KindNotFound, "")
		if res := h.result(h.p[0]); res.N != 1 || res.Mean != 3 {
			t.Errorf("without the score of b the result is %+v", res)
		}
	})
}

// Bids are for who has no conflict, while it is open; they lead the assignment.
func TestBids(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, dbURL string) {
		h := open(t, dbURL)
		ctx := t.Context()
		h.setup(func(in *review.PhaseInput) { in.Bidding, in.Reviews = true, 1 })
		h.party(h.p[3], func(x *proposals.Party) { x.Name = "MAG  member0" })
		_, offers, err := h.s.Offers(ctx, h.mag[0], h.phase.ID)
		if err != nil || len(offers) != 3 {
			t.Fatalf("she is offered %d, %v; want 3", len(offers), err)
		}
		h.ok(h.s.Bid(ctx, h.mag[0], h.phase.ID, map[core.ID]string{h.p[0]: review.Eager, h.p[1]: review.Unwilling, h.p[3]: review.Eager}))
		fails(t, h.s.Bid(ctx, h.mag[0], h.phase.ID, map[core.ID]string{h.p[0]: "mad"}), core.KindInvalid, "")
		_, _, err = h.s.Offers(ctx, h.ana, h.phase.ID)
		fails(t, err, core.KindNotFound, "")
		me := h.reviewer(h.mag[0]).ID
		for _, x := range h.apply().Added {
			if x.Proposal.ID == h.p[0] && x.Reviewer.ID != me || x.Reviewer.ID == me && x.Proposal.ID != h.p[0] && x.Proposal.ID != h.p[2] {
				t.Errorf("%s goes to %s", x.Proposal.Title, x.Reviewer.Name)
			}
		}
		h.days(8)
		fails(t, h.s.Bid(ctx, h.mag[0], h.phase.ID, map[core.ID]string{h.p[0]: ""}), core.KindNotFound, "")
	})
}

// The pages work without script, give back what was typed, and ask as many queries for
// many proposals as for few.
func TestPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, dbURL string) {
		h := open(t, dbURL)
		staff := h.as(h.staff)
		b := h.call.Path() + "/review"
		for _, p := range []string{"/assign", "/progress", "/results"} {
			if x := staff.Get(b + p); x.Status != http.StatusOK || x.Find(".empty").Length() != 1 {
				t.Fatalf("%s without a phase: %d", p, x.Status)
			}
		}
		form := staff.Get(b + "/phases/new").Form()
		form.Set("zone", "Mars/Base")
		if x := staff.Post(b+"/phases/new", form); x.Status != http.StatusUnprocessableEntity || x.Find("main input[name=zone]").AttrOr("value", "") != "Mars/Base" || x.Find(".problem").Length() == 0 {
			t.Errorf("a wrong zone is answered with %d, %q, %s", x.Status, x.Find("main input[name=zone]").AttrOr("value", ""), x.Find("[role=alert]").Text())
		}
		h.setup(nil)
		for _, p := range []string{"", "/phases/1", "/criteria", "/reviewers", "/conflicts", "/assign", "/assign?fair=1", "/progress", "/results", "/results?sort=-mean", "/results.csv", "/results.xlsx"} {
			if x := staff.Get(b + p); x.Status != http.StatusOK || strings.Contains(x.Body, "review.") && !strings.HasSuffix(p, "x") {
				t.Errorf("%s: %d, %s", p, x.Status, about(x.Body))
			}
		}
		if x := staff.Post(b+"/assign", url.Values{"phase": {"1"}, "digest": {"old"}}); x.Status != http.StatusConflict || x.Find("input[name=digest]").Length() != 1 {
			t.Errorf("an old plan is answered with %d", x.Status)
		}
		x := staff.Get(b + "/assign")
		if x = staff.Post(b+"/assign", x.Form()); x.Status != http.StatusOK || !strings.Contains(x.Body, "Nothing would change") {
			t.Errorf("applied: %d", x.Status)
		}
		h.give(h.mag[0], h.p[0], h.p[1])
		h.days(8)
		r := h.as(h.mag[0])
		for _, p := range []string{"/me/reviews", "/me", "/reviews/" + string(h.phase.ID) + "/" + string(h.p[0]), "/reviews/" + string(h.phase.ID) + "/" + string(h.p[0]) + "/abstain", "/reviews/" + string(h.phase.ID) + "/" + string(h.p[0]) + "/conflict"} {
			if x := r.Get(p); x.Status != http.StatusOK || strings.Contains(x.Body, ">review.") {
				t.Errorf("%s: %d, %s", p, x.Status, about(x.Body))
			}
		}
		sheet := "/reviews/" + string(h.phase.ID) + "/" + string(h.p[0])
		form = r.Get(sheet).Form()
		form.Set("for_proposer", "Say more of the budget.")
		if x := r.Post(sheet, form); x.Status != http.StatusUnprocessableEntity || x.Find("textarea[name=for_proposer]").Text() == "" || x.Find(".problem").Length() != 5 {
			t.Errorf("without marks: %d, %d problems", x.Status, x.Find(".problem").Length())
		}
		form.Set("op", "draft")
		if x := r.Post(sheet, form); x.Status != http.StatusOK || !strings.Contains(x.Find("#scores").Text(), "Draft, saved") {
			t.Errorf("a draft: %d", x.Status)
		}
		if x := r.Post(sheet, form); x.Status != http.StatusConflict {
			t.Errorf("a second window: %d", x.Status)
		}
		form = r.Get(sheet).Form()
		for k := range form {
			if strings.HasPrefix(k, "r.") {
				form.Set("m."+k[2:], "4")
			}
		}
		x = r.Post(sheet, form)
		if x.Status != http.StatusOK || !strings.Contains(x.Body, "The scores are submitted") {
			t.Errorf("submitted: %d", x.Status)
		}
		// A session that has ended keeps what was typed.
		if x := h.Visitor(t).Post(sheet, form); x.Find("input[type=email]").Length() == 0 {
			t.Errorf("a visitor's form is answered with %d", x.Status)
		}
		if x := staff.Get(sheet); x.Status != http.StatusOK || !strings.Contains(x.Find("#others").Text(), "Say more of the budget.") || x.Find("#hand button").Length() == 0 {
			t.Errorf("staff see %d of the sheet", x.Status)
		}
		few := h.queries()
		for i := range 20 {
			h.propose(10+i, h.ana)
		}
		h.apply()
		if many := h.queries(); many != few {
			t.Errorf("queries for few: %v, for many: %v", few, many)
		}
	})
}

func about(body string) string {
	i := strings.Index(body, ">review.")
	if i < 0 {
		return ""
	}
	return body[i:min(len(body), i+60)]
}

// queries are the numbers of queries of what pages are made from.
func (h *house) queries() (out [6]int64) {
	h.t.Helper()
	for i, fn := range []func() error{
		func() error {
			ctx, n := db.WithCount(h.t.Context())
			_, err := h.s.Results(ctx, h.staff, h.call.ID)
			out[0] = n.Load()
			return err
		},
		func() error {
			ctx, n := db.WithCount(h.t.Context())
			_, err := h.s.Progress(ctx, h.staff, h.call.Ref, 1)
			out[1] = n.Load()
			return err
		},
		func() error {
			ctx, n := db.WithCount(h.t.Context())
			_, err := h.s.Mine(ctx, h.mag[0])
			out[2] = n.Load()
			return err
		},
		func() error {
			ctx, n := db.WithCount(h.t.Context())
			_, err := h.s.Plan(ctx, h.staff, h.call.Ref, 1, false)
			out[3] = n.Load()
			return err
		},
		func() error {
			ctx, n := db.WithCount(h.t.Context())
			_, err := h.s.Sheet(ctx, h.mag[0], h.phase.ID, h.p[0])
			out[4] = n.Load()
			return err
		},
		func() error {
			ctx, n := db.WithCount(h.t.Context())
			_, _, err := h.s.Conflicts(ctx, h.staff, h.call.Ref)
			out[5] = n.Load()
			return err
		},
	} {
		if err := fn(); err != nil {
			h.t.Fatalf("%d: %v", i, err)
		}
	}
	return out
}
